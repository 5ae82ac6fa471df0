/*
 * Journals of many records, without a daemon, for tests and measurements.
 *
 *     journals make FOLDER RECORDS CASES RULES REQUEST DATE
 *         real decisions: REQUEST is decided once, and recorded and sealed under the names `case-0`, `case-1`, ... of
 *         CASES cases in turn, asked for as `request-0`, `request-1`, ...; in commits of 1024
 *     journals check [--keys FOLDER] PATH [VKEY...]
 *         a whole journal at rest: `valid`, `unanchored` or `not valid: ...`; ends with 0, 3 or 2
 *     journals look FOLDER LOG RECORDS CASES COUNT
 *         opens it as a daemon does, and looks up COUNT of its cases and requests at random; prints microseconds:
 *         of opening, of a request, of a request that was never made, of the slot of a case, of checking the rest
 */
#include "audit/journal.h"
#include "audit/journal_check.h"
#include "base/json.h"
#include "engine/decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TOGETHER 1024
#define KEYS_MAX 64

static int failed(const struct fault *fault)
{
    fprintf(stderr, "%s\n", fault->message);
    return 74;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- make ---- */

/* What is recorded of each: the texts of the one that was decided, to be given other names. */
struct model {
    struct text log, region, name, request, decision;
    struct edition *edition;
};

static struct edition *load(const char *folder)
{
    struct arena arena;
    struct file_set files = {0};
    struct findings findings;
    struct fault fault = {0};
    struct edition *edition = NULL;
    arena_init(&arena);
    findings_init(&findings, &arena);
    if (files_read(&arena, folder, &files, &findings, &fault))
        edition = edition_load(&files, false, &findings);
    findings_print(&findings, "", stderr);
    arena_finish(&arena);
    return edition;
}

static bool model_make(struct model *model, struct arena *arena, char **arguments, struct fault *fault)
{
    struct json_error error;
    struct refusals refusals;
    struct case_file case_file;
    struct asked asked;
    struct text text;
    struct date on;
    struct pointer root = {0}, at = {.parent = &root, .name = TEXT("case")};
    refusals_init(&refusals, arena);
    model->edition = load(arguments[0]);
    if (!file_read(arena, arguments[1], (size_t)1 << 20, &text, fault))
        return false;
    struct value *source = json_read(arena, text, &error);
    struct value *request = value_object(arena);
    if (!model->edition || !source || !date_parse(text_of(arguments[2]), &on))
        return fault_set(fault, FAULT_BROKEN, "no rules, case or date");
    value_set(arena, request, "case", source);
    value_set(arena, request, "on", value_string(arena, arguments[2]));
    value_set(arena, request, "verb", value_string(arena, "decide"));
    const struct rules *rules = model->edition->rules;
    struct value *decision =
        case_read(arena, rules, source, &at, &case_file, &refusals) && asked_read(rules, request, &asked, &refusals)
            ? decide(arena, rules, &case_file, on, &asked, &refusals)
            : NULL;
    if (!decision)
        return fault_set(fault, FAULT_BROKEN, "the case was refused");
    struct text time = moment_text(arena, moment_now());
    model->region = case_file.region->name;
    model->name = case_file.id;
    model->log = text_format(arena, "%.*s/%.*s", TEXT_ARGS(model->region), 4, time.at);
    model->request = json_write(arena, request);
    model->decision = json_write(arena, decision);
    return true;
}

/* With the name of a case in place of the one that was decided. */
static struct text named(struct arena *arena, struct text text, struct text old, struct text name)
{
    struct buffer buffer;
    buffer_init(&buffer, arena);
    for (size_t at = 0;;) {
        const char *found = memmem(text.at + at, text.length - at, old.at, old.length);
        size_t until = found ? (size_t)(found - text.at) : text.length;
        buffer_add(&buffer, text_slice(text, at, until));
        if (!found)
            return buffer_text(&buffer);
        buffer_add(&buffer, name);
        at = until + old.length;
    }
}

static struct request_key request_of(struct arena *arena, struct text region, long number, struct text body)
{
    return (struct request_key){TEXT("local"), TEXT("decide"), region, text_format(arena, "request-%ld", number), body};
}

static bool add(struct journal *journal, const struct model *model, long number, long cases, struct fault *fault)
{
    struct arena arena;
    arena_init(&arena);
    struct text name = text_format(&arena, "case-%ld", number % cases);
    struct record record = {
        .log = model->log,
        .kind = RECORD_DECISION,
        .client = TEXT("local"),
        .edition = model->edition->digest,
        .request = named(&arena, model->request, model->name, name),
        .decision = named(&arena, model->decision, model->name, name),
        .region = model->region,
        .case_id = name,
    };
    struct request_key key = request_of(&arena, model->region, number, record.request);
    bool good = journal_append(journal, &arena, &record, &key, fault);
    arena_finish(&arena);
    return good;
}

static int make(struct arena *arena, char **arguments)
{
    struct fault fault;
    struct model model;
    long records = strtol(arguments[1], NULL, 10), cases = strtol(arguments[2], NULL, 10);
    struct journal *journal = journal_open(arguments[0], NULL, &fault);
    bool good =
        journal && model_make(&model, arena, arguments + 3, &fault) &&
        journal_store_edition(journal, model.edition->digest, model.edition->manifest, &model.edition->files, &fault);
    for (long i = 0; good && i < records; i++) {
        good = add(journal, &model, i, cases, &fault);
        if (good && ((i + 1) % TOGETHER == 0 || i + 1 == records))
            good = journal_commit(journal, &fault) && journal_tidy(journal, &fault);
    }
    for (int i = 0; good && i < 1000; i++) /* look-ups that are due are filed */
        good = journal_tidy(journal, &fault);
    if (good) {
        struct text vkey = journal_vkey(journal, arena, model.log);
        printf("%.*s\n%.*s\n", TEXT_ARGS(model.log), TEXT_ARGS(vkey));
        edition_release(model.edition);
    }
    journal_close(journal);
    return good ? 0 : failed(&fault);
}

/* ---- check ---- */

static int check(struct arena *arena, int count, char **arguments)
{
    struct note_key keys[KEYS_MAX];
    struct journal_check_options options = {.keys = keys};
    struct journal_check_report report;
    struct fault fault;
    if (count > 2 && strcmp(arguments[0], "--keys") == 0) {
        options.keys_folder = arguments[1];
        arguments += 2;
        count -= 2;
    }
    for (int i = 1; i < count && i <= KEYS_MAX; i++)
        if (!note_key_read(text_of(arguments[i]), &keys[options.key_count++]))
            return 64;
    if (!journal_check_all(arena, arguments[0], &options, &report, &fault))
        return failed(&fault);
    printf("%s", verify_outcome_name(report.outcome));
    if (report.outcome == VERIFY_NOT_VALID && report.index >= 0)
        printf(": record %lld of %.*s", report.index, TEXT_ARGS(report.log));
    printf("\n%lld records, %lld erased, %zu logs\n%.*s\n", report.records, report.erased, report.logs,
           TEXT_ARGS(report.message));
    return report.outcome == VERIFY_VALID ? 0 : report.outcome == VERIFY_UNANCHORED ? 3 : 2;
}

/* ---- look ---- */

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

enum looking { BY_REQUEST, BY_OTHER_REQUEST, BY_CASE, LOOKING_COUNT };

static bool look_once(struct journal *journal, struct text region, enum looking looking, long number, long cases,
                      struct fault *fault)
{
    struct arena arena;
    struct record record;
    enum journal_seen seen;
    long long slot;
    arena_init(&arena);
    struct text name = text_format(&arena, "case-%ld", number % cases);
    struct request_key key = request_of(&arena, region, looking == BY_OTHER_REQUEST ? -1 - number : number, TEXT("{}"));
    bool good = looking == BY_CASE ? journal_case_slot(journal, &arena, region, name, &slot, fault)
                                   : journal_seen(journal, &arena, &key, &seen, &record, fault);
    if (good && looking == BY_CASE ? slot <= 0 : good && seen != (looking == BY_REQUEST ? SEEN_OTHER : SEEN_NEVER))
        good = fault_set(fault, FAULT_BROKEN, "a look-up finds another thing than what is there");
    arena_finish(&arena);
    return good;
}

static int look(char **arguments)
{
    struct fault fault;
    uint64_t state = 0x9E3779B97F4A7C15ULL;
    long records = strtol(arguments[2], NULL, 10), cases = strtol(arguments[3], NULL, 10);
    long count = strtol(arguments[4], NULL, 10);
    struct text region = text_slice(text_of(arguments[1]), 0, strcspn(arguments[1], "/"));
    double began = seconds_now();
    struct journal *journal = journal_open(arguments[0], NULL, &fault);
    printf("%.0f", 1e6 * (seconds_now() - began));
    bool good = journal != NULL;
    for (int looking = 0; good && looking < LOOKING_COUNT; looking++) {
        began = seconds_now();
        for (long i = 0; good && i < count; i++)
            good = look_once(journal, region, (enum looking)looking, (long)(random_next(&state) % (uint64_t)records),
                             cases, &fault);
        printf(" %.2f", 1e6 * (seconds_now() - began) / (double)count);
    }
    began = seconds_now();
    while (good && !journal_progress(journal).over)
        good = journal_check_step(journal, 2000, &fault);
    printf(" %.0f\n", 1e6 * (seconds_now() - began));
    if (good && journal_damage(journal))
        good = fault_set(&fault, FAULT_BROKEN, "%s", journal_damage(journal));
    journal_close(journal);
    return good ? 0 : failed(&fault);
}

int main(int count, char **arguments)
{
    struct arena arena;
    arena_init(&arena);
    int code = 64;
    if (!digest_init())
        return 74;
    if (count == 8 && strcmp(arguments[1], "make") == 0)
        code = make(&arena, arguments + 2);
    else if (count >= 3 && strcmp(arguments[1], "check") == 0)
        code = check(&arena, count - 2, arguments + 2);
    else if (count == 7 && strcmp(arguments[1], "look") == 0)
        code = look(arguments + 2);
    else
        fprintf(stderr, "usage: journals make FOLDER RECORDS CASES RULES REQUEST DATE | check [--keys FOLDER] PATH "
                        "[VKEY...] | look FOLDER LOG RECORDS CASES COUNT\n");
    arena_finish(&arena);
    return code;
}
