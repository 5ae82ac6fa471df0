/*
 * What an auditor asks: `covenant audit WORD`. Each has its row in verb.c, with its options and help, and its function
 * in a file of its own.
 */
#ifndef CTL_AUDIT_H
#define CTL_AUDIT_H

#include "options.h"

enum exit_code run_audit_export(struct command *command);
/* Of it, `--format dossier`: one case as a page. */
enum exit_code export_dossier(struct command *command, const char *path);
/* `--format jsonl|csv|ldv`: headings, a line each. */
enum exit_code export_lines(struct command *command, const struct text_list *logs, const char *path);
/* The auditor's own: a pair of keys, and opening what was sealed to it. */
enum exit_code run_audit_key(struct command *command);
enum exit_code run_audit_open(struct command *command);
enum exit_code run_audit_list(struct command *command);
enum exit_code run_audit_show(struct command *command);
enum exit_code run_audit_verify(struct command *command);
enum exit_code run_audit_witness(struct command *command);
/* `replay --from FOLDER`: from an opened export, without a daemon. */
enum exit_code run_replay_folder(struct command *command);

#endif
