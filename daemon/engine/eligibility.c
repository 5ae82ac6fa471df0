/* May this person leave for a home of their own: every requirement, its exceptions, the conditions tied to a yes. */
#include "engine/inquiry.h"

enum outcome { OUTCOME_ELIGIBLE, OUTCOME_NOT_ELIGIBLE, OUTCOME_UNDETERMINED };

static const char *const outcome_names[] = {
    [OUTCOME_ELIGIBLE] = "eligible",
    [OUTCOME_NOT_ELIGIBLE] = "not_eligible",
    [OUTCOME_UNDETERMINED] = "undetermined",
};

/* A requirement's verdict with the exception that touched it. */
struct ruling {
    struct verdict verdict;
    const struct exception *waived_by;
};

struct rulings {
    struct ruling *items;
    size_t count;
    bool failing, open; /* some are */
    enum outcome outcome;
};

/* ---- exceptions ---- */

/*
 * A human judged that the rule would be too hard: the event names the rule, who judged and why. Where `by` is the name
 * of a role, it must be the role that may.
 */
static const struct entry *hardship_entry(struct view *view, const struct exception *exception, struct text rule)
{
    const struct deciding *deciding = view_deciding(view);
    const struct vocabulary *vocabulary = &deciding->region->vocabulary;
    size_t event = vocabulary_event(vocabulary, TEXT("hardship_granted"));
    for (size_t i = 0; i < view_entries_count(view); i++) {
        const struct entry *entry = &deciding->case_file->entries[i];
        if (entry->event != event || !text_equal(entry_text(deciding, entry, "waives"), rule))
            continue;
        size_t by = vocabulary_role(vocabulary, entry_text(deciding, entry, "by"));
        if (by == NOT_FOUND || by == exception->by_hardship)
            return entry;
    }
    return NULL;
}

static void waive(struct ruling *ruling, const struct exception *exception)
{
    ruling->waived_by = exception;
    ruling->verdict.state = REASON_WAIVED;
    ruling->verdict.known = ruling->verdict.holds = true;
    ruling->verdict.causes = NULL;
}

/* An exception by condition: true waives; unknown leaves open whether the refusal stands. */
static void except_when(struct view *view, const struct exception *exception, struct ruling *ruling)
{
    struct arena *arena = view_deciding(view)->arena;
    struct judged when = view_judge(view, exception->when, NULL);
    if (answer_is_false(when.answer))
        return;
    evidence_add(arena, &ruling->verdict.evidence, &when.evidence);
    if (when.answer.known) {
        waive(ruling, exception);
        return;
    }
    struct answer open = when.answer;
    if (!ruling->verdict.known)
        open = answer_join(arena, (struct answer){.causes = ruling->verdict.causes}, open);
    struct judged judged = {.answer = open};
    ruling->verdict.known = ruling->verdict.holds = false;
    ruling->verdict.causes = open.causes;
    ruling->verdict.state = judged_state(&judged);
}

static void except(struct view *view, struct ruling *ruling)
{
    const struct eligibility *eligibility = &view_covenant(view)->eligibility;
    struct text rule = ruling->verdict.requirement->rule.id;
    for (size_t i = 0; i < eligibility->exceptions_count; i++) {
        const struct exception *exception = &eligibility->exceptions[i];
        if (ruling->verdict.known && ruling->verdict.holds)
            return;
        if (!text_list_has(&exception->waives, rule))
            continue;
        if (exception->when)
            except_when(view, exception, ruling);
        const struct entry *entry =
            exception->by_hardship == NOT_FOUND ? NULL : hardship_entry(view, exception, rule);
        if (entry) {
            evidence_add_entry(view_deciding(view)->arena, &ruling->verdict.evidence, entry);
            waive(ruling, exception);
        }
    }
}

/* ---- the outcome ---- */

static struct ruling ruling_of(struct view *view, size_t requirement)
{
    struct ruling ruling = {
        .verdict = requirement_judge(view, &view_covenant(view)->eligibility.requirements[requirement]),
    };
    except(view, &ruling);
    return ruling;
}

/* As Kleene's logic has it. An unknown never refuses anybody. */
static struct rulings rulings_of(struct view *view)
{
    struct rulings rulings = {.count = view_covenant(view)->eligibility.requirements_count};
    rulings.items = ARENA_ARRAY(view_deciding(view)->arena, rulings.count + 1, struct ruling);
    for (size_t i = 0; i < rulings.count; i++) {
        rulings.items[i] = ruling_of(view, i);
        rulings.failing |= rulings.items[i].verdict.known && !rulings.items[i].verdict.holds;
        rulings.open |= !rulings.items[i].verdict.known;
    }
    rulings.outcome = rulings.failing ? OUTCOME_NOT_ELIGIBLE : rulings.open ? OUTCOME_UNDETERMINED : OUTCOME_ELIGIBLE;
    return rulings;
}

/* ---- what is not known, and what time brings ---- */

static enum part_value judge_part(const struct inquiry *inquiry, struct view *view, size_t part,
                                  const struct cause **causes)
{
    (void)inquiry;
    struct ruling ruling = ruling_of(view, part);
    if (causes)
        *causes = ruling.verdict.causes;
    return !ruling.verdict.known ? PART_OPEN : ruling.verdict.holds ? PART_TRUE : PART_FALSE;
}

static int outcome_in_trial(const struct inquiry *inquiry, struct deciding *trial);
static struct inquiry inquiry_again(const struct inquiry *inquiry, struct deciding *trial);

static struct inquiry inquiry_of(struct deciding *deciding)
{
    const struct eligibility *eligibility = &deciding->covenant->eligibility;
    struct inquiry_part *parts =
        ARENA_ARRAY(deciding->arena, eligibility->requirements_count + 1, struct inquiry_part);
    for (size_t i = 0; i < eligibility->requirements_count; i++) {
        const struct requirement *requirement = &eligibility->requirements[i];
        size_t count = 0;
        parts[i].rule = &requirement->rule;
        parts[i].conditions =
            ARENA_ARRAY(deciding->arena, eligibility->exceptions_count + 3, const struct expression *);
        if (requirement->applies)
            parts[i].conditions[count++] = requirement->applies;
        parts[i].conditions[count++] = requirement->require;
        for (size_t e = 0; e < eligibility->exceptions_count; e++)
            if (eligibility->exceptions[e].when && text_list_has(&eligibility->exceptions[e].waives, requirement->rule.id))
                parts[i].conditions[count++] = eligibility->exceptions[e].when;
    }
    return (struct inquiry){.deciding = deciding, .parts = parts, .parts_count = eligibility->requirements_count,
                            .judge = judge_part, .outcome = outcome_in_trial, .again = inquiry_again};
}

static struct inquiry inquiry_again(const struct inquiry *inquiry, struct deciding *trial)
{
    (void)inquiry;
    return inquiry_of(trial);
}

static enum outcome outcome_of(enum part_value value)
{
    return value == PART_TRUE ? OUTCOME_ELIGIBLE : value == PART_FALSE ? OUTCOME_NOT_ELIGIBLE : OUTCOME_UNDETERMINED;
}

static int outcome_in_trial(const struct inquiry *inquiry, struct deciding *trial)
{
    struct inquiry again = inquiry_again(inquiry, trial);
    return (int)(trial->covenant->eligibility.written ? outcome_of(inquire(&again, NULL).value) : OUTCOME_UNDETERMINED);
}

/* Where all ways of answering end alike, that is the outcome. While they are tried Kleene's logic is enough. */
static struct inquiry_result settle(struct deciding *deciding, enum outcome kleene, struct missing *missing)
{
    static const enum part_value values[] = {
        [OUTCOME_ELIGIBLE] = PART_TRUE, [OUTCOME_NOT_ELIGIBLE] = PART_FALSE, [OUTCOME_UNDETERMINED] = PART_OPEN};
    if (deciding->trying)
        return (struct inquiry_result){false, values[kleene]};
    struct inquiry inquiry = inquiry_of(deciding);
    return inquire(&inquiry, missing);
}

struct judged eligibility_eligible(struct view *view)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    struct rulings rulings = rulings_of(view);
    struct judged judged = {0};
    struct answer open = {0};
    for (size_t i = 0; i < rulings.count; i++) {
        const struct verdict *verdict = &rulings.items[i].verdict;
        evidence_add(arena, &judged.evidence, &verdict->evidence);
        struct answer unknown = {.causes = verdict->causes};
        if (!verdict->known)
            open = open.causes ? answer_join(arena, open, unknown) : unknown;
    }
    if (rulings.outcome == OUTCOME_UNDETERMINED && date_compare(view_on(view), deciding->on) == 0) {
        rulings.outcome = outcome_of(settle(deciding, rulings.outcome, NULL).value);
    }
    judged.answer = rulings.outcome == OUTCOME_UNDETERMINED ? open : answer_boolean(rulings.outcome == OUTCOME_ELIGIBLE);
    return judged;
}

/* ---- what the decision shows ---- */

/*
 * For a refusal every failing requirement; for undetermined those still open; for a yes all. A refusal that every way
 * of answering leads to, though no requirement fails by itself, rests on those that are open.
 */
static bool is_shown(const struct rulings *rulings, const struct verdict *verdict)
{
    bool fails = verdict->known && !verdict->holds;
    switch (rulings->outcome) {
    case OUTCOME_ELIGIBLE:
        return true;
    case OUTCOME_NOT_ELIGIBLE:
        return rulings->failing ? fails : rulings->open ? !verdict->known : true;
    case OUTCOME_UNDETERMINED:
        return !verdict->known;
    }
    return true;
}

static void set_time(struct deciding *deciding, const struct rulings *rulings, struct value *section)
{
    struct arena *arena = deciding->arena;
    struct inquiry inquiry = inquiry_of(deciding);
    int wanted = rulings->outcome == OUTCOME_ELIGIBLE ? -1 : OUTCOME_ELIGIBLE;
    struct prospect prospect = inquire_time(&inquiry, (int)rulings->outcome, wanted);
    if (prospect.changes) {
        struct value *changes = value_object(arena);
        value_set(arena, changes, "on", value_date(arena, prospect.changes_on));
        value_set(arena, changes, "to", value_string(arena, outcome_names[prospect.becomes]));
        value_set(arena, section, "changes_on", changes);
    }
    if (prospect.comes)
        value_set(arena, section, "eligible_from", value_date(arena, prospect.comes_on));
}

static void set_flip(struct deciding *deciding, const struct rulings *rulings, struct value *section)
{
    struct inquiry inquiry = inquiry_of(deciding);
    int wanted = rulings->outcome == OUTCOME_ELIGIBLE ? OUTCOME_NOT_ELIGIBLE : OUTCOME_ELIGIBLE;
    struct value *flips = deciding->asked->flip ? inquire_flip(&inquiry, wanted) : NULL;
    if (flips)
        value_set(deciding->arena, section, "flips_with", flips);
}

static void otherwise_step(struct view *view, const struct requirement *requirement)
{
    struct deciding *deciding = view_deciding(view);
    if (requirement->otherwise)
        action_value(view, requirement->otherwise, &requirement->rule, deciding->on, NULL, true);
}

static struct value *ruling_reason(struct view *view, const struct ruling *ruling)
{
    struct deciding *deciding = view_deciding(view);
    struct value *reason = reason_value(view, &ruling->verdict.requirement->rule, &ruling->verdict);
    if (ruling->waived_by) {
        rule_used(deciding, &ruling->waived_by->rule);
        value_set(deciding->arena, reason, "waived_by", value_text(deciding->arena, ruling->waived_by->rule.id));
    }
    return reason;
}

static struct value *condition_value(struct view *view, const struct requirement *condition, struct missing *missing)
{
    struct verdict verdict = requirement_judge(view, condition);
    trace_requirement(view, "eligibility", condition);
    if (!verdict.known)
        missing_add(missing, verdict.causes, condition->rule.id);
    if (verdict.state == REASON_NOT_APPLICABLE)
        return NULL;
    if (!verdict.known || !verdict.holds)
        otherwise_step(view, condition);
    return reason_value(view, &condition->rule, &verdict);
}

struct value *eligibility_decide(struct deciding *deciding)
{
    struct arena *arena = deciding->arena;
    struct view *view = view_today(deciding);
    const struct eligibility *eligibility = &deciding->covenant->eligibility;
    struct rulings rulings = rulings_of(view);
    struct value *section = value_object(arena), *reasons = value_list(arena), *conditions = value_list(arena);
    struct missing missing, asked; /* what may change the outcome, and what the conditions of a yes ask */
    missing_init(&missing, deciding);
    missing_init(&asked, deciding);
    struct inquiry_result result = settle(deciding, rulings.outcome, &missing);
    rulings.outcome = outcome_of(result.value);
    for (size_t i = 0; i < rulings.count; i++) {
        const struct verdict *verdict = &rulings.items[i].verdict;
        trace_requirement(view, "eligibility", verdict->requirement);
        if (is_shown(&rulings, verdict))
            value_append(arena, reasons, ruling_reason(view, &rulings.items[i]));
        if (verdict->known && !verdict->holds)
            otherwise_step(view, verdict->requirement);
    }
    value_set(arena, section, "outcome", value_string(arena, outcome_names[rulings.outcome]));
    value_set(arena, section, "reasons", reasons);
    value_set(arena, section, "settled", value_boolean(arena, result.settled));
    for (size_t i = 0; i < eligibility->conditions_count && rulings.outcome == OUTCOME_ELIGIBLE; i++) {
        struct value *condition = condition_value(view, &eligibility->conditions[i], &asked);
        if (condition)
            value_append(arena, conditions, condition);
    }
    missing_set(&missing, section);
    missing_ask(&asked);
    set_time(deciding, &rulings, section);
    set_flip(deciding, &rulings, section);
    if (conditions->count)
        value_set(arena, section, "conditions", conditions);
    return section;
}
