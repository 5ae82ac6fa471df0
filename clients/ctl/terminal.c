#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *const style_codes[] = {
    [STYLE_PLAIN] = "",       [STYLE_BOLD] = "\033[1m",  [STYLE_DIM] = "\033[2m",     [STYLE_GOOD] = "\033[32m",
    [STYLE_BAD] = "\033[31m", [STYLE_OPEN] = "\033[33m", [STYLE_HEADING] = "\033[1m",
};

#define WIDTH_DEFAULT 80
#define WIDTH_LEAST 40 /* narrower and a table cannot be read */
#define WIDTH_MOST 120 /* wider and a sentence cannot */

void terminal_init(struct terminal *terminal, struct arena *arena, FILE *out, enum colour colour)
{
    bool is_terminal = isatty(fileno(out)) == 1;
    const char *no_colour = getenv("NO_COLOR"), *kind = getenv("TERM");
    bool wanted = is_terminal && !(no_colour && *no_colour) && !(kind && strcmp(kind, "dumb") == 0);
    *terminal =
        (struct terminal){arena, out, colour == COLOUR_ALWAYS || (colour == COLOUR_AUTO && wanted), WIDTH_DEFAULT};
    struct winsize size;
    if (is_terminal && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col)
        terminal->width = size.ws_col;
    if (terminal->width < WIDTH_LEAST)
        terminal->width = WIDTH_LEAST;
    if (terminal->width > WIDTH_MOST)
        terminal->width = WIDTH_MOST;
}

static unsigned decode(struct text text, size_t at, size_t *length)
{
    unsigned char lead = (unsigned char)text.at[at];
    *length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (*length > text.length - at)
        *length = 1;
    unsigned code = *length == 1 ? lead : lead & (0xFFu >> (*length + 1));
    for (size_t i = 1; i < *length; i++)
        code = code << 6 | ((unsigned char)text.at[at + i] & 0x3F);
    return code;
}

/* Combining marks and joiners take no cell; East Asian wide and emoji take two (Unicode's EastAsianWidth, W and F). */
static size_t code_width(unsigned code)
{
    static const struct {
        unsigned from, to;
        size_t width;
    } ranges[] = {{0x0300, 0x036F, 0},   {0x1100, 0x115F, 2},  {0x1AB0, 0x1AFF, 0}, {0x1DC0, 0x1DFF, 0},
                  {0x200B, 0x200F, 0},   {0x20D0, 0x20FF, 0},  {0x2E80, 0x303E, 2}, {0x3041, 0xA4CF, 2},
                  {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},  {0xFE00, 0xFE0F, 0}, {0xFE20, 0xFE2F, 0},
                  {0xFE30, 0xFE6F, 2},   {0xFF00, 0xFF60, 2},  {0xFFE0, 0xFFE6, 2}, {0x1F300, 0x1F64F, 2},
                  {0x1F900, 0x1F9FF, 2}, {0x20000, 0x3FFFD, 2}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i].from && code <= ranges[i].to)
            return ranges[i].width;
    return 1;
}

size_t text_width(struct text text)
{
    size_t width = 0;
    for (size_t i = 0, length; i < text.length; i += length)
        width += code_width(decode(text, i, &length));
    return width;
}

static void style_begin(struct terminal *terminal, enum style style)
{
    if (terminal->colour && style != STYLE_PLAIN)
        fputs(style_codes[style], terminal->out);
}

static void style_end(struct terminal *terminal, enum style style)
{
    if (terminal->colour && style != STYLE_PLAIN)
        fputs("\033[0m", terminal->out);
}

void terminal_put(struct terminal *terminal, enum style style, struct text text)
{
    if (text.length == 0)
        return;
    style_begin(terminal, style);
    fwrite(text.at, 1, text.length, terminal->out);
    style_end(terminal, style);
}

void terminal_print(struct terminal *terminal, enum style style, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    terminal_put(terminal, style, text_format_list(terminal->arena, format, list));
    va_end(list);
}

void terminal_line(struct terminal *terminal)
{
    fputc('\n', terminal->out);
}

void terminal_fill(struct terminal *terminal, enum style style, size_t column, size_t indent, struct text text)
{
    size_t used = column, from = 0;
    bool begun = false; /* a word stands on this line */
    style_begin(terminal, style);
    while (from < text.length) {
        size_t to = from;
        while (to < text.length && text.at[to] != ' ')
            to++;
        struct text word = text_slice(text, from, to);
        from = to + 1;
        if (word.length == 0)
            continue;
        size_t width = text_width(word);
        if (begun && used + 1 + width > terminal->width) {
            style_end(terminal, style); /* so that the margin is not coloured */
            fprintf(terminal->out, "\n%*s", (int)indent, "");
            style_begin(terminal, style);
            used = indent;
            begun = false;
        }
        fprintf(terminal->out, "%s%.*s", begun ? " " : "", TEXT_ARGS(word));
        used += width + begun;
        begun = true;
    }
    style_end(terminal, style);
    terminal_line(terminal);
}

void terminal_paragraph(struct terminal *terminal, enum style style, size_t indent, struct text text)
{
    fprintf(terminal->out, "%*s", (int)indent, "");
    terminal_fill(terminal, style, indent, indent, text);
}

void table_init(struct table *table, struct arena *arena, size_t columns)
{
    *table = (struct table){.arena = arena, .columns = columns};
}

struct row *table_add(struct table *table)
{
    return arena_push(table->arena, &table->rows, &table->count, &table->capacity, sizeof *table->rows);
}

static void print_row(const struct row *row, const size_t *widths, size_t columns, struct terminal *terminal,
                      size_t indent)
{
    size_t column = indent;
    fprintf(terminal->out, "%*s", (int)indent, "");
    for (size_t i = 0; i + 1 < columns; i++) {
        int space = (int)(widths[i] - text_width(row->cells[i].text));
        if (row->cells[i].right)
            fprintf(terminal->out, "%*s", space, "");
        terminal_put(terminal, row->cells[i].style, row->cells[i].text);
        fprintf(terminal->out, "%*s  ", row->cells[i].right ? 0 : space, "");
        column += widths[i] + 2;
    }
    terminal_fill(terminal, row->cells[columns - 1].style, column, column, row->cells[columns - 1].text);
    if (row->note.length)
        terminal_paragraph(terminal, STYLE_DIM, indent + 4, row->note);
}

void table_print(const struct table *table, struct terminal *terminal, size_t indent)
{
    size_t widths[TABLE_COLUMNS_MAX] = {0};
    for (size_t i = 0; i < table->count; i++)
        for (size_t j = 0; j < table->columns; j++) {
            size_t width = text_width(table->rows[i].cells[j].text);
            if (width > widths[j])
                widths[j] = width;
        }
    for (size_t i = 0; i < table->count; i++)
        print_row(&table->rows[i], widths, table->columns, terminal, indent);
}
