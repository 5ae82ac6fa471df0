/*
 * The codes of findings: a closed, stable set. `covenant explain CODE` shows a page of each: what causes it, an example
 * that is wrong and one that is right. A test compares this table with the codes that the checks use.
 */
#ifndef COVENANT_CODE_H
#define COVENANT_CODE_H

#include "base/text.h"

struct code {
    const char *name, *cause, *bad, *good;
};

extern const struct code codes[];
extern const size_t codes_count;

/* NULL when there is no such code. */
const struct code *code_find(struct text name);

#endif
