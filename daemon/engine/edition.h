/*
 * An edition: everything that came from one load of the rules, checked, compiled and run on its own examples.
 * Immutable; named by the digest of its manifest (files, engine, Lua). It lives in its own arena.
 *
 * Load is not use: a new edition is made aside, and only a whole good one becomes current. Requests are answered one
 * after the other, so the one before it can go as soon as the new one is current.
 */
#ifndef ENGINE_EDITION_H
#define ENGINE_EDITION_H

#include "base/files.h"
#include "base/value.h"
#include "covenant/model.h"

/* The engine's own version: a change of it may change decisions. */
#define ENGINE_VERSION "0.1.0"

struct edition {
    struct arena arena;
    struct file_set files; /* copies of its own */
    const struct rules *rules;
    struct text manifest;  /* canonical JSON: {"engine", "lua", "files": {path: digest}} */
    struct text digest;    /* `sha256:...` of the manifest */
};

/*
 * Loads rules from files that are in memory (from a folder, the journal, or a request). NULL when there is an error;
 * findings are in `findings`, whose arena must outlive them and which keep their own copies of the source. With
 * `run_examples` every example is decided and compared, and a difference is an error.
 */
struct edition *edition_load(const struct file_set *files, bool run_examples, struct findings *findings);
void edition_release(struct edition *edition); /* accepts NULL */

/* How many examples there are, and the whole list of results for `covenant test`. */
struct example_result {
    const struct example *example;
    size_t expectations; /* dates decided */
    bool passed;
};
struct example_results {
    struct example_result *items;
    size_t count;
};
struct example_results edition_test(struct arena *arena, const struct rules *rules, struct findings *findings);

#endif
