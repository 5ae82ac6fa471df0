#include "base/limits.h"
#include "covenant/yaml_text.h"
#include "engine/script_source.h"

#include <string.h>

/* Longest first. */
static const struct sign {
    const char *written, *advice;
} signs[] = {
    {"...", NULL},
    {"&&", "use `and`"},
    {"||", "use `or`"},
    {"!=", "use `~=`"},
    {"+=", "write `n = n + 1`"},
    {"-=", "write `n = n - 1`"},
    {"*=", "write `n = n * 2`"},
    {"<<", "bits have no place in a covenant: multiply instead"},
    {">>", "bits have no place in a covenant: use `//`"},
    {"//", NULL},
    {"::", "there are no labels and no jumps: use a loop or a function"},
    {"==", NULL},
    {"~=", NULL},
    {"<=", NULL},
    {">=", NULL},
    {"..", NULL},
    {"&", "bits have no place in a covenant: use `and`"},
    {"|", "bits have no place in a covenant: use `or`"},
    {"~", "bits have no place in a covenant: use `not`, or `~=` for unequal"},
    {"/", "it gives a fraction: use `//`, which rounds down to a whole number"},
    {"^", "it gives a fraction: write the multiplication out"},
    {"!", "use `not`"},
};

static const char *const words[] = {"and",   "break", "do",     "else",   "elseif", "end",   "false", "for",
                                    "function", "goto", "if",   "in",     "local",  "nil",   "not",   "or",
                                    "repeat", "return", "then", "true",   "until",  "while"};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

/* A byte of a character that only texts and comments may hold. */
static bool is_foreign(char byte)
{
    return (unsigned char)byte >= 0x80;
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

void script_lexer_init(struct script_lexer *lexer, const struct source_file *file)
{
    *lexer = (struct script_lexer){.file = file, .line = 1};
}

/* The byte so many further on; 0 beyond the end. */
static char peek(const struct script_lexer *lexer, size_t further)
{
    struct text text = lexer->file->text;
    return further < text.length - lexer->at ? text.at[lexer->at + further] : '\0';
}

static bool at_end(const struct script_lexer *lexer)
{
    return lexer->at >= lexer->file->text.length;
}

static void advance(struct script_lexer *lexer, size_t count)
{
    for (; count > 0 && !at_end(lexer); count--)
        lexer->line += lexer->file->text.at[lexer->at++] == '\n';
}

/* `[`, any number of `=`, `[`: their number plus two, or 0 when none begins `further` on. */
static size_t long_bracket(const struct script_lexer *lexer, size_t further)
{
    size_t level = 0;
    if (peek(lexer, further) != '[')
        return 0;
    while (peek(lexer, further + 1 + level) == '=')
        level++;
    return peek(lexer, further + 1 + level) == '[' ? level + 2 : 0;
}

/* Over a long text or comment of which the opening bracket comes now. */
static void skip_long(struct script_lexer *lexer, size_t bracket)
{
    advance(lexer, bracket);
    while (!at_end(lexer)) {
        size_t level = 0;
        if (peek(lexer, 0) == ']') {
            while (peek(lexer, 1 + level) == '=')
                level++;
            if (level + 2 == bracket && peek(lexer, 1 + level) == ']') {
                advance(lexer, bracket);
                return;
            }
        }
        advance(lexer, 1);
    }
}

static void skip_blank(struct script_lexer *lexer)
{
    while (!at_end(lexer)) {
        if (is_space(peek(lexer, 0))) {
            advance(lexer, 1);
        } else if (peek(lexer, 0) == '-' && peek(lexer, 1) == '-') {
            advance(lexer, 2);
            size_t bracket = long_bracket(lexer, 0);
            if (bracket)
                skip_long(lexer, bracket);
            else
                while (!at_end(lexer) && peek(lexer, 0) != '\n')
                    advance(lexer, 1);
        } else {
            return;
        }
    }
}

/* Over a text between quotes. `\z` skips white space, line ends too; a backslash takes whatever stands behind it. */
static void skip_quoted(struct script_lexer *lexer)
{
    char quote = peek(lexer, 0);
    advance(lexer, 1);
    while (!at_end(lexer) && peek(lexer, 0) != quote && peek(lexer, 0) != '\n') {
        bool escape = peek(lexer, 0) == '\\';
        bool skips = escape && peek(lexer, 1) == 'z';
        bool ends_line = escape && peek(lexer, 1) == '\r' && peek(lexer, 2) == '\n';
        advance(lexer, ends_line ? 3 : escape ? 2 : 1);
        while (skips && !at_end(lexer) && is_space(peek(lexer, 0)))
            advance(lexer, 1);
    }
    if (!at_end(lexer) && peek(lexer, 0) == quote)
        advance(lexer, 1);
}

/* As Lua takes it: digits, letters and dots, and a sign behind an exponent. */
static void skip_number(struct script_lexer *lexer)
{
    while (!at_end(lexer)) {
        char byte = peek(lexer, 0);
        bool exponent = byte == 'e' || byte == 'E' || byte == 'p' || byte == 'P';
        if (exponent && (peek(lexer, 1) == '+' || peek(lexer, 1) == '-'))
            advance(lexer, 2);
        else if (is_digit(byte) || is_letter(byte) || byte == '.')
            advance(lexer, 1);
        else
            return;
    }
}

static const char *number_advice(struct text text)
{
    long long number;
    if (memchr(text.at, '.', text.length))
        return "a number is whole here, and money is in cents: write `1450.50` as `145050`";
    for (size_t i = 0; i < text.length; i++)
        if (!is_digit(text.at[i]) || (i == 0 && text.at[0] == '0' && text.length > 1))
            return "a number is written in digits, without a zero in front";
    bool small = text_to_integer(text, &number) && number <= SCRIPT_NUMBER_MAX;
    return small ? NULL : "a number is at most 9007199254740992 (2^53)";
}

static const char *name_advice(struct text text)
{
    if (text_is(text, "_ENV") || text_is(text, "_G"))
        return "the environment itself cannot be reached: use the names in it";
    return text_starts_with(text, "__") ? "names that begin with two underscores are Lua's own" : NULL;
}

static void take_name(struct script_lexer *lexer, struct script_token *token)
{
    while (!at_end(lexer) && (is_letter(peek(lexer, 0)) || is_digit(peek(lexer, 0))))
        advance(lexer, 1);
    token->text = text_slice(lexer->file->text, token->at, lexer->at);
    token->sort = SORT_NAME;
    token->advice = name_advice(token->text);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(token->text, words[i]))
            token->sort = SORT_WORD;
    if (text_is(token->text, "goto"))
        token->advice = "there are no jumps: use a loop or a function";
}

static void take_sign(struct script_lexer *lexer, struct script_token *token)
{
    struct text rest = text_slice(lexer->file->text, lexer->at, lexer->file->text.length);
    token->sort = SORT_SIGN;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (text_starts_with(rest, signs[i].written)) {
            token->advice = signs[i].advice;
            advance(lexer, strlen(signs[i].written));
            return;
        }
    bool foreign = is_foreign(peek(lexer, 0));
    if (foreign)
        token->advice = "names are made of the letters a to z, digits and `_`";
    do
        advance(lexer, 1);
    while (foreign && !at_end(lexer) && (is_foreign(peek(lexer, 0)) || is_letter(peek(lexer, 0))));
}

struct script_token script_lexer_next(struct script_lexer *lexer)
{
    skip_blank(lexer);
    struct script_token token = {.sort = SORT_END, .at = lexer->at, .line = lexer->line};
    char byte = peek(lexer, 0);
    size_t bracket = long_bracket(lexer, 0);
    if (at_end(lexer)) {
        token.text = text_slice(lexer->file->text, lexer->at, lexer->at);
        return token;
    }
    if (is_letter(byte)) {
        take_name(lexer, &token);
    } else if (is_digit(byte) || (byte == '.' && is_digit(peek(lexer, 1)))) {
        token.sort = SORT_NUMBER;
        skip_number(lexer);
        token.advice = number_advice(text_slice(lexer->file->text, token.at, lexer->at));
    } else if (byte == '"' || byte == '\'') {
        token.sort = SORT_STRING;
        skip_quoted(lexer);
    } else if (bracket) {
        token.sort = SORT_STRING;
        skip_long(lexer, bracket);
    } else {
        take_sign(lexer, &token);
    }
    token.text = text_slice(lexer->file->text, token.at, lexer->at);
    return token;
}

/* Where the byte at this offset stands, on a line that is known. */
static struct place place_at(const struct source_file *file, size_t at, size_t line)
{
    size_t start = at;
    while (start > 0 && file->text.at[start - 1] != '\n')
        start--;
    return (struct place){file, line, 1 + text_characters(text_slice(file->text, start, at))};
}

struct place script_place(const struct source_file *file, const struct script_token *token)
{
    return place_at(file, token->at, token->line);
}

/* What is wrong with the first bad character of a line, and where that begins; NULL when the line is fine. */
static const char *first_fault(struct text line, size_t *at)
{
    uint32_t code_point;
    if (!yaml_text_fault(line, &code_point))
        return NULL;
    const char *fault = NULL;
    for (size_t next = 0; !fault && next < line.length;) {
        *at = next++;
        while (next < line.length && ((unsigned char)line.at[next] & 0xC0) == 0x80)
            next++;
        fault = yaml_text_fault(text_slice(line, *at, next), &code_point);
    }
    return fault;
}

/*
 * Every line must be what it looks like, comments too: no invisible characters, none that turn the text's direction.
 * Nothing but UTF-8, so that nothing that was compiled before.
 */
static bool bytes_check(const struct source_file *file, struct findings *findings)
{
    struct text text = file->text;
    size_t before = findings->errors, line = 1;
    if (text.length > LUA_FILE_BYTES_MAX)
        findings_add(findings, SEVERITY_ERROR, "too_large", (struct place){file, 1, 1}, 1,
                     "the file has %zu bytes, at most %d are read", text.length, LUA_FILE_BYTES_MAX);
    else if (text_starts_with(text, "\x1bLua"))
        findings_add(findings, SEVERITY_ERROR, "lua_refused", (struct place){file, 1, 1}, 1,
                     "the file was compiled already: write it as text");
    if (findings->errors > before)
        return false;
    for (size_t at = 0; at < text.length && findings->errors < before + ERRORS_MAX; line++) {
        const char *end = memchr(text.at + at, '\n', text.length - at);
        size_t next = end ? (size_t)(end - text.at) + 1 : text.length;
        struct text content = text_slice(text, at, end ? next - 1 : next);
        if (end && content.length && content.at[content.length - 1] == '\r')
            content.length--;
        size_t good = 0;
        const char *fault = first_fault(content, &good);
        if (fault)
            findings_add(findings, SEVERITY_ERROR, "invisible_character", place_at(file, at + good, line), 1, "%s",
                         fault);
        at = next;
    }
    return findings->errors == before;
}

/* `local a <close>, b`: the state of reading one. */
enum local_state { LOCAL_NONE, LOCAL_NAME, LOCAL_AFTER_NAME };

static enum local_state local_next(enum local_state state, const struct script_token *token)
{
    if (token->sort == SORT_WORD && text_is(token->text, "local"))
        return LOCAL_NAME;
    if (state == LOCAL_NAME && token->sort == SORT_NAME)
        return LOCAL_AFTER_NAME;
    return state == LOCAL_AFTER_NAME && text_is(token->text, ",") ? LOCAL_NAME : LOCAL_NONE;
}

bool script_tokens_check(const struct source_file *file, struct findings *findings)
{
    if (!bytes_check(file, findings))
        return false;
    struct script_lexer lexer;
    script_lexer_init(&lexer, file);
    enum local_state state = LOCAL_NONE;
    size_t before = findings->errors, last_line = 0;
    const char *last_advice = NULL; /* the same twice on a line is one mistake */
    struct script_token token = script_lexer_next(&lexer);
    for (; token.sort != SORT_END && findings->errors < before + ERRORS_MAX; token = script_lexer_next(&lexer)) {
        if (state == LOCAL_AFTER_NAME && text_is(token.text, "<"))
            token.advice = "a local is a plain one here, without `<const>` or `<close>`";
        state = local_next(state, &token);
        if (token.sort == SORT_STRING && token.text.length > LUA_TEXT_MAX)
            findings_add(findings, SEVERITY_ERROR, "too_large", script_place(file, &token), 1,
                         "the text has %zu bytes, at most %zu are read", token.text.length, LUA_TEXT_MAX);
        else if (token.advice && (token.advice != last_advice || token.line != last_line))
            findings_add(findings, SEVERITY_ERROR, "lua_refused", script_place(file, &token),
                         text_characters(token.text), "`%.*s` is refused: %s",
                         TEXT_ARGS(text_slice(token.text, 0, 80)), token.advice);
        last_advice = token.advice ? token.advice : last_advice;
        last_line = token.advice ? token.line : last_line;
    }
    return findings->errors == before;
}
