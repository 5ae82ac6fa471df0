/*
 * `covenant replay --from FOLDER`: decides again what a whole export holds, in this process and from that folder alone:
 * no daemon, no rules folder. On another machine, in another year. Records do not know each other, so they are dealt out
 * to as many processes as there are cores (workers.c).
 */
#include "audit.h"

#include "audit/note.h"
#include "audit_opened.h"
#include "base/files.h"
#include "progress.h"
#include "show.h"
#include "workers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Differences that are told one by one. */
#define TOLD_MAX 20

struct replaying {
    struct command *command;
    struct edition_cache cache;
    struct edition_store store;
    const char *id; /* only this record, or NULL */
    const char *folder;
    struct text_list logs; /* below it; empty when it is itself a log's */
    const struct worker *worker; /* that this is; NULL in the process that began */
    struct tally tally;
    struct progress progress;
    enum exit_code code;
};

static void tell(struct replaying *replaying, const struct record *record, const char *what)
{
    if (replaying->tally.different + replaying->tally.damaged <= TOLD_MAX)
        terminal_print(&replaying->command->out, STYLE_BAD, "%.*s %lld %.*s: %s\n", TEXT_ARGS(record->log),
                       record->index, TEXT_ARGS(record->id), what);
}

static void count(struct replaying *replaying, struct arena *arena, const struct record *record,
                  const struct value *outcome)
{
    struct text word = member_text(outcome, "outcome");
    bool different = text_is(word, "different");
    replaying->tally.identical += text_is(word, "identical");
    replaying->tally.erased += text_is(word, "erased");
    replaying->tally.different += different;
    if (different)
        tell(replaying, record,
             text_string(arena, text_format(arena, "different at `%.*s`, because of the %.*s",
                                            TEXT_ARGS(words_printable(arena, member_text(outcome, "at"))),
                                            TEXT_ARGS(member_text(outcome, "because")))));
    if (replaying->id && option_given(replaying->command, OPTION_JSON))
        show_tree(replaying->command, outcome, 0);
    else if (replaying->id)
        show_replay(replaying->command, outcome);
}

static bool replay_one(struct replaying *replaying, struct arena *arena, const struct opened_record *opened)
{
    const struct record *record = &opened->record;
    struct value *outcome, *again;
    struct fault fault;
    if (replaying->id && !text_is(record->id, replaying->id))
        return true;
    if (record->state == RECORD_DAMAGED) {
        replaying->tally.damaged++;
        tell(replaying, record, text_string(arena, opened->problem));
        return true;
    }
    if (record->kind != RECORD_DECISION)
        return true;
    if (!replay_record(arena, &replaying->cache, replaying->store, NULL, record, false, &outcome, &again, &fault)) {
        replaying->code = complain(replaying->command, EXIT_INTERNAL, "%s", fault.message);
        return false;
    }
    count(replaying, arena, record, outcome);
    return true;
}

static bool head_of(struct replaying *replaying, const char *folder, struct checkpoint *head)
{
    struct arena *arena = replaying->command->arena;
    const char *path = text_string(arena, text_format(arena, "%s/checkpoint", folder));
    struct text text;
    struct note note;
    struct fault fault;
    if (!file_read(arena, path, NOTE_BYTES_MAX, &text, &fault)) {
        replaying->code = complain(replaying->command, EXIT_NO_FILE, "%s", fault.message);
        return false;
    }
    if (note_read(arena, text, &note) && checkpoint_read(note.text, head))
        return true;
    replaying->code = complain(replaying->command, EXIT_REFUSED, "`%s` is no head of a log", path);
    return false;
}

static bool replay_log(struct replaying *replaying, const char *folder)
{
    struct opened_reading reading;
    struct opened_record opened;
    struct checkpoint head;
    struct arena arena;
    struct fault fault;
    if (!head_of(replaying, folder, &head))
        return false;
    if (!opened_begin(&reading, replaying->command->arena, folder, head.size, &fault)) {
        replaying->code = complain(replaying->command, EXIT_NO_FILE,
                                   "%s: `covenant audit open` makes such a folder of a whole export", fault.message);
        return false;
    }
    arena_init(&arena);
    bool good = true, more = true;
    while (good && more) {
        struct arena_mark mark = arena_mark(&arena);
        bool mine = worker_takes(replaying->worker, reading.leaves.index);
        more = mine ? opened_next(&reading, &arena, &opened, &fault) : opened_skip(&reading, &fault);
        good = !more || !mine || replay_one(replaying, &arena, &opened);
        replaying->tally.seen += more && mine;
        if (mine)
            worker_tells(replaying->worker, &replaying->tally, false);
        arena_back(&arena, mark);
    }
    arena_finish(&arena);
    opened_end(&reading);
    if (!more && fault.kind != FAULT_NONE) {
        replaying->code = complain(replaying->command, EXIT_INTERNAL, "%s", fault.message);
        return false;
    }
    return good;
}

static const char *log_folder(const struct replaying *replaying, size_t i)
{
    struct arena *arena = replaying->command->arena;
    if (replaying->logs.count == 0)
        return replaying->folder;
    return text_string(arena, text_format(arena, "%s/%.*s", replaying->folder, TEXT_ARGS(replaying->logs.items[i])));
}

static void replay_all(struct replaying *replaying)
{
    bool good = true;
    for (size_t i = 0; good && i < (replaying->logs.count ? replaying->logs.count : 1); i++)
        good = replay_log(replaying, log_folder(replaying, i));
}

/* ---- several processes ---- */

static int work(void *context, const struct worker *worker)
{
    struct replaying *replaying = context;
    replaying->worker = worker;
    replay_all(replaying);
    worker_tells(worker, &replaying->tally, true);
    return (int)replaying->code;
}

static void heard(void *context, const struct tally *sum)
{
    struct replaying *replaying = context;
    replaying->tally = *sum;
    progress_show(&replaying->progress, (long long)sum->seen);
}

/* How many records there are; false after it was said why that cannot be told. */
static bool total_of(struct replaying *replaying)
{
    struct checkpoint head;
    for (size_t i = 0; i < (replaying->logs.count ? replaying->logs.count : 1); i++) {
        if (!head_of(replaying, log_folder(replaying, i), &head))
            return false;
        replaying->progress.total += (long long)head.size;
    }
    return true;
}

static unsigned jobs_of(const struct replaying *replaying)
{
    const char *jobs = replaying->command->values[OPTION_JOBS];
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    long long number = jobs ? strtoll(jobs, NULL, 10) : cores;
    /* One record, or few, are done before another process has begun. */
    if (number < 1 || replaying->id || (!jobs && replaying->progress.total < 256))
        return 1;
    return number < WORKERS_MAX ? (unsigned)number : WORKERS_MAX;
}

static void tell_sum(struct replaying *replaying)
{
    const struct tally *tally = &replaying->tally;
    struct terminal *out = &replaying->command->out;
    uint64_t all = tally->identical + tally->different + tally->erased + tally->damaged;
    double seconds = progress_seconds(&replaying->progress);
    if (replaying->id && all == 0)
        replaying->code = complain(replaying->command, EXIT_REFUSED, "found no decision with id `%s` there", replaying->id);
    else if (!replaying->id)
        terminal_print(out, STYLE_PLAIN, "%" PRIu64 " identical, %" PRIu64 " different, %" PRIu64 " erased\n",
                       tally->identical, tally->different, tally->erased);
    if (tally->damaged)
        terminal_print(out, STYLE_BAD, "%" PRIu64 " not as they were recorded: `covenant audit verify` names the first\n",
                       tally->damaged);
    if (!replaying->id)
        terminal_print(out, STYLE_DIM, "in %.2f s, %.0f decisions a second\n", seconds,
                       seconds > 0 ? (double)(tally->identical + tally->different) / seconds : 0);
    if (tally->different || tally->damaged)
        replaying->code = EXIT_FOUND;
}

enum exit_code run_replay_folder(struct command *command)
{
    const char *folder = command->values[OPTION_FROM];
    struct replaying replaying = {.command = command, .store = opened_editions(folder), .folder = folder,
                                  .id = command->operands_count ? command->operands[0] : NULL};
    struct fault fault;
    folder_logs(command->arena, folder, &replaying.logs);
    progress_begin(&replaying.progress, &command->err, "records");
    if (!total_of(&replaying))
        return replaying.code;
    unsigned jobs = jobs_of(&replaying);
    int code = EXIT_ANSWERED;
    if (jobs == 1)
        replay_all(&replaying);
    else if (!workers_run(jobs, work, heard, &replaying, &code, &fault))
        replaying.code = complain(command, EXIT_INTERNAL, "%s", fault.message);
    else
        replaying.code = (enum exit_code)code;
    progress_hide(&replaying.progress);
    if (replaying.code == EXIT_ANSWERED)
        tell_sum(&replaying);
    edition_cache_finish(&replaying.cache);
    return replaying.code;
}
