#include "base/finding.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void findings_init(struct findings *findings, struct arena *arena)
{
    *findings = (struct findings){.arena = arena};
}

static bool same_place(struct place a, struct place b)
{
    return a.line == b.line && a.column == b.column && (a.file == b.file || (a.file && b.file && text_equal(a.file->path, b.file->path)));
}

void findings_add(struct findings *findings, enum severity severity, const char *code, struct place place,
                  size_t width, const char *format, ...)
{
    for (size_t i = 0; i < findings->count; i++)
        if (place.line && same_place(findings->items[i].place, place) && strcmp(findings->items[i].code, code) == 0)
            return;
    va_list list;
    va_start(list, format);
    struct finding *finding =
        arena_push(findings->arena, &findings->items, &findings->count, &findings->capacity, sizeof *finding);
    *finding = (struct finding){severity, code, place, text_format_list(findings->arena, format, list), width ? width : 1};
    va_end(list);
    findings->errors += severity == SEVERITY_ERROR;
}

static int by_place(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    struct text path_a = a->place.file ? a->place.file->path : (struct text){0};
    struct text path_b = b->place.file ? b->place.file->path : (struct text){0};
    int order = text_compare(path_a, path_b);
    if (order)
        return order;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column)
        return a->place.column < b->place.column ? -1 : 1;
    return text_compare(a->message, b->message);
}

void findings_sort(struct findings *findings)
{
    if (findings->count)
        qsort(findings->items, findings->count, sizeof *findings->items, by_place);
}

struct text place_line(struct place place)
{
    if (!place.file || !place.line)
        return (struct text){0};
    struct text text = place.file->text;
    size_t start = 0;
    for (size_t line = 1; line < place.line; line++) {
        const char *end = start < text.length ? memchr(text.at + start, '\n', text.length - start) : NULL;
        if (!end)
            return (struct text){0};
        start = (size_t)(end - text.at) + 1;
    }
    const char *end = start < text.length ? memchr(text.at + start, '\n', text.length - start) : NULL;
    struct text line = text_slice(text, start, end ? (size_t)(end - text.at) : text.length);
    if (line.length && line.at[line.length - 1] == '\r')
        line.length--;
    return line;
}

struct text place_source(struct arena *arena, struct place place)
{
    return text_mended(arena, place_line(place), SOURCE_LINE_MAX);
}

struct place place_after(struct place place, size_t characters)
{
    place.column += characters;
    return place;
}

/* The source line with a caret below; control characters are kept out of the terminal. */
static void print_line(struct arena *arena, const struct finding *finding, FILE *out)
{
    struct text line = place_source(arena, finding->place);
    if (line.length == 0)
        return;
    fputs("    ", out);
    for (size_t i = 0; i < line.length; i++) {
        unsigned char byte = (unsigned char)line.at[i];
        fputc(byte < 0x20 || byte == 0x7F ? ' ' : byte, out);
    }
    fputc('\n', out);
    if (finding->place.column > text_characters(line) + 1)
        return; /* past where the line was cut */
    fprintf(out, "    %*s^", (int)(finding->place.column ? finding->place.column - 1 : 0), "");
    for (size_t i = 1; i < finding->width; i++)
        fputc('~', out);
    fputc('\n', out);
}

void findings_print(const struct findings *findings, const char *prefix, FILE *out)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        if (finding->place.file)
            fprintf(out, "%s%.*s:%zu:%zu: ", prefix, TEXT_ARGS(finding->place.file->path),
                    finding->place.line ? finding->place.line : 1, finding->place.column ? finding->place.column : 1);
        fprintf(out, "%s: %.*s [%s]\n", finding->severity == SEVERITY_ERROR ? "error" : "warning",
                TEXT_ARGS(finding->message), finding->code);
        print_line(findings->arena, finding, out);
    }
}
