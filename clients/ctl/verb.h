/*
 * What each verb does. The table that names them is in verb.c.
 */
#ifndef CTL_VERB_H
#define CTL_VERB_H

#include "options.h"

/* Those that ask the daemon. */
enum exit_code run_decide(struct command *command);
enum exit_code run_simulate(struct command *command);
enum exit_code run_record(struct command *command);
enum exit_code run_replay(struct command *command);
enum exit_code run_covenants(struct command *command);
enum exit_code run_vocabulary(struct command *command);
enum exit_code run_history(struct command *command);
enum exit_code run_reload(struct command *command);
enum exit_code run_status(struct command *command);
enum exit_code run_confirm(struct command *command);
enum exit_code run_hold(struct command *command);
enum exit_code run_erase(struct command *command);
enum exit_code run_backup(struct command *command);
/* Those that read rule files themselves, with the code that serves. */
enum exit_code run_check(struct command *command);
enum exit_code run_test(struct command *command);
enum exit_code run_compare(struct command *command);
enum exit_code run_basis(struct command *command);
/* Prints what bash needs to complete the command line. */
enum exit_code run_completion(struct command *command);
/* Writes a first covenant. */
enum exit_code run_init(struct command *command);
/* A record's motivation, or what a finding's code means. */
enum exit_code run_explain(struct command *command);

#endif
