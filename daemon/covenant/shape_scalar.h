/* What may be written where one value is due; for shape_check.c. */
#ifndef COVENANT_SHAPE_SCALAR_H
#define COVENANT_SHAPE_SCALAR_H

#include "covenant/shape.h"

/* What is wrong with a scalar of this kind; absent when nothing is. `*code` gets the finding's code. */
struct text scalar_fault(struct arena *arena, enum shape_kind kind, const struct node *node, const char **code);

#endif
