/* The search profile: what each rule that holds advises, merged; a contradiction is shown, not hidden. */
#include "engine/decision.h"

/* One attribute of the profile, with the rules that gave it. */
struct attribute_advice {
    struct text name;
    struct scalar value;
    struct text_list rules;
    bool contradicted;
};

struct profile {
    struct attribute_advice *items;
    size_t count, capacity;
    struct value *contradictions;
};

static struct attribute_advice *profile_find(struct profile *profile, struct text name)
{
    for (size_t i = 0; i < profile->count; i++)
        if (text_equal(profile->items[i].name, name))
            return &profile->items[i];
    return NULL;
}

static void contradict(struct arena *arena, struct profile *profile, struct text name, struct scalar a, struct text rule_a,
                       struct scalar b, struct text rule_b)
{
    struct value *object = value_object(arena), *values = value_list(arena);
    const struct scalar scalars[] = {a, b};
    const struct text rules[] = {rule_a, rule_b};
    for (size_t i = 0; i < 2; i++) {
        struct value *one = value_object(arena);
        value_set(arena, one, "rule", value_text(arena, rules[i]));
        value_set(arena, one, "value", scalar_value(arena, scalars[i]));
        value_append(arena, values, one);
    }
    value_set(arena, object, "attribute", value_text(arena, name));
    value_set(arena, object, "values", values);
    value_append(arena, profile->contradictions, object);
}

/* Several `_max` give the least, several `_min` the greatest; anything else must agree. */
static void profile_add(struct arena *arena, struct profile *profile, struct text name, struct scalar value, struct text rule)
{
    struct attribute_advice *advice = profile_find(profile, name);
    if (!advice) {
        advice = arena_push(arena, &profile->items, &profile->count, &profile->capacity, sizeof *advice);
        advice->name = name;
        advice->value = value;
        text_list_add(arena, &advice->rules, rule);
        return;
    }
    int order = advice->value.kind == value.kind ? scalar_compare(value, advice->value) : 0;
    bool replaces = (text_ends_with(name, "_max") && order < 0) || (text_ends_with(name, "_min") && order > 0);
    bool bound = text_ends_with(name, "_max") || text_ends_with(name, "_min");
    if (!bound && !scalar_equal(advice->value, value)) {
        contradict(arena, profile, name, advice->value, advice->rules.items[0], value, rule);
        return;
    }
    if (replaces) {
        advice->value = value;
        advice->rules = (struct text_list){0};
    }
    if (replaces || scalar_equal(advice->value, value))
        text_list_add(arena, &advice->rules, rule);
}

/* A least that is above the most. */
static void profile_check(struct arena *arena, struct profile *profile)
{
    for (size_t i = 0; i < profile->count; i++) {
        const struct attribute_advice *most = &profile->items[i];
        if (!text_ends_with(most->name, "_max"))
            continue;
        struct text stem = text_slice(most->name, 0, most->name.length - 4);
        const struct attribute_advice *least =
            profile_find(profile, text_format(arena, "%.*s_min", TEXT_ARGS(stem)));
        if (least && least->value.kind == most->value.kind && scalar_compare(least->value, most->value) > 0)
            contradict(arena, profile, stem, least->value, least->rules.items[0], most->value, most->rules.items[0]);
    }
}

static bool advised_value(struct view *view, const struct advised *advised, struct scalar *value, struct missing *missing,
                          struct text rule)
{
    *value = advised->literal;
    if (advised->fact == NOT_FOUND)
        return true;
    struct symbol symbol = {.kind = SYMBOL_FACT, .index = advised->fact};
    struct judged judged = view_symbol(view, &symbol);
    if (!judged.answer.known) {
        missing_add(missing, judged.answer.causes, rule);
        return false;
    }
    *value = judged.answer.value;
    return true;
}

static struct value *profile_value(struct arena *arena, const struct profile *profile)
{
    struct value *object = value_object(arena);
    for (size_t i = 0; i < profile->count; i++) {
        struct value *attribute = value_object(arena), *rules = value_list(arena);
        for (size_t r = 0; r < profile->items[i].rules.count; r++)
            value_append(arena, rules, value_text(arena, profile->items[i].rules.items[r]));
        value_set(arena, attribute, "value", scalar_value(arena, profile->items[i].value));
        value_set(arena, attribute, "rules", rules);
        value_set_text(arena, object, profile->items[i].name, attribute);
    }
    return object;
}

struct value *housing_decide(struct deciding *deciding)
{
    struct arena *arena = deciding->arena;
    struct view *view = view_today(deciding);
    struct value *section = value_object(arena), *reasons = value_list(arena);
    struct profile profile = {.contradictions = value_list(arena)};
    struct missing missing;
    missing_init(&missing, deciding);
    for (size_t i = 0; i < deciding->covenant->housing_count; i++) {
        const struct housing_rule *rule = &deciding->covenant->housing[i];
        struct judged when = view_judge(view, rule->when, NULL);
        trace_rule(view, "housing", &rule->rule, rule->when, "when", NULL, &when);
        if (!when.answer.known)
            missing_add(&missing, when.answer.causes, rule->rule.id);
        if (!answer_is_true(when.answer))
            continue;
        value_append(arena, reasons, judged_reason(view, &rule->rule, &when));
        for (size_t a = 0; a < rule->advise_count; a++) {
            struct scalar value;
            if (advised_value(view, &rule->advise[a], &value, &missing, rule->rule.id))
                profile_add(arena, &profile, rule->advise[a].name, value, rule->rule.id);
        }
    }
    profile_check(arena, &profile);
    value_set(arena, section, "profile", profile_value(arena, &profile));
    value_set(arena, section, "reasons", reasons);
    if (profile.contradictions->count)
        value_set(arena, section, "contradictions", profile.contradictions);
    missing_set(&missing, section);
    return section;
}
