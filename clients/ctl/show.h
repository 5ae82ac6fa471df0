/*
 * Answers as people want to read them. Everything is read by name and passed over when it is not there, so that a
 * decision of some sections only, or one with withheld parts, shows what it has.
 */
#ifndef CTL_SHOW_H
#define CTL_SHOW_H

#include "base/value.h"
#include "labels.h"

/* A decision: the outcome first, then each section, what it rests on, and that it is advice. */
void show_decision(struct command *command, const struct value *decision);
/* Parts of it. */
void show_reasons(struct command *command, const struct value *reasons, size_t indent);
void show_because(struct command *command, const struct value *because, size_t indent);
void show_missing(struct command *command, const struct value *section, size_t indent);
void show_changes(struct command *command, const struct value *section, size_t indent);
void show_support(struct command *command, const struct value *section);
void show_deadlines(struct command *command, const struct value *section);
void show_contract(struct command *command, const struct value *section);
void show_nuisance(struct command *command, const struct value *section);
void show_housing(struct command *command, const struct value *section);
void show_journey(struct command *command, const struct value *section);
void show_next_steps(struct command *command, const struct value *section);

void show_trace(struct command *command, const struct value *trace);

/* Other answers. */
void show_covenants(struct command *command, const struct value *covenants);
void show_record(struct command *command, const struct value *record);
/* Where an answer is recorded, and how far that was checked. */
void show_receipt(struct command *command, const struct value *record);
void show_replay(struct command *command, const struct value *replay);
void show_reload(struct command *command, const struct value *reload);
void show_vocabulary(struct command *command, const struct value *vocabulary);
void show_history(struct command *command, const struct value *history);
/* Any value, a member a line. */
void show_tree(struct command *command, const struct value *value, size_t indent);

/* `label  value`, filled. */
void show_pair(struct command *command, size_t indent, const char *nl, const char *en, struct text value);
struct text show_date(struct command *command, const struct value *date);
struct text show_word(struct command *command, enum word_kind kind, const struct value *name);
/* The same of what a region may name itself: by its label where no table has the name. */
struct text show_name(struct command *command, enum label_kind kind, struct text name);
struct text show_named(struct command *command, enum label_kind kind, const struct value *name);
/* A role in a column: without its article. */
struct text show_role(struct command *command, const struct value *role);
struct text show_says(struct command *command, const struct value *says);
/* The text of a member; absent when it has none. */
struct text member_text(const struct value *object, const char *name);
bool member_is(const struct value *object, const char *name, const char *text);
bool member_holds(const struct value *object, const char *name);
size_t list_count(const struct value *list);

#endif
