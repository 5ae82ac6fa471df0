/*
 * Keys of a map that stand twice.
 */
#ifndef COVENANT_YAML_NODE_H
#define COVENANT_YAML_NODE_H

#include "covenant/yaml.h"

/* Keeps the first of each, adds a finding for each other, at most YAML_FINDINGS_MAX; how many others there were. */
size_t node_drop_duplicates(struct arena *arena, struct node *map, struct findings *findings);

#endif
