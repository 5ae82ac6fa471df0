/*
 * JSON: reading (jansson, strict: no duplicate keys, no NUL in a key, depth at most DEPTH_MAX, UTF-8, one document and
 * nothing after it) into a value tree, and writing it canonically (RFC 8785 with integers only).
 *
 * jansson forgets how a number was written, and 1450.505 is no amount of money: so json_read goes through the text a
 * second time and keeps each number as it stands there. Numbers without `.`, `e` or `E` that fit 64 bits are integers,
 * all others decimals.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/value.h"

struct json_error {
    size_t line, column; /* from 1; a column counts bytes */
    char message[256];   /* what was found and what was expected */
};

/* NULL and `*error` filled in when the text is no JSON of ours. Top level may be any value. */
struct value *json_read(struct arena *arena, struct text text, struct json_error *error);
/* Members sorted by name, no white space, shortest escapes. A decimal is written as it was read. */
struct text json_write(struct arena *arena, const struct value *value);
/* The same, indented by two, members in the order in which they were added: for people. */
struct text json_write_pretty(struct arena *arena, const struct value *value);

#endif
