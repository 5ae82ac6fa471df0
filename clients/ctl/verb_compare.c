/* One set of cases in every region: decided by the code that serves, without a daemon. */
#include "base/json.h"
#include "comparison.h"
#include "engine/edition.h"
#include "made.h"
#include "verb.h"

static enum exit_code write_page(struct command *command, const char *cases, const char *folder, struct text page)
{
    const char *file = command->values[OPTION_WRITE];
    if (!file) {
        terminal_put(&command->out, STYLE_PLAIN, page);
        return EXIT_ANSWERED;
    }
    struct text line = text_format(command->arena, "covenant compare %s %s --write %s", cases, folder, file);
    return made_write(command, file, "covenant compare", line, page);
}

enum exit_code run_compare(struct command *command)
{
    const char *cases = command->operands_count > 0 ? command->operands[0] : "tests/cases/shared.json";
    const char *folder = command->operands_count > 1 ? command->operands[1] : "rules";
    struct file_set files = {0};
    struct findings findings;
    struct fault fault = {0};
    findings_init(&findings, command->arena);
    if (!files_read(command->arena, folder, &files, &findings, &fault))
        return complain(command, EXIT_NO_FILE, "%s", fault.message);
    struct edition *edition = edition_load(&files, false, &findings);
    if (!edition)
        return complain(command, EXIT_FOUND, "`%s` does not load: see `covenant check %s`", folder, folder);
    struct comparison comparison = {.command = command, .rules = edition->rules};
    if (comparison_make(&comparison, cases) && option_given(command, OPTION_JSON)) {
        terminal_put(&command->out, STYLE_PLAIN, json_write(command->arena, comparison_value(&comparison)));
        terminal_line(&command->out);
    } else if (comparison.code == EXIT_ANSWERED) {
        comparison.code = write_page(command, cases, folder, comparison_markdown(&comparison));
    }
    edition_release(edition);
    return comparison.code;
}
