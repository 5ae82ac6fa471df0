/*
 * Flips single bits of a journal at rest, one at a time, opens it, and asks everything that a verb can ask:
 *
 *     flip_journal FOLDER RECORDS random COUNT SEED
 *     flip_journal FOLDER RECORDS stride BYTES SEED     each BYTES-th byte of every file, one of its bits
 *
 * A journal of so many records is made in FOLDER. Each answer must be the one from before, or say that it cannot be
 * given (a fault, a damaged record); or the journal must say that it is damaged, at the latest when it was looked
 * through (journal_check_step). Then a record is added: when that is accepted, the signed head must be that of the
 * leaves from before and the new ones. Prints `flips harmless said`, how many changed nothing and how many were told
 * of; ends with 1 after printing each that gave another answer.
 */
#include "audit/journal.h"
#include "audit/log_tree.h"
#include "audit/note.h"
#include "base/files.h"
#include "base/json.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_COUNT 5
#define LOG "almere/2199"
#define OTHER_LOG "arnhem/2199"
#define SECONDS_MAX 60

static const char *const file_names[FILE_COUNT] = {"journal.db", "keys", "signing-key", "head", "master-key"};

/* How a flip ends: the exit code of the process that tried it. */
enum ending { HARMLESS, SAID, OTHER_ANSWER, ENDING_COUNT };

/* What is asked, and what was answered before. */
struct questions {
    struct arena arena;
    const char *folder;
    struct text files[FILE_COUNT];
    struct text_list ids, requests;
    struct text edition;
    struct text_list answers, leaves;
    struct text vkey;
};

/* xorshift64*: the same on every machine. */
static size_t chance_below(uint64_t *chance, size_t bound)
{
    *chance ^= *chance >> 12;
    *chance ^= *chance << 25;
    *chance ^= *chance >> 27;
    return (size_t)((*chance * 0x2545f4914f6cdd1dULL >> 11) % bound);
}

static void fail(const char *what)
{
    fprintf(stderr, "flip_journal: %s\n", what);
    exit(70);
}

/* ---- the journal ---- */

static struct text case_name(struct arena *arena, size_t number)
{
    return text_format(arena, "case-%zu", number % 7);
}

static struct text body_of(struct arena *arena, size_t number)
{
    return text_format(arena,
                       "{\"case\":{\"case\":\"case-%zu\",\"facts\":{\"birth_date\":\"1999-01-%02zu\",\"origin\":\"shelter\"}},"
                       "\"on\":\"2199-01-01\",\"verb\":\"decide\"}",
                       number % 7, number % 28 + 1);
}

static struct request_key key_of(struct arena *arena, size_t number, struct text request)
{
    return (struct request_key){TEXT("local"), TEXT("decide"), TEXT("almere"), request, body_of(arena, number)};
}

static struct record decision_of(struct arena *arena, size_t number, struct text edition)
{
    bool other = number % 5 == 4;
    return (struct record){.log = other ? TEXT(OTHER_LOG) : TEXT(LOG), .kind = RECORD_DECISION, .client = TEXT("local"),
                           .edition = edition, .request = body_of(arena, number),
                           .decision = text_format(arena, "{\"eligibility\":{\"outcome\":\"eligible\"},\"number\":%zu}", number),
                           .region = other ? TEXT("arnhem") : TEXT("almere"), .case_id = case_name(arena, number)};
}

static void store_edition(struct questions *questions, struct journal *journal)
{
    struct arena *arena = &questions->arena;
    struct file_set files = {0};
    struct fault fault;
    struct value *manifest = value_object(arena), *named = value_object(arena);
    files_add(arena, &files, TEXT("almere/2199/covenant.yaml"), TEXT("covenant: almere\n"));
    value_set(arena, named, "almere/2199/covenant.yaml",
              value_text(arena, digest_text(arena, digest_of(files.items[0].text))));
    value_set(arena, manifest, "files", named);
    struct text text = json_write(arena, manifest);
    questions->edition = digest_text(arena, digest_of(text));
    if (!journal_store_edition(journal, questions->edition, text, &files, &fault))
        fail(fault.message);
}

/* One case of those was erased, as its verb does it. */
static void erase_one(struct arena *arena, struct journal *journal)
{
    long long slot;
    bool any;
    struct fault fault;
    struct record erasure = {.log = TEXT(LOG), .kind = RECORD_ERASURE, .client = TEXT("local"), .request = TEXT("{}"),
                             .decision = TEXT("{}")};
    if (!journal_case_slot(journal, arena, TEXT("almere"), TEXT("case-3"), &slot, &fault) || slot < 0 ||
        !journal_append(journal, arena, &erasure, NULL, &fault) || !journal_erase_later(journal, slot, &fault) ||
        !journal_commit(journal, &fault) || !journal_erase_finish(journal, &any, &fault))
        fail(fault.message);
}

static void make_journal(struct questions *questions, size_t records)
{
    struct arena *arena = &questions->arena;
    struct fault fault;
    struct journal *journal = journal_open(questions->folder, NULL, &fault);
    if (!journal)
        fail(fault.message);
    store_edition(questions, journal);
    for (size_t i = 0; i < records; i++) {
        struct record record = decision_of(arena, i, questions->edition);
        struct text request = text_format(arena, "request-%zu", i);
        struct request_key key = key_of(arena, i, request);
        if (!journal_append(journal, arena, &record, &key, &fault) ||
            (i % 3 == 2 && !journal_commit(journal, &fault)))
            fail(fault.message);
        text_list_add(arena, &questions->ids, text_copy(arena, record.id));
        text_list_add(arena, &questions->requests, request);
    }
    if (journal_has_batch(journal) && !journal_commit(journal, &fault))
        fail(fault.message);
    erase_one(arena, journal);
    questions->vkey = journal_vkey(journal, arena, TEXT(LOG));
    journal_close(journal);
}

/* ---- asking ---- */

struct asking {
    struct questions *questions;
    struct journal *journal;
    struct arena *arena;
    struct text_list answers;
};

/* `!` when it cannot be given. */
static void told(struct asking *asking, struct text answer)
{
    text_list_add(asking->arena, &asking->answers, answer);
}

static void refused(struct asking *asking, const struct fault *fault)
{
    told(asking, fault->kind == FAULT_ABSENT ? TEXT("absent") : TEXT("!"));
}

static struct text record_answer(struct arena *arena, const struct record *record)
{
    if (record->state == RECORD_DAMAGED)
        return TEXT("!");
    return text_format(arena, "%.*s %.*s %lld %d %.*s %.*s %.*s %.*s %.*s %d %.*s", TEXT_ARGS(record->id),
                       TEXT_ARGS(record->log), record->index, (int)record->kind, TEXT_ARGS(record->time),
                       TEXT_ARGS(record->client), TEXT_ARGS(record->edition), TEXT_ARGS(record->request),
                       TEXT_ARGS(record->decision), (int)record->state, TEXT_ARGS(record->leaf));
}

static void ask_list(struct asking *asking, const struct record_query *query)
{
    struct record_list list;
    struct fault fault;
    struct buffer buffer = {.arena = asking->arena};
    if (!journal_find(asking->journal, asking->arena, query, &list, &fault)) {
        refused(asking, &fault);
        return;
    }
    for (size_t i = 0; i < list.count; i++) {
        struct text answer = record_answer(asking->arena, &list.items[i]);
        if (text_is(answer, "!")) {
            told(asking, answer);
            return;
        }
        buffer_add(&buffer, answer);
        buffer_add(&buffer, TEXT("\n"));
    }
    told(asking, buffer_text(&buffer));
}

static void ask_record(struct asking *asking, struct text id)
{
    struct record record;
    struct fault fault;
    struct text proof;
    if (!journal_record(asking->journal, asking->arena, id, &record, &fault)) {
        refused(asking, &fault);
        return;
    }
    told(asking, record_answer(asking->arena, &record));
    if (record.state == RECORD_DAMAGED)
        return;
    for (int tree = TREE_OF_NOW; tree <= TREE_OF_THEN; tree++) {
        if (journal_proof(asking->journal, asking->arena, &record, (enum journal_tree)tree, &proof, &fault))
            told(asking, proof);
        else
            refused(asking, &fault);
    }
}

static void ask_seen(struct asking *asking, size_t number, struct text request)
{
    struct request_key key = key_of(asking->arena, number, request);
    enum journal_seen seen;
    struct record record;
    struct fault fault;
    if (!journal_seen(asking->journal, asking->arena, &key, &seen, &record, &fault))
        refused(asking, &fault);
    else if (seen == SEEN_SAME)
        told(asking, record_answer(asking->arena, &record));
    else
        told(asking, text_format(asking->arena, "seen %d", (int)seen));
}

static void ask_log(struct asking *asking, const struct log_size *log)
{
    struct arena *arena = asking->arena;
    struct fault fault;
    struct text note;
    struct text_list leaves = {0};
    told(asking, text_format(arena, "%.*s has %lld", TEXT_ARGS(log->log), log->size));
    if (journal_head(asking->journal, arena, log->log, &note, &fault))
        told(asking, note);
    else
        refused(asking, &fault);
    for (long long from = 1; from <= log->size; from += log->size < 64 ? 1 : 17) {
        struct tree_proof proof;
        struct buffer buffer = {.arena = arena};
        if (!journal_consistency(asking->journal, arena, log->log, from, log->size, &proof, &note, &fault)) {
            refused(asking, &fault);
            continue;
        }
        for (size_t i = 0; i < proof.count; i++)
            buffer_add(&buffer, digest_text(arena, proof.hashes[i]));
        told(asking, text_format(arena, "%.*s%.*s", TEXT_ARGS(buffer_text(&buffer)), TEXT_ARGS(note)));
    }
    if (!journal_leaves(asking->journal, arena, log->log, 0, 100000, &leaves, &fault)) {
        refused(asking, &fault);
        return;
    }
    for (size_t i = 0; i < leaves.count; i++)
        told(asking, leaves.items[i]);
}

static struct text_list ask_all(struct questions *questions, struct journal *journal, struct arena *arena)
{
    struct asking asking = {.questions = questions, .journal = journal, .arena = arena};
    size_t count;
    struct fault fault;
    struct text manifest;
    struct file_set files = {0};
    const struct log_size *logs = journal_logs(journal, arena, &count);
    told(&asking, text_format(arena, "%zu logs", count));
    for (size_t i = 0; i < questions->ids.count; i++) {
        ask_record(&asking, questions->ids.items[i]);
        ask_seen(&asking, i, questions->requests.items[i]);
    }
    for (size_t i = 0; i < count; i++) {
        ask_log(&asking, &logs[i]);
        ask_list(&asking, &(struct record_query){.log = logs[i].log, .limit = 100000});
        for (size_t number = 0; number < 7; number++)
            ask_list(&asking, &(struct record_query){.log = logs[i].log, .case_id = case_name(arena, number), .limit = 1000});
    }
    ask_list(&asking, &(struct record_query){.limit = 100000});
    if (!journal_edition_files(journal, arena, questions->edition, &manifest, &files, &fault))
        told(&asking, TEXT("!")); /* a record names it: that it is not there is told */
    else
        told(&asking, text_format(arena, "%.*s %zu %.*s", TEXT_ARGS(manifest), files.count,
                                  TEXT_ARGS(files.count ? files.items[0].text : (struct text){0})));
    return asking.answers;
}

/* ---- one flip ---- */

/* Each answer as before, or refused. `*different` is the first that is neither. */
static enum ending compare(const struct text_list *before, const struct text_list *now, size_t *different)
{
    bool refusals = false;
    size_t b = 0;
    for (size_t n = 0; n < now->count; n++) {
        if (text_is(now->items[n], "!")) {
            refusals = true; /* what depends on it was not asked: go on where the answers are the same again */
            continue;
        }
        while (b < before->count && refusals && !text_equal(before->items[b], now->items[n]))
            b++;
        *different = n;
        if (b == before->count || !text_equal(before->items[b], now->items[n]))
            return OTHER_ANSWER;
        b++;
    }
    *different = now->count;
    return refusals ? SAID : b == before->count ? HARMLESS : OTHER_ANSWER;
}

/* A record more, when it is accepted: is the head over the leaves of before and that? */
static bool grows_well(struct questions *questions, struct journal *journal, struct arena *arena, bool *accepted)
{
    struct fault fault;
    struct record record = decision_of(arena, 0, questions->edition);
    struct text text;
    struct note note;
    struct checkpoint head;
    struct text_list leaves = {0};
    *accepted = journal_append(journal, arena, &record, NULL, &fault) && journal_commit(journal, &fault) &&
                journal_head(journal, arena, TEXT(LOG), &text, &fault);
    if (!*accepted)
        return true;
    if (!note_read(arena, text, &note) || !checkpoint_read(note.text, &head) ||
        !journal_leaves(journal, arena, TEXT(LOG), 0, 100000, &leaves, &fault))
        return false;
    struct log_tree tree;
    log_tree_init(&tree, arena, (struct tile_store){0});
    for (size_t i = 0; i < leaves.count; i++) {
        if (i < questions->leaves.count && !text_equal(leaves.items[i], questions->leaves.items[i]))
            return false;
        log_tree_append(&tree, tree_leaf(leaves.items[i]));
    }
    return leaves.count > questions->leaves.count && head.size == leaves.count &&
           digest_equal(head.root, log_tree_root(&tree));
}

static enum ending open_and_ask(struct questions *questions, const char *what)
{
    struct arena arena;
    struct fault fault;
    size_t different;
    bool accepted;
    arena_init(&arena);
    struct journal *journal = journal_open(questions->folder, NULL, &fault);
    if (!journal)
        return SAID;
    struct text_list now = ask_all(questions, journal, &arena);
    enum ending ending = compare(&questions->answers, &now, &different);
    /* What a daemon does beside serving. */
    while (!journal_damage(journal) && !journal_progress(journal).over && journal_check_step(journal, 1000000, &fault)) {
    }
    bool well = grows_well(questions, journal, &arena, &accepted);
    if (ending != HARMLESS && (journal_damage(journal) || journal_restored(journal)))
        ending = SAID;
    if (!well && !journal_damage(journal)) {
        printf("%s: the log did not grow from what it was\n", what);
        ending = OTHER_ANSWER;
    } else if (ending == OTHER_ANSWER) {
        struct text answer = different < now.count ? now.items[different] : TEXT("(fewer answers)");
        printf("%s: answer %zu is another one: %.*s\n", what, different, TEXT_ARGS(text_slice(answer, 0,
               answer.length < 200 ? answer.length : 200)));
    } else if (ending == HARMLESS && (!accepted || journal_damage(journal))) {
        ending = SAID;
    }
    fflush(stdout);
    return ending;
}

static const char *path_of(struct questions *questions, const char *name)
{
    return text_string(&questions->arena, text_format(&questions->arena, "%s/%s", questions->folder, name));
}

static void write_file(const char *path, struct text text)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0 || write(descriptor, text.at, text.length) != (ssize_t)text.length || close(descriptor) != 0)
        fail(path);
}

/* As it was, but for that bit. */
static void put_back(struct questions *questions, size_t which, size_t byte, unsigned bit)
{
    static const char *const strays[] = {"journal.db-wal", "journal.db-shm", "journal.db-journal", "head.new", "keys.new"};
    struct arena_mark mark = arena_mark(&questions->arena);
    for (size_t i = 0; i < sizeof strays / sizeof *strays; i++)
        unlink(path_of(questions, strays[i]));
    for (size_t i = 0; i < FILE_COUNT; i++) {
        struct text text = questions->files[i];
        if (i == which) {
            char *copy = arena_alloc(&questions->arena, text.length);
            memcpy(copy, text.at, text.length);
            copy[byte] = (char)((unsigned char)copy[byte] ^ 1U << bit);
            text.at = copy;
        }
        write_file(path_of(questions, file_names[i]), text);
    }
    arena_back(&questions->arena, mark);
}

/* In a process of its own: an assert or an endless loop is another answer. `which` FILE_COUNT: nothing is flipped. */
static enum ending flip(struct questions *questions, size_t which, size_t byte, unsigned bit)
{
    char what[128];
    snprintf(what, sizeof what, "bit %u of byte %zu of %s", bit, byte,
             which < FILE_COUNT ? file_names[which] : "no file");
    put_back(questions, which, byte, bit);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        alarm(SECONDS_MAX);
        _exit((int)open_and_ask(questions, what));
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        fail("fork");
    if (WIFEXITED(status) && WEXITSTATUS(status) < ENDING_COUNT)
        return (enum ending)WEXITSTATUS(status);
    printf("%s: ended by %s %d\n", what, WIFSIGNALED(status) ? "signal" : "code",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return OTHER_ANSWER;
}

/* Half of them in the database, the rest in the files beside it. */
static void random_place(struct questions *questions, uint64_t *chance, size_t *which, size_t *byte)
{
    *which = chance_below(chance, 4) ? 0 : chance_below(chance, FILE_COUNT);
    *byte = chance_below(chance, questions->files[*which].length);
}

static int flip_all(struct questions *questions, bool stride, size_t amount, uint64_t seed)
{
    unsigned long endings[ENDING_COUNT] = {0}, flips = 0;
    uint64_t chance = (seed + 1) * 0x9e3779b97f4a7c15ULL;
    if (stride) {
        for (size_t which = 0; which < FILE_COUNT; which++)
            for (size_t byte = chance_below(&chance, amount); byte < questions->files[which].length; byte += amount, flips++)
                endings[flip(questions, which, byte, (unsigned)chance_below(&chance, 8))]++;
    } else {
        for (size_t which, byte; flips < amount; flips++) {
            random_place(questions, &chance, &which, &byte);
            endings[flip(questions, which, byte, (unsigned)chance_below(&chance, 8))]++;
        }
    }
    printf("%lu %lu %lu\n", flips, endings[HARMLESS], endings[SAID]);
    return endings[OTHER_ANSWER] ? 1 : 0;
}

/* The answers of the journal as it is. */
static void remember(struct questions *questions)
{
    struct arena *arena = &questions->arena;
    struct fault fault;
    for (size_t i = 0; i < FILE_COUNT; i++)
        if (!file_read(arena, path_of(questions, file_names[i]), SIZE_MAX / 2, &questions->files[i], &fault))
            fail(fault.message);
    struct journal *journal = journal_open(questions->folder, NULL, &fault);
    if (!journal || !journal_leaves(journal, arena, TEXT(LOG), 0, 100000, &questions->leaves, &fault))
        fail(fault.message);
    questions->answers = ask_all(questions, journal, arena);
    for (size_t i = 0; i < questions->answers.count; i++)
        if (text_is(questions->answers.items[i], "!"))
            fail("an answer cannot be given before any flip");
    journal_close(journal);
}

int main(int count, char **arguments)
{
    static struct questions questions;
    bool stride = count == 6 && strcmp(arguments[3], "stride") == 0;
    if (count != 6 || (!stride && strcmp(arguments[3], "random") != 0) || !digest_init()) {
        fprintf(stderr, "use: flip_journal FOLDER RECORDS random|stride AMOUNT SEED\n");
        return 64;
    }
    arena_init(&questions.arena);
    questions.folder = arguments[1];
    make_journal(&questions, strtoul(arguments[2], NULL, 10));
    remember(&questions);
    if (flip(&questions, FILE_COUNT, 0, 0) != HARMLESS)
        fail("without a flip the answers are others");
    int status = flip_all(&questions, stride, strtoul(arguments[4], NULL, 10), strtoull(arguments[5], NULL, 10));
    arena_finish(&questions.arena);
    return status;
}
