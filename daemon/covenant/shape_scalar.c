/*
 * Scalars. Which readers of YAML take `010` for 8, `12:30` for 750 or `1_000` for a number is nobody's to remember: where
 * text is due such a scalar must be quoted.
 */
#include "covenant/shape_scalar.h"

#include "base/date.h"
#include "base/limits.h"
#include "expression/type.h"

#include <string.h>

struct text suggestion(struct arena *arena, struct text name, const struct text *candidates, size_t count)
{
    struct text nearest = text_nearest(name, candidates, count);
    return nearest.at ? text_format(arena, ", did you mean `%.*s`?", TEXT_ARGS(nearest)) : TEXT("");
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool only_of(struct text text, const char *allowed)
{
    for (size_t i = 0; i < text.length; i++)
        if (!strchr(allowed, text.at[i]) || text.at[i] == '\0')
            return false;
    return true;
}

/* `0x1F`, `0o10`, `0b1`. */
static bool is_based_number(struct text text)
{
    if (text.length < 3 || text.at[0] != '0')
        return false;
    struct text rest = text_slice(text, 2, text.length);
    if (text.at[1] == 'x' || text.at[1] == 'X')
        return only_of(rest, "0123456789abcdefABCDEF_");
    if (text.at[1] == 'o' || text.at[1] == 'b')
        return only_of(rest, "01234567_");
    return false;
}

/* An optional sign, then digits with `_ . : ,` and an exponent among them: whatever some reader takes for a number or a time. */
static bool is_numeric(struct text text)
{
    if (text.length && (text.at[0] == '-' || text.at[0] == '+'))
        text = text_slice(text, 1, text.length);
    if (is_based_number(text))
        return true;
    if (text.length == 0 || !(is_digit(text.at[0]) || (text.at[0] == '.' && text.length > 1 && is_digit(text.at[1]))))
        return false;
    bool exponent = false;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.at[i];
        if (is_digit(byte) || byte == '_' || byte == '.' || byte == ':')
            continue;
        bool sign = (byte == '-' || byte == '+') && i && (text.at[i - 1] == 'e' || text.at[i - 1] == 'E');
        if (!sign && (exponent || (byte != 'e' && byte != 'E') || i + 1 == text.length))
            return false;
        exponent = true;
    }
    return true;
}

bool scalar_is_ambiguous(struct text text)
{
    static const char *const words[] = {"~",     "null",  "Null",  "NULL", "true", "True", "TRUE", "false",
                                        "False", "FALSE", ".nan",  ".NaN", ".NAN", ".inf", ".Inf", ".INF"};
    bool sign = text.length && (text.at[0] == '-' || text.at[0] == '+');
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(text, words[i]) || (sign && words[i][0] == '.' && text_is(text_slice(text, 1, text.length), words[i])))
            return true;
    return is_numeric(text);
}

static bool is_name(struct text text)
{
    if (text.length == 0 || text.length > ID_LENGTH_MAX || text.at[0] < 'a' || text.at[0] > 'z')
        return false;
    return only_of(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

static bool is_id(struct text text)
{
    if (text.length == 0 || text.length > ID_LENGTH_MAX || is_digit(text.at[0]) || text.at[0] == '_')
        return false;
    return only_of(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}

static bool is_plain(const struct node *node)
{
    return !node->quoted && !node->block;
}

static bool is_blank_term(struct text text)
{
    return text_starts_with(text, "silent(") && text_ends_with(text, ")");
}

/* A decimal as money is written; a plain number. */
static bool is_plain_number(struct text text)
{
    long long number;
    return text_to_integer(text, &number) || (is_numeric(text) && money_parse(text, &number) && memchr(text.at, '.', text.length));
}

/* Text, names and ids: what is wrong with one; absent when nothing is. */
static struct text name_fault(struct arena *arena, enum shape_kind kind, struct text text, bool ambiguous, const char **code)
{
    if (ambiguous) {
        *code = "ambiguous_scalar";
        return text_format(arena, "`%.*s` stands where text is due and other readers take it for something else: put it between quotes",
                           TEXT_ARGS(text));
    }
    *code = "wrong_name";
    if (kind == SHAPE_NAME && !is_name(text))
        return text_format(arena, "`%.*s` is no name: expected lower-case letters, digits and `_`, a letter first", TEXT_ARGS(text));
    if (kind == SHAPE_ID && !is_id(text))
        return text_format(arena, "`%.*s` is no id: expected letters, digits and `_`, a letter first, at most %d", TEXT_ARGS(text),
                           ID_LENGTH_MAX);
    return (struct text){0};
}

static struct text term_fault(struct arena *arena, struct text text, const char **code)
{
    struct term term;
    const char *expected;
    *code = "wrong_term";
    return term_parse(text, &term, &expected)
               ? (struct text){0}
               : text_format(arena, "`%.*s` is no term: expected %s", TEXT_ARGS(text), expected);
}

struct text scalar_fault(struct arena *arena, enum shape_kind kind, const struct node *node, const char **code)
{
    struct text text = node->text;
    struct date date;
    long long number;
    bool ambiguous = is_plain(node) && scalar_is_ambiguous(text), truth = text_is(text, "true") || text_is(text, "false");
    const char *quotes = is_plain(node) ? "" : ", without quotes";
    *code = "wrong_kind";
    switch (kind) {
    case SHAPE_TEXT:
    case SHAPE_SOURCE:
    case SHAPE_REFERENCE:
    case SHAPE_NAME:
    case SHAPE_ID:
    case SHAPE_CHOICE:
        return name_fault(arena, kind, text, ambiguous, code);
    case SHAPE_DATE:
        *code = "wrong_date";
        return date_parse(text, &date) ? (struct text){0}
                                       : text_format(arena, "`%.*s` is no date: expected one as `2022-07-01`, between %d and %d",
                                                     TEXT_ARGS(text), YEAR_MIN, YEAR_MAX);
    case SHAPE_TERM_OR_BLANK:
        return is_blank_term(text) ? (struct text){0} : term_fault(arena, text, code);
    case SHAPE_TERM:
        return term_fault(arena, text, code);
    case SHAPE_BOOLEAN:
        return is_plain(node) && truth ? (struct text){0}
                                       : text_format(arena, "`%.*s` stands where `true` or `false` is due%s", TEXT_ARGS(text), quotes);
    case SHAPE_INTEGER:
        return is_plain(node) && text_to_integer(text, &number)
                   ? (struct text){0}
                   : text_format(arena, "`%.*s` stands where a whole number is due%s", TEXT_ARGS(text), quotes);
    case SHAPE_LITERAL:
    case SHAPE_ARGUMENT:
    case SHAPE_ADVICE:
        *code = "ambiguous_scalar";
        return !ambiguous || is_plain_number(text) || truth
                   ? (struct text){0}
                   : text_format(arena, "`%.*s` can be read in more than one way: put it between quotes if it is a text", TEXT_ARGS(text));
    case SHAPE_CONDITION:
    case SHAPE_ANY:
    case SHAPE_MAP:
    case SHAPE_NAMED:
    case SHAPE_LIST:
    case SHAPE_ONE_OR_LIST:
        break;
    }
    return (struct text){0};
}
