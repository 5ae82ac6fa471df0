#include "client.h"

#include "base/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

/* Between two sendings of the same request: short after `busy`, long where nothing came back at all. */
#define PAUSE_BUSY 0.1
#define PAUSE_CONNECT 0.02
#define TRY_LEAST 2.0
#define TRIES 3 /* of a longer timeout, so that what takes its time is not asked again and again */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static bool is_retry(const struct value *reply)
{
    const struct value *code = value_get(value_get(reply, "error"), "code");
    return code && (text_is(code->text, "busy") || text_is(code->text, "unavailable"));
}

/* Is it the answer to our request? `null` stands where the daemon could not read whose it was. */
static bool is_ours(const struct value *reply, struct text id)
{
    const struct value *request = value_get(reply, "request");
    return request && (request->kind == VALUE_NULL || text_equal(request->text, id));
}

/* One message: an empty frame before the body is passed over. The last frame counts. */
static struct text receive(struct arena *arena, void *socket)
{
    struct text body = {0};
    for (int more = 1; more;) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, socket, 0) < 0) {
            zmq_msg_close(&frame);
            return (struct text){0};
        }
        body = text_copy(arena, (struct text){zmq_msg_data(&frame), zmq_msg_size(&frame)});
        more = zmq_msg_more(&frame);
        zmq_msg_close(&frame);
    }
    return body;
}

static void disconnect(struct client *client)
{
    if (client->monitor)
        zmq_close(client->monitor);
    if (client->socket)
        zmq_close(client->socket);
    client->monitor = client->socket = NULL;
}

void client_close(struct client *client)
{
    disconnect(client);
    if (client->context)
        zmq_ctx_term(client->context);
    client->context = NULL;
}

/* A socket of its own, and beside it one that tells when its connection is gone. */
static bool connect_again(struct client *client, const char *endpoint, struct fault *fault)
{
    const int zero = 0, one = 1, ipv6 = strchr(endpoint, '[') != NULL;
    char monitor[32]; /* of its own: that of the socket before is let go a while after it was closed */
    disconnect(client);
    snprintf(monitor, sizeof monitor, "inproc://monitor-%u", client->tries++);
    if (!client->context)
        client->context = zmq_ctx_new();
    client->socket = client->context ? zmq_socket(client->context, ZMQ_DEALER) : NULL;
    client->monitor = client->socket ? zmq_socket(client->context, ZMQ_PAIR) : NULL;
    if (!client->monitor)
        return fault_set(fault, FAULT_BROKEN, "cannot make a socket: %s", zmq_strerror(errno));
    zmq_setsockopt(client->socket, ZMQ_IPV6, &ipv6, sizeof ipv6);
    zmq_setsockopt(client->socket, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(client->monitor, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(client->socket, ZMQ_IMMEDIATE, &one, sizeof one); /* queue only for who is there */
    if (zmq_socket_monitor(client->socket, monitor, ZMQ_EVENT_DISCONNECTED) < 0 ||
        zmq_connect(client->monitor, monitor) != 0)
        return fault_set(fault, FAULT_BROKEN, "cannot watch a socket: %s", zmq_strerror(errno));
    return zmq_connect(client->socket, endpoint) == 0 ||
           fault_set(fault, FAULT_BROKEN, "cannot connect to `%s`: %s", endpoint, zmq_strerror(errno));
}

/* Waits at most until then. `*gone`: the connection is. False: nothing came. */
static bool wait_until(struct client *client, double until, bool *gone)
{
    zmq_pollitem_t items[] = {{.socket = client->socket, .events = ZMQ_POLLIN},
                              {.socket = client->monitor, .events = ZMQ_POLLIN}};
    double seconds = until - now();
    int ready = zmq_poll(items, 2, seconds > 0 ? (long)(seconds * 1000) + 1 : 0);
    *gone = ready > 0 && items[1].revents && !items[0].revents;
    return ready > 0 && items[0].revents;
}

bool client_endpoint_is_good(const char *endpoint)
{
    struct client client = {0};
    struct fault fault = {0};
    bool good = connect_again(&client, endpoint, &fault);
    client_close(&client);
    return good;
}

bool client_ask(struct client *client, struct arena *arena, const char *endpoint, const struct patience *patience,
                struct text request, struct text id, struct reply *reply, struct fault *fault)
{
    double start = now(), end = start + patience->answer, send_at = start, try_end = end;
    double try_seconds = patience->answer / TRIES > TRY_LEAST ? patience->answer / TRIES : TRY_LEAST;
    *reply = (struct reply){0};
    for (double time = start; time < end; time = now()) {
        if (!client->socket && !connect_again(client, endpoint, fault))
            return false;
        if (time >= send_at) {
            /* Without a connection there is nowhere to send to: that is no error, the next turn tries again. */
            bool sent = zmq_send(client->socket, request.at, request.length, ZMQ_DONTWAIT) >= 0;
            reply->sent = reply->sent || sent;
            send_at = sent ? end : time + PAUSE_CONNECT;
            try_end = sent ? time + try_seconds : end;
        }
        bool gone;
        if (!wait_until(client, least(least(send_at, try_end), end), &gone)) {
            if (gone || now() >= try_end) {
                disconnect(client);
                send_at = now() + (gone ? PAUSE_BUSY : 0);
                try_end = end;
            }
            continue;
        }
        struct text bytes = receive(arena, client->socket);
        struct json_error error;
        struct value *value = json_read(arena, bytes, &error);
        if (!value)
            return fault_set(fault, FAULT_BROKEN, "the answer is no JSON: %s", error.message);
        if (!is_ours(value, id))
            continue;
        *reply = (struct reply){bytes, value, true};
        if (!is_retry(value))
            return true;
        send_at = now() + PAUSE_BUSY;
        end = least(end, start + patience->refusal);
        try_end = end;
    }
    return reply->value != NULL || fault_set(fault, FAULT_ABSENT, "no answer");
}
