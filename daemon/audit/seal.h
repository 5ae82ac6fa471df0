/*
 * Sealing a record: from what it holds to its payload and the three digests of its leaf.
 *
 *     contents   the root over salted entries (audit/contents.h)
 *     answer     SHA-256 of the opening (32 bytes) followed by the canonical `decision` as sent
 *     sealed     SHA-256 of the payload's bytes as they lie in the journal
 *
 * All salts and the opening come from one seed of 256 random bits, which lies in the payload and nowhere else.
 *
 *     payload := 0x01 | nonce (24) | encrypted: seed, then request, decision, trail, each a length of 4 bytes
 *                (big-endian) and its bytes | tag (16); an absent one has the length 0xFFFFFFFF
 *     payload := 0x00 | the same in clear, for records that hold nothing personal (slot KEYS_SLOT_NONE)
 *
 * It is encrypted under the slot's key; what is associated is the record's log, index and id, so that a payload cannot
 * stand in another's place. The opening is as secret as the decision; the seed opens everything.
 */
#ifndef AUDIT_SEAL_H
#define AUDIT_SEAL_H

#include "audit/contents.h"
#include "audit/keys.h"

struct seal_place {
    struct text log;
    long long index;
    struct text id;
};

struct sealed {
    struct text payload;
    struct digest contents, answer, sealed;
    bool has_answer;
    unsigned char opening[SECRET_BYTES]; /* goes out with the answer */
};

/*
 * `request` is content->request as read (or NULL); `answer` the decision as sent, absent when none was. KEY_FOUND or
 * else the slot cannot be used, and nothing is sealed.
 */
bool seal(struct arena *arena, struct keys *keys, long long slot, const struct seal_place *place,
          const struct content *content, const struct value *request, struct text answer, struct sealed *sealed,
          enum key_found *found, struct fault *fault) MUST_USE;

struct unsealed {
    struct content content;
    unsigned char seed[SECRET_BYTES];
    unsigned char opening[SECRET_BYTES];
};
/* KEY_WRONG for a payload that is not as it was, also one in clear that cannot be read. */
bool unseal(struct arena *arena, struct keys *keys, long long slot, const struct seal_place *place,
            struct text payload, struct unsealed *unsealed, enum key_found *found, struct fault *fault) MUST_USE;
/* Wipes what opens it; accepts a zeroed one. */
void unsealed_finish(struct unsealed *unsealed);

struct digest seal_answer(const unsigned char opening[SECRET_BYTES], struct text decision);

#endif
