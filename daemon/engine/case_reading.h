/* What the two halves of reading a case share: case.c (facts, the case itself) and case_event.c. */
#ifndef ENGINE_CASE_READING_H
#define ENGINE_CASE_READING_H

#include "engine/case.h"

/* What is being read: the case, and where its errors go. */
struct reading {
    struct arena *arena;
    const struct region *region;
    struct refusals *refusals;
};

/* "expected ..., found ..." */
void case_wrong(struct reading *reading, const struct pointer *at, const struct value *value, const char *expected);
/* "unknown fact `x`, did you mean `y`?" */
void case_unknown_member(struct reading *reading, const struct pointer *at, struct text name, const char *what,
                         const struct text_list *names);
/* "`a`, `b` or `c`" */
struct text choices_text(struct arena *arena, const struct text_list *choices);
bool case_scalar_read(struct reading *reading, const struct type *type, const struct value *value,
                      const struct pointer *at, struct scalar *scalar);
bool case_date_read(struct reading *reading, const struct value *value, const struct pointer *at, struct date *date);
/* `/events`: in order of date, time, content; the same one twice stands once. */
void case_events_read(struct reading *reading, const struct value *events, const struct pointer *at,
                      struct case_file *case_file);

#endif
