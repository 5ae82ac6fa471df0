#include "engine/sandbox_names.h"

#include "base/date.h"
#include "base/limits.h"
#include "engine/sandbox.h"
#include "engine/script_source.h"

#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sandbox_describe(struct lua_State *lua, int index)
{
    switch (lua_type(lua, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
        return "nothing";
    case LUA_TBOOLEAN:
        return lua_toboolean(lua, index) ? "true" : "false";
    case LUA_TNUMBER:
        return lua_isinteger(lua, index) ? "a number" : "a number that is not whole";
    case LUA_TSTRING:
        return "a text";
    case LUA_TTABLE:
        return "a table";
    default:
        return "a function";
    }
}

static int expected(struct lua_State *lua, const char *name, const char *what, int index)
{
    return sandbox_raise(lua, "`%s` takes %s, found %s", name, what, sandbox_describe(lua, index));
}

/* ---- numbers ---- */

static lua_Integer whole_argument(struct lua_State *lua, const char *name, int index)
{
    if (!lua_isinteger(lua, index)) /* a text that reads as a number is a text */
        expected(lua, name, "a whole number", index);
    return lua_tointeger(lua, index);
}

static int math_floor(struct lua_State *lua)
{
    lua_pushinteger(lua, whole_argument(lua, "math.floor", 1));
    return 1;
}

static int math_ceil(struct lua_State *lua)
{
    lua_pushinteger(lua, whole_argument(lua, "math.ceil", 1));
    return 1;
}

static int math_abs(struct lua_State *lua)
{
    lua_Integer number = whole_argument(lua, "math.abs", 1);
    if (number == LUA_MININTEGER)
        return sandbox_raise(lua, "`math.abs` of a number beyond 2^53");
    lua_pushinteger(lua, number < 0 ? -number : number);
    return 1;
}

/* The number itself; nothing when it is something else. */
static int math_tointeger(struct lua_State *lua)
{
    if (lua_isinteger(lua, 1))
        lua_settop(lua, 1);
    else
        lua_pushnil(lua);
    return 1;
}

/* ---- dates ---- */

static bool is_text(struct lua_State *lua, int index)
{
    return lua_type(lua, index) == LUA_TSTRING;
}

static struct text text_argument(struct lua_State *lua, int index)
{
    size_t length = 0;
    const char *at = lua_tolstring(lua, index, &length);
    return (struct text){at, length};
}

static struct date date_argument(struct lua_State *lua, const char *name, int index)
{
    struct date date = {0};
    if (!is_text(lua, index))
        expected(lua, name, "a date such as \"2026-01-31\"", index);
    struct text text = text_argument(lua, index);
    if (!date_parse(text, &date))
        sandbox_raise(lua, "`%s` takes a date such as \"2026-01-31\", found `%.*s`", name,
                      TEXT_ARGS(text_slice(text, 0, 40)));
    return date;
}

static void push_date(struct lua_State *lua, struct date date)
{
    char text[32];
    int year, month, day;
    date_parts(date, &year, &month, &day);
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    lua_pushstring(lua, text);
}

static int date_add(struct lua_State *lua)
{
    struct date date = date_argument(lua, "add", 1);
    struct term term = {0};
    const char *wanted = NULL;
    bool outside = false;
    if (!is_text(lua, 2))
        return expected(lua, "add", "a term such as \"P6M\" second", 2);
    if (!term_parse(text_argument(lua, 2), &term, &wanted))
        return sandbox_raise(lua, "`add` expected %s", wanted);
    switch (term.unit) {
    case UNIT_DAYS:
        date = date_add_days(date, term.count, &outside);
        break;
    case UNIT_WEEKS:
        date = date_add_days(date, 7LL * term.count, &outside);
        break;
    case UNIT_MONTHS:
        date = date_add_months(date, term.count, NULL, &outside);
        break;
    case UNIT_YEARS:
        date = date_add_months(date, 12LL * term.count, NULL, &outside);
        break;
    case UNIT_HOURS:
    case UNIT_WORKING_DAYS:
        return sandbox_raise(lua, "`add` takes days, weeks, months or years: %s",
                             "only deadlines count hours and working days");
    }
    if (outside)
        return sandbox_raise(lua, "the date lies after 2199");
    push_date(lua, date);
    return 1;
}

static int days_between(struct lua_State *lua)
{
    struct date from = date_argument(lua, "days_between", 1), to = date_argument(lua, "days_between", 2);
    lua_pushinteger(lua, (lua_Integer)to.day - from.day);
    return 1;
}

static int months_between(struct lua_State *lua)
{
    struct date from = date_argument(lua, "months_between", 1);
    lua_pushinteger(lua, date_months_between(from, date_argument(lua, "months_between", 2)));
    return 1;
}

static int years_between(struct lua_State *lua)
{
    struct date from = date_argument(lua, "years_between", 1);
    lua_pushinteger(lua, date_years_between(from, date_argument(lua, "years_between", 2)));
    return 1;
}

/* ---- choosing ---- */

static int one_of(struct lua_State *lua)
{
    int count = lua_gettop(lua);
    bool found = false;
    if (count < 2 || lua_isnil(lua, 1))
        return expected(lua, "one_of", "a value and what it may be", 1);
    for (int i = 2; i <= count; i++)
        found = found || lua_rawequal(lua, 1, i);
    lua_pushboolean(lua, found);
    return 1;
}

/* The least (or greatest) of whole numbers, or of dates, which as text come in the order of the calendar. */
static int extreme(struct lua_State *lua, const char *name, int sign)
{
    int count = lua_gettop(lua), chosen = 1;
    bool dates = is_text(lua, 1);
    for (int i = 1; i <= count || i == 1; i++) {
        int order = 0;
        if (dates)
            order = date_compare(date_argument(lua, name, i), date_argument(lua, name, chosen));
        else {
            lua_Integer a = whole_argument(lua, name, i), b = whole_argument(lua, name, chosen);
            order = (a > b) - (a < b);
        }
        if (order * sign > 0)
            chosen = i;
    }
    lua_pushvalue(lua, chosen);
    return 1;
}

static int least(struct lua_State *lua)
{
    return extreme(lua, "min", -1);
}

static int greatest(struct lua_State *lua)
{
    return extreme(lua, "max", 1);
}

static int fail(struct lua_State *lua)
{
    if (!is_text(lua, 1))
        return expected(lua, "fail", "the reason as a text", 1);
    return sandbox_raise(lua, "%s", lua_tostring(lua, 1));
}

/* ---- lists and tables ---- */

static int kind_of(struct lua_State *lua)
{
    if (lua_isnone(lua, 1))
        return sandbox_raise(lua, "`type` takes a value, found nothing");
    lua_pushstring(lua, lua_typename(lua, lua_type(lua, 1)));
    return 1;
}

static int select_arguments(struct lua_State *lua)
{
    lua_Integer count = lua_gettop(lua) - 1;
    if (is_text(lua, 1) && text_is(text_argument(lua, 1), "#")) {
        lua_pushinteger(lua, count);
        return 1;
    }
    lua_Integer from = whole_argument(lua, "select", 1);
    if (from < 0)
        from = from < -count ? 0 : count + from + 1;
    if (from < 1)
        return sandbox_raise(lua, "`select` takes a place from 1, or `\"#\"`");
    return from > count ? 0 : (int)(count - from + 1);
}

static int ipairs_step(struct lua_State *lua)
{
    lua_Integer next = lua_tointeger(lua, 2) + 1;
    lua_pushinteger(lua, next);
    return lua_rawgeti(lua, 1, next) == LUA_TNIL ? 1 : 2;
}

static int ipairs(struct lua_State *lua)
{
    if (!lua_istable(lua, 1))
        return expected(lua, "ipairs", "a list", 1);
    lua_settop(lua, 1);
    lua_pushcfunction(lua, ipairs_step);
    lua_insert(lua, 1);
    lua_pushinteger(lua, 0);
    return 3;
}

/* A key of a table: a text, or a number when `at` is NULL. The table keeps the text alive. */
struct key {
    const char *at;
    union {
        lua_Integer number;
        size_t length;
    } as;
};

static int by_key(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    if (!a->at != !b->at)
        return a->at ? 1 : -1;
    if (!a->at)
        return (a->as.number > b->as.number) - (a->as.number < b->as.number);
    return text_compare((struct text){a->at, a->as.length}, (struct text){b->at, b->as.length});
}

/* What sorting costs for each key, in instructions of Lua, whatever their number up to LUA_BLOCK_MAX allows. */
#define SORT_COST 16

static size_t count_keys(struct lua_State *lua)
{
    size_t count = 0;
    for (lua_pushnil(lua); lua_next(lua, 1); lua_pop(lua, 1)) {
        if (!lua_isinteger(lua, -2) && !is_text(lua, -2))
            sandbox_raise(lua, "`pairs` takes a table whose keys are whole numbers and texts, found %s as a key",
                          sandbox_describe(lua, -2));
        count++;
    }
    sandbox_charge(lua, (long long)count * SORT_COST);
    return count;
}

/* Upvalues: the table, the keys, their number, how many were given. What was removed meanwhile is passed over. */
static int pairs_step(struct lua_State *lua)
{
    const struct key *keys = lua_touserdata(lua, lua_upvalueindex(2));
    lua_Integer count = lua_tointeger(lua, lua_upvalueindex(3)), at = lua_tointeger(lua, lua_upvalueindex(4));
    int kind = LUA_TNIL;
    for (; at < count && kind == LUA_TNIL; at++) {
        lua_settop(lua, 0);
        if (keys[at].at)
            lua_pushlstring(lua, keys[at].at, keys[at].as.length);
        else
            lua_pushinteger(lua, keys[at].as.number);
        lua_pushvalue(lua, 1);
        kind = lua_rawget(lua, lua_upvalueindex(1));
        sandbox_charge(lua, 1);
    }
    lua_pushinteger(lua, at);
    lua_replace(lua, lua_upvalueindex(4));
    if (kind == LUA_TNIL)
        lua_pushnil(lua);
    return kind == LUA_TNIL ? 1 : 2;
}

/* Lua's own order differs from run to run: this one is numbers, then texts by their bytes. */
static int pairs(struct lua_State *lua)
{
    if (!lua_istable(lua, 1))
        return expected(lua, "pairs", "a table", 1);
    lua_settop(lua, 1);
    size_t count = count_keys(lua), at = 0;
    struct key *keys = lua_newuserdatauv(lua, (count + 1) * sizeof *keys, 0);
    for (lua_pushnil(lua); lua_next(lua, 1); lua_pop(lua, 1), at++) {
        keys[at] = (struct key){0};
        if (lua_isinteger(lua, -2))
            keys[at].as.number = lua_tointeger(lua, -2);
        else
            keys[at].at = lua_tolstring(lua, -2, &keys[at].as.length);
    }
    qsort(keys, count, sizeof *keys, by_key);
    lua_pushinteger(lua, (lua_Integer)count);
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, pairs_step, 4);
    return 1;
}

/*
 * `#x`. In a table with holes Lua's own answer depends on how the table grew, which depends on addresses. This one
 * depends on what the table holds: without holes it is the same.
 */
static int length_of(struct lua_State *lua)
{
    lua_Integer low = 0, high = 1;
    if (!lua_istable(lua, 1) && !is_text(lua, 1))
        return sandbox_raise(lua, "`#` takes a list or a text, found %s", sandbox_describe(lua, 1));
    if (is_text(lua, 1)) {
        lua_pushinteger(lua, (lua_Integer)lua_rawlen(lua, 1));
        return 1;
    }
    for (; lua_rawgeti(lua, 1, high) != LUA_TNIL; lua_settop(lua, 1)) {
        low = high;
        high *= 2;
        if (high > SCRIPT_NUMBER_MAX)
            return sandbox_raise(lua, "`#` takes a list, found a table with keys beyond 2^53");
    }
    while (high - low > 1) {
        lua_Integer middle = low + (high - low) / 2;
        lua_settop(lua, 1);
        if (lua_rawgeti(lua, 1, middle) == LUA_TNIL)
            high = middle;
        else
            low = middle;
    }
    lua_pushinteger(lua, low);
    return 1;
}

static int whole(struct lua_State *lua)
{
    if (!lua_isinteger(lua, 1))
        return sandbox_raise(lua, "`for` counts with whole numbers, found %s", sandbox_describe(lua, 1));
    lua_settop(lua, 1);
    return 1;
}

/* Two names at the front are the ones that the text for the interpreter calls and no file can write. */
static const struct name {
    const char *name;
    lua_CFunction function;
} names[] = {
    {SCRIPT_LENGTH_NAME, length_of},
    {SCRIPT_WHOLE_NAME, whole},
    {"add", date_add},
    {"days_between", days_between},
    {"months_between", months_between},
    {"years_between", years_between},
    {"one_of", one_of},
    {"min", least},
    {"max", greatest},
    {"fail", fail},
    {"ipairs", ipairs},
    {"pairs", pairs},
    {"select", select_arguments},
    {"type", kind_of},
    {"math.abs", math_abs},
    {"math.ceil", math_ceil},
    {"math.floor", math_floor},
    {"math.max", greatest},
    {"math.min", least},
    {"math.tointeger", math_tointeger},
};
#define FUNCTIONS_COUNT (sizeof names / sizeof *names)
#define FUNCTIONS_HIDDEN 2

const char *sandbox_name(size_t index)
{
    return index < FUNCTIONS_COUNT - FUNCTIONS_HIDDEN ? names[index + FUNCTIONS_HIDDEN].name : NULL;
}

void sandbox_names_install(struct lua_State *lua)
{
    lua_pushglobaltable(lua);
    lua_createtable(lua, 0, 8);
    for (size_t i = 0; i < FUNCTIONS_COUNT; i++) {
        const char *field = strchr(names[i].name, '.');
        lua_pushcfunction(lua, names[i].function);
        lua_setfield(lua, field ? -2 : -3, field ? field + 1 : names[i].name);
    }
    lua_setfield(lua, -2, "math");
    lua_pop(lua, 1);
}
