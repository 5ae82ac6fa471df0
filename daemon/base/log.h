/*
 * The log of running: one line per event on standard error, `key=value` with quotes where a value needs them.
 *
 *     2026-11-22T10:15:00+01:00 info serving endpoint="tcp://127.0.0.1:5740" edition="sha256:..."
 *
 * No personal data, ever: a line carries names from the program, counts, digests, endpoints and paths; never a case,
 * a fact, a request's id or its bytes. What somebody decided stands in the journal, and only there.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stddef.h>

enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

struct log_field {
    const char *name;
    const char *text; /* NULL: `number` counts */
    long long number;
};

#define LOG_TEXT(name, text) ((struct log_field){(name), (text), 0})
#define LOG_NUMBER(name, number) ((struct log_field){(name), NULL, (number)})

/* `event` is one word of ours: "serving", "rules_refused". Written at once, in one piece; cut at 1000 bytes. */
void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t count);

#define LOG_EVENT(level, event, ...)                                                                                 \
    log_event((level), (event), (const struct log_field[]){__VA_ARGS__},                                            \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

#endif
