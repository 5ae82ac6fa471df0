#include "dossier.h"

#include "base/date.h"
#include "engine/motivation.h"
#include "show.h"

#include <string.h>

/* ---- what was asked ---- */

static void add_cell(struct buffer *page, struct text text)
{
    html_element(page, "td", NULL, text);
}

static void heads(struct dossier *dossier, const char *const words[][2], size_t count)
{
    buffer_add_string(&dossier->page, "<table><thead><tr>");
    for (size_t i = 0; i < count; i++)
        html_element(&dossier->page, "th", NULL, dossier_words(dossier, words[i][0], words[i][1]));
    buffer_add_string(&dossier->page, "</tr></thead><tbody>\n");
}

static void asked_facts(struct dossier *dossier, const struct value *facts)
{
    static const char *const columns[][2] = {{"Gegeven", "Fact"}, {"Opgegeven", "Stated"}, {"Door", "By"}, {"Op", "On"}};
    struct command *command = dossier->command;
    if (!facts || facts->kind != VALUE_OBJECT || facts->count == 0)
        return;
    heads(dossier, columns, 4);
    for (size_t i = 0; i < facts->count; i++) {
        const struct value *fact = facts->items[i], *inside = value_get(fact, "value");
        html_open(&dossier->page, "tr", NULL);
        add_cell(&dossier->page, words_capital(command->arena, show_name(command, LABEL_FACT, facts->names[i])));
        add_cell(&dossier->page, words_of_value(command->arena, inside ? inside : fact, command->language));
        add_cell(&dossier->page, show_word(command, WORD_ROLE, value_get(fact, "by")));
        add_cell(&dossier->page, show_date(command, value_get(fact, "on")));
        html_close(&dossier->page, "tr");
    }
    buffer_add_string(&dossier->page, "</tbody></table>\n");
}

/* What an event says beside its name and day, by the names that every region has. */
static struct text detail_label(struct command *command, struct text name)
{
    static const char *const labels[][3] = {
        {"at", "tijdstip", "time"},     {"by", "door", "by"},          {"decision", "besluit", "decision"},
        {"kind", "soort", "kind"},      {"outcome", "uitkomst", "outcome"}, {"phase", "fase", "phase"},
        {"reason", "reden", "reason"},  {"reporter", "melder", "reporter"}, {"severity", "ernst", "severity"},
        {"starts", "begint", "starts"}, {"until", "tot en met", "until"},
    };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (text_is(name, labels[i][0]))
            return either(command->language, labels[i][1], labels[i][2]);
    return show_name(command, LABEL_FACT, name);
}

static struct text event_details(struct command *command, const struct value *event)
{
    struct buffer text;
    buffer_init(&text, command->arena);
    for (size_t i = 0; i < event->count; i++) {
        struct text name = event->names[i];
        if (text_is(name, "event") || text_is(name, "on"))
            continue;
        struct text label = detail_label(command, name);
        buffer_format(&text, "%s%.*s: ", text.length ? "; " : "", TEXT_ARGS(label));
        buffer_add(&text, words_of_value(command->arena, event->items[i], command->language));
    }
    return buffer_text(&text);
}

static void asked_events(struct dossier *dossier, const struct value *events)
{
    static const char *const columns[][2] = {{"Gebeurtenis", "Event"}, {"Op", "On"}, {"Bijzonderheden", "Details"}};
    struct command *command = dossier->command;
    if (list_count(events) == 0)
        return;
    heads(dossier, columns, 3);
    for (size_t i = 0; i < events->count; i++) {
        const struct value *event = events->items[i];
        html_open(&dossier->page, "tr", NULL);
        add_cell(&dossier->page, words_capital(command->arena, show_named(command, LABEL_EVENT, value_get(event, "event"))));
        add_cell(&dossier->page, show_date(command, value_get(event, "on")));
        add_cell(&dossier->page, event_details(command, event));
        html_close(&dossier->page, "tr");
    }
    buffer_add_string(&dossier->page, "</tbody></table>\n");
}

static void asked(struct dossier *dossier, const struct value *record)
{
    const struct value *request = value_get(record, "request"), *given = value_get(request, "case");
    struct buffer *page = &dossier->page;
    html_element(page, "h3", NULL, dossier_words(dossier, "Wat is gevraagd", "What was asked"));
    struct text on = show_date(dossier->command, value_get(value_get(record, "decision"), "on"));
    html_element(page, "p", NULL,
                 text_format(dossier->command->arena,
                             "%.*s %.*s.",
                             TEXT_ARGS(dossier_words(dossier,
                                                     "Gevraagd is een advies naar wat gold en bekend was op",
                                                     "Advice was asked by what was in force and known on")),
                             TEXT_ARGS(on)));
    asked_facts(dossier, value_get(given, "facts"));
    asked_events(dossier, value_get(given, "events"));
}

/* ---- what was decided, and why: the motivation, whose form is plain text ---- */

static struct text next_line(struct text *rest)
{
    const char *end = rest->length ? memchr(rest->at, '\n', rest->length) : NULL;
    size_t length = end ? (size_t)(end - rest->at) : rest->length;
    struct text line = text_slice(*rest, 0, length);
    *rest = text_slice(*rest, length + (end != NULL), rest->length);
    return line;
}

static bool is_rule(struct text line)
{
    if (line.length < 3)
        return false;
    for (size_t i = 0; i < line.length; i++)
        if (line.at[i] != '-')
            return false;
    return true;
}

/* What is written between blank lines, as one point; lines that are set in are a rule's own words. */
struct point {
    struct buffer *page;
    struct buffer text; /* of the paragraph or quotation that is open */
    bool open, quoted;
};

static void part_end(struct point *point)
{
    if (point->text.length)
        html_element(point->page, point->quoted ? "blockquote" : "p", NULL, buffer_text(&point->text));
    point->text.length = 0;
}

static void point_end(struct point *point)
{
    part_end(point);
    if (point->open)
        html_close(point->page, "div");
    point->open = false;
}

static void point_line(struct point *point, struct text line)
{
    bool quoted = text_starts_with(line, "    ");
    if (!point->open)
        html_open(point->page, "div", "point");
    point->open = true;
    if (quoted != point->quoted)
        part_end(point);
    point->quoted = quoted;
    if (point->text.length)
        buffer_add_byte(&point->text, ' ');
    buffer_add(&point->text, text_trim(line));
}

static void advised(struct dossier *dossier, const struct value *decision)
{
    struct command *command = dossier->command;
    struct text rest = motivation(command->arena, decision, command->language), line = {0};
    struct point point = {.page = &dossier->page};
    buffer_init(&point.text, command->arena);
    html_element(&dossier->page, "h3", NULL,
                 dossier_words(dossier, "Wat is geadviseerd, en waarom", "What was advised, and why"));
    struct text outcome = show_word(command, WORD_OUTCOME, value_get(value_get(decision, "eligibility"), "outcome"));
    if (outcome.length)
        html_element(&dossier->page, "p", "note outcome", words_capital(command->arena, outcome));
    for (bool held = false; rest.length || held;) {
        struct text next = rest.length ? next_line(&rest) : TEXT("");
        if (held && is_rule(next)) {
            point_end(&point);
            html_element(&dossier->page, "h4", NULL, line);
            held = false;
            continue;
        }
        if (held && line.length)
            point_line(&point, line);
        else if (held)
            point_end(&point);
        line = next;
        held = rest.length > 0 || next.length > 0;
    }
    point_end(&point);
}

/* ---- by which rules ---- */

static void rules_version(struct dossier *dossier, const struct value *covenants, struct text version, const char *section)
{
    struct command *command = dossier->command;
    struct buffer *page = &dossier->page;
    for (size_t i = 0; i < list_count(covenants); i++) {
        const struct value *covenant = covenants->items[i];
        if (!text_equal(member_text(covenant, "version"), version))
            continue;
        struct text title = show_says(command, value_get(covenant, "title"));
        struct text from = show_date(command, value_get(covenant, "from")),
                    until = show_date(command, value_get(covenant, "until"));
        html_pair(page, section ? words_capital(command->arena, word_of(command->arena, WORD_SECTION, text_of(section),
                                                                        command->language))
                                : dossier_words(dossier, "Convenant", "Covenant"),
                  text_format(command->arena, "%.*s (%.*s %.*s)", TEXT_ARGS(title),
                              TEXT_ARGS(dossier_words(dossier, "versie", "version")), TEXT_ARGS(version)));
        html_pair(page, dossier_words(dossier, "In werking", "In force"),
                  text_format(command->arena, "%.*s – %.*s", TEXT_ARGS(from), TEXT_ARGS(until)));
    }
}

/* The version as a whole, or for one of the sections. */
static bool is_used(const struct value *used, struct text version)
{
    const struct value *sections = value_get(used, "sections");
    if (text_equal(member_text(used, "version"), version))
        return true;
    for (size_t i = 0; sections && sections->kind == VALUE_OBJECT && i < sections->count; i++)
        for (size_t j = 0; j < list_count(sections->items[i]); j++)
            if (text_equal(sections->items[i]->items[j]->text, version))
                return true;
    return false;
}

/* Of all versions that were used, each once. */
static void rules_sources(struct dossier *dossier, const struct value *covenants, const struct value *used)
{
    struct text_list said = {0};
    struct buffer *page = &dossier->page;
    buffer_add_string(page, "<tr><th scope=\"row\">");
    html_text(page, dossier_words(dossier, "Bronnen", "Sources"));
    buffer_add_string(page, "</th><td>");
    for (size_t i = 0; i < list_count(covenants); i++) {
        const struct value *sources = value_get(covenants->items[i], "sources");
        if (!is_used(used, member_text(covenants->items[i], "version")))
            continue;
        for (size_t j = 0; j < list_count(sources); j++) {
            if (text_list_has(&said, sources->items[j]->text))
                continue;
            text_list_add(dossier->command->arena, &said, sources->items[j]->text);
            html_element(page, "p", NULL, sources->items[j]->text);
        }
    }
    buffer_add_string(page, "</td></tr>\n");
}

static void rules_of(struct dossier *dossier, const struct value *record)
{
    const struct value *decision = value_get(record, "decision"), *covenant = value_get(decision, "covenant");
    const struct value *edition = value_get_text(dossier->editions, member_text(record, "edition"));
    const struct value *covenants = value_get(edition, "covenants"), *sections = value_get(covenant, "sections");
    struct buffer *page = &dossier->page;
    html_element(page, "h3", NULL, dossier_words(dossier, "Volgens welke regels", "By which rules"));
    buffer_add_string(page, "<table><tbody>\n");
    rules_version(dossier, covenants, member_text(covenant, "version"), NULL);
    for (size_t i = 0; sections && sections->kind == VALUE_OBJECT && i < sections->count; i++)
        for (size_t j = 0; j < list_count(sections->items[i]); j++)
            rules_version(dossier, covenants, sections->items[i]->items[j]->text,
                          text_string(dossier->command->arena, sections->names[i]));
    rules_sources(dossier, covenants, covenant);
    html_code_pair(page, dossier_words(dossier, "Vingerafdruk van het convenant", "Digest of the covenant"),
                   member_text(covenant, "digest"));
    html_code_pair(page, dossier_words(dossier, "Vingerafdruk van alle regels", "Digest of all rules"),
                   member_text(record, "edition"));
    buffer_add_string(page, "</tbody></table>\n");
    html_element(page, "p", "quiet",
                 dossier_words(dossier, "De bestanden met de regels staan in bijlage A.",
                               "The files of the rules stand in annex A."));
}

/* ---- what people did with it ---- */

static void confirmed(struct dossier *dossier, struct text id)
{
    struct command *command = dossier->command;
    struct buffer *page = &dossier->page;
    size_t count = 0;
    html_element(page, "h3", NULL, dossier_words(dossier, "Bevestigd door", "Confirmed by"));
    for (size_t i = 0; i < dossier->count; i++) {
        const struct value *record = dossier->records[i], *said = value_get(record, "decision");
        if (!member_is(record, "kind", "confirmation") || !text_equal(member_text(said, "decision"), id))
            continue;
        bool follows = member_is(said, "outcome", "follows");
        struct text by = member_text(said, "by"), when = show_date(command, value_get(record, "time"));
        html_element(page, "p", NULL,
                     text_format(command->arena, "%.*s, %.*s: %.*s", TEXT_ARGS(by), TEXT_ARGS(when),
                                 TEXT_ARGS(follows ? dossier_words(dossier, "volgt het advies.", "follows the advice.")
                                                   : dossier_words(dossier, "wijkt af van het advies.",
                                                                   "deviates from the advice."))));
        if (member_text(said, "reason").length)
            html_element(page, "blockquote", NULL, member_text(said, "reason"));
        count++;
    }
    if (count == 0)
        html_element(page, "p", NULL,
                     dossier_words(dossier, "Niemand heeft dit advies tot nu toe bevestigd of ervan afgeweken.",
                                   "Nobody has confirmed this advice so far, or deviated from it."));
    else
        html_element(page, "p", "quiet",
                     dossier_words(dossier, "Wie dit is, zegt het systeem dat het meldde.",
                                   "Who that is, is what the system said that reported it."));
}

static void corrections(struct dossier *dossier, const struct value *record)
{
    struct arena *arena = dossier->command->arena;
    struct text replaces = member_text(value_get(record, "request"), "replaces"), id = member_text(record, "id");
    if (replaces.length)
        html_element(&dossier->page, "p", "note",
                     text_format(arena, "%.*s %zu (%.*s).",
                                 TEXT_ARGS(dossier_words(dossier, "Dit is een correctie. Het komt in de plaats van advies",
                                                         "This is a correction. It takes the place of advice")),
                                 dossier_number(dossier, replaces), TEXT_ARGS(replaces)));
    for (size_t i = 0; i < dossier->count; i++) {
        struct text other = member_text(value_get(dossier->records[i], "request"), "replaces");
        struct text other_id = member_text(dossier->records[i], "id");
        if (other.length && text_equal(other, id))
            html_element(&dossier->page, "p", "note",
                         text_format(arena, "%.*s %zu (%.*s).",
                                     TEXT_ARGS(dossier_words(dossier, "Dit advies is gecorrigeerd. Ervoor in de plaats kwam advies",
                                                             "This advice was corrected. In its place came advice")),
                                     dossier_number(dossier, other_id), TEXT_ARGS(other_id)));
    }
}

void dossier_decision(struct dossier *dossier, const struct value *record)
{
    struct command *command = dossier->command;
    const struct value *decision = value_get(record, "decision");
    struct buffer *page = &dossier->page;
    struct text id = member_text(record, "id"), on = show_date(command, value_get(decision, "on"));
    html_element(page, "h2", "page",
                 text_format(command->arena, "%zu. %.*s %.*s", dossier_number(dossier, id),
                             TEXT_ARGS(dossier_words(dossier, "Advies naar de stand van", "Advice as of")), TEXT_ARGS(on)));
    html_element(page, "p", "lead",
                 text_format(command->arena, "%.*s %.*s, %.*s %.*s",
                             TEXT_ARGS(dossier_words(dossier, "Vastgelegd op", "Recorded on")),
                             TEXT_ARGS(show_date(command, value_get(record, "time"))),
                             TEXT_ARGS(dossier_words(dossier, "op verzoek van", "asked by")),
                             TEXT_ARGS(member_text(record, "client"))));
    corrections(dossier, record);
    if (!decision) {
        html_element(page, "p", "note",
                     dossier_words(dossier, "De gegevens van deze zaak zijn gewist. Alleen dat dit advies er was, staat nog vast.",
                                   "The facts of this case were erased. Only that there was this advice still stands."));
        return;
    }
    asked(dossier, record);
    advised(dossier, decision);
    rules_of(dossier, record);
    confirmed(dossier, id);
}
