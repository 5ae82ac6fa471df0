#include "audit/journal_check.h"

#include "audit/journal_walk.h"
#include "base/durable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* After so long whoever waits is told how far it got. */
#define SLICE_US 100000

static bool not_valid(struct journal_check_report *report, struct arena *arena, struct text log, const char *message)
{
    report->outcome = VERIFY_NOT_VALID;
    report->log = log;
    report->message = text_copy(arena, text_of(message));
    return false;
}

/* ---- opening it, and leaving it as it is ---- */

/* `file:` and the path, with what means something else there escaped; immutable: no lock, no WAL, nothing beside it. */
static const char *uri_of(struct arena *arena, const char *path)
{
    struct buffer buffer;
    buffer_init(&buffer, arena);
    buffer_add(&buffer, TEXT("file:"));
    if (*path == '/')
        buffer_add(&buffer, TEXT("//"));
    for (; *path; path++) {
        if (strchr("%?#", *path))
            buffer_format(&buffer, "%%%02X", (unsigned)(unsigned char)*path);
        else
            buffer_add_byte(&buffer, *path);
    }
    buffer_add(&buffer, TEXT("?immutable=1"));
    return text_string(arena, buffer_text(&buffer));
}

/* The file itself, of a path that may be a folder; without a WAL in which there is something. */
static const char *file_of(struct arena *arena, const char *path, struct fault *fault)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        fault_set(fault, FAULT_ABSENT, "cannot read `%s`: %s", path, strerror(errno));
        return NULL;
    }
    const char *file = S_ISDIR(status.st_mode) ? text_string(arena, text_format(arena, "%s/journal.db", path)) : path;
    if (stat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        fault_set(fault, FAULT_ABSENT, "found no file `%s`, expected a journal", file);
        return NULL;
    }
    const char *wal = text_string(arena, text_format(arena, "%s-wal", file));
    if (stat(wal, &status) == 0 && status.st_size > 0) {
        fault_set(
            fault, FAULT_BUSY,
            "`%s` is of a daemon that runs or was killed: expected a copy made by `backup`, or one that was stopped",
            file);
        return NULL;
    }
    return file;
}

/* The keys of cases, when they were asked for; they are read, and none is made. */
static bool keys_read(struct journal *journal, const struct journal_check_options *options, struct fault *fault)
{
    if (!options->keys_folder)
        return true;
    if (!durable_is_there(options->keys_folder, "keys"))
        return fault_set(fault, FAULT_ABSENT, "there is no file `keys` in `%s`", options->keys_folder);
    return master_init(&journal->master, options->keys_folder, options->master, getenv("CREDENTIALS_DIRECTORY"),
                       fault) &&
           (journal->keys = keys_open(options->keys_folder, &journal->master, fault)) != NULL;
}

static struct journal *open_at_rest(const char *path, struct fault *fault)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (!journal) {
        fault_set(fault, FAULT_BROKEN, "no memory for the journal");
        return NULL;
    }
    arena_init(&journal->arena);
    const char *file = file_of(&journal->arena, path, fault);
    int result = file ? sqlite3_open_v2(uri_of(&journal->arena, file), &journal->database,
                                        SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL)
                      : SQLITE_OK;
    if (file && result == SQLITE_OK)
        return journal;
    if (file)
        fault_set(fault, FAULT_ABSENT, "cannot open `%s`: %s", file, sqlite3_errstr(result));
    journal_close(journal);
    return NULL;
}

/* ---- heads ---- */

/* The keys that were given are those of the installation: each signs all of its logs, under the name of each. */
static bool anchored(const struct note *note, struct text log, const struct journal_check_options *options,
                     bool *forged)
{
    bool good = false;
    *forged = false;
    for (size_t i = 0; i < options->key_count; i++) {
        if (options->keys[i].type != NOTE_ED25519)
            continue;
        struct note_key key = note_key_of(log, NOTE_ED25519, options->keys[i].public_key);
        enum note_verdict verdict = note_verify(note, &key, NULL);
        good = good || verdict == NOTE_GOOD;
        *forged = *forged || verdict == NOTE_FORGED;
    }
    return good;
}

static bool head_check(struct journal *journal, struct arena *arena, const struct log *log,
                       const struct journal_check_options *options, struct journal_check_report *report)
{
    struct note note;
    struct checkpoint checkpoint;
    bool forged;
    struct text name = text_copy(arena, log->name);
    if (!note_read(&journal->arena, (struct text){log->note, log->note_length}, &note) ||
        !checkpoint_read(note.text, &checkpoint) || !text_equal(checkpoint.origin, log->name) ||
        (long long)checkpoint.size != log->size || !digest_equal(checkpoint.root, log->root))
        return not_valid(report, arena, name, "the head of the log is not the one that was signed");
    if (options->key_count && !anchored(&note, log->name, options, &forged))
        return not_valid(report, arena, name,
                         forged ? "the signature of the log's head is wrong"
                                : "the log's head is not signed by the key that was given");
    return true;
}

static bool heads_good(struct journal *journal, struct arena *arena, const struct journal_check_options *options,
                       struct journal_check_report *report)
{
    for (size_t i = 0; i < journal->logs_count; i++)
        if (journal->logs[i].size && !head_check(journal, arena, &journal->logs[i], options, report))
            return false;
    return true;
}

/* ---- all of it ---- */

/* What is not as it was written can make a database that cannot be read at all: that is an answer, and no failure. */
static bool read_heads(struct journal *journal, struct arena *arena, struct journal_check_report *report,
                       bool *readable, struct fault *fault)
{
    if (!journal_is_ours(journal, fault))
        return false;
    *readable = statements_prepare(journal, fault) && logs_read(journal, fault);
    if (!*readable)
        not_valid(report, arena, (struct text){0}, fault->message);
    return true;
}

static bool walk_all(struct journal *journal, struct arena *arena, const struct journal_check_options *options,
                     struct journal_check_report *report, struct fault *fault)
{
    long long filed;
    if (!journal_mark(journal, "filed", &filed, fault))
        return false;
    struct walk *walk = walk_begin(journal, filed);
    bool over = false, good = walk != NULL;
    if (!walk)
        return fault_set(fault, FAULT_BROKEN, "no memory for checking the journal");
    if (options->keys_folder)
        walk_open_payloads(walk);
    while (good && !over) {
        good = walk_on(walk, monotonic_us() + SLICE_US, &over, fault);
        struct walk_progress progress = walk_progress(walk);
        report->records = progress.records;
        report->erased = progress.erased;
        if (options->progress)
            options->progress(options->context, progress.records, progress.total);
    }
    const struct walk_finding *finding = walk_found(walk);
    if (finding) {
        report->index = finding->index;
        not_valid(report, arena, *finding->log ? text_copy(arena, text_of(finding->log)) : (struct text){0},
                  finding->message);
    }
    walk_end(walk);
    return good;
}

bool journal_check_all(struct arena *arena, const char *path, const struct journal_check_options *options,
                       struct journal_check_report *report, struct fault *fault)
{
    *report =
        (struct journal_check_report){.outcome = options->key_count ? VERIFY_VALID : VERIFY_UNANCHORED, .index = -1};
    struct journal *journal = open_at_rest(path, fault);
    if (!journal)
        return false;
    bool readable = true;
    bool good = keys_read(journal, options, fault) && read_heads(journal, arena, report, &readable, fault);
    report->logs = journal->logs_count;
    if (good && readable && heads_good(journal, arena, options, report))
        good = walk_all(journal, arena, options, report, fault);
    if (report->outcome == VERIFY_UNANCHORED)
        report->message = TEXT("no key was given: that the journal is the one it says it is, is not known");
    journal_close(journal);
    return good;
}
