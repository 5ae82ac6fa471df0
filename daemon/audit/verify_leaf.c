#include "audit/verify_leaf.h"

#include <stddef.h>

/* What is left of the leaf. */
struct scan {
    const char *at, *end;
};

static bool next_is(struct scan *scan, char byte)
{
    if (scan->at == scan->end || *scan->at != byte)
        return false;
    scan->at++;
    return true;
}

/* A text in quotes; `*plain` when it has no escape in it. */
static bool scan_text(struct scan *scan, struct text *text, bool *plain)
{
    if (!next_is(scan, '"'))
        return false;
    const char *from = scan->at;
    *plain = true;
    for (; scan->at < scan->end && *scan->at != '"'; scan->at++) {
        if ((unsigned char)*scan->at < 0x20)
            return false;
        if (*scan->at != '\\')
            continue;
        *plain = false;
        if (++scan->at == scan->end)
            return false;
    }
    *text = (struct text){from, (size_t)(scan->at - from)};
    return next_is(scan, '"');
}

/* Over one value: texts as such, so that brackets in them do not count. */
static bool skip_value(struct scan *scan)
{
    struct text text;
    bool plain;
    int depth = 0;
    const char *from = scan->at;
    while (scan->at < scan->end) {
        char byte = *scan->at;
        if (depth == 0 && scan->at > from && (byte == ',' || byte == '}'))
            return true;
        if (byte == '"') {
            if (!scan_text(scan, &text, &plain))
                return false;
            continue;
        }
        if (byte == '{' || byte == '[')
            depth++;
        if ((byte == '}' || byte == ']') && --depth < 0)
            return false;
        scan->at++;
    }
    return false;
}

bool leaf_view_read(struct text leaf, struct leaf_view *view)
{
    *view = (struct leaf_view){0};
    struct scan scan = {leaf.at, leaf.at + leaf.length};
    if (leaf.length == 0 || !text_is_utf8(leaf) || !next_is(&scan, '{'))
        return false;
    do {
        struct text name, value;
        bool plain;
        if (!scan_text(&scan, &name, &plain) || !next_is(&scan, ':'))
            return false;
        struct text *wanted = text_is(name, "log") ? &view->log : text_is(name, "time") ? &view->time : NULL;
        if (!wanted) {
            if (!skip_value(&scan))
                return false;
        } else if (wanted->at || !scan_text(&scan, &value, &plain)) {
            return false;
        } else if (plain) {
            *wanted = value;
        }
    } while (next_is(&scan, ','));
    return next_is(&scan, '}') && scan.at == scan.end;
}
