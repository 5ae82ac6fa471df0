/*
 * What a covenant's Lua may call: written once, in sandbox_names.c. And what those functions, which Lua calls, may ask
 * of the sandbox they run in.
 */
#ifndef ENGINE_SANDBOX_NAMES_H
#define ENGINE_SANDBOX_NAMES_H

struct lua_State;

/* Puts them in the environment, which is empty until then. Allocates: only under lua_pcall. */
void sandbox_names_install(struct lua_State *lua);
/* `nothing`, `a text`, `a table`: what stands at that place of the stack. */
const char *sandbox_describe(struct lua_State *lua, int index);

/* Ends the call with a mishap; never returns (the value is for `return sandbox_raise(...)`, as Lua's own are). */
int sandbox_raise(struct lua_State *lua, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Work that is done here and not in Lua's own instructions: ends the call when the budget does not hold it. */
void sandbox_charge(struct lua_State *lua, long long instructions);

#endif
