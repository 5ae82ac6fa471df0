#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

struct text text_of(const char *string)
{
    return string ? (struct text){string, strlen(string)} : (struct text){0};
}

bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool text_is(struct text a, const char *string)
{
    return text_equal(a, text_of(string));
}

int text_compare(struct text a, struct text b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter ? memcmp(a.at, b.at, shorter) : 0;
    if (order)
        return order;
    return a.length < b.length ? -1 : a.length > b.length;
}

bool text_starts_with(struct text text, const char *prefix)
{
    size_t length = strlen(prefix);
    return text.length >= length && memcmp(text.at, prefix, length) == 0;
}

bool text_ends_with(struct text text, const char *suffix)
{
    size_t length = strlen(suffix);
    return text.length >= length && memcmp(text.at + text.length - length, suffix, length) == 0;
}

struct text text_slice(struct text text, size_t from, size_t to)
{
    if (to > text.length)
        to = text.length;
    if (from > to)
        from = to;
    return text.at ? (struct text){text.at + from, to - from} : text;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

struct text text_trim(struct text text)
{
    while (text.length && is_space(text.at[0])) {
        text.at++;
        text.length--;
    }
    while (text.length && is_space(text.at[text.length - 1]))
        text.length--;
    return text;
}

struct text text_copy(struct arena *arena, struct text text)
{
    char *copy = arena_alloc(arena, text.length + 1);
    if (text.length)
        memcpy(copy, text.at, text.length);
    return (struct text){copy, text.length};
}

const char *text_string(struct arena *arena, struct text text)
{
    return text_copy(arena, text).at;
}

struct text text_format_list(struct arena *arena, const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    size_t size = length < 0 ? 0 : (size_t)length;
    char *at = arena_alloc(arena, size + 1);
    vsnprintf(at, size + 1, format, again);
    va_end(again);
    return (struct text){at, size};
}

struct text text_format(struct arena *arena, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    struct text text = text_format_list(arena, format, list);
    va_end(list);
    return text;
}

bool text_to_integer(struct text text, long long *value)
{
    bool negative = text.length && text.at[0] == '-';
    struct text digits = text_slice(text, negative ? 1 : 0, text.length);
    if (digits.length == 0 || (digits.length > 1 && digits.at[0] == '0') || (negative && digits.at[0] == '0'))
        return false;
    long long sum = 0;
    for (size_t i = 0; i < digits.length; i++) {
        int digit = digits.at[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_sub_overflow(sum, digit, &sum)) /* downwards: the lowest number has no positive twin */
            return false;
    }
    if (!negative && sum == LLONG_MIN)
        return false;
    *value = negative ? sum : -sum;
    return true;
}

/* How many bytes the character at `at` takes; 0 when it is not well formed (RFC 3629, table 3-7 of Unicode). */
static size_t utf8_length(const unsigned char *at, size_t left)
{
    unsigned char lead = at[0];
    if (lead < 0x80)
        return 1;
    size_t length = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (lead == 0xE0 && at[1] < 0xA0) || (lead == 0xF0 && at[1] < 0x90);
    bool beyond = (lead == 0xED && at[1] > 0x9F) || (lead == 0xF4 && at[1] > 0x8F);
    return overlong || beyond ? 0 : length;
}

bool text_is_utf8(struct text text)
{
    for (size_t i = 0; i < text.length;) {
        size_t length = utf8_length((const unsigned char *)text.at + i, text.length - i);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

size_t text_characters(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return count;
}

struct text text_mended(struct arena *arena, struct text text, size_t length_max)
{
    struct buffer mended;
    buffer_init(&mended, arena);
    for (size_t i = 0; i < text.length;) {
        size_t length = utf8_length((const unsigned char *)text.at + i, text.length - i);
        if (i + (length ? length : 1) > length_max) {
            buffer_add_string(&mended, "...");
            break;
        }
        buffer_add(&mended, length ? text_slice(text, i, i + length) : TEXT("\xEF\xBF\xBD"));
        i += length ? length : 1;
    }
    return buffer_text(&mended);
}

/* Bytes of what somebody wrote that a message repeats. */
#define SHOWN_MAX 60

struct text text_shown(struct arena *arena, struct text text)
{
    struct text mended = text_mended(arena, text, SHOWN_MAX);
    struct buffer shown;
    buffer_init(&shown, arena);
    for (size_t i = 0; i < mended.length; i++)
        buffer_add_byte(&shown, (unsigned char)mended.at[i] < 0x20 || mended.at[i] == 0x7F ? ' ' : mended.at[i]);
    return buffer_text(&shown);
}

/* The longest name that is compared; what is longer has no near name. */
#define NAME_MAX_COMPARED 63

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Optimal string alignment distance. */
static size_t edits(struct text a, struct text b)
{
    size_t rows[3][NAME_MAX_COMPARED + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t change = a.at[i - 1] != b.at[j - 1];
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + change);
            if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1] && before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b.length];
}

struct text text_nearest(struct text name, const struct text *candidates, size_t count)
{
    struct text nearest = {0};
    size_t least = 0;
    if (name.length == 0 || name.length > NAME_MAX_COMPARED)
        return nearest;
    for (size_t i = 0; i < count; i++) {
        if (candidates[i].length == 0 || candidates[i].length > NAME_MAX_COMPARED)
            continue;
        size_t longer = name.length > candidates[i].length ? name.length : candidates[i].length;
        size_t distance = edits(name, candidates[i]);
        bool near = distance * 3 <= longer || (distance == 1 && longer == 2);
        if (near && (!nearest.at || distance < least)) {
            nearest = candidates[i];
            least = distance;
        }
    }
    return nearest;
}

void text_list_add(struct arena *arena, struct text_list *list, struct text text)
{
    struct text *room = arena_push(arena, &list->items, &list->count, &list->capacity, sizeof *room);
    *room = text;
}

bool text_list_has(const struct text_list *list, struct text text)
{
    for (size_t i = 0; i < list->count; i++)
        if (text_equal(list->items[i], text))
            return true;
    return false;
}

void text_list_add_sorted(struct arena *arena, struct text_list *list, struct text text)
{
    if (text_list_has(list, text))
        return;
    text_list_add(arena, list, text);
    for (size_t i = list->count - 1; i > 0 && text_compare(list->items[i - 1], text) > 0; i--) {
        list->items[i] = list->items[i - 1];
        list->items[i - 1] = text;
    }
}

void buffer_init(struct buffer *buffer, struct arena *arena)
{
    *buffer = (struct buffer){.arena = arena};
}

void buffer_reserve(struct buffer *buffer, size_t more)
{
    if (buffer->capacity - buffer->length > more)
        return;
    size_t capacity = (buffer->length + more + 1) * 2;
    char *grown = arena_alloc(buffer->arena, capacity);
    if (buffer->length)
        memcpy(grown, buffer->at, buffer->length);
    buffer->at = grown;
    buffer->capacity = capacity;
}

void buffer_add(struct buffer *buffer, struct text text)
{
    buffer_reserve(buffer, text.length);
    if (text.length)
        memcpy(buffer->at + buffer->length, text.at, text.length);
    buffer->length += text.length;
}

void buffer_add_string(struct buffer *buffer, const char *string)
{
    buffer_add(buffer, text_of(string));
}

void buffer_add_byte(struct buffer *buffer, char byte)
{
    buffer_reserve(buffer, 1);
    buffer->at[buffer->length++] = byte;
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    buffer_add(buffer, text_format_list(buffer->arena, format, list));
    va_end(list);
}

struct text buffer_text(const struct buffer *buffer)
{
    return (struct text){buffer->at ? buffer->at : "", buffer->length};
}
