/*
 * Prose: sentences gathered into paragraphs and filled to a fixed width, quoted rule texts set apart by indentation.
 * What we say ourselves is a sentence of at most twenty words; what a rule says is quoted as it stands.
 */
#ifndef ENGINE_PROSE_H
#define ENGINE_PROSE_H

#include "engine/words.h"

#define PROSE_WIDTH 78 /* characters on a line; fixed, so that the same record gives the same bytes */

struct prose {
    struct arena *arena;
    enum language language;
    const struct value *labels; /* of the decision: what its region calls its own facts and events; or NULL */
    struct buffer out;
    struct buffer paragraph; /* sentences that are not yet written */
};

void prose_init(struct prose *prose, struct arena *arena, const struct value *labels, enum language language);
/* One sentence, in whichever language it is: both formats take the same arguments in the same order. */
void prose_say(struct prose *prose, const char *nl, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
/* A rule's own text, set apart; nothing when it is absent. */
void prose_quote(struct prose *prose, struct text text);
/* Ends the paragraph; the next one begins on a new line. */
void prose_end(struct prose *prose);
/* A heading, underlined, with an empty line before it. */
void prose_heading(struct prose *prose, struct text heading);
/* An empty line; none at the beginning, after a heading, or after another one. */
void prose_gap(struct prose *prose);
struct text prose_text(struct prose *prose);

/* For the arguments of sentences: ended by a NUL, on one line. */
const char *prose_string(struct prose *prose, struct text text);
const char *prose_word(struct prose *prose, enum word_kind kind, const struct value *name);
/* A name of a fact or an event, by its label when it is the region's own. */
const char *prose_name(struct prose *prose, enum word_kind kind, struct text name);
const char *prose_date(struct prose *prose, const struct value *date);

#endif
