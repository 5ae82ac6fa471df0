/*
 * Which whole exports hold a case that is to be erased: what was handed out is out of our hands, so `erase` names it. The
 * records of handing it out tell, by their leaves alone: log, first and last index, and the day until which it is kept.
 */
#include "verbs/verb.h"

#include "base/json.h"

#include <string.h>

#define PAGE 1000

/* Cheaper than reading it: few leaves are of an export. */
static bool may_be_export(struct text leaf)
{
    return leaf.length && memmem(leaf.at, leaf.length, "\"until\"", 7) && memmem(leaf.at, leaf.length, "\"access\"", 8);
}

static bool holds_one(const struct value *about, const struct record_list *list)
{
    const struct value *log = value_get(about, "log"), *first = value_get(about, "first"), *last = value_get(about, "last");
    for (size_t i = 0; log && first && last && i < list->count; i++)
        if (text_equal(list->items[i].log, log->text) && list->items[i].index >= first->integer &&
            list->items[i].index <= last->integer)
            return true;
    return false;
}

/* {"record", "until"} of an export of which the day has not passed. */
static void add_export(struct call *call, struct text leaf, const struct record_list *list, struct value *exports)
{
    struct json_error error;
    struct date until;
    const struct value *read = json_read(call->arena, leaf, &error), *about = value_get(read, "about");
    const struct value *day = value_get(about, "until"), *id = value_get(read, "id");
    if (!day || !id || !date_parse(day->text, &until) || until.day < service_today(call->service).day ||
        !holds_one(about, list))
        return;
    struct value *found = value_object(call->arena);
    value_set(call->arena, found, "record", value_text(call->arena, id->text));
    value_set(call->arena, found, "until", value_text(call->arena, day->text));
    value_append(call->arena, exports, found);
}

static bool search_log(struct call *call, const struct log_size *log, const struct record_list *list,
                       struct value *exports, struct fault *fault)
{
    bool good = true;
    for (long long from = 0; good && from < log->size; from += PAGE) {
        struct arena page;
        struct text_list leaves;
        arena_init(&page);
        good = journal_leaves(call->service->journal, &page, log->log, from, PAGE, &leaves, fault);
        for (size_t i = 0; good && i < leaves.count; i++)
            if (may_be_export(leaves.items[i]))
                add_export(call, text_copy(call->arena, leaves.items[i]), list, exports);
        arena_finish(&page);
    }
    return good;
}

bool exports_add(struct call *call, const struct record_list *list, struct value *outcome, struct fault *fault)
{
    size_t count;
    const struct log_size *logs = journal_logs(call->service->journal, call->arena, &count);
    struct value *exports = value_list(call->arena);
    for (size_t i = 0; i < count; i++)
        if (text_starts_with(logs[i].log, "daemon") && !search_log(call, &logs[i], list, exports, fault))
            return false;
    if (exports->count)
        value_set(call->arena, outcome, "exports", exports);
    return true;
}
