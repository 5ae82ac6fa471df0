/*
 * Nuisance, as a fold over the reports in order. For each report: go down a level for each full quiet period since the
 * last counting report; then, if it counts, up one when the next level's `enter` holds, or straight to the highest
 * level whose `at_once` holds. On the day judged only the going down is done once more.
 *
 * A report for which `counts` is not true moves nothing. Unknown raises nothing. While `relapse` holds nothing rises
 * and quiet time stands still; where it is not known whether it does, nothing rises either. With `governed_by: event`
 * each report is judged by the version of its date: there is one ladder, level N is the Nth of each version. A level
 * and its quiet term are those of the last report that counted, relapse is judged by the version of each day.
 */
#include "engine/changes.h"
#include "engine/decision.h"

/* How far ahead it is told when a level falls, in days. */
#define DAYS_AHEAD_MAX 3660

/* What became of one report. */
struct report {
    const struct entry *entry;
    const struct covenant *covenant;
    struct judged counts;
    bool during_relapse; /* or perhaps */
    size_t level; /* after it */
};

struct ladder {
    struct view *view;
    const struct covenant *covenant; /* whose level it is: of the last report that counted, or the case's own */
    size_t level;
    struct date since;               /* when this level was reached */
    struct date quiet_from;          /* since when it is quiet */
    const struct entry *entered;     /* the report that raised it to this level; NULL after going down */
    struct report *reports;
    size_t reports_count;
    struct spans {                   /* when relapse held, as far as it was looked at */
        struct span *items;
        size_t count, capacity;
    } relapse;
    struct date looked_until;        /* so far, while anything was */
    bool looked;
    struct missing *missing;         /* NULL when nobody asks */
    struct evidence evidence;
};

static const struct covenant *governing(struct view *view, struct date on)
{
    const struct covenant *covenant = view_covenant(view);
    const struct covenant *of_date = covenant_governing(view_deciding(view)->region, on);
    bool by_event = covenant->nuisance.governed_by_event && of_date && of_date->nuisance.written;
    return by_event ? of_date : covenant;
}

static const struct nuisance_level *rung_of(const struct covenant *covenant, size_t level)
{
    const struct nuisance *nuisance = &covenant->nuisance;
    return level >= 1 && level <= nuisance->levels_count ? &nuisance->levels[level - 1] : NULL;
}

static void ask(struct ladder *ladder, const struct rule *rule, struct answer answer)
{
    if (ladder->missing && !answer.known)
        missing_add(ladder->missing, answer.causes, rule->id);
}

/* ---- relapse ---- */

static struct judged relapse_judged(struct ladder *ladder, const struct covenant *covenant, struct date on)
{
    struct deciding *deciding = view_deciding(ladder->view);
    const struct relapse *relapse = covenant->nuisance.relapse;
    if (!relapse)
        return (struct judged){.answer = answer_boolean(false)};
    struct judged judged = view_judge(view_at(deciding, covenant, on), relapse->when, NULL);
    ask(ladder, &relapse->rule, judged.answer);
    return judged;
}

static void spans_add(struct arena *arena, struct spans *spans, struct span span)
{
    struct span *last = spans->count ? &spans->items[spans->count - 1] : NULL;
    if (last && last->last.day + 1 == span.first.day) {
        last->last = span.last;
        last->open = span.open;
        return;
    }
    struct span *room = arena_push(arena, &spans->items, &spans->count, &spans->capacity, sizeof *room);
    *room = span;
}

static void relapse_spans_under(struct ladder *ladder, const struct covenant *covenant, struct date from,
                                struct date until, bool open, struct spans *spans)
{
    struct deciding *deciding = view_deciding(ladder->view);
    const struct relapse *relapse = covenant->nuisance.relapse;
    if (!relapse)
        return;
    struct days days = change_days(view_at(deciding, covenant, until), relapse->when, from, until);
    for (size_t i = 0; i < days.count; i++) {
        bool is_last = i + 1 == days.count;
        struct date last = is_last ? until : (struct date){days.items[i + 1].day - 1};
        if (answer_is_true(relapse_judged(ladder, covenant, days.items[i]).answer))
            spans_add(deciding->arena, spans, (struct span){days.items[i], last, is_last && open});
    }
}

/* The last day from `day` on, and not after `until`, that one version governs. */
static struct date governed_until(struct view *view, struct date day, struct date until)
{
    const struct region *region = view_deciding(view)->region;
    for (size_t i = 0; i < region->versions_count; i++) {
        struct date from = region->versions[i]->from;
        if (date_compare(from, day) > 0 && date_compare(from, until) <= 0)
            until = (struct date){from.day - 1};
    }
    return until;
}

/* Adds the stretches from `from` through `until` in which relapse holds. */
static void relapse_spans(struct ladder *ladder, struct date from, struct date until, struct spans *spans)
{
    while (date_compare(from, until) <= 0) {
        struct date last = governed_until(ladder->view, from, until);
        relapse_spans_under(ladder, governing(ladder->view, from), from, last, date_compare(last, until) == 0, spans);
        from = (struct date){last.day + 1};
    }
}

/* Relapse since it was quiet, through `until`. No day is judged twice: what was seen stays seen. */
static void look_for_relapse(struct ladder *ladder, struct date until)
{
    struct date from = {ladder->quiet_from.day + 1};
    if (ladder->looked && date_compare(ladder->looked_until, from) >= 0)
        from.day = ladder->looked_until.day + 1;
    if (date_compare(from, until) > 0)
        return;
    relapse_spans(ladder, from, until, &ladder->relapse);
    ladder->looked_until = until;
    ladder->looked = true;
}

/* ---- down ---- */

/*
 * The day on which the current level has been quiet for its full term, as relapse is known through `until`; false when
 * it never falls.
 */
static bool falls_on(struct ladder *ladder, struct date until, struct date *end)
{
    struct deciding *deciding = view_deciding(ladder->view);
    const struct nuisance_level *rung = rung_of(ladder->covenant, ladder->level);
    if (!rung || !rung->has_quiet)
        return false;
    look_for_relapse(ladder, until);
    struct date raw = calendar_term_end(deciding->arena, &deciding->rules->calendar, ladder->quiet_from, rung->quiet,
                                        false, REGIME_AS_WRITTEN).raw;
    *end = pauses_extend(ladder->relapse.items, ladder->relapse.count, ladder->quiet_from, raw, until, NULL, NULL);
    return true;
}

static void go_down(struct ladder *ladder, struct date until)
{
    struct date end;
    while (ladder->level > 0 && falls_on(ladder, until, &end) && date_compare(end, until) <= 0) {
        ladder->level--;
        ladder->since = ladder->quiet_from = end;
        ladder->entered = NULL;
    }
}

/*
 * The same day told ahead: when nothing more happens, relapse lasts as long as its condition says. False as well when
 * relapse has no end in sight.
 */
static bool falls_ahead(const struct ladder *ladder, struct date *end)
{
    struct deciding *deciding = view_deciding(ladder->view);
    struct deciding trial = deciding_trial(deciding, deciding->arena);
    struct case_file today = *deciding->case_file;
    struct ladder ahead = *ladder;
    today.entries_count = view_entries_count(ladder->view);
    trial.case_file = &today;
    ahead.view = view_today(&trial);
    ahead.missing = NULL;
    ahead.relapse = (struct spans){0};
    ahead.looked = false;
    for (struct date until = deciding->on; until.day <= deciding->on.day + DAYS_AHEAD_MAX; until = *end) {
        if (!falls_on(&ahead, until, end))
            return false;
        if (date_compare(*end, until) <= 0)
            return true;
    }
    return false;
}

/* ---- up ---- */

static bool holds(struct ladder *ladder, struct view *view, const struct nuisance_level *rung,
                  const struct expression *condition, const char *name, const struct entry *entry)
{
    if (!condition)
        return false;
    struct judged judged = view_judge(view, condition, entry);
    evidence_add(view_deciding(view)->arena, &ladder->evidence, &judged.evidence);
    ask(ladder, &rung->rule, judged.answer);
    if (ladder->missing)
        trace_rule(view, "nuisance", &rung->rule, condition, name, entry, &judged);
    return answer_is_true(judged.answer);
}

static size_t level_after(struct ladder *ladder, struct view *view, const struct entry *entry)
{
    const struct covenant *covenant = view_covenant(view);
    size_t level = ladder->level;
    const struct nuisance_level *next = rung_of(covenant, level + 1);
    if (next && holds(ladder, view, next, next->enter, "enter", entry))
        level++;
    for (size_t above = covenant->nuisance.levels_count; above > level; above--) {
        const struct nuisance_level *rung = rung_of(covenant, above);
        if (rung && holds(ladder, view, rung, rung->at_once, "at_once", entry))
            return above;
    }
    return level;
}

static void rise(struct ladder *ladder, const struct report *report, size_t level)
{
    const struct entry *entry = report->entry;
    ladder->quiet_from = entry->on;
    if (level <= report->covenant->nuisance.levels_count) /* a version without this level leaves it what it was */
        ladder->covenant = report->covenant;
    if (level <= ladder->level)
        return;
    ladder->level = level;
    ladder->since = entry->on;
    ladder->entered = entry;
}

static void report_apply(struct ladder *ladder, const struct entry *entry)
{
    struct deciding *deciding = view_deciding(ladder->view);
    struct arena *arena = deciding->arena;
    const struct covenant *covenant = governing(ladder->view, entry->on);
    go_down(ladder, entry->on);
    const struct nuisance *nuisance = &covenant->nuisance;
    struct view *view = view_at(deciding, covenant, entry->on);
    struct report *report = &ladder->reports[ladder->reports_count++];
    *report = (struct report){.entry = entry, .covenant = covenant};
    report->counts = view_judge(view, nuisance->counts, entry);
    report->during_relapse = !answer_is_false(relapse_judged(ladder, covenant, entry->on).answer);
    evidence_add(arena, &ladder->evidence, &report->counts.evidence);
    evidence_add_entry(arena, &ladder->evidence, entry);
    ask(ladder, &nuisance->rule, report->counts.answer);
    if (ladder->missing)
        trace_rule(view, "nuisance", &nuisance->rule, nuisance->counts, "counts", entry, &report->counts);
    if (answer_is_true(report->counts.answer))
        rise(ladder, report, report->during_relapse ? ladder->level : level_after(ladder, view, entry));
    report->level = ladder->level;
}

static struct ladder ladder_of(struct view *view, struct missing *missing)
{
    struct deciding *deciding = view_deciding(view);
    struct ladder ladder = {.view = view, .covenant = view_covenant(view), .missing = missing};
    size_t event = vocabulary_event(&deciding->region->vocabulary, TEXT("nuisance_reported"));
    ladder.reports = ARENA_ARRAY(deciding->arena, view_entries_count(view) + 1, struct report);
    for (size_t i = 0; i < view_entries_count(view); i++)
        if (deciding->case_file->entries[i].event == event)
            report_apply(&ladder, &deciding->case_file->entries[i]);
    go_down(&ladder, view_on(view));
    return ladder;
}

struct judged nuisance_current_level(struct view *view)
{
    struct judged judged = {0};
    struct scalar level = {.kind = TYPE_INTEGER};
    if (view_covenant(view)->nuisance.written) {
        struct ladder ladder = ladder_of(view, NULL);
        level.as.number = (long long)ladder.level;
        judged.evidence = ladder.evidence;
    }
    judged.answer = answer_known(level);
    return judged;
}

/* ---- what the decision shows ---- */

static struct value *report_value(struct deciding *deciding, const struct report *report)
{
    struct arena *arena = deciding->arena;
    struct view *view = view_at(deciding, report->covenant, report->entry->on);
    struct value *object = value_object(arena);
    bool counts = answer_is_true(report->counts.answer);
    value_set(arena, object, "event", value_copy(arena, report->entry->source));
    value_set(arena, object, "counts", value_boolean(arena, counts));
    value_set(arena, object, "version", value_text(arena, report->covenant->version));
    value_set(arena, object, "level", value_integer(arena, (long long)report->level));
    if (!counts && report->covenant->nuisance.counts)
        value_set(arena, object, "because", view_explain(view, report->covenant->nuisance.counts, report->entry));
    if (report->during_relapse)
        value_set(arena, object, "during_relapse", value_boolean(arena, true));
    return object;
}

static void set_level(struct ladder *ladder, struct value *section)
{
    struct deciding *deciding = view_deciding(ladder->view);
    struct arena *arena = deciding->arena;
    const struct nuisance_level *rung = rung_of(ladder->covenant, ladder->level);
    struct view *view = view_at(deciding, ladder->covenant, deciding->on);
    value_set(arena, section, "level", value_integer(arena, (long long)ladder->level));
    if (!rung)
        return;
    rule_used(deciding, &rung->rule);
    value_set(arena, section, "id", value_text(arena, rung->rule.id));
    value_set(arena, section, "says", says_value(view, &rung->rule.says));
    value_set(arena, section, "source", sources_value(arena, &rung->rule));
    value_set(arena, section, "since", value_date(arena, ladder->since));
    struct value *actions = value_list(arena);
    for (size_t i = 0; ladder->entered && i < rung->actions_count; i++)
        value_append(arena, actions, action_value(view, &rung->actions[i], &rung->rule, ladder->entered->on,
                                                  ladder->entered, true));
    value_set(arena, section, "actions", actions);
}

/* The version that governs today. Where nothing happened under another one, the case's own says all there is to say. */
static const struct covenant *governing_today(struct ladder *ladder)
{
    const struct covenant *covenant = governing(ladder->view, view_on(ladder->view));
    bool matters = ladder->reports_count || !answer_is_false(relapse_judged(ladder, covenant, view_on(ladder->view)).answer);
    return matters ? covenant : view_covenant(ladder->view);
}

static void set_next(struct ladder *ladder, const struct covenant *covenant, struct value *section)
{
    struct deciding *deciding = view_deciding(ladder->view);
    struct arena *arena = deciding->arena;
    struct view *view = view_at(deciding, covenant, deciding->on);
    const struct nuisance_level *next = rung_of(covenant, ladder->level + 1);
    struct date end;
    if (next) {
        struct value *rises = value_object(arena);
        value_set(arena, rises, "id", value_text(arena, next->rule.id));
        value_set(arena, rises, "says", says_value(view, &next->rule.says));
        if (next->enter)
            value_set(arena, rises, "enter", value_text(arena, expression_text(next->enter)));
        if (next->at_once)
            value_set(arena, rises, "at_once", value_text(arena, expression_text(next->at_once)));
        value_set(arena, section, "rises_when", rises);
    }
    if (ladder->level > 0 && falls_ahead(ladder, &end))
        value_set(arena, section, "falls_on", value_date(arena, end));
}

/* The day since which relapse holds without a break, up to today. */
static struct date relapse_since(struct ladder *ladder)
{
    struct deciding *deciding = view_deciding(ladder->view);
    const struct entry *entries = deciding->case_file->entries;
    struct date first = view_entries_count(ladder->view) ? entries[0].on : deciding->on;
    struct spans spans = {0};
    relapse_spans(ladder, first, deciding->on, &spans);
    return spans.count && spans.items[spans.count - 1].open ? spans.items[spans.count - 1].first : deciding->on;
}

static void set_relapse(struct ladder *ladder, const struct covenant *covenant, struct value *section)
{
    struct deciding *deciding = view_deciding(ladder->view);
    struct arena *arena = deciding->arena;
    struct judged judged = relapse_judged(ladder, covenant, deciding->on);
    const struct relapse *relapse = covenant->nuisance.relapse;
    if (!relapse)
        return;
    version_used(deciding, SECTION_NUISANCE, covenant);
    struct view *view = view_at(deciding, covenant, deciding->on);
    bool holds_now = answer_is_true(judged.answer);
    trace_rule(view, "nuisance", &relapse->rule, relapse->when, "when", NULL, &judged);
    struct value *shown = judged_reason(view, &relapse->rule, &judged);
    struct value *actions = value_list(arena);
    value_set(arena, shown, "paused", value_boolean(arena, holds_now));
    struct date since = holds_now ? relapse_since(ladder) : deciding->on;
    if (holds_now)
        value_set(arena, shown, "since", value_date(arena, since));
    for (size_t i = 0; holds_now && i < relapse->actions_count; i++)
        value_append(arena, actions, action_value(view, &relapse->actions[i], &relapse->rule, since, NULL, true));
    value_set(arena, shown, "actions", actions);
    value_set(arena, section, "relapse", shown);
}

/* Ending the lease: everything the file must hold first, and what it lacks. An unknown is lacking: it never harms. */
static void set_termination(struct deciding *deciding, const struct covenant *covenant, struct value *section)
{
    struct arena *arena = deciding->arena;
    const struct nuisance *nuisance = &covenant->nuisance;
    struct view *view = view_at(deciding, covenant, deciding->on);
    struct value *termination = value_object(arena), *lacks = value_list(arena);
    if (nuisance->before_termination_count == 0)
        return;
    version_used(deciding, SECTION_NUISANCE, covenant);
    for (size_t i = 0; i < nuisance->before_termination_count; i++) {
        const struct requirement *requirement = &nuisance->before_termination[i];
        struct verdict verdict = requirement_judge(view, requirement);
        trace_requirement(view, "nuisance", requirement);
        rule_used(deciding, &requirement->rule);
        if (!verdict.known || !verdict.holds)
            value_append(arena, lacks, reason_value(view, &requirement->rule, &verdict));
    }
    value_set(arena, termination, "possible", value_boolean(arena, lacks->count == 0));
    value_set(arena, termination, "lacks", lacks);
    value_set(arena, section, "termination", termination);
}

struct value *nuisance_decide(struct deciding *deciding)
{
    struct arena *arena = deciding->arena;
    struct view *view = view_today(deciding);
    struct value *section = value_object(arena), *reports = value_list(arena);
    struct missing missing;
    missing_init(&missing, deciding);
    struct ladder ladder = ladder_of(view, &missing);
    for (size_t i = 0; i < ladder.reports_count; i++) {
        version_used(deciding, SECTION_NUISANCE, ladder.reports[i].covenant);
        rule_used(deciding, &ladder.reports[i].covenant->nuisance.rule);
        value_append(arena, reports, report_value(deciding, &ladder.reports[i]));
    }
    set_level(&ladder, section);
    value_set(arena, section, "reports", reports);
    const struct covenant *today = governing_today(&ladder);
    set_next(&ladder, today, section);
    set_relapse(&ladder, today, section);
    set_termination(deciding, today, section);
    missing_set(&missing, section);
    return section;
}
