#include "engine/decide.h"

#include "base/limits.h"
#include "engine/decision.h"
#include "engine/guarantee.h"
#include "engine/labels.h"
#include "engine/redact.h"

#include <setjmp.h>

/* Does the covenant write this section? Next steps are always there. */
static bool is_written(const struct covenant *covenant, enum section section)
{
    switch (section) {
    case SECTION_ELIGIBILITY:
        return covenant->eligibility.written;
    case SECTION_SUPPORT:
        return covenant->support.written;
    case SECTION_DEADLINES:
        return covenant->deadlines_count > 0;
    case SECTION_CONTRACT:
        return covenant->contracts.written;
    case SECTION_NUISANCE:
        return covenant->nuisance.written;
    case SECTION_HOUSING:
        return covenant->housing_written;
    case SECTION_JOURNEY:
        return covenant->journey_written;
    case SECTION_NEXT_STEPS:
        return true;
    case SECTION_COUNT:
        break;
    }
    return false;
}

/* In the order in which they are decided: next_steps is last, every other section adds to it. */
static struct value *(*const deciders[SECTION_COUNT])(struct deciding *) = {
    [SECTION_ELIGIBILITY] = eligibility_decide,
    [SECTION_SUPPORT] = support_decide,
    [SECTION_DEADLINES] = deadlines_decide,
    [SECTION_CONTRACT] = contract_decide,
    [SECTION_NUISANCE] = nuisance_decide,
    [SECTION_HOUSING] = housing_decide,
    [SECTION_JOURNEY] = journey_decide,
    [SECTION_NEXT_STEPS] = next_steps_decide,
};

static bool is_asked(const struct asked *asked, enum section section)
{
    return !asked->some || asked->sections[section];
}

static void decide_sections(struct deciding *deciding, struct value *decision)
{
    bool steps = is_asked(deciding->asked, SECTION_NEXT_STEPS);
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        enum section section = (enum section)i;
        bool asked = is_asked(deciding->asked, section);
        if ((!asked && !steps) || !is_written(deciding->covenant, section))
            continue;
        struct value *shown = deciders[section](deciding);
        if (asked)
            value_set(deciding->arena, decision, section_names[section], shown);
    }
}

static struct value *text_list_value(struct arena *arena, const struct text_list *texts)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < texts->count; i++)
        value_append(arena, list, value_text(arena, texts->items[i]));
    return list;
}

static struct value *covenant_value(const struct deciding *deciding)
{
    struct arena *arena = deciding->arena;
    struct value *covenant = value_object(arena), *sections = value_object(arena);
    value_set(arena, covenant, "version", value_text(arena, deciding->covenant->version));
    value_set(arena, covenant, "digest", value_text(arena, digest_text(arena, deciding->covenant->digest)));
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (deciding->versions[i].count && is_asked(deciding->asked, (enum section)i))
            value_set(arena, sections, section_names[i], text_list_value(arena, &deciding->versions[i]));
    if (sections->count)
        value_set(arena, covenant, "sections", sections);
    return covenant;
}

/* Every fact read, as it was stated. */
static struct value *facts_read(const struct deciding *deciding)
{
    struct arena *arena = deciding->arena;
    struct value *facts = value_object(arena);
    for (size_t i = 0; i < deciding->trace->count; i++) {
        const struct value *read = value_get(deciding->trace->items[i], "facts");
        for (size_t f = 0; f < read->count; f++)
            value_set_text(arena, facts, read->names[f], value_copy(arena, read->items[f]));
    }
    return facts;
}

static struct value *trace_value(const struct deciding *deciding)
{
    struct value *trace = value_object(deciding->arena);
    value_set(deciding->arena, trace, "rules", deciding->trace);
    value_set(deciding->arena, trace, "lua", deciding->lua_calls);
    value_set(deciding->arena, trace, "facts", facts_read(deciding));
    return trace;
}

static struct value *decision_of(struct deciding *deciding)
{
    struct arena *arena = deciding->arena;
    struct value *decision = value_object(arena);
    value_set(arena, decision, "case", value_text(arena, deciding->case_file->id));
    value_set(arena, decision, "region", value_text(arena, deciding->region->name));
    value_set(arena, decision, "on", value_date(arena, deciding->on));
    rule_used(deciding, &deciding->covenant->in_force_rule);
    decide_sections(deciding, decision);
    guarantees_apply(deciding, decision);
    value_set(arena, decision, "covenant", covenant_value(deciding));
    value_set(arena, decision, "rests_on_assumptions", text_list_value(arena, &deciding->assumptions));
    value_set(arena, decision, "advice", value_boolean(arena, true));
    if (deciding->trace)
        value_set(arena, decision, "trace", trace_value(deciding));
    if (deciding->asked->for_role.at)
        redact(deciding, decision);
    /* Of what is shown, so that they tell nothing of what is withheld. */
    struct value *labels = labels_of(arena, deciding->rules, deciding->region, decision);
    if (labels)
        value_set(arena, decision, "labels", labels);
    return decision;
}

/*
 * When the arena is exhausted it jumps out of the middle of this: the interpreter, which is not in it, is closed first.
 * Too much work ends here, with NULL; no memory is for who set its limit.
 */
static struct value *decision_guarded(struct deciding *deciding)
{
    struct arena *arena = deciding->arena;
    jmp_buf *const outer = arena->escape;
    const size_t outer_limit = arena->steps_limit;
    jmp_buf escape;
    if (setjmp(escape)) {
        bool too_much = arena->steps > arena->steps_limit;
        interpreter_close(deciding->interpreter);
        arena->escape = outer;
        arena->steps_limit = outer_limit;
        if (!too_much)
            arena_exhausted(arena);
        return NULL;
    }
    arena->escape = &escape;
    arena->steps_limit = arena->steps + DECISION_STEPS_MAX;
    struct value *decision = decision_of(deciding);
    interpreter_close(deciding->interpreter);
    arena->escape = outer;
    arena->steps_limit = outer_limit;
    return decision;
}

static void refuse_no_covenant(const struct case_file *case_file, struct date on, struct refusals *refusals)
{
    const struct region *region = case_file->region;
    const struct covenant *first = region->versions[0];
    const struct covenant *last = region->versions[region->versions_count - 1];
    struct arena *arena = refusals->arena;
    if (date_compare(on, first->from) < 0)
        refusals_add_at(refusals, ERROR_NO_COVENANT_IN_FORCE, "/on",
                        "no covenant of `%.*s` is in force on %.*s: the first begins on %.*s", TEXT_ARGS(region->name),
                        TEXT_ARGS(date_text(arena, on)), TEXT_ARGS(date_text(arena, first->from)));
    else if (last->has_until)
        refusals_add_at(refusals, ERROR_NO_COVENANT_IN_FORCE, "/on",
                        "no covenant of `%.*s` governs a case opened after %.*s, the last day of version `%.*s`",
                        TEXT_ARGS(region->name), TEXT_ARGS(date_text(arena, last->until)), TEXT_ARGS(last->version));
    else
        refusals_add_at(refusals, ERROR_NO_COVENANT_IN_FORCE, "/on", "no covenant of `%.*s` is in force on %.*s for this case",
                        TEXT_ARGS(region->name), TEXT_ARGS(date_text(arena, on)));
}

struct value *decide(struct arena *arena, const struct rules *rules, const struct case_file *case_file, struct date on,
                     const struct asked *asked, struct refusals *refusals)
{
    struct deciding deciding = {
        .arena = arena,
        .rules = rules,
        .region = case_file->region,
        .case_file = case_file,
        .covenant = covenant_of_case(case_file, on),
        .on = on,
        .known_on = on,
        .asked = asked,
        .steps = value_list(arena),
    };
    if (!deciding.covenant) {
        refuse_no_covenant(case_file, on, refusals);
        return NULL;
    }
    if (asked->trace) {
        deciding.trace = value_list(arena);
        deciding.lua_calls = value_list(arena);
    }
    deciding.interpreter = interpreter_open();
    struct value *decision = decision_guarded(&deciding);
    if (!decision)
        refusals_add_at(refusals, ERROR_TOO_LARGE, "/case", "deciding this case takes more than %d million steps of work",
                        DECISION_STEPS_MAX / 1000000);
    return decision;
}

/* ---- what is asked ---- */

static struct text found(struct arena *arena, const struct value *value)
{
    return value->kind == VALUE_TEXT ? text_format(arena, "`%.*s`", TEXT_ARGS(text_shown(arena, value->text)))
                                     : text_of(value_kind_words(value));
}

static void question_read(const struct value *question, const struct pointer *at, struct asked *asked,
                          struct refusals *refusals)
{
    struct text names[SECTION_COUNT];
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        names[i] = text_of(section_names[i]);
        if (question->kind == VALUE_TEXT && text_equal(question->text, names[i])) {
            asked->sections[i] = true;
            return;
        }
    }
    struct text nearest = question->kind == VALUE_TEXT ? text_nearest(question->text, names, SECTION_COUNT) : (struct text){0};
    if (nearest.at)
        refusals_add(refusals, ERROR_INVALID_REQUEST, at, "unknown section `%.*s`, did you mean `%.*s`?",
                     TEXT_ARGS(question->text), TEXT_ARGS(nearest));
    else
        refusals_add(refusals, ERROR_INVALID_REQUEST, at,
                     "expected the name of a section, as `eligibility`, found %.*s",
                     TEXT_ARGS(found(refusals->arena, question)));
}

static void questions_read(const struct value *questions, struct asked *asked, struct refusals *refusals)
{
    struct pointer at = {NULL, TEXT("questions"), 0};
    asked->some = true;
    if (questions->kind != VALUE_LIST || questions->count == 0) {
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at,
                     "expected a list of sections, as [\"eligibility\", \"next_steps\"], found %s",
                     questions->kind == VALUE_LIST ? "an empty one" : value_kind_words(questions));
        return;
    }
    for (size_t i = 0; i < questions->count; i++) {
        struct pointer item = {&at, {0}, i};
        question_read(questions->items[i], &item, asked, refusals);
    }
}

static void flag_read(const struct value *request, const char *name, bool *flag, struct refusals *refusals)
{
    const struct value *value = value_get(request, name);
    struct pointer at = {NULL, text_of(name), 0};
    if (value && value->kind != VALUE_BOOLEAN)
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at, "expected true or false, found %s", value_kind_words(value));
    else if (value)
        *flag = value->boolean;
}

static void role_read(const struct rules *rules, const struct value *role, struct asked *asked,
                      struct refusals *refusals)
{
    struct pointer at = {NULL, TEXT("for"), 0};
    if (role->kind == VALUE_TEXT && vocabulary_role(&rules->national, role->text) != NOT_FOUND) {
        asked->for_role = role->text;
        return;
    }
    struct text_list names = vocabulary_role_names(refusals->arena, &rules->national);
    struct text nearest =
        role->kind == VALUE_TEXT ? text_nearest(role->text, names.items, names.count) : (struct text){0};
    if (nearest.at)
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at, "unknown role `%.*s`, did you mean `%.*s`?",
                     TEXT_ARGS(role->text), TEXT_ARGS(nearest));
    else
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at, "expected a role, as `housing_corporation`, found %.*s",
                     TEXT_ARGS(found(refusals->arena, role)));
}

bool asked_read(const struct rules *rules, const struct value *request, struct asked *asked, struct refusals *refusals)
{
    size_t before = refusals->count;
    const struct value *questions = value_get(request, "questions"), *role = value_get(request, "for");
    *asked = (struct asked){0};
    if (questions)
        questions_read(questions, asked, refusals);
    flag_read(request, "trace", &asked->trace, refusals);
    flag_read(request, "flip", &asked->flip, refusals);
    if (role)
        role_read(rules, role, asked, refusals);
    return refusals->count == before;
}
