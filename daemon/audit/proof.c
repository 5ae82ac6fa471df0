#include "audit/proof.h"

#include "base/base64.h"

#include <inttypes.h>

static const char header[] = "c2sp.org/tlog-proof@v1\n";

struct text proof_text(struct arena *arena, const struct proof *proof)
{
    struct buffer buffer;
    buffer_init(&buffer, arena);
    buffer_add_string(&buffer, header);
    buffer_format(&buffer, "index %" PRIu64 "\n", proof->index);
    for (size_t i = 0; i < proof->path.count; i++) {
        base64_add(&buffer, (struct text){(const char *)proof->path.hashes[i].bytes, DIGEST_BYTES});
        buffer_add_byte(&buffer, '\n');
    }
    buffer_add_byte(&buffer, '\n');
    buffer_add(&buffer, proof->note);
    return buffer_text(&buffer);
}

bool proof_read(struct text text, struct proof *proof)
{
    struct text line, number;
    long long index;
    proof->path.count = 0;
    if (!text_starts_with(text, header))
        return false;
    text = text_slice(text, sizeof header - 1, text.length);
    if (!note_line(&text, &line) || (text_starts_with(line, "extra ") && !note_line(&text, &line)))
        return false;
    if (!text_starts_with(line, "index "))
        return false;
    number = text_slice(line, sizeof "index " - 1, line.length);
    if (!text_to_integer(number, &index) || index < 0)
        return false;
    proof->index = (uint64_t)index;
    for (;;) {
        if (!note_line(&text, &line))
            return false;
        if (line.length == 0)
            break;
        if (proof->path.count == TREE_PROOF_MAX ||
            !base64_read_into(line, proof->path.hashes[proof->path.count++].bytes, DIGEST_BYTES))
            return false;
    }
    proof->note = text;
    return true;
}

/* Forged by one key is worse than good by another. */
static enum proof_verdict signed_by(const struct note *note, const struct note_key *keys, size_t key_count)
{
    enum proof_verdict verdict = key_count == 0 ? PROOF_UNANCHORED : PROOF_UNSIGNED;
    for (size_t i = 0; i < key_count; i++) {
        enum note_verdict found = note_verify(note, &keys[i], NULL);
        if (found == NOTE_FORGED)
            return PROOF_FORGED;
        if (found == NOTE_GOOD && keys[i].type == NOTE_ED25519)
            verdict = PROOF_GOOD;
    }
    return verdict;
}

enum proof_verdict proof_verify(struct arena *arena, struct text text, struct text leaf, const struct note_key *keys,
                                size_t key_count, struct checkpoint *checkpoint)
{
    struct proof proof;
    struct note note;
    struct checkpoint found;
    if (!proof_read(text, &proof) || !note_read(arena, proof.note, &note) || !checkpoint_read(note.text, &found))
        return PROOF_MALFORMED;
    if (checkpoint)
        *checkpoint = found;
    enum proof_verdict verdict = signed_by(&note, keys, key_count);
    if (verdict != PROOF_GOOD && verdict != PROOF_UNANCHORED)
        return verdict;
    return tree_includes(found.root, found.size, tree_leaf(leaf), proof.index, &proof.path) ? verdict : PROOF_OTHER;
}
