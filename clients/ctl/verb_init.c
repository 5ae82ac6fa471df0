/*
 * `init`: a first covenant that loads, with its examples, in a folder of rules. Nothing that is there is changed: the
 * region's folder must not exist, and is made here.
 */
#include "base/date.h"
#include "base/json.h"
#include "base/limits.h"
#include "template.h"
#include "verb.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As the loader has them, and beginning with a letter: a name that is also an option or a number helps nobody. */
static bool region_is_good(struct text region)
{
    for (size_t i = 0; i < region.length; i++) {
        char letter = region.at[i];
        bool small = letter >= 'a' && letter <= 'z', rest = (letter >= '0' && letter <= '9') || letter == '-';
        if (!small && (i == 0 || !rest))
            return false;
    }
    return region.length && region.length <= ID_LENGTH_MAX && !text_ends_with(region, "-") &&
           !text_is(region, "national");
}

static int year_of(struct command *command)
{
    struct date on;
    int year, month, day;
    if (!option_given(command, OPTION_ON) || !date_parse(text_of(command->values[OPTION_ON]), &on))
        on = moment_date(moment_now());
    date_parts(on, &year, &month, &day);
    return year;
}

static enum exit_code cannot(struct command *command, const char *path)
{
    return complain(command, EXIT_REFUSED, "cannot write `%s`: %s", path, strerror(errno));
}

static bool write_file(const char *path, struct text text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0)
        return false;
    size_t at = 0;
    while (at < text.length) {
        ssize_t written = write(file, text.at + at, text.length - at);
        if (written < 0 && errno != EINTR)
            break;
        at += written > 0 ? (size_t)written : 0;
    }
    return close(file) == 0 && at == text.length;
}

/* The folders of the region, its version and its examples, and the files in them. */
static enum exit_code write_version(struct command *command, const char *region_folder,
                                    const struct template_words *words, struct value *written)
{
    struct arena *arena = command->arena;
    const char *version = text_string(arena, text_format(arena, "%s/%d", region_folder, words->year));
    const char *folders[] = {region_folder, version, text_string(arena, text_format(arena, "%s/cases", version))};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (mkdir(folders[i], 0777) == 0)
            continue;
        if (errno == EEXIST)
            return complain(command, EXIT_REFUSED,
                            "`%s` is there already, and stays as it is: a next version is a folder beside the others, "
                            "with `based_on`", folders[i]);
        return cannot(command, folders[i]);
    }
    for (size_t i = 0; i < template_files_count; i++) {
        const char *path = text_string(arena, text_format(arena, "%s/%s", version, template_files[i].path));
        if (!write_file(path, template_text(arena, &template_files[i], words)))
            return cannot(command, path);
        value_append(arena, written, value_string(arena, path));
    }
    return EXIT_ANSWERED;
}

static void say_next(struct command *command, const char *folder, const struct value *written)
{
    struct terminal *out = &command->out;
    for (size_t i = 0; i < written->count; i++)
        terminal_print(out, STYLE_PLAIN, "%.*s\n", TEXT_ARGS(written->items[i]->text));
    terminal_line(out);
    terminal_paragraph(out, STYLE_PLAIN, 0,
                       TEXT("It loads, and everything in it is an assumption. Write what was agreed in its place, with "
                            "its source, and say in an example what you expect. As often as you like:"));
    terminal_print(out, STYLE_BOLD, "  covenant check %s\n  covenant test %s\n", folder, folder);
}

enum exit_code run_init(struct command *command)
{
    struct arena *arena = command->arena;
    struct text region = text_of(command->operands[0]);
    const char *folder = command->operands_count > 1 ? command->operands[1] : "rules";
    if (!region_is_good(region))
        return complain(command, EXIT_USE,
                        "`%.*s` is no name of a region: expected small letters, digits and `-`, as `den-haag`",
                        TEXT_ARGS(region));
    bool slash = text_ends_with(text_of(folder), "/");
    struct text below = text_format(arena, "%s%s", folder, slash ? "" : "/");
    struct text vocabulary = text_format(arena, "%.*snational/vocabulary.yaml", TEXT_ARGS(below));
    if (access(text_string(arena, vocabulary), R_OK) != 0)
        return complain(command, EXIT_NO_FILE,
                        "no file `%.*s`: a covenant stands in a folder of rules, beside `national`",
                        TEXT_ARGS(vocabulary));
    struct template_words words = {region, template_title(arena, region), year_of(command), command->language};
    struct value *written = value_list(arena);
    const char *region_folder =
        text_string(arena, text_format(arena, "%.*s%.*s", TEXT_ARGS(below), TEXT_ARGS(region)));
    enum exit_code code = write_version(command, region_folder, &words, written);
    if (code != EXIT_ANSWERED)
        return code;
    if (option_given(command, OPTION_JSON)) {
        struct value *report = value_object(arena);
        value_set(arena, report, "written", written);
        terminal_put(&command->out, STYLE_PLAIN, json_write(arena, report));
        terminal_line(&command->out);
    } else {
        say_next(command, folder, written);
    }
    return code;
}
