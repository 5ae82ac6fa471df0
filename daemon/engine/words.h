/*
 * Words: how the closed names of the protocol are said to people, in Dutch and English. Only what keeps its name in
 * every region stands here (national facts, events and roles, outcomes, statuses); what a region names itself is said
 * as it is written, with spaces for underscores. Texts of rules (`says`, `ask`, `does`) come from the rules.
 *
 * The texts that go into a motivation are part of it: the same record gives the same bytes as long as these stay.
 */
#ifndef ENGINE_WORDS_H
#define ENGINE_WORDS_H

#include "base/value.h"

enum language { LANGUAGE_NL, LANGUAGE_EN };

enum word_kind { WORD_ROLE, WORD_FACT, WORD_EVENT, WORD_VALUE, WORD_OUTCOME, WORD_STATUS, WORD_SECTION, WORD_REGION };

/* `care_provider` -> `de zorgaanbieder`; a name that is in no table with spaces for its underscores. */
struct text word_of(struct arena *arena, enum word_kind kind, struct text name, enum language language);
/* Does the table have it? Else a region's own label is better. */
bool word_is_known(enum word_kind kind, struct text name);

/* One of two literals, for sentences. */
struct text either(enum language language, const char *nl, const char *en);
/* A `says` object in that language, or in the other where it has no such text; absent when it is no text at all. */
struct text says_of(const struct value *says, enum language language);
/* `2022-09-26` -> `26 september 2022`; what is no date is given back as it stands. */
struct text words_of_date(struct arena *arena, struct text date, enum language language);
/* A value of a fact: ja/nee, a date, an amount of money, a word, or `afgeschermd` when it is withheld. */
struct text words_of_value(struct arena *arena, const struct value *value, enum language language);
/* `on or before 2004-09-26`, as `suffices` has it: `op of voor 26 september 2004`. */
struct text words_of_suffices(struct arena *arena, const struct value *suffices, enum language language);
bool is_withheld(const struct value *value);
/* The same on one line and without control characters: what a caller wrote must not steer a terminal. */
struct text words_printable(struct arena *arena, struct text text);
/* With a capital where a sentence begins. */
struct text words_capital(struct arena *arena, struct text text);

#endif
