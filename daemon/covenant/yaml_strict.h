/*
 * What libyaml's scanner accepts and we do not: checked token by token, as they stream by, before any tree is built.
 *
 *   - what YAML allows and rule files do not: directives, anchors, aliases, tags, `? ` keys, a second document;
 *   - what YAML forbids and libyaml lets pass: a comment without a space before it, lines inside brackets or quotes
 *     that are not indented further than what they belong to, `-` as a word in brackets, a block text that begins
 *     with blank lines longer than its indentation;
 *   - depth and size, here because libyaml's scanner takes quadratic time in the depth of brackets: it looks at most
 *     1024 characters ahead of the token that it gives, so stopping at a token bounds it;
 *   - the mistake that braces invite: `{nl: Ja, graag}`.
 *
 * Tokens are libyaml's, translated by the only file that knows libyaml.
 */
#ifndef COVENANT_YAML_STRICT_H
#define COVENANT_YAML_STRICT_H

#include "base/finding.h"
#include "base/limits.h"

enum token_kind {
    TOKEN_NOTHING, /* begin and end of the stream */
    TOKEN_DIRECTIVE,
    TOKEN_DOCUMENT_START,
    TOKEN_DOCUMENT_END,
    TOKEN_BLOCK_LIST, /* the first item of a list, by indentation; no bytes of its own, as the next two */
    TOKEN_BLOCK_MAP,
    TOKEN_BLOCK_END,
    TOKEN_FLOW_LIST, /* [ */
    TOKEN_FLOW_MAP,  /* { */
    TOKEN_FLOW_END,
    TOKEN_COMMA,
    TOKEN_DASH,
    TOKEN_KEY, /* before a key; has bytes when it is written, as `?` */
    TOKEN_VALUE,
    TOKEN_ANCHOR,
    TOKEN_ALIAS,
    TOKEN_TAG,
    TOKEN_PLAIN,  /* scalars: without quotes, */
    TOKEN_QUOTED, /* in quotes, with their quotes, */
    TOKEN_BLOCK,  /* and `|` or `>` with what follows */
};

struct token {
    enum token_kind kind;
    size_t from, to;    /* bytes of the file */
    struct place place; /* of `from` */
};

/* A collection that is open. */
struct strict_level {
    bool flow, map;
    struct place place;
    size_t indent; /* of a block: the column of its first character, from 1; of a flow: of the block around it, or 0 */
    bool shifted;  /* a line within that is not indented: told once */
    bool plain_value; /* in a flow map: the last member has a plain text as value */
    bool comma;       /* and then came a comma, */
    bool orphan;      /* and then a text that is no key */
    bool reported;    /* a comma inside a sentence: told once for these braces */
    struct place comma_place;
};

struct strict {
    const struct source_file *file;
    struct findings *findings;
    size_t found, line_found; /* findings added here, and the line of the last one */
    size_t nodes, tokens;
    bool started, ended; /* a document: has its `---` or content; has its `...` */
    enum token_kind last;
    struct strict_level levels[DEPTH_MAX + 1];
    size_t depth;
};

void strict_init(struct strict *strict, const struct source_file *file, struct findings *findings);
/* False when reading on is of no use: too much, or too much wrong. */
bool strict_take(struct strict *strict, const struct token *token);

#endif
