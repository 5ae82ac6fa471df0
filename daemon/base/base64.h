/*
 * Base64 (RFC 4648, section 4: `+` and `/`, padded). Reading is strict: no white space, padding as it must be, and no
 * bits after the last byte, so that what is read has one way of being written.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/text.h"

struct text base64_write(struct arena *arena, struct text bytes);
void base64_add(struct buffer *buffer, struct text bytes);
bool base64_read(struct arena *arena, struct text text, struct text *bytes);
/* The same into the caller's `size` bytes; false also when there are not exactly so many. */
bool base64_read_into(struct text text, void *bytes, size_t size);

#endif
