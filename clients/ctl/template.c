#include "template.h"

/* `@region@`, `@Title@`, `@year@`, `@next@`; what is none of these stays as it is. */
static struct text mark_text(struct arena *arena, struct text mark, const struct template_words *words)
{
    if (text_is(mark, "region"))
        return words->region;
    if (text_is(mark, "Title"))
        return words->title;
    if (text_is(mark, "year"))
        return text_format(arena, "%d", words->year);
    return text_is(mark, "next") ? text_format(arena, "%d", words->year + 1) : (struct text){0};
}

static void add_line(struct buffer *out, struct text line, const struct template_words *words)
{
    size_t from = 0, to;
    while (from < line.length) {
        for (to = from + 1; to < line.length && line.at[to] != '@';)
            to++;
        struct text mark = {0};
        if (line.at[from] == '@' && to < line.length)
            mark = mark_text(out->arena, text_slice(line, from + 1, to), words);
        buffer_add(out, mark.at ? mark : text_slice(line, from, to));
        from = mark.at ? to + 1 : to;
    }
    buffer_add_byte(out, '\n');
}

struct text template_text(struct arena *arena, const struct template_file *file, const struct template_words *words)
{
    struct buffer out;
    buffer_init(&out, arena);
    for (const char *const *at = file->lines; *at; at++) {
        struct text line = text_of(*at);
        bool nl = text_starts_with(line, "#nl "), en = text_starts_with(line, "#en ");
        if ((nl && words->language != LANGUAGE_NL) || (en && words->language != LANGUAGE_EN))
            continue;
        if (nl || en) { /* `#nl Wie mag` is `# Wie mag` */
            buffer_add_byte(&out, '#');
            line = text_slice(line, 3, line.length);
        }
        add_line(&out, line, words);
    }
    return buffer_text(&out);
}

struct text template_title(struct arena *arena, struct text region)
{
    struct buffer title;
    buffer_init(&title, arena);
    for (size_t i = 0; i < region.length; i++) {
        bool begins = i == 0 || region.at[i - 1] == '-';
        char letter = region.at[i];
        if (letter == '-')
            letter = ' ';
        else if (begins && letter >= 'a' && letter <= 'z')
            letter = (char)(letter - 'a' + 'A');
        buffer_add_byte(&title, letter);
    }
    return buffer_text(&title);
}
