/*
 * One set of cases decided in every region. The cases are a JSON list of {"case", "says", "on", "facts", "events"}:
 * what `decide` takes, without a region, with a short name and the date to decide for. They speak of national facts
 * and events only, for every region must be able to read them.
 */
#ifndef CTL_COMPARISON_H
#define CTL_COMPARISON_H

#include "compare.h"
#include "covenant/model.h"

/* One case in all regions. */
struct compared {
    struct text id;
    const struct value *says;
    struct date on;
    bool *decided;     /* by region: false where no covenant is in force */
    struct told *told; /* by region, then part: see told_in */
    bool shown[PART_COUNT]; /* a row of its own */
};

struct comparison {
    struct command *command;
    const struct rules *rules;
    struct compared *cases;
    size_t count;
    enum exit_code code; /* EXIT_ANSWERED as long as all is well */
};

/* Reads the file of cases and decides each of them. False when something is wrong: then it was said, and `code` is set. */
bool comparison_make(struct comparison *comparison, const char *path);
const struct told *told_in(const struct compared *compared, size_t region, size_t part);
/* Do the regions that decide it differ on this part? */
bool comparison_differs(const struct comparison *comparison, const struct compared *compared, size_t part);

/* Tables and lists in Markdown, in the command's language. */
struct text comparison_markdown(const struct comparison *comparison);
struct value *comparison_value(const struct comparison *comparison);

#endif
