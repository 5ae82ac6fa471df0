#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    max_align_t bytes[];
};

/* Large enough that a usual case needs one or two blocks, small enough that an idle arena costs little. */
static const size_t block_size = (size_t)64 * 1024;

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

void arena_finish(struct arena *arena)
{
    struct arena_block *block = arena->blocks;
    while (block) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    arena->blocks = NULL;
    arena->used = 0;
}

/* No core: it would hold what the process knows, keys and persons too. */
void memory_exhausted(void)
{
    fputs("covenantd: out of memory\n", stderr);
    _Exit(MEMORY_EXIT_CODE);
}

_Noreturn void arena_exhausted(struct arena *arena)
{
    if (arena->escape)
        longjmp(*arena->escape, 1);
    memory_exhausted();
}

static struct arena_block *block_new(struct arena *arena, size_t size)
{
    size_t room = size > block_size ? size : block_size;
    struct arena_block *block = calloc(1, sizeof *block + room);
    if (!block)
        arena_exhausted(arena);
    block->size = room;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = sizeof(max_align_t);
    if (size > SIZE_MAX / 2)
        arena_exhausted(arena);
    size = (size + align - 1) / align * align;
    if (arena->limit && size > arena->limit - arena->used)
        arena_exhausted(arena);
    struct arena_block *block = arena->blocks;
    if (!block || block->size - block->used < size)
        block = block_new(arena, size);
    void *memory = (char *)block->bytes + block->used;
    block->used += size;
    arena->used += size;
    return memory;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size)
        arena_exhausted(arena);
    return arena_alloc(arena, count * size);
}

void *arena_push(struct arena *arena, void *items, size_t *count, size_t *capacity, size_t size)
{
    void **array = items;
    if (*count == *capacity) {
        size_t grown = *capacity ? *capacity * 2 : 8;
        void *copy = arena_alloc_array(arena, grown, size);
        if (*count)
            memcpy(copy, *array, *count * size);
        *array = copy;
        *capacity = grown;
    }
    assert(*count < *capacity);
    return (char *)*array + (*count)++ * size;
}

void arena_work(struct arena *arena, size_t steps)
{
    arena->steps += steps;
    if (arena->steps_limit && arena->steps > arena->steps_limit)
        arena_exhausted(arena);
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->blocks, arena->blocks ? arena->blocks->used : 0, arena->used};
}

void arena_back(struct arena *arena, struct arena_mark mark)
{
    while (arena->blocks != mark.block) {
        struct arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
    if (mark.block) { /* what is given out is zeroed: so what is taken back is */
        memset((char *)mark.block->bytes + mark.block_used, 0, mark.block->used - mark.block_used);
        mark.block->used = mark.block_used;
    }
    arena->used = mark.used;
}
