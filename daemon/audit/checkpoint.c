#include "audit/note.h"
#include "base/base64.h"

#include <inttypes.h>

struct text checkpoint_text(struct arena *arena, const struct checkpoint *checkpoint)
{
    struct text root = base64_write(arena, (struct text){(const char *)checkpoint->root.bytes, DIGEST_BYTES});
    return text_format(arena, "%.*s\n%" PRIu64 "\n%.*s\n", TEXT_ARGS(checkpoint->origin), checkpoint->size,
                       TEXT_ARGS(root));
}

bool checkpoint_read(struct text text, struct checkpoint *checkpoint)
{
    struct text size, root, extension;
    long long number;
    if (!note_line(&text, &checkpoint->origin) || checkpoint->origin.length == 0 || !note_line(&text, &size) ||
        !note_line(&text, &root) || !base64_read_into(root, checkpoint->root.bytes, DIGEST_BYTES))
        return false;
    if (!text_to_integer(size, &number) || number < 0)
        return false;
    checkpoint->size = (uint64_t)number;
    while (note_line(&text, &extension))
        if (extension.length == 0)
            return false;
    return text.length == 0;
}

struct text checkpoint_sign(struct arena *arena, const struct checkpoint *checkpoint, const struct note_key *key,
                            const unsigned char signing_key[SIGNING_KEY_BYTES])
{
    return note_sign(arena, checkpoint_text(arena, checkpoint), key, signing_key);
}
