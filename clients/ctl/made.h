/*
 * Pages of which a part is made by a command: it stands between two lines,
 *
 *     <!-- made by: covenant compare tests/cases/shared.json rules --write rules/README.md -->
 *     <!-- end: covenant compare -->
 *
 * and is replaced as a whole. What stands outside is left as it is.
 */
#ifndef CTL_MADE_H
#define CTL_MADE_H

#include "options.h"

/*
 * Puts `body` between the marks of `maker` ("covenant compare") in the file, all or nothing. `line` is the whole command,
 * as it is written into the first mark. Complains when the file or its marks are not there.
 */
enum exit_code made_write(struct command *command, const char *path, const char *maker, struct text line,
                          struct text body);

#endif
