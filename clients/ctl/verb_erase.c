/* `erase`: says what it will do, makes sure, and does it. `backup`: a copy of the journal. */
#include "ask.h"
#include "show.h"
#include "verb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_erasure(struct asking *asking)
{
    struct command *command = asking->command;
    asking_add(asking, "case", value_string(command->arena, command->operands[0]));
    asking_add_option(asking, "region", OPTION_REGION);
    asking_add_option(asking, "ground", OPTION_GROUND);
    asking_add_option(asking, "order", OPTION_ORDER);
}

/* How many records of which logs: what becomes unreadable. */
static void show_erasure(struct command *command, const struct value *erase, bool done)
{
    const struct value *records = value_get(erase, "records");
    struct arena *arena = command->arena;
    size_t count = list_count(records);
    const char *nl = done ? "gewist" : "wordt voorgoed gewist", *en = done ? "erased" : "to be erased for good";
    terminal_print(&command->out, STYLE_BOLD, "%.*s: ",
                   TEXT_ARGS(words_printable(arena, text_of(command->operands[0]))));
    terminal_print(&command->out, STYLE_PLAIN, "%.*s, %zu %.*s\n", TEXT_ARGS(either(command->language, nl, en)), count,
                   TEXT_ARGS(count == 1 ? TEXT("record") : TEXT("records")));
    for (size_t i = 0; i < count; i++) {
        const struct value *index = value_get(records->items[i], "index");
        terminal_print(&command->out, STYLE_DIM, "  %.*s, %lld\n",
                       TEXT_ARGS(words_printable(arena, member_text(records->items[i], "log"))),
                       index && index->kind == VALUE_INTEGER ? index->integer : 0);
    }
    const struct value *exports = value_get(erase, "exports");
    if (list_count(exports)) {
        terminal_paragraph(&command->out, STYLE_OPEN, 0,
                           either(command->language, "in deze exports blijft de zaak staan tot zij zijn vernietigd:",
                                  "these exports hold the case until they are destroyed:"));
        show_tree(command, exports, 2);
    }
}

/* The daemon's own words of what it would do; false when it would not. */
static bool preview(struct command *command, enum exit_code *code)
{
    struct asking asking;
    const char *request = command->values[OPTION_REQUEST];
    bool dry = option_given(command, OPTION_DRY_RUN);
    command->values[OPTION_REQUEST] = NULL; /* that one is for what is recorded */
    asking_init(&asking, command, "erase");
    command->values[OPTION_REQUEST] = request;
    asking.silent = !dry;
    add_erasure(&asking);
    asking_add(&asking, "dry_run", value_boolean(command->arena, true));
    const struct value *reply = ask(&asking, code);
    if (reply && !option_given(command, OPTION_JSON))
        show_erasure(command, value_get(reply, "erase"), false);
    return reply != NULL;
}

/* Who types the case's name means that case. */
static bool is_sure(struct command *command)
{
    char line[256] = "";
    fflush(stdout);
    fprintf(stderr, "type the name of the case to erase it, anything else to leave it: ");
    fflush(stderr);
    if (!fgets(line, sizeof line, stdin))
        line[0] = '\0';
    line[strcspn(line, "\n")] = '\0';
    return strcmp(line, command->operands[0]) == 0;
}

static enum exit_code erase(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    asking_init(&asking, command, "erase");
    asking.records = true;
    asking.seconds = TIMEOUT_LONG;
    add_erasure(&asking);
    const struct value *reply = ask(&asking, &code);
    if (!reply || option_given(command, OPTION_JSON))
        return code;
    show_erasure(command, value_get(reply, "erase"), true);
    show_receipt(command, value_get(reply, "record"));
    return code;
}

enum exit_code run_erase(struct command *command)
{
    enum exit_code code;
    bool dry = option_given(command, OPTION_DRY_RUN), asks = !option_given(command, OPTION_YES);
    if (!option_given(command, OPTION_REGION) || !option_given(command, OPTION_GROUND))
        return complain(command, EXIT_USE, "`erase` needs `--region REGION` and `--ground GROUND`, on which it is done");
    if (!dry && !option_given(command, OPTION_ORDER))
        return complain(command, EXIT_USE, "`erase` needs `--order NUMBER`, by which it was ordered; `--dry-run` does not");
    if (!dry && asks && !(isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1))
        return complain(command, EXIT_USE, "erasing is for good and nobody can be asked here: `--yes` goes on");
    /* A request that is given again may be done already: then there is nothing left to show. */
    if ((dry || !option_given(command, OPTION_REQUEST)) && !preview(command, &code))
        return code;
    if (dry)
        return EXIT_ANSWERED;
    if (asks && !is_sure(command)) {
        complain(command, EXIT_USE, "nothing is erased");
        return EXIT_USE;
    }
    return erase(command);
}

static void show_backup(struct command *command, const struct value *backup)
{
    const struct value *bytes = value_get(backup, "bytes"), *logs = value_get(backup, "logs");
    show_pair(command, 0, "kopie", "copy", words_printable(command->arena, member_text(backup, "path")));
    if (bytes && bytes->kind == VALUE_INTEGER)
        show_pair(command, 0, "bytes", "bytes", text_format(command->arena, "%lld", bytes->integer));
    for (size_t i = 0; i < list_count(logs); i++) {
        const struct value *size = value_get(logs->items[i], "size");
        terminal_print(&command->out, STYLE_DIM, "  %.*s, %lld\n",
                       TEXT_ARGS(words_printable(command->arena, member_text(logs->items[i], "log"))),
                       size && size->kind == VALUE_INTEGER ? size->integer : 0);
    }
}

enum exit_code run_backup(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    const char *path = NULL;
    const char *given = command->operands[0];
    /* The daemon has a working folder of its own. */
    if (given[0] != '/') {
        char *here = getcwd(NULL, 0);
        if (!here)
            return complain(command, EXIT_NO_FILE, "cannot tell where `%s` is: %s", given, strerror(errno));
        path = text_string(command->arena, text_format(command->arena, "%s/%s", here, given));
        free(here);
    }
    asking_init(&asking, command, "backup");
    asking.seconds = TIMEOUT_COPY;
    asking_add(&asking, "path", value_string(command->arena, path ? path : given));
    const struct value *reply = ask(&asking, &code);
    if (reply && !option_given(command, OPTION_JSON))
        show_backup(command, value_get(reply, "backup"));
    return code;
}
