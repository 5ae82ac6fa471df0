#include "audit/witnesses.h"

#include "audit/policy.h"
#include "audit/witness.h"
#include "base/durable.h"
#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A head of ours (512 bytes) and one cosignature with a long name. */
#define COSIGNED_BYTES_MAX 1024
/* The path of a log's folder, and of a file in it: names of logs and our own folder are short. */
#define PATH_BYTES_MAX 4096
/* Key id and what the file is: `530d903a.cosigned`. */
#define NAME_BYTES_MAX 32

/* What is known of one log and one witness. */
struct watched {
    struct text log;
    const struct policy_member *witness;
    long long size;                         /* that it has seen, as far as we know */
    long long asked_old, asked_size;        /* of the request that lies there; 0 and 0: none of ours */
    long long cosigned_size;                /* of the note */
    char note[COSIGNED_BYTES_MAX];          /* the newest head it cosigned, with its cosignature alone */
    size_t note_length;
};

struct witnesses {
    struct arena arena; /* as long as this: names and the policy */
    const char *folder;
    struct policy policy;
    struct watched **items;
    size_t count, capacity;
    int64_t turned; /* when they were asked last */
    bool turned_once;
};

/* ---- files ---- */

static void name_of(const struct policy_member *witness, const char *kind, char name[NAME_BYTES_MAX])
{
    const unsigned char *id = witness->key.id;
    snprintf(name, NAME_BYTES_MAX, "%02x%02x%02x%02x.%s", id[0], id[1], id[2], id[3], kind);
}

static bool folder_of(const struct witnesses *witnesses, struct text log, char path[PATH_BYTES_MAX])
{
    return snprintf(path, PATH_BYTES_MAX, "%s/%.*s", witnesses->folder, TEXT_ARGS(log)) < PATH_BYTES_MAX - NAME_BYTES_MAX;
}

/* Makes the folders of `almere/2026`. */
static bool folder_make_for(const struct witnesses *witnesses, const char *path)
{
    char part[PATH_BYTES_MAX];
    size_t length = strlen(witnesses->folder);
    snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + length + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(part, 0755); /* whoever fails shows in what follows */
        *slash = '/';
    }
    return mkdir(part, 0755) == 0 || errno == EEXIST;
}

/* Absent when it is not there, or not to be read. */
static struct text read_small(struct arena *arena, const char *folder, const char *name)
{
    char path[PATH_BYTES_MAX + NAME_BYTES_MAX];
    struct text text = {0};
    struct fault fault;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0 && file_read(arena, path, NOTE_BYTES_MAX, &text, &fault) ? text : (struct text){0};
}

static void complain(const char *what, struct text log, const struct policy_member *witness)
{
    char where[256];
    snprintf(where, sizeof where, "%.*s %.*s", TEXT_ARGS(log), TEXT_ARGS(witness->name));
    LOG_EVENT(LOG_WARNING, "witness", LOG_TEXT("of", where), LOG_TEXT("message", what));
}

/* ---- opening ---- */

static bool policy_load(struct witnesses *witnesses, struct fault *fault)
{
    struct text text, problem;
    const char *path = text_string(&witnesses->arena, text_format(&witnesses->arena, "%s/policy", witnesses->folder));
    if (!file_read(&witnesses->arena, path, POLICY_BYTES_MAX, &text, fault))
        return false;
    if (!policy_read(&witnesses->arena, text, &witnesses->policy, &problem))
        return fault_set(fault, FAULT_BROKEN, "`%s`, %.*s", path, TEXT_ARGS(problem));
    for (size_t i = 0; i < witnesses->policy.members_count; i++)
        if (witnesses->policy.members[i].is_witness)
            return true;
    return fault_set(fault, FAULT_BROKEN, "`%s` names no witness", path);
}

struct witnesses *witnesses_open(const char *folder, struct fault *fault)
{
    struct witnesses *witnesses = calloc(1, sizeof *witnesses);
    if (!witnesses) {
        fault_set(fault, FAULT_BROKEN, "no memory for witnesses");
        return NULL;
    }
    arena_init(&witnesses->arena);
    witnesses->folder = text_string(&witnesses->arena, text_of(folder));
    if (policy_load(witnesses, fault))
        return witnesses;
    witnesses_close(witnesses);
    return NULL;
}

void witnesses_close(struct witnesses *witnesses)
{
    if (!witnesses)
        return;
    arena_finish(&witnesses->arena);
    free(witnesses);
}

static struct watched *watched_of(struct witnesses *witnesses, struct text log, const struct policy_member *witness)
{
    for (size_t i = 0; i < witnesses->count; i++)
        if (witnesses->items[i]->witness == witness && text_equal(witnesses->items[i]->log, log))
            return witnesses->items[i];
    struct watched *watched = ARENA_NEW(&witnesses->arena, struct watched);
    watched->log = text_copy(&witnesses->arena, log);
    watched->witness = witness;
    *(struct watched **)arena_push(&witnesses->arena, &witnesses->items, &witnesses->count, &witnesses->capacity,
                                   sizeof watched) = watched;
    return watched;
}

/* ---- what a witness cosigned ---- */

/* Of a whole note: our lines and those of this witness, when its cosignature is good. */
static bool note_keep(struct watched *watched, struct arena *arena, struct text whole)
{
    struct note note;
    struct checkpoint head;
    struct buffer buffer;
    uint64_t seconds;
    if (!note_read(arena, whole, &note) || !checkpoint_read(note.text, &head) ||
        !text_equal(head.origin, watched->log) || head.size > INT64_MAX ||
        note_verify(&note, &watched->witness->key, &seconds) != NOTE_GOOD)
        return false;
    buffer_init(&buffer, arena);
    buffer_add(&buffer, note.text);
    buffer_add_byte(&buffer, '\n');
    for (size_t i = 0; i < note.count; i++) {
        const struct note_signature *line = &note.signatures[i];
        bool theirs = text_equal(line->name, watched->witness->key.name) &&
                      memcmp(line->id, watched->witness->key.id, NOTE_KEY_ID_BYTES) == 0;
        if (theirs || text_equal(line->name, watched->log))
            buffer_add(&buffer, line->line);
    }
    struct text kept = buffer_text(&buffer);
    if (kept.length > sizeof watched->note)
        return false;
    memcpy(watched->note, kept.at, kept.length);
    watched->note_length = kept.length;
    watched->cosigned_size = (long long)head.size;
    if (watched->size < watched->cosigned_size)
        watched->size = watched->cosigned_size;
    return true;
}

static struct text note_of(const struct watched *watched)
{
    return (struct text){watched->note, watched->note_length};
}

static void compare_log(struct witnesses *witnesses, struct journal *journal, struct text log)
{
    char folder[PATH_BYTES_MAX], name[NAME_BYTES_MAX], where[128];
    for (size_t i = 0; i < witnesses->policy.members_count; i++) {
        const struct policy_member *witness = &witnesses->policy.members[i];
        struct arena arena;
        struct fault fault;
        if (!witness->is_witness || !folder_of(witnesses, log, folder))
            continue;
        arena_init(&arena);
        name_of(witness, "cosigned", name);
        struct watched *watched = watched_of(witnesses, log, witness);
        struct text whole = read_small(&arena, folder, name);
        snprintf(where, sizeof where, "that witness `%.60s` cosigned",
                 text_string(&arena, text_shown(&arena, witness->name)));
        if (whole.length && !note_keep(watched, &arena, whole))
            complain("the head that it cosigned is not as it was written", log, witness);
        else if (whole.length && !journal_head_known(journal, note_of(watched), where, &fault))
            complain(fault.message, log, witness);
        arena_finish(&arena);
    }
}

static int no_dots(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Those that lie in a folder, by the names of their logs: `daemon`, `almere/2026`. */
static void compare_below(struct witnesses *witnesses, struct journal *journal, const char *above, int depth)
{
    char path[PATH_BYTES_MAX], log[PATH_BYTES_MAX];
    struct dirent **entries;
    snprintf(path, sizeof path, "%s/%s", witnesses->folder, above);
    int count = scandir(path, &entries, no_dots, alphasort);
    for (int i = 0; i < count; i++) {
        int length = snprintf(log, sizeof log, "%s%s%s", above, *above ? "/" : "", entries[i]->d_name);
        if (entries[i]->d_type == DT_DIR && length < PATH_BYTES_MAX) {
            compare_log(witnesses, journal, text_of(log));
            if (depth > 1)
                compare_below(witnesses, journal, log, depth - 1);
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

/* Not those of the journal: a log that it has lost as a whole is found too. */
void witnesses_compare(struct witnesses *witnesses, struct journal *journal)
{
    compare_below(witnesses, journal, "", 2);
}

/* ---- asking ---- */

/* Lines of a signature: of the head that was asked. The answer is taken away once what it gave is kept. */
static void take_cosignature(struct watched *watched, struct arena *arena, const char *folder, struct text answer)
{
    char name[NAME_BYTES_MAX];
    struct witness_request request;
    struct fault fault;
    struct buffer buffer;
    name_of(watched->witness, "request", name);
    buffer_init(&buffer, arena);
    if (witness_request_read(read_small(arena, folder, name), &request)) {
        buffer_add(&buffer, request.note);
        buffer_add(&buffer, answer);
    }
    name_of(watched->witness, "cosigned", name);
    if (!note_keep(watched, arena, buffer_text(&buffer)))
        complain("found no good cosignature of what was asked", watched->log, watched->witness);
    else if (!durable_replace(folder, name, note_of(watched), false, &fault))
        complain(fault.message, watched->log, watched->witness);
}

/* What was asked last and is answered: either way the next request is another one. */
static void take_answer(struct watched *watched, struct journal *journal, struct arena *arena, const char *folder)
{
    char name[NAME_BYTES_MAX], path[PATH_BYTES_MAX + NAME_BYTES_MAX], where[128];
    long long size;
    struct text line;
    name_of(watched->witness, "answer", name);
    struct text answer = read_small(arena, folder, name), rest = answer;
    if (!answer.length)
        return;
    if (note_line(&rest, &line) && rest.length == 0 && text_to_integer(line, &size) && size >= 0) {
        watched->size = size;
        snprintf(where, sizeof where, "witness `%.60s`",
                 text_string(arena, text_shown(arena, watched->witness->name)));
        journal_size_known(journal, watched->log, size, where);
    } else {
        take_cosignature(watched, arena, folder, answer);
    }
    watched->asked_size = watched->asked_old = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (unlink(path) != 0)
        complain(strerror(errno), watched->log, watched->witness);
}

static bool request_make(const struct watched *watched, struct journal *journal, struct arena *arena, long long size,
                         struct text *text, struct fault *fault)
{
    struct witness_request request = {.old = (uint64_t)watched->size};
    bool same = watched->size == 0 || watched->size == size;
    bool good = same ? journal_head(journal, arena, watched->log, &request.note, fault)
                     : journal_consistency(journal, arena, watched->log, watched->size, size, &request.proof,
                                           &request.note, fault);
    if (good)
        *text = witness_request_text(arena, &request);
    return good;
}

static void ask(struct watched *watched, struct journal *journal, struct arena *arena, const char *folder, long long size)
{
    char name[NAME_BYTES_MAX];
    struct fault fault;
    struct text text;
    bool asked = watched->asked_size == size && watched->asked_old == watched->size;
    if (size == 0 || watched->size > size || watched->cosigned_size == size || asked || journal_damage(journal))
        return;
    name_of(watched->witness, "request", name);
    if (!request_make(watched, journal, arena, size, &text, &fault) ||
        !durable_replace(folder, name, text, false, &fault)) {
        complain(fault.message, watched->log, watched->witness);
        return;
    }
    watched->asked_size = size;
    watched->asked_old = watched->size;
}

static void turn_log(struct witnesses *witnesses, struct journal *journal, const struct log_size *log)
{
    char folder[PATH_BYTES_MAX];
    for (size_t i = 0; i < witnesses->policy.members_count; i++) {
        const struct policy_member *witness = &witnesses->policy.members[i];
        struct arena arena;
        if (!witness->is_witness || !folder_of(witnesses, log->log, folder))
            continue;
        if (!folder_make_for(witnesses, folder)) {
            complain(strerror(errno), log->log, witness);
            return;
        }
        arena_init(&arena);
        struct watched *watched = watched_of(witnesses, log->log, witness);
        take_answer(watched, journal, &arena, folder);
        ask(watched, journal, &arena, folder, log->size);
        arena_finish(&arena);
    }
}

void witnesses_turn(struct witnesses *witnesses, struct journal *journal, int64_t now, bool always)
{
    struct arena arena;
    size_t count;
    if (!witnesses || journal_has_batch(journal) ||
        (!always && witnesses->turned_once && now >= witnesses->turned && now < witnesses->turned + WITNESSES_SECONDS))
        return;
    arena_init(&arena);
    const struct log_size *logs = journal_logs(journal, &arena, &count);
    for (size_t i = 0; i < count; i++)
        turn_log(witnesses, journal, &logs[i]);
    arena_finish(&arena);
    witnesses->turned = now;
    witnesses->turned_once = true;
}

/* ---- what they gave ---- */

struct text witnesses_note(const struct witnesses *witnesses, struct arena *arena, struct text note)
{
    for (size_t i = 0; witnesses && i < witnesses->count; i++)
        note_merge(arena, note, note_of(witnesses->items[i]), &note); /* of another text: as it was */
    return note;
}

struct text witnesses_newest(const struct witnesses *witnesses, struct arena *arena, struct text log)
{
    const struct watched *newest = NULL;
    for (size_t i = 0; witnesses && i < witnesses->count; i++) {
        const struct watched *watched = witnesses->items[i];
        if (text_equal(watched->log, log) && watched->note_length &&
            (!newest || watched->cosigned_size > newest->cosigned_size))
            newest = watched;
    }
    return newest ? witnesses_note(witnesses, arena, text_copy(arena, note_of(newest))) : (struct text){0};
}
