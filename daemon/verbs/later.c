/* What came of a decision later, in the records of its case: was it confirmed, and did another take its place? */
#include "verbs/verb.h"

#include "base/json.h"

struct text record_replaces(struct arena *arena, const struct record *record)
{
    struct json_error error;
    if (record->kind != RECORD_DECISION || record->state != RECORD_WHOLE)
        return (struct text){0};
    const struct value *replaces = value_get(json_read(arena, record->request, &error), "replaces");
    return replaces && replaces->kind == VALUE_TEXT ? replaces->text : (struct text){0};
}

static void look_at(struct arena *arena, const struct record *record, struct text id, struct later *later)
{
    struct json_error error;
    if (record->state != RECORD_WHOLE)
        return;
    if (record->kind == RECORD_DECISION && text_equal(record_replaces(arena, record), id))
        later->replaced_by = record->id;
    if (record->kind != RECORD_CONFIRMATION)
        return;
    const struct value *confirmation = json_read(arena, record->decision, &error);
    const struct value *of = value_get(confirmation, "decision"), *outcome = value_get(confirmation, "outcome");
    if (of && outcome && text_equal(of->text, id))
        later->confirmed = outcome->text;
}

bool decision_later(struct call *call, const struct record *decision, struct later *later, struct fault *fault)
{
    struct json_error error;
    struct record_list list;
    *later = (struct later){{0}, {0}};
    if (decision->kind != RECORD_DECISION || decision->state != RECORD_WHOLE)
        return true;
    const struct value *of = value_get(json_read(call->arena, decision->request, &error), "case");
    const struct value *region = value_get(of, "region"), *id = value_get(of, "case");
    if (!region || !id)
        return true;
    if (!case_records(call, region->text, id->text, &list, fault))
        return false;
    for (size_t i = 0; i < list.count; i++)
        look_at(call->arena, &list.items[i], decision->id, later);
    return true;
}

bool later_tell(struct call *call, const struct record *record, struct value *object, struct later *later,
                struct fault *fault)
{
    struct text replaces = record_replaces(call->arena, record);
    if (!decision_later(call, record, later, fault))
        return false;
    if (replaces.at)
        value_set(call->arena, object, "replaces", value_text(call->arena, replaces));
    if (later->replaced_by.at)
        value_set(call->arena, object, "replaced_by", value_text(call->arena, later->replaced_by));
    if (later->confirmed.at)
        value_set(call->arena, object, "confirmed", value_text(call->arena, later->confirmed));
    return true;
}
