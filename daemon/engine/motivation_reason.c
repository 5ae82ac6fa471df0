#include "engine/motivation_reason.h"

static bool is(const struct value *value, const char *text)
{
    return value && value->kind == VALUE_TEXT && text_is(value->text, text);
}

static bool is_boolean(const struct value *value, bool boolean)
{
    return value && value->kind == VALUE_BOOLEAN && value->boolean == boolean;
}

const char *motivate_id(struct prose *prose, const struct value *object, const char *member)
{
    const struct value *id = value_get(object, member);
    if (!id || id->kind != VALUE_TEXT)
        return "";
    return prose_string(prose, text_format(prose->arena, " (%.*s)", TEXT_ARGS(id->text)));
}

void motivate_sources(struct prose *prose, const struct value *sources)
{
    bool assumption = false;
    size_t count = sources && sources->kind == VALUE_LIST ? sources->count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct value *source = sources->items[i], *at = value_get(source, "at");
        struct text title = says_of(value_get(source, "title"), prose->language);
        if (is(value_get(source, "kind"), "assumption")) {
            assumption = true;
            continue;
        }
        if (at && at->kind == VALUE_TEXT)
            title = text_format(prose->arena, "%.*s, %.*s", TEXT_ARGS(title), TEXT_ARGS(at->text));
        prose_say(prose, "Bron: “%s”.", "Source: “%s”.", prose_string(prose, title));
    }
    if (assumption)
        prose_say(prose, "Dit berust op een aanname, want een tekst daarvoor is niet gevonden.",
                  "This rests on an assumption, because no text for it was found.");
}

static void say_fact(struct prose *prose, struct text name, const struct value *fact)
{
    const struct value *value = value_get(fact, "value"), *by = value_get(fact, "by"), *on = value_get(fact, "on");
    const char *label = prose_name(prose, WORD_FACT, name);
    if (is_withheld(fact) || is_withheld(value)) {
        prose_say(prose, "Het gegeven “%s” is afgeschermd.", "The fact “%s” is withheld.", label);
        return;
    }
    if (!value || value->kind == VALUE_NULL) {
        prose_say(prose, "Het gegeven “%s” is niet bekend.", "The fact “%s” is not known.", label);
        return;
    }
    struct text words = words_of_value(prose->arena, value, prose->language);
    prose_say(prose, "Het gegeven “%s” is “%s”.", "The fact “%s” is “%s”.", label, prose_string(prose, words));
    if (!by && on)
        prose_say(prose, "Dit is bekend sinds %s.", "This is known since %s.", prose_date(prose, on));
    if (!by)
        return;
    struct text who = words_capital(prose->arena, text_of(prose_word(prose, WORD_ROLE, by)));
    if (on)
        prose_say(prose, "%s stelde dit op %s.", "%s stated this on %s.", prose_string(prose, who),
                  prose_date(prose, on));
    else
        prose_say(prose, "%s stelde dit.", "%s stated this.", prose_string(prose, who));
}

static void say_event(struct prose *prose, const struct value *event)
{
    if (event->kind == VALUE_TEXT) {
        prose_say(prose, "Meegewogen is “%s”.", "Taken into account is “%s”.", prose_word(prose, WORD_EVENT, event));
        return;
    }
    if (!value_get(event, "event"))
        return;
    prose_say(prose, "Meegewogen is “%s” van %s.", "Taken into account is “%s” of %s.",
              prose_word(prose, WORD_EVENT, value_get(event, "event")), prose_date(prose, value_get(event, "on")));
}

static void say_state(struct prose *prose, const struct value *reason)
{
    const struct value *state = value_get(reason, "state"), *value = value_get(reason, "value");
    const char *id = motivate_id(prose, reason, "rule");
    if (is(state, "silent"))
        prose_say(prose, "Het convenant laat dit open%s:", "The covenant leaves this open%s:", id);
    else if (is(state, "not_applicable"))
        prose_say(prose, "Dit geldt hier niet%s:", "This does not apply here%s:", id);
    else if (is(state, "waived"))
        prose_say(prose, "Van deze eis is afgezien%s:", "This requirement was waived%s:", id);
    else if (is(state, "failed"))
        prose_say(prose, "Dit kon niet worden berekend%s:", "This could not be computed%s:", id);
    else if (is_boolean(value, true))
        prose_say(prose, "Hieraan is voldaan%s:", "This holds%s:", id);
    else if (is_boolean(value, false))
        prose_say(prose, "Hieraan is niet voldaan%s:", "This does not hold%s:", id);
    else
        prose_say(prose, "Dit is nog niet te beoordelen%s:", "This cannot be judged yet%s:", id);
}

/* `[{"failed", "why"} or {"silent", "says"}]`: what could not be computed, and where the covenant is silent. */
void motivate_because(struct prose *prose, const struct value *because)
{
    for (size_t i = 0; because && because->kind == VALUE_LIST && i < because->count; i++) {
        const struct value *failed = value_get(because->items[i], "failed"),
                           *silent = value_get(because->items[i], "silent");
        if (failed) {
            prose_say(prose, "Het gegeven “%s” kon niet worden berekend:", "The fact “%s” could not be computed:",
                      prose_string(prose, failed->text));
            prose_quote(prose, says_of(value_get(because->items[i], "why"), prose->language));
            prose_say(prose, "Een fout telt nooit als nee.", "An error never counts as no.");
        } else if (silent) {
            prose_say(prose, "Het convenant laat hier iets open (%s):", "The covenant leaves something open here (%s):",
                      prose_string(prose, silent->text));
            prose_quote(prose, says_of(value_get(because->items[i], "says"), prose->language));
        }
    }
}

void motivate_reason(struct prose *prose, const struct value *reason)
{
    prose_gap(prose);
    if (is_withheld(reason)) {
        prose_say(prose, "Wat deze regel oplevert, is afgeschermd%s:", "What this rule comes to is withheld%s:",
                  motivate_id(prose, reason, "rule"));
        prose_quote(prose, says_of(value_get(reason, "says"), prose->language));
        motivate_sources(prose, value_get(reason, "source"));
        prose_gap(prose);
        return;
    }
    say_state(prose, reason);
    prose_quote(prose, says_of(value_get(reason, "says"), prose->language));
    if (is(value_get(reason, "state"), "not_applicable")) {
        prose_gap(prose);
        return; /* its facts and source tell nothing about the case */
    }
    const struct value *facts = value_get(reason, "facts"), *events = value_get(reason, "events");
    if (facts && facts->kind == VALUE_OBJECT && !is_withheld(facts))
        for (size_t i = 0; i < facts->count; i++)
            say_fact(prose, facts->names[i], facts->items[i]);
    if (events && events->kind == VALUE_LIST)
        for (size_t i = 0; i < events->count; i++)
            say_event(prose, events->items[i]);
    if (value_get(reason, "waived_by"))
        prose_say(prose, "De grond daarvoor is uitzondering “%s”.", "The ground for that is exception “%s”.",
                  prose_string(prose, says_of(value_get(reason, "waived_by"), prose->language)));
    motivate_because(prose, value_get(reason, "because"));
    motivate_sources(prose, value_get(reason, "source"));
    prose_gap(prose);
}

/* What fails goes on top: 0 fails, 1 is open, 2 holds or does not count. */
static int rank(const struct value *reason)
{
    const struct value *state = value_get(reason, "state"), *value = value_get(reason, "value");
    if (is_boolean(value, false) && !is(state, "waived") && !is(state, "not_applicable"))
        return 0;
    return is_boolean(value, true) || is(state, "waived") || is(state, "not_applicable") ? 2 : 1;
}

void motivate_reasons(struct prose *prose, const struct value *reasons)
{
    if (is_withheld(reasons))
        prose_say(prose, "De redenen zijn afgeschermd.", "The reasons are withheld.");
    if (!reasons || reasons->kind != VALUE_LIST)
        return;
    for (int wanted = 0; wanted < 3; wanted++)
        for (size_t i = 0; i < reasons->count; i++)
            if (rank(reasons->items[i]) == wanted)
                motivate_reason(prose, reasons->items[i]);
}

/* `de zorgaanbieder of de gemeente`, of one role or a list of them; NULL when nobody is named. */
static const char *askers(struct prose *prose, const struct value *stated_by)
{
    if (!stated_by || (stated_by->kind == VALUE_LIST && stated_by->count == 0))
        return NULL;
    if (stated_by->kind != VALUE_LIST)
        return prose_word(prose, WORD_ROLE, stated_by);
    if (stated_by->count > 5) /* more would not fit in a sentence of twenty words */
        return either(prose->language, "een van de partijen", "one of the parties").at;
    struct buffer who;
    buffer_init(&who, prose->arena);
    for (size_t i = 0; i < stated_by->count; i++) {
        if (i)
            buffer_add(&who, i + 1 < stated_by->count ? TEXT(", ") : either(prose->language, " of ", " or "));
        buffer_add_string(&who, prose_word(prose, WORD_ROLE, stated_by->items[i]));
    }
    return prose_string(prose, buffer_text(&who));
}

static const char *rules_of(struct prose *prose, const struct value *rules)
{
    struct buffer names;
    buffer_init(&names, prose->arena);
    for (size_t i = 0; rules && rules->kind == VALUE_LIST && i < rules->count; i++)
        buffer_format(&names, "%s%.*s", i ? ", " : "", TEXT_ARGS(rules->items[i]->text));
    return names.length ? prose_string(prose, buffer_text(&names)) : NULL;
}

static void say_missing(struct prose *prose, const struct value *missing)
{
    const struct value *fact = value_get(missing, "fact"), *event = value_get(missing, "event");
    if (is_withheld(missing) || (!fact && !event)) {
        prose_say(prose, "Wat nog ontbreekt, is afgeschermd.", "What is missing is withheld.");
        prose_end(prose);
        return;
    }
    prose_gap(prose);
    const char *name = prose_word(prose, fact ? WORD_FACT : WORD_EVENT, fact ? fact : event);
    prose_say(prose, "Nog niet bekend is “%s”.", "Not known yet is “%s”.", name);
    const char *who = askers(prose, value_get(missing, "stated_by"));
    if (who)
        prose_say(prose, "Dit is te vragen aan %s.", "This is to be asked of %s.", who);
    const char *rules = rules_of(prose, value_get(missing, "rules"));
    if (rules)
        prose_say(prose, "Het is nodig voor “%s”.", "It is needed for “%s”.", rules);
    prose_quote(prose, says_of(value_get(missing, "ask"), prose->language));
    if (value_get(missing, "suffices"))
        prose_say(
            prose, "Genoeg is: %s.", "It is enough to know: %s.",
            prose_string(prose, words_of_suffices(prose->arena, value_get(missing, "suffices"), prose->language)));
    prose_end(prose);
}

void motivate_missing(struct prose *prose, const struct value *section)
{
    const struct value *missing = value_get(section, "missing"), *settled = value_get(section, "settled");
    prose_end(prose);
    if (is_withheld(missing))
        prose_say(prose, "Wat nog ontbreekt, is afgeschermd.", "What is missing is withheld.");
    if (missing && missing->kind == VALUE_LIST)
        for (size_t i = 0; i < missing->count; i++)
            say_missing(prose, missing->items[i]);
    if (missing && missing->kind == VALUE_LIST && missing->count && is_boolean(settled, true))
        prose_say(prose, "Geen antwoord daarop kan de uitkomst nog veranderen.",
                  "No answer to that can change the outcome any more.");
    prose_end(prose);
}
