/* Terms: when each started, when it ends and why then, and where it stands on the day judged. */
#include "engine/decision.h"

enum status {
    STATUS_NOT_STARTED,
    STATUS_RUNNING,
    STATUS_TARGET_PASSED,
    STATUS_OVERDUE,
    STATUS_MET,
    STATUS_MET_LATE,
    STATUS_PAUSED,
    STATUS_NOT_OPEN,
    STATUS_OPEN,
    STATUS_CLOSED,
    STATUS_UNDETERMINED,
};

static const char *const status_names[] = {
    [STATUS_NOT_STARTED] = "not_started",
    [STATUS_RUNNING] = "running",
    [STATUS_TARGET_PASSED] = "target_passed",
    [STATUS_OVERDUE] = "overdue",
    [STATUS_MET] = "met",
    [STATUS_MET_LATE] = "met_late",
    [STATUS_PAUSED] = "paused",
    [STATUS_NOT_OPEN] = "not_open",
    [STATUS_OPEN] = "open",
    [STATUS_CLOSED] = "closed",
    [STATUS_UNDETERMINED] = "undetermined",
};

/* One deadline on one day. */
struct standing {
    bool applies; /* false: it is left out */
    enum status status;
    struct answer open; /* not known: why it is undetermined, or what has not started it */
    bool has_start, has_target, has_due, has_window;
    struct date start, window_opens;
    struct term_end target, due;
    bool in_hours;
    struct moment target_at, due_at; /* of terms in hours */
    const struct entry *met;
    long long paused_days;
    bool provisional;
    struct evidence evidence;
};

/* ---- anchors ---- */

static struct judged unknown_event(struct view *view, size_t event)
{
    struct deciding *deciding = view_deciding(view);
    struct judged judged = {0};
    judged.answer = answer_unknown(deciding->arena, CAUSE_EVENT, deciding->region->vocabulary.events[event].name,
                                   (struct text){0});
    return judged;
}

struct judged anchor_date(struct view *view, const struct anchor *anchor)
{
    struct judged judged = {0};
    const struct entry *entry = NULL;
    switch (anchor->kind) {
    case ANCHOR_NONE:
        break;
    case ANCHOR_SYMBOL:
        return view_symbol(view, anchor->symbol);
    case ANCHOR_DEADLINE:
        return deadline_due(view, anchor->index);
    case ANCHOR_EVENT:
        entry = view_last(view, anchor->index);
        if (!entry)
            return unknown_event(view, anchor->index);
        evidence_add_entry(view_deciding(view)->arena, &judged.evidence, entry);
        judged.answer = answer_known((struct scalar){.kind = TYPE_DATE, .as.date = entry->on});
        break;
    }
    return judged;
}

/* Does the answer lack a fact, fail, or meet a blank? An event that has not happened is no question: it may yet. */
static bool lacks_more_than_events(struct answer answer)
{
    for (const struct cause *cause = answer.causes; cause; cause = cause->next)
        if (cause->kind != CAUSE_EVENT)
            return true;
    return false;
}

/* ---- what met it ---- */

static bool meets(const struct deadline *deadline, const struct entry *entry)
{
    for (size_t i = 0; i < deadline->met_by_count; i++)
        if (deadline->met_by[i] == entry->event)
            return true;
    return false;
}

static const struct entry *met_between(struct view *view, const struct deadline *deadline, struct date from,
                                       struct date until)
{
    const struct entry *entries = view_deciding(view)->case_file->entries;
    for (size_t i = 0; i < view_entries_count(view); i++)
        if (meets(deadline, &entries[i]) && date_compare(entries[i].on, from) >= 0 &&
            date_compare(entries[i].on, until) <= 0)
            return &entries[i];
    return NULL;
}

/* ---- windows ---- */

static void window_standing(struct view *view, const struct deadline *deadline, struct standing *standing)
{
    const struct calendar *calendar = &view_deciding(view)->rules->calendar;
    struct date end = standing->start;
    standing->has_start = false;
    standing->has_window = standing->has_due = true;
    standing->window_opens = date_subtract_term(calendar, end, deadline->opens, NULL);
    standing->due.raw = standing->due.due = date_subtract_term(calendar, end, deadline->closes, &standing->due.clamped);
    standing->met = met_between(view, deadline, standing->window_opens, standing->due.due);
    if (standing->met)
        standing->status = STATUS_MET;
    else if (date_compare(view_on(view), standing->window_opens) < 0)
        standing->status = STATUS_NOT_OPEN;
    else
        standing->status = date_compare(view_on(view), standing->due.due) <= 0 ? STATUS_OPEN : STATUS_CLOSED;
}

/* ---- terms ---- */

static struct term_end hours_end(struct view *view, const struct deadline *deadline, struct date start,
                                 struct term term, struct moment *at)
{
    const struct entry *entry = deadline->starts.kind == ANCHOR_EVENT ? view_last(view, deadline->starts.index) : NULL;
    *at = moment_add_hours(entry && entry->has_at ? entry->at : date_end(start), term.count);
    struct term_end end = {0};
    end.raw = end.due = moment_date(*at);
    return end;
}

static struct term_end term_standing(struct view *view, const struct deadline *deadline, struct term term,
                                     struct date stop, struct standing *standing, struct moment *at)
{
    struct deciding *deciding = view_deciding(view);
    if (term.unit == UNIT_HOURS) {
        standing->in_hours = true;
        return hours_end(view, deadline, standing->start, term, at);
    }
    const struct calendar *calendar = &deciding->rules->calendar;
    struct term_end end =
        calendar_term_end(deciding->arena, calendar, standing->start, term, deadline->same_day, REGIME_AS_WRITTEN);
    struct span *spans = NULL;
    size_t count = pauses_spans(view, deadline->pauses, deadline->pauses_count, &spans);
    end.raw = end.due = pauses_extend(spans, count, standing->start, end.raw, stop, &standing->paused_days,
                                      &standing->provisional);
    calendar_move(deciding->arena, calendar, standing->start, term, deadline->regime, &end);
    standing->provisional |= end.provisional;
    return end;
}

static bool paused_now(struct view *view, const struct deadline *deadline, const struct standing *standing)
{
    struct span *spans = NULL;
    size_t count = pauses_spans(view, deadline->pauses, deadline->pauses_count, &spans);
    for (size_t i = 0; i < count; i++)
        if (spans[i].open && date_compare(spans[i].last, standing->start) >= 0 &&
            (!standing->has_due || date_compare(standing->due.due, view_on(view)) >= 0))
            return true;
    return false;
}

static bool past(const struct view *view, struct date due)
{
    return date_compare(view_on(view), due) > 0;
}

static bool met_after(const struct standing *standing, struct date due, struct moment due_at)
{
    if (standing->in_hours && standing->met->has_at)
        return standing->met->at.second > due_at.second;
    return date_compare(standing->met->on, due) > 0;
}

static enum status term_status(struct view *view, const struct deadline *deadline, const struct standing *standing)
{
    bool is_right = text_is(role_name(view_deciding(view), deadline->owner), "client");
    if (standing->met && !standing->has_due)
        return STATUS_MET;
    if (standing->met)
        return met_after(standing, standing->due.due, standing->due_at) ? STATUS_MET_LATE : STATUS_MET;
    if (past(view, standing->start) == false && date_compare(view_on(view), standing->start) < 0)
        return STATUS_NOT_STARTED;
    if (standing->has_due && past(view, standing->due.due))
        return is_right ? STATUS_CLOSED : STATUS_OVERDUE;
    if (paused_now(view, deadline, standing))
        return STATUS_PAUSED;
    if (standing->has_target && past(view, standing->target.due))
        return STATUS_TARGET_PASSED;
    return STATUS_RUNNING;
}

/* `silent(O1)` in the place of a term: the covenant gives none, and says so. */
static bool term_is_silent(struct view *view, const struct term_or_blank *term, struct standing *standing)
{
    if (!term->has || term->blank == NOT_FOUND)
        return false;
    standing->status = STATUS_UNDETERMINED;
    standing->open = answer_unknown(view_deciding(view)->arena, CAUSE_SILENT,
                                    view_covenant(view)->blanks[term->blank].rule.id, (struct text){0});
    return true;
}

static void started_standing(struct view *view, const struct deadline *deadline, struct standing *standing)
{
    struct date end_of_days;
    standing->has_start = true;
    date_of(YEAR_MAX, 12, 31, &end_of_days);
    standing->met = met_between(view, deadline, standing->start, end_of_days);
    struct date stop = standing->met ? standing->met->on : view_on(view);
    bool silent = term_is_silent(view, &deadline->limit, standing);
    bool target_silent = term_is_silent(view, &deadline->target, standing);
    if (deadline->target.has && !target_silent) {
        standing->target = term_standing(view, deadline, deadline->target.term, stop, standing, &standing->target_at);
        standing->has_target = true;
    }
    if (deadline->limit.has && !silent) {
        standing->due = term_standing(view, deadline, deadline->limit.term, stop, standing, &standing->due_at);
        standing->has_due = true;
    }
    if (silent || target_silent) {
        if (standing->met)
            standing->status = STATUS_MET;
        return;
    }
    standing->status = term_status(view, deadline, standing);
}

/* ---- one deadline ---- */

static bool law_holds(const struct deadline *deadline, struct date date)
{
    return (!deadline->has_from || date_compare(date, deadline->from) >= 0) &&
           (!deadline->has_until || date_compare(date, deadline->until) <= 0);
}

static struct standing deadline_standing(struct view *view, const struct deadline *deadline)
{
    struct arena *arena = view_deciding(view)->arena;
    struct standing standing = {.applies = true};
    struct judged applies = view_judge(view, deadline->applies, NULL);
    evidence_add(arena, &standing.evidence, &applies.evidence);
    if (answer_is_false(applies.answer)) {
        standing.applies = false;
        return standing;
    }
    bool is_window = deadline->counts_back_from.kind != ANCHOR_NONE;
    struct judged start = anchor_date(view, is_window ? &deadline->counts_back_from : &deadline->starts);
    evidence_add(arena, &standing.evidence, &start.evidence);
    standing.open = applies.answer.known ? start.answer : applies.answer;
    if (!applies.answer.known || !start.answer.known) {
        bool open = !applies.answer.known || lacks_more_than_events(start.answer);
        standing.status = open ? STATUS_UNDETERMINED : is_window ? STATUS_NOT_OPEN : STATUS_NOT_STARTED;
        return standing;
    }
    standing.start = start.answer.value.as.date;
    if (!law_holds(deadline, standing.start)) {
        standing.applies = false;
        return standing;
    }
    if (is_window)
        window_standing(view, deadline, &standing);
    else
        started_standing(view, deadline, &standing);
    if (standing.met)
        evidence_add_entry(arena, &standing.evidence, standing.met);
    return standing;
}

bool deadline_window(struct view *view, size_t deadline, struct date *opens, struct date *closes)
{
    struct standing standing = deadline_standing(view, &view_covenant(view)->deadlines[deadline]);
    if (!standing.applies || !standing.has_window)
        return false;
    *opens = standing.window_opens;
    *closes = standing.due.due;
    return true;
}

struct judged deadline_due(struct view *view, size_t deadline)
{
    struct deciding *deciding = view_deciding(view);
    const struct deadline *asked = &view_covenant(view)->deadlines[deadline];
    struct standing standing = deadline_standing(view, asked);
    struct judged judged = {.evidence = standing.evidence};
    if (standing.applies && (standing.has_due || standing.has_target)) {
        struct date due = standing.has_due ? standing.due.due : standing.target.due;
        judged.answer = answer_known((struct scalar){.kind = TYPE_DATE, .as.date = due});
    } else if (standing.applies && standing.open.causes) {
        judged.answer = (struct answer){.causes = standing.open.causes};
    } else {
        judged.answer = answer_unknown(deciding->arena, CAUSE_FAILURE, asked->rule.id,
                                       TEXT("this term does not apply, so it has no end"));
    }
    return judged;
}

struct judged deadline_missed(struct view *view, size_t deadline)
{
    struct standing standing = deadline_standing(view, &view_covenant(view)->deadlines[deadline]);
    struct judged judged = {.evidence = standing.evidence};
    bool missed = standing.status == STATUS_OVERDUE || standing.status == STATUS_MET_LATE || standing.status == STATUS_CLOSED;
    judged.answer = answer_boolean(standing.applies && missed);
    if (standing.applies && standing.status == STATUS_UNDETERMINED)
        judged.answer = (struct answer){.causes = standing.open.causes};
    return judged;
}

/* ---- what the decision shows ---- */

static struct value *due_value(struct arena *arena, const struct standing *standing, const struct term_end *end,
                               struct moment at)
{
    return standing->in_hours ? value_text(arena, moment_text(arena, at)) : value_date(arena, end->due);
}

static struct value *both_languages(struct arena *arena, struct text nl, struct text en)
{
    struct value *object = value_object(arena);
    value_set(arena, object, "nl", value_text(arena, nl));
    value_set(arena, object, "en", value_text(arena, en));
    return object;
}

static void set_due(struct arena *arena, struct value *object, const struct standing *standing)
{
    if (standing->has_start)
        value_set(arena, object, "started", value_date(arena, standing->start));
    if (standing->has_window)
        value_set(arena, object, "opens", value_date(arena, standing->window_opens));
    if (standing->has_target)
        value_set(arena, object, "target", due_value(arena, standing, &standing->target, standing->target_at));
    if (!standing->has_due)
        return;
    value_set(arena, object, "due", due_value(arena, standing, &standing->due, standing->due_at));
    if (standing->due.moved) {
        value_set(arena, object, "raw_due", value_date(arena, standing->due.raw));
        value_set(arena, object, "moved_because",
                  both_languages(arena, standing->due.because_nl, standing->due.because_en));
    }
    if (standing->due.clamped)
        value_set(arena, object, "clamped",
                  both_languages(arena, TEXT("die maand is korter: de laatste dag van de maand telt"),
                                 TEXT("that month is shorter: its last day counts")));
}

static void deadline_steps(struct view *view, const struct deadline *deadline, const struct standing *standing,
                           struct value *due)
{
    struct deciding *deciding = view_deciding(view);
    bool is_right = text_is(role_name(deciding, deadline->owner), "client");
    bool late = standing->status == STATUS_OVERDUE;
    bool under_way = standing->status == STATUS_RUNNING || standing->status == STATUS_TARGET_PASSED ||
                     standing->status == STATUS_PAUSED;
    struct step step = {.id = deadline->rule.id, .who = role_name(deciding, deadline->owner),
                        .does = says_value(view, &deadline->rule.says), .due = due, .overdue = late,
                        .because = deadline->rule.id};
    if ((late || under_way) && !is_right && deadline->met_by_count)
        step_add(deciding, &step);
    if (late && deadline->when_missed)
        action_value(view, deadline->when_missed, &deadline->rule, standing->due.due, NULL, true);
}

static struct value *deadline_value(struct view *view, const struct deadline *deadline, const struct standing *standing)
{
    struct deciding *deciding = view_deciding(view);
    struct arena *arena = deciding->arena;
    struct value *object = value_object(arena);
    if (standing->has_start || standing->has_window || standing->status == STATUS_UNDETERMINED)
        rule_used(deciding, &deadline->rule); /* a term that nothing has started yet has decided nothing */
    value_set(arena, object, "id", value_text(arena, deadline->rule.id));
    value_set(arena, object, "owner", value_text(arena, role_name(deciding, deadline->owner)));
    value_set(arena, object, "status", value_string(arena, status_names[standing->status]));
    set_due(arena, object, standing);
    if (standing->met)
        value_set(arena, object, "met_on", value_date(arena, standing->met->on));
    else if (standing->has_due)
        value_set(arena, object, "days_left", value_integer(arena, standing->due.due.day - deciding->on.day));
    if (standing->paused_days)
        value_set(arena, object, "paused_days", value_integer(arena, standing->paused_days));
    if (standing->provisional)
        value_set(arena, object, "provisional", value_boolean(arena, true));
    if (deadline->best_efforts)
        value_set(arena, object, "duty", value_string(arena, "best_efforts"));
    value_set(arena, object, "says", says_value(view, &deadline->rule.says));
    value_set(arena, object, "source", sources_value(arena, &deadline->rule));
    if (standing->status == STATUS_UNDETERMINED) {
        struct missing missing;
        struct judged judged = {.answer = {.causes = standing->open.causes}};
        struct value *reason = judged_reason(view, &deadline->rule, &judged);
        if (value_get(reason, "because"))
            value_set(arena, object, "because", value_get(reason, "because"));
        missing_init(&missing, deciding);
        missing_add(&missing, standing->open.causes, deadline->rule.id);
        missing_set(&missing, object);
    }
    deadline_steps(view, deadline, standing, value_get(object, "due"));
    return object;
}

struct value *deadlines_decide(struct deciding *deciding)
{
    struct value *list = value_list(deciding->arena);
    struct view *view = view_today(deciding);
    for (size_t i = 0; i < deciding->covenant->deadlines_count; i++) {
        const struct deadline *deadline = &deciding->covenant->deadlines[i];
        struct standing standing = deadline_standing(view, deadline);
        if (deadline->applies)
            trace_condition(view, "deadlines", &deadline->rule, deadline->applies, "applies");
        if (standing.applies)
            value_append(deciding->arena, list, deadline_value(view, deadline, &standing));
    }
    return list;
}
