/*
 * The queue: what was taken from the socket and is not answered yet, in order, and how many of it are whose. "Under
 * way" of a client is what stands here: past CLIENT_REQUESTS_MAX it hears `busy`.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "wire/socket.h"

struct waiting {
    struct peer peer;
    size_t count;
};

struct queue {
    struct parcel *first, **end;
    size_t count, bytes;
    struct waiting *waiting; /* of clients that have something under way */
    size_t waiting_count, waiting_capacity;
};

void queue_init(struct queue *queue);
void queue_finish(struct queue *queue); /* accepts a zeroed one */
/* Is there room for more, whoever sent it? Without it the rest stays with ZeroMQ. */
bool queue_has_room(const struct queue *queue);
/* Takes the parcel over; false when its client has too many under way (or there is no memory): it is the caller's. */
bool queue_add(struct queue *queue, struct parcel *parcel);
/* The first was answered. */
void queue_drop_first(struct queue *queue);

#endif
