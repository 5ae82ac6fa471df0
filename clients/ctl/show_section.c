#include "show.h"

static struct text sentence(struct command *command, const struct value *object, const char *member)
{
    return show_says(command, value_get(object, member));
}

/* A date, or a moment to the minute: narrow, for columns. */
static struct text show_due(struct command *command, const struct value *object)
{
    struct text due = words_printable(command->arena, member_text(object, "due"));
    if (due.length <= 10)
        return due;
    return text_format(command->arena, "%.*s %.*s", TEXT_ARGS(text_slice(due, 0, 10)),
                       TEXT_ARGS(text_slice(due, 11, 16)));
}

/* `8 uur`, `ten hoogste 2 uur`. */
static struct text hours_of(struct command *command, const struct value *hours)
{
    const struct value *min = value_get(hours, "min"), *max = value_get(hours, "max");
    bool dutch = command->language == LANGUAGE_NL;
    if (min && max)
        return text_format(command->arena, dutch ? "%lld tot %lld" : "%lld to %lld", min->integer, max->integer);
    if (min)
        return text_format(command->arena, dutch ? "ten minste %lld" : "at least %lld", min->integer);
    return max ? text_format(command->arena, dutch ? "ten hoogste %lld" : "at most %lld", max->integer)
               : (struct text){0};
}

void show_support(struct command *command, const struct value *section)
{
    const struct value *next = value_get(section, "next"), *refusal = value_get(section, "refusal");
    show_pair(command, 2, "begeleiding", "support", show_word(command, WORD_OUTCOME, value_get(section, "outcome")));
    struct text phase = show_named(command, LABEL_PHASE, value_get(section, "phase"));
    struct text since = show_date(command, value_get(section, "since"));
    if (phase.length)
        show_pair(command, 2, "fase", "phase",
                  text_format(command->arena, "%.*s%s%.*s", TEXT_ARGS(phase),
                              !since.length                      ? ""
                              : command->language == LANGUAGE_NL ? ", sinds "
                                                                 : ", since ",
                              TEXT_ARGS(since)));
    show_pair(command, 2, "uren per maand", "hours a month", hours_of(command, value_get(section, "hours_per_month")));
    show_reasons(command, value_get(section, "reasons"), 2);
    show_missing(command, section, 2);
    if (is_withheld(next))
        show_pair(command, 2, "volgende fase", "next phase", words_of_value(command->arena, next, command->language));
    else if (next) {
        show_pair(command, 2, "volgende fase", "next phase", show_named(command, LABEL_PHASE, value_get(next, "phase")));
        show_pair(command, 4, "mag nu", "may step now", show_word(command, WORD_OUTCOME, value_get(next, "may_step")));
        show_pair(command, 4, "op zijn vroegst", "at the earliest", show_date(command, value_get(next, "earliest")));
        show_reasons(command, value_get(next, "reasons"), 4);
        show_missing(command, next, 4);
    }
    if (refusal && !is_withheld(refusal)) {
        show_pair(command, 2, "weigering van begeleiding is", "refusal of support is",
                  show_word(command, WORD_OUTCOME, value_get(refusal, "outcome")));
        struct value only = {
            .kind = VALUE_LIST, .items = (struct value *[]){value_copy(command->arena, refusal)}, .count = 1};
        show_reasons(command, &only, 4);
    }
}

static enum style status_style(struct text status)
{
    if (text_is(status, "overdue") || text_is(status, "met_late"))
        return STYLE_BAD;
    if (text_is(status, "met") || text_is(status, "done"))
        return STYLE_GOOD;
    return text_is(status, "target_passed") || text_is(status, "undetermined") ? STYLE_OPEN : STYLE_PLAIN;
}

/* What stands below a deadline: its text, why it moved, and what else is to know. */
static struct text deadline_note(struct command *command, const struct value *deadline)
{
    bool dutch = command->language == LANGUAGE_NL;
    struct text because = sentence(command, deadline, "moved_because"),
                raw = show_date(command, value_get(deadline, "raw_due"));
    const struct value *paused = value_get(deadline, "paused_days");
    struct buffer note;
    buffer_init(&note, command->arena);
    buffer_add(&note, sentence(command, deadline, "says"));
    struct text met = show_date(command, value_get(deadline, "met_on"));
    if (met.length)
        buffer_format(&note, dutch ? "; gehaald op %.*s" : "; met on %.*s", TEXT_ARGS(met));
    if (because.length)
        buffer_format(&note, dutch ? "; verschoven van %.*s: %.*s" : "; moved from %.*s: %.*s", TEXT_ARGS(raw),
                      TEXT_ARGS(because));
    if (paused && paused->integer)
        buffer_format(&note, dutch ? "; %lld dagen onderbroken" : "; paused for %lld days", paused->integer);
    if (member_holds(deadline, "provisional"))
        buffer_add_string(&note, dutch ? "; voorlopig" : "; provisional");
    if (member_is(deadline, "duty", "best_efforts"))
        buffer_add_string(&note, dutch ? "; inspanningsverplichting" : "; best efforts");
    return buffer_text(&note);
}

void show_deadlines(struct command *command, const struct value *section)
{
    static const char *const heads[][2] = {{"termijn", "deadline"}, {"stand", "status"}, {"streef", "target"},
                                           {"uiterlijk", "due"},    {"dagen", "days"},   {"voor", "owner"}};
    struct arena *arena = command->arena;
    struct table table;
    table_init(&table, arena, 6);
    struct row *head = table_add(&table);
    for (size_t i = 0; i < 6; i++)
        head->cells[i] = (struct cell){either(command->language, heads[i][0], heads[i][1]), STYLE_DIM, i == 4};
    for (size_t i = 0; i < list_count(section); i++) {
        const struct value *deadline = section->items[i], *days = value_get(deadline, "days_left");
        struct text status = member_text(deadline, "status");
        struct row *row = table_add(&table);
        row->cells[0] = (struct cell){words_printable(arena, member_text(deadline, "id")), STYLE_BOLD, false};
        row->cells[1] =
            (struct cell){show_word(command, WORD_STATUS, value_get(deadline, "status")), status_style(status), false};
        row->cells[2].text = words_printable(arena, member_text(deadline, "target"));
        row->cells[3].text = show_due(command, deadline);
        if (is_withheld(deadline))
            row->cells[1].text = words_of_value(arena, deadline, command->language);
        if (days && days->kind == VALUE_INTEGER)
            row->cells[4].text = text_format(arena, "%lld", days->integer);
        row->cells[4].right = true;
        row->cells[5].text = show_role(command, value_get(deadline, "owner"));
        row->note = deadline_note(command, deadline);
    }
    if (table.count > 1)
        table_print(&table, &command->out, 2);
    else
        terminal_paragraph(&command->out, STYLE_DIM, 2, either(command->language, "geen", "none"));
    for (size_t i = 0; i < list_count(section); i++) {
        show_because(command, value_get(section->items[i], "because"), 2);
        show_missing(command, section->items[i], 2);
    }
}

static void show_approvals(struct command *command, const struct value *approvals)
{
    static const char *const kinds[][3] = {{"given", "goedgekeurd door", "approved by"},
                                           {"lacking", "nog goed te keuren door", "still to be approved by"},
                                           {"refused", "geweigerd door", "refused by"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct value *list = value_get(approvals, kinds[i][0]);
        for (size_t j = 0; j < list_count(list); j++) {
            const struct value *by = value_get(list->items[j], "by");
            show_pair(command, 4, kinds[i][1], kinds[i][2], show_word(command, WORD_ROLE, by ? by : list->items[j]));
        }
    }
}

static void show_conversion(struct command *command, const struct value *conversion)
{
    if (!conversion)
        return;
    struct text to = show_named(command, LABEL_CONTRACT, value_get(conversion, "to"));
    struct text outcome = show_word(command, WORD_OUTCOME, value_get(conversion, "outcome"));
    show_pair(command, 2, "omzetting", "conversion",
              text_format(command->arena, "%.*s%s%.*s%s", TEXT_ARGS(outcome), to.length ? " (" : "", TEXT_ARGS(to),
                          to.length ? ")" : ""));
    show_pair(command, 4, "op zijn vroegst", "at the earliest", show_date(command, value_get(conversion, "earliest")));
    show_pair(command, 4, "de uitkomst is dan", "the outcome will be",
              show_word(command, WORD_OUTCOME, value_get(conversion, "then")));
    show_reasons(command, value_get(conversion, "reasons"), 4);
    show_changes(command, conversion, 4);
    show_approvals(command, value_get(conversion, "approvals"));
    show_missing(command, conversion, 4);
    const struct value *otherwise = value_get(conversion, "otherwise"), *refused = value_get(conversion, "refused");
    show_pair(command, 4, "geweigerd omdat", "refused because", show_says(command, value_get(refused, "because")));
    show_pair(command, 4, "anders", "otherwise", sentence(command, otherwise, "does"));
}

/* The kinds of contract that may be signed. */
static void show_open(struct command *command, const struct value *open)
{
    struct buffer kinds;
    buffer_init(&kinds, command->arena);
    for (size_t i = 0; i < list_count(open); i++)
        buffer_format(&kinds, "%s%.*s", i ? ", " : "", TEXT_ARGS(show_named(command, LABEL_CONTRACT, open->items[i])));
    show_pair(command, 2, "mogelijk", "open", buffer_text(&kinds));
}

void show_contract(struct command *command, const struct value *section)
{
    const struct value *current = value_get(section, "current"), *advice = value_get(section, "advice");
    const struct value *warnings = value_get(section, "warnings");
    struct text kind = show_named(command, LABEL_CONTRACT, value_get(current, "kind")),
                since = show_date(command, value_get(current, "since"));
    struct text none = either(command->language, "geen lopend contract", "no current one");
    show_pair(command, 2, "contract", "contract",
              text_format(command->arena, "%.*s%s%.*s", TEXT_ARGS(kind.length ? kind : none),
                          !since.length                      ? ""
                          : command->language == LANGUAGE_NL ? ", sinds "
                                                             : ", since ",
                          TEXT_ARGS(since)));
    show_pair(command, 2, "huurder", "tenant", show_word(command, WORD_ROLE, value_get(current, "tenant")));
    show_pair(command, 2, "eindigt op", "ends on", show_date(command, value_get(current, "ends")));
    show_open(command, value_get(advice, "open"));
    show_pair(command, 2, "advies", "advice", show_named(command, LABEL_CONTRACT, value_get(advice, "kind")));
    show_pair(command, 2, "advies door", "advice by", show_word(command, WORD_ROLE, value_get(advice, "by")));
    show_reasons(command, value_get(advice, "reasons"), 4);
    show_missing(command, advice, 4);
    show_conversion(command, value_get(section, "conversion"));
    for (size_t i = 0; i < list_count(warnings); i++) {
        const struct value *says = value_get(warnings->items[i], "says");
        show_pair(command, 2, "let op", "mind", show_says(command, says ? says : warnings->items[i]));
    }
    show_missing(command, section, 2);
}

static void show_actions(struct command *command, const struct value *actions)
{
    struct table table;
    table_init(&table, command->arena, 4);
    for (size_t i = 0; i < list_count(actions); i++) {
        const struct value *action = actions->items[i];
        struct row *row = table_add(&table);
        row->cells[0].text = show_due(command, action);
        row->cells[1] = (struct cell){show_word(command, WORD_STATUS, value_get(action, "status")),
                                      status_style(member_text(action, "status")), false};
        row->cells[2].text = show_role(command, value_get(action, "who"));
        row->cells[3].text = sentence(command, action, "does");
    }
    table_print(&table, &command->out, 4);
}

static void show_termination(struct command *command, const struct value *termination)
{
    const struct value *possible = value_get(termination, "possible");
    if (!possible)
        return;
    struct text outcome = possible->kind == VALUE_TEXT ? show_word(command, WORD_OUTCOME, possible)
                                                       : words_of_value(command->arena, possible, command->language);
    show_pair(command, 2, "beëindiging mogelijk", "termination possible", outcome);
    show_reasons(command, value_get(termination, "lacks"), 4);
    show_missing(command, termination, 4);
}

static void show_report(struct command *command, const struct value *report)
{
    const struct value *event = value_get(report, "event");
    bool dutch = command->language == LANGUAGE_NL, counts = member_holds(report, "counts");
    struct buffer line;
    buffer_init(&line, command->arena);
    buffer_add(&line, show_date(command, value_get(event, "on")));
    const char *const attributes[] = {"severity", "reporter"};
    for (size_t i = 0; i < 2; i++)
        if (value_get(event, attributes[i]))
            buffer_format(&line, ", %.*s", TEXT_ARGS(show_word(command, WORD_VALUE, value_get(event, attributes[i]))));
    if (!counts)
        buffer_add_string(&line, dutch ? ": telt niet" : ": does not count");
    if (!counts && member_text(value_get(report, "because"), "text").length)
        buffer_format(&line, dutch ? ", want niet %.*s" : ", because not %.*s",
                      TEXT_ARGS(words_printable(command->arena, member_text(value_get(report, "because"), "text"))));
    if (member_holds(report, "during_relapse"))
        buffer_add_string(&line, dutch ? "; tijdens terugval" : "; during a relapse");
    show_pair(command, 4, "melding", "report", buffer_text(&line));
}

void show_nuisance(struct command *command, const struct value *section)
{
    const struct value *level = value_get(section, "level"), *relapse = value_get(section, "relapse");
    const struct value *reports = value_get(section, "reports");
    struct text since = show_date(command, value_get(section, "since")), id = member_text(section, "id");
    show_pair(command, 2, "trede", "level",
              text_format(command->arena, "%lld%s%.*s%s%.*s", level ? level->integer : 0, id.length ? ", " : "",
                          TEXT_ARGS(id),
                          !since.length                      ? ""
                          : command->language == LANGUAGE_NL ? ", sinds "
                                                             : ", since ",
                          TEXT_ARGS(since)));
    show_pair(command, 4, "regel", "rule", sentence(command, section, "says"));
    show_pair(command, 4, "daalt zonder nieuwe melding op", "falls without a new report on",
              show_date(command, value_get(section, "falls_on")));
    show_pair(command, 4, "stijgt als", "rises when", sentence(command, value_get(section, "rises_when"), "says"));
    for (size_t i = 0; i < list_count(reports); i++)
        show_report(command, reports->items[i]);
    show_actions(command, value_get(section, "actions"));
    if (member_holds(relapse, "paused"))
        terminal_paragraph(
            &command->out, STYLE_OPEN, 2,
            either(command->language, "Terugval: de ladder staat stil.", "Relapse: the ladder stands still."));
    show_actions(command, value_get(relapse, "actions"));
    show_termination(command, value_get(section, "termination"));
    show_missing(command, section, 2);
}

void show_housing(struct command *command, const struct value *section)
{
    const struct value *profile = value_get(section, "profile"), *contradictions = value_get(section, "contradictions");
    for (size_t i = 0; profile && profile->kind == VALUE_OBJECT && !is_withheld(profile) && i < profile->count; i++) {
        const char *label = text_string(command->arena, show_name(command, LABEL_FACT, profile->names[i]));
        show_pair(command, 2, label, label,
                  words_of_value(command->arena, value_get(profile->items[i], "value"), command->language));
    }
    for (size_t i = 0; i < list_count(contradictions); i++)
        show_pair(command, 2, "twee regels spreken elkaar tegen over", "two rules contradict each other on",
                  show_named(command, LABEL_FACT, value_get(contradictions->items[i], "attribute")));
    show_reasons(command, value_get(section, "reasons"), 2);
    show_missing(command, section, 2);
}

/* What the stage's rule says, which the decision carries; its name when that is withheld. */
static struct text stage_text(struct command *command, const struct value *rule, const struct value *stage)
{
    struct text says = show_says(command, value_get(rule, "says"));
    return says.length ? says : show_named(command, LABEL_STAGE, stage);
}

void show_journey(struct command *command, const struct value *section)
{
    const struct value *reasons = value_get(section, "reasons"), *next = value_get(section, "next");
    const struct value *reached = list_count(reasons) ? reasons->items[0] : NULL;
    struct text stage = stage_text(command, reached, value_get(section, "stage"));
    struct text since = show_date(command, value_get(section, "since"));
    const char *label = command->language == LANGUAGE_NL ? ", sinds " : ", since ";
    if (!stage.length)
        stage = either(command->language, "nog niet begonnen", "not begun yet");
    show_pair(command, 2, "fase", "stage",
              text_format(command->arena, "%.*s%s%.*s", TEXT_ARGS(stage), since.length ? label : "", TEXT_ARGS(since)));
    show_reasons(command, reasons, 2);
    show_actions(command, value_get(section, "actions"));
    show_pair(command, 2, "daarna", "next", stage_text(command, next, value_get(next, "stage")));
    show_missing(command, section, 2);
}

void show_next_steps(struct command *command, const struct value *section)
{
    struct table table;
    table_init(&table, command->arena, 3);
    for (size_t i = 0; i < list_count(section); i++) {
        const struct value *step = section->items[i];
        bool overdue = member_holds(step, "overdue");
        if (is_withheld(step)) {
            struct row *last = table_add(&table);
            last->cells[0].text = TEXT("-");
            last->cells[2].text =
                either(command->language, "andere stappen zijn afgeschermd", "other steps are withheld");
            continue;
        }
        struct row *row = table_add(&table);
        struct text due = member_text(step, "due");
        row->cells[0] =
            (struct cell){due.length ? show_due(command, step) : TEXT("-"), overdue ? STYLE_BAD : STYLE_PLAIN, false};
        row->cells[1].text = show_role(command, value_get(step, "who"));
        row->cells[2].text = text_format(command->arena, "%.*s (%.*s%s)", TEXT_ARGS(sentence(command, step, "does")),
                                         TEXT_ARGS(words_printable(command->arena, member_text(step, "step"))),
                                         !overdue                           ? ""
                                         : command->language == LANGUAGE_NL ? ", te laat"
                                                                            : ", overdue");
        if (overdue)
            row->cells[2].style = STYLE_BAD;
    }
    if (table.count)
        table_print(&table, &command->out, 2);
    else
        terminal_paragraph(&command->out, STYLE_DIM, 2, either(command->language, "niets", "nothing"));
}
