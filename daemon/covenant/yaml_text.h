/*
 * The bytes of a YAML file, before any YAML is read from them: UTF-8 without a byte order mark, and nothing in it that
 * a reader cannot see. What looks the same must be the same: else a reviewer approves another rule than the daemon
 * reads. So these are refused, in comments too: control characters, characters that turn the direction of text,
 * characters without width, spaces that are no plain space, accents that stand apart from their letter, and the line
 * breaks that only old YAML knows. Tabs may stand within a line, never before its first character.
 */
#ifndef COVENANT_YAML_TEXT_H
#define COVENANT_YAML_TEXT_H

#include "base/finding.h"

#include <stdint.h>

/* False, with findings, when the file may not be read as YAML. */
bool yaml_text_check(const struct source_file *file, struct findings *findings);
/*
 * The same for a text out of which escapes may have made anything ("\u202E", "\0"): what is wrong with its first bad
 * character, and which that is; NULL when it is fine. The text is well-formed UTF-8.
 */
const char *yaml_text_fault(struct text text, uint32_t *code_point);
/* How many characters these bytes are. */

#endif
