/* What came of a decision later, in the records of its case: was it confirmed, and did another take its place? */
#include "verbs/verb.h"

#include "base/json.h"

/* The member of that name; made when it is not there. */
static struct value *object_in(struct arena *arena, struct value *object, struct text name)
{
    struct value *member = value_get_text(object, name);
    if (!member) {
        member = value_object(arena);
        value_set_text(arena, object, text_copy(arena, name), member);
    }
    return member;
}

static void tell(struct arena *arena, struct value *later, const struct value *of, const char *what, struct text is)
{
    if (of && of->kind == VALUE_TEXT)
        value_set(arena, object_in(arena, later, of->text), what, value_text(arena, text_copy(arena, is)));
}

/* {id of a decision: {"replaced_by", "confirmed"}} of a whole case: its records are read once. */
static bool case_later(struct call *call, struct text region, struct text case_id, struct value *later,
                       struct fault *fault)
{
    struct arena arena;
    struct call apart = *call;
    struct record_list list;
    struct json_error error;
    arena_init(&arena);
    apart.arena = &arena;
    bool good = case_records(&apart, region, case_id, &list, fault);
    for (size_t i = 0; good && i < list.count; i++) {
        const struct record *record = &list.items[i];
        if (record->state != RECORD_WHOLE)
            continue;
        if (record->kind == RECORD_DECISION)
            tell(call->arena, later, value_get(json_read(&arena, record->request, &error), "replaces"), "replaced_by",
                 record->id);
        const struct value *told = record->kind == RECORD_CONFIRMATION ? json_read(&arena, record->decision, &error) : NULL;
        const struct value *outcome = value_get(told, "outcome");
        if (outcome)
            tell(call->arena, later, value_get(told, "decision"), "confirmed", outcome->text);
    }
    arena_finish(&arena);
    return good;
}

/* The same from `cases`, where it is when another record of the case was asked before. */
static bool case_find(struct call *call, const struct value *of, struct value *cases, struct value **later,
                      struct fault *fault)
{
    const struct value *region = value_get(of, "region"), *id = value_get(of, "case");
    *later = NULL;
    if (!region || !id)
        return true;
    struct value *known = object_in(call->arena, cases, region->text);
    *later = value_get_text(known, id->text);
    if (*later)
        return true;
    *later = object_in(call->arena, known, id->text);
    return case_later(call, region->text, id->text, *later, fault);
}

bool later_tell(struct call *call, const struct record *record, struct value *cases, struct value *object,
                struct fault *fault)
{
    static const char *const told[] = {"replaced_by", "confirmed"};
    struct arena arena;
    struct json_error error;
    struct value *later;
    if (record->kind != RECORD_DECISION || record->state != RECORD_WHOLE)
        return true;
    arena_init(&arena);
    const struct value *request = json_read(&arena, record->request, &error);
    const struct value *replaces = value_get(request, "replaces");
    if (replaces)
        value_set(call->arena, object, "replaces", value_copy(call->arena, replaces));
    bool good = case_find(call, value_get(request, "case"), cases, &later, fault);
    const struct value *of_this = good && later ? value_get_text(later, record->id) : NULL;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (value_get(of_this, told[i]))
            value_set(call->arena, object, told[i], value_get(of_this, told[i]));
    arena_finish(&arena);
    return good;
}
