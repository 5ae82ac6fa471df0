/*
 * `export`: what records hold, for an auditor who is to check and replay them elsewhere: a page of a log at a time,
 * sealed to the auditor's key, so that nobody on the way reads it. Each page is recorded as read (`access`), with the
 * day on which the copy is to be destroyed. And an edition's files, which are nobody's secret.
 *
 *     {"log": "almere/2026", "from": 0, "key": "<base64>", "until": "2027-01-31"}
 *     {"export": {"log", "from", "count", "size", "sealed": "<base64>", "next"}}
 *
 * What is sealed is a line of canonical JSON for each record: {"decision", "id", "index", "request", "seed", "trail"}, or
 * {"erased": true, "id", "index"}.
 */
#include "verbs/verb.h"

#include "base/base64.h"
#include "base/json.h"
#include "base/secret.h"

#define PAGE_MAX 256
/* A page ends after so many bytes of what records hold; one record is at most a few times a request. */
#define PAGE_BYTES_MAX ((size_t)1024 * 1024)

/* ---- an edition ---- */

static bool export_edition(struct call *call, struct text digest, struct fault *fault)
{
    struct arena *arena = call->arena;
    struct text manifest;
    struct file_set files;
    if (!journal_edition_files(call->service->journal, arena, digest, &manifest, &files, fault)) {
        if (fault->kind != FAULT_ABSENT)
            return false;
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/edition", "found no edition `%.*s`",
                        TEXT_ARGS(text_shown(arena, digest)));
        return true;
    }
    struct value *edition = value_object(arena), *texts = value_object(arena);
    for (size_t i = 0; i < files.count; i++)
        value_set_text(arena, texts, files.items[i].path, value_text(arena, files.items[i].text));
    value_set(arena, edition, "edition", value_text(arena, digest));
    value_set(arena, edition, "manifest", value_text(arena, manifest));
    value_set(arena, edition, "files", texts);
    call_reply(call, "export", edition);
    return true;
}

/* ---- records ---- */

struct page {
    struct text log, until;
    long long from, limit, size;
    unsigned char key[BOX_KEY_BYTES];
};

static long long count_member(const struct call *call, const char *name, long long otherwise)
{
    const struct value *value = value_get(call->request->root, name);
    return value ? value->integer : otherwise;
}

static bool page_read(struct call *call, struct page *page)
{
    size_t count;
    const struct log_size *logs = journal_logs(call->service->journal, call->arena, &count);
    struct text key = call_text(call, "key");
    *page = (struct page){.log = call_text(call, "log"), .until = call_text(call, "until"), .size = -1};
    page->from = count_member(call, "from", 0);
    page->limit = count_member(call, "limit", PAGE_MAX);
    for (size_t i = 0; i < count; i++)
        if (text_equal(logs[i].log, page->log))
            page->size = logs[i].size;
    if (!page->log.at || !page->until.at || !key.at)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "",
                        "expected `log`, the auditor's `key`, and `until`: the day on which the copy is to be destroyed");
    else if (!base64_read_into(key, page->key, sizeof page->key))
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/key", "found no key, expected 32 bytes as Base64");
    else if (page->size < 0)
        refusals_add_at(call->refusals, ERROR_NOT_FOUND, "/log", "found no log `%.*s`",
                        TEXT_ARGS(text_shown(call->arena, page->log)));
    if (page->limit < 1 || page->limit > PAGE_MAX)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/limit", "found %lld, expected 1 to %d", page->limit,
                        PAGE_MAX);
    struct date until;
    if (date_parse(page->until, &until) && until.day < service_today(call->service).day)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/until", "found a day that is past, expected one to come");
    return call->refusals->count == 0;
}

static void add_member(struct buffer *line, const char *name, struct text json)
{
    if (json.at)
        buffer_format(line, "\"%s\":%.*s,", name, TEXT_ARGS(json));
}

static struct text page_text(struct arena *arena, const struct whole_list *list)
{
    struct buffer page;
    buffer_init(&page, arena);
    for (size_t i = 0; i < list->count; i++) {
        const struct whole_record *whole = &list->items[i];
        bool erased = whole->record.state != RECORD_WHOLE;
        buffer_add_byte(&page, '{');
        add_member(&page, "decision", whole->record.decision);
        add_member(&page, "erased", erased ? TEXT("true") : (struct text){0});
        buffer_format(&page, "\"id\":\"%.*s\",\"index\":%lld", TEXT_ARGS(whole->record.id), whole->record.index);
        if (!erased) {
            buffer_add_byte(&page, ',');
            add_member(&page, "request", whole->record.request);
            buffer_add_string(&page, "\"seed\":\"");
            base64_add(&page, (struct text){(const char *)whole->seed, sizeof whole->seed});
            buffer_add_byte(&page, '"');
            if (whole->trail.at)
                buffer_format(&page, ",\"trail\":%.*s", TEXT_ARGS(whole->trail));
        }
        buffer_add_string(&page, "}\n");
    }
    return buffer_text(&page);
}

/* Who reads what is said of people is recorded first; what is of nobody is not counted. */
static bool record_access(struct call *call, const struct page *page, const struct whole_list *list,
                          struct fault *fault)
{
    struct access access = {.until = page->until};
    struct record *records = ARENA_ARRAY(call->arena, list->count, struct record);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].record.case_id.at && list->items[i].record.state == RECORD_WHOLE)
            records[access.count++] = list->items[i].record;
    access.records = records;
    return access.count == 0 || call_access(call, &access, fault);
}

static bool export_page(struct call *call, const struct page *page, struct fault *fault)
{
    struct arena *arena = call->arena;
    struct journal *journal = call->service->journal;
    struct whole_list list;
    if (!journal_whole(journal, arena, page->log, page->from, (size_t)page->limit, PAGE_BYTES_MAX, &list, fault)) {
        if (!journal_damage(journal))
            return false;
        refusals_add_at(call->refusals, ERROR_INTERNAL, "/log", "%s: nothing of it is handed out",
                        journal_damage(journal));
        return true;
    }
    struct text plain = page_text(arena, &list);
    unsigned char *box = arena_alloc(arena, plain.length + BOX_MORE_BYTES);
    struct text sealed = {(const char *)box, plain.length + BOX_MORE_BYTES};
    if (!box_seal(box, plain, page->key))
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/key", "found a key that nothing can be sealed to");
    if (call->refusals->count == 0 && !record_access(call, page, &list, fault))
        return false;
    if (call->refusals->count)
        return true;
    long long next = page->from + (long long)list.count;
    struct value *reply = value_object(arena);
    value_set(arena, reply, "log", value_text(arena, page->log));
    value_set(arena, reply, "from", value_integer(arena, page->from));
    value_set(arena, reply, "count", value_integer(arena, (long long)list.count));
    value_set(arena, reply, "size", value_integer(arena, page->size));
    value_set(arena, reply, "sealed", value_text(arena, base64_write(arena, sealed)));
    if (next < page->size)
        value_set(arena, reply, "next", value_integer(arena, next));
    call_reply(call, "export", reply);
    return true;
}

bool verb_export(struct call *call, struct fault *fault)
{
    struct text edition = call_text(call, "edition");
    struct page page;
    if (!edition.at)
        return !page_read(call, &page) || export_page(call, &page, fault);
    if (call_text(call, "log").at)
        refusals_add_at(call->refusals, ERROR_INVALID_REQUEST, "/edition",
                        "found `edition` beside `log`, expected one of them");
    return call->refusals->count > 0 || export_edition(call, edition, fault);
}
