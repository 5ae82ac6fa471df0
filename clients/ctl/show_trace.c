#include "show.h"

#include "base/json.h"

/* `ja`, or the state in which there is no value. */
static struct text outcome_of(struct command *command, const struct value *object)
{
    const struct value *value = value_get(object, "value");
    if (value)
        return words_of_value(command->arena, value, command->language);
    if (member_is(object, "state", "silent"))
        return either(command->language, "het convenant zwijgt", "the covenant is silent");
    if (member_is(object, "state", "failed"))
        return either(command->language, "niet te berekenen", "could not be computed");
    return either(command->language, "onbekend", "unknown");
}

/* A condition, and below it each part with its value. */
static void show_condition(struct command *command, const struct value *condition, size_t indent)
{
    const struct value *parts = value_get(condition, "parts");
    if (!condition)
        return;
    struct text text = is_withheld(condition) ? either(command->language, "afgeschermd", "withheld")
                                              : words_printable(command->arena, member_text(condition, "text"));
    terminal_paragraph(
        &command->out, STYLE_DIM, indent,
        text_format(command->arena, "%.*s → %.*s", TEXT_ARGS(text), TEXT_ARGS(outcome_of(command, condition))));
    for (size_t i = 0; i < list_count(parts); i++)
        show_condition(command, parts->items[i], indent + 2);
}

static void show_traced_rule(struct command *command, const struct value *rule)
{
    static const char *const members[] = {"key", "section", "version", "on"};
    struct buffer line;
    buffer_init(&line, command->arena);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        buffer_format(&line, "%s%.*s", i > 1 ? ", " : i ? " (" : " ", TEXT_ARGS(member_text(rule, members[i])));
    struct text about = words_printable(command->arena, buffer_text(&line));
    terminal_print(&command->out, STYLE_BOLD, "  %.*s",
                   TEXT_ARGS(words_printable(command->arena, member_text(rule, "rule"))));
    terminal_print(&command->out, STYLE_PLAIN, "%.*s): %.*s\n", TEXT_ARGS(about), TEXT_ARGS(outcome_of(command, rule)));
    show_condition(command, value_get(rule, "condition"), 4);
    show_because(command, value_get(rule, "because"), 4);
}

static void show_call(struct command *command, const struct value *call)
{
    const struct value *arguments = value_get(call, "arguments"), *instructions = value_get(call, "instructions");
    struct text failed = words_printable(command->arena, member_text(call, "failed"));
    struct text result = value_get(call, "result")
                             ? words_of_value(command->arena, value_get(call, "result"), command->language)
                             : failed;
    struct text given = arguments ? json_write(command->arena, arguments) : TEXT("[]");
    terminal_paragraph(&command->out, STYLE_PLAIN, 2,
                       text_format(command->arena, "%.*s(%.*s) → %.*s; %lld instructions",
                                   TEXT_ARGS(words_printable(command->arena, member_text(call, "function"))),
                                   TEXT_ARGS(text_slice(given, 1, given.length - 1)), TEXT_ARGS(result),
                                   instructions ? instructions->integer : 0));
}

void show_trace(struct command *command, const struct value *trace)
{
    const struct value *rules = value_get(trace, "rules"), *calls = value_get(trace, "lua");
    for (size_t i = 0; i < list_count(rules); i++)
        show_traced_rule(command, rules->items[i]);
    for (size_t i = 0; i < list_count(calls); i++)
        show_call(command, calls->items[i]);
}
