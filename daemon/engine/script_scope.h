/*
 * The names of a covenant's Lua while it is read: locals by scope, what the file itself defines, what is built in. A
 * name that nothing gives a value is a finding, with what to write instead; each name is reported once.
 */
#ifndef ENGINE_SCRIPT_SCOPE_H
#define ENGINE_SCRIPT_SCOPE_H

#include "engine/script_source.h"

struct script_scope {
    struct arena *arena;
    const struct source_file *file;
    struct findings *findings; /* NULL: nothing is checked */
    struct text *locals;       /* in scope, the innermost last; who opens a scope keeps the count and sets it back */
    size_t locals_count, locals_capacity;
    size_t functions;                /* how many enclose this place */
    struct text_list globals;        /* what the file gives a name */
    struct text_list wrong;          /* names of which something was found */
    size_t reported;                 /* findings; the first ERRORS_MAX are kept */
    struct script_token *references; /* global names that are read */
    size_t references_count, references_capacity;
};

bool script_scope_is_built_in(struct text name);
bool script_scope_has_local(const struct script_scope *scope, struct text name);
void script_scope_add_local(struct script_scope *scope, struct text name);
/* A name is read; what it is can be told when the whole file has been. */
void script_scope_use(struct script_scope *scope, const struct script_token *token);
/* A name is given a value by a statement. */
void script_scope_set(struct script_scope *scope, const struct script_token *token);
/* `name`, which stands at this token, means nothing. */
void script_scope_unknown(struct script_scope *scope, const struct script_token *token, struct text name);
void script_scope_report(struct script_scope *scope, const struct script_token *token, const char *code,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));
/* At the end of the file: every name that was read is there. */
void script_scope_check(struct script_scope *scope);

#endif
