/*
 * The command `covenant`: asks a daemon, and checks and tests rule files with the very code that serves.
 *
 *     options -> verb -> ask -> show
 */
#include "base/digest.h"
#include "engine/edition.h"
#include "options.h"

#include <stdlib.h>

static enum exit_code run(struct command *command)
{
    if (option_given(command, OPTION_VERSION)) {
        terminal_print(&command->out, STYLE_PLAIN, "covenant %s\n", ENGINE_VERSION);
        return EXIT_ANSWERED;
    }
    if (option_given(command, OPTION_HELP)) {
        if (command->verb)
            help_verb(command);
        else
            help_print(command);
        return EXIT_ANSWERED;
    }
    return command->verb->run(command);
}

int main(int count, char **arguments)
{
    struct arena arena;
    arena_init(&arena);
    struct command command = {.arena = &arena};
    enum exit_code code;
    if (options_read(&command, count, arguments, &code))
        code = digest_init() ? run(&command) : complain(&command, EXIT_INTERNAL, "the system gives no randomness");
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_ANSWERED)
        code = complain(&command, EXIT_INTERNAL, "cannot write the answer");
    client_close(&command.client);
    arena_finish(&arena);
    return (int)code;
}
