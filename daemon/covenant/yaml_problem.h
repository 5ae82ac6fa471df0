/*
 * What libyaml says about a file that is no YAML, in words for who wrote the file.
 */
#ifndef COVENANT_YAML_PROBLEM_H
#define COVENANT_YAML_PROBLEM_H

#include "base/finding.h"

struct yaml_problem {
    struct text context, problem; /* libyaml's words: "while parsing a block mapping", "did not find expected key" */
    struct place context_place, place; /* a zeroed place where libyaml gives none */
};

void yaml_problem_add(const struct yaml_problem *problem, struct findings *findings);

#endif
