/*
 * `covenant audit export --whole`: one file with all that an auditor needs to check and replay a log elsewhere. Lines of
 * JSON; what the records hold came sealed from the daemon and is not read here:
 *
 *     {"covenant": "whole export", "v": 1, "key", "until", "logs": [name, ...]}
 *     {"log", "vkey", "checkpoint"}                  a log, and then what is of it
 *     {"leaves": [base64, ...]}
 *     {"sealed": base64}                             lines of JSON, one a record
 *     {"edition", "manifest", "files": {path: text}} of all logs
 *     {"end": true}                                  without it the file was cut off
 */
#include "audit_whole.h"

#include "ask.h"
#include "audit/note.h"
#include "audit_file.h"
#include "audit_source.h"
#include "auditor_key.h"
#include "base/base64.h"
#include "base/durable.h"
#include "base/json.h"
#include "show.h"

#include <inttypes.h>
#include <string.h>

struct whole_writing {
    struct command *command;
    struct audit_source source;
    struct durable file;
    struct arena arena;         /* of the whole file; the command's goes back after each page */
    struct text key;            /* Base64 */
    struct text_list editions;  /* that records name */
    uint64_t records;
    enum exit_code code;
};

static bool failed(struct whole_writing *writing, const struct fault *fault)
{
    writing->code = complain(writing->command, EXIT_INTERNAL, "%s", fault->message);
    return false;
}

static bool write_line(struct whole_writing *writing, const struct value *value)
{
    struct fault fault;
    struct buffer line;
    buffer_init(&line, writing->command->arena);
    buffer_add(&line, json_write(writing->command->arena, value));
    buffer_add_byte(&line, '\n');
    return durable_write(&writing->file, buffer_text(&line), &fault) || failed(writing, &fault);
}

static bool write_header(struct whole_writing *writing, const struct text_list *logs)
{
    struct arena *arena = writing->command->arena;
    struct value *header = value_object(arena), *names = value_list(arena);
    for (size_t i = 0; i < logs->count; i++)
        value_append(arena, names, value_text(arena, logs->items[i]));
    value_set(arena, header, "logs", names);
    value_set(arena, header, "covenant", value_string(arena, "whole export"));
    value_set(arena, header, "v", value_integer(arena, 1));
    value_set(arena, header, "key", value_text(arena, writing->key));
    value_set(arena, header, "until", value_string(arena, writing->command->values[OPTION_UNTIL]));
    return write_line(writing, header);
}

static void remember_edition(struct whole_writing *writing, struct text leaf)
{
    struct json_error error;
    struct text edition = member_text(json_read(writing->command->arena, leaf, &error), "edition");
    if (edition.length && !text_list_has(&writing->editions, edition))
        text_list_add(&writing->arena, &writing->editions, text_copy(&writing->arena, edition));
}

static bool write_leaves(struct whole_writing *writing, struct text log, uint64_t size)
{
    struct arena *arena = writing->command->arena;
    for (uint64_t at = 0; at < size;) {
        struct arena_mark mark = arena_mark(arena);
        struct text_list leaves;
        struct value *line = value_object(arena), *list = value_list(arena);
        if (!source_leaves(&writing->source, log, at, &leaves, &writing->code))
            return false;
        for (size_t i = 0; i < leaves.count && at < size; i++, at++) {
            value_append(arena, list, value_text(arena, base64_write(arena, leaves.items[i])));
            remember_edition(writing, leaves.items[i]);
        }
        value_set(arena, line, "leaves", list);
        if (!write_line(writing, line))
            return false;
        arena_back(arena, mark);
    }
    return true;
}

/* One page, as it came; `*at` moves on. */
static bool write_sealed(struct whole_writing *writing, struct text log, uint64_t *at, uint64_t size)
{
    struct command *command = writing->command;
    struct asking asking;
    asking_init(&asking, command, "export");
    asking.silent = true;
    asking_add(&asking, "log", value_text(command->arena, log));
    asking_add(&asking, "from", value_integer(command->arena, (long long)*at));
    asking_add(&asking, "limit", value_integer(command->arena, size - *at < 256 ? (long long)(size - *at) : 256));
    asking_add(&asking, "key", value_text(command->arena, writing->key));
    asking_add(&asking, "until", value_string(command->arena, command->values[OPTION_UNTIL]));
    const struct value *reply = ask(&asking, &writing->code);
    const struct value *page = value_get(reply, "export"), *count = value_get(page, "count");
    if (!reply)
        return false;
    if (!count || count->integer < 1) {
        writing->code = complain(command, EXIT_INTERNAL, "the daemon gave no records of `%.*s` from %" PRIu64 " on",
                                 TEXT_ARGS(log), *at);
        return false;
    }
    *at += (uint64_t)count->integer;
    struct value *line = value_object(command->arena);
    value_set(command->arena, line, "sealed", value_text(command->arena, member_text(page, "sealed")));
    return write_line(writing, line);
}

static bool write_log(struct whole_writing *writing, struct text log)
{
    struct arena *arena = writing->command->arena;
    struct text text, vkey;
    struct note note;
    struct checkpoint head;
    if (!source_head(&writing->source, log, &text, &vkey, &writing->code))
        return false;
    if (!note_read(arena, text, &note) || !checkpoint_read(note.text, &head)) {
        writing->code = complain(writing->command, EXIT_INTERNAL, "the daemon gave a head that is none");
        return false;
    }
    struct value *line = value_object(arena);
    value_set(arena, line, "log", value_text(arena, log));
    value_set(arena, line, "vkey", value_text(arena, vkey));
    value_set(arena, line, "checkpoint", value_text(arena, text));
    bool good = write_line(writing, line) && write_leaves(writing, log, head.size);
    for (uint64_t at = 0; good && at < head.size;) {
        struct arena_mark mark = arena_mark(arena);
        good = write_sealed(writing, log, &at, head.size);
        arena_back(arena, mark);
    }
    writing->records += head.size;
    return good;
}

static bool write_editions(struct whole_writing *writing)
{
    struct command *command = writing->command;
    for (size_t i = 0; i < writing->editions.count; i++) {
        struct asking asking;
        asking_init(&asking, command, "export");
        asking.silent = true;
        asking_add(&asking, "edition", value_text(command->arena, writing->editions.items[i]));
        const struct value *reply = ask(&asking, &writing->code);
        if (!reply || !write_line(writing, value_get(reply, "export")))
            return false;
    }
    return true;
}

static bool write_end(struct whole_writing *writing)
{
    struct value *line = value_object(writing->command->arena);
    value_set(writing->command->arena, line, "end", value_boolean(writing->command->arena, true));
    return write_line(writing, line);
}

static bool write_file(struct whole_writing *writing, const struct text_list *logs, const char *path)
{
    const char *folder, *name;
    struct fault fault;
    if (!audit_file_split(writing->command, path, &folder, &name, &writing->code))
        return false;
    if (!durable_begin(&writing->file, folder, name, &fault))
        return failed(writing, &fault);
    bool good = write_header(writing, logs);
    for (size_t i = 0; good && i < logs->count; i++)
        good = write_log(writing, logs->items[i]);
    good = good && write_editions(writing) && write_end(writing);
    if (good)
        good = durable_finish(&writing->file, false, &fault) || failed(writing, &fault);
    durable_drop(&writing->file);
    return good;
}

enum exit_code export_whole(struct command *command, const struct text_list *logs, const char *path)
{
    struct whole_writing writing = {.command = command, .source = {command}, .code = EXIT_ANSWERED};
    unsigned char key[BOX_KEY_BYTES];
    struct fault fault;
    if (!option_given(command, OPTION_KEY) || !option_given(command, OPTION_UNTIL))
        return complain(command, EXIT_USE,
                        "`--whole` needs `--key FILE`, the auditor's public key, and `--until DATE`: the day on which "
                        "the copy is to be destroyed");
    if (!auditor_key_public(command->arena, command->values[OPTION_KEY], key, &fault))
        return complain(command, fault.kind == FAULT_ABSENT ? EXIT_NO_FILE : EXIT_REFUSED, "%s", fault.message);
    arena_init(&writing.arena);
    writing.key = base64_write(&writing.arena, (struct text){(const char *)key, sizeof key});
    if (write_file(&writing, logs, path))
        terminal_print(&command->out, STYLE_PLAIN, "%s: %" PRIu64 " records of %zu %s, for the holder of %s alone\n", path,
                       writing.records, logs->count, logs->count == 1 ? "log" : "logs", command->values[OPTION_KEY]);
    arena_finish(&writing.arena);
    return writing.code;
}
