#include "audit/journal.h"
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
    journal = journal_open(folder, &fault);
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
    journal = journal_open(folder, &fault);
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

static struct record a_decision(const char *log, const char *case_id)
{
    return (struct record){
        .log = text_of(log),
        .kind = RECORD_DECISION,
        .client = TEXT("local"),
        .edition = TEXT("sha256:0"),
        .request = text_format(&arena, "{\"case\":{\"case\":\"%s\"},\"verb\":\"decide\"}", case_id),
        .decision = text_format(&arena, "{\"case\":\"%s\"}", case_id),
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
    struct record appended = append("almere/2026", "a-1", NULL), record;
    commit();
    reopen();
    assert_true(journal_record(journal, &arena, appended.id, &record, &fault));
    assert_text(record.log, "almere/2026");
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
    struct record appended = append("almere/2026", "a-1", NULL), record;
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
        assert_int_equal(append("almere/2026", "a-1", NULL).index, i);
        assert_int_equal(append("arnhem/2026", "b-1", NULL).index, i);
    }
    commit();
    reopen();
    assert_int_equal(append("almere/2026", "a-1", NULL).index, 5);
    size_t count;
    struct log_size *logs = journal_logs(journal, &arena, &count);
    assert_int_equal(count, 2);
    assert_text(logs[0].log, "almere/2026");
    assert_int_equal(logs[0].size, 6);
    assert_int_equal(logs[1].size, 5);
}

static void test_ids_rise_over_logs_and_restarts(void **state)
{
    (void)state;
    struct text last = TEXT("");
    for (int i = 0; i < 3000; i++) {
        struct text id = append(i % 2 ? "almere/2026" : "arnhem/2026", "a-1", NULL).id;
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
    struct record kept = append("almere/2026", "a-1", NULL), record;
    commit();
    struct request_key key = a_key("r-1", "{}");
    struct record lost = append("almere/2026", "a-2", &key);
    append("arnhem/2026", "b-1", NULL);
    journal_rollback(journal);
    assert_false(journal_record(journal, &arena, lost.id, &record, &fault));
    enum journal_seen seen;
    assert_true(journal_seen(journal, &arena, &key, &seen, &record, &fault));
    assert_int_equal(seen, SEEN_NEVER);
    assert_int_equal(append("arnhem/2026", "b-1", NULL).index, 0);
    assert_int_equal(append("almere/2026", "a-2", &key).index, 1);
    commit();
    reopen();
    struct record_list list = found(&(struct record_query){.log = TEXT("almere/2026"), .limit = 9});
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
    struct record appended = append("almere/2026", "a-1", &key), record;
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
    append("almere/2026", "a-1", &one);
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
        ids[i] = append(i % 2 ? "almere/2026" : "arnhem/2026", i % 3 ? "a-1" : "a-10", NULL).id;
    commit();
    struct record_list list = found(&(struct record_query){.log = TEXT("almere/2026"), .from = 1, .limit = 3});
    assert_int_equal(list.count, 3);
    assert_true(text_equal(list.items[0].id, ids[3]));
    assert_int_equal(list.items[2].index, 3);
    list = found(&(struct record_query){.log = TEXT("almere/2026"), .after = ids[4], .limit = 9});
    assert_int_equal(list.count, 3);
    assert_true(text_equal(list.items[0].id, ids[5]));
    list = found(&(struct record_query){.from = 8, .limit = 9});
    assert_int_equal(list.count, 2);
    assert_true(text_equal(list.items[1].id, ids[9]));
    list = found(&(struct record_query){.case_id = TEXT("a-1"), .limit = 99}); /* and not a-10 */
    assert_int_equal(list.count, 6);
    list = found(&(struct record_query){.log = TEXT("nowhere/2026"), .limit = 9});
    assert_int_equal(list.count, 0);
}

static void test_finding_by_time(void **state)
{
    (void)state;
    append("almere/2026", "a-1", NULL);
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
    files_add(&arena, &files, TEXT("almere/2026/covenant.yaml"), TEXT("covenant: almere\n"));
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
    append("almere/2026", "a-1", NULL);
    commit();
    assert_null(journal_open(folder, &fault));
    assert_int_equal(fault.kind, FAULT_BUSY);
}

static void test_folders_that_cannot_be(void **state)
{
    (void)state;
    assert_null(journal_open("/proc/nothing/here", &fault));
    assert_int_equal(fault.kind, FAULT_ABSENT);
    char path[96];
    snprintf(path, sizeof path, "%s/journal.db", folder);
    assert_null(journal_open(path, &fault)); /* a file */
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
    assert_null(journal_open(folder, &fault));
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
    append("almere/2026", "a-0", NULL);
    commit();
    struct rlimit before, limit;
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    long long size = 1;
    int refused = 0;
    for (int n = 0; n < 60; n++) {
        limit.rlim_cur = (rlim_t)n * 8192 + 100;
        setrlimit(RLIMIT_FSIZE, &limit);
        struct record record = a_decision("almere/2026", "a-1");
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
    struct record_list list = found(&(struct record_query){.log = TEXT("almere/2026"), .limit = 99});
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
        journal = journal_open(folder, &fault);
        for (int i = 0; i < 40; i++)
            append("almere/2026", "a-1", NULL);
        commit();
        append("almere/2026", "a-2", NULL);
        kill(getpid(), SIGKILL);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    reopen();
    assert_int_equal(found(&(struct record_query){.limit = 99}).count, 40);
    assert_int_equal(append("almere/2026", "a-3", NULL).index, 40);
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
        struct record record = a_decision("almere/2026", "a-1");
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
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
