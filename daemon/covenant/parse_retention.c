/* rules/national/retention.yaml: how long what is recorded of a case is kept. It decides nothing of a case. */
#include "covenant/parse.h"

static struct retention_term term_of(struct reading *reading, const struct node *map)
{
    struct retention_term term = {.kind = read_text(map, "kind"), .region = read_text(map, "region"),
                                  .says = read_says(map, "says"), .node = map};
    struct rule rule = {0};
    const struct node *keep = node_get(map, "keep");
    read_references(reading, map, NULL, &rule);
    if (read_days(reading, map, "keep", &term.keep) && (term.keep.unit == UNIT_WORKING_DAYS || term.keep.count < 1))
        findings_add(reading->findings, SEVERITY_ERROR, "wrong_term", keep->place, keep->width,
                     "found `%.*s`, expected a day or longer, in days, weeks, months or years: `P15Y`",
                     TEXT_ARGS(keep->text));
    return term;
}

void parse_retention(struct reading *reading, const struct node *root, struct rules *rules)
{
    const struct node *list = node_get(root, "terms");
    reading->sources = read_sources(reading->arena, node_get(root, "sources"), &reading->sources_count);
    size_t count = list ? list->count : 0;
    struct retention_term *terms = ARENA_ARRAY(reading->arena, count ? count : 1, struct retention_term);
    for (size_t i = 0; i < count; i++) {
        terms[i] = term_of(reading, list->items[i]);
        for (size_t j = 0; j < i; j++)
            if (text_equal(terms[i].kind, terms[j].kind) && text_equal(terms[i].region, terms[j].region))
                findings_add(reading->findings, SEVERITY_ERROR, "duplicate_id", list->items[i]->place,
                             list->items[i]->width, "there is a term for `%.*s` already, expected one",
                             TEXT_ARGS(terms[i].kind));
    }
    rules->retention = terms;
    rules->retention_count = count;
}

void check_retention(const struct rules *rules, struct arena *arena, struct findings *findings)
{
    for (size_t i = 0; i < rules->retention_count; i++) {
        const struct retention_term *term = &rules->retention[i];
        const struct node *region = node_get(term->node, "region");
        if (!region || rules_region(rules, term->region))
            continue;
        struct text *names = ARENA_ARRAY(arena, rules->regions_count + 1, struct text);
        for (size_t j = 0; j < rules->regions_count; j++)
            names[j] = rules->regions[j]->name;
        findings_add(findings, SEVERITY_ERROR, "unknown_name", region->place, region->width,
                     "unknown region `%.*s`%.*s", TEXT_ARGS(region->text),
                     TEXT_ARGS(suggestion(arena, region->text, names, rules->regions_count)));
    }
}

const struct retention_term *retention_term_for(const struct rules *rules, struct text region, const char *kind)
{
    const struct retention_term *found = NULL;
    for (size_t i = 0; i < rules->retention_count; i++) {
        const struct retention_term *term = &rules->retention[i];
        if (text_is(term->kind, kind) && (text_equal(term->region, region) || (!term->region.at && !found)))
            found = term;
    }
    return found;
}
