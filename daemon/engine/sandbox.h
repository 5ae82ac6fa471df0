/*
 * The sandbox: one Lua interpreter in memory of its own. sandbox.c and sandbox_names.c are the only users of lua.h.
 *
 * All that Lua holds lies in one region of memory, LUA_MEMORY_MAX bytes, given out from its start and never given back
 * while a function runs. When a file has been loaded, the used part of the region is copied; each call begins by
 * putting that copy back. So a function cannot remember anything, and the same call does the same work, whatever came
 * before it.
 *
 * Bounds: LUA_INSTRUCTIONS_MAX instructions a call, LUA_MEMORY_MAX bytes in all, LUA_BLOCK_MAX for any one thing in it.
 * There is no garbage collection (it would be work that no instruction pays for, and memory bounds it anyway), no
 * finaliser, no coroutine, no protected call in Lua, no metatable: nothing that escapes a count of instructions.
 *
 * Whatever goes wrong, memory running out half-way through anything included, is a mishap and never a crash: Lua is
 * only entered through lua_pcall.
 */
#ifndef ENGINE_SANDBOX_H
#define ENGINE_SANDBOX_H

#include "engine/script.h"

#define MISHAP_LENGTH_MAX 240

/* Why something failed: lower case, without a name of C or an address. Line 0 when it is not known. */
struct mishap {
    size_t line;
    char why[MISHAP_LENGTH_MAX];
};

enum lua_kind { LUA_KIND_BOOLEAN, LUA_KIND_INTEGER, LUA_KIND_TEXT, LUA_KIND_OTHER };

/* What a function gave. A text is there until the next call. */
struct lua_value {
    enum lua_kind kind;
    bool boolean;
    long long integer;
    struct text text;
    const char *found; /* what it is, in words: "a table" */
};

struct sandbox;

/* NULL when an interpreter does not fit in so much memory: it does in LUA_MEMORY_MAX. */
struct sandbox *sandbox_open(size_t memory);
void sandbox_close(struct sandbox *sandbox); /* accepts NULL */
/* Is the text Lua? Compiles it and forgets it. */
bool sandbox_compiles(struct sandbox *sandbox, struct text source, struct mishap *mishap);
/* Compiles and runs a file: once, before the first call. After a mishap the sandbox is good for nothing but closing. */
bool sandbox_load(struct sandbox *sandbox, struct text source, struct mishap *mishap);
/* Is there a function of that name among what the file defined? */
bool sandbox_has_function(struct sandbox *sandbox, struct text name);
bool sandbox_call(struct sandbox *sandbox, const struct script_call *call, struct lua_value *value,
                  struct mishap *mishap);
/* What the last load or call cost. */
long long sandbox_instructions(const struct sandbox *sandbox);

/* The names that Lua files find there: `ipairs`, `math.floor`; NULL beyond the last. */
const char *sandbox_name(size_t index);
const char *sandbox_release(void);

#endif
