/*
 * `vocabulary`: the facts, events and roles of a region, with their questions, and what its contract kinds, phases of
 * support and stages are called: enough to draw a form, and to say a decision's names to people. A region has one
 * vocabulary for all its versions, so it is the same on every date.
 */
#include "verbs/vocabulary.h"

#include "verbs/verb.h"

static void set_says(struct arena *arena, struct value *object, const char *name, struct says says)
{
    if (says.nl.at || says.en.at)
        value_set(arena, object, name, texts_value(arena, says));
}

static void set_type(struct arena *arena, struct value *object, struct type type)
{
    value_set(arena, object, "type", value_string(arena, type_name(type.kind)));
    if (!type.choices)
        return;
    struct value *choices = value_list(arena);
    for (size_t i = 0; i < type.choices->count; i++)
        value_append(arena, choices, value_text(arena, type.choices->items[i]));
    value_set(arena, object, "one_of", choices);
}

static void set_roles(struct arena *arena, struct value *object, const char *name, const struct vocabulary *vocabulary,
                      struct role_set roles)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < vocabulary->roles_count && i < ROLES_MAX; i++)
        if (roles.bits & UINT32_C(1) << i)
            value_append(arena, list, value_text(arena, vocabulary->roles[i].name));
    if (list->count)
        value_set(arena, object, name, list);
}

static struct value *fact_value(struct arena *arena, const struct vocabulary *vocabulary, const struct fact *fact)
{
    static const char *const sensitivities[] = {
        [SENSITIVITY_ORDINARY] = "ordinary",
        [SENSITIVITY_PERSONAL] = "personal",
        [SENSITIVITY_SPECIAL] = "special",
    };
    struct value *object = value_object(arena);
    value_set(arena, object, "fact", value_text(arena, fact->name));
    set_type(arena, object, fact->type);
    set_says(arena, object, "label", fact->label);
    set_says(arena, object, "ask", fact->ask);
    set_roles(arena, object, "stated_by", vocabulary, fact->stated_by);
    value_set(arena, object, "sensitivity", value_string(arena, sensitivities[fact->sensitivity]));
    set_roles(arena, object, "visible_to", vocabulary, fact->visible_to);
    return object;
}

static struct value *event_value(struct arena *arena, const struct event_type *event)
{
    struct value *object = value_object(arena), *attributes = value_list(arena);
    value_set(arena, object, "event", value_text(arena, event->name));
    set_says(arena, object, "label", event->label);
    for (size_t i = 0; i < event->attributes_count; i++) {
        const struct attribute *attribute = &event->attributes[i];
        struct value *item = value_object(arena);
        value_set(arena, item, "attribute", value_text(arena, attribute->name));
        set_type(arena, item, attribute->type);
        set_says(arena, item, "label", attribute->label);
        value_set(arena, item, "optional", value_boolean(arena, attribute->optional));
        value_append(arena, attributes, item);
    }
    value_set(arena, object, "attributes", attributes);
    return object;
}

/* Adds `{name: ..., "label": ...}` unless a later version gave that name already. */
static void add_name(struct arena *arena, struct value *list, const char *member, struct text name, struct says says)
{
    for (size_t i = 0; i < list->count; i++)
        if (text_equal(value_get(list->items[i], member)->text, name))
            return;
    struct value *item = value_object(arena);
    value_set(arena, item, member, value_text(arena, name));
    set_says(arena, item, "label", says);
    value_append(arena, list, item);
}

/* What the covenants name themselves: said as the last version that has the name says it. */
static void set_names(struct arena *arena, struct value *answer, const struct region *region)
{
    struct value *kinds = value_list(arena), *phases = value_list(arena), *stages = value_list(arena);
    for (size_t i = region->versions_count; i > 0; i--) {
        const struct covenant *covenant = region->versions[i - 1];
        for (size_t j = 0; j < covenant->contracts.kinds_count; j++)
            add_name(arena, kinds, "kind", covenant->contracts.kinds[j].rule.id, covenant->contracts.kinds[j].rule.says);
        for (size_t j = 0; j < covenant->support.phases_count; j++)
            add_name(arena, phases, "phase", covenant->support.phases[j].phase, covenant->support.phases[j].rule.says);
        for (size_t j = 0; j < covenant->journey_count; j++)
            add_name(arena, stages, "stage", covenant->journey[j].stage, covenant->journey[j].rule.says);
    }
    value_set(arena, answer, "kinds", kinds);
    value_set(arena, answer, "phases", phases);
    value_set(arena, answer, "stages", stages);
}

struct value *vocabulary_value(struct arena *arena, const struct region *region)
{
    const struct vocabulary *vocabulary = &region->vocabulary;
    struct value *facts = value_list(arena), *events = value_list(arena), *roles = value_list(arena);
    for (size_t i = 0; i < vocabulary->facts_count; i++)
        value_append(arena, facts, fact_value(arena, vocabulary, &vocabulary->facts[i]));
    for (size_t i = 0; i < vocabulary->events_count; i++)
        value_append(arena, events, event_value(arena, &vocabulary->events[i]));
    for (size_t i = 0; i < vocabulary->roles_count; i++) {
        struct value *role = value_object(arena);
        value_set(arena, role, "role", value_text(arena, vocabulary->roles[i].name));
        set_says(arena, role, "label", vocabulary->roles[i].label);
        value_append(arena, roles, role);
    }
    struct value *answer = value_object(arena);
    value_set(arena, answer, "region", value_text(arena, region->name));
    value_set(arena, answer, "facts", facts);
    value_set(arena, answer, "events", events);
    value_set(arena, answer, "roles", roles);
    set_names(arena, answer, region);
    return answer;
}

bool verb_vocabulary(struct call *call, struct fault *fault)
{
    (void)fault;
    const struct region *region = call_region(call, call_text(call, "region"), "/region");
    if (region)
        call_reply(call, "vocabulary", vocabulary_value(call->arena, region));
    return true;
}
