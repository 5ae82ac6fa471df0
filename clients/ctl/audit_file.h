/* A file that an export writes: durably, whole or not at all, and never over one that is there. */
#ifndef CTL_AUDIT_FILE_H
#define CTL_AUDIT_FILE_H

#include "options.h"

/* The folder and the name that a path leads to; false when something is there already, or it is no name, which was said. */
bool audit_file_split(struct command *command, const char *path, const char **folder, const char **name,
                      enum exit_code *code);
/* `-` is standard output. */
enum exit_code audit_file_write(struct command *command, const char *path, struct text text);

#endif
