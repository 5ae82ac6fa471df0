#include "covenant/vocabulary.h"

size_t vocabulary_fact(const struct vocabulary *vocabulary, struct text name)
{
    for (size_t i = 0; i < vocabulary->facts_count; i++)
        if (text_equal(vocabulary->facts[i].name, name))
            return i;
    return NOT_FOUND;
}

size_t vocabulary_event(const struct vocabulary *vocabulary, struct text name)
{
    for (size_t i = 0; i < vocabulary->events_count; i++)
        if (text_equal(vocabulary->events[i].name, name))
            return i;
    return NOT_FOUND;
}

size_t vocabulary_role(const struct vocabulary *vocabulary, struct text name)
{
    for (size_t i = 0; i < vocabulary->roles_count; i++)
        if (text_equal(vocabulary->roles[i].name, name))
            return i;
    return NOT_FOUND;
}

size_t event_attribute(const struct event_type *event, struct text name)
{
    for (size_t i = 0; i < event->attributes_count; i++)
        if (text_equal(event->attributes[i].name, name))
            return i;
    return NOT_FOUND;
}

struct text_list vocabulary_fact_names(struct arena *arena, const struct vocabulary *vocabulary)
{
    struct text_list names = {0};
    for (size_t i = 0; i < vocabulary->facts_count; i++)
        text_list_add(arena, &names, vocabulary->facts[i].name);
    return names;
}

struct text_list vocabulary_event_names(struct arena *arena, const struct vocabulary *vocabulary)
{
    struct text_list names = {0};
    for (size_t i = 0; i < vocabulary->events_count; i++)
        text_list_add(arena, &names, vocabulary->events[i].name);
    return names;
}

struct text_list vocabulary_role_names(struct arena *arena, const struct vocabulary *vocabulary)
{
    struct text_list names = {0};
    for (size_t i = 0; i < vocabulary->roles_count; i++)
        text_list_add(arena, &names, vocabulary->roles[i].name);
    return names;
}
