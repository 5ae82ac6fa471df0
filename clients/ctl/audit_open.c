/*
 * `covenant audit open FILE --key KEYFILE --to FOLDER`: what `export --whole` wrote, in a folder that `audit verify`,
 * `replay --from` and an auditor's own programs read:
 *
 *     checkpoint, tile/...         the log, as every export has it (of several logs, each in a folder of its name)
 *     records.jsonl                what each record holds, a line of canonical JSON each, in order
 *     editions/HEX/manifest.json   by the digest that records name: engine, Lua, and each file's digest
 *     editions/HEX/rules/...       its files
 *
 * It is made whole or not at all. The file may be anybody's: names that lead elsewhere are refused.
 */
#include "audit.h"

#include "audit/note.h"
#include "audit_folder.h"
#include "auditor_key.h"
#include "base/base64.h"
#include "base/json.h"
#include "show.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct opening {
    struct command *command;
    struct arena arena, line; /* of all, and of one line */
    unsigned char public_key[BOX_KEY_BYTES], secret_key[BOX_KEY_BYTES];
    const char *folder; /* that is being written */
    size_t logs;
    bool in_log, ended;
    struct checkpoint head;
    struct text note;
    const char *log_folder;
    struct tile_writer writer;
    FILE *records;
    uint64_t count, editions;
    size_t number; /* of the line */
};

static bool wrong(struct opening *opening, const char *message)
{
    complain(opening->command, EXIT_REFUSED, "`%s`, line %zu: %s", opening->command->operands[0], opening->number,
             message);
    return false;
}

static bool failed(struct opening *opening, const struct fault *fault)
{
    complain(opening->command, EXIT_INTERNAL, "%s", fault->message);
    return false;
}

/* Of parts that are no `.` or `..`, in plain characters: it stays below the folder that it is put in. */
static bool path_good(struct text path)
{
    size_t part = 0;
    for (size_t i = 0; i <= path.length; i++) {
        char byte = i < path.length ? path.at[i] : '/';
        if (byte == '/') {
            struct text name = text_slice(path, part, i);
            if (name.length == 0 || name.at[0] == '.')
                return false;
            part = i + 1;
        } else if (!((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                     strchr("._-", byte))) {
            return false;
        }
    }
    return path.length > 0 && path.length < 512;
}

/* A new file below the folder, and the folders above it. */
static FILE *file_new(struct opening *opening, const char *path)
{
    char *name = arena_alloc(&opening->line, strlen(path) + 1);
    memcpy(name, path, strlen(path) + 1);
    for (size_t i = strlen(opening->folder) + 1; name[i]; i++) {
        if (name[i] != '/')
            continue;
        name[i] = '\0';
        mkdir(name, 0700); /* should that fail, so does the next */
        name[i] = '/';
    }
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!file)
        complain(opening->command, EXIT_INTERNAL, "cannot make `%s`: %s", path, strerror(errno));
    return file;
}

static bool file_close(struct opening *opening, FILE *file)
{
    bool good = !ferror(file);
    good = fclose(file) == 0 && good;
    if (!good)
        complain(opening->command, EXIT_INTERNAL, "cannot write: %s", strerror(errno));
    return good;
}

/* ---- a log ---- */

static bool log_end(struct opening *opening)
{
    struct fault fault;
    if (!opening->in_log)
        return true;
    opening->in_log = false;
    FILE *records = opening->records;
    opening->records = NULL;
    if (!file_close(opening, records))
        return false;
    if (opening->writer.tree.size != opening->head.size ||
        !digest_equal(log_tree_root(&opening->writer.tree), opening->head.root))
        return wrong(opening, "the leaves before it are not those of the log's head");
    return tile_writer_close(&opening->writer, opening->note, &fault) || failed(opening, &fault);
}

static bool log_begin(struct opening *opening, const struct value *line)
{
    struct text name = member_text(line, "log");
    struct note note;
    struct fault fault;
    opening->note = text_copy(&opening->arena, member_text(line, "checkpoint"));
    if (!path_good(name))
        return wrong(opening, "found no name of a log");
    if (!note_read(&opening->arena, opening->note, &note) || !checkpoint_read(note.text, &opening->head) ||
        !text_equal(opening->head.origin, name))
        return wrong(opening, "found no head of that log");
    opening->log_folder = opening->logs == 1 ? opening->folder
                                             : text_string(&opening->arena, text_format(&opening->arena, "%s/%.*s",
                                                                                        opening->folder, TEXT_ARGS(name)));
    const char *records = text_string(&opening->arena, text_format(&opening->arena, "%s/records.jsonl",
                                                                   opening->log_folder));
    opening->records = file_new(opening, records);
    opening->in_log = opening->records != NULL;
    return opening->in_log &&
           (tile_writer_open(&opening->writer, &opening->arena, opening->log_folder, &fault) || failed(opening, &fault));
}

static bool read_leaves(struct opening *opening, const struct value *leaves)
{
    struct fault fault;
    for (size_t i = 0; i < list_count(leaves); i++) {
        struct text leaf;
        if (leaves->items[i]->kind != VALUE_TEXT || !base64_read(&opening->line, leaves->items[i]->text, &leaf) ||
            leaf.length > TILE_ENTRY_BYTES_MAX)
            return wrong(opening, "found a leaf that is none");
        if (!tile_writer_add(&opening->writer, leaf, &fault))
            return failed(opening, &fault);
        opening->count++;
    }
    return true;
}

static bool read_sealed(struct opening *opening, struct text coded)
{
    struct text sealed;
    if (!base64_read(&opening->line, coded, &sealed) || sealed.length < BOX_MORE_BYTES)
        return wrong(opening, "found a page that is none");
    size_t length = sealed.length - BOX_MORE_BYTES;
    unsigned char *plain = arena_alloc(&opening->line, length + 1);
    if (!box_open(plain, sealed, opening->public_key, opening->secret_key))
        return wrong(opening, "what is sealed there is not as it was written, or not for this key");
    bool good = fwrite(plain, 1, length, opening->records) == length;
    secret_wipe(plain, length);
    return good || wrong(opening, "it cannot be written out");
}

/* ---- an edition ---- */

static bool write_text(struct opening *opening, const char *path, struct text text)
{
    FILE *file = file_new(opening, path);
    if (!file)
        return false;
    fwrite(text.at, 1, text.length, file);
    return file_close(opening, file);
}

static bool read_edition(struct opening *opening, const struct value *line)
{
    struct arena *arena = &opening->line;
    struct text name = member_text(line, "edition"), manifest = member_text(line, "manifest");
    const struct value *files = value_get(line, "files");
    struct digest digest;
    if (!digest_parse(name, &digest) || !digest_equal(digest, digest_of(manifest)) || !files ||
        files->kind != VALUE_OBJECT)
        return wrong(opening, "found an edition whose manifest is not the one of its digest");
    struct text folder = text_format(arena, "%s/editions/%.*s", opening->folder, (int)(name.length - strlen("sha256:")),
                                     name.at + strlen("sha256:"));
    bool good = write_text(opening, text_string(arena, text_format(arena, "%.*s/manifest.json", TEXT_ARGS(folder))),
                           manifest);
    for (size_t i = 0; good && i < files->count; i++) {
        if (!path_good(files->names[i]) || files->items[i]->kind != VALUE_TEXT)
            return wrong(opening, "found a file of rules whose name leads elsewhere");
        const char *path = text_string(
            arena, text_format(arena, "%.*s/rules/%.*s", TEXT_ARGS(folder), TEXT_ARGS(files->names[i])));
        good = write_text(opening, path, files->items[i]->text);
    }
    opening->editions++;
    return good;
}

/* ---- the file ---- */

static bool read_header(struct opening *opening, const struct value *line)
{
    struct text coded = member_text(line, "key");
    unsigned char key[BOX_KEY_BYTES];
    if (!member_is(line, "covenant", "whole export"))
        return wrong(opening, "found no whole export: `covenant audit export --whole` writes one");
    if (!base64_read_into(coded, key, sizeof key) || memcmp(key, opening->public_key, sizeof key) != 0)
        return wrong(opening, "it is sealed to another key");
    opening->logs = list_count(value_get(line, "logs"));
    return opening->logs > 0 || wrong(opening, "found no logs");
}

static bool read_line(struct opening *opening, struct text text)
{
    struct json_error error;
    const struct value *line = json_read(&opening->line, text, &error);
    opening->number++;
    if (!line || opening->ended)
        return wrong(opening, opening->ended ? "found something after the end" : "found no JSON");
    if (opening->number == 1)
        return read_header(opening, line);
    if (value_get(line, "log"))
        return log_end(opening) && log_begin(opening, line);
    if (value_get(line, "leaves") && opening->in_log)
        return read_leaves(opening, value_get(line, "leaves"));
    if (value_get(line, "sealed") && opening->in_log)
        return read_sealed(opening, member_text(line, "sealed"));
    if (value_get(line, "edition"))
        return log_end(opening) && read_edition(opening, line);
    opening->ended = member_holds(line, "end");
    return opening->ended ? log_end(opening) : wrong(opening, "found a line of no known kind");
}

static bool read_file(struct opening *opening, FILE *file)
{
    char *line = NULL;
    size_t capacity = 0;
    bool good = true;
    for (ssize_t length; good && (length = getline(&line, &capacity, file)) > 0;) {
        arena_init(&opening->line);
        good = read_line(opening, (struct text){line, (size_t)length - (line[length - 1] == '\n')});
        arena_finish(&opening->line);
    }
    free(line);
    return good && (opening->ended || wrong(opening, "the file ends there: it is not whole"));
}

static bool open_into(struct opening *opening, FILE *file, const char *to)
{
    struct folder_writing writing;
    struct fault fault;
    if (!folder_begin(&writing, &opening->arena, to, &fault))
        return failed(opening, &fault);
    opening->folder = writing.aside;
    bool good = read_file(opening, file) && (folder_finish(&writing, &fault) || failed(opening, &fault));
    if (opening->records)
        fclose(opening->records);
    folder_drop(&writing);
    return good;
}

enum exit_code run_audit_open(struct command *command)
{
    struct opening opening = {.command = command};
    const char *path = command->operands[0], *to = command->values[OPTION_TO];
    struct fault fault;
    if (!to || !option_given(command, OPTION_KEY))
        return complain(command, EXIT_USE, "`audit open` needs `--key FILE`, the auditor's secret key, and `--to FOLDER`");
    if (folder_is_there(to))
        return complain(command, EXIT_REFUSED, "`%s` is there already", to);
    if (!auditor_key_secret(command->arena, command->values[OPTION_KEY], opening.secret_key, &fault))
        return complain(command, fault.kind == FAULT_ABSENT ? EXIT_NO_FILE : EXIT_REFUSED, "%s", fault.message);
    box_public(opening.public_key, opening.secret_key);
    FILE *file = fopen(path, "r");
    if (!file)
        return complain(command, EXIT_NO_FILE, "cannot read `%s`: %s", path, strerror(errno));
    arena_init(&opening.arena);
    bool good = open_into(&opening, file, to);
    if (good)
        terminal_print(&command->out, STYLE_PLAIN, "%s: %" PRIu64 " records, %" PRIu64 " %s of the rules\n", to,
                       opening.count, opening.editions, opening.editions == 1 ? "edition" : "editions");
    arena_finish(&opening.arena);
    secret_wipe(opening.secret_key, sizeof opening.secret_key);
    fclose(file);
    return good ? EXIT_ANSWERED : EXIT_REFUSED;
}

enum exit_code run_audit_key(struct command *command)
{
    const char *to = command->values[OPTION_TO];
    struct fault fault;
    if (!to || !*to)
        return complain(command, EXIT_USE, "`audit key` needs `--to FILE`: see `covenant audit key --help`");
    if (!auditor_key_make(command->arena, to, &fault))
        return complain(command, EXIT_REFUSED, "%s", fault.message);
    terminal_print(&command->out, STYLE_PLAIN,
                   "%s: the secret key, which stays with the auditor\n%s.pub: the public key, for who exports\n", to, to);
    return EXIT_ANSWERED;
}
