/*
 * Strict YAML: one file into a tree of nodes with their places. The only user of libyaml.
 *
 * Refused, each with its place: anything but UTF-8 without a byte order mark, more than one document, directives,
 * anchors, aliases, tags, duplicate keys, keys that are no plain text, bidirectional and invisible characters, tabs
 * that indent, nesting deeper than DEPTH_MAX, more than YAML_EVENTS_MAX events. What libyaml accepts although YAML 1.2
 * forbids it is refused as well (tests over the yaml-test-suite).
 *
 * A scalar has no type here: the schema gives it one. It remembers whether it was quoted.
 */
#ifndef COVENANT_YAML_H
#define COVENANT_YAML_H

#include "base/arena.h"
#include "base/finding.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    struct place place; /* of its first character; of a quoted scalar: of the first character inside the quotes */
    size_t width;       /* characters on its first line, for the caret; at least 1 */
    struct text text;   /* of a scalar */
    bool quoted;        /* '...' or "..." */
    bool block;         /* | or > */
    struct node **items;
    struct node **keys; /* of a map: scalar nodes, as many as items */
    size_t count, capacity, keys_capacity;
};

/* NULL when there is nothing usable; findings say why. An empty file is a finding. */
struct node *yaml_read(struct arena *arena, const struct source_file *file, struct findings *findings);
/* NULL when it is not there or `map` is no map (or NULL). */
struct node *node_get(const struct node *map, const char *key);
/* The key node of a member, for its place. */
struct node *node_key(const struct node *map, const char *key);

#endif
