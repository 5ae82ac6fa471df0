#include "audit/leaf.h"
#include "audit/seal.h"
#include "base/json.h"
#include "base/limits.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static char folder[64];
static struct keys *keys;
static struct master master;

static int begin(void **state)
{
    (void)state;
    struct fault fault;
    arena_init(&arena);
    strcpy(folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/test_seal.XXXXXX" : "/tmp/test_seal.XXXXXX");
    if (!mkdtemp(folder) || !digest_init() || !master_init(&master, folder, NULL, NULL, &fault))
        return -1;
    keys = keys_open(folder, &master, &fault);
    return keys ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    keys_close(keys);
    master_finish(&master);
    arena_finish(&arena);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static const char request_text[] =
    "{\"case\":{\"case\":\"A-1\",\"facts\":{\"ago\":11,\"arrears\":\"marker-8213.00\",\"family\":true,\"m\":null,"
    "\"zip\":\"1315\"},\"region\":\"almere\"},\"verb\":\"decide\"}";
static const char decision_text[] = "{\"outcome\":\"eligible\",\"reasons\":[\"marker-reason\"]}";
#define ID "01993f0f-0000-7000-8000-000000000000"
static const struct seal_place place = {{"almere/2026", 11}, 41, {ID, sizeof ID - 1}};

static struct content content_new(void)
{
    return (struct content){
        text_of(request_text),
        text_of(decision_text),
        TEXT("{\"action\":\"decide\",\"origin\":\"tcp\"}"),
    };
}

static struct value *request_value(void)
{
    struct json_error error;
    struct value *request = json_read(&arena, text_of(request_text), &error);
    assert_non_null(request);
    return request;
}

static struct sealed sealed_new(long long slot, const struct content *content)
{
    struct sealed sealed;
    enum key_found found;
    struct fault fault;
    assert_true(seal(&arena, keys, slot, &place, content, request_value(), content->decision, &sealed, &found, &fault));
    assert_int_equal(found, KEY_FOUND);
    return sealed;
}

static enum key_found unseal_at(long long slot, const struct seal_place *at, struct text payload,
                                struct unsealed *unsealed)
{
    enum key_found found;
    struct fault fault;
    assert_true(unseal(&arena, keys, slot, at, payload, unsealed, &found, &fault));
    return found;
}

static void test_round(void **state)
{
    (void)state;
    struct content content = content_new();
    struct sealed sealed = sealed_new(2, &content), again = sealed_new(2, &content);
    struct unsealed unsealed;
    assert_int_equal(unseal_at(2, &place, sealed.payload, &unsealed), KEY_FOUND);
    assert_true(text_equal(unsealed.content.request, content.request));
    assert_true(text_equal(unsealed.content.decision, content.decision));
    assert_true(text_equal(unsealed.content.trail, content.trail));
    assert_memory_equal(unsealed.opening, sealed.opening, SECRET_BYTES);
    assert_true(digest_equal(sealed.sealed, digest_of(sealed.payload)));
    /* What a client checks: SHA-256 of the opening and the bytes it got. */
    char bytes[SECRET_BYTES + sizeof decision_text - 1];
    memcpy(bytes, sealed.opening, SECRET_BYTES);
    memcpy(bytes + SECRET_BYTES, decision_text, sizeof decision_text - 1);
    assert_true(digest_equal(sealed.answer, digest_of((struct text){bytes, sizeof bytes})));
    assert_true(digest_equal(sealed.answer, seal_answer(unsealed.opening, content.decision)));
    /* The same again says nothing of being the same. */
    assert_false(digest_equal(sealed.contents, again.contents));
    assert_false(digest_equal(sealed.answer, again.answer));
    assert_false(digest_equal(sealed.sealed, again.sealed));
    unsealed_finish(&unsealed);
    static const unsigned char zeros[SECRET_BYTES];
    assert_memory_equal(unsealed.seed, zeros, SECRET_BYTES);
    assert_memory_equal(unsealed.opening, zeros, SECRET_BYTES);
}

/* Absent is not empty, and both come back; without an answer there is no digest of one. */
static void test_parts(void **state)
{
    (void)state;
    for (int which = 0; which < 27; which++) {
        const struct text kinds[] = {{0}, TEXT(""), TEXT("{}")};
        struct content content = {kinds[which % 3], kinds[which / 3 % 3], kinds[which / 9]};
        for (long long slot = KEYS_SLOT_NONE; slot < 3; slot += 2) {
            struct sealed sealed;
            struct unsealed unsealed;
            enum key_found found;
            struct fault fault;
            assert_true(seal(&arena, keys, slot, &place, &content, NULL, (struct text){0}, &sealed, &found, &fault));
            assert_int_equal(found, KEY_FOUND);
            assert_false(sealed.has_answer);
            assert_int_equal(unseal_at(slot, &place, sealed.payload, &unsealed), KEY_FOUND);
            assert_int_equal(!unsealed.content.request.at, !content.request.at);
            assert_true(text_equal(unsealed.content.request, content.request));
            assert_int_equal(!unsealed.content.decision.at, !content.decision.at);
            assert_true(text_equal(unsealed.content.decision, content.decision));
            assert_int_equal(!unsealed.content.trail.at, !content.trail.at);
            assert_true(text_equal(unsealed.content.trail, content.trail));
        }
    }
}

/* A payload is of one record, one key, and of every bit that it has. */
static void test_other_place(void **state)
{
    (void)state;
    struct content content = content_new();
    struct sealed sealed = sealed_new(2, &content);
    struct unsealed unsealed;
    struct seal_place other = place;
    other.index = 42;
    assert_int_equal(unseal_at(2, &other, sealed.payload, &unsealed), KEY_WRONG);
    other = place;
    other.log = TEXT("almere/2027");
    assert_int_equal(unseal_at(2, &other, sealed.payload, &unsealed), KEY_WRONG);
    other = place;
    other.id = TEXT("01993f0f-0000-7000-8000-000000000001");
    assert_int_equal(unseal_at(2, &other, sealed.payload, &unsealed), KEY_WRONG);
    assert_int_equal(unseal_at(3, &place, sealed.payload, &unsealed), KEY_WRONG);
    assert_int_equal(unseal_at(KEYS_SLOT_NONE, &place, sealed.payload, &unsealed), KEY_WRONG);
    for (size_t length = 0; length < sealed.payload.length; length++)
        assert_int_equal(unseal_at(2, &place, text_slice(sealed.payload, 0, length), &unsealed), KEY_WRONG);
    char *changed = arena_alloc(&arena, sealed.payload.length);
    for (size_t bit = 0; bit < 8 * sealed.payload.length; bit++) {
        memcpy(changed, sealed.payload.at, sealed.payload.length);
        changed[bit / 8] = (char)(changed[bit / 8] ^ 1 << bit % 8);
        assert_int_equal(unseal_at(2, &place, (struct text){changed, sealed.payload.length}, &unsealed), KEY_WRONG);
    }
}

/* In clear: nothing wrong with its lengths is believed, and it is not taken for a sealed one. */
static void test_clear(void **state)
{
    (void)state;
    struct content content = content_new();
    struct sealed sealed = sealed_new(KEYS_SLOT_NONE, &content);
    struct unsealed unsealed;
    assert_non_null(memmem(sealed.payload.at, sealed.payload.length, "marker-reason", 13));
    assert_int_equal(unseal_at(2, &place, sealed.payload, &unsealed), KEY_WRONG);
    for (size_t length = 0; length < sealed.payload.length; length++) {
        struct text cut = text_copy(&arena, text_slice(sealed.payload, 0, length));
        assert_int_equal(unseal_at(KEYS_SLOT_NONE, &place, cut, &unsealed), KEY_WRONG);
    }
    char *changed = arena_alloc(&arena, sealed.payload.length + 1);
    memcpy(changed, sealed.payload.at, sealed.payload.length);
    struct text longer = {changed, sealed.payload.length + 1};
    assert_int_equal(unseal_at(KEYS_SLOT_NONE, &place, longer, &unsealed), KEY_WRONG);
    longer.length--;
    for (size_t i = 0; i < 4; i++) {
        changed[1 + SECRET_BYTES + i] = (char)(changed[1 + SECRET_BYTES + i] ^ 0x40);
        assert_int_equal(unseal_at(KEYS_SLOT_NONE, &place, longer, &unsealed), KEY_WRONG);
        changed[1 + SECRET_BYTES + i] = (char)(changed[1 + SECRET_BYTES + i] ^ 0x40);
    }
}

static void test_erased(void **state)
{
    (void)state;
    struct content content = content_new();
    struct sealed sealed = sealed_new(2, &content), none;
    struct unsealed unsealed;
    enum key_found found;
    struct fault fault;
    const long long slot = 2;
    assert_true(keys_erase(keys, &slot, 1, &fault));
    assert_int_equal(unseal_at(2, &place, sealed.payload, &unsealed), KEY_ERASED);
    assert_true(seal(&arena, keys, 2, &place, &content, NULL, content.decision, &none, &found, &fault));
    assert_int_equal(found, KEY_ERASED);
    /* Nothing of it stands in clear in what was not sealed. */
    assert_null(memmem(none.payload.at, none.payload.length, "marker", 6));
}

/* ---- one fact, opened to a court ---- */

static void test_opening(void **state)
{
    (void)state;
    struct content content = content_new();
    struct sealed sealed = sealed_new(2, &content);
    struct unsealed unsealed;
    assert_int_equal(unseal_at(2, &place, sealed.payload, &unsealed), KEY_FOUND);
    struct contents contents;
    contents_init(&contents, &arena, &unsealed.content, request_value(), unsealed.seed);
    assert_true(digest_equal(contents_root(&contents), sealed.contents));
    static const char *const names[] = {"request", "decision", "trail", "/case/facts/ago", "/case/facts/arrears",
                                        "/case/facts/family", "/case/facts/m", "/case/facts/zip"};
    assert_int_equal(contents.count, 8);
    for (size_t i = 0; i < 8; i++) {
        struct contents_opening opening, read;
        struct json_error error;
        assert_true(contents_open(&contents, text_of(names[i]), &opening));
        assert_int_equal(opening.index, i);
        assert_true(contents_opening_holds(&opening, sealed.contents));
        struct text written = json_write(&arena, contents_opening_value(&arena, &opening));
        assert_true(contents_opening_read(&arena, json_read(&arena, written, &error), &read));
        assert_true(contents_opening_holds(&read, sealed.contents));
        if (i > 2) /* nothing of the other facts */
            assert_true(!memmem(written.at, written.length, "marker", 6) == (i != 4));
        read.salt[31] ^= 1;
        assert_false(contents_opening_holds(&read, sealed.contents));
        read.salt[31] ^= 1;
        read.index = (i + 1) % 8;
        assert_false(contents_opening_holds(&read, sealed.contents));
        read.index = i;
        read.name = TEXT("/case/facts/agO");
        assert_false(contents_opening_holds(&read, sealed.contents));
        read = opening;
        read.value = TEXT("12");
        assert_false(contents_opening_holds(&read, sealed.contents));
        read = opening;
        read.path.count--;
        assert_false(contents_opening_holds(&read, sealed.contents));
    }
    struct contents_opening opening;
    assert_false(contents_open(&contents, TEXT("/case/facts/absent"), &opening));
    contents_finish(&contents);
    unsealed_finish(&unsealed);
}

static void test_opening_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "[]", "{}", "null",
        "{\"index\":0,\"name\":\"a\",\"path\":[],\"salt\":\"AAAA\",\"size\":1,\"value\":1}",
        "{\"index\":1,\"name\":\"a\",\"path\":[],\"salt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"size\":1,"
        "\"value\":1}",
        "{\"index\":-1,\"name\":\"a\",\"path\":[],\"salt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"size\":1,"
        "\"value\":1}",
        "{\"index\":0,\"name\":\"a\",\"path\":[\"x\"],\"salt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\","
        "\"size\":1,\"value\":1}",
        "{\"index\":0,\"name\":\"a\",\"path\":{},\"salt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"size\":1,"
        "\"value\":1}",
        "{\"index\":0,\"name\":\"a\",\"path\":[],\"salt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"size\":1}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct json_error error;
        struct contents_opening opening;
        assert_false(contents_opening_read(&arena, json_read(&arena, text_of(wrong[i]), &error), &opening));
    }
}

/* Bytes as annex and header say, made here by other means: two entries, a fixed seed. */
static void test_contents_bytes(void **state)
{
    (void)state;
    const unsigned char seed[SECRET_BYTES] = {7};
    struct content content = {TEXT("{}"), TEXT("[1]"), {0}};
    struct contents contents;
    contents_init(&contents, &arena, &content, NULL, seed);
    struct digest leaves[2];
    static const char *const names[] = {"request", "decision"};
    for (size_t i = 0; i < 2; i++) {
        struct contents_opening opening;
        assert_true(contents_open(&contents, text_of(names[i]), &opening));
        struct buffer entry;
        buffer_init(&entry, &arena);
        buffer_add(&entry, (struct text){"\0covenant/entry/v1\0", 19});
        buffer_add(&entry, (struct text){(const char *)opening.salt, SECRET_BYTES});
        buffer_add(&entry, (struct text){i ? "\0\0\0\10" : "\0\0\0\7", 4});
        buffer_add_string(&entry, names[i]);
        buffer_add_string(&entry, i ? "[1]" : "{}");
        leaves[i] = digest_of(buffer_text(&entry));
    }
    struct text parts[] = {TEXT("\1"), {(const char *)leaves[0].bytes, 32}, {(const char *)leaves[1].bytes, 32}};
    assert_true(digest_equal(contents_root(&contents), digest_of_parts(parts, 3)));
    contents_finish(&contents);
}

/* ---- leaves ---- */

static struct leaf leaf_new(void)
{
    return (struct leaf){
        .kind = TEXT("decision"),
        .id = place.id,
        .log = place.log,
        .time = TEXT("2026-11-22T10:15:00+01:00"),
        .client = TEXT("local"),
        .edition = TEXT("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        .has_contents = true,
        .has_answer = true,
        .has_sealed = true,
        .contents = digest_of(TEXT("a")),
        .answer = digest_of(TEXT("b")),
        .sealed = digest_of(TEXT("c")),
    };
}

static void test_leaf(void **state)
{
    (void)state;
    struct leaf leaf = leaf_new(), read;
    struct text text, problem = {0}, again;
    assert_true(leaf_write(&arena, &leaf, &text));
    assert_true(leaf_read(&arena, text, &read, &problem));
    assert_true(leaf_write(&arena, &read, &again));
    assert_true(text_equal(text, again));
    assert_true(digest_equal(read.contents, leaf.contents) && digest_equal(read.answer, leaf.answer) &&
                digest_equal(read.sealed, leaf.sealed));
    assert_true(text_equal(read.kind, leaf.kind) && text_equal(read.time, leaf.time) && !read.about);
    assert_true(text_starts_with(text, "{\"answer\":\"sha256:3e23e816"));
    assert_true(text_ends_with(text, "\"time\":\"2026-11-22T10:15:00+01:00\",\"v\":1}"));
    leaf = (struct leaf){.kind = TEXT("daily"), .id = place.id, .log = place.log, .time = leaf.time,
                         .client = TEXT("local"), .about = value_object(&arena)};
    assert_true(leaf_write(&arena, &leaf, &text));
    assert_true(leaf_read(&arena, text, &read, &problem));
    assert_false(read.has_contents || read.has_answer || read.has_sealed || read.edition.at);
    assert_non_null(read.about);
}

/* The largest that names may make it fits; more is refused. */
static void test_leaf_size(void **state)
{
    (void)state;
    char name[ID_LENGTH_MAX];
    memset(name, 'n', sizeof name);
    struct leaf leaf = leaf_new(), read;
    leaf.client = (struct text){name, sizeof name};
    leaf.log = text_format(&arena, "%.*s/2026", TEXT_ARGS(leaf.client));
    leaf.kind = TEXT("confirmation");
    struct text text, problem = {0};
    assert_true(leaf_write(&arena, &leaf, &text));
    assert_true(text.length < LEAF_BYTES_MAX - 128);
    struct value *about = value_object(&arena);
    char *filler = arena_alloc(&arena, LEAF_BYTES_MAX);
    memset(filler, 'x', LEAF_BYTES_MAX);
    size_t room = LEAF_BYTES_MAX - text.length - strlen("\"about\":{\"x\":\"\"},");
    value_set(&arena, about, "x", value_text(&arena, (struct text){filler, room}));
    leaf.about = about;
    assert_true(leaf_write(&arena, &leaf, &text));
    assert_int_equal(text.length, LEAF_BYTES_MAX);
    assert_true(leaf_read(&arena, text, &read, &problem));
    value_set(&arena, about, "x", value_text(&arena, (struct text){filler, room + 1}));
    assert_false(leaf_write(&arena, &leaf, &text));
    assert_false(leaf_read(&arena, text, &read, &problem));
    assert_non_null(strstr(problem.at, "too large"));
}

static void test_leaf_refused(void **state)
{
    (void)state;
#define REST "\"id\":\"i\",\"kind\":\"daily\",\"log\":\"a/2026\",\"time\":\"t\",\"v\":1}"
    static const char *const good = "{\"client\":\"c\"," REST;
    static const struct {
        const char *text, *problem;
    } wrong[] = {
        {"", "no JSON object"},
        {"[]", "no JSON object"},
        {"{\"client\":\"c\", " REST, "not canonical"},
        {"{" REST, "lacks"},
        {"{\"client\":\"\"," REST, "lacks"},
        {"{\"client\":1," REST, "lacks"},
        {"{\"about\":[],\"client\":\"c\"," REST, "`about`"},
        {"{\"answer\":\"x\",\"client\":\"c\"," REST, "digest"},
        {"{\"answer\":1,\"client\":\"c\"," REST, "digest"},
        {"{\"client\":\"c\",\"extra\":1," REST, "not known"},
        {"{\"client\":\"c\",\"id\":\"i\",\"kind\":\"daily\",\"log\":\"a/2026\",\"time\":\"t\",\"v\":2}", "version"},
        {"{\"client\":\"c\",\"id\":\"i\",\"kind\":\"daily\",\"log\":\"a/2026\",\"time\":\"t\"}", "version"},
    };
    struct leaf leaf;
    struct text problem = {0};
    assert_true(leaf_read(&arena, text_of(good), &leaf, &problem));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(leaf_read(&arena, text_of(wrong[i].text), &leaf, &problem));
        if (!strstr(problem.at, wrong[i].problem))
            fail_msg("%s: %s", wrong[i].text, problem.at);
    }
}

/* ---- what stays in memory ---- */

/* How often the needle, which is given inverted so as not to be found itself, lies in this process. */
static int hits(const unsigned char *inverted, size_t size)
{
    int count = 0;
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char mode[5];
        if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 || mode[0] != 'r' || mode[1] != 'w')
            continue;
        for (const volatile unsigned char *at = (const volatile unsigned char *)from;
             at + size <= (const volatile unsigned char *)to; at++) {
            size_t same = 0;
            while (same < size && (at[same] ^ inverted[same]) == 0xFF)
                same++;
            count += same == size;
        }
    }
    fclose(maps);
    return count;
}

/* The key of a case is in no memory of ours after it was used; the seed neither, once wiped. */
static void test_nothing_stays(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__)
    skip(); /* its shadow memory is terabytes of what looks like ours */
#endif
    struct content content = content_new();
    struct sealed sealed = sealed_new(2, &content);
    struct unsealed unsealed;
    assert_int_equal(unseal_at(2, &place, sealed.payload, &unsealed), KEY_FOUND);
    unsigned char seed[16], key[16];
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = unsealed.seed[i] ^ 0xFF;
    unsealed_finish(&unsealed);
    assert_int_equal(hits(seed, sizeof seed), 0);

    /* The slot opened by hand, to know what must not be found. */
    unsigned char file[64 * 4], nonce[SECRET_NONCE_BYTES] = {0}, *slot = file + 64 * 3;
    char path[96];
    snprintf(path, sizeof path, "%s/keys", folder);
    FILE *stream = fopen(path, "rb");
    assert_int_equal(fread(file, 1, sizeof file, stream), sizeof file);
    fclose(stream);
    memcpy(nonce, slot, 16);
    nonce[16] = 2;
    assert_true(secret_open(slot + 16, SECRET_BYTES, (struct text){(char *)file + 16, 16}, nonce, master.key));
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = slot[16 + i] ^ 0xFF;
    assert_int_not_equal(hits(key, sizeof key), 0); /* what is there is found */
    secret_wipe(file, sizeof file);
    sealed = sealed_new(2, &content);
    assert_int_equal(unseal_at(2, &place, sealed.payload, &unsealed), KEY_FOUND);
    unsealed_finish(&unsealed);
    assert_int_equal(hits(key, sizeof key), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round, begin, end),
        cmocka_unit_test_setup_teardown(test_parts, begin, end),
        cmocka_unit_test_setup_teardown(test_other_place, begin, end),
        cmocka_unit_test_setup_teardown(test_clear, begin, end),
        cmocka_unit_test_setup_teardown(test_erased, begin, end),
        cmocka_unit_test_setup_teardown(test_opening, begin, end),
        cmocka_unit_test_setup_teardown(test_opening_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_contents_bytes, begin, end),
        cmocka_unit_test_setup_teardown(test_leaf, begin, end),
        cmocka_unit_test_setup_teardown(test_leaf_size, begin, end),
        cmocka_unit_test_setup_teardown(test_leaf_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_nothing_stays, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
