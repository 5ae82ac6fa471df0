/*
 * `audit list`: the records of a region or of all logs, a line each: for people, for spreadsheets (`csv`, RFC 4180), or
 * as logregels of the Dutch standard Logboek Dataverwerkingen (`ldv`, a line of JSON each). Headings only: what a record
 * holds is read one at a time, with `audit show`, because each reading is recorded.
 */
#include "ask.h"
#include "audit.h"
#include "audit_source.h"
#include "base/json.h"
#include "show.h"

#include <stdlib.h>
#include <string.h>

enum format { FORMAT_TABLE, FORMAT_CSV, FORMAT_LDV, FORMAT_COUNT };
static const char *const format_names[FORMAT_COUNT] = {"table", "csv", "ldv"};

#define PAGE 1000

struct listing {
    struct command *command;
    enum format format;
    struct moment since, until;
    bool has_since, has_until, past_end;
    long long left; /* of `--limit`; below 0: no bound */
    long long count;
    bool begun;
};

static const char *const columns[] = {"time", "log", "index", "kind", "case", "on", "client", "edition", "id"};
#define COLUMNS_COUNT (sizeof columns / sizeof *columns)

static struct text cell_text(struct arena *arena, const struct value *record, const char *name)
{
    const struct value *value = value_get(record, name);
    if (value && value->kind == VALUE_INTEGER)
        return text_format(arena, "%lld", value->integer);
    return value && value->kind == VALUE_TEXT ? value->text : TEXT("");
}

/* ---- for spreadsheets ---- */

/* Quoted where RFC 4180 asks for it; what a spreadsheet would compute gets a quote before it. */
static void csv_cell(struct terminal *out, struct text text, bool last)
{
    bool computes = text.length && strchr("=+-@\t\r", text.at[0]);
    bool quotes = computes;
    for (size_t i = 0; i < text.length; i++)
        quotes = quotes || strchr(",\"\r\n", text.at[i]) != NULL;
    if (quotes)
        fputs(computes ? "\"'" : "\"", out->out);
    for (size_t i = 0; i < text.length; i++)
        fprintf(out->out, text.at[i] == '"' ? "\"\"" : "%c", text.at[i]);
    fprintf(out->out, "%s%s", quotes ? "\"" : "", last ? "\r\n" : ",");
}

static void print_csv(struct listing *listing, const struct value *record)
{
    struct command *command = listing->command;
    if (!listing->begun)
        for (size_t i = 0; i < COLUMNS_COUNT; i++)
            csv_cell(&command->out, text_of(columns[i]), i + 1 == COLUMNS_COUNT);
    listing->begun = true;
    for (size_t i = 0; record && i < COLUMNS_COUNT; i++)
        csv_cell(&command->out, cell_text(command->arena, record, columns[i]), i + 1 == COLUMNS_COUNT);
}

/* ---- Logboek Dataverwerkingen ---- */

/* Only what is done with what is known of people: a start or a load of rules is none of that standard's. */
static bool is_processing(const struct value *record)
{
    static const char *const kinds[] = {"decision", "confirmation", "access", "hold", "erasure"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (member_is(record, "kind", kinds[i]))
            return true;
    return false;
}

/* The 32 hex digits of an id; the last 16 are random enough for a span. */
static struct text hex_of_id(struct arena *arena, struct text id)
{
    struct buffer hex;
    buffer_init(&hex, arena);
    for (size_t i = 0; i < id.length; i++)
        if (id.at[i] != '-')
            buffer_add_byte(&hex, id.at[i]);
    return buffer_text(&hex);
}

static void print_ldv(struct listing *listing, const struct value *record)
{
    struct arena *arena = listing->command->arena;
    struct value *line = value_object(arena), *attributes = value_object(arena), *resource = value_object(arena);
    struct text id = hex_of_id(arena, member_text(record, "id")), log = member_text(record, "log");
    struct text kind = member_text(record, "kind"), case_id = member_text(record, "case");
    const char *slash = memchr(log.at, '/', log.length);
    struct text region = text_slice(log, 0, slash ? (size_t)(slash - log.at) : log.length);
    if (!is_processing(record))
        return;
    value_set(arena, attributes, "dpl.core.processing_activity_id",
              value_text(arena, text_format(arena, "urn:covenant:%.*s:%.*s", TEXT_ARGS(region), TEXT_ARGS(kind))));
    if (case_id.at) {
        value_set(arena, attributes, "dpl.core.data_subject_id", value_text(arena, case_id));
        value_set(arena, attributes, "dpl.core.data_subject_id_type", value_string(arena, "urn:covenant:case"));
    }
    value_set(arena, resource, "name", value_string(arena, "covenantd"));
    if (member_text(record, "edition").at)
        value_set(arena, resource, "edition", value_text(arena, member_text(record, "edition")));
    value_set(arena, line, "trace_id", value_text(arena, id));
    value_set(arena, line, "span_id", value_text(arena, text_slice(id, id.length > 16 ? id.length - 16 : 0, id.length)));
    value_set(arena, line, "status", value_string(arena, "Ok"));
    value_set(arena, line, "name", value_text(arena, kind));
    value_set(arena, line, "start_time", value_text(arena, member_text(record, "time")));
    value_set(arena, line, "end_time", value_text(arena, member_text(record, "time")));
    value_set(arena, line, "attributes", attributes);
    struct value *object = value_object(arena);
    value_set(arena, object, "attributes", resource);
    value_set(arena, line, "resource", object);
    terminal_put(&listing->command->out, STYLE_PLAIN, json_write(arena, line));
    terminal_line(&listing->command->out);
}

/* ---- for people ---- */

static void add_row(struct listing *listing, struct table *table, const struct value *record)
{
    static const char *const shown[] = {"time", "log", "index", "kind", "case", "on", "id"};
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
    table_init(&table, command->arena, 7);
    for (size_t i = 0; i < list_count(records) && listing->left != 0 && !listing->past_end; i++) {
        const struct value *record = records->items[i];
        if (!is_wanted(listing, record))
            continue;
        if (listing->format == FORMAT_CSV)
            print_csv(listing, record);
        else if (listing->format == FORMAT_LDV)
            print_ldv(listing, record);
        else
            add_row(listing, &table, record);
        listing->left -= listing->left > 0;
        listing->count++;
    }
    table_print(&table, &command->out, 0);
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
        asking.silent = listing->format != FORMAT_TABLE;
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
        if (reply && !(option_given(command, OPTION_JSON) && listing->format == FORMAT_TABLE))
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
    *listing = (struct listing){.command = command, .left = limit ? strtoll(limit, NULL, 10) : -1};
    while (format && listing->format < FORMAT_COUNT && strcmp(format, format_names[listing->format]) != 0)
        listing->format++;
    if (listing->format == FORMAT_COUNT) {
        *code = complain(command, EXIT_USE, "`--format` is `table`, `csv` or `ldv`, found `%s`", format);
        return false;
    }
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
    for (size_t i = 0; i < logs.count && code == EXIT_ANSWERED && listing.left != 0; i++)
        code = list_log(&listing, logs.items[i]);
    if (code == EXIT_ANSWERED && listing.format == FORMAT_CSV && !listing.begun)
        print_csv(&listing, NULL);
    return code;
}
