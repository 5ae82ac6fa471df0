#include "audit/log_tree.h"
#include "base/base64.h"
#include "base/files.h"
#include "base/json.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    return digest_init() ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static void assert_hex(struct digest digest, const char *hex)
{
    struct text found = digest_text(&arena, digest);
    assert_string_equal(found.at + sizeof "sha256:" - 1, hex);
}

/* ---- The vectors of RFC 6962's reference implementation ---- */

static const struct text leaves[8] = {
    {"", 0},         {"\x00", 1},
    {"\x10", 1},     {"\x20\x21", 2},
    {"\x30\x31", 2}, {"\x40\x41\x42\x43", 4},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8}, {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};
static const char *const leaf_hashes[8] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
    "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
    "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
};
static const char *const roots[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static struct log_tree eight(void)
{
    struct log_tree tree;
    log_tree_init(&tree, &arena, (struct tile_store){0});
    for (size_t i = 0; i < 8; i++)
        log_tree_append(&tree, tree_leaf(leaves[i]));
    return tree;
}

static void test_hashes(void **state)
{
    (void)state;
    assert_hex(tree_leaf(TEXT("L123456")), "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
    /* The reference hashes children of four bytes: the prefix and the order are what counts. */
    assert_hex(digest_of(TEXT("\1N123N456")), "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
    for (size_t i = 0; i < 8; i++)
        assert_hex(tree_leaf(leaves[i]), leaf_hashes[i]);
    assert_hex(tree_node(tree_leaf(leaves[0]), tree_leaf(leaves[1])), roots[2]);
}

static void test_roots(void **state)
{
    (void)state;
    struct log_tree tree;
    log_tree_init(&tree, &arena, (struct tile_store){0});
    struct tree_reader reader = log_tree_reader(&tree);
    struct fault fault;
    struct digest root;
    for (size_t i = 0;; i++) {
        assert_hex(log_tree_root(&tree), roots[i]);
        for (size_t size = 0; size <= i; size++) {
            assert_true(tree_root(&reader, size, &root, &fault));
            assert_hex(root, roots[size]);
        }
        if (i == 8)
            break;
        log_tree_append(&tree, tree_leaf(leaves[i]));
    }
}

static void test_proofs(void **state)
{
    (void)state;
    struct log_tree tree = eight();
    struct tree_reader reader = log_tree_reader(&tree);
    struct tree_proof proof;
    struct fault fault;
    assert_true(tree_inclusion(&reader, 5, 8, &proof, &fault));
    assert_int_equal(proof.count, 3);
    assert_hex(proof.hashes[0], leaf_hashes[4]);
    assert_hex(proof.hashes[1], "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0");
    assert_hex(proof.hashes[2], roots[4]);
    assert_true(tree_consistency(&reader, 6, 8, &proof, &fault));
    assert_int_equal(proof.count, 3);
    assert_hex(proof.hashes[0], "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a");
    assert_hex(proof.hashes[1], "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0");
    assert_hex(proof.hashes[2], roots[4]);
}

/* ---- The probes of others, most of which must be refused ---- */

static int accepted, refused;

static bool member_digest(const struct value *value, struct digest *digest)
{
    return value && value->kind == VALUE_TEXT && base64_read_into(value->text, digest->bytes, DIGEST_BYTES);
}

/* Some roots of theirs are any bytes (`don't care`): their digest stands for them, equal when they are. */
static bool member_root(const struct value *value, struct digest *digest)
{
    struct text bytes;
    if (member_digest(value, digest))
        return true;
    if (!value || value->kind != VALUE_TEXT || !base64_read(&arena, value->text, &bytes))
        return false;
    *digest = digest_of(bytes);
    return true;
}

/* 0 - 1 in 64 bits is a number of theirs and none of our JSON: it is put in quotes first. */
static const char largest[] = ": 18446744073709551615,", largest_quoted[] = ": \"18446744073709551615\",";

static struct text quote_largest(struct text text)
{
    const char *copy = text_string(&arena, text), *at = strstr(copy, largest);
    if (!at)
        return text;
    size_t before = (size_t)(at - copy);
    return text_format(&arena, "%.*s%s%s", (int)before, copy, largest_quoted, copy + before + sizeof largest - 1);
}

static uint64_t member_number(const struct value *object, const char *name)
{
    const struct value *value = value_get(object, name);
    assert_non_null(value);
    assert_true(value->kind == VALUE_INTEGER || value->kind == VALUE_TEXT);
    return value->kind == VALUE_INTEGER ? (uint64_t)value->integer
                                        : strtoull(text_string(&arena, value->text), NULL, 10);
}

static bool member_proof(const struct value *list, struct tree_proof *proof)
{
    proof->count = 0;
    for (size_t i = 0; list && i < list->count; i++)
        if (proof->count == TREE_PROOF_MAX || !member_digest(list->items[i], &proof->hashes[proof->count++]))
            return false;
    return true;
}

static bool probe_inclusion(const struct value *probe)
{
    struct digest root, leaf;
    struct tree_proof proof;
    return member_digest(value_get(probe, "root"), &root) && member_digest(value_get(probe, "leafHash"), &leaf) &&
           member_proof(value_get(probe, "proof"), &proof) &&
           tree_includes(root, member_number(probe, "treeSize"), leaf, member_number(probe, "leafIdx"), &proof);
}

static bool probe_consistency(const struct value *probe)
{
    struct digest from, to;
    struct tree_proof proof;
    return member_root(value_get(probe, "root1"), &from) && member_root(value_get(probe, "root2"), &to) &&
           member_proof(value_get(probe, "proof"), &proof) &&
           tree_continues(from, member_number(probe, "size1"), to, member_number(probe, "size2"), &proof);
}

static int probe_file(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)at;
    if (kind != FTW_F || !text_ends_with(text_of(path), ".json"))
        return 0;
    struct text text;
    struct fault fault = {0};
    struct json_error error;
    assert_true(file_read(&arena, path, 1 << 20, &text, &fault));
    struct value *probe = json_read(&arena, quote_largest(text), &error);
    if (!probe)
        fail_msg("%s:%zu:%zu: %s", path, error.line, error.column, error.message);
    bool good = strstr(path, "/consistency/") ? probe_consistency(probe) : probe_inclusion(probe);
    if (good == value_get(probe, "wantErr")->boolean)
        fail_msg("%s was %s", path, good ? "accepted" : "refused");
    if (good)
        accepted++;
    else
        refused++;
    return 0;
}

static void test_probes(void **state)
{
    (void)state;
    const char *shared = getenv("COVENANT_SHARED");
    const char *folder = text_string(&arena, text_format(&arena, "%s/vectors/merkle/testdata", shared ? shared : "../shared"));
    const char *const kinds[] = {"inclusion", "consistency"};
    for (size_t i = 0; i < 2; i++) {
        const char *path = text_string(&arena, text_format(&arena, "%s/%s", folder, kinds[i]));
        accepted = refused = 0;
        if (nftw(path, probe_file, 16, FTW_PHYS) != 0) {
            print_message("SKIPPED: %s: it is not there\n", path);
            skip();
        }
        print_message("%s: %d accepted, %d refused, as they must be\n", kinds[i], accepted, refused);
        assert_int_equal(accepted, 6);
        assert_int_equal(refused, 92);
    }
}

/* ---- Against the definition, word by word (RFC 6962, 2.1) ---- */

static struct digest leaf_of(uint64_t index)
{
    return tree_leaf(text_format(&arena, "leaf %llu", (unsigned long long)index));
}

static struct digest defined_root(const struct digest *hashes, size_t count)
{
    if (count == 0)
        return tree_empty();
    if (count == 1)
        return hashes[0];
    size_t split = 1;
    while (split * 2 < count)
        split *= 2;
    return tree_node(defined_root(hashes, split), defined_root(hashes + split, count - split));
}

/* A store that has the tiles that were handed to it. */
struct stored {
    struct text tiles[2][1024];
    int reads;
};

static bool store_read(void *context, unsigned level, uint64_t index, unsigned char tile[TILE_BYTES],
                       struct fault *fault)
{
    struct stored *stored = context;
    stored->reads++;
    if (level > 1 || index >= 1024 || !stored->tiles[level][index].at)
        return fault_set(fault, FAULT_ABSENT, "there is no tile %u/%llu", level, (unsigned long long)index);
    memcpy(tile, stored->tiles[level][index].at, TILE_BYTES);
    return true;
}

static void append(struct log_tree *tree, struct stored *stored, struct digest leaf)
{
    unsigned full = log_tree_append(tree, leaf);
    for (unsigned level = 0; level < full; level++) {
        uint64_t index;
        struct text tile = log_tree_full(tree, level, &index);
        assert_int_equal(tile.length, TILE_BYTES);
        stored->tiles[level][index] = text_copy(&arena, tile);
    }
}

static void check_proofs(struct log_tree *tree, const struct digest *hashes, uint64_t index, uint64_t size,
                         uint64_t older)
{
    struct tree_reader reader = log_tree_reader(tree);
    struct tree_proof proof;
    struct fault fault = {0};
    struct digest root, older_root;
    assert_true(tree_root(&reader, size, &root, &fault));
    assert_true(tree_inclusion(&reader, index, size, &proof, &fault));
    assert_true(tree_includes(root, size, hashes[index], index, &proof));
    assert_false(tree_includes(root, size, hashes[index], index + 1, &proof) && index + 1 < size);
    assert_true(tree_consistency(&reader, older, size, &proof, &fault));
    assert_true(tree_root(&reader, older, &older_root, &fault));
    assert_true(tree_continues(older_root, older, root, size, &proof));
    if (proof.count > 0) {
        proof.hashes[proof.count - 1].bytes[7] ^= 1;
        assert_false(tree_continues(older_root, older, root, size, &proof));
    }
}

static void test_small_trees(void **state)
{
    (void)state;
    struct digest hashes[70];
    struct log_tree tree;
    log_tree_init(&tree, &arena, (struct tile_store){0});
    for (uint64_t i = 0; i < 70; i++) {
        hashes[i] = leaf_of(i);
        log_tree_append(&tree, hashes[i]);
        assert_true(digest_equal(log_tree_root(&tree), defined_root(hashes, i + 1)));
    }
    for (uint64_t size = 1; size <= 70; size++)
        for (uint64_t index = 0; index < size; index++)
            check_proofs(&tree, hashes, index, size, index + 1);
}

#define LARGE 70000 /* 273 full tiles of level 0, one of level 1, and unfinished ones at 0, 1 and 2 */

static void test_large_tree(void **state)
{
    (void)state;
    struct stored *stored = ARENA_NEW(&arena, struct stored);
    struct digest *hashes = ARENA_ARRAY(&arena, LARGE, struct digest);
    struct log_tree tree;
    log_tree_init(&tree, &arena, (struct tile_store){store_read, stored});
    for (uint64_t i = 0; i < LARGE; i++) {
        hashes[i] = leaf_of(i);
        append(&tree, stored, hashes[i]);
        if (i % 7919 == 0 || (i & 255) == 255)
            check_proofs(&tree, hashes, i, i + 1, i / 2 + 1);
    }
    assert_true(digest_equal(log_tree_root(&tree), defined_root(hashes, LARGE)));
    assert_int_equal(log_tree_partial(&tree, 0).length, 112 * DIGEST_BYTES);
    assert_int_equal(log_tree_partial(&tree, 1).length, 17 * DIGEST_BYTES);
    assert_int_equal(log_tree_partial(&tree, 2).length, DIGEST_BYTES);
    assert_null(log_tree_partial(&tree, 3).at);
    srand(6962);
    for (int i = 0; i < 2000; i++) {
        uint64_t size = (uint64_t)rand() % LARGE + 1;
        check_proofs(&tree, hashes, (uint64_t)rand() % size, size, (uint64_t)rand() % size + 1);
    }
    /* Proofs for the last leaves read nothing. */
    stored->reads = 0;
    struct tree_reader reader = log_tree_reader(&tree);
    struct tree_proof proof;
    struct fault fault;
    for (uint64_t i = LARGE - 256; i < LARGE; i++)
        assert_true(tree_inclusion(&reader, i, LARGE, &proof, &fault));
    assert_int_equal(stored->reads, 0);
}

/* Opened again from what is stored, at any size, it goes on as it was. */
static void test_open(void **state)
{
    (void)state;
    struct stored *stored = ARENA_NEW(&arena, struct stored);
    struct digest *hashes = ARENA_ARRAY(&arena, LARGE, struct digest);
    struct log_tree tree;
    log_tree_init(&tree, &arena, (struct tile_store){store_read, stored});
    for (uint64_t i = 0; i < LARGE; i++)
        append(&tree, stored, hashes[i] = leaf_of(i));
    static const uint64_t sizes[] = {0, 1, 255, 256, 257, 511, 512, 65535, 65536, 65537, 65792, LARGE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct log_tree opened;
        struct fault fault = {0};
        log_tree_init(&opened, &arena, (struct tile_store){store_read, stored});
        assert_true(log_tree_open(&opened, sizes[i] / TILE_WIDTH, &fault));
        for (uint64_t at = sizes[i] / TILE_WIDTH * TILE_WIDTH; at < sizes[i]; at++)
            log_tree_append(&opened, hashes[at]);
        assert_int_equal(opened.size, sizes[i]);
        assert_true(digest_equal(log_tree_root(&opened), defined_root(hashes, sizes[i])));
        for (int more = 0; more < 300 && opened.size < LARGE; more++)
            log_tree_append(&opened, hashes[opened.size]);
        assert_true(digest_equal(log_tree_root(&opened), defined_root(hashes, opened.size)));
        if (opened.size > 0)
            check_proofs(&opened, hashes, opened.size / 3, opened.size, opened.size / 2 + 1);
    }
    stored->tiles[0][200] = (struct text){0};
    struct log_tree torn;
    struct fault fault = {0};
    log_tree_init(&torn, &arena, (struct tile_store){store_read, stored});
    assert_false(log_tree_open(&torn, 255, &fault));
    assert_int_equal(fault.kind, FAULT_ABSENT);
}

/* A batch that is rolled back leaves no trace, wherever tiles were filled. */
static void test_back(void **state)
{
    (void)state;
    struct stored *stored = ARENA_NEW(&arena, struct stored);
    struct digest *hashes = ARENA_ARRAY(&arena, LARGE, struct digest);
    for (uint64_t i = 0; i < LARGE; i++)
        hashes[i] = leaf_of(i);
    struct log_tree tree;
    log_tree_init(&tree, &arena, (struct tile_store){store_read, stored});
    srand(2);
    while (tree.size < LARGE - 600) {
        uint64_t size = tree.size, batch = (uint64_t)rand() % (TILE_WIDTH + 1);
        struct digest root = log_tree_root(&tree);
        for (uint64_t i = 0; i < batch; i++)
            log_tree_append(&tree, leaf_of(LARGE + i));
        log_tree_back(&tree, size);
        assert_int_equal(tree.size, size);
        assert_true(digest_equal(log_tree_root(&tree), root));
        uint64_t kept = (uint64_t)rand() % 300 + 1;
        for (uint64_t i = 0; i < kept; i++)
            append(&tree, stored, hashes[tree.size]);
        if (rand() % 8 == 0)
            check_proofs(&tree, hashes, (uint64_t)rand() % tree.size, tree.size, (uint64_t)rand() % tree.size + 1);
    }
    assert_true(digest_equal(log_tree_root(&tree), defined_root(hashes, tree.size)));
    /* Also right after it was opened, with nothing before it in memory. */
    struct log_tree opened;
    struct fault fault = {0};
    log_tree_init(&opened, &arena, (struct tile_store){store_read, stored});
    assert_true(log_tree_open(&opened, 2, &fault));
    for (uint64_t i = 512; i < 520; i++)
        log_tree_append(&opened, hashes[i]);
    log_tree_back(&opened, 512);
    assert_true(digest_equal(log_tree_root(&opened), defined_root(hashes, 512)));
    log_tree_append(&opened, hashes[512]);
    assert_true(digest_equal(log_tree_root(&opened), defined_root(hashes, 513)));
    struct log_tree empty;
    log_tree_init(&empty, &arena, (struct tile_store){0});
    log_tree_append(&empty, hashes[0]);
    log_tree_back(&empty, 0);
    assert_true(digest_equal(log_tree_root(&empty), tree_empty()));
    log_tree_append(&empty, hashes[0]);
    assert_true(digest_equal(log_tree_root(&empty), hashes[0]));
}

static void test_extremes_refused(void **state)
{
    (void)state;
    struct tree_proof proof = {.count = 0};
    struct digest hash = tree_empty();
    assert_false(tree_includes(hash, 0, hash, 0, &proof));
    assert_false(tree_includes(hash, 1, hash, UINT64_MAX, &proof));
    assert_true(tree_includes(hash, 1, hash, 0, &proof));
    assert_false(tree_includes(hash, UINT64_MAX, hash, UINT64_MAX - 1, &proof));
    assert_false(tree_continues(hash, 0, hash, 0, &proof));
    assert_false(tree_continues(hash, UINT64_MAX, hash, 1, &proof));
    assert_false(tree_continues(hash, 1ULL << 63, hash, UINT64_MAX, &proof));
    for (proof.count = 0; proof.count <= TREE_PROOF_MAX; proof.count++) {
        assert_false(tree_includes(hash, UINT64_MAX, hash, UINT64_MAX - 1, &proof));
        assert_false(tree_continues(hash, 1ULL << 63, hash, UINT64_MAX, &proof));
        assert_false(tree_continues(hash, 12345, hash, UINT64_MAX, &proof));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hashes),      cmocka_unit_test(test_roots),      cmocka_unit_test(test_proofs),
        cmocka_unit_test(test_probes),      cmocka_unit_test(test_small_trees), cmocka_unit_test(test_large_tree),
        cmocka_unit_test(test_open),        cmocka_unit_test(test_back),       cmocka_unit_test(test_extremes_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
