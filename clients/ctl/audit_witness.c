/*
 * `covenant audit witness`: one round of a witness, by the text of c2sp.org/tlog-witness, over a folder (audit/witnesses.h
 * tells what lies in it). For each request that is addressed to this witness's key: is the head signed by a log's key,
 * and does it continue what was cosigned last? Then the new head is kept in the folder of state, and after that the
 * cosignature is written; else the size that was seen, or nothing. Runs of the same state wait for each other: so what
 * was checked is what is kept.
 *
 * It runs on another machine than the daemon, or as another owner: what it keeps is what shows a fork or an older copy.
 */
#include "audit.h"

#include "audit/witness.h"
#include "base/base64.h"
#include "base/date.h"
#include "base/durable.h"
#include "base/files.h"
#include "base/json.h"
#include "base/secret.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATE "seen"
#define STATE_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define KEY_LINE "covenant witness secret key 1 "
#define LOG_KEYS_MAX 16

struct witnessing {
    struct command *command;
    struct note_key key;                    /* our own */
    unsigned char secret[SIGNING_KEY_BYTES];
    struct note_key logs[LOG_KEYS_MAX];
    size_t logs_count;
    const char *folder, *state;
    struct value *notes;                    /* the newest head of each log that was cosigned */
    long long cosigned, refused;
    enum exit_code code;
};

static bool failed(struct witnessing *witnessing, enum exit_code code, const char *message)
{
    witnessing->code = complain(witnessing->command, code, "%s", message);
    return false;
}

/* ---- keys ---- */

static struct text seed_line(struct arena *arena, struct text name, const unsigned char seed[SIGNING_SEED_BYTES])
{
    struct text coded = base64_write(arena, (struct text){(const char *)seed, SIGNING_SEED_BYTES});
    return text_format(arena, KEY_LINE "%.*s %.*s\n", TEXT_ARGS(name), TEXT_ARGS(coded));
}

/* A first time: `--by NAME` names the witness. The file is never written over. */
static bool key_make(struct witnessing *witnessing, const char *path)
{
    struct arena *arena = witnessing->command->arena;
    struct text name = text_of(witnessing->command->values[OPTION_BY]);
    unsigned char seed[SIGNING_SEED_BYTES];
    if (!note_name_good(name))
        return failed(witnessing, EXIT_USE, "the name of a witness has no spaces and no `+`");
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return failed(witnessing, EXIT_NO_FILE, strerror(errno));
    random_bytes(seed, sizeof seed);
    bool good = write_at(file, seed_line(arena, name, seed), 0) && fsync(file) == 0;
    secret_wipe(seed, sizeof seed);
    close(file);
    return good || failed(witnessing, EXIT_NO_FILE, strerror(errno));
}

static bool key_read(struct witnessing *witnessing, const char *path)
{
    struct arena *arena = witnessing->command->arena;
    struct text text;
    struct fault fault;
    unsigned char seed[SIGNING_SEED_BYTES], public_key[PUBLIC_KEY_BYTES];
    if (!file_read(arena, path, 4096, &text, &fault))
        return failed(witnessing, EXIT_NO_FILE, fault.message);
    struct text line = text_trim(text_slice(text, strlen(KEY_LINE), text.length));
    const char *space = line.length ? memrchr(line.at, ' ', line.length) : NULL;
    if (!text_starts_with(text, KEY_LINE) || !space ||
        !base64_read_into(text_slice(line, (size_t)(space - line.at) + 1, line.length), seed, sizeof seed) ||
        !note_name_good(text_slice(line, 0, (size_t)(space - line.at))))
        return failed(witnessing, EXIT_NO_FILE, "the file of `--key` holds no key of a witness");
    signing_key_of(seed, witnessing->secret, public_key);
    secret_wipe(seed, sizeof seed);
    witnessing->key = note_key_of(text_slice(line, 0, (size_t)(space - line.at)), NOTE_COSIGNATURE, public_key);
    return true;
}

/* `KEY,KEY`: one machine signs all its logs with one key, under their names. */
static bool logs_read(struct witnessing *witnessing)
{
    const char *given = witnessing->command->values[OPTION_VKEY];
    struct text rest = text_of(given ? given : "");
    while (rest.length) {
        const char *comma = memchr(rest.at, ',', rest.length);
        size_t length = comma ? (size_t)(comma - rest.at) : rest.length;
        struct note_key *key = &witnessing->logs[witnessing->logs_count];
        if (witnessing->logs_count == LOG_KEYS_MAX || !note_key_read(text_trim(text_slice(rest, 0, length)), key) ||
            key->type != NOTE_ED25519)
            return failed(witnessing, EXIT_USE, "`--vkey` holds no key of a log, as `almere/2026+7e0c2b5a+AQ...`");
        witnessing->logs_count++;
        rest = text_slice(rest, length + (comma != NULL), rest.length);
    }
    return witnessing->logs_count > 0 || failed(witnessing, EXIT_USE, "expected `--vkey`, the key of the logs");
}

/* ---- what was seen ---- */

static bool state_read(struct witnessing *witnessing)
{
    struct arena *arena = witnessing->command->arena;
    struct text text;
    struct fault fault;
    struct json_error error;
    const char *path = text_string(arena, text_format(arena, "%s/" STATE, witnessing->state));
    witnessing->notes = value_object(arena);
    if (!durable_is_there(witnessing->state, STATE))
        return true;
    const struct value *read =
        file_read(arena, path, STATE_BYTES_MAX, &text, &fault) ? json_read(arena, text, &error) : NULL;
    if (!read || read->kind != VALUE_OBJECT)
        return failed(witnessing, EXIT_INTERNAL, "the state is not as it was written: without it nothing is cosigned");
    witnessing->notes = value_copy(arena, read);
    return true;
}

static bool seen_of(const struct witnessing *witnessing, struct text origin, struct checkpoint *seen)
{
    struct arena *arena = witnessing->command->arena;
    struct note note;
    const struct value *text = value_get(witnessing->notes, text_string(arena, origin));
    return text && text->kind == VALUE_TEXT && note_read(arena, text->text, &note) && checkpoint_read(note.text, seen);
}

/* Kept before anything is answered. */
static bool seen_keep(struct witnessing *witnessing, struct text origin, struct text note)
{
    struct arena *arena = witnessing->command->arena;
    struct fault fault;
    value_set_text(arena, witnessing->notes, origin, value_text(arena, note));
    return durable_replace(witnessing->state, STATE, json_write(arena, witnessing->notes), false, &fault) ||
           failed(witnessing, EXIT_INTERNAL, fault.message);
}

/* ---- one request ---- */

static enum witness_verdict judge(const struct witnessing *witnessing, const struct witness_request *request,
                                  struct checkpoint *head, bool *known, struct checkpoint *seen)
{
    enum witness_verdict verdict = WITNESS_UNSIGNED;
    struct arena *arena = witnessing->command->arena;
    struct note note;
    *known = note_read(arena, request->note, &note) && checkpoint_read(note.text, head) &&
             seen_of(witnessing, head->origin, seen);
    for (size_t i = 0; i < witnessing->logs_count && verdict == WITNESS_UNSIGNED; i++)
        verdict = witness_judge(arena, request, *known ? seen : NULL, &witnessing->logs[i], head);
    return verdict;
}

static bool answer(struct witnessing *witnessing, const char *folder, struct text text)
{
    struct fault fault;
    const unsigned char *id = witnessing->key.id;
    char name[32];
    snprintf(name, sizeof name, "%02x%02x%02x%02x.answer", id[0], id[1], id[2], id[3]);
    return durable_replace(folder, name, text, false, &fault) || failed(witnessing, EXIT_INTERNAL, fault.message);
}

static struct text cosignature(struct witnessing *witnessing, struct text note)
{
    struct arena *arena = witnessing->command->arena;
    struct text whole = note_cosign(arena, note, (uint64_t)moment_now().second, &witnessing->key, witnessing->secret);
    return text_slice(whole, note.length, whole.length);
}

static bool refuse(struct witnessing *witnessing, const char *folder, const char *why)
{
    terminal_print(&witnessing->command->out, STYLE_BAD, "%s: %s\n", folder, why);
    witnessing->refused++;
    return true;
}

/* The answers of a status of 200 and of a conflict are those of the text; others have none, and are said here. */
static bool respond(struct witnessing *witnessing, const char *folder, const struct witness_request *request)
{
    struct arena *arena = witnessing->command->arena;
    struct checkpoint head, seen;
    bool known;
    switch (judge(witnessing, request, &head, &known, &seen)) {
    case WITNESS_COSIGN:
        witnessing->cosigned++;
        return seen_keep(witnessing, head.origin, request->note) &&
               answer(witnessing, folder, cosignature(witnessing, request->note));
    case WITNESS_CONFLICT:
        if (known && seen.size == head.size && !digest_equal(seen.root, head.root))
            refuse(witnessing, folder, "another head of the same size was cosigned: the log was forked");
        else if (known && seen.size > head.size)
            refuse(witnessing, folder, "a longer log was cosigned: this is an older copy, or an older request");
        return answer(witnessing, folder, text_format(arena, "%" PRIu64 "\n", known ? seen.size : 0));
    case WITNESS_INCONSISTENT:
        return refuse(witnessing, folder, "the log does not continue the one that was cosigned");
    case WITNESS_UNSIGNED:
        return refuse(witnessing, folder, "the head is not signed by a key of `--vkey`");
    case WITNESS_MALFORMED:
        break;
    }
    return refuse(witnessing, folder, "the request is malformed");
}

/* A request that was answered lies there still: it is not answered twice. */
static bool visit(struct witnessing *witnessing, const char *folder)
{
    struct arena *arena = witnessing->command->arena;
    const unsigned char *id = witnessing->key.id;
    struct witness_request request;
    struct text text;
    struct fault fault;
    char base[16];
    snprintf(base, sizeof base, "%02x%02x%02x%02x", id[0], id[1], id[2], id[3]);
    if (!durable_is_there(folder, text_string(arena, text_format(arena, "%s.request", base))) ||
        durable_is_there(folder, text_string(arena, text_format(arena, "%s.answer", base))))
        return true;
    if (!file_read(arena, text_string(arena, text_format(arena, "%s/%s.request", folder, base)), NOTE_BYTES_MAX, &text,
                   &fault))
        return failed(witnessing, EXIT_NO_FILE, fault.message);
    return witness_request_read(text, &request) ? respond(witnessing, folder, &request)
                                                : refuse(witnessing, folder, "the request is malformed");
}

static int no_dots(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Names of logs have one part or two: FOLDER/daemon, FOLDER/almere/2026. */
static bool walk(struct witnessing *witnessing, const char *folder, int depth)
{
    struct dirent **entries;
    bool good = visit(witnessing, folder);
    if (depth == 0)
        return good;
    int count = scandir(folder, &entries, no_dots, alphasort);
    for (int i = 0; i < count; i++) {
        struct arena *arena = witnessing->command->arena;
        struct stat status;
        const char *below = text_string(arena, text_format(arena, "%s/%s", folder, entries[i]->d_name));
        if (good && stat(below, &status) == 0 && S_ISDIR(status.st_mode))
            good = walk(witnessing, below, depth - 1);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return good && (count >= 0 || failed(witnessing, EXIT_NO_FILE, strerror(errno)));
}

/* Held until the process ends. */
static bool state_lock(struct witnessing *witnessing)
{
    if (mkdir(witnessing->state, 0700) != 0 && errno != EEXIST)
        return failed(witnessing, EXIT_NO_FILE, strerror(errno));
    int folder = open(witnessing->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return (folder >= 0 && flock(folder, LOCK_EX) == 0) || failed(witnessing, EXIT_NO_FILE, strerror(errno));
}

enum exit_code run_audit_witness(struct command *command)
{
    struct witnessing witnessing = {.command = command, .folder = command->operands[0],
                                    .state = command->values[OPTION_STATE]};
    const char *path = command->values[OPTION_KEY];
    if (!path)
        return complain(command, EXIT_USE, "expected `--key FILE`, the key of the witness");
    bool makes = access(path, F_OK) != 0 && command->values[OPTION_BY];
    if ((makes && !key_make(&witnessing, path)) || !key_read(&witnessing, path))
        return witnessing.code;
    if (makes)
        terminal_print(&command->out, STYLE_PLAIN, "%.*s\n",
                       TEXT_ARGS(note_key_text(command->arena, &witnessing.key)));
    if (!witnessing.folder)
        return makes ? EXIT_ANSWERED : complain(command, EXIT_USE, "expected a folder of requests");
    if (!witnessing.state)
        return complain(command, EXIT_USE, "expected `--state FOLDER`, where what was seen is kept");
    if (logs_read(&witnessing) && state_lock(&witnessing) && state_read(&witnessing))
        walk(&witnessing, witnessing.folder, 2);
    secret_wipe(witnessing.secret, sizeof witnessing.secret);
    if (witnessing.code != EXIT_ANSWERED)
        return witnessing.code;
    terminal_print(&command->out, STYLE_PLAIN, "%lld cosigned, %lld refused\n", witnessing.cosigned, witnessing.refused);
    return witnessing.refused ? EXIT_FOUND : EXIT_ANSWERED;
}
