/* rules/national/law.yaml: terms by law. They are parsed here for their own sake, and again by each covenant that includes them. */
#include "covenant/parse.h"

void parse_law(struct reading *reading, const struct node *root, struct national *national)
{
    const struct node *list = node_get(root, "deadlines");
    national->deadlines = list;
    national->sources = read_sources(reading->arena, node_get(root, "sources"), &national->sources_count);
    reading->sources = national->sources;
    reading->sources_count = national->sources_count;
    struct names *names = ARENA_NEW(reading->arena, struct names);
    reading->names = names;
    national->law_count = list ? list->count : 0;
    for (size_t i = 0; i < national->law_count; i++) {
        const struct node *id = node_get(list->items[i], "id");
        if (id && text_list_has(&names->deadlines, id->text))
            findings_add(reading->findings, SEVERITY_ERROR, "duplicate_id", id->place, id->width, "the id `%.*s` is used twice",
                         TEXT_ARGS(id->text));
        text_list_add(reading->arena, &names->deadlines, id ? id->text : TEXT(""));
    }
    names_init(names, reading->arena, &national->vocabulary);
    struct covenant alone = {0};
    parse_derived(reading, national->derived, NULL, &alone);
    struct deadline *law = ARENA_ARRAY(reading->arena, national->law_count ? national->law_count : 1, struct deadline);
    for (size_t i = 0; i < national->law_count; i++) {
        parse_deadline(reading, list->items[i], &law[i]);
        law[i].by_law = true;
    }
    national->law = law;
}
