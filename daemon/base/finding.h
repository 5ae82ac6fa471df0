/*
 * Findings: what is wrong in somebody's rule files. Checks collect all of them; each says where, what was found, and
 * what was expected. One mistake is one finding.
 *
 * A source file's text lives in the arena of the load; a place points into it.
 */
#ifndef BASE_FINDING_H
#define BASE_FINDING_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct source_file {
    struct text path; /* below the rules folder, with `/`: "almere/2022/covenant.yaml" */
    struct text text;
};

/* Lines and columns count from 1; a column counts characters, not bytes. A zeroed place is "nowhere". */
struct place {
    const struct source_file *file;
    size_t line, column;
};

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct finding {
    enum severity severity;
    const char *code; /* stable: "unknown_name"; `covenant explain CODE` tells more */
    struct place place;
    struct text message;
    size_t width; /* characters that the caret underlines; at least 1 */
};

struct findings {
    struct arena *arena;
    struct finding *items;
    size_t count, capacity;
    size_t errors; /* how many of them are errors */
};

void findings_init(struct findings *findings, struct arena *arena);
/* Adds one; the same code at the same place is added once (a section that two versions share is read twice). */
void findings_add(struct findings *findings, enum severity severity, const char *code, struct place place,
                  size_t width, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* By file, line and column, so that the same mistakes give the same bytes. */
void findings_sort(struct findings *findings);
/* The line of the source a place stands in, without its end; empty when there is none. */
struct text place_line(struct place place);
/* The same as it is shown: UTF-8 whatever the file is, and not longer than SOURCE_LINE_MAX. */
struct text place_source(struct arena *arena, struct place place);
/* The place `characters` further on the same line. */
struct place place_after(struct place place, size_t characters);
/* `FILE:LINE:COLUMN: error: MESSAGE [CODE]`, the source line and a caret, each finding; `prefix` stands before FILE. */
void findings_print(const struct findings *findings, const char *prefix, FILE *out);

#endif
