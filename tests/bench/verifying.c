/*
 * Verifying an export: leaves a second, from files to verdict, on one core. The leaves have the size of those that the
 * daemon writes; a key that everybody can read here signs them.
 *
 *     verifying FOLDER LEAVES ROUNDS      makes the log in FOLDER, prints leaves a second for each round
 */
#include "audit/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct text leaf_of(struct arena *arena, uint64_t index)
{
    struct text digest = digest_text(arena, digest_of(text_format(arena, "%" PRIu64, index)));
    struct date day = {.day = 20454 + (int32_t)(index / 86400)};
    unsigned second = (unsigned)(index % 86400);
    return text_format(arena,
                       "{\"answer\":\"%.*s\",\"client\":\"local\",\"contents\":\"%.*s\",\"edition\":\"%.*s\",\"id\":"
                       "\"01993f0f-8a1e-7c3b-9d55-%012" PRIx64 "\",\"kind\":\"decision\",\"log\":\"almere/2026\","
                       "\"sealed\":\"%.*s\",\"time\":\"%.*sT%02u:%02u:%02u+00:00\",\"v\":1}",
                       TEXT_ARGS(digest), TEXT_ARGS(digest), TEXT_ARGS(digest), index, TEXT_ARGS(digest),
                       TEXT_ARGS(date_text(arena, day)), second / 3600, second / 60 % 60, second % 60);
}

static bool make(struct arena *arena, const char *folder, uint64_t leaves, struct note_key *key, struct fault *fault)
{
    unsigned char seed[SIGNING_SEED_BYTES] = {1}, secret[SIGNING_KEY_BYTES], public_key[PUBLIC_KEY_BYTES];
    struct text origin = TEXT("almere/2026");
    struct tile_writer writer;
    struct arena scratch;
    signing_key_of(seed, secret, public_key);
    *key = note_key_of(origin, NOTE_ED25519, public_key);
    if (!tile_writer_open(&writer, arena, folder, fault))
        return false;
    for (uint64_t i = 0; i < leaves; i++) {
        arena_init(&scratch);
        bool good = tile_writer_add(&writer, leaf_of(&scratch, i), fault);
        arena_finish(&scratch);
        if (!good)
            return false;
    }
    struct checkpoint head = {origin, leaves, log_tree_root(&writer.tree)};
    return tile_writer_close(&writer, checkpoint_sign(arena, &head, key, secret), fault);
}

static bool round_of(const char *folder, const struct note_key *key, struct fault *fault)
{
    struct verify_options options = {.keys = key, .key_count = 1};
    struct verify_report report;
    struct arena arena;
    arena_init(&arena);
    double begin = seconds_now();
    bool good = verify_folder(&arena, folder, &options, &report, fault);
    double seconds = seconds_now() - begin;
    if (good && report.outcome != VERIFY_VALID)
        good = fault_set(fault, FAULT_BROKEN, "not valid: %.*s", TEXT_ARGS(report.message));
    else if (good)
        printf("%.0f\n", (double)report.records / seconds);
    arena_finish(&arena);
    return good;
}

int main(int count, char **arguments)
{
    struct arena arena;
    struct note_key key;
    struct fault fault;
    if (count != 4 || !digest_init())
        return 64;
    arena_init(&arena);
    bool good = make(&arena, arguments[1], strtoull(arguments[2], NULL, 10), &key, &fault);
    for (long i = 0; good && i < strtol(arguments[3], NULL, 10); i++)
        good = round_of(arguments[1], &key, &fault);
    if (!good)
        fprintf(stderr, "%s\n", fault.message);
    arena_finish(&arena);
    return good ? 0 : 74;
}
