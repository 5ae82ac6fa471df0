#include "engine/variable.h"

#include "engine/derived.h"

#include <stdlib.h>
#include <string.h>

static bool same_symbol(const struct symbol *a, const struct symbol *b)
{
    return a->kind == b->kind && a->index == b->index;
}

static const struct derived *derived_of(const struct covenant *covenant, const struct symbol *symbol)
{
    return symbol->kind == SYMBOL_DERIVED ? &covenant->derived[symbol->index] : NULL;
}

/* ---- what a condition reads, however deep ---- */

/* Is `test` true of a name that the condition reads, also through derived names and `eligible`? */
struct reading {
    struct arena *arena;
    const struct covenant *covenant;
    bool known; /* whether asking `known(...)` counts */
    bool (*test)(const void *self, const struct symbol *symbol);
    const void *self;
};

static bool reads(const struct reading *reading, const struct expression *expression);

static bool symbol_reads(const struct reading *reading, const struct symbol *symbol)
{
    const struct derived *derived = derived_of(reading->covenant, symbol);
    const struct eligibility *eligibility = &reading->covenant->eligibility;
    bool found = reading->test(reading->self, symbol);
    if (derived)
        found = found || reads(reading, derived->of) || reads(reading, derived->where) ||
                (derived->since.kind == ANCHOR_SYMBOL && symbol_reads(reading, derived->since.symbol));
    for (size_t i = 0; derived && !found && i < derived->arguments_count; i++)
        found = derived->arguments[i].kind == ARGUMENT_SYMBOL && symbol_reads(reading, derived->arguments[i].symbol);
    if (symbol->kind != SYMBOL_SECTION || symbol->index != NAME_ELIGIBLE)
        return found;
    for (size_t i = 0; i < eligibility->requirements_count && !found; i++)
        found = reads(reading, eligibility->requirements[i].applies) || reads(reading, eligibility->requirements[i].require);
    for (size_t i = 0; i < eligibility->exceptions_count && !found; i++)
        found = reads(reading, eligibility->exceptions[i].when);
    return found;
}

static bool reads(const struct reading *reading, const struct expression *expression)
{
    struct uses uses = {0};
    if (!expression)
        return false;
    if (reading->known && expression_asks_known(expression))
        return true;
    expression_uses(reading->arena, expression, &uses);
    for (size_t i = 0; i < uses.count; i++)
        if (uses.items[i].kind == USE_SYMBOL && symbol_reads(reading, uses.items[i].symbol))
            return true;
    return false;
}

static bool is_ladder(const void *self, const struct symbol *symbol)
{
    (void)self;
    return symbol->kind == SYMBOL_SECTION && (symbol->index == NAME_NUISANCE_LEVEL || symbol->index == NAME_STAGE);
}

bool condition_is_soft(struct arena *arena, const struct covenant *covenant, const struct expression *expression)
{
    struct reading reading = {arena, covenant, true, is_ladder, NULL};
    return reads(&reading, expression);
}

/* The conditions of a ladder (by every version: each report may be judged by its own) or of the stages. */
static bool ladder_reads(const struct region *region, size_t name, struct reading reading)
{
    bool found = false;
    for (size_t v = 0; v < region->versions_count && !found; v++) {
        const struct covenant *covenant = reading.covenant = region->versions[v];
        const struct nuisance *nuisance = &covenant->nuisance;
        for (size_t i = 0; name == NAME_STAGE && i < covenant->journey_count && !found; i++)
            found = reads(&reading, covenant->journey[i].when);
        if (name == NAME_STAGE)
            continue;
        found = reads(&reading, nuisance->counts) || (nuisance->relapse && reads(&reading, nuisance->relapse->when));
        for (size_t i = 0; i < nuisance->levels_count && !found; i++)
            found = reads(&reading, nuisance->levels[i].enter) || reads(&reading, nuisance->levels[i].at_once);
    }
    return found;
}

static bool is_unstated(const void *self, const struct symbol *symbol)
{
    struct view *const *view = self;
    return symbol->kind == SYMBOL_FACT && !view_symbol(*view, symbol).answer.known;
}

/* Known, and yet it may change with an answer. */
static bool symbol_is_soft(struct view *view, const struct symbol *symbol)
{
    const struct deciding *deciding = view_deciding(view);
    struct reading reading = {deciding->arena, view_covenant(view), true, is_ladder, NULL};
    struct reading unstated = {deciding->arena, view_covenant(view), false, is_unstated, &view};
    if (is_ladder(NULL, symbol))
        return ladder_reads(deciding->region, symbol->index, unstated);
    return symbol->kind == SYMBOL_SECTION && symbol->index == NAME_ELIGIBLE && symbol_reads(&reading, symbol);
}

/* ---- conditions with what is known put in ---- */

struct filling {
    struct view *view;
    const struct symbol *kept; /* stays a name */
    bool keep_facts;           /* all facts do: for flips */
    const struct entry *entry;
};

/* Kleene's value of `eligible`: what trying would settle is tried by who asks. */
static struct judged known_symbol(struct view *view, const struct symbol *symbol)
{
    struct deciding *deciding = view_deciding(view);
    if (symbol->kind != SYMBOL_SECTION || symbol->index != NAME_ELIGIBLE || deciding->trying)
        return view_symbol(view, symbol);
    struct deciding trial = deciding_trial(deciding, deciding->arena);
    trial.trying = true;
    trial.tried = deciding->tried;
    trial.tried_count = deciding->tried_count;
    return view_symbol(view_today(&trial), symbol);
}

static struct answer attribute_value(const struct filling *filling, const struct symbol *symbol)
{
    if (symbol->kind == SYMBOL_EVENT_DATE)
        return answer_known((struct scalar){.kind = TYPE_DATE, .as.date = filling->entry->on});
    return attribute_answer(filling->view, filling->entry, symbol->index);
}

static enum substitute fill_symbol(void *self, const struct symbol *symbol, struct scalar *literal,
                                   const struct expression **expression)
{
    const struct filling *filling = self;
    bool attribute = symbol->kind == SYMBOL_ATTRIBUTE || symbol->kind == SYMBOL_EVENT_DATE;
    const struct derived *derived = derived_of(view_covenant(filling->view), symbol);
    if (symbol->kind == SYMBOL_ON || (attribute && !filling->entry) ||
        (symbol->kind == SYMBOL_FACT && filling->keep_facts) || (filling->kept && same_symbol(filling->kept, symbol)))
        return SUBSTITUTE_NOTHING;
    if (derived && derived->kind == DERIVED_OF) {
        *expression = derived->of;
        return SUBSTITUTE_EXPRESSION;
    }
    if (symbol_is_soft(filling->view, symbol))
        return SUBSTITUTE_NOTHING;
    struct answer answer = attribute ? attribute_value(filling, symbol) : known_symbol(filling->view, symbol).answer;
    if (!answer.known)
        return SUBSTITUTE_NOTHING;
    *literal = answer.value;
    return SUBSTITUTE_LITERAL;
}

static const struct expression *fill(const struct expression *expression, struct filling filling)
{
    struct substitution substitution = {&filling, fill_symbol};
    return expression_substitute(view_deciding(filling.view)->arena, expression, &substitution);
}

const struct expression *expression_known_in(struct view *view, const struct expression *expression,
                                             const struct symbol *kept, const struct entry *entry)
{
    return fill(expression, (struct filling){view, kept, false, entry});
}

const struct expression *expression_with_facts(struct view *view, const struct expression *expression,
                                               const struct entry *entry)
{
    return fill(expression, (struct filling){view, NULL, true, entry});
}

struct answers {
    const struct tried *items;
    size_t count;
};

static enum substitute answer_symbol(void *self, const struct symbol *symbol, struct scalar *literal,
                                     const struct expression **expression)
{
    const struct answers *answers = self;
    (void)expression;
    for (size_t i = 0; i < answers->count; i++)
        if (same_symbol(answers->items[i].symbol, symbol)) {
            *literal = answers->items[i].value;
            return SUBSTITUTE_LITERAL;
        }
    return SUBSTITUTE_NOTHING;
}

const struct expression *expression_answered(struct arena *arena, const struct expression *expression,
                                             const struct tried *answers, size_t count)
{
    struct answers all = {answers, count};
    struct substitution substitution = {&all, answer_symbol};
    return expression_substitute(arena, expression, &substitution);
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

/*
 * The places where a part's conditions turn. For a change of facts that are known: also as the others stand now, since
 * two facts that are compared tell no thresholds of their own.
 */
static void find_values(const struct inquiry *inquiry, struct view *view, const struct variables *variables,
                        struct variable *variable, enum variable_choice choice)
{
    struct arena *arena = inquiry->deciding->arena;
    struct scalar *thresholds = NULL;
    size_t count = 0, capacity = 0, values_capacity = 0;
    variable->complete = true;
    for (size_t p = 0; p < inquiry->parts_count; p++)
        for (size_t c = 0; variable->parts[p] && c < variables->conditions[p].count; c++) {
            const struct expression *condition = variables->conditions[p].items[c];
            variable->complete &= expression_thresholds(arena, condition, variable->symbol, inquiry->deciding->on,
                                                        &thresholds, &count, &capacity);
            if (choice == VARIABLES_FACTS)
                expression_thresholds(arena, expression_known_in(view, condition, variable->symbol, NULL),
                                      variable->symbol, inquiry->deciding->on, &thresholds, &count, &capacity);
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

/* One part being gone through. */
struct gathering {
    const struct inquiry *inquiry;
    struct view *view;
    struct variables *variables;
    enum variable_choice choice;
    size_t part;
};

static struct variable *variable_of(const struct gathering *gathering, const struct symbol *symbol)
{
    struct arena *arena = gathering->inquiry->deciding->arena;
    struct variables *variables = gathering->variables;
    for (size_t i = 0; i < variables->count; i++)
        if (same_symbol(variables->items[i].symbol, symbol))
            return &variables->items[i];
    struct variable *variable =
        arena_push(arena, &variables->items, &variables->count, &variables->capacity, sizeof *variable);
    variable->symbol = symbol;
    variable->parts = ARENA_ARRAY(arena, gathering->inquiry->parts_count + 1, bool);
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

static void add_variable(const struct gathering *gathering, const struct symbol *symbol)
{
    struct judged judged = view_symbol(gathering->view, symbol);
    bool unknown = !judged.answer.known && answerable(judged.answer.causes);
    if (gathering->choice == VARIABLES_FACTS ? symbol->kind != SYMBOL_FACT : !unknown)
        return;
    struct variable *variable = variable_of(gathering, symbol);
    variable->parts[gathering->part] = true;
    variable->causes = judged.answer.known ? NULL : judged.answer.causes;
}

static void gather(const struct gathering *gathering, const struct expression *expression, const struct entry *entry);
static void gather_uses(const struct gathering *gathering, const struct expression *filled);
static const struct expression *filled_for(const struct gathering *gathering, const struct expression *expression,
                                           const struct entry *entry);

/*
 * Only the events at hand tell a count: unknown is which of them take part. What `where` reads is asked, entry by
 * entry. False when something else is not known either; then the count itself is tried.
 */
static bool gather_entries(const struct gathering *gathering, const struct derived *derived)
{
    const struct deciding *deciding = gathering->inquiry->deciding;
    bool since = derived->since.kind == ANCHOR_NONE || anchor_date(gathering->view, &derived->since).answer.known;
    if (!derived->where || !since || (gathering->choice == VARIABLES_UNKNOWN && derived->kind != DERIVED_COUNT))
        return false;
    for (size_t i = 0; i < view_entries_count(gathering->view); i++)
        if (deciding->case_file->entries[i].event == derived->event)
            gather(gathering, derived->where, &deciding->case_file->entries[i]);
    return true;
}

static void gather_eligible(const struct gathering *gathering)
{
    const struct eligibility *eligibility = &gathering->inquiry->deciding->covenant->eligibility;
    for (size_t i = 0; i < eligibility->requirements_count; i++) {
        if (eligibility->requirements[i].applies)
            gather(gathering, eligibility->requirements[i].applies, NULL);
        gather(gathering, eligibility->requirements[i].require, NULL);
    }
    for (size_t i = 0; i < eligibility->exceptions_count; i++)
        if (eligibility->exceptions[i].when)
            gather(gathering, eligibility->exceptions[i].when, NULL);
}

/* A fact that is not stated, wherever it is read: it counts as false in a ladder, and cannot be tried there. */
static bool add_doubt(const void *self, const struct symbol *symbol)
{
    const struct gathering *gathering = self;
    if (symbol->kind != SYMBOL_FACT || view_symbol(gathering->view, symbol).answer.known)
        return false;
    add_variable(gathering, symbol);
    gathering->variables->opaque[gathering->part] = true;
    return false; /* go on: all of them */
}

static void gather_symbol(const struct gathering *gathering, const struct symbol *symbol)
{
    const struct derived *derived = derived_of(view_covenant(gathering->view), symbol);
    if (symbol->kind == SYMBOL_ON || symbol->kind == SYMBOL_ATTRIBUTE || symbol->kind == SYMBOL_EVENT_DATE)
        return;
    if (derived && derived->kind == DERIVED_OF) { /* in known(...): any answer will do, no value of it matters */
        gather_uses(gathering, filled_for(gathering, derived->of, NULL));
        return;
    }
    if (symbol->kind == SYMBOL_SECTION && symbol->index == NAME_ELIGIBLE) {
        gather_eligible(gathering);
        return;
    }
    if (is_ladder(NULL, symbol)) {
        const struct deciding *deciding = gathering->inquiry->deciding;
        ladder_reads(deciding->region, symbol->index, (struct reading){deciding->arena, NULL, false, add_doubt, gathering});
    }
    bool wanted = gathering->choice == VARIABLES_FACTS || !view_symbol(gathering->view, symbol).answer.known;
    if (derived && wanted && derived->kind != DERIVED_LUA && gather_entries(gathering, derived))
        return;
    for (size_t i = 0; gathering->choice == VARIABLES_FACTS && derived && i < derived->arguments_count; i++)
        if (derived->arguments[i].kind == ARGUMENT_SYMBOL)
            gather_symbol(gathering, derived->arguments[i].symbol);
    add_variable(gathering, symbol);
}

static void gather_uses(const struct gathering *gathering, const struct expression *filled)
{
    struct uses uses = {0};
    expression_uses(gathering->inquiry->deciding->arena, filled, &uses);
    for (size_t i = 0; i < uses.count; i++) {
        const struct use *use = &uses.items[i];
        if (use->kind == USE_SYMBOL)
            gather_symbol(gathering, use->symbol);
        if (use->kind == USE_DUE || use->kind == USE_MISSED) {
            struct judged judged = use->kind == USE_DUE ? deadline_due(gathering->view, use->index)
                                                        : deadline_missed(gathering->view, use->index);
            gathering->variables->opaque[gathering->part] |= !judged.answer.known && answerable(judged.answer.causes);
        }
    }
}

static const struct expression *filled_for(const struct gathering *gathering, const struct expression *expression,
                                           const struct entry *entry)
{
    return gathering->choice == VARIABLES_FACTS ? expression_with_facts(gathering->view, expression, entry)
                                                : expression_known_in(gathering->view, expression, NULL, entry);
}

static void gather(const struct gathering *gathering, const struct expression *expression, const struct entry *entry)
{
    struct arena *arena = gathering->inquiry->deciding->arena;
    struct conditions *conditions = &gathering->variables->conditions[gathering->part];
    const struct expression **room =
        arena_push(arena, &conditions->items, &conditions->count, &conditions->capacity, sizeof *room);
    *room = filled_for(gathering, expression, entry);
    gather_uses(gathering, *room);
}

struct variables variables_of(const struct inquiry *inquiry, const bool *wanted, enum variable_choice choice)
{
    struct arena *arena = inquiry->deciding->arena;
    struct view *view = view_today(inquiry->deciding);
    struct variables variables = {
        .opaque = ARENA_ARRAY(arena, inquiry->parts_count + 1, bool),
        .conditions = ARENA_ARRAY(arena, inquiry->parts_count + 1, struct conditions),
    };
    for (size_t p = 0; p < inquiry->parts_count; p++) {
        struct gathering gathering = {inquiry, view, &variables, choice, p};
        for (size_t c = 0; (!wanted || wanted[p]) && inquiry->parts[p].conditions[c]; c++)
            gather(&gathering, inquiry->parts[p].conditions[c], NULL);
    }
    for (size_t i = 0; i < variables.count; i++)
        find_values(inquiry, view, &variables, &variables.items[i], choice);
    return variables;
}

/* ---- time ---- */

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

bool condition_is_constant(const struct covenant *covenant, const struct expression *expression)
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
