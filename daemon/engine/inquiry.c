#include "engine/inquiry.h"

#include "base/limits.h"
#include "engine/reach.h"
#include "engine/variable.h"

#include <stdlib.h>

/* More unknown names in one group make it too large to try. */
#define VARIABLES_MAX 16

/* A group of parts that share unknown names, and how the group ends for each way of answering. */
struct group {
    size_t variables[VARIABLES_MAX]; /* indexes */
    size_t variables_count;
    bool *parts;
    size_t ways;
    unsigned char *ends; /* enum part_value, by way */
    bool tried;
    enum part_value best, worst; /* over all ways; as Kleene's logic allows when not tried */
};

struct search {
    const struct inquiry *inquiry;
    struct variables variables;
    enum part_value *kleene;  /* by part */
    const struct cause **causes;
    bool *open;               /* by part: an answer might change it */
    bool *soft;               /* by part: though it is known */
    struct group *groups;
    size_t groups_count;
    size_t budget; /* ways that may still be tried */
    size_t steps;  /* of work that trying took */
};

/* ---- what Kleene's logic says ---- */

static bool is_soft(const struct inquiry *inquiry, size_t part)
{
    const struct deciding *deciding = inquiry->deciding;
    for (size_t c = 0; inquiry->parts[part].conditions[c]; c++)
        if (condition_is_soft(deciding->arena, deciding->covenant, inquiry->parts[part].conditions[c]))
            return true;
    return false;
}

static void judge_parts(struct search *search)
{
    const struct inquiry *inquiry = search->inquiry;
    struct arena *arena = inquiry->deciding->arena;
    struct view *view = view_today(inquiry->deciding);
    search->kleene = ARENA_ARRAY(arena, inquiry->parts_count + 1, enum part_value);
    search->causes = ARENA_ARRAY(arena, inquiry->parts_count + 1, const struct cause *);
    search->open = ARENA_ARRAY(arena, inquiry->parts_count + 1, bool);
    search->soft = ARENA_ARRAY(arena, inquiry->parts_count + 1, bool);
    for (size_t p = 0; p < inquiry->parts_count; p++) {
        search->kleene[p] = inquiry->judge(inquiry, view, p, &search->causes[p]);
        search->soft[p] = is_soft(inquiry, p);
        search->open[p] = search->kleene[p] == PART_OPEN || search->soft[p];
    }
}

/* ---- groups ---- */

static void group_add_part(struct search *search, struct group *group, size_t part)
{
    group->parts[part] = true;
    for (size_t v = 0; v < search->variables.count; v++) {
        if (!search->variables.items[v].parts[part])
            continue;
        bool there = false;
        for (size_t i = 0; i < group->variables_count; i++)
            there |= group->variables[i] == v;
        if (!there && group->variables_count < VARIABLES_MAX)
            group->variables[group->variables_count++] = v;
        else if (!there)
            group->ways = 0; /* too many */
        for (size_t p = 0; p < search->inquiry->parts_count && !there; p++)
            if (search->open[p] && search->variables.items[v].parts[p] && !group->parts[p])
                group_add_part(search, group, p);
    }
}

static int by_index(const void *left, const void *right)
{
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    return a < b ? -1 : a > b;
}

static void make_groups(struct search *search)
{
    struct arena *arena = search->inquiry->deciding->arena;
    size_t count = search->inquiry->parts_count;
    bool *grouped = ARENA_ARRAY(arena, count + 1, bool);
    search->groups = ARENA_ARRAY(arena, count + 1, struct group);
    for (size_t p = 0; p < count; p++) {
        if (!search->open[p] || grouped[p])
            continue;
        struct group *group = &search->groups[search->groups_count++];
        group->parts = ARENA_ARRAY(arena, count + 1, bool);
        group->ways = 1;
        group_add_part(search, group, p);
        for (size_t q = 0; q < count; q++)
            grouped[q] |= group->parts[q];
        qsort(group->variables, group->variables_count, sizeof *group->variables, by_index); /* as they were met */
    }
}

/* How many ways there are to answer a group's questions; 0 when it cannot be tried. */
static size_t ways_of(const struct search *search, const struct group *group)
{
    size_t ways = group->ways;
    for (size_t p = 0; p < search->inquiry->parts_count; p++)
        if (group->parts[p] && search->variables.opaque[p])
            return 0;
    for (size_t i = 0; i < group->variables_count; i++) {
        const struct variable *variable = &search->variables.items[group->variables[i]];
        ways *= variable->values_count;
        if (!variable->complete || ways > search->budget)
            return 0;
    }
    return ways;
}

/* What is tried already, and one way of answering the group's questions. */
static struct deciding way_trial(const struct search *search, const struct group *group, size_t way)
{
    const struct deciding *deciding = search->inquiry->deciding;
    struct deciding trial = deciding_trial(deciding, deciding->arena);
    size_t count = deciding->tried_count + group->variables_count;
    struct tried *tried = ARENA_ARRAY(deciding->arena, count + 1, struct tried);
    trial.trying = true;
    trial.tried = tried;
    for (size_t i = 0; i < deciding->tried_count; i++)
        tried[trial.tried_count++] = deciding->tried[i];
    for (size_t i = 0; i < group->variables_count; i++) {
        const struct variable *variable = &search->variables.items[group->variables[i]];
        tried[trial.tried_count++] = (struct tried){variable->symbol, variable->values[way % variable->values_count]};
        way /= variable->values_count;
    }
    return trial;
}

static enum part_value try_way(const struct search *search, const struct group *group, size_t way)
{
    const struct inquiry *inquiry = search->inquiry;
    struct arena *arena = inquiry->deciding->arena;
    struct arena_mark mark = arena_mark(arena);
    struct deciding trial = way_trial(search, group, way);
    enum part_value worst = PART_TRUE;
    for (size_t p = 0; p < inquiry->parts_count && worst != PART_FALSE; p++) {
        if (!group->parts[p])
            continue;
        enum part_value value = inquiry->judge(inquiry, view_today(&trial), p, NULL);
        if (value < worst)
            worst = value;
    }
    arena_back(arena, mark);
    return worst == PART_OPEN && inquiry->open_holds ? PART_TRUE : worst;
}

static void try_group(struct search *search, struct group *group)
{
    struct arena *arena = search->inquiry->deciding->arena;
    group->ways = ways_of(search, group);
    group->best = PART_TRUE;
    group->worst = PART_FALSE;
    if (group->ways == 0)
        return;
    group->tried = true;
    search->budget -= group->ways;
    group->ends = ARENA_ARRAY(arena, group->ways, unsigned char);
    group->best = PART_FALSE;
    group->worst = PART_TRUE;
    for (size_t way = 0; way < group->ways && group->tried; way++) {
        size_t before = arena->steps;
        enum part_value end = try_way(search, group, way);
        group->ends[way] = (unsigned char)end;
        if (end > group->best)
            group->best = end;
        if (end < group->worst)
            group->worst = end;
        search->steps += arena->steps - before;
        group->tried = search->steps <= INQUIRY_STEPS_MAX;
    }
    if (!group->tried) { /* some ways tell nothing about the others */
        group->best = PART_TRUE;
        group->worst = PART_FALSE;
    }
}

/* ---- what matters ---- */

/* The best that everything but `except` can come to. */
static enum part_value best_of_others(const struct search *search, const struct group *except)
{
    enum part_value best = PART_TRUE;
    for (size_t p = 0; p < search->inquiry->parts_count; p++)
        if (!search->open[p] && search->kleene[p] < best)
            best = search->kleene[p];
    for (size_t g = 0; g < search->groups_count; g++)
        if (&search->groups[g] != except && search->groups[g].best < best)
            best = search->groups[g].best;
    return best;
}

static enum part_value worse(enum part_value a, enum part_value b)
{
    return a < b ? a : b;
}

/* How far apart two ways are that differ in one variable only, in mixed radix. */
static size_t stride_of(const struct search *search, const struct group *group, size_t position)
{
    size_t stride = 1;
    for (size_t i = 0; i < position; i++)
        stride *= search->variables.items[group->variables[i]].values_count;
    return stride;
}

/* Do values `a` and `b` of a variable end alike whatever the others are, given the best the rest can come to? */
static bool end_alike(const struct search *search, const struct group *group, size_t position, size_t a, size_t b,
                      enum part_value rest)
{
    size_t stride = stride_of(search, group, position);
    size_t count = search->variables.items[group->variables[position]].values_count;
    for (size_t way = 0; way < group->ways; way++) {
        if (way / stride % count != a)
            continue;
        size_t twin = way + b * stride - a * stride;
        if (worse((enum part_value)group->ends[way], rest) != worse((enum part_value)group->ends[twin], rest))
            return false;
    }
    return true;
}

/* ---- thresholds that suffice ---- */

static enum part_value best_end(const struct search *search, const struct group *group, size_t position, size_t value)
{
    size_t stride = stride_of(search, group, position);
    size_t count = search->variables.items[group->variables[position]].values_count;
    enum part_value best = PART_FALSE;
    for (size_t way = 0; way < group->ways; way++)
        if (way / stride % count == value && (enum part_value)group->ends[way] > best)
            best = (enum part_value)group->ends[way];
    return best;
}

/* How many ways end well with this value: which side of a threshold helps. */
static size_t good_ends(const struct search *search, const struct group *group, size_t position, size_t value)
{
    size_t stride = stride_of(search, group, position);
    size_t count = search->variables.items[group->variables[position]].values_count, good = 0;
    enum part_value best = best_end(search, group, position, value);
    for (size_t way = 0; way < group->ways; way++)
        good += way / stride % count == value ? (size_t)group->ends[way] : 0;
    return good * 4 + best;
}

/* "on or before 2004-09-26": when only one place parts the values, the exact one need not be known. */
static struct value *suffices(const struct search *search, const struct group *group, size_t position,
                              enum part_value rest)
{
    const struct variable *variable = &search->variables.items[group->variables[position]];
    struct arena *arena = search->inquiry->deciding->arena;
    bool date = variable->symbol->type.kind == TYPE_DATE;
    size_t edges = 0, edge = 0;
    if (!date && variable->symbol->type.kind != TYPE_INTEGER && variable->symbol->type.kind != TYPE_MONEY)
        return NULL;
    for (size_t v = 0; v + 1 < variable->values_count; v++)
        if (!end_alike(search, group, position, v, v + 1, rest)) {
            edges++;
            edge = v;
        }
    if (edges != 1)
        return NULL;
    bool lower = good_ends(search, group, position, edge) > good_ends(search, group, position, edge + 1);
    struct text value = scalar_text(arena, variable->values[lower ? edge : edge + 1]);
    const char *words = date ? (lower ? "on or before" : "on or after") : (lower ? "at most" : "at least");
    return value_text(arena, text_format(arena, "%s %.*s", words, TEXT_ARGS(value)));
}

/* ---- missing ---- */

static bool is_cause(const struct variable *variable, struct text fact)
{
    for (const struct cause *cause = variable->causes; cause; cause = cause->next)
        if (cause->kind == CAUSE_FACT && text_equal(cause->name, fact))
            return true;
    return false;
}

/* A threshold is not enough of a fact that a function, say, needs too. */
static bool is_needed_whole(const struct search *search, const struct variable *variable)
{
    for (size_t v = 0; v < search->variables.count; v++) {
        const struct variable *other = &search->variables.items[v];
        if (other != variable && other->matters && is_cause(other, variable->symbol->name))
            return true;
    }
    return false;
}

static void find_what_matters(struct search *search, const struct group *group)
{
    enum part_value rest = best_of_others(search, group);
    for (size_t i = 0; i < group->variables_count; i++) {
        struct variable *variable = &search->variables.items[group->variables[i]];
        variable->matters = !group->tried; /* for all that is known */
        for (size_t v = 0; v + 1 < variable->values_count && !variable->matters; v++)
            variable->matters = !end_alike(search, group, i, v, v + 1, rest);
    }
}

static void add_missing(const struct search *search, struct missing *missing, const struct group *group,
                        size_t position)
{
    const struct variable *variable = &search->variables.items[group->variables[position]];
    bool fact = variable->symbol->kind == SYMBOL_FACT;
    for (size_t p = 0; p < search->inquiry->parts_count; p++)
        if (group->parts[p] && variable->parts[p])
            missing_add(missing, variable->causes, search->inquiry->parts[p].rule->id);
    struct value *enough =
        fact && group->tried && !is_needed_whole(search, variable)
            ? suffices(search, group, position, best_of_others(search, group)) : NULL;
    if (enough)
        missing_suffices(missing, variable->symbol->name, enough);
}

/*
 * What is missing because of one part. Where nothing could be tried: Kleene's causes, and of a soft part, in which more
 * may hide, all that it asks.
 */
static void missing_of_part(const struct search *search, const struct group *group, size_t part,
                            struct missing *missing)
{
    if (!group->tried && search->causes[part])
        missing_add(missing, search->causes[part], search->inquiry->parts[part].rule->id);
    for (size_t i = 0; i < group->variables_count; i++) {
        const struct variable *variable = &search->variables.items[group->variables[i]];
        if (variable->parts[part] && (group->tried ? variable->matters : search->soft[part]))
            add_missing(search, missing, group, i);
    }
}

static void find_missing(struct search *search, struct missing *missing)
{
    for (size_t g = 0; g < search->groups_count; g++)
        find_what_matters(search, &search->groups[g]);
    for (size_t p = 0; p < search->inquiry->parts_count; p++)
        for (size_t g = 0; g < search->groups_count; g++)
            if (search->groups[g].parts[p] && best_of_others(search, &search->groups[g]) != PART_FALSE)
                missing_of_part(search, &search->groups[g], p, missing);
}

struct inquiry_result inquire(const struct inquiry *inquiry, struct missing *missing)
{
    struct search search = {.inquiry = inquiry, .budget = ANSWERS_TRIED_MAX};
    enum part_value kleene = PART_TRUE, best, worst = PART_TRUE;
    judge_parts(&search);
    for (size_t p = 0; p < inquiry->parts_count; p++) {
        kleene = worse(kleene, search.kleene[p]);
        if (!search.open[p])
            worst = worse(worst, search.kleene[p]);
    }
    if (worst == PART_FALSE) /* nothing can mend a part that is false for good */
        return (struct inquiry_result){true, PART_FALSE};
    search.variables = variables_of(inquiry, search.open, VARIABLES_UNKNOWN);
    make_groups(&search);
    for (size_t g = 0; g < search.groups_count; g++) {
        try_group(&search, &search.groups[g]);
        worst = worse(worst, search.groups[g].worst);
    }
    if (inquiry->deciding->effort)
        *inquiry->deciding->effort -= ANSWERS_TRIED_MAX - search.budget;
    best = best_of_others(&search, NULL);
    if (missing)
        find_missing(&search, missing);
    return (struct inquiry_result){best == worst, best == worst ? best : kleene};
}
