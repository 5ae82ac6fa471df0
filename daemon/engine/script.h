/*
 * A covenant's own functions, in Lua: for what the condition language cannot say. Called only in `derived`.
 *
 * The environment is built from nothing by an allow-list; instructions and memory are bounded; nothing is remembered
 * from one decision to the next (an interpreter lives as long as one decision, and each version's file has its own);
 * iteration is in a defined order. A function that fails makes its value unknown, with the reason.
 *
 * What Lua sees: money as whole cents (integers), dates as ISO text, booleans, integers, texts; an event's name gives
 * the list of its entries in order, each a table {on = "2022-01-03", outcome = "positive"}.
 *
 * What may be called: ipairs, pairs (keys in order: whole numbers, then texts by bytes), select, type, math.floor, ceil,
 * abs, min, max, tointeger; add(date, "P6M"), days_between, months_between, years_between, one_of, min, max;
 * fail("why") makes the value unknown with that reason. `#` is the number of bytes of a text, of items of a list.
 *
 * All numbers are whole. Lua's integers wrap around beyond 63 bits, inside a function too; a result beyond 2^53 fails.
 */
#ifndef ENGINE_SCRIPT_H
#define ENGINE_SCRIPT_H

#include "covenant/model.h"
#include "engine/case.h"

/*
 * Checks a covenant's Lua at load: its bytes and tokens (script_source.h says what is refused and why), that it is Lua,
 * its names, that it runs, and that every function that `derived` names is there. Findings point into the Lua file, or
 * at the derived name that lacks its function. Codes: too_large, invisible_character, lua_refused, lua_syntax,
 * unknown_name, duplicate_name, lua_fails, unknown_function.
 */
bool script_check(struct arena *arena, const struct covenant *covenant, struct findings *findings);

/*
 * One decision's interpreters; a version's state is made at its first call. It may serve further decisions on the same
 * edition: nothing passes from one call to the next.
 */
struct interpreter;
struct interpreter *interpreter_open(void);
void interpreter_close(struct interpreter *interpreter); /* accepts NULL */

/* An argument as a function gets it: a scalar, or the entries of an event. */
struct script_argument {
    bool is_list;
    struct scalar scalar;
    const struct entry *const *entries;
    size_t entries_count;
};

struct script_call {
    const struct covenant *covenant;
    const struct derived *derived; /* function, type, arguments as written */
    const struct script_argument *arguments;
    size_t arguments_count;
};

/*
 * Calls the function. Known when it returned a value of the derived name's type (a one_of text must be a choice; money
 * is whole cents); else unknown with CAUSE_FAILURE named after the derived name, and why: "function
 * `evaluations_spread` at line 12: ...", "... passed its budget of 1000000 instructions". `*instructions` (may be NULL)
 * is what it cost, the same for the same call on every machine.
 */
struct answer script_call(struct interpreter *interpreter, struct arena *arena, const struct script_call *call,
                          long long *instructions);
/* `Lua 5.4.4`: part of the edition's manifest. */
const char *script_release(void);

#endif
