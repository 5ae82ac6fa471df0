/* `covenants`: which regions there are, which versions, when they are in force, and what they rest on. */
#include "verbs/verb.h"

static struct value *source_value(struct arena *arena, const struct source *source)
{
    static const char *const kinds[] = {
        [SOURCE_PUBLICATION] = "publication",
        [SOURCE_AGREEMENT] = "agreement",
        [SOURCE_LAW] = "law",
        [SOURCE_ASSUMPTION] = "assumption",
    };
    struct value *object = value_object(arena);
    value_set(arena, object, "key", value_text(arena, source->key));
    value_set(arena, object, "title", value_text(arena, source->title));
    value_set(arena, object, "kind", value_string(arena, kinds[source->kind]));
    if (source->url.at)
        value_set(arena, object, "url", value_text(arena, source->url));
    if (source->date.at)
        value_set(arena, object, "date", value_text(arena, source->date));
    if (source->note.at)
        value_set(arena, object, "note", value_text(arena, source->note));
    return object;
}

static struct value *covenant_value(struct arena *arena, const struct covenant *covenant)
{
    struct value *object = value_object(arena), *in_force = value_object(arena);
    struct value *sources = value_list(arena), *assumptions = value_list(arena);
    value_set(arena, in_force, "from", value_date(arena, covenant->from));
    if (covenant->has_until)
        value_set(arena, in_force, "until", value_date(arena, covenant->until));
    for (size_t i = 0; i < covenant->sources_count; i++)
        value_append(arena, sources, source_value(arena, &covenant->sources[i]));
    for (size_t i = 0; i < covenant->assumptions.count; i++)
        value_append(arena, assumptions, value_text(arena, covenant->assumptions.items[i]));
    value_set(arena, object, "region", value_text(arena, covenant->region->name));
    value_set(arena, object, "version", value_text(arena, covenant->version));
    value_set(arena, object, "title", texts_value(arena, covenant->title));
    value_set(arena, object, "in_force", in_force);
    value_set(arena, object, "digest", value_text(arena, digest_text(arena, covenant->digest)));
    value_set(arena, object, "sources", sources);
    value_set(arena, object, "assumptions", assumptions);
    return object;
}

static bool in_force(const struct covenant *covenant, struct date on)
{
    return date_compare(covenant->from, on) <= 0 && (!covenant->has_until || date_compare(on, covenant->until) <= 0);
}

bool verb_covenants(struct call *call, struct fault *fault)
{
    (void)fault;
    const struct rules *rules = call->service->edition->rules;
    struct text name = call_text(call, "region");
    if (name.at && !call_region(call, name, "/region"))
        return true;
    struct value *list = value_list(call->arena);
    bool dated = call_text(call, "on").at != NULL;
    for (size_t i = 0; i < rules->regions_count; i++) {
        const struct region *region = rules->regions[i];
        for (size_t j = 0; j < region->versions_count; j++)
            if ((!name.at || text_equal(region->name, name)) &&
                (!dated || in_force(region->versions[j], call_on(call))))
                value_append(call->arena, list, covenant_value(call->arena, region->versions[j]));
    }
    call_reply(call, "covenants", list);
    return true;
}
