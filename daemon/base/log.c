#include "base/log.h"

#include "base/date.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const level_names[] = {[LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_ERROR] = "error"};

struct line {
    char bytes[1000];
    size_t length;
};

static void put(struct line *line, char byte)
{
    if (line->length < sizeof line->bytes - 1) /* room for the end of the line */
        line->bytes[line->length++] = byte;
}

static void put_string(struct line *line, const char *string)
{
    while (*string)
        put(line, *string++);
}

/* In quotes; control characters, which could forge a line, become spaces. */
static void put_quoted(struct line *line, const char *string)
{
    put(line, '"');
    for (; *string; string++) {
        if (*string == '"' || *string == '\\')
            put(line, '\\');
        put(line, (unsigned char)*string < 0x20 || *string == 0x7F ? ' ' : *string);
    }
    put(line, '"');
}

void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
    struct arena arena;
    arena_init(&arena);
    struct line line = {.length = 0};
    put_string(&line, text_string(&arena, moment_text(&arena, moment_now())));
    put(&line, ' ');
    put_string(&line, level_names[level]);
    put(&line, ' ');
    put_string(&line, event);
    for (size_t i = 0; i < count; i++) {
        put(&line, ' ');
        put_string(&line, fields[i].name);
        put(&line, '=');
        if (fields[i].text) {
            put_quoted(&line, fields[i].text);
        } else {
            char number[24];
            snprintf(number, sizeof number, "%lld", fields[i].number);
            put_string(&line, number);
        }
    }
    line.bytes[line.length++] = '\n';
    arena_finish(&arena);
    /* A log that cannot be written must not stop what it tells of. */
    ssize_t written = write(STDERR_FILENO, line.bytes, line.length);
    (void)written;
}
