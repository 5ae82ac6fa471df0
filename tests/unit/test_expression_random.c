/*
 * Random conditions over random facts. Where all is known: against the stock Lua interpreter, with the built-ins
 * written once more, in Lua. Where something is not: a known answer must be the answer for every way of filling in.
 * And random conditions with something broken: refused with places inside them, or else Lua takes them too.
 *
 * COVENANT_PAIRS says how many (10000), COVENANT_SEED which (each run the same, unless told); both are printed with what failed.
 */
#include "expression/expression.h"

#include <lauxlib.h>
#include <lualib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Names, events and deadlines: whatever the reader may be asked. The first SYMBOLS have a symbol. */
enum { BOOLEANS = 0, INTEGERS = 4, MONEYS = 7, CHOICES = 9, TEXTS = 11, DATES = 12, SYMBOLS = 15 };
enum { HAPPENED = SYMBOLS, DUE = 17, MISSED = 19, SLOTS = 21 };
enum { DOMAIN_MAX = 5, UNKNOWNS_MAX = 3 };

static struct text choice_items[] = {{"aap", 3}, {"noot", 4}, {"mies", 4}, {"wim", 3}};
static const struct text_list choices = {choice_items, 4, 4};

#define SYMBOL(name, type, choices, index)                                                                             \
    {                                                                                                                  \
        SYMBOL_FACT, {name, sizeof name - 1}, {type, choices}, index                                                   \
    }
static const struct symbol symbols[SYMBOLS] = {
    SYMBOL("b0", TYPE_BOOLEAN, NULL, 0),  SYMBOL("b1", TYPE_BOOLEAN, NULL, 1),   SYMBOL("b2", TYPE_BOOLEAN, NULL, 2),
    SYMBOL("b3", TYPE_BOOLEAN, NULL, 3),  SYMBOL("i0", TYPE_INTEGER, NULL, 4),   SYMBOL("i1", TYPE_INTEGER, NULL, 5),
    SYMBOL("i2", TYPE_INTEGER, NULL, 6),  SYMBOL("m0", TYPE_MONEY, NULL, 7),     SYMBOL("m1", TYPE_MONEY, NULL, 8),
    SYMBOL("c0", TYPE_TEXT, &choices, 9), SYMBOL("c1", TYPE_TEXT, &choices, 10), SYMBOL("t0", TYPE_TEXT, NULL, 11),
    SYMBOL("d0", TYPE_DATE, NULL, 12),    SYMBOL("d1", TYPE_DATE, NULL, 13),     SYMBOL("d2", TYPE_DATE, NULL, 14),
};
static const char *const event_names[] = {"e0", "e1"};
static const char *const deadline_names[] = {"l0", "l1"};

static const char prelude[] =
    "e0, e1, l0, l1 = 1, 2, 1, 2\n"
    "state = {happened = {}, due = {}, missed = {}}\n"
    "function happened(e) return state.happened[e] end\n"
    "function due(l) return state.due[l] end\n"
    "function missed(l) return state.missed[l] end\n"
    "function known(x) return x ~= nil end\n"
    "function one_of(x, ...)\n"
    "  for _, y in ipairs({...}) do if x == y then return true end end\n"
    "  return false\n"
    "end\n"
    "function min(a, ...) for _, b in ipairs({...}) do if b < a then a = b end end return a end\n"
    "function max(a, ...) for _, b in ipairs({...}) do if b > a then a = b end end return a end\n"
    "local lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}\n"
    "local function leap(y) return y % 4 == 0 and (y % 100 ~= 0 or y % 400 == 0) end\n"
    "local function length(y, m) return m == 2 and leap(y) and 29 or lengths[m] end\n"
    "local function parts(d)\n"
    "  local y, m, day = d:match('^(%d%d%d%d)-(%d%d)-(%d%d)$')\n"
    "  return tonumber(y), tonumber(m), tonumber(day)\n"
    "end\n"
    "local function iso(y, m, d) return string.format('%04d-%02d-%02d', y, m, d) end\n"
    "local function days(d)\n"
    "  local y, m, day = parts(d)\n"
    "  local sum = (y - 1) * 365 + (y - 1) // 4 - (y - 1) // 100 + (y - 1) // 400 + day\n"
    "  for i = 1, m - 1 do sum = sum + length(y, i) end\n"
    "  return sum\n"
    "end\n"
    "local function add_months(date, n)\n"
    "  local y, m, d = parts(date)\n"
    "  local count = y * 12 + m - 1 + n\n"
    "  y, m = count // 12, count % 12 + 1\n"
    "  return iso(y, m, math.min(d, length(y, m)))\n"
    "end\n"
    "local function add_days(date, n)\n"
    "  local y, m, d = parts(date)\n"
    "  d = d + n\n"
    "  while d > length(y, m) do\n"
    "    d = d - length(y, m)\n"
    "    m = m + 1\n"
    "    if m > 12 then y, m = y + 1, 1 end\n"
    "  end\n"
    "  return iso(y, m, d)\n"
    "end\n"
    "function add(date, term)\n"
    "  local n, unit = term:match('^P(%d+)([DWMY])$')\n"
    "  n = math.tointeger(tonumber(n))\n"
    "  if unit == 'D' then return add_days(date, n) end\n"
    "  if unit == 'W' then return add_days(date, 7 * n) end\n"
    "  return add_months(date, unit == 'M' and n or 12 * n)\n"
    "end\n"
    "function days_between(a, b) return days(b) - days(a) end\n"
    "function months_between(a, b)\n"
    "  if b < a then return -months_between(b, a) end\n"
    "  local n = 0\n"
    "  while add_months(a, n + 1) <= b do n = n + 1 end\n"
    "  return n\n"
    "end\n"
    "function years_between(a, b)\n"
    "  if b < a then return -years_between(b, a) end\n"
    "  local n = 0\n"
    "  while add_months(a, 12 * (n + 1)) <= b do n = n + 1 end\n"
    "  return n\n"
    "end\n";

/* xorshift64*: the same on every machine. */
static uint64_t random_state;

static size_t below(size_t count)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (size_t)((random_state * 0x2545F4914F6CDD1DULL) >> 33) % count;
}

static bool chance(size_t one_in)
{
    return below(one_in) == 0;
}

/* Writing conditions: each function writes one expression of a type that binds at least as tight as `level`. */
enum level { LEVEL_CHAIN, LEVEL_COMPARISON, LEVEL_SUM, LEVEL_PRODUCT, LEVEL_UNARY };

struct writer {
    struct buffer out;
    bool may_use_known;
};

static void write_of(struct writer *writer, enum type_kind kind, enum level level, unsigned depth);

/* Opens parentheses where `own` is too loose for `level`, and now and then for nothing. */
static bool open_parentheses(struct writer *writer, enum level own, enum level level)
{
    bool open = own < level || chance(12);
    if (open)
        buffer_add_byte(&writer->out, '(');
    return open;
}

static void close_parentheses(struct writer *writer, bool open)
{
    if (open)
        buffer_add_byte(&writer->out, ')');
}

static void write_date_literal(struct writer *writer)
{
    char text[32];
    snprintf(text, sizeof text, "\"%04zu-%02zu-%02zu\"", 2018 + below(6), 1 + below(12), 1 + below(28));
    buffer_add_string(&writer->out, text);
}

static void write_literal(struct writer *writer, enum type_kind kind)
{
    static const char *const cents[] = {".00", ".25", ".50", ".75", ".5", ".0"};
    switch (kind) {
    case TYPE_BOOLEAN:
        buffer_add_string(&writer->out, chance(2) ? "true" : "false");
        break;
    case TYPE_MONEY:
        buffer_format(&writer->out, "%zu", below(9));
        buffer_add_string(&writer->out, cents[below(6)]);
        break;
    case TYPE_INTEGER:
        buffer_format(&writer->out, "%zu", below(9));
        break;
    case TYPE_TEXT:
        buffer_add_byte(&writer->out, '"');
        buffer_add(&writer->out, choice_items[below(4)]);
        buffer_add_byte(&writer->out, '"');
        break;
    case TYPE_DATE:
        write_date_literal(writer);
        break;
    }
}

static void write_symbol(struct writer *writer, enum type_kind kind)
{
    static const size_t first[] = {[TYPE_BOOLEAN] = BOOLEANS,
                                   [TYPE_INTEGER] = INTEGERS,
                                   [TYPE_MONEY] = MONEYS,
                                   [TYPE_TEXT] = CHOICES,
                                   [TYPE_DATE] = DATES};
    static const size_t count[] = {
        [TYPE_BOOLEAN] = 4, [TYPE_INTEGER] = 3, [TYPE_MONEY] = 2, [TYPE_TEXT] = 3, [TYPE_DATE] = 3};
    if (kind == TYPE_DATE && chance(5))
        buffer_add_string(&writer->out, chance(3) ? "due(l0)" : chance(2) ? "due(l1)" : "on");
    else
        buffer_add(&writer->out, symbols[first[kind] + below(count[kind])].name);
}

static void write_comparison(struct writer *writer, unsigned depth)
{
    static const char *const operators[] = {" == ", " ~= ", " < ", " <= ", " > ", " >= "};
    static const enum type_kind kinds[] = {TYPE_BOOLEAN, TYPE_TEXT,  TYPE_INTEGER, TYPE_MONEY,
                                           TYPE_DATE,    TYPE_MONEY, TYPE_DATE,    TYPE_INTEGER};
    enum type_kind kind = kinds[below(8)];
    size_t which = below(kind == TYPE_BOOLEAN || kind == TYPE_TEXT ? 2 : 6);
    /* A name on one side at least: two texts are not compared as dates. */
    bool swapped = chance(3);
    if (kind == TYPE_TEXT && swapped)
        write_literal(writer, kind);
    else if (kind == TYPE_TEXT || kind == TYPE_DATE)
        write_symbol(writer, kind);
    else
        write_of(writer, kind, LEVEL_SUM, depth);
    buffer_add_string(&writer->out, operators[which]);
    if (kind == TYPE_TEXT && swapped)
        write_symbol(writer, kind);
    else
        write_of(writer, kind == TYPE_MONEY && chance(3) ? TYPE_INTEGER : kind, LEVEL_SUM, depth);
}

static void write_one_of(struct writer *writer, unsigned depth)
{
    static const enum type_kind kinds[] = {TYPE_BOOLEAN, TYPE_TEXT, TYPE_INTEGER, TYPE_MONEY, TYPE_DATE};
    enum type_kind kind = kinds[below(5)];
    buffer_add_string(&writer->out, "one_of(");
    if (kind == TYPE_TEXT || kind == TYPE_DATE)
        write_symbol(writer, kind);
    else
        write_of(writer, kind, LEVEL_CHAIN, depth);
    for (size_t i = 1 + below(3); i > 0; i--) {
        buffer_add_string(&writer->out, ", ");
        if (kind == TYPE_INTEGER && chance(3))
            buffer_add_byte(&writer->out, '-');
        write_literal(writer, kind);
    }
    buffer_add_byte(&writer->out, ')');
}

static void write_chain(struct writer *writer, enum level level, unsigned depth)
{
    bool open = open_parentheses(writer, LEVEL_CHAIN, level), conjunction = chance(2);
    for (size_t i = 0, count = 2 + below(3); i < count; i++) {
        if (i)
            buffer_add_string(&writer->out, conjunction ? " and " : " or ");
        write_of(writer, TYPE_BOOLEAN, LEVEL_COMPARISON, depth);
    }
    close_parentheses(writer, open);
}

static void write_boolean(struct writer *writer, enum level level, unsigned depth)
{
    size_t way = below(16);
    bool open = false;
    if (way < 5) {
        write_chain(writer, level, depth);
    } else if (way < 10) {
        open = open_parentheses(writer, LEVEL_COMPARISON, level);
        write_comparison(writer, depth);
        close_parentheses(writer, open);
    } else if (way < 12) {
        buffer_add_string(&writer->out, "not ");
        write_of(writer, TYPE_BOOLEAN, LEVEL_UNARY, depth);
    } else if (way < 13) {
        write_one_of(writer, depth);
    } else if (way == 13) {
        buffer_format(&writer->out, "happened(e%zu)", below(2));
    } else if (way == 14) {
        buffer_format(&writer->out, "missed(l%zu)", below(2));
    } else if (writer->may_use_known) {
        buffer_format(&writer->out, "known(b%zu)", below(4));
    } else {
        write_symbol(writer, TYPE_BOOLEAN);
    }
}

static void write_extreme(struct writer *writer, enum type_kind kind, unsigned depth)
{
    buffer_add_string(&writer->out, chance(2) ? "min(" : "max(");
    if (kind == TYPE_DATE)
        write_symbol(writer, kind);
    else
        write_of(writer, kind, LEVEL_CHAIN, depth);
    for (size_t i = 1 + below(2); i > 0; i--) {
        buffer_add_string(&writer->out, ", ");
        write_of(writer, kind, LEVEL_CHAIN, depth);
    }
    buffer_add_byte(&writer->out, ')');
}

static void write_number(struct writer *writer, enum type_kind kind, enum level level, unsigned depth)
{
    static const char *const betweens[] = {"days_between(", "months_between(", "years_between("};
    size_t way = below(10);
    bool open = false;
    if (way < 4) {
        open = open_parentheses(writer, LEVEL_SUM, level);
        write_of(writer, kind, LEVEL_SUM, depth);
        buffer_add_string(&writer->out, chance(2) ? " + " : " - ");
        write_of(writer, kind == TYPE_MONEY && chance(3) ? TYPE_INTEGER : kind, LEVEL_PRODUCT, depth);
    } else if (way < 6) {
        open = open_parentheses(writer, LEVEL_PRODUCT, level);
        bool money_first = kind == TYPE_MONEY && chance(2);
        write_of(writer, money_first ? kind : TYPE_INTEGER, LEVEL_PRODUCT, depth);
        buffer_add_string(&writer->out, " * ");
        write_of(writer, money_first ? TYPE_INTEGER : kind, LEVEL_UNARY, depth);
    } else if (way == 6) {
        buffer_add_string(&writer->out, "- ");
        write_of(writer, kind, LEVEL_UNARY, depth);
    } else if (way < 9 && kind == TYPE_INTEGER) {
        buffer_add_string(&writer->out, betweens[below(3)]);
        write_of(writer, TYPE_DATE, LEVEL_CHAIN, depth);
        buffer_add_string(&writer->out, ", ");
        write_of(writer, TYPE_DATE, LEVEL_CHAIN, depth);
        buffer_add_byte(&writer->out, ')');
    } else {
        write_extreme(writer, kind, depth);
    }
    close_parentheses(writer, open);
}

static void write_date(struct writer *writer, unsigned depth)
{
    static const char units[] = "DWMY";
    if (chance(3)) {
        write_extreme(writer, TYPE_DATE, depth);
        return;
    }
    buffer_add_string(&writer->out, "add(");
    write_of(writer, TYPE_DATE, LEVEL_CHAIN, depth);
    size_t unit = below(4);
    buffer_format(&writer->out, ", 'P%zu", below(unit == 3 ? 4 : 40));
    buffer_add_byte(&writer->out, units[unit]);
    buffer_add_string(&writer->out, "')");
}

static void write_of(struct writer *writer, enum type_kind kind, enum level level, unsigned depth)
{
    if (depth == 0 || kind == TYPE_TEXT || chance(4)) {
        if (chance(4))
            write_literal(writer, kind);
        else
            write_symbol(writer, kind);
    } else if (kind == TYPE_BOOLEAN) {
        write_boolean(writer, level, depth - 1);
    } else if (kind == TYPE_DATE) {
        write_date(writer, depth - 1);
    } else {
        write_number(writer, kind, level, depth - 1);
    }
}

/* What is stated: the answers to all that may be asked. */
struct world {
    struct arena *arena;
    bool stated[SLOTS];
    struct scalar values[SLOTS];
    struct date on;
};

static enum type_kind slot_kind(size_t slot)
{
    if (slot < SYMBOLS)
        return symbols[slot].type.kind;
    return slot >= DUE && slot < MISSED ? TYPE_DATE : TYPE_BOOLEAN;
}

static struct answer read_slot(const struct world *world, size_t slot)
{
    static const char *const names[] = {"happened 0", "happened 1", "due 0", "due 1", "missed 0", "missed 1"};
    if (world->stated[slot])
        return answer_known(world->values[slot]);
    return slot < SYMBOLS ? answer_unknown(world->arena, CAUSE_FACT, symbols[slot].name, (struct text){0})
                          : answer_unknown(world->arena, CAUSE_EVENT, text_of(names[slot - SYMBOLS]), (struct text){0});
}

static struct answer read_symbol(void *self, const struct symbol *symbol)
{
    return read_slot(self, symbol->index);
}

static struct answer read_happened(void *self, size_t index)
{
    return read_slot(self, HAPPENED + index);
}

static struct answer read_due(void *self, size_t index)
{
    return read_slot(self, DUE + index);
}

static struct answer read_missed(void *self, size_t index)
{
    return read_slot(self, MISSED + index);
}

static struct answer evaluate(const struct expression *expression, struct world *world)
{
    struct reader reader = {world, world->arena, world->on, read_symbol, read_happened, read_due, read_missed};
    return expression_evaluate(expression, &reader);
}

/* The values that are tried for a slot; small, near the literals that are written. */
static struct scalar random_value(enum type_kind kind)
{
    struct scalar value = {.kind = kind};
    switch (kind) {
    case TYPE_BOOLEAN:
        value.as.boolean = chance(2);
        break;
    case TYPE_INTEGER:
        value.as.number = (long long)below(13) - 4;
        break;
    case TYPE_MONEY:
        value.as.number = 25 * ((long long)below(48) - 12);
        break;
    case TYPE_TEXT:
        value.as.text = choice_items[below(4)];
        break;
    case TYPE_DATE:
        (void)date_of((int)(2018 + below(6)), (int)(1 + below(12)), (int)(1 + below(28)), &value.as.date);
        break;
    }
    return value;
}

static size_t domain_of(enum type_kind kind, struct scalar domain[DOMAIN_MAX])
{
    size_t count = kind == TYPE_BOOLEAN ? 2 : kind == TYPE_TEXT ? 4 : DOMAIN_MAX;
    for (size_t i = 0; i < count; i++) {
        domain[i] = random_value(kind);
        if (kind == TYPE_BOOLEAN)
            domain[i].as.boolean = i == 0;
        if (kind == TYPE_TEXT)
            domain[i].as.text = choice_items[i];
    }
    return count;
}

/* Which slots the condition asks after. */
static size_t slots_of(struct arena *arena, const struct expression *expression, size_t slots[SLOTS])
{
    struct uses uses = {0};
    size_t count = 0;
    expression_uses(arena, expression, &uses);
    for (size_t i = 0; i < uses.count; i++) {
        const struct use *use = &uses.items[i];
        if (use->kind == USE_SYMBOL && use->symbol->kind == SYMBOL_ON)
            continue;
        slots[count++] = use->kind == USE_SYMBOL     ? use->symbol->index
                         : use->kind == USE_HAPPENED ? HAPPENED + use->index
                         : use->kind == USE_DUE      ? DUE + use->index
                                                     : MISSED + use->index;
    }
    return count;
}

static const struct symbol *find_symbol(void *self, struct text name)
{
    (void)self;
    for (size_t i = 0; i < SYMBOLS; i++)
        if (text_equal(symbols[i].name, name))
            return &symbols[i];
    return NULL;
}

static bool find_event(void *self, struct text name, size_t *index)
{
    (void)self;
    *index = text_is(name, event_names[1]);
    return *index || text_is(name, event_names[0]);
}

static bool find_deadline(void *self, struct text name, size_t *index)
{
    (void)self;
    *index = text_is(name, deadline_names[1]);
    return *index || text_is(name, deadline_names[0]);
}

static uint64_t seed;
static size_t pair, pairs;

static void wrong(struct text text, const char *why)
{
    fail_msg("pair %zu: %s: %.*s\nto repeat: COVENANT_SEED=%llu COVENANT_PAIRS=%zu build/unit/test_expression_random",
             pair, why, TEXT_ARGS(text), (unsigned long long)seed, pairs);
}

static const struct scope scope = {
    .symbol = find_symbol, .event = find_event, .deadline = find_deadline, .may_use_known = true};

static const struct expression *random_expression(struct arena *arena, bool may_use_known, enum type_kind kind)
{
    struct writer writer = {.may_use_known = may_use_known};
    struct findings findings;
    struct type wanted = {kind, NULL};
    buffer_init(&writer.out, arena);
    findings_init(&findings, arena);
    write_of(&writer, kind, LEVEL_CHAIN, 4);
    struct text text = buffer_text(&writer.out);
    const struct expression *expression =
        expression_parse(arena, text, (struct place){NULL, 1, 1}, &scope, &wanted, &findings);
    /* It may have become too long, nothing else. */
    if (!expression && strcmp(findings.items[0].code, "too_long") != 0) {
        findings_print(&findings, "", stderr);
        wrong(text, "refused");
    }
    return expression;
}

static void push_scalar(lua_State *lua, struct arena *arena, const struct world *world, size_t slot)
{
    struct scalar value = world->values[slot];
    if (!world->stated[slot])
        lua_pushnil(lua);
    else if (value.kind == TYPE_BOOLEAN)
        lua_pushboolean(lua, value.as.boolean);
    else if (value.kind == TYPE_INTEGER)
        lua_pushinteger(lua, value.as.number);
    else if (value.kind == TYPE_MONEY)
        lua_pushnumber(lua, (double)value.as.number / 100); /* quarters of a euro: exact */
    else
        lua_pushstring(lua, text_string(arena, scalar_text(arena, value)));
}

static void push_world(lua_State *lua, const struct world *world)
{
    static const char *const tables[] = {"happened", "due", "missed"};
    for (size_t i = 0; i < SYMBOLS; i++) {
        push_scalar(lua, world->arena, world, i);
        lua_setglobal(lua, text_string(world->arena, symbols[i].name));
    }
    lua_getglobal(lua, "state");
    for (size_t i = 0; i < 3; i++) {
        lua_getfield(lua, -1, tables[i]);
        for (size_t j = 0; j < 2; j++) {
            push_scalar(lua, world->arena, world, HAPPENED + 2 * i + j);
            lua_seti(lua, -2, (lua_Integer)j + 1);
        }
        lua_pop(lua, 1);
    }
    lua_pop(lua, 1);
    lua_pushstring(lua, text_string(world->arena, date_text(world->arena, world->on)));
    lua_setglobal(lua, "on");
}

/* Does the top of Lua's stack hold the same value? */
static bool same_in_lua(lua_State *lua, struct arena *arena, struct scalar value)
{
    switch (value.kind) {
    case TYPE_BOOLEAN:
        return lua_isboolean(lua, -1) && lua_toboolean(lua, -1) == value.as.boolean;
    case TYPE_INTEGER:
        return lua_isinteger(lua, -1) && lua_tointeger(lua, -1) == value.as.number;
    case TYPE_MONEY:
        return lua_isnumber(lua, -1) && (long long)(lua_tonumber(lua, -1) * 100) == value.as.number;
    case TYPE_TEXT:
    case TYPE_DATE:
        return lua_type(lua, -1) == LUA_TSTRING && text_is(scalar_text(arena, value), lua_tostring(lua, -1));
    }
    return false;
}

static void check_against_lua(lua_State *lua, const struct expression *expression, struct world *world)
{
    struct text text = expression_text(expression);
    struct answer answer = evaluate(expression, world);
    if (!answer.known)
        wrong(text, "unknown although all is stated");
    push_world(lua, world);
    const char *chunk = text_string(world->arena, text_format(world->arena, "return %.*s", TEXT_ARGS(text)));
    if (luaL_dostring(lua, chunk))
        wrong(text, lua_tostring(lua, -1));
    if (!same_in_lua(lua, world->arena, answer.value)) {
        fprintf(stderr, "ours: %.*s, Lua's: %s\n", TEXT_ARGS(scalar_text(world->arena, answer.value)),
                luaL_tolstring(lua, -1, NULL));
        wrong(text, "not what Lua gives");
    }
    lua_settop(lua, 0);
}

/* Only what is asked after and not stated may be a cause; with all of them stated the answer is known. */
static void check_causes(const struct expression *expression, struct world *world, struct answer answer,
                         const size_t *unknowns, size_t count)
{
    struct world filled = *world;
    size_t found = 0, causes = 0;
    for (const struct cause *cause = answer.causes; cause; cause = cause->next)
        causes++;
    for (size_t i = 0; i < count; i++) {
        const struct cause *own = read_slot(world, unknowns[i]).causes;
        for (const struct cause *cause = answer.causes; cause; cause = cause->next)
            if (cause->kind == own->kind && text_equal(cause->name, own->name)) {
                found++;
                filled.stated[unknowns[i]] = true;
                filled.values[unknowns[i]] = random_value(slot_kind(unknowns[i]));
            }
    }
    if (causes == 0 || found != causes)
        wrong(expression_text(expression), "causes that are none");
    if (!evaluate(expression, &filled).known)
        wrong(expression_text(expression), "unknown for another reason than it says");
}

/* Every way of filling in; where the answer was known it stays. */
static void check_by_filling(lua_State *lua, const struct expression *expression, struct world *world,
                             const size_t *unknowns, size_t count)
{
    struct answer answer = evaluate(expression, world);
    struct scalar domains[UNKNOWNS_MAX][DOMAIN_MAX];
    size_t sizes[UNKNOWNS_MAX], ways = 1;
    for (size_t i = 0; i < count; i++)
        ways *= sizes[i] = domain_of(slot_kind(unknowns[i]), domains[i]);
    if (!answer.known)
        check_causes(expression, world, answer, unknowns, count);
    size_t asked = below(ways);
    for (size_t way = 0; way < ways; way++) {
        struct world filled = *world;
        for (size_t i = 0, rest = way; i < count; rest /= sizes[i++]) {
            filled.stated[unknowns[i]] = true;
            filled.values[unknowns[i]] = domains[i][rest % sizes[i]];
        }
        struct answer then = evaluate(expression, &filled);
        if (!then.known || (answer.known && !scalar_equal(then.value, answer.value)))
            wrong(expression_text(expression), "another answer when more is stated");
        if (way == asked)
            check_against_lua(lua, expression, &filled);
    }
}

/* One step of the symbol changes the value only where one of both is a threshold. */
static void check_thresholds(const struct expression *expression, struct world *world, size_t slot)
{
    struct scalar *items = NULL;
    size_t count = 0, capacity = 0;
    struct answer before = {0};
    bool all = expression_thresholds(world->arena, expression, &symbols[slot], world->on, &items, &count, &capacity);
    if (!all)
        return;
    struct world moved = *world;
    enum type_kind kind = symbols[slot].type.kind;
    struct date first;
    (void)date_of(2016, 1, 1, &first);
    long long low = kind == TYPE_DATE ? first.day : kind == TYPE_MONEY ? -3000 : -60;
    long long high = kind == TYPE_DATE ? low + 3650 : -low;
    bool was_threshold = false;
    for (long long value = low; value <= high; value++) {
        moved.values[slot] = (struct scalar){.kind = kind, .as.number = value};
        if (kind == TYPE_DATE)
            moved.values[slot].as.date = (struct date){(int32_t)value};
        struct answer answer = evaluate(expression, &moved);
        bool threshold = false;
        for (size_t i = 0; i < count; i++)
            threshold = threshold || scalar_equal(items[i], moved.values[slot]);
        if (value > low && !threshold && !was_threshold && !scalar_equal(answer.value, before.value)) {
            fprintf(stderr, "%.*s = %.*s\n", TEXT_ARGS(symbols[slot].name),
                    TEXT_ARGS(scalar_text(world->arena, moved.values[slot])));
            wrong(expression_text(expression), "changes where there is no threshold");
        }
        before = answer;
        was_threshold = threshold;
    }
}

static void random_world(struct world *world)
{
    (void)date_of((int)(2019 + below(4)), (int)(1 + below(12)), (int)(1 + below(28)), &world->on);
    for (size_t i = 0; i < SLOTS; i++) {
        world->stated[i] = true;
        world->values[i] = random_value(slot_kind(i));
    }
}

/* Some of what the condition asks after is not stated after all: at most UNKNOWNS_MAX. */
static size_t forget(struct world *world, const size_t *slots, size_t count, size_t unknowns[UNKNOWNS_MAX])
{
    size_t forgotten = 0;
    for (size_t i = 0; i < count && forgotten < UNKNOWNS_MAX; i++)
        if (chance(3)) {
            world->stated[slots[i]] = false;
            unknowns[forgotten++] = slots[i];
        }
    return forgotten;
}

static void check_pair(lua_State *lua, struct arena *arena)
{
    static const enum type_kind kinds[] = {TYPE_BOOLEAN, TYPE_BOOLEAN, TYPE_BOOLEAN, TYPE_BOOLEAN,
                                           TYPE_INTEGER, TYPE_MONEY,   TYPE_DATE,    TYPE_BOOLEAN};
    bool whole = chance(2);
    enum type_kind kind = kinds[below(8)];
    const struct expression *expression = random_expression(arena, whole, kind);
    struct world world = {.arena = arena};
    size_t slots[SLOTS], unknowns[UNKNOWNS_MAX];
    if (!expression)
        return;
    random_world(&world);
    size_t count = slots_of(arena, expression, slots), forgotten = 0;
    if (!whole)
        forgotten = forget(&world, slots, count, unknowns);
    if (forgotten == 0)
        check_against_lua(lua, expression, &world);
    else
        check_by_filling(lua, expression, &world, unknowns, forgotten);
    /* Thousands of values each: for some pairs. */
    size_t moved = count ? slots[below(count)] : 0;
    if (forgotten == 0 && kind == TYPE_BOOLEAN && pair % 16 == 0 && moved < SYMBOLS && moved >= INTEGERS &&
        (moved < CHOICES || moved >= DATES))
        check_thresholds(expression, &world, moved);
}

/* A few bytes left out, doubled, or replaced by what stands in conditions, or anywhere. */
static struct text broken(struct arena *arena, struct text text)
{
    static const char *const pieces[] = {"=",        "==",   " and ", " or ", "not ",   "(",  ")", "\"", "'",
                                         ",",        "-",    ".",     "1",    "b0",     "<",  "~", "\\", "\n",
                                         "\xC3\xA9", "\xFF", "i0",    "add(", "known(", "\t", "e0"};
    for (size_t i = 1 + below(3); i > 0; i--) {
        struct buffer buffer;
        size_t from = below(text.length + 1), to = from + below(4);
        buffer_init(&buffer, arena);
        buffer_add(&buffer, text_slice(text, 0, from));
        if (!chance(3))
            buffer_add_string(&buffer, pieces[below(sizeof pieces / sizeof *pieces)]);
        buffer_add(&buffer, text_slice(text, chance(2) ? from : to, text.length));
        text = buffer_text(&buffer);
    }
    return text;
}

static void check_broken(lua_State *lua, struct arena *arena)
{
    struct writer writer = {.may_use_known = true};
    struct findings findings;
    buffer_init(&writer.out, arena);
    findings_init(&findings, arena);
    write_of(&writer, TYPE_BOOLEAN, LEVEL_CHAIN, 3);
    /* A block of its own: reading beyond its end is seen. */
    struct text text = broken(arena, buffer_text(&writer.out));
    char *copy = malloc(text.length ? text.length : 1);
    assert_non_null(copy);
    memcpy(copy, text.at, text.length);
    text.at = copy;
    bool good = expression_parse(arena, text, (struct place){NULL, 1, 1}, &scope, NULL, &findings) != NULL;
    if (good != (findings.count == 0))
        wrong(text, "refused without a finding, or accepted with one");
    for (size_t i = 0; i < findings.count; i++)
        if (findings.items[i].place.column > text.length + 1 || findings.items[i].place.column < 1)
            wrong(text, "a finding outside the text");
    if (good && luaL_loadstring(lua, text_string(arena, text_format(arena, "return %.*s", TEXT_ARGS(text)))))
        wrong(text, lua_tostring(lua, -1));
    lua_settop(lua, 0);
    free(copy);
}

static void test_broken(void **state)
{
    (void)state;
    lua_State *lua = luaL_newstate();
    for (pair = 0; pair < pairs; pair++) {
        struct arena arena;
        arena_init(&arena);
        check_broken(lua, &arena);
        arena_finish(&arena);
    }
    lua_close(lua);
}

static void test_pairs(void **state)
{
    (void)state;
    lua_State *lua = luaL_newstate();
    luaL_openlibs(lua);
    if (luaL_dostring(lua, prelude))
        fail_msg("prelude: %s", lua_tostring(lua, -1));
    for (pair = 0; pair < pairs; pair++) {
        struct arena arena;
        arena_init(&arena);
        check_pair(lua, &arena);
        arena_finish(&arena);
    }
    lua_close(lua);
}

int main(void)
{
    const char *pairs_text = getenv("COVENANT_PAIRS"), *seed_text = getenv("COVENANT_SEED");
    pairs = pairs_text ? strtoull(pairs_text, NULL, 10) : 10000;
    seed = seed_text ? strtoull(seed_text, NULL, 10) : 20220926;
    random_state = seed * 0x9E3779B97F4A7C15ULL + 1; /* never zero for long: zero stays zero */
    if (random_state == 0)
        random_state = 1;
    printf("random conditions: COVENANT_SEED=%llu COVENANT_PAIRS=%zu\n", (unsigned long long)seed, pairs);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pairs), cmocka_unit_test(test_broken)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
