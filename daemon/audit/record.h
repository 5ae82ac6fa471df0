/*
 * A record: what is remembered of one answer, and all that it depended on. The rule files are in the journal by their
 * digest, so a record can be replayed when the region has long deleted them.
 *
 * It lies in the journal as a leaf (audit/leaf.h: what is said of it for ever) and a sealed payload (audit/seal.h: the
 * request and the decision), which is gone when the case was erased.
 */
#ifndef AUDIT_RECORD_H
#define AUDIT_RECORD_H

#include "base/digest.h"
#include "base/value.h"

enum record_kind {
    RECORD_DECISION,
    RECORD_CONFIRMATION, /* a human follows a decision's advice, or deviates from it */
    RECORD_HOLD,         /* a case may not be erased, for a ground; or may again */
    RECORD_ERASURE,
    RECORD_ACCESS,    /* who read personal facts */
    RECORD_FORBIDDEN, /* a client asked what it may not */
    RECORD_EDITION,
    RECORD_RESTART,
    RECORD_DAILY,       /* one a log and day, also when idle: silence shows */
    RECORD_CLOSING,     /* the last of a log: what came in its year, and which log goes on */
    RECORD_KEY_ROTATED, /* another key signs from here on, or another master key wraps */
    RECORD_KIND_COUNT
};
extern const char *const record_kind_names[RECORD_KIND_COUNT]; /* "decision", "confirmation", ... */

enum record_state {
    RECORD_WHOLE,
    RECORD_ERASED,  /* request and decision are gone for good; what the leaf says stays */
    RECORD_DAMAGED, /* it is not as it was written: nothing of it is shown */
};

struct record {
    struct text id;  /* UUIDv7, rising within a log */
    struct text log; /* "almere/2026"; "daemon" */
    long long index; /* from 0, without gaps, within its log */
    enum record_kind kind;
    struct text time;    /* RFC 3339 in Amsterdam; never before the previous record's of its log */
    struct text client;  /* "local" until there are keys */
    struct text edition; /* digest of the edition that decided; of an edition record: of the one current from here on */
    /* The request as canonical JSON without `protocol` and `request` (verb, case, on, questions, trace, for, ...). */
    struct text request;
    /* The decision as canonical JSON, without its trace; of an edition: what was loaded or refused, with findings. */
    struct text decision;
    struct text trail; /* action, object, result, origin, actor and time, as JSON (BIO2 8.15.01) */
    enum record_state state;
    struct text leaf;                    /* canonical JSON, in the tree as it is */
    unsigned char opening[DIGEST_BYTES]; /* the salt of the leaf's `answer`: as secret as the decision */
    /* For appending: what it is about, for the key that it is sealed under. Absent: about nobody, and in clear. */
    struct text region, case_id;
    const struct value *about;       /* what the leaf says beside the rest, of nothing personal; or NULL */
    struct text answer;              /* the decision as sent, when that is not `decision`: with its trace, or redacted */
    const struct value *request_read; /* `request` as it was read, when it is at hand */
};

/* Does it hold what is said of a person: was it sealed under the key of a case, and can still be read? */
bool record_is_personal(const struct record *record);
/*
 * {id, log, index, kind, time, client, edition, request, decision, leaf, trail, proof} of 4-protocol; request, decision
 * and trail parsed back, and left out of what was erased.
 */
struct value *record_value(struct arena *arena, const struct record *record, struct text proof);
/* {id, log, index}. */
struct value *record_reference(struct arena *arena, const struct record *record);
/* The same, leaf, proof and opening: what an answer carries. */
struct value *record_receipt(struct arena *arena, const struct record *record, struct text proof);
/* The same and kind, time, client, edition: what a list shows. */
struct value *record_heading(struct arena *arena, const struct record *record);

#endif
