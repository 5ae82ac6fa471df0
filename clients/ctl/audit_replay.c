/*
 * `covenant replay --from FOLDER`: decides again what a whole export holds, in this process and from that folder alone:
 * no daemon, no rules folder. On another machine, in another year.
 */
#include "audit.h"

#include "audit/note.h"
#include "audit_opened.h"
#include "base/files.h"
#include "show.h"

#include <inttypes.h>
#include <string.h>

/* Differences that are told one by one. */
#define TOLD_MAX 20

struct replaying {
    struct command *command;
    struct edition_cache cache;
    struct edition_store store;
    const char *id; /* only this record, or NULL */
    uint64_t identical, different, erased, damaged;
    enum exit_code code;
};

static void tell(struct replaying *replaying, const struct record *record, const char *what)
{
    if (replaying->different + replaying->damaged <= TOLD_MAX)
        terminal_print(&replaying->command->out, STYLE_BAD, "%.*s %lld %.*s: %s\n", TEXT_ARGS(record->log),
                       record->index, TEXT_ARGS(record->id), what);
}

static void count(struct replaying *replaying, struct arena *arena, const struct record *record,
                  const struct value *outcome)
{
    struct text word = member_text(outcome, "outcome");
    bool different = text_is(word, "different");
    replaying->identical += text_is(word, "identical");
    replaying->erased += text_is(word, "erased");
    replaying->different += different;
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
        replaying->damaged++;
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
        more = opened_next(&reading, &arena, &opened, &fault);
        good = !more || replay_one(replaying, &arena, &opened);
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

static void tell_sum(struct replaying *replaying)
{
    uint64_t all = replaying->identical + replaying->different + replaying->erased + replaying->damaged;
    if (replaying->id && all == 0)
        replaying->code = complain(replaying->command, EXIT_REFUSED, "found no decision with id `%s` there", replaying->id);
    else if (!replaying->id)
        terminal_print(&replaying->command->out, STYLE_PLAIN,
                       "%" PRIu64 " identical, %" PRIu64 " different, %" PRIu64 " erased\n", replaying->identical,
                       replaying->different, replaying->erased);
    if (replaying->damaged)
        terminal_print(&replaying->command->out, STYLE_BAD,
                       "%" PRIu64 " not as they were recorded: `covenant audit verify` names the first\n",
                       replaying->damaged);
    if (replaying->different || replaying->damaged)
        replaying->code = EXIT_FOUND;
}

enum exit_code run_replay_folder(struct command *command)
{
    const char *folder = command->values[OPTION_FROM];
    struct replaying replaying = {.command = command, .store = opened_editions(folder),
                                  .id = command->operands_count ? command->operands[0] : NULL};
    struct arena *arena = command->arena;
    struct text_list logs;
    folder_logs(arena, folder, &logs);
    bool good = logs.count > 0 || replay_log(&replaying, folder);
    for (size_t i = 0; good && i < logs.count; i++)
        good = replay_log(&replaying, text_string(arena, text_format(arena, "%s/%.*s", folder, TEXT_ARGS(logs.items[i]))));
    if (good)
        tell_sum(&replaying);
    edition_cache_finish(&replaying.cache);
    return replaying.code;
}
