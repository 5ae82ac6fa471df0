#include "engine/motivation_section.h"

#include "engine/motivation_reason.h"

static bool is(const struct value *value, const char *text)
{
    return value && value->kind == VALUE_TEXT && text_is(value->text, text);
}

static bool same_text(const struct value *a, const struct value *b)
{
    return a && b && a->kind == VALUE_TEXT && b->kind == VALUE_TEXT && text_equal(a->text, b->text);
}

static bool holds(const struct value *value)
{
    return value && value->kind == VALUE_BOOLEAN && value->boolean;
}

static size_t count_of(const struct value *list)
{
    return list && list->kind == VALUE_LIST ? list->count : 0;
}

/* `{"on", "to"}`. */
static void say_changes(struct prose *prose, const struct value *section)
{
    const struct value *changes = value_get(section, "changes_on");
    bool told = same_text(value_get(changes, "on"), value_get(section, "earliest")) &&
                same_text(value_get(changes, "to"), value_get(section, "then"));
    if (!value_get(changes, "on") || told)
        return;
    prose_say(prose, "Alleen al door tijdsverloop verandert dit op %s.",
              "By the mere passage of time this changes on %s.", prose_date(prose, value_get(changes, "on")));
    prose_say(prose, "De uitkomst is dan: %s.", "The outcome will be: %s.",
              prose_word(prose, WORD_OUTCOME, value_get(changes, "to")));
}

/* The smallest set of changed facts that turns the outcome. */
static void say_flips(struct prose *prose, const struct value *section)
{
    const struct value *flips = value_get(section, "flips_with");
    if (count_of(flips))
        prose_say(prose, "De uitkomst slaat om als dit anders was:", "The outcome turns if this were different:");
    for (size_t i = 0; i < count_of(flips); i++)
        prose_say(prose, "“%s” is “%s”.", "“%s” is “%s”.",
                  prose_word(prose, WORD_FACT, value_get(flips->items[i], "fact")),
                  prose_string(prose, words_of_value(prose->arena, value_get(flips->items[i], "to"), prose->language)));
    prose_end(prose);
}

void motivate_eligibility(struct prose *prose, const struct value *section)
{
    const struct value *outcome = value_get(section, "outcome"), *from = value_get(section, "eligible_from");
    if (is(outcome, "eligible"))
        prose_say(prose, "De cliënt is toelaatbaar.", "The client is eligible.");
    else if (is(outcome, "not_eligible"))
        prose_say(prose, "De cliënt is niet toelaatbaar.", "The client is not eligible.");
    else
        prose_say(prose, "Of de cliënt toelaatbaar is, is nog niet te bepalen.",
                  "Whether the client is eligible cannot be determined yet.");
    if (is(outcome, "undetermined"))
        prose_say(prose, "Wat niet bekend is, telt niet tegen de cliënt.",
                  "What is not known does not count against the client.");
    if (from && !is_withheld(from))
        prose_say(prose, "Er ontbreekt alleen tijd: de cliënt is toelaatbaar vanaf %s.",
                  "Only time is lacking: the client is eligible from %s.", prose_date(prose, from));
    say_changes(prose, section);
    motivate_reasons(prose, value_get(section, "reasons"));
    motivate_missing(prose, section);
    say_flips(prose, section);
    if (count_of(value_get(section, "conditions"))) {
        prose_say(prose, "Aan het ja zijn voorwaarden verbonden.", "Conditions are tied to the yes.");
        motivate_reasons(prose, value_get(section, "conditions"));
    }
}

static void say_hours(struct prose *prose, const struct value *hours)
{
    const struct value *min = value_get(hours, "min"), *max = value_get(hours, "max");
    if (min)
        prose_say(prose, "Daarbij hoort ten minste %lld uur per maand.", "At least %lld hours a month go with it.",
                  min->integer);
    if (max)
        prose_say(prose, "Daarbij hoort ten hoogste %lld uur per maand.", "At most %lld hours a month go with it.",
                  max->integer);
}

static void say_next_phase(struct prose *prose, const struct value *next)
{
    if (is_withheld(next))
        prose_say(prose, "De volgende fase is afgeschermd.", "The next phase is withheld.");
    if (!next || is_withheld(next))
        return;
    const struct value *may = value_get(next, "may_step"), *earliest = value_get(next, "earliest");
    const char *phase = prose_word(prose, WORD_VALUE, value_get(next, "phase"));
    prose_end(prose);
    prose_say(prose, "De volgende fase is “%s”.", "The next phase is “%s”.", phase);
    if (is(may, "yes"))
        prose_say(prose, "Die stap mag nu worden gezet.", "That step may be taken now.");
    else if (is(may, "no"))
        prose_say(prose, "Die stap mag nu niet worden gezet.", "That step may not be taken now.");
    else
        prose_say(prose, "Of die stap mag, is nog niet te bepalen.",
                  "Whether that step may be taken is not known yet.");
    if (earliest)
        prose_say(prose, "Het kan op zijn vroegst op %s.", "The earliest date is %s.", prose_date(prose, earliest));
    motivate_reasons(prose, value_get(next, "reasons"));
    motivate_missing(prose, next);
}

void motivate_support(struct prose *prose, const struct value *section)
{
    const struct value *outcome = value_get(section, "outcome"), *phase = value_get(section, "phase");
    const struct value *since = value_get(section, "since"), *refusal = value_get(section, "refusal");
    if (is(outcome, "required"))
        prose_say(prose, "Begeleiding is verplicht.", "Support is required.");
    else if (is(outcome, "not_required"))
        prose_say(prose, "Begeleiding is niet verplicht.", "Support is not required.");
    else
        prose_say(prose, "Of begeleiding verplicht is, is nog niet te bepalen.",
                  "Whether support is required cannot be determined yet.");
    if (phase)
        prose_say(prose, "De fase is nu “%s”.", "The phase is now “%s”.", prose_word(prose, WORD_VALUE, phase));
    if (since)
        prose_say(prose, "Die fase loopt sinds %s.", "That phase has run since %s.", prose_date(prose, since));
    say_hours(prose, value_get(section, "hours_per_month"));
    motivate_reasons(prose, value_get(section, "reasons"));
    motivate_missing(prose, section);
    say_next_phase(prose, value_get(section, "next"));
    if (!refusal || is_withheld(refusal))
        return;
    prose_end(prose);
    prose_say(prose, "De begeleiding wordt geweigerd; het gevolg is %s.", "Support is refused; the consequence is %s.",
              prose_word(prose, WORD_OUTCOME, value_get(refusal, "outcome")));
    motivate_reason(prose, refusal);
}

/* How far from its end, in days. */
static void say_days(struct prose *prose, const struct value *deadline)
{
    const struct value *days = value_get(deadline, "days_left"), *status = value_get(deadline, "status");
    if (!days || days->kind != VALUE_INTEGER || is(status, "met") || is(status, "met_late") || is(status, "closed"))
        return;
    long long count = days->integer < 0 ? -days->integer : days->integer;
    const char *unit = either(prose->language, count == 1 ? "dag" : "dagen", count == 1 ? "day" : "days").at;
    if (days->integer < 0)
        prose_say(prose, "De termijn is %lld %s over tijd.", "The term is %lld %s past its end.", count, unit);
    else
        prose_say(prose, "Resterende tijd: %lld %s.", "Time left: %lld %s.", count, unit);
}

static void say_moved(struct prose *prose, const struct value *deadline)
{
    const struct value *raw = value_get(deadline, "raw_due");
    struct text because = says_of(value_get(deadline, "moved_because"), prose->language);
    if (!raw)
        return;
    prose_say(prose, "Geteld loopt de termijn af op %s.", "By counting the term ends on %s.", prose_date(prose, raw));
    if (!because.at)
        return;
    prose_say(prose, "Dat einde schuift op:", "That end moves:");
    prose_quote(prose, because);
}

static void motivate_deadline(struct prose *prose, const struct value *deadline)
{
    const struct value *status = value_get(deadline, "status"), *paused = value_get(deadline, "paused_days");
    prose_gap(prose);
    if (is_withheld(deadline)) {
        prose_say(prose, "Termijn “%s” is afgeschermd:", "Deadline “%s” is withheld:",
                  prose_string(prose, says_of(value_get(deadline, "id"), prose->language)));
        prose_quote(prose, says_of(value_get(deadline, "says"), prose->language));
        return;
    }
    prose_say(prose, "Termijn “%s”, voor %s:", "Deadline “%s”, for %s:",
              prose_string(prose, says_of(value_get(deadline, "id"), prose->language)),
              prose_word(prose, WORD_ROLE, value_get(deadline, "owner")));
    prose_quote(prose, says_of(value_get(deadline, "says"), prose->language));
    prose_say(prose, "De stand is: %s.", "The status is: %s.", prose_word(prose, WORD_STATUS, status));
    if (value_get(deadline, "started"))
        prose_say(prose, "De termijn begon op %s.", "The term began on %s.",
                  prose_date(prose, value_get(deadline, "started")));
    if (paused && paused->integer)
        prose_say(prose, "Dagen waarop de termijn stilstond: %lld.", "Days on which the term stood still: %lld.",
                  paused->integer);
    if (value_get(deadline, "target"))
        prose_say(prose, "De streefdatum is %s.", "The target date is %s.",
                  prose_date(prose, value_get(deadline, "target")));
    if (value_get(deadline, "opens"))
        prose_say(prose, "Het venster opent op %s.", "The window opens on %s.",
                  prose_date(prose, value_get(deadline, "opens")));
    say_moved(prose, deadline);
    if (value_get(deadline, "due"))
        prose_say(prose, "De uiterste datum is %s.", "The due date is %s.",
                  prose_date(prose, value_get(deadline, "due")));
    if (value_get(deadline, "met_on"))
        prose_say(prose, "Eraan is voldaan op %s.", "It was met on %s.",
                  prose_date(prose, value_get(deadline, "met_on")));
    say_days(prose, deadline);
    if (holds(value_get(deadline, "provisional")))
        prose_say(prose, "Deze datum is voorlopig.", "This date is provisional.");
    if (is(value_get(deadline, "duty"), "best_efforts"))
        prose_say(prose, "Dit is een inspanningsverplichting.", "This is a duty of best efforts.");
    motivate_sources(prose, value_get(deadline, "source"));
    prose_quote(prose, says_of(value_get(deadline, "clamped"), prose->language));
    motivate_because(prose, value_get(deadline, "because"));
    if (value_get(deadline, "guarantee"))
        motivate_reason(prose, value_get(deadline, "guarantee"));
    motivate_missing(prose, deadline);
}

void motivate_deadlines(struct prose *prose, const struct value *section)
{
    if (count_of(section) == 0)
        prose_say(prose, "Er geldt geen termijn.", "No deadline applies.");
    for (size_t i = 0; i < count_of(section); i++)
        motivate_deadline(prose, section->items[i]);
}

/* `{"given": [...], "lacking": [...], "refused": [...]}`: whose approval is there. */
static void say_approvals(struct prose *prose, const struct value *approvals)
{
    static const struct {
        const char *member, *nl, *en;
    } kinds[] = {{"given", "goedgekeurd door", "approved by"},
                 {"lacking", "nog goed te keuren door", "still to be approved by"},
                 {"refused", "geweigerd door", "refused by"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct value *roles = value_get(approvals, kinds[i].member);
        for (size_t j = 0; j < count_of(roles); j++) {
            const struct value *role =
                value_get(roles->items[j], "by") ? value_get(roles->items[j], "by") : roles->items[j];
            prose_say(prose, "De omzetting is %s %s.", "The conversion is %s %s.",
                      either(prose->language, kinds[i].nl, kinds[i].en).at, prose_word(prose, WORD_ROLE, role));
        }
    }
}

static void say_conversion(struct prose *prose, const struct value *conversion)
{
    const struct value *outcome = value_get(conversion, "outcome"), *to = value_get(conversion, "to");
    if (!conversion || !outcome || is(outcome, "none"))
        return;
    prose_end(prose);
    if (to)
        prose_say(prose, "Omzetting naar “%s”: %s.", "Conversion to “%s”: %s.", prose_word(prose, WORD_VALUE, to),
                  prose_word(prose, WORD_OUTCOME, outcome));
    else
        prose_say(prose, "Omzetting: %s.", "Conversion: %s.", prose_word(prose, WORD_OUTCOME, outcome));
    if (value_get(conversion, "earliest"))
        prose_say(prose, "De eerste dag waarop het kan, is %s.", "The first day on which it is possible is %s.",
                  prose_date(prose, value_get(conversion, "earliest")));
    if (value_get(conversion, "then"))
        prose_say(prose, "Op die dag zou de uitkomst zijn: %s.", "On that day the outcome would be: %s.",
                  prose_word(prose, WORD_OUTCOME, value_get(conversion, "then")));
    say_changes(prose, conversion);
    motivate_reasons(prose, value_get(conversion, "reasons"));
    say_approvals(prose, value_get(conversion, "approvals"));
    motivate_missing(prose, conversion);
    const struct value *otherwise = value_get(conversion, "otherwise"), *refused = value_get(conversion, "refused");
    if (refused) {
        prose_say(prose, "De omzetting is geweigerd door %s op %s:", "The conversion was refused by %s on %s:",
                  prose_word(prose, WORD_ROLE, value_get(refused, "by")), prose_date(prose, value_get(refused, "on")));
        prose_quote(prose, says_of(value_get(refused, "because"), prose->language));
    }
    if (otherwise && says_of(value_get(otherwise, "does"), prose->language).at) {
        prose_say(prose, "Gaat de omzetting niet door, dan is dit aan %s:",
                  "If the conversion does not go through, this is for %s:",
                  prose_word(prose, WORD_ROLE, value_get(otherwise, "who")));
        prose_quote(prose, says_of(value_get(otherwise, "does"), prose->language));
    }
}

void motivate_contract(struct prose *prose, const struct value *section)
{
    const struct value *current = value_get(section, "current"), *advice = value_get(section, "advice");
    const struct value *warnings = value_get(section, "warnings");
    if (value_get(current, "kind"))
        prose_say(prose, "Er is een contract: “%s”.", "There is a contract: “%s”.",
                  prose_word(prose, WORD_VALUE, value_get(current, "kind")));
    else
        prose_say(prose, "Er is nu geen lopend contract.", "There is no current contract.");
    if (value_get(current, "since"))
        prose_say(prose, "Het loopt sinds %s.", "It has run since %s.", prose_date(prose, value_get(current, "since")));
    if (value_get(current, "tenant"))
        prose_say(prose, "De huurder is %s.", "The tenant is %s.",
                  prose_word(prose, WORD_ROLE, value_get(current, "tenant")));
    if (value_get(current, "ends"))
        prose_say(prose, "Het eindigt op %s.", "It ends on %s.", prose_date(prose, value_get(current, "ends")));
    if (value_get(advice, "kind"))
        prose_say(prose, "Het advies is “%s”.", "The advice is “%s”.",
                  prose_word(prose, WORD_VALUE, value_get(advice, "kind")));
    if (value_get(advice, "by"))
        prose_say(prose, "Het advies over het contract is aan %s.", "The advice on the contract is for %s.",
                  prose_word(prose, WORD_ROLE, value_get(advice, "by")));
    motivate_reasons(prose, value_get(advice, "reasons"));
    motivate_missing(prose, advice);
    say_conversion(prose, value_get(section, "conversion"));
    for (size_t i = 0; i < count_of(warnings); i++) {
        const struct value *says = value_get(warnings->items[i], "says");
        prose_say(prose, "Let op:", "Mind this:");
        prose_quote(prose, says_of(says, prose->language));
        if (value_get(warnings->items[i], "closes"))
            prose_say(prose, "Het venster loopt van %s tot en met %s.",
                      "The window runs from %s up to and including %s.",
                      prose_date(prose, value_get(warnings->items[i], "opens")),
                      prose_date(prose, value_get(warnings->items[i], "closes")));
        motivate_sources(prose, value_get(warnings->items[i], "source"));
        prose_end(prose);
    }
    motivate_missing(prose, section);
}

static void say_actions(struct prose *prose, const struct value *actions)
{
    for (size_t i = 0; i < count_of(actions); i++) {
        const struct value *action = actions->items[i];
        struct text who = words_capital(prose->arena, text_of(prose_word(prose, WORD_ROLE, value_get(action, "who"))));
        prose_end(prose);
        if (value_get(action, "due"))
            prose_say(prose, "%s doet dit uiterlijk op %s:", "%s does this by %s:", prose_string(prose, who),
                      prose_date(prose, value_get(action, "due")));
        else
            prose_say(prose, "%s doet dit:", "%s does this:", prose_string(prose, who));
        prose_quote(prose, says_of(value_get(action, "does"), prose->language));
        if (value_get(action, "status"))
            prose_say(prose, "De stand is: %s.", "The status is: %s.",
                      prose_word(prose, WORD_STATUS, value_get(action, "status")));
    }
    prose_end(prose);
}

static void say_termination(struct prose *prose, const struct value *termination)
{
    const struct value *possible = value_get(termination, "possible");
    if (!possible)
        return;
    if (holds(possible) || is(possible, "yes"))
        prose_say(prose, "Het dossier is volledig genoeg om beëindiging te vragen.",
                  "The file is complete enough to ask for termination.");
    else
        prose_say(prose, "Beëindiging kan nu niet: het dossier mist nog iets.",
                  "Termination is not possible now: the file still lacks something.");
    motivate_reasons(prose, value_get(termination, "lacks"));
    motivate_missing(prose, termination);
}

static void say_reports(struct prose *prose, const struct value *reports)
{
    for (size_t i = 0; i < count_of(reports); i++) {
        const char *on = prose_date(prose, value_get(value_get(reports->items[i], "event"), "on"));
        if (holds(value_get(reports->items[i], "during_relapse")))
            prose_say(prose, "De melding van %s viel in een terugval.", "The report of %s fell in a relapse.", on);
        else if (holds(value_get(reports->items[i], "counts")))
            prose_say(prose, "De melding van %s telt mee.", "The report of %s counts.", on);
        else
            prose_say(prose, "De melding van %s telt niet mee.", "The report of %s does not count.", on);
    }
    prose_end(prose);
}

void motivate_nuisance(struct prose *prose, const struct value *section)
{
    const struct value *level = value_get(section, "level"), *relapse = value_get(section, "relapse");
    if (level && level->integer > 0)
        prose_say(prose, "De overlastladder staat op trede %lld%s.", "The nuisance ladder stands at level %lld%s.",
                  level->integer, motivate_id(prose, section, "id"));
    else
        prose_say(prose, "De overlastladder staat op nul.", "The nuisance ladder stands at zero.");
    if (value_get(section, "since"))
        prose_say(prose, "Dat is zo sinds %s.", "That is so since %s.", prose_date(prose, value_get(section, "since")));
    if (value_get(section, "falls_on"))
        prose_say(prose, "Zonder nieuwe melding gaat zij omlaag op %s.", "Without a new report it goes down on %s.",
                  prose_date(prose, value_get(section, "falls_on")));
    prose_quote(prose, says_of(value_get(section, "says"), prose->language));
    say_reports(prose, value_get(section, "reports"));
    motivate_sources(prose, value_get(section, "source"));
    say_actions(prose, value_get(section, "actions"));
    if (holds(value_get(relapse, "paused"))) {
        prose_say(prose, "Er is terugval: de ladder staat zolang stil.",
                  "There is a relapse: the ladder stands still meanwhile.");
        motivate_reason(prose, relapse);
    }
    say_actions(prose, value_get(relapse, "actions"));
    say_termination(prose, value_get(section, "termination"));
    motivate_missing(prose, section);
}

void motivate_housing(struct prose *prose, const struct value *section)
{
    const struct value *profile = value_get(section, "profile"), *contradictions = value_get(section, "contradictions");
    for (size_t i = 0; profile && profile->kind == VALUE_OBJECT && !is_withheld(profile) && i < profile->count; i++)
        prose_say(
            prose, "Het zoekprofiel vraagt “%s”: “%s”.", "The search profile asks for “%s”: “%s”.",
            prose_string(prose, word_of(prose->arena, WORD_FACT, profile->names[i], prose->language)),
            prose_string(prose, words_of_value(prose->arena, is_withheld(profile->items[i]) ? profile->items[i]
                                                                 : value_get(profile->items[i], "value"), prose->language)));
    for (size_t i = 0; i < count_of(contradictions); i++)
        prose_say(prose, "Over “%s” spreken twee regels elkaar tegen.", "On “%s” two rules contradict each other.",
                  prose_word(prose, WORD_FACT, value_get(contradictions->items[i], "attribute")));
    motivate_reasons(prose, value_get(section, "reasons"));
    motivate_missing(prose, section);
}

/* A name that a region made up tells a reader nothing: then what the stage's rule says stands in its place. */
static bool stage_has_words(const struct value *stage, struct text says)
{
    return says.length == 0 || stage->kind != VALUE_TEXT || word_is_known(WORD_VALUE, stage->text);
}

void motivate_journey(struct prose *prose, const struct value *section)
{
    const struct value *stage = value_get(section, "stage"), *next = value_get(section, "next");
    const struct value *reasons = value_get(section, "reasons");
    struct text says = count_of(reasons) ? says_of(value_get(reasons->items[0], "says"), prose->language) : (struct text){0};
    if (!stage) {
        prose_say(prose, "Het traject is nog niet begonnen.", "The journey has not begun yet.");
    } else if (!stage_has_words(stage, says)) {
        prose_say(prose, "Het traject is in deze fase:", "The journey is in this stage:");
        prose_quote(prose, says);
    } else {
        prose_say(prose, "Het traject is in de fase “%s”.", "The journey is in the stage “%s”.",
                  prose_word(prose, WORD_VALUE, stage));
    }
    if (value_get(section, "since"))
        prose_say(prose, "Dat is zo sinds %s.", "That is so since %s.", prose_date(prose, value_get(section, "since")));
    motivate_reasons(prose, reasons);
    say_actions(prose, value_get(section, "actions"));
    if (next) {
        struct text follows = says_of(value_get(next, "says"), prose->language);
        if (!value_get(next, "stage") || stage_has_words(value_get(next, "stage"), follows))
            prose_say(prose, "De volgende fase is “%s”.", "The next stage is “%s”.",
                      prose_word(prose, WORD_VALUE, value_get(next, "stage")));
        else
            prose_say(prose, "De volgende fase is deze:", "The next stage is this:");
        prose_quote(prose, follows);
    }
    motivate_missing(prose, section);
}

void motivate_next_steps(struct prose *prose, const struct value *section)
{
    if (count_of(section) == 0)
        prose_say(prose, "Op dit moment hoeft niemand iets te doen.", "At this moment nobody has to do anything.");
    for (size_t i = 0; i < count_of(section); i++) {
        const struct value *step = section->items[i], *due = value_get(step, "due");
        const char *askee = prose_word(prose, WORD_ROLE, value_get(step, "who"));
        prose_end(prose);
        if (is_withheld(step)) {
            prose_say(prose, "Er kunnen andere stappen zijn; die zijn afgeschermd.",
                      "There may be other steps; those are withheld.");
            continue;
        }
        if (!value_get(step, "who"))
            prose_say(prose, "Te doen:", "To do:");
        else if (holds(value_get(step, "overdue")))
            prose_say(prose, "Voor %s, te laat sinds %s:", "For %s, overdue since %s:", askee, prose_date(prose, due));
        else if (due)
            prose_say(prose, "Voor %s, uiterlijk op %s:", "For %s, by %s:", askee, prose_date(prose, due));
        else
            prose_say(prose, "Voor %s:", "For %s:", askee);
        prose_quote(prose, says_of(value_get(step, "does"), prose->language));
    }
}
