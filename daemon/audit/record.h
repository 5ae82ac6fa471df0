/*
 * A record: what is remembered of one answer, and all that it depended on. The rule files are in the journal by their
 * digest, so a record can be replayed when the region has long deleted them.
 */
#ifndef AUDIT_RECORD_H
#define AUDIT_RECORD_H

#include "base/digest.h"
#include "base/value.h"

enum record_kind { RECORD_DECISION, RECORD_EDITION, RECORD_RESTART, RECORD_KIND_COUNT };
extern const char *const record_kind_names[RECORD_KIND_COUNT]; /* "decision", "edition", "restart" */

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
};

/* {id, log, index, kind, time, client, edition, request, decision} of 4-protocol; request and decision parsed back. */
struct value *record_value(struct arena *arena, const struct record *record);
/* {id, log, index}: what an answer carries. */
struct value *record_reference(struct arena *arena, const struct record *record);
/* The same and kind, time, client, edition: what a list shows. */
struct value *record_heading(struct arena *arena, const struct record *record);

#endif
