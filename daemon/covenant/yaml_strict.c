#include "covenant/yaml_strict.h"

#include "covenant/yaml_text.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

void strict_init(struct strict *strict, const struct source_file *file, struct findings *findings)
{
    *strict = (struct strict){.file = file, .findings = findings};
}

__attribute__((format(printf, 5, 6))) static void add(struct strict *strict, const char *code, struct place place,
                                                      size_t width, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    struct text message = text_format_list(strict->findings->arena, format, list);
    va_end(list);
    findings_add(strict->findings, SEVERITY_ERROR, code, place, width, "%.*s", TEXT_ARGS(message));
    strict->found++;
    strict->line_found = place.line;
}

static size_t token_width(const struct strict *strict, const struct token *token)
{
    struct text text = text_slice(strict->file->text, token->from, token->to);
    const char *end = text.length ? memchr(text.at, '\n', text.length) : NULL;
    return text_characters(end ? text_slice(text, 0, (size_t)(end - text.at)) : text);
}

static struct strict_level *top(struct strict *strict)
{
    return strict->depth ? &strict->levels[strict->depth - 1] : NULL;
}

static bool in_flow(const struct strict *strict)
{
    return strict->depth && strict->levels[strict->depth - 1].flow;
}

/* The column of the innermost block around; what belongs to it stands further to the right. 0 at the top. */
static size_t block_indent(const struct strict *strict)
{
    return strict->depth ? strict->levels[strict->depth - 1].indent : 0;
}

static bool open_level(struct strict *strict, const struct token *token)
{
    if (strict->depth == DEPTH_MAX) {
        add(strict, "too_deep", token->place, 1, "this is nested deeper than %d levels", DEPTH_MAX);
        return false;
    }
    bool flow = token->kind == TOKEN_FLOW_LIST || token->kind == TOKEN_FLOW_MAP;
    size_t indent = flow ? block_indent(strict) : token->place.column;
    strict->levels[strict->depth++] = (struct strict_level){
        .flow = flow,
        .map = token->kind == TOKEN_BLOCK_MAP || token->kind == TOKEN_FLOW_MAP,
        .place = token->place,
        .indent = indent,
    };
    return true;
}

/* What closes nothing is left to libyaml's parser, which says so. */
static void close_level(struct strict *strict, bool flow)
{
    if (strict->depth && in_flow(strict) == flow)
        strict->depth--;
}

static void check_forbidden(struct strict *strict, const struct token *token)
{
    static const char code[] = "yaml_forbidden";
    size_t width = token_width(strict, token);
    if (token->kind == TOKEN_DIRECTIVE)
        add(strict, code, token->place, width, "directives are not allowed: delete this line");
    else if (token->kind == TOKEN_ANCHOR)
        add(strict, code, token->place, width,
            "anchors are not allowed: write the value again where it is needed; a text that begins with `&` is quoted");
    else if (token->kind == TOKEN_ALIAS)
        add(strict, code, token->place, width,
            "aliases are not allowed: write the value again; a text that begins with `*` is quoted");
    else if (token->kind == TOKEN_TAG)
        add(strict, code, token->place, width, "tags are not allowed; a text that begins with `!` is quoted");
    else if (token->kind == TOKEN_KEY && token->to > token->from)
        add(strict, code, token->place, 1,
            "`?` is not allowed: write `key: value`; a text that begins with `?` is quoted");
}

/* One document in a file: false at the second. */
static bool check_document(struct strict *strict, const struct token *token)
{
    bool start = token->kind == TOKEN_DOCUMENT_START;
    if (token->kind == TOKEN_DOCUMENT_END) {
        strict->ended = true;
        return true;
    }
    if (strict->ended || (start && strict->started)) {
        add(strict, "yaml_forbidden", token->place, start ? 3 : 1, "a second document begins here: a file holds one");
        return false;
    }
    strict->started = true;
    return true;
}

/* The place behind a token, which may end on a later line than it begins. */
static struct place token_end(const struct strict *strict, const struct token *token)
{
    struct place place = token->place;
    for (size_t at = token->from; at < token->to; at++) {
        char byte = strict->file->text.at[at];
        if (byte == '\n') {
            place.line++;
            place.column = 1;
        } else if (((unsigned char)byte & 0xC0) != 0x80) {
            place.column++;
        }
    }
    return place;
}

static void check_comment(struct strict *strict, const struct token *token)
{
    struct text text = strict->file->text;
    if (token->to > token->from && token->kind != TOKEN_BLOCK && token->to < text.length && text.at[token->to] == '#')
        add(strict, "yaml_syntax", token_end(strict, token), 1,
            "a space belongs before `#`, where a comment begins; a text that holds `#` is quoted");
}

/* Is only white space left of this byte on its line? */
static bool first_on_line(struct text text, size_t at)
{
    while (at > 0 && text.at[at - 1] == ' ')
        at--;
    return at == 0 || text.at[at - 1] == '\n';
}

static void add_indentation(struct strict *strict, struct place place)
{
    struct strict_level *level = top(strict);
    if (!level || !level->flow) {
        add(strict, "yaml_syntax", place, 1, "this belongs to the key above: indent it further than that key");
        return;
    }
    while (level > strict->levels && level[-1].flow)
        level--;
    if (level->shifted)
        return;
    level->shifted = true;
    add(strict, "yaml_syntax", place, 1,
        "this stands inside the `%c` of line %zu: close that, or indent this line further than what it belongs to",
        level->map ? '{' : '[', level->place.line);
}

/* Lines that go on inside quotes or brackets are indented further than the block around them. */
static void check_lines(struct strict *strict, const struct token *token)
{
    struct text text = strict->file->text;
    struct place place = {strict->file, token->place.line, 1};
    for (size_t at = token->from; at < token->to; at++) {
        if (text.at[at] != '\n')
            continue;
        place.line++;
        size_t spaces = 0;
        while (at + 1 + spaces < token->to && text.at[at + 1 + spaces] == ' ')
            spaces++;
        bool blank = text.at[at + 1 + spaces] == '\n' || text.at[at + 1 + spaces] == '\r';
        if (blank || spaces >= block_indent(strict))
            continue;
        if (token->kind == TOKEN_QUOTED) {
            add(strict, "yaml_syntax", token->place, 1,
                "this quote is not closed before line %zu: close it, or indent that line further", place.line);
            strict->line_found = place.line;
        } else {
            add_indentation(strict, place_after(place, spaces));
        }
        return;
    }
}

static void check_indent(struct strict *strict, const struct token *token)
{
    bool key = strict->last == TOKEN_KEY && !in_flow(strict);
    if (!key && token->to > token->from && token->place.column <= block_indent(strict) &&
        first_on_line(strict->file->text, token->from))
        add_indentation(strict, token->place);
}

/* Blank lines with which a block text begins are not longer than its indentation. `at` is in its header. */
static void check_block_start(struct strict *strict, const struct token *token, size_t at)
{
    struct text text = strict->file->text;
    struct place place = token->place;
    size_t longest = 0;
    for (const char *end; at < text.length && (end = memchr(text.at + at, '\n', text.length - at));) {
        at = (size_t)(end - text.at) + 1;
        place.line++;
        size_t spaces = 0;
        while (at + spaces < text.length && text.at[at + spaces] == ' ')
            spaces++;
        if (at + spaces == text.length || text.at[at + spaces] == '\n' || text.at[at + spaces] == '\r') {
            longest = spaces > longest ? spaces : longest;
            continue;
        }
        place.column = spaces + 1;
        if (block_indent(strict) == 0 && spaces == 0) /* libyaml leaves it out of the text; YAML does not */
            add(strict, "yaml_syntax", place, 1, "the lines of this text are indented, and this one is not");
        else if (spaces >= block_indent(strict) && longest > spaces)
            add(strict, "yaml_syntax", place, 1,
                "a blank line above has more spaces than this first line of the text: delete them");
        return;
    }
}

static void check_block(struct strict *strict, const struct token *token)
{
    struct text text = strict->file->text;
    size_t at = token->from + 1;
    bool given = false; /* the indentation is written: `|2` */
    while (at < text.length && memchr("+-0123456789", text.at[at], 12)) {
        given |= text.at[at] >= '0' && text.at[at] <= '9';
        at++;
    }
    if (at < text.length && text.at[at] == '#')
        add(strict, "yaml_syntax", place_after(token->place, at - token->from), 1,
            "a space belongs before `#`, where a comment begins");
    if (!given)
        check_block_start(strict, token, at);
}

static bool check_scalar(struct strict *strict, const struct token *token)
{
    size_t length = token->to - token->from;
    if (length > YAML_SCALAR_BYTES_MAX) {
        add(strict, "too_large", token->place, 1, "this text has %zu bytes, at most %d are read", length,
            YAML_SCALAR_BYTES_MAX);
        return false;
    }
    if (token->kind == TOKEN_BLOCK)
        check_block(strict, token);
    else
        check_lines(strict, token);
    if (token->kind == TOKEN_PLAIN && in_flow(strict) && length == 1 && strict->file->text.at[token->from] == '-')
        add(strict, "yaml_syntax", token->place, 1, "`-` alone is no value inside brackets: quote it");
    return true;
}

/*
 * `{nl: Ja, graag}`: after a value without quotes and a comma no key comes, but the rest of the sentence. Seen at the
 * token after that: a bracket there tells that a colon was forgotten (`{id: E1, says {nl: Ja}}`), a colon that the key
 * is written over two lines; of those libyaml's parser tells.
 */
static void check_comma(struct strict *strict, const struct token *token)
{
    struct strict_level *level = top(strict);
    if (!level || !level->flow || !level->map)
        return;
    bool scalar = token->kind == TOKEN_PLAIN || token->kind == TOKEN_QUOTED;
    bool ends = scalar || token->kind == TOKEN_COMMA || token->kind == TOKEN_FLOW_END;
    if (level->orphan && ends && !level->reported) {
        add(strict, "comma_in_braces", level->comma_place, 1,
            "a comma ends a value inside braces: quote the sentence, or put it on a line of its own");
        level->reported = true;
    }
    level->orphan = scalar && level->comma && level->plain_value;
    level->comma = token->kind == TOKEN_COMMA;
    if (level->comma)
        level->comma_place = token->place;
    else
        level->plain_value = token->kind == TOKEN_PLAIN && strict->last == TOKEN_VALUE;
}

static bool check_content(struct strict *strict, const struct token *token)
{
    bool opens = token->kind == TOKEN_BLOCK_LIST || token->kind == TOKEN_BLOCK_MAP || token->kind == TOKEN_FLOW_LIST ||
                 token->kind == TOKEN_FLOW_MAP;
    bool scalar = token->kind == TOKEN_PLAIN || token->kind == TOKEN_QUOTED || token->kind == TOKEN_BLOCK;
    strict->nodes += opens ? 2 : scalar;
    if (strict->nodes > YAML_EVENTS_MAX ||
        ++strict->tokens > 3 * YAML_EVENTS_MAX) { /* a node takes 5/2 tokens at most */
        add(strict, "too_large", token->place, 1, "the file holds more than %d keys, values and lists: divide it",
            YAML_EVENTS_MAX);
        return false;
    }
    check_comma(strict, token);
    check_comment(strict, token);
    if (scalar || in_flow(strict) || token->kind == TOKEN_FLOW_LIST || token->kind == TOKEN_FLOW_MAP)
        check_indent(strict, token);
    if (scalar && !check_scalar(strict, token))
        return false;
    if (opens)
        return open_level(strict, token);
    if (token->kind == TOKEN_FLOW_END || token->kind == TOKEN_BLOCK_END)
        close_level(strict, token->kind == TOKEN_FLOW_END);
    return true;
}

bool strict_take(struct strict *strict, const struct token *token)
{
    assert(token->from <= token->to && token->to <= strict->file->text.length);
    bool more = true;
    if (token->kind == TOKEN_NOTHING)
        return true;
    check_forbidden(strict, token);
    if (token->kind != TOKEN_DIRECTIVE && token->kind != TOKEN_BLOCK_END)
        more = check_document(strict, token);
    if (more)
        more = check_content(strict, token);
    strict->last = token->kind;
    return more && strict->found < YAML_FINDINGS_MAX;
}
