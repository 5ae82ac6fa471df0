/* May the lease become one in the client's own name: when, under which requirements, and who must approve. */
#include "engine/conversion.h"

#include "engine/inquiry.h"

enum conversion_outcome { CONVERTIBLE, NOT_YET, NOT_MET, UNDETERMINED, CONVERTED, NONE };

static const char *const conversion_names[] = {
    [CONVERTIBLE] = "convertible",
    [NOT_YET] = "not_yet",
    [NOT_MET] = "not_met",
    [UNDETERMINED] = "undetermined",
    [CONVERTED] = "converted",
    [NONE] = "none",
};

/* One conversion judged today. */
struct nomination {
    const struct conversion *conversion;
    enum conversion_outcome outcome; /* what it is, time apart */
    bool too_soon;
    struct date earliest;
    bool provisional;
    const struct entry *refused;
    struct verdict *verdicts;
};

static struct date conversion_earliest(struct view *view, const struct conversion *conversion, struct date since,
                                       bool *provisional)
{
    struct deciding *deciding = view_deciding(view);
    struct span *spans = NULL;
    size_t count = pauses_spans(view, conversion->pauses, conversion->pauses_count, &spans);
    struct date raw = calendar_term_end(deciding->arena, &deciding->rules->calendar, since, conversion->after, false,
                                        REGIME_AS_WRITTEN).raw;
    struct date stop;
    date_of(YEAR_MAX, 12, 31, &stop);
    return pauses_extend(spans, count, since, raw, stop, NULL, provisional);
}

/* The last word of a role on converting this lease: an approval or a refusal since it began. */
static const struct entry *word_of(struct view *view, struct text role, struct date since, bool *approved)
{
    const struct deciding *deciding = view_deciding(view);
    const struct vocabulary *vocabulary = &deciding->region->vocabulary;
    size_t approval = vocabulary_event(vocabulary, TEXT("conversion_approved"));
    size_t refusal = vocabulary_event(vocabulary, TEXT("conversion_refused"));
    for (size_t i = view_entries_count(view); i > 0; i--) {
        const struct entry *entry = &deciding->case_file->entries[i - 1];
        if (date_compare(entry->on, since) < 0)
            break;
        if (entry->event != approval && entry->event != refusal)
            continue;
        if (role.at && !text_equal(entry_text(deciding, entry, "by"), role))
            continue;
        *approved = entry->event == approval;
        return entry;
    }
    return NULL;
}

/* Did anybody whose word counts refuse, and not approve since? */
static const struct entry *conversion_refusal(struct view *view, const struct conversion *conversion, struct date since)
{
    const struct deciding *deciding = view_deciding(view);
    bool approved = false;
    if (conversion->approved_by_count == 0) {
        const struct entry *word = word_of(view, (struct text){0}, since, &approved);
        return word && !approved ? word : NULL;
    }
    for (size_t i = 0; i < conversion->approved_by_count; i++) {
        const struct entry *word = word_of(view, role_name(deciding, conversion->approved_by[i]), since, &approved);
        if (word && !approved)
            return word;
    }
    return NULL;
}

/* ---- what is not known, and what time brings ---- */

static enum part_value judge_part(const struct inquiry *inquiry, struct view *view, size_t part,
                                  const struct cause **causes)
{
    const struct conversion *conversion = inquiry->self;
    struct verdict verdict = requirement_judge(view, &conversion->requirements[part]);
    if (causes)
        *causes = verdict.causes;
    return !verdict.known ? PART_OPEN : verdict.holds ? PART_TRUE : PART_FALSE;
}

static int outcome_in_trial(const struct inquiry *inquiry, struct deciding *trial);
static struct inquiry inquiry_again(const struct inquiry *inquiry, struct deciding *trial);

static struct inquiry inquiry_of(struct deciding *deciding, const struct conversion *conversion)
{
    struct inquiry_part *parts = ARENA_ARRAY(deciding->arena, conversion->requirements_count + 1, struct inquiry_part);
    for (size_t i = 0; i < conversion->requirements_count; i++) {
        const struct requirement *requirement = &conversion->requirements[i];
        size_t count = 0;
        parts[i].rule = &requirement->rule;
        parts[i].conditions = ARENA_ARRAY(deciding->arena, 3, const struct expression *);
        if (requirement->applies)
            parts[i].conditions[count++] = requirement->applies;
        parts[i].conditions[count] = requirement->require;
    }
    return (struct inquiry){.deciding = deciding, .parts = parts, .parts_count = conversion->requirements_count,
                            .self = conversion, .open_holds = conversion->convert_by_default, .judge = judge_part,
                            .outcome = outcome_in_trial, .again = inquiry_again};
}

/* `default: convert` turns the burden of proof: only what is known to fail stands in the way. */
static enum conversion_outcome outcome_of(const struct conversion *conversion, enum part_value value)
{
    if (value == PART_FALSE)
        return NOT_MET;
    return value == PART_TRUE || conversion->convert_by_default ? CONVERTIBLE : UNDETERMINED;
}

static struct nomination nominate(struct view *view, const struct conversion *conversion, const struct lease *lease)
{
    struct nomination nomination = {.conversion = conversion};
    enum part_value value = PART_TRUE;
    nomination.earliest = conversion_earliest(view, conversion, lease->since, &nomination.provisional);
    nomination.too_soon = date_compare(view_on(view), nomination.earliest) < 0;
    nomination.refused = conversion_refusal(view, conversion, lease->since);
    nomination.verdicts =
        ARENA_ARRAY(view_deciding(view)->arena, conversion->requirements_count + 1, struct verdict);
    for (size_t i = 0; i < conversion->requirements_count; i++) {
        nomination.verdicts[i] = requirement_judge(view, &conversion->requirements[i]);
        enum part_value part = !nomination.verdicts[i].known  ? PART_OPEN
                               : nomination.verdicts[i].holds ? PART_TRUE
                                                              : PART_FALSE;
        if (part < value)
            value = part;
    }
    nomination.outcome = nomination.refused ? NOT_MET : outcome_of(conversion, value);
    return nomination;
}

/* Where all ways of answering end alike, that is the outcome; a refusal by a party stands whatever is answered. */
static bool nomination_settle(struct deciding *deciding, struct nomination *nomination, struct missing *missing)
{
    struct inquiry inquiry = inquiry_of(deciding, nomination->conversion);
    if (nomination->refused)
        return true;
    struct inquiry_result result = inquire(&inquiry, missing);
    nomination->outcome = outcome_of(nomination->conversion, result.value);
    return result.settled;
}

/* Under another version it is another conversion. */
static bool is_same_conversion(const struct inquiry *inquiry, struct deciding *trial, struct lease *lease)
{
    *lease = lease_of(view_today(trial));
    return trial->covenant == inquiry->deciding->covenant && lease->entry && !lease->ended;
}

static int outcome_in_trial(const struct inquiry *inquiry, struct deciding *trial)
{
    struct lease lease;
    if (!is_same_conversion(inquiry, trial, &lease))
        return NONE;
    struct nomination nomination = nominate(view_today(trial), inquiry->self, &lease);
    if (nomination.too_soon)
        return NOT_YET;
    nomination_settle(trial, &nomination, NULL);
    return (int)nomination.outcome;
}

static struct inquiry inquiry_again(const struct inquiry *inquiry, struct deciding *trial)
{
    struct lease lease;
    if (!is_same_conversion(inquiry, trial, &lease))
        return (struct inquiry){.deciding = trial};
    struct inquiry again = inquiry_of(trial, inquiry->self);
    struct date *earliest = ARENA_NEW(trial->arena, struct date);
    *earliest = nominate(view_today(trial), inquiry->self, &lease).earliest;
    again.days = earliest;
    again.days_count = 1;
    return again;
}

static void set_change(struct deciding *deciding, const struct nomination *nomination, enum conversion_outcome now,
                       struct value *object)
{
    struct inquiry inquiry = inquiry_of(deciding, nomination->conversion);
    struct prospect prospect = inquire_time(&inquiry, (int)now, -1);
    struct value *changes = value_object(deciding->arena);
    if (!prospect.changes || prospect.becomes == NONE)
        return;
    value_set(deciding->arena, changes, "on", value_date(deciding->arena, prospect.changes_on));
    value_set(deciding->arena, changes, "to", value_string(deciding->arena, conversion_names[prospect.becomes]));
    value_set(deciding->arena, object, "changes_on", changes);
}

static void approval_step(struct view *view, const struct conversion *conversion, struct text role)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    struct value *does = value_object(arena);
    value_set(arena, does, "nl", value_string(arena, "Beslis over de omzetting van het huurcontract"));
    value_set(arena, does, "en", value_string(arena, "Decide on the conversion of the lease"));
    struct step step = {.id = text_format(arena, "approve:%.*s:%.*s", TEXT_ARGS(conversion->rule.id), TEXT_ARGS(role)),
                        .who = role, .does = does, .because = conversion->rule.id};
    step_add(deciding, &step);
}

static struct value *approvals_value(struct view *view, const struct nomination *nomination, const struct lease *lease)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    const struct conversion *conversion = nomination->conversion;
    struct value *approvals = value_object(arena), *given = value_list(arena), *lacking = value_list(arena),
                 *refused = value_list(arena);
    for (size_t i = 0; i < conversion->approved_by_count; i++) {
        struct text role = role_name(deciding, conversion->approved_by[i]);
        bool approved = false;
        const struct entry *word = word_of(view, role, lease->since, &approved);
        value_append(arena, !word ? lacking : approved ? given : refused, value_text(arena, role));
        if (!word && nomination->outcome == CONVERTIBLE && !nomination->too_soon)
            approval_step(view, conversion, role);
    }
    value_set(arena, approvals, "given", given);
    value_set(arena, approvals, "lacking", lacking);
    value_set(arena, approvals, "refused", refused);
    return approvals;
}

static void nomination_reasons(struct view *view, const struct nomination *nomination, struct value *object)
{
    struct arena *arena = view_deciding(view)->arena;
    struct value *reasons = value_list(arena);
    for (size_t i = 0; i < nomination->conversion->requirements_count; i++) {
        const struct verdict *verdict = &nomination->verdicts[i];
        const struct requirement *requirement = verdict->requirement;
        trace_requirement(view, "contract", requirement);
        value_append(arena, reasons, reason_value(view, &requirement->rule, verdict));
        if (verdict->known && !verdict->holds && requirement->otherwise)
            action_value(view, requirement->otherwise, &requirement->rule, view_on(view), NULL, true);
    }
    value_set(arena, object, "reasons", reasons);
}

static void set_refusal(struct deciding *deciding, struct value *object, const struct entry *refused)
{
    struct arena *arena = deciding->arena;
    struct value *refusal = value_object(arena);
    value_set(arena, refusal, "by", value_text(arena, entry_text(deciding, refused, "by")));
    value_set(arena, refusal, "because", value_text(arena, entry_text(deciding, refused, "because")));
    value_set(arena, refusal, "on", value_date(arena, refused->on));
    value_set(arena, object, "refused", refusal);
}

/* Notice must be given before its window closes: that is known to be needed once the outcome then is `not_met`. */
static bool otherwise_is_due(const struct nomination *nomination)
{
    return nomination->outcome == NOT_MET && (!nomination->too_soon || nomination->conversion->otherwise->before != NOT_FOUND);
}

static struct value *nomination_value(struct view *view, struct nomination *nomination, const struct lease *lease)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    const struct conversion *conversion = nomination->conversion;
    struct value *object = rule_value(view, &conversion->rule);
    struct missing missing;
    missing_init(&missing, deciding);
    bool settled = nomination_settle(deciding, nomination, &missing);
    enum conversion_outcome outcome = nomination->too_soon ? NOT_YET : nomination->outcome;
    value_set(arena, object, "outcome", value_string(arena, conversion_names[outcome]));
    if (nomination->too_soon)
        value_set(arena, object, "then", value_string(arena, conversion_names[nomination->outcome]));
    value_set(arena, object, "to", value_text(arena, deciding->covenant->contracts.kinds[conversion->to].rule.id));
    value_set(arena, object, "earliest", value_date(arena, nomination->earliest));
    if (nomination->provisional)
        value_set(arena, object, "provisional", value_boolean(arena, true));
    value_set(arena, object, "settled", value_boolean(arena, settled));
    set_change(deciding, nomination, outcome, object);
    nomination_reasons(view, nomination, object);
    if (conversion->approved_by_count)
        value_set(arena, object, "approvals", approvals_value(view, nomination, lease));
    if (nomination->refused)
        set_refusal(deciding, object, nomination->refused);
    if (conversion->otherwise && nomination->outcome == NOT_MET)
        value_set(arena, object, "otherwise",
                  action_value(view, conversion->otherwise, &conversion->rule, nomination->earliest, NULL,
                               otherwise_is_due(nomination)));
    missing_set(&missing, object);
    return object;
}

/* Of several conversions from this kind: the first that is possible, else the first. */
struct value *conversion_value(struct view *view, const struct lease *lease)
{
    struct arena *arena = view_deciding(view)->arena;
    const struct contracts *contracts = &view_covenant(view)->contracts;
    struct nomination chosen = {0};
    for (size_t i = 0; i < contracts->conversions_count; i++) {
        if (contracts->conversions[i].from != lease->kind || lease->kind == NOT_FOUND || lease->ended)
            continue;
        struct nomination nomination = nominate(view, &contracts->conversions[i], lease);
        bool possible = nomination.outcome == CONVERTIBLE && !nomination.too_soon;
        bool chosen_possible = chosen.conversion && chosen.outcome == CONVERTIBLE && !chosen.too_soon;
        if (!chosen.conversion || (possible && !chosen_possible))
            chosen = nomination;
    }
    if (chosen.conversion)
        return nomination_value(view, &chosen, lease);
    struct value *none = value_object(arena);
    value_set(arena, none, "outcome", value_string(arena, conversion_names[lease->converted && !lease->ended ? CONVERTED : NONE]));
    return none;
}
