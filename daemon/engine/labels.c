#include "engine/labels.h"

/* The region's own names come after the national ones in its vocabulary. */
struct own {
    const struct vocabulary *vocabulary;
    size_t facts, events; /* the first of its own */
};

static const struct says *label_of(const struct own *own, struct text name)
{
    const struct vocabulary *vocabulary = own->vocabulary;
    for (size_t i = own->facts; i < vocabulary->facts_count; i++)
        if (text_equal(vocabulary->facts[i].name, name))
            return &vocabulary->facts[i].label;
    for (size_t i = own->events; i < vocabulary->events_count; i++)
        if (text_equal(vocabulary->events[i].name, name))
            return &vocabulary->events[i].label;
    return NULL;
}

static void label_add(struct arena *arena, const struct own *own, struct text name, struct value *labels)
{
    const struct says *says = label_of(own, name);
    if (!says || value_get_text(labels, name))
        return;
    struct value *label = value_object(arena);
    value_set(arena, label, "nl", value_text(arena, says->nl));
    if (says->en.at)
        value_set(arena, label, "en", value_text(arena, says->en));
    value_set_text(arena, labels, name, label);
}

/* Every name in a decision is the key of a member or a text. */
static void labels_add(struct arena *arena, const struct own *own, const struct value *value, struct value *labels)
{
    if (value->kind == VALUE_TEXT)
        label_add(arena, own, value->text, labels);
    if (value->kind != VALUE_LIST && value->kind != VALUE_OBJECT)
        return;
    for (size_t i = 0; i < value->count; i++) {
        if (value->kind == VALUE_OBJECT)
            label_add(arena, own, value->names[i], labels);
        labels_add(arena, own, value->items[i], labels);
    }
}

struct value *labels_of(struct arena *arena, const struct rules *rules, const struct region *region,
                        const struct value *decision)
{
    struct own own = {&region->vocabulary, rules->national.facts_count, rules->national.events_count};
    if (own.facts == own.vocabulary->facts_count && own.events == own.vocabulary->events_count)
        return NULL;
    struct value *labels = value_object(arena);
    for (size_t i = 0; i < decision->count; i++)
        if (!text_is(decision->names[i], "trace"))
            labels_add(arena, &own, decision->items[i], labels);
    return labels->count ? labels : NULL;
}
