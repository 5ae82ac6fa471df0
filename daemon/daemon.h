/*
 * The daemon: one loop that takes what waits on the socket, decides each, commits all of it together, and then
 * answers. No reply leaves before its record is durable.
 *
 *     starting --> serving --> draining --> stopped
 *         |            |           |           ^
 *         +------------+-----------+-----------+     a fault of the world: with its exit code
 *
 * SIGTERM drains: what has arrived, and what still arrives within moments, is answered. So does an erasure; after
 * that the process takes its own place (replace.h).
 */
#ifndef DAEMON_H
#define DAEMON_H

#include "options.h"
#include "queue.h"
#include "verbs/verb.h"
#include "wire/socket.h"

enum daemon_state { DAEMON_STARTING, DAEMON_SERVING, DAEMON_DRAINING, DAEMON_STOPPED };
extern const char *const daemon_state_names[];

struct daemon {
    enum daemon_state state;
    struct service service;
    struct socket *socket;
    struct queue queue;
    struct peer later; /* who waits for the backup that is being made */
    int signals;   /* a descriptor that tells of SIGTERM, SIGINT and SIGHUP */
    bool stop;     /* SIGTERM was heard */
    bool damage_told, check_told; /* of the journal: what was found, and that all was looked at */
};

/* Each returns an exit code; what went wrong was printed. */
int daemon_init(struct daemon *daemon, const struct options *options);
int daemon_run(struct daemon *daemon);
void daemon_finish(struct daemon *daemon); /* accepts one that is zeroed or half made */

/* What signals said: loads the rules again, or sets `stop`. */
int daemon_signal(struct daemon *daemon);

/* `--check`: findings on standard output. */
int daemon_check(const char *folder);
/* `--rotate-signing-key`, `--rotate-master-key`: another key in a data folder that no daemon uses. */
int daemon_rotate(const struct options *options);
/* `--schema`: the JSON Schema of one kind of rule file. */
int daemon_schema(const char *name);

#endif
