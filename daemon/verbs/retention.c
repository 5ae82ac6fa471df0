/*
 * Retention: what nobody asks for. Once a day, and at start, all cases are looked through that have a decision older
 * than the shortest term, a page a turn of the loop; those of which the term is over are erased as by `erase`, and when
 * the last was the process is replaced. A case counts from its newest record; one that is held is left.
 *
 * Time here is the clock's, never `--on`. A clock that has jumped would erase all there is: so it is not done while the
 * journal's newest record from before the start is older than CLOCK_DAYS_MAX.
 */
#include "verbs/verb.h"

#include "base/json.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

/* Read in one turn; of which one is erased at most, with commits and a sync of the keys. */
#define PAGE_RECORDS 32
#define AGAIN_SECONDS 3600
#define CLOCK_DAYS_MAX 400

/* The first day on which a term that began that day is over. */
static struct date term_end(struct date from, struct term keep)
{
    switch (keep.unit) {
    case UNIT_YEARS: return date_add_months(from, 12LL * keep.count, NULL, NULL);
    case UNIT_MONTHS: return date_add_months(from, keep.count, NULL, NULL);
    case UNIT_WEEKS: return date_add_days(from, 7LL * keep.count, NULL);
    case UNIT_DAYS: return date_add_days(from, keep.count, NULL);
    case UNIT_HOURS:
    case UNIT_WORKING_DAYS: break; /* refused when the rules were read */
    }
    return date_add_days(from, 0, NULL);
}

bool case_retention(const struct service *service, struct text region, const struct record_list *records,
                    struct date *end, const struct retention_term **by)
{
    struct moment moment;
    struct date newest = {0}, day;
    *by = NULL;
    for (size_t i = 0; i < records->count; i++)
        if (moment_parse(records->items[i].time, &moment, &day) && (i == 0 || date_compare(day, newest) > 0))
            newest = day;
    for (size_t i = 0; i < records->count; i++) {
        const struct retention_term *term =
            retention_term_for(service->edition->rules, region, record_kind_names[records->items[i].kind]);
        struct date over = term ? term_end(newest, term->keep) : newest;
        if (term && (!*by || date_compare(over, *end) > 0)) {
            *by = term;
            *end = over;
        }
    }
    return *by != NULL;
}

/* No case is due whose records are all newer: the end of the day on which the shortest term would have to begin. */
static struct moment latest(const struct rules *rules, struct date today)
{
    struct date most = {0};
    for (size_t i = 0; i < rules->retention_count; i++) {
        struct term keep = rules->retention[i].keep;
        keep.count = -keep.count;
        /* A day more, for months that end early. */
        struct date from = date_add_days(term_end(today, keep), 3, NULL);
        if (i == 0 || date_compare(from, most) > 0)
            most = from;
    }
    return date_end(most);
}

static struct text region_of(struct text log)
{
    const char *slash = log.length ? memchr(log.at, '/', log.length) : NULL;
    return slash ? text_slice(log, 0, (size_t)(slash - log.at)) : log;
}

/* Appends the erasure of a case whose term is over; to be committed and carried out. */
static bool case_erase(struct call *call, struct text region, const struct record_list *records,
                       const struct retention_term *term, long long slot, struct fault *fault)
{
    struct value *request = value_object(call->arena);
    struct text keep = term_text(call->arena, term->keep);
    value_set(call->arena, request, "cause", value_string(call->arena, "retention"));
    value_set(call->arena, request, "region", value_text(call->arena, region));
    value_set(call->arena, request, "keep", value_text(call->arena, keep));
    struct value *outcome;
    if (!erasure_outcome(call, records, TEXT("retention"), (struct text){0}, &outcome, fault))
        return false;
    struct record record = {
        .log = log_of_region(call->arena, region),
        .kind = RECORD_ERASURE,
        .client = call->client,
        .edition = call->service->edition->digest,
        .request = json_write(call->arena, request),
        .decision = json_write(call->arena, outcome),
    };
    return call_append(call, &record, NULL, fault) && journal_erase_later(call->service->journal, slot, fault);
}

/* One decision: is the term of its case over? */
static bool look_at(struct call *call, const struct record *record, struct date today, bool *erased, struct fault *fault)
{
    struct json_error error;
    struct text region = region_of(record->log);
    const struct value *name = value_get(value_get(json_read(call->arena, record->request, &error), "case"), "case");
    struct retention *retention = &call->service->retention;
    const struct retention_term *term;
    struct record_list records;
    struct text_list grounds;
    struct date end;
    long long slot;
    *erased = false;
    if (!name || name->kind != VALUE_TEXT)
        return true;
    if (!case_records(call, region, name->text, &records, fault))
        return false;
    if (!case_retention(call->service, region, &records, &end, &term) || date_compare(end, today) > 0)
        return true;
    if (!case_holds(call, region, name->text, &grounds, fault) ||
        !journal_case_slot(call->service->journal, call->arena, region, name->text, &slot, fault))
        return false;
    if (grounds.count) {
        retention->held += text_equal(records.items[0].id, record->id); /* once a case */
        return true;
    }
    *erased = slot > 0;
    return slot <= 0 || case_erase(call, region, &records, term, slot, fault);
}

/* Before the next case is read. */
static bool carry_out(struct service *service, struct fault *fault)
{
    bool any;
    return service_commit(service, fault) && journal_erase_finish(service->journal, &any, fault);
}

static bool page(struct call *call, struct date today, bool *more, struct fault *fault)
{
    struct retention *retention = &call->service->retention;
    struct record_list list;
    struct record_query query = {.after = text_of(retention->after), .has_until = true, .limit = PAGE_RECORDS};
    query.until = latest(call->service->edition->rules, today);
    if (!*retention->after)
        query.after = (struct text){0};
    if (!journal_find(call->service->journal, call->arena, &query, &list, fault))
        return false;
    *more = list.count == query.limit;
    for (size_t i = 0; i < list.count; i++) {
        struct record *record = &list.items[i];
        bool erased = false;
        snprintf(retention->after, sizeof retention->after, "%.*s", TEXT_ARGS(record->id));
        if (record->kind != RECORD_DECISION || record->state != RECORD_WHOLE)
            continue;
        if (!look_at(call, record, today, &erased, fault))
            return false;
        if (!erased)
            continue;
        if (!carry_out(call->service, fault))
            return false;
        /* What comes after it in the page may be of this case, and was read before it was erased. */
        retention->erased++;
        *more = true;
        break;
    }
    return true;
}

static void finish(struct service *service, struct date today)
{
    struct retention *retention = &service->retention;
    retention->under_way = false;
    retention->looked = true;
    retention->day = today;
    service->replace = service->replace || retention->erased > 0;
    if (retention->erased || retention->held)
        LOG_EVENT(LOG_INFO, "retention", LOG_NUMBER("erased", retention->erased), LOG_NUMBER("held", retention->held));
}

/* Is it time to? */
static bool begin(struct service *service, struct moment now, struct date today)
{
    struct retention *retention = &service->retention;
    if (retention->under_way)
        return true;
    if (service->edition->rules->retention_count == 0 || journal_damage(service->journal) ||
        now.second < retention->again || (retention->looked && date_compare(retention->day, today) == 0))
        return false;
    int64_t silent = (service->started.second - service->last_known.second) / 86400;
    if (service->last_known.second && silent > CLOCK_DAYS_MAX) {
        retention->again = now.second + AGAIN_SECONDS;
        if (!retention->clock_told)
            LOG_EVENT(LOG_WARNING, "retention_waits", LOG_TEXT("message", "the clock has jumped, or nothing was recorded "
                      "for long before this start: no case is erased for its term until the next one"),
                      LOG_NUMBER("days", silent));
        retention->clock_told = true;
        return false;
    }
    *retention = (struct retention){.under_way = true, .looked = retention->looked, .day = retention->day};
    return true;
}

bool retention_turn(struct service *service, struct moment now, struct fault *fault)
{
    struct date today = moment_date(now);
    struct arena arena;
    struct refusals refusals;
    bool more = false;
    if (!begin(service, now, today))
        return true;
    arena_init(&arena);
    refusals_init(&refusals, &arena);
    struct call call = {.service = service, .arena = &arena, .client = TEXT("daemon"), .refusals = &refusals};
    bool good = page(&call, today, &more, fault);
    arena_finish(&arena);
    if (good && !more)
        finish(service, today);
    if (!good && (fault->kind == FAULT_FULL || fault->kind == FAULT_ABSENT)) {
        service_rollback(service);
        service->retention.under_way = false;
        service->retention.again = now.second + AGAIN_SECONDS;
        service->replace = service->replace || service->retention.erased > 0;
        good = true;
    }
    return good;
}
