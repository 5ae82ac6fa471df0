/*
 * Headings of records as other programs want them, a line each; what `history` gives of a record is what goes in.
 *
 *     jsonl  the heading as it is, canonical JSON
 *     csv    for spreadsheets: UTF-8 with its mark, semicolons and CRLF, as a Dutch Excel opens it by itself; a cell that
 *            would be taken for a formula is made text by an apostrophe
 *     ldv    log lines as the standard Logboek Dataverwerkingen (Logius) names their fields, as JSON: trace_id and
 *            span_id from the record's id, status_code, name, start_time and end_time in milliseconds, resource, and of
 *            `dpl.core` the processing activity and, as a pseudonym, the case
 */
#ifndef CTL_AUDIT_TABLE_H
#define CTL_AUDIT_TABLE_H

#include "base/value.h"
#include "engine/words.h"

enum table_format { TABLE_JSONL, TABLE_CSV, TABLE_LDV, TABLE_COUNT };
/* TABLE_COUNT for none of them. */
enum table_format table_format_of(const char *name);

/* `activity`: where the register of processing activities tells of this one; of ldv. */
struct table_writing {
    enum table_format format;
    enum language language;
    struct text activity;
    struct buffer text;
};
void table_begin(struct table_writing *writing, struct arena *arena);
void table_line(struct table_writing *writing, const struct value *heading);

#endif
