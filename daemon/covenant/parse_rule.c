/* What every rule has, and the two shapes that come back everywhere: requirement and action. */
#include "covenant/parse.h"

#include <string.h>

const struct source *read_sources(struct arena *arena, const struct node *map, size_t *count)
{
    static const char *const kinds[] = {"publication", "agreement", "law", "assumption"};
    *count = map ? map->count : 0;
    struct source *sources = ARENA_ARRAY(arena, *count ? *count : 1, struct source);
    for (size_t i = 0; i < *count; i++) {
        const struct node *item = map->items[i];
        sources[i] = (struct source){.key = map->keys[i]->text,
                                     .title = read_text(item, "title"),
                                     .url = read_text(item, "url"),
                                     .date = read_text(item, "date"),
                                     .note = read_text(item, "note")};
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (read_is(item, "kind", kinds[k]))
                sources[i].kind = (enum source_kind)k;
    }
    return sources;
}

static const struct source *find_source(struct reading *reading, const struct node *key)
{
    struct text_list keys = {0};
    for (size_t i = 0; i < reading->sources_count; i++) {
        if (text_equal(reading->sources[i].key, key->text))
            return &reading->sources[i];
        text_list_add(reading->arena, &keys, reading->sources[i].key);
    }
    report_unknown(reading, "unknown_source", key, "source", &keys);
    return NULL;
}

void read_references(struct reading *reading, const struct node *map, const struct rule *outer, struct rule *rule)
{
    const struct node *written = node_get(map, "source");
    if (!written) {
        rule->sources = outer ? outer->sources : NULL;
        rule->sources_count = outer ? outer->sources_count : 0;
        return;
    }
    size_t count;
    const struct node *const *some = read_some(reading->arena, written, &count);
    struct source_reference *references = ARENA_ARRAY(reading->arena, count ? count : 1, struct source_reference);
    for (size_t i = 0; i < count; i++) {
        const struct node *key = some[i]->kind == NODE_MAP ? node_get(some[i], "is") : some[i];
        const struct source *source = key ? find_source(reading, key) : NULL;
        if (source)
            references[rule->sources_count++] = (struct source_reference){source, read_text(some[i], "at")};
    }
    rule->sources = references;
}

/* `assumed` names keys of this very rule: a name that is not written there would mark nothing. */
static void read_assumed(struct reading *reading, const struct node *map, struct rule *rule)
{
    size_t count;
    const struct node *const *some = read_some(reading->arena, node_get(map, "assumed"), &count);
    for (size_t i = 0; i < count; i++) {
        struct text name = some[i]->text;
        bool marks = !text_is(name, "id") && !text_is(name, "source") && !text_is(name, "assumed");
        struct text_list keys = {0};
        bool written = false;
        for (size_t k = 0; k < map->count; k++) {
            written |= marks && text_equal(map->keys[k]->text, name);
            text_list_add(reading->arena, &keys, map->keys[k]->text);
        }
        if (text_list_has(&rule->assumed, name))
            findings_add(reading->findings, SEVERITY_ERROR, "duplicate_name", some[i]->place, some[i]->width,
                         "`%.*s` stands here twice", TEXT_ARGS(name));
        else if (!written)
            findings_add(reading->findings, SEVERITY_ERROR, "unknown_assumed", some[i]->place, some[i]->width,
                         "`%.*s` is assumed but is no key that is written in this rule%.*s", TEXT_ARGS(name),
                         TEXT_ARGS(suggestion(reading->arena, name, keys.items, keys.count)));
        else
            text_list_add(reading->arena, &rule->assumed, name);
    }
}

/* `statutory` is the law's own calendar: a covenant may not give its terms that name. */
static void check_regime(struct reading *reading, const struct node *map, const struct rule *rule)
{
    const struct node *calendar = node_get(map, "calendar");
    if (!calendar || read_regime(map) != REGIME_STATUTORY || reading->broken || rule->sources_count == 0)
        return;
    for (size_t i = 0; i < rule->sources_count; i++)
        if (rule->sources[i].is->kind == SOURCE_LAW)
            return;
    findings_add(reading->findings, SEVERITY_ERROR, "statutory_without_law", calendar->place, calendar->width,
                 "`statutory` needs a source of kind law; `next_working_day` is for agreed terms");
}

/* `{fact}` in a text is filled in with what is stated: it must be a fact or a derived name. */
static void check_filled(struct reading *reading, const struct node *node)
{
    struct text text = node ? node->text : (struct text){0};
    size_t characters = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *end = text.at[i] == '{' ? memchr(text.at + i, '}', text.length - i) : NULL;
        characters += ((unsigned char)text.at[i] & 0xC0) != 0x80;
        if (!end)
            continue;
        struct node name = *node;
        name.text = text_slice(text, i + 1, (size_t)(end - text.at));
        name.place = place_after(node->place, characters);
        name.width = name.text.length + !name.text.length;
        const struct symbol *symbol = names_symbol(reading->names, name.text);
        if (symbol && (symbol->kind == SYMBOL_FACT || symbol->kind == SYMBOL_DERIVED))
            continue;
        struct text_list known = {0};
        for (size_t k = 0; k < reading->names->symbols_count; k++)
            text_list_add(reading->arena, &known, reading->names->symbols[k]->name);
        report_unknown(reading, "unknown_name", &name, "fact or derived name", &known);
    }
}

struct says read_filled(struct reading *reading, const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);
    check_filled(reading, node_get(node, "nl"));
    check_filled(reading, node_get(node, "en"));
    return read_says(map, key);
}

struct rule read_rule(struct reading *reading, const struct node *map, const struct rule *outer)
{
    const struct node *id = node_get(map, "id");
    struct rule rule = {.id = read_text(map, "id"), .says = read_filled(reading, map, "says"), .place = id ? id->place : map->place};
    read_references(reading, map, outer, &rule);
    read_assumed(reading, map, &rule);
    check_regime(reading, map, &rule);
    return rule;
}

static struct action action_of(struct reading *reading, const struct node *map, const struct rule *rule)
{
    const struct node *id = node_get(map, "id");
    struct action action = {.id = id ? id->text : rule->id,
                            .who = read_role(reading, node_get(map, "who")),
                            .does = read_filled(reading, map, "does"),
                            .regime = read_regime(map),
                            .done_by = read_event(reading, node_get(map, "done_by")),
                            .place = id ? id->place : map->place};
    action.has_within = read_term(map, "within", &action.within);
    action.before = read_name_of(reading, node_get(map, "before"), &reading->names->deadlines, "deadline", "unknown_deadline");
    check_regime(reading, map, rule);
    return action;
}

const struct action *read_action(struct reading *reading, const struct node *map, const char *key, const struct rule *rule)
{
    const struct node *node = node_get(map, key);
    if (!node)
        return NULL;
    struct action *action = ARENA_NEW(reading->arena, struct action);
    *action = action_of(reading, node, rule);
    return action;
}

const struct action *read_actions(struct reading *reading, const struct node *map, const char *key, const struct rule *rule,
                                  size_t *count)
{
    const struct node *list = node_get(map, key);
    *count = list ? list->count : 0;
    struct action *actions = ARENA_ARRAY(reading->arena, *count ? *count : 1, struct action);
    for (size_t i = 0; i < *count; i++)
        actions[i] = action_of(reading, list->items[i], rule);
    return actions;
}

const struct requirement *read_requirements(struct reading *reading, const struct node *map, const char *key,
                                            const struct rule *outer, size_t *count)
{
    const struct node *list = node_get(map, key);
    *count = list ? list->count : 0;
    struct requirement *requirements = ARENA_ARRAY(reading->arena, *count ? *count : 1, struct requirement);
    for (size_t i = 0; i < *count; i++) {
        struct requirement *requirement = &requirements[i];
        requirement->rule = read_rule(reading, list->items[i], outer);
        requirement->applies = read_condition(reading, list->items[i], "applies", CONDITION_MAY_USE_KNOWN);
        requirement->require = read_condition(reading, list->items[i], "require", 0);
        requirement->otherwise = read_action(reading, list->items[i], "otherwise", &requirement->rule);
    }
    return requirements;
}
