#include "expression/type.h"

#include <assert.h>

static const char *const names[] = {
    [TYPE_BOOLEAN] = "boolean", [TYPE_INTEGER] = "integer", [TYPE_MONEY] = "money",
    [TYPE_TEXT] = "text",       [TYPE_DATE] = "date",
};
#define TYPE_COUNT (sizeof names / sizeof *names)

const char *type_name(enum type_kind kind)
{
    assert(kind < TYPE_COUNT);
    return names[kind];
}

bool type_from_name(struct text name, enum type_kind *kind)
{
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (text_is(name, names[i])) {
            *kind = (enum type_kind)i;
            return true;
        }
    return false;
}

bool scalar_equal(struct scalar a, struct scalar b)
{
    return a.kind == b.kind && scalar_compare(a, b) == 0;
}

static int compare_numbers(long long a, long long b)
{
    return (a > b) - (a < b);
}

int scalar_compare(struct scalar a, struct scalar b)
{
    assert(a.kind == b.kind);
    switch (a.kind) {
    case TYPE_BOOLEAN:
        return compare_numbers(a.as.boolean, b.as.boolean);
    case TYPE_INTEGER:
    case TYPE_MONEY:
        return compare_numbers(a.as.number, b.as.number);
    case TYPE_TEXT:
        return text_compare(a.as.text, b.as.text);
    case TYPE_DATE:
        return compare_numbers(a.as.date.day, b.as.date.day);
    }
    return 0;
}

struct text scalar_text(struct arena *arena, struct scalar scalar)
{
    switch (scalar.kind) {
    case TYPE_BOOLEAN:
        return scalar.as.boolean ? TEXT("true") : TEXT("false");
    case TYPE_INTEGER:
        return text_format(arena, "%lld", scalar.as.number);
    case TYPE_MONEY:
        return money_text(arena, scalar.as.number);
    case TYPE_TEXT:
        return scalar.as.text;
    case TYPE_DATE:
        return date_text(arena, scalar.as.date);
    }
    return (struct text){0};
}

/* One or two digits after the point; `.5` is fifty cents. */
static bool cents_parse(struct text decimals, long long *cents)
{
    if (decimals.length < 1 || decimals.length > 2)
        return false;
    *cents = 0;
    for (size_t i = 0; i < decimals.length; i++) {
        if (decimals.at[i] < '0' || decimals.at[i] > '9')
            return false;
        *cents = *cents * 10 + (decimals.at[i] - '0');
    }
    if (decimals.length == 1)
        *cents *= 10;
    return true;
}

bool money_parse(struct text text, long long *cents)
{
    bool negative = text.length && text.at[0] == '-';
    struct text amount = text_slice(text, negative ? 1 : 0, text.length);
    size_t point = 0;
    while (point < amount.length && amount.at[point] != '.')
        point++;
    long long sum = 0, rest = 0;
    struct text whole = text_slice(amount, 0, point);
    if (whole.length == 0 || whole.at[0] == '-' || !text_to_integer(whole, &sum))
        return false;
    if (point < amount.length && !cents_parse(text_slice(amount, point + 1, amount.length), &rest))
        return false;
    if (__builtin_mul_overflow(sum, 100, &sum) || __builtin_add_overflow(sum, rest, &sum))
        return false;
    *cents = negative ? -sum : sum;
    return true;
}

struct text money_text(struct arena *arena, long long cents)
{
    /* Unsigned: the lowest number has no positive twin. */
    unsigned long long size = cents < 0 ? 0 - (unsigned long long)cents : (unsigned long long)cents;
    return text_format(arena, "%s%llu.%02llu", cents < 0 ? "-" : "", size / 100, size % 100);
}
