/* How the tables of shape.h are written down; for the files that hold them. */
#ifndef COVENANT_SHAPE_TABLE_H
#define COVENANT_SHAPE_TABLE_H

#include "covenant/shape.h"

/* Of shape_shared.c, for the sections. */
extern const struct shape shape_action, shape_otherwise, shape_requirement, shape_inner_requirement, shape_pause;

#define OF_TEXT {.kind = SHAPE_TEXT}
#define OF_NAME {.kind = SHAPE_NAME}
#define OF_REFERENCE {.kind = SHAPE_REFERENCE}
#define OF_ID {.kind = SHAPE_ID}
#define OF_CONDITION {.kind = SHAPE_CONDITION}
#define OF_DATE {.kind = SHAPE_DATE}
#define OF_TERM {.kind = SHAPE_TERM}
#define OF_TERM_OR_BLANK {.kind = SHAPE_TERM_OR_BLANK}
#define OF_BOOLEAN {.kind = SHAPE_BOOLEAN}
#define OF_INTEGER {.kind = SHAPE_INTEGER}
#define OF_ARGUMENT {.kind = SHAPE_ARGUMENT}
#define OF_ADVICE {.kind = SHAPE_ADVICE}
#define OF_ANY {.kind = SHAPE_ANY}
#define OF_CHOICE(list) {.kind = SHAPE_CHOICE, .choices = (list)}
#define OF_MAP(shape) {.kind = SHAPE_MAP, .map = &(shape)}
#define OF_LIST(value) {.kind = SHAPE_LIST, .item = &(const struct shape_value)value}
#define OF_SOME(value) {.kind = SHAPE_LIST, .items_min = 1, .item = &(const struct shape_value)value}
#define OF_LIST_OF(shape) {.kind = SHAPE_LIST, .item = &(const struct shape_value){.kind = SHAPE_MAP, .map = &(shape)}}
#define OF_SOME_OF(shape) \
    {.kind = SHAPE_LIST, .items_min = 1, .item = &(const struct shape_value){.kind = SHAPE_MAP, .map = &(shape)}}
#define OF_NAMED(shape) {.kind = SHAPE_NAMED, .item = &(const struct shape_value){.kind = SHAPE_MAP, .map = &(shape)}}
#define OF_ADVICES {.kind = SHAPE_NAMED, .items_min = 1, .item = &(const struct shape_value){.kind = SHAPE_ADVICE}}
#define OF_SOURCES \
    {.kind = SHAPE_ONE_OR_LIST, .item = &(const struct shape_value){.kind = SHAPE_SOURCE}, .items_min = 1}
#define OF_REFERENCES \
    {.kind = SHAPE_ONE_OR_LIST, .item = &(const struct shape_value){.kind = SHAPE_REFERENCE}, .items_min = 1}
#define OF_REFERENCE_LIST {.kind = SHAPE_LIST, .item = &(const struct shape_value){.kind = SHAPE_REFERENCE}}

#define KEY(key, of, says, sample) {.name = key, .value = of, .description = says, .example = sample}
#define MUST(key, of, says, sample) {.name = key, .value = of, .required = true, .description = says, .example = sample}
/* A member of a group. */
#define EITHER(key, of, bit, says, sample) \
    {.name = key, .value = of, .is = bit, .description = says, .example = sample}
/* Only beside one of the group's members. */
#define BESIDE(key, of, bits, says, sample) \
    {.name = key, .value = of, .with = bits, .description = says, .example = sample}
#define MUST_BESIDE(key, of, bits, says, sample) \
    {.name = key, .value = of, .with = bits, .required = true, .description = says, .example = sample}

#define ID_KEY \
    MUST("id", OF_ID, "Its id: unique in the covenant, and the same in every version.", "\"E1\"")
#define SAYS_KEY \
    MUST("says", OF_MAP(shape_says), "What it says, in a sentence for people; `{fact}` in it is filled in.", \
         "{\"nl\": \"De client staat achter alle afspraken\", \"en\": \"The client accepts all agreements\"}")
#define ASSUMED_KEY \
    KEY("assumed", OF_REFERENCE_LIST, "The keys of this rule that its source does not give.", "[\"after\"]")
#define SOURCE_KEY \
    MUST("source", OF_SOURCES, "Where it is written: a key of `sources`, `{is: key, at: \"art. 3\"}`, or a list.", "\"article\"")
#define OUTER_SOURCE_KEY \
    KEY("source", OF_SOURCES, "Where it is written; without it, where the rule around it is written.", "\"article\"")
#define RULE_KEYS ID_KEY, SAYS_KEY, SOURCE_KEY, ASSUMED_KEY

#define SHAPE_KEYS(table) .keys = table, .keys_count = sizeof(table) / sizeof(*(table))

#endif
