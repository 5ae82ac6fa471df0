/*
 * Where an expression may change its value as one symbol moves. Each comparison is solved for the symbol by itself:
 * numbers as a line (slope * symbol + offset), dates by halving, since all that is done with a date keeps its order.
 */
#include "expression/node.h"

#include <limits.h>

struct search {
    struct arena *arena;
    const struct symbol *symbol;
    struct date on;
    struct scalar **items;
    size_t *count, *capacity;
    bool complete;
};

/* Knows nothing but, while probing, the symbol. */
struct probe {
    struct arena *arena;
    const struct symbol *symbol; /* NULL: nothing at all */
    struct scalar value;
};

static struct answer not_known(struct arena *arena)
{
    return answer_unknown(arena, CAUSE_FACT, TEXT("probe"), (struct text){0});
}

static struct answer probe_symbol(void *self, const struct symbol *symbol)
{
    const struct probe *probe = self;
    bool found = probe->symbol && symbol_same(probe->symbol, symbol);
    return found ? answer_known(probe->value) : not_known(probe->arena);
}

static struct answer probe_thing(void *self, size_t index)
{
    const struct probe *probe = self;
    (void)index;
    return not_known(probe->arena);
}

static struct reader probe_reader(struct probe *probe, struct date on)
{
    return (struct reader){probe, probe->arena, on, probe_symbol, probe_thing, probe_thing, probe_thing};
}

/* The value of what does not depend on any name; false when it does. */
static bool constant(const struct search *search, const struct node *node, struct scalar *value)
{
    struct probe probe = {.arena = search->arena};
    struct reader reader = probe_reader(&probe, search->on);
    struct answer answer = node_evaluate(node, &reader);
    *value = answer.value;
    return answer.known;
}

static struct answer at_date(const struct search *search, const struct node *node, struct date date)
{
    struct probe probe = {search->arena, search->symbol, {.kind = TYPE_DATE, .as.date = date}};
    struct reader reader = probe_reader(&probe, search->symbol->kind == SYMBOL_ON ? date : search->on);
    return node_evaluate(node, &reader);
}

static bool contains(const struct node *node, const struct symbol *symbol)
{
    if (node->kind == NODE_SYMBOL && symbol_same(node->symbol, symbol))
        return true;
    for (size_t i = 0; i < node->count; i++)
        if (contains(node->parts[i], symbol))
            return true;
    return false;
}

static void add_threshold(struct search *search, struct scalar value)
{
    for (size_t i = 0; i < *search->count; i++)
        if (scalar_equal((*search->items)[i], value))
            return;
    struct scalar *room = arena_push(search->arena, search->items, search->count, search->capacity, sizeof *room);
    *room = value;
}

/* What a date is measured by: a call of `days_between` and the like, or one side of a comparison less the other. */
struct measure {
    const struct node *call;
    const struct node *left, *right;
};

static bool measure_at(const struct search *search, const struct measure *measure, int32_t day, long long *result)
{
    struct date date = {day};
    if (measure->call) {
        struct answer answer = at_date(search, measure->call, date);
        *result = answer.value.as.number;
        return answer.known;
    }
    struct answer left = at_date(search, measure->left, date), right = at_date(search, measure->right, date);
    *result = left.known && right.known ? (long long)left.value.as.date.day - right.value.as.date.day : 0;
    return left.known && right.known;
}

/* The last day of [low, high] that is like `low`: below `limit` or not, computable or not. */
static int32_t last_alike(const struct search *search, const struct measure *measure, int32_t low, int32_t high,
                          long long limit)
{
    long long result;
    bool known = measure_at(search, measure, low, &result), below = known && result < limit;
    while (low < high) {
        int32_t middle = low + (high - low + 1) / 2;
        bool middle_known = measure_at(search, measure, middle, &result);
        if (middle_known == known && (middle_known && result < limit) == below)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/*
 * Where the measure passes `limit`: of the two days there, the one on the wanted side. Beyond some day the measure may
 * not be computable (a date after 2199): the search stops before it.
 */
static void add_edge(struct search *search, const struct measure *measure, long long limit, bool wants_below)
{
    struct date first, last;
    long long result;
    (void)date_of(YEAR_MIN, 1, 1, &first);
    (void)date_of(YEAR_MAX, 12, 31, &last);
    if (!measure_at(search, measure, first.day, &result))
        return;
    bool below = result < limit;
    int32_t edge = last_alike(search, measure, first.day, last.day, limit);
    if (edge == last.day || !measure_at(search, measure, edge + 1, &result))
        return;
    struct date day = {below == wants_below ? edge : edge + 1};
    add_threshold(search, (struct scalar){.kind = TYPE_DATE, .as.date = day});
}

/* `kind` with its sides swapped. */
static enum node_kind mirrored(enum node_kind kind)
{
    if (kind == NODE_LESS)
        return NODE_GREATER;
    if (kind == NODE_LESS_EQUAL)
        return NODE_GREATER_EQUAL;
    if (kind == NODE_GREATER)
        return NODE_LESS;
    return kind == NODE_GREATER_EQUAL ? NODE_LESS_EQUAL : kind;
}

/* The edges of `measure kind limit`; the threshold is the day on which it still, or already, holds. */
static void add_edges(struct search *search, const struct measure *measure, enum node_kind kind, long long limit)
{
    bool equality = kind == NODE_EQUAL || kind == NODE_UNEQUAL;
    if (equality || kind == NODE_GREATER_EQUAL || kind == NODE_LESS)
        add_edge(search, measure, limit, kind == NODE_LESS);
    if (limit < LLONG_MAX && (equality || kind == NODE_GREATER || kind == NODE_LESS_EQUAL))
        add_edge(search, measure, limit + 1, equality || kind == NODE_LESS_EQUAL);
}

/* Does a date only ever move later as the symbol does? The symbol itself, `add`, `min` and `max` of such. */
static bool keeps_order(const struct search *search, const struct node *node)
{
    struct scalar value;
    if (!contains(node, search->symbol))
        return constant(search, node, &value);
    if (node->kind == NODE_SYMBOL)
        return true;
    for (size_t i = 0; i < node->count; i++)
        if (!keeps_order(search, node->parts[i]))
            return false;
    return node->kind == NODE_ADD || node->kind == NODE_MIN || node->kind == NODE_MAX;
}

/* One of two dates moves with the symbol, the other stands. */
static bool measurable(const struct search *search, const struct node *left, const struct node *right)
{
    return contains(left, search->symbol) != contains(right, search->symbol) && keeps_order(search, left) &&
           keeps_order(search, right);
}

/* slope * atom + offset, where the atom is the symbol or a call of `days_between` and the like on it. */
struct line {
    const struct node *atom; /* NULL: a constant */
    long long slope, offset;
};

static bool same_atom(const struct node *a, const struct node *b)
{
    return !a || !b || (a->kind == NODE_SYMBOL && b->kind == NODE_SYMBOL);
}

static bool line_add(struct line a, struct line b, long long sign, struct line *sum)
{
    sum->atom = a.atom ? a.atom : b.atom;
    return same_atom(a.atom, b.atom) && !__builtin_mul_overflow(b.slope, sign, &b.slope) &&
           !__builtin_mul_overflow(b.offset, sign, &b.offset) &&
           !__builtin_add_overflow(a.slope, b.slope, &sum->slope) &&
           !__builtin_add_overflow(a.offset, b.offset, &sum->offset);
}

static bool line_times(struct line a, struct line b, struct line *product)
{
    if (a.atom && b.atom)
        return false;
    struct line factor = a.atom ? b : a;
    *product = a.atom ? a : b;
    return !__builtin_mul_overflow(product->slope, factor.offset, &product->slope) &&
           !__builtin_mul_overflow(product->offset, factor.offset, &product->offset);
}

static bool line_of(const struct search *search, const struct node *node, struct line *line)
{
    struct line parts[2] = {{0}, {0}};
    if (!contains(node, search->symbol)) {
        struct scalar value;
        bool known = constant(search, node, &value);
        *line = (struct line){NULL, 0, known ? value.as.number : 0};
        return known;
    }
    *line = (struct line){node, 1, 0};
    if (node->kind == NODE_SYMBOL)
        return true;
    if (node->kind == NODE_DAYS_BETWEEN || node->kind == NODE_MONTHS_BETWEEN || node->kind == NODE_YEARS_BETWEEN)
        return measurable(search, node->parts[0], node->parts[1]);
    if (node->count > 2)
        return false;
    for (size_t i = 0; i < node->count; i++)
        if (!line_of(search, node->parts[i], &parts[i]))
            return false;
    if (node->kind == NODE_PLUS || node->kind == NODE_MINUS)
        return line_add(parts[0], parts[1], node->kind == NODE_PLUS ? 1 : -1, line);
    if (node->kind == NODE_TIMES)
        return line_times(parts[0], parts[1], line);
    if (node->kind == NODE_NEGATE)
        return line_add((struct line){0}, parts[0], -1, line);
    return node->kind == NODE_EUROS && line_times(parts[0], (struct line){NULL, 0, 100}, line);
}

/* slope * atom + offset `kind` 0. */
static void solve(struct search *search, enum node_kind kind, struct line line)
{
    if (line.slope < 0)
        kind = mirrored(kind);
    if (line.offset == LLONG_MIN || line.slope == LLONG_MIN) {
        search->complete = false;
        return;
    }
    long long root = -line.offset / line.slope;
    bool exact = line.offset % line.slope == 0;
    bool negative = (line.offset > 0) == (line.slope > 0);
    if (!exact && negative)
        root--; /* division cuts towards zero; the root lies between `root` and the next */
    bool holds_below = kind == NODE_LESS || kind == NODE_LESS_EQUAL;
    if (line.atom->kind == NODE_SYMBOL) {
        long long number = exact || holds_below ? root : root + 1;
        add_threshold(search, (struct scalar){.kind = search->symbol->type.kind, .as.number = number});
        return;
    }
    struct measure measure = {.call = line.atom};
    if (exact)
        add_edges(search, &measure, kind, root);
    else
        add_edge(search, &measure, root + 1, holds_below);
}

static void compare_numbers(struct search *search, enum node_kind kind, const struct node *left,
                            const struct node *right)
{
    struct line a = {0}, b = {0}, difference = {0};
    if (!line_of(search, left, &a) || !line_of(search, right, &b) || !line_add(a, b, -1, &difference))
        search->complete = false;
    else if (difference.slope)
        solve(search, kind, difference);
}

static void compare_texts(struct search *search, const struct node *left, const struct node *right)
{
    const struct node *literal = left->kind == NODE_LITERAL ? left : right;
    if (literal->kind == NODE_LITERAL)
        add_threshold(search, literal->literal);
    else
        search->complete = false;
}

static void compare(struct search *search, enum node_kind kind, const struct node *left, const struct node *right)
{
    if (!contains(left, search->symbol) && !contains(right, search->symbol))
        return;
    if (right->kind == NODE_MIN || right->kind == NODE_MAX) {
        const struct node *other = left;
        left = right;
        right = other;
        kind = mirrored(kind);
    }
    /* The least of some compares as its parts do, each by itself. */
    if (left->kind == NODE_MIN || left->kind == NODE_MAX) {
        for (size_t i = 0; i < left->count; i++)
            compare(search, kind, left->parts[i], right);
        return;
    }
    if (is_number(left->type.kind)) {
        compare_numbers(search, kind, left, right);
    } else if (left->type.kind == TYPE_TEXT) {
        compare_texts(search, left, right);
    } else if (measurable(search, left, right)) {
        struct measure measure = {.left = left, .right = right};
        add_edges(search, &measure, kind, 0);
    } else {
        search->complete = false;
    }
}

static void walk(struct search *search, const struct node *node)
{
    if (!contains(node, search->symbol))
        return;
    bool logic = node->kind == NODE_AND || node->kind == NODE_OR || node->kind == NODE_NOT;
    bool comparison = is_comparison(node->kind);
    if (node->kind == NODE_ONE_OF) {
        for (size_t i = 1; i < node->count; i++)
            compare(search, NODE_EQUAL, node->parts[0], node->parts[i]);
    } else if (comparison && node->parts[0]->type.kind != TYPE_BOOLEAN) {
        compare(search, node->kind, node->parts[0], node->parts[1]);
    } else if (comparison || logic) {
        for (size_t i = 0; i < node->count; i++)
            walk(search, node->parts[i]);
    } else {
        search->complete = false;
    }
}

bool expression_thresholds(struct arena *arena, const struct expression *expression, const struct symbol *symbol,
                           struct date on, struct scalar **items, size_t *count, size_t *capacity)
{
    struct search search = {arena, symbol, on, items, count, capacity, true};
    if (symbol->type.kind != TYPE_BOOLEAN && !symbol->type.choices)
        walk(&search, expression->root);
    return search.complete;
}
