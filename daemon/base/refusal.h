/*
 * Refusals: what is wrong in a request. Nothing is decided on a request that is wrong; it gets all its errors at once
 * (at most ERRORS_MAX), each with a JSON Pointer (RFC 6901) into the request.
 *
 * The codes are the closed set of the protocol; they are written here and nowhere else.
 */
#ifndef BASE_REFUSAL_H
#define BASE_REFUSAL_H

#include "base/value.h"

enum error_code {
    ERROR_MALFORMED,
    ERROR_TOO_LARGE,
    ERROR_UNSUPPORTED_PROTOCOL,
    ERROR_UNKNOWN_VERB,
    ERROR_INVALID_REQUEST,
    ERROR_INVALID_CASE,
    ERROR_UNKNOWN_REGION,
    ERROR_NO_COVENANT_IN_FORCE,
    ERROR_REQUEST_REUSED,
    ERROR_NOT_FOUND,
    ERROR_FORBIDDEN,
    ERROR_ERASED,
    ERROR_BUSY,
    ERROR_UNAVAILABLE,
    ERROR_INTERNAL,
    ERROR_COUNT
};

extern const char *const error_code_names[ERROR_COUNT]; /* "malformed", ... */

struct refusal {
    enum error_code code;
    struct text message;
    struct text at; /* a JSON Pointer; absent when there is no place */
};

struct refusals {
    struct arena *arena;
    struct refusal items[20]; /* ERRORS_MAX */
    size_t count;             /* may be more than fit: how many were met */
    size_t line, column;      /* of `malformed` */
};

void refusals_init(struct refusals *refusals, struct arena *arena);
void refusals_add(struct refusals *refusals, enum error_code code, const struct pointer *at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same with a pointer that is text already ("/case/region"); NULL for none. */
void refusals_add_at(struct refusals *refusals, enum error_code code, const char *at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* {"code", "message", "at", "all": [...]}: the first on top, `line` and `column` instead of `at` when malformed. */
struct value *refusals_value(const struct refusals *refusals);

#endif
