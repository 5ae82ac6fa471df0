/*
 * A policy of trust (c2sp.org/tlog-policy): which logs, which witnesses, and how many of them must have cosigned a head
 * before it counts. Lines of
 *
 *     log VKEY [URL]
 *     witness NAME VKEY [URL]
 *     group NAME all|any|COUNT MEMBER...
 *     quorum NAME|none
 *
 * A group's members and the quorum are named on lines before. The keys of witnesses are of type 0x04.
 */
#ifndef AUDIT_POLICY_H
#define AUDIT_POLICY_H

#include "audit/note.h"

/* Logs, and witnesses and groups together; the text asks for 32 of each at least. */
#define POLICY_LOGS_MAX 64
#define POLICY_MEMBERS_MAX 128
/* Bytes of a policy: so many lines with a long name, key and address. */
#define POLICY_BYTES_MAX ((size_t)64 * 1024)

struct policy_member {
    struct text name;
    bool is_witness;
    struct note_key key; /* of a witness */
    size_t threshold;    /* of a group: how many of its members */
    size_t count, in;    /* how many it has; of which group it is a member, or POLICY_MEMBERS_MAX */
};
struct policy {
    struct note_key logs[POLICY_LOGS_MAX];
    size_t logs_count;
    struct policy_member members[POLICY_MEMBERS_MAX];
    size_t members_count;
    size_t quorum; /* a member; POLICY_MEMBERS_MAX for `none` */
};

/* Names and keys are slices of `text`. False with what is wrong, and in which line, for people. */
bool policy_read(struct arena *arena, struct text text, struct policy *policy, struct text *problem);

enum policy_verdict {
    POLICY_MET,
    POLICY_LACKING, /* fewer witnesses than the quorum asks */
    POLICY_FORGED,  /* one that says it is by a witness, and is not: the whole note is to be refused */
};
/* Is the head cosigned as the quorum asks? The log's own signature is not looked at. `*cosigned`: by how many. */
enum policy_verdict policy_judge(const struct policy *policy, const struct note *note, size_t *cosigned);

#endif
