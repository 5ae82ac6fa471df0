/*
 * The first covenant that `covenant init` writes: the files below a version's folder, as lines with marks for what is
 * filled in. It is an example and says so: everything in it is an assumption until somebody names a source.
 */
#ifndef CTL_TEMPLATE_H
#define CTL_TEMPLATE_H

#include "engine/words.h"

struct template_file {
    const char *path;         /* below the version's folder */
    const char *const *lines; /* ended by a NULL */
};

/* What is filled in. */
struct template_words {
    struct text region, title; /* `den-haag`, `Den Haag` */
    int year;
    enum language language; /* of the comments */
};

extern const struct template_file template_files[];
extern const size_t template_files_count;

struct text template_text(struct arena *arena, const struct template_file *file, const struct template_words *words);
/* `den-haag` -> `Den Haag`. */
struct text template_title(struct arena *arena, struct text region);

#endif
