/* What the examples made of each condition, for people and for programs. */
#include "show_coverage.h"

static const struct {
    unsigned bit;
    const char *name;
} value_names[] = {{POSSIBLE_TRUE, "true"}, {POSSIBLE_FALSE, "false"}, {POSSIBLE_UNKNOWN, "unknown"}};
#define VALUE_NAMES (sizeof value_names / sizeof *value_names)

static size_t count_whole(const struct coverage *coverage, const struct source_file *file, size_t *all)
{
    size_t whole = 0;
    *all = 0;
    for (size_t i = 0; i < coverage->count; i++)
        if (!file || coverage->items[i].file == file) {
            ++*all;
            whole += coverage_lacking(&coverage->items[i]) == 0;
        }
    return whole;
}

struct value *coverage_value(struct arena *arena, const struct coverage *coverage)
{
    struct value *report = value_object(arena), *lacking = value_list(arena);
    size_t all, whole = count_whole(coverage, NULL, &all);
    value_set(arena, report, "conditions", value_integer(arena, (long long)all));
    value_set(arena, report, "whole", value_integer(arena, (long long)whole));
    for (size_t i = 0; i < coverage->count; i++) {
        const struct coverage_item *item = &coverage->items[i];
        struct value *shown = value_object(arena), *never = value_list(arena);
        for (size_t n = 0; n < VALUE_NAMES; n++)
            if (coverage_lacking(item) & value_names[n].bit)
                value_append(arena, never, value_string(arena, value_names[n].name));
        if (never->count == 0)
            continue;
        value_set(arena, shown, "file", value_text(arena, item->file->path));
        value_set(arena, shown, "section", value_string(arena, item->section));
        value_set(arena, shown, "rule", value_text(arena, item->rule));
        value_set(arena, shown, "key", value_string(arena, item->key));
        value_set(arena, shown, "condition", value_text(arena, expression_text(item->condition)));
        value_set(arena, shown, "never", never);
        value_append(arena, lacking, shown);
    }
    value_set(arena, report, "lacking", lacking);
    return report;
}

static void print_never(struct command *command, const struct coverage *coverage, const struct source_file *file,
                        size_t name)
{
    struct buffer rules;
    buffer_init(&rules, command->arena);
    for (size_t i = 0; i < coverage->count; i++) {
        const struct coverage_item *item = &coverage->items[i];
        if (item->file == file && (coverage_lacking(item) & value_names[name].bit))
            buffer_format(&rules, "%s%.*s.%s", rules.length ? ", " : "", TEXT_ARGS(item->rule), item->key);
    }
    if (rules.length == 0)
        return;
    struct text label = text_format(command->arena, "  never %s: ", value_names[name].name);
    terminal_put(&command->out, STYLE_OPEN, label);
    terminal_fill(&command->out, STYLE_PLAIN, label.length, 4, buffer_text(&rules));
}

void show_coverage(struct command *command, const struct coverage *coverage)
{
    size_t all, whole;
    for (size_t i = 0; i < coverage->count; i++) {
        const struct source_file *file = coverage->items[i].file;
        size_t first = 0;
        while (coverage->items[first].file != file)
            first++;
        if (first != i)
            continue;
        whole = count_whole(coverage, file, &all);
        terminal_print(&command->out, STYLE_BOLD, "%.*s", TEXT_ARGS(file->path));
        terminal_print(&command->out, STYLE_PLAIN, ": %zu of %zu conditions came out in every way they can\n", whole,
                       all);
        for (size_t name = 0; name < VALUE_NAMES; name++)
            print_never(command, coverage, file, name);
    }
    whole = count_whole(coverage, NULL, &all);
    terminal_print(&command->out, STYLE_PLAIN, "%zu of %zu conditions came out in every way they can\n", whole, all);
}
