/*
 * A set of files: paths and bytes, sorted by path. Rules are loaded from one, whether it came from a folder, from the
 * journal (replay) or from a request (simulate): loading never touches the file system itself.
 */
#ifndef BASE_FILES_H
#define BASE_FILES_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/finding.h"

struct file_set {
    struct source_file *items; /* sorted by path, paths as `almere/2022/covenant.yaml` */
    size_t count, capacity;
};

/*
 * Reads every `.yaml` and `.lua` below `folder` (not dot-files; no link is followed, and one that would bring rules is
 * a warning). A file that is too large, one file too many, or a `.yml` that would be passed over, is a finding; a folder
 * or file that cannot be read is a fault.
 */
bool files_read(struct arena *arena, const char *folder, struct file_set *set, struct findings *findings,
                struct fault *fault) MUST_USE;
/* Adds a file, or replaces the one of that path. It moves the others: places are made when all files are in. */
void files_add(struct arena *arena, struct file_set *set, struct text path, struct text text);
const struct source_file *files_find(const struct file_set *set, struct text path);
/*
 * The digest that names the whole set: SHA-256 of the lines `sha256:<hex>  <path>\n`, sorted by path. `README.md` and
 * other files take no part: they are not read.
 */
struct digest files_digest(struct arena *arena, const struct file_set *set);
/* The whole of one file; for the command's CASE.json and the daemon's own small files. `-` is standard input. */
bool file_read(struct arena *arena, const char *path, size_t bytes_max, struct text *text, struct fault *fault) MUST_USE;

#endif
