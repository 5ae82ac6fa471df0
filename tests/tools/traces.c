/*
 * What must be gone after an erasure, and where it still lies.
 *
 *     traces secrets DIR < ROWS      DIR: a copy of a data folder, with its keys. A line of ROWS is a record that is not
 *                                    erased: `LABEL SLOT LOG INDEX ID PAYLOAD` (payload in hex). Prints `LABEL HEX`
 *                                    for each secret of it: the key of its case, the slot that wraps it, the seed, the
 *                                    salts, the opening, and the sealed bytes.
 *     traces scan PATTERNS TARGET... PATTERNS: lines `LABEL HEX`. A target is a file, a folder, or the number of a
 *                                    process, of which all memory is read. Prints `LABEL TARGET OFFSET` for the first
 *                                    find of each label in each target, and `N bytes scanned`.
 *
 * Looked for are all runs of WINDOW bytes of a pattern, so that a piece of it is found too. So patterns must be random
 * throughout: a run that is somewhere by chance is taken for a trace.
 */
#include "audit/contents.h"
#include "audit/keys.h"
#include "base/base64.h"
#include "base/files.h"
#include "base/json.h"
#include "base/secret.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW ((size_t)8)
#define BLOCK ((size_t)1 << 20)
/* Places of the filter: one bit for each of so many. */
#define FILTER_BITS 26
#define SLOT ((size_t)64)

static struct arena arena;

static _Noreturn void fail(const char *what, const char *of)
{
    fprintf(stderr, "traces: cannot %s `%s`\n", what, of);
    exit(1);
}

static struct text unhex(struct text hex)
{
    char *bytes = arena_alloc(&arena, hex.length / 2 + 1);
    for (size_t i = 0; i < hex.length / 2; i++) {
        char digits[3] = {hex.at[2 * i], hex.at[2 * i + 1], 0};
        bytes[i] = (char)strtoul(digits, NULL, 16);
    }
    return (struct text){bytes, hex.length / 2};
}

static struct text read_whole(const char *path)
{
    struct fault fault;
    struct text text;
    if (!file_read(&arena, path, (size_t)1 << 30, &text, &fault))
        fail("read", path);
    return text;
}

static void print_secret(const char *label, const char *what, struct text bytes)
{
    printf("%s:%s ", label, what);
    for (size_t i = 0; i < bytes.length; i++)
        printf("%02x", (unsigned char)bytes.at[i]);
    putchar('\n');
}

/* ---- secrets ---- */

struct vault {
    unsigned char master[SECRET_BYTES];
    struct text keys;
};

static struct text bytes_of(const unsigned char *bytes, size_t length)
{
    return text_copy(&arena, (struct text){(const char *)bytes, length});
}

static bool unwrap(const struct vault *vault, unsigned long slot, unsigned char key[SECRET_BYTES], struct text *wrapped)
{
    unsigned char nonce[SECRET_NONCE_BYTES], bytes[SLOT];
    struct text id = text_slice(vault->keys, 16, 32);
    *wrapped = text_slice(vault->keys, (slot + 1) * SLOT, (slot + 2) * SLOT);
    memcpy(bytes, wrapped->at, SLOT);
    memcpy(nonce, bytes, 16);
    for (size_t i = 0; i < 8; i++)
        nonce[16 + i] = (unsigned char)(slot >> (8 * i));
    if (!secret_open(bytes + 16, SECRET_BYTES, id, nonce, vault->master))
        return false;
    memcpy(key, bytes + 16, SECRET_BYTES);
    return true;
}

static void print_salt(const char *label, struct text name, const unsigned char *seed)
{
    unsigned char salt[SECRET_BYTES];
    secret_hash(salt, seed, "salt", name);
    print_secret(label, "salt", bytes_of(salt, sizeof salt));
}

static void print_salts(const char *label, struct text request, const unsigned char *seed)
{
    static const char *const entries[] = {"request", "decision", "trail"};
    struct json_error error;
    unsigned char opening[SECRET_BYTES];
    const struct value *facts = value_get(value_get(json_read(&arena, request, &error), "case"), "facts");
    print_secret(label, "seed", bytes_of(seed, SECRET_BYTES));
    for (size_t i = 0; i < 3; i++)
        print_salt(label, text_of(entries[i]), seed);
    for (size_t i = 0; facts && i < facts->count; i++)
        print_salt(label, text_format(&arena, "/case/facts/%.*s", TEXT_ARGS(facts->names[i])), seed);
    secret_hash(opening, seed, "opening", TEXT(""));
    struct text raw = bytes_of(opening, sizeof opening);
    print_secret(label, "opening", raw);
    print_secret(label, "opening_base64", base64_write(&arena, raw));
}

static void print_secrets(const struct vault *vault, const char *label, unsigned long slot, const char *log,
                          const char *index, const char *id, struct text payload)
{
    unsigned char key[SECRET_BYTES];
    struct text wrapped, bytes = text_copy(&arena, payload);
    if (!unwrap(vault, slot, key, &wrapped))
        fail("open the slot of", label);
    const size_t before = 1 + SEALED_BEFORE;
    unsigned char *plain = (unsigned char *)arena_alloc(&arena, payload.length);
    size_t length = payload.length - before - SEALED_AFTER;
    memcpy(plain, bytes.at + before, length + SEALED_AFTER);
    struct text about = text_format(&arena, "covenant/payload/v1\n%s\n%s\n%s", log, index, id);
    if (!secret_open(plain, length, about, (const unsigned char *)bytes.at + 1, key))
        fail("open the payload of", label);
    print_secret(label, "key", bytes_of(key, sizeof key));
    print_secret(label, "slot", wrapped);
    print_secret(label, "sealed", text_slice(payload, 1, payload.length));
    size_t request = (size_t)plain[SECRET_BYTES] << 24 | (size_t)plain[SECRET_BYTES + 1] << 16 |
                     (size_t)plain[SECRET_BYTES + 2] << 8 | plain[SECRET_BYTES + 3];
    print_salts(label, (struct text){(const char *)plain + SECRET_BYTES + 4, request}, plain);
}

static void secrets(const char *folder)
{
    struct vault vault;
    struct text master = unhex(text_trim(read_whole(text_string(&arena, text_format(&arena, "%s/master-key", folder)))));
    memcpy(vault.master, master.at, SECRET_BYTES);
    vault.keys = read_whole(text_string(&arena, text_format(&arena, "%s/keys", folder)));
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        char *parts[6], *next = NULL, *at = line;
        for (size_t i = 0; i < 6; i++, at = NULL)
            if (!(parts[i] = strtok_r(at, " \n", &next)))
                fail("read a line of rows", line);
        print_secrets(&vault, parts[0], strtoul(parts[1], NULL, 10), parts[2], parts[3], parts[4],
                      unhex(text_of(parts[5])));
    }
    free(line);
}

/* ---- scanning ---- */

struct run {
    uint64_t bytes;
    uint32_t label;
};

struct scan {
    unsigned char *filter;
    struct run *runs;
    size_t count, capacity;
    const char **labels;
    size_t labels_count, labels_capacity;
    bool *found; /* in the target that is scanned */
    unsigned long long scanned;
};

static size_t place(uint64_t bytes)
{
    return (size_t)(bytes * 0x9E3779B97F4A7C15ULL >> (64 - FILTER_BITS));
}

static int run_compare(const void *a, const void *b)
{
    const struct run *one = a, *other = b;
    return one->bytes < other->bytes ? -1 : one->bytes > other->bytes;
}

static void patterns_read(struct scan *scan, const char *path)
{
    struct text text = read_whole(path);
    scan->filter = calloc((size_t)1 << FILTER_BITS >> 3, 1);
    if (!scan->filter)
        fail("keep the patterns of", path);
    for (const char *end; text.length && (end = memchr(text.at, '\n', text.length));
         text = text_slice(text, (size_t)(end - text.at) + 1, text.length)) {
        const char *space = memchr(text.at, ' ', (size_t)(end - text.at));
        if (!space)
            fail("read a line of", path);
        const char **label = arena_push(&arena, &scan->labels, &scan->labels_count, &scan->labels_capacity, sizeof *label);
        *label = text_string(&arena, (struct text){text.at, (size_t)(space - text.at)});
        struct text bytes = unhex((struct text){space + 1, (size_t)(end - space - 1)});
        for (size_t i = 0; i + WINDOW <= bytes.length; i++) {
            struct run *run = arena_push(&arena, &scan->runs, &scan->count, &scan->capacity, sizeof *run);
            memcpy(&run->bytes, bytes.at + i, WINDOW);
            run->label = (uint32_t)(scan->labels_count - 1);
            scan->filter[place(run->bytes) >> 3] |= (unsigned char)(1U << (place(run->bytes) & 7));
        }
    }
    qsort(scan->runs, scan->count, sizeof *scan->runs, run_compare);
    scan->found = ARENA_ARRAY(&arena, scan->labels_count + 1, bool);
}

static void look(struct scan *scan, const unsigned char *bytes, size_t length, const char *target, unsigned long long at)
{
    for (size_t i = 0; i + WINDOW <= length; i++) {
        struct run wanted = {0};
        memcpy(&wanted.bytes, bytes + i, WINDOW);
        size_t bit = place(wanted.bytes);
        if (!(scan->filter[bit >> 3] & 1U << (bit & 7)))
            continue;
        const struct run *run = bsearch(&wanted, scan->runs, scan->count, sizeof *run, run_compare);
        if (!run || scan->found[run->label])
            continue;
        scan->found[run->label] = true;
        printf("%s %s %llu\n", scan->labels[run->label], target, at + i);
    }
    scan->scanned += length;
}

/* Blocks overlap, so that what lies across their border is seen. What cannot be read is passed over. */
static void stretch(struct scan *scan, int file, unsigned long long from, unsigned long long to, const char *target)
{
    static const size_t overlap = WINDOW - 1;
    unsigned char *block = malloc(BLOCK + overlap);
    if (!block)
        fail("read", target);
    for (unsigned long long at = from; at < to; at += BLOCK) {
        size_t wanted = to - at < BLOCK + overlap ? (size_t)(to - at) : BLOCK + overlap;
        ssize_t got = pread(file, block, wanted, (off_t)at);
        if (got > 0)
            look(scan, block, (size_t)got, target, at);
    }
    free(block);
}

/* All that may be read, and the small stretches that guard keys. */
static void process(struct scan *scan, const char *number)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%s/maps", number);
    FILE *maps = fopen(path, "r");
    snprintf(path, sizeof path, "/proc/%s/mem", number);
    int memory = open(path, O_RDONLY);
    if (!maps || memory < 0)
        fail("read the memory of", number);
    while (fgets(line, sizeof line, maps)) {
        unsigned long long from, to;
        char rights[8];
        if (sscanf(line, "%llx-%llx %7s", &from, &to, rights) == 3 && (rights[0] == 'r' || to - from <= BLOCK) &&
            !strstr(line, "[v"))
            stretch(scan, memory, from, to, number);
    }
    fclose(maps);
    close(memory);
}

static void target(struct scan *scan, const char *name)
{
    struct stat status;
    if (stat(name, &status) != 0)
        fail("find", name);
    if (!S_ISDIR(status.st_mode)) {
        memset(scan->found, 0, scan->labels_count);
        int file = open(name, O_RDONLY);
        if (file < 0)
            fail("read", name);
        stretch(scan, file, 0, (unsigned long long)status.st_size, name);
        close(file);
        return;
    }
    DIR *folder = opendir(name);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            target(scan, text_string(&arena, text_format(&arena, "%s/%s", name, entry->d_name)));
    if (folder)
        closedir(folder);
}

int main(int count, char **arguments)
{
    arena_init(&arena);
    if (!digest_init())
        return 1;
    if (count == 3 && strcmp(arguments[1], "secrets") == 0) {
        secrets(arguments[2]);
    } else if (count >= 4 && strcmp(arguments[1], "scan") == 0) {
        struct scan scan = {0};
        patterns_read(&scan, arguments[2]);
        for (int i = 3; i < count; i++) {
            memset(scan.found, 0, scan.labels_count);
            if (arguments[i][strspn(arguments[i], "0123456789")] == '\0')
                process(&scan, arguments[i]);
            else
                target(&scan, arguments[i]);
        }
        printf("%llu bytes scanned\n", scan.scanned);
        free(scan.filter);
    } else {
        fprintf(stderr, "expected `secrets DIR` or `scan PATTERNS TARGET...`\n");
        return 64;
    }
    arena_finish(&arena);
    return 0;
}
