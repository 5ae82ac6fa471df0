/*
 * Signed notes (c2sp.org/signed-note), their keys, and checkpoints (c2sp.org/tlog-checkpoint), formats unchanged.
 *
 * A note is text that ends with a newline, an empty line, and lines `— name base64(key id ‖ signature)`. A key is
 * handed over as a vkey: `name+hex of the key id+base64(type ‖ public key)`. Types here: Ed25519 (0x01), which a log
 * signs with, and the timestamped Ed25519 of witnesses (0x04, c2sp.org/tlog-cosignature). Signatures of other keys and
 * kinds are kept and not judged.
 *
 * A checkpoint is a note of three lines: origin, size, root. All texts that are read are slices of what was given.
 */
#ifndef AUDIT_NOTE_H
#define AUDIT_NOTE_H

#include "base/digest.h"

#define NOTE_KEY_ID_BYTES 4
/* Signatures of one note: the log's, and witnesses'; the texts ask for at least 16. */
#define NOTE_SIGNATURES_MAX 64
/* Bytes of one note: room for that many post-quantum signatures of 2,420 bytes in Base64. */
#define NOTE_BYTES_MAX ((size_t)256 * 1024)

enum note_key_type { NOTE_ED25519 = 1, NOTE_COSIGNATURE = 4 };

struct note_key {
    struct text name;
    enum note_key_type type;
    unsigned char id[NOTE_KEY_ID_BYTES];
    unsigned char public_key[PUBLIC_KEY_BYTES];
};

/* May a key be called so: not empty, no space of any kind, no `+`, no control character? */
bool note_name_good(struct text name);
struct note_key note_key_of(struct text name, enum note_key_type type,
                            const unsigned char public_key[PUBLIC_KEY_BYTES]);
struct text note_key_text(struct arena *arena, const struct note_key *key);
/* False when it is no vkey of these types, or its id is not that of its key. */
bool note_key_read(struct text vkey, struct note_key *key);

struct note_signature {
    struct text name;
    unsigned char id[NOTE_KEY_ID_BYTES];
    struct text bytes; /* after the id */
    struct text line;  /* as it stands there, with its newline */
};
struct note {
    struct text text; /* with its last newline */
    struct note_signature *signatures;
    size_t count;
};
/* Takes the next line off `*rest`, without its newline; false when there is no whole one. */
bool note_line(struct text *rest, struct text *line);
/* The form alone. */
bool note_read(struct arena *arena, struct text text, struct note *note);

enum note_verdict {
    NOTE_GOOD,
    NOTE_UNSIGNED, /* no signature by this key */
    NOTE_FORGED,   /* one that says it is by this key, and is not */
};
/* `*seconds`, when wanted, is the time of a cosignature; 0 of a plain signature. */
enum note_verdict note_verify(const struct note *note, const struct note_key *key, uint64_t *seconds);

/* The whole note: `text` (ends with a newline), signed by the log's key. */
struct text note_sign(struct arena *arena, struct text text, const struct note_key *key,
                      const unsigned char signing_key[SIGNING_KEY_BYTES]);
/* The whole note with a witness's signature of `seconds` added. */
struct text note_cosign(struct arena *arena, struct text note, uint64_t seconds, const struct note_key *key,
                        const unsigned char signing_key[SIGNING_KEY_BYTES]);
/* The whole note with the signatures added that `other`, a note of the same text, has and it lacks. */
bool note_merge(struct arena *arena, struct text note, struct text other, struct text *merged);

struct checkpoint {
    struct text origin;
    uint64_t size;
    struct digest root;
};
struct text checkpoint_text(struct arena *arena, const struct checkpoint *checkpoint);
/* Of a note's text. Lines after the third are allowed, and left alone. */
bool checkpoint_read(struct text text, struct checkpoint *checkpoint);
/* Text and signature in one. */
struct text checkpoint_sign(struct arena *arena, const struct checkpoint *checkpoint, const struct note_key *key,
                            const unsigned char signing_key[SIGNING_KEY_BYTES]);

#endif
