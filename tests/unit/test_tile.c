#include "audit/tile.h"
#include "audit/verify.h"
#include "base/files.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static char folder[] = "/tmp/test_tile.XXXXXX";

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    return digest_init() && mkdtemp(folder) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return remove(path);
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- Paths, widths, entries ---- */

static void test_paths(void **state)
{
    (void)state;
    static const struct {
        int level;
        uint64_t index;
        unsigned width;
        const char *path;
    } cases[] = {
        {0, 0, 256, "tile/0/000"},
        {0, 273, 112, "tile/0/273.p/112"},
        {2, 999, 1, "tile/2/999.p/1"},
        {1, 1000, 256, "tile/1/x001/000"},
        {TILE_ENTRIES, 1234067, 256, "tile/entries/x001/x234/067"},
        {TILE_ENTRIES, 1000000, 255, "tile/entries/x001/x000/000.p/255"},
        {7, 36028797018963967, 256, "tile/7/x036/x028/x797/x018/x963/967"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int level;
        uint64_t index;
        unsigned width;
        assert_true(text_is(tile_path(&arena, cases[i].level, cases[i].index, cases[i].width), cases[i].path));
        assert_true(tile_path_read(text_of(cases[i].path), &level, &index, &width));
        assert_true(level == cases[i].level && index == cases[i].index && width == cases[i].width);
    }
    static const char *const bad[] = {
        "", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/8/000",
        "tile/-1/000", "tile/0/x000/000", "tile/0/x001", "tile/0/001/000", "tile/0/x01/000", "tile/0/000.p",
        "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/1/2", "tile/0/000/",
        "tile/0/00a", "tile/entry/000", "entries/000", "/tile/0/000", "tile/0/x999/x999/x999/x999/x999/x999/x999/999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int level;
        uint64_t index;
        unsigned width;
        if (tile_path_read(text_of(bad[i]), &level, &index, &width))
            fail_msg("`%s` was read", bad[i]);
    }
}

/* The example of c2sp.org/tlog-tiles: a tree of 70,000. */
static void test_widths(void **state)
{
    (void)state;
    assert_int_equal(tile_width(70000, 0, 272), 256);
    assert_int_equal(tile_width(70000, 0, 273), 112);
    assert_int_equal(tile_width(70000, 0, 274), 0);
    assert_int_equal(tile_width(70000, 1, 0), 256);
    assert_int_equal(tile_width(70000, 1, 1), 17);
    assert_int_equal(tile_width(70000, 2, 0), 1);
    assert_int_equal(tile_width(70000, 3, 0), 0);
    assert_int_equal(tile_width(256, 0, 0), 256);
    assert_int_equal(tile_width(256, 0, 1), 0);
    assert_int_equal(tile_width(256, 1, 0), 1);
    assert_int_equal(tile_width(0, 0, 0), 0);
    assert_int_equal(tile_width(INT64_MAX, 7, 0), 127);
    assert_int_equal(tile_width(INT64_MAX, 8, 0), 0);
}

static void test_entries(void **state)
{
    (void)state;
    struct buffer bundle;
    buffer_init(&bundle, &arena);
    char *largest = arena_alloc(&arena, TILE_ENTRY_BYTES_MAX);
    tile_entry_add(&bundle, TEXT(""));
    tile_entry_add(&bundle, TEXT("abc"));
    tile_entry_add(&bundle, (struct text){largest, TILE_ENTRY_BYTES_MAX});
    struct text whole = buffer_text(&bundle), leaf;
    size_t at = 0;
    assert_true(tile_entry_next(whole, &at, &leaf) && leaf.length == 0);
    assert_true(tile_entry_next(whole, &at, &leaf) && text_is(leaf, "abc"));
    assert_true(tile_entry_next(whole, &at, &leaf) && leaf.length == TILE_ENTRY_BYTES_MAX);
    assert_false(tile_entry_next(whole, &at, &leaf));
    assert_int_equal(at, whole.length);
    for (size_t cut = 3; cut < 7; cut++) { /* in the second */
        at = 2;
        assert_false(tile_entry_next(text_slice(whole, 0, cut), &at, &leaf));
        assert_int_equal(at, 2);
    }
}

/* ---- A log of our own, and what is done to it ---- */

#define SIZE 70000

static struct note_key key, stranger;
static unsigned char secret[SIGNING_KEY_BYTES], stranger_secret[SIGNING_KEY_BYTES];

static struct text leaf_of(struct arena *scratch, uint64_t index)
{
    return text_format(scratch, "{\"id\":\"%llu\",\"log\":\"almere/2026\",\"nested\":[{\"log\":\"no\"}],\"time\":"
                                "\"2026-03-%02dT10:00:00+01:00\"}",
                       (unsigned long long)index, (int)(1 + index * 28 / SIZE));
}

static const char *below(const char *name)
{
    return text_string(&arena, text_format(&arena, "%s/%s", folder, name));
}

/* A log of that size in its own folder, once. */
static const char *log_of(uint64_t size)
{
    const char *path = below(text_string(&arena, text_format(&arena, "%llu", (unsigned long long)size)));
    if (access(path, F_OK) == 0)
        return path;
    unsigned char seed[SIGNING_SEED_BYTES] = {1}, public_key[PUBLIC_KEY_BYTES];
    signing_key_of(seed, secret, public_key);
    key = note_key_of(TEXT("covenant.example/almere/2026"), NOTE_ED25519, public_key);
    seed[0] = 2;
    signing_key_of(seed, stranger_secret, public_key);
    stranger = note_key_of(key.name, NOTE_ED25519, public_key);
    struct tile_writer writer;
    struct fault fault = {0};
    struct arena scratch;
    arena_init(&scratch);
    assert_true(tile_writer_open(&writer, &arena, path, &fault));
    for (uint64_t i = 0; i < size; i++) {
        struct arena_mark mark = arena_mark(&scratch);
        assert_true(tile_writer_add(&writer, leaf_of(&scratch, i), &fault));
        arena_back(&scratch, mark);
    }
    arena_finish(&scratch);
    struct checkpoint head = {key.name, size, log_tree_root(&writer.tree)};
    assert_true(tile_writer_close(&writer, checkpoint_sign(&arena, &head, &key, secret), &fault));
    return path;
}

static struct verify_report report_of(const char *path)
{
    struct verify_options options = {.keys = &key, .key_count = 1};
    struct verify_report report;
    struct fault fault = {0};
    assert_true(verify_folder(&arena, path, &options, &report, &fault));
    return report;
}

static struct text bytes_of(const char *path)
{
    struct text text;
    struct fault fault = {0};
    assert_true(file_read(&arena, path, 1 << 26, &text, &fault));
    return text;
}

static void write_bytes(const char *path, struct text text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text.at, 1, text.length, file), text.length);
    assert_int_equal(fclose(file), 0);
}

static void test_clean(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 1, 2, 255, 256, 257, 512, 600, SIZE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *path = log_of(sizes[i]);
        struct verify_report report = report_of(path);
        if (report.outcome != VERIFY_VALID)
            fail_msg("%llu: %s", (unsigned long long)sizes[i], text_string(&arena, report.message));
        assert_int_equal(report.records, sizes[i]);
        assert_int_equal(report.checkpoint.size, sizes[i]);
        assert_null(report.silence.at);
        struct verify_options nobody = {0}, other = {.keys = &stranger, .key_count = 1},
                              elsewhere = {.keys = &key, .key_count = 1, .origin = TEXT("covenant.example/gouda/2026")};
        struct fault fault = {0};
        assert_true(verify_folder(&arena, path, &nobody, &report, &fault));
        assert_int_equal(report.outcome, VERIFY_UNANCHORED);
        assert_true(verify_folder(&arena, path, &other, &report, &fault));
        assert_int_equal(report.outcome, VERIFY_NOT_VALID);
        assert_true(verify_folder(&arena, path, &elsewhere, &report, &fault));
        assert_int_equal(report.outcome, VERIFY_NOT_VALID);
    }
    struct verify_report report;
    struct verify_options options = {0};
    struct fault fault = {0};
    assert_false(verify_folder(&arena, below("nowhere"), &options, &report, &fault));
    assert_int_equal(fault.kind, FAULT_ABSENT);
}

static void expect(const char *path, bool has_index, uint64_t index, uint64_t until)
{
    struct verify_report report = report_of(path);
    assert_int_equal(report.outcome, VERIFY_NOT_VALID);
    assert_int_equal(report.has_index, has_index);
    if (has_index) {
        assert_int_equal(report.index, index);
        assert_int_equal(report.until, until);
    }
}

/* What a change of the byte at `at` must be laid to. */
struct blame {
    bool has_index;
    uint64_t index, until;
};

static struct blame blame_of(const char *name, struct text file, size_t at, uint64_t size)
{
    int level;
    uint64_t index;
    unsigned width;
    if (!tile_path_read(text_of(name), &level, &index, &width))
        return (struct blame){0};
    if (level > 0) {
        uint64_t first = (index * TILE_WIDTH + at / DIGEST_BYTES) << (8 * level);
        return (struct blame){true, first, first + (1ULL << (8 * level)) - 1};
    }
    uint64_t record = index * TILE_WIDTH + at / DIGEST_BYTES;
    if (level == TILE_ENTRIES) {
        size_t end = 0;
        struct text leaf;
        for (record = index * TILE_WIDTH; tile_entry_next(file, &end, &leaf) && end <= at; record++)
            ;
    }
    assert_true(record < size);
    return (struct blame){true, record, record};
}

static void flip(const char *root, const char *name, size_t at, int bit, uint64_t size)
{
    const char *path = text_string(&arena, text_format(&arena, "%s/%s", root, name));
    struct text file = bytes_of(path);
    size_t place = at % file.length;
    struct blame blame = blame_of(name, file, place, size);
    char *copy = arena_alloc(&arena, file.length);
    memcpy(copy, file.at, file.length);
    copy[place] = (char)(copy[place] ^ (1 << bit));
    write_bytes(path, (struct text){copy, file.length});
    expect(root, blame.has_index, blame.index, blame.until);
    write_bytes(path, file);
}

static void test_flips(void **state)
{
    (void)state;
    static const char *const names[] = {"checkpoint",         "tile/0/000",       "tile/0/002.p/88",
                                        "tile/1/000.p/2",     "tile/entries/000", "tile/entries/001",
                                        "tile/entries/002.p/88"};
    const char *path = log_of(600);
    const char *wanted = getenv("COVENANT_FLIPS");
    int flips = wanted ? atoi(wanted) : 1500;
    srand(1);
    for (int i = 0; i < flips; i++) {
        struct arena_mark mark = arena_mark(&arena);
        flip(path, names[(size_t)i % (sizeof names / sizeof *names)], (size_t)rand(), rand() % 8, 600);
        arena_back(&arena, mark);
    }
    print_message("%d bit flips, each found and laid to its record\n", flips);
    assert_int_equal(report_of(path).outcome, VERIFY_VALID);
}

/* A record changed together with its hash, and so on upwards: found at the first hash that was not. */
static void test_changed_upwards(void **state)
{
    (void)state;
    const char *path = log_of(SIZE), *bundle_path = text_string(&arena, text_format(&arena, "%s/tile/entries/100", path)),
               *tile_path = text_string(&arena, text_format(&arena, "%s/tile/0/100", path));
    struct text bundle = bytes_of(bundle_path), tile = bytes_of(tile_path), leaf;
    size_t at = 0;
    assert_true(tile_entry_next(bundle, &at, &leaf));
    char *copy = arena_alloc(&arena, bundle.length), *hashes = arena_alloc(&arena, tile.length);
    memcpy(copy, bundle.at, bundle.length);
    memcpy(hashes, tile.at, tile.length);
    copy[at - 3] = '9'; /* in the time zone of the first record */
    struct digest hash = tree_leaf((struct text){copy + 2, leaf.length});
    memcpy(hashes, hash.bytes, DIGEST_BYTES);
    write_bytes(bundle_path, (struct text){copy, bundle.length});
    expect(path, true, 25600, 25600);
    write_bytes(tile_path, (struct text){hashes, tile.length});
    expect(path, true, 25600, 25600); /* its time is none */
    copy[at - 3] = bundle.at[at - 3];
    copy[2 + 7] = 'x'; /* in its id */
    hash = tree_leaf((struct text){copy + 2, leaf.length});
    memcpy(hashes, hash.bytes, DIGEST_BYTES);
    write_bytes(bundle_path, (struct text){copy, bundle.length});
    write_bytes(tile_path, (struct text){hashes, tile.length});
    expect(path, true, 25600, 25855);
    write_bytes(bundle_path, bundle);
    write_bytes(tile_path, tile);
    assert_int_equal(report_of(path).outcome, VERIFY_VALID);
}

static void test_files(void **state)
{
    (void)state;
    const char *path = log_of(600);
    static const struct {
        const char *name;
        bool has_index;
        uint64_t index, until;
    } gone[] = {{"checkpoint", false, 0, 0},
                {"tile/entries/001", true, 256, 511},
                {"tile/entries/002.p/88", true, 512, 599},
                {"tile/0/000", true, 0, 255},
                {"tile/1/000.p/2", true, 0, 511}};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        const char *file = text_string(&arena, text_format(&arena, "%s/%s", path, gone[i].name));
        struct text whole = bytes_of(file);
        assert_int_equal(remove(file), 0);
        expect(path, gone[i].has_index, gone[i].index, gone[i].until);
        write_bytes(file, (struct text){"", 0});
        struct verify_report report = report_of(path);
        assert_int_equal(report.outcome, VERIFY_NOT_VALID);
        char *longer = arena_alloc(&arena, whole.length + 1);
        memcpy(longer, whole.at, whole.length);
        write_bytes(file, (struct text){longer, whole.length + 1});
        report = report_of(path);
        assert_int_equal(report.outcome, VERIFY_NOT_VALID);
        write_bytes(file, whole);
    }
    /* Beginnings of tiles of an earlier size may be there; nothing beyond the size. */
    const char *early = text_string(&arena, text_format(&arena, "%s/tile/0/002.p/7", path));
    struct text tile = bytes_of(text_string(&arena, text_format(&arena, "%s/tile/0/002.p/88", path)));
    write_bytes(early, text_slice(tile, 0, 7 * DIGEST_BYTES));
    assert_int_equal(report_of(path).outcome, VERIFY_VALID);
    write_bytes(early, text_slice(tile, DIGEST_BYTES, 8 * DIGEST_BYTES));
    expect(path, true, 512, 512);
    assert_int_equal(remove(early), 0);
    const char *late = text_string(&arena, text_format(&arena, "%s/tile/entries/002.p/89", path));
    write_bytes(late, TEXT("\0\1x"));
    expect(path, true, 600, 600);
    assert_int_equal(remove(late), 0);
    assert_int_equal(report_of(path).outcome, VERIFY_VALID);
}

/* What the owner of the key could sign and still be wrong. */
static void test_leaves(void **state)
{
    (void)state;
#define LEAF(log, time) "{\"log\":\"" log "\",\"time\":\"" time "\"}"
    static const struct {
        const char *leaves[3];
        int wrong; /* -1: none */
        const char *silence;
    } cases[] = {
        {{LEAF("almere/2026", "2026-01-01T10:00:00+01:00"), LEAF("almere/2026", "2026-01-01T10:00:00+01:00")}, -1, NULL},
        {{LEAF("almere/2026", "2026-01-01T10:00:00+01:00"), LEAF("almere/2026", "2026-01-03T10:00:00+01:00")},
         -1,
         "2026-01-02"},
        {{LEAF("2026", "2026-10-25T02:30:00+02:00"), LEAF("2026", "2026-10-25T02:10:00+01:00")}, -1, NULL},
        {{LEAF("almere/2026", "2026-01-01T10:00:00+01:00"), LEAF("almere/2026", "2026-01-01T09:59:59+01:00")}, 1, NULL},
        {{LEAF("almere/2026", "2026-01-01T10:00:00+01:00"), LEAF("gouda/2026", "2026-01-01T10:00:00+01:00")}, 1, NULL},
        {{LEAF("mere/2026", "2026-01-01T10:00:00+01:00")}, 0, NULL},
        {{LEAF("", "2026-01-01T10:00:00+01:00")}, 0, NULL},
        {{LEAF("almere/2026", "yesterday")}, 0, NULL},
        {{"{\"log\":\"almere/2026\"}"}, 0, NULL},
        {{"{}"}, 0, NULL},
        {{"[]"}, 0, NULL},
        {{""}, 0, NULL},
        {{LEAF("almere/2026", "2026-01-01T10:00:00+01:00") " "}, 0, NULL},
        {{"{\"a\":{\"log\":\"almere/2026\",\"time\":\"2026-01-01T10:00:00+01:00\"}}"}, 0, NULL},
        {{"{\"a\":\"}\\\"\",\"log\":\"almere/2026\",\"time\":\"2026-01-01T10:00:00+01:00\",\"v\":1}"}, -1, NULL},
        {{"{\"log\":\"almere/2026\",\"log\":\"almere/2026\",\"time\":\"2026-01-01T10:00:00+01:00\"}"}, 0, NULL},
    };
    (void)log_of(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = below(text_string(&arena, text_format(&arena, "leaves-%zu", i)));
        struct tile_writer writer;
        struct fault fault = {0};
        assert_true(tile_writer_open(&writer, &arena, path, &fault));
        for (size_t at = 0; at < 3 && cases[i].leaves[at]; at++)
            assert_true(tile_writer_add(&writer, text_of(cases[i].leaves[at]), &fault));
        struct checkpoint head = {key.name, writer.tree.size, log_tree_root(&writer.tree)};
        assert_true(tile_writer_close(&writer, checkpoint_sign(&arena, &head, &key, secret), &fault));
        if (cases[i].wrong >= 0) {
            expect(path, true, (uint64_t)cases[i].wrong, (uint64_t)cases[i].wrong);
            continue;
        }
        struct verify_report report = report_of(path);
        if (report.outcome != VERIFY_VALID)
            fail_msg("case %zu: %s", i, text_string(&arena, report.message));
        if (cases[i].silence)
            assert_true(text_is(report.silence, cases[i].silence));
        else
            assert_null(report.silence.at);
    }
}

static void test_nothing_is_replaced(void **state)
{
    (void)state;
    struct tile_writer writer;
    struct fault fault = {0};
    assert_true(tile_writer_open(&writer, &arena, log_of(2), &fault));
    assert_true(tile_writer_add(&writer, TEXT("other"), &fault));
    assert_true(tile_writer_add(&writer, TEXT("records"), &fault));
    assert_false(tile_writer_close(&writer, TEXT("none"), &fault));
    assert_int_equal(report_of(log_of(2)).outcome, VERIFY_VALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths), cmocka_unit_test(test_widths),          cmocka_unit_test(test_entries),
        cmocka_unit_test(test_clean), cmocka_unit_test(test_flips),           cmocka_unit_test(test_changed_upwards),
        cmocka_unit_test(test_files), cmocka_unit_test(test_leaves), cmocka_unit_test(test_nothing_is_replaced),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
