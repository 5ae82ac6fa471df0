/*
 * A client that keeps some requests under way over one DEALER for some seconds, and counts the answers.
 *
 *     load ENDPOINT REQUEST UNDER_WAY SECONDS      REQUEST is a file with `@` where each request's own id goes
 *
 * Prints the answers a second. Each answer must say ok.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#define BYTES_MAX ((size_t)1 << 18)

struct load {
    void *context, *socket;
    char *before, *after; /* the request around its id */
    char *bytes;
    unsigned long sent, answered;
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void read_request(struct load *load, const char *path)
{
    char *text = calloc(1, BYTES_MAX);
    FILE *file = fopen(path, "rb");
    assert(text && file);
    size_t length = fread(text, 1, BYTES_MAX - 1, file);
    assert(length > 0 && length < BYTES_MAX - 1);
    fclose(file);
    char *mark = strchr(text, '@');
    assert(mark);
    *mark = '\0';
    load->before = text;
    load->after = mark + 1;
    load->bytes = malloc(BYTES_MAX);
    assert(load->bytes);
}

/* The id rises with time, as a UUIDv7 does. */
static void send_one(struct load *load)
{
    int length = snprintf(load->bytes, BYTES_MAX, "%s%08lx-%ld%s", load->before, ++load->sent, (long)getpid(), load->after);
    assert(length > 0 && (size_t)length < BYTES_MAX);
    zmq_send(load->socket, "", 0, ZMQ_SNDMORE);
    int sent = zmq_send(load->socket, load->bytes, (size_t)length, 0);
    assert(sent == length);
}

static void receive_one(struct load *load)
{
    int length = zmq_recv(load->socket, load->bytes, BYTES_MAX, 0);
    assert(length == 0);
    length = zmq_recv(load->socket, load->bytes, BYTES_MAX - 1, 0);
    if (length <= 0) {
        fprintf(stderr, "no answer within 10 seconds, after %lu\n", load->answered);
        exit(1);
    }
    load->bytes[(size_t)length < BYTES_MAX ? (size_t)length : BYTES_MAX - 1] = '\0';
    if (!strstr(load->bytes, "\"ok\":true")) {
        fprintf(stderr, "an answer that is not ok: %.300s\n", load->bytes);
        exit(1);
    }
    load->answered++;
}

int main(int count, char **arguments)
{
    static struct load load;
    assert(count == 5);
    unsigned long under_way = strtoul(arguments[3], NULL, 10);
    double seconds = strtod(arguments[4], NULL);
    int patience = 10000, none = 0;
    read_request(&load, arguments[2]);
    load.context = zmq_ctx_new();
    load.socket = zmq_socket(load.context, ZMQ_DEALER);
    zmq_setsockopt(load.socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    zmq_setsockopt(load.socket, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(load.socket, ZMQ_SNDHWM, &none, sizeof none);
    zmq_setsockopt(load.socket, ZMQ_RCVHWM, &none, sizeof none);
    int connected = zmq_connect(load.socket, arguments[1]);
    assert(connected == 0);
    for (unsigned long i = 0; i < under_way; i++)
        send_one(&load);
    double began = seconds_now(), now = began;
    for (; now - began < seconds; now = seconds_now()) {
        receive_one(&load);
        send_one(&load);
    }
    printf("%.1f\n", (double)load.answered / (now - began));
    while (load.answered < load.sent)
        receive_one(&load);
    zmq_close(load.socket);
    zmq_ctx_term(load.context);
    return 0;
}
