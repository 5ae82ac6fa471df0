#include "base/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(struct buffer *buffer, struct text bytes)
{
    const unsigned char *from = (const unsigned char *)bytes.at;
    buffer_reserve(buffer, (bytes.length + 2) / 3 * 4);
    for (size_t i = 0; i < bytes.length; i += 3) {
        size_t left = bytes.length - i;
        unsigned bits = (unsigned)from[i] << 16 | (left > 1 ? (unsigned)from[i + 1] << 8 : 0) |
                        (left > 2 ? (unsigned)from[i + 2] : 0);
        char *to = buffer->at + buffer->length;
        to[0] = alphabet[bits >> 18];
        to[1] = alphabet[bits >> 12 & 63];
        to[2] = '=';
        to[3] = '=';
        if (left > 1)
            to[2] = alphabet[bits >> 6 & 63];
        if (left > 2)
            to[3] = alphabet[bits & 63];
        buffer->length += 4;
    }
}

struct text base64_write(struct arena *arena, struct text bytes)
{
    struct buffer buffer;
    buffer_init(&buffer, arena);
    base64_add(&buffer, bytes);
    return buffer_text(&buffer);
}

/* -1: no character of the alphabet. */
static int value_of(char character)
{
    if (character >= 'A' && character <= 'Z')
        return character - 'A';
    if (character >= 'a' && character <= 'z')
        return character - 'a' + 26;
    if (character >= '0' && character <= '9')
        return character - '0' + 52;
    if (character == '+')
        return 62;
    return character == '/' ? 63 : -1;
}

/* How many bytes it stands for, by its length and padding. */
static bool size_of(struct text text, size_t *size)
{
    if (text.length % 4 != 0)
        return false;
    size_t padding = text_ends_with(text, "==") ? 2 : text_ends_with(text, "=") ? 1 : 0;
    *size = text.length / 4 * 3 - padding;
    return true;
}

static bool read_bytes(struct text text, unsigned char *bytes, size_t size)
{
    unsigned bits = 0;
    size_t written = 0;
    for (size_t i = 0; i < text.length; i++) {
        int value = value_of(text.at[i]);
        if (value < 0 && (text.at[i] != '=' || i < text.length - (text.length / 4 * 3 - size)))
            return false;
        bits = bits << 6 | (value < 0 ? 0 : (unsigned)value);
        if (i % 4 != 3)
            continue;
        for (int shift = 16; shift >= 0; shift -= 8, bits &= (1U << (shift + 8)) - 1) {
            unsigned char byte = (unsigned char)(bits >> shift);
            if (written < size)
                bytes[written++] = byte;
            else if (byte != 0) /* bits after the last byte */
                return false;
        }
        bits = 0;
    }
    return written == size;
}

bool base64_read(struct arena *arena, struct text text, struct text *bytes)
{
    size_t size;
    if (!size_of(text, &size))
        return false;
    unsigned char *at = arena_alloc(arena, size + 1);
    if (!read_bytes(text, at, size))
        return false;
    *bytes = (struct text){(const char *)at, size};
    return true;
}

bool base64_read_into(struct text text, void *bytes, size_t size)
{
    size_t found;
    return size_of(text, &found) && found == size && read_bytes(text, bytes, size);
}
