/*
 * The dossier of one case: everything that is recorded of it on one page of HTML, for a caseworker, a judge, or the
 * person it is about (AVG, article 15). It stands by itself: no script, nothing from elsewhere; it is made to be read on
 * paper. The words are plain Dutch, or with `--lang en` English.
 *
 *     dossier.c           asks the daemon, and puts the page together
 *     dossier_decision.c  a decision: what was asked, decided and why, by which rules, confirmed by whom
 *     dossier_proof.c     the annexes: the rules' files, and the proof
 *     dossier_style.c     how it looks
 */
#ifndef CTL_DOSSIER_H
#define CTL_DOSSIER_H

#include "base/value.h"
#include "html.h"
#include "options.h"

struct dossier {
    struct command *command;
    struct buffer page;
    struct text region, case_id;
    const struct value **records; /* whole, as `record` gives them, the oldest first */
    size_t count, capacity;
    const struct value *editions; /* digest -> {"manifest", "covenants": [{version, title, from, until, sources}]} */
    struct text vkey;
    enum exit_code code;
};

/* The number that the page gives a decision, from 1; 0 when it is none of these. */
size_t dossier_number(const struct dossier *dossier, struct text id);
/* `nl` or `en`. */
struct text dossier_words(const struct dossier *dossier, const char *nl, const char *en);
void dossier_decision(struct dossier *dossier, const struct value *record);
void dossier_rules(struct dossier *dossier);
void dossier_proof(struct dossier *dossier);
extern const char *const dossier_style;

#endif
