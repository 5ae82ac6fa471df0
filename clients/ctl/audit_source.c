#include "audit_source.h"

#include "ask.h"
#include "base/base64.h"
#include "show.h"

#include <string.h>

static void ask_init(struct asking *asking, struct command *command, const char *verb)
{
    asking_init(asking, command, verb);
    asking->silent = true;
}

/* `almere/2026` of its key `almere/2026+7e0c2b5a+AQ...`; a name has no `+`. */
static struct text log_of_vkey(struct text vkey)
{
    const char *plus = memchr(vkey.at, '+', vkey.length);
    return (struct text){vkey.at, plus ? (size_t)(plus - vkey.at) : vkey.length};
}

static bool is_of_region(struct text log, const char *region)
{
    size_t length = strlen(region);
    return log.length > length && log.at[length] == '/' && memcmp(log.at, region, length) == 0;
}

/* Without a record a log has no head yet. */
static bool has_records(struct command *command, struct text log)
{
    struct asking asking;
    ask_init(&asking, command, "checkpoint");
    asking_add(&asking, "log", value_text(command->arena, log));
    return ask_quietly(&asking) != NULL;
}

bool source_logs(struct audit_source *source, struct text_list *logs, enum exit_code *code)
{
    struct command *command = source->command;
    const char *log = command->values[OPTION_LOG], *region = command->values[OPTION_REGION];
    struct asking asking;
    *logs = (struct text_list){0};
    if (log) {
        text_list_add(command->arena, logs, text_of(log));
        return true;
    }
    ask_init(&asking, command, "status");
    const struct value *reply = ask(&asking, code);
    const struct value *vkeys = value_get(value_get(reply, "status"), "vkeys");
    if (!reply)
        return false;
    for (size_t i = 0; i < list_count(vkeys); i++) {
        struct text name = log_of_vkey(vkeys->items[i]->text);
        if ((!region || is_of_region(name, region)) && has_records(command, name))
            text_list_add(command->arena, logs, name);
    }
    if (logs->count)
        return true;
    *code = complain(command, EXIT_REFUSED, "found no log%s%s", region ? " of region " : "", region ? region : "");
    return false;
}

bool source_head(struct audit_source *source, struct text log, struct text *note, struct text *vkey,
                 enum exit_code *code)
{
    struct command *command = source->command;
    struct asking asking;
    ask_init(&asking, command, "checkpoint");
    asking_add(&asking, "log", value_text(command->arena, log));
    const struct value *checkpoint = value_get(ask(&asking, code), "checkpoint");
    *note = member_text(checkpoint, "note");
    *vkey = member_text(checkpoint, "vkey");
    if (*code == EXIT_ANSWERED && (!note->length || !vkey->length))
        *code = complain(command, EXIT_INTERNAL, "the daemon gave no head of the log `%.*s`", TEXT_ARGS(log));
    return *code == EXIT_ANSWERED;
}

bool source_leaves(struct audit_source *source, struct text log, uint64_t from, struct text_list *leaves,
                   enum exit_code *code)
{
    struct command *command = source->command;
    struct asking asking;
    ask_init(&asking, command, "history");
    asking_add(&asking, "log", value_text(command->arena, log));
    asking_add(&asking, "from", value_integer(command->arena, (long long)from));
    const struct value *reply = ask(&asking, code);
    const struct value *page = value_get(value_get(reply, "history"), "leaves");
    *leaves = (struct text_list){0};
    if (!reply)
        return false;
    bool good = list_count(page) > 0;
    for (size_t i = 0; good && i < list_count(page); i++) {
        struct text leaf;
        good = page->items[i]->kind == VALUE_TEXT && base64_read(command->arena, page->items[i]->text, &leaf);
        if (good)
            text_list_add(command->arena, leaves, leaf);
    }
    if (!good)
        *code = complain(command, EXIT_INTERNAL, "the daemon gave no leaves of the log `%.*s` from %llu on",
                         TEXT_ARGS(log), (unsigned long long)from);
    return good;
}
