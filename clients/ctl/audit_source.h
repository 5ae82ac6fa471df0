/*
 * Where an export comes from: the logs of a running daemon, asked for page by page.
 *
 * Everything returns false after it was said why, and then `*code` is what to end with. What a page gives is in the
 * command's arena: who asks for many goes back to a mark between them.
 */
#ifndef CTL_AUDIT_SOURCE_H
#define CTL_AUDIT_SOURCE_H

#include "options.h"

#include <stdint.h>

struct audit_source {
    struct command *command;
};

/* The logs that `--log` or `--region` names, or all there are; only such as have records. */
bool source_logs(struct audit_source *source, struct text_list *logs, enum exit_code *code);
/* The signed head of a log, and the key to check it with. */
bool source_head(struct audit_source *source, struct text log, struct text *note, struct text *vkey,
                 enum exit_code *code);
/* Leaves from an index on, as many as come at once: at least one. */
bool source_leaves(struct audit_source *source, struct text log, uint64_t from, struct text_list *leaves,
                   enum exit_code *code);

#endif
