#include "audit_table.h"

#include "audit/record.h"
#include "base/json.h"
#include "engine/edition.h"
#include "show.h"

#include <string.h>

enum table_format table_format_of(const char *name)
{
    static const char *const names[TABLE_COUNT] = {[TABLE_JSONL] = "jsonl", [TABLE_CSV] = "csv", [TABLE_LDV] = "ldv"};
    size_t format = 0;
    while (format < TABLE_COUNT && strcmp(name, names[format]) != 0)
        format++;
    return (enum table_format)format;
}

/* ---- csv ---- */

static const struct {
    const char *member, *nl, *en;
} columns[] = {
    {"log", "logboek", "log"},   {"index", "nummer", "index"}, {"time", "tijd", "time"},
    {"kind", "soort", "kind"},   {"case", "zaak", "case"},     {"on", "naar de stand van", "as of"},
    {"client", "client", "client"}, {"id", "record", "record"},   {"edition", "editie", "edition"},
};
#define COLUMNS (sizeof columns / sizeof *columns)

/* A spreadsheet runs what begins so: the apostrophe makes it text. */
static bool is_formula(struct text text)
{
    return text.length > 0 && strchr("=+-@\t\r\n|%", text.at[0]);
}

static void csv_cell(struct buffer *line, struct text text)
{
    buffer_add_byte(line, '"');
    if (is_formula(text))
        buffer_add_byte(line, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '"')
            buffer_add_byte(line, '"');
        buffer_add_byte(line, text.at[i]);
    }
    buffer_add_byte(line, '"');
}

static void csv_line(struct table_writing *writing, const struct value *heading)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct value *member = value_get(heading, columns[i].member);
        if (i)
            buffer_add_byte(&writing->text, ';');
        if (member && member->kind == VALUE_INTEGER)
            buffer_format(&writing->text, "%lld", member->integer);
        else
            csv_cell(&writing->text, member_text(heading, columns[i].member));
    }
    buffer_add_string(&writing->text, "\r\n");
}

/* ---- ldv ---- */

/* 16 bytes of trace and 8 of span, in hex as W3C Trace Context writes them: both are of the record's UUID. */
static struct text hex_of(struct arena *arena, struct text id, size_t from)
{
    struct buffer hex;
    buffer_init(&hex, arena);
    for (size_t i = 0; i < id.length; i++)
        if (id.at[i] != '-')
            buffer_add_byte(&hex, id.at[i]);
    return text_slice(buffer_text(&hex), from < hex.length ? from : hex.length, hex.length);
}

/* The standard logs what is done with personal data: not that a daemon started, or rules were loaded. */
static bool is_processing(struct text kind)
{
    static const enum record_kind kinds[] = {RECORD_DECISION, RECORD_CONFIRMATION, RECORD_HOLD, RECORD_ERASURE,
                                             RECORD_ACCESS};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_is(kind, record_kind_names[kinds[i]]))
            return true;
    return false;
}

static void ldv_line(struct table_writing *writing, const struct value *heading)
{
    if (!is_processing(member_text(heading, "kind")))
        return;
    struct arena *arena = writing->text.arena;
    struct value *line = value_object(arena), *attributes = value_object(arena), *resource = value_object(arena);
    struct value *about = value_object(arena);
    struct text id = member_text(heading, "id"), subject = member_text(heading, "case");
    struct moment moment = {0};
    struct date date;
    bool timed = moment_parse(member_text(heading, "time"), &moment, &date);
    long long milliseconds = timed ? (long long)moment.second * 1000 : 0;
    value_set(arena, about, "service.name", value_string(arena, "covenantd"));
    value_set(arena, about, "service.version", value_string(arena, ENGINE_VERSION));
    value_set(arena, resource, "attributes", about);
    value_set(arena, attributes, "dpl.core.processing_activity_id", value_text(arena, writing->activity));
    if (subject.length) {
        value_set(arena, attributes, "dpl.core.data_subject_id", value_text(arena, subject));
        value_set(arena, attributes, "dpl.core.data_subject_id_type", value_string(arena, "zaaknummer"));
    }
    value_set(arena, line, "trace_id", value_text(arena, hex_of(arena, id, 0)));
    value_set(arena, line, "span_id", value_text(arena, hex_of(arena, id, 16)));
    value_set(arena, line, "status_code", value_string(arena, "STATUS_CODE_OK"));
    value_set(arena, line, "name", value_text(arena, member_text(heading, "kind")));
    value_set(arena, line, "start_time", value_integer(arena, milliseconds));
    value_set(arena, line, "end_time", value_integer(arena, milliseconds));
    value_set(arena, line, "resource", resource);
    value_set(arena, line, "attributes", attributes);
    buffer_add(&writing->text, json_write(arena, line));
    buffer_add_byte(&writing->text, '\n');
}

/* ---- any ---- */

void table_begin(struct table_writing *writing, struct arena *arena)
{
    buffer_init(&writing->text, arena);
    if (writing->format != TABLE_CSV)
        return;
    buffer_add_string(&writing->text, "\xEF\xBB\xBF");
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i)
            buffer_add_byte(&writing->text, ';');
        csv_cell(&writing->text, text_of(writing->language == LANGUAGE_NL ? columns[i].nl : columns[i].en));
    }
    buffer_add_string(&writing->text, "\r\n");
}

void table_line(struct table_writing *writing, const struct value *heading)
{
    if (writing->format == TABLE_CSV) {
        csv_line(writing, heading);
    } else if (writing->format == TABLE_LDV) {
        ldv_line(writing, heading);
    } else {
        buffer_add(&writing->text, json_write(writing->text.arena, heading));
        buffer_add_byte(&writing->text, '\n');
    }
}
