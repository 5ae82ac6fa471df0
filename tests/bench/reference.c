/*
 * What this machine can do at best: a ROUTER that decides nothing. It takes what waits (bounded), writes the very
 * request and reply bytes in one row each, in one SQLite transaction (WAL, synchronous FULL), and then answers. The
 * daemon's figures are ratios to this one's.
 *
 *     reference DATABASE REPLY      answers every request with the bytes of the file REPLY
 */
#include <assert.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#define BATCH_MAX 64
#define BATCH_BYTES_MAX ((size_t)1 << 20)
#define BYTES_MAX ((size_t)1 << 18)
#define IDENTITY_MAX 256

struct taken {
    unsigned char identity[IDENTITY_MAX];
    size_t identity_length;
    char *body;
    size_t length;
};

struct reference {
    sqlite3 *database;
    sqlite3_stmt *begin, *insert, *commit;
    void *context, *socket;
    char *reply;
    size_t reply_length;
    struct taken taken[BATCH_MAX];
    sqlite3_int64 id;
};

static void run_sql(sqlite3 *database, const char *sql)
{
    int result = sqlite3_exec(database, sql, NULL, NULL, NULL);
    assert(result == SQLITE_OK);
}

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
    assert(result == SQLITE_OK);
    return statement;
}

static void step(sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    assert(result == SQLITE_DONE);
    sqlite3_reset(statement);
}

static void open_database(struct reference *reference, const char *path)
{
    int result = sqlite3_open(path, &reference->database);
    assert(result == SQLITE_OK);
    run_sql(reference->database, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
                                 "PRAGMA synchronous = FULL;"
                                 "CREATE TABLE row (id INTEGER PRIMARY KEY, request BLOB, reply BLOB);");
    reference->begin = prepare(reference->database, "BEGIN");
    reference->insert = prepare(reference->database, "INSERT INTO row VALUES (?, ?, ?)");
    reference->commit = prepare(reference->database, "COMMIT");
}

static void read_reply(struct reference *reference, const char *path)
{
    reference->reply = malloc(BYTES_MAX);
    FILE *file = fopen(path, "rb");
    assert(reference->reply && file);
    reference->reply_length = fread(reference->reply, 1, BYTES_MAX, file);
    assert(reference->reply_length > 0 && reference->reply_length < BYTES_MAX);
    fclose(file);
}

static void open_socket(struct reference *reference)
{
    char endpoint[256];
    size_t length = sizeof endpoint;
    int unbounded = 0;
    reference->context = zmq_ctx_new();
    reference->socket = zmq_socket(reference->context, ZMQ_ROUTER);
    zmq_setsockopt(reference->socket, ZMQ_SNDHWM, &unbounded, sizeof unbounded);
    zmq_setsockopt(reference->socket, ZMQ_RCVHWM, &unbounded, sizeof unbounded);
    int bound = zmq_bind(reference->socket, "tcp://127.0.0.1:*");
    assert(bound == 0);
    zmq_getsockopt(reference->socket, ZMQ_LAST_ENDPOINT, endpoint, &length);
    printf("serving %s\n", endpoint);
    fflush(stdout);
}

/* False when nothing waits (`flags` ZMQ_DONTWAIT), or when interrupted. Frames: identity, empty, body. */
static bool take(struct reference *reference, struct taken *taken, int flags)
{
    int length = zmq_recv(reference->socket, taken->identity, IDENTITY_MAX, flags);
    if (length < 0)
        return false;
    char empty[1];
    taken->identity_length = (size_t)length;
    length = zmq_recv(reference->socket, empty, sizeof empty, 0);
    assert(length == 0);
    length = zmq_recv(reference->socket, taken->body, BYTES_MAX, 0);
    assert(length > 0 && (size_t)length < BYTES_MAX);
    taken->length = (size_t)length;
    return true;
}

static void record(struct reference *reference, size_t count)
{
    step(reference->begin);
    for (size_t i = 0; i < count; i++) {
        sqlite3_bind_int64(reference->insert, 1, ++reference->id);
        sqlite3_bind_blob(reference->insert, 2, reference->taken[i].body, (int)reference->taken[i].length, SQLITE_STATIC);
        sqlite3_bind_blob(reference->insert, 3, reference->reply, (int)reference->reply_length, SQLITE_STATIC);
        step(reference->insert);
    }
    step(reference->commit);
}

static void answer(struct reference *reference, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct taken *taken = &reference->taken[i];
        zmq_send(reference->socket, taken->identity, taken->identity_length, ZMQ_SNDMORE);
        zmq_send(reference->socket, "", 0, ZMQ_SNDMORE);
        zmq_send(reference->socket, reference->reply, reference->reply_length, 0);
    }
}

static void nothing(int signal_number)
{
    (void)signal_number; /* it interrupts zmq_recv, and that ends the loop */
}

int main(int count, char **arguments)
{
    static struct reference reference;
    assert(count == 3);
    struct sigaction action = {.sa_handler = nothing};
    sigaction(SIGTERM, &action, NULL);
    for (size_t i = 0; i < BATCH_MAX; i++) {
        reference.taken[i].body = malloc(BYTES_MAX);
        assert(reference.taken[i].body);
    }
    open_database(&reference, arguments[1]);
    read_reply(&reference, arguments[2]);
    open_socket(&reference);
    while (take(&reference, &reference.taken[0], 0)) {
        size_t batch = 1, bytes = reference.taken[0].length + reference.reply_length;
        while (batch < BATCH_MAX && bytes < BATCH_BYTES_MAX && take(&reference, &reference.taken[batch], ZMQ_DONTWAIT))
            bytes += reference.taken[batch++].length + reference.reply_length;
        record(&reference, batch);
        answer(&reference, batch);
    }
    _exit(0); /* the measurement is over: nothing is left to be kept */
}
