#include "ask.h"
#include "covenant/code.h"
#include "engine/motivation.h"
#include "show.h"
#include "verb.h"

#include <string.h>

static void print_example(struct command *command, const char *label, enum style style, const char *example)
{
    terminal_print(&command->out, style, "\n%s:\n", label);
    struct text rest = text_of(example);
    while (rest.length) {
        const char *end = memchr(rest.at, '\n', rest.length);
        size_t length = end ? (size_t)(end - rest.at) : rest.length;
        terminal_print(&command->out, STYLE_PLAIN, "    %.*s\n", TEXT_ARGS(text_slice(rest, 0, length)));
        rest = text_slice(rest, length + (end != NULL), rest.length);
    }
}

static enum exit_code explain_code(struct command *command, const struct code *code)
{
    terminal_print(&command->out, STYLE_BOLD, "%s", code->name);
    terminal_line(&command->out);
    terminal_paragraph(&command->out, STYLE_PLAIN, 0, text_of(code->cause));
    print_example(command, "not so", STYLE_BAD, code->bad);
    print_example(command, "but so", STYLE_GOOD, code->good);
    return EXIT_ANSWERED;
}

static enum exit_code list_codes(struct command *command)
{
    struct table table;
    table_init(&table, command->arena, 2);
    for (size_t i = 0; i < codes_count; i++) {
        struct row *row = table_add(&table);
        row->cells[0] = (struct cell){text_of(codes[i].name), STYLE_BOLD, false};
        row->cells[1].text = text_of(codes[i].cause);
    }
    table_print(&table, &command->out, 0);
    return EXIT_ANSWERED;
}

static enum exit_code explain_record(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    asking_init(&asking, command, "record");
    asking_add(&asking, "decision", value_string(command->arena, command->operands[0]));
    const struct value *reply = ask(&asking, &code);
    if (!reply || option_given(command, OPTION_JSON))
        return code;
    const struct value *decision = value_get(value_get(reply, "record"), "decision");
    if (!value_get(decision, "covenant"))
        return complain(command, EXIT_REFUSED, "record `%s` is no decision: see `covenant record %s`",
                        command->operands[0], command->operands[0]);
    terminal_put(&command->out, STYLE_PLAIN, motivation(command->arena, decision, command->language));
    return code;
}

/* Ids of records hold digits and hyphens, codes letters and underscores only. */
static bool looks_like_a_record(const char *operand)
{
    return strpbrk(operand, "0123456789-") != NULL;
}

enum exit_code run_explain(struct command *command)
{
    if (command->operands_count == 0)
        return list_codes(command);
    const char *operand = command->operands[0];
    const struct code *code = code_find(text_of(operand));
    if (code)
        return explain_code(command, code);
    if (looks_like_a_record(operand))
        return explain_record(command);
    struct text *names = ARENA_ARRAY(command->arena, codes_count, struct text);
    for (size_t i = 0; i < codes_count; i++)
        names[i] = text_of(codes[i].name);
    struct text nearest = text_nearest(text_of(operand), names, codes_count);
    if (nearest.at)
        return complain(command, EXIT_USE, "there is no code `%s`: did you mean `%.*s`?", operand, TEXT_ARGS(nearest));
    return complain(command, EXIT_USE, "`%s` is neither a record nor a code: `covenant explain` lists the codes",
                    operand);
}
