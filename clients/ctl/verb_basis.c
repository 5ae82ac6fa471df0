/* What is agreed, assumed and left open: read from the rule files, without a daemon. */
#include "base/json.h"
#include "basis.h"
#include "engine/edition.h"
#include "made.h"
#include "verb.h"

static enum exit_code write_page(struct command *command, const char *folder, struct text page)
{
    const char *file = command->values[OPTION_WRITE], *region = command->values[OPTION_REGION];
    if (!file) {
        terminal_put(&command->out, STYLE_PLAIN, text_slice(page, 1, page.length)); /* it begins with an empty line */
        return EXIT_ANSWERED;
    }
    struct text line = text_format(command->arena, "covenant basis %s%s%s%s --write %s", folder,
                                   region ? " --region " : "", region ? region : "",
                                   command->language == LANGUAGE_EN ? " --lang en" : "", file);
    return made_write(command, file, "covenant basis", line,
                      text_format(command->arena, "%.*s\n", TEXT_ARGS(page)));
}

enum exit_code run_basis(struct command *command)
{
    struct arena *arena = command->arena;
    const char *folder = command->operands_count ? command->operands[0] : "rules";
    struct text region = option_given(command, OPTION_REGION) ? text_of(command->values[OPTION_REGION]) : (struct text){0};
    struct file_set files = {0};
    struct findings findings;
    struct fault fault = {0};
    findings_init(&findings, arena);
    if (!files_read(arena, folder, &files, &findings, &fault))
        return complain(command, EXIT_NO_FILE, "%s", fault.message);
    struct edition *edition = edition_load(&files, false, &findings);
    if (!edition)
        return complain(command, EXIT_FOUND, "`%s` does not load: see `covenant check %s`", folder, folder);
    enum exit_code code = EXIT_ANSWERED;
    struct value *basis = basis_value(arena, edition->rules, region);
    if (basis->count == 0) {
        code = region.at ? complain(command, EXIT_USE, "there is no region `%.*s` in `%s`", TEXT_ARGS(region), folder)
                         : complain(command, EXIT_USE, "there is no covenant in `%s`", folder);
    } else if (option_given(command, OPTION_JSON)) {
        terminal_put(&command->out, STYLE_PLAIN, json_write(arena, basis));
        terminal_line(&command->out);
    } else {
        code = write_page(command, folder, basis_markdown(arena, basis, command->language));
    }
    edition_release(edition);
    return code;
}
