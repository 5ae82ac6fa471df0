/*
 * The power goes. A journal is kept for some two hundred decisions, with confirmations, editions and erasures; then, at
 * every write and sync of it, what may be left on the disk is made (crash_disk.h), and the journal opened from that:
 *
 * - every record that was acknowledged is there once, at its place, as it was; nothing else but the batch under way,
 *   whole or not at all;
 * - the root that its leaves give is that of the signed head; the receipts that were given out come back byte for byte
 *   and verify, and the heads that were given out are the beginning of the tree of now; a request sent again is known;
 * - what was erased stays erased: its key is nowhere on the disk;
 * - SQLite finds its database whole; a record more can be added.
 *
 * And twice: the daemon is killed or the power goes, it starts again, and the power goes in the middle of that start or
 * after it. What it showed meanwhile must be there.
 *
 * COVENANT_CUTS damaged disks (2000) by COVENANT_SEED; COVENANT_CUT=N only that one of them.
 */
#include "audit/journal_database.h"
#include "audit/proof.h"

#include "crash_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#define CASES 70
#define BATCH_MAX 12
#define DECISIONS 200
/* More cases than keys are left when the file of keys is about to grow. */
#define MORE 5
/* A clock that begins here, in 2026. */
#define CLOCK_BEGINS INT64_C(1782864000000)

static const char *const logs[] = {"almere/2026", "utrecht/2026", "daemon"};
#define LOGS (sizeof logs / sizeof *logs)

struct entry {
    size_t batch;
    struct record record;
    struct text proof;
};
struct batch {
    size_t first, count;    /* entries */
    size_t begun, done;     /* how much was on the tape when it began to be written, and when it was acknowledged */
    struct text erases;     /* a case */
    struct text heads[LOGS]; /* as given out after it; absent: no such log */
    struct text edition, files; /* its digest, and that of what is in it */
};
/* A key that was overwritten: it is nowhere from `done` on. */
struct gone {
    size_t done;
    unsigned char slot[64];
};

static struct {
    struct arena arena;
    char folder[64];
    struct disk_tape tape;
    struct entry entries[600];
    size_t entry_count;
    struct batch batches[300];
    size_t batch_count;
    struct gone gone[8];
    size_t gone_count;
    struct text vkey[LOGS];
    struct text edition; /* the one that decides */
    uint64_t seed;
    struct journal *journal;
    struct fault fault;
} run;

/* ---- what is kept: the workload ---- */

static void must(bool done)
{
    if (!done)
        fail_msg("%s", run.fault.message);
}

static void open_again(void)
{
    journal_close(run.journal);
    run.journal = journal_open(run.folder, NULL, &run.fault);
    must(run.journal != NULL);
}

static struct batch *batch_begin(void)
{
    assert_true(run.batch_count < sizeof run.batches / sizeof *run.batches);
    struct batch *batch = &run.batches[run.batch_count++];
    *batch = (struct batch){.first = run.entry_count, .begun = run.tape.count};
    return batch;
}

static struct request_key request_of(struct arena *arena, const struct entry *entry)
{
    struct text log = entry->record.log;
    return (struct request_key){TEXT("local"), TEXT("decide"), text_slice(log, 0, strcspn(log.at, "/")),
                                text_format(arena, "request-%zu", (size_t)(entry - run.entries)), TEXT("{}")};
}

static void batch_add(enum record_kind kind, const char *log, const char *case_id)
{
    static const char filler[] = "a reason that is long enough to fill a page now and then; ";
    assert_true(run.entry_count < sizeof run.entries / sizeof *run.entries);
    struct entry *entry = &run.entries[run.entry_count];
    struct text region = text_slice(text_of(log), 0, strcspn(log, "/"));
    struct buffer decision;
    buffer_init(&decision, &run.arena);
    buffer_format(&decision, "{\"number\":%zu,\"reasons\":\"", run.entry_count);
    for (size_t i = random_below(&run.seed, 40); i > 0; i--)
        buffer_add_string(&decision, filler);
    buffer_add_string(&decision, "\"}");
    entry->batch = run.batch_count - 1;
    entry->record = (struct record){
        .log = text_of(log),
        .kind = kind,
        .client = TEXT("local"),
        .edition = run.edition,
        .request = text_format(&run.arena, "{\"case\":{\"case\":\"%s\"},\"verb\":\"decide\"}", case_id ? case_id : ""),
        .decision = buffer_text(&decision),
    };
    if (case_id) {
        entry->record.region = text_copy(&run.arena, region);
        entry->record.case_id = text_copy(&run.arena, text_of(case_id));
    }
    struct request_key key = request_of(&run.arena, entry);
    must(journal_append(run.journal, &run.arena, &entry->record, &key, &run.fault));
    run.entry_count++;
}

/* Acknowledged: from here on it must be there. Then what the answers carry, and what is done after them. */
static void batch_end(struct batch *batch)
{
    must(journal_commit(run.journal, &run.fault));
    batch->done = run.tape.count;
    batch->count = run.entry_count - batch->first;
    for (size_t i = batch->first; i < run.entry_count; i++)
        must(journal_proof(run.journal, &run.arena, &run.entries[i].record, TREE_OF_THEN, &run.entries[i].proof,
                           &run.fault));
    for (size_t i = 0; i < LOGS; i++) {
        must(journal_head(run.journal, &run.arena, text_of(logs[i]), &batch->heads[i], &run.fault));
        batch->heads[i] = batch->heads[i].at ? text_copy(&run.arena, batch->heads[i]) : (struct text){0};
        if (batch->heads[i].at && !run.vkey[i].at)
            run.vkey[i] = journal_vkey(run.journal, &run.arena, text_of(logs[i]));
    }
    run.journal->filed_together = 50;
    if (random_below(&run.seed, 6) == 0)
        run.journal->wal_pages = 1 << 20; /* as if there were many: into the database with them */
    must(journal_tidy(run.journal, &run.fault));
}

static void keep_edition(int number)
{
    struct file_set files = {0};
    files_add(&run.arena, &files, TEXT("almere/2026/covenant.yaml"),
              text_format(&run.arena, "region: almere\nversion: %d\n", number));
    struct text manifest = text_format(&run.arena, "{\"files\":{\"almere/2026/covenant.yaml\":\"%s\"}}",
                                       digest_text(&run.arena, digest_of(files.items[0].text)).at);
    struct batch *batch = batch_begin();
    batch->edition = run.edition = digest_text(&run.arena, digest_of(manifest));
    batch->files = digest_text(&run.arena, files_digest(&run.arena, &files));
    batch_add(RECORD_EDITION, "daemon", NULL);
    must(journal_store_edition(run.journal, batch->edition, manifest, &files, &run.fault));
    batch_end(batch);
}

static void keep_decisions(size_t count)
{
    struct batch *batch = batch_begin();
    for (size_t i = 0; i < count; i++) {
        char case_id[16];
        size_t lot = random_below(&run.seed, 30);
        const char *log = logs[random_below(&run.seed, 4) == 0];
        snprintf(case_id, sizeof case_id, "case-%zu", random_below(&run.seed, CASES));
        if (lot == 0)
            batch_add(RECORD_FORBIDDEN, "daemon", NULL);
        else
            batch_add(lot < 4 ? RECORD_CONFIRMATION : RECORD_DECISION, log, case_id);
    }
    batch_end(batch);
}

static struct text file_bytes(const char *name)
{
    struct text text = {0};
    must(file_read(&run.arena, text_string(&run.arena, text_format(&run.arena, "%s/%s", run.folder, name)), 1 << 20,
                   &text, &run.fault));
    return text;
}

/* The verb's three steps: recorded, its key overwritten, its rows taken out. The slot is where the keys then differ. */
static void keep_erasure(const char *case_id)
{
    bool any;
    struct text region = TEXT("almere");
    long long slot;
    must(journal_case_slot(run.journal, &run.arena, region, text_of(case_id), &slot, &run.fault));
    assert_true(slot > 0);
    struct text before = file_bytes("keys");
    struct batch *batch = batch_begin();
    batch->erases = text_copy(&run.arena, text_of(case_id));
    batch_add(RECORD_ERASURE, logs[0], NULL);
    must(journal_erase_later(run.journal, slot, &run.fault));
    batch_end(batch);
    must(journal_erase_finish(run.journal, &any, &run.fault));
    struct text after = file_bytes("keys");
    assert_int_equal(before.length, after.length);
    for (size_t at = 0; at < before.length; at += 64) {
        if (memcmp(before.at + at, after.at + at, 64) == 0)
            continue;
        struct gone *gone = &run.gone[run.gone_count++];
        gone->done = run.tape.count;
        memcpy(gone->slot, before.at + at, 64);
    }
}

static void keep(enum lie lie)
{
    recorder.seed = run.seed;
    recorder.clock = CLOCK_BEGINS;
    recorder.lie = lie;
    record_begin(&run.tape, run.folder, NULL, 0);
    run.journal = journal_open(run.folder, NULL, &run.fault);
    must(run.journal != NULL);
    keep_edition(1);
    for (size_t turn = 0; run.entry_count < DECISIONS; turn++) {
        keep_decisions(1 + random_below(&run.seed, BATCH_MAX));
        if (turn % 9 == 8)
            open_again();
        if (turn == 12)
            keep_edition(2);
        if (turn == 4 || turn == 17) { /* few are left of the keys that were made ahead */
            run.journal->slot = run.journal->slot_committed = keys_count(run.journal->keys) - 3;
            keep_decisions(1);
        }
        if (turn == 6 || turn == 21) {
            char case_id[16];
            snprintf(case_id, sizeof case_id, "gone-%zu", turn);
            struct batch *batch = batch_begin();
            batch_add(RECORD_DECISION, logs[0], case_id);
            batch_add(RECORD_DECISION, logs[0], case_id);
            batch_end(batch);
            keep_erasure(case_id);
        }
    }
    assert_int_equal(run.gone_count, 2);
    journal_close(run.journal);
    run.journal = NULL;
    record_end();
    recorder.lie = LIE_NONE;
}

/* ---- what is asked of a journal that was opened again ---- */

struct check {
    struct arena arena;
    struct journal *journal;
    struct fault fault;
    size_t least, most; /* batches: acknowledged, and with the one under way */
    size_t found;
    struct record more[MORE]; /* appended after the first of two cuts, in one batch */
    size_t more_least, more_most;
    uint64_t seed;
    char problem[900];
};

static bool wrong(struct check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool wrong(struct check *check, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(check->problem, sizeof check->problem, format, list);
    va_end(list);
    return false;
}

static bool fault_of(struct check *check, const char *doing)
{
    return wrong(check, "%s: %s", doing, check->fault.message);
}

static bool is_erased(const struct check *check, const struct entry *entry)
{
    for (size_t i = entry->batch + 1; entry->record.case_id.at && i < check->found; i++)
        if (run.batches[i].erases.at && text_equal(run.batches[i].erases, entry->record.case_id))
            return true;
    return false;
}

static bool record_same(struct check *check, const struct entry *entry, const struct record *found, size_t index)
{
    const struct record *record = &entry->record;
    bool erased = is_erased(check, entry);
    if (!text_equal(found->id, record->id) || (size_t)found->index != index || record->index != found->index)
        return wrong(check, "another record stands at %s %zu", text_string(&check->arena, record->log), index);
    if (found->kind != record->kind || !text_equal(found->leaf, record->leaf) || !text_equal(found->log, record->log))
        return wrong(check, "record %zu of %s is altered", index, text_string(&check->arena, record->log));
    if (found->state != (erased ? RECORD_ERASED : RECORD_WHOLE))
        return wrong(check, "record %zu of %s is in state %d, erased is %d", index,
                     text_string(&check->arena, record->log), (int)found->state, erased);
    return erased || (text_equal(found->request, record->request) && text_equal(found->decision, record->decision)) ||
           wrong(check, "record %zu of %s holds something else", index, text_string(&check->arena, record->log));
}

static struct digest root_of(const struct record_list *list, size_t from, size_t count)
{
    if (count == 0)
        return tree_empty();
    if (count == 1)
        return tree_leaf(list->items[from].leaf);
    size_t half = 1;
    while (half * 2 < count)
        half *= 2;
    return tree_node(root_of(list, from, half), root_of(list, from + half, count - half));
}

/* As long as nothing was acknowledged the keys may be made again. */
static bool head_read(struct check *check, struct text text, size_t log, struct checkpoint *checkpoint)
{
    struct note note;
    struct note_key key;
    struct arena *arena = &check->arena;
    struct text vkey =
        check->least ? run.vkey[log] : journal_vkey(check->journal, arena, text_of(logs[log]));
    return note_key_read(vkey, &key) && note_read(arena, text, &note) &&
           note_verify(&note, &key, NULL) == NOTE_GOOD && checkpoint_read(note.text, checkpoint) &&
           text_is(checkpoint->origin, logs[log]);
}

/* Those of the batch after the first cut, all or none of them, stand at the end; `*index` passes them. */
static bool more_there(struct check *check, size_t log, const struct record_list *list, size_t *index)
{
    size_t more = list->count - *index;
    if (log != 0 || check->more_most == 0 || (more == 0 && check->more_least == 0))
        return more == 0 || wrong(check, "%s has %zu records, expected %zu", logs[log], list->count, *index);
    if (more != MORE)
        return wrong(check, "%zu records of %d are there that were added after the first cut", more, MORE);
    for (size_t i = 0; i < MORE; i++) {
        const struct record *found = &list->items[(*index)++], *record = &check->more[i];
        if (!text_equal(found->id, record->id) || !text_equal(found->leaf, record->leaf) ||
            found->state != RECORD_WHOLE || !text_equal(found->request, record->request))
            return wrong(check, "a record that was added after the first cut is altered or damaged");
    }
    return true;
}

/* A log holds what was put into it by the first `found` batches, and its head is that of these leaves. */
static bool log_whole(struct check *check, size_t log)
{
    struct record_list list;
    struct record_query query = {.log = text_of(logs[log]), .limit = 1000};
    if (!journal_find(check->journal, &check->arena, &query, &list, &check->fault))
        return fault_of(check, "cannot list");
    size_t index = 0, end = check->found ? run.batches[check->found - 1].first + run.batches[check->found - 1].count : 0;
    for (size_t i = 0; i < end; i++) {
        const struct entry *entry = &run.entries[i];
        if (!text_is(entry->record.log, logs[log]))
            continue;
        if (index >= list.count)
            return wrong(check, "%s lacks record %zu", logs[log], index);
        if (!record_same(check, entry, &list.items[index], index))
            return false;
        index++;
    }
    if (!more_there(check, log, &list, &index))
        return false;
    struct text head;
    struct checkpoint checkpoint;
    if (!journal_head(check->journal, &check->arena, text_of(logs[log]), &head, &check->fault))
        return fault_of(check, "no head");
    if (index == 0)
        return !head.at || wrong(check, "%s has a head and no record", logs[log]);
    return (head_read(check, head, log, &checkpoint) && checkpoint.size == index &&
            digest_equal(checkpoint.root, root_of(&list, 0, index))) ||
           wrong(check, "the head of %s is not that of its leaves", logs[log]);
}

/* A receipt that was given out, again; and its head in the tree of now. */
static bool receipt_holds(struct check *check, const struct entry *entry)
{
    struct text proof;
    size_t log = 0;
    while (!text_is(entry->record.log, logs[log]))
        log++;
    struct note_key key;
    struct checkpoint checkpoint;
    if (!journal_proof(check->journal, &check->arena, &entry->record, TREE_OF_THEN, &proof, &check->fault))
        return fault_of(check, "no proof");
    if (!text_equal(proof, entry->proof) || !note_key_read(run.vkey[log], &key) ||
        proof_verify(&check->arena, proof, entry->record.leaf, &key, 1, &checkpoint) != PROOF_GOOD)
        return wrong(check, "the receipt of record %lld of %s is another one", entry->record.index, logs[log]);
    return true;
}

/* Sent again it is answered with what was recorded, and recorded no second time. */
static bool request_known(struct check *check, const struct entry *entry)
{
    struct request_key key = request_of(&check->arena, entry);
    enum journal_seen seen;
    struct record record;
    if (!journal_seen(check->journal, &check->arena, &key, &seen, &record, &check->fault))
        return fault_of(check, "cannot look a request up");
    if (is_erased(check, entry))
        return seen == SEEN_ERASED || wrong(check, "the request of what was erased is seen as %d", (int)seen);
    return (seen == SEEN_SAME && text_equal(record.id, entry->record.id)) ||
           wrong(check, "the request of record %lld is not known again: %d", entry->record.index, (int)seen);
}

static bool head_is_beginning(struct check *check, const struct batch *batch, size_t log)
{
    struct checkpoint then, now;
    struct tree_proof proof;
    struct text head;
    if (!batch->heads[log].at)
        return true;
    if (!journal_head(check->journal, &check->arena, text_of(logs[log]), &head, &check->fault))
        return fault_of(check, "no head");
    if (!head_read(check, batch->heads[log], log, &then) || !head.at ||
        !head_read(check, text_copy(&check->arena, head), log, &now) || now.size < then.size)
        return wrong(check, "the log %s is shorter than a head that was given out", logs[log]);
    if (!journal_consistency(check->journal, &check->arena, text_of(logs[log]), (long long)then.size,
                             (long long)now.size, &proof, &head, &check->fault))
        return fault_of(check, "no proof of consistency");
    return tree_continues(then.root, then.size, now.root, now.size, &proof) ||
           wrong(check, "the log %s does not begin with a head that was given out", logs[log]);
}

/* The last that were acknowledged, and some of the others. */
static bool given_out_holds(struct check *check)
{
    for (size_t i = 0; i < 6 && check->least; i++) {
        size_t at = i < 2 && i < check->least ? check->least - 1 - i : random_below(&check->seed, check->least);
        const struct batch *batch = &run.batches[at];
        const struct entry *entry = &run.entries[batch->first + random_below(&check->seed, batch->count)];
        if (!receipt_holds(check, entry) || !request_known(check, entry))
            return false;
        for (size_t log = 0; log < LOGS; log++)
            if (!head_is_beginning(check, batch, log))
                return false;
    }
    return true;
}

static bool editions_there(struct check *check)
{
    for (size_t i = 0; i < check->found; i++) {
        struct file_set files = {0};
        struct text manifest, digest = run.batches[i].edition;
        if (!digest.at)
            continue;
        if (!journal_edition_files(check->journal, &check->arena, digest, &manifest, &files, &check->fault))
            return fault_of(check, "an edition is lost");
        if (!text_equal(digest_text(&check->arena, files_digest(&check->arena, &files)), run.batches[i].files))
            return wrong(check, "an edition is another one");
    }
    return true;
}

/* How many batches are there; the one under way counts when its first record does. */
static bool batches_find(struct check *check)
{
    struct record record;
    check->found = check->least;
    if (check->most == check->least)
        return true;
    struct text id = run.entries[run.batches[check->least].first].record.id;
    if (journal_record(check->journal, &check->arena, id, &record, &check->fault))
        check->found++;
    else if (check->fault.kind != FAULT_ABSENT)
        return fault_of(check, "cannot look a record up");
    return true;
}

static bool another_fits(struct check *check)
{
    struct record record = {.log = TEXT("almere/2026"), .kind = RECORD_DECISION, .client = TEXT("local"),
                            .edition = TEXT(""), .request = TEXT("{}"), .decision = TEXT("{}"),
                            .region = TEXT("almere"), .case_id = TEXT("another")}, found;
    if (!journal_append(check->journal, &check->arena, &record, NULL, &check->fault) ||
        !journal_commit(check->journal, &check->fault) || !journal_tidy(check->journal, &check->fault) ||
        !journal_record(check->journal, &check->arena, record.id, &found, &check->fault))
        return fault_of(check, "no record can be added");
    return found.state == RECORD_WHOLE || wrong(check, "the record that was added is damaged");
}

static bool journal_good(struct check *check)
{
    if (journal_restored(check->journal) || journal_damage(check->journal))
        return wrong(check, "false alarm: %s", journal_damage(check->journal));
    if (!batches_find(check))
        return false;
    for (size_t log = 0; log < LOGS; log++)
        if (!log_whole(check, log))
            return false;
    return given_out_holds(check) && editions_there(check);
}

/* By SQLite's own word, over all of it. */
static bool database_whole(struct check *check, const char *folder)
{
    char path[128];
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    snprintf(path, sizeof path, "%s/journal.db", folder);
    bool whole = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                 sqlite3_exec(database, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK &&
                 sqlite3_prepare_v2(database, "PRAGMA integrity_check", -1, &statement, NULL) == SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW &&
                 strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    if (!whole)
        wrong(check, "SQLite's check of integrity: %s",
              statement && sqlite3_column_text(statement, 0) ? (const char *)sqlite3_column_text(statement, 0)
                                                             : sqlite3_errmsg(database));
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return whole;
}

/* `adds` asks for one more record, which goes at the end of what is found. */
static bool folder_good(struct check *check, const char *folder, bool adds)
{
    check->journal = journal_open(folder, NULL, &check->fault);
    bool good = check->journal ? journal_good(check) && (!adds || another_fits(check))
                               : fault_of(check, "it does not open");
    journal_close(check->journal);
    check->journal = NULL;
    return good && database_whole(check, folder);
}

/* ---- cuts ---- */

static struct check check_begin(size_t cut, uint64_t seed)
{
    struct check check = {.seed = seed};
    arena_init(&check.arena);
    while (check.least < run.batch_count && run.batches[check.least].done <= cut)
        check.least++;
    check.most = check.least;
    if (check.least < run.batch_count && run.batches[check.least].begun < cut)
        check.most++;
    return check;
}

static bool keys_are_gone(struct check *check, const struct image *image, size_t cut)
{
    for (size_t i = 0; i < run.gone_count; i++)
        for (size_t file = 0; run.gone[i].done <= cut && file < image->names.count; file++)
            if (image->files[file].size &&
                memmem(image->files[file].at, image->files[file].size, run.gone[i].slot + 16, 48))
                return wrong(check, "the key of an erased case is in `%s`", image->names.items[file].name);
    return true;
}

static bool more_add(struct check *check)
{
    for (size_t i = 0; i < MORE; i++) {
        struct text case_id = text_format(&check->arena, "more-%zu", i);
        check->more[i] = (struct record){.log = text_of(logs[0]), .kind = RECORD_DECISION, .client = TEXT("local"),
                                         .edition = TEXT(""), .request = TEXT("{\"more\":true}"),
                                         .decision = TEXT("{}"), .region = TEXT("almere"), .case_id = case_id};
        if (!journal_append(check->journal, &check->arena, &check->more[i], NULL, &check->fault))
            return fault_of(check, "no record can be added");
    }
    return journal_commit(check->journal, &check->fault) || fault_of(check, "no record can be added");
}

/* A start after the kill or the cut, and in or after it the power goes again. What it showed must be there. */
static bool cut_twice(struct check *check, const struct disk *disk, const struct image *image, bool killed, size_t cut)
{
    struct disk_tape tape = {0};
    struct disk second = killed ? disk_copy(disk) : disk_of_image(image);
    struct disk_names names = image->names;
    for (size_t i = 0; killed && i < names.count; i++)
        names.items[i].file = -1;
    if (killed) { /* what the program sees is all that was written: numbered as on the first tape */
        names = disk->names;
        for (size_t i = 0; i < disk->pending.count; i++)
            names_apply(&names, disk->pending.items[i]);
    }
    image_write(image, run.folder);
    record_begin(&tape, run.folder, &names, 1000);
    check->journal = journal_open(run.folder, NULL, &check->fault);
    size_t started = tape.count, added = 0;
    bool good = check->journal ? batches_find(check) && more_add(check) : fault_of(check, "it does not open");
    added = tape.count;
    journal_close(check->journal);
    check->journal = NULL;
    record_end();
    size_t again = random_below(&check->seed, tape.count + 1), seen = check->found;
    if (good) {
        struct image left;
        disk_advance(&second, &tape, again);
        if (random_below(&check->seed, 2)) /* what no sync came after is most in doubt */
            disk_damage_as(&second, MOOD_LOST, false, 0, &left);
        else
            disk_damage(&second, random_next(&check->seed), &left);
        if (again >= started)
            check->least = check->most = seen;
        check->more_most = again > started;
        check->more_least = again >= added;
        good = keys_are_gone(check, &left, cut);
        image_write(&left, run.folder);
        image_finish(&left);
        good = good && folder_good(check, run.folder, true);
    }
    if (!good && !strstr(check->problem, "second cut")) {
        size_t length = strlen(check->problem);
        snprintf(check->problem + length, sizeof check->problem - length, " (second cut, at %zu of %zu, started at %zu)",
                 again, tape.count, started);
    }
    disk_finish(&second);
    tape_cut(&tape, 0);
    free(tape.items);
    return good;
}

/* One damaged disk; false with the problem in `problem`. */
static bool cut_good(const struct disk *disk, size_t cut, uint64_t seed, char *problem, size_t size)
{
    struct image image;
    struct check check = check_begin(cut, seed);
    size_t lot = random_below(&check.seed, 6);
    recorder.clock = CLOCK_BEGINS + 3600000;
    if (lot < 2)
        disk_damage_as(disk, MOOD_KEPT, false, seed, &image);
    else
        disk_damage(disk, seed, &image);
    bool good = keys_are_gone(&check, &image, cut);
    if (good && lot < 3) {
        good = cut_twice(&check, disk, &image, lot < 2, cut);
    } else if (good) {
        image_write(&image, run.folder);
        good = folder_good(&check, run.folder, true);
    }
    if (!good)
        snprintf(problem, size, "%s", check.problem);
    image_finish(&image);
    arena_finish(&check.arena);
    return good;
}

static long long number_of(const char *name, long long otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoll(text, NULL, 10) : otherwise;
}

/* `count` cuts spread over the whole tape, with damage by `seed`; how many were wrong, the first of them told. */
static size_t cuts_wrong(size_t count, long long only, uint64_t seed, char *first, size_t size)
{
    struct disk disk = {0};
    size_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t own = seed * UINT64_C(1000003) + i;
        size_t cut = (size_t)((unsigned long long)i * (run.tape.count + 1) / count);
        char problem[900];
        disk_advance(&disk, &run.tape, cut);
        if ((only >= 0 && (size_t)only != i) || cut_good(&disk, cut, own, problem, sizeof problem))
            continue;
        if (bad++ == 0)
            snprintf(first, size, "cut %zu (after %zu of %zu events): %s", i, cut, run.tape.count, problem);
    }
    disk_finish(&disk);
    return bad;
}

static int begin(void **state)
{
    (void)state;
    memset(&run, 0, sizeof run);
    run.seed = (uint64_t)number_of("COVENANT_SEED", 1);
    arena_init(&run.arena);
    snprintf(run.folder, sizeof run.folder, "%s/test_journal_crash.XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    return mkdtemp(run.folder) && digest_init() ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    struct image nothing = {0};
    image_write(&nothing, run.folder);
    rmdir(run.folder);
    tape_cut(&run.tape, 0);
    free(run.tape.items);
    arena_finish(&run.arena);
    return 0;
}

static void test_nothing_that_was_acknowledged_is_lost(void **state)
{
    (void)state;
    char first[1200];
    uint64_t seed = run.seed;
    size_t count = (size_t)number_of("COVENANT_CUTS", getenv("SANITIZED") ? 120 : 2000);
    long long only = number_of("COVENANT_CUT", -1);
    keep(LIE_NONE);
    size_t bad = cuts_wrong(count, only, seed, first, sizeof first);
    print_message("%zu cuts over %zu writes and syncs of %zu records: %zu wrong (COVENANT_SEED=%llu)\n", count,
                  run.tape.count, run.entry_count, bad, (unsigned long long)seed);
    if (bad)
        fail_msg("%s; to repeat: COVENANT_SEED=%llu COVENANT_CUTS=%zu COVENANT_CUT=%zu build/unit/test_journal_crash",
                 first, (unsigned long long)seed, count, (size_t)strtoull(first + 4, NULL, 10));
}

/* The test itself: with a sync left out it must find a loss. */
static void test_a_sync_left_out_is_found(enum lie lie)
{
    char first[1200];
    uint64_t seed = run.seed;
    keep(lie);
    size_t bad = cuts_wrong(200, -1, seed, first, sizeof first);
    assert_true(bad > 0);
    print_message("a sync left out is found in %zu of 200 cuts, first at %s\n", bad, first);
}

static void test_without_syncs_of_the_database(void **state)
{
    (void)state;
    test_a_sync_left_out_is_found(LIE_SQLITE);
}

static void test_without_syncs_of_the_other_files(void **state)
{
    (void)state;
    test_a_sync_left_out_is_found(LIE_FILES);
}

static void test_without_syncs_of_the_folder(void **state)
{
    (void)state;
    test_a_sync_left_out_is_found(LIE_FOLDER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_that_was_acknowledged_is_lost, begin, end),
        cmocka_unit_test_setup_teardown(test_without_syncs_of_the_database, begin, end),
        cmocka_unit_test_setup_teardown(test_without_syncs_of_the_other_files, begin, end),
        cmocka_unit_test_setup_teardown(test_without_syncs_of_the_folder, begin, end),
    };
    vfs_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
