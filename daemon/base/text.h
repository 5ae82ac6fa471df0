/*
 * Text: a slice of bytes that somebody else owns (usually the text of a file or of a request, so that a place in the
 * source can always be told). Not ended by a NUL; UTF-8 unless said otherwise. A zeroed text is "absent"; an empty
 * text that is present has a pointer.
 *
 * And the buffer: text being written, in an arena.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct text {
    const char *at;
    size_t length;
};

#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})
/* For printf: printf("%.*s", TEXT_ARGS(text)). */
#define TEXT_ARGS(text) (int)(text).length, (text).at ? (text).at : ""

struct text text_of(const char *string);
bool text_equal(struct text a, struct text b);
bool text_is(struct text a, const char *string);
/* By bytes, a prefix first: below zero, zero, above zero. */
int text_compare(struct text a, struct text b);
bool text_starts_with(struct text text, const char *prefix);
bool text_ends_with(struct text text, const char *suffix);
struct text text_slice(struct text text, size_t from, size_t to);
struct text text_trim(struct text text);
/* A copy that ends with a NUL (not counted in its length). */
struct text text_copy(struct arena *arena, struct text text);
const char *text_string(struct arena *arena, struct text text);
struct text text_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct text text_format_list(struct arena *arena, const char *format, va_list list)
    __attribute__((format(printf, 2, 0)));
/* A whole number as Dutch and JSON write it: -?(0|[1-9][0-9]*), within 64 bits. */
bool text_to_integer(struct text text, long long *value);
/* Is it well-formed UTF-8, without surrogates and overlong forms? */
bool text_is_utf8(struct text text);
/* How many characters of UTF-8 it holds. */
size_t text_characters(struct text text);
/* The same with U+FFFD for each byte that is not UTF-8, cut to `length_max` bytes and `...`: fit for JSON. */
struct text text_mended(struct arena *arena, struct text text, size_t length_max);
/* As a message shows what somebody wrote: a line, not too long, of plain characters. */
struct text text_shown(struct arena *arena, struct text text);

/*
 * The candidate that is most like `name` by edits (insert, delete, change, swap of neighbours), for "did you mean";
 * absent when none is near enough (more than a third of the letters differ).
 */
struct text text_nearest(struct text name, const struct text *candidates, size_t count);

struct text_list {
    struct text *items;
    size_t count, capacity;
};

void text_list_add(struct arena *arena, struct text_list *list, struct text text);
bool text_list_has(const struct text_list *list, struct text text);
/* Adds what is not there yet, keeping the list sorted by bytes. */
void text_list_add_sorted(struct arena *arena, struct text_list *list, struct text text);

struct buffer {
    struct arena *arena;
    char *at;
    size_t length, capacity;
};

void buffer_init(struct buffer *buffer, struct arena *arena);
/* Room for `more` bytes and a NUL, for who writes at `at + length` himself. */
void buffer_reserve(struct buffer *buffer, size_t more);
void buffer_add(struct buffer *buffer, struct text text);
void buffer_add_string(struct buffer *buffer, const char *string);
void buffer_add_byte(struct buffer *buffer, char byte);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct text buffer_text(const struct buffer *buffer);

#endif
