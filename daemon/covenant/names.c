#include "covenant/names.h"

/* In the order of enum section_name. */
static const char *const section_symbols[NAME_COUNT] = {"eligible",       "support_phase",  "phase_started", "contract_kind",
                                                        "contract_since", "nuisance_level", "stage"};

size_t names_index(const struct text_list *list, struct text name)
{
    for (size_t i = 0; i < list->count; i++)
        if (text_equal(list->items[i], name))
            return i;
    return NOT_FOUND;
}

bool name_is_reserved(struct text name)
{
    /* Lua's words, the built-ins, and what a condition reads without asking. */
    static const char *const words[] = {
        "and",    "break",  "do",     "else",         "elseif",         "end",           "false", "for",    "function", "goto",
        "if",     "in",     "local",  "nil",          "not",            "or",            "repeat", "return", "then",    "true",
        "until",  "while",  "on",     "event_date",   "one_of",         "known",         "happened", "silent", "add",
        "due",    "missed", "min",    "max",          "days_between",   "months_between", "years_between"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(name, words[i]))
            return true;
    for (size_t i = 0; i < NAME_COUNT; i++)
        if (text_is(name, section_symbols[i]))
            return true;
    return false;
}

static void add_symbol(struct names *names, struct symbol symbol)
{
    struct symbol *made = ARENA_NEW(names->arena, struct symbol);
    *made = symbol;
    struct symbol **room =
        arena_push(names->arena, &names->symbols, &names->symbols_count, &names->symbols_capacity, sizeof *names->symbols);
    *room = made;
}

void names_init(struct names *names, struct arena *arena, const struct vocabulary *vocabulary)
{
    names->arena = arena;
    names->vocabulary = vocabulary;
    for (size_t i = 0; i < vocabulary->facts_count; i++)
        add_symbol(names, (struct symbol){SYMBOL_FACT, vocabulary->facts[i].name, vocabulary->facts[i].type, i});
    for (size_t i = 0; i < names->phases.count; i++)
        text_list_add(arena, &names->phase_choices, names->phases.items[i]);
    text_list_add(arena, &names->phase_choices, TEXT("ended"));
    struct type types[NAME_COUNT] = {
        [NAME_ELIGIBLE] = {TYPE_BOOLEAN, NULL},
        [NAME_SUPPORT_PHASE] = {TYPE_TEXT, &names->phase_choices},
        [NAME_PHASE_STARTED] = {TYPE_DATE, NULL},
        [NAME_CONTRACT_KIND] = {TYPE_TEXT, &names->kinds},
        [NAME_CONTRACT_SINCE] = {TYPE_DATE, NULL},
        [NAME_NUISANCE_LEVEL] = {TYPE_INTEGER, NULL},
        [NAME_STAGE] = {TYPE_TEXT, &names->stages},
    };
    for (size_t i = 0; i < NAME_COUNT; i++)
        add_symbol(names, (struct symbol){SYMBOL_SECTION, text_of(section_symbols[i]), types[i], i});
}

void names_add(struct names *names, struct text name, struct type type, size_t index)
{
    add_symbol(names, (struct symbol){SYMBOL_DERIVED, name, type, index});
}

struct names *names_at(struct names *names, const struct event_type *event)
{
    struct names *at = ARENA_NEW(names->arena, struct names);
    *at = (struct names){.arena = names->arena, .vocabulary = names->vocabulary, .at_hand = event, .covenant = names};
    at->attributes = ARENA_ARRAY(names->arena, event->attributes_count + 1, struct symbol);
    for (size_t i = 0; i < event->attributes_count; i++)
        at->attributes[i] = (struct symbol){SYMBOL_ATTRIBUTE, event->attributes[i].name, event->attributes[i].type, i};
    at->attributes[event->attributes_count] = (struct symbol){SYMBOL_EVENT_DATE, TEXT("event_date"), {TYPE_DATE, NULL}, 0};
    return at;
}

const struct symbol *names_symbol(const struct names *names, struct text name)
{
    if (names->at_hand) {
        for (size_t i = 0; i <= names->at_hand->attributes_count; i++)
            if (text_equal(names->attributes[i].name, name))
                return &names->attributes[i];
        names = names->covenant;
    }
    for (size_t i = 0; i < names->symbols_count; i++)
        if (text_equal(names->symbols[i]->name, name))
            return names->symbols[i];
    return NULL;
}

/* ---- the scope's finders ---- */

static const struct names *whole(const struct names *names)
{
    return names->covenant ? names->covenant : names;
}

static const struct symbol *find_symbol(void *self, struct text name)
{
    return names_symbol(self, name);
}

static bool find_event(void *self, struct text name, size_t *index)
{
    *index = vocabulary_event(((const struct names *)self)->vocabulary, name);
    return *index != NOT_FOUND;
}

static bool find_deadline(void *self, struct text id, size_t *index)
{
    *index = names_index(&whole(self)->deadlines, id);
    return *index != NOT_FOUND;
}

static bool find_blank(void *self, struct text id, size_t *index)
{
    *index = names_index(&whole(self)->blanks, id);
    return *index != NOT_FOUND;
}

static struct text_list find_names(void *self, struct arena *arena, char what)
{
    const struct names *names = self;
    if (what == 'e')
        return vocabulary_event_names(arena, names->vocabulary);
    if (what == 'd')
        return whole(names)->deadlines;
    if (what == 'b')
        return whole(names)->blanks;
    struct text_list all = {0};
    for (size_t i = 0; names->at_hand && i <= names->at_hand->attributes_count; i++)
        text_list_add(arena, &all, names->attributes[i].name);
    for (size_t i = 0; i < whole(names)->symbols_count; i++)
        text_list_add(arena, &all, whole(names)->symbols[i]->name);
    return all;
}

struct scope names_scope(struct names *names, bool may_use_known)
{
    return (struct scope){names, find_symbol, find_event, find_deadline, find_blank, find_names, may_use_known};
}
