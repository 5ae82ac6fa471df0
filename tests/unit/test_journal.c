#include "audit/journal.h"
#include "audit/proof.h"
#include "audit/seal.h"
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static struct journal *journal;
static char folder[64];
static struct fault fault;

static void reopen(void)
{
    journal_close(journal);
    journal = journal_open(folder, NULL, &fault);
    if (!journal)
        fail_msg("%s", fault.message);
}

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    strcpy(folder, "/tmp/test_journal.XXXXXX");
    if (!mkdtemp(folder) || !digest_init())
        return -1;
    journal = journal_open(folder, NULL, &fault);
    return journal ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    journal_close(journal);
    journal = NULL;
    arena_finish(&arena);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* `almere` of `almere/2199`. */
static struct text log_name_region(const char *log)
{
    return text_slice(text_of(log), 0, strcspn(log, "/"));
}

static struct record a_decision(const char *log, const char *case_id)
{
    return (struct record){
        .log = text_of(log),
        .kind = RECORD_DECISION,
        .client = TEXT("local"),
        .edition = TEXT("sha256:0"),
        .request = text_format(&arena, "{\"case\":{\"case\":\"%s\"},\"verb\":\"decide\"}", case_id),
        .decision = text_format(&arena, "{\"case\":\"%s\"}", case_id),
        .region = log_name_region(log),
        .case_id = text_of(case_id),
    };
}

static struct request_key a_key(const char *request, const char *body)
{
    return (struct request_key){TEXT("local"), TEXT("decide"), TEXT("almere"), text_of(request), text_of(body)};
}

static struct record append(const char *log, const char *case_id, const struct request_key *key)
{
    struct record record = a_decision(log, case_id);
    if (!journal_append(journal, &arena, &record, key, &fault))
        fail_msg("%s", fault.message);
    return record;
}

static void commit(void)
{
    if (!journal_commit(journal, &fault))
        fail_msg("%s", fault.message);
}

static struct record_list found(const struct record_query *query)
{
    struct record_list list;
    assert_true(journal_find(journal, &arena, query, &list, &fault));
    return list;
}

static void assert_text(struct text text, const char *expected)
{
    assert_string_equal(text_string(&arena, text), expected);
}

static void test_a_record_comes_back(void **state)
{
    (void)state;
    struct record appended = append("almere/2199", "a-1", NULL), record;
    commit();
    reopen();
    assert_true(journal_record(journal, &arena, appended.id, &record, &fault));
    assert_text(record.log, "almere/2199");
    assert_int_equal(record.index, 0);
    assert_int_equal(record.kind, RECORD_DECISION);
    assert_true(text_equal(record.time, appended.time));
    assert_true(text_equal(record.request, appended.request));
    assert_true(text_equal(record.decision, appended.decision));
    assert_text(record.edition, "sha256:0");
    assert_text(record.client, "local");
}

static void test_what_is_not_there(void **state)
{
    (void)state;
    struct record appended = append("almere/2199", "a-1", NULL), record;
    const char *const ids[] = {"", "x", "01993f0e-0000-7000-8000-000000000000", "01993f0e-0000-4000-8000-000000000000",
                               "01993F0E-0000-7000-8000-00000000000"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        assert_false(journal_record(journal, &arena, text_of(ids[i]), &record, &fault));
        assert_int_equal(fault.kind, FAULT_ABSENT);
    }
    char other[37] = {0}; /* the same time and sequence with other random bits is another id */
    memcpy(other, appended.id.at, 36);
    other[35] = other[35] == '0' ? '1' : '0';
    assert_false(journal_record(journal, &arena, text_of(other), &record, &fault));
    assert_int_equal(fault.kind, FAULT_ABSENT);
}

static void test_logs_count_for_themselves(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(append("almere/2199", "a-1", NULL).index, i);
        assert_int_equal(append("arnhem/2199", "b-1", NULL).index, i);
    }
    commit();
    reopen();
    assert_int_equal(append("almere/2199", "a-1", NULL).index, 5);
    size_t count;
    struct log_size *logs = journal_logs(journal, &arena, &count);
    assert_int_equal(count, 2);
    assert_text(logs[0].log, "almere/2199");
    assert_int_equal(logs[0].size, 6);
    assert_int_equal(logs[1].size, 5);
}

static void test_ids_rise_over_logs_and_restarts(void **state)
{
    (void)state;
    struct text last = TEXT("");
    for (int i = 0; i < 3000; i++) {
        struct text id = append(i % 2 ? "almere/2199" : "arnhem/2199", "a-1", NULL).id;
        assert_true(text_compare(last, id) < 0);
        last = id;
        if (i % 1000 == 999) {
            commit();
            reopen();
        }
    }
}

static void test_what_is_rolled_back_was_never_there(void **state)
{
    (void)state;
    struct record kept = append("almere/2199", "a-1", NULL), record;
    commit();
    struct request_key key = a_key("r-1", "{}");
    struct record lost = append("almere/2199", "a-2", &key);
    append("arnhem/2199", "b-1", NULL);
    journal_rollback(journal);
    assert_false(journal_record(journal, &arena, lost.id, &record, &fault));
    enum journal_seen seen;
    assert_true(journal_seen(journal, &arena, &key, &seen, &record, &fault));
    assert_int_equal(seen, SEEN_NEVER);
    assert_int_equal(append("arnhem/2199", "b-1", NULL).index, 0);
    assert_int_equal(append("almere/2199", "a-2", &key).index, 1);
    commit();
    reopen();
    struct record_list list = found(&(struct record_query){.log = TEXT("almere/2199"), .limit = 9});
    assert_int_equal(list.count, 2);
    assert_true(text_equal(list.items[0].id, kept.id));
}

static void test_requests_are_known_again(void **state)
{
    (void)state;
    struct request_key key = a_key("r-1", "{\"on\":1}"), other = a_key("r-1", "{\"on\":2}");
    struct request_key elsewhere = key, without = key;
    elsewhere.region = TEXT("arnhem");
    without.request = (struct text){0};
    struct record appended = append("almere/2199", "a-1", &key), record;
    for (int turn = 0; turn < 2; turn++) { /* in the open batch, and after a restart */
        enum journal_seen seen;
        assert_true(journal_seen(journal, &arena, &key, &seen, &record, &fault));
        assert_int_equal(seen, SEEN_SAME);
        assert_true(text_equal(record.id, appended.id));
        assert_true(journal_seen(journal, &arena, &other, &seen, &record, &fault));
        assert_int_equal(seen, SEEN_OTHER);
        assert_true(journal_seen(journal, &arena, &elsewhere, &seen, &record, &fault));
        assert_int_equal(seen, SEEN_NEVER);
        assert_true(journal_seen(journal, &arena, &without, &seen, &record, &fault));
        assert_int_equal(seen, SEEN_NEVER);
        commit();
        reopen();
    }
}

/* `a` + `bc` is not `ab` + `c`: parts are told apart. */
static void test_keys_do_not_run_together(void **state)
{
    (void)state;
    struct request_key one = {TEXT("a"), TEXT("bc"), TEXT(""), TEXT("r"), TEXT("{}")};
    struct request_key two = {TEXT("ab"), TEXT("c"), TEXT(""), TEXT("r"), TEXT("{}")};
    append("almere/2199", "a-1", &one);
    enum journal_seen seen;
    struct record record;
    assert_true(journal_seen(journal, &arena, &two, &seen, &record, &fault));
    assert_int_equal(seen, SEEN_NEVER);
}

static void test_finding(void **state)
{
    (void)state;
    struct text ids[10];
    for (int i = 0; i < 10; i++)
        ids[i] = append(i % 2 ? "almere/2199" : "arnhem/2199", i % 3 ? "a-1" : "a-10", NULL).id;
    commit();
    struct record_list list = found(&(struct record_query){.log = TEXT("almere/2199"), .from = 1, .limit = 3});
    assert_int_equal(list.count, 3);
    assert_true(text_equal(list.items[0].id, ids[3]));
    assert_int_equal(list.items[2].index, 3);
    list = found(&(struct record_query){.log = TEXT("almere/2199"), .after = ids[4], .limit = 9});
    assert_int_equal(list.count, 3);
    assert_true(text_equal(list.items[0].id, ids[5]));
    list = found(&(struct record_query){.from = 8, .limit = 9});
    assert_int_equal(list.count, 2);
    assert_true(text_equal(list.items[1].id, ids[9]));
    list = found(&(struct record_query){.log = TEXT("almere/2199"), .case_id = TEXT("a-1"), .limit = 99}); /* and not a-10 */
    assert_int_equal(list.count, 3);
    list = found(&(struct record_query){.log = TEXT("nowhere/2199"), .limit = 9});
    assert_int_equal(list.count, 0);
}

static void test_finding_by_time(void **state)
{
    (void)state;
    append("almere/2199", "a-1", NULL);
    struct moment now = moment_now(), before = {now.second - 5, 0}, after = {now.second + 5, 0};
    struct record_query query = {.has_since = true, .since = before, .has_until = true, .until = after, .limit = 9};
    assert_int_equal(found(&query).count, 1);
    query.until = before;
    assert_int_equal(found(&query).count, 0);
    query.until = query.since = after;
    assert_int_equal(found(&query).count, 0);
    query.since = (struct moment){INT64_MIN, 0};
    query.until = (struct moment){INT64_MAX - 1, 0};
    assert_int_equal(found(&query).count, 1);
}

static void test_editions(void **state)
{
    (void)state;
    struct file_set files = {0}, again;
    files_add(&arena, &files, TEXT("almere/2199/covenant.yaml"), TEXT("covenant: almere\n"));
    files_add(&arena, &files, TEXT("national/empty.yaml"), TEXT(""));
    struct value *manifest = value_object(&arena), *named = value_object(&arena);
    value_set(&arena, manifest, "files", named);
    for (size_t i = 0; i < files.count; i++)
        value_set_text(&arena, named, files.items[i].path,
                       value_text(&arena, digest_text(&arena, digest_of(files.items[i].text))));
    struct text text = json_write(&arena, manifest), read;
    struct text digest = digest_text(&arena, digest_of(text));
    for (int i = 0; i < 2; i++) /* once, however often it is stored */
        assert_true(journal_store_edition(journal, digest, text, &files, &fault));
    reopen();
    assert_true(journal_edition_files(journal, &arena, digest, &read, &again, &fault));
    assert_true(text_equal(read, text));
    assert_int_equal(again.count, 2);
    for (size_t i = 0; i < again.count; i++) {
        assert_true(text_equal(again.items[i].path, files.items[i].path));
        assert_true(text_equal(again.items[i].text, files.items[i].text));
    }
    assert_false(journal_edition_files(journal, &arena, TEXT("sha256:1"), &read, &again, &fault));
    assert_int_equal(fault.kind, FAULT_ABSENT);
}

static void test_one_process_at_a_time(void **state)
{
    (void)state;
    append("almere/2199", "a-1", NULL);
    commit();
    assert_null(journal_open(folder, NULL, &fault));
    assert_int_equal(fault.kind, FAULT_BUSY);
}

static void test_folders_that_cannot_be(void **state)
{
    (void)state;
    assert_null(journal_open("/proc/nothing/here", NULL, &fault));
    assert_int_equal(fault.kind, FAULT_ABSENT);
    char path[96];
    snprintf(path, sizeof path, "%s/journal.db", folder);
    assert_null(journal_open(path, NULL, &fault)); /* a file */
    assert_int_equal(fault.kind, FAULT_ABSENT);
}

static void test_another_database_is_left_alone(void **state)
{
    (void)state;
    journal_close(journal);
    journal = NULL;
    char path[96];
    snprintf(path, sizeof path, "%s/journal.db", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("no database", file);
    fclose(file);
    assert_null(journal_open(folder, NULL, &fault));
    assert_int_equal(fault.kind, FAULT_BROKEN);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, 11000);
}

/* A limit on the size of files stands for a full disk: the nth page does not fit, for n = 1, 2, 3... */
static void test_no_room(void **state)
{
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    append("almere/2199", "a-0", NULL);
    commit();
    struct rlimit before, limit;
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    long long size = 1;
    int refused = 0;
    for (int n = 0; n < 60; n++) {
        limit.rlim_cur = (rlim_t)n * 8192 + 100;
        setrlimit(RLIMIT_FSIZE, &limit);
        struct record record = a_decision("almere/2199", "a-1");
        bool done = journal_append(journal, &arena, &record, NULL, &fault) && journal_commit(journal, &fault);
        setrlimit(RLIMIT_FSIZE, &before);
        if (done) {
            assert_int_equal(record.index, size++);
        } else {
            assert_int_equal(fault.kind, FAULT_FULL);
            journal_rollback(journal);
            refused++;
        }
    }
    assert_true(refused > 0 && size > 1);
    reopen();
    struct record_list list = found(&(struct record_query){.log = TEXT("almere/2199"), .limit = 99});
    assert_int_equal(list.count, size);
    for (size_t i = 0; i < list.count; i++)
        assert_int_equal(list.items[i].index, i);
}

/* What was committed is there after the process ended without a word; what was not is not. */
static void test_a_killed_process(void **state)
{
    (void)state;
    journal_close(journal);
    journal = NULL;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        journal = journal_open(folder, NULL, &fault);
        for (int i = 0; i < 40; i++)
            append("almere/2199", "a-1", NULL);
        commit();
        append("almere/2199", "a-2", NULL);
        kill(getpid(), SIGKILL);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    reopen();
    assert_int_equal(found(&(struct record_query){.limit = 99}).count, 40);
    assert_int_equal(append("almere/2199", "a-3", NULL).index, 40);
}

/* A WAL that has grown is moved into the database, and nothing is lost by it. */
static void test_tidying(void **state)
{
    (void)state;
    struct buffer large;
    buffer_init(&large, &arena);
    for (int i = 0; i < 100000; i++)
        buffer_add_byte(&large, 'x');
    for (int i = 0; i < 250; i++) {
        struct record record = a_decision("almere/2199", "a-1");
        record.decision = buffer_text(&large);
        assert_true(journal_append(journal, &arena, &record, NULL, &fault));
        commit();
        assert_true(journal_tidy(journal, &fault));
    }
    char path[96];
    struct stat status;
    snprintf(path, sizeof path, "%s/journal.db", folder);
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_size > 10 * 1024 * 1024);
    snprintf(path, sizeof path, "%s/journal.db-wal", folder);
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_size < 20 * 1024 * 1024);
    reopen();
    assert_int_equal(found(&(struct record_query){.limit = 999}).count, 250);
}

/* ---- receipts ---- */

static void assert_proves(const struct record *record, enum journal_tree tree, uint64_t size)
{
    struct text proof, vkey = journal_vkey(journal, &arena, record->log);
    struct note_key key;
    struct checkpoint checkpoint;
    assert_true(journal_proof(journal, &arena, record, tree, &proof, &fault));
    assert_true(note_key_read(vkey, &key));
    assert_int_equal(proof_verify(&arena, proof, record->leaf, &key, 1, &checkpoint), PROOF_GOOD);
    assert_int_equal(checkpoint.size, size);
    struct text other = text_copy(&arena, record->leaf);
    ((char *)(uintptr_t)other.at)[10] ^= 1;
    assert_int_equal(proof_verify(&arena, proof, other, &key, 1, &checkpoint), PROOF_OTHER);
}

static void test_receipts(void **state)
{
    (void)state;
    struct record records[600];
    for (int i = 0; i < 600; i++) {
        char name[16];
        snprintf(name, sizeof name, "a-%d", i % 40);
        records[i] = append("almere/2199", name, NULL);
        append("arnhem/2199", name, NULL);
        if (i % 50 == 49)
            commit();
    }
    for (int turn = 0; turn < 2; turn++) { /* and the same after a restart */
        for (int i = 0; i < 600; i += 37) {
            assert_proves(&records[i], TREE_OF_THEN, (uint64_t)i + 1);
            assert_proves(&records[i], TREE_OF_NOW, 600);
        }
        reopen();
    }
}

static void test_a_receipt_made_again_is_the_same(void **state)
{
    (void)state;
    struct record first = append("almere/2199", "a-1", NULL), again;
    struct text before, after;
    assert_true(journal_proof(journal, &arena, &first, TREE_OF_THEN, &before, &fault));
    commit();
    for (int i = 0; i < 300; i++)
        append("almere/2199", "a-2", NULL);
    commit();
    reopen();
    assert_true(journal_record(journal, &arena, first.id, &again, &fault));
    assert_int_equal(again.state, RECORD_WHOLE);
    assert_true(journal_proof(journal, &arena, &again, TREE_OF_THEN, &after, &fault));
    assert_true(text_equal(before, after));
    assert_true(text_equal(first.leaf, again.leaf));
    assert_memory_equal(first.opening, again.opening, sizeof first.opening);
    struct digest answer = seal_answer(again.opening, again.decision);
    assert_non_null(strstr(text_string(&arena, again.leaf), digest_text(&arena, answer).at));
}

/* The tree goes back with the transaction: what comes after stands where the lost ones were. */
static void test_heads_after_a_rollback(void **state)
{
    (void)state;
    for (int lost = 1; lost < 700; lost = lost * 3 + 1) {
        struct record kept = append("almere/2199", "a-1", NULL);
        commit();
        for (int i = 0; i < lost; i++) {
            struct record record = append("almere/2199", "a-2", NULL);
            struct text proof;
            assert_true(journal_proof(journal, &arena, &record, TREE_OF_THEN, &proof, &fault));
        }
        journal_rollback(journal);
        struct record next = append("almere/2199", "a-3", NULL);
        assert_int_equal(next.index, kept.index + 1);
        assert_proves(&next, TREE_OF_NOW, (uint64_t)next.index + 1);
        commit();
        reopen();
        assert_proves(&kept, TREE_OF_NOW, (uint64_t)next.index + 1);
    }
}

/* ---- what lies on the disk ---- */

static void change(const char *name, const char *what, const char *with, size_t size)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    char *bytes = malloc((size_t)status.st_size);
    assert_int_equal(fread(bytes, 1, (size_t)status.st_size, file), status.st_size);
    char *at = memmem(bytes, (size_t)status.st_size, what, size);
    assert_non_null(at);
    fseek(file, at - bytes, SEEK_SET);
    assert_int_equal(fwrite(with, 1, size, file), size);
    fclose(file);
    free(bytes);
}

static void test_facts_do_not_lie_there_in_clear(void **state)
{
    (void)state;
    append("almere/2199", "very-secret-pseudonym", NULL);
    commit();
    journal_close(journal);
    journal = NULL;
    char command[160];
    snprintf(command, sizeof command, "grep -rqa very-secret-pseudonym '%s'", folder);
    assert_int_not_equal(system(command), 0);
    reopen();
    assert_int_equal(found(&(struct record_query){.log = TEXT("almere/2199"),
                                                  .case_id = TEXT("very-secret-pseudonym"), .limit = 9}).count, 1);
}

static void test_a_changed_leaf_is_damage(void **state)
{
    (void)state;
    struct record first = append("almere/2199", "a-1", NULL), record;
    for (int i = 0; i < 256; i++)
        append("almere/2199", "a-1", NULL);
    commit();
    journal_close(journal);
    journal = NULL;
    change("journal.db", text_string(&arena, first.leaf), "{\"answer\":\"sha256:0000", 23);
    reopen();
    assert_true(journal_record(journal, &arena, first.id, &record, &fault));
    assert_int_equal(record.state, RECORD_DAMAGED);
    assert_null(record.decision.at);
    assert_non_null(strstr(journal_damage(journal), "record 0 of log `almere/2199`"));
    record = a_decision("almere/2199", "a-1");
    assert_false(journal_append(journal, &arena, &record, NULL, &fault));
}

static void test_keys_that_are_gone(void **state)
{
    (void)state;
    static const char *const names[] = {"keys", "signing-key", "master-key"};
    append("almere/2199", "a-1", NULL);
    commit();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[96], aside[96];
        journal_close(journal);
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        snprintf(aside, sizeof aside, "%s/aside", folder);
        assert_int_equal(rename(path, aside), 0);
        journal = journal_open(folder, NULL, &fault);
        assert_null(journal);
        assert_non_null(strstr(fault.message, names[i]));
        assert_int_not_equal(access(path, F_OK), 0); /* and none was made in its place */
        assert_int_equal(rename(aside, path), 0);
        reopen();
    }
}

static void shell(const char *format)
{
    char command[256];
    snprintf(command, sizeof command, "cd '%s' && %s", folder, format);
    assert_int_equal(system(command), 0);
}

/* An older copy of the journal is put back: it is read, not written, until somebody says to go on. */
static void test_a_restored_journal(void **state)
{
    (void)state;
    struct record first = append("almere/2199", "a-1", NULL), record;
    commit();
    journal_close(journal);
    shell("cp journal.db older");
    journal = NULL;
    reopen();
    assert_false(journal_restored(journal));
    struct record lost = append("almere/2199", "a-2", NULL);
    append("arnhem/2199", "b-1", NULL);
    commit();
    journal_close(journal);
    shell("mv older journal.db");
    journal = NULL;
    reopen();
    assert_true(journal_restored(journal));
    assert_non_null(strstr(journal_damage(journal), "log `almere/2199` has 1 records"));
    assert_true(journal_record(journal, &arena, first.id, &record, &fault));
    assert_int_equal(record.state, RECORD_WHOLE);
    record = a_decision("almere/2199", "a-1");
    assert_false(journal_append(journal, &arena, &record, NULL, &fault));
    assert_int_equal(fault.kind, FAULT_FULL);
    reopen();
    assert_true(journal_restored(journal)); /* closing it did not make it forget */
    if (!journal_continue(journal, &fault))
        fail_msg("%s", fault.message);
    for (int turn = 0; turn < 2; turn++) {
        record = append("almere/2199", "a-1", NULL);
        assert_text(record.log, "almere/2199.2");
        assert_int_equal(record.index, 1 + turn);
        assert_proves(&record, TREE_OF_NOW, (uint64_t)record.index + 1);
        record = append("arnhem/2199", "b-1", NULL);
        assert_text(record.log, "arnhem/2199.2");
        commit();
        reopen();
        assert_false(journal_restored(journal));
    }
    struct record_list list = found(&(struct record_query){.log = TEXT("almere/2199.2"), .limit = 1});
    const char *leaf = text_string(&arena, list.items[0].leaf);
    assert_non_null(strstr(leaf, "\"known\":{\"log\":\"almere/2199\",\"root\":\"sha256:"));
    assert_non_null(strstr(leaf, "\"size\":2}"));
    assert_non_null(strstr(leaf, "\"restored\":{\"log\":\"almere/2199\",\"root\":\"sha256:"));
    assert_false(journal_record(journal, &arena, lost.id, &record, &fault));
}

static void test_the_head_beside_the_journal(void **state)
{
    (void)state;
    append("almere/2199", "a-1", NULL);
    commit();
    journal_close(journal);
    shell("mv head aside");
    journal = journal_open(folder, NULL, &fault);
    assert_null(journal);
    assert_non_null(strstr(fault.message, "`head` is gone"));
    shell("sed 's/2199.n1.n/2199\\\\n2\\\\n/' aside > head && ! cmp -s aside head");
    journal = journal_open(folder, NULL, &fault);
    assert_null(journal);
    assert_non_null(strstr(fault.message, "not as it was written"));
    shell("mv aside head");
    reopen();
    assert_false(journal_restored(journal));
}

/* The record of an erasure is committed, and then the process ends: the start does what is lacking, whatever was done. */
static void test_an_erasure_that_was_cut_short(void **state)
{
    (void)state;
    for (int done = 0; done < 2; done++) {
        const char *name = done ? "a-2" : "a-1";
        struct record first = append("almere/2199", name, NULL), kept = append("almere/2199", "a-3", NULL), record;
        long long slot;
        commit();
        assert_true(journal_case_slot(journal, &arena, TEXT("almere"), text_of(name), &slot, &fault));
        assert_true(slot > 0);
        struct record erasure = {.log = TEXT("almere/2199"), .kind = RECORD_ERASURE, .client = TEXT("local"),
                                 .request = TEXT("{}"), .decision = TEXT("{}")};
        assert_true(journal_append(journal, &arena, &erasure, NULL, &fault));
        assert_true(journal_erase_later(journal, slot, &fault));
        commit();
        bool any;
        if (done) { /* once more is harmless */
            assert_true(journal_erase_finish(journal, &any, &fault) && any);
            assert_true(journal_erase_finish(journal, &any, &fault) && !any);
        }
        reopen();
        assert_true(journal_record(journal, &arena, first.id, &record, &fault));
        assert_int_equal(record.state, RECORD_ERASED);
        assert_null(record.request.at);
        assert_true(text_equal(record.leaf, first.leaf));
        assert_proves(&record, TREE_OF_NOW, (uint64_t)(3 * done + 3));
        assert_true(journal_record(journal, &arena, kept.id, &record, &fault));
        assert_int_equal(record.state, RECORD_WHOLE);
        assert_true(journal_case_slot(journal, &arena, TEXT("almere"), text_of(name), &slot, &fault));
        assert_true(slot < 0);
        assert_null(journal_damage(journal));
    }
}

/* A payload that is gone while its key is there was taken out by somebody else. */
static void test_a_payload_that_is_gone_is_damage(void **state)
{
    (void)state;
    struct record first = append("almere/2199", "a-1", NULL), record;
    commit();
    journal_close(journal);
    journal = NULL;
    char command[200];
    snprintf(command, sizeof command,
             "python3 -c \"import sqlite3; d = sqlite3.connect('%s/journal.db');"
             " d.execute('UPDATE record SET payload = NULL'); d.commit(); d.close()\"",
             folder);
    assert_int_equal(system(command), 0);
    reopen();
    assert_true(journal_record(journal, &arena, first.id, &record, &fault));
    assert_int_equal(record.state, RECORD_DAMAGED);
    assert_non_null(journal_damage(journal));
}

static void test_an_older_form_is_refused(void **state)
{
    (void)state;
    append("almere/2199", "a-1", NULL);
    commit();
    journal_close(journal);
    journal = NULL;
    /* user_version, the 4 bytes from 60 on, in front of the 4 of incremental vacuum and application_id */
    change("journal.db", "\0\0\0\3\0\0\0\0COVJ", "\0\0\0\1\0\0\0\0COVJ", 12);
    assert_null(journal_open(folder, NULL, &fault));
    assert_int_equal(fault.kind, FAULT_BROKEN);
    assert_non_null(strstr(fault.message, "`journal.db` has form 1, expected 3"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_receipts),
        TEST(test_a_receipt_made_again_is_the_same),
        TEST(test_heads_after_a_rollback),
        TEST(test_facts_do_not_lie_there_in_clear),
        TEST(test_a_changed_leaf_is_damage),
        TEST(test_keys_that_are_gone),
        TEST(test_a_restored_journal),
        TEST(test_the_head_beside_the_journal),
        TEST(test_an_erasure_that_was_cut_short),
        TEST(test_a_payload_that_is_gone_is_damage),
        TEST(test_an_older_form_is_refused),
        TEST(test_a_record_comes_back),
        TEST(test_what_is_not_there),
        TEST(test_logs_count_for_themselves),
        TEST(test_ids_rise_over_logs_and_restarts),
        TEST(test_what_is_rolled_back_was_never_there),
        TEST(test_requests_are_known_again),
        TEST(test_keys_do_not_run_together),
        TEST(test_finding),
        TEST(test_finding_by_time),
        TEST(test_editions),
        TEST(test_one_process_at_a_time),
        TEST(test_folders_that_cannot_be),
        TEST(test_another_database_is_left_alone),
        TEST(test_no_room),
        TEST(test_a_killed_process),
        TEST(test_tidying),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
