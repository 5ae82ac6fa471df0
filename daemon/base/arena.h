/*
 * An arena: memory that is freed all at once.
 *
 * There are three lifetimes, and each has its arena: the process, an edition (all that came from one load of the
 * rules) and a case (all that came from one request). "Who frees this?" is answered by the arena it is in; nothing in
 * an arena is freed alone. What an arena gives is zeroed.
 *
 * Running out of memory, or passing `limit`, is not an error that callers handle: with `escape` set the arena jumps
 * there, so that one request costs itself and not the daemon; without it the process says so and stops.
 *
 * Work is bounded in the same way, where what somebody posts tells how much there is: who works on it counts steps, each
 * about a handful of instructions. Steps and no clock: the same input gets the same answer on every machine.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <setjmp.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t used;                /* bytes given out */
    size_t limit;               /* bytes that may be given out; 0 for no limit */
    size_t steps;               /* of work done */
    size_t steps_limit;         /* steps that may be done; 0 for no limit */
    jmp_buf *escape;            /* where to jump when there is no more; NULL stops the process */
};

/* Says so and ends the process; also for libraries that would else take a lack of memory for something else. */
#define MEMORY_EXIT_CODE 71
_Noreturn void memory_exhausted(void);

void arena_init(struct arena *arena);
/* Frees everything in it; accepts a zeroed arena and may be called twice. */
void arena_finish(struct arena *arena);
/* Zeroed memory, aligned for any type; never NULL. */
void *arena_alloc(struct arena *arena, size_t size);
/* The same for `count` items of `size`, checked for overflow. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);
/*
 * For growing arrays: makes room for one more item in `*items` (of `count` items used), doubling as needed. Returns
 * the new room, zeroed. The old array stays in the arena until it ends.
 */
void *arena_push(struct arena *arena, void *items, size_t *count, size_t *capacity, size_t size);

/* Counts work. Passing `steps_limit` is running out, as of memory. */
void arena_work(struct arena *arena, size_t steps);
/* Items that are only looked at cost less: so many a step. */
#define ITEMS_PER_STEP 16
/* What happens then: for who caught it, and hands it on. */
_Noreturn void arena_exhausted(struct arena *arena);

/*
 * A mark, and going back to it: what was given out since is gone. For trying many things one after the other, where
 * keeping all that each made would fill the arena.
 */
struct arena_mark {
    struct arena_block *block;
    size_t block_used, used;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_back(struct arena *arena, struct arena_mark mark);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

#endif
