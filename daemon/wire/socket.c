#include "wire/socket.h"

#include "base/limits.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

struct socket {
    void *context, *router;
    char endpoint[ENDPOINT_LENGTH_MAX + 1];
};

/*
 * Why these: the defaults of ZeroMQ are meant for trusted peers. Frames are bounded; idle handshakes end soon; a
 * reply to a peer that is gone or does not read is an error that we see instead of a silent loss; the high-water marks
 * stand above what one client may have under way, so that a client that keeps to it never loses a reply.
 */
static bool router_configure(void *router, const char *wanted, struct fault *fault)
{
    const int64_t frame_max = FRAME_BYTES_MAX;
    const int ipv6 = strchr(wanted, '[') != NULL;
    bool done = zmq_setsockopt(router, ZMQ_MAXMSGSIZE, &frame_max, sizeof frame_max) == 0 &&
                zmq_setsockopt(router, ZMQ_IPV6, &ipv6, sizeof ipv6) == 0;
    static const struct {
        int option, value;
    } settings[] = {
        {ZMQ_RCVHWM, 4 * CLIENT_REQUESTS_MAX},
        {ZMQ_SNDHWM, 4 * CLIENT_REQUESTS_MAX},
        {ZMQ_ROUTER_MANDATORY, 1},
        {ZMQ_LINGER, 2000},
        {ZMQ_HANDSHAKE_IVL, 2000},
        {ZMQ_HEARTBEAT_IVL, 5000},
        {ZMQ_HEARTBEAT_TIMEOUT, 15000},
        {ZMQ_HEARTBEAT_TTL, 15000},
        {ZMQ_BACKLOG, 1024},
    };
    for (size_t i = 0; done && i < sizeof settings / sizeof *settings; i++)
        done = zmq_setsockopt(router, settings[i].option, &settings[i].value, sizeof(int)) == 0;
    return done || fault_set(fault, FAULT_BROKEN, "cannot set up the socket: %s", zmq_strerror(zmq_errno()));
}

/* ZeroMQ takes over the path of a living ipc socket without a word: so we ask whether somebody answers there. */
static bool ipc_is_free(const char *path, struct fault *fault)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return true; /* not there, or not to be seen: binding will tell */
    if (!S_ISSOCK(status.st_mode))
        return fault_set(fault, FAULT_BUSY, "`%s` is there already and is no socket", path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return fault_set(fault, FAULT_BROKEN, "cannot make a socket: %s", strerror(errno));
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strnlen(path, sizeof address.sun_path - 1)); /* endpoint_parse saw that it fits */
    bool taken = connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0;
    close(descriptor);
    return !taken || fault_set(fault, FAULT_BUSY, "endpoint `ipc://%s` is taken by another process", path);
}

static bool router_bind(struct socket *socket, const char *wanted, struct fault *fault)
{
    static const char ipc[] = "ipc://";
    bool local = strncmp(wanted, ipc, sizeof ipc - 1) == 0;
    if (local && !ipc_is_free(wanted + sizeof ipc - 1, fault))
        return false;
    if (zmq_bind(socket->router, wanted) != 0) {
        int error = zmq_errno();
        if (error == EADDRINUSE)
            return fault_set(fault, FAULT_BUSY, "endpoint `%s` is taken by another process", wanted);
        return fault_set(fault, FAULT_BROKEN, "cannot bind `%s`: %s", wanted, zmq_strerror(error));
    }
    size_t size = sizeof socket->endpoint;
    if (zmq_getsockopt(socket->router, ZMQ_LAST_ENDPOINT, socket->endpoint, &size) != 0)
        return fault_set(fault, FAULT_BROKEN, "cannot tell the endpoint: %s", zmq_strerror(zmq_errno()));
    return true;
}

struct socket *socket_open(const char *endpoint, struct fault *fault)
{
    char wanted[ENDPOINT_LENGTH_MAX + 1];
    if (!endpoint_parse(endpoint, wanted, fault))
        return NULL;
    struct socket *opened = calloc(1, sizeof *opened);
    if (!opened) {
        fault_set(fault, FAULT_BROKEN, "no memory for a socket");
        return NULL;
    }
    opened->context = zmq_ctx_new();
    opened->router = opened->context ? zmq_socket(opened->context, ZMQ_ROUTER) : NULL;
    if (!opened->router)
        fault_set(fault, FAULT_BROKEN, "cannot make a socket: %s", zmq_strerror(zmq_errno()));
    else if (router_configure(opened->router, wanted, fault) && router_bind(opened, wanted, fault))
        return opened;
    socket_close(opened);
    return NULL;
}

void socket_close(struct socket *socket)
{
    if (!socket)
        return;
    if (socket->router)
        zmq_close(socket->router);
    while (socket->context && zmq_ctx_term(socket->context) != 0 && zmq_errno() == EINTR)
        ;
    free(socket);
}

const char *socket_endpoint(const struct socket *socket)
{
    return socket->endpoint;
}

bool socket_wait(struct socket *socket, int descriptor, int timeout_ms, bool *request, bool *signal,
                 struct fault *fault)
{
    zmq_pollitem_t items[] = {
        {.socket = socket->router, .events = ZMQ_POLLIN},
        {.fd = descriptor, .events = ZMQ_POLLIN},
    };
    *request = *signal = false;
    if (zmq_poll(items, 2, timeout_ms) < 0)
        return zmq_errno() == EINTR ||
               fault_set(fault, FAULT_BROKEN, "cannot wait for requests: %s", zmq_strerror(zmq_errno()));
    *request = (items[0].revents & ZMQ_POLLIN) != 0;
    *signal = (items[1].revents & ZMQ_POLLIN) != 0;
    return true;
}

bool peer_equal(const struct peer *a, const struct peer *b)
{
    return a->length == b->length && memcmp(a->id, b->id, a->length) == 0;
}

static struct parcel *parcel_new(const struct peer *peer, enum parcel_state state, zmq_msg_t *body)
{
    size_t size = body ? zmq_msg_size(body) : 0;
    size_t kept = state == PARCEL_WHOLE ? size : 0;
    struct parcel *parcel = malloc(sizeof *parcel + kept);
    if (!parcel)
        return NULL;
    *parcel = (struct parcel){.peer = *peer, .state = state, .size = size};
    if (kept)
        memcpy(parcel + 1, zmq_msg_data(body), kept);
    parcel->body = (struct text){(const char *)(parcel + 1), kept};
    return parcel;
}

void parcel_free(struct parcel *parcel)
{
    free(parcel);
}

/* The next part of a message of which a part has arrived: ZeroMQ delivers whole messages, so it is there. */
static bool part_receive(struct socket *socket, zmq_msg_t *part, struct fault *fault)
{
    while (zmq_msg_recv(part, socket->router, ZMQ_DONTWAIT) < 0)
        if (zmq_errno() != EINTR)
            return fault_set(fault, FAULT_BROKEN, "cannot receive: %s", zmq_strerror(zmq_errno()));
    return true;
}

/* The parts after the peer's id. Whatever a peer sends is read to its end, so that the next message begins well. */
static bool parts_receive(struct socket *socket, const struct peer *from, zmq_msg_t *part, struct parcel **parcel,
                          struct fault *fault)
{
    struct peer peer = *from;
    size_t bodies = 0;
    *parcel = NULL;
    for (bool more = true; more;) {
        if (!part_receive(socket, part, fault))
            return false;
        more = zmq_msg_more(part);
        size_t size = zmq_msg_size(part);
        if (bodies == 0 && size == 0 && more && !peer.delimiter) {
            peer.delimiter = true;
            continue;
        }
        if (++bodies > 1)
            continue;
        enum parcel_state state = size == 0 ? PARCEL_EMPTY : size > REQUEST_BYTES_MAX ? PARCEL_LARGE : PARCEL_WHOLE;
        *parcel = parcel_new(&peer, state, part);
        if (!*parcel)
            return fault_set(fault, FAULT_BROKEN, "no memory for a request");
    }
    assert(*parcel); /* a last part is always a body */
    if (bodies > 1)
        (*parcel)->state = PARCEL_MANY;
    return true;
}

bool socket_receive(struct socket *socket, struct parcel **parcel, struct fault *fault)
{
    zmq_msg_t part;
    zmq_msg_init(&part);
    *parcel = NULL;
    bool done = true;
    int received = zmq_msg_recv(&part, socket->router, ZMQ_DONTWAIT);
    if (received < 0 && zmq_errno() != EAGAIN && zmq_errno() != EINTR) {
        done = fault_set(fault, FAULT_BROKEN, "cannot receive: %s", zmq_strerror(zmq_errno()));
    } else if (received >= 0) {
        struct peer peer = {.length = (unsigned char)zmq_msg_size(&part)};
        assert(zmq_msg_size(&part) <= sizeof peer.id && zmq_msg_more(&part));
        memcpy(peer.id, zmq_msg_data(&part), peer.length);
        done = parts_receive(socket, &peer, &part, parcel, fault);
        if (!done) {
            parcel_free(*parcel);
            *parcel = NULL;
        }
    }
    zmq_msg_close(&part);
    return done;
}

static bool send_part(struct socket *socket, const void *bytes, size_t size, int flags)
{
    int sent;
    do
        sent = zmq_send(socket->router, bytes, size, flags | ZMQ_DONTWAIT);
    while (sent < 0 && zmq_errno() == EINTR);
    return sent >= 0;
}

bool socket_send(struct socket *socket, const struct peer *peer, struct text reply, bool *delivered,
                 struct fault *fault)
{
    /* A peer that is gone or full shows at its id, before anything was sent. */
    *delivered = send_part(socket, peer->id, peer->length, ZMQ_SNDMORE);
    if (!*delivered)
        return zmq_errno() == EHOSTUNREACH || zmq_errno() == EAGAIN ||
               fault_set(fault, FAULT_BROKEN, "cannot send: %s", zmq_strerror(zmq_errno()));
    if ((peer->delimiter && !send_part(socket, "", 0, ZMQ_SNDMORE)) ||
        !send_part(socket, reply.at, reply.length, 0))
        return fault_set(fault, FAULT_BROKEN, "cannot send: %s", zmq_strerror(zmq_errno()));
    return true;
}
