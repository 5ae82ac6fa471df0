#include "labels.h"
#include "show.h"

struct text member_text(const struct value *object, const char *name)
{
    const struct value *member = value_get(object, name);
    return member && member->kind == VALUE_TEXT ? member->text : (struct text){0};
}

bool member_is(const struct value *object, const char *name, const char *text)
{
    return text_is(member_text(object, name), text);
}

bool member_holds(const struct value *object, const char *name)
{
    const struct value *member = value_get(object, name);
    return member && member->kind == VALUE_BOOLEAN && member->boolean;
}

size_t list_count(const struct value *list)
{
    return list && list->kind == VALUE_LIST ? list->count : 0;
}

struct text show_date(struct command *command, const struct value *date)
{
    if (!date || date->kind != VALUE_TEXT)
        return date ? words_of_value(command->arena, date, command->language) : (struct text){0};
    return words_printable(command->arena, words_of_date(command->arena, date->text, command->language));
}

struct text show_word(struct command *command, enum word_kind kind, const struct value *name)
{
    if (!name || name->kind != VALUE_TEXT)
        return name ? words_of_value(command->arena, name, command->language) : (struct text){0};
    return words_printable(command->arena, word_of(command->arena, kind, name->text, command->language));
}

struct text show_name(struct command *command, enum label_kind kind, struct text name)
{
    static const enum word_kind words[] = {
        [LABEL_FACT] = WORD_FACT,   [LABEL_EVENT] = WORD_EVENT, [LABEL_CONTRACT] = WORD_VALUE,
        [LABEL_PHASE] = WORD_VALUE, [LABEL_STAGE] = WORD_VALUE,
    };
    struct text label = name.at && !word_is_known(words[kind], name) ? label_of(command, kind, name) : (struct text){0};
    return label.at ? label : words_printable(command->arena, word_of(command->arena, words[kind], name, command->language));
}

struct text show_named(struct command *command, enum label_kind kind, const struct value *name)
{
    if (!name || name->kind != VALUE_TEXT)
        return name ? words_of_value(command->arena, name, command->language) : (struct text){0};
    return show_name(command, kind, name->text);
}

struct text show_role(struct command *command, const struct value *role)
{
    struct text word = show_word(command, WORD_ROLE, role);
    const char *article = command->language == LANGUAGE_NL ? "de " : "the ";
    return text_starts_with(word, article) ? text_slice(word, text_of(article).length, word.length) : word;
}

struct text show_says(struct command *command, const struct value *says)
{
    return words_printable(command->arena, says_of(says, command->language));
}

void show_pair(struct command *command, size_t indent, const char *nl, const char *en, struct text value)
{
    if (value.length == 0)
        return;
    struct text label = either(command->language, nl, en);
    terminal_print(&command->out, STYLE_DIM, "%*s%.*s: ", (int)indent, "", TEXT_ARGS(label));
    size_t column = indent + text_width(label) + 2;
    terminal_fill(&command->out, STYLE_PLAIN, column, indent + 4, value);
}

struct mark {
    const char *sign, *nl, *en;
    enum style style;
    int rank; /* 0 fails, 1 is open, 2 holds or does not count */
};

static struct mark mark_of(const struct value *reason)
{
    const struct value *value = value_get(reason, "value");
    if (is_withheld(reason))
        return (struct mark){"·", "afgeschermd", "withheld", STYLE_DIM, 2};
    if (member_is(reason, "state", "silent"))
        return (struct mark){"?", "het convenant zwijgt hierover", "the covenant is silent on this", STYLE_OPEN, 1};
    if (member_is(reason, "state", "failed"))
        return (struct mark){"!", "kon niet worden berekend", "could not be computed", STYLE_OPEN, 1};
    if (member_is(reason, "state", "not_applicable"))
        return (struct mark){"–", "niet van toepassing", "does not apply", STYLE_DIM, 2};
    if (member_is(reason, "state", "waived"))
        return (struct mark){"–", "hiervan is afgezien", "waived", STYLE_GOOD, 2};
    if (value && value->kind == VALUE_BOOLEAN)
        return value->boolean ? (struct mark){"✓", NULL, NULL, STYLE_GOOD, 2}
                              : (struct mark){"✗", NULL, NULL, STYLE_BAD, 0};
    return (struct mark){"?", "nog niet te beoordelen", "cannot be judged yet", STYLE_OPEN, 1};
}

/* `alle afspraken aanvaard: nee (de zorgaanbieder, 1 maart 2022)`. */
static void show_fact(struct command *command, struct text name, const struct value *fact, size_t indent)
{
    struct arena *arena = command->arena;
    const struct value *value = is_withheld(fact) ? fact : value_get(fact, "value");
    struct text who = show_word(command, WORD_ROLE, value_get(fact, "by")),
                on = show_date(command, value_get(fact, "on"));
    struct buffer line;
    buffer_init(&line, arena);
    buffer_format(&line, "%.*s: ", TEXT_ARGS(show_name(command, LABEL_FACT, name)));
    buffer_add(&line, words_of_value(arena, value, command->language));
    if (who.length || on.length)
        buffer_format(&line, " (%.*s%s%.*s)", TEXT_ARGS(who), who.length && on.length ? ", " : "", TEXT_ARGS(on));
    terminal_paragraph(&command->out, STYLE_PLAIN, indent, buffer_text(&line));
}

static void show_events(struct command *command, const struct value *events, size_t indent)
{
    for (size_t i = 0; i < list_count(events); i++) {
        const struct value *event = events->items[i];
        struct text name =
            show_named(command, LABEL_EVENT, event->kind == VALUE_TEXT ? event : value_get(event, "event"));
        struct text on = show_date(command, value_get(event, "on"));
        if (name.length)
            terminal_paragraph(
                &command->out, STYLE_PLAIN, indent,
                text_format(command->arena, "%.*s%s%.*s", TEXT_ARGS(name), on.length ? ": " : "", TEXT_ARGS(on)));
    }
}

static void show_sources(struct command *command, const struct value *sources, size_t indent)
{
    for (size_t i = 0; i < list_count(sources); i++) {
        const struct value *source = sources->items[i];
        struct text title = show_says(command, value_get(source, "title")), at = member_text(source, "at");
        bool assumed = member_is(source, "kind", "assumption");
        struct text kind = assumed ? either(command->language, "aanname: ", "assumption: ")
                                   : either(command->language, "bron: ", "source: ");
        terminal_paragraph(&command->out, assumed ? STYLE_OPEN : STYLE_DIM, indent,
                           text_format(command->arena, "%.*s%.*s%s%.*s", TEXT_ARGS(kind), TEXT_ARGS(title),
                                       at.length ? ", " : "", TEXT_ARGS(at)));
    }
}

/* What could not be computed and why, and where the covenant is silent. */
void show_because(struct command *command, const struct value *because, size_t indent)
{
    for (size_t i = 0; i < list_count(because); i++) {
        struct text failed = words_printable(command->arena, member_text(because->items[i], "failed"));
        struct text why = show_says(command, value_get(because->items[i], "why"));
        if (failed.length)
            why = text_format(command->arena, "%.*s: %.*s", TEXT_ARGS(failed), TEXT_ARGS(why));
        show_pair(command, indent, "niet te berekenen", "could not be computed", why);
        show_pair(command, indent, "het convenant laat open", "the covenant leaves open",
                  show_says(command, value_get(because->items[i], "says")));
    }
}

static void show_reason(struct command *command, const struct value *reason, struct mark mark, size_t indent)
{
    struct terminal *out = &command->out;
    struct text id = words_printable(command->arena, member_text(reason, "rule"));
    struct text says = show_says(command, value_get(reason, "says"));
    struct text note = mark.nl ? either(command->language, mark.nl, mark.en) : (struct text){0};
    if (note.length)
        says = text_format(command->arena, "%.*s%s[%.*s]", TEXT_ARGS(says), says.length ? " " : "", TEXT_ARGS(note));
    terminal_print(out, STYLE_PLAIN, "%*s", (int)indent, "");
    terminal_print(out, mark.style, "%s", mark.sign);
    terminal_print(out, STYLE_BOLD, " %.*s", TEXT_ARGS(id));
    size_t column = indent + 2 + text_width(id);
    for (; column < indent + 6; column++)
        terminal_print(out, STYLE_PLAIN, " ");
    terminal_print(out, STYLE_PLAIN, " ");
    terminal_fill(out, mark.rank == 0 ? STYLE_BAD : STYLE_PLAIN, column + 1, indent + 7, says);
    if (member_is(reason, "state", "not_applicable"))
        return; /* its facts and source tell nothing about the case */
    show_because(command, value_get(reason, "because"), indent + 7);
    show_pair(command, indent + 7, "op grond van uitzondering", "on the ground of exception",
              words_printable(command->arena, member_text(reason, "waived_by")));
    const struct value *facts = value_get(reason, "facts");
    if (facts && facts->kind == VALUE_OBJECT && !is_withheld(facts))
        for (size_t i = 0; i < facts->count; i++)
            show_fact(command, facts->names[i], facts->items[i], indent + 7);
    show_events(command, value_get(reason, "events"), indent + 7);
    show_sources(command, value_get(reason, "source"), indent + 7);
}

void show_reasons(struct command *command, const struct value *reasons, size_t indent)
{
    if (is_withheld(reasons))
        terminal_paragraph(&command->out, STYLE_DIM, indent,
                           either(command->language, "De redenen zijn afgeschermd.", "The reasons are withheld."));
    for (int rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < list_count(reasons); i++) {
            struct mark mark = mark_of(reasons->items[i]);
            if (mark.rank == rank)
                show_reason(command, reasons->items[i], mark, indent);
        }
}

static struct text roles(struct command *command, const struct value *stated_by)
{
    if (list_count(stated_by) == 0)
        return show_word(command, WORD_ROLE, stated_by && stated_by->kind == VALUE_TEXT ? stated_by : NULL);
    struct buffer out;
    buffer_init(&out, command->arena);
    for (size_t i = 0; i < stated_by->count; i++)
        buffer_format(&out, "%s%.*s", i ? ", " : "", TEXT_ARGS(show_word(command, WORD_ROLE, stated_by->items[i])));
    return buffer_text(&out);
}

static struct text rules_of(struct command *command, const struct value *rules)
{
    struct buffer out;
    buffer_init(&out, command->arena);
    for (size_t i = 0; i < list_count(rules); i++)
        buffer_format(&out, "%s%.*s", i ? ", " : "", TEXT_ARGS(rules->items[i]->text));
    return words_printable(command->arena, buffer_text(&out));
}

void show_missing(struct command *command, const struct value *section, size_t indent)
{
    const struct value *missing = value_get(section, "missing");
    if (is_withheld(missing))
        terminal_paragraph(
            &command->out, STYLE_DIM, indent,
            either(command->language, "Wat nog te vragen is, is afgeschermd.", "What is still to ask is withheld."));
    if (list_count(missing) == 0)
        return;
    terminal_paragraph(&command->out, STYLE_OPEN, indent, either(command->language, "Nog te vragen:", "Still to ask:"));
    for (size_t i = 0; i < missing->count; i++) {
        const struct value *item = missing->items[i], *fact = value_get(item, "fact"),
                           *event = value_get(item, "event");
        struct text name = is_withheld(item) ? either(command->language, "afgeschermd", "withheld")
                                             : show_named(command, fact ? LABEL_FACT : LABEL_EVENT, fact ? fact : event);
        struct text ask = show_says(command, value_get(item, "ask")),
                    who = roles(command, value_get(item, "stated_by"));
        struct text rules = rules_of(command, value_get(item, "rules")),
                    enough = words_of_suffices(command->arena, value_get(item, "suffices"), command->language);
        struct buffer line;
        buffer_init(&line, command->arena);
        buffer_format(&line, "• %.*s", TEXT_ARGS(ask.length ? ask : name));
        if (who.length)
            buffer_format(&line, " (%.*s)", TEXT_ARGS(who));
        terminal_paragraph(&command->out, STYLE_PLAIN, indent + 2, buffer_text(&line));
        struct text key = words_printable(command->arena, fact ? fact->text : event ? event->text : (struct text){0});
        terminal_paragraph(&command->out, STYLE_DIM, indent + 4,
                           text_format(command->arena, "%.*s%s%.*s%s%.*s", TEXT_ARGS(key), rules.length ? " → " : "",
                                       TEXT_ARGS(rules), enough.length ? "; " : "", TEXT_ARGS(enough)));
    }
    if (member_holds(section, "settled"))
        terminal_paragraph(&command->out, STYLE_DIM, indent + 2,
                           either(command->language, "Geen antwoord daarop verandert de uitkomst nog.",
                                  "No answer to that changes the outcome any more."));
}

static void show_flips(struct command *command, const struct value *section)
{
    const struct value *flips = value_get(section, "flips_with");
    for (size_t i = 0; i < list_count(flips); i++) {
        const struct value *flip = flips->items[i];
        struct text from = words_of_value(command->arena, value_get(flip, "from"), command->language);
        struct text to = words_of_value(command->arena, value_get(flip, "to"), command->language);
        show_pair(command, 2, "slaat om met", "flips with",
                  text_format(command->arena, "%.*s: %.*s → %.*s",
                              TEXT_ARGS(show_named(command, LABEL_FACT, value_get(flip, "fact"))), TEXT_ARGS(from),
                              TEXT_ARGS(to)));
    }
}

void show_changes(struct command *command, const struct value *section, size_t indent)
{
    const struct value *changes = value_get(section, "changes_on");
    bool told = text_equal(member_text(changes, "on"), member_text(section, "earliest")) &&
                text_equal(member_text(changes, "to"), member_text(section, "then"));
    if (value_get(changes, "on") && !told)
        show_pair(command, indent, "verandert vanzelf op", "changes by itself on",
                  text_format(command->arena, "%.*s: %.*s", TEXT_ARGS(show_date(command, value_get(changes, "on"))),
                              TEXT_ARGS(show_word(command, WORD_OUTCOME, value_get(changes, "to")))));
}

static void show_eligibility(struct command *command, const struct value *section)
{
    show_pair(command, 2, "toelaatbaar vanaf", "eligible from",
              show_date(command, value_get(section, "eligible_from")));
    show_changes(command, section, 2);
    show_flips(command, section);
    show_reasons(command, value_get(section, "reasons"), 2);
    show_missing(command, section, 2);
    if (list_count(value_get(section, "conditions"))) {
        terminal_paragraph(&command->out, STYLE_BOLD, 2, either(command->language, "Mits:", "Provided that:"));
        show_reasons(command, value_get(section, "conditions"), 4);
    }
}

/* `alm-2022-0017 · Almere · 26 september 2022 · convenant 2021 (overlast: 2022)`. */
static void show_heading(struct command *command, const struct value *decision)
{
    const struct value *covenant = value_get(decision, "covenant"), *sections = value_get(covenant, "sections");
    struct buffer line;
    buffer_init(&line, command->arena);
    buffer_format(&line, "%.*s · %.*s · %.*s · %.*s %.*s", TEXT_ARGS(member_text(decision, "case")),
                  TEXT_ARGS(show_word(command, WORD_REGION, value_get(decision, "region"))),
                  TEXT_ARGS(show_date(command, value_get(decision, "on"))),
                  TEXT_ARGS(either(command->language, "convenant", "covenant")),
                  TEXT_ARGS(member_text(covenant, "version")));
    for (size_t i = 0; sections && sections->kind == VALUE_OBJECT && i < sections->count; i++)
        buffer_format(&line, "%s%.*s: %.*s%s", i ? ", " : " (",
                      TEXT_ARGS(word_of(command->arena, WORD_SECTION, sections->names[i], command->language)),
                      TEXT_ARGS(rules_of(command, sections->items[i])), i + 1 == sections->count ? ")" : "");
    terminal_paragraph(&command->out, STYLE_DIM, 0, words_printable(command->arena, buffer_text(&line)));
}

static void show_outcome(struct command *command, const struct value *decision)
{
    const struct value *outcome = value_get(value_get(decision, "eligibility"), "outcome");
    if (!outcome)
        return;
    enum style style = text_is(outcome->text, "eligible")       ? STYLE_GOOD
                       : text_is(outcome->text, "not_eligible") ? STYLE_BAD
                                                                : STYLE_OPEN;
    struct text label = either(command->language, "Toelating: ", "Eligibility: ");
    terminal_line(&command->out);
    terminal_put(&command->out, STYLE_BOLD, label);
    terminal_put(&command->out, style, show_word(command, WORD_OUTCOME, outcome));
    terminal_line(&command->out);
}

static void show_end(struct command *command, const struct value *decision)
{
    const struct value *assumptions = value_get(decision, "rests_on_assumptions");
    terminal_line(&command->out);
    if (list_count(assumptions))
        show_pair(command, 0, "Berust op aannames", "Rests on assumptions", rules_of(command, assumptions));
    terminal_paragraph(
        &command->out, STYLE_BOLD, 0,
        either(command->language, "Dit is een advies: een mens beslist.", "This is advice: a person decides."));
}

void show_decision(struct command *command, const struct value *decision)
{
    static const struct {
        const char *name;
        void (*show)(struct command *command, const struct value *section);
    } sections[] = {
        {"eligibility", show_eligibility}, {"support", show_support},       {"deadlines", show_deadlines},
        {"contract", show_contract},       {"nuisance", show_nuisance},     {"housing", show_housing},
        {"journey", show_journey},         {"next_steps", show_next_steps},
    };
    command->region = member_text(decision, "region");
    show_heading(command, decision);
    show_outcome(command, decision);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const struct value *section = value_get(decision, sections[i].name);
        if (!section)
            continue;
        if (i) { /* the first one has the outcome as its heading */
            terminal_line(&command->out);
            terminal_put(&command->out, STYLE_HEADING,
                         word_of(command->arena, WORD_SECTION, text_of(sections[i].name), command->language));
            terminal_line(&command->out);
        }
        if (is_withheld(section))
            terminal_paragraph(&command->out, STYLE_DIM, 2, either(command->language, "afgeschermd", "withheld"));
        if (!is_withheld(section) || value_get(section, "level")) /* of nuisance the level stays */
            sections[i].show(command, section);
    }
    const struct value *trace = value_get(decision, "trace");
    if (trace) {
        terminal_print(&command->out, STYLE_HEADING, "\n%s\n", command->language == LANGUAGE_NL ? "Spoor" : "Trace");
        show_trace(command, trace);
    }
    show_end(command, decision);
}
