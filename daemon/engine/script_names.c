#include "base/limits.h"
#include "engine/sandbox.h"
#include "engine/script_source.h"

#include <string.h>

/*
 * Reads a file that Lua has compiled: so its grammar is right, and how deep things nest is bounded by Lua's own limit
 * of 200. Precedence does not matter to names: an expression is operands with operators between them.
 */

struct reading {
    struct arena *arena;
    const struct source_file *file;
    struct script_lexer lexer;
    struct script_token token; /* the next one */
    size_t end;                /* where the last one that was taken ends */
    struct buffer out;
    size_t copied;             /* of the file, into `out` */
    struct findings *findings; /* NULL: rewriting only */
    struct text *locals;       /* in scope, the innermost last */
    size_t locals_count, locals_capacity;
    size_t functions;          /* how many enclose this place */
    struct text_list globals;  /* what the file gives a name */
    struct text_list wrong;    /* names of which something was found: once is enough */
    struct script_token *references; /* global names that are read */
    size_t references_count, references_capacity;
};

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

static void read_block(struct reading *reading);
static void read_expression(struct reading *reading);
static void read_expressions(struct reading *reading);

static void take(struct reading *reading)
{
    reading->end = reading->token.at + reading->token.text.length;
    reading->token = script_lexer_next(&reading->lexer);
}

/* Is the next token this word or sign? A text that reads the same is not. */
static bool next_is(const struct reading *reading, const char *written)
{
    return (reading->token.sort == SORT_WORD || reading->token.sort == SORT_SIGN) &&
           text_is(reading->token.text, written);
}

static bool take_if(struct reading *reading, const char *written)
{
    bool is = next_is(reading, written);
    if (is)
        take(reading);
    return is;
}

static struct text take_name(struct reading *reading)
{
    struct text name = reading->token.text;
    if (reading->token.sort == SORT_NAME)
        take(reading);
    return name;
}

static void copy_to(struct reading *reading, size_t at)
{
    buffer_add(&reading->out, text_slice(reading->file->text, reading->copied, at));
    reading->copied = at;
}

static void report(struct reading *reading, const struct script_token *token, const char *code, struct text message)
{
    if (reading->findings)
        findings_add(reading->findings, SEVERITY_ERROR, code, script_place(reading->file, token), token->text.length,
                     "%.*s", TEXT_ARGS(message));
}

/* ---- names ---- */

static bool is_built_in(struct text name)
{
    for (size_t i = 0; sandbox_name(i); i++)
        if (text_is(name, sandbox_name(i)))
            return true;
    return text_is(name, "math");
}

static bool is_local(const struct reading *reading, struct text name)
{
    for (size_t i = reading->locals_count; i > 0; i--)
        if (text_equal(reading->locals[i - 1], name))
            return true;
    return false;
}

static void add_local(struct reading *reading, struct text name)
{
    struct text *room =
        arena_push(reading->arena, &reading->locals, &reading->locals_count, &reading->locals_capacity, sizeof *room);
    *room = name;
}

/* A name is read; what it is can be told when the whole file has been read. */
static void use_name(struct reading *reading, const struct script_token *token)
{
    if (!reading->findings || is_local(reading, token->text) || is_built_in(token->text))
        return;
    struct script_token *room = arena_push(reading->arena, &reading->references, &reading->references_count,
                                           &reading->references_capacity, sizeof *room);
    *room = *token;
}

static void report_name(struct reading *reading, const struct script_token *token, const char *code, const char *what)
{
    if (text_list_has(&reading->wrong, token->text))
        return;
    text_list_add(reading->arena, &reading->wrong, token->text);
    report(reading, token, code, text_format(reading->arena, "`%.*s` %s", TEXT_ARGS(token->text), what));
}

/* A name is given a value by a statement. */
static void set_name(struct reading *reading, const struct script_token *token)
{
    if (!reading->findings || is_local(reading, token->text))
        return;
    if (is_built_in(token->text)) {
        report_name(reading, token, "lua_refused", "is built in and stays what it is: choose another name");
    } else if (reading->functions) {
        report_name(reading, token, "lua_refused",
                    "is set in a function but is none of its locals: write `local` before the first one");
    } else if (reading->globals.count <= SCRIPT_GLOBALS_MAX && !text_list_has(&reading->globals, token->text)) {
        text_list_add(reading->arena, &reading->globals, token->text);
        if (reading->globals.count > SCRIPT_GLOBALS_MAX)
            report(reading, token, "too_large", text_format(reading->arena, "the file gives more than %d names a value: use tables",
                                                            SCRIPT_GLOBALS_MAX));
    }
}

static struct text suggestion(struct reading *reading, struct text name)
{
    struct text_list candidates = {0};
    for (size_t i = 0; sandbox_name(i); i++)
        text_list_add(reading->arena, &candidates, text_of(sandbox_name(i)));
    for (size_t i = 0; i < reading->globals.count; i++)
        text_list_add(reading->arena, &candidates, reading->globals.items[i]);
    struct text nearest = text_nearest(name, candidates.items, candidates.count);
    return nearest.at ? text_format(reading->arena, ", did you mean `%.*s`?", TEXT_ARGS(nearest)) : TEXT("");
}

static void unknown_name(struct reading *reading, const struct script_token *token, struct text name)
{
    const char *advice = NULL;
    for (size_t i = 0; i < sizeof absents / sizeof *absents; i++)
        if (text_is(name, absents[i].name))
            advice = absents[i].advice;
    struct text message = advice ? text_format(reading->arena, "`%.*s` is no part of a covenant's Lua: %s", TEXT_ARGS(name), advice)
                                 : text_format(reading->arena, "unknown name `%.*s`%.*s", TEXT_ARGS(name),
                                               TEXT_ARGS(suggestion(reading, name)));
    report(reading, token, "unknown_name", message);
}

static void check_references(struct reading *reading)
{
    size_t before = reading->findings->errors;
    if (reading->globals.count > SCRIPT_GLOBALS_MAX)
        return; /* not all are known */
    for (size_t i = 0; i < reading->references_count && reading->findings->errors < before + ERRORS_MAX; i++) {
        const struct script_token *token = &reading->references[i];
        if (text_list_has(&reading->globals, token->text) || text_list_has(&reading->wrong, token->text))
            continue;
        text_list_add(reading->arena, &reading->wrong, token->text);
        unknown_name(reading, token, token->text);
    }
}

/* ---- expressions ---- */

static void read_function(struct reading *reading, bool is_method)
{
    size_t outer = reading->locals_count;
    reading->functions++;
    if (is_method)
        add_local(reading, TEXT("self"));
    take_if(reading, "(");
    while (reading->token.sort != SORT_END && !next_is(reading, ")")) {
        if (reading->token.sort == SORT_NAME)
            add_local(reading, reading->token.text);
        take(reading);
    }
    take_if(reading, ")");
    read_block(reading);
    take_if(reading, "end");
    reading->functions--;
    reading->locals_count = outer;
}

static void read_table(struct reading *reading)
{
    take_if(reading, "{");
    while (reading->token.sort != SORT_END && !next_is(reading, "}")) {
        if (take_if(reading, "[")) {
            read_expression(reading);
            take_if(reading, "]");
            take_if(reading, "=");
            read_expression(reading);
        } else if (reading->token.sort == SORT_NAME) {
            struct script_lexer here = reading->lexer;
            struct script_token behind = script_lexer_next(&here);
            if (behind.sort == SORT_SIGN && text_is(behind.text, "=")) {
                take(reading);
                take(reading);
            }
            read_expression(reading);
        } else {
            read_expression(reading);
        }
        if (!take_if(reading, ","))
            take_if(reading, ";");
    }
    take_if(reading, "}");
}

/* `.floor` behind `math`. */
static void check_math(struct reading *reading)
{
    struct text name = text_format(reading->arena, "math.%.*s", TEXT_ARGS(reading->token.text));
    if (!is_built_in(name))
        unknown_name(reading, &reading->token, name);
}

/* One `.name`, `[key]`, `:name`, call; false when none comes. */
static bool read_suffix(struct reading *reading, bool of_math)
{
    if (take_if(reading, ".") || take_if(reading, ":")) {
        if (of_math && reading->findings)
            check_math(reading);
        take(reading);
    } else if (take_if(reading, "[")) {
        read_expression(reading);
        take_if(reading, "]");
    } else if (take_if(reading, "(")) {
        if (!next_is(reading, ")"))
            read_expressions(reading);
        take_if(reading, ")");
    } else if (next_is(reading, "{")) {
        read_table(reading);
    } else if (reading->token.sort == SORT_STRING) {
        take(reading);
    } else {
        return false;
    }
    return true;
}

/* A name or parentheses and what follows them. Says whether it is a bare name, which an assignment would set. */
static bool read_chain(struct reading *reading)
{
    struct script_token first = reading->token;
    bool is_name = first.sort == SORT_NAME, bare = is_name;
    bool of_math = is_name && text_is(first.text, "math") && !is_local(reading, first.text);
    if (is_name) {
        take(reading);
    } else {
        take_if(reading, "(");
        read_expression(reading);
        take_if(reading, ")");
    }
    for (size_t count = 1; read_suffix(reading, of_math); count++) {
        bare = of_math = false;
        if (count == SCRIPT_CHAIN_MAX + 1)
            report(reading, &first, "lua_refused",
                   text_format(reading->arena, "more than %d names and calls hang together here: give parts of it a local name",
                               SCRIPT_CHAIN_MAX));
    }
    return bare;
}

static void read_operand(struct reading *reading)
{
    if (take_if(reading, "function")) {
        read_function(reading, false);
    } else if (next_is(reading, "{")) {
        read_table(reading);
    } else if (reading->token.sort == SORT_NAME || next_is(reading, "(")) {
        if (reading->token.sort == SORT_NAME)
            use_name(reading, &reading->token);
        read_chain(reading);
    } else {
        take(reading); /* a number, a text, true, false, nil, ... */
    }
}

/* An operand with the `not`, `-` and `#` before it. */
static void read_unary(struct reading *reading)
{
    if (next_is(reading, "#")) {
        copy_to(reading, reading->token.at);
        take(reading);
        reading->copied = reading->end;
        buffer_add_string(&reading->out, "(" SCRIPT_LENGTH_NAME "(");
        read_unary(reading);
        copy_to(reading, reading->end);
        buffer_add_string(&reading->out, "))");
    } else if (take_if(reading, "not") || take_if(reading, "-")) {
        read_unary(reading);
    } else {
        read_operand(reading);
    }
}

static bool take_operator(struct reading *reading)
{
    static const char *const operators[] = {"+",  "-", "*",  "//", "%",  "..", "==",
                                            "~=", "<", "<=", ">",  ">=", "and", "or"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (take_if(reading, operators[i]))
            return true;
    return false;
}

static void read_expression(struct reading *reading)
{
    do
        read_unary(reading);
    while (take_operator(reading));
}

static void read_expressions(struct reading *reading)
{
    do
        read_expression(reading);
    while (take_if(reading, ","));
}

/* ---- statements ---- */

static void read_scope(struct reading *reading)
{
    size_t outer = reading->locals_count;
    read_block(reading);
    reading->locals_count = outer;
}

static void read_local(struct reading *reading)
{
    if (take_if(reading, "function")) {
        add_local(reading, take_name(reading));
        read_function(reading, false);
        return;
    }
    struct text_list names = {0};
    do
        text_list_add(reading->arena, &names, take_name(reading));
    while (take_if(reading, ","));
    if (take_if(reading, "="))
        read_expressions(reading);
    for (size_t i = 0; i < names.count; i++)
        add_local(reading, names.items[i]);
}

/* `function name`, `function table.name`, `function table:name` */
static void read_named_function(struct reading *reading)
{
    struct script_token first = reading->token;
    bool is_method = false, bare = true;
    take_name(reading);
    while (next_is(reading, ".") || next_is(reading, ":")) {
        is_method = next_is(reading, ":");
        bare = false;
        take(reading);
        take(reading);
    }
    if (!bare)
        use_name(reading, &first);
    else if (text_list_has(&reading->globals, first.text) && !is_local(reading, first.text))
        report(reading, &first, "duplicate_name",
               text_format(reading->arena, "function `%.*s` is defined before: only the last would hold", TEXT_ARGS(first.text)));
    else
        set_name(reading, &first);
    read_function(reading, is_method);
}

/* What a numeric `for` counts with, made to fail unless it is a whole number. */
static void read_whole(struct reading *reading)
{
    copy_to(reading, reading->token.at);
    buffer_add_string(&reading->out, SCRIPT_WHOLE_NAME "(");
    read_expression(reading);
    copy_to(reading, reading->end);
    buffer_add_string(&reading->out, ")");
}

static void read_for(struct reading *reading)
{
    size_t outer = reading->locals_count;
    struct text_list names = {0};
    do
        text_list_add(reading->arena, &names, take_name(reading));
    while (take_if(reading, ","));
    if (take_if(reading, "=")) {
        do
            read_whole(reading);
        while (take_if(reading, ","));
    } else {
        take_if(reading, "in");
        read_expressions(reading);
    }
    for (size_t i = 0; i < names.count; i++)
        add_local(reading, names.items[i]);
    take_if(reading, "do");
    read_block(reading);
    take_if(reading, "end");
    reading->locals_count = outer;
}

static void read_if(struct reading *reading)
{
    do {
        read_expression(reading);
        take_if(reading, "then");
        read_scope(reading);
    } while (take_if(reading, "elseif"));
    if (take_if(reading, "else"))
        read_scope(reading);
    take_if(reading, "end");
}

/* A call, or an assignment: bare names are set, others are read. */
static void read_call_or_assignment(struct reading *reading)
{
    struct script_token first = reading->token;
    bool bare = read_chain(reading);
    bool assigns = next_is(reading, "=") || next_is(reading, ",");
    if (assigns && !bare && text_is(first.text, "math") && !is_local(reading, first.text))
        set_name(reading, &first);
    for (;;) {
        if (bare && assigns)
            set_name(reading, &first);
        else if (first.sort == SORT_NAME)
            use_name(reading, &first);
        if (!take_if(reading, ","))
            break;
        first = reading->token;
        bare = read_chain(reading);
    }
    if (take_if(reading, "="))
        read_expressions(reading);
}

static void read_return(struct reading *reading)
{
    static const char *const ends[] = {"end", "else", "elseif", "until", ";"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (next_is(reading, ends[i]))
            return;
    if (reading->token.sort != SORT_END)
        read_expressions(reading);
}

static void read_repeat(struct reading *reading)
{
    size_t outer = reading->locals_count;
    read_block(reading);
    take_if(reading, "until"); /* sees the locals of the block */
    read_expression(reading);
    reading->locals_count = outer;
}

static void read_statement(struct reading *reading)
{
    if (take_if(reading, ";") || take_if(reading, "break")) {
        return;
    } else if (take_if(reading, "local")) {
        read_local(reading);
    } else if (take_if(reading, "function")) {
        read_named_function(reading);
    } else if (take_if(reading, "for")) {
        read_for(reading);
    } else if (take_if(reading, "if")) {
        read_if(reading);
    } else if (take_if(reading, "while")) {
        read_expression(reading);
        take_if(reading, "do");
        read_scope(reading);
        take_if(reading, "end");
    } else if (take_if(reading, "do")) {
        read_scope(reading);
        take_if(reading, "end");
    } else if (take_if(reading, "repeat")) {
        read_repeat(reading);
    } else if (take_if(reading, "return")) {
        read_return(reading);
    } else {
        read_call_or_assignment(reading);
    }
}

/* Up to the word that ends it. Locals stay, for who opened the scope to end it. */
static void read_block(struct reading *reading)
{
    static const char *const ends[] = {"end", "else", "elseif", "until"};
    while (reading->token.sort != SORT_END) {
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
            if (next_is(reading, ends[i]))
                return;
        size_t at = reading->token.at;
        read_statement(reading);
        if (reading->token.at == at)
            take(reading); /* not reached in a file that Lua compiles: but never stand still */
    }
}

struct text script_rewrite(struct arena *arena, const struct source_file *file, struct text_list *defined,
                           struct findings *findings)
{
    struct reading reading = {.arena = arena, .file = file, .findings = findings};
    script_lexer_init(&reading.lexer, file);
    buffer_init(&reading.out, arena);
    reading.token = script_lexer_next(&reading.lexer);
    read_block(&reading);
    copy_to(&reading, file->text.length);
    if (findings)
        check_references(&reading);
    if (defined)
        *defined = reading.globals;
    return buffer_text(&reading.out);
}
