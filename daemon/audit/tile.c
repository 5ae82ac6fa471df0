#include "audit/tile.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* Levels are 0 to 63 by the format; higher ones than these stay empty as long as 64 bits count the leaves. */
_Static_assert(TILE_LEVELS == 8, "a level of tiles is eight levels of the tree");

struct text tile_path(struct arena *arena, int level, uint64_t index, unsigned width)
{
    assert(width > 0 && width <= TILE_WIDTH && level >= TILE_ENTRIES && level < TILE_LEVELS);
    struct buffer buffer;
    buffer_init(&buffer, arena);
    if (level == TILE_ENTRIES)
        buffer_add_string(&buffer, "tile/entries");
    else
        buffer_format(&buffer, "tile/%d", level);
    uint64_t power = 1;
    while (index / power >= 1000)
        power *= 1000;
    for (; power > 1; power /= 1000)
        buffer_format(&buffer, "/x%03u", (unsigned)(index / power % 1000));
    buffer_format(&buffer, "/%03u", (unsigned)(index % 1000));
    if (width < TILE_WIDTH)
        buffer_format(&buffer, ".p/%u", width);
    return buffer_text(&buffer);
}

/* Takes `prefix` off. */
static bool take(struct text *text, const char *prefix)
{
    if (!text_starts_with(*text, prefix))
        return false;
    *text = text_slice(*text, strlen(prefix), text->length);
    return true;
}

/* Takes the part up to the next `/` off, and that too. */
static struct text take_part(struct text *text)
{
    const char *end = text->length == 0 ? NULL : memchr(text->at, '/', text->length);
    struct text part = end ? text_slice(*text, 0, (size_t)(end - text->at)) : *text;
    *text = text_slice(*text, part.length + 1, text->length);
    return part;
}

/* Three digits, added to the number. */
static bool add_digits(struct text digits, uint64_t *number)
{
    if (digits.length != 3 || *number > UINT64_MAX / 1000 - 1)
        return false;
    *number *= 1000;
    uint64_t group = 0;
    for (size_t i = 0; i < 3; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9')
            return false;
        group = group * 10 + (uint64_t)(digits.at[i] - '0');
    }
    *number += group;
    return true;
}

bool tile_path_read(struct text path, int *level, uint64_t *index, unsigned *width)
{
    struct text rest = path;
    long long number;
    if (!take(&rest, "tile/"))
        return false;
    struct text part = take_part(&rest);
    if (text_is(part, "entries"))
        *level = TILE_ENTRIES;
    else if (text_to_integer(part, &number) && number >= 0 && number < TILE_LEVELS)
        *level = (int)number;
    else
        return false;
    *index = 0;
    for (part = take_part(&rest); take(&part, "x"); part = take_part(&rest))
        if (!add_digits(part, index))
            return false;
    *width = TILE_WIDTH;
    if (text_ends_with(part, ".p")) {
        part = text_slice(part, 0, part.length - 2);
        struct text digits = take_part(&rest);
        if (!text_to_integer(digits, &number) || number < 1 || number >= TILE_WIDTH)
            return false;
        *width = (unsigned)number;
    }
    /* Only as it is written: no group of zeroes too many, nothing behind it. */
    struct arena arena;
    arena_init(&arena);
    bool good = rest.length == 0 && add_digits(part, index) &&
                text_equal(path, tile_path(&arena, *level, *index, *width));
    arena_finish(&arena);
    return good;
}

unsigned tile_width(uint64_t size, unsigned level, uint64_t index)
{
    uint64_t hashes = level < TILE_LEVELS ? size >> (8 * level) : 0;
    if (hashes / TILE_WIDTH > index)
        return TILE_WIDTH;
    return hashes / TILE_WIDTH == index ? (unsigned)(hashes % TILE_WIDTH) : 0;
}

void tile_entry_add(struct buffer *bundle, struct text leaf)
{
    assert(leaf.length <= TILE_ENTRY_BYTES_MAX);
    buffer_add_byte(bundle, (char)(leaf.length >> 8));
    buffer_add_byte(bundle, (char)(leaf.length & 255));
    buffer_add(bundle, leaf);
}

bool tile_entry_next(struct text bundle, size_t *at, struct text *leaf)
{
    if (bundle.length - *at < 2)
        return false;
    const unsigned char *bytes = (const unsigned char *)bundle.at + *at;
    size_t length = (size_t)bytes[0] << 8 | bytes[1];
    if (bundle.length - *at - 2 < length)
        return false;
    *leaf = (struct text){bundle.at + *at + 2, length};
    *at += 2 + length;
    return true;
}
