#include "audit/note.h"

#include "base/base64.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define DASH "\xe2\x80\x94 " /* an em dash and a space begin each signature */
#define DASH_LENGTH (sizeof DASH - 1)
#define KEY_ID_DIGITS (2 * (size_t)NOTE_KEY_ID_BYTES)
/* Of a cosignature: the time before the signature. */
#define TIME_BYTES 8

static struct text bytes_text(const void *bytes, size_t size)
{
    return (struct text){bytes, size};
}

/* The bytes of a Unicode space at the beginning of `text`; 0 when another character stands there. */
static size_t space_length(struct text text)
{
    static const char *const spaces[] = {
        " ",          "\t",         "\n",         "\v",         "\f",         "\r",         "\xc2\x85",
        "\xc2\xa0",   "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84",
        "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
        "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
    };
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (text_starts_with(text, spaces[i]))
            return strlen(spaces[i]);
    return 0;
}

bool note_name_good(struct text name)
{
    if (name.length == 0 || !text_is_utf8(name))
        return false;
    for (size_t i = 0; i < name.length; i++)
        if (name.at[i] == '+' || (unsigned char)name.at[i] < 0x20 ||
            space_length(text_slice(name, i, name.length)) != 0)
            return false;
    return true;
}

struct note_key note_key_of(struct text name, enum note_key_type type, const unsigned char public_key[PUBLIC_KEY_BYTES])
{
    struct note_key key = {.name = name, .type = type};
    memcpy(key.public_key, public_key, PUBLIC_KEY_BYTES);
    const char type_byte = (char)type;
    struct text parts[] = {name, TEXT("\n"), {&type_byte, 1}, bytes_text(public_key, PUBLIC_KEY_BYTES)};
    struct digest digest = digest_of_parts(parts, sizeof parts / sizeof *parts);
    memcpy(key.id, digest.bytes, NOTE_KEY_ID_BYTES);
    return key;
}

struct text note_key_text(struct arena *arena, const struct note_key *key)
{
    char encoded[1 + PUBLIC_KEY_BYTES];
    encoded[0] = (char)key->type;
    memcpy(encoded + 1, key->public_key, PUBLIC_KEY_BYTES);
    struct text tail = base64_write(arena, bytes_text(encoded, sizeof encoded));
    return text_format(arena, "%.*s+%02x%02x%02x%02x+%.*s", TEXT_ARGS(key->name), key->id[0], key->id[1], key->id[2],
                       key->id[3], TEXT_ARGS(tail));
}

static bool hex_is(struct text hex, const unsigned char *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    if (hex.length != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (hex.at[2 * i] != digits[bytes[i] >> 4] || hex.at[2 * i + 1] != digits[bytes[i] & 15])
            return false;
    return true;
}

/* Split at the first two `+`: Base64 has `+` of its own. */
bool note_key_read(struct text vkey, struct note_key *key)
{
    const char *plus = vkey.length == 0 ? NULL : memchr(vkey.at, '+', vkey.length);
    if (!plus)
        return false;
    struct text name = {vkey.at, (size_t)(plus - vkey.at)};
    struct text rest = text_slice(vkey, name.length + 1, vkey.length);
    if (rest.length < KEY_ID_DIGITS + 1 || rest.at[KEY_ID_DIGITS] != '+' || !note_name_good(name))
        return false;
    unsigned char encoded[1 + PUBLIC_KEY_BYTES];
    if (!base64_read_into(text_slice(rest, KEY_ID_DIGITS + 1, rest.length), encoded, sizeof encoded) ||
        (encoded[0] != NOTE_ED25519 && encoded[0] != NOTE_COSIGNATURE))
        return false;
    *key = note_key_of(name, (enum note_key_type)encoded[0], encoded + 1);
    return hex_is(text_slice(rest, 0, KEY_ID_DIGITS), key->id, NOTE_KEY_ID_BYTES);
}

bool note_line(struct text *rest, struct text *line)
{
    const char *end = rest->length == 0 ? NULL : memchr(rest->at, '\n', rest->length);
    if (!end)
        return false;
    *line = text_slice(*rest, 0, (size_t)(end - rest->at));
    *rest = text_slice(*rest, line->length + 1, rest->length);
    return true;
}

/* A line of signature: `line` has no newline. */
static bool signature_read(struct arena *arena, struct text line, struct note_signature *signature)
{
    if (!text_starts_with(line, DASH))
        return false;
    struct text rest = text_slice(line, DASH_LENGTH, line.length);
    const char *space = rest.length == 0 ? NULL : memchr(rest.at, ' ', rest.length);
    if (!space)
        return false;
    signature->name = text_slice(rest, 0, (size_t)(space - rest.at));
    struct text bytes;
    if (!note_name_good(signature->name) ||
        !base64_read(arena, text_slice(rest, signature->name.length + 1, rest.length), &bytes) ||
        bytes.length <= NOTE_KEY_ID_BYTES)
        return false;
    memcpy(signature->id, bytes.at, NOTE_KEY_ID_BYTES);
    signature->bytes = text_slice(bytes, NOTE_KEY_ID_BYTES, bytes.length);
    return true;
}

/* Where the text ends and the signatures begin: after the last empty line. */
static bool note_split(struct text whole, struct text *text, struct text *signatures)
{
    for (size_t i = 0; i < whole.length; i++)
        if ((unsigned char)whole.at[i] < 0x20 && whole.at[i] != '\n')
            return false;
    if (whole.length > NOTE_BYTES_MAX || !text_ends_with(whole, "\n") || !text_is_utf8(whole))
        return false;
    size_t at = whole.length;
    while (at >= 2 && !(whole.at[at - 1] == '\n' && whole.at[at - 2] == '\n'))
        at--;
    if (at < 2)
        return false;
    *text = text_slice(whole, 0, at - 1);
    *signatures = text_slice(whole, at, whole.length);
    return true;
}

bool note_read(struct arena *arena, struct text whole, struct note *note)
{
    struct text rest;
    size_t capacity = 0;
    *note = (struct note){0};
    if (!note_split(whole, &note->text, &rest) || rest.length == 0)
        return false;
    for (struct text line; note_line(&rest, &line);) {
        struct note_signature signature = {.line = {line.at, line.length + 1}};
        if (note->count == NOTE_SIGNATURES_MAX || !signature_read(arena, line, &signature))
            return false;
        *(struct note_signature *)arena_push(arena, &note->signatures, &note->count, &capacity,
                                             sizeof *note->signatures) = signature;
    }
    return true;
}

/* What a witness signs. */
static struct text cosigned_text(struct arena *arena, uint64_t seconds, struct text text)
{
    return text_format(arena, "cosignature/v1\ntime %" PRIu64 "\n%.*s", seconds, TEXT_ARGS(text));
}

static bool cosignature_good(const struct note *note, const struct note_key *key, struct text bytes, uint64_t *seconds)
{
    if (bytes.length != TIME_BYTES + SIGNATURE_BYTES)
        return false;
    const unsigned char *at = (const unsigned char *)bytes.at;
    uint64_t time = 0;
    for (size_t i = 0; i < TIME_BYTES; i++)
        time = time << 8 | at[i];
    struct arena arena;
    arena_init(&arena);
    bool good = time <= INT64_MAX &&
                signature_good(key->public_key, cosigned_text(&arena, time, note->text), at + TIME_BYTES);
    arena_finish(&arena);
    *seconds = time;
    return good;
}

enum note_verdict note_verify(const struct note *note, const struct note_key *key, uint64_t *seconds)
{
    enum note_verdict verdict = NOTE_UNSIGNED;
    uint64_t time = 0;
    for (size_t i = 0; i < note->count; i++) {
        const struct note_signature *signature = &note->signatures[i];
        if (!text_equal(signature->name, key->name) || memcmp(signature->id, key->id, NOTE_KEY_ID_BYTES) != 0)
            continue;
        bool good = key->type == NOTE_COSIGNATURE
                        ? cosignature_good(note, key, signature->bytes, &time)
                        : signature->bytes.length == SIGNATURE_BYTES &&
                              signature_good(key->public_key, note->text, (const unsigned char *)signature->bytes.at);
        if (!good)
            return NOTE_FORGED;
        verdict = NOTE_GOOD;
    }
    if (seconds)
        *seconds = time;
    return verdict;
}

static void signature_add(struct buffer *buffer, const struct note_key *key, struct text signature)
{
    buffer_add_string(buffer, DASH);
    buffer_add(buffer, key->name);
    buffer_add_byte(buffer, ' ');
    unsigned char bytes[NOTE_KEY_ID_BYTES + TIME_BYTES + SIGNATURE_BYTES];
    assert(signature.length <= sizeof bytes - NOTE_KEY_ID_BYTES);
    memcpy(bytes, key->id, NOTE_KEY_ID_BYTES);
    memcpy(bytes + NOTE_KEY_ID_BYTES, signature.at, signature.length);
    base64_add(buffer, bytes_text(bytes, NOTE_KEY_ID_BYTES + signature.length));
    buffer_add_byte(buffer, '\n');
}

struct text note_sign(struct arena *arena, struct text text, const struct note_key *key,
                      const unsigned char signing_key[SIGNING_KEY_BYTES])
{
    assert(key->type == NOTE_ED25519 && text_ends_with(text, "\n"));
    unsigned char signature[SIGNATURE_BYTES];
    signature_make(signing_key, text, signature);
    struct buffer buffer;
    buffer_init(&buffer, arena);
    buffer_add(&buffer, text);
    buffer_add_byte(&buffer, '\n');
    signature_add(&buffer, key, bytes_text(signature, sizeof signature));
    return buffer_text(&buffer);
}

struct text note_cosign(struct arena *arena, struct text note, uint64_t seconds, const struct note_key *key,
                        const unsigned char signing_key[SIGNING_KEY_BYTES])
{
    struct text text, signatures;
    bool split = note_split(note, &text, &signatures);
    assert(split && key->type == NOTE_COSIGNATURE && seconds <= INT64_MAX);
    unsigned char signature[TIME_BYTES + SIGNATURE_BYTES];
    for (size_t i = 0; i < TIME_BYTES; i++)
        signature[i] = (unsigned char)(seconds >> (56 - 8 * i));
    signature_make(signing_key, cosigned_text(arena, seconds, text), signature + TIME_BYTES);
    struct buffer buffer;
    buffer_init(&buffer, arena);
    buffer_add(&buffer, note);
    signature_add(&buffer, key, bytes_text(signature, sizeof signature));
    return buffer_text(&buffer);
}

static bool note_has(const struct note *note, struct text line)
{
    for (size_t i = 0; i < note->count; i++)
        if (text_equal(note->signatures[i].line, line))
            return true;
    return false;
}

bool note_merge(struct arena *arena, struct text text, struct text other_text, struct text *merged)
{
    struct note note, other;
    if (!note_read(arena, text, &note) || !note_read(arena, other_text, &other) || !text_equal(note.text, other.text))
        return false;
    struct buffer buffer;
    buffer_init(&buffer, arena);
    buffer_add(&buffer, text);
    size_t count = note.count;
    for (size_t i = 0; i < other.count; i++) {
        if (note_has(&note, other.signatures[i].line))
            continue;
        if (++count > NOTE_SIGNATURES_MAX)
            return false;
        buffer_add(&buffer, other.signatures[i].line);
    }
    *merged = buffer_text(&buffer);
    return merged->length <= NOTE_BYTES_MAX;
}
