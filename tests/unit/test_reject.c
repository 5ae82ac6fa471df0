/*
 * Every mistake in tests/reject (a .txt file each) gives exactly the findings that the file names, and rules with an error are
 * refused. A file patches the good covenant in tests/reject/good:
 *
 *     # what is wrong, for people
 *     @ demo/1/covenant.yaml         the file that follows is about; `@ new PATH` makes one, `@ drop PATH` takes one away
 *     -covenant: demo                lines that stand there, once
 *     +covenant: dmo                 what stands there instead
 *     =demo/1/covenant.yaml:2:11: error: ... [wrong_folder]
 *
 * `build/unit/test_reject --write` writes the `=` lines anew; look at the difference before it is committed.
 */
#include "base/files.h"
#include "covenant/model.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "tests/reject"

struct mistake {
    struct text path, file; /* of the .txt, and its text */
    struct file_set rules;
    struct text expected; /* the `=` lines */
    size_t patches;
};

static void read_good(struct arena *arena, struct file_set *set)
{
    struct findings findings;
    struct fault fault = {0};
    findings_init(&findings, arena);
    if (!files_read(arena, FOLDER "/good", set, &findings, &fault))
        fail_msg("%s", fault.message);
    assert_int_equal(findings.count, 0);
}

static struct source_file *find(struct file_set *set, struct text path)
{
    for (size_t i = 0; i < set->count; i++)
        if (text_equal(set->items[i].path, path))
            return &set->items[i];
    return NULL;
}

/* Puts `after` where `before` stands, which must be once. */
static void apply(struct arena *arena, struct mistake *mistake, struct text path, struct text before, struct text after)
{
    struct source_file *file = find(&mistake->rules, path);
    if (!file) {
        fail_msg("%.*s: there is no `%.*s` in good/", TEXT_ARGS(mistake->path), TEXT_ARGS(path));
        return;
    }
    const char *at = memmem(file->text.at, file->text.length, before.at, before.length);
    if (!at || (at > file->text.at && at[-1] != '\n')) {
        fail_msg("%.*s: these lines do not stand in `%.*s`:\n%.*s", TEXT_ARGS(mistake->path), TEXT_ARGS(path), TEXT_ARGS(before));
        return;
    }
    size_t start = (size_t)(at - file->text.at), end = start + before.length;
    file->text = text_format(arena, "%.*s%.*s%.*s", (int)start, file->text.at, TEXT_ARGS(after), (int)(file->text.length - end),
                             file->text.at + end);
    mistake->patches++;
}

static void start_file(struct arena *arena, struct mistake *mistake, struct text line, struct text *path)
{
    line = text_trim(line);
    if (text_starts_with(line, "new ")) {
        *path = text_trim(text_slice(line, 4, line.length));
        files_add(arena, &mistake->rules, *path, TEXT(""));
    } else if (text_starts_with(line, "drop ")) {
        struct source_file *file = find(&mistake->rules, text_trim(text_slice(line, 5, line.length)));
        if (!file) {
            fail_msg("%.*s: there is no such file to drop", TEXT_ARGS(mistake->path));
            return;
        }
        memmove(file, file + 1, (size_t)(mistake->rules.items + mistake->rules.count - file - 1) * sizeof *file);
        mistake->rules.count--;
        mistake->patches++;
    } else {
        *path = line;
    }
}

/* `\t` and `\xNN` in a `+` line: a tab or a byte that an editor would hide. */
static void add_line(struct buffer *buffer, struct text line)
{
    for (size_t i = 0; i < line.length; i++) {
        char digits[3] = {0};
        if (i + 1 < line.length && line.at[i] == '\\' && line.at[i + 1] == 't') {
            buffer_add_byte(buffer, '\t');
            i++;
        } else if (i + 3 < line.length && line.at[i] == '\\' && line.at[i + 1] == 'x') {
            memcpy(digits, line.at + i + 2, 2);
            buffer_add_byte(buffer, (char)strtol(digits, NULL, 16));
            i += 3;
        } else {
            buffer_add_byte(buffer, line.at[i]);
        }
    }
    buffer_add_byte(buffer, '\n');
}

static void flush(struct arena *arena, struct mistake *mistake, struct text path, struct buffer *before, struct buffer *after)
{
    if (before->length || after->length)
        apply(arena, mistake, path, buffer_text(before), buffer_text(after));
    buffer_init(before, arena);
    buffer_init(after, arena);
}

static void read_mistake(struct arena *arena, const char *path, struct mistake *mistake)
{
    struct fault fault = {0};
    *mistake = (struct mistake){.path = text_of(path)};
    if (!file_read(arena, path, 1 << 16, &mistake->file, &fault))
        fail_msg("%s", fault.message);
    read_good(arena, &mistake->rules);
    struct buffer before, after, expected;
    buffer_init(&before, arena);
    buffer_init(&after, arena);
    buffer_init(&expected, arena);
    struct text file = TEXT("demo/1/covenant.yaml");
    for (size_t start = 0, end; start < mistake->file.length; start = end + 1) {
        const char *newline = memchr(mistake->file.at + start, '\n', mistake->file.length - start);
        end = newline ? (size_t)(newline - mistake->file.at) : mistake->file.length;
        struct text line = text_slice(mistake->file, start, end);
        char kind = line.length ? line.at[0] : '#';
        struct text rest = line.length ? text_slice(line, 1, line.length) : line;
        if (kind != '+' && (kind != '-' || after.length))
            flush(arena, mistake, file, &before, &after);
        if (kind == '@')
            start_file(arena, mistake, rest, &file);
        else if (kind == '-')
            add_line(&before, rest);
        else if (kind == '+')
            add_line(&after, rest);
        else if (kind == '=')
            buffer_format(&expected, "%.*s\n", TEXT_ARGS(rest));
        else if (kind != '#')
            fail_msg("%s: a line begins with `#`, `@`, `-`, `+` or `=`, found: %.*s", path, TEXT_ARGS(line));
    }
    flush(arena, mistake, file, &before, &after);
    mistake->expected = buffer_text(&expected);
}

/* The findings as they are expected: without source lines and carets. */
static struct text found_in(struct arena *arena, const struct mistake *mistake)
{
    struct findings findings;
    findings_init(&findings, arena);
    const struct rules *rules = rules_read(arena, &mistake->rules, &findings);
    assert_true((rules == NULL) == (findings.errors > 0));
    struct buffer buffer;
    buffer_init(&buffer, arena);
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &findings.items[i];
        if (finding->place.file)
            buffer_format(&buffer, "%.*s:%zu:%zu: ", TEXT_ARGS(finding->place.file->path), finding->place.line, finding->place.column);
        buffer_format(&buffer, "%s: %.*s [%s]\n", finding->severity == SEVERITY_ERROR ? "error" : "warning",
                      TEXT_ARGS(finding->message), finding->code);
    }
    return buffer_text(&buffer);
}

static int is_mistake(const struct dirent *entry)
{
    return text_ends_with(text_of(entry->d_name), ".txt");
}

static size_t list_mistakes(struct arena *arena, const char ***paths)
{
    struct dirent **entries;
    int count = scandir(FOLDER, &entries, is_mistake, alphasort);
    assert_true(count >= 0);
    *paths = ARENA_ARRAY(arena, (size_t)count + 1, const char *);
    for (int i = 0; i < count; i++) {
        (*paths)[i] = text_string(arena, text_format(arena, FOLDER "/%s", entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    return (size_t)count;
}

static void write_expected(struct arena *arena, const struct mistake *mistake, struct text found)
{
    FILE *out = fopen(text_string(arena, mistake->path), "w");
    if (!out) {
        fail_msg("%.*s: cannot be written", TEXT_ARGS(mistake->path));
        return;
    }
    for (size_t start = 0, end; start < mistake->file.length; start = end + 1) {
        const char *newline = memchr(mistake->file.at + start, '\n', mistake->file.length - start);
        end = newline ? (size_t)(newline - mistake->file.at) : mistake->file.length;
        if (mistake->file.at[start] != '=')
            fprintf(out, "%.*s\n", (int)(end - start), mistake->file.at + start);
    }
    for (size_t start = 0, end; start < found.length; start = end + 1) {
        end = (size_t)((const char *)memchr(found.at + start, '\n', found.length - start) - found.at);
        fprintf(out, "=%.*s\n", (int)(end - start), found.at + start);
    }
    assert_int_equal(fclose(out), 0);
}

static void each_mistake(bool write)
{
    struct arena names;
    arena_init(&names);
    const char **paths;
    size_t count = list_mistakes(&names, &paths), wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct arena arena;
        arena_init(&arena);
        struct mistake mistake;
        read_mistake(&arena, paths[i], &mistake);
        struct text found = found_in(&arena, &mistake);
        if (write) {
            write_expected(&arena, &mistake, found);
        } else if (!text_equal(found, mistake.expected) || found.length == 0 || mistake.patches == 0) {
            fprintf(stderr, "%s: expected\n%.*s  found\n%.*s", paths[i], TEXT_ARGS(mistake.expected), TEXT_ARGS(found));
            wrong++;
        }
        arena_finish(&arena);
    }
    assert_int_equal(wrong, 0);
    assert_true(count >= 60);
    arena_finish(&names);
}

static void mistakes_are_found(void **state)
{
    (void)state;
    each_mistake(false);
}

static void the_good_covenant_is_good(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct mistake none = {0};
    read_good(&arena, &none.rules);
    assert_int_equal(found_in(&arena, &none).length, 0);
    arena_finish(&arena);
}

int main(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "--write") == 0) {
        each_mistake(true);
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_good_covenant_is_good), cmocka_unit_test(mistakes_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
