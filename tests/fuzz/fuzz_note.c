/*
 * Any bytes as a vkey, a note, a checkpoint, a proof, a leaf, a tile's path and a bundle of entries: what came from
 * somebody else. What is read is written as it stood there; nothing unsigned is taken for signed.
 */
#include "audit/proof.h"
#include "audit/tile.h"
#include "audit/verify_leaf.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_key(struct arena *arena, struct text text)
{
    struct note_key key;
    if (note_key_read(text, &key))
        assert(text_equal(note_key_text(arena, &key), text));
}

static void try_note(struct arena *arena, struct text text, const struct note_key *key)
{
    struct note note;
    struct checkpoint checkpoint;
    struct text merged;
    if (!note_read(arena, text, &note))
        return;
    assert(note.count > 0 && text_ends_with(note.text, "\n"));
    assert(note_verify(&note, key, NULL) != NOTE_GOOD); /* nobody has its secret */
    assert(note_merge(arena, text, text, &merged) && text_equal(merged, text));
    if (checkpoint_read(note.text, &checkpoint))
        assert(text_starts_with(note.text, text_string(arena, checkpoint_text(arena, &checkpoint))));
}

static void try_proof(struct arena *arena, struct text text, const struct note_key *key)
{
    struct proof proof;
    if (!proof_read(text, &proof))
        return;
    struct text written = proof_text(arena, &proof);
    assert(written.length <= text.length); /* shorter by an `extra` line that it may have had */
    enum proof_verdict verdict = proof_verify(arena, text, TEXT("leaf"), key, 1, NULL);
    assert(verdict != PROOF_GOOD && verdict != PROOF_UNANCHORED);
}

static void try_tiles(struct arena *arena, struct text text)
{
    int level;
    uint64_t index;
    unsigned width;
    struct text leaf;
    struct leaf_view view;
    size_t at = 0;
    if (tile_path_read(text, &level, &index, &width))
        assert(text_equal(tile_path(arena, level, index, width), text));
    while (tile_entry_next(text, &at, &leaf))
        assert(at <= text.length);
    leaf_view_read(text, &view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char public_key[PUBLIC_KEY_BYTES] = {1};
    struct arena arena;
    if (!digest_init())
        return 0;
    arena_init(&arena);
    struct text text = text_copy(&arena, (struct text){(const char *)data, size});
    struct note_key key = note_key_of(TEXT("covenant.example/almere/2026"), NOTE_ED25519, public_key);
    try_key(&arena, text);
    try_note(&arena, text, &key);
    try_proof(&arena, text, &key);
    try_tiles(&arena, text);
    arena_finish(&arena);
    return 0;
}
