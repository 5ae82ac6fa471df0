#include "engine/lease.h"

#include "engine/section.h"

size_t kind_index(const struct contracts *contracts, struct text name)
{
    for (size_t i = 0; i < contracts->kinds_count; i++)
        if (text_equal(contracts->kinds[i].rule.id, name))
            return i;
    return NOT_FOUND;
}

static size_t converted_kind(const struct contracts *contracts, size_t from)
{
    for (size_t i = 0; i < contracts->conversions_count; i++)
        if (contracts->conversions[i].from == from)
            return contracts->conversions[i].to;
    return NOT_FOUND;
}

static void lease_apply(const struct deciding *deciding, const struct contracts *contracts, const struct entry *entry,
                        struct lease *lease)
{
    struct text event = deciding->region->vocabulary.events[entry->event].name;
    arena_work(deciding->arena, 1);
    if (text_is(event, "contract_signed")) {
        *lease = (struct lease){.entry = entry, .since = entry->on, .signed_on = entry->on};
        lease->kind = kind_index(contracts, entry_text(deciding, entry, "kind"));
        entry_date(deciding, entry, "starts", &lease->since);
    } else if (text_is(event, "contract_converted") && converted_kind(contracts, lease->kind) != NOT_FOUND) {
        lease->entry = entry;
        lease->kind = converted_kind(contracts, lease->kind);
        lease->since = lease->signed_on = entry->on;
        lease->converted = true;
    } else if (text_is(event, "lease_ended")) {
        lease->ended = lease->entry != NULL;
    }
}

struct lease lease_of(struct view *view)
{
    const struct deciding *deciding = view_deciding(view);
    struct lease lease = {.kind = NOT_FOUND};
    static const char *const names[] = {"contract_signed", "contract_converted", "lease_ended"};
    size_t events[3];
    for (size_t i = 0; i < 3; i++)
        events[i] = vocabulary_event(&deciding->region->vocabulary, text_of(names[i]));
    arena_work(deciding->arena, view_entries_count(view) / ITEMS_PER_STEP);
    for (size_t i = 0; i < view_entries_count(view); i++) {
        const struct entry *entry = &deciding->case_file->entries[i];
        if (entry->event == events[0] || entry->event == events[1] || entry->event == events[2])
            lease_apply(deciding, &view_covenant(view)->contracts, entry, &lease);
    }
    return lease;
}

static struct judged lease_judged(struct view *view, const struct lease *lease, bool known, struct scalar value)
{
    struct judged judged = {.answer = answer_known(value)};
    if (known)
        evidence_add_entry(view_deciding(view)->arena, &judged.evidence, lease->entry);
    else
        judged.answer = answer_unknown(view_deciding(view)->arena, CAUSE_EVENT, TEXT("contract_signed"), (struct text){0});
    return judged;
}

struct judged contract_current_kind(struct view *view)
{
    struct lease lease = lease_of(view);
    struct scalar kind = {.kind = TYPE_TEXT};
    bool known = lease.entry && lease.kind != NOT_FOUND;
    if (known)
        kind.as.text = view_covenant(view)->contracts.kinds[lease.kind].rule.id;
    return lease_judged(view, &lease, known, kind);
}

struct judged contract_current_since(struct view *view)
{
    struct lease lease = lease_of(view);
    return lease_judged(view, &lease, lease.entry != NULL, (struct scalar){.kind = TYPE_DATE, .as.date = lease.since});
}

/* A date fact by its national name; false when it is not stated. */
