#include "audit/witness.h"

#include "base/base64.h"

#include <inttypes.h>

struct text witness_request_text(struct arena *arena, const struct witness_request *request)
{
    struct buffer buffer;
    buffer_init(&buffer, arena);
    buffer_format(&buffer, "old %" PRIu64 "\n", request->old);
    for (size_t i = 0; i < request->proof.count; i++) {
        base64_add(&buffer, (struct text){(const char *)request->proof.hashes[i].bytes, DIGEST_BYTES});
        buffer_add_byte(&buffer, '\n');
    }
    buffer_add_byte(&buffer, '\n');
    buffer_add(&buffer, request->note);
    return buffer_text(&buffer);
}

bool witness_request_read(struct text text, struct witness_request *request)
{
    struct text line;
    long long old;
    *request = (struct witness_request){0};
    if (!note_line(&text, &line) || !text_starts_with(line, "old ") ||
        !text_to_integer(text_slice(line, 4, line.length), &old) || old < 0)
        return false;
    request->old = (uint64_t)old;
    while (note_line(&text, &line) && line.length)
        if (request->proof.count == WITNESS_PROOF_MAX ||
            !base64_read_into(line, request->proof.hashes[request->proof.count++].bytes, DIGEST_BYTES))
            return false;
    request->note = text;
    return line.length == 0 && text.length > 0;
}

static bool continues(const struct witness_request *request, const struct checkpoint *seen,
                      const struct checkpoint *head)
{
    if (!seen || seen->size == 0 || request->old == head->size)
        return request->proof.count == 0;
    return tree_continues(seen->root, seen->size, head->root, head->size, &request->proof);
}

enum witness_verdict witness_judge(struct arena *arena, const struct witness_request *request,
                                   const struct checkpoint *seen, const struct note_key *log_key,
                                   struct checkpoint *head)
{
    struct note note;
    if (!note_read(arena, request->note, &note) || !checkpoint_read(note.text, head) || !note_name_good(head->origin))
        return WITNESS_MALFORMED;
    struct note_key key = note_key_of(head->origin, NOTE_ED25519, log_key->public_key);
    if (note_verify(&note, &key, NULL) != NOTE_GOOD)
        return WITNESS_UNSIGNED;
    if (request->old > head->size)
        return WITNESS_MALFORMED;
    if (request->old != (seen ? seen->size : 0))
        return WITNESS_CONFLICT;
    if (seen && seen->size == head->size && !digest_equal(seen->root, head->root))
        return WITNESS_CONFLICT;
    return continues(request, seen, head) ? WITNESS_COSIGN : WITNESS_INCONSISTENT;
}
