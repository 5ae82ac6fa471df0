#include "engine/motivation.h"

#include "engine/motivation_reason.h"
#include "engine/motivation_section.h"

static void opening(struct prose *prose, const struct value *decision)
{
    const struct value *covenant = value_get(decision, "covenant"), *sections = value_get(covenant, "sections");
    prose_say(prose, "Dit gaat over zaak “%s” in de regio %s.", "This is about case “%s” in the region %s.",
              prose_string(prose, says_of(value_get(decision, "case"), prose->language)),
              prose_word(prose, WORD_REGION, value_get(decision, "region")));
    prose_say(prose, "De zaak is beoordeeld naar wat op %s gold en bekend was.",
              "The case was judged by what held and was known on %s.", prose_date(prose, value_get(decision, "on")));
    prose_say(prose, "Gebruikt is versie “%s” van het convenant.", "Version “%s” of the covenant was used.",
              prose_string(prose, says_of(value_get(covenant, "version"), prose->language)));
    for (size_t i = 0; sections && sections->kind == VALUE_OBJECT && i < sections->count; i++) {
        const struct value *versions = sections->items[i];
        struct value name = {.kind = VALUE_TEXT, .text = sections->names[i]};
        for (size_t j = 0; versions->kind == VALUE_LIST && j < versions->count; j++)
            prose_say(prose, "Voor het deel “%s” is ook versie “%s” gebruikt.",
                      "For the part “%s” version “%s” was used as well.", prose_word(prose, WORD_SECTION, &name),
                      prose_string(prose, versions->items[j]->text));
    }
    prose_end(prose);
}

static void assumptions(struct prose *prose, const struct value *decision)
{
    const struct value *list = value_get(decision, "rests_on_assumptions");
    if (!list || list->kind != VALUE_LIST || list->count == 0)
        return;
    prose_heading(prose, either(prose->language, "Aannames", "Assumptions"));
    struct buffer names;
    buffer_init(&names, prose->arena);
    for (size_t i = 0; i < list->count; i++)
        buffer_format(&names, "%s%.*s", i ? ", " : "", TEXT_ARGS(list->items[i]->text));
    prose_say(prose, "De volgende onderdelen staan in geen gevonden tekst.",
              "The following parts stand in no text that was found.");
    prose_say(prose, "Zij zijn aangenomen: “%s”.", "They are assumed: “%s”.", prose_string(prose, buffer_text(&names)));
}

/* An `objection` that the covenant includes from public law: the right of the client to object, by when. */
static void objection(struct prose *prose, const struct value *decision)
{
    const struct value *deadlines = value_get(decision, "deadlines"), *found = NULL;
    for (size_t i = 0; deadlines && deadlines->kind == VALUE_LIST && i < deadlines->count && !found; i++) {
        const struct value *id = value_get(deadlines->items[i], "id");
        const struct value *owner = value_get(deadlines->items[i], "owner");
        if (id && owner && text_is(owner->text, "client") && text_starts_with(id->text, "objection"))
            found = deadlines->items[i];
    }
    if (!found)
        return;
    prose_heading(prose, either(prose->language, "Bezwaar", "Objection"));
    prose_say(prose, "Dit advies is zelf geen besluit; bezwaar is mogelijk tegen het besluit van de gemeente.",
              "This advice is no decision in law; an objection is possible against the municipality's decision.");
    const struct value *status = value_get(found, "status"), *due = value_get(found, "due");
    if (status && text_is(status->text, "closed"))
        prose_say(prose, "De termijn daarvoor eindigde op %s.", "The term for it ended on %s.", prose_date(prose, due));
    else if (status && (text_is(status->text, "met") || text_is(status->text, "met_late")))
        prose_say(prose, "Het bezwaar is gemaakt op %s.", "The objection was made on %s.",
                  prose_date(prose, value_get(found, "met_on")));
    else if (due)
        prose_say(prose, "Dat kan tot en met %s.", "That is possible up to and including %s.", prose_date(prose, due));
    else
        prose_say(prose, "De termijn begint op de dag nadat het besluit is bekendgemaakt.",
                  "The term begins on the day after the decision is published.");
    prose_quote(prose, says_of(value_get(found, "says"), prose->language));
    motivate_sources(prose, value_get(found, "source"));
}

struct text motivation(struct arena *arena, const struct value *decision, enum language language)
{
    static const struct {
        const char *name;
        void (*tell)(struct prose *prose, const struct value *section);
    } sections[] = {
        {"eligibility", motivate_eligibility}, {"support", motivate_support},       {"deadlines", motivate_deadlines},
        {"contract", motivate_contract},       {"nuisance", motivate_nuisance},     {"housing", motivate_housing},
        {"journey", motivate_journey},         {"next_steps", motivate_next_steps},
    };
    struct prose prose;
    prose_init(&prose, arena, value_get(decision, "labels"), language);
    opening(&prose, decision);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const struct value *section = value_get(decision, sections[i].name);
        if (!section)
            continue;
        struct value name = {.kind = VALUE_TEXT, .text = text_of(sections[i].name)};
        prose_heading(&prose, text_of(prose_word(&prose, WORD_SECTION, &name)));
        if (is_withheld(section))
            prose_say(&prose, "Dit deel is afgeschermd.", "This part is withheld.");
        if (!is_withheld(section) || value_get(section, "level")) /* of nuisance the level stays */
            sections[i].tell(&prose, section);
    }
    objection(&prose, decision);
    assumptions(&prose, decision);
    prose_gap(&prose);
    prose_say(&prose, "Dit is een advies: een mens beslist.", "This is advice: a person decides.");
    return prose_text(&prose);
}
