#include "base/json.h"
#include "base/limits.h"

#include <jansson.h>

#include <assert.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Reading ---- */

static struct value *fail(struct json_error *error, struct text text, size_t position, const char *message)
{
    if (position > text.length)
        position = text.length;
    error->line = 1;
    error->column = position ? position : 1;
    for (size_t i = 0; i + 1 < position; i++) {
        if (text.at[i] == '\n') {
            error->line++;
            error->column = position - i - 1;
        }
    }
    snprintf(error->message, sizeof error->message, "%s", message);
    return NULL;
}

/* The byte after the string that begins at `at`; the text's end when the string has none. */
static size_t after_string(struct text text, size_t at)
{
    for (size_t i = at + 1; i < text.length; i++) {
        if (text.at[i] == '\\')
            i++;
        else if (text.at[i] == '"')
            return i + 1;
    }
    return text.length;
}

/* Where the text nests deeper than DEPTH_MAX: counted before jansson recurses. The text's length when nowhere. */
static size_t too_deep_at(struct text text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.length;) {
        char byte = text.at[i];
        if (byte == '"') {
            i = after_string(text, i);
            continue;
        }
        if (byte == '{' || byte == '[') {
            if (++depth > DEPTH_MAX)
                return i;
        } else if ((byte == '}' || byte == ']') && depth) {
            depth--;
        }
        i++;
    }
    return text.length;
}

/* What jansson says, cut in two: `'}' expected near 'x'` is words "`}` expected" and found "x". */
struct complaint {
    char words[JSON_ERROR_TEXT_LENGTH];
    char found[JSON_ERROR_TEXT_LENGTH];
};

static void complaint_read(struct complaint *complaint, const char *text)
{
    const char *near = strstr(text, " near '");
    size_t length = near ? (size_t)(near - text) : strlen(text);
    snprintf(complaint->words, sizeof complaint->words, "%.*s", (int)length, text);
    snprintf(complaint->found, sizeof complaint->found, "%s", near ? near + strlen(" near '") : "");
    size_t end = strlen(complaint->found);
    if (end && complaint->found[end - 1] == '\'')
        complaint->found[end - 1] = '\0';
    for (char *at = complaint->words; *at; at++)
        if (*at == '\'')
            *at = '`';
    for (char *at = complaint->found; *at; at++)
        if ((unsigned char)*at < 0x20)
            *at = ' ';
    if (!text_is_utf8(text_of(complaint->found))) /* it may stop in the middle of a character */
        complaint->found[0] = '\0';
}

static void syntax_message(const char *text, char *message, size_t size)
{
    static const struct {
        const char *words, *before, *after; /* how jansson's words begin; ours, around what was found */
        const char *unnamed;                /* ours when it does not say what: it leaves out what is long */
    } known[] = {
        {"duplicate object key", "found the name ", " twice in one object, expected it once",
         "found a name twice in one object, expected it once"},
        {"unexpected token", "found `", "`, expected a value", "expected a value"},
        {"invalid token", "found `", "`, which is no JSON", "found a word that is no JSON"},
        {"control character", "found a control character after `", "`, expected an escape such as `\\n`",
         "found a control character in a string, expected an escape such as `\\n`"},
        {"invalid escape", "found an unknown escape at the end of `", "`", "found an unknown escape in a string"},
        {"invalid Unicode", "found half a surrogate pair in `", "`, expected a character",
         "found half a surrogate pair in a string, expected a character"},
    };
    struct complaint complaint;
    complaint_read(&complaint, text);
    bool named = complaint.found[0] != '\0';
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strncmp(complaint.words, known[i].words, strlen(known[i].words)) == 0) {
            snprintf(message, size, "%s%s%s", named ? known[i].before : known[i].unnamed, complaint.found,
                     named ? known[i].after : "");
            return;
        }
    }
    char *expected = strstr(complaint.words, " expected");
    if (expected)
        *expected = '\0';
    if (expected && named)
        snprintf(message, size, "found `%s`, expected %s", complaint.found, complaint.words);
    else
        snprintf(message, size, "%s%s", expected ? "expected " : "", complaint.words);
}

static struct value *fail_as_parser(struct json_error *error, struct text text, const json_error_t *parser)
{
    size_t position = parser->position > 0 ? (size_t)parser->position : 0;
    switch ((int)json_error_code(parser)) {
    case json_error_invalid_utf8:
        return fail(error, text, position, "found bytes that are no text, expected UTF-8");
    case json_error_premature_end_of_input:
        return fail(error, text, position, "the text ends before its JSON does");
    case json_error_end_of_input_expected:
        return fail(error, text, position, "found more after the JSON, expected one document and nothing after it");
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return fail(error, text, position, "found a NUL character in a name, which no name has");
    case json_error_numeric_overflow:
        return fail(error, text, position,
                    "found a number that is too large, expected one of at most 308 digits");
    default:
        break;
    }
    char message[sizeof error->message];
    syntax_message(parser->text, message, sizeof message);
    return fail(error, text, position, message);
}

/* The tree being copied, and where its next number stands in the text. */
struct reader {
    struct arena *arena;
    struct text text;
    size_t at;
};

static bool is_number_byte(char byte)
{
    return (byte >= '0' && byte <= '9') || byte == '-' || byte == '+' || byte == '.' || byte == 'e' || byte == 'E';
}

/* The text is known to be JSON: outside strings, a digit or `-` begins a number. */
static struct text next_number(struct reader *reader)
{
    struct text text = reader->text;
    size_t at = reader->at;
    while (at < text.length && text.at[at] != '-' && (text.at[at] < '0' || text.at[at] > '9'))
        at = text.at[at] == '"' ? after_string(text, at) : at + 1;
    size_t end = at;
    while (end < text.length && is_number_byte(text.at[end]))
        end++;
    assert(end > at);
    reader->at = end;
    return text_copy(reader->arena, text_slice(text, at, end));
}

/* Where one number has more than 64 bits, jansson gave all as real: those that fit are integers here nevertheless. */
static struct value *copy_real(struct reader *reader)
{
    long long integer;
    struct text text = next_number(reader);
    bool fits = text_to_integer(text, &integer);
    struct value *value = fits ? value_integer(reader->arena, integer) : value_null(reader->arena);
    value->kind = fits ? VALUE_INTEGER : VALUE_DECIMAL;
    value->text = text;
    return value;
}

static struct value *copy_tree(struct reader *reader, json_t *json);

static struct value *copy_object(struct reader *reader, json_t *json)
{
    struct value *object = value_object(reader->arena);
    for (void *at = json_object_iter(json); at; at = json_object_iter_next(json, at)) {
        struct text name = {json_object_iter_key(at), json_object_iter_key_len(at)};
        name = text_copy(reader->arena, name);
        value_add_member(reader->arena, object, name, copy_tree(reader, json_object_iter_value(at)));
    }
    return object;
}

static struct value *copy_list(struct reader *reader, json_t *json)
{
    struct value *list = value_list(reader->arena);
    for (size_t i = 0; i < json_array_size(json); i++)
        value_append(reader->arena, list, copy_tree(reader, json_array_get(json, i)));
    return list;
}

/* In the order of the text: jansson keeps members as they came, and duplicates, which would shift them, are refused. */
static struct value *copy_tree(struct reader *reader, json_t *json)
{
    struct value *value = NULL;
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return copy_object(reader, json);
    case JSON_ARRAY:
        return copy_list(reader, json);
    case JSON_STRING:
        return value_text(reader->arena,
                          text_copy(reader->arena, (struct text){json_string_value(json), json_string_length(json)}));
    case JSON_INTEGER:
        value = value_integer(reader->arena, json_integer_value(json));
        value->text = next_number(reader);
        return value;
    case JSON_REAL:
        return copy_real(reader);
    case JSON_TRUE:
        return value_boolean(reader->arena, true);
    case JSON_FALSE:
        return value_boolean(reader->arena, false);
    case JSON_NULL:
        break;
    }
    return value_null(reader->arena);
}

/* Where an arena jumps that has no more. Asking again for what cannot be had goes on to where it would have jumped. */
static _Noreturn void escape_further(struct arena *arena)
{
    arena_alloc(arena, SIZE_MAX);
    abort();
}

/* The arena may jump away in the middle: jansson's tree is not in it, and is released first. */
static struct value *take_tree(struct arena *arena, struct text text, json_t *json)
{
    jmp_buf *const outer = arena->escape;
    jmp_buf escape;
    if (setjmp(escape)) {
        arena->escape = outer;
        json_decref(json);
        escape_further(arena);
    }
    arena->escape = &escape;
    struct reader reader = {arena, text, 0};
    struct value *value = copy_tree(&reader, json);
    arena->escape = outer;
    json_decref(json);
    return value;
}

/* jansson's scanner goes on without what it had no memory for, and then finds that the text is wrong. */
static void *memory_for_jansson(size_t size)
{
    void *memory = malloc(size);
    if (!memory)
        memory_exhausted();
    return memory;
}

struct value *json_read(struct arena *arena, struct text text, struct json_error *error)
{
    json_set_alloc_funcs(memory_for_jansson, free);
    /* jansson takes a NUL after the text for its end; JSON has none anywhere. */
    const char *nul = text.length ? memchr(text.at, '\0', text.length) : NULL;
    if (nul)
        return fail(error, text, (size_t)(nul - text.at) + 1, "found a NUL byte, which is no JSON");
    size_t deep = too_deep_at(text);
    if (deep < text.length) {
        char message[sizeof error->message];
        snprintf(message, sizeof message, "found a list or object inside %d others, expected at most that many levels",
                 DEPTH_MAX);
        return fail(error, text, deep + 1, message);
    }
    json_error_t parser = {0};
    const char *bytes = text.at ? text.at : "";
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL;
    json_t *json = json_loadb(bytes, text.length, flags, &parser);
    /* A whole number of more than 64 bits is JSON all the same: whose it is says, at its place, what was expected. */
    if (!json && parser.text[0] && json_error_code(&parser) == json_error_numeric_overflow)
        json = json_loadb(bytes, text.length, flags | JSON_DECODE_INT_AS_REAL, &parser);
    if (json)
        return take_tree(arena, text, json);
    return fail_as_parser(error, text, &parser);
}

/* ---- Writing ---- */

static inline void put(struct buffer *out, char byte)
{
    if (out->capacity - out->length < 2)
        buffer_reserve(out, 1);
    out->at[out->length++] = byte;
}

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\';
}

/* RFC 8785, 3.2.2.2: the two-character escapes where there is one, else `\u00xx` in lower case. */
static void put_escaped(struct buffer *out, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    static const char escapes[0x20] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    put(out, '\\');
    if (byte >= 0x20) {
        put(out, (char)byte);
    } else if (escapes[byte]) {
        put(out, escapes[byte]);
    } else {
        buffer_add(out, TEXT("u00"));
        put(out, hex[byte >> 4]);
        put(out, hex[byte & 15]);
    }
}

static void put_text(struct buffer *out, struct text text)
{
    put(out, '"');
    for (size_t i = 0; i < text.length;) {
        size_t end = i;
        while (end < text.length && is_plain((unsigned char)text.at[end]))
            end++;
        if (end > i)
            buffer_add(out, text_slice(text, i, end));
        if (end < text.length)
            put_escaped(out, (unsigned char)text.at[end++]);
        i = end;
    }
    put(out, '"');
}

static void put_integer(struct buffer *out, long long integer)
{
    char digits[24];
    size_t at = sizeof digits;
    unsigned long long left = integer < 0 ? 0ULL - (unsigned long long)integer : (unsigned long long)integer;
    do
        digits[--at] = (char)('0' + left % 10);
    while (left /= 10);
    if (integer < 0)
        digits[--at] = '-';
    buffer_add(out, (struct text){digits + at, sizeof digits - at});
}

static void put_scalar(struct buffer *out, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        buffer_add(out, TEXT("null"));
        return;
    case VALUE_BOOLEAN:
        buffer_add(out, value->boolean ? TEXT("true") : TEXT("false"));
        return;
    case VALUE_INTEGER:
        put_integer(out, value->integer);
        return;
    case VALUE_DECIMAL:
        buffer_add(out, value->text);
        return;
    case VALUE_TEXT:
        put_text(out, value->text);
        return;
    case VALUE_LIST:
    case VALUE_OBJECT:
        assert(false && "a list or object is no scalar");
    }
}

static void put_canonical(struct buffer *out, const struct value *value);

/* Objects of up to so many members are sorted without asking the arena. */
#define ORDER_ROOM 64

static void put_members(struct buffer *out, const struct value *object)
{
    size_t few[ORDER_ROOM];
    size_t *order = object->count <= ORDER_ROOM ? few : ARENA_ARRAY(out->arena, object->count, size_t);
    value_order(object, order);
    put(out, '{');
    for (size_t i = 0; i < object->count; i++) {
        if (i)
            put(out, ',');
        put_text(out, object->names[order[i]]);
        put(out, ':');
        put_canonical(out, object->items[order[i]]);
    }
    put(out, '}');
}

static void put_canonical(struct buffer *out, const struct value *value)
{
    if (value->kind == VALUE_OBJECT) {
        put_members(out, value);
    } else if (value->kind == VALUE_LIST) {
        put(out, '[');
        for (size_t i = 0; i < value->count; i++) {
            if (i)
                put(out, ',');
            put_canonical(out, value->items[i]);
        }
        put(out, ']');
    } else {
        put_scalar(out, value);
    }
}

struct text json_write(struct arena *arena, const struct value *value)
{
    struct buffer out;
    buffer_init(&out, arena);
    put_canonical(&out, value);
    return buffer_text(&out);
}

static void put_line(struct buffer *out, size_t depth)
{
    put(out, '\n');
    for (size_t i = 0; i < depth; i++)
        buffer_add(out, TEXT("  "));
}

static void put_pretty(struct buffer *out, const struct value *value, size_t depth)
{
    bool object = value->kind == VALUE_OBJECT;
    if (!object && value->kind != VALUE_LIST) {
        put_scalar(out, value);
        return;
    }
    put(out, object ? '{' : '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i)
            put(out, ',');
        put_line(out, depth + 1);
        if (object) {
            put_text(out, value->names[i]);
            buffer_add(out, TEXT(": "));
        }
        put_pretty(out, value->items[i], depth + 1);
    }
    if (value->count)
        put_line(out, depth);
    put(out, object ? '}' : ']');
}

struct text json_write_pretty(struct arena *arena, const struct value *value)
{
    struct buffer out;
    buffer_init(&out, arena);
    put_pretty(&out, value, 0);
    return buffer_text(&out);
}
