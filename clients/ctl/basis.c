#include "basis.h"

#include "covenant/rule_list.h"

static struct value *texts(struct arena *arena, struct says says)
{
    struct value *object = value_object(arena);
    if (says.nl.at)
        value_set(arena, object, "nl", value_text(arena, says.nl));
    if (says.en.at)
        value_set(arena, object, "en", value_text(arena, says.en));
    return object;
}

static struct value *source_value(struct arena *arena, const struct source *source)
{
    static const char *const kinds[] = {
        [SOURCE_PUBLICATION] = "publication",
        [SOURCE_AGREEMENT] = "agreement",
        [SOURCE_LAW] = "law",
        [SOURCE_ASSUMPTION] = "assumption",
    };
    struct value *object = value_object(arena);
    value_set(arena, object, "is", value_text(arena, source->key));
    value_set(arena, object, "title", value_text(arena, source->title));
    value_set(arena, object, "kind", value_string(arena, kinds[source->kind]));
    if (source->date.at)
        value_set(arena, object, "date", value_text(arena, source->date));
    if (source->url.at)
        value_set(arena, object, "url", value_text(arena, source->url));
    return object;
}

static struct value *rule_value(struct arena *arena, const struct rule *rule)
{
    struct value *object = value_object(arena), *sources = value_list(arena);
    value_set(arena, object, "rule", value_text(arena, rule->id));
    value_set(arena, object, "says", texts(arena, rule->says));
    for (size_t i = 0; i < rule->sources_count; i++) {
        struct value *source = value_object(arena);
        value_set(arena, source, "is", value_text(arena, rule->sources[i].is->key));
        value_set(arena, source, "title", value_text(arena, rule->sources[i].is->title));
        if (rule->sources[i].at.at)
            value_set(arena, source, "at", value_text(arena, rule->sources[i].at));
        value_append(arena, sources, source);
    }
    value_set(arena, object, "source", sources);
    return object;
}

static bool is_assumed(const struct rule *rule)
{
    for (size_t i = 0; i < rule->sources_count; i++)
        if (rule->sources[i].is->kind == SOURCE_ASSUMPTION)
            return true;
    return false;
}

/* What a version writes itself: the rest it has from the version that it is based on. */
static bool is_own(const struct covenant *covenant, const struct rule *rule)
{
    return !covenant->based_on ||
           (rule->place.file && covenant->place.file && text_equal(rule->place.file->path, covenant->place.file->path));
}

/* The whole rule, or the keys that its source does not give; of a section, which says nothing itself, key by key. */
static void add_assumed(struct arena *arena, struct value *assumed, const struct rule *rule)
{
    if (!rule->id.at || (!is_assumed(rule) && rule->assumed.count == 0))
        return;
    struct value *item = rule_value(arena, rule), *keys = value_list(arena);
    for (size_t i = 0; i < rule->assumed.count; i++) {
        if (i && !rule->says.nl.at) {
            value_append(arena, assumed, item);
            item = rule_value(arena, rule);
            keys = value_list(arena);
        }
        value_append(arena, keys, value_text(arena, rule->assumed.items[i]));
        if (!is_assumed(rule))
            value_set(arena, item, "keys", keys);
    }
    value_append(arena, assumed, item);
}

static bool base_has(const struct covenant *covenant, const struct source *source)
{
    const struct covenant *base = covenant->based_on;
    for (size_t i = 0; base && i < base->sources_count; i++)
        if (text_equal(base->sources[i].key, source->key) && text_equal(base->sources[i].title, source->title))
            return true;
    return false;
}

static bool is_blank(const struct covenant *covenant, const struct rule *rule)
{
    for (size_t i = 0; i < covenant->blanks_count; i++)
        if (rule == &covenant->blanks[i].rule)
            return true;
    return false;
}

static bool is_by_law(const struct covenant *covenant, const struct rule *rule)
{
    for (size_t i = 0; i < covenant->deadlines_count; i++)
        if (rule == &covenant->deadlines[i].rule)
            return covenant->deadlines[i].by_law;
    return false;
}

static void add_rules(struct arena *arena, const struct covenant *covenant, struct value *object)
{
    struct value *agreed = value_list(arena), *by_law = value_list(arena), *assumed = value_list(arena),
                 *open = value_list(arena);
    const struct rule *const sections[] = {&covenant->in_force_rule, &covenant->contracts.rule, &covenant->nuisance.rule};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (is_own(covenant, sections[i]))
            add_assumed(arena, assumed, sections[i]);
    struct rule_list list = rules_of(arena, covenant);
    for (size_t i = 0; i < list.count; i++) {
        const struct rule *rule = list.items[i].rule;
        if (!rule || !is_own(covenant, rule))
            continue;
        add_assumed(arena, assumed, rule);
        if (is_blank(covenant, rule))
            value_append(arena, open, rule_value(arena, rule));
        else if (is_by_law(covenant, rule))
            value_append(arena, by_law, rule_value(arena, rule));
        else if (!is_assumed(rule))
            value_append(arena, agreed, rule_value(arena, rule));
    }
    value_set(arena, object, "agreed", agreed);
    value_set(arena, object, "by_law", by_law);
    value_set(arena, object, "assumed", assumed);
    value_set(arena, object, "open", open);
}

static struct value *version_value(struct arena *arena, const struct covenant *covenant)
{
    struct value *object = value_object(arena), *in_force = value_object(arena);
    struct value *parties = value_list(arena), *sources = value_list(arena);
    value_set(arena, in_force, "from", value_date(arena, covenant->from));
    if (covenant->has_until)
        value_set(arena, in_force, "until", value_date(arena, covenant->until));
    for (size_t i = 0; i < covenant->parties_count; i++)
        value_append(arena, parties, value_text(arena, covenant->parties[i].name));
    for (size_t i = 0; i < covenant->sources_count; i++)
        if (covenant->sources[i].kind != SOURCE_ASSUMPTION && !base_has(covenant, &covenant->sources[i]))
            value_append(arena, sources, source_value(arena, &covenant->sources[i]));
    value_set(arena, object, "region", value_text(arena, covenant->region->name));
    value_set(arena, object, "version", value_text(arena, covenant->version));
    value_set(arena, object, "title", texts(arena, covenant->title));
    value_set(arena, object, "in_force", in_force);
    if (covenant->based_on)
        value_set(arena, object, "based_on", value_text(arena, covenant->based_on->version));
    value_set(arena, object, "parties", parties);
    value_set(arena, object, "sources", sources);
    add_rules(arena, covenant, object);
    return object;
}

struct value *basis_value(struct arena *arena, const struct rules *rules, struct text region)
{
    struct value *basis = value_list(arena);
    for (size_t i = 0; i < rules->regions_count; i++)
        for (size_t j = 0; j < rules->regions[i]->versions_count; j++)
            if (!region.at || text_equal(rules->regions[i]->name, region))
                value_append(arena, basis, version_value(arena, rules->regions[i]->versions[j]));
    return basis;
}
