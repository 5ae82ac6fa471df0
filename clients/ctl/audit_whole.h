/* A whole export: with what records hold, sealed to an auditor's key. Its form is told in audit_whole.c. */
#ifndef CTL_AUDIT_WHOLE_H
#define CTL_AUDIT_WHOLE_H

#include "options.h"

/* Writes it; `--key` and `--until` are needed. */
enum exit_code export_whole(struct command *command, const struct text_list *logs, const char *path);

#endif
