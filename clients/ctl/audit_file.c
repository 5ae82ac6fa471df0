#include "audit_file.h"

#include "base/durable.h"

#include <string.h>

/* So that it can be written aside under a name of its own (base/durable.h). */
#define NAME_LENGTH_MAX 56

bool audit_file_split(struct command *command, const char *path, const char **folder, const char **name,
                      enum exit_code *code)
{
    struct arena *arena = command->arena;
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    *folder = !slash ? "." : slash == path ? "/" : text_string(arena, (struct text){path, (size_t)(slash - path)});
    if (!**name || strlen(*name) > NAME_LENGTH_MAX)
        *code = complain(command, EXIT_USE, "`%s` is no name for a file, expected 1 to %d characters", *name,
                         NAME_LENGTH_MAX);
    else if (durable_is_there(*folder, *name))
        *code = complain(command, EXIT_REFUSED, "`%s` is there already", path);
    else
        return true;
    return false;
}

enum exit_code audit_file_write(struct command *command, const char *path, struct text text)
{
    const char *folder, *name;
    enum exit_code code = EXIT_ANSWERED;
    struct fault fault;
    if (strcmp(path, "-") == 0) {
        terminal_put(&command->out, STYLE_PLAIN, text);
        return code;
    }
    if (!audit_file_split(command, path, &folder, &name, &code))
        return code;
    if (!durable_replace(folder, name, text, false, &fault))
        return complain(command, EXIT_INTERNAL, "%s", fault.message);
    terminal_print(&command->out, STYLE_PLAIN, "%s\n", path);
    return code;
}
