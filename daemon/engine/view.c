#include "engine/view.h"

#include "engine/derived.h"
#include "engine/section.h"

#include <stdint.h>
#include <string.h>

enum memo_state { MEMO_EMPTY, MEMO_COMPUTING, MEMO_DONE };

struct memo {
    enum memo_state state;
    struct judged judged;
};

struct view {
    struct deciding *deciding;
    const struct covenant *covenant;
    struct date on;
    size_t entries_count;
    const struct entry *entry; /* the event at hand; NULL when there is none */
    struct memo *derived;      /* by index of the covenant's derived names */
    struct memo sections[NAME_COUNT];
    struct reader reader;
};

/* ---- evidence ---- */

void evidence_add_fact(struct arena *arena, struct evidence *to, size_t fact)
{
    arena_work(arena, to->facts_count / ITEMS_PER_STEP);
    for (size_t i = 0; i < to->facts_count; i++)
        if (to->facts[i] == fact)
            return;
    size_t *room = arena_push(arena, &to->facts, &to->facts_count, &to->facts_capacity, sizeof *room);
    *room = fact;
}

void evidence_add_entry(struct arena *arena, struct evidence *to, const struct entry *entry)
{
    arena_work(arena, to->entries_count / ITEMS_PER_STEP);
    for (size_t i = 0; i < to->entries_count; i++)
        if (to->entries[i] == entry)
            return;
    const struct entry **room =
        arena_push(arena, &to->entries, &to->entries_count, &to->entries_capacity, sizeof *room);
    *room = entry;
}

void evidence_add(struct arena *arena, struct evidence *to, const struct evidence *from)
{
    for (size_t i = 0; i < from->facts_count; i++)
        evidence_add_fact(arena, to, from->facts[i]);
    for (size_t i = 0; i < from->entries_count; i++)
        evidence_add_entry(arena, to, from->entries[i]);
}

static void collect_entry(struct deciding *deciding, const struct entry *entry)
{
    if (deciding->evidence)
        evidence_add_entry(deciding->arena, deciding->evidence, entry);
}

/* ---- trials ---- */

struct deciding deciding_trial(const struct deciding *deciding, struct arena *arena)
{
    struct deciding trial = {
        .arena = arena,
        .rules = deciding->rules,
        .region = deciding->region,
        .case_file = deciding->case_file,
        .covenant = deciding->covenant,
        .on = deciding->on,
        .known_on = deciding->known_on,
        .trying = deciding->trying,
        .effort = deciding->effort,
        .asked = deciding->asked,
        .interpreter = deciding->interpreter,
        .steps = value_list(arena),
    };
    return trial;
}

static const struct tried *tried_value(const struct deciding *deciding, const struct symbol *symbol)
{
    for (size_t i = 0; i < deciding->tried_count; i++)
        if (deciding->tried[i].symbol->kind == symbol->kind && deciding->tried[i].symbol->index == symbol->index)
            return &deciding->tried[i];
    return NULL;
}

/* ---- views ---- */

static struct answer read_symbol(void *self, const struct symbol *symbol);
static struct answer read_happened(void *self, size_t event);
static struct answer read_due(void *self, size_t deadline);
static struct answer read_missed(void *self, size_t deadline);

/* Entries stand by day: halving. */
static size_t entries_until(const struct case_file *case_file, struct date on)
{
    size_t low = 0, high = case_file->entries_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (date_compare(case_file->entries[middle].on, on) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where the view of a day stands, or would. Knuth's multiplicative hash: days that follow each other spread. */
static struct view **slot_of(const struct views *views, const struct covenant *covenant, struct date on)
{
    size_t at = (uint32_t)on.day * UINT32_C(2654435761) & (views->room - 1);
    while (views->slots[at] && (views->slots[at]->covenant != covenant || views->slots[at]->on.day != on.day))
        at = (at + 1) & (views->room - 1);
    return &views->slots[at];
}

/* At most half full: a search ends soon. */
static void make_room(struct arena *arena, struct views *views)
{
    struct views old = *views;
    if (old.count * 2 < old.room)
        return;
    views->room = old.room ? old.room * 2 : 16;
    views->slots = ARENA_ARRAY(arena, views->room, struct view *);
    for (size_t i = 0; i < old.room; i++)
        if (old.slots[i])
            *slot_of(views, old.slots[i]->covenant, old.slots[i]->on) = old.slots[i];
}

struct view *view_at(struct deciding *deciding, const struct covenant *covenant, struct date on)
{
    make_room(deciding->arena, &deciding->views);
    struct view **slot = slot_of(&deciding->views, covenant, on);
    if (*slot)
        return *slot;
    struct view *view = ARENA_NEW(deciding->arena, struct view);
    view->deciding = deciding;
    view->covenant = covenant;
    view->on = on;
    view->entries_count = entries_until(deciding->case_file, on);
    view->derived = ARENA_ARRAY(deciding->arena, covenant->derived_count + 1, struct memo);
    view->reader =
        (struct reader){view, deciding->arena, on, read_symbol, read_happened, read_due, read_missed};
    deciding->views.count++;
    return *slot = view;
}

struct view *view_today(struct deciding *deciding)
{
    return view_at(deciding, deciding->covenant, deciding->on);
}

struct date view_on(const struct view *view)
{
    return view->on;
}

struct deciding *view_deciding(const struct view *view)
{
    return view->deciding;
}

const struct covenant *view_covenant(const struct view *view)
{
    return view->covenant;
}

size_t view_entries_count(const struct view *view)
{
    return view->entries_count;
}

/* ---- judging ---- */

struct judged view_judge(struct view *view, const struct expression *expression, const struct entry *entry)
{
    struct deciding *deciding = view->deciding;
    struct judged judged = {.answer = answer_boolean(true)};
    if (!expression)
        return judged;
    struct evidence *outer = deciding->evidence;
    const struct entry *outer_entry = view->entry;
    deciding->evidence = &judged.evidence;
    view->entry = entry;
    judged.answer = expression_evaluate(expression, &view->reader);
    view->entry = outer_entry;
    deciding->evidence = outer;
    return judged;
}

struct value *view_explain(struct view *view, const struct expression *expression, const struct entry *entry)
{
    struct evidence *outer = view->deciding->evidence, ignored = {0};
    const struct entry *outer_entry = view->entry;
    view->deciding->evidence = &ignored;
    view->entry = entry;
    struct value *explained = expression_explain(expression, &view->reader);
    view->entry = outer_entry;
    view->deciding->evidence = outer;
    return explained;
}

/* ---- entries ---- */

const struct entry *view_last(const struct view *view, size_t event)
{
    const struct entry *entries = view->deciding->case_file->entries;
    size_t i = view->entries_count;
    while (i > 0 && entries[i - 1].event != event)
        i--;
    arena_work(view->deciding->arena, (view->entries_count - i) / ITEMS_PER_STEP);
    return i > 0 ? &entries[i - 1] : NULL;
}

const struct entry *view_last_named(const struct view *view, const char *event)
{
    size_t index = vocabulary_event(&view->deciding->region->vocabulary, text_of(event));
    return index == NOT_FOUND ? NULL : view_last(view, index);
}

static const struct stated *entry_attribute(const struct deciding *deciding, const struct entry *entry,
                                            const char *attribute)
{
    const struct event_type *event = &deciding->region->vocabulary.events[entry->event];
    size_t index = event_attribute(event, text_of(attribute));
    return index == NOT_FOUND || !entry->attributes[index].known ? NULL : &entry->attributes[index];
}

struct text entry_text(const struct deciding *deciding, const struct entry *entry, const char *attribute)
{
    const struct stated *stated = entry_attribute(deciding, entry, attribute);
    return stated && stated->value.kind == TYPE_TEXT ? stated->value.as.text : (struct text){0};
}

bool entry_is_earlier(const struct entry *entry, const struct entry *start)
{
    return start && start->has_at && entry->has_at && entry->at.second < start->at.second;
}

bool entry_date(const struct deciding *deciding, const struct entry *entry, const char *attribute, struct date *date)
{
    const struct stated *stated = entry_attribute(deciding, entry, attribute);
    if (!stated || stated->value.kind != TYPE_DATE)
        return false;
    *date = stated->value.as.date;
    return true;
}

/* ---- derived names ---- */

/* A name that needs itself is a finding at load; if one ever got through, it is unknown and says so. */
static struct judged memo_judged(struct view *view, const struct memo *memo, struct text name)
{
    if (memo->state == MEMO_DONE)
        return memo->judged;
    struct judged judged = {0};
    judged.answer = answer_unknown(view->deciding->arena, CAUSE_FAILURE, name, TEXT("it depends on itself"));
    return judged;
}

struct judged view_derived(struct view *view, size_t index)
{
    struct memo *memo = &view->derived[index];
    if (memo->state != MEMO_EMPTY)
        return memo_judged(view, memo, view->covenant->derived[index].name);
    struct deciding *deciding = view->deciding;
    struct evidence *outer = deciding->evidence;
    const struct entry *outer_entry = view->entry;
    deciding->evidence = &memo->judged.evidence;
    view->entry = NULL;
    memo->state = MEMO_COMPUTING;
    memo->judged.answer = derived_compute(view, &view->covenant->derived[index]);
    memo->state = MEMO_DONE;
    view->entry = outer_entry;
    deciding->evidence = outer;
    return memo->judged;
}

/* ---- names that sections give ---- */

static struct judged section_compute(struct view *view, enum section_name name)
{
    switch (name) {
    case NAME_ELIGIBLE:
        return eligibility_eligible(view);
    case NAME_SUPPORT_PHASE:
        return support_current_phase(view);
    case NAME_PHASE_STARTED:
        return support_phase_started(view);
    case NAME_CONTRACT_KIND:
        return contract_current_kind(view);
    case NAME_CONTRACT_SINCE:
        return contract_current_since(view);
    case NAME_NUISANCE_LEVEL:
        return nuisance_current_level(view);
    case NAME_STAGE:
        return journey_current_stage(view);
    case NAME_COUNT:
        break;
    }
    return (struct judged){.answer = answer_boolean(false)};
}

static struct judged section_name_value(struct view *view, enum section_name name)
{
    struct memo *memo = &view->sections[name];
    if (memo->state != MEMO_EMPTY)
        return memo_judged(view, memo, TEXT("a section's name"));
    struct evidence *outer = view->deciding->evidence;
    const struct entry *outer_entry = view->entry;
    view->deciding->evidence = NULL;
    view->entry = NULL;
    memo->state = MEMO_COMPUTING;
    memo->judged = section_compute(view, name);
    memo->state = MEMO_DONE;
    view->entry = outer_entry;
    view->deciding->evidence = outer;
    return memo->judged;
}

/* ---- the reader ---- */

static struct judged fact_value(struct view *view, size_t index)
{
    struct deciding *deciding = view->deciding;
    const struct stated *stated = &deciding->case_file->facts[index];
    struct judged judged = {0};
    if (!stated->known || (stated->has_on && date_compare(stated->on, deciding->known_on) > 0)) {
        judged.answer = answer_unknown(deciding->arena, CAUSE_FACT, deciding->region->vocabulary.facts[index].name,
                                       (struct text){0});
        return judged;
    }
    judged.answer = answer_known(stated->value);
    evidence_add_fact(deciding->arena, &judged.evidence, index);
    return judged;
}

struct judged view_symbol(struct view *view, const struct symbol *symbol)
{
    struct judged judged = {0};
    const struct tried *tried = tried_value(view->deciding, symbol);
    if (tried) {
        judged.answer = answer_known(tried->value);
        return judged;
    }
    switch (symbol->kind) {
    case SYMBOL_FACT:
        return fact_value(view, symbol->index);
    case SYMBOL_DERIVED:
        return view_derived(view, symbol->index);
    case SYMBOL_SECTION:
        return section_name_value(view, (enum section_name)symbol->index);
    case SYMBOL_ATTRIBUTE:
        judged.answer = attribute_answer(view, view->entry, symbol->index);
        return judged;
    case SYMBOL_EVENT_DATE:
        judged.answer = answer_known((struct scalar){.kind = TYPE_DATE, .as.date = view->entry->on});
        return judged;
    case SYMBOL_ON:
        judged.answer = answer_known((struct scalar){.kind = TYPE_DATE, .as.date = view->on});
        return judged;
    }
    return judged;
}

static struct answer collect(struct view *view, struct judged judged)
{
    if (view->deciding->evidence)
        evidence_add(view->deciding->arena, view->deciding->evidence, &judged.evidence);
    return judged.answer;
}

static struct answer read_symbol(void *self, const struct symbol *symbol)
{
    return collect(self, view_symbol(self, symbol));
}

static struct answer read_happened(void *self, size_t event)
{
    struct view *view = self;
    const struct entry *entry = view_last(view, event);
    if (entry)
        collect_entry(view->deciding, entry);
    return answer_boolean(entry != NULL);
}

static struct answer read_due(void *self, size_t deadline)
{
    return collect(self, deadline_due(self, deadline));
}

static struct answer read_missed(void *self, size_t deadline)
{
    return collect(self, deadline_missed(self, deadline));
}

struct answer view_read(struct view *view, const struct symbol *symbol)
{
    return read_symbol(view, symbol);
}

struct answer view_evaluate(struct view *view, const struct expression *expression)
{
    return expression_evaluate(expression, &view->reader);
}
