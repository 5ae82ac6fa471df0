/*
 * The inside of an expression, for the files of this folder alone.
 *
 * The way of a condition: token.c cuts the text, parse.c builds nodes by Lua's precedence, check.c and call.c give each
 * node its type and its names their meaning. After that nothing changes it: evaluate.c, explain.c, uses.c and
 * thresholds.c only read.
 */
#ifndef EXPRESSION_NODE_H
#define EXPRESSION_NODE_H

#include "expression/expression.h"

enum node_kind {
    NODE_LITERAL,
    NODE_SYMBOL,
    NODE_CALL, /* only until it is checked: then it is one of the built-ins below */
    NODE_NOT,
    NODE_AND, /* two or more parts */
    NODE_OR,
    NODE_EQUAL,
    NODE_UNEQUAL,
    NODE_LESS,
    NODE_LESS_EQUAL,
    NODE_GREATER,
    NODE_GREATER_EQUAL,
    NODE_PLUS,
    NODE_MINUS,
    NODE_TIMES,
    NODE_NEGATE,
    NODE_EUROS, /* a whole number of euros as money; nothing is written there */
    NODE_ONE_OF,
    NODE_KNOWN,
    NODE_HAPPENED,
    NODE_SILENT,
    NODE_ADD,
    NODE_DAYS_BETWEEN,
    NODE_MONTHS_BETWEEN,
    NODE_YEARS_BETWEEN,
    NODE_MIN,
    NODE_MAX,
    NODE_DUE,
    NODE_MISSED,
};

struct node {
    enum node_kind kind;
    struct type type;
    struct text text;  /* as written, without parentheses around it */
    struct text outer; /* with them */
    bool parenthesised;
    unsigned depth; /* 1 where nothing is below; at most CONDITION_DEPTH_MAX */
    struct node **parts;
    size_t count, capacity;
    struct scalar literal;
    struct text name;            /* as written: of a symbol, a call; then the event, deadline or blank */
    const struct symbol *symbol; /* NODE_SYMBOL, NODE_KNOWN */
    size_t index;                /* of the event, deadline or blank */
    struct term term;            /* NODE_ADD */
};

struct expression {
    struct text text;
    struct node *root;
};

/* What is at hand while one text is parsed and checked. */
struct draft {
    struct arena *arena;
    struct text text;
    struct place place;
    const struct scope *scope;
    struct findings *findings;
    bool wrong; /* something was reported; the findings may have had it already, from another version */
};

/* Adds a finding about `part` of the text. */
void draft_report(struct draft *draft, const char *code, struct text part, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* ", did you mean `x`?", or nothing when no candidate is near. */
struct text draft_suggestion(struct draft *draft, struct text name, const struct text_list *candidates);

enum token_kind {
    TOKEN_END,
    TOKEN_WRONG, /* reported */
    TOKEN_NAME,
    TOKEN_LITERAL,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT,
    TOKEN_EQUAL,
    TOKEN_UNEQUAL,
    TOKEN_LESS,
    TOKEN_LESS_EQUAL,
    TOKEN_GREATER,
    TOKEN_GREATER_EQUAL,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_STAR,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
};

struct token {
    enum token_kind kind;
    struct text text;      /* as written, a text with its quotes */
    struct scalar literal; /* TOKEN_LITERAL: a boolean, an integer, money or a text */
    bool reported;         /* misspelt, and read as what it means */
};

/* The token that begins at or after `*at`, which moves behind it. */
struct token token_next(struct draft *draft, size_t *at);
/* "and" for `en`: the word of conditions that was meant by one of another language; NULL when there is none. */
const char *word_meant(struct text text);

/* NULL when it was reported that the text is no expression. */
struct node *parse(struct draft *draft);
/* A node like `like`, around `part`: one that is not written. */
struct node *node_around(struct arena *arena, enum node_kind kind, struct node *part);

/* The node in `*slot`, and all below it: false when something was reported. May put another node in the slot. */
bool check(struct draft *draft, struct node **slot);
/* The same for a call of a built-in function. */
bool check_call(struct draft *draft, struct node *call);
/* Checks that `*slot`, whose type is known, can be of `kind`, and makes it so: integers to money, texts to dates. */
bool check_kind(struct draft *draft, struct node **slot, enum type_kind kind);
/* A text literal, or a name that is one_of, against the choices of `whose`. */
bool check_choices(struct draft *draft, const struct node *node, const struct text_list *choices, struct text whose);
bool is_number(enum type_kind kind);
/* `a boolean`, `money`: what was found or expected, in a sentence. */
const char *kind_phrase(enum type_kind kind);
/* Names of built-ins, for suggestions. */
bool is_builtin(struct text name);

/* `on`: the date judged. */
const struct symbol *symbol_on(void);
bool symbol_same(const struct symbol *a, const struct symbol *b);
bool is_comparison(enum node_kind kind);

struct answer node_evaluate(const struct node *node, const struct reader *reader);

#endif
