/* What only a whole covenant can tell: ids twice, actions that are due before what is no window, circles of names. */
#include "covenant/parse.h"

static void check_ids(const struct rule_list *list, struct findings *findings)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct rule_item *item = &list->items[i], *before = &list->items[k];
            if (!item->id.at || !text_equal(item->id, before->id))
                continue;
            findings_add(findings, SEVERITY_ERROR, "duplicate_id", item->place, item->id.length,
                         "the id `%.*s` is used twice: also for the %s in line %zu", TEXT_ARGS(item->id), before->kind,
                         before->place.line);
            break;
        }
}

static void check_windows(const struct covenant *covenant, const struct rule_list *list, struct findings *findings)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct action *action = list->items[i].action;
        if (!action || action->before == NOT_FOUND)
            continue;
        const struct deadline *deadline = &covenant->deadlines[action->before];
        if (deadline->counts_back_from.kind == ANCHOR_NONE)
            findings_add(findings, SEVERITY_ERROR, "no_window", action->place, action->id.length,
                         "`before: %.*s` names a deadline that is no window: it does not close", TEXT_ARGS(deadline->rule.id));
    }
}

/* ---- circles ---- */

/*
 * A graph of names: derived names, then deadlines (`due` and `missed`, and what starts on another's end), then the names that
 * sections give. support_phase, phase_started, contract_kind and contract_since come from events alone and lead nowhere.
 */
enum colour { UNSEEN, UNDER_WAY, SEEN };

struct graph {
    struct arena *arena;
    const struct covenant *covenant;
    struct findings *findings;
    struct uses *leads_to; /* of each name */
    enum colour *colours;
    size_t *path; /* the names under way */
    size_t path_count, names_count;
    bool found; /* one circle is reported: others often are the same one, seen from elsewhere */
};

static size_t node_of_symbol(const struct graph *graph, const struct symbol *symbol)
{
    if (symbol->kind == SYMBOL_DERIVED)
        return symbol->index;
    if (symbol->kind == SYMBOL_SECTION)
        return graph->covenant->derived_count + graph->covenant->deadlines_count + symbol->index;
    return NOT_FOUND;
}

static size_t node_of_use(const struct graph *graph, const struct use *use)
{
    switch (use->kind) {
    case USE_SYMBOL:
        return node_of_symbol(graph, use->symbol);
    case USE_DUE:
    case USE_MISSED:
        return graph->covenant->derived_count + use->index;
    case USE_HAPPENED:
    case USE_SILENT:
        break;
    }
    return NOT_FOUND;
}

static void add_expression(struct graph *graph, size_t node, const struct expression *expression)
{
    if (expression)
        expression_uses(graph->arena, expression, &graph->leads_to[node]);
}

static void add_anchor(struct graph *graph, size_t node, const struct anchor *anchor)
{
    struct use use = {.name = anchor->name, .symbol = anchor->symbol, .index = anchor->index};
    if (anchor->kind == ANCHOR_SYMBOL)
        use.kind = USE_SYMBOL;
    else if (anchor->kind == ANCHOR_DEADLINE)
        use.kind = USE_DUE;
    else
        return;
    struct uses *uses = &graph->leads_to[node];
    struct use *room = arena_push(graph->arena, &uses->items, &uses->count, &uses->capacity, sizeof *uses->items);
    *room = use;
}

static void add_derived(struct graph *graph)
{
    for (size_t i = 0; i < graph->covenant->derived_count; i++) {
        const struct derived *derived = &graph->covenant->derived[i];
        add_expression(graph, i, derived->of);
        add_expression(graph, i, derived->where);
        add_anchor(graph, i, &derived->since);
        for (size_t k = 0; k < derived->arguments_count; k++)
            if (derived->arguments[k].kind == ARGUMENT_SYMBOL)
                add_anchor(graph, i, &(struct anchor){.kind = ANCHOR_SYMBOL, .symbol = derived->arguments[k].symbol});
    }
}

static void add_deadlines(struct graph *graph)
{
    for (size_t i = 0; i < graph->covenant->deadlines_count; i++) {
        const struct deadline *deadline = &graph->covenant->deadlines[i];
        size_t node = graph->covenant->derived_count + i;
        add_expression(graph, node, deadline->applies);
        add_anchor(graph, node, &deadline->starts);
        add_anchor(graph, node, &deadline->counts_back_from);
        for (size_t k = 0; k < deadline->pauses_count; k++)
            add_anchor(graph, node, &deadline->pauses[k].until);
    }
}

static void add_sections(struct graph *graph)
{
    const struct covenant *covenant = graph->covenant;
    size_t first = covenant->derived_count + covenant->deadlines_count;
    for (size_t i = 0; i < covenant->eligibility.requirements_count; i++) {
        add_expression(graph, first + NAME_ELIGIBLE, covenant->eligibility.requirements[i].applies);
        add_expression(graph, first + NAME_ELIGIBLE, covenant->eligibility.requirements[i].require);
    }
    for (size_t i = 0; i < covenant->eligibility.exceptions_count; i++)
        add_expression(graph, first + NAME_ELIGIBLE, covenant->eligibility.exceptions[i].when);
    add_expression(graph, first + NAME_NUISANCE_LEVEL, covenant->nuisance.counts);
    for (size_t i = 0; i < covenant->nuisance.levels_count; i++) {
        add_expression(graph, first + NAME_NUISANCE_LEVEL, covenant->nuisance.levels[i].enter);
        add_expression(graph, first + NAME_NUISANCE_LEVEL, covenant->nuisance.levels[i].at_once);
    }
    if (covenant->nuisance.relapse)
        add_expression(graph, first + NAME_NUISANCE_LEVEL, covenant->nuisance.relapse->when);
    for (size_t i = 0; i < covenant->journey_count; i++)
        add_expression(graph, first + NAME_STAGE, covenant->journey[i].when);
}

static struct text node_name(const struct graph *graph, size_t node)
{
    static const char *const given[NAME_COUNT] = {"eligible",       "support_phase",  "phase_started", "contract_kind",
                                                  "contract_since", "nuisance_level", "stage"};
    const struct covenant *covenant = graph->covenant;
    if (node < covenant->derived_count)
        return covenant->derived[node].name;
    node -= covenant->derived_count;
    return node < covenant->deadlines_count ? covenant->deadlines[node].rule.id : text_of(given[node - covenant->deadlines_count]);
}

/* Where a name is written: of a section's name, its first rule. */
static struct place node_place(const struct graph *graph, size_t node)
{
    const struct covenant *covenant = graph->covenant;
    if (node < covenant->derived_count)
        return covenant->derived[node].place;
    node -= covenant->derived_count;
    if (node < covenant->deadlines_count)
        return covenant->deadlines[node].rule.place;
    node -= covenant->deadlines_count;
    if (node == NAME_ELIGIBLE && covenant->eligibility.requirements_count)
        return covenant->eligibility.requirements[0].rule.place;
    if (node == NAME_NUISANCE_LEVEL && covenant->nuisance.levels_count)
        return covenant->nuisance.levels[0].rule.place;
    return node == NAME_STAGE && covenant->journey_count ? covenant->journey[0].rule.place : covenant->place;
}

/* The circle is the path from `node` on. It is told from its first name in the order of the graph, so always alike. */
static void report_circle(struct graph *graph, size_t node)
{
    size_t start = graph->path_count - 1;
    while (graph->path[start] != node)
        start--;
    size_t count = graph->path_count - start, first = 0;
    for (size_t i = 1; i < count; i++)
        if (graph->path[start + i] < graph->path[start + first])
            first = i;
    struct buffer chain;
    buffer_init(&chain, graph->arena);
    for (size_t i = 0; i <= count; i++) {
        struct text name = node_name(graph, graph->path[start + (first + i) % count]);
        buffer_format(&chain, "%s%.*s", i ? " -> " : "", TEXT_ARGS(name));
    }
    size_t told = graph->path[start + first];
    findings_add(graph->findings, SEVERITY_ERROR, "circle", node_place(graph, told), node_name(graph, told).length,
                 "a circle of names: `%.*s`", TEXT_ARGS(buffer_text(&chain)));
    graph->found = true;
}

/* Recursion is bounded by the number of names, and each stands in the file. */
static void visit(struct graph *graph, size_t node)
{
    graph->colours[node] = UNDER_WAY;
    graph->path[graph->path_count++] = node;
    for (size_t i = 0; i < graph->leads_to[node].count && !graph->found; i++) {
        size_t next = node_of_use(graph, &graph->leads_to[node].items[i]);
        if (next == NOT_FOUND || graph->colours[next] == SEEN)
            continue;
        if (graph->colours[next] == UNDER_WAY)
            report_circle(graph, next);
        else
            visit(graph, next);
    }
    graph->path_count--;
    graph->colours[node] = SEEN;
}

static void check_circles(struct arena *arena, const struct covenant *covenant, struct findings *findings)
{
    struct graph graph = {.arena = arena, .covenant = covenant, .findings = findings};
    graph.names_count = covenant->derived_count + covenant->deadlines_count + NAME_COUNT;
    graph.leads_to = ARENA_ARRAY(arena, graph.names_count, struct uses);
    graph.colours = ARENA_ARRAY(arena, graph.names_count, enum colour);
    graph.path = ARENA_ARRAY(arena, graph.names_count, size_t);
    add_derived(&graph);
    add_deadlines(&graph);
    add_sections(&graph);
    for (size_t i = 0; i < graph.names_count; i++) {
        graph.found = false;
        if (graph.colours[i] == UNSEEN)
            visit(&graph, i);
    }
}

void check_covenant(struct arena *arena, const struct covenant *covenant, struct findings *findings)
{
    struct rule_list list = rules_of(arena, covenant);
    check_ids(&list, findings);
    check_windows(covenant, &list, findings);
    check_circles(arena, covenant, findings);
}
