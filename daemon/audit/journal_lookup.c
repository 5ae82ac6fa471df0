#include "audit/journal_database.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* So many new ones are filed together; and so many have place in memory, filed or not. */
#define FILED_TOGETHER 8192
#define LOOKUPS_MAX 32768
/*
 * One slice of a filing: microseconds, looked at after so many rows. When half the places are taken all of it is done
 * at once, in longer ones: a daemon that writes 64 records a turn does not come to that.
 */
#define FILING_US 2000
#define FILING_US_MAX 50000
#define FILING_ROWS 16
/* Chains in memory: a power of two. */
#define BUCKETS 16384
#define NONE UINT32_MAX

/* One in memory. Each chain goes to older ones: so the newest is found first, and dropped first. */
struct item {
    struct lookup lookup;
    uint32_t next_request, next_subject;
};

struct lookups {
    struct item items[LOOKUPS_MAX]; /* by rising number */
    size_t count, kept;             /* those beyond `kept` are of the open batch */
    uint32_t requests[BUCKETS], subjects[BUCKETS];
    long long filed; /* those of the records up to here are in the tables */
    /* The filing under way, of the first `filing` items; 0: none is. */
    size_t filing;
    long long filing_until;
    enum lookup_table table;
    uint32_t order[LOOKUPS_MAX]; /* what goes into `table`, sorted, and how far it got */
    size_t order_count, order_at;
};

/* ---- the check of a hash ---- */

static struct digest check_of(const unsigned char hash[HASH_BYTES])
{
    return digest_of((struct text){(const char *)hash, HASH_BYTES - HASH_CHECK_BYTES});
}

void hash_mark(struct digest *hash)
{
    struct digest check = check_of(hash->bytes);
    memcpy(hash->bytes + HASH_BYTES - HASH_CHECK_BYTES, check.bytes, HASH_CHECK_BYTES);
}

bool hash_marked(const unsigned char hash[HASH_BYTES])
{
    struct digest check = check_of(hash);
    return memcmp(hash + HASH_BYTES - HASH_CHECK_BYTES, check.bytes, HASH_CHECK_BYTES) == 0;
}

/* ---- in memory ---- */

/* The hashes are keyed: nobody chooses what falls together. */
static uint32_t *bucket(uint32_t *buckets, const unsigned char hash[HASH_BYTES])
{
    uint32_t number;
    memcpy(&number, hash, sizeof number);
    return &buckets[number & (BUCKETS - 1)];
}

static void chain(struct lookups *lookups, uint32_t at)
{
    struct item *item = &lookups->items[at];
    item->next_request = item->next_subject = NONE;
    if (item->lookup.has_request) {
        uint32_t *first = bucket(lookups->requests, item->lookup.request);
        item->next_request = *first;
        *first = at;
    }
    if (item->lookup.has_subject) {
        uint32_t *first = bucket(lookups->subjects, item->lookup.subject);
        item->next_subject = *first;
        *first = at;
    }
}

static void chain_all(struct lookups *lookups)
{
    memset(lookups->requests, 0xFF, sizeof lookups->requests);
    memset(lookups->subjects, 0xFF, sizeof lookups->subjects);
    for (uint32_t at = 0; at < lookups->count; at++)
        chain(lookups, at);
}

bool lookups_have_room(const struct lookups *lookups)
{
    return lookups->count < LOOKUPS_MAX - 1; /* so that a start can read all of them, and see that there are no more */
}

long long lookups_filed(const struct lookups *lookups)
{
    return lookups->filed;
}

void lookups_add(struct lookups *lookups, const struct lookup *lookup)
{
    assert(lookups->count < LOOKUPS_MAX);
    assert(lookups->count == 0 || lookups->items[lookups->count - 1].lookup.number < lookup->number);
    lookups->items[lookups->count] = (struct item){.lookup = *lookup};
    chain(lookups, (uint32_t)lookups->count++);
}

void lookups_keep(struct lookups *lookups)
{
    lookups->kept = lookups->count;
}

void lookups_drop(struct lookups *lookups)
{
    while (lookups->count > lookups->kept) {
        struct item *item = &lookups->items[--lookups->count];
        if (item->lookup.has_request)
            *bucket(lookups->requests, item->lookup.request) = item->next_request;
        if (item->lookup.has_subject)
            *bucket(lookups->subjects, item->lookup.subject) = item->next_subject;
        *item = (struct item){0};
    }
}

static const struct item *item_at(const struct lookups *lookups, uint32_t at)
{
    return at == NONE ? NULL : &lookups->items[at];
}

/* The newest with that hash. */
static const struct item *find_request(struct lookups *lookups, const struct digest *hash)
{
    const struct item *item = item_at(lookups, *bucket(lookups->requests, hash->bytes));
    while (item && memcmp(item->lookup.request, hash->bytes, HASH_BYTES) != 0)
        item = item_at(lookups, item->next_request);
    return item;
}

static const struct item *find_subject(struct lookups *lookups, const struct digest *hash, const struct item *after)
{
    const struct item *item = item_at(lookups, after ? after->next_subject : *bucket(lookups->subjects, hash->bytes));
    while (item && memcmp(item->lookup.subject, hash->bytes, HASH_BYTES) != 0)
        item = item_at(lookups, item->next_subject);
    return item;
}

/* ---- looking up ---- */

/* One number, or what there is instead. */
static bool number_find(struct journal *journal, sqlite3_stmt *statement, long long *number, struct fault *fault)
{
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW)
        *number = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return result == SQLITE_ROW || result == SQLITE_DONE || journal_fault(journal, result, fault);
}

bool lookup_request(struct journal *journal, const struct digest *request, long long *number, struct fault *fault)
{
    const struct item *item = find_request(journal->lookups, request);
    *number = item ? item->lookup.number : 0;
    if (item)
        return true;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_REQUEST);
    bind_digest(statement, 1, request, HASH_BYTES);
    return number_find(journal, statement, number, fault);
}

bool lookup_slot(struct journal *journal, const struct digest *subject, long long *slot, struct fault *fault)
{
    const struct item *item = find_subject(journal->lookups, subject, NULL);
    *slot = item ? item->lookup.slot : KEYS_SLOT_NONE;
    if (item)
        return true;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_SLOT);
    bind_digest(statement, 1, subject, HASH_BYTES);
    return number_find(journal, statement, slot, fault);
}

/* Of those in memory, newest first as the chain goes: the oldest `count` after `after`. */
static size_t records_in_memory(struct lookups *lookups, const struct digest *subject, long long after,
                                long long *numbers, size_t count)
{
    size_t found = 0;
    for (const struct item *item = find_subject(lookups, subject, NULL); item && item->lookup.number > after;
         item = find_subject(lookups, subject, item)) {
        size_t moved = found < count ? found++ : count - 1;
        memmove(numbers + 1, numbers, moved * sizeof *numbers);
        numbers[0] = item->lookup.number;
    }
    return found;
}

bool lookup_records(struct journal *journal, const struct digest *subject, long long after, long long *numbers,
                    size_t count, size_t *found, struct fault *fault)
{
    struct lookups *lookups = journal->lookups;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_OF_CASE);
    bind_digest(statement, 1, subject, HASH_BYTES);
    sqlite3_bind_int64(statement, 2, after);
    sqlite3_bind_int64(statement, 3, lookups->filed);
    sqlite3_bind_int64(statement, 4, (sqlite3_int64)count);
    int result;
    *found = 0;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW && *found < count)
        numbers[(*found)++] = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    if (result != SQLITE_DONE && result != SQLITE_ROW)
        return journal_fault(journal, result, fault);
    if (*found < count)
        *found += records_in_memory(lookups, subject, after > lookups->filed ? after : lookups->filed, numbers + *found,
                                    count - *found);
    return true;
}

/* ---- filing ---- */

static bool belongs(enum lookup_table table, const struct lookup *lookup)
{
    return table == LOOKUP_REQUEST ? lookup->has_request
           : table == LOOKUP_CASE  ? lookup->has_subject
                                   : lookup->slot > 0;
}

/* The order of the table's key. */
static int compare(const void *a, const void *b, void *context)
{
    const struct lookups *lookups = context;
    uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
    const struct lookup *x = &lookups->items[first].lookup, *y = &lookups->items[second].lookup;
    int order = lookups->table == LOOKUP_REQUEST ? memcmp(x->request, y->request, HASH_BYTES)
                : lookups->table == LOOKUP_CASE  ? memcmp(x->subject, y->subject, HASH_BYTES)
                                                 : 0;
    if (order == 0)
        order = (x->slot > y->slot) - (x->slot < y->slot);
    return order ? order : (first > second) - (first < second); /* numbers rise with places */
}

static void table_begin(struct lookups *lookups, enum lookup_table table)
{
    lookups->table = table;
    lookups->order_count = lookups->order_at = 0;
    for (uint32_t at = 0; at < lookups->filing; at++)
        if (belongs(table, &lookups->items[at].lookup))
            lookups->order[lookups->order_count++] = at;
    qsort_r(lookups->order, lookups->order_count, sizeof *lookups->order, compare, lookups);
}

static bool row_file(struct journal *journal, enum lookup_table table, const struct lookup *lookup, struct fault *fault)
{
    static const enum statement adding[LOOKUP_TABLES] = {
        [LOOKUP_REQUEST] = STATEMENT_FILE_REQUEST,
        [LOOKUP_CASE] = STATEMENT_FILE_CASE,
        [LOOKUP_SLOT] = STATEMENT_FILE_SLOT,
    };
    sqlite3_stmt *statement = journal_statement(journal, adding[table]);
    if (table == LOOKUP_SLOT)
        sqlite3_bind_int64(statement, 1, lookup->slot);
    else
        sqlite3_bind_blob(statement, 1, table == LOOKUP_CASE ? lookup->subject : lookup->request, HASH_BYTES,
                          SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, table == LOOKUP_CASE ? lookup->slot : lookup->number);
    return journal_run(journal, statement, fault);
}

/* Rows until the time is over; `*done` when the last of the last table is in. */
static bool rows_file(struct journal *journal, int64_t until, bool *done, struct fault *fault)
{
    struct lookups *lookups = journal->lookups;
    *done = false;
    for (size_t rows = 1;; rows++) {
        while (lookups->order_at == lookups->order_count) {
            if (lookups->table + 1 == LOOKUP_TABLES) {
                *done = true;
                return journal_set_mark(journal, "filed", lookups->filing_until, fault);
            }
            table_begin(lookups, lookups->table + 1);
        }
        const struct lookup *lookup = &lookups->items[lookups->order[lookups->order_at]].lookup;
        /* Was the case erased since it was sorted? */
        if (belongs(lookups->table, lookup) && !row_file(journal, lookups->table, lookup, fault))
            return false;
        lookups->order_at++;
        if (rows % FILING_ROWS == 0 && monotonic_us() >= until)
            return true;
    }
}

/* All of the filing is in the tables: what it was of goes out of memory. */
static void filing_end(struct lookups *lookups)
{
    size_t rest = lookups->count - lookups->filing;
    memmove(lookups->items, lookups->items + lookups->filing, rest * sizeof *lookups->items);
    memset(lookups->items + rest, 0, lookups->filing * sizeof *lookups->items);
    lookups->count = lookups->kept = rest;
    lookups->filed = lookups->filing_until;
    lookups->filing = 0;
    chain_all(lookups);
}

/* One transaction of a filing. What failed is tried again from where the slice began; what is there twice is harmless.
 */
static bool slice(struct journal *journal, int64_t microseconds_max, struct fault *fault)
{
    struct lookups *lookups = journal->lookups;
    bool done;
    enum lookup_table table = lookups->table;
    size_t order_at = lookups->order_at;
    if (journal_begin(journal, fault) && rows_file(journal, monotonic_us() + microseconds_max, &done, fault) &&
        journal_run(journal, journal_statement(journal, STATEMENT_COMMIT), fault)) {
        journal->batch = false;
        if (done)
            filing_end(lookups);
        return true;
    }
    journal_rollback(journal);
    if (lookups->table != table)
        table_begin(lookups, table);
    lookups->order_at = order_at < lookups->order_count ? order_at : lookups->order_count;
    return false;
}

static void filing_begin(struct journal *journal)
{
    struct lookups *lookups = journal->lookups;
    lookups->filing = lookups->kept;
    lookups->filing_until = lookups->kept ? lookups->items[lookups->kept - 1].lookup.number : lookups->filed;
    table_begin(lookups, 0);
}

bool lookups_press(const struct lookups *lookups)
{
    return lookups->kept >= LOOKUPS_MAX / 2;
}

bool lookups_tidy(struct journal *journal, struct fault *fault)
{
    struct lookups *lookups = journal->lookups;
    assert(!journal->batch && lookups->count == lookups->kept);
    if (*journal->damage || (!lookups->filing && lookups->kept < journal->filed_together))
        return true;
    if (!lookups->filing)
        filing_begin(journal);
    if (!lookups_press(lookups))
        return slice(journal, FILING_US, fault);
    while (lookups->filing)
        if (!slice(journal, FILING_US_MAX, fault))
            return false;
    return true;
}

/* ---- erasing ---- */

static bool row_clear(struct journal *journal, const struct lookup *lookup, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_ERASE_RECORD);
    sqlite3_bind_int64(statement, 1, lookup->number);
    sqlite3_bind_int64(statement, 2, lookup->slot);
    if (!journal_run(journal, statement, fault))
        return false;
    if (!lookup->has_subject)
        return true;
    statement = journal_statement(journal, STATEMENT_ERASE_SUBJECT);
    sqlite3_bind_blob(statement, 1, lookup->subject, HASH_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, lookup->slot);
    return journal_run(journal, statement, fault);
}

bool lookups_erase(struct journal *journal, long long slot, struct fault *fault)
{
    static const enum statement filed[] = {STATEMENT_ERASE_CASE, STATEMENT_ERASE_RECORDS};
    struct lookups *lookups = journal->lookups;
    assert(slot > 0);
    for (size_t i = 0; i < sizeof filed / sizeof *filed; i++) {
        sqlite3_stmt *statement = journal_statement(journal, filed[i]);
        sqlite3_bind_int64(statement, 1, slot);
        if (!journal_run(journal, statement, fault))
            return false;
    }
    for (size_t i = 0; i < lookups->count; i++)
        if (lookups->items[i].lookup.slot == slot && !row_clear(journal, &lookups->items[i].lookup, fault))
            return false;
    return true;
}

void lookups_forget(struct lookups *lookups, long long slot)
{
    bool any = false;
    for (size_t i = 0; i < lookups->count; i++) {
        struct lookup *lookup = &lookups->items[i].lookup;
        if (lookup->slot != slot || !lookup->has_subject)
            continue;
        lookup->has_subject = false;
        memset(lookup->subject, 0, sizeof lookup->subject);
        any = true;
    }
    if (any)
        chain_all(lookups);
}

/* ---- opening ---- */

/* Absent, or whole. */
static bool column_good(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL ||
           (sqlite3_column_bytes(row, column) == HASH_BYTES && hash_marked(sqlite3_column_blob(row, column)));
}

static struct lookup lookup_of_row(struct journal *journal, sqlite3_stmt *row)
{
    if (!column_good(row, 2) || !column_good(row, 3) || !column_good(row, 4))
        journal_damaged(journal, "what a record is looked up by is not as it was written");
    struct lookup lookup = {.number = sqlite3_column_int64(row, 0), .slot = sqlite3_column_int64(row, 1)};
    lookup.has_subject = sqlite3_column_bytes(row, 2) == HASH_BYTES;
    lookup.has_request = sqlite3_column_bytes(row, 3) == HASH_BYTES;
    if (lookup.has_subject)
        memcpy(lookup.subject, sqlite3_column_blob(row, 2), HASH_BYTES);
    if (lookup.has_request)
        memcpy(lookup.request, sqlite3_column_blob(row, 3), HASH_BYTES);
    return lookup;
}

/* As many as have place, after that record; `*last` is the newest that was read, `*full` when there may be more. */
static bool rows_read(struct journal *journal, long long *last, bool *full, struct fault *fault)
{
    struct lookups *lookups = journal->lookups;
    sqlite3_stmt *statement = journal_statement(journal, STATEMENT_FIND_LOOKUPS);
    sqlite3_bind_int64(statement, 1, *last);
    int result = SQLITE_ROW;
    while (lookups->count < LOOKUPS_MAX && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct lookup lookup = lookup_of_row(journal, statement);
        *last = lookup.number;
        lookups_add(lookups, &lookup);
    }
    sqlite3_reset(statement);
    lookups_keep(lookups);
    *full = result == SQLITE_ROW;
    return *full || result == SQLITE_DONE || journal_fault(journal, result, fault);
}

static bool file_all(struct journal *journal, struct fault *fault)
{
    filing_begin(journal);
    while (journal->lookups->filing)
        if (!slice(journal, FILING_US_MAX, fault))
            return false;
    return true;
}

bool lookups_open(struct journal *journal, struct fault *fault)
{
    struct lookups *lookups = journal->lookups = calloc(1, sizeof *lookups);
    if (!lookups)
        return fault_set(fault, FAULT_BROKEN, "no memory for the look-ups of the journal");
    chain_all(lookups);
    journal->filed_together = FILED_TOGETHER;
    if (!journal_mark(journal, "filed", &lookups->filed, fault))
        return false;
    long long last = lookups->filed;
    bool full = true;
    while (full)
        if (!rows_read(journal, &last, &full, fault) || (full && !file_all(journal, fault)))
            return false;
    return true;
}

void lookups_close(struct lookups *lookups)
{
    if (!lookups)
        return;
    memset(lookups, 0, sizeof *lookups);
    free(lookups);
}
