/*
 * Where in the text of a JSON file a JSON Pointer leads: so that a refusal can show the line.
 */
#ifndef CTL_PLACE_H
#define CTL_PLACE_H

#include "base/text.h"

/* A stretch of the text: a member with its name, or an item. */
struct stretch {
    size_t from, to;
};

/* `text` is JSON that was read without an error. What the pointer does not reach gives the last thing it did. */
struct stretch json_stretch(struct text text, struct text pointer);
/* Line and column (characters) of an offset, from 1, and the line itself without its end. */
struct text line_at(struct text text, size_t offset, size_t *line, size_t *column);

#endif
