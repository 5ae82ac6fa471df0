#include "client.h"

#include "base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

/* Between two sendings of the same request: short after `busy`, long where nothing came back at all. */
#define PAUSE_BUSY 0.1
#define SEND_AGAIN 2.0

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
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

static bool exchange(struct arena *arena, void *socket, double seconds, struct text request, struct text id,
                     struct reply *reply, struct fault *fault)
{
    double start = now(), end = start + seconds, send_at = start;
    for (double time = start; time < end; time = now()) {
        if (time >= send_at) {
            /* Without a connection there is nowhere to send to: that is no error, the next turn tries again. */
            bool sent = zmq_send(socket, request.at, request.length, ZMQ_DONTWAIT) >= 0;
            send_at = time + (sent ? SEND_AGAIN : 0.02);
        }
        double until = send_at < end ? send_at : end;
        zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
        if (zmq_poll(&item, 1, (long)((until - time) * 1000) + 1) <= 0)
            continue;
        struct text bytes = receive(arena, socket);
        struct json_error error;
        struct value *value = json_read(arena, bytes, &error);
        if (!value)
            return fault_set(fault, FAULT_BROKEN, "the answer is no JSON: %s", error.message);
        if (!is_ours(value, id))
            continue;
        *reply = (struct reply){bytes, value};
        if (!is_retry(value))
            return true;
        send_at = now() + PAUSE_BUSY;
    }
    return reply->value != NULL || fault_set(fault, FAULT_ABSENT, "no answer");
}

bool client_endpoint_is_good(const char *endpoint)
{
    void *context = zmq_ctx_new();
    void *socket = context ? zmq_socket(context, ZMQ_DEALER) : NULL;
    bool good = socket && zmq_connect(socket, endpoint) == 0;
    int zero = 0;
    if (socket) {
        zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
        zmq_close(socket);
    }
    if (context)
        zmq_ctx_term(context);
    return good;
}

bool client_ask(struct arena *arena, const char *endpoint, double seconds, struct text request, struct text id,
                struct reply *reply, struct fault *fault)
{
    *reply = (struct reply){0};
    bool answered = false;
    void *context = zmq_ctx_new();
    void *socket = context ? zmq_socket(context, ZMQ_DEALER) : NULL;
    const int zero = 0, one = 1, ipv6 = strchr(endpoint, '[') != NULL;
    if (!socket) {
        fault_set(fault, FAULT_BROKEN, "cannot make a socket: %s", zmq_strerror(errno));
        goto out;
    }
    zmq_setsockopt(socket, ZMQ_IPV6, &ipv6, sizeof ipv6);
    zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(socket, ZMQ_IMMEDIATE, &one, sizeof one); /* queue only for who is there */
    if (zmq_connect(socket, endpoint) != 0) {
        fault_set(fault, FAULT_BROKEN, "cannot connect to `%s`: %s", endpoint, zmq_strerror(errno));
        goto out;
    }
    answered = exchange(arena, socket, seconds, request, id, reply, fault);
out:
    if (socket)
        zmq_close(socket);
    if (context)
        zmq_ctx_term(context);
    return answered;
}
