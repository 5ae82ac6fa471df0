/* What the versions of a region say of each other: overlaps, gaps, and ids that keep their kind. */
#include "covenant/parse.h"

#include <string.h>

static struct place first_day_place(const struct covenant *covenant)
{
    return covenant->in_force_rule.place;
}

static void check_succession(const struct covenant *before, const struct covenant *after, struct findings *findings)
{
    struct place place = first_day_place(after);
    bool open_end = !before->has_until;
    if (!open_end && date_compare(before->until, before->from) < 0)
        return; /* reported where it stands */
    if (open_end || date_compare(before->until, after->from) >= 0)
        findings_add(findings, SEVERITY_ERROR, "versions_overlap", place, 1, "version `%.*s` begins while `%.*s` is in force%s",
                     TEXT_ARGS(after->version), TEXT_ARGS(before->version), open_end ? ", which has no last day" : "");
    else if (date_compare(date_add_days(before->until, 1, NULL), after->from) < 0)
        findings_add(findings, SEVERITY_WARNING, "versions_gap", place, 1,
                     "no version is in force between `%.*s` and `%.*s`", TEXT_ARGS(before->version), TEXT_ARGS(after->version));
}

static const char *article(const char *noun)
{
    return strchr("aeiou", noun[0]) ? "an" : "a";
}

/* An id means the same thing in every version, or records of years ago would be read wrongly. */
static void check_kinds(const struct rule_list *earlier, const struct covenant *version, const struct rule_list *later,
                        struct findings *findings)
{
    for (size_t i = 0; i < later->count; i++)
        for (size_t k = 0; k < earlier->count; k++) {
            const struct rule_item *item = &later->items[i], *before = &earlier->items[k];
            if (!item->id.at || !text_equal(item->id, before->id))
                continue;
            if (strcmp(item->kind, before->kind) == 0)
                break;
            findings_add(findings, SEVERITY_ERROR, "id_changes_kind", item->place, item->id.length,
                         "the id `%.*s` names %s %s here and %s %s in version `%.*s`: an id keeps its meaning", TEXT_ARGS(item->id),
                         article(item->kind), item->kind, article(before->kind), before->kind, TEXT_ARGS(version->version));
            break;
        }
}

void check_versions(struct arena *arena, const struct covenant *const *versions, size_t count, struct findings *findings)
{
    struct rule_list *lists = ARENA_ARRAY(arena, count ? count : 1, struct rule_list);
    for (size_t i = 0; i < count; i++) {
        lists[i] = rules_of(arena, versions[i]);
        if (i)
            check_succession(versions[i - 1], versions[i], findings);
        for (size_t k = 0; k < i; k++)
            check_kinds(&lists[k], versions[k], &lists[i], findings);
    }
}
