/* Which support is due: whether it is required, the phase, the next step down or up, and what a refusal does. */
#include "engine/decision.h"

/* What events tell of the support that is given; NULLs before either. */
struct course {
    const struct entry *phase; /* when the phase began; a change to the phase that it has already changes nothing */
    const struct entry *begun; /* when support began, the last time that it had not or had ended */
};

static struct course course_of(struct view *view)
{
    const struct deciding *deciding = view_deciding(view);
    size_t started = vocabulary_event(&deciding->region->vocabulary, TEXT("support_started"));
    size_t changed = vocabulary_event(&deciding->region->vocabulary, TEXT("support_phase_changed"));
    struct course course = {0};
    for (size_t i = 0; i < view_entries_count(view); i++) {
        const struct entry *entry = &deciding->case_file->entries[i];
        if (entry->event != started && entry->event != changed)
            continue;
        struct text before = course.phase ? entry_text(deciding, course.phase, "phase") : TEXT("ended");
        if (text_is(before, "ended"))
            course.begun = entry;
        if (!course.phase || entry->event == started || !text_equal(before, entry_text(deciding, entry, "phase")))
            course.phase = entry;
    }
    return course;
}

static const struct entry *phase_entry(struct view *view)
{
    return course_of(view).phase;
}

static struct judged phase_judged(struct view *view, const struct entry *entry, struct scalar value)
{
    struct judged judged = {.answer = answer_known(value)};
    if (entry)
        evidence_add_entry(view_deciding(view)->arena, &judged.evidence, entry);
    else
        judged.answer = answer_unknown(view_deciding(view)->arena, CAUSE_EVENT, TEXT("support_started"), (struct text){0});
    return judged;
}

struct judged support_current_phase(struct view *view)
{
    const struct entry *entry = phase_entry(view);
    struct scalar phase = {.kind = TYPE_TEXT};
    if (entry)
        phase.as.text = entry_text(view_deciding(view), entry, "phase");
    return phase_judged(view, entry, phase);
}

struct judged support_phase_started(struct view *view)
{
    const struct entry *entry = phase_entry(view);
    struct scalar started = {.kind = TYPE_DATE};
    if (entry)
        started.as.date = entry->on;
    return phase_judged(view, entry, started);
}

static size_t phase_index(const struct support *support, struct text phase)
{
    for (size_t i = 0; i < support->phases_count; i++)
        if (text_equal(support->phases[i].phase, phase))
            return i;
    return text_is(phase, "ended") ? PHASE_ENDED : NOT_FOUND;
}

static struct value *hours_value(struct arena *arena, const struct hours *hours)
{
    struct value *object = value_object(arena);
    if (hours->has_min)
        value_set(arena, object, "min", value_integer(arena, hours->min));
    if (hours->has_max)
        value_set(arena, object, "max", value_integer(arena, hours->max));
    return object;
}

/* ---- steps ---- */

static bool is_down(const struct support_step *step)
{
    return step->to == PHASE_ENDED || step->to > step->from;
}

/* The first day on which the step may be taken as far as time goes; false when no time is set. */
static bool step_earliest(struct view *view, const struct support_step *step, struct date *earliest)
{
    struct deciding *deciding = view_deciding(view);
    const struct support *support = &view_covenant(view)->support;
    const struct calendar *calendar = &deciding->rules->calendar;
    struct course course = course_of(view);
    bool has = false;
    if (step->has_after && course.phase) {
        *earliest = calendar_term_end(deciding->arena, calendar, course.phase->on, step->after, false, REGIME_AS_WRITTEN).raw;
        has = true;
    }
    if (step->to == PHASE_ENDED && support->minimum && course.begun) {
        struct date end = calendar_term_end(deciding->arena, calendar, course.begun->on, support->minimum->term, false,
                                            REGIME_AS_WRITTEN).raw;
        if (!has || date_compare(end, *earliest) > 0)
            *earliest = end;
        has = true;
    }
    return has;
}

struct step_choice {
    const struct support_step *step;
    struct judged require;
};

/* A step up that holds goes first: support rises at once. Else the first step down; an unknown step up does not count. */
static struct step_choice step_next(struct view *view, size_t phase, struct missing *missing)
{
    const struct support *support = &view_covenant(view)->support;
    struct step_choice down = {0}, up = {0};
    for (size_t i = 0; i < support->steps_count; i++) {
        const struct support_step *step = &support->steps[i];
        if (step->from != phase)
            continue;
        struct judged require = view_judge(view, step->require, NULL);
        trace_rule(view, "support", &step->rule, step->require, "require", NULL, &require);
        if (!require.answer.known)
            missing_add(missing, require.answer.causes, step->rule.id);
        if (!is_down(step) && answer_is_true(require.answer) && !up.step)
            up = (struct step_choice){step, require};
        if (is_down(step) && !down.step)
            down = (struct step_choice){step, require};
    }
    return up.step ? up : down;
}

static struct value *next_value(struct view *view, const struct step_choice *choice)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    const struct support_step *step = choice->step;
    struct value *next = value_object(arena), *reasons = value_list(arena);
    struct date earliest = {0};
    bool timed = step_earliest(view, step, &earliest);
    bool too_soon = timed && date_compare(deciding->on, earliest) < 0;
    bool no = too_soon || answer_is_false(choice->require.answer);
    const char *may_step = no ? "no" : choice->require.answer.known ? "yes" : "undetermined";
    struct text to = step->to == PHASE_ENDED ? TEXT("ended") : deciding->covenant->support.phases[step->to].phase;
    value_set(arena, next, "phase", value_text(arena, to));
    value_set(arena, next, "may_step", value_string(arena, may_step));
    if (timed)
        value_set(arena, next, "earliest", value_date(arena, earliest));
    value_append(arena, reasons, judged_reason(view, &step->rule, &choice->require));
    if (step->to == PHASE_ENDED && deciding->covenant->support.minimum) {
        struct judged past = {.answer = answer_boolean(!too_soon)};
        value_append(arena, reasons, judged_reason(view, &deciding->covenant->support.minimum->rule, &past));
    }
    value_set(arena, next, "reasons", reasons);
    if (!no && choice->require.answer.known) {
        struct step todo = {.id = step->rule.id, .who = TEXT("care_provider"),
                            .does = says_value(view, &step->rule.says), .because = step->rule.id};
        step_add(deciding, &todo);
    }
    return next;
}

/* ---- refusal ---- */

static const char *const refusal_outcome_names[] = {
    [REFUSAL_BREACH] = "breach",
    [REFUSAL_ENDS_PARTICIPATION] = "ends_participation",
    [REFUSAL_ENDS_LEASE_OPTION] = "ends_lease_option",
};

static struct value *refusal_value(struct view *view, struct missing *missing)
{
    const struct support *support = &view_covenant(view)->support;
    struct arena *arena = view_deciding(view)->arena;
    struct value *shown = NULL;
    for (size_t i = 0; i < support->refusals_count; i++) {
        const struct support_refusal *refusal = &support->refusals[i];
        struct judged when = view_judge(view, refusal->when, NULL);
        trace_rule(view, "support", &refusal->rule, refusal->when, "when", NULL, &when);
        if (!when.answer.known)
            missing_add(missing, when.answer.causes, refusal->rule.id);
        if (!answer_is_true(when.answer) || shown)
            continue;
        shown = judged_reason(view, &refusal->rule, &when);
        value_set(arena, shown, "outcome", value_string(arena, refusal_outcome_names[refusal->outcome]));
    }
    return shown;
}

/* ---- the section ---- */

static const char *required_outcome(struct view *view, struct value *reasons, struct missing *missing)
{
    struct arena *arena = view_deciding(view)->arena;
    const struct support_mandatory *mandatory = view_covenant(view)->support.mandatory;
    if (!mandatory)
        return "not_required";
    struct judged when = view_judge(view, mandatory->when, NULL);
    trace_rule(view, "support", &mandatory->rule, mandatory->when, "when", NULL, &when);
    value_append(arena, reasons, judged_reason(view, &mandatory->rule, &when));
    if (when.answer.known)
        return answer_is_true(when.answer) ? "required" : "not_required";
    missing_add(missing, when.answer.causes, mandatory->rule.id);
    return "undetermined";
}

struct value *support_decide(struct deciding *deciding)
{
    struct arena *arena = deciding->arena;
    struct view *view = view_today(deciding);
    const struct support *support = &deciding->covenant->support;
    struct value *section = value_object(arena), *reasons = value_list(arena);
    struct missing missing;
    missing_init(&missing, deciding);
    value_set(arena, section, "outcome", value_string(arena, required_outcome(view, reasons, &missing)));
    value_set(arena, section, "reasons", reasons);
    const struct entry *entry = phase_entry(view);
    if (entry) {
        struct text name = entry_text(deciding, entry, "phase");
        size_t phase = phase_index(support, name);
        value_set(arena, section, "phase", value_text(arena, name));
        value_set(arena, section, "since", value_date(arena, entry->on));
        if (phase < support->phases_count) {
            rule_used(deciding, &support->phases[phase].rule);
            if (support->phases[phase].hours.has_min || support->phases[phase].hours.has_max)
                value_set(arena, section, "hours_per_month", hours_value(arena, &support->phases[phase].hours));
        }
        struct step_choice choice = step_next(view, phase, &missing);
        if (choice.step)
            value_set(arena, section, "next", next_value(view, &choice));
    }
    struct value *refusal = refusal_value(view, &missing);
    if (refusal)
        value_set(arena, section, "refusal", refusal);
    missing_set(&missing, section);
    return section;
}
