/*
 * A client of the daemon: one DEALER socket, one request, one reply. A reply that does not come, `busy` and
 * `unavailable` all mean "send it again with the same id", so that is what it does until the time is over; the daemon
 * answers the same request twice with the same record.
 *
 * The command is a program of its own and not the daemon: this is the one file outside daemon/ that includes zmq.h.
 */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include "base/fault.h"
#include "base/value.h"

#define ENDPOINT_DEFAULT "tcp://127.0.0.1:5740"
#define TIMEOUT_DEFAULT 5.0
#define TIMEOUT_QUIET 1.0 /* for what an answer can be shown without */

struct reply {
    struct text bytes; /* as it came */
    struct value *value;
};

/* Is that an endpoint at all? */
bool client_endpoint_is_good(const char *endpoint);
/*
 * FAULT_ABSENT: nobody answers. FAULT_BROKEN: the answer is not to be understood. A reply that says `busy` or
 * `unavailable` to the end is a reply.
 */
bool client_ask(struct arena *arena, const char *endpoint, double seconds, struct text request, struct text id,
                struct reply *reply, struct fault *fault) MUST_USE;

#endif
