#include "engine/sandbox.h"

#include "base/limits.h"
#include "engine/sandbox_names.h"
#include "engine/script_source.h"

#include <assert.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How Lua's messages begin when it is told that the file is called `lua`: `lua:12: ...`. It is cut off again. */
#define CHUNK_NAME "=lua"
static const char message_start[] = "lua:";

enum breach { BREACH_NONE, BREACH_INSTRUCTIONS, BREACH_MEMORY, BREACH_BLOCK, BREACH_TEXT, BREACH_DEPTH };

struct sandbox {
    lua_State *lua;
    char *region;     /* everything that Lua holds */
    size_t memory;    /* bytes of it */
    size_t used;      /* of it, from its start */
    char *last;       /* the newest piece, which can grow where it is */
    size_t block_max; /* of one piece */
    char *image;      /* the region as it was after loading */
    size_t image_length;
    char *image_last;
    long long instructions;
    bool counting;      /* Lua runs: a breach has a line */
    enum breach breach; /* the first one; sticky until the next call */
    struct mishap *mishap;
};

static struct sandbox *sandbox_of(lua_State *lua)
{
    struct sandbox *sandbox;
    memcpy(&sandbox, lua_getextraspace(lua), sizeof sandbox);
    return sandbox;
}

/* The line of the innermost function that is written in Lua. Allocates nothing. */
static size_t current_line(lua_State *lua)
{
    lua_Debug frame;
    for (int level = 0; lua_getstack(lua, level, &frame); level++)
        if (lua_getinfo(lua, "l", &frame) && frame.currentline > 0)
            return (size_t)frame.currentline;
    return 0;
}

/* ---- memory ---- */

/* Calls that nest so deep that the stack is what grew. */
#define DEPTH_SUSPECT 16

static void *refuse(struct sandbox *sandbox, enum breach breach)
{
    lua_Debug frame;
    if (sandbox->breach != BREACH_NONE)
        return NULL;
    if (sandbox->counting) {
        sandbox->mishap->line = current_line(sandbox->lua);
        if (breach == BREACH_BLOCK && lua_getstack(sandbox->lua, DEPTH_SUSPECT, &frame))
            breach = BREACH_DEPTH;
    }
    sandbox->breach = breach;
    return NULL;
}

/* What Lua adds to the bytes of a text. */
#define TEXT_OVERHEAD 32

static size_t aligned(size_t size)
{
    const size_t align = sizeof(max_align_t);
    return (size + align - 1) / align * align;
}

/*
 * Lua's allocator. Pieces follow each other; only the last one grows, shrinks or goes in place. After a breach nothing
 * grows any more, so that the collection that Lua tries in its need does not let a function run on. For a new piece
 * `old` says what it is to hold.
 */
static void *allocate(void *self, void *block, size_t old, size_t size)
{
    struct sandbox *sandbox = self;
    bool is_last = block && block == sandbox->last;
    if (size == 0 || (block && size <= old)) {
        if (is_last)
            sandbox->used = (size_t)(sandbox->last - sandbox->region) + aligned(size);
        return size ? block : NULL;
    }
    if (!block && old == LUA_TSTRING && size > LUA_TEXT_MAX + TEXT_OVERHEAD)
        return refuse(sandbox, BREACH_TEXT);
    if (size > sandbox->block_max || sandbox->breach != BREACH_NONE)
        return refuse(sandbox, size > sandbox->memory ? BREACH_MEMORY : BREACH_BLOCK);
    size_t start = is_last ? (size_t)(sandbox->last - sandbox->region) : sandbox->used;
    if (aligned(size) > sandbox->memory - start)
        return refuse(sandbox, BREACH_MEMORY);
    char *given = sandbox->region + start;
    if (block && !is_last)
        memcpy(given, block, old);
    sandbox->last = given;
    sandbox->used = start + aligned(size);
    return given;
}

/* ---- running ---- */

static int throw(lua_State *lua)
{
    lua_pushnil(lua); /* what went wrong stands in the mishap */
    return lua_error(lua);
}

int sandbox_raise(struct lua_State *lua, const char *format, ...)
{
    struct mishap *mishap = sandbox_of(lua)->mishap;
    va_list list;
    va_start(list, format);
    vsnprintf(mishap->why, sizeof mishap->why, format, list);
    va_end(list);
    return throw(lua);
}

/* Counts every LUA_STEP instructions; from the breach on every single one, should anything have swallowed it. */
static void count(lua_State *lua, lua_Debug *frame)
{
    (void)frame;
    sandbox_charge(lua, LUA_STEP);
}

void sandbox_charge(struct lua_State *lua, long long instructions)
{
    struct sandbox *sandbox = sandbox_of(lua);
    sandbox->instructions += instructions;
    if (sandbox->breach == BREACH_NONE && sandbox->instructions <= LUA_INSTRUCTIONS_MAX)
        return;
    refuse(sandbox, BREACH_INSTRUCTIONS);
    lua_sethook(lua, count, LUA_MASKCOUNT, 1);
    throw(lua);
}

/* What Lua adds to its messages and tells nobody anything. */
static const char *const said_for_nothing[] = {
    " (field `?`)",
    " (field `integer index`)",
    " (for iterator `for iterator`)",
};

/* Lua's message without its place and with `user text` as everywhere: "attempt to call a nil value (global `f`)". */
static void take_message(struct mishap *mishap, const char *message)
{
    const char *at = message;
    size_t length = 0;
    if (text_starts_with(text_of(at), message_start)) {
        const char *line = at + strlen(message_start), *end = strstr(line, ": ");
        mishap->line = strtoul(line, NULL, 10);
        at = end ? end + 2 : message;
    }
    for (; *at && length + 1 < sizeof mishap->why; at++)
        mishap->why[length++] = *at == '\'' ? '`' : *at;
    mishap->why[length] = '\0';
    for (size_t i = 0; i < sizeof said_for_nothing / sizeof *said_for_nothing; i++)
        if (text_ends_with(text_of(mishap->why), said_for_nothing[i]))
            mishap->why[length - strlen(said_for_nothing[i])] = '\0';
    if (text_is(text_of(mishap->why), "C stack overflow"))
        snprintf(mishap->why, sizeof mishap->why, "parts nest deeper than Lua reads: some 190 in each other");
}

/* Called where something failed, before the stack is unwound. */
static int on_error(lua_State *lua)
{
    struct mishap *mishap = sandbox_of(lua)->mishap;
    if (mishap->line == 0)
        mishap->line = current_line(lua);
    if (mishap->why[0] == '\0' && lua_type(lua, -1) == LUA_TSTRING) {
        size_t line = mishap->line;
        take_message(mishap, lua_tostring(lua, -1));
        mishap->line = line;
    }
    return 1;
}

static void explain_breach(const struct sandbox *sandbox)
{
    struct mishap *mishap = sandbox->mishap;
    switch (sandbox->breach) {
    case BREACH_NONE:
        return;
    case BREACH_INSTRUCTIONS:
        snprintf(mishap->why, sizeof mishap->why, "passed its budget of %d instructions", LUA_INSTRUCTIONS_MAX);
        return;
    case BREACH_MEMORY:
        snprintf(mishap->why, sizeof mishap->why, "passed its memory of %zu bytes", sandbox->memory);
        return;
    case BREACH_BLOCK:
        snprintf(mishap->why, sizeof mishap->why, "made a table or a list of arguments of more than %zu bytes",
                 LUA_BLOCK_MAX);
        return;
    case BREACH_TEXT:
        snprintf(mishap->why, sizeof mishap->why, "made a text of more than %zu bytes", LUA_TEXT_MAX);
        return;
    case BREACH_DEPTH:
        snprintf(mishap->why, sizeof mishap->why, "calls nest too deep");
        return;
    }
}

/* What a step works on, passed as a light userdata: so that entering allocates nothing. */
struct work {
    struct text text;
    const struct script_call *call;
    struct lua_value *value;
    bool found;
};

/* The only way into Lua. */
static bool run(struct sandbox *sandbox, lua_CFunction step, struct work *work, struct mishap *mishap)
{
    lua_State *lua = sandbox->lua;
    *mishap = (struct mishap){0};
    sandbox->mishap = mishap;
    sandbox->breach = BREACH_NONE;
    sandbox->instructions = 0;
    sandbox->counting = true;
    lua_settop(lua, 0);
    lua_pushcfunction(lua, on_error);
    lua_pushcfunction(lua, step);
    lua_pushlightuserdata(lua, work);
    lua_sethook(lua, count, LUA_MASKCOUNT, LUA_STEP);
    int status = lua_pcall(lua, 1, 0, 1);
    sandbox->counting = false;
    if (status == LUA_OK && sandbox->breach == BREACH_NONE)
        return true;
    explain_breach(sandbox);
    if (mishap->why[0] == '\0')
        snprintf(mishap->why, sizeof mishap->why, "failed without a reason");
    return false;
}

/* Compiles onto the stack; a syntax error goes on as any other, with its own line. */
static void compile(lua_State *lua, struct text source)
{
    if (luaL_loadbufferx(lua, source.at, source.length, CHUNK_NAME, "t") == LUA_OK)
        return;
    if (lua_type(lua, -1) == LUA_TSTRING)
        take_message(sandbox_of(lua)->mishap, lua_tostring(lua, -1));
    throw(lua);
}

static int compile_only(lua_State *lua)
{
    const struct work *work = lua_touserdata(lua, 1);
    compile(lua, work->text);
    return 0;
}

static int compile_and_run(lua_State *lua)
{
    const struct work *work = lua_touserdata(lua, 1);
    struct sandbox *sandbox = sandbox_of(lua);
    sandbox_names_install(lua);
    compile(lua, work->text);
    sandbox->block_max = LUA_BLOCK_MAX;
    lua_call(lua, 0, 0);
    return 0;
}

/* ---- a call ---- */

static void push_scalar(lua_State *lua, struct scalar scalar)
{
    char date[32];
    int year, month, day;
    switch (scalar.kind) {
    case TYPE_BOOLEAN:
        lua_pushboolean(lua, scalar.as.boolean);
        return;
    case TYPE_INTEGER:
    case TYPE_MONEY:
        lua_pushinteger(lua, scalar.as.number);
        return;
    case TYPE_TEXT:
        lua_pushlstring(lua, scalar.as.text.at ? scalar.as.text.at : "", scalar.as.text.length);
        return;
    case TYPE_DATE:
        date_parts(scalar.as.date, &year, &month, &day);
        snprintf(date, sizeof date, "%04d-%02d-%02d", year, month, day);
        lua_pushstring(lua, date);
        return;
    }
}

static void set_field(lua_State *lua, struct text name, struct scalar scalar)
{
    lua_pushlstring(lua, name.at, name.length);
    push_scalar(lua, scalar);
    lua_rawset(lua, -3);
}

/* {on = "2022-01-03", outcome = "positive", ref = "a"}: what was not given is not there. */
static void push_entry(lua_State *lua, const struct vocabulary *vocabulary, const struct entry *entry)
{
    const struct event_type *event = &vocabulary->events[entry->event];
    lua_createtable(lua, 0, (int)event->attributes_count + 2);
    set_field(lua, TEXT("on"), (struct scalar){.kind = TYPE_DATE, .as.date = entry->on});
    if (entry->ref.at)
        set_field(lua, TEXT("ref"), (struct scalar){.kind = TYPE_TEXT, .as.text = entry->ref});
    for (size_t i = 0; i < event->attributes_count; i++)
        if (entry->attributes[i].known)
            set_field(lua, event->attributes[i].name, entry->attributes[i].value);
}

static void push_argument(lua_State *lua, const struct script_call *call, const struct script_argument *argument)
{
    if (!argument->is_list) {
        push_scalar(lua, argument->scalar);
        return;
    }
    lua_createtable(lua, (int)argument->entries_count, 0);
    for (size_t i = 0; i < argument->entries_count; i++) {
        push_entry(lua, &call->covenant->region->vocabulary, argument->entries[i]);
        lua_rawseti(lua, -2, (lua_Integer)i + 1);
    }
}

static void take_value(lua_State *lua, struct lua_value *value)
{
    *value = (struct lua_value){.kind = LUA_KIND_OTHER, .found = sandbox_describe(lua, -1)};
    if (lua_isinteger(lua, -1)) {
        value->kind = LUA_KIND_INTEGER;
        value->integer = lua_tointeger(lua, -1);
    } else if (lua_isboolean(lua, -1)) {
        value->kind = LUA_KIND_BOOLEAN;
        value->boolean = lua_toboolean(lua, -1);
    } else if (lua_type(lua, -1) == LUA_TSTRING) {
        value->kind = LUA_KIND_TEXT;
        value->text.at = lua_tolstring(lua, -1, &value->text.length);
    }
}

static void push_function(lua_State *lua, struct text name)
{
    lua_pushglobaltable(lua);
    lua_pushlstring(lua, name.at, name.length);
    lua_rawget(lua, -2);
    lua_remove(lua, -2);
}

static int call_function(lua_State *lua)
{
    const struct work *work = lua_touserdata(lua, 1);
    const struct script_call *call = work->call;
    push_function(lua, call->derived->function);
    if (!lua_checkstack(lua, (int)call->arguments_count + LUA_MINSTACK))
        return sandbox_raise(lua, "takes too many arguments");
    for (size_t i = 0; i < call->arguments_count; i++)
        push_argument(lua, call, &call->arguments[i]);
    lua_call(lua, (int)call->arguments_count, 1);
    take_value(lua, work->value);
    return 0;
}

static int look_up(lua_State *lua)
{
    struct work *work = lua_touserdata(lua, 1);
    push_function(lua, work->text);
    work->found = lua_isfunction(lua, -1);
    return 0;
}

/* ---- the sandbox ---- */

/* Debian's Lua asks its allocator for nothing but memory: all that it holds is in the region, pointers included. */
static void image_take(struct sandbox *sandbox)
{
    sandbox->image_length = sandbox->used;
    sandbox->image_last = sandbox->last;
    sandbox->image = malloc(sandbox->used);
    assert(sandbox->image && "out of memory");
    memcpy(sandbox->image, sandbox->region, sandbox->used);
}

static void image_put_back(struct sandbox *sandbox)
{
    assert(sandbox->image && "nothing was loaded");
    memcpy(sandbox->region, sandbox->image, sandbox->image_length);
    sandbox->used = sandbox->image_length;
    sandbox->last = sandbox->image_last;
}

struct sandbox *sandbox_open(size_t memory)
{
    struct sandbox *sandbox = calloc(1, sizeof *sandbox);
    assert(sandbox && "out of memory");
    sandbox->memory = memory / sizeof(max_align_t) * sizeof(max_align_t);
    sandbox->block_max = memory;
    sandbox->region = malloc(memory + 1); /* what is never touched costs nothing */
    assert(sandbox->region && "out of memory");
    sandbox->lua = lua_newstate(allocate, sandbox);
    if (!sandbox->lua) {
        sandbox_close(sandbox);
        return NULL;
    }
    memcpy(lua_getextraspace(sandbox->lua), &sandbox, sizeof sandbox);
    lua_gc(sandbox->lua, LUA_GCSTOP);
    return sandbox;
}

void sandbox_close(struct sandbox *sandbox)
{
    if (!sandbox)
        return;
    free(sandbox->image); /* no lua_close: there is nothing outside the region, and nothing in it that must run */
    free(sandbox->region);
    free(sandbox);
}

bool sandbox_compiles(struct sandbox *sandbox, struct text source, struct mishap *mishap)
{
    struct work work = {.text = source};
    return run(sandbox, compile_only, &work, mishap);
}

bool sandbox_load(struct sandbox *sandbox, struct text source, struct mishap *mishap)
{
    struct work work = {.text = source};
    if (!run(sandbox, compile_and_run, &work, mishap))
        return false;
    lua_settop(sandbox->lua, 0);
    image_take(sandbox);
    return true;
}

bool sandbox_has_function(struct sandbox *sandbox, struct text name)
{
    struct work work = {.text = name};
    struct mishap mishap;
    image_put_back(sandbox);
    return run(sandbox, look_up, &work, &mishap) && work.found;
}

bool sandbox_call(struct sandbox *sandbox, const struct script_call *call, struct lua_value *value,
                  struct mishap *mishap)
{
    struct work work = {.call = call, .value = value};
    image_put_back(sandbox);
    return run(sandbox, call_function, &work, mishap);
}

long long sandbox_instructions(const struct sandbox *sandbox)
{
    return sandbox->instructions;
}

const char *sandbox_release(void)
{
    return LUA_RELEASE;
}
