/* `covenant audit export --format jsonl|csv|ldv`: the headings of records, without what they hold, in one file. */
#include "audit.h"

#include "ask.h"
#include "audit_file.h"
#include "audit_table.h"
#include "show.h"

/* A page of `history`; `*after` is what the next one begins after, absent after the last. */
static bool add_page(struct command *command, struct table_writing *writing, struct text log, struct text *after,
                     enum exit_code *code)
{
    struct arena *arena = command->arena;
    struct asking asking;
    asking_init(&asking, command, "history");
    asking.silent = true;
    asking_add(&asking, "region", value_text(arena, log)); /* a log's name is one of its region's */
    asking_add(&asking, "limit", value_integer(arena, 1000));
    if (after->length)
        asking_add(&asking, "after", value_text(arena, *after));
    const struct value *history = value_get(ask(&asking, code), "history"), *records = value_get(history, "records");
    if (!history)
        return false;
    for (size_t i = 0; i < list_count(records); i++)
        table_line(writing, records->items[i]);
    *after = member_text(history, "next");
    return true;
}

enum exit_code export_lines(struct command *command, const struct text_list *logs, const char *path)
{
    struct table_writing writing = {
        .format = table_format_of(command->values[OPTION_FORMAT]),
        .language = command->language,
        .activity = text_of(option_given(command, OPTION_ACTIVITY) ? command->values[OPTION_ACTIVITY] : ""),
    };
    enum exit_code code = EXIT_ANSWERED;
    if (writing.format == TABLE_LDV && !writing.activity.length)
        return complain(command, EXIT_USE,
                        "`--format ldv` needs `--activity URI`: where the register of processing activities tells of this one");
    table_begin(&writing, command->arena);
    for (size_t i = 0; i < logs->count; i++) {
        struct text after = {0};
        do
            if (!add_page(command, &writing, logs->items[i], &after, &code))
                return code;
        while (after.length);
    }
    return audit_file_write(command, path, buffer_text(&writing.text));
}
