#include "engine/script.h"

#include "base/limits.h"
#include "covenant/yaml_text.h"
#include "engine/sandbox.h"
#include "engine/script_source.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- at load ---- */

/* The part of a syntax error's line that Lua names (`... near <what>`); the line's beginning when it names none. */
static struct place syntax_place(const struct source_file *file, const struct mishap *mishap, size_t *width)
{
    struct place place = {file, mishap->line ? mishap->line : 1, 1};
    static const char outside[] = "break outside loop at line "; /* reported at the end of its function */
    const char *near = strstr(mishap->why, " near `"), *line_of_break = strstr(mishap->why, outside);
    if (line_of_break)
        place.line = strtoul(line_of_break + strlen(outside), NULL, 10);
    const char *end = near ? strrchr(near, '`') : NULL;
    struct text line = place_line(place);
    *width = 1;
    if (!near || end <= near + strlen(" near `"))
        return place;
    struct text part = {near + strlen(" near `"), (size_t)(end - near) - strlen(" near `")};
    for (size_t i = 0; part.length && i + part.length <= line.length; i++)
        if (text_equal(text_slice(line, i, i + part.length), part)) {
            *width = text_characters(part);
            return place_after(place, text_characters(text_slice(line, 0, i)));
        }
    return place;
}

static bool syntax_check(const struct source_file *file, struct findings *findings)
{
    struct sandbox *sandbox = sandbox_open(LUA_MEMORY_MAX);
    struct mishap mishap;
    bool good = sandbox_compiles(sandbox, file->text, &mishap);
    if (!good) {
        size_t width;
        struct place place = syntax_place(file, &mishap, &width);
        findings_add(findings, SEVERITY_ERROR, "lua_syntax", place, width, "%s", mishap.why);
    }
    sandbox_close(sandbox);
    return good;
}

static bool runs_check(const struct source_file *file, struct sandbox *sandbox, struct text text,
                       struct findings *findings)
{
    struct mishap mishap;
    if (sandbox_load(sandbox, text, &mishap))
        return true;
    findings_add(findings, SEVERITY_ERROR, "lua_fails", (struct place){file, mishap.line ? mishap.line : 1, 1}, 1,
                 "the file fails while it is loaded: %s", mishap.why);
    return false;
}

static bool is_lua(const struct derived *derived)
{
    return derived->kind == DERIVED_LUA;
}

/* Every function that `derived` names is there. */
static bool functions_check(struct arena *arena, const struct covenant *covenant, struct sandbox *sandbox,
                            const struct text_list *defined, struct findings *findings)
{
    size_t before = findings->errors;
    for (size_t i = 0; i < covenant->derived_count; i++) {
        const struct derived *derived = &covenant->derived[i];
        if (!is_lua(derived) || sandbox_has_function(sandbox, derived->function))
            continue;
        struct text nearest = text_nearest(derived->function, defined->items, defined->count);
        struct text more = text_list_has(defined, derived->function) ? TEXT(", what has that name is something else")
                           : nearest.at ? text_format(arena, ", did you mean `%.*s`?", TEXT_ARGS(nearest))
                                        : TEXT("");
        findings_add(findings, SEVERITY_ERROR, "unknown_function", derived->place, derived->function.length,
                     "`%.*s` defines no function `%.*s`%.*s", TEXT_ARGS(covenant->lua->path),
                     TEXT_ARGS(derived->function), TEXT_ARGS(more));
    }
    return findings->errors == before;
}

static bool no_file_check(const struct covenant *covenant, struct findings *findings)
{
    size_t before = findings->errors;
    for (size_t i = 0; i < covenant->derived_count; i++)
        if (is_lua(&covenant->derived[i]))
            findings_add(findings, SEVERITY_ERROR, "unknown_function", covenant->derived[i].place,
                         covenant->derived[i].function.length,
                         "function `%.*s` is called, but the covenant names no Lua file: write `functions`",
                         TEXT_ARGS(covenant->derived[i].function));
    return findings->errors == before;
}

bool script_check(struct arena *arena, const struct covenant *covenant, struct findings *findings)
{
    const struct source_file *file = covenant->lua;
    struct text_list defined = {0};
    size_t before = findings->errors;
    if (!file)
        return no_file_check(covenant, findings);
    if (!script_tokens_check(file, findings) || !syntax_check(file, findings))
        return false;
    struct text text = script_rewrite(arena, file, &defined, findings);
    if (findings->errors > before)
        return false;
    struct sandbox *sandbox = sandbox_open(LUA_MEMORY_MAX);
    bool good = runs_check(file, sandbox, text, findings) &&
                functions_check(arena, covenant, sandbox, &defined, findings);
    sandbox_close(sandbox);
    return good;
}

/* ---- interpreters ---- */

/* One version's; `sandbox` is NULL when the file did not load, and `mishap` says why. */
struct loaded {
    const struct source_file *file;
    struct sandbox *sandbox;
    struct mishap mishap;
    struct loaded *next;
};

struct interpreter {
    struct loaded *loaded;
};

static void *allocate_zeroed(size_t size)
{
    void *memory = calloc(1, size);
    assert(memory && "out of memory");
    return memory;
}

struct interpreter *interpreter_open(void)
{
    return allocate_zeroed(sizeof(struct interpreter));
}

void interpreter_close(struct interpreter *interpreter)
{
    struct loaded *loaded = interpreter ? interpreter->loaded : NULL;
    while (loaded) {
        struct loaded *next = loaded->next;
        sandbox_close(loaded->sandbox);
        free(loaded);
        loaded = next;
    }
    free(interpreter);
}

static struct loaded *interpreter_load(struct interpreter *interpreter, struct arena *arena,
                                       const struct source_file *file)
{
    for (struct loaded *loaded = interpreter->loaded; loaded; loaded = loaded->next)
        if (loaded->file == file)
            return loaded;
    struct text text = script_rewrite(arena, file, NULL, NULL); /* may jump out of here: nothing is held yet */
    struct loaded *loaded = allocate_zeroed(sizeof *loaded);
    loaded->file = file;
    loaded->sandbox = sandbox_open(LUA_MEMORY_MAX);
    if (!sandbox_load(loaded->sandbox, text, &loaded->mishap)) {
        sandbox_close(loaded->sandbox);
        loaded->sandbox = NULL;
    }
    loaded->next = interpreter->loaded;
    interpreter->loaded = loaded;
    return loaded;
}

/* ---- calls ---- */

/* Nothing that a reader cannot see, on one line. */
static bool is_plain(struct text text)
{
    uint32_t code_point;
    return !yaml_text_fault(text, &code_point) && !(text.length && memchr(text.at, '\n', text.length)) &&
           !(text.length && memchr(text.at, '\t', text.length));
}

/* What a function says may hold anything: what cannot be shown safely is left out, a cut character too. */
static struct text reason(const char *why)
{
    struct text text = text_of(why);
    while (text.length && !text_is_utf8(text) && text.length + 4 > strlen(why))
        text.length--;
    return is_plain(text) ? text : TEXT("failed with a reason that holds unreadable characters");
}

static struct answer failed(struct arena *arena, const struct derived *derived, const struct mishap *mishap)
{
    struct text why = reason(mishap->why);
    struct text detail =
        mishap->line ? text_format(arena, "function `%.*s` at line %zu: %.*s", TEXT_ARGS(derived->function),
                                   mishap->line, TEXT_ARGS(why))
                     : text_format(arena, "function `%.*s`: %.*s", TEXT_ARGS(derived->function), TEXT_ARGS(why));
    return answer_unknown(arena, CAUSE_FAILURE, derived->name, detail);
}

/* A text as this type: a date that exists, a choice that there is, nothing that a reader cannot see. */
static bool text_fits(struct arena *arena, struct text text, const struct type *type, struct scalar *scalar)
{
    if (type->kind == TYPE_DATE)
        return date_parse(text, &scalar->as.date);
    if (type->kind != TYPE_TEXT || !is_plain(text))
        return false;
    scalar->as.text = text_copy(arena, text);
    return !type->choices || text_list_has(type->choices, text);
}

static bool value_fits(struct arena *arena, const struct lua_value *value, const struct type *type,
                       struct scalar *scalar)
{
    *scalar = (struct scalar){.kind = type->kind};
    switch (value->kind) {
    case LUA_KIND_BOOLEAN:
        scalar->as.boolean = value->boolean;
        return type->kind == TYPE_BOOLEAN;
    case LUA_KIND_INTEGER:
        scalar->as.number = value->integer;
        return (type->kind == TYPE_INTEGER || type->kind == TYPE_MONEY) && value->integer <= SCRIPT_NUMBER_MAX &&
               value->integer >= -SCRIPT_NUMBER_MAX;
    case LUA_KIND_TEXT:
        return text_fits(arena, value->text, type, scalar);
    case LUA_KIND_OTHER:
        return false;
    }
    return false;
}

static const char *wanted(const struct type *type)
{
    switch (type->kind) {
    case TYPE_BOOLEAN:
        return "true or false";
    case TYPE_INTEGER:
        return "a whole number";
    case TYPE_MONEY:
        return "money in whole cents";
    case TYPE_TEXT:
        return type->choices ? "one of the choices" : "a text";
    case TYPE_DATE:
        return "a date such as \"2026-01-31\"";
    }
    return "";
}

/* What came instead, as a person would name it: short, and only what can be shown. */
static struct text found(struct arena *arena, const struct lua_value *value)
{
    struct text text = text_slice(value->text, 0, 60);
    if (value->kind == LUA_KIND_INTEGER)
        return value->integer <= SCRIPT_NUMBER_MAX && value->integer >= -SCRIPT_NUMBER_MAX
                   ? text_format(arena, "%lld", value->integer)
                   : TEXT("a number beyond 2^53");
    if (value->kind != LUA_KIND_TEXT)
        return text_of(value->found);
    return is_plain(text) ? text_format(arena, "`%.*s`", TEXT_ARGS(text)) : TEXT("a text that cannot be shown");
}

static struct answer answer_of(struct arena *arena, const struct derived *derived, const struct lua_value *value)
{
    struct scalar scalar;
    struct mishap mishap = {0};
    if (value_fits(arena, value, &derived->type, &scalar))
        return answer_known(scalar);
    struct text instead = found(arena, value);
    struct text why = text_format(arena, "returned %.*s, expected %s", TEXT_ARGS(instead), wanted(&derived->type));
    memcpy(mishap.why, why.at, why.length < sizeof mishap.why ? why.length : sizeof mishap.why - 1);
    return failed(arena, derived, &mishap);
}

struct answer script_call(struct interpreter *interpreter, struct arena *arena, const struct script_call *call,
                          long long *instructions)
{
    assert(call->covenant->lua && is_lua(call->derived));
    struct loaded *loaded = interpreter_load(interpreter, arena, call->covenant->lua);
    struct mishap mishap;
    struct lua_value value = {0};
    if (instructions)
        *instructions = 0;
    if (!loaded->sandbox)
        return failed(arena, call->derived, &loaded->mishap);
    bool good = sandbox_call(loaded->sandbox, call, &value, &mishap);
    if (instructions)
        *instructions = sandbox_instructions(loaded->sandbox);
    return good ? answer_of(arena, call->derived, &value) : failed(arena, call->derived, &mishap);
}

const char *script_release(void)
{
    return sandbox_release();
}
