#include "engine/derived.h"

#include "engine/section.h"

static void collect_entry(struct view *view, const struct entry *entry)
{
    if (view_deciding(view)->evidence)
        evidence_add_entry(view_deciding(view)->arena, view_deciding(view)->evidence, entry);
}

struct answer attribute_answer(struct view *view, const struct entry *entry, size_t index)
{
    const struct event_type *event = &view_deciding(view)->region->vocabulary.events[entry->event];
    if (index < event->attributes_count && entry->attributes[index].known)
        return answer_known(entry->attributes[index].value);
    struct text name = index < event->attributes_count ? event->attributes[index].name : (struct text){0};
    return answer_unknown(view_deciding(view)->arena, CAUSE_EVENT, event->name, name);
}

/* Is an entry of this day out: before `since`, or so long ago that its term has ended? The earlier the more so. */
static bool day_is_out(const struct view *view, const struct derived *derived, struct date day, const struct date *since)
{
    struct deciding *deciding = view_deciding(view);
    if (since && date_compare(day, *since) < 0)
        return true;
    return derived->has_within &&
           date_compare(calendar_term_end(deciding->arena, &deciding->rules->calendar, day, derived->within, false,
                                          REGIME_AS_WRITTEN).raw, view_on(view)) <= 0;
}

/* The first entry that is not out: entries stand by day, so it is found by halving. */
static size_t entries_from(const struct view *view, const struct derived *derived, const struct date *since)
{
    const struct entry *entries = view_deciding(view)->case_file->entries;
    size_t low = 0, high = view_entries_count(view);
    while ((since || derived->has_within) && low < high) {
        size_t middle = low + (high - low) / 2;
        if (day_is_out(view, derived, entries[middle].on, since))
            low = middle + 1;
        else
            high = middle;
    }
    arena_work(view_deciding(view)->arena, (view_entries_count(view) - low) / ITEMS_PER_STEP);
    return low;
}

/* Does an entry that is not out take part: of the event, and `where` it is so? */
static struct answer entry_matches(struct view *view, const struct derived *derived, const struct entry *entry)
{
    struct deciding *deciding = view_deciding(view);
    if (entry->event != derived->event)
        return answer_boolean(false);
    arena_work(deciding->arena, 1);
    struct judged where = view_judge(view, derived->where, entry);
    if (deciding->evidence)
        evidence_add(deciding->arena, deciding->evidence, &where.evidence);
    return where.answer;
}

static struct answer derived_count(struct view *view, const struct derived *derived, size_t from)
{
    struct scalar count = {.kind = TYPE_INTEGER};
    struct answer unknown = answer_boolean(true);
    for (size_t i = from; i < view_entries_count(view); i++) {
        const struct entry *entry = &view_deciding(view)->case_file->entries[i];
        struct answer matches = entry_matches(view, derived, entry);
        if (!matches.known)
            unknown = unknown.known ? matches : answer_join(view_deciding(view)->arena, unknown, matches);
        else if (matches.value.as.boolean) {
            count.as.number++;
            collect_entry(view, entry);
        }
    }
    return unknown.known ? answer_known(count) : unknown;
}

static struct answer derived_found(struct view *view, const struct derived *derived, size_t from)
{
    const struct entry *entries = view_deciding(view)->case_file->entries;
    size_t last = view_entries_count(view);
    for (size_t i = from; i < last; i++) {
        const struct entry *entry = &entries[derived->kind == DERIVED_FIRST ? i : last - 1 - (i - from)];
        struct answer matches = entry_matches(view, derived, entry);
        if (!matches.known)
            return matches;
        if (!matches.value.as.boolean)
            continue;
        collect_entry(view, entry);
        if (derived->take != NOT_FOUND)
            return attribute_answer(view, entry, derived->take);
        return answer_known((struct scalar){.kind = TYPE_DATE, .as.date = entry->on});
    }
    const struct event_type *event = &view_deciding(view)->region->vocabulary.events[derived->event];
    return answer_unknown(view_deciding(view)->arena, CAUSE_EVENT, event->name, (struct text){0});
}

static struct answer derived_from_entries(struct view *view, const struct derived *derived)
{
    bool has_since = derived->since.kind != ANCHOR_NONE;
    struct date since = {0};
    if (has_since) {
        struct judged start = anchor_date(view, &derived->since);
        if (view_deciding(view)->evidence)
            evidence_add(view_deciding(view)->arena, view_deciding(view)->evidence, &start.evidence);
        if (!start.answer.known)
            return start.answer;
        since = start.answer.value.as.date;
    }
    size_t from = entries_from(view, derived, has_since ? &since : NULL);
    return derived->kind == DERIVED_COUNT ? derived_count(view, derived, from) : derived_found(view, derived, from);
}

/* The entries of an event up to the view's day, as a Lua function gets them. */
static struct script_argument argument_entries(struct view *view, size_t event)
{
    struct script_argument argument = {.is_list = true};
    arena_work(view_deciding(view)->arena, view_entries_count(view));
    const struct entry **entries = ARENA_ARRAY(view_deciding(view)->arena, view_entries_count(view) + 1, const struct entry *);
    for (size_t i = 0; i < view_entries_count(view); i++) {
        const struct entry *entry = &view_deciding(view)->case_file->entries[i];
        if (entry->event != event)
            continue;
        entries[argument.entries_count++] = entry;
        collect_entry(view, entry);
    }
    argument.entries = entries;
    return argument;
}

static struct value *argument_value(struct arena *arena, const struct script_argument *argument)
{
    if (!argument->is_list)
        return scalar_value(arena, argument->scalar);
    struct value *list = value_list(arena);
    for (size_t i = 0; i < argument->entries_count; i++)
        value_append(arena, list, value_copy(arena, argument->entries[i]->source));
    return list;
}

static void trace_call(struct view *view, const struct script_call *call, struct answer answer, long long instructions)
{
    struct arena *arena = view_deciding(view)->arena;
    if (!view_deciding(view)->lua_calls)
        return;
    struct value *traced = value_object(arena), *arguments = value_list(arena);
    value_set(arena, traced, "derived", value_text(arena, call->derived->name));
    value_set(arena, traced, "function", value_text(arena, call->derived->function));
    value_set(arena, traced, "version", value_text(arena, view_covenant(view)->version));
    value_set(arena, traced, "on", value_date(arena, view_on(view)));
    for (size_t i = 0; i < call->arguments_count; i++)
        value_append(arena, arguments, argument_value(arena, &call->arguments[i]));
    value_set(arena, traced, "arguments", arguments);
    if (answer.known)
        value_set(arena, traced, "result", scalar_value(arena, answer.value));
    else
        value_set(arena, traced, "failed", value_text(arena, answer.causes->detail));
    value_set(arena, traced, "instructions", value_integer(arena, instructions));
    value_append(arena, view_deciding(view)->lua_calls, traced);
}

static struct answer derived_lua(struct view *view, const struct derived *derived)
{
    struct deciding *deciding = view_deciding(view);
    struct script_argument *arguments =
        ARENA_ARRAY(deciding->arena, derived->arguments_count + 1, struct script_argument);
    struct answer unknown = answer_boolean(true);
    for (size_t i = 0; i < derived->arguments_count; i++) {
        const struct argument *argument = &derived->arguments[i];
        if (argument->kind == ARGUMENT_EVENT) {
            arguments[i] = argument_entries(view, argument->event);
            continue;
        }
        struct answer answer =
            argument->kind == ARGUMENT_LITERAL ? answer_known(argument->literal) : view_read(view, argument->symbol);
        if (!answer.known)
            unknown = unknown.known ? answer : answer_join(deciding->arena, unknown, answer);
        else
            arguments[i].scalar = answer.value;
    }
    if (!unknown.known)
        return unknown;
    struct script_call call = {view_covenant(view), derived, arguments, derived->arguments_count};
    long long instructions = 0;
    struct answer answer = script_call(deciding->interpreter, deciding->arena, &call, &instructions);
    arena_work(deciding->arena, (size_t)instructions);
    trace_call(view, &call, answer, instructions);
    return answer;
}

struct answer derived_compute(struct view *view, const struct derived *derived)
{
    switch (derived->kind) {
    case DERIVED_OF:
        return view_evaluate(view, derived->of);
    case DERIVED_COUNT:
    case DERIVED_FIRST:
    case DERIVED_LAST:
        return derived_from_entries(view, derived);
    case DERIVED_LUA:
        return derived_lua(view, derived);
    }
    return answer_boolean(false);
}

