#include "base/limits.h"
#include "engine/script_scope.h"
#include "engine/script_source.h"

/*
 * Reads a file that Lua has compiled: so its grammar is right, and how deep things nest is bounded by Lua's own limit
 * of 200. Precedence does not matter to names: an expression is operands with operators between them.
 */
struct reading {
    const struct source_file *file;
    struct script_lexer lexer;
    struct script_token token; /* the next one */
    size_t end;                /* where the last one that was taken ends */
    struct script_scope scope;
    struct buffer out;
    size_t copied; /* of the file, into `out` */
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

/* ---- expressions ---- */

static void read_function(struct reading *reading, bool is_method)
{
    size_t outer = reading->scope.locals_count;
    reading->scope.functions++;
    if (is_method)
        script_scope_add_local(&reading->scope, TEXT("self"));
    take_if(reading, "(");
    while (reading->token.sort != SORT_END && !next_is(reading, ")")) {
        if (reading->token.sort == SORT_NAME)
            script_scope_add_local(&reading->scope, reading->token.text);
        take(reading);
    }
    take_if(reading, ")");
    read_block(reading);
    take_if(reading, "end");
    reading->scope.functions--;
    reading->scope.locals_count = outer;
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
    struct text name = text_format(reading->scope.arena, "math.%.*s", TEXT_ARGS(reading->token.text));
    if (!script_scope_is_built_in(name))
        script_scope_unknown(&reading->scope, &reading->token, name);
}

/* One `.name`, `[key]`, `:name`, call; false when none comes. */
static bool read_suffix(struct reading *reading, bool of_math)
{
    if (take_if(reading, ".") || take_if(reading, ":")) {
        if (of_math && reading->scope.findings)
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
    bool of_math = is_name && text_is(first.text, "math") && !script_scope_has_local(&reading->scope, first.text);
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
            script_scope_report(&reading->scope, &first, "lua_refused",
                                "more than %d names and calls hang together here: give parts of it a local name",
                                SCRIPT_CHAIN_MAX);
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
            script_scope_use(&reading->scope, &reading->token);
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
    size_t outer = reading->scope.locals_count;
    read_block(reading);
    reading->scope.locals_count = outer;
}

static void read_local(struct reading *reading)
{
    if (take_if(reading, "function")) {
        script_scope_add_local(&reading->scope, take_name(reading));
        read_function(reading, false);
        return;
    }
    struct text_list names = {0};
    do
        text_list_add(reading->scope.arena, &names, take_name(reading));
    while (take_if(reading, ","));
    if (take_if(reading, "="))
        read_expressions(reading);
    for (size_t i = 0; i < names.count; i++)
        script_scope_add_local(&reading->scope, names.items[i]);
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
        script_scope_use(&reading->scope, &first);
    else if (text_list_has(&reading->scope.globals, first.text) && !script_scope_has_local(&reading->scope, first.text))
        script_scope_report(&reading->scope, &first, "duplicate_name",
                            "function `%.*s` is defined before: only the last would hold", TEXT_ARGS(first.text));
    else
        script_scope_set(&reading->scope, &first);
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
    size_t outer = reading->scope.locals_count;
    struct text_list names = {0};
    do
        text_list_add(reading->scope.arena, &names, take_name(reading));
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
        script_scope_add_local(&reading->scope, names.items[i]);
    take_if(reading, "do");
    read_block(reading);
    take_if(reading, "end");
    reading->scope.locals_count = outer;
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
    if (assigns && !bare && text_is(first.text, "math") && !script_scope_has_local(&reading->scope, first.text))
        script_scope_set(&reading->scope, &first);
    for (;;) {
        if (bare && assigns)
            script_scope_set(&reading->scope, &first);
        else if (first.sort == SORT_NAME)
            script_scope_use(&reading->scope, &first);
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
    size_t outer = reading->scope.locals_count;
    read_block(reading);
    take_if(reading, "until"); /* sees the locals of the block */
    read_expression(reading);
    reading->scope.locals_count = outer;
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
    struct reading reading = {.file = file, .scope = {.arena = arena, .file = file, .findings = findings}};
    script_lexer_init(&reading.lexer, file);
    buffer_init(&reading.out, arena);
    reading.token = script_lexer_next(&reading.lexer);
    read_block(&reading);
    copy_to(&reading, file->text.length);
    if (findings)
        script_scope_check(&reading.scope);
    if (defined)
        *defined = reading.scope.globals;
    return buffer_text(&reading.out);
}
