#include "place.h"

static size_t skip_space(struct text text, size_t at)
{
    while (at < text.length &&
           (text.at[at] == ' ' || text.at[at] == '\t' || text.at[at] == '\n' || text.at[at] == '\r'))
        at++;
    return at;
}

static size_t skip_string(struct text text, size_t at)
{
    for (at++; at < text.length && text.at[at] != '"'; at++)
        if (text.at[at] == '\\')
            at++;
    return at < text.length ? at + 1 : text.length;
}

/* Past a value; brackets are counted, for the text is known to be well formed. */
static size_t skip_value(struct text text, size_t at)
{
    size_t depth = 0;
    while (at < text.length) {
        char byte = text.at[at];
        if (byte == '"') {
            at = skip_string(text, at);
        } else if (byte == '{' || byte == '[') {
            depth++;
            at++;
        } else if (byte == '}' || byte == ']') {
            if (depth == 0)
                return at;
            depth--;
            at++;
        } else if (depth == 0 && (byte == ',' || byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t')) {
            return at;
        } else {
            at++;
            continue;
        }
        if (depth == 0)
            return at;
    }
    return at;
}

/* The steps of a pointer, `~1` and `~0` undone. */
static bool step_is(struct text step, struct text name)
{
    size_t j = 0;
    for (size_t i = 0; i < step.length; i++, j++) {
        char byte = step.at[i];
        if (byte == '~' && i + 1 < step.length)
            byte = step.at[++i] == '1' ? '/' : '~';
        if (j >= name.length || name.at[j] != byte)
            return false;
    }
    return j == name.length;
}

/* The member or item of the container that begins at `at`; false when there is none of that name. */
static bool descend(struct text text, size_t at, struct text step, struct stretch *found, size_t *value)
{
    bool object = text.at[at] == '{';
    if (!object && text.at[at] != '[')
        return false;
    long long wanted = 0, index = 0;
    if (!object && !text_to_integer(step, &wanted))
        return false;
    for (at = skip_space(text, at + 1); at < text.length && text.at[at] != '}' && text.at[at] != ']'; index++) {
        size_t start = at;
        struct text name = {0};
        if (object) {
            size_t end = skip_string(text, at);
            name = text_slice(text, at + 1, end - 1);
            at = skip_space(text, skip_space(text, end) + 1);
        }
        size_t end = skip_value(text, at);
        if (object ? step_is(step, name) : index == wanted) {
            *found = (struct stretch){start, end};
            *value = at;
            return true;
        }
        at = skip_space(text, end);
        if (at < text.length && text.at[at] == ',')
            at = skip_space(text, at + 1);
    }
    return false;
}

struct stretch json_stretch(struct text text, struct text pointer)
{
    size_t value = skip_space(text, 0), at = 0;
    struct stretch found = {value, value + 1}; /* of the whole: its first bracket */
    while (at < pointer.length && pointer.at[at] == '/') {
        size_t end = at + 1;
        while (end < pointer.length && pointer.at[end] != '/')
            end++;
        if (value >= text.length || !descend(text, value, text_slice(pointer, at + 1, end), &found, &value))
            break;
        at = end;
    }
    return found;
}

struct text line_at(struct text text, size_t offset, size_t *line, size_t *column)
{
    size_t start = 0;
    *line = 1;
    for (size_t i = 0; i < offset && i < text.length; i++)
        if (text.at[i] == '\n') {
            start = i + 1;
            ++*line;
        }
    *column = 1;
    for (size_t i = start; i < offset && i < text.length; i++)
        *column += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    size_t end = start;
    while (end < text.length && text.at[end] != '\n' && text.at[end] != '\r')
        end++;
    return text_slice(text, start, end);
}
