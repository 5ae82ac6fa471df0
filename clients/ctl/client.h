/*
 * A client of the daemon: one DEALER socket, one request under way. A reply that does not come, `busy` and
 * `unavailable` all mean "send it again with the same id", so that is what it does until the time is over; the daemon
 * answers the same request twice with the same record. Where nothing comes back, or the connection is gone (a daemon
 * that erased a case replaces itself before it answers), the next try has a socket of its own: whatever state the old
 * one was in goes with it.
 *
 * The command is a program of its own and not the daemon: this is the one file outside daemon/ that includes zmq.h.
 */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include "base/fault.h"
#include "base/value.h"

#define ENDPOINT_DEFAULT "tcp://127.0.0.1:5740"
#define TIMEOUT_DEFAULT 5.0
#define TIMEOUT_QUIET 1.0  /* for what an answer can be shown without */
#define TIMEOUT_LONG 60.0  /* for what the daemon needs a while for: it starts again, or loads and tests its rules */
#define TIMEOUT_COPY 3600.0 /* for a copy of a whole journal */

/* Zeroed is closed. */
struct client {
    void *context, *socket, *monitor;
    unsigned tries;
};

/* Seconds: for an answer at all, and for one that is neither `busy` nor `unavailable`. */
struct patience {
    double answer, refusal;
};

struct reply {
    struct text bytes; /* as it came */
    struct value *value;
    bool sent; /* a daemon may have had the request */
};

/* Is that an endpoint at all? */
bool client_endpoint_is_good(const char *endpoint);
/*
 * FAULT_ABSENT: nobody answers. FAULT_BROKEN: the answer is not to be understood. A reply that says `busy` or
 * `unavailable` to the end is a reply. A client asks one endpoint.
 */
bool client_ask(struct client *client, struct arena *arena, const char *endpoint, const struct patience *patience,
                struct text request, struct text id, struct reply *reply, struct fault *fault) MUST_USE;
void client_close(struct client *client);

#endif
