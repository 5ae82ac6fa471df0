/*
 * What the files that redact share: redact.c (the view as a whole: next steps, assumptions, trace), redact_section.c
 * and redact_contract.c (the sections). Nobody else includes this.
 *
 * Every section's function is called also when its section was not asked for, with an empty one: its rules are
 * withheld from the next steps and the assumptions all the same.
 */
#ifndef ENGINE_REDACTION_H
#define ENGINE_REDACTION_H

#include "engine/decision.h"
#include "engine/taint.h"

struct redaction {
    struct deciding *deciding;
    struct arena *arena;
    struct view *view;
    const struct taint *taint;   /* of the case's own version */
    struct text_list withheld;   /* ids of rules whose doing is withheld */
    struct text_list unasked;    /* ids of rules whose questions are: what is missing depends on others that are withheld */
    struct text_list unused;     /* ids of rules of which it is withheld whether the decision rests on them */
};

/* {"withheld": true} */
struct value *withheld(struct arena *arena);
void withhold(struct redaction *redaction, struct value *object, const char *member);
/* The place of a rule that may not be shown: the same whatever it came to. */
struct value *withheld_rule(struct redaction *redaction, const struct rule *rule);

void hide(struct redaction *redaction, const struct rule *rule);
bool is_hidden(const struct redaction *redaction, struct text rule);
bool is_hidden_id(const struct redaction *redaction, const struct value *id);
void hide_questions(struct redaction *redaction, const struct requirement *requirements, size_t count);
/* Hides those that read what may not be seen; whether there was one. */
bool hide_requirements(struct redaction *redaction, const struct requirement *requirements, size_t count);
/* Reasons of rules that may be shown, then the places of those that may not. */
void redact_reasons(struct redaction *redaction, struct value *section, const char *member,
                    const struct requirement *requirements, size_t count);
/* What is missing, and what failed or is silent, over all rules of a section together. */
void withhold_missing(struct redaction *redaction, struct value *section);
/* All that is computed from the rules of a section together, when one of them may not be shown. */
void withhold_inferences(struct redaction *redaction, struct value *section);

void redact_eligibility(struct redaction *redaction, struct value *section);
void redact_support(struct redaction *redaction, struct value *section);
void redact_deadlines(struct redaction *redaction, struct value *list);
void redact_contract(struct redaction *redaction, struct value *section);
void redact_nuisance(struct redaction *redaction, struct value *section);
void redact_housing(struct redaction *redaction, struct value *section);
void redact_journey(struct redaction *redaction, struct value *section);
/* After the sections: a guarantee that may not be shown has put its reason in the place of theirs. */
void redact_guarantees(struct redaction *redaction, struct value *decision);

#endif
