#include "queue.h"

#include "base/limits.h"

#include <assert.h>
#include <stdlib.h>

void queue_init(struct queue *queue)
{
    *queue = (struct queue){0};
    queue->end = &queue->first;
}

void queue_finish(struct queue *queue)
{
    while (queue->first) {
        struct parcel *next = queue->first->next;
        parcel_free(queue->first);
        queue->first = next;
    }
    free(queue->waiting);
    *queue = (struct queue){0};
}

bool queue_has_room(const struct queue *queue)
{
    return queue->count < QUEUE_REQUESTS_MAX && queue->bytes < QUEUE_BYTES_MAX;
}

static struct waiting *waiting_find(struct queue *queue, const struct peer *peer)
{
    for (size_t i = 0; i < queue->waiting_count; i++)
        if (peer_equal(&queue->waiting[i].peer, peer))
            return &queue->waiting[i];
    return NULL;
}

static struct waiting *waiting_add(struct queue *queue, const struct peer *peer)
{
    if (queue->waiting_count == queue->waiting_capacity) {
        size_t capacity = queue->waiting_capacity ? 2 * queue->waiting_capacity : 16;
        struct waiting *grown = realloc(queue->waiting, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        queue->waiting = grown;
        queue->waiting_capacity = capacity;
    }
    queue->waiting[queue->waiting_count] = (struct waiting){.peer = *peer};
    return &queue->waiting[queue->waiting_count++];
}

bool queue_add(struct queue *queue, struct parcel *parcel)
{
    struct waiting *waiting = waiting_find(queue, &parcel->peer);
    if (!waiting)
        waiting = waiting_add(queue, &parcel->peer);
    if (!waiting || waiting->count == CLIENT_REQUESTS_MAX)
        return false;
    waiting->count++;
    parcel->next = NULL;
    *queue->end = parcel;
    queue->end = &parcel->next;
    queue->count++;
    queue->bytes += parcel->body.length;
    return true;
}

void queue_drop_first(struct queue *queue)
{
    struct parcel *parcel = queue->first;
    struct waiting *waiting = waiting_find(queue, &parcel->peer);
    assert(waiting && waiting->count > 0);
    if (--waiting->count == 0)
        *waiting = queue->waiting[--queue->waiting_count];
    queue->first = parcel->next;
    if (!queue->first)
        queue->end = &queue->first;
    queue->count--;
    queue->bytes -= parcel->body.length;
    parcel_free(parcel);
}
