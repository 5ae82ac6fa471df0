/*
 * `covenant audit verify`: is an export as it was written? It trusts nobody but the keys that are given: no daemon is
 * asked, and everything is derived again from the leaves.
 */
#include "audit.h"

#include "audit/policy.h"
#include "audit/verify.h"
#include "audit_opened.h"
#include "base/files.h"

#include <inttypes.h>
#include <string.h>

/* Keys of one log: before and after a rotation, and of witnesses. */
#define KEYS_MAX 16
/* Checkpoints that were kept: one a week of a year, and more. */
#define HEADS_MAX 64

struct verifying_all {
    struct command *command;
    struct note_key keys[KEYS_MAX];
    size_t key_count;
    struct policy *policy; /* NULL: none was given */
    struct text heads[HEADS_MAX];
    struct text origins[HEADS_MAX]; /* of which log each is */
    size_t head_count;
    bool several; /* logs: a key is good for each, whose name is then put in the place of its own */
    size_t count;
    enum exit_code code;
};

/* The next of `A,B`; false at the end. */
static bool next_part(struct text *rest, struct text *part)
{
    if (!rest->length)
        return false;
    const char *comma = memchr(rest->at, ',', rest->length);
    size_t length = comma ? (size_t)(comma - rest->at) : rest->length;
    *part = text_trim(text_slice(*rest, 0, length));
    *rest = text_slice(*rest, length + (comma != NULL), rest->length);
    return true;
}

static bool read_heads(struct verifying_all *all)
{
    const char *given = all->command->values[OPTION_HEAD];
    struct arena *arena = all->command->arena;
    struct text rest = text_of(given ? given : ""), part;
    while (next_part(&rest, &part)) {
        const char *path = text_string(arena, part);
        struct note note;
        struct checkpoint head;
        struct fault fault;
        if (all->head_count == HEADS_MAX)
            all->code = complain(all->command, EXIT_USE, "`--head` takes at most %d files", HEADS_MAX);
        else if (!file_read(arena, path, NOTE_BYTES_MAX, &all->heads[all->head_count], &fault))
            all->code = complain(all->command, EXIT_NO_FILE, "%s", fault.message);
        else if (!note_read(arena, all->heads[all->head_count], &note) || !checkpoint_read(note.text, &head))
            all->code = complain(all->command, EXIT_USE, "`%s` is no checkpoint", path);
        else
            all->origins[all->head_count++] = head.origin;
        if (all->code != EXIT_ANSWERED)
            return false;
    }
    return true;
}

/* `KEY` or `KEY,KEY`. */
static bool read_keys(struct verifying_all *all)
{
    const char *given = all->command->values[OPTION_VKEY];
    struct text rest = text_of(given ? given : ""), key;
    while (next_part(&rest, &key)) {
        if (all->key_count == KEYS_MAX || !note_key_read(key, &all->keys[all->key_count])) {
            all->code = complain(all->command, EXIT_USE,
                                 "`%.*s` is no key of a log, expected one as `almere/2026+7e0c2b5a+AQ...`",
                                 TEXT_ARGS(key));
            return false;
        }
        all->key_count++;
    }
    return true;
}

/* The logs that a policy names are keys too. */
static bool read_policy(struct verifying_all *all)
{
    struct arena *arena = all->command->arena;
    const char *path = all->command->values[OPTION_POLICY];
    struct text text, problem;
    struct fault fault;
    if (!path)
        return true;
    all->policy = ARENA_NEW(arena, struct policy);
    if (!file_read(arena, path, POLICY_BYTES_MAX, &text, &fault)) {
        all->code = complain(all->command, EXIT_NO_FILE, "%s", fault.message);
        return false;
    }
    if (!policy_read(arena, text, all->policy, &problem)) {
        all->code = complain(all->command, EXIT_USE, "`%s`, %.*s", path, TEXT_ARGS(problem));
        return false;
    }
    for (size_t i = 0; i < all->policy->logs_count && all->key_count < KEYS_MAX; i++)
        all->keys[all->key_count++] = all->policy->logs[i];
    return true;
}

/* A head that too few witnesses have seen is not wrong, but nobody vouches that others were shown the same. */
static bool check_policy(struct verifying_all *all, const char *folder, struct verify_report *report)
{
    struct arena *arena = all->command->arena;
    struct text whole;
    struct note note;
    struct fault fault;
    size_t cosigned = 0;
    if (!file_read(arena, text_string(arena, text_format(arena, "%s/checkpoint", folder)), NOTE_BYTES_MAX, &whole,
                   &fault) || !note_read(arena, whole, &note)) {
        all->code = complain(all->command, EXIT_NO_FILE, "%s/checkpoint cannot be read again", folder);
        return false;
    }
    enum policy_verdict verdict = policy_judge(all->policy, &note, &cosigned);
    if (verdict == POLICY_FORGED) {
        *report = (struct verify_report){.outcome = VERIFY_NOT_VALID, .checkpoint = report->checkpoint,
                                         .file = TEXT("checkpoint"), .message = TEXT("the cosignature of a witness is wrong")};
    } else if (verdict == POLICY_LACKING) {
        report->outcome = VERIFY_UNANCHORED;
        report->message = text_format(arena, "%zu of the policy's witnesses cosigned it, fewer than the quorum asks", cosigned);
    } else if (report->outcome == VERIFY_VALID) {
        terminal_print(&all->command->out, STYLE_PLAIN, "cosigned by %zu of the policy's witnesses\n", cosigned);
    }
    return true;
}

static void tell(struct command *command, const char *folder, const struct verify_report *report, bool whole,
                 uint64_t erased)
{
    struct terminal *out = &command->out;
    static const enum style styles[] = {
        [VERIFY_VALID] = STYLE_GOOD, [VERIFY_NOT_VALID] = STYLE_BAD, [VERIFY_UNANCHORED] = STYLE_OPEN};
    terminal_print(out, styles[report->outcome], "%s", verify_outcome_name(report->outcome));
    if (report->outcome == VERIFY_NOT_VALID && !report->has_index)
        terminal_print(out, STYLE_PLAIN, ": %.*s", TEXT_ARGS(report->file));
    else if (report->outcome == VERIFY_NOT_VALID && report->index == report->until)
        terminal_print(out, STYLE_PLAIN, ": record %" PRIu64, report->index);
    else if (report->outcome == VERIFY_NOT_VALID)
        terminal_print(out, STYLE_PLAIN, ": records %" PRIu64 " to %" PRIu64, report->index, report->until);
    terminal_line(out);
    struct text origin = words_printable(command->arena, report->checkpoint.origin);
    if (report->outcome != VERIFY_NOT_VALID)
        terminal_print(out, STYLE_PLAIN, "%s: %.*s, %" PRIu64 " records\n", folder, TEXT_ARGS(origin), report->records);
    else
        terminal_print(out, STYLE_PLAIN, "%s%s%.*s\n", folder, report->file.length ? "/" : "", TEXT_ARGS(report->file));
    if (whole && report->outcome != VERIFY_NOT_VALID)
        terminal_print(out, STYLE_PLAIN, "what they hold is what their leaves speak of; of %" PRIu64 " it was erased\n",
                       erased);
    if (report->message.at)
        terminal_paragraph(out, STYLE_PLAIN, 0, words_printable(command->arena, report->message));
    if (report->silence.at)
        terminal_print(out, STYLE_OPEN, "no record on %.*s\n", TEXT_ARGS(report->silence));
}

/* One machine signs all its logs with one key; a log's vkey is that key under the name of the log. */
static struct note_key key_for(const struct verifying_all *all, size_t i, struct text log)
{
    const struct note_key *key = &all->keys[i];
    return all->several && key->type == NOTE_ED25519 ? note_key_of(log, key->type, key->public_key) : *key;
}

/* Not valid outweighs unanchored, which outweighs valid. */
static void outcome_add(struct verifying_all *all, enum verify_outcome outcome)
{
    if (outcome == VERIFY_NOT_VALID)
        all->code = EXIT_NOT_VALID;
    else if (outcome == VERIFY_UNANCHORED && all->code == EXIT_ANSWERED)
        all->code = EXIT_UNANCHORED;
}

/* What the records hold, against the leaves: the first that is not so is named. */
static bool check_payloads(struct verifying_all *all, const char *folder, struct verify_report *report,
                           uint64_t *erased)
{
    struct opened_reading reading;
    struct opened_record opened;
    struct fault fault;
    struct arena arena;
    if (!opened_begin(&reading, all->command->arena, folder, report->checkpoint.size, &fault)) {
        all->code = complain(all->command, EXIT_INTERNAL, "%s", fault.message);
        return false;
    }
    arena_init(&arena);
    bool more = true;
    while (more && report->outcome != VERIFY_NOT_VALID) {
        struct arena_mark mark = arena_mark(&arena);
        more = opened_next(&reading, &arena, &opened, &fault);
        if (more && opened.record.state == RECORD_DAMAGED) {
            *report = (struct verify_report){.outcome = VERIFY_NOT_VALID, .has_index = true,
                                             .checkpoint = report->checkpoint, .file = TEXT("records.jsonl")};
            report->index = report->until = (uint64_t)opened.record.index;
            report->message = text_copy(all->command->arena, opened.problem);
        }
        *erased += more && opened.record.state == RECORD_ERASED;
        arena_back(&arena, mark);
    }
    arena_finish(&arena);
    opened_end(&reading);
    if (!more && fault.kind != FAULT_NONE)
        all->code = complain(all->command, EXIT_INTERNAL, "%s", fault.message);
    return more || fault.kind == FAULT_NONE;
}

/*
 * Of several logs, the one that a folder says it is, when that is told by the folder's name too; else the name, so that
 * a log in the place of another is not valid. Nothing is believed by it: the signature must be under that name.
 */
static struct text log_of(struct arena *arena, const char *folder, struct text name)
{
    const char *path = text_string(arena, text_format(arena, "%s/checkpoint", folder));
    struct text text;
    struct note note;
    struct checkpoint head;
    struct fault fault;
    if (!file_read(arena, path, NOTE_BYTES_MAX, &text, &fault) || !note_read(arena, text, &note) ||
        !checkpoint_read(note.text, &head))
        return name;
    const char *end = text_string(arena, text_format(arena, "/%.*s", TEXT_ARGS(name)));
    return text_ends_with(head.origin, end) ? head.origin : name;
}

static bool verify_one(struct verifying_all *all, const char *folder, struct text name)
{
    struct text log = name.at ? log_of(all->command->arena, folder, name) : name;
    struct note_key keys[KEYS_MAX];
    struct verify_options options = {.keys = keys, .key_count = all->key_count, .origin = log};
    struct verify_report report;
    struct fault fault;
    struct text heads[HEADS_MAX];
    for (size_t i = 0; i < all->key_count; i++)
        keys[i] = key_for(all, i, log);
    for (size_t i = 0; i < all->head_count; i++)
        if (!all->several || text_equal(all->origins[i], log))
            heads[options.head_count++] = all->heads[i];
    options.heads = heads;
    if (!verify_folder(all->command->arena, folder, &options, &report, &fault)) {
        all->code = complain(all->command, fault.kind == FAULT_ABSENT ? EXIT_NO_FILE : EXIT_INTERNAL, "%s",
                             fault.message);
        return false;
    }
    uint64_t erased = 0;
    bool whole = opened_is(all->command->arena, folder);
    if (whole && report.outcome != VERIFY_NOT_VALID && !check_payloads(all, folder, &report, &erased))
        return false;
    if (all->policy && report.outcome != VERIFY_NOT_VALID && !check_policy(all, folder, &report))
        return false;
    tell(all->command, folder, &report, whole, erased);
    outcome_add(all, report.outcome);
    all->count++;
    return true;
}

enum exit_code run_audit_verify(struct command *command)
{
    struct verifying_all all = {.command = command};
    struct arena *arena = command->arena;
    const char *path = command->operands[0];
    struct text_list logs = {0};
    if (!read_keys(&all) || !read_heads(&all) || !read_policy(&all))
        return all.code;
    folder_logs(arena, path, &logs);
    all.several = logs.count > 0;
    if (!all.several) {
        verify_one(&all, path, (struct text){0});
        return all.code;
    }
    for (size_t i = 0; i < logs.count; i++)
        if (!verify_one(&all, text_string(arena, text_format(arena, "%s/%.*s", path, TEXT_ARGS(logs.items[i]))),
                        logs.items[i]))
            return all.code;
    return all.code;
}
