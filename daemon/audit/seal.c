#include "audit/seal.h"

#include <assert.h>
#include <string.h>

enum { PAYLOAD_CLEAR = 0, PAYLOAD_SEALED = 1 };
#define ABSENT 0xFFFFFFFFU
#define LENGTH_BYTES ((size_t)4)
#define PARTS ((size_t)3)

/* ---- what is in a payload, as bytes ---- */

static size_t plain_length(const struct text parts[PARTS])
{
    size_t length = SECRET_BYTES;
    for (size_t i = 0; i < PARTS; i++) {
        assert(parts[i].length < ABSENT);
        length += LENGTH_BYTES + (parts[i].at ? parts[i].length : 0);
    }
    return length;
}

static void plain_write(unsigned char *at, const unsigned char seed[SECRET_BYTES], const struct text parts[PARTS])
{
    memcpy(at, seed, SECRET_BYTES);
    at += SECRET_BYTES;
    for (size_t i = 0; i < PARTS; i++) {
        size_t length = parts[i].at ? parts[i].length : ABSENT;
        for (size_t byte = 0; byte < LENGTH_BYTES; byte++)
            *at++ = (unsigned char)(length >> (8 * (LENGTH_BYTES - 1 - byte)));
        if (parts[i].at && parts[i].length)
            memcpy(at, parts[i].at, parts[i].length);
        at += parts[i].at ? parts[i].length : 0;
    }
}

/* The parts are slices of `plain`. False when it is not as plain_write makes it. */
static bool plain_read(struct text plain, struct text parts[PARTS])
{
    size_t at = SECRET_BYTES;
    for (size_t i = 0; i < PARTS; i++) {
        if (at > plain.length || plain.length - at < LENGTH_BYTES)
            return false;
        size_t length = 0;
        for (size_t byte = 0; byte < LENGTH_BYTES; byte++)
            length = length << 8 | (unsigned char)plain.at[at++];
        parts[i] = (struct text){0};
        if (length == ABSENT)
            continue;
        if (length > plain.length - at)
            return false;
        parts[i] = text_slice(plain, at, at + length);
        at += length;
    }
    return at == plain.length;
}

/* No part of it can hold a newline where it could be taken for another's end: names and an id have none. */
static struct text associated_of(struct arena *arena, const struct seal_place *place)
{
    return text_format(arena, "covenant/payload/v1\n%.*s\n%lld\n%.*s", TEXT_ARGS(place->log), place->index,
                       TEXT_ARGS(place->id));
}

static void opening_of(unsigned char opening[SECRET_BYTES], const unsigned char seed[SECRET_BYTES])
{
    secret_hash(opening, seed, "opening", TEXT(""));
}

struct digest seal_answer(const unsigned char opening[SECRET_BYTES], struct text decision)
{
    struct text parts[] = {{(const char *)opening, SECRET_BYTES}, decision};
    return digest_of_parts(parts, 2);
}

/* ---- sealing ---- */

static bool payload_make(struct arena *arena, struct keys *keys, long long slot, const struct seal_place *place,
                         const struct content *content, const unsigned char seed[SECRET_BYTES], struct text *payload,
                         enum key_found *found, struct fault *fault)
{
    const struct text parts[PARTS] = {content->request, content->decision, content->trail};
    bool clear = slot == KEYS_SLOT_NONE;
    size_t length = plain_length(parts);
    /* Made at once in its full size and encrypted where it is: no copy of the plain text is left behind. */
    size_t size = 1 + length + (clear ? 0 : SEALED_BEFORE + SEALED_AFTER);
    unsigned char *bytes = arena_alloc(arena, size);
    bytes[0] = clear ? PAYLOAD_CLEAR : PAYLOAD_SEALED;
    plain_write(bytes + 1 + (clear ? 0 : SEALED_BEFORE), seed, parts);
    *payload = (struct text){(const char *)bytes, size};
    *found = KEY_FOUND;
    bool good = clear || keys_seal(keys, slot, associated_of(arena, place), bytes + 1, length, found, fault);
    if (!good || *found != KEY_FOUND)
        secret_wipe(bytes, size);
    return good;
}

bool seal(struct arena *arena, struct keys *keys, long long slot, const struct seal_place *place,
          const struct content *content, const struct value *request, struct text answer, struct sealed *sealed,
          enum key_found *found, struct fault *fault)
{
    unsigned char seed[SECRET_BYTES];
    *sealed = (struct sealed){.has_answer = answer.at != NULL};
    random_bytes(seed, sizeof seed);
    bool good = payload_make(arena, keys, slot, place, content, seed, &sealed->payload, found, fault);
    if (good && *found == KEY_FOUND) {
        struct contents contents;
        contents_init(&contents, arena, content, request, seed);
        sealed->contents = contents_root(&contents);
        contents_finish(&contents);
        sealed->sealed = digest_of(sealed->payload);
        opening_of(sealed->opening, seed);
        if (sealed->has_answer)
            sealed->answer = seal_answer(sealed->opening, answer);
    }
    secret_wipe(seed, sizeof seed);
    return good;
}

/* What was sealed, in the arena: the seed and the parts. */
static bool plain_of(struct arena *arena, struct keys *keys, long long slot, const struct seal_place *place,
                     struct text payload, unsigned char **plain, size_t *length, enum key_found *found,
                     struct fault *fault)
{
    bool clear = slot == KEYS_SLOT_NONE;
    *found = KEY_WRONG;
    if (payload.length < 1 || payload.at[0] != (clear ? PAYLOAD_CLEAR : PAYLOAD_SEALED))
        return true;
    struct text rest = text_slice(payload, 1, payload.length);
    if (!clear)
        return keys_unseal(keys, arena, slot, associated_of(arena, place), rest, plain, length, found, fault);
    *found = KEY_FOUND;
    *length = rest.length;
    *plain = arena_alloc(arena, rest.length);
    memcpy(*plain, rest.at, rest.length);
    return true;
}

bool unseal(struct arena *arena, struct keys *keys, long long slot, const struct seal_place *place,
            struct text payload, struct unsealed *unsealed, enum key_found *found, struct fault *fault)
{
    unsigned char *plain = NULL;
    size_t length = 0;
    struct text parts[PARTS];
    *unsealed = (struct unsealed){0};
    if (!plain_of(arena, keys, slot, place, payload, &plain, &length, found, fault))
        return false;
    if (*found == KEY_FOUND && !plain_read((struct text){(const char *)plain, length}, parts))
        *found = KEY_WRONG;
    if (*found != KEY_FOUND)
        return true;
    unsealed->content = (struct content){parts[0], parts[1], parts[2]};
    memcpy(unsealed->seed, plain, SECRET_BYTES);
    secret_wipe(plain, SECRET_BYTES); /* the arena lives on for a while */
    opening_of(unsealed->opening, unsealed->seed);
    return true;
}

void unsealed_finish(struct unsealed *unsealed)
{
    secret_wipe(unsealed->seed, sizeof unsealed->seed);
    secret_wipe(unsealed->opening, sizeof unsealed->opening);
}
