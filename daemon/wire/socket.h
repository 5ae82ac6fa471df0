/*
 * The socket: one ROUTER that takes requests and sends replies. The only user of ZeroMQ.
 *
 * A client may be a REQ, which sends an empty frame before its body, or a DEALER, which may: a reply gets that frame
 * exactly when its request had it. What arrives is a parcel: who sent it, and its body, or what is wrong with it.
 *
 * Nothing here waits but socket_wait, and nothing a peer sends is a fault: faults are the machine's.
 */
#ifndef WIRE_SOCKET_H
#define WIRE_SOCKET_H

#include "base/fault.h"
#include "base/text.h"

#define ENDPOINT_LENGTH_MAX 255

/*
 * Is this an endpoint that we bind? `tcp://127.0.0.1:5740`, `tcp://[::1]:*`, `ipc:///run/covenant/socket`. Parsed here,
 * because ZeroMQ as packaged binds transports that nobody asked for. Only loopback: clients elsewhere would have to be
 * known by their keys. `wanted` gets the endpoint as ZeroMQ takes it.
 */
bool endpoint_parse(const char *endpoint, char wanted[ENDPOINT_LENGTH_MAX + 1], struct fault *fault) MUST_USE;

struct socket;

/* FAULT_BUSY when the endpoint is taken. */
struct socket *socket_open(const char *endpoint, struct fault *fault);
/* Accepts NULL. Replies that were sent leave within a bounded time. */
void socket_close(struct socket *socket);
/* The endpoint with its real port. */
const char *socket_endpoint(const struct socket *socket);

/* Waits for a request or for `descriptor` to be readable, `timeout_ms` at most (-1: for ever). */
bool socket_wait(struct socket *socket, int descriptor, int timeout_ms, bool *request, bool *signal,
                 struct fault *fault) MUST_USE;

struct peer {
    unsigned char id[255];
    unsigned char length;
    bool delimiter; /* the request had an empty frame before it */
};
bool peer_equal(const struct peer *a, const struct peer *b);

enum parcel_state {
    PARCEL_WHOLE, /* one body frame: `body` */
    PARCEL_EMPTY, /* an empty frame where the body should be */
    PARCEL_MANY,  /* more than one body frame */
    PARCEL_LARGE, /* over REQUEST_BYTES_MAX; `size` says how large */
};

struct parcel {
    struct parcel *next; /* for the receiver's queue */
    struct peer peer;
    enum parcel_state state;
    struct text body;
    size_t size;
};

/* What waits next; `*parcel` NULL when nothing does. The caller frees it with parcel_free. */
bool socket_receive(struct socket *socket, struct parcel **parcel, struct fault *fault) MUST_USE;
void parcel_free(struct parcel *parcel);

/* `*delivered` is false when the peer is gone or does not read: the client asks again with the same id. */
bool socket_send(struct socket *socket, const struct peer *peer, struct text reply, bool *delivered,
                 struct fault *fault) MUST_USE;

#endif
