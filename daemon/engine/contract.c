/* The lease: what it is now, which form is advised, and whether it may be converted. */
#include "engine/inquiry.h"

/* ---- the current contract ---- */

struct lease {
    const struct entry *entry; /* that began it; NULL: none */
    size_t kind;               /* in the covenant's kinds; NOT_FOUND when none */
    struct date since;
    struct date signed_on;
    bool converted; /* it came of a conversion */
    bool ended;
};

static size_t kind_index(const struct contracts *contracts, struct text name)
{
    for (size_t i = 0; i < contracts->kinds_count; i++)
        if (text_equal(contracts->kinds[i].rule.id, name))
            return i;
    return NOT_FOUND;
}

static size_t converted_kind(const struct contracts *contracts, size_t from)
{
    for (size_t i = 0; i < contracts->conversions_count; i++)
        if (contracts->conversions[i].from == from)
            return contracts->conversions[i].to;
    return NOT_FOUND;
}

static void lease_apply(const struct deciding *deciding, const struct contracts *contracts, const struct entry *entry,
                        struct lease *lease)
{
    struct text event = deciding->region->vocabulary.events[entry->event].name;
    if (text_is(event, "contract_signed")) {
        *lease = (struct lease){.entry = entry, .since = entry->on, .signed_on = entry->on};
        lease->kind = kind_index(contracts, entry_text(deciding, entry, "kind"));
        entry_date(deciding, entry, "starts", &lease->since);
    } else if (text_is(event, "contract_converted") && lease->entry) {
        lease->entry = entry;
        lease->kind = converted_kind(contracts, lease->kind);
        lease->since = lease->signed_on = entry->on;
        lease->converted = true;
    } else if (text_is(event, "lease_ended")) {
        lease->ended = lease->entry != NULL;
    }
}

static struct lease lease_of(struct view *view)
{
    const struct deciding *deciding = view_deciding(view);
    struct lease lease = {.kind = NOT_FOUND};
    for (size_t i = 0; i < view_entries_count(view); i++)
        lease_apply(deciding, &view_covenant(view)->contracts, &deciding->case_file->entries[i], &lease);
    return lease;
}

static struct judged lease_judged(struct view *view, const struct lease *lease, bool known, struct scalar value)
{
    struct judged judged = {.answer = answer_known(value)};
    if (known)
        evidence_add_entry(view_deciding(view)->arena, &judged.evidence, lease->entry);
    else
        judged.answer = answer_unknown(view_deciding(view)->arena, CAUSE_EVENT, TEXT("contract_signed"), (struct text){0});
    return judged;
}

struct judged contract_current_kind(struct view *view)
{
    struct lease lease = lease_of(view);
    struct scalar kind = {.kind = TYPE_TEXT};
    bool known = lease.entry && lease.kind != NOT_FOUND;
    if (known)
        kind.as.text = view_covenant(view)->contracts.kinds[lease.kind].rule.id;
    return lease_judged(view, &lease, known, kind);
}

struct judged contract_current_since(struct view *view)
{
    struct lease lease = lease_of(view);
    return lease_judged(view, &lease, lease.entry != NULL, (struct scalar){.kind = TYPE_DATE, .as.date = lease.since});
}

/* A date fact by its national name; false when it is not stated. */
static bool fact_date(struct view *view, const char *name, struct date *date)
{
    struct symbol symbol = {.kind = SYMBOL_FACT, .name = text_of(name)};
    symbol.index = vocabulary_fact(&view_deciding(view)->region->vocabulary, symbol.name);
    if (symbol.index == NOT_FOUND)
        return false;
    struct judged judged = view_symbol(view, &symbol);
    if (judged.answer.known)
        *date = judged.answer.value.as.date;
    return judged.answer.known;
}

static struct value *current_value(struct view *view, const struct lease *lease)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    const struct contract_kind *kind = &deciding->covenant->contracts.kinds[lease->kind];
    struct value *current = value_object(arena);
    struct date ends;
    rule_used(deciding, &kind->rule);
    value_set(arena, current, "kind", value_text(arena, kind->rule.id));
    value_set(arena, current, "since", value_date(arena, lease->since));
    value_set(arena, current, "tenant", value_text(arena, role_name(deciding, kind->tenant)));
    value_set(arena, current, "says", says_value(view, &kind->rule.says));
    if (kind->has_fixed_term && fact_date(view, "lease_end", &ends))
        value_set(arena, current, "ends", value_date(arena, ends));
    return current;
}

/* ---- advice ---- */

static struct value *kinds_open(struct view *view, struct missing *missing)
{
    const struct contracts *contracts = &view_covenant(view)->contracts;
    struct arena *arena = view_deciding(view)->arena;
    struct value *open = value_list(arena);
    for (size_t i = 0; i < contracts->kinds_count; i++) {
        struct judged applies = view_judge(view, contracts->kinds[i].applies, NULL);
        if (contracts->kinds[i].applies)
            trace_rule(view, "contract", &contracts->kinds[i].rule, contracts->kinds[i].applies, "applies", NULL, &applies);
        if (!applies.answer.known)
            missing_add(missing, applies.answer.causes, contracts->kinds[i].rule.id);
        else if (answer_is_true(applies.answer))
            value_append(arena, open, value_text(arena, contracts->kinds[i].rule.id));
    }
    return open;
}

/* The first rule that holds; an unknown one before it makes the advice undetermined. */
static void advise_by_rule(struct view *view, struct value *advice, struct missing *missing)
{
    const struct contracts *contracts = &view_covenant(view)->contracts;
    struct arena *arena = view_deciding(view)->arena;
    struct value *reasons = value_list(arena);
    for (size_t i = 0; i < contracts->advice_count; i++) {
        const struct contract_advice *rule = &contracts->advice[i];
        struct judged when = view_judge(view, rule->when, NULL);
        trace_rule(view, "contract", &rule->rule, rule->when, "when", NULL, &when);
        if (answer_is_false(when.answer))
            continue;
        value_append(arena, reasons, judged_reason(view, &rule->rule, &when));
        if (answer_is_true(when.answer)) {
            value_set(arena, advice, "kind", value_text(arena, contracts->kinds[rule->kind].rule.id));
        } else {
            value_set(arena, advice, "outcome", value_string(arena, "undetermined"));
            missing_add(missing, when.answer.causes, rule->rule.id);
        }
        break;
    }
    if (reasons->count)
        value_set(arena, advice, "reasons", reasons);
}

static struct value *advice_value(struct view *view, struct missing *missing)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    const struct contracts *contracts = &deciding->covenant->contracts;
    struct value *advice = value_object(arena);
    const struct entry *advised = view_last_named(view, "contract_advised");
    value_set(arena, advice, "open", kinds_open(view, missing));
    if (contracts->advised_by != NOT_FOUND)
        value_set(arena, advice, "by", value_text(arena, role_name(deciding, contracts->advised_by)));
    if (advised) {
        value_set(arena, advice, "kind", value_text(arena, entry_text(deciding, advised, "kind")));
        value_set(arena, advice, "on", value_date(arena, advised->on));
    } else {
        advise_by_rule(view, advice, missing);
    }
    return advice;
}

/* ---- conversion ---- */

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
    return pauses_extend(spans, count, since, raw, deciding->on, NULL, provisional);
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

static struct inquiry inquiry_of(struct deciding *deciding, const struct conversion *conversion)
{
    struct inquiry_part *parts = ARENA_ARRAY(deciding->arena, conversion->requirements_count + 1, struct inquiry_part);
    for (size_t i = 0; i < conversion->requirements_count; i++) {
        parts[i].rule = &conversion->requirements[i].rule;
        parts[i].conditions[0] = conversion->requirements[i].require;
        parts[i].conditions[1] = conversion->requirements[i].applies;
    }
    return (struct inquiry){.deciding = deciding, .parts = parts, .parts_count = conversion->requirements_count,
                            .self = conversion, .judge = judge_part};
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

static int outcome_in_trial(const struct inquiry *inquiry, struct deciding *trial)
{
    struct view *view = view_today(trial);
    struct lease lease = lease_of(view);
    if (trial->covenant != inquiry->deciding->covenant || !lease.entry || lease.ended)
        return NONE; /* under another version it is another conversion */
    struct nomination nomination = nominate(view, inquiry->self, &lease);
    return (int)(nomination.too_soon ? NOT_YET : nomination.outcome);
}

static void set_change(struct deciding *deciding, const struct nomination *nomination, enum conversion_outcome now,
                       struct value *object)
{
    struct inquiry inquiry = inquiry_of(deciding, nomination->conversion);
    struct change change;
    struct value *changes = value_object(deciding->arena);
    inquiry.days = &nomination->earliest;
    inquiry.days_count = 1;
    if (!inquire_change(&inquiry, (int)now, outcome_in_trial, &change) || change.outcome == NONE)
        return;
    value_set(deciding->arena, changes, "on", value_date(deciding->arena, change.on));
    value_set(deciding->arena, changes, "outcome", value_string(deciding->arena, conversion_names[change.outcome]));
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
        struct judged require = view_judge(view, requirement->require, NULL);
        trace_rule(view, "contract", &requirement->rule, requirement->require, "require", NULL, &require);
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
static struct value *conversion_value(struct view *view, const struct lease *lease)
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

/* ---- warnings ---- */

static void warn(struct arena *arena, struct value *warnings, struct value *warning, const char *nl, const char *en)
{
    struct value *says = value_object(arena);
    value_set(arena, says, "nl", value_string(arena, nl));
    value_set(arena, says, "en", value_string(arena, en));
    value_set(arena, warning, "says", says);
    value_append(arena, warnings, warning);
}

/* What happens by law if nobody acts: a window that passes without what should happen in it. */
static void warn_windows(struct view *view, struct value *warnings)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    for (size_t i = 0; i < deciding->covenant->deadlines_count; i++) {
        const struct deadline *deadline = &deciding->covenant->deadlines[i];
        struct date opens, closes;
        if (!deadline->when_passed.nl.at || !deadline_window(view, i, &opens, &closes))
            continue;
        bool met = false;
        for (size_t e = 0; e < view_entries_count(view) && !met; e++)
            for (size_t m = 0; m < deadline->met_by_count; m++)
                met |= deciding->case_file->entries[e].event == deadline->met_by[m] &&
                       date_compare(deciding->case_file->entries[e].on, opens) >= 0 &&
                       date_compare(deciding->case_file->entries[e].on, closes) <= 0;
        if (met)
            continue;
        struct value *warning = value_object(arena);
        value_set(arena, warning, "rule", value_text(arena, deadline->rule.id));
        value_set(arena, warning, "says", says_value(view, &deadline->when_passed));
        value_set(arena, warning, "source", sources_value(arena, &deadline->rule));
        value_set(arena, warning, "opens", value_date(arena, opens));
        value_set(arena, warning, "closes", value_date(arena, closes));
        value_append(arena, warnings, warning);
    }
}

/* The end that was stated does not fit the term of this kind: said, never corrected. */
static void warn_fixed_term(struct view *view, const struct lease *lease, struct value *warnings)
{
    struct deciding *deciding = view_deciding(view);
    const struct contract_kind *kind = &deciding->covenant->contracts.kinds[lease->kind];
    struct date ends;
    if (!kind->has_fixed_term || !fact_date(view, "lease_end", &ends))
        return;
    struct date longest = calendar_term_end(deciding->arena, &deciding->rules->calendar, lease->since, kind->fixed_term,
                                            false, REGIME_AS_WRITTEN).raw;
    /* a term of two years from 1 March ends on the last day of February, or is written as 1 March */
    if (date_compare(ends, longest) == 0 || ends.day == longest.day - 1)
        return;
    struct value *warning = value_object(deciding->arena);
    value_set(deciding->arena, warning, "rule", value_text(deciding->arena, kind->rule.id));
    value_set(deciding->arena, warning, "expected", value_date(deciding->arena, longest));
    value_set(deciding->arena, warning, "found", value_date(deciding->arena, ends));
    warn(deciding->arena, warnings, warning, "De einddatum past niet bij de duur van dit contract",
         "The end date does not fit the term of this contract");
}

/* Was this kind open on the day it was signed, by the version of that day? */
static void warn_kind(struct view *view, const struct lease *lease, struct value *warnings)
{
    struct deciding *deciding = view_deciding(view);
    struct text name = deciding->covenant->contracts.kinds[lease->kind].rule.id;
    const struct covenant *covenant = covenant_on(deciding->region, lease->signed_on);
    if (!covenant || kind_index(&covenant->contracts, name) == NOT_FOUND)
        covenant = deciding->covenant;
    const struct contract_kind *kind = &covenant->contracts.kinds[kind_index(&covenant->contracts, name)];
    if (!kind->applies || lease->converted)
        return;
    struct judged applies = view_judge(view_at(deciding, covenant, lease->signed_on), kind->applies, NULL);
    version_used(deciding, SECTION_CONTRACT, covenant);
    if (answer_is_true(applies.answer))
        return;
    struct value *warning = value_object(deciding->arena);
    value_set(deciding->arena, warning, "rule", value_text(deciding->arena, name));
    if (applies.answer.known)
        warn(deciding->arena, warnings, warning, "Deze contractvorm was niet mogelijk op de dag van tekenen",
             "This form of contract was not open on the day of signing");
    else
        warn(deciding->arena, warnings, warning, "Of deze contractvorm mogelijk was op de dag van tekenen staat niet vast",
             "Whether this form of contract was open on the day of signing is not established");
}

struct value *contract_decide(struct deciding *deciding)
{
    struct arena *arena = deciding->arena;
    struct view *view = view_today(deciding);
    struct value *section = value_object(arena), *warnings = value_list(arena);
    struct lease lease = lease_of(view);
    struct missing missing;
    missing_init(&missing, deciding);
    rule_used(deciding, &deciding->covenant->contracts.rule);
    bool running = lease.entry && !lease.ended && lease.kind != NOT_FOUND;
    if (running)
        value_set(arena, section, "current", current_value(view, &lease));
    else
        value_set(arena, section, "advice", advice_value(view, &missing));
    value_set(arena, section, "conversion", conversion_value(view, &lease));
    if (running) {
        warn_fixed_term(view, &lease, warnings);
        warn_kind(view, &lease, warnings);
        warn_windows(view, warnings);
    }
    if (warnings->count)
        value_set(arena, section, "warnings", warnings);
    missing_set(&missing, section);
    return section;
}
