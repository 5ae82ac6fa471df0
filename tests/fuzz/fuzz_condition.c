/*
 * Any bytes as a condition: the first four are a seed, for what is known and of what value; the rest is the text. What
 * is refused has a finding inside it. What is taken: evaluates the same each time; an answer that is known while
 * something is not, is the answer when that is known too; the explanation ends in the same value and is canonical JSON;
 * uses are names of the scope; between thresholds that are all there are nothing changes; and with all that is known
 * put in it says the same.
 */
#include "base/json.h"
#include "base/limits.h"
#include "expression/expression.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct text choice_items[] = {{"single", 6}, {"couple", 6}, {"family", 6}};
static const struct text_list choices = {choice_items, 3, 3};

#define SYMBOL(kind, name, type, choices, index)                                                                       \
    {                                                                                                                  \
        kind, {name, sizeof name - 1}, {type, choices}, index                                                          \
    }
static const struct symbol symbols[] = {
    SYMBOL(SYMBOL_FACT, "landed", TYPE_BOOLEAN, NULL, 0),   SYMBOL(SYMBOL_FACT, "household", TYPE_TEXT, &choices, 1),
    SYMBOL(SYMBOL_FACT, "place", TYPE_TEXT, NULL, 2),       SYMBOL(SYMBOL_FACT, "children", TYPE_INTEGER, NULL, 3),
    SYMBOL(SYMBOL_DERIVED, "months", TYPE_INTEGER, NULL, 4), SYMBOL(SYMBOL_FACT, "income", TYPE_MONEY, NULL, 5),
    SYMBOL(SYMBOL_FACT, "born", TYPE_DATE, NULL, 6),        SYMBOL(SYMBOL_EVENT_DATE, "event_date", TYPE_DATE, NULL, 7),
    SYMBOL(SYMBOL_SECTION, "eligible", TYPE_BOOLEAN, NULL, 8),
};
enum { SYMBOLS = sizeof symbols / sizeof *symbols };
static const char *const event_names[] = {"moved_in", "warning_given"};
static const char *const deadline_names[] = {"home_offer", "decision"};
static const char *const blank_names[] = {"O1", "O2"};

/* What the reader tells. Bit i of `unknown`: the symbol i is not known. */
struct facts {
    struct arena *arena;
    struct scalar values[SYMBOLS];
    uint32_t unknown;
    bool happened[2], missed[2];
    struct date due[2];
};

/* ---- the scope ---- */

static const struct symbol *find_symbol(void *self, struct text name)
{
    (void)self;
    for (size_t i = 0; i < SYMBOLS; i++)
        if (text_equal(symbols[i].name, name))
            return &symbols[i];
    return NULL;
}

static bool find_name(const char *const *names, struct text name, size_t *index)
{
    for (*index = 0; *index < 2; ++*index)
        if (text_is(name, names[*index]))
            return true;
    return false;
}

static bool find_event(void *self, struct text name, size_t *index)
{
    (void)self;
    return find_name(event_names, name, index);
}

static bool find_deadline(void *self, struct text name, size_t *index)
{
    (void)self;
    return find_name(deadline_names, name, index);
}

static bool find_blank(void *self, struct text name, size_t *index)
{
    (void)self;
    return find_name(blank_names, name, index);
}

static struct text_list names_of(void *self, struct arena *arena, char what)
{
    struct text_list list = {0};
    const char *const *names = what == 'e' ? event_names : what == 'd' ? deadline_names : blank_names;
    (void)self;
    for (size_t i = 0; what == 's' && i < SYMBOLS; i++)
        text_list_add(arena, &list, symbols[i].name);
    for (size_t i = 0; what != 's' && i < 2; i++)
        text_list_add(arena, &list, text_of(names[i]));
    return list;
}

/* ---- the reader ---- */

static struct answer read_symbol(void *self, const struct symbol *symbol)
{
    struct facts *facts = self;
    if (facts->unknown >> symbol->index & 1)
        return answer_unknown(facts->arena, CAUSE_FACT, symbol->name, (struct text){0});
    return answer_known(facts->values[symbol->index]);
}

static struct answer read_happened(void *self, size_t event)
{
    assert(event < 2);
    return answer_boolean(((struct facts *)self)->happened[event]);
}

static struct answer read_due(void *self, size_t deadline)
{
    assert(deadline < 2);
    return answer_known((struct scalar){.kind = TYPE_DATE, .as.date = ((struct facts *)self)->due[deadline]});
}

static struct answer read_missed(void *self, size_t deadline)
{
    assert(deadline < 2);
    return answer_boolean(((struct facts *)self)->missed[deadline]);
}

static struct date today(void)
{
    struct date date;
    bool there = date_of(2022, 9, 26, &date);
    assert(there);
    return date;
}

static struct answer evaluate(struct facts *facts, const struct expression *expression)
{
    struct reader reader = {facts, facts->arena, today(), read_symbol, read_happened, read_due, read_missed};
    return expression_evaluate(expression, &reader);
}

static bool same_answer(struct answer a, struct answer b)
{
    return a.known == b.known && (!a.known || scalar_equal(a.value, b.value));
}

/* ---- values out of a seed ---- */

static uint32_t below(uint32_t *seed, uint32_t count)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed % count;
}

static struct scalar some_value(uint32_t *seed, const struct type *type)
{
    static const char *const places[] = {"Almere", "", "\xc3\xab", "\"\\"};
    struct scalar value = {.kind = type->kind};
    switch (type->kind) {
    case TYPE_BOOLEAN:
        value.as.boolean = below(seed, 2) == 1;
        break;
    case TYPE_TEXT:
        value.as.text = type->choices ? type->choices->items[below(seed, 3)] : text_of(places[below(seed, 4)]);
        break;
    case TYPE_INTEGER:
        value.as.number = (long long)below(seed, 40) - 10;
        break;
    case TYPE_MONEY:
        value.as.number = (long long)below(seed, 400000) - 1000;
        break;
    case TYPE_DATE:
        value.as.date = (struct date){today().day + (int32_t)below(seed, 20000) - 15000};
        break;
    }
    return value;
}

static struct facts some_facts(struct arena *arena, uint32_t seed)
{
    struct facts facts = {.arena = arena};
    seed += !seed;
    facts.unknown = below(&seed, 1 << SYMBOLS) & below(&seed, 1 << SYMBOLS);
    for (size_t i = 0; i < SYMBOLS; i++)
        facts.values[i] = some_value(&seed, &symbols[i].type);
    for (size_t i = 0; i < 2; i++) {
        facts.happened[i] = below(&seed, 2) == 1;
        facts.missed[i] = below(&seed, 2) == 1;
        facts.due[i] = (struct date){today().day + (int32_t)below(&seed, 400) - 200};
    }
    return facts;
}

/* ---- what must hold ---- */

static void check_findings(const struct findings *findings, struct text text)
{
    assert(findings->errors);
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        assert(finding->message.length && finding->place.line >= 1 && finding->place.column >= 1);
        assert(finding->width >= 1 && finding->place.column <= text.length + 2);
    }
}

/* A whole number where an amount is asked for is explained as it was written: `children + 2`, 5, which are 5 euros. */
static bool is_explained(struct facts *facts, const struct value *value, struct scalar scalar)
{
    return value_equal(value, scalar_value(facts->arena, scalar)) ||
           (scalar.kind == TYPE_MONEY && value->kind == VALUE_INTEGER && value->integer * 100 == scalar.as.number);
}

static size_t depth_of(const struct value *value)
{
    size_t deepest = 0;
    for (size_t i = 0; (value->kind == VALUE_LIST || value->kind == VALUE_OBJECT) && i < value->count; i++) {
        size_t depth = depth_of(value->items[i]);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

static void check_explanation(struct facts *facts, const struct expression *expression, struct answer answer)
{
    struct reader reader = {facts, facts->arena, today(), read_symbol, read_happened, read_due, read_missed};
    struct value *explained = expression_explain(expression, &reader);
    struct json_error error;
    const struct value *value = value_get(explained, "value");
    /* Explained as it was written, also where it is too large for an amount. */
    if (value && value->kind == VALUE_INTEGER && !answer.known)
        return;
    assert((value != NULL) == answer.known && (value_get(explained, "state") != NULL) == !answer.known);
    assert(!value || is_explained(facts, value, answer.value));
    struct text written = json_write(facts->arena, explained);
    if (depth_of(explained) > DEPTH_MAX) /* a long sum is explained deeper than what we read */
        return;
    const struct value *again = json_read(facts->arena, written, &error);
    assert(again && text_equal(json_write(facts->arena, again), written));
}

static void check_uses(struct facts *facts, const struct expression *expression)
{
    struct uses uses = {0};
    expression_uses(facts->arena, expression, &uses);
    for (size_t i = 0; i < uses.count; i++) {
        const struct use *use = &uses.items[i];
        assert(use->kind == USE_SYMBOL ? use->symbol->kind == SYMBOL_ON || use->symbol == &symbols[use->symbol->index]
                                       : use->index < 2);
    }
}

/* The same, or one of them could not be computed: a number too large, a year too far, for which there is no threshold. */
static bool alike(struct answer a, struct answer b)
{
    bool fails = (!a.known && answer_state(a) == STATE_FAILED) || (!b.known && answer_state(b) == STATE_FAILED);
    return fails || same_answer(a, b);
}

/* The nearest thresholds below and above, both out of reach: from the one to the other nothing may change. */
static void check_between(struct facts *facts, const struct expression *expression, size_t symbol,
                          const struct scalar *items, size_t count)
{
    struct scalar value = facts->values[symbol], other = value;
    bool date = value.kind == TYPE_DATE;
    long long here = date ? value.as.date.day : value.as.number, low = here - 300, high = here + 300;
    uint32_t unknown = facts->unknown;
    for (size_t i = 0; i < count; i++) {
        long long at = date ? items[i].as.date.day : items[i].as.number;
        assert(items[i].kind == value.kind);
        if (at == here)
            return;
        if (at < here && at >= low)
            low = at + 1;
        if (at > here && at <= high)
            high = at - 1;
    }
    facts->unknown &= ~(1U << symbol);
    struct answer answer = evaluate(facts, expression);
    for (int side = 0; side < 2; side++) {
        long long there = side ? high : low;
        if (date)
            other.as.date.day = (int32_t)there;
        else
            other.as.number = there;
        facts->values[symbol] = other;
        assert(alike(answer, evaluate(facts, expression)));
    }
    facts->values[symbol] = value;
    facts->unknown = unknown;
}

static void check_thresholds(struct facts *facts, const struct expression *expression)
{
    for (size_t i = 0; i < SYMBOLS; i++) {
        struct scalar *items = NULL;
        size_t count = 0, capacity = 0;
        enum type_kind kind = symbols[i].type.kind;
        bool all = expression_thresholds(facts->arena, expression, &symbols[i], today(), &items, &count, &capacity);
        if (all && (kind == TYPE_INTEGER || kind == TYPE_MONEY || kind == TYPE_DATE))
            check_between(facts, expression, i, items, count);
    }
}

static enum substitute known_symbol(void *self, const struct symbol *symbol, struct scalar *literal,
                                    const struct expression **expression)
{
    const struct facts *facts = self;
    (void)expression;
    if (symbol->kind == SYMBOL_ON || (facts->unknown >> symbol->index & 1))
        return SUBSTITUTE_NOTHING;
    *literal = facts->values[symbol->index];
    return SUBSTITUTE_LITERAL;
}

static void check_expression(struct facts *facts, const struct expression *expression)
{
    struct substitution substitution = {facts, known_symbol};
    struct answer answer = evaluate(facts, expression);
    assert(same_answer(answer, evaluate(facts, expression)));
    assert(answer.known || answer.causes);
    assert(!answer.known || answer.value.kind == expression_type(expression).kind);
    check_explanation(facts, expression, answer);
    check_uses(facts, expression);
    check_thresholds(facts, expression);
    const struct expression *filled = expression_substitute(facts->arena, expression, &substitution);
    assert(same_answer(answer, evaluate(facts, filled)));
    facts->unknown = 0;
    assert(!answer.known || expression_asks_known(expression) || same_answer(answer, evaluate(facts, expression)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct type wanted[] = {{TYPE_BOOLEAN, NULL}, {TYPE_INTEGER, NULL}, {TYPE_DATE, NULL}, {TYPE_MONEY, NULL}};
    struct arena arena;
    struct findings findings;
    uint32_t seed = 0;
    arena_init(&arena);
    findings_init(&findings, &arena);
    memcpy(&seed, data, size < sizeof seed ? size : sizeof seed);
    size_t skip = size < sizeof seed ? size : sizeof seed;
    struct text text = text_copy(&arena, (struct text){(const char *)data + skip, size - skip});
    struct source_file file = {TEXT("fuzz.yaml"), text};
    struct facts facts = some_facts(&arena, seed);
    struct scope scope = {NULL, find_symbol, find_event, find_deadline, find_blank, names_of, (seed & 1) == 0};
    const struct expression *expression =
        expression_parse(&arena, text, (struct place){&file, 1, 1}, &scope, &wanted[seed >> 8 & 3], &findings);
    /* A file with other bytes was refused before: here they may be parsed, and need not be explained. */
    bool readable = text_is_utf8(text) && !(text.length && memchr(text.at, '\0', text.length));
    if (expression && readable)
        check_expression(&facts, expression);
    else if (!expression)
        check_findings(&findings, text);
    arena_finish(&arena);
    return 0;
}
