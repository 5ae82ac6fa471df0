#include "engine/prose.h"

#include <stdarg.h>

void prose_init(struct prose *prose, struct arena *arena, const struct value *labels, enum language language)
{
    *prose = (struct prose){.arena = arena, .labels = labels, .language = language};
    buffer_init(&prose->out, arena);
    buffer_init(&prose->paragraph, arena);
}

/* Words onto lines of at most PROSE_WIDTH, each line after `indent` spaces. */
static void fill(struct prose *prose, struct text text, int indent)
{
    size_t used = 0, from = 0;
    while (from < text.length) {
        size_t to = from;
        while (to < text.length && text.at[to] != ' ')
            to++;
        struct text word = text_slice(text, from, to);
        from = to + 1;
        if (word.length == 0)
            continue;
        size_t length = text_characters(word);
        if (used && used + 1 + length > PROSE_WIDTH) {
            buffer_add_byte(&prose->out, '\n');
            used = 0;
        }
        buffer_format(&prose->out, "%*s%.*s", used ? 1 : indent, "", TEXT_ARGS(word));
        used += length + (used ? 1 : (size_t)indent);
    }
    if (used)
        buffer_add_byte(&prose->out, '\n');
}

void prose_say(struct prose *prose, const char *nl, const char *en, ...)
{
    va_list list;
    va_start(list, en);
    struct text sentence = text_format_list(prose->arena, prose->language == LANGUAGE_NL ? nl : en, list);
    va_end(list);
    if (prose->paragraph.length)
        buffer_add_byte(&prose->paragraph, ' ');
    buffer_add(&prose->paragraph, sentence);
}

void prose_end(struct prose *prose)
{
    fill(prose, buffer_text(&prose->paragraph), 0);
    prose->paragraph.length = 0;
}

void prose_quote(struct prose *prose, struct text text)
{
    prose_end(prose);
    if (text.length == 0)
        return;
    struct text clean = words_printable(prose->arena, text);
    fill(prose, text_format(prose->arena, "“%.*s”", TEXT_ARGS(clean)), 4);
}

void prose_gap(struct prose *prose)
{
    prose_end(prose);
    struct text written = buffer_text(&prose->out);
    if (written.length && !text_ends_with(written, "\n\n") && !text_ends_with(written, "--\n"))
        buffer_add_byte(&prose->out, '\n');
}

void prose_heading(struct prose *prose, struct text heading)
{
    prose_gap(prose);
    buffer_format(&prose->out, "%.*s\n", TEXT_ARGS(heading));
    for (size_t i = 0; i < text_characters(heading); i++)
        buffer_add_byte(&prose->out, '-');
    buffer_add_byte(&prose->out, '\n');
}

struct text prose_text(struct prose *prose)
{
    prose_end(prose);
    return buffer_text(&prose->out);
}

const char *prose_string(struct prose *prose, struct text text)
{
    return text_string(prose->arena, words_printable(prose->arena, text));
}

const char *prose_name(struct prose *prose, enum word_kind kind, struct text name)
{
    struct text label = says_of(prose->labels ? value_get_text(prose->labels, name) : NULL, prose->language);
    return prose_string(prose, label.at ? label : word_of(prose->arena, kind, name, prose->language));
}

const char *prose_word(struct prose *prose, enum word_kind kind, const struct value *name)
{
    if (!name || name->kind != VALUE_TEXT)
        return prose_string(prose, words_of_value(prose->arena, name, prose->language));
    if (kind == WORD_FACT || kind == WORD_EVENT)
        return prose_name(prose, kind, name->text);
    return prose_string(prose, word_of(prose->arena, kind, name->text, prose->language));
}

const char *prose_date(struct prose *prose, const struct value *date)
{
    if (!date || date->kind != VALUE_TEXT)
        return prose_string(prose, words_of_value(prose->arena, date, prose->language));
    return prose_string(prose, words_of_date(prose->arena, date->text, prose->language));
}
