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

/* Where a term ends; `at` is the time of a term in hours. */
struct ending {
    bool has, in_hours;
    struct term_end end; /* of a term in hours: its last day, both raw and due */
    struct moment at;
};

/* One deadline on one day. */
struct standing {
    bool applies; /* false: it is left out */
    enum status status;
    struct answer open; /* not known: why it is undetermined, or what has not started it */
    bool has_start, has_window;
    struct date start, window_opens;
    const struct entry *started_by; /* NULL when no event started it */
    struct ending target, due;
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

/* On the day of the start itself, not before the start's time. */
static const struct entry *met_between(struct view *view, const struct deadline *deadline, struct date from,
                                       struct date until, const struct entry *started_by)
{
    const struct entry *entries = view_deciding(view)->case_file->entries;
    for (size_t i = 0; i < view_entries_count(view); i++)
        if (meets(deadline, &entries[i]) && date_compare(entries[i].on, from) >= 0 &&
            date_compare(entries[i].on, until) <= 0 && !entry_is_earlier(&entries[i], started_by))
            return &entries[i];
    return NULL;
}

/* ---- windows ---- */

static void window_standing(struct view *view, const struct deadline *deadline, struct standing *standing)
{
    const struct calendar *calendar = &view_deciding(view)->rules->calendar;
    struct date end = standing->start;
    standing->has_start = false;
    struct term_end *closes = &standing->due.end;
    standing->has_window = standing->due.has = true;
    standing->window_opens = date_subtract_term(calendar, end, deadline->opens, NULL);
    closes->raw = closes->due = date_subtract_term(calendar, end, deadline->closes, &closes->clamped);
    standing->met = met_between(view, deadline, standing->window_opens, closes->due, NULL);
    if (standing->met)
        standing->status = STATUS_MET;
    else if (date_compare(view_on(view), standing->window_opens) < 0)
        standing->status = STATUS_NOT_OPEN;
    else
        standing->status = date_compare(view_on(view), closes->due) <= 0 ? STATUS_OPEN : STATUS_CLOSED;
}

/* ---- terms ---- */

/* The last day of a moment: midnight ends the day before it. */
static struct date last_day(struct moment at)
{
    return moment_date((struct moment){at.second - 1, at.offset});
}

/* The pauses of a term, and how far they count. */
struct pausing {
    struct span *spans;
    size_t count;
    struct date stop;  /* days after it do not count: the term was met */
    long long *days;   /* out */
    bool *provisional; /* out; NULL once the term is met: then nothing moves it any more */
};

/* Hours stand still on paused days: 24 for each. */
static void hours_end(const struct view *view, const struct standing *standing, struct term term, const struct pausing *pausing, struct ending *ending)
{
    const struct entry *entry = standing->started_by;
    struct moment start = entry && entry->has_at ? entry->at : date_end(standing->start), end;
    long long paused = 0, before;
    do {
        before = paused;
        arena_work(view_deciding(view)->arena, pausing->count / ITEMS_PER_STEP + 1);
        end = moment_add_hours(start, term.count + 24 * (int)before);
        paused = pauses_days(pausing->spans, pausing->count, standing->start, last_day(end), pausing->stop, pausing->provisional);
    } while (paused != before);
    ending->in_hours = true;
    ending->at = end;
    ending->end.raw = ending->end.due = last_day(end);
    *pausing->days = paused;
}

/* Working days that are paused do not count either. */
static struct term_end working_days_end(struct view *view, struct term term, struct date before,
                                        const struct pausing *pausing)
{
    struct arena *arena = view_deciding(view)->arena;
    const struct calendar *calendar = &view_deciding(view)->rules->calendar;
    int paused = 0, counted = 0;
    size_t i = 0;
    for (struct date day = {before.day + 1}; i < pausing->count && counted < term.count; day.day++) {
        while (i < pausing->count && pausing->spans[i].last.day < day.day)
            i++;
        bool stands = i < pausing->count && day.day >= pausing->spans[i].first.day && day.day <= pausing->stop.day;
        bool works = !calendar_is_rest_day(calendar, day, NULL, NULL);
        paused += works && stands;
        counted += works && !stands;
        arena_work(arena, 1);
    }
    struct term longer = {term.count + paused, UNIT_WORKING_DAYS};
    struct term_end end = calendar_term_end(arena, calendar, before, longer, false, REGIME_AS_WRITTEN);
    *pausing->days = pauses_days(pausing->spans, pausing->count, before, end.raw, pausing->stop, pausing->provisional);
    return end;
}

static struct ending term_ending(struct view *view, const struct deadline *deadline, struct term term, struct date stop,
                                 struct standing *standing)
{
    struct deciding *deciding = view_deciding(view);
    const struct calendar *calendar = &deciding->rules->calendar;
    struct ending ending = {.has = true};
    struct pausing pausing = {.stop = stop, .days = &standing->paused_days,
                              .provisional = standing->met ? NULL : &standing->provisional};
    pausing.count = pauses_spans(view, deadline->pauses, deadline->pauses_count, &pausing.spans);
    if (term.unit == UNIT_HOURS) {
        hours_end(view, standing, term, &pausing, &ending);
        return ending;
    }
    struct date before = {standing->start.day - (deadline->same_day ? 1 : 0)};
    struct term_end end;
    if (term.unit == UNIT_WORKING_DAYS) {
        end = working_days_end(view, term, before, &pausing);
    } else {
        end = calendar_term_end(deciding->arena, calendar, standing->start, term, deadline->same_day, REGIME_AS_WRITTEN);
        end.raw = end.due = pauses_extend(pausing.spans, pausing.count, before, end.raw, stop, pausing.days,
                                          pausing.provisional);
    }
    calendar_move(deciding->arena, calendar, before, term, deadline->regime, &end);
    standing->provisional |= end.provisional;
    ending.end = end;
    return ending;
}

static bool past(const struct view *view, const struct ending *ending)
{
    return ending->has && date_compare(view_on(view), ending->end.due) > 0;
}

/* Is a pause under way after what happened today, that began before the term, calendar apart, ended? */
static bool paused_now(struct view *view, const struct deadline *deadline, const struct standing *standing)
{
    struct span *spans = NULL;
    size_t count = pauses_spans(view, deadline->pauses, deadline->pauses_count, &spans);
    for (size_t i = 0; i < count; i++)
        if ((spans[i].open || date_compare(spans[i].last, view_on(view)) > 0) &&
            (!standing->due.has || date_compare(spans[i].first, standing->due.end.raw) <= 0))
            return true;
    return false;
}

static bool met_after(const struct standing *standing, const struct ending *ending)
{
    if (ending->in_hours && standing->met->has_at)
        return standing->met->at.second > ending->at.second;
    return date_compare(standing->met->on, ending->end.due) > 0;
}

/* Where a term is left open by the covenant, the status is undetermined as soon as that term would tell it. */
static enum status term_status(struct view *view, const struct deadline *deadline, const struct standing *standing)
{
    bool is_right = text_is(role_name(view_deciding(view), deadline->owner), "client");
    if (standing->met && !standing->due.has)
        return STATUS_MET;
    if (standing->met && met_after(standing, &standing->due))
        return is_right ? STATUS_CLOSED : STATUS_MET_LATE; /* a right that is used too late is no longer there */
    if (standing->met)
        return STATUS_MET;
    if (date_compare(view_on(view), standing->start) < 0)
        return STATUS_NOT_STARTED;
    if (past(view, &standing->due))
        return is_right ? STATUS_CLOSED : STATUS_OVERDUE;
    if (paused_now(view, deadline, standing))
        return STATUS_PAUSED;
    if (past(view, &standing->target))
        return deadline->limit.has && !standing->due.has ? STATUS_UNDETERMINED : STATUS_TARGET_PASSED;
    bool open = (deadline->target.has && !standing->target.has) || (!standing->target.has && !standing->due.has);
    return open ? STATUS_UNDETERMINED : STATUS_RUNNING;
}

/* `silent(O1)` in the place of a term: the covenant gives none, and says so. */
static bool term_is_silent(struct view *view, const struct term_or_blank *term, struct standing *standing)
{
    if (!term->has || term->blank == NOT_FOUND)
        return false;
    standing->open = answer_unknown(view_deciding(view)->arena, CAUSE_SILENT,
                                    view_covenant(view)->blanks[term->blank].rule.id, (struct text){0});
    return true;
}

static void started_standing(struct view *view, const struct deadline *deadline, struct standing *standing)
{
    struct date stop;
    standing->has_start = true;
    date_of(YEAR_MAX, 12, 31, &stop);
    if (deadline->starts.kind == ANCHOR_EVENT)
        standing->started_by = view_last(view, deadline->starts.index);
    standing->met = met_between(view, deadline, standing->start, stop, standing->started_by);
    if (standing->met)
        stop = standing->met->on;
    if (deadline->target.has && !term_is_silent(view, &deadline->target, standing))
        standing->target = term_ending(view, deadline, deadline->target.term, stop, standing);
    if (deadline->limit.has && !term_is_silent(view, &deadline->limit, standing))
        standing->due = term_ending(view, deadline, deadline->limit.term, stop, standing);
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
    *closes = standing.due.end.due;
    return true;
}

struct judged deadline_due(struct view *view, size_t deadline)
{
    struct deciding *deciding = view_deciding(view);
    const struct deadline *asked = &view_covenant(view)->deadlines[deadline];
    struct standing standing = deadline_standing(view, asked);
    struct judged judged = {.evidence = standing.evidence};
    if (standing.applies && (standing.due.has || standing.target.has)) {
        struct date due = standing.due.has ? standing.due.end.due : standing.target.end.due;
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

static struct value *due_value(struct arena *arena, const struct ending *ending)
{
    return ending->in_hours ? value_text(arena, moment_text(arena, ending->at)) : value_date(arena, ending->end.due);
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
    if (standing->target.has)
        value_set(arena, object, "target", due_value(arena, &standing->target));
    if (!standing->due.has)
        return;
    const struct term_end *due = &standing->due.end;
    value_set(arena, object, "due", due_value(arena, &standing->due));
    if (due->moved) {
        value_set(arena, object, "raw_due", value_date(arena, due->raw));
        value_set(arena, object, "moved_because", both_languages(arena, due->because_nl, due->because_en));
    }
    if (due->clamped)
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
    /* a term the covenant leaves open is a duty all the same; a window is one unless the law says what else happens */
    under_way |= standing->status == STATUS_UNDETERMINED && standing->has_start && !standing->met;
    under_way |= standing->status == STATUS_OPEN && !deadline->when_passed.nl.at;
    struct step step = {.id = deadline->rule.id, .who = role_name(deciding, deadline->owner),
                        .does = says_value(view, &deadline->rule.says), .due = due, .overdue = late,
                        .because = deadline->rule.id};
    if ((late || under_way) && !is_right && deadline->met_by_count)
        step_add(deciding, &step);
    if ((late || (standing->status == STATUS_CLOSED && !is_right)) && deadline->when_missed)
        action_value(view, deadline->when_missed, &deadline->rule, standing->due.end.due, NULL, true);
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
    else if (standing->due.has)
        value_set(arena, object, "days_left", value_integer(arena, standing->due.end.due.day - deciding->on.day));
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
