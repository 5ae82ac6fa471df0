/* The lease: what it is now, which form is advised, whether it may be converted, and what happens by law. */
#include "engine/conversion.h"

/* ---- the current contract ---- */

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
    const struct covenant *covenant = covenant_governing(deciding->region, lease->signed_on);
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

/* A lease of a form that this covenant does not know: its rules say nothing of it. */
static void warn_foreign(struct deciding *deciding, const struct lease *lease, struct value *warnings)
{
    struct value *warning = value_object(deciding->arena);
    value_set(deciding->arena, warning, "rule",
              value_text(deciding->arena, entry_text(deciding, lease->entry, "kind")));
    warn(deciding->arena, warnings, warning, "Dit convenant kent deze contractvorm niet",
         "This covenant does not know this form of contract");
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
    if (lease.entry && !lease.ended && lease.kind == NOT_FOUND && entry_text(deciding, lease.entry, "kind").at)
        warn_foreign(deciding, &lease, warnings);
    if (warnings->count)
        value_set(arena, section, "warnings", warnings);
    missing_set(&missing, section);
    return section;
}
