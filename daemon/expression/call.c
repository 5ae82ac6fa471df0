#include "expression/node.h"

#include <stdint.h>

static bool check_one_of(struct draft *draft, struct node *call);
static bool check_known(struct draft *draft, struct node *call);
static bool check_event(struct draft *draft, struct node *call);
static bool check_blank(struct draft *draft, struct node *call);
static bool check_add(struct draft *draft, struct node *call);
static bool check_between(struct draft *draft, struct node *call);
static bool check_extreme(struct draft *draft, struct node *call);
static bool check_deadline(struct draft *draft, struct node *call);

/* The built-in functions: all there are. */
static const struct builtin {
    const char *name;
    enum node_kind kind;
    enum type_kind gives; /* `min` and `max` give what they take */
    size_t least, most;   /* arguments */
    const char *form;
    bool (*check)(struct draft *draft, struct node *call);
} builtins[] = {
    {"one_of", NODE_ONE_OF, TYPE_BOOLEAN, 2, SIZE_MAX, "one_of(origin, \"shelter\", \"clinic\")", check_one_of},
    {"known", NODE_KNOWN, TYPE_BOOLEAN, 1, 1, "known(debt_status)", check_known},
    {"happened", NODE_HAPPENED, TYPE_BOOLEAN, 1, 1, "happened(warning_given)", check_event},
    {"silent", NODE_SILENT, TYPE_BOOLEAN, 1, 1, "silent(O1)", check_blank},
    {"add", NODE_ADD, TYPE_DATE, 2, 2, "add(birth_date, \"P18Y\")", check_add},
    {"days_between", NODE_DAYS_BETWEEN, TYPE_INTEGER, 2, 2, "days_between(from, to)", check_between},
    {"months_between", NODE_MONTHS_BETWEEN, TYPE_INTEGER, 2, 2, "months_between(from, to)", check_between},
    {"years_between", NODE_YEARS_BETWEEN, TYPE_INTEGER, 2, 2, "years_between(from, to)", check_between},
    {"min", NODE_MIN, TYPE_INTEGER, 2, SIZE_MAX, "min(a, b)", check_extreme},
    {"max", NODE_MAX, TYPE_INTEGER, 2, SIZE_MAX, "max(a, b)", check_extreme},
    {"due", NODE_DUE, TYPE_DATE, 1, 1, "due(home_offer)", check_deadline},
    {"missed", NODE_MISSED, TYPE_BOOLEAN, 1, 1, "missed(home_offer)", check_deadline},
};
#define BUILTIN_COUNT (sizeof builtins / sizeof *builtins)

static const struct builtin *builtin_find(struct text name)
{
    for (size_t i = 0; i < BUILTIN_COUNT; i++)
        if (text_is(name, builtins[i].name))
            return &builtins[i];
    return NULL;
}

bool is_builtin(struct text name)
{
    return builtin_find(name) != NULL;
}

static bool unknown_function(struct draft *draft, const struct node *call)
{
    struct text_list names = {0};
    for (size_t i = 0; i < BUILTIN_COUNT; i++)
        text_list_add(draft->arena, &names, text_of(builtins[i].name));
    draft_report(draft, "unknown_function", call->name, "unknown function `%.*s`%.*s", TEXT_ARGS(call->name),
                 TEXT_ARGS(draft_suggestion(draft, call->name, &names)));
    return false;
}

bool check_call(struct draft *draft, struct node *call)
{
    const struct builtin *builtin = builtin_find(call->name);
    if (!builtin)
        return unknown_function(draft, call);
    if (call->count < builtin->least || call->count > builtin->most) {
        draft_report(draft, "bad_argument", call->outer, "`%s` takes %s%zu argument%s, found %zu: write `%s`",
                     builtin->name, builtin->most > builtin->least ? "at least " : "", builtin->least,
                     builtin->least == 1 ? "" : "s", call->count, builtin->form);
        return false;
    }
    call->kind = builtin->kind;
    call->type.kind = builtin->gives;
    return builtin->check(draft, call);
}

/* Takes the bare name of a thing, an event's say, out of the parts: it is no value. */
static bool take_name(struct draft *draft, struct node *call, const char *what)
{
    const struct node *argument = call->parts[0];
    if (argument->kind != NODE_SYMBOL || argument->parenthesised) {
        draft_report(draft, "bad_argument", argument->outer, "expected the name of %s, found `%.*s`", what,
                     TEXT_ARGS(argument->outer));
        return false;
    }
    call->name = argument->name;
    call->count = 0;
    return true;
}

static bool unknown_thing(struct draft *draft, const struct node *call, const char *code, const char *what, char names)
{
    struct text_list known = {0};
    if (draft->scope->names)
        known = draft->scope->names(draft->scope->self, draft->arena, names);
    draft_report(draft, code, call->name, "unknown %s `%.*s`%.*s", what, TEXT_ARGS(call->name),
                 TEXT_ARGS(draft_suggestion(draft, call->name, &known)));
    return false;
}

static bool check_event(struct draft *draft, struct node *call)
{
    const struct scope *scope = draft->scope;
    if (!take_name(draft, call, "an event"))
        return false;
    return (scope->event && scope->event(scope->self, call->name, &call->index)) ||
           unknown_thing(draft, call, "unknown_event", "event", 'e');
}

static bool check_deadline(struct draft *draft, struct node *call)
{
    const struct scope *scope = draft->scope;
    if (!take_name(draft, call, "a deadline"))
        return false;
    return (scope->deadline && scope->deadline(scope->self, call->name, &call->index)) ||
           unknown_thing(draft, call, "unknown_deadline", "deadline", 'd');
}

static bool check_blank(struct draft *draft, struct node *call)
{
    const struct scope *scope = draft->scope;
    if (!take_name(draft, call, "what the covenant is silent on"))
        return false;
    return (scope->blank && scope->blank(scope->self, call->name, &call->index)) ||
           unknown_thing(draft, call, "unknown_blank", "blank", 'b');
}

static bool check_known(struct draft *draft, struct node *call)
{
    struct node **slot = &call->parts[0];
    if (!draft->scope->may_use_known) {
        draft_report(draft, "known_not_here", call->outer,
                     "`known` stands in `applies` and `when` only: here, false would count against the client");
        return false;
    }
    if (!take_name(draft, call, "a fact") || !check(draft, slot))
        return false;
    call->symbol = (*slot)->symbol;
    enum symbol_kind kind = call->symbol->kind;
    if (kind == SYMBOL_FACT || kind == SYMBOL_DERIVED || kind == SYMBOL_SECTION)
        return true;
    draft_report(draft, "bad_argument", (*slot)->outer,
                 "expected the name of a fact, found `%.*s`, which is always there", TEXT_ARGS(call->name));
    return false;
}

static bool is_literal(const struct node *node)
{
    return node->kind == NODE_LITERAL || (node->kind == NODE_NEGATE && node->parts[0]->kind == NODE_LITERAL);
}

/* Each literal to the kind of the first argument; `one_of(monthly_children, 12.50)` raises the first to money. */
static bool check_one_of(struct draft *draft, struct node *call)
{
    bool good = check(draft, &call->parts[0]);
    for (size_t i = 1; i < call->count; i++) {
        struct node *literal = call->parts[i];
        if (!is_literal(literal)) {
            draft_report(draft, "bad_argument", literal->outer, "expected a literal, found `%.*s`: use `==` and `or`",
                         TEXT_ARGS(literal->text));
            good = false;
        } else if (!check(draft, &call->parts[i])) {
            good = false;
        } else if (good && literal->type.kind == TYPE_MONEY && call->parts[0]->type.kind == TYPE_INTEGER) {
            good = check_kind(draft, &call->parts[0], TYPE_MONEY);
        }
    }
    const struct node *first = call->parts[0];
    for (size_t i = 1; good && i < call->count; i++) {
        bool fits = check_kind(draft, &call->parts[i], first->type.kind);
        if (fits && first->type.choices)
            fits = check_choices(draft, call->parts[i], first->type.choices, first->text);
        good = fits && good;
    }
    return good;
}

static bool check_term(struct draft *draft, struct node *call)
{
    const struct node *node = call->parts[1];
    const char *expected = NULL;
    if (node->kind != NODE_LITERAL || node->literal.kind != TYPE_TEXT)
        draft_report(draft, "bad_argument", node->outer, "expected a term such as `\"P6M\"`, found `%.*s`",
                     TEXT_ARGS(node->text));
    else if (!term_parse(node->literal.as.text, &call->term, &expected))
        draft_report(draft, "bad_literal", node->outer, "expected %s, found `%.*s`", expected, TEXT_ARGS(node->text));
    else if (call->term.unit == UNIT_HOURS || call->term.unit == UNIT_WORKING_DAYS)
        draft_report(draft, "bad_literal", node->outer,
                     "expected a term of days, weeks, months or years, found `%.*s`: only deadlines count %s",
                     TEXT_ARGS(node->text), call->term.unit == UNIT_HOURS ? "hours" : "working days");
    else
        return true;
    return false;
}

static bool check_add(struct draft *draft, struct node *call)
{
    bool date = check(draft, &call->parts[0]) && check_kind(draft, &call->parts[0], TYPE_DATE);
    bool term = check_term(draft, call);
    call->count = 1;
    return date && term;
}

static bool check_between(struct draft *draft, struct node *call)
{
    bool from = check(draft, &call->parts[0]) && check_kind(draft, &call->parts[0], TYPE_DATE);
    bool to = check(draft, &call->parts[1]) && check_kind(draft, &call->parts[1], TYPE_DATE);
    return from && to;
}

/* One date among them makes all dates, one amount all amounts. */
static bool check_extreme(struct draft *draft, struct node *call)
{
    bool good = true;
    for (size_t i = 0; i < call->count; i++)
        good = check(draft, &call->parts[i]) && good;
    if (!good)
        return false;
    enum type_kind kind = call->parts[0]->type.kind;
    for (size_t i = 1; i < call->count; i++) {
        enum type_kind other = call->parts[i]->type.kind;
        if ((kind == TYPE_INTEGER && other == TYPE_MONEY) || (kind == TYPE_TEXT && other == TYPE_DATE))
            kind = other;
    }
    if (!is_number(kind) && kind != TYPE_DATE) {
        draft_report(draft, "type_mismatch", call->parts[0]->outer, "expected numbers or dates, found %s: `%.*s`",
                     kind_phrase(kind), TEXT_ARGS(call->parts[0]->text));
        return false;
    }
    for (size_t i = 0; i < call->count; i++)
        good = check_kind(draft, &call->parts[i], kind) && good;
    call->type.kind = kind;
    return good;
}
