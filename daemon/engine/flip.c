/*
 * The smallest change that turns an outcome: sets of facts, the fewest first, in the order in which the covenant reads
 * them; of a fact's values the nearest to what was stated first. Each set is decided again; the first that turns it is
 * the answer.
 */
#include "engine/variable.h"

#include "base/limits.h"

struct flips {
    const struct inquiry *inquiry;
    struct variables variables;
    int wanted;
    size_t budget; /* sets that may still be tried */
    size_t steps;  /* of work that trying took */
    size_t effort; /* ways of answering what stays unknown, over all sets */
    size_t chosen[FLIPS_MAX];
    size_t values[FLIPS_MAX];
};

static bool turns(struct flips *flips, size_t size)
{
    struct arena *arena = flips->inquiry->deciding->arena;
    struct arena_mark mark = arena_mark(arena);
    struct deciding trial = deciding_trial(flips->inquiry->deciding, arena);
    struct tried tried[FLIPS_MAX];
    for (size_t i = 0; i < size; i++) {
        const struct variable *variable = &flips->variables.items[flips->chosen[i]];
        tried[i] = (struct tried){variable->symbol, variable->values[flips->values[i]]};
    }
    trial.tried = tried;
    trial.tried_count = size;
    trial.effort = &flips->effort;
    size_t before = arena->steps;
    bool turned = flips->inquiry->outcome(flips->inquiry, &trial) == flips->wanted;
    flips->steps += arena->steps - before;
    arena_back(arena, mark);
    return turned;
}

static struct judged stated(const struct flips *flips, size_t variable)
{
    return view_symbol(view_today(flips->inquiry->deciding), flips->variables.items[variable].symbol);
}

static bool choose(struct flips *flips, size_t size, size_t at)
{
    if (at == size) {
        bool more = flips->effort > ANSWERS_TRIED_MAX && flips->steps <= SEARCH_STEPS_MAX;
        flips->budget = more ? flips->budget - 1 : 0;
        return turns(flips, size);
    }
    size_t first = at == 0 ? 0 : flips->chosen[at - 1] + 1;
    for (size_t v = first; v < flips->variables.count && flips->budget; v++) {
        struct judged now = stated(flips, v);
        flips->chosen[at] = v;
        for (size_t i = 0; i < flips->variables.items[v].values_count; i++) {
            flips->values[at] = i;
            bool same = now.answer.known && scalar_equal(now.answer.value, flips->variables.items[v].values[i]);
            if (!same && choose(flips, size, at + 1))
                return true;
        }
    }
    return false;
}

static long long distance(struct scalar a, struct scalar b)
{
    if (a.kind != TYPE_INTEGER && a.kind != TYPE_MONEY && a.kind != TYPE_DATE)
        return 0;
    long long difference = a.kind == TYPE_DATE ? a.as.date.day - b.as.date.day : a.as.number - b.as.number;
    return difference < 0 ? -difference : difference;
}

/* The nearest to what was stated first: insertion keeps equals in order. */
static void nearest_first(const struct flips *flips, size_t variable)
{
    struct judged now = stated(flips, variable);
    struct variable *sorted = &flips->variables.items[variable];
    for (size_t i = 1; now.answer.known && i < sorted->values_count; i++)
        for (size_t j = i; j > 0 && distance(sorted->values[j], now.answer.value) <
                                        distance(sorted->values[j - 1], now.answer.value); j--) {
            struct scalar swap = sorted->values[j];
            sorted->values[j] = sorted->values[j - 1];
            sorted->values[j - 1] = swap;
        }
}

static struct value *flips_value(const struct flips *flips, size_t size)
{
    struct arena *arena = flips->inquiry->deciding->arena;
    struct value *list = value_list(arena);
    for (size_t i = 0; i < size; i++) {
        const struct variable *variable = &flips->variables.items[flips->chosen[i]];
        struct value *flip = value_object(arena);
        value_set(arena, flip, "fact", value_text(arena, variable->symbol->name));
        set_answer(arena, flip, "from", stated(flips, flips->chosen[i]).answer);
        value_set(arena, flip, "to", scalar_value(arena, variable->values[flips->values[i]]));
        value_append(arena, list, flip);
    }
    return list;
}

struct value *inquire_flip(const struct inquiry *inquiry, int wanted)
{
    struct flips flips = {.inquiry = inquiry, .wanted = wanted, .budget = FLIPS_TRIED_MAX, .effort = SEARCH_TRIED_MAX};
    flips.variables = variables_of(inquiry, NULL, VARIABLES_FACTS);
    for (size_t v = 0; v < flips.variables.count; v++)
        nearest_first(&flips, v);
    for (size_t size = 1; size <= FLIPS_MAX; size++)
        if (choose(&flips, size, 0))
            return flips_value(&flips, size);
    return NULL;
}
