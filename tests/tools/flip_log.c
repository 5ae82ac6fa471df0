/*
 * Flips single bits of an exported log, one at a time, and looks whether it is found and what is named:
 *
 *     flip_log FOLDER VKEY COUNT SEED
 *
 * A flip in a record must be told of that record; in a tile, of what its hash stands for; in the checkpoint, of it.
 * Ends with 0 when each was, and prints how many; else the first that was not, and what was said.
 */
#include "audit/verify.h"
#include "base/files.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES_MAX 1024

/* xorshift64*: the same on every machine. */
static uint64_t chance_next(uint64_t *chance)
{
    *chance ^= *chance >> 12;
    *chance ^= *chance << 25;
    *chance ^= *chance >> 27;
    return *chance * 0x2545f4914f6cdd1dULL;
}
static size_t chance_below(uint64_t *chance, size_t bound)
{
    return (size_t)((chance_next(chance) >> 11) % bound);
}

struct part {
    struct text path, bytes; /* below the folder; as it was */
    const char *name;
    int level; /* TILE_ENTRIES: leaves */
    uint64_t index;
    bool checkpoint;
};

struct flipping {
    struct arena arena;
    const char *folder;
    struct verify_options options;
    uint64_t size;
    struct part parts[FILES_MAX];
    size_t count;
};

/* What must be named. */
struct expected {
    bool checkpoint;
    uint64_t index, until;
};

static void add_part(struct flipping *flipping, struct part part)
{
    struct fault fault;
    struct arena *arena = &flipping->arena;
    assert(flipping->count < FILES_MAX);
    part.name = text_string(arena, text_format(arena, "%s/%.*s", flipping->folder, TEXT_ARGS(part.path)));
    if (!file_read(arena, part.name, SIZE_MAX / 2, &part.bytes, &fault)) {
        fprintf(stderr, "%s\n", fault.message);
        exit(74);
    }
    flipping->parts[flipping->count++] = part;
}

static void add_parts(struct flipping *flipping)
{
    add_part(flipping, (struct part){.path = TEXT("checkpoint"), .checkpoint = true});
    for (int level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
        unsigned width, height = level < 0 ? 0 : (unsigned)level;
        for (uint64_t index = 0; (width = tile_width(flipping->size, height, index)) > 0; index++) {
            struct text path = tile_path(&flipping->arena, level, index, width);
            add_part(flipping, (struct part){.path = path, .level = level, .index = index});
        }
    }
}

/* Which entry of a bundle that byte belongs to, its length included. */
static uint64_t entry_at(struct text bundle, size_t byte)
{
    struct text leaf;
    uint64_t number = 0;
    for (size_t at = 0; tile_entry_next(bundle, &at, &leaf) && at <= byte; number++) {
    }
    return number;
}

static struct expected expected_of(const struct part *part, size_t byte)
{
    struct expected expected = {.checkpoint = part->checkpoint};
    uint64_t first = part->index * TILE_WIDTH;
    if (!part->checkpoint && part->level == TILE_ENTRIES) {
        expected.index = expected.until = first + entry_at(part->bytes, byte);
    } else if (!part->checkpoint) {
        unsigned height = 8 * (unsigned)part->level;
        expected.index = (first + byte / DIGEST_BYTES) << height;
        expected.until = expected.index + (1ULL << height) - 1;
    }
    return expected;
}

static bool write_byte(const char *name, size_t at, unsigned char byte)
{
    int descriptor = open(name, O_WRONLY | O_CLOEXEC);
    bool good = descriptor >= 0 && pwrite(descriptor, &byte, 1, (off_t)at) == 1;
    return descriptor >= 0 && close(descriptor) == 0 && good;
}

static bool is_told(const struct verify_report *report, const struct expected *expected)
{
    if (report->outcome != VERIFY_NOT_VALID)
        return false;
    if (expected->checkpoint)
        return text_is(report->file, "checkpoint") && !report->has_index;
    return report->has_index && report->index == expected->index && report->until == expected->until;
}

static bool flip(struct flipping *flipping, uint64_t *chance)
{
    const struct part *part = &flipping->parts[chance_below(chance, flipping->count)];
    size_t at = chance_below(chance, part->bytes.length);
    unsigned bit = (unsigned)chance_below(chance, 8);
    unsigned char was = (unsigned char)part->bytes.at[at];
    struct expected expected = expected_of(part, at);
    struct verify_report report;
    struct fault fault = {0};
    struct arena arena;
    arena_init(&arena);
    bool good = write_byte(part->name, at, (unsigned char)(was ^ 1U << bit)) &&
                verify_folder(&arena, flipping->folder, &flipping->options, &report, &fault) &&
                write_byte(part->name, at, was);
    if (!good)
        fprintf(stderr, "%s\n", fault.message);
    else if (!(good = is_told(&report, &expected)))
        printf("bit %u of byte %zu of %.*s, expected records %" PRIu64 " to %" PRIu64 ": %s, %s %" PRIu64 " to %" PRIu64
               ", %.*s: %.*s\n",
               bit, at, TEXT_ARGS(part->path), expected.index, expected.until, verify_outcome_name(report.outcome),
               report.has_index ? "records" : "no record", report.index, report.until, TEXT_ARGS(report.file),
               TEXT_ARGS(report.message));
    arena_finish(&arena);
    return good;
}

/* How many were found, of so many; the log must be valid before, and is so after. */
static bool flip_many(struct flipping *flipping, unsigned long count, uint64_t seed)
{
    struct verify_report report;
    struct fault fault = {0};
    uint64_t chance = (seed + 1) * 0x9e3779b97f4a7c15ULL;
    for (int turn = 0; turn < 2; turn++) {
        if (!verify_folder(&flipping->arena, flipping->folder, &flipping->options, &report, &fault) ||
            report.outcome != VERIFY_VALID) {
            fprintf(stderr, "it is not valid %s flips\n", turn ? "after the" : "before any");
            return false;
        }
        flipping->size = report.checkpoint.size;
        if (turn == 0)
            add_parts(flipping);
        for (unsigned long done = 0; turn == 0 && done < count; done++)
            if (!flip(flipping, &chance))
                return false;
    }
    printf("%lu\n", count);
    return true;
}

int main(int count, char **arguments)
{
    static struct flipping flipping;
    struct note_key key;
    if (count != 5 || !digest_init() || !note_key_read(text_of(arguments[2]), &key)) {
        fprintf(stderr, "use: flip_log FOLDER VKEY COUNT SEED\n");
        return 64;
    }
    arena_init(&flipping.arena);
    flipping.folder = arguments[1];
    flipping.options = (struct verify_options){.keys = &key, .key_count = 1};
    bool good = flip_many(&flipping, strtoul(arguments[3], NULL, 10), strtoull(arguments[4], NULL, 10));
    arena_finish(&flipping.arena);
    return good ? 0 : 1;
}
