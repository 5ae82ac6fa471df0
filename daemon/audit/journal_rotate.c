/*
 * Rotation. Of the key that signs: the old one signs a last head of each log, whose last leaf names both keys; from then
 * on the new one signs, and what the old one signed is verified with the old vkey as before. The logs go on.
 *
 *     key_rotated    about: {"key": "signing", "old": vkey, "new": vkey, "size": of the last head that the old one signed}
 *
 * Which keys signed before is in the journal (`meta`, former-keys), in the same transaction:
 *
 *     [{"key": public key, "next": public key, "until": time, "sizes": {"almere/2026": 42}}]
 *
 * What was cut short: DIR/signing-key.next is taken when the journal names it as the next one, and else removed.
 *
 * Of the master key: all that the old one wraps is written anew (audit/master.h); {"key": "master"} in the log `daemon`,
 * before the old one is forgotten. Cut short in between, a start finishes it and records it again.
 */
#include "audit/journal_database.h"

#include "audit/note.h"
#include "base/base64.h"
#include "base/json.h"

#include <string.h>

/* ---- which keys signed before ---- */

static bool former_read(struct journal *journal, struct arena *arena, struct value **list, struct fault *fault)
{
    static const char find[] = "SELECT value FROM meta WHERE name = 'former-keys'";
    struct json_error error;
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->database, find, -1, &statement, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(statement);
    *list = result == SQLITE_ROW ? json_read(arena, column_blob(arena, statement, 0), &error) : NULL;
    sqlite3_finalize(statement);
    if (!*list || (*list)->kind != VALUE_LIST)
        *list = value_list(arena);
    return result == SQLITE_ROW || result == SQLITE_DONE || journal_fault(journal, result, fault);
}

static bool former_write(struct journal *journal, struct arena *arena, const struct value *list, struct fault *fault)
{
    static const char set[] = "INSERT INTO meta VALUES ('former-keys', ?1)"
                              " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(journal->database, set, -1, &statement, NULL);
    if (result != SQLITE_OK)
        return journal_fault(journal, result, fault);
    bind_blob(statement, 1, json_write(arena, list));
    bool good = journal_run(journal, statement, fault);
    sqlite3_finalize(statement);
    return good;
}

static struct text key_text(struct arena *arena, const struct signing_key *key)
{
    return base64_write(arena, (struct text){(const char *)key->public_key, PUBLIC_KEY_BYTES});
}

static bool public_of(const struct value *former, const char *name, unsigned char public_key[PUBLIC_KEY_BYTES])
{
    const struct value *text = value_get(former, name);
    return text && text->kind == VALUE_TEXT && base64_read_into(text->text, public_key, PUBLIC_KEY_BYTES);
}

bool journal_former_keys(struct journal *journal, struct arena *arena, struct former_key **keys, size_t *count,
                         struct fault *fault)
{
    struct value *list;
    *keys = NULL;
    *count = 0;
    size_t capacity = 0;
    if (!former_read(journal, arena, &list, fault))
        return false;
    for (size_t i = 0; i < list->count; i++) {
        const struct value *sizes = value_get(list->items[i], "sizes"), *until = value_get(list->items[i], "until");
        unsigned char public_key[PUBLIC_KEY_BYTES];
        if (!sizes || !until || !public_of(list->items[i], "key", public_key))
            continue;
        for (size_t j = 0; j < sizes->count; j++) {
            struct note_key key = note_key_of(sizes->names[j], NOTE_ED25519, public_key);
            struct former_key *former = arena_push(arena, keys, count, &capacity, sizeof *former);
            *former = (struct former_key){sizes->names[j], note_key_text(arena, &key), until->text,
                                          sizes->items[j]->integer};
        }
    }
    return true;
}

bool former_key_signed(struct journal *journal, struct arena *arena, const struct note *note, struct text origin,
                       bool *did, struct fault *fault)
{
    struct value *list;
    *did = false;
    if (!former_read(journal, arena, &list, fault))
        return false;
    for (size_t i = 0; i < list->count && !*did; i++) {
        unsigned char public_key[PUBLIC_KEY_BYTES];
        if (!public_of(list->items[i], "key", public_key))
            continue;
        struct note_key key = note_key_of(origin, NOTE_ED25519, public_key);
        *did = note_verify(note, &key, NULL) == NOTE_GOOD;
    }
    return true;
}

/* ---- another key that signs ---- */

static bool tell_log(struct journal *journal, struct arena *arena, size_t number, const struct signing_key *next,
                     struct fault *fault)
{
    struct text name = journal->logs[number].name;
    struct note_key key = note_key_of(name, NOTE_ED25519, next->public_key);
    struct value *about = value_object(arena);
    value_set(arena, about, "key", value_string(arena, "signing"));
    value_set(arena, about, "old", value_text(arena, journal_vkey(journal, arena, name)));
    value_set(arena, about, "new", value_text(arena, note_key_text(arena, &key)));
    value_set(arena, about, "size", value_integer(arena, journal->logs[number].size + 1));
    struct record record = {.kind = RECORD_KEY_ROTATED, .client = TEXT("daemon"),
                            .request = TEXT("{\"cause\":\"rotation\"}"), .decision = json_write(arena, about),
                            .about = about};
    return log_append(journal, arena, &journal->logs[number], &record, NULL, moment_now(), fault);
}

static bool rotation_record(struct journal *journal, struct arena *arena, const struct signing_key *next,
                            struct fault *fault)
{
    struct value *list, *former = value_object(arena), *sizes = value_object(arena);
    if (!former_read(journal, arena, &list, fault) || !journal_begin(journal, fault) ||
        !log_open(journal, TEXT("daemon"), fault) || !journal_day(journal, moment_now(), fault))
        return false;
    for (size_t i = 0; i < journal->logs_count; i++) {
        if (!journal->logs[i].next.at && !tell_log(journal, arena, i, next, fault))
            return false;
        value_set_text(arena, sizes, journal->logs[i].name, value_integer(arena, journal->logs[i].size));
    }
    value_set(arena, former, "key", value_text(arena, key_text(arena, &journal->signing)));
    value_set(arena, former, "next", value_text(arena, key_text(arena, next)));
    value_set(arena, former, "until", value_text(arena, moment_text(arena, moment_now())));
    value_set(arena, former, "sizes", sizes);
    value_append(arena, list, former);
    return former_write(journal, arena, list, fault) && journal_commit(journal, fault);
}

/* From now on the new one signs: also what the old one had signed, when it is asked for again. */
static bool rotation_finish(struct journal *journal, struct signing_key *next, struct fault *fault)
{
    return signing_key_adopt(&journal->signing, next, journal->folder, &journal->master, fault);
}

bool journal_rotate_signing(struct journal *journal, struct fault *fault)
{
    struct arena arena;
    struct signing_key next = {0};
    if (journal_damage(journal))
        return fault_set(fault, FAULT_BROKEN, "nothing is written: %.340s", journal_damage(journal));
    arena_init(&arena);
    bool good = signing_key_prepare(&next, journal->folder, &journal->master, fault) &&
                rotation_record(journal, &arena, &next, fault) && rotation_finish(journal, &next, fault);
    for (size_t i = 0; good && i < journal->logs_count; i++)
        journal->logs[i].note_length = 0;
    good = good && heads_save(journal, fault);
    if (!good)
        journal_rollback(journal); /* a start takes it back, or finishes it */
    signing_key_finish(&next);
    arena_finish(&arena);
    return good;
}

bool rotation_resume(struct journal *journal, struct fault *fault)
{
    struct arena arena;
    struct signing_key next;
    struct value *list;
    unsigned char named[PUBLIC_KEY_BYTES] = {0};
    if (!signing_key_pending(&next, journal->folder, &journal->master, fault))
        return false;
    if (!next.key)
        return true;
    arena_init(&arena);
    bool good = former_read(journal, &arena, &list, fault);
    bool recorded = good && list->count && public_of(list->items[list->count - 1], "next", named) &&
                    memcmp(named, next.public_key, PUBLIC_KEY_BYTES) == 0;
    good = good && (recorded ? rotation_finish(journal, &next, fault) : signing_key_drop(&next, journal->folder, fault));
    signing_key_finish(&next);
    arena_finish(&arena);
    return good;
}

/* ---- another master key ---- */

bool rotation_forget_master(struct journal *journal, struct fault *fault)
{
    struct arena arena;
    if (!journal->master.previous || journal_damage(journal))
        return true;
    arena_init(&arena);
    struct value *about = value_object(&arena);
    value_set(&arena, about, "key", value_string(&arena, "master"));
    struct record record = {.log = TEXT("daemon"), .kind = RECORD_KEY_ROTATED, .client = TEXT("daemon"),
                            .request = TEXT("{\"cause\":\"rotation\"}"), .decision = json_write(&arena, about),
                            .about = about};
    bool good = journal_append(journal, &arena, &record, NULL, fault) && journal_commit(journal, fault) &&
                master_forget(&journal->master, journal->folder, fault);
    if (!good)
        journal_rollback(journal);
    arena_finish(&arena);
    return good;
}

bool journal_rotate_master(struct journal *journal, struct fault *fault)
{
    if (journal_damage(journal))
        return fault_set(fault, FAULT_BROKEN, "nothing is written: %.340s", journal_damage(journal));
    return master_replace(&journal->master, journal->folder, fault) &&
           keys_rotate(journal->keys, &journal->master, fault) &&
           signing_key_rotate(&journal->signing, journal->folder, &journal->master, fault) &&
           rotation_forget_master(journal, fault);
}
