/*
 * Makes and verifies exported logs, for tests of verifiers.
 *
 *     tiled_log make FOLDER SIZE [ORIGIN [SILENT]]    a log of SIZE made-up records; from the one numbered SILENT on
 *                                                they are ten days later; prints the vkey
 *     tiled_log resign FOLDER SEED               its checkpoint anew over what the records give now, by another key;
 *                                                prints that key's vkey
 *     tiled_log verify [--any-leaves] [--head FILE]... FOLDER [VKEY...]
 *         `valid`, `unanchored` or `not valid: ...`; ends with 0, 3 or 2
 *     tiled_log clean FOLDER SIZE...             a log of each size, made there, verified and removed; prints how many
 *                                                were valid, and ends with 0 when all were
 *
 * The key is made of a seed that everybody can read here: it signs nothing but tests.
 */
#include "audit/verify.h"
#include "base/files.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEYS_MAX 16
#define HEADS_MAX 16

struct signer {
    struct note_key key;
    unsigned char secret[SIGNING_KEY_BYTES];
};

static struct signer signer_of(struct text name, long seed_number)
{
    unsigned char seed[SIGNING_SEED_BYTES] = {(unsigned char)seed_number}, public_key[PUBLIC_KEY_BYTES];
    struct signer signer;
    signing_key_of(seed, signer.secret, public_key);
    signer.key = note_key_of(name, NOTE_ED25519, public_key);
    return signer;
}

static int failed(const struct fault *fault)
{
    fprintf(stderr, "%s\n", fault->message);
    return 74;
}

/* Records of three a day, as leaves look: what they commit to is made up. */
static struct text leaf_of(struct arena *arena, uint64_t index, uint64_t silent)
{
    struct text number = text_format(arena, "%" PRIu64, index);
    struct date day = {.day = 20454 + (int32_t)(index / 3) + (index >= silent ? 10 : 0)};
    struct text contents = digest_text(arena, digest_of(number));
    return text_format(arena,
                       "{\"client\":\"local\",\"contents\":\"%.*s\",\"id\":\"%08" PRIx64
                       "\",\"kind\":\"decision\",\"log\":\"almere/2026\",\"time\":\"%.*sT%02d:00:00+01:00\",\"v\":1}",
                       TEXT_ARGS(contents), index, TEXT_ARGS(date_text(arena, day)), 9 + (int)(index % 3));
}

static void print_vkey(struct arena *arena, const struct note_key *key)
{
    struct text vkey = note_key_text(arena, key);
    printf("%.*s\n", TEXT_ARGS(vkey));
}

static bool make_log(struct arena *arena, const char *folder, uint64_t size, const struct signer *signer,
                     uint64_t silent, struct fault *fault)
{
    struct tile_writer writer;
    if (!tile_writer_open(&writer, arena, folder, fault))
        return false;
    struct arena scratch;
    arena_init(&scratch);
    bool good = true;
    for (uint64_t i = 0; i < size && good; i++) {
        struct arena_mark mark = arena_mark(&scratch);
        good = tile_writer_add(&writer, leaf_of(&scratch, i, silent), fault);
        arena_back(&scratch, mark);
    }
    arena_finish(&scratch);
    struct checkpoint head = {signer->key.name, size, log_tree_root(&writer.tree)};
    return good && tile_writer_close(&writer, checkpoint_sign(arena, &head, &signer->key, signer->secret), fault);
}

static int make(struct arena *arena, const char *folder, uint64_t size, const char *origin, uint64_t silent)
{
    struct signer signer = signer_of(text_of(origin), 1);
    struct fault fault;
    if (!make_log(arena, folder, size, &signer, silent, &fault))
        return failed(&fault);
    print_vkey(arena, &signer.key);
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)kind, (void)where;
    return remove(path);
}

static int clean(struct arena *arena, const char *folder, char **sizes)
{
    struct signer signer = signer_of(TEXT("covenant.example/almere/2026"), 1);
    struct verify_options options = {.keys = &signer.key, .key_count = 1};
    unsigned long valid = 0;
    for (; *sizes; sizes++, valid++) {
        struct verify_report report;
        struct fault fault;
        struct arena_mark mark = arena_mark(arena);
        if (!make_log(arena, folder, strtoull(*sizes, NULL, 10), &signer, UINT64_MAX, &fault) ||
            !verify_folder(arena, folder, &options, &report, &fault))
            return failed(&fault);
        if (report.outcome != VERIFY_VALID) {
            printf("%s records: %.*s\n", *sizes, TEXT_ARGS(report.message));
            return 2;
        }
        if (nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
            return 74;
        arena_back(arena, mark);
    }
    printf("%lu\n", valid);
    return 0;
}

/* The tree of the leaves that lie in the folder, as many as the bundles have. */
static struct log_tree tree_of(struct arena *arena, const char *folder)
{
    struct log_tree tree;
    log_tree_init(&tree, arena, (struct tile_store){0});
    for (uint64_t index = 0;; index++) {
        struct text bundle = {0}, leaf;
        for (unsigned width = TILE_WIDTH; width > 0 && !bundle.at; width--) {
            struct fault fault;
            struct text file = tile_path(arena, TILE_ENTRIES, index, width);
            const char *path = text_string(arena, text_format(arena, "%s/%.*s", folder, TEXT_ARGS(file)));
            if (access(path, R_OK) == 0 && !file_read(arena, path, SIZE_MAX / 2, &bundle, &fault))
                exit(failed(&fault));
        }
        if (!bundle.at)
            return tree;
        for (size_t at = 0; tile_entry_next(bundle, &at, &leaf);)
            log_tree_append(&tree, tree_leaf(leaf));
    }
}

static int resign(struct arena *arena, const char *folder, long seed)
{
    const char *path = text_string(arena, text_format(arena, "%s/checkpoint", folder));
    struct text text;
    struct note note;
    struct checkpoint head;
    struct fault fault;
    if (!file_read(arena, path, NOTE_BYTES_MAX, &text, &fault))
        return failed(&fault);
    if (!note_read(arena, text, &note) || !checkpoint_read(note.text, &head))
        return 65;
    struct log_tree tree = tree_of(arena, folder);
    struct signer signer = signer_of(head.origin, seed);
    head = (struct checkpoint){head.origin, tree.size, log_tree_root(&tree)};
    struct text whole = checkpoint_sign(arena, &head, &signer.key, signer.secret);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(whole.at, 1, whole.length, file) != whole.length || fclose(file) != 0)
        return 74;
    print_vkey(arena, &signer.key);
    return 0;
}

static int verify(struct arena *arena, const char *folder, const struct verify_options *options)
{
    struct verify_report report;
    struct fault fault;
    if (!verify_folder(arena, folder, options, &report, &fault))
        return failed(&fault);
    printf("%s", verify_outcome_name(report.outcome));
    if (report.outcome == VERIFY_NOT_VALID && !report.has_index)
        printf(": %.*s", TEXT_ARGS(report.file));
    else if (report.outcome == VERIFY_NOT_VALID && report.index == report.until)
        printf(": record %" PRIu64, report.index);
    else if (report.outcome == VERIFY_NOT_VALID)
        printf(": records %" PRIu64 " to %" PRIu64, report.index, report.until);
    printf("\n");
    if (report.message.at)
        printf("%.*s%s%.*s\n", TEXT_ARGS(report.file), report.file.at ? ": " : "", TEXT_ARGS(report.message));
    if (report.silence.at)
        printf("no record on %.*s\n", TEXT_ARGS(report.silence));
    return report.outcome == VERIFY_VALID ? 0 : report.outcome == VERIFY_UNANCHORED ? 3 : 2;
}

/* `[--any-leaves] [--head FILE]... FOLDER [VKEY...]`. */
static int verify_asked(struct arena *arena, char **arguments)
{
    struct note_key keys[KEYS_MAX];
    struct text heads[HEADS_MAX];
    struct verify_options options = {.keys = keys, .heads = heads};
    struct fault fault;
    for (; *arguments && strncmp(*arguments, "--", 2) == 0; arguments++) {
        if (strcmp(*arguments, "--any-leaves") == 0) {
            options.any_leaves = true;
        } else if (strcmp(*arguments, "--head") == 0 && arguments[1] && options.head_count < HEADS_MAX) {
            if (!file_read(arena, *++arguments, NOTE_BYTES_MAX, &heads[options.head_count++], &fault))
                return failed(&fault);
        } else {
            return 64;
        }
    }
    const char *folder = *arguments;
    for (char **at = arguments + 1; folder && *at; at++)
        if (options.key_count == KEYS_MAX || !note_key_read(text_of(*at), &keys[options.key_count++]))
            return 64;
    return folder ? verify(arena, folder, &options) : 64;
}

static int run(struct arena *arena, int count, char **arguments)
{
    if (count >= 4 && strcmp(arguments[1], "make") == 0)
        return make(arena, arguments[2], strtoull(arguments[3], NULL, 10),
                    count > 4 ? arguments[4] : "covenant.example/almere/2026",
                    count > 5 ? strtoull(arguments[5], NULL, 10) : UINT64_MAX);
    if (count == 4 && strcmp(arguments[1], "resign") == 0)
        return resign(arena, arguments[2], strtol(arguments[3], NULL, 10));
    if (count >= 4 && strcmp(arguments[1], "clean") == 0)
        return clean(arena, arguments[2], arguments + 3);
    return count > 2 && strcmp(arguments[1], "verify") == 0 ? verify_asked(arena, arguments + 2) : 64;
}

int main(int count, char **arguments)
{
    struct arena arena;
    arena_init(&arena);
    int status = digest_init() ? run(&arena, count, arguments) : 70;
    arena_finish(&arena);
    return status;
}
