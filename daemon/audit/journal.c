#include "audit/journal_walk.h"

#include "base/durable.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "COVJ": what `file` and other programs can tell it by. */
#define APPLICATION_ID 0x434F564A
#define SCHEMA_VERSION 3

/* ---- opening ---- */

static bool folder_make(const char *folder, struct fault *fault)
{
    struct stat status;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fault_set(fault, FAULT_ABSENT, "cannot make the data folder `%s`: %s", folder, strerror(errno));
    if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode))
        return fault_set(fault, FAULT_ABSENT, "`%s` is no folder", folder);
    if (access(folder, R_OK | W_OK | X_OK) != 0)
        return fault_set(fault, FAULT_ABSENT, "cannot write in the data folder `%s`: %s", folder, strerror(errno));
    return true;
}

static bool execute(struct journal *journal, const char *sql, struct fault *fault)
{
    int result = sqlite3_exec(journal->database, sql, NULL, NULL, NULL);
    return result == SQLITE_OK || journal_fault(journal, result, fault);
}

static bool number_of(struct journal *journal, const char *sql, long long *number, struct fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->database, sql, -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    *number = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE || journal_fault(journal, result, fault);
}

static int remember_wal_pages(void *context, sqlite3 *database, const char *name, int pages)
{
    (void)database;
    (void)name;
    struct journal *journal = context;
    journal->wal_pages = pages;
    return SQLITE_OK;
}

/* The locking mode comes first: it must stand before the WAL is touched. */
static bool database_configure(struct journal *journal, struct fault *fault)
{
    sqlite3 *database = journal->database;
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, 500);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_wal_hook(database, remember_wal_pages, journal);
    return execute(journal,
                   "PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
                   "PRAGMA synchronous = FULL; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
                   "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864;",
                   fault);
}

static bool schema_make(struct journal *journal, struct fault *fault)
{
    char marks[96];
    sqlite3_snprintf(sizeof marks, marks, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
                     APPLICATION_ID, SCHEMA_VERSION);
    return execute(journal, "BEGIN EXCLUSIVE", fault) && execute(journal, journal_schema, fault) &&
           execute(journal, marks, fault);
}

/* A quick look through the whole file takes 100 ms for so many bytes; a larger journal is not looked through. */
#define CHECKED_BYTES_MAX (64LL * 1024 * 1024)

static bool database_check(struct journal *journal, struct fault *fault)
{
    long long pages, page_size;
    if (!number_of(journal, "PRAGMA page_count", &pages, fault) ||
        !number_of(journal, "PRAGMA page_size", &page_size, fault))
        return false;
    if (pages * page_size > CHECKED_BYTES_MAX)
        return true;
    long long sound;
    if (!number_of(journal, "SELECT quick_check = 'ok' FROM pragma_quick_check(1)", &sound, fault))
        return false;
    if (!sound)
        journal->broken = true;
    return sound || fault_set(fault, FAULT_BROKEN, "the journal is damaged: its database fails a check of its own");
}

bool journal_is_ours(struct journal *journal, struct fault *fault)
{
    long long application, version;
    if (!number_of(journal, "PRAGMA application_id", &application, fault) ||
        !number_of(journal, "PRAGMA user_version", &version, fault))
        return false;
    if (application != APPLICATION_ID)
        return fault_set(fault, FAULT_BROKEN, "`journal.db` is a database, but no journal");
    if (version != SCHEMA_VERSION)
        return fault_set(fault, FAULT_BROKEN, "`journal.db` has form %lld, expected %d: another version made it, and only that one "
                         "reads it; another data folder begins anew",
                         version, SCHEMA_VERSION);
    return true;
}

static bool schema_check(struct journal *journal, struct fault *fault)
{
    long long application, tables;
    if (!number_of(journal, "PRAGMA application_id", &application, fault) ||
        !number_of(journal, "SELECT count(*) FROM sqlite_schema", &tables, fault))
        return false;
    if (tables == 0 && application == 0)
        return schema_make(journal, fault);
    return journal_is_ours(journal, fault) && database_check(journal, fault);
}

/*
 * What the process before this one had written and not synced when it was killed is read as committed, and would be gone
 * after a power cut: it is synced before anything of it is shown, or named by DIR/head.
 */
static bool wal_sync(struct journal *journal, struct fault *fault)
{
    sqlite3_file *wal = NULL;
    int result = sqlite3_file_control(journal->database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
    if (result == SQLITE_OK && wal && wal->pMethods)
        result = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
    return result == SQLITE_OK || journal_fault(journal, result, fault);
}

static bool log_of_row(struct journal *journal, struct log *log, sqlite3_stmt *row, struct fault *fault)
{
    struct leaf leaf;
    struct text problem, note = column_blob(&journal->arena, row, 4);
    struct moment moment;
    struct date date;
    *log = (struct log){.number = sqlite3_column_int64(row, 0)};
    log->name = column_text(&journal->arena, row, 1);
    log->size = log->size_committed = sqlite3_column_int64(row, 2);
    log->store = ARENA_NEW(&journal->arena, struct log_store);
    *log->store = (struct log_store){journal, log->number};
    long long slot = sqlite3_column_int64(row, 5);
    journal->slot = slot > journal->slot ? slot : journal->slot;
    if (sqlite3_column_type(row, 8) != SQLITE_NULL)
        log->next = log->next_committed = column_text(&journal->arena, row, 8);
    if (log->size == 0)
        return true;
    bool good = sqlite3_column_bytes(row, 3) == DIGEST_BYTES && note.length > 0 && note.length <= sizeof log->note &&
                leaf_read(&journal->arena, column_blob(&journal->arena, row, 6), &leaf, &problem) &&
                text_equal(leaf.log, log->name) && moment_parse(leaf.time, &moment, &date);
    if (!good)
        return fault_set(fault, FAULT_BROKEN, "the journal is damaged: the head of log `%.*s` is not whole",
                         TEXT_ARGS(log->name));
    log->second = log->second_committed = moment.second;
    memcpy(log->root.bytes, sqlite3_column_blob(row, 3), DIGEST_BYTES);
    memcpy(log->note, note.at, note.length);
    log->note_length = note.length;
    log->note_size = log->size;
    return true;
}

bool logs_read(struct journal *journal, struct fault *fault)
{
    static const char sql[] = "SELECT log.number, name, size, root, note, log.slot, record.leaf,"
                              " (SELECT max(number) FROM record), next FROM log LEFT JOIN record ON record.log = log.number"
                              " AND record.position = log.size - 1 ORDER BY log.number";
    sqlite3_stmt *statement = NULL;
    journal->slot = KEYS_SLOT_FIRST;
    int result = sqlite3_prepare_v2(journal->database, sql, -1, &statement, NULL);
    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sqlite3_step(statement);
        if (result != SQLITE_ROW)
            break;
        struct log *log = arena_push(&journal->arena, &journal->logs, &journal->logs_count, &journal->logs_capacity,
                                     sizeof *log);
        if (!log_of_row(journal, log, statement, fault)) {
            sqlite3_finalize(statement);
            return false;
        }
        journal->newest = sqlite3_column_int64(statement, 7);
    }
    sqlite3_finalize(statement);
    journal->logs_committed = journal->logs_count;
    journal->slot_committed = journal->slot;
    journal->newest_committed = journal->newest;
    journal->ids = (struct uuid_source){.last_ms = journal->newest >> 12, .sequence = journal->newest & 0xFFF};
    return result == SQLITE_DONE || journal_fault(journal, result, fault);
}

/* ---- keys ---- */

/* The keys are those of this journal: a hash under the first of them is in it. */
static bool keys_belong(struct journal *journal, struct fault *fault)
{
    static const char find[] = "SELECT value FROM meta WHERE name = 'keys'";
    static const char add[] = "INSERT INTO meta VALUES ('keys', ?1)";
    struct digest hash;
    enum key_found found;
    if (!keys_hash(journal->keys, KEYS_SLOT_INSTALLATION, "journal", TEXT(""), &hash, &found, fault))
        return false;
    if (found != KEY_FOUND)
        return fault_set(fault, FAULT_BROKEN, "the first key of the file of keys cannot be used");
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->database, find, -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    bool same = result == SQLITE_ROW && sqlite3_column_bytes(statement, 0) == DIGEST_BYTES &&
                memcmp(sqlite3_column_blob(statement, 0), hash.bytes, DIGEST_BYTES) == 0;
    sqlite3_finalize(statement);
    if (result == SQLITE_ROW)
        return same || fault_set(fault, FAULT_BROKEN, "the file of keys is not that of this journal");
    if (result != SQLITE_DONE)
        return journal_fault(journal, result, fault);
    result = sqlite3_prepare_v2(journal->database, add, -1, &statement, NULL);
    if (result != SQLITE_OK)
        return journal_fault(journal, result, fault);
    bind_digest(statement, 1, &hash, sizeof hash.bytes);
    bool done = journal_run(journal, statement, fault);
    sqlite3_finalize(statement);
    return done;
}

/* A journal with records has keys. Made anew they would open nothing, and say that all is well. */
static bool keys_start(struct journal *journal, const char *folder, const char *master, struct fault *fault)
{
    static const char *const names[] = {"keys", "signing-key"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (journal->logs_count && !durable_is_there(folder, names[i]))
            return fault_set(fault, FAULT_BROKEN,
                             "`%s` is gone from the data folder, and the journal has records: put it back from its backup",
                             names[i]);
    if (!master_init(&journal->master, folder, master, getenv("CREDENTIALS_DIRECTORY"), fault) ||
        !(journal->keys = keys_open(folder, &journal->master, fault)) ||
        !signing_key_init(&journal->signing, folder, &journal->master, fault) || !keys_belong(journal, fault))
        return false;
    journal->new_keys = journal->signing.made;
    if (journal->slot > keys_count(journal->keys))
        return fault_set(fault, FAULT_BROKEN, "the file of keys is older than the journal: %lld keys, expected %lld",
                         keys_count(journal->keys), journal->slot);
    return rotation_resume(journal, fault);
}

struct moment journal_last_known(const struct journal *journal)
{
    return (struct moment){.second = (journal->newest >> 12) / 1000};
}

struct text journal_notice(const struct journal *journal, struct arena *arena, const char *folder)
{
    if (journal->master.origin == MASTER_MADE)
        return master_warning(arena, folder);
    if (journal->master.exposed)
        return TEXT("others than its owner may read the file of the master key");
    return (struct text){0};
}

bool journal_new_keys(const struct journal *journal)
{
    return journal->new_keys;
}

struct journal *journal_open(const char *folder, const char *master, struct fault *fault)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (!journal || !folder_make(folder, fault)) {
        if (!journal)
            fault_set(fault, FAULT_BROKEN, "no memory for the journal");
        free(journal);
        return NULL;
    }
    arena_init(&journal->arena);
    journal->folder = text_string(&journal->arena, text_of(folder));
    const char *path = text_string(&journal->arena, text_format(&journal->arena, "%s/journal.db", folder));
    int result = sqlite3_open_v2(path, &journal->database,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    bool opened = result == SQLITE_OK, any;
    if (!opened && (result & 0xFF) == SQLITE_CANTOPEN)
        fault_set(fault, FAULT_ABSENT, "cannot open `%s`: %s", path, sqlite3_errmsg(journal->database));
    else if (!opened)
        journal_fault(journal, result, fault);
    if (opened && database_configure(journal, fault) && schema_check(journal, fault) && wal_sync(journal, fault) &&
        statements_prepare(journal, fault) && logs_read(journal, fault) &&
        keys_start(journal, folder, master, fault) && heads_read(journal, fault) && heads_check(journal, fault) &&
        lookups_open(journal, fault) && start_check(journal, fault) &&
        (journal_restored(journal) || journal_erase_finish(journal, &any, fault) || fault->kind == FAULT_FULL) &&
        (rotation_forget_master(journal, fault) || fault->kind == FAULT_FULL))
        return journal;
    journal_close(journal);
    return NULL;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    struct fault fault;
    if (journal->batch)
        journal_rollback(journal);
    if (journal->head_behind && !journal->broken && !heads_save(journal, &fault))
        journal->head_behind = true; /* the one before it stands: it is still true, of fewer records */
    if (!stop_mark(journal, &fault))
        journal_rollback(journal); /* the next start checks a few records more */
    walk_end(journal->walk);
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(journal->statements[i]);
    if (journal->broken && journal->database) /* after a write or sync that failed nothing is written any more: the next start recovers */
        sqlite3_db_config(journal->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(journal->database);
    lookups_close(journal->lookups);
    keys_close(journal->keys);
    signing_key_finish(&journal->signing);
    master_finish(&journal->master);
    arena_finish(&journal->arena);
    free(journal);
}
