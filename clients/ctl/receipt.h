/*
 * What makes an unlogged decision visible: an answer of a verb that writes is taken only with its receipt. The leaf must
 * speak of these very bytes, stand where the answer says, and be in the tree whose head comes with it; what was asked
 * must come back as it was asked. The head's signature is checked when there is a key to do so; without one a daemon
 * that lies from beginning to end is not found out, and that is said: `unanchored`.
 */
#ifndef CTL_RECEIPT_H
#define CTL_RECEIPT_H

#include "audit/note.h"
#include "options.h"

/*
 * Of `--vkey`, else of COVENANT_VKEY: none is no error. A daemon signs all its logs with one key, so the vkey of any of
 * them will do. False: it was said why.
 */
bool receipt_keys(struct command *command, struct note_key **keys, size_t *count, enum exit_code *code);
/* False with the problem: what the answer, or what it comes with, says and should not. */
bool receipt_check(struct arena *arena, const struct value *request, const struct value *reply,
                   const struct note_key *keys, size_t count, struct text *problem);
/*
 * The same of the leaf and the proof alone, of what a record says of itself: {id, log, index, leaf, proof}. `*leaf`,
 * when wanted, gets the leaf as it was read.
 */
struct leaf;
bool receipt_check_place(struct arena *arena, const struct value *record, const struct note_key *keys, size_t count,
                         struct leaf *leaf, struct text *problem);

#endif
