#include "base/refusal.h"

#include "base/limits.h"

_Static_assert(sizeof(((struct refusals *)0)->items) / sizeof(struct refusal) == ERRORS_MAX, "room for ERRORS_MAX");

const char *const error_code_names[ERROR_COUNT] = {
    [ERROR_MALFORMED] = "malformed",
    [ERROR_TOO_LARGE] = "too_large",
    [ERROR_UNSUPPORTED_PROTOCOL] = "unsupported_protocol",
    [ERROR_UNKNOWN_VERB] = "unknown_verb",
    [ERROR_INVALID_REQUEST] = "invalid_request",
    [ERROR_INVALID_CASE] = "invalid_case",
    [ERROR_UNKNOWN_REGION] = "unknown_region",
    [ERROR_NO_COVENANT_IN_FORCE] = "no_covenant_in_force",
    [ERROR_REQUEST_REUSED] = "request_reused",
    [ERROR_NOT_FOUND] = "not_found",
    [ERROR_FORBIDDEN] = "forbidden",
    [ERROR_ERASED] = "erased",
    [ERROR_BUSY] = "busy",
    [ERROR_UNAVAILABLE] = "unavailable",
    [ERROR_INTERNAL] = "internal",
};

void refusals_init(struct refusals *refusals, struct arena *arena)
{
    *refusals = (struct refusals){.arena = arena};
}

static void __attribute__((format(printf, 4, 0))) add(struct refusals *refusals, enum error_code code, struct text at,
                                                      const char *format, va_list list)
{
    if (refusals->count < ERRORS_MAX)
        refusals->items[refusals->count] =
            (struct refusal){code, text_format_list(refusals->arena, format, list), at};
    refusals->count++;
}

void refusals_add(struct refusals *refusals, enum error_code code, const struct pointer *at, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    add(refusals, code, pointer_text(refusals->arena, at), format, list);
    va_end(list);
}

void refusals_add_at(struct refusals *refusals, enum error_code code, const char *at, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    add(refusals, code, text_of(at), format, list);
    va_end(list);
}

static struct value *refusal_value(struct arena *arena, const struct refusal *refusal)
{
    struct value *object = value_object(arena);
    value_set(arena, object, "code", value_string(arena, error_code_names[refusal->code]));
    value_set(arena, object, "message", value_text(arena, refusal->message));
    if (refusal->at.at)
        value_set(arena, object, "at", value_text(arena, refusal->at));
    return object;
}

struct value *refusals_value(const struct refusals *refusals)
{
    struct arena *arena = refusals->arena;
    struct value *error = refusal_value(arena, &refusals->items[0]);
    if (refusals->items[0].code == ERROR_MALFORMED && refusals->line) {
        value_remove(error, "at");
        value_set(arena, error, "line", value_integer(arena, (long long)refusals->line));
        value_set(arena, error, "column", value_integer(arena, (long long)refusals->column));
        return error;
    }
    struct value *all = value_list(arena);
    for (size_t i = 0; i < refusals->count && i < ERRORS_MAX; i++)
        value_append(arena, all, refusal_value(arena, &refusals->items[i]));
    value_set(arena, error, "all", all);
    return error;
}
