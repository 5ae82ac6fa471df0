/*
 * `audit list`: the records of a region or of all logs, a line each: for people, or for other programs (audit_table.h).
 * Headings only: what a record holds is read one at a time, with `audit show`, because each reading is recorded.
 */
#include "ask.h"
#include "audit.h"
#include "audit_source.h"
#include "audit_table.h"
#include "show.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 1000

struct listing {
    struct command *command;
    bool for_people;
    struct table_writing writing; /* else */
    struct moment since, until;
    bool has_since, has_until, past_end;
    long long left; /* of `--limit`; below 0: no bound */
};

static struct text cell_text(struct arena *arena, const struct value *record, const char *name)
{
    const struct value *value = value_get(record, name);
    if (value && value->kind == VALUE_INTEGER)
        return text_format(arena, "%lld", value->integer);
    return value && value->kind == VALUE_TEXT ? value->text : TEXT("");
}

/* ---- for people ---- */

static void add_row(struct listing *listing, struct table *table, const struct value *record)
{
    static const char *const shown[] = {"time", "log", "index", "kind", "case", "on", "confirmed", "id"};
    struct row *row = table_add(table);
    for (size_t i = 0; i < table->columns; i++)
        row->cells[i].text =
            words_printable(listing->command->arena, cell_text(listing->command->arena, record, shown[i]));
    row->cells[0].style = STYLE_DIM;
    row->cells[2].right = true;
}

/* ---- the pages ---- */

/* Is it of the span that was asked? Time does not go back within a log, so that after its end nothing more comes. */
static bool is_wanted(struct listing *listing, const struct value *record)
{
    struct moment moment;
    struct date date;
    if (!listing->has_since && !listing->has_until)
        return true;
    if (!moment_parse(member_text(record, "time"), &moment, &date))
        return false;
    listing->past_end = listing->has_until && moment.second > listing->until.second;
    return !listing->past_end && !(listing->has_since && moment.second < listing->since.second);
}

static void print_page(struct listing *listing, const struct value *records)
{
    struct command *command = listing->command;
    struct table table;
    buffer_init(&listing->writing.text, command->arena);
    table_init(&table, command->arena, 8);
    for (size_t i = 0; i < list_count(records) && listing->left != 0 && !listing->past_end; i++) {
        const struct value *record = records->items[i];
        if (!is_wanted(listing, record))
            continue;
        if (listing->for_people)
            add_row(listing, &table, record);
        else
            table_line(&listing->writing, record);
        listing->left -= listing->left > 0;
    }
    table_print(&table, &command->out, 0);
    terminal_put(&command->out, STYLE_PLAIN, buffer_text(&listing->writing.text));
}

static enum exit_code list_log(struct listing *listing, struct text log)
{
    struct command *command = listing->command;
    struct arena *arena = command->arena;
    bool spans = listing->has_since || listing->has_until;
    long long page = !spans && listing->left > 0 && listing->left < PAGE ? listing->left : PAGE;
    char after[64] = "";
    enum exit_code code = EXIT_ANSWERED;
    listing->past_end = false;
    for (bool more = true; more && listing->left != 0 && !listing->past_end;) {
        struct arena_mark mark = arena_mark(arena);
        struct asking asking;
        asking_init(&asking, command, "history");
        asking.silent = !listing->for_people;
        asking_add(&asking, "region", value_text(arena, log));
        asking_add(&asking, "limit", value_integer(arena, page));
        asking_add_option(&asking, "case", OPTION_CASE);
        asking_add_option(&asking, "only", OPTION_ONLY);
        if (*after)
            asking_add(&asking, "after", value_string(arena, after));
        const struct value *reply = ask(&asking, &code), *history = value_get(reply, "history");
        struct text next = member_text(history, "next");
        more = reply && next.length && next.length < sizeof after;
        if (more) {
            memcpy(after, next.at, next.length);
            after[next.length] = '\0';
        }
        if (reply && !(option_given(command, OPTION_JSON) && listing->for_people))
            print_page(listing, value_get(history, "records"));
        arena_back(arena, mark);
    }
    return code;
}

static bool listing_init(struct listing *listing, struct command *command, enum exit_code *code)
{
    const char *format = command->values[OPTION_FORMAT], *limit = command->values[OPTION_LIMIT];
    struct text time;
    struct date date;
    const char *activity = command->values[OPTION_ACTIVITY];
    *listing = (struct listing){.command = command, .left = limit ? strtoll(limit, NULL, 10) : -1};
    listing->for_people = !format || strcmp(format, "table") == 0;
    listing->writing.format = listing->for_people ? TABLE_COUNT : table_format_of(format);
    listing->writing.language = command->language;
    listing->writing.activity = text_of(activity ? activity : "");
    if (!listing->for_people && listing->writing.format == TABLE_COUNT)
        *code = complain(command, EXIT_USE, "`--format` is `table`, `csv`, `jsonl` or `ldv`, found `%s`", format);
    else if (listing->writing.format == TABLE_LDV && !activity)
        *code = complain(command, EXIT_USE,
                         "`--format ldv` needs `--activity URI`: where the register of processing activities tells of this one");
    if (*code != EXIT_ANSWERED)
        return false;
    if (option_given(command, OPTION_SINCE))
        listing->has_since = option_time(command, OPTION_SINCE, &time) && moment_parse(time, &listing->since, &date);
    if (option_given(command, OPTION_UNTIL))
        listing->has_until = option_time(command, OPTION_UNTIL, &time) && moment_parse(time, &listing->until, &date);
    return true;
}

enum exit_code run_audit_list(struct command *command)
{
    struct listing listing;
    struct audit_source source = {command};
    struct text_list logs;
    enum exit_code code = EXIT_ANSWERED;
    if (!listing_init(&listing, command, &code) || !source_logs(&source, &logs, &code))
        return code;
    table_begin(&listing.writing, command->arena);
    terminal_put(&command->out, STYLE_PLAIN, buffer_text(&listing.writing.text));
    for (size_t i = 0; i < logs.count && code == EXIT_ANSWERED && listing.left != 0; i++)
        code = list_log(&listing, logs.items[i]);
    return code;
}
