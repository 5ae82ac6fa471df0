#include "audit/note.h"
#include "audit/proof.h"
#include "audit/tile.h"
#include "base/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* The example of c2sp.org/signed-note. */
static const char example_vkey[] = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char example_note[] =
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
static const char tessera_vkey[] = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

static struct note_key key_of(const char *vkey)
{
    struct note_key key;
    assert_true(note_key_read(text_of(vkey), &key));
    return key;
}

static void test_example(void **state)
{
    (void)state;
    struct note_key key = key_of(example_vkey);
    struct note note;
    assert_true(text_is(note_key_text(&arena, &key), example_vkey));
    assert_true(note_read(&arena, text_of(example_note), &note));
    assert_true(text_is(note.text, "This is an example message.\n"));
    assert_int_equal(note.count, 1);
    assert_int_equal(note_verify(&note, &key, NULL), NOTE_GOOD);
    struct note_key other = key_of(tessera_vkey);
    assert_int_equal(note_verify(&note, &other, NULL), NOTE_UNSIGNED);
}

/* Each bit of the note: none is accepted, but that its own signature is no longer there may be all that is seen. */
static void test_every_bit(void **state)
{
    (void)state;
    struct note_key key = key_of(example_vkey);
    size_t length = sizeof example_note - 1;
    char *copy = arena_alloc(&arena, length);
    memcpy(copy, example_note, length);
    for (size_t bit = 0; bit < 8 * length; bit++) {
        struct note note;
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
        if (note_read(&arena, (struct text){copy, length}, &note))
            assert_int_not_equal(note_verify(&note, &key, NULL), NOTE_GOOD);
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
    }
}

static void test_keys_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "example.com/foo", "example.com/foo+530d903a", "example.com/foo+530d903a+",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  /* another id */
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  /* capitals */
        "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  /* another name */
        "example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  /* a space */
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",  /* type 2 */
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=", /* padding too much */
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct note_key key;
        if (note_key_read(text_of(bad[i]), &key))
            fail_msg("`%s` was read", bad[i]);
    }
}

static void test_forms_refused(void **state)
{
    (void)state;
#define SIGNATURE "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    static const char *const bad[] = {
        "", "\n", "\n\n", "text\n", "text\n\n", "text", "text\n— a " SIGNATURE "\n",
        "text\n\n— a " SIGNATURE,                   /* no newline at the end */
        "text\n\n- a " SIGNATURE "\n",              /* a hyphen */
        "text\n\n—a " SIGNATURE "\n",               /* no space */
        "text\n\n—  " SIGNATURE "\n",               /* no name */
        "text\n\n— a+b " SIGNATURE "\n",            /* a plus */
        "text\n\n— a\xc2\xa0" "b " SIGNATURE "\n",  /* a no-break space */
        "text\n\n— a  " SIGNATURE "\n",             /* two spaces */
        "text\n\n— a " SIGNATURE " \n",             /* a space behind */
        "text\n\n— a\n",                            /* no signature */
        "text\n\n— a Uw2QOg==\n",                   /* an id alone */
        "text\n\n— a " SIGNATURE "\nmore\n",
        "te\txt\n\n— a " SIGNATURE "\n", "text\r\n\n— a " SIGNATURE "\n", "te\xff" "xt\n\n— a " SIGNATURE "\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct note note;
        if (note_read(&arena, text_of(bad[i]), &note))
            fail_msg("`%s` was read", bad[i]);
    }
    struct note note; /* the last empty line parts them */
    assert_true(note_read(&arena, text_of("a\n\nb\n\n— a " SIGNATURE "\n— b " SIGNATURE "\n"), &note));
    assert_true(text_is(note.text, "a\n\nb\n"));
    assert_int_equal(note.count, 2);
}

/* ---- Our own ---- */

struct signer {
    struct note_key key;
    unsigned char secret[SIGNING_KEY_BYTES];
};

static struct signer signer_of(const char *name, enum note_key_type type, unsigned char seed_byte)
{
    unsigned char seed[SIGNING_SEED_BYTES] = {seed_byte}, public_key[PUBLIC_KEY_BYTES];
    struct signer signer;
    signing_key_of(seed, signer.secret, public_key);
    signer.key = note_key_of(text_of(name), type, public_key);
    return signer;
}

static struct checkpoint head_of(uint64_t size)
{
    return (struct checkpoint){TEXT("covenant.example/almere/2026"), size, tree_empty()};
}

static void test_checkpoint(void **state)
{
    (void)state;
    struct signer log = signer_of("covenant.example/almere/2026", NOTE_ED25519, 1);
    struct checkpoint head = head_of(0), read;
    struct text whole = checkpoint_sign(&arena, &head, &log.key, log.secret);
    struct note note;
    assert_true(note_read(&arena, whole, &note));
    assert_true(text_is(note.text, "covenant.example/almere/2026\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"));
    assert_int_equal(note_verify(&note, &log.key, NULL), NOTE_GOOD);
    assert_true(checkpoint_read(note.text, &read));
    assert_true(read.size == 0 && digest_equal(read.root, head.root) && text_equal(read.origin, head.origin));
    struct note_key again = key_of(text_string(&arena, note_key_text(&arena, &log.key)));
    assert_int_equal(note_verify(&note, &again, NULL), NOTE_GOOD);
#define ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    static const char *const bad[] = {"", "a\n", "a\n0\n", "\n0\n" ROOT "\n", "a\n00\n" ROOT "\n", "a\n01\n" ROOT "\n",
                                      "a\n-1\n" ROOT "\n", "a\n-0\n" ROOT "\n", "a\n+1\n" ROOT "\n", "a\n 1\n" ROOT "\n",
                                      "a\n1 \n" ROOT "\n", "a\n\n" ROOT "\n", "a\n9223372036854775808\n" ROOT "\n",
                                      "a\n1\n" ROOT, "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF==\n",
                                      "a\n1\n" ROOT "\n\n", "a\n1\n" ROOT "\nb\n\nc\n", "a\n1\n" ROOT "\nb"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (checkpoint_read(text_of(bad[i]), &read))
            fail_msg("`%s` was read", bad[i]);
    assert_true(checkpoint_read(text_of("a\n9223372036854775807\n" ROOT "\nan extension\n"), &read));
    assert_int_equal(read.size, INT64_MAX);
}

static void test_cosignatures(void **state)
{
    (void)state;
    struct signer log = signer_of("covenant.example/almere/2026", NOTE_ED25519, 1);
    struct signer first = signer_of("witness.example/one", NOTE_COSIGNATURE, 2);
    struct signer second = signer_of("witness.example/two", NOTE_COSIGNATURE, 3);
    struct checkpoint head = head_of(7);
    struct text whole = checkpoint_sign(&arena, &head, &log.key, log.secret), merged, again;
    struct text one = note_cosign(&arena, whole, 1700000000, &first.key, first.secret);
    struct text two = note_cosign(&arena, whole, 1700000001, &second.key, second.secret);
    assert_true(note_merge(&arena, one, two, &merged));
    assert_true(note_merge(&arena, merged, two, &again));
    assert_true(text_equal(merged, again));
    struct note note;
    uint64_t seconds;
    assert_true(note_read(&arena, merged, &note));
    assert_int_equal(note.count, 3);
    assert_int_equal(note_verify(&note, &log.key, &seconds), NOTE_GOOD);
    assert_int_equal(seconds, 0);
    assert_int_equal(note_verify(&note, &second.key, &seconds), NOTE_GOOD);
    assert_int_equal(seconds, 1700000001);
    assert_int_equal(note_verify(&note, &first.key, &seconds), NOTE_GOOD);
    /* The time is signed too. */
    struct text later = note_cosign(&arena, whole, 1700000000, &first.key, second.secret);
    assert_true(note_read(&arena, later, &note));
    assert_int_equal(note_verify(&note, &first.key, &seconds), NOTE_FORGED);
    head.size = 8;
    assert_false(note_merge(&arena, checkpoint_sign(&arena, &head, &log.key, log.secret), one, &merged));
}

static void test_key_id_is_of_the_type(void **state)
{
    (void)state;
    struct signer plain = signer_of("a", NOTE_ED25519, 1), witness = signer_of("a", NOTE_COSIGNATURE, 1);
    assert_memory_equal(plain.key.public_key, witness.key.public_key, PUBLIC_KEY_BYTES);
    assert_memory_not_equal(plain.key.id, witness.key.id, NOTE_KEY_ID_BYTES);
}

/* ---- Receipts ---- */

static struct text receipt_of(struct log_tree *tree, const struct signer *log, uint64_t index)
{
    struct tree_reader reader = log_tree_reader(tree);
    struct checkpoint head = {log->key.name, tree->size, log_tree_root(tree)};
    struct proof proof = {.index = index, .note = checkpoint_sign(&arena, &head, &log->key, log->secret)};
    struct fault fault;
    assert_true(tree_inclusion(&reader, index, tree->size, &proof.path, &fault));
    return proof_text(&arena, &proof);
}

static struct text leaf_of(uint64_t index)
{
    return text_format(&arena, "leaf %llu", (unsigned long long)index);
}

static void test_receipts(void **state)
{
    (void)state;
    struct signer log = signer_of("covenant.example/almere/2026", NOTE_ED25519, 1);
    struct signer other = signer_of("covenant.example/almere/2026", NOTE_ED25519, 9);
    struct log_tree tree;
    log_tree_init(&tree, &arena, (struct tile_store){0});
    for (uint64_t i = 0; i < 300; i++)
        log_tree_append(&tree, tree_leaf(leaf_of(i)));
    for (uint64_t i = 0; i < 300; i += 7) {
        struct text receipt = receipt_of(&tree, &log, i);
        struct checkpoint head;
        assert_int_equal(proof_verify(&arena, receipt, leaf_of(i), &log.key, 1, &head), PROOF_GOOD);
        assert_int_equal(head.size, 300);
        assert_int_equal(proof_verify(&arena, receipt, leaf_of(i + 1), &log.key, 1, NULL), PROOF_OTHER);
        assert_int_equal(proof_verify(&arena, receipt, leaf_of(i), NULL, 0, NULL), PROOF_UNANCHORED);
        assert_int_equal(proof_verify(&arena, receipt, leaf_of(i), &other.key, 1, NULL), PROOF_UNSIGNED);
    }
    struct text receipt = receipt_of(&tree, &log, 41);
    assert_true(text_starts_with(receipt, "c2sp.org/tlog-proof@v1\nindex 41\n"));
    char *copy = arena_alloc(&arena, receipt.length);
    memcpy(copy, receipt.at, receipt.length);
    for (size_t bit = 0; bit < 8 * receipt.length; bit++) {
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
        assert_int_not_equal(
            proof_verify(&arena, (struct text){copy, receipt.length}, leaf_of(41), &log.key, 1, NULL), PROOF_GOOD);
        copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
    }
}

static void test_proof_forms(void **state)
{
    (void)state;
    struct proof proof;
    assert_true(proof_read(TEXT("c2sp.org/tlog-proof@v1\nindex 0\n\nnote"), &proof));
    assert_true(text_is(proof.note, "note"));
    assert_true(proof_read(TEXT("c2sp.org/tlog-proof@v1\nextra YWJj\nindex 12\n" ROOT "\n" ROOT "\n\n"), &proof));
    assert_int_equal(proof.index, 12);
    assert_int_equal(proof.path.count, 2);
    static const char *const bad[] = {
        "", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\nindex 0\n\n", "c2sp.org/tlog-proof@v1\nindex 0\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\n", "c2sp.org/tlog-proof@v1\nindex -1\n\n",
        "c2sp.org/tlog-proof@v1\nindex  1\n\n", "c2sp.org/tlog-proof@v1\nindex\n\n",
        "c2sp.org/tlog-proof@v1\nindex 1\nabc\n\n", "c2sp.org/tlog-proof@v1\nextra YWJj\nextra YWJj\nindex 1\n\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (proof_read(text_of(bad[i]), &proof))
            fail_msg("`%s` was read", bad[i]);
    struct buffer many; /* more hashes than any tree has */
    buffer_init(&many, &arena);
    buffer_add_string(&many, "c2sp.org/tlog-proof@v1\nindex 1\n");
    for (int i = 0; i <= TREE_PROOF_MAX; i++)
        buffer_add_string(&many, ROOT "\n");
    buffer_add_string(&many, "\n");
    assert_false(proof_read(buffer_text(&many), &proof));
}

/* ---- A log of others: 15 entries, a checkpoint for each size ---- */

static const char *tessera(const char *name)
{
    const char *shared = getenv("COVENANT_SHARED");
    return text_string(&arena, text_format(&arena, "%s/vectors/tessera/testdata/log/%s", shared ? shared : "../shared", name));
}

static void check_tessera(struct log_tree *tree, const struct note_key *key, uint64_t size)
{
    struct text text;
    struct note note;
    struct checkpoint head;
    struct fault fault = {0};
    const char *name = text_string(&arena, text_format(&arena, "checkpoint.%llu", (unsigned long long)size));
    assert_true(file_read(&arena, tessera(name), NOTE_BYTES_MAX, &text, &fault));
    assert_true(note_read(&arena, text, &note));
    assert_int_equal(note_verify(&note, key, NULL), NOTE_GOOD);
    assert_true(checkpoint_read(note.text, &head));
    assert_int_equal(head.size, size);
    assert_true(digest_equal(head.root, log_tree_root(tree)));
}

static void test_tessera(void **state)
{
    (void)state;
    struct stat status;
    if (stat(tessera("checkpoint"), &status) != 0) {
        print_message("SKIPPED: %s: it is not there\n", tessera("checkpoint"));
        skip();
    }
    struct note_key key = key_of(tessera_vkey);
    struct log_tree tree;
    struct text bundle, leaf;
    struct fault fault = {0};
    size_t at = 0;
    log_tree_init(&tree, &arena, (struct tile_store){0});
    assert_true(file_read(&arena, tessera("tile/entries/000.p/15"), 1 << 20, &bundle, &fault));
    check_tessera(&tree, &key, 0);
    while (tile_entry_next(bundle, &at, &leaf)) {
        log_tree_append(&tree, tree_leaf(leaf));
        check_tessera(&tree, &key, tree.size);
        struct text tile;
        assert_true(file_read(&arena, tessera(text_string(&arena, tile_path(&arena, 0, 0, (unsigned)tree.size))), 8192,
                              &tile, &fault));
        assert_true(text_equal(tile, log_tree_partial(&tree, 0)));
    }
    assert_int_equal(tree.size, 15);
    assert_int_equal(at, bundle.length);
    print_message("tessera: 16 checkpoints and 15 tiles agree\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example),   cmocka_unit_test(test_every_bit),   cmocka_unit_test(test_keys_refused),
        cmocka_unit_test(test_forms_refused), cmocka_unit_test(test_checkpoint), cmocka_unit_test(test_cosignatures),
        cmocka_unit_test(test_key_id_is_of_the_type), cmocka_unit_test(test_receipts),
        cmocka_unit_test(test_proof_forms), cmocka_unit_test(test_tessera),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
