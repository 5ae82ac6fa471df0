#include "show.h"

static bool is_leaf(const struct value *value)
{
    return value->kind != VALUE_LIST && value->kind != VALUE_OBJECT;
}

static struct text leaf_text(struct command *command, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        return TEXT("null");
    case VALUE_BOOLEAN:
        return value->boolean ? TEXT("true") : TEXT("false");
    case VALUE_INTEGER:
        return text_format(command->arena, "%lld", value->integer);
    case VALUE_DECIMAL:
    case VALUE_TEXT:
        return words_printable(command->arena, value->text);
    case VALUE_LIST:
    case VALUE_OBJECT:
        break;
    }
    return value->count ? (struct text){0} : either(command->language, "(geen)", "(none)");
}

void show_tree(struct command *command, const struct value *value, size_t indent)
{
    if (is_leaf(value) || value->count == 0) {
        terminal_paragraph(&command->out, STYLE_PLAIN, indent, leaf_text(command, value));
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        const struct value *item = value->items[i];
        if (value->kind == VALUE_OBJECT)
            terminal_print(&command->out, STYLE_DIM, "%*s%.*s:", (int)indent, "",
                           TEXT_ARGS(words_printable(command->arena, value->names[i])));
        else
            terminal_print(&command->out, STYLE_DIM, "%*s-", (int)indent, "");
        size_t column = indent + 2 + (value->kind == VALUE_OBJECT ? text_width(value->names[i]) : 0);
        if (is_leaf(item) || item->count == 0) {
            terminal_print(&command->out, STYLE_PLAIN, " ");
            terminal_fill(&command->out, STYLE_PLAIN, column, indent + 4, leaf_text(command, item));
        } else {
            terminal_line(&command->out);
            show_tree(command, item, indent + 2);
        }
    }
}

void show_covenants(struct command *command, const struct value *covenants)
{
    struct terminal *out = &command->out;
    for (size_t i = 0; i < list_count(covenants); i++) {
        const struct value *covenant = covenants->items[i], *in_force = value_get(covenant, "in_force");
        struct text until = show_date(command, value_get(in_force, "until"));
        if (i)
            terminal_line(out);
        terminal_put(out, STYLE_BOLD, show_word(command, WORD_REGION, value_get(covenant, "region")));
        terminal_print(out, STYLE_PLAIN, " %.*s  ",
                       TEXT_ARGS(words_printable(command->arena, member_text(covenant, "version"))));
        terminal_put(out, STYLE_PLAIN, show_says(command, value_get(covenant, "title")));
        terminal_line(out);
        show_pair(command, 2, "in werking", "in force",
                  text_format(command->arena, "%.*s – %.*s", TEXT_ARGS(show_date(command, value_get(in_force, "from"))),
                              TEXT_ARGS(until)));
        show_pair(command, 2, "digest", "digest", words_printable(command->arena, member_text(covenant, "digest")));
        const struct value *sources = value_get(covenant, "sources"), *assumptions = value_get(covenant, "assumptions");
        for (size_t j = 0; sources && !is_leaf(sources) && j < sources->count; j++)
            show_pair(command, 2, "bron", "source", show_says(command, value_get(sources->items[j], "title")));
        struct buffer names;
        buffer_init(&names, command->arena);
        for (size_t j = 0; j < list_count(assumptions); j++)
            buffer_format(&names, "%s%.*s", j ? ", " : "", TEXT_ARGS(assumptions->items[j]->text));
        show_pair(command, 2, "aannames", "assumptions", words_printable(command->arena, buffer_text(&names)));
    }
}

void show_record(struct command *command, const struct value *record)
{
    static const char *const members[][3] = {{"id", "record", "record"},
                                             {"kind", "soort", "kind"},
                                             {"time", "tijd", "time"},
                                             {"client", "gevraagd door", "asked by"},
                                             {"edition", "editie", "edition"}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        show_pair(command, 0, members[i][1], members[i][2],
                  words_printable(command->arena, member_text(record, members[i][0])));
    const struct value *index = value_get(record, "index"), *decision = value_get(record, "decision");
    if (index)
        show_pair(command, 0, "logboek", "log",
                  text_format(command->arena, "%.*s, %lld",
                              TEXT_ARGS(words_printable(command->arena, member_text(record, "log"))), index->integer));
    if (!decision)
        return;
    terminal_line(&command->out);
    if (value_get(decision, "covenant"))
        show_decision(command, decision);
    else
        show_tree(command, decision, 0);
}

void show_receipt(struct command *command, const struct value *record)
{
    const struct value *index = value_get(record, "index");
    terminal_print(&command->out, STYLE_DIM, "\nRecord %.*s (%.*s, %lld), %.*s\n",
                   TEXT_ARGS(words_printable(command->arena, member_text(record, "id"))),
                   TEXT_ARGS(words_printable(command->arena, member_text(record, "log"))), index ? index->integer : 0,
                   TEXT_ARGS(command->anchored ? either(command->language, "handtekening gecontroleerd", "signature checked")
                                               : TEXT("unanchored: --vkey")));
}

/* A value of the first difference; a long one is cut: `--json` has it whole. */
static struct text cut(struct command *command, const struct value *value)
{
    if (!value)
        return either(command->language, "(niet aanwezig)", "(not there)");
    return is_leaf(value) ? leaf_text(command, value)
                          : either(command->language, "(samengesteld: zie --json)", "(composed: see --json)");
}

void show_replay(struct command *command, const struct value *replay)
{
    struct text outcome = member_text(replay, "outcome");
    struct terminal *out = &command->out;
    if (text_is(outcome, "identical")) {
        terminal_paragraph(out, STYLE_GOOD, 0,
                           either(command->language, "identiek: dezelfde beslissing, byte voor byte",
                                  "identical: the same decision, byte for byte"));
        return;
    }
    if (text_is(outcome, "erased")) {
        terminal_paragraph(out, STYLE_OPEN, 0,
                           either(command->language, "gewist: de gegevens van deze zaak zijn er niet meer",
                                  "erased: the facts of this case are gone"));
        return;
    }
    terminal_paragraph(out, STYLE_BAD, 0, either(command->language, "verschillend", "different"));
    show_pair(command, 2, "plaats", "at", words_printable(command->arena, member_text(replay, "at")));
    show_pair(command, 2, "vastgelegd", "recorded", cut(command, value_get(replay, "recorded")));
    show_pair(command, 2, "opnieuw", "replayed", cut(command, value_get(replay, "replayed")));
    show_pair(command, 2, "door", "because of", words_printable(command->arena, member_text(replay, "because")));
}

void show_reload(struct command *command, const struct value *reload)
{
    const struct value *findings = value_get(reload, "findings");
    if (member_holds(reload, "loaded"))
        terminal_print(&command->out, STYLE_GOOD, "loaded %.*s\n",
                       TEXT_ARGS(words_printable(command->arena, member_text(reload, "edition"))));
    else
        terminal_print(&command->out, STYLE_BAD, "not loaded: the old rules go on serving\n");
    for (size_t i = 0; i < list_count(findings); i++) {
        const struct value *finding = findings->items[i], *line = value_get(finding, "line"),
                           *column = value_get(finding, "column");
        terminal_print(&command->out, STYLE_BOLD,
                       "%.*s:%lld:%lld: ", TEXT_ARGS(words_printable(command->arena, member_text(finding, "file"))),
                       line ? line->integer : 0, column ? column->integer : 0);
        terminal_print(&command->out, STYLE_PLAIN, "%.*s [%.*s]\n",
                       TEXT_ARGS(words_printable(command->arena, member_text(finding, "message"))),
                       TEXT_ARGS(words_printable(command->arena, member_text(finding, "code"))));
        struct text source = words_printable(command->arena, member_text(finding, "source"));
        if (source.length)
            terminal_print(&command->out, STYLE_PLAIN, "    %.*s\n    %*s^\n", TEXT_ARGS(source),
                           column ? (int)column->integer - 1 : 0, "");
    }
}

void show_history(struct command *command, const struct value *history)
{
    static const char *const columns[] = {"time", "kind", "case", "on", "id"};
    const struct value *records = value_get(history, "records");
    struct table table;
    table_init(&table, command->arena, 5);
    for (size_t i = 0; i < list_count(records); i++) {
        struct row *row = table_add(&table);
        for (size_t j = 0; j < 5; j++)
            row->cells[j].text = words_printable(command->arena, member_text(records->items[i], columns[j]));
        row->cells[0].style = STYLE_DIM;
    }
    table_print(&table, &command->out, 0);
    struct text next = words_printable(command->arena, member_text(history, "next"));
    if (next.length)
        terminal_print(&command->out, STYLE_DIM, "more: --after %.*s\n", TEXT_ARGS(next));
}

/* `boolean`, or the choices. */
static struct text type_text(struct command *command, const struct value *object)
{
    const struct value *choices = value_get(object, "one_of");
    struct buffer type;
    buffer_init(&type, command->arena);
    if (list_count(choices) == 0)
        buffer_add(&type, member_text(object, "type"));
    for (size_t i = 0; i < list_count(choices); i++)
        buffer_format(&type, "%s%.*s", i ? " | " : "", TEXT_ARGS(choices->items[i]->text));
    return words_printable(command->arena, buffer_text(&type));
}

static void show_attributes(struct command *command, const struct value *attributes)
{
    for (size_t i = 0; i < list_count(attributes); i++) {
        const struct value *attribute = attributes->items[i];
        terminal_paragraph(&command->out, STYLE_DIM, 4,
                           text_format(command->arena, "%.*s: %.*s%s",
                                       TEXT_ARGS(words_printable(command->arena, member_text(attribute, "attribute"))),
                                       TEXT_ARGS(type_text(command, attribute)),
                                       member_holds(attribute, "optional") ? " (optional)" : ""));
    }
}

void show_vocabulary(struct command *command, const struct value *vocabulary)
{
    static const char *const lists[][4] = {{"facts", "fact", "Feiten", "Facts"},
                                           {"events", "event", "Gebeurtenissen", "Events"},
                                           {"roles", "role", "Rollen", "Roles"},
                                           {"kinds", "kind", "Contracten", "Contracts"},
                                           {"phases", "phase", "Fasen van begeleiding", "Phases of support"},
                                           {"stages", "stage", "Fasen van het traject", "Stages of the journey"}};
    struct arena *arena = command->arena;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct value *list = value_get(vocabulary, lists[i][0]);
        if (list_count(list) == 0)
            continue;
        if (i)
            terminal_line(&command->out);
        terminal_put(&command->out, STYLE_HEADING, either(command->language, lists[i][2], lists[i][3]));
        terminal_line(&command->out);
        for (size_t j = 0; j < list_count(list); j++) {
            const struct value *item = list->items[j];
            struct text type = type_text(command, item), label = show_says(command, value_get(item, "label"));
            struct text name = words_printable(arena, member_text(item, lists[i][1]));
            terminal_print(&command->out, STYLE_BOLD, "  %.*s", TEXT_ARGS(name));
            terminal_print(&command->out, STYLE_PLAIN, "  ");
            terminal_fill(&command->out, STYLE_PLAIN, text_width(name) + 4, 6,
                          text_format(arena, "%.*s%s%.*s%s", TEXT_ARGS(label), type.length ? " (" : "", TEXT_ARGS(type),
                                      type.length ? ")" : ""));
            show_attributes(command, value_get(item, "attributes"));
        }
    }
}
