/*
 * Verifies an exported log as often as fits in some seconds, and beside it the tree alone over leaves of the same
 * length: what hashing costs, and no verifier can do without.
 *
 *     verifying FOLDER VKEY SECONDS      prints leaves verified a second, leaves hashed a second
 */
#include "audit/log_tree.h"
#include "audit/verify.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LEAF_BYTES 260 /* as long as those of tests/tools/tiled_log */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t verify_once(const char *folder, const struct note_key *key)
{
    struct verify_options options = {.keys = key, .key_count = 1};
    struct verify_report report;
    struct fault fault = {0};
    struct arena arena;
    arena_init(&arena);
    bool read = verify_folder(&arena, folder, &options, &report, &fault);
    assert(read && report.outcome == VERIFY_VALID);
    arena_finish(&arena);
    return report.records;
}

static void hash_once(uint64_t leaves)
{
    struct arena arena;
    struct log_tree tree;
    char leaf[LEAF_BYTES] = {0};
    arena_init(&arena);
    log_tree_init(&tree, &arena, (struct tile_store){0});
    for (uint64_t i = 0; i < leaves; i++) {
        memcpy(leaf, &i, sizeof i);
        log_tree_append(&tree, tree_leaf((struct text){leaf, sizeof leaf}));
    }
    assert(log_tree_root(&tree).bytes[0] || leaves);
    arena_finish(&arena);
}

int main(int count, char **arguments)
{
    struct note_key key;
    if (count != 4 || !digest_init() || !note_key_read(text_of(arguments[2]), &key)) {
        fprintf(stderr, "usage: verifying FOLDER VKEY SECONDS\n");
        return 64;
    }
    double seconds = strtod(arguments[3], NULL), verifying = 0, hashing = 0;
    uint64_t leaves = 0;
    while (verifying + hashing < seconds) {
        double began = seconds_now();
        uint64_t verified = verify_once(arguments[1], &key);
        double between = seconds_now();
        hash_once(verified);
        hashing += seconds_now() - between;
        verifying += between - began;
        leaves += verified;
    }
    printf("%.0f %.0f\n", (double)leaves / verifying, (double)leaves / hashing);
    return 0;
}
