/*
 * The types of the covenant language and the values they hold. Money is whole cents: no binary floating point ever
 * decides.
 */
#ifndef EXPRESSION_TYPE_H
#define EXPRESSION_TYPE_H

#include "base/date.h"
#include "base/text.h"

#include <stdbool.h>

enum type_kind { TYPE_BOOLEAN, TYPE_INTEGER, TYPE_MONEY, TYPE_TEXT, TYPE_DATE };

struct type {
    enum type_kind kind;
    const struct text_list *choices; /* of a text that is `one_of`; NULL when any text may stand there */
};

struct scalar {
    enum type_kind kind;
    union {
        bool boolean;
        long long number; /* an integer, or money in cents */
        struct text text;
        struct date date;
    } as;
};

/* `boolean`, `integer`, `money`, `text`, `date`: as rule files and messages write them. */
const char *type_name(enum type_kind kind);
bool type_from_name(struct text name, enum type_kind *kind);
bool scalar_equal(struct scalar a, struct scalar b);
/* Below zero, zero, above zero; both of the same kind. */
int scalar_compare(struct scalar a, struct scalar b);
/* As a person reads it: `true`, `12`, `1450.50`, `2022-09-26`, `shelter`. */
struct text scalar_text(struct arena *arena, struct scalar scalar);
/* Money as written, at most two decimals and no exponent, into cents. */
bool money_parse(struct text text, long long *cents);
struct text money_text(struct arena *arena, long long cents); /* always two decimals */

#endif
