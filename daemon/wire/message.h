/*
 * The message: the envelope around a request and its reply. Bytes to request, members to reply.
 *
 *     {"protocol": 1, "request": "01993f0e-...", "verb": "decide", "case": {...}, "on": "2022-09-26"}
 *     {"protocol": 1, "request": "01993f0e-...", "ok": true, "decision": {...}, "record": {...}}
 *     {"protocol": 1, "request": "01993f0e-...", "ok": false, "error": {"code", "message", "at", "all"}}
 *
 * What is wrong with a request becomes refusals, all at once. A reply is canonical JSON, put together from members
 * that are JSON already: a decision is written once, for its record and for its reply.
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include "base/refusal.h"
#include "base/value.h"

#define PROTOCOL 1

struct request {
    struct text id;   /* absent when it had none that can be sent back: the reply says null */
    struct text verb; /* absent when there is none */
    const struct value *root;
};

/* Reads the frame and checks the envelope. False when anything is wrong; `request` then holds what could be read. */
bool request_read(struct arena *arena, struct text frame, struct request *request, struct refusals *refusals);

/* What a verb takes besides the envelope: a closed set. */
enum member_kind {
    MEMBER_OBJECT,
    MEMBER_TEXT,
    MEMBER_ID,     /* text of 1 to ID_LENGTH_MAX characters */
    MEMBER_DATE,
    MEMBER_TIME,   /* RFC 3339 */
    MEMBER_COUNT,  /* a whole number, not negative */
    MEMBER_LATER,  /* checked by who reads it */
};

struct member {
    const char *name;
    enum member_kind kind;
    bool required;
};

/* Unknown members, missing ones, and those of a wrong type; false when there was one. */
bool request_check(const struct request *request, const struct member *members, size_t count,
                   struct refusals *refusals);
/* The request as records keep it: canonical JSON without `protocol` and `request`. */
struct text request_canonical(struct arena *arena, const struct request *request);

/* A member of a reply; `json` is its canonical JSON. */
struct part {
    const char *name;
    struct text json;
};

struct text reply_ok(struct arena *arena, const struct request *request, const struct part *parts, size_t count);
struct text reply_refused(struct arena *arena, const struct request *request, const struct refusals *refusals);

#endif
