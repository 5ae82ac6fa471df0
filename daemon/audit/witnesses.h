/*
 * The witnesses of this installation: a folder that others see too, which the daemon writes its heads into for
 * them, and takes their cosignatures from. In it lie
 *
 *     policy                          who they are (audit/policy.h); its keys are handed over on paper
 *     LOG/ID.request                  what is asked of the witness with the key ID (8 hex digits): an add-checkpoint
 *     LOG/ID.answer                   what it answered (audit/witness.h): lines of a signature, or a size
 *     LOG/ID.cosigned                 the newest head that it cosigned
 *
 * where LOG is the name of a log, `almere/2026`. Witnesses are asked at start, at the end, and once a minute when a log
 * has grown. Nothing waits for them. A witness that knows a head beyond the journal's makes the journal an older copy:
 * it is only read then. A folder that cannot be read or written is said in the log of the daemon, and tried again.
 */
#ifndef AUDIT_WITNESSES_H
#define AUDIT_WITNESSES_H

#include "audit/journal.h"

/* So often are they asked, in seconds. */
#define WITNESSES_SECONDS 60

struct witnesses;

/* FAULT_BROKEN when there is no policy with a witness in it, or the policy is wrong. */
struct witnesses *witnesses_open(const char *folder, struct fault *fault);
/* Accepts NULL. */
void witnesses_close(struct witnesses *witnesses);

/* At start, before anything is written: what they cosigned, against the journal (journal_head_known). */
void witnesses_compare(struct witnesses *witnesses, struct journal *journal);
/*
 * Takes the answers and asks anew; without `always` only when the time has come. Not while a batch is open.
 */
void witnesses_turn(struct witnesses *witnesses, struct journal *journal, int64_t now, bool always);

/* The head with the cosignatures that there are of that very head. */
struct text witnesses_note(const struct witnesses *witnesses, struct arena *arena, struct text note);
/* The newest head of a log that any of them cosigned, with all that cosigned it; absent when there is none. */
struct text witnesses_newest(const struct witnesses *witnesses, struct arena *arena, struct text log);

#endif
