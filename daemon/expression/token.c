#include "expression/node.h"

#include <string.h>

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

/* Longest first. What other languages write is read as what it means, once it has been reported. */
static const struct spelling {
    const char *written;
    enum token_kind kind; /* TOKEN_WRONG: nothing sensible can be read on */
    const char *advice;   /* NULL where it is right as written */
} operators[] = {
    {"===", TOKEN_EQUAL, "use `==`"},
    {"!==", TOKEN_UNEQUAL, "use `~=`"},
    {"==", TOKEN_EQUAL, NULL},
    {"~=", TOKEN_UNEQUAL, NULL},
    {"!=", TOKEN_UNEQUAL, "use `~=`"},
    {"<>", TOKEN_UNEQUAL, "use `~=`"},
    {"\xE2\x89\xA0", TOKEN_UNEQUAL, "use `~=`"},
    {"<=", TOKEN_LESS_EQUAL, NULL},
    {">=", TOKEN_GREATER_EQUAL, NULL},
    {"=<", TOKEN_LESS_EQUAL, "use `<=`"},
    {"=>", TOKEN_GREATER_EQUAL, "use `>=`"},
    {"\xE2\x89\xA4", TOKEN_LESS_EQUAL, "use `<=`"},
    {"\xE2\x89\xA5", TOKEN_GREATER_EQUAL, "use `>=`"},
    {"&&", TOKEN_AND, "use `and`"},
    {"||", TOKEN_OR, "use `or`"},
    {"<<", TOKEN_WRONG, "use `*` with a number"},
    {">>", TOKEN_WRONG, "bits are not shifted in conditions"},
    {"//", TOKEN_WRONG, "there is no division: multiply the other side with `*`"},
    {"--", TOKEN_WRONG, "comments stand in the file, not in a condition; put a space between two minus signs"},
    {"[[", TOKEN_WRONG, "put a text between quotes: `\"...\"`"},
    {"[=", TOKEN_WRONG, "put a text between quotes: `\"...\"`"},
    {"..", TOKEN_WRONG, "texts are not joined in conditions"},
    {"\xE2\x80\x9C", TOKEN_WRONG, "use straight quotes: `\"`"},
    {"\xE2\x80\x9D", TOKEN_WRONG, "use straight quotes: `\"`"},
    {"\xE2\x80\x9E", TOKEN_WRONG, "use straight quotes: `\"`"},
    {"\xE2\x80\x98", TOKEN_WRONG, "use straight quotes: `'`"},
    {"\xE2\x80\x99", TOKEN_WRONG, "use straight quotes: `'`"},
    {"=", TOKEN_EQUAL, "use `==`"},
    {"<", TOKEN_LESS, NULL},
    {">", TOKEN_GREATER, NULL},
    {"+", TOKEN_PLUS, NULL},
    {"-", TOKEN_MINUS, NULL},
    {"*", TOKEN_STAR, NULL},
    {"(", TOKEN_OPEN, NULL},
    {")", TOKEN_CLOSE, NULL},
    {",", TOKEN_COMMA, NULL},
    {"!", TOKEN_NOT, "use `not`"},
    {"&", TOKEN_AND, "use `and`"},
    {"|", TOKEN_OR, "use `or`"},
    {"~", TOKEN_NOT, "use `not`"},
    {"/", TOKEN_WRONG, "there is no division: multiply the other side with `*`"},
    {"%", TOKEN_WRONG, "there is no remainder in conditions"},
    {"^", TOKEN_WRONG, "there are no powers: use `*`"},
    {"#", TOKEN_WRONG, "comments stand in the file, not in a condition"},
    {";", TOKEN_WRONG, "a condition is one expression"},
};

/* Words that Lua keeps for itself: nothing can have such a name. */
static const char *const reserved[] = {"break", "do",    "else", "elseif", "end",    "for",  "function", "goto", "if",
                                       "in",    "local", "nil",  "repeat", "return", "then", "until",    "while"};

static const struct word {
    const char *written;
    enum token_kind kind;
    bool value; /* of a TOKEN_LITERAL */
} words[] = {
    {"and", TOKEN_AND, false},     {"or", TOKEN_OR, false},         {"not", TOKEN_NOT, false},
    {"true", TOKEN_LITERAL, true}, {"false", TOKEN_LITERAL, false},
};

/*
 * What somebody writes who thinks in Dutch, or in another notation. It is asked only where the word is no name here, so
 * that a region may have a fact of that name.
 */
static const struct {
    const char *found, *meant;
} habits[] = {
    {"en", "and"},   {"of", "or"},     {"is", "=="},    {"ja", "true"},      {"waar", "true"},
    {"yes", "true"}, {"nee", "false"}, {"no", "false"}, {"onwaar", "false"},
};

const char *word_meant(struct text text)
{
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
        if (text.length == strlen(habits[i].found) && strncasecmp(text.at, habits[i].found, text.length) == 0)
            return habits[i].meant;
    return NULL;
}

static struct token wrong(struct text text)
{
    return (struct token){.kind = TOKEN_WRONG, .text = text, .reported = true};
}

/* `AND` and `True` are reported once, and read as what they mean. */
static struct token word_token(struct draft *draft, struct text text)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const struct word *word = &words[i];
        if (text.length != strlen(word->written) || strncasecmp(text.at, word->written, text.length) != 0)
            continue;
        bool misspelt = !text_is(text, word->written);
        if (misspelt)
            draft_report(draft, word->kind == TOKEN_LITERAL ? "bad_literal" : "bad_operator", text,
                         "unknown word `%.*s`: use `%s`", TEXT_ARGS(text), word->written);
        return (struct token){word->kind, text, {.kind = TYPE_BOOLEAN, .as.boolean = word->value}, misspelt};
    }
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (text_is(text, reserved[i])) {
            draft_report(draft, "syntax", text, "`%.*s` is a word of Lua that has no place in a condition%s",
                         TEXT_ARGS(text), text_is(text, "nil") ? ": use `known(...)` for what may not be stated" : "");
            return wrong(text);
        }
    return (struct token){.kind = TOKEN_NAME, .text = text};
}

static struct text run_of_digits(struct text text)
{
    size_t length = 0;
    while (length < text.length && is_digit(text.at[length]))
        length++;
    return text_slice(text, 0, length);
}

/* `text` is all that could be meant as the number: `1200`, `1450.50`, but also `1e3`, `0x1F`, `1_000`, `1.505`. */
static struct token number_token(struct draft *draft, struct text text)
{
    struct text whole = run_of_digits(text);
    struct text rest = text_slice(text, whole.length, text.length);
    struct text decimals = {0};
    struct token token = {.kind = TOKEN_LITERAL, .text = text};
    if (rest.length && rest.at[0] == '.') {
        decimals = run_of_digits(text_slice(rest, 1, rest.length));
        rest = text_slice(rest, 1 + decimals.length, rest.length);
    }
    if (whole.length == 0 || rest.length || (decimals.at && decimals.length == 0))
        draft_report(draft, "bad_literal", text, "expected a number such as `1200` or `1450.50`, found `%.*s`",
                     TEXT_ARGS(text));
    else if (whole.length > 1 && whole.at[0] == '0')
        draft_report(draft, "bad_literal", text, "a number does not begin with a zero: `%.*s`", TEXT_ARGS(text));
    else if (decimals.length > 2)
        draft_report(draft, "bad_literal", text, "money has at most two decimals, found `%.*s`", TEXT_ARGS(text));
    else if (!(decimals.at ? money_parse(text, &token.literal.as.number)
                           : text_to_integer(text, &token.literal.as.number)))
        draft_report(draft, "bad_literal", text, "the number is too large: `%.*s`", TEXT_ARGS(text));
    else {
        token.literal.kind = decimals.at ? TYPE_MONEY : TYPE_INTEGER;
        return token;
    }
    return wrong(text);
}

static struct token text_token(struct draft *draft, struct text rest)
{
    char quote = rest.at[0];
    for (size_t i = 1; i < rest.length && rest.at[i] != '\n'; i++) {
        if (rest.at[i] == '\\') {
            draft_report(draft, "bad_literal", text_slice(rest, i, i + 1),
                         "a text has no escapes: `\\` cannot stand in it");
            return wrong(rest);
        }
        if (rest.at[i] == quote) {
            struct scalar literal = {.kind = TYPE_TEXT, .as.text = text_slice(rest, 1, i)};
            return (struct token){TOKEN_LITERAL, text_slice(rest, 0, i + 1), literal, false};
        }
    }
    draft_report(draft, "bad_literal", text_slice(rest, 0, 1), "the text that begins here has no closing `%c`", quote);
    return wrong(rest);
}

static struct token operator_token(struct draft *draft, struct text rest)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        const struct spelling *spelling = &operators[i];
        if (!text_starts_with(rest, spelling->written))
            continue;
        struct text text = text_slice(rest, 0, strlen(spelling->written));
        if (spelling->advice)
            draft_report(draft, "bad_operator", text, "unknown operator `%.*s`: %s", TEXT_ARGS(text), spelling->advice);
        return (struct token){.kind = spelling->kind, .text = text, .reported = spelling->advice != NULL};
    }
    size_t length = 1;
    while (length < rest.length && (rest.at[length] & 0xC0) == 0x80)
        length++;
    struct text text = text_slice(rest, 0, length);
    if ((unsigned char)text.at[0] < 0x20 || text.at[0] == 0x7F)
        draft_report(draft, "syntax", text, "a control character has no place in a condition");
    else
        draft_report(draft, "syntax", text, "`%.*s` has no place in a condition", TEXT_ARGS(text));
    return wrong(text);
}

struct token token_next(struct draft *draft, size_t *at)
{
    struct text text = draft->text;
    while (*at < text.length && memchr(" \t\n\r", text.at[*at], 4))
        ++*at;
    struct text rest = text_slice(text, *at, text.length);
    struct token token;
    if (rest.length == 0)
        return (struct token){.kind = TOKEN_END, .text = rest};
    bool number = is_digit(rest.at[0]) || (rest.at[0] == '.' && rest.length > 1 && is_digit(rest.at[1]));
    if (number || is_letter(rest.at[0])) {
        size_t length = 1;
        while (length < rest.length &&
               (is_letter(rest.at[length]) || is_digit(rest.at[length]) || (number && rest.at[length] == '.')))
            length++;
        rest = text_slice(rest, 0, length);
        token = number ? number_token(draft, rest) : word_token(draft, rest);
    } else if (rest.at[0] == '"' || rest.at[0] == '\'') {
        token = text_token(draft, rest);
    } else {
        token = operator_token(draft, rest);
    }
    *at += token.text.length;
    return token;
}
