#include "engine/redact.h"

#include "engine/redaction.h"

#include <string.h>

/* ---- what all of it is made of ---- */

struct value *withheld(struct arena *arena)
{
    struct value *object = value_object(arena);
    value_set(arena, object, "withheld", value_boolean(arena, true));
    return object;
}

void withhold(struct redaction *redaction, struct value *object, const char *member)
{
    value_set(redaction->arena, object, member, withheld(redaction->arena));
}

struct value *withheld_rule(struct redaction *redaction, const struct rule *rule)
{
    struct value *object = withheld(redaction->arena);
    value_set(redaction->arena, object, "rule", value_text(redaction->arena, rule->id));
    value_set(redaction->arena, object, "says",
              taint_says(redaction->taint, &rule->says) ? withheld(redaction->arena) : says_value(redaction->view, &rule->says));
    value_set(redaction->arena, object, "source", sources_value(redaction->arena, rule));
    return object;
}

void hide(struct redaction *redaction, const struct rule *rule)
{
    if (!is_hidden(redaction, rule->id))
        text_list_add(redaction->arena, &redaction->withheld, rule->id);
}

bool is_hidden(const struct redaction *redaction, struct text rule)
{
    return text_list_has(&redaction->withheld, rule);
}

bool is_hidden_id(const struct redaction *redaction, const struct value *id)
{
    return id && id->kind == VALUE_TEXT && is_hidden(redaction, id->text);
}

void hide_questions(struct redaction *redaction, const struct requirement *requirements, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_list_add(redaction->arena, &redaction->unasked, requirements[i].rule.id);
}

bool hide_requirements(struct redaction *redaction, const struct requirement *requirements, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!taint_requirement(redaction->taint, &requirements[i]))
            continue;
        hide(redaction, &requirements[i].rule);
        any = true;
    }
    return any;
}

void redact_reasons(struct redaction *redaction, struct value *section, const char *member,
                    const struct requirement *requirements, size_t count)
{
    const struct value *reasons = value_get(section, member);
    struct value *shown = value_list(redaction->arena);
    for (size_t i = 0; reasons && i < reasons->count; i++)
        if (!is_hidden_id(redaction, value_get(reasons->items[i], "rule")))
            value_append(redaction->arena, shown, reasons->items[i]);
    for (size_t i = 0; i < count; i++)
        if (is_hidden(redaction, requirements[i].rule.id))
            value_append(redaction->arena, shown, withheld_rule(redaction, &requirements[i].rule));
    value_set(redaction->arena, section, member, shown);
}

void withhold_missing(struct redaction *redaction, struct value *section)
{
    withhold(redaction, section, "missing");
    withhold(redaction, section, "because");
}

void withhold_inferences(struct redaction *redaction, struct value *section)
{
    static const char *const members[] = {"settled", "changes_on", "flips_with"};
    withhold_missing(redaction, section);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        withhold(redaction, section, members[i]);
}

/* ---- what comes of all sections ---- */

/* A question is asked because of a rule only where whether it is asked depends on nothing that is withheld. */
static bool may_ask(const struct redaction *redaction, const struct value *step, struct text rule)
{
    bool question = text_starts_with(value_get(step, "step")->text, "fact:");
    return !is_hidden(redaction, rule) && !(question && text_list_has(&redaction->unasked, rule));
}

/* Steps of rules that may be shown; that there may be others is said always, so it tells nothing. */
static void redact_steps(struct redaction *redaction, struct value *steps)
{
    struct value *shown = value_list(redaction->arena);
    for (size_t i = 0; i < steps->count; i++) {
        const struct value *because = value_get(steps->items[i], "because");
        struct value *kept = value_list(redaction->arena);
        for (size_t b = 0; b < because->count; b++)
            if (may_ask(redaction, steps->items[i], because->items[b]->text))
                value_append(redaction->arena, kept, because->items[b]);
        if (kept->count == 0)
            continue;
        value_set(redaction->arena, steps->items[i], "because", kept);
        value_append(redaction->arena, shown, steps->items[i]);
    }
    if (redaction->withheld.count)
        value_append(redaction->arena, shown, withheld(redaction->arena));
    *steps = *shown;
}

/* A blank is an assumption of what reads it: where anything is withheld, whose it is would tell. */
static bool is_blank(const struct redaction *redaction, struct text id)
{
    const struct region *region = redaction->deciding->region;
    for (size_t v = 0; v < region->versions_count; v++)
        for (size_t i = 0; i < region->versions[v]->blanks_count; i++)
            if (text_equal(region->versions[v]->blanks[i].rule.id, id))
                return true;
    return false;
}

static void redact_assumptions(struct redaction *redaction, struct value *assumptions)
{
    struct value *shown = value_list(redaction->arena);
    for (size_t i = 0; i < assumptions->count; i++) {
        struct text name = assumptions->items[i]->text;
        const char *dot = memchr(name.at, '.', name.length); /* ids hold none */
        struct text id = dot ? text_slice(name, 0, (size_t)(dot - name.at)) : name;
        bool kept = !is_hidden(redaction, id) && !text_list_has(&redaction->unused, id);
        if (kept && !(redaction->withheld.count && is_blank(redaction, id)))
            value_append(redaction->arena, shown, assumptions->items[i]);
    }
    *assumptions = *shown;
}

/*
 * Of a trace the conditions of rules that may be shown, and the facts that these read. Which functions were called
 * depends on every rule there is, so no call is shown beside a rule that is not.
 */
static void redact_trace(struct redaction *redaction, struct value *trace)
{
    struct arena *arena = redaction->arena;
    struct value *rules = value_get(trace, "rules"), *shown = value_list(arena), *facts = value_object(arena);
    struct value *calls = value_list(arena);
    for (size_t i = 0; i < rules->count; i++) {
        const struct value *read = value_get(rules->items[i], "facts");
        if (is_hidden_id(redaction, value_get(rules->items[i], "rule")))
            continue;
        value_append(arena, shown, rules->items[i]);
        for (size_t f = 0; f < read->count; f++)
            value_set_text(arena, facts, read->names[f], value_copy(arena, read->items[f]));
    }
    value_append(arena, shown, withheld(arena));
    value_append(arena, calls, withheld(arena));
    value_set(arena, trace, "rules", shown);
    value_set(arena, trace, "lua", calls);
    value_set(arena, trace, "facts", facts);
}

static void redact_section(struct redaction *redaction, struct value *decision, enum section section,
                           void (*one)(struct redaction *, struct value *))
{
    struct value *shown = value_get(decision, section_names[section]);
    if (!shown && (section == SECTION_DEADLINES || section == SECTION_NEXT_STEPS))
        shown = value_list(redaction->arena);
    one(redaction, shown ? shown : value_object(redaction->arena));
}

/* Which versions a ladder used depends on relapse too. */
static void redact_versions(struct redaction *redaction, struct value *decision)
{
    struct value *covenant = value_get(decision, "covenant");
    struct value *sections = value_get(covenant, "sections");
    if (!taint_nuisance(redaction->taint) || !value_get(decision, section_names[SECTION_NUISANCE]))
        return;
    if (!sections) {
        sections = value_object(redaction->arena);
        value_set(redaction->arena, covenant, "sections", sections);
    }
    withhold(redaction, sections, section_names[SECTION_NUISANCE]);
}

void redact(struct deciding *deciding, struct value *decision)
{
    struct redaction redaction = {
        .deciding = deciding,
        .arena = deciding->arena,
        .view = view_today(deciding),
        .taint = taint_new(deciding, deciding->asked->for_role),
    };
    redact_section(&redaction, decision, SECTION_ELIGIBILITY, redact_eligibility);
    redact_section(&redaction, decision, SECTION_SUPPORT, redact_support);
    redact_section(&redaction, decision, SECTION_DEADLINES, redact_deadlines);
    redact_section(&redaction, decision, SECTION_CONTRACT, redact_contract);
    redact_section(&redaction, decision, SECTION_NUISANCE, redact_nuisance);
    redact_section(&redaction, decision, SECTION_HOUSING, redact_housing);
    redact_section(&redaction, decision, SECTION_JOURNEY, redact_journey);
    redact_guarantees(&redaction, decision);
    redact_section(&redaction, decision, SECTION_NEXT_STEPS, redact_steps);
    redact_versions(&redaction, decision);
    redact_assumptions(&redaction, value_get(decision, "rests_on_assumptions"));
    if (value_get(decision, "trace") && redaction.withheld.count)
        redact_trace(&redaction, value_get(decision, "trace"));
}
