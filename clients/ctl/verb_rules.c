#include "base/json.h"
#include "engine/edition.h"
#include "show_coverage.h"
#include "verb.h"

#include <string.h>

static struct value *findings_value(struct arena *arena, const struct findings *findings)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        struct value *item = value_object(arena);
        value_set(arena, item, "severity",
                  value_string(arena, finding->severity == SEVERITY_ERROR ? "error" : "warning"));
        if (finding->place.file)
            value_set(arena, item, "file", value_text(arena, finding->place.file->path));
        value_set(arena, item, "line", value_integer(arena, (long long)finding->place.line));
        value_set(arena, item, "column", value_integer(arena, (long long)finding->place.column));
        value_set(arena, item, "code", value_string(arena, finding->code));
        value_set(arena, item, "message", value_text(arena, finding->message));
        value_set(arena, item, "source", value_text(arena, place_source(arena, finding->place)));
        value_append(arena, list, item);
    }
    return list;
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* Everything that rests on an assumption, version by version: nobody is to take an invented number for an agreed one.
 */
static void print_assumptions(struct command *command, const struct rules *rules)
{
    for (size_t i = 0; i < rules->regions_count; i++)
        for (size_t j = 0; j < rules->regions[i]->versions_count; j++) {
            const struct covenant *covenant = rules->regions[i]->versions[j];
            struct buffer names;
            buffer_init(&names, command->arena);
            for (size_t k = 0; k < covenant->assumptions.count; k++)
                buffer_format(&names, "%s%.*s", k ? ", " : "", TEXT_ARGS(covenant->assumptions.items[k]));
            struct text label = text_format(command->arena, "%.*s %.*s", TEXT_ARGS(rules->regions[i]->name),
                                            TEXT_ARGS(covenant->version));
            terminal_print(&command->out, STYLE_BOLD, "%.*s", TEXT_ARGS(label));
            terminal_print(&command->out, STYLE_PLAIN, " rests on assumptions: ");
            terminal_fill(&command->out, STYLE_OPEN, text_width(label) + 23, 4,
                          names.length ? buffer_text(&names) : TEXT("none"));
        }
}

/* The folder's files; false when it cannot be read, which was said. */
static bool read_folder(struct command *command, const char **folder, struct file_set *files, struct findings *findings,
                        enum exit_code *code)
{
    struct fault fault = {0};
    *folder = command->operands_count ? command->operands[0] : "rules";
    *files = (struct file_set){0};
    findings_init(findings, command->arena);
    if (files_read(command->arena, *folder, files, findings, &fault))
        return true;
    *code = complain(command, EXIT_NO_FILE, "%s", fault.message);
    return false;
}

/* `FOLDER/` before the paths of findings. */
static const char *prefix_of(struct command *command, const char *folder)
{
    bool slash = text_ends_with(text_of(folder), "/");
    return text_string(command->arena, text_format(command->arena, "%s%s", folder, slash ? "" : "/"));
}

static void print_json(struct command *command, struct value *report)
{
    terminal_put(&command->out, STYLE_PLAIN, json_write(command->arena, report));
    terminal_line(&command->out);
}

enum exit_code run_check(struct command *command)
{
    struct file_set files;
    struct findings findings;
    enum exit_code code;
    const char *folder;
    if (!read_folder(command, &folder, &files, &findings, &code))
        return code;
    struct edition *edition = edition_load(&files, true, &findings);
    findings_sort(&findings);
    code = edition && findings.errors == 0 ? EXIT_ANSWERED : EXIT_FOUND;
    if (option_given(command, OPTION_JSON)) {
        struct value *report = value_object(command->arena);
        value_set(command->arena, report, "ok", value_boolean(command->arena, code == EXIT_ANSWERED));
        value_set(command->arena, report, "findings", findings_value(command->arena, &findings));
        print_json(command, report);
    } else {
        size_t warnings = findings.count - findings.errors;
        findings_print(&findings, prefix_of(command, folder), command->out.out);
        if (edition)
            print_assumptions(command, edition->rules);
        terminal_print(&command->out, code == EXIT_ANSWERED ? STYLE_GOOD : STYLE_BAD,
                       "%s: %zu file%s, %zu error%s, %zu warning%s\n", folder, files.count, plural(files.count),
                       findings.errors, plural(findings.errors), warnings, plural(warnings));
    }
    edition_release(edition);
    return code;
}

static struct value *results_value(struct arena *arena, const struct example_results *results,
                                   const struct findings *findings)
{
    struct value *report = value_object(arena), *list = value_list(arena);
    for (size_t i = 0; i < results->count; i++) {
        const struct example_result *result = &results->items[i];
        struct value *item = value_object(arena);
        value_set(arena, item, "example", value_text(arena, result->example->file->path));
        value_set(arena, item, "expectations", value_integer(arena, (long long)result->expectations));
        value_set(arena, item, "passed", value_boolean(arena, result->passed));
        value_append(arena, list, item);
    }
    value_set(arena, report, "examples", list);
    value_set(arena, report, "findings", findings_value(arena, findings));
    return report;
}

static size_t print_results(struct command *command, const struct example_results *results)
{
    size_t failed = 0;
    for (size_t i = 0; i < results->count; i++) {
        const struct example_result *result = &results->items[i];
        failed += !result->passed;
        terminal_print(&command->out, result->passed ? STYLE_GOOD : STYLE_BAD, "%s",
                       result->passed ? "ok    " : "failed");
        terminal_print(&command->out, STYLE_PLAIN, "  %.*s (%zu date%s)\n", TEXT_ARGS(result->example->file->path),
                       result->expectations, plural(result->expectations));
    }
    terminal_print(&command->out, failed ? STYLE_BAD : STYLE_GOOD, "%zu example%s, %zu failed\n", results->count,
                   plural(results->count), failed);
    return failed;
}

enum exit_code run_test(struct command *command)
{
    struct file_set files;
    struct findings findings;
    enum exit_code code;
    const char *folder;
    if (!read_folder(command, &folder, &files, &findings, &code))
        return code;
    struct edition *edition = edition_load(&files, false, &findings);
    struct example_results results = {0};
    struct coverage coverage = {0};
    bool covers = option_given(command, OPTION_COVERAGE);
    if (edition)
        results = edition_test(command->arena, edition->rules, &findings);
    if (edition && covers)
        coverage = coverage_of(command->arena, edition->rules);
    findings_sort(&findings);
    code = edition && findings.errors == 0 ? EXIT_ANSWERED : EXIT_FOUND;
    if (option_given(command, OPTION_JSON)) {
        struct value *report = results_value(command->arena, &results, &findings);
        if (covers)
            value_set(command->arena, report, "coverage", coverage_value(command->arena, &coverage));
        print_json(command, report);
    } else {
        findings_print(&findings, prefix_of(command, folder), command->out.out);
        if (covers)
            show_coverage(command, &coverage);
        if (print_results(command, &results))
            code = EXIT_FOUND;
    }
    edition_release(edition);
    return code;
}
