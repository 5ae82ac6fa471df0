/*
 * The hot path: where all is known nothing is allocated. Every part is evaluated, also where the answer is settled
 * already, so that what was read does not depend on the values.
 */
#include "expression/node.h"

#include <assert.h>

static struct answer known_number(enum type_kind kind, long long number)
{
    return answer_known((struct scalar){.kind = kind, .as.number = number});
}

static struct answer known_date(struct date date)
{
    return answer_known((struct scalar){.kind = TYPE_DATE, .as.date = date});
}

/* `so_far` with the causes of `answer`, where that is unknown; a known `so_far` has none. */
static struct answer with_causes(const struct reader *reader, struct answer so_far, struct answer answer)
{
    if (answer.known)
        return so_far;
    return so_far.known ? answer : answer_join(reader->arena, so_far, answer);
}

static struct answer failure(const struct node *node, const struct reader *reader, const char *detail)
{
    return answer_unknown(reader->arena, CAUSE_FAILURE, node->text, text_of(detail));
}

/* Kleene's `and` (false decides) and `or` (true decides). */
static struct answer evaluate_chain(const struct node *node, const struct reader *reader, bool decisive)
{
    struct answer unknown = answer_boolean(!decisive);
    bool decided = false;
    for (size_t i = 0; i < node->count; i++) {
        struct answer part = node_evaluate(node->parts[i], reader);
        if (part.known)
            decided = decided || part.value.as.boolean == decisive;
        else if (!decided)
            unknown = with_causes(reader, unknown, part);
    }
    return decided ? answer_boolean(decisive) : unknown;
}

static bool comparison_holds(enum node_kind kind, struct scalar a, struct scalar b)
{
    if (kind == NODE_EQUAL || kind == NODE_UNEQUAL)
        return scalar_equal(a, b) == (kind == NODE_EQUAL);
    int order = scalar_compare(a, b);
    if (kind == NODE_LESS)
        return order < 0;
    if (kind == NODE_LESS_EQUAL)
        return order <= 0;
    return kind == NODE_GREATER ? order > 0 : order >= 0;
}

static struct answer evaluate_arithmetic(const struct node *node, const struct reader *reader, long long a, long long b)
{
    long long result;
    bool overflow = node->kind == NODE_PLUS    ? __builtin_add_overflow(a, b, &result)
                    : node->kind == NODE_MINUS ? __builtin_sub_overflow(a, b, &result)
                                               : __builtin_mul_overflow(a, b, &result);
    return overflow ? failure(node, reader, "the number is too large") : known_number(node->type.kind, result);
}

static struct answer evaluate_between(const struct node *node, struct date from, struct date to)
{
    long long count = node->kind == NODE_DAYS_BETWEEN     ? (long long)to.day - from.day
                      : node->kind == NODE_MONTHS_BETWEEN ? date_months_between(from, to)
                                                          : date_years_between(from, to);
    return known_number(TYPE_INTEGER, count);
}

/* All that takes two values and is unknown when one is. */
static struct answer evaluate_two(const struct node *node, const struct reader *reader)
{
    struct answer a = node_evaluate(node->parts[0], reader), b = node_evaluate(node->parts[1], reader);
    if (!a.known || !b.known)
        return with_causes(reader, a, b);
    if (is_comparison(node->kind))
        return answer_boolean(comparison_holds(node->kind, a.value, b.value));
    if (node->kind == NODE_PLUS || node->kind == NODE_MINUS || node->kind == NODE_TIMES)
        return evaluate_arithmetic(node, reader, a.value.as.number, b.value.as.number);
    return evaluate_between(node, a.value.as.date, b.value.as.date);
}

static struct answer evaluate_negate(const struct node *node, const struct reader *reader)
{
    struct answer part = node_evaluate(node->parts[0], reader);
    long long result;
    if (!part.known)
        return part;
    if (__builtin_sub_overflow(0LL, part.value.as.number, &result))
        return failure(node, reader, "the number is too large");
    return known_number(node->type.kind, result);
}

static struct answer evaluate_euros(const struct node *node, const struct reader *reader)
{
    struct answer part = node_evaluate(node->parts[0], reader);
    long long cents;
    if (!part.known)
        return part;
    if (__builtin_mul_overflow(part.value.as.number, 100, &cents))
        return failure(node, reader, "the amount is too large");
    return known_number(TYPE_MONEY, cents);
}

static struct answer evaluate_one_of(const struct node *node, const struct reader *reader)
{
    struct answer first = node_evaluate(node->parts[0], reader);
    bool found = false;
    if (!first.known)
        return first;
    for (size_t i = 1; i < node->count && !found; i++)
        found = scalar_equal(first.value, node_evaluate(node->parts[i], reader).value);
    return answer_boolean(found);
}

static struct answer evaluate_add(const struct node *node, const struct reader *reader)
{
    struct answer from = node_evaluate(node->parts[0], reader);
    bool outside = false;
    if (!from.known)
        return from;
    struct date date = from.value.as.date;
    long long count = node->term.count;
    switch (node->term.unit) {
    case UNIT_DAYS:
        date = date_add_days(date, count, &outside);
        break;
    case UNIT_WEEKS:
        date = date_add_days(date, 7 * count, &outside);
        break;
    case UNIT_MONTHS:
        date = date_add_months(date, count, NULL, &outside);
        break;
    case UNIT_YEARS:
        date = date_add_months(date, 12 * count, NULL, &outside);
        break;
    case UNIT_HOURS:
    case UNIT_WORKING_DAYS:
        assert(false); /* the check refuses these */
    }
    return outside ? failure(node, reader, "the date lies after 2199") : known_date(date);
}

static struct answer evaluate_extreme(const struct node *node, const struct reader *reader)
{
    struct answer best = node_evaluate(node->parts[0], reader);
    for (size_t i = 1; i < node->count; i++) {
        struct answer part = node_evaluate(node->parts[i], reader);
        if (!best.known || !part.known) {
            best = with_causes(reader, best, part);
            continue;
        }
        int order = scalar_compare(part.value, best.value);
        if (node->kind == NODE_MIN ? order < 0 : order > 0)
            best = part;
    }
    return best;
}

static struct answer evaluate_symbol(const struct node *node, const struct reader *reader)
{
    if (node->symbol->kind == SYMBOL_ON)
        return known_date(reader->on);
    struct answer answer = reader->symbol(reader->self, node->symbol);
    assert(answer.known ? answer.value.kind == node->type.kind : answer.causes != NULL);
    return answer;
}

static struct answer evaluate_not(const struct node *node, const struct reader *reader)
{
    struct answer part = node_evaluate(node->parts[0], reader);
    return part.known ? answer_boolean(!part.value.as.boolean) : part;
}

struct answer node_evaluate(const struct node *node, const struct reader *reader)
{
    arena_work(reader->arena, 1);
    switch (node->kind) {
    case NODE_LITERAL:
        return answer_known(node->literal);
    case NODE_SYMBOL:
        return evaluate_symbol(node, reader);
    case NODE_NOT:
        return evaluate_not(node, reader);
    case NODE_AND:
        return evaluate_chain(node, reader, false);
    case NODE_OR:
        return evaluate_chain(node, reader, true);
    case NODE_EQUAL:
    case NODE_UNEQUAL:
    case NODE_LESS:
    case NODE_LESS_EQUAL:
    case NODE_GREATER:
    case NODE_GREATER_EQUAL:
    case NODE_PLUS:
    case NODE_MINUS:
    case NODE_TIMES:
    case NODE_DAYS_BETWEEN:
    case NODE_MONTHS_BETWEEN:
    case NODE_YEARS_BETWEEN:
        return evaluate_two(node, reader);
    case NODE_NEGATE:
        return evaluate_negate(node, reader);
    case NODE_EUROS:
        return evaluate_euros(node, reader);
    case NODE_ONE_OF:
        return evaluate_one_of(node, reader);
    case NODE_KNOWN:
        return answer_boolean(reader->symbol(reader->self, node->symbol).known);
    case NODE_HAPPENED:
        return reader->happened(reader->self, node->index);
    case NODE_SILENT:
        return answer_unknown(reader->arena, CAUSE_SILENT, node->name, (struct text){0});
    case NODE_ADD:
        return evaluate_add(node, reader);
    case NODE_MIN:
    case NODE_MAX:
        return evaluate_extreme(node, reader);
    case NODE_DUE:
        return reader->due(reader->self, node->index);
    case NODE_MISSED:
        return reader->missed(reader->self, node->index);
    case NODE_CALL:
        break;
    }
    assert(false); /* the check leaves no call unresolved */
    return (struct answer){0};
}
