/*
 * `replay`: one record, or a range, decided again. A range is asked of the daemon page after page, one under way at a
 * time: it decides on one core, and others want an answer in between. All cores are used where there is no daemon, with
 * `--from FOLDER` (audit_replay.c).
 */
#include "ask.h"
#include "audit.h"
#include "audit/note.h"
#include "audit_source.h"
#include "progress.h"
#include "show.h"
#include "verb.h"

static enum exit_code replay_one(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    asking_init(&asking, command, "replay");
    asking_add(&asking, "decision", value_string(command->arena, command->operands[0]));
    const struct value *reply = ask(&asking, &code);
    if (!reply)
        return code;
    const struct value *replay = value_get(reply, "replay");
    if (!option_given(command, OPTION_JSON))
        show_replay(command, replay);
    return member_is(replay, "outcome", "different") ? EXIT_FOUND : EXIT_ANSWERED;
}

/* ---- ranges ---- */

struct counts {
    long long identical, different, erased;
};

struct replaying {
    struct command *command;
    struct counts counts;
    struct progress progress;
    struct text since, until;
    bool timed;
};

static long long count_member(const struct value *object, const char *name)
{
    const struct value *member = value_get(object, name);
    return member && member->kind == VALUE_INTEGER ? member->integer : 0;
}

static void print_counts(struct command *command, const char *log, const struct counts *counts)
{
    if (log)
        terminal_print(&command->out, STYLE_PLAIN, "%s: ", log);
    terminal_print(&command->out, counts->different ? STYLE_BAD : STYLE_GOOD,
                   "%lld identical, %lld different, %lld erased\n", counts->identical, counts->different,
                   counts->erased);
}

/* Each of them, with the place of its first difference: both values are told by `covenant replay` of that record. */
static void print_differences(struct replaying *replaying, const struct value *page)
{
    struct command *command = replaying->command;
    const struct value *differences = value_get(page, "differences");
    if (list_count(differences))
        progress_hide(&replaying->progress);
    for (size_t i = 0; i < list_count(differences); i++) {
        const struct value *difference = differences->items[i];
        terminal_print(&command->out, STYLE_BAD, "%.*s %lld %.*s: different at `%.*s`, because of the %.*s\n",
                       TEXT_ARGS(words_printable(command->arena, member_text(difference, "log"))),
                       count_member(difference, "index"),
                       TEXT_ARGS(words_printable(command->arena, member_text(difference, "id"))),
                       TEXT_ARGS(words_printable(command->arena, member_text(difference, "at"))),
                       TEXT_ARGS(words_printable(command->arena, member_text(difference, "because"))));
    }
}

/* One page; `*from` is where the next one begins, or below 0 when there is none. */
static enum exit_code replay_page(struct replaying *replaying, struct text region, long long *from,
                                  struct counts *counts)
{
    struct command *command = replaying->command;
    struct asking asking;
    enum exit_code code;
    asking_init(&asking, command, "replay");
    asking.seconds = TIMEOUT_LONG;
    asking_add(&asking, "region", value_text(command->arena, region));
    asking_add(&asking, "from", value_integer(command->arena, *from));
    asking_add_number(&asking, "to", OPTION_TO);
    if (replaying->since.at)
        asking_add(&asking, "since", value_text(command->arena, replaying->since));
    if (replaying->until.at)
        asking_add(&asking, "until", value_text(command->arena, replaying->until));
    const struct value *reply = ask(&asking, &code);
    const struct value *page = value_get(reply, "replay"), *next = value_get(page, "next");
    if (!reply)
        return code;
    counts->identical += count_member(page, "identical");
    counts->different += count_member(page, "different");
    counts->erased += count_member(page, "erased");
    if (!option_given(command, OPTION_JSON))
        print_differences(replaying, page);
    bool further = next && next->kind == VALUE_INTEGER && next->integer > *from;
    *from = further ? next->integer : -1;
    return EXIT_ANSWERED;
}

static void counts_add(struct counts *sum, const struct counts *counts)
{
    sum->identical += counts->identical;
    sum->different += counts->different;
    sum->erased += counts->erased;
}

/* `size` records, of which the decisions are decided again. */
static enum exit_code replay_log(struct replaying *replaying, struct text log, long long from, long long size)
{
    struct arena *arena = replaying->command->arena;
    struct counts counts = {0};
    enum exit_code code = EXIT_ANSWERED;
    long long before = replaying->progress.done;
    while (code == EXIT_ANSWERED && from >= 0) {
        struct arena_mark mark = arena_mark(arena);
        code = replay_page(replaying, log, &from, &counts);
        progress_show(&replaying->progress, from >= 0 ? before + from : before + size);
        arena_back(arena, mark);
    }
    counts_add(&replaying->counts, &counts);
    if (code == EXIT_ANSWERED && !option_given(replaying->command, OPTION_JSON) && counts.different) {
        progress_hide(&replaying->progress);
        print_counts(replaying->command, text_string(arena, log), &counts);
    }
    return code;
}

static bool log_size(struct command *command, struct text log, long long *size, enum exit_code *code)
{
    struct audit_source source = {command};
    struct text text, vkey;
    struct note note;
    struct checkpoint head;
    if (!source_head(&source, log, &text, &vkey, code))
        return false;
    if (!note_read(command->arena, text, &note) || !checkpoint_read(note.text, &head)) {
        *code = complain(command, EXIT_INTERNAL, "the head of the log `%.*s` is no head", TEXT_ARGS(log));
        return false;
    }
    *size = (long long)head.size;
    return true;
}

/* Every log that was asked for, one after the other. */
static enum exit_code replay_logs(struct replaying *replaying)
{
    struct command *command = replaying->command;
    struct audit_source source = {command};
    struct text_list logs;
    enum exit_code code = EXIT_ANSWERED;
    if (!source_logs(&source, &logs, &code))
        return code;
    long long *sizes = ARENA_ARRAY(command->arena, logs.count, long long);
    for (size_t i = 0; i < logs.count; i++) {
        if (!log_size(command, logs.items[i], &sizes[i], &code))
            return code;
        replaying->progress.total += sizes[i];
    }
    for (size_t i = 0; i < logs.count && code == EXIT_ANSWERED; i++)
        code = replay_log(replaying, logs.items[i], 0, sizes[i]);
    return code;
}

/* `--from` and `--to` count in one log: the one that is named, or the newest of the region. */
static enum exit_code replay_indexes(struct replaying *replaying)
{
    struct command *command = replaying->command;
    const char *from = command->values[OPTION_FROM];
    long long number = 0;
    if (from && (!text_to_integer(text_of(from), &number) || number < 0))
        return complain(command, EXIT_USE, "`--from` is a whole number, found `%s`", from);
    const char *log = command->values[OPTION_LOG];
    return replay_log(replaying, text_of(log ? log : command->values[OPTION_REGION]), number, number);
}

static enum exit_code replay_range(struct command *command)
{
    struct replaying replaying = {.command = command};
    bool json = option_given(command, OPTION_JSON);
    bool indexes = option_given(command, OPTION_FROM) || option_given(command, OPTION_TO);
    if (option_given(command, OPTION_SINCE))
        option_time(command, OPTION_SINCE, &replaying.since);
    if (option_given(command, OPTION_UNTIL))
        option_time(command, OPTION_UNTIL, &replaying.until);
    progress_begin(&replaying.progress, &command->err, "records");
    enum exit_code code = indexes ? replay_indexes(&replaying) : replay_logs(&replaying);
    progress_hide(&replaying.progress);
    if (code != EXIT_ANSWERED)
        return code;
    const struct counts *counts = &replaying.counts;
    double seconds = progress_seconds(&replaying.progress);
    if (!json) {
        print_counts(command, NULL, counts);
        terminal_print(&command->out, STYLE_DIM, "in %.2f s, %.0f decisions a second\n", seconds,
                       seconds > 0 ? (double)(counts->identical + counts->different) / seconds : 0);
    }
    return counts->different ? EXIT_FOUND : EXIT_ANSWERED;
}

/* A number is the first record of a range; anything else a folder. */
static bool from_folder(const struct command *command)
{
    const char *from = command->values[OPTION_FROM];
    long long number;
    return from && !text_to_integer(text_of(from), &number) && !option_given(command, OPTION_REGION) &&
           !option_given(command, OPTION_LOG);
}

enum exit_code run_replay(struct command *command)
{
    static const enum option of_ranges[] = {OPTION_REGION, OPTION_LOG, OPTION_SINCE, OPTION_UNTIL, OPTION_ALL};
    bool range = false;
    for (size_t i = 0; i < sizeof of_ranges / sizeof *of_ranges; i++)
        range = range || option_given(command, of_ranges[i]);
    if (from_folder(command))
        return run_replay_folder(command);
    if (command->operands_count && (range || option_given(command, OPTION_FROM) || option_given(command, OPTION_TO)))
        return complain(command, EXIT_USE, "`replay` takes a record or a range, not both");
    if (!command->operands_count && !range)
        return complain(command, EXIT_USE,
                        "`replay` needs a record, or `--all`, `--region`, `--log`, `--since` or `--until` for a range");
    bool indexes = option_given(command, OPTION_FROM) || option_given(command, OPTION_TO);
    if (indexes && !option_given(command, OPTION_REGION) && !option_given(command, OPTION_LOG))
        return complain(command, EXIT_USE, "`--from` and `--to` count in one log: `--log LOG` or `--region REGION`");
    if (option_given(command, OPTION_ALL) && (option_given(command, OPTION_REGION) || option_given(command, OPTION_LOG)))
        return complain(command, EXIT_USE, "`--all` is of all regions: leave it out, or `--region` and `--log`");
    return command->operands_count ? replay_one(command) : replay_range(command);
}
