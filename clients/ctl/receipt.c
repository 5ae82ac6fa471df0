#include "receipt.h"

#include "audit/leaf.h"
#include "audit/proof.h"
#include "audit/seal.h"
#include "base/base64.h"
#include "base/json.h"
#include "show.h"

#include <stdlib.h>

/* The verbs whose answers are recorded, the member that is, and the kind of the record. */
static const struct {
    const char *verb, *answer, *kind;
} recorded[] = {
    {"confirm", "confirm", "confirmation"},
    {"decide", "decision", "decision"},
    {"erase", "erase", "erasure"},
    {"hold", "hold", "hold"},
    {"reload", "reload", "edition"},
};
#define RECORDED_COUNT (sizeof recorded / sizeof *recorded)

static bool wrong(struct arena *arena, struct text *problem, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool wrong(struct arena *arena, struct text *problem, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    *problem = text_format_list(arena, format, list);
    va_end(list);
    return false;
}

bool receipt_keys(struct command *command, struct note_key **keys, size_t *count, enum exit_code *code)
{
    const char *given = command->values[OPTION_VKEY];
    if (!given)
        given = getenv("COVENANT_VKEY");
    struct text text = text_of(given ? given : "");
    size_t capacity = 0;
    *keys = NULL;
    *count = 0;
    for (size_t from = 0, to; from < text.length; from = to + 1) {
        for (to = from; to < text.length && text.at[to] != ',' && text.at[to] != ' ';)
            to++;
        struct text vkey = text_slice(text, from, to);
        struct note_key key;
        if (!vkey.length)
            continue;
        if (!note_key_read(vkey, &key)) {
            *code = complain(command, EXIT_USE,
                             "`%.*s` is no vkey, expected one as `covenant status` shows: NAME+8 HEX DIGITS+BASE64",
                             TEXT_ARGS(vkey));
            return false;
        }
        *(struct note_key *)arena_push(command->arena, keys, count, &capacity, sizeof **keys) = key;
    }
    return true;
}

static const char *verdict_words(enum proof_verdict verdict)
{
    switch (verdict) {
    case PROOF_GOOD:
    case PROOF_UNANCHORED:
        return NULL;
    case PROOF_MALFORMED:
        return "its proof is no proof, or the head in it no head";
    case PROOF_UNSIGNED:
        return "its head is signed by none of the keys that were given";
    case PROOF_FORGED:
        return "the signature of its head is forged";
    case PROOF_OTHER:
        return "its proof leads to another root: the leaf is not in that log";
    }
    return NULL;
}

/* Each Ed25519 key under the name of that log. */
static struct note_key *keys_of_log(struct arena *arena, struct text log, const struct note_key *keys, size_t count)
{
    struct note_key *named = ARENA_ARRAY(arena, count ? count : 1, struct note_key);
    for (size_t i = 0; i < count; i++)
        named[i] = keys[i].type == NOTE_ED25519 ? note_key_of(log, NOTE_ED25519, keys[i].public_key) : keys[i];
    return named;
}

bool receipt_check_place(struct arena *arena, const struct value *record, const struct note_key *keys, size_t count,
                         struct leaf *leaf, struct text *problem)
{
    struct text log = member_text(record, "log"), proof = member_text(record, "proof"), bytes;
    const struct value *index = value_get(record, "index");
    struct leaf own;
    struct proof read;
    struct checkpoint head;
    leaf = leaf ? leaf : &own;
    if (!proof.length || !member_text(record, "leaf").length)
        return wrong(arena, problem, "it carries no receipt: there is no telling whether it is recorded");
    if (!base64_read(arena, member_text(record, "leaf"), &bytes))
        return wrong(arena, problem, "its leaf is no Base64");
    if (!leaf_read(arena, bytes, leaf, problem))
        return false;
    if (!text_equal(leaf->id, member_text(record, "id")) || !text_equal(leaf->log, log))
        return wrong(arena, problem, "its leaf speaks of record `%.*s` of `%.*s`, not of that one",
                     TEXT_ARGS(text_shown(arena, leaf->id)), TEXT_ARGS(text_shown(arena, leaf->log)));
    enum proof_verdict verdict =
        proof_verify(arena, proof, bytes, keys_of_log(arena, log, keys, count), count, &head);
    if (verdict_words(verdict))
        return wrong(arena, problem, "%s", verdict_words(verdict));
    if (!text_equal(head.origin, log))
        return wrong(arena, problem, "its proof is of log `%.*s`, and it says it is in `%.*s`",
                     TEXT_ARGS(text_shown(arena, head.origin)), TEXT_ARGS(text_shown(arena, log)));
    if (!index || index->kind != VALUE_INTEGER || !proof_read(proof, &read) || (long long)read.index != index->integer)
        return wrong(arena, problem, "its proof is of another index than the answer says");
    return true;
}

/* Of what was asked, the answer says the same: else it is the answer to another question. */
static bool answers_that(struct arena *arena, const struct value *asked, const struct value *answer,
                         struct text *problem)
{
    for (size_t i = 0; asked && asked->kind == VALUE_OBJECT && i < asked->count; i++) {
        const struct value *told = value_get_text(answer, asked->names[i]);
        if (told && told->kind == VALUE_TEXT && asked->items[i]->kind == VALUE_TEXT &&
            !text_equal(told->text, asked->items[i]->text))
            return wrong(arena, problem, "`%.*s` is `%.*s` in it, and `%.*s` was asked", TEXT_ARGS(asked->names[i]),
                         TEXT_ARGS(text_shown(arena, told->text)), TEXT_ARGS(text_shown(arena, asked->items[i]->text)));
    }
    return true;
}

bool receipt_check(struct arena *arena, const struct value *request, const struct value *reply,
                   const struct note_key *keys, size_t count, struct text *problem)
{
    const struct value *record = value_get(reply, "record");
    struct leaf leaf;
    unsigned char opening[SECRET_BYTES];
    size_t which = 0;
    while (which < RECORDED_COUNT && !text_is(member_text(request, "verb"), recorded[which].verb))
        which++;
    const struct value *answer = which < RECORDED_COUNT ? value_get(reply, recorded[which].answer) : NULL;
    if (!answer || answer->kind != VALUE_OBJECT)
        return wrong(arena, problem, "it does not answer what was asked");
    if (!receipt_check_place(arena, record, keys, count, &leaf, problem))
        return false;
    if (!text_is(leaf.kind, recorded[which].kind))
        return wrong(arena, problem, "its leaf is of a record of kind `%.*s`, expected `%s`",
                     TEXT_ARGS(text_shown(arena, leaf.kind)), recorded[which].kind);
    if (!base64_read_into(member_text(record, "opening"), opening, sizeof opening))
        return wrong(arena, problem, "it carries no opening: there is no telling what was recorded");
    struct digest digest = seal_answer(opening, json_write(arena, answer));
    if (!leaf.has_answer || !digest_equal(digest, leaf.answer))
        return wrong(arena, problem, "its leaf speaks of another answer than this one");
    return answers_that(arena, request, answer, problem) &&
           answers_that(arena, value_get(request, "case"), answer, problem);
}
