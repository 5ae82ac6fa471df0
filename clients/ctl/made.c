#include "made.h"

#include "base/files.h"

#include <stdio.h>
#include <string.h>

/* A page is for people: this is far more than one reads. */
#define PAGE_BYTES_MAX ((size_t)16 << 20)

/* The line that begins with `mark`, from `at` on: where it starts and where the next one does. */
static bool find_line(struct text page, size_t at, struct text mark, size_t *start, size_t *end)
{
    while (at < page.length) {
        const char *newline = memchr(page.at + at, '\n', page.length - at);
        size_t next = newline ? (size_t)(newline - page.at) + 1 : page.length;
        if (next - at >= mark.length && memcmp(page.at + at, mark.at, mark.length) == 0) {
            *start = at;
            *end = next;
            return true;
        }
        at = next;
    }
    return false;
}

/* Beside the file first, and then in its place: a page is never half written. */
static enum exit_code replace(struct command *command, const char *path, struct text page)
{
    const char *beside = text_string(command->arena, text_format(command->arena, "%s.new", path));
    FILE *file = fopen(beside, "wb");
    if (!file)
        return complain(command, EXIT_NO_FILE, "cannot write `%s`", beside);
    bool good = fwrite(page.at, 1, page.length, file) == page.length;
    good &= fclose(file) == 0;
    if (good && rename(beside, path) == 0)
        return EXIT_ANSWERED;
    remove(beside);
    return complain(command, EXIT_NO_FILE, "cannot write `%s`", path);
}

enum exit_code made_write(struct command *command, const char *path, const char *maker, struct text line,
                          struct text body)
{
    struct arena *arena = command->arena;
    struct text mark = text_format(arena, "<!-- made by: %s", maker), last = text_format(arena, "<!-- end: %s", maker);
    struct fault fault = {0};
    struct text page;
    size_t start, begun, end, after;
    if (!file_read(arena, path, PAGE_BYTES_MAX, &page, &fault))
        return complain(command, EXIT_NO_FILE, "%s", fault.message);
    if (!find_line(page, 0, mark, &start, &begun) || !find_line(page, begun, last, &end, &after))
        return complain(command, EXIT_USE, "`%s` has no line that begins with `%.*s` and one with `%.*s` after it", path,
                        TEXT_ARGS(mark), TEXT_ARGS(last));
    struct buffer written;
    buffer_init(&written, arena);
    buffer_add(&written, text_slice(page, 0, start));
    buffer_format(&written, "<!-- made by: %.*s -->\n", TEXT_ARGS(line));
    buffer_add(&written, body);
    buffer_add(&written, text_slice(page, end, page.length));
    return replace(command, path, buffer_text(&written));
}
