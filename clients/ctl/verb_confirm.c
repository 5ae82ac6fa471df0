/* `confirm` and `hold`: what a human says of a decision, and that a case may not be erased. */
#include "ask.h"
#include "show.h"
#include "verb.h"

#include <string.h>

enum exit_code run_confirm(struct command *command)
{
    const char *outcome = command->operands[1], *by = command->values[OPTION_BY];
    bool deviates = strcmp(outcome, "deviates") == 0;
    struct asking asking;
    enum exit_code code;
    if (!deviates && strcmp(outcome, "follows") != 0)
        return complain(command, EXIT_USE, "who confirms `follows` the advice or `deviates` from it, found `%s`",
                        outcome);
    if (!by || !*by)
        return complain(command, EXIT_USE, "`confirm` needs `--by NAME`: a person decides, and is named");
    if (deviates && !(option_given(command, OPTION_REASON) && *command->values[OPTION_REASON]))
        return complain(command, EXIT_USE, "who deviates from the advice says why: `--reason TEXT`");
    asking_init(&asking, command, "confirm");
    asking.records = true;
    asking_add(&asking, "decision", value_string(command->arena, command->operands[0]));
    asking_add(&asking, "outcome", value_string(command->arena, outcome));
    asking_add_option(&asking, "by", OPTION_BY);
    asking_add_option(&asking, "reason", OPTION_REASON);
    const struct value *reply = ask(&asking, &code);
    if (!reply || option_given(command, OPTION_JSON))
        return code;
    struct text words = deviates ? either(command->language, "wijkt af van het advies", "deviates from the advice")
                                 : either(command->language, "volgt het advies", "follows the advice");
    terminal_paragraph(&command->out, deviates ? STYLE_OPEN : STYLE_GOOD, 0,
                       text_format(command->arena, "%.*s %.*s", TEXT_ARGS(words_printable(command->arena, text_of(by))),
                                   TEXT_ARGS(words)));
    show_receipt(command, value_get(reply, "record"));
    return code;
}

/* One of the three, because a hold for a misspelt ground would be released by nobody. */
static bool ground_good(struct command *command, enum exit_code *code)
{
    static const char *const grounds[] = {"objection", "appeal", "archive"};
    const char *ground = command->values[OPTION_GROUND];
    for (size_t i = 0; ground && i < sizeof grounds / sizeof *grounds; i++)
        if (strcmp(ground, grounds[i]) == 0)
            return true;
    *code = complain(command, EXIT_USE, "`hold` needs `--ground objection`, `appeal` or `archive`%s%s%s",
                     ground ? ", found `" : "", ground ? ground : "", ground ? "`" : "");
    return false;
}

enum exit_code run_hold(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    bool release = option_given(command, OPTION_RELEASE);
    if (!option_given(command, OPTION_REGION))
        return complain(command, EXIT_USE, "`hold` needs `--region REGION`: a case belongs to one");
    if (!ground_good(command, &code))
        return code;
    asking_init(&asking, command, "hold");
    asking.records = true;
    asking_add(&asking, "case", value_string(command->arena, command->operands[0]));
    asking_add_option(&asking, "region", OPTION_REGION);
    asking_add_option(&asking, "ground", OPTION_GROUND);
    if (release)
        asking_add(&asking, "release", value_boolean(command->arena, true));
    const struct value *reply = ask(&asking, &code);
    if (!reply || option_given(command, OPTION_JSON))
        return code;
    struct text words =
        release ? either(command->language, "niet langer vastgehouden wegens", "no longer held for")
                : either(command->language, "vastgehouden, en niet te wissen, wegens", "held, and not to be erased, for");
    terminal_paragraph(&command->out, STYLE_PLAIN, 0,
                       text_format(command->arena, "%.*s %.*s: %s",
                                   TEXT_ARGS(words_printable(command->arena, text_of(command->operands[0]))),
                                   TEXT_ARGS(words), command->values[OPTION_GROUND]));
    show_receipt(command, value_get(reply, "record"));
    return code;
}
