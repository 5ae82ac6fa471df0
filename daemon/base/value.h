/*
 * A tree of values: what JSON holds, in an arena. Requests are read into it, decisions are built of it.
 *
 * Numbers: an integer, or a decimal kept as written (its text), because money is checked in the number as written and
 * no binary floating point ever decides. Members keep the order in which they were added; the canonical writer sorts.
 */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include "base/arena.h"
#include "base/date.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

enum value_kind { VALUE_NULL, VALUE_BOOLEAN, VALUE_INTEGER, VALUE_DECIMAL, VALUE_TEXT, VALUE_LIST, VALUE_OBJECT };

struct value {
    enum value_kind kind;
    bool boolean;
    long long integer;
    struct text text; /* of a text; the number as written of an integer or decimal that was read */
    struct value **items;
    struct text *names; /* of an object: the name of each item */
    size_t count, capacity, names_capacity;
};

struct value *value_null(struct arena *arena);
struct value *value_boolean(struct arena *arena, bool boolean);
struct value *value_integer(struct arena *arena, long long integer);
struct value *value_text(struct arena *arena, struct text text);
struct value *value_string(struct arena *arena, const char *string);
struct value *value_date(struct arena *arena, struct date date);
struct value *value_list(struct arena *arena);
struct value *value_object(struct arena *arena);
void value_append(struct arena *arena, struct value *list, struct value *item);
/* Adds a member, or replaces the one of that name. `name` must outlive the arena (a literal, or text in it). */
void value_set(struct arena *arena, struct value *object, const char *name, struct value *item);
void value_set_text(struct arena *arena, struct value *object, struct text name, struct value *item);
/* Adds a member that is known to be new: for readers, where looking for it each time would cost the square. */
void value_add_member(struct arena *arena, struct value *object, struct text name, struct value *item);
/* NULL when it is not there, or `object` is no object (or NULL). */
struct value *value_get(const struct value *object, const char *name);
struct value *value_get_text(const struct value *object, struct text name);
void value_remove(struct value *object, const char *name);
/* The canonical order of an object's members: their indexes, sorted by name (bytes). `order` has room for `count`. */
void value_order(const struct value *object, size_t *order);
/* Equal as canonical JSON would be. */
bool value_equal(const struct value *a, const struct value *b);
struct value *value_copy(struct arena *arena, const struct value *value);
/* As a message names what was found: `a whole number`, not which; it may be personal. */
const char *value_kind_words(const struct value *value);

/*
 * A JSON Pointer (RFC 6901), built while walking down: each step is on the caller's stack, nothing is allocated until
 * an error needs the text. A zeroed pointer, or NULL, is the whole document.
 */
struct pointer {
    const struct pointer *parent; /* NULL: a step from the whole document */
    struct text name;             /* absent: `index` counts */
    size_t index;
};
struct text pointer_text(struct arena *arena, const struct pointer *pointer);
/* The value a pointer's text leads to; NULL when there is none. */
struct value *value_at(const struct value *root, struct text pointer);
/* The first difference of two trees in canonical order: its pointer, and both values (NULL where one lacks it). */
bool value_difference(struct arena *arena, const struct value *a, const struct value *b, struct text *pointer,
                      const struct value **in_a, const struct value **in_b);

#endif
