#include "audit/record.h"

#include "base/base64.h"
#include "base/json.h"

const char *const record_kind_names[RECORD_KIND_COUNT] = {
    [RECORD_DECISION] = "decision",
    [RECORD_CONFIRMATION] = "confirmation",
    [RECORD_HOLD] = "hold",
    [RECORD_ERASURE] = "erasure",
    [RECORD_ACCESS] = "access",
    [RECORD_FORBIDDEN] = "forbidden",
    [RECORD_EDITION] = "edition",
    [RECORD_RESTART] = "restart",
    [RECORD_DAILY] = "daily",
    [RECORD_CLOSING] = "closing",
    [RECORD_KEY_ROTATED] = "key_rotated",
};

bool record_is_personal(const struct record *record)
{
    static const bool personal[RECORD_KIND_COUNT] = {
        [RECORD_DECISION] = true, [RECORD_CONFIRMATION] = true, [RECORD_HOLD] = true};
    return record->state == RECORD_WHOLE && personal[record->kind];
}

struct value *record_reference(struct arena *arena, const struct record *record)
{
    struct value *object = value_object(arena);
    value_set(arena, object, "id", value_text(arena, record->id));
    value_set(arena, object, "log", value_text(arena, record->log));
    value_set(arena, object, "index", value_integer(arena, record->index));
    return object;
}

struct value *record_heading(struct arena *arena, const struct record *record)
{
    struct value *object = record_reference(arena, record);
    value_set(arena, object, "kind", value_string(arena, record_kind_names[record->kind]));
    value_set(arena, object, "time", value_text(arena, record->time));
    value_set(arena, object, "client", value_text(arena, record->client));
    if (record->edition.length)
        value_set(arena, object, "edition", value_text(arena, record->edition));
    return object;
}

struct value *record_receipt(struct arena *arena, const struct record *record, struct text proof)
{
    struct value *object = record_reference(arena, record);
    struct text opening = {(const char *)record->opening, sizeof record->opening};
    value_set(arena, object, "leaf", value_text(arena, base64_write(arena, record->leaf)));
    value_set(arena, object, "proof", value_text(arena, proof));
    value_set(arena, object, "opening", value_text(arena, base64_write(arena, opening)));
    return object;
}

struct value *record_value(struct arena *arena, const struct record *record, struct text proof)
{
    struct value *object = record_heading(arena, record);
    struct json_error error;
    if (record->state == RECORD_WHOLE) {
        struct value *request = json_read(arena, record->request, &error);
        struct value *decision = json_read(arena, record->decision, &error);
        /* We wrote them, and they are as they were sealed: were they no JSON, they are shown as the text they are. */
        value_set(arena, object, "request", request ? request : value_text(arena, record->request));
        value_set(arena, object, "decision", decision ? decision : value_text(arena, record->decision));
        struct value *trail = record->trail.at ? json_read(arena, record->trail, &error) : NULL;
        if (trail)
            value_set(arena, object, "trail", trail);
    }
    value_set(arena, object, "leaf", value_text(arena, base64_write(arena, record->leaf)));
    value_set(arena, object, "proof", value_text(arena, proof));
    return object;
}
