#include "engine/script_scope.h"

#include "base/limits.h"
#include "engine/sandbox.h"

/* What people know from other Lua, and what to do instead. */
static const struct absent {
    const char *name, *advice;
} absents[] = {
    {"assert", "use `if ... then fail(\"why\") end`"},
    {"error", "use `fail(\"why\")`"},
    {"pcall", "a function that fails makes its value unknown, with the reason"},
    {"xpcall", "a function that fails makes its value unknown, with the reason"},
    {"next", "use `pairs`"},
    {"print", "use the trace of a decision"},
    {"tonumber", "give the function an integer"},
    {"tostring", "join texts with `..`"},
    {"string", "texts are compared and joined, nothing else"},
    {"table", "write to `list[#list + 1]`"},
    {"os", "the date judged is `on`: give it as an argument"},
    {"io", "all that a function knows is in its arguments"},
    {"require", "one file holds all functions"},
    {"dofile", "one file holds all functions"},
    {"loadfile", "one file holds all functions"},
    {"load", "no code is made while running"},
    {"loadstring", "no code is made while running"},
    {"setmetatable", "tables are plain"},
    {"getmetatable", "tables are plain"},
    {"coroutine", "a function runs to its end"},
    {"collectgarbage", "memory looks after itself"},
    {"debug", "use the trace of a decision"},
};

void script_scope_report(struct script_scope *scope, const struct script_token *token, const char *code,
                         const char *format, ...)
{
    if (!scope->findings || scope->reported++ >= ERRORS_MAX)
        return;
    va_list list;
    va_start(list, format);
    struct text message = text_format_list(scope->arena, format, list);
    va_end(list);
    findings_add(scope->findings, SEVERITY_ERROR, code, script_place(scope->file, token), token->text.length, "%.*s",
                 TEXT_ARGS(message));
}

bool script_scope_is_built_in(struct text name)
{
    for (size_t i = 0; sandbox_name(i); i++)
        if (text_is(name, sandbox_name(i)))
            return true;
    return text_is(name, "math");
}

bool script_scope_has_local(const struct script_scope *scope, struct text name)
{
    for (size_t i = scope->locals_count; i > 0; i--)
        if (text_equal(scope->locals[i - 1], name))
            return true;
    return false;
}

void script_scope_add_local(struct script_scope *scope, struct text name)
{
    struct text *room =
        arena_push(scope->arena, &scope->locals, &scope->locals_count, &scope->locals_capacity, sizeof *room);
    *room = name;
}

void script_scope_use(struct script_scope *scope, const struct script_token *token)
{
    if (!scope->findings || script_scope_has_local(scope, token->text) || script_scope_is_built_in(token->text))
        return;
    struct script_token *room = arena_push(scope->arena, &scope->references, &scope->references_count,
                                           &scope->references_capacity, sizeof *room);
    *room = *token;
}

static void report_name(struct script_scope *scope, const struct script_token *token, const char *what)
{
    if (scope->reported >= ERRORS_MAX || text_list_has(&scope->wrong, token->text))
        return;
    text_list_add(scope->arena, &scope->wrong, token->text);
    script_scope_report(scope, token, "lua_refused", "`%.*s` %s", TEXT_ARGS(token->text), what);
}

void script_scope_set(struct script_scope *scope, const struct script_token *token)
{
    if (!scope->findings || script_scope_has_local(scope, token->text))
        return;
    if (script_scope_is_built_in(token->text)) {
        report_name(scope, token, "is built in and stays what it is: choose another name");
    } else if (scope->functions) {
        report_name(scope, token, "is set in a function but is none of its locals: write `local` before the first one");
    } else if (scope->globals.count <= SCRIPT_GLOBALS_MAX && !text_list_has(&scope->globals, token->text)) {
        text_list_add(scope->arena, &scope->globals, token->text);
        if (scope->globals.count > SCRIPT_GLOBALS_MAX)
            script_scope_report(scope, token, "too_large", "the file gives more than %d names a value: use tables",
                                SCRIPT_GLOBALS_MAX);
    }
}

static struct text suggestion(struct script_scope *scope, struct text name)
{
    struct text_list candidates = {0};
    for (size_t i = 0; sandbox_name(i); i++)
        text_list_add(scope->arena, &candidates, text_of(sandbox_name(i)));
    for (size_t i = 0; i < scope->globals.count; i++)
        text_list_add(scope->arena, &candidates, scope->globals.items[i]);
    struct text nearest = text_nearest(name, candidates.items, candidates.count);
    return nearest.at ? text_format(scope->arena, ", did you mean `%.*s`?", TEXT_ARGS(nearest)) : TEXT("");
}

void script_scope_unknown(struct script_scope *scope, const struct script_token *token, struct text name)
{
    const char *advice = NULL;
    for (size_t i = 0; i < sizeof absents / sizeof *absents; i++)
        if (text_is(name, absents[i].name))
            advice = absents[i].advice;
    if (advice)
        script_scope_report(scope, token, "unknown_name", "`%.*s` is no part of a covenant's Lua: %s", TEXT_ARGS(name),
                            advice);
    else
        script_scope_report(scope, token, "unknown_name", "unknown name `%.*s`%.*s", TEXT_ARGS(name),
                            TEXT_ARGS(suggestion(scope, name)));
}

void script_scope_check(struct script_scope *scope)
{
    if (scope->globals.count > SCRIPT_GLOBALS_MAX)
        return; /* not all are known */
    for (size_t i = 0; i < scope->references_count && scope->reported < ERRORS_MAX; i++) {
        const struct script_token *token = &scope->references[i];
        if (text_list_has(&scope->globals, token->text) || text_list_has(&scope->wrong, token->text))
            continue;
        text_list_add(scope->arena, &scope->wrong, token->text);
        script_scope_unknown(scope, token, token->text);
    }
}
