/*
 * The vocabulary: facts, events and roles. National ones that every region shares, and a region's own; a region has one
 * vocabulary for all its versions, so that a case is read the same whichever version judges it.
 */
#ifndef COVENANT_VOCABULARY_H
#define COVENANT_VOCABULARY_H

#include "base/finding.h"
#include "expression/type.h"

#include <stdint.h>

/* Texts for people: Dutch first, English beside it (absent when the file has none). */
struct says {
    struct text nl, en;
};

enum sensitivity { SENSITIVITY_ORDINARY, SENSITIVITY_PERSONAL, SENSITIVITY_SPECIAL };

/* A set of roles: bit i is the role at index i. */
struct role_set {
    uint32_t bits;
};
#define ROLES_MAX 32

struct role {
    struct text name;
    struct says label;
};

struct fact {
    struct text name;
    struct type type;
    struct says label;
    struct says ask;            /* the question; absent in both languages when there is none */
    struct role_set stated_by;         /* who states it; 0: nobody in particular */
    enum sensitivity sensitivity;
    struct role_set visible_to;        /* who may see the value; 0: only who stated it */
    struct place place;
};

struct attribute {
    struct text name;
    struct type type;
    bool optional;
    struct says label;
};

struct event_type {
    struct text name;
    struct says label;
    struct attribute *attributes;
    size_t attributes_count;
    struct place place;
};

struct vocabulary {
    struct role *roles;
    size_t roles_count, roles_capacity;
    struct fact *facts;
    size_t facts_count, facts_capacity;
    struct event_type *events;
    size_t events_count, events_capacity;
};

#define NOT_FOUND ((size_t)-1)

/* The index, or NOT_FOUND. */
size_t vocabulary_fact(const struct vocabulary *vocabulary, struct text name);
size_t vocabulary_event(const struct vocabulary *vocabulary, struct text name);
size_t vocabulary_role(const struct vocabulary *vocabulary, struct text name);
size_t event_attribute(const struct event_type *event, struct text name);
/* For suggestions. */
struct text_list vocabulary_fact_names(struct arena *arena, const struct vocabulary *vocabulary);
struct text_list vocabulary_event_names(struct arena *arena, const struct vocabulary *vocabulary);
struct text_list vocabulary_role_names(struct arena *arena, const struct vocabulary *vocabulary);

#endif
