/*
 * The yaml-test-suite: no document that must fail is read, and of the others each is read as given or refused, never
 * read differently. Its events are compared with those of our tree, less what a tree does not keep: the marks of
 * documents, and whether a collection stood in brackets.
 */
#include "base/arena.h"
#include "base/finding.h"
#include "covenant/yaml.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define PATH_BYTES 1024

struct tally {
    int documents, invalid, read, refused, wrong;
};

static bool read_whole(struct arena *arena, const char *path, struct text *text)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    char part[4096];
    struct buffer buffer;
    buffer_init(&buffer, arena);
    for (size_t got; (got = fread(part, 1, sizeof part, file)) > 0;)
        buffer_add(&buffer, (struct text){part, got});
    fclose(file);
    *text = buffer_text(&buffer);
    return true;
}

/* As test.event writes a scalar: `=VAL :text`, `'`, `"`, `|`, `>`; the two quotes and the two blocks are one to us. */
static void write_scalar(struct buffer *out, const struct node *node)
{
    buffer_add_string(out, node->quoted ? "=VAL '" : node->block ? "=VAL |" : "=VAL :");
    for (size_t i = 0; i < node->text.length; i++) {
        char byte = node->text.at[i];
        if (byte == '\n')
            buffer_add_string(out, "\\n");
        else if (byte == '\t')
            buffer_add_string(out, "\\t");
        else if (byte == '\r')
            buffer_add_string(out, "\\r");
        else if (byte == '\b')
            buffer_add_string(out, "\\b");
        else if (byte == '\\')
            buffer_add_string(out, "\\\\");
        else
            buffer_add_byte(out, byte);
    }
    buffer_add_byte(out, '\n');
}

static void write_node(struct buffer *out, const struct node *node)
{
    if (node->kind == NODE_SCALAR) {
        write_scalar(out, node);
        return;
    }
    bool map = node->kind == NODE_MAP;
    buffer_add_string(out, map ? "+MAP\n" : "+SEQ\n");
    for (size_t i = 0; i < node->count; i++) {
        if (map)
            write_scalar(out, node->keys[i]);
        write_node(out, node->items[i]);
    }
    buffer_add_string(out, map ? "-MAP\n" : "-SEQ\n");
}

/* The suite's events, in the same words as write_node. */
static struct text expected_events(struct arena *arena, struct text events)
{
    struct buffer out;
    buffer_init(&out, arena);
    while (events.length) {
        const char *end = memchr(events.at, '\n', events.length);
        size_t length = end ? (size_t)(end - events.at) : events.length;
        struct text line = text_slice(events, 0, length);
        events = text_slice(events, length + 1, events.length);
        if (text_starts_with(line, "+STR") || text_starts_with(line, "-STR") || text_starts_with(line, "-DOC") ||
            text_is(line, "+DOC") || text_is(line, "+DOC ---"))
            continue;
        if (text_is(line, "+MAP {}") || text_is(line, "+SEQ []"))
            line.length = 4;
        char *copy = (char *)(uintptr_t)text_string(arena, line);
        if (text_starts_with(line, "=VAL \""))
            copy[5] = '\'';
        if (text_starts_with(line, "=VAL >"))
            copy[5] = '|';
        buffer_add_string(&out, copy);
        buffer_add_byte(&out, '\n');
    }
    return buffer_text(&out);
}

static void complain(struct tally *tally, const char *folder, const char *what)
{
    tally->wrong++;
    fprintf(stderr, "yaml-test-suite %s: %s\n", folder, what);
}

static void try_document(const char *folder, struct tally *tally)
{
    struct arena arena;
    char path[PATH_BYTES];
    struct text text, events, error;
    arena_init(&arena);
    snprintf(path, sizeof path, "%s/in.yaml", folder);
    assert_true(read_whole(&arena, path, &text));
    snprintf(path, sizeof path, "%s/test.event", folder);
    assert_true(read_whole(&arena, path, &events));
    snprintf(path, sizeof path, "%s/error", folder);
    bool invalid = read_whole(&arena, path, &error);

    struct source_file file = {text_of(folder), text};
    struct findings findings;
    findings_init(&findings, &arena);
    struct node *root = yaml_read(&arena, &file, &findings);
    bool refused = findings.errors > 0;
    tally->documents++;
    tally->invalid += invalid;
    tally->read += !refused;
    tally->refused += refused;
    if (!root && !refused)
        complain(tally, folder, "refused without a finding");
    if (invalid && !refused)
        complain(tally, folder, "must be refused, and was read");
    if (!invalid && !refused) {
        struct buffer ours;
        buffer_init(&ours, &arena);
        write_node(&ours, root);
        if (!text_equal(buffer_text(&ours), expected_events(&arena, events)))
            complain(tally, folder, "read differently");
    }
    for (size_t i = 0; i < findings.count; i++)
        if (findings.items[i].place.line == 0 || findings.items[i].place.column == 0)
            complain(tally, folder, "a finding without a place");
    if (getenv("COVENANT_VERBOSE"))
        findings_print(&findings, "", stdout);
    arena_finish(&arena);
}

/* A folder holds a document, or folders 00, 01, ... that do. */
static void try_folder(const char *folder, struct tally *tally)
{
    char path[PATH_BYTES];
    struct stat status;
    snprintf(path, sizeof path, "%s/in.yaml", folder);
    if (stat(path, &status) == 0) {
        try_document(folder, tally);
        return;
    }
    DIR *entries = opendir(folder);
    if (!entries)
        return;
    for (struct dirent *entry; (entry = readdir(entries));)
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            try_folder(path, tally);
        }
    closedir(entries);
}

static void test_suite(void **state)
{
    (void)state;
    const char *shared = getenv("COVENANT_SHARED");
    char folder[PATH_BYTES];
    snprintf(folder, sizeof folder, "%s/vectors/yaml-test-suite", shared ? shared : "../shared");
    struct stat status;
    if (stat(folder, &status) != 0) {
        printf("SKIPPED: %s is not there, the yaml-test-suite was not tried\n", folder);
        return;
    }
    struct tally tally = {0};
    try_folder(folder, &tally);
    printf("yaml-test-suite: %d documents (%d must fail): %d read as given, %d refused, %d wrong\n", tally.documents,
           tally.invalid, tally.read, tally.refused, tally.wrong);
    assert_int_equal(tally.documents, 402);
    assert_int_equal(tally.invalid, 94);
    assert_int_equal(tally.wrong, 0);
    /* Strict, not shut: what is plainly written is read. */
    assert_true(tally.read > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_suite)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
