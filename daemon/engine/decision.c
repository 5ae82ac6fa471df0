#include "engine/decision.h"

#include <string.h>

/* ---- texts ---- */

static struct text filled_name(struct view *view, struct text name)
{
    struct deciding *deciding = view_deciding(view);
    const struct covenant *covenant = view_covenant(view);
    struct symbol symbol = {.name = name};
    symbol.index = vocabulary_fact(&deciding->region->vocabulary, name);
    symbol.kind = SYMBOL_FACT;
    for (size_t i = 0; symbol.index == NOT_FOUND && i < covenant->derived_count; i++)
        if (text_equal(covenant->derived[i].name, name)) {
            symbol.kind = SYMBOL_DERIVED;
            symbol.index = i;
        }
    if (symbol.index == NOT_FOUND)
        return text_format(deciding->arena, "{%.*s}", TEXT_ARGS(name));
    struct judged judged = view_symbol(view, &symbol);
    return judged.answer.known ? scalar_text(deciding->arena, judged.answer.value) : TEXT("?");
}

static struct text fill(struct view *view, struct text text)
{
    struct buffer buffer;
    if (!text.length || !memchr(text.at, '{', text.length))
        return text;
    buffer_init(&buffer, view_deciding(view)->arena);
    for (size_t i = 0; i < text.length; i++) {
        const char *end = text.at[i] == '{' ? memchr(text.at + i, '}', text.length - i) : NULL;
        if (!end) {
            buffer_add_byte(&buffer, text.at[i]);
            continue;
        }
        size_t length = (size_t)(end - (text.at + i)) - 1;
        buffer_add(&buffer, filled_name(view, (struct text){text.at + i + 1, length}));
        i += length + 1;
    }
    return buffer_text(&buffer);
}

struct value *says_value(struct view *view, const struct says *says)
{
    struct arena *arena = view_deciding(view)->arena;
    struct value *object = value_object(arena);
    if (says->nl.at)
        value_set(arena, object, "nl", value_text(arena, fill(view, says->nl)));
    if (says->en.at)
        value_set(arena, object, "en", value_text(arena, fill(view, says->en)));
    return object;
}

/* ---- rules ---- */

static const char *const source_kind_names[] = {
    [SOURCE_PUBLICATION] = "publication",
    [SOURCE_AGREEMENT] = "agreement",
    [SOURCE_LAW] = "law",
    [SOURCE_ASSUMPTION] = "assumption",
};

struct value *sources_value(struct arena *arena, const struct rule *rule)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < rule->sources_count; i++) {
        const struct source_reference *reference = &rule->sources[i];
        struct value *source = value_object(arena);
        value_set(arena, source, "is", value_text(arena, reference->is->key));
        if (reference->at.at)
            value_set(arena, source, "at", value_text(arena, reference->at));
        value_set(arena, source, "title", value_text(arena, reference->is->title));
        value_set(arena, source, "kind", value_string(arena, source_kind_names[reference->is->kind]));
        value_append(arena, list, source);
    }
    return list;
}

void rule_used(struct deciding *deciding, const struct rule *rule)
{
    rule_assumptions(deciding->arena, rule, &deciding->assumptions);
}

void version_used(struct deciding *deciding, enum section section, const struct covenant *covenant)
{
    if (covenant != deciding->covenant)
        text_list_add_sorted(deciding->arena, &deciding->versions[section], covenant->version);
}

struct value *rule_value(struct view *view, const struct rule *rule)
{
    rule_used(view_deciding(view), rule);
    return rule_shown(view, rule);
}

struct value *rule_shown(struct view *view, const struct rule *rule)
{
    struct arena *arena = view_deciding(view)->arena;
    struct value *object = value_object(arena);
    value_set(arena, object, "rule", value_text(arena, rule->id));
    value_set(arena, object, "says", says_value(view, &rule->says));
    value_set(arena, object, "source", sources_value(arena, rule));
    return object;
}

/* ---- reasons ---- */

static const char *const reason_state_names[] = {
    [REASON_STATED] = "stated",
    [REASON_UNKNOWN] = "unknown",
    [REASON_NOT_APPLICABLE] = "not_applicable",
    [REASON_WAIVED] = "waived",
    [REASON_FAILED] = "failed",
    [REASON_SILENT] = "silent",
};

const char *reason_state_name(enum reason_state state)
{
    return reason_state_names[state];
}

enum reason_state judged_state(const struct judged *judged)
{
    switch (answer_state(judged->answer)) {
    case STATE_KNOWN:
        return REASON_STATED;
    case STATE_UNKNOWN:
        return REASON_UNKNOWN;
    case STATE_SILENT:
        return REASON_SILENT;
    case STATE_FAILED:
        return REASON_FAILED;
    }
    return REASON_UNKNOWN;
}

static struct value *stated_value(struct arena *arena, const struct stated *stated)
{
    struct value *object = value_object(arena);
    value_set(arena, object, "value", scalar_value(arena, stated->value));
    if (stated->by.at)
        value_set(arena, object, "by", value_text(arena, stated->by));
    if (stated->has_on)
        value_set(arena, object, "on", value_date(arena, stated->on));
    return object;
}

static void set_evidence(struct deciding *deciding, struct value *object, const struct evidence *evidence)
{
    struct arena *arena = deciding->arena;
    struct value *facts = value_object(arena), *events = value_list(arena);
    for (size_t i = 0; i < evidence->facts_count; i++)
        value_set_text(arena, facts, deciding->region->vocabulary.facts[evidence->facts[i]].name,
                       stated_value(arena, &deciding->case_file->facts[evidence->facts[i]]));
    /* in the order of the case, whichever rule read them first */
    for (size_t i = 0; i < deciding->case_file->entries_count; i++)
        for (size_t j = 0; j < evidence->entries_count; j++)
            if (evidence->entries[j] == &deciding->case_file->entries[i])
                value_append(arena, events, value_copy(arena, evidence->entries[j]->source));
    value_set(arena, object, "facts", facts);
    value_set(arena, object, "events", events);
}

static struct value *blank_says(struct view *view, struct text id)
{
    const struct covenant *covenant = view_covenant(view);
    for (size_t i = 0; i < covenant->blanks_count; i++)
        if (text_equal(covenant->blanks[i].rule.id, id)) {
            rule_used(view_deciding(view), &covenant->blanks[i].rule);
            return says_value(view, &covenant->blanks[i].rule.says);
        }
    return value_object(view_deciding(view)->arena);
}

/* Which computations failed and why, and on what the covenant is silent: never left out of an unknown. */
static void set_because(struct view *view, struct value *object, const struct cause *causes)
{
    struct arena *arena = view_deciding(view)->arena;
    struct value *list = value_list(arena);
    for (const struct cause *cause = causes; cause; cause = cause->next) {
        struct value *because = value_object(arena);
        if (cause->kind == CAUSE_FAILURE) {
            value_set(arena, because, "failed", value_text(arena, cause->name));
            value_set(arena, because, "why", value_text(arena, cause->detail));
        } else if (cause->kind == CAUSE_SILENT) {
            value_set(arena, because, "silent", value_text(arena, cause->name));
            value_set(arena, because, "says", blank_says(view, cause->name));
        } else {
            continue;
        }
        value_append(arena, list, because);
    }
    if (list->count)
        value_set(arena, object, "because", list);
}

struct value *reason_value(struct view *view, const struct rule *rule, const struct verdict *verdict)
{
    struct deciding *deciding = view_deciding(view);
    struct value *reason = rule_value(view, rule);
    value_set(deciding->arena, reason, "state", value_string(deciding->arena, reason_state_names[verdict->state]));
    if (verdict->known && verdict->state != REASON_NOT_APPLICABLE)
        value_set(deciding->arena, reason, "value", value_boolean(deciding->arena, verdict->holds));
    set_evidence(deciding, reason, &verdict->evidence);
    if (!verdict->known)
        set_because(view, reason, verdict->causes);
    return reason;
}

struct value *judged_reason(struct view *view, const struct rule *rule, const struct judged *judged)
{
    struct verdict verdict = {
        .state = judged_state(judged),
        .known = judged->answer.known,
        .holds = answer_is_true(judged->answer),
        .causes = judged->answer.causes,
        .evidence = judged->evidence,
    };
    return reason_value(view, rule, &verdict);
}

void set_answer(struct arena *arena, struct value *object, const char *name, struct answer answer)
{
    if (answer.known)
        value_set(arena, object, name, scalar_value(arena, answer.value));
}

/* ---- missing ---- */

void missing_init(struct missing *missing, struct deciding *deciding)
{
    *missing = (struct missing){.deciding = deciding};
}

void missing_add(struct missing *missing, const struct cause *causes, struct text rule)
{
    struct arena *arena = missing->deciding->arena;
    for (const struct cause *cause = causes; cause; cause = cause->next) {
        struct missing_item *item = NULL;
        if (cause->kind != CAUSE_FACT && cause->kind != CAUSE_EVENT) {
            struct answer one = answer_unknown(arena, cause->kind, cause->name, cause->detail);
            missing->open = missing->open
                                ? answer_join(arena, (struct answer){.causes = missing->open}, one).causes
                                : one.causes;
            continue;
        }
        for (size_t i = 0; i < missing->count; i++)
            if (missing->items[i].kind == cause->kind && text_equal(missing->items[i].name, cause->name))
                item = &missing->items[i];
        if (!item) {
            item = arena_push(arena, &missing->items, &missing->count, &missing->capacity, sizeof *item);
            item->kind = cause->kind;
            item->name = cause->name;
        }
        if (rule.at && !text_list_has(&item->rules, rule))
            text_list_add(arena, &item->rules, rule);
    }
}

void missing_suffices(struct missing *missing, struct text fact, struct value *suffices)
{
    for (size_t i = 0; i < missing->count; i++)
        if (missing->items[i].kind == CAUSE_FACT && text_equal(missing->items[i].name, fact))
            missing->items[i].suffices = suffices;
}

static struct value *roles_value(const struct deciding *deciding, struct role_set roles)
{
    struct value *list = value_list(deciding->arena);
    for (size_t i = 0; i < deciding->region->vocabulary.roles_count; i++)
        if (roles.bits >> i & 1)
            value_append(deciding->arena, list, value_text(deciding->arena, deciding->region->vocabulary.roles[i].name));
    return list;
}

static struct value *text_list_value(struct arena *arena, const struct text_list *texts)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < texts->count; i++)
        value_append(arena, list, value_text(arena, texts->items[i]));
    return list;
}

/* A missing fact is something to do: whoever states it is asked. */
static void missing_step(struct deciding *deciding, const struct missing_item *item, const struct fact *fact)
{
    struct step step = {.id = text_format(deciding->arena, "fact:%.*s", TEXT_ARGS(item->name))};
    const struct says *ask = fact->ask.nl.at ? &fact->ask : &fact->label;
    for (size_t i = 0; i < deciding->region->vocabulary.roles_count && !step.who.at; i++)
        if (fact->stated_by.bits >> i & 1)
            step.who = deciding->region->vocabulary.roles[i].name;
    step.does = says_value(view_today(deciding), ask);
    for (size_t i = 0; i < item->rules.count; i++) {
        step.because = item->rules.items[i];
        step_add(deciding, &step);
    }
}

static const struct fact *missing_fact(const struct missing *missing, const struct missing_item *item)
{
    const struct vocabulary *vocabulary = &missing->deciding->region->vocabulary;
    return item->kind == CAUSE_FACT ? &vocabulary->facts[vocabulary_fact(vocabulary, item->name)] : NULL;
}

void missing_ask(const struct missing *missing)
{
    for (size_t i = 0; i < missing->count; i++) {
        const struct fact *fact = missing_fact(missing, &missing->items[i]);
        if (fact)
            missing_step(missing->deciding, &missing->items[i], fact);
    }
}

static struct value *missing_value(const struct missing *missing, const struct missing_item *item)
{
    struct deciding *deciding = missing->deciding;
    struct arena *arena = deciding->arena;
    struct value *object = value_object(arena);
    const struct fact *fact = missing_fact(missing, item);
    value_set(arena, object, fact ? "fact" : "event", value_text(arena, item->name));
    if (fact)
        value_set(arena, object, "ask", says_value(view_today(deciding), fact->ask.nl.at ? &fact->ask : &fact->label));
    if (fact && fact->stated_by.bits)
        value_set(arena, object, "stated_by", roles_value(deciding, fact->stated_by));
    value_set(arena, object, "rules", text_list_value(arena, &item->rules));
    if (item->suffices)
        value_set(arena, object, "suffices", item->suffices);
    return object;
}

void missing_set(struct missing *missing, struct value *section)
{
    struct arena *arena = missing->deciding->arena;
    struct value *list = value_list(arena);
    for (size_t i = 0; i < missing->count; i++)
        value_append(arena, list, missing_value(missing, &missing->items[i]));
    if (list->count)
        value_set(arena, section, "missing", list);
    set_because(view_today(missing->deciding), section, missing->open);
    missing_ask(missing);
}

/* ---- actions and steps ---- */

struct text role_name(const struct deciding *deciding, size_t role)
{
    return role == NOT_FOUND ? (struct text){0} : deciding->region->vocabulary.roles[role].name;
}

/* A step that two sections ask for stands once, with both reasons. */
static struct value *step_found(const struct value *steps, const struct step *step)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct value *due = value_get(steps->items[i], "due");
        bool same_due = step->due ? due && value_equal(due, step->due) : due == NULL;
        if (same_due && text_equal(value_get(steps->items[i], "step")->text, step->id))
            return steps->items[i];
    }
    return NULL;
}

void step_add(struct deciding *deciding, const struct step *step)
{
    struct arena *arena = deciding->arena;
    struct value *object = step_found(deciding->steps, step);
    if (!object) {
        object = value_object(arena);
        value_set(arena, object, "step", value_text(arena, step->id));
        if (step->who.at)
            value_set(arena, object, "who", value_text(arena, step->who));
        value_set(arena, object, "does", value_copy(arena, step->does));
        if (step->due) {
            value_set(arena, object, "due", step->due);
            value_set(arena, object, "overdue", value_boolean(arena, step->overdue));
        }
        value_set(arena, object, "because", value_list(arena));
        value_append(arena, deciding->steps, object);
    }
    struct value *because = value_get(object, "because");
    for (size_t i = 0; i < because->count; i++)
        if (text_equal(because->items[i]->text, step->because))
            return;
    value_append(arena, because, value_text(arena, step->because));
}

/* When an action is due: hours run from the time of the event that started it, else from the day's end. */
static struct value *action_due(struct view *view, const struct action *action, struct date since,
                                const struct entry *started_by, struct date *day)
{
    struct deciding *deciding = view_deciding(view);
    if (action->before != NOT_FOUND) {
        struct date opens;
        if (!deadline_window(view, action->before, &opens, day))
            return NULL;
        return value_date(deciding->arena, *day);
    }
    if (!action->has_within)
        return NULL;
    if (action->within.unit == UNIT_HOURS) {
        bool timed = started_by && started_by->has_at && date_compare(started_by->on, since) == 0;
        struct moment start = timed ? started_by->at : date_end(since);
        struct moment due = moment_add_hours(start, action->within.count);
        *day = moment_date((struct moment){due.second - 1, due.offset}); /* midnight ends the day before it */
        return value_text(deciding->arena, moment_text(deciding->arena, due));
    }
    struct term_end end = calendar_term_end(deciding->arena, &deciding->rules->calendar, since, action->within, false,
                                            action->regime);
    *day = end.due;
    return value_date(deciding->arena, end.due);
}

/* The first such event on or after the start, up to the view's day; one at an earlier time of that day is not. */
static const struct entry *action_done(struct view *view, const struct action *action, struct date since,
                                       const struct entry *started_by)
{
    const struct entry *entries = view_deciding(view)->case_file->entries;
    if (action->done_by == NOT_FOUND)
        return NULL;
    for (size_t i = 0; i < view_entries_count(view); i++)
        if (entries[i].event == action->done_by && date_compare(entries[i].on, since) >= 0 &&
            !entry_is_earlier(&entries[i], started_by))
            return &entries[i];
    return NULL;
}

struct value *action_value(struct view *view, const struct action *action, const struct rule *rule, struct date since,
                           const struct entry *started_by, bool as_step)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    struct date due_day = {0};
    struct value *due = action_due(view, action, since, started_by, &due_day);
    const struct entry *done = action_done(view, action, since, started_by);
    bool overdue = !done && due && date_compare(view_on(view), due_day) > 0;
    struct value *object = value_object(arena);
    struct step step = {.id = action->id.at ? action->id : rule->id, .who = role_name(deciding, action->who),
                        .does = says_value(view, &action->does), .due = due, .overdue = overdue, .because = rule->id};
    value_set(arena, object, "id", value_text(arena, step.id));
    value_set(arena, object, "who", value_text(arena, step.who));
    value_set(arena, object, "does", value_copy(arena, step.does));
    if (due)
        value_set(arena, object, "due", due);
    value_set(arena, object, "status", value_string(arena, done ? "done" : overdue ? "overdue" : "open"));
    if (done)
        value_set(arena, object, "done_on", value_date(arena, done->on));
    if (as_step && !done)
        step_add(deciding, &step);
    return object;
}

/* ---- trace ---- */

void trace_rule(struct view *view, const char *section, const struct rule *rule, const struct expression *condition,
                const char *condition_name, const struct entry *entry, const struct judged *judged)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    if (!deciding->trace)
        return;
    struct value *traced = value_object(arena);
    value_set(arena, traced, "section", value_string(arena, section));
    value_set(arena, traced, "rule", value_text(arena, rule->id));
    value_set(arena, traced, "version", value_text(arena, view_covenant(view)->version));
    value_set(arena, traced, "on", value_date(arena, view_on(view)));
    value_set(arena, traced, "key", value_string(arena, condition_name));
    value_set(arena, traced, "state", value_string(arena, reason_state_names[judged_state(judged)]));
    set_answer(arena, traced, "value", judged->answer);
    if (condition)
        value_set(arena, traced, "condition", view_explain(view, condition, entry));
    set_evidence(deciding, traced, &judged->evidence);
    if (!judged->answer.known)
        set_because(view, traced, judged->answer.causes);
    value_append(arena, deciding->trace, traced);
}

void trace_condition(struct view *view, const char *section, const struct rule *rule,
                     const struct expression *condition, const char *condition_name)
{
    if (!view_deciding(view)->trace)
        return;
    struct judged judged = view_judge(view, condition, NULL);
    trace_rule(view, section, rule, condition, condition_name, NULL, &judged);
}

void trace_requirement(struct view *view, const char *section, const struct requirement *requirement)
{
    if (requirement->applies)
        trace_condition(view, section, &requirement->rule, requirement->applies, "applies");
    trace_condition(view, section, &requirement->rule, requirement->require, "require");
}
