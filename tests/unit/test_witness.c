/* What a log and a witness say to each other, and policies of trust; the examples are those of the C2SP texts. */
#include "audit/log_tree.h"
#include "audit/policy.h"
#include "audit/witness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

/* ---- the request ---- */

#define HEAD                                                                                                           \
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"                              \
    "— example.com/behind-the-sofa "                                                                                   \
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
static const char example_request[] =
    "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n" HEAD;

static void test_example(void **state)
{
    (void)state;
    struct witness_request request;
    struct checkpoint head;
    struct note note;
    assert_true(witness_request_read(text_of(example_request), &request));
    assert_int_equal(request.old, 20852014);
    assert_int_equal(request.proof.count, 4);
    assert_true(note_read(&arena, request.note, &note) && checkpoint_read(note.text, &head));
    assert_int_equal(head.size, 20852163);
    assert_true(text_is(witness_request_text(&arena, &request), example_request));
}

static void test_malformed(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "old 1\n", "old 1\n\n", "old 01\n\n" HEAD, "old -1\n\n" HEAD, "old\n\n" HEAD, "new 1\n\n" HEAD, "old 1 \n\n" HEAD,
        "old 1\nAAAA\n\n" HEAD, "old 1\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n",
        "old 1\n" HEAD, "old 99999999999999999999\n\n" HEAD,
    };
    struct witness_request request;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(witness_request_read(text_of(wrong[i]), &request));
    struct buffer buffer;
    for (size_t hashes = WITNESS_PROOF_MAX; hashes <= WITNESS_PROOF_MAX + 1; hashes++) {
        buffer_init(&buffer, &arena);
        buffer_add_string(&buffer, "old 1\n");
        for (size_t i = 0; i < hashes; i++)
            buffer_add_string(&buffer, "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n");
        buffer_add_string(&buffer, "\n" HEAD);
        assert_int_equal(witness_request_read(buffer_text(&buffer), &request), hashes == WITNESS_PROOF_MAX);
    }
}

/* ---- the judgement ---- */

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

/* A log of `size` leaves; from `fork` on they are others. */
static struct log_tree *tree_of(uint64_t size, uint64_t fork)
{
    struct log_tree *tree = ARENA_NEW(&arena, struct log_tree);
    log_tree_init(tree, &arena, (struct tile_store){0});
    for (uint64_t i = 0; i < size; i++)
        log_tree_append(tree, tree_leaf(text_format(&arena, "%s %d", i < fork ? "leaf" : "other", (int)i)));
    return tree;
}

static struct checkpoint head_of(const struct log_tree *tree)
{
    return (struct checkpoint){TEXT("almere/2026"), tree->size, log_tree_root(tree)};
}

static struct witness_request ask(struct log_tree *tree, uint64_t old, const struct signer *log)
{
    struct witness_request request = {.old = old};
    struct checkpoint head = head_of(tree);
    struct tree_reader reader = log_tree_reader(tree);
    struct fault fault;
    if (old <= tree->size)
        assert_true(tree_consistency(&reader, old, tree->size, &request.proof, &fault));
    request.note = checkpoint_sign(&arena, &head, &log->key, log->secret);
    return request;
}

static void test_judgement(void **state)
{
    (void)state;
    const struct signer log = signer_of("almere/2026", NOTE_ED25519, 1), other = signer_of("almere/2026", NOTE_ED25519, 2);
    struct checkpoint head;
    for (uint64_t old = 0; old <= 9; old++)
        for (uint64_t size = 1; size <= 9; size++) {
            struct checkpoint seen = head_of(tree_of(old, 9));
            const struct checkpoint *known = old ? &seen : NULL;
            struct log_tree *tree = tree_of(size, 9), *forked = tree_of(size, old ? old - 1 : 0);
            struct witness_request request = ask(tree, old, &log);
            enum witness_verdict right = old <= size ? WITNESS_COSIGN : WITNESS_MALFORMED;
            assert_int_equal(witness_judge(&arena, &request, known, &log.key, &head), right);
            assert_int_equal(witness_judge(&arena, &request, known, &other.key, &head), WITNESS_UNSIGNED);
            if (old > size)
                continue;
            assert_int_equal(head.size, size);
            request.old = old + 1 <= size ? old + 1 : old - 1;
            assert_int_equal(witness_judge(&arena, &request, known, &log.key, &head),
                             request.old == (known ? old : 0) ? right : WITNESS_CONFLICT);
            if (!old)
                continue;
            request = ask(forked, old, &log);
            assert_int_equal(witness_judge(&arena, &request, known, &log.key, &head),
                             old == size ? WITNESS_CONFLICT : WITNESS_INCONSISTENT);
            request = ask(tree, old, &log);
            request.proof.hashes[request.proof.count++] = tree_empty();
            assert_int_equal(witness_judge(&arena, &request, known, &log.key, &head), WITNESS_INCONSISTENT);
        }
    struct witness_request first = ask(tree_of(3, 3), 0, &log);
    first.proof.count = 1; /* of nothing there is nothing to prove */
    assert_int_equal(witness_judge(&arena, &first, NULL, &log.key, &head), WITNESS_INCONSISTENT);
}

/* ---- policies ---- */

static struct text vkey_of(const char *name, unsigned char seed, enum note_key_type type)
{
    const struct signer signer = signer_of(name, type, seed);
    return note_key_text(&arena, &signer.key);
}

static struct text keyed(const char *line, unsigned char seed)
{
    struct text vkey = vkey_of(line, seed, NOTE_COSIGNATURE);
    return text_format(&arena, "witness %s \t%.*s https://example.com/%s\n", line, TEXT_ARGS(vkey), line);
}

/* The policy of the text: two of three, and any of three others. */
static struct text example_policy(void)
{
    struct buffer buffer;
    struct text log = vkey_of("almere/2026", 1, NOTE_ED25519);
    buffer_init(&buffer, &arena);
    buffer_format(&buffer, "# a comment\n\nlog %.*s\n", TEXT_ARGS(log));
    static const char *const names[] = {"X1", "X2", "X3", "Y1", "Y2", "Y3"};
    for (unsigned char i = 0; i < 6; i++)
        buffer_add(&buffer, keyed(names[i], (unsigned char)(i + 10)));
    buffer_add_string(&buffer, "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\n"
                               "group X-and-Y all X-witnesses Y-witnesses\n  quorum\tX-and-Y \n");
    return buffer_text(&buffer);
}

static void test_quorum(void **state)
{
    (void)state;
    static struct policy policy;
    struct text problem;
    const struct signer log = signer_of("almere/2026", NOTE_ED25519, 1);
    static const char *const names[] = {"X1", "X2", "X3", "Y1", "Y2", "Y3"};
    assert_true(policy_read(&arena, example_policy(), &policy, &problem));
    assert_int_equal(policy.logs_count, 1);
    for (unsigned set = 0; set < 64; set++) {
        struct checkpoint head = head_of(tree_of(5, 5));
        struct text whole = checkpoint_sign(&arena, &head, &log.key, log.secret);
        size_t xs = 0, ys = 0, cosigned;
        for (unsigned i = 0; i < 6; i++) {
            const struct signer witness = signer_of(names[i], NOTE_COSIGNATURE, (unsigned char)(i + 10));
            if (!(set & 1u << i))
                continue;
            whole = note_cosign(&arena, whole, 1700000000 + i, &witness.key, witness.secret);
            (*(i < 3 ? &xs : &ys))++;
        }
        struct note note;
        assert_true(note_read(&arena, whole, &note));
        assert_int_equal(policy_judge(&policy, &note, &cosigned), xs >= 2 && ys >= 1 ? POLICY_MET : POLICY_LACKING);
        assert_int_equal(cosigned, xs + ys);
    }
}

static void test_forged(void **state)
{
    (void)state;
    static struct policy policy;
    struct text problem;
    const struct signer log = signer_of("almere/2026", NOTE_ED25519, 1);
    struct signer witness = signer_of("X1", NOTE_COSIGNATURE, 10), stranger = signer_of("Z", NOTE_COSIGNATURE, 99);
    struct checkpoint head = head_of(tree_of(5, 5));
    size_t cosigned;
    struct note note;
    assert_true(policy_read(&arena, example_policy(), &policy, &problem));
    struct text whole = checkpoint_sign(&arena, &head, &log.key, log.secret);
    assert_true(note_read(&arena, note_cosign(&arena, whole, 1, &stranger.key, stranger.secret), &note));
    assert_int_equal(policy_judge(&policy, &note, &cosigned), POLICY_LACKING);
    assert_true(note_read(&arena, note_cosign(&arena, whole, 1, &witness.key, stranger.secret), &note));
    assert_int_equal(policy_judge(&policy, &note, &cosigned), POLICY_FORGED);
}

static void test_wrong_policies(void **state)
{
    (void)state;
    static struct policy policy;
    struct text problem, w = keyed("W", 1), same = keyed("V", 1), other = keyed("U", 2);
    const char *one = text_string(&arena, w), *again = text_string(&arena, same), *two = text_string(&arena, other);
    const struct {
        const char *lines[4];
        bool right;
    } cases[] = {
        {{"quorum none\n"}, true},
        {{one, "quorum W\n"}, true},
        {{one, two, "group g all W U\n", "quorum g\n"}, true},
        {{one, "quorum none\n"}, true},
        {{""}, false},
        {{one}, false},
        {{"quorum W\n", one}, false},
        {{"quorum none\n", "quorum none\n"}, false},
        {{"quorum none"}, false},
        {{one, again, "quorum W\n"}, false},
        {{one, one, "quorum W\n"}, false},
        {{one, "group g 2 W\n", "quorum g\n"}, false},
        {{one, "group g 0 W\n", "quorum g\n"}, false},
        {{one, "group g 01 W\n", "quorum g\n"}, false},
        {{one, "group g any\n", "quorum W\n"}, false},
        {{one, "group none any W\n", "quorum W\n"}, false},
        {{one, "group g any none\n", "quorum W\n"}, false},
        {{one, "group g any W\n", "group h any W\n", "quorum g\n"}, false},
        {{one, "group g any W W\n", "quorum g\n"}, false},
        {{"group g any g\n", "quorum g\n"}, false},
        {{"witness W x\n", "quorum W\n"}, false},
        {{"what\n", "quorum none\n"}, false},
        {{"# \x01\nquorum none\x01\n"}, false},
        {{"quorum none\r\n"}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer buffer;
        buffer_init(&buffer, &arena);
        for (size_t l = 0; l < 4 && cases[i].lines[l]; l++)
            buffer_add_string(&buffer, cases[i].lines[l]);
        assert_int_equal(policy_read(&arena, buffer_text(&buffer), &policy, &problem), cases[i].right);
        assert_int_equal(problem.at != NULL, !cases[i].right);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_example, begin, end),
        cmocka_unit_test_setup_teardown(test_malformed, begin, end),
        cmocka_unit_test_setup_teardown(test_judgement, begin, end),
        cmocka_unit_test_setup_teardown(test_quorum, begin, end),
        cmocka_unit_test_setup_teardown(test_forged, begin, end),
        cmocka_unit_test_setup_teardown(test_wrong_policies, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
