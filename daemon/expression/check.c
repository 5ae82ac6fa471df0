#include "expression/node.h"

#include <assert.h>

static const struct symbol on = {SYMBOL_ON, {"on", 2}, {TYPE_DATE, NULL}, 0};

const struct symbol *symbol_on(void)
{
    return &on;
}

bool symbol_same(const struct symbol *a, const struct symbol *b)
{
    return a == b || (a->kind == b->kind && a->index == b->index && text_equal(a->name, b->name));
}

const char *kind_phrase(enum type_kind kind)
{
    static const char *const phrases[] = {
        [TYPE_BOOLEAN] = "a boolean", [TYPE_INTEGER] = "an integer", [TYPE_MONEY] = "money",
        [TYPE_TEXT] = "a text",       [TYPE_DATE] = "a date",
    };
    return phrases[kind];
}

bool is_number(enum type_kind kind)
{
    return kind == TYPE_INTEGER || kind == TYPE_MONEY;
}

bool is_comparison(enum node_kind kind)
{
    return kind >= NODE_EQUAL && kind <= NODE_GREATER_EQUAL;
}

/* All that may stand for a value, for suggestions. */
static struct text suggest_symbol(struct draft *draft, struct text name)
{
    struct text_list names = {0}, known = {0};
    if (draft->scope->names)
        known = draft->scope->names(draft->scope->self, draft->arena, 's');
    for (size_t i = 0; i < known.count; i++)
        text_list_add(draft->arena, &names, known.items[i]);
    text_list_add(draft->arena, &names, TEXT("on"));
    text_list_add(draft->arena, &names, TEXT("true"));
    text_list_add(draft->arena, &names, TEXT("false"));
    return draft_suggestion(draft, name, &names);
}

static bool unknown_name(struct draft *draft, const struct node *node)
{
    const struct scope *scope = draft->scope;
    size_t index;
    const char *call = NULL, *meant = word_meant(node->name);
    if (scope->event && scope->event(scope->self, node->name, &index))
        call = "is an event: ask `happened";
    else if (scope->deadline && scope->deadline(scope->self, node->name, &index))
        call = "is a deadline: ask `due";
    else if (scope->blank && scope->blank(scope->self, node->name, &index))
        call = "is where the covenant is silent: write `silent";
    if (call)
        draft_report(draft, "unknown_name", node->outer, "`%.*s` %s(%.*s)`", TEXT_ARGS(node->name), call,
                     TEXT_ARGS(node->name));
    else if (is_builtin(node->name))
        draft_report(draft, "unknown_name", node->outer, "`%.*s` is a function: write `%.*s(...)`",
                     TEXT_ARGS(node->name), TEXT_ARGS(node->name));
    else if (meant)
        draft_report(draft, "unknown_name", node->outer, "unknown name `%.*s`: use `%s`", TEXT_ARGS(node->name), meant);
    else
        draft_report(draft, "unknown_name", node->outer, "unknown name `%.*s`%.*s", TEXT_ARGS(node->name),
                     TEXT_ARGS(suggest_symbol(draft, node->name)));
    return false;
}

static bool check_symbol(struct draft *draft, struct node *node)
{
    if (text_equal(node->name, on.name))
        node->symbol = &on;
    else if (draft->scope->symbol)
        node->symbol = draft->scope->symbol(draft->scope->self, node->name);
    if (!node->symbol)
        return unknown_name(draft, node);
    node->type = node->symbol->type;
    return true;
}

static bool mismatch(struct draft *draft, const struct node *node, const char *expected)
{
    draft_report(draft, "type_mismatch", node->outer, "expected %s, found %s: `%.*s`", expected,
                 kind_phrase(node->type.kind), TEXT_ARGS(node->text));
    return false;
}

static bool euros(struct draft *draft, struct node **slot)
{
    struct node *node = *slot;
    if (node->kind != NODE_LITERAL) {
        *slot = node_around(draft->arena, NODE_EUROS, node);
        (*slot)->type.kind = TYPE_MONEY;
        return true;
    }
    if (__builtin_mul_overflow(node->literal.as.number, 100, &node->literal.as.number)) {
        draft_report(draft, "bad_literal", node->outer, "the number is too large: `%.*s`", TEXT_ARGS(node->text));
        return false;
    }
    node->literal.kind = node->type.kind = TYPE_MONEY;
    return true;
}

static bool text_to_date(struct draft *draft, struct node *node)
{
    struct date date;
    if (!date_parse(node->literal.as.text, &date)) {
        draft_report(draft, "bad_literal", node->outer, "expected a date such as `\"2026-01-31\"`, found `%.*s`",
                     TEXT_ARGS(node->text));
        return false;
    }
    node->literal = (struct scalar){.kind = TYPE_DATE, .as.date = date};
    node->type.kind = TYPE_DATE;
    return true;
}

bool check_kind(struct draft *draft, struct node **slot, enum type_kind kind)
{
    struct node *node = *slot;
    enum type_kind found = node->type.kind;
    if (found == kind)
        return true;
    if (kind == TYPE_MONEY && found == TYPE_INTEGER)
        return euros(draft, slot);
    if (kind == TYPE_DATE && node->kind == NODE_LITERAL && found == TYPE_TEXT)
        return text_to_date(draft, node);
    return mismatch(draft, node, kind_phrase(kind));
}

static struct text choices_text(struct draft *draft, const struct text_list *choices)
{
    struct buffer buffer;
    buffer_init(&buffer, draft->findings->arena);
    for (size_t i = 0; i < choices->count; i++)
        buffer_format(&buffer, "%s`%.*s`", i ? ", " : "", TEXT_ARGS(choices->items[i]));
    return buffer_text(&buffer);
}

static bool check_choice(struct draft *draft, const struct node *literal, const struct text_list *choices,
                         struct text whose)
{
    struct text found = literal->literal.as.text;
    if (text_list_has(choices, found))
        return true;
    struct text of = whose.at ? text_format(draft->findings->arena, " of `%.*s`", TEXT_ARGS(whose)) : TEXT("");
    struct text nearest = draft_suggestion(draft, found, choices);
    if (nearest.length)
        draft_report(draft, "not_a_choice", literal->outer, "`%.*s` is no choice%.*s%.*s", TEXT_ARGS(found),
                     TEXT_ARGS(of), TEXT_ARGS(nearest));
    else
        draft_report(draft, "not_a_choice", literal->outer, "`%.*s` is no choice%.*s: expected one of %.*s",
                     TEXT_ARGS(found), TEXT_ARGS(of), TEXT_ARGS(choices_text(draft, choices)));
    return false;
}

bool check_choices(struct draft *draft, const struct node *node, const struct text_list *choices, struct text whose)
{
    if (node->kind == NODE_LITERAL)
        return check_choice(draft, node, choices, whose);
    const struct text_list *own = node->type.choices;
    if (!own || own == choices)
        return true;
    for (size_t i = 0; i < own->count; i++)
        if (text_list_has(choices, own->items[i]))
            return true;
    draft_report(draft, "not_a_choice", node->outer, "`%.*s` shares no choice%s%.*s%s: expected one of %.*s",
                 TEXT_ARGS(node->text), whose.at ? " with `" : "", TEXT_ARGS(whose), whose.at ? "`" : "",
                 TEXT_ARGS(choices_text(draft, choices)));
    return false;
}

/* Both sides of an operator to one kind. A literal is blamed before a name: it is what was just typed. */
static bool unify(struct draft *draft, struct node **left, struct node **right)
{
    enum type_kind a = (*left)->type.kind, b = (*right)->type.kind;
    bool blame_left = (*left)->kind == NODE_LITERAL && (*right)->kind != NODE_LITERAL;
    if (is_number(a) && is_number(b))
        blame_left = a == TYPE_INTEGER && b == TYPE_MONEY;
    return blame_left ? check_kind(draft, left, b) : check_kind(draft, right, a);
}

/* `not a == b` is `(not a) == b`. */
static bool misread_not(struct draft *draft, const struct node *node)
{
    const struct node *left = node->parts[0];
    if (left->kind != NODE_NOT || left->parenthesised || left->parts[0]->type.kind == TYPE_BOOLEAN)
        return false;
    struct text rest = {left->parts[0]->outer.at, 0};
    rest.length = (size_t)(node->text.at + node->text.length - rest.at);
    draft_report(draft, "type_mismatch", left->outer, "`not` takes only `%.*s`: write `not (%.*s)`",
                 TEXT_ARGS(left->parts[0]->text), TEXT_ARGS(rest));
    return true;
}

static bool check_comparison(struct draft *draft, struct node *node)
{
    struct node *left = node->parts[0];
    node->type.kind = TYPE_BOOLEAN;
    bool not_first = left->kind == NODE_NOT && !left->parenthesised;
    bool left_good = check(draft, not_first ? &left->parts[0] : &node->parts[0]);
    bool right_good = check(draft, &node->parts[1]);
    if (!left_good || !right_good || (not_first && misread_not(draft, node)))
        return false;
    left->type.kind = not_first ? TYPE_BOOLEAN : left->type.kind;
    if (!unify(draft, &node->parts[0], &node->parts[1]))
        return false;
    const struct node *a = node->parts[0], *b = node->parts[1];
    bool equality = node->kind == NODE_EQUAL || node->kind == NODE_UNEQUAL;
    if (!equality && !is_number(a->type.kind) && a->type.kind != TYPE_DATE)
        return mismatch(draft, a, "numbers or dates around an order such as `<`");
    if (a->type.choices)
        return check_choices(draft, b, a->type.choices, a->text);
    return !b->type.choices || check_choices(draft, a, b->type.choices, b->text);
}

static bool check_dates_in_sum(struct draft *draft, const struct node *node)
{
    const struct node *a = node->parts[0], *b = node->parts[1];
    bool both = a->type.kind == TYPE_DATE && b->type.kind == TYPE_DATE;
    struct text date = a->type.kind == TYPE_DATE ? a->text : b->text;
    if (a->type.kind != TYPE_DATE && b->type.kind != TYPE_DATE)
        return true;
    if (node->kind == NODE_MINUS && both)
        draft_report(draft, "type_mismatch", node->outer, "dates are not subtracted: use `days_between(%.*s, %.*s)`",
                     TEXT_ARGS(b->text), TEXT_ARGS(a->text));
    else if (node->kind == NODE_MINUS)
        draft_report(draft, "type_mismatch", node->outer,
                     "nothing is subtracted from a date: use `add` on the other side of the comparison");
    else
        draft_report(draft, "type_mismatch", node->outer, "dates are not added to with `+`: use `add(%.*s, \"P14D\")`",
                     TEXT_ARGS(date));
    return false;
}

static bool check_arithmetic(struct draft *draft, struct node *node)
{
    bool left_good = check(draft, &node->parts[0]), right_good = check(draft, &node->parts[1]);
    if (!left_good || !right_good || !check_dates_in_sum(draft, node))
        return false;
    for (size_t i = 0; i < 2; i++)
        if (!is_number(node->parts[i]->type.kind))
            return mismatch(draft, node->parts[i], "a number");
    bool moneys[2] = {node->parts[0]->type.kind == TYPE_MONEY, node->parts[1]->type.kind == TYPE_MONEY};
    node->type.kind = moneys[0] || moneys[1] ? TYPE_MONEY : TYPE_INTEGER;
    if (node->kind != NODE_TIMES)
        return unify(draft, &node->parts[0], &node->parts[1]);
    if (moneys[0] && moneys[1]) {
        draft_report(draft, "type_mismatch", node->outer, "money is not multiplied with money: `%.*s`",
                     TEXT_ARGS(node->text));
        return false;
    }
    return true;
}

static bool check_negate(struct draft *draft, struct node *node)
{
    if (!check(draft, &node->parts[0]))
        return false;
    if (!is_number(node->parts[0]->type.kind))
        return mismatch(draft, node->parts[0], "a number");
    node->type.kind = node->parts[0]->type.kind;
    return true;
}

/* `and`, `or`, `not`. */
static bool check_logic(struct draft *draft, struct node *node)
{
    bool good = true;
    node->type.kind = TYPE_BOOLEAN;
    for (size_t i = 0; i < node->count; i++)
        if (!check(draft, &node->parts[i]) || !check_kind(draft, &node->parts[i], TYPE_BOOLEAN))
            good = false;
    return good;
}

bool check(struct draft *draft, struct node **slot)
{
    struct node *node = *slot;
    switch (node->kind) {
    case NODE_LITERAL:
        node->type.kind = node->literal.kind;
        return true;
    case NODE_SYMBOL:
        return check_symbol(draft, node);
    case NODE_NOT:
    case NODE_AND:
    case NODE_OR:
        return check_logic(draft, node);
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
        return check_comparison(draft, node);
    case NODE_PLUS:
    case NODE_MINUS:
    case NODE_TIMES:
        return check_arithmetic(draft, node);
    case NODE_NEGATE:
        return check_negate(draft, node);
    case NODE_CALL:
        return check_call(draft, node);
    case NODE_EUROS:
    case NODE_ONE_OF:
    case NODE_KNOWN:
    case NODE_HAPPENED:
    case NODE_SILENT:
    case NODE_ADD:
    case NODE_DAYS_BETWEEN:
    case NODE_MONTHS_BETWEEN:
    case NODE_YEARS_BETWEEN:
    case NODE_MIN:
    case NODE_MAX:
    case NODE_DUE:
    case NODE_MISSED:
        break;
    }
    assert(false); /* a node is checked once */
    return false;
}
