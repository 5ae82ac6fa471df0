/*
 * What a log and a witness say to each other (c2sp.org/tlog-witness, `add-checkpoint`), and what the witness must check.
 * The log hands in a head, and a proof that it continues the last one that this witness cosigned; the witness answers
 * with its cosignature, or with the size that it has seen. A witness that never rolls back makes a fork or an older
 * copy of a log seen.
 *
 * The bodies are those of the text, unchanged; here they travel as files in a folder (audit/witnesses.h).
 */
#ifndef AUDIT_WITNESS_H
#define AUDIT_WITNESS_H

#include "audit/note.h"
#include "audit/tree.h"

/* Hashes of one request. */
#define WITNESS_PROOF_MAX 63

struct witness_request {
    uint64_t old;
    struct tree_proof proof;
    struct text note;
};
struct text witness_request_text(struct arena *arena, const struct witness_request *request);
/* The form alone. */
bool witness_request_read(struct text text, struct witness_request *request);

/* By the status that the text gives each. */
enum witness_verdict {
    WITNESS_COSIGN = 200,
    WITNESS_MALFORMED = 400,   /* or an old size beyond the new one */
    WITNESS_UNSIGNED = 403,    /* not by the log */
    WITNESS_CONFLICT = 409,    /* another old size than was seen, or the same size with another root */
    WITNESS_INCONSISTENT = 422 /* it does not continue what was seen */
};
/*
 * `seen`: the newest head of that origin that was cosigned, or NULL. `log_key`: a public key that signs the log, under
 * whatever name. `*head` is what is to be cosigned, and before that to be remembered, in one step with this check.
 */
enum witness_verdict witness_judge(struct arena *arena, const struct witness_request *request,
                                   const struct checkpoint *seen, const struct note_key *log_key,
                                   struct checkpoint *head);

#endif
