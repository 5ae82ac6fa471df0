/* The events of a case: read, checked and put in order. */
#include "engine/case_reading.h"

#include "base/json.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* Forms of contract that every region knows by name, also where its covenant has no such form: a case has a past. */
static const char *const national_kinds[] = {"omklap", "driepartijen", "driehoekscontract", "proefwonen", "regulier"};

/* A text attribute whose values are names in the covenants: a phase, a contract kind, a role, a rule that can be waived. */
static bool covenant_has_name(const struct covenant *covenant, const char *attribute, struct text name)
{
    if (strcmp(attribute, "phase") == 0) {
        for (size_t i = 0; i < covenant->support.phases_count; i++)
            if (text_equal(covenant->support.phases[i].phase, name))
                return true;
        return text_is(name, "ended");
    }
    if (strcmp(attribute, "kind") == 0) {
        for (size_t i = 0; i < sizeof national_kinds / sizeof *national_kinds; i++)
            if (text_is(name, national_kinds[i]))
                return true;
        for (size_t i = 0; i < covenant->contracts.kinds_count; i++)
            if (text_equal(covenant->contracts.kinds[i].rule.id, name))
                return true;
        return false;
    }
    for (size_t i = 0; i < covenant->eligibility.requirements_count; i++)
        if (text_equal(covenant->eligibility.requirements[i].rule.id, name))
            return true;
    return false;
}

static void covenant_names(struct arena *arena, const struct covenant *covenant, const char *attribute,
                           struct text_list *names)
{
    if (strcmp(attribute, "phase") == 0)
        for (size_t i = 0; i < covenant->support.phases_count; i++)
            text_list_add_sorted(arena, names, covenant->support.phases[i].phase);
    else if (strcmp(attribute, "kind") == 0)
        for (size_t i = 0; i < covenant->contracts.kinds_count; i++)
            text_list_add_sorted(arena, names, covenant->contracts.kinds[i].rule.id);
    else
        for (size_t i = 0; i < covenant->eligibility.requirements_count; i++)
            text_list_add_sorted(arena, names, covenant->eligibility.requirements[i].rule.id);
}

/*
 * Phases, contract kinds and waivable rules are names that a version gives: one that no version of the region knows is
 * a typing error that would silently change the decision.
 */
static void check_names(struct reading *reading, struct text name, struct text value, const struct pointer *at)
{
    static const char *const attributes[] = {"phase", "kind", "waives"};
    for (size_t a = 0; a < sizeof attributes / sizeof *attributes; a++) {
        if (!text_is(name, attributes[a]))
            continue;
        struct text_list names = {0};
        for (size_t i = 0; i < reading->region->versions_count; i++) {
            if (covenant_has_name(reading->region->versions[i], attributes[a], value))
                return;
            covenant_names(reading->arena, reading->region->versions[i], attributes[a], &names);
        }
        if (names.count == 0)
            return;
        refusals_add(reading->refusals, ERROR_INVALID_CASE, at, "expected %.*s, found `%.*s`",
                     TEXT_ARGS(choices_text(reading->arena, &names)), TEXT_ARGS(value));
    }
}

static void attribute_read(struct reading *reading, const struct event_type *event, size_t index,
                           const struct value *value, const struct pointer *at, struct entry *entry)
{
    const struct attribute *attribute = &event->attributes[index];
    struct stated *slot = &entry->attributes[index];
    slot->known = case_scalar_read(reading, &attribute->type, value, at, &slot->value);
    if (slot->known && attribute->type.kind == TYPE_TEXT && !attribute->type.choices)
        check_names(reading, attribute->name, slot->value.as.text, at);
}

static void moment_read(struct reading *reading, const struct value *value, const struct pointer *at,
                        struct entry *entry, struct date *written)
{
    entry->has_at = value->kind == VALUE_TEXT && moment_parse(value->text, &entry->at, written);
    if (!entry->has_at)
        case_wrong(reading, at, value, "a time with its offset, as 2022-09-14T22:40:00+02:00");
}

static const char *const event_members[] = {"event", "on", "at", "ref"};

static void unknown_event_member(struct reading *reading, const struct pointer *at, struct text name,
                                 const struct event_type *event)
{
    struct text_list names = {0};
    for (size_t i = 0; i < event->attributes_count; i++)
        text_list_add(reading->arena, &names, event->attributes[i].name);
    for (size_t i = 0; i < sizeof event_members / sizeof *event_members; i++)
        text_list_add(reading->arena, &names, text_of(event_members[i]));
    case_unknown_member(reading, at, name, "member", &names);
}

static void event_members_read(struct reading *reading, const struct value *source, const struct pointer *at,
                               struct entry *entry)
{
    const struct event_type *event = &reading->region->vocabulary.events[entry->event];
    struct date written = {0};
    bool has_on = false;
    for (size_t i = 0; i < source->count; i++) {
        struct pointer member = {at, source->names[i], 0};
        const struct value *value = source->items[i];
        size_t attribute = event_attribute(event, source->names[i]);
        if (text_is(source->names[i], "event"))
            continue;
        if (text_is(source->names[i], "on"))
            has_on = case_date_read(reading, value, &member, &entry->on);
        else if (text_is(source->names[i], "at"))
            moment_read(reading, value, &member, entry, &written);
        else if (text_is(source->names[i], "ref")) {
            if (value->kind == VALUE_TEXT)
                entry->ref = value->text;
            else
                case_wrong(reading, &member, value, "a text");
        } else if (attribute != NOT_FOUND)
            attribute_read(reading, event, attribute, value, &member, entry);
        else
            unknown_event_member(reading, &member, source->names[i], event);
    }
    if (entry->has_at && has_on && date_compare(written, entry->on) != 0) {
        struct pointer member = {at, TEXT("at"), 0};
        refusals_add(reading->refusals, ERROR_INVALID_CASE, &member, "expected a time on %.*s, the day in `on`, found one on %.*s",
                     TEXT_ARGS(date_text(reading->arena, entry->on)), TEXT_ARGS(date_text(reading->arena, written)));
    }
    if (!value_get(source, "on"))
        refusals_add(reading->refusals, ERROR_INVALID_CASE, at, "expected a member `on` here: the date of the event");
    for (size_t i = 0; i < event->attributes_count; i++)
        if (!event->attributes[i].optional && !value_get_text(source, event->attributes[i].name))
            refusals_add(reading->refusals, ERROR_INVALID_CASE, at, "expected a member `%.*s` here",
                         TEXT_ARGS(event->attributes[i].name));
}

static void event_read(struct reading *reading, const struct value *source, const struct pointer *at,
                       struct entry *entry)
{
    const struct vocabulary *vocabulary = &reading->region->vocabulary;
    if (source->kind != VALUE_OBJECT) {
        case_wrong(reading, at, source, "an event, as {\"event\": \"moved_in\", \"on\": \"2022-03-01\"}");
        return;
    }
    const struct value *name = value_get(source, "event");
    struct pointer name_at = {at, TEXT("event"), 0};
    if (!name) {
        refusals_add(reading->refusals, ERROR_INVALID_CASE, at, "expected a member `event` here: its name");
        return;
    }
    if (name->kind != VALUE_TEXT) {
        case_wrong(reading, &name_at, name, "the name of an event");
        return;
    }
    entry->event = vocabulary_event(vocabulary, name->text);
    if (entry->event == NOT_FOUND) {
        struct text_list names = vocabulary_event_names(reading->arena, vocabulary);
        case_unknown_member(reading, &name_at, name->text, "event", &names);
        return;
    }
    entry->attributes = ARENA_ARRAY(reading->arena, vocabulary->events[entry->event].attributes_count + 1, struct stated);
    entry->source = source;
    event_members_read(reading, source, at, entry);
}

/* What entries are sorted by; the text is made once per entry. */
struct ordered {
    struct entry entry;
    struct text content;
};

static int by_order(const void *left, const void *right)
{
    const struct ordered *a = left, *b = right;
    int order = date_compare(a->entry.on, b->entry.on);
    if (order)
        return order;
    if (a->entry.has_at != b->entry.has_at) /* without a time: at the day's end */
        return a->entry.has_at ? -1 : 1;
    if (a->entry.has_at && a->entry.at.second != b->entry.at.second)
        return a->entry.at.second < b->entry.at.second ? -1 : 1;
    return text_compare(a->content, b->content);
}

/* In order of date, time, content; the same event twice (all members alike) once. */
static void entries_order(struct arena *arena, struct ordered *ordered, size_t count, struct case_file *case_file)
{
    for (size_t i = 0; i < count; i++)
        ordered[i].content = json_write(arena, ordered[i].entry.source);
    if (count)
        qsort(ordered, count, sizeof *ordered, by_order);
    struct entry *entries = ARENA_ARRAY(arena, count + 1, struct entry);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !text_equal(ordered[i].content, ordered[i - 1].content))
            entries[kept++] = ordered[i].entry;
    case_file->entries = entries;
    case_file->entries_count = kept;
}

void case_events_read(struct reading *reading, const struct value *events, const struct pointer *at,
                        struct case_file *case_file)
{
    if (events->kind != VALUE_LIST) {
        case_wrong(reading, at, events, "a list of events");
        return;
    }
    if (events->count > CASE_EVENTS_MAX) {
        refusals_add(reading->refusals, ERROR_INVALID_CASE, at, "expected at most %d events, found %zu", CASE_EVENTS_MAX,
                     events->count);
        return;
    }
    struct ordered *ordered = ARENA_ARRAY(reading->arena, events->count + 1, struct ordered);
    size_t before = reading->refusals->count;
    for (size_t i = 0; i < events->count; i++) {
        struct pointer member = {at, {0}, i};
        event_read(reading, events->items[i], &member, &ordered[i].entry);
    }
    if (reading->refusals->count == before)
        entries_order(reading->arena, ordered, events->count, case_file);
}
