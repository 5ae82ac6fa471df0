/*
 * A covenant's Lua as text: its tokens, the names in it, and the text that is given to the interpreter. Nothing is run
 * here and nothing of Lua is used: what must not reach Debian's Lua is found before it sees the file.
 *
 * What is refused, and why:
 *   - bitwise operators: Lua 5.4.4 computes some of them wrongly in a file of many constants;
 *   - `/`, `^` and decimals: they make binary floating point, and that never decides;
 *   - `goto`, labels, `<const>` and `<close>`: no rule needs them, and some crash Lua 5.4.4;
 *   - `_ENV`, `_G` and names that begin with `__`: the environment is what it is;
 *   - a chain `a.b.c...` longer than SCRIPT_CHAIN_MAX: Lua 5.4.4 overflows the C stack when one of thousands fails;
 *   - names that nothing gives a value, and globals that a function sets (a forgotten `local`).
 *
 * Two things that Lua does differently from run to run, or with floating point, are replaced in the text, on the same
 * line: `#x` becomes a call that finds a table's length by what it holds, and what a numeric `for` counts with must be
 * whole numbers (`for i = "1", 3` would count in floating point).
 */
#ifndef ENGINE_SCRIPT_SOURCE_H
#define ENGINE_SCRIPT_SOURCE_H

#include "base/finding.h"

#include <stdint.h>

/* The names that the replacements call; no file can write them. */
#define SCRIPT_LENGTH_NAME "__length"
#define SCRIPT_WHOLE_NAME "__whole"

/* The largest whole number that JSON readers keep exact: 2^53. A literal or a result beyond it is refused. */
#define SCRIPT_NUMBER_MAX ((int64_t)1 << 53)

enum token_sort { SORT_END, SORT_NAME, SORT_WORD, SORT_NUMBER, SORT_STRING, SORT_SIGN };

struct script_token {
    enum token_sort sort; /* a word is one of Lua's own: `and`, `end` */
    struct text text;     /* as written */
    size_t at, line;      /* offset in the file, line from 1 */
    const char *advice;   /* NULL when it may stand there; else what is wrong with it and what to write */
};

struct script_lexer {
    const struct source_file *file;
    size_t at, line;
};

void script_lexer_init(struct script_lexer *lexer, const struct source_file *file);
/* Reads on over what Lua would not take either: the compiler reports that. */
struct script_token script_lexer_next(struct script_lexer *lexer);
/* Where a token stands. */
struct place script_place(const struct source_file *file, const struct script_token *token);

/* Bytes and tokens; false when anything was found. Only then may Lua compile it. */
bool script_tokens_check(const struct source_file *file, struct findings *findings);

/*
 * The text for the interpreter. Only for a file that Lua compiles. With `findings`, names are checked on the way, and
 * `defined` (may be NULL) gets the functions and values that the file gives a global name.
 */
struct text script_rewrite(struct arena *arena, const struct source_file *file, struct text_list *defined,
                           struct findings *findings);

#endif
