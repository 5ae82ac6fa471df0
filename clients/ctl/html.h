/*
 * Writing HTML: elements around text that may be anybody's. What is text is escaped and its control characters are
 * shown as U+FFFD, so that nothing in it can become an element, an attribute or a script.
 */
#ifndef CTL_HTML_H
#define CTL_HTML_H

#include "base/text.h"

void html_text(struct buffer *buffer, struct text text);
/* `<p class="x">text</p>`; `class` NULL for none. */
void html_element(struct buffer *buffer, const char *name, const char *class, struct text text);
void html_open(struct buffer *buffer, const char *name, const char *class);
void html_close(struct buffer *buffer, const char *name);
/* A row of a table of two columns; nothing when the value is empty. */
void html_pair(struct buffer *buffer, struct text label, struct text value);
/* The same for what is read by machines: digests, ids. */
void html_code_pair(struct buffer *buffer, struct text label, struct text value);

#endif
