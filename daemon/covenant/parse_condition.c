/* Conditions, anchors and pauses. */
#include "covenant/parse.h"

const struct expression *read_expression(struct reading *reading, struct names *names, const struct node *node,
                                         const struct type *wanted, bool may_use_known)
{
    if (!node || reading->broken)
        return NULL;
    struct scope scope = names_scope(names, may_use_known);
    return expression_parse(reading->arena, node->text, node->place, &scope, wanted, reading->findings);
}

const struct expression *read_condition(struct reading *reading, const struct node *map, const char *key, int options)
{
    static const struct type boolean = {TYPE_BOOLEAN, NULL};
    struct names *names = reading->names;
    size_t report = vocabulary_event(names->vocabulary, TEXT("nuisance_reported"));
    if ((options & CONDITION_OF_A_REPORT) && report != NOT_FOUND)
        names = names_at(names, &names->vocabulary->events[report]);
    return read_expression(reading, names, node_get(map, key), &boolean, options & CONDITION_MAY_USE_KNOWN);
}

struct anchor read_anchor(struct reading *reading, const struct node *node, int options)
{
    struct anchor anchor = {ANCHOR_NONE, NOT_FOUND, NULL, {0}};
    if (!node)
        return anchor;
    const struct names *names = reading->names;
    anchor.name = node->text;
    size_t event = vocabulary_event(names->vocabulary, node->text);
    size_t deadline = options & ANCHOR_MAY_BE_DEADLINE ? names_index(&names->deadlines, node->text) : NOT_FOUND;
    const struct symbol *symbol = options & ANCHOR_MAY_BE_DATE ? names_symbol(names, node->text) : NULL;
    if ((event != NOT_FOUND) + (deadline != NOT_FOUND) + (symbol != NULL) > 1)
        findings_add(reading->findings, SEVERITY_ERROR, "ambiguous_name", node->place, node->width,
                     "`%.*s` is the name of more than one thing here: an event, a date or a deadline", TEXT_ARGS(node->text));
    if (event != NOT_FOUND) {
        anchor.kind = ANCHOR_EVENT;
        anchor.index = event;
    } else if (deadline != NOT_FOUND) {
        anchor.kind = ANCHOR_DEADLINE;
        anchor.index = deadline;
    } else if (symbol && symbol->type.kind != TYPE_DATE) {
        findings_add(reading->findings, SEVERITY_ERROR, "type_mismatch", node->place, node->width,
                     "`%.*s` is of type %s, expected a date or an event", TEXT_ARGS(node->text), type_name(symbol->type.kind));
    } else if (symbol) {
        anchor.kind = ANCHOR_SYMBOL;
        anchor.symbol = symbol;
    } else {
        struct text_list known = vocabulary_event_names(reading->arena, names->vocabulary);
        for (size_t i = 0; (options & ANCHOR_MAY_BE_DATE) && i < names->symbols_count; i++)
            if (names->symbols[i]->type.kind == TYPE_DATE)
                text_list_add(reading->arena, &known, names->symbols[i]->name);
        for (size_t i = 0; (options & ANCHOR_MAY_BE_DEADLINE) && i < names->deadlines.count; i++)
            text_list_add(reading->arena, &known, names->deadlines.items[i]);
        report_unknown(reading, "unknown_event", node,
                       !options ? "event" : options & ANCHOR_MAY_BE_DEADLINE ? "event, date or deadline" : "event or date", &known);
    }
    return anchor;
}

const struct pause *read_pauses(struct reading *reading, const struct node *map, size_t *count)
{
    const struct node *list = node_get(map, "paused");
    *count = list ? list->count : 0;
    struct pause *pauses = ARENA_ARRAY(reading->arena, *count ? *count : 1, struct pause);
    for (size_t i = 0; i < *count; i++) {
        const struct node *item = list->items[i];
        pauses[i].from = read_anchor(reading, node_get(item, "from"), 0);
        pauses[i].until = read_anchor(reading, node_get(item, "until"), ANCHOR_MAY_BE_DATE | ANCHOR_MAY_BE_DEADLINE);
        pauses[i].has_at_most = read_days(reading, item, "at_most", &pauses[i].at_most);
        pauses[i].has_longer_than = read_days(reading, item, "longer_than", &pauses[i].longer_than);
    }
    return pauses;
}
