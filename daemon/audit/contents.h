/*
 * `contents` of a leaf: the RFC 6962 root over salted entries, one for each thing that a record holds:
 *
 *     request, decision, trail, then each fact by the bytes of its name as /case/facts/NAME
 *
 * An entry is `covenant/entry/v1`, a zero byte, its salt (32 bytes), the length of its name (4 bytes, big-endian), its
 * name, and its value as canonical JSON. Its salt is a keyed hash of its name under the record's seed: who is told one
 * salt and the path can check that one fact and learns nothing of the others; when the seed is erased, no entry can be
 * guessed.
 */
#ifndef AUDIT_CONTENTS_H
#define AUDIT_CONTENTS_H

#include "audit/tree.h"
#include "base/secret.h"
#include "base/value.h"

/* What a record holds; each is canonical JSON or absent. */
struct content {
    struct text request, decision;
    struct text trail; /* what more is known of how it came about: action, object, result, origin */
};

struct contents_entry {
    struct text name, value;
};
struct contents {
    struct contents_entry *items;
    struct digest *hashes; /* of the entries: the leaves of the tree */
    size_t count, capacity;
    unsigned char seed[SECRET_BYTES]; /* wiped by contents_finish */
};

/* `request` is content.request as read (or NULL): the facts are found in its /case/facts. */
void contents_init(struct contents *contents, struct arena *arena, const struct content *content,
                   const struct value *request, const unsigned char seed[SECRET_BYTES]);
void contents_finish(struct contents *contents);
struct digest contents_root(const struct contents *contents);

/* One entry opened, for a court. As secret as the value is. */
struct contents_opening {
    struct text name, value;
    unsigned char salt[SECRET_BYTES];
    uint64_t index, size; /* which entry of how many */
    struct tree_proof path;
};
/* False when there is no entry of that name. */
bool contents_open(const struct contents *contents, struct text name, struct contents_opening *opening);
/* Is this what the leaf's `contents` speaks of? */
bool contents_opening_holds(const struct contents_opening *opening, struct digest contents);
/* {name, value, salt (base64), index, size, path: [sha256:...]} and back; false when it is none. */
struct value *contents_opening_value(struct arena *arena, const struct contents_opening *opening);
bool contents_opening_read(struct arena *arena, const struct value *value, struct contents_opening *opening);

#endif
