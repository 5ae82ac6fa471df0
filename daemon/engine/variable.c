#include "engine/variable.h"

#include <stdlib.h>
#include <string.h>

/* ---- conditions with what is known put in ---- */

struct filling {
    struct view *view;
    bool keep_facts; /* facts stay names, also when they are known: for flips */
};

static const struct derived *expandable(const struct view *view, const struct symbol *symbol)
{
    const struct derived *derived =
        symbol->kind == SYMBOL_DERIVED ? &view_covenant(view)->derived[symbol->index] : NULL;
    return derived && derived->kind == DERIVED_OF ? derived : NULL;
}

static enum substitute fill_symbol(void *self, const struct symbol *symbol, struct scalar *literal,
                                   const struct expression **expression)
{
    const struct filling *filling = self;
    if (symbol->kind == SYMBOL_ATTRIBUTE || symbol->kind == SYMBOL_EVENT_DATE || symbol->kind == SYMBOL_ON)
        return SUBSTITUTE_NOTHING;
    const struct derived *derived = expandable(filling->view, symbol);
    if (derived) {
        *expression = derived->of;
        return SUBSTITUTE_EXPRESSION;
    }
    if (symbol->kind == SYMBOL_FACT && filling->keep_facts)
        return SUBSTITUTE_NOTHING;
    struct judged judged = view_symbol(filling->view, symbol);
    if (!judged.answer.known)
        return SUBSTITUTE_NOTHING;
    *literal = judged.answer.value;
    return SUBSTITUTE_LITERAL;
}

const struct expression *expression_known_in(struct view *view, const struct expression *expression, bool keep_facts)
{
    struct filling filling = {view, keep_facts};
    struct substitution substitution = {&filling, fill_symbol};
    return expression_substitute(view_deciding(view)->arena, expression, &substitution);
}

/* ---- values to try ---- */

static void value_add(struct arena *arena, struct variable *variable, size_t *capacity, struct scalar value)
{
    for (size_t i = 0; i < variable->values_count; i++)
        if (scalar_equal(variable->values[i], value))
            return;
    struct scalar *room = arena_push(arena, &variable->values, &variable->values_count, capacity, sizeof *room);
    *room = value;
}

static int by_scalar(const void *left, const void *right)
{
    return scalar_compare(*(const struct scalar *)left, *(const struct scalar *)right);
}

/* Each threshold, and its neighbours: with them every range between thresholds has one that stands for it. */
static void add_range(struct arena *arena, struct variable *variable, size_t *capacity, struct scalar threshold)
{
    struct date first, last;
    (void)date_of(YEAR_MIN, 1, 1, &first);
    (void)date_of(YEAR_MAX, 12, 31, &last);
    for (int step = -1; step <= 1; step++) {
        struct scalar value = threshold;
        if (threshold.kind == TYPE_DATE) {
            value.as.date.day += step;
            if (date_compare(value.as.date, first) < 0 || date_compare(value.as.date, last) > 0)
                continue;
        } else {
            value.as.number += step;
        }
        value_add(arena, variable, capacity, value);
    }
}

static void add_values_of_type(struct arena *arena, struct variable *variable, size_t *capacity)
{
    const struct type *type = &variable->symbol->type;
    if (type->kind == TYPE_BOOLEAN) {
        value_add(arena, variable, capacity, (struct scalar){.kind = TYPE_BOOLEAN, .as.boolean = false});
        value_add(arena, variable, capacity, (struct scalar){.kind = TYPE_BOOLEAN, .as.boolean = true});
    }
    for (size_t i = 0; type->choices && i < type->choices->count; i++)
        value_add(arena, variable, capacity, (struct scalar){.kind = TYPE_TEXT, .as.text = type->choices->items[i]});
}

/* A variable no condition compares with anything, or a text beside the texts it is compared with: any other value. */
static void add_another_value(struct arena *arena, struct variable *variable, size_t *capacity, struct date on)
{
    struct scalar value = {.kind = variable->symbol->type.kind};
    switch (value.kind) {
    case TYPE_BOOLEAN:
        return;
    case TYPE_TEXT:
        if (variable->symbol->type.choices)
            return;
        value.as.text = TEXT("\x7f"); /* no text that anybody writes */
        break;
    case TYPE_DATE:
        if (variable->values_count)
            return;
        value.as.date = on;
        break;
    case TYPE_INTEGER:
    case TYPE_MONEY:
        if (variable->values_count)
            return;
        break;
    }
    value_add(arena, variable, capacity, value);
}

static void find_values(const struct inquiry *inquiry, struct view *view, struct variable *variable, bool keep_facts)
{
    struct arena *arena = inquiry->deciding->arena;
    struct scalar *thresholds = NULL;
    size_t count = 0, capacity = 0, values_capacity = 0;
    variable->complete = true;
    for (size_t p = 0; p < inquiry->parts_count; p++)
        for (size_t c = 0; variable->parts[p] && inquiry->parts[p].conditions[c]; c++) {
            const struct expression *filled =
                expression_known_in(view, inquiry->parts[p].conditions[c], keep_facts);
            variable->complete &= expression_thresholds(arena, filled, variable->symbol, inquiry->deciding->on,
                                                        &thresholds, &count, &capacity);
        }
    add_values_of_type(arena, variable, &values_capacity);
    for (size_t i = 0; i < count; i++)
        if (thresholds[i].kind == TYPE_TEXT)
            value_add(arena, variable, &values_capacity, thresholds[i]);
        else
            add_range(arena, variable, &values_capacity, thresholds[i]);
    add_another_value(arena, variable, &values_capacity, inquiry->deciding->on);
    qsort(variable->values, variable->values_count, sizeof *variable->values, by_scalar);
}

/* ---- which names ---- */

static bool same_symbol(const struct symbol *a, const struct symbol *b)
{
    return a->kind == b->kind && a->index == b->index;
}

static struct variable *variable_of(const struct inquiry *inquiry, struct variables *variables,
                                    const struct symbol *symbol)
{
    struct arena *arena = inquiry->deciding->arena;
    for (size_t i = 0; i < variables->count; i++)
        if (same_symbol(variables->items[i].symbol, symbol))
            return &variables->items[i];
    struct variable *variable =
        arena_push(arena, &variables->items, &variables->count, &variables->capacity, sizeof *variable);
    variable->symbol = symbol;
    variable->parts = ARENA_ARRAY(arena, inquiry->parts_count + 1, bool);
    return variable;
}

/* Whether the cause of an unknown can be answered at all: a blank cannot, nor can what fails. */
static bool answerable(const struct cause *causes)
{
    for (const struct cause *cause = causes; cause; cause = cause->next)
        if (cause->kind == CAUSE_FACT || cause->kind == CAUSE_EVENT)
            return true;
    return false;
}

static void add_use(const struct inquiry *inquiry, struct view *view, struct variables *variables, size_t part,
                    const struct use *use, enum variable_choice choice)
{
    if (use->kind == USE_DUE || use->kind == USE_MISSED) {
        struct judged judged = use->kind == USE_DUE ? deadline_due(view, use->index) : deadline_missed(view, use->index);
        variables->opaque[part] |= !judged.answer.known && answerable(judged.answer.causes);
        return;
    }
    if (use->kind != USE_SYMBOL || use->symbol->kind == SYMBOL_ON)
        return;
    struct judged judged = view_symbol(view, use->symbol);
    bool unknown = !judged.answer.known && answerable(judged.answer.causes);
    if (choice == VARIABLES_FACTS ? use->symbol->kind != SYMBOL_FACT : !unknown)
        return;
    struct variable *variable = variable_of(inquiry, variables, use->symbol);
    variable->parts[part] = true;
    variable->causes = judged.answer.known ? NULL : judged.answer.causes;
}

struct variables variables_of(const struct inquiry *inquiry, const bool *wanted, enum variable_choice choice)
{
    struct arena *arena = inquiry->deciding->arena;
    struct view *view = view_today(inquiry->deciding);
    struct variables variables = {.opaque = ARENA_ARRAY(arena, inquiry->parts_count + 1, bool)};
    bool keep_facts = choice == VARIABLES_FACTS;
    for (size_t p = 0; p < inquiry->parts_count; p++)
        for (size_t c = 0; (!wanted || wanted[p]) && inquiry->parts[p].conditions[c]; c++) {
            struct uses uses = {0};
            expression_uses(arena, expression_known_in(view, inquiry->parts[p].conditions[c], keep_facts), &uses);
            for (size_t u = 0; u < uses.count; u++)
                add_use(inquiry, view, &variables, p, &uses.items[u], choice);
        }
    for (size_t i = 0; i < variables.count; i++)
        find_values(inquiry, view, &variables.items[i], keep_facts);
    return variables;
}

/* ---- time ---- */

static bool condition_is_constant(const struct covenant *covenant, const struct expression *expression);

static bool argument_is_constant(const struct covenant *covenant, const struct argument *argument)
{
    return argument->kind != ARGUMENT_SYMBOL || symbol_is_constant(covenant, argument->symbol);
}

bool symbol_is_constant(const struct covenant *covenant, const struct symbol *symbol)
{
    if (symbol->kind == SYMBOL_FACT)
        return true;
    if (symbol->kind == SYMBOL_SECTION) /* contracts and phases come from events alone */
        return symbol->index == NAME_CONTRACT_KIND || symbol->index == NAME_CONTRACT_SINCE ||
               symbol->index == NAME_SUPPORT_PHASE || symbol->index == NAME_PHASE_STARTED;
    if (symbol->kind != SYMBOL_DERIVED)
        return false;
    const struct derived *derived = &covenant->derived[symbol->index];
    if (derived->kind == DERIVED_OF)
        return condition_is_constant(covenant, derived->of);
    for (size_t i = 0; i < derived->arguments_count; i++)
        if (!argument_is_constant(covenant, &derived->arguments[i]))
            return false;
    bool since = derived->since.kind != ANCHOR_DEADLINE &&
                 (derived->since.kind != ANCHOR_SYMBOL || symbol_is_constant(covenant, derived->since.symbol));
    return since && !derived->has_within && (!derived->where || condition_is_constant(covenant, derived->where));
}

static bool condition_is_constant(const struct covenant *covenant, const struct expression *expression)
{
    struct arena arena;
    struct uses uses = {0};
    bool constant = true;
    arena_init(&arena);
    expression_uses(&arena, expression, &uses);
    for (size_t i = 0; i < uses.count; i++) {
        const struct use *use = &uses.items[i];
        bool attribute = use->kind == USE_SYMBOL &&
                         (use->symbol->kind == SYMBOL_ATTRIBUTE || use->symbol->kind == SYMBOL_EVENT_DATE);
        if (use->kind == USE_DUE || use->kind == USE_MISSED)
            constant = false;
        else if (use->kind == USE_SYMBOL && !attribute)
            constant &= symbol_is_constant(covenant, use->symbol);
    }
    arena_finish(&arena);
    return constant;
}
