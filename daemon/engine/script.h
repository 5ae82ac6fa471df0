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
 * What may be called: ipairs, pairs (sorted keys), select, type, math.floor ceil abs min max tointeger; add(date, "P6M"), days_between,
 * months_between, years_between, one_of; fail("why") makes the value unknown with that reason.
 */
#ifndef ENGINE_SCRIPT_H
#define ENGINE_SCRIPT_H

#include "covenant/model.h"
#include "engine/case.h"

/*
 * Checks a covenant's Lua at load: size, tokens that are refused (bitwise operators, `/`, `^`, `//` and `%` are allowed,
 * decimals, goto, attribs, long brackets with invisible characters, bytecode), compiles it, runs it once in the sandbox, and that every function
 * that `derived` names is there. Findings point into the Lua file, or at the derived name that lacks its function.
 */
bool script_check(struct arena *arena, const struct covenant *covenant, struct findings *findings);

/* One decision's interpreters; a version's state is made at its first call. */
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
