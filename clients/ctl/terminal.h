/*
 * Writing for people: colour on a terminal only, lines filled to its width (80 when there is none), columns that align
 * also where characters are wide or combine.
 */
#ifndef CTL_TERMINAL_H
#define CTL_TERMINAL_H

#include "base/text.h"

#include <stdio.h>

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_BAD, STYLE_OPEN, STYLE_HEADING };
enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct terminal {
    struct arena *arena;
    FILE *out;
    bool colour;
    size_t width;
};

/* NO_COLOR in the environment counts as never, unless colour was asked for. */
void terminal_init(struct terminal *terminal, struct arena *arena, FILE *out, enum colour colour);
/* Cells that a text takes on the screen. */
size_t text_width(struct text text);
/* A piece of a line, as it stands. */
void terminal_put(struct terminal *terminal, enum style style, struct text text);
void terminal_print(struct terminal *terminal, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Fills `text` from column `column`, where the cursor is; further lines begin at `indent`. Ends the line. */
void terminal_fill(struct terminal *terminal, enum style style, size_t column, size_t indent, struct text text);
/* `indent` spaces, then the text filled to the width. */
void terminal_paragraph(struct terminal *terminal, enum style style, size_t indent, struct text text);
void terminal_line(struct terminal *terminal); /* an empty line */

/* Columns: every cell is as wide as the widest of its column; the last one is filled to the terminal's width. */
#define TABLE_COLUMNS_MAX 8

struct cell {
    struct text text;
    enum style style;
    bool right; /* numbers */
};

struct row {
    struct cell cells[TABLE_COLUMNS_MAX];
    struct text note; /* a line of its own below, dimmed; absent for none */
};

struct table {
    struct arena *arena;
    size_t columns;
    struct row *rows;
    size_t count, capacity;
};

void table_init(struct table *table, struct arena *arena, size_t columns);
struct row *table_add(struct table *table);
void table_print(const struct table *table, struct terminal *terminal, size_t indent);

#endif
