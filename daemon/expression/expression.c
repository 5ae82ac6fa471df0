#include "expression/node.h"

#include "base/limits.h"

#include <stdarg.h>
#include <string.h>

static struct text first_line(struct text text)
{
    const char *end = text.length ? memchr(text.at, '\n', text.length) : NULL;
    return end ? text_slice(text, 0, (size_t)(end - text.at)) : text;
}

/*
 * A condition of several lines came from a block scalar, whose place is its indicator or its first line: the line is
 * looked for there. Where it does not stand as it was read, the place of the whole must do.
 */
static struct place place_below(struct place place, struct text before, struct text line)
{
    size_t lines = 0;
    for (size_t i = 0; i < before.length; i++)
        lines += before.at[i] == '\n';
    const char *start = before.at + before.length;
    while (start > before.at && start[-1] != '\n')
        start--;
    size_t column = (size_t)(before.at + before.length - start);
    struct text whole = {start, column + line.length};
    struct text wanted = text_trim(whole);
    for (size_t i = lines; i <= lines + 1; i++) {
        struct place there = {place.file, place.line + i, 1};
        struct text found = place_line(there), trimmed = text_trim(found);
        if (wanted.length == 0 || !text_equal(trimmed, wanted))
            continue;
        size_t indent = (size_t)(trimmed.at - found.at), own = (size_t)(wanted.at - whole.at);
        return place_after(there, indent + text_characters(text_slice(whole, own, column)));
    }
    return place;
}

static struct place place_of(struct draft *draft, struct text part)
{
    struct text before = {draft->text.at, (size_t)(part.at - draft->text.at)};
    if (before.length && memchr(before.at, '\n', before.length))
        return place_below(draft->place, before,
                           first_line(text_slice(draft->text, before.length, draft->text.length)));
    struct place place = place_after(draft->place, text_characters(before));
    /* A folded text is one line here and several in the file. */
    bool beyond = place.file && place.column > text_characters(place_line(place)) + 1;
    return beyond ? draft->place : place;
}

void draft_report(struct draft *draft, const char *code, struct text part, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    struct text message = text_format_list(draft->findings->arena, format, list);
    va_end(list);
    draft->wrong = true;
    findings_add(draft->findings, SEVERITY_ERROR, code, place_of(draft, part), text_characters(first_line(part)),
                 "%.*s", TEXT_ARGS(message));
}

struct text draft_suggestion(struct draft *draft, struct text name, const struct text_list *candidates)
{
    struct text nearest = text_nearest(name, candidates->items, candidates->count);
    return nearest.at ? text_format(draft->findings->arena, ", did you mean `%.*s`?", TEXT_ARGS(nearest)) : TEXT("");
}

/* The whole gives what is due where it stands. */
static bool check_wanted(struct draft *draft, struct node **root, const struct type *wanted)
{
    if (!check_kind(draft, root, wanted->kind))
        return false;
    return !wanted->choices || check_choices(draft, *root, wanted->choices, (struct text){0});
}

const struct expression *expression_parse(struct arena *arena, struct text text, struct place place,
                                          const struct scope *scope, const struct type *wanted,
                                          struct findings *findings)
{
    struct draft draft = {arena, text, place, scope, findings, false};
    if (!draft.text.at)
        draft.text = TEXT("");
    if (text_characters(text) > CONDITION_LENGTH_MAX) {
        draft_report(&draft, "too_long", text, "a condition has at most %d characters, found %zu", CONDITION_LENGTH_MAX,
                     text_characters(text));
        return NULL;
    }
    struct expression *expression = ARENA_NEW(arena, struct expression);
    expression->text = text_trim(draft.text);
    expression->root = parse(&draft);
    if (!expression->root || !check(&draft, &expression->root))
        return NULL;
    if (wanted && !check_wanted(&draft, &expression->root, wanted))
        return NULL;
    return draft.wrong ? NULL : expression;
}

struct text expression_text(const struct expression *expression)
{
    return expression->text;
}

struct type expression_type(const struct expression *expression)
{
    return expression->root->type;
}

struct answer expression_evaluate(const struct expression *expression, const struct reader *reader)
{
    return node_evaluate(expression->root, reader);
}
