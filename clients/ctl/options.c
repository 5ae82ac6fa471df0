#include "options.h"

#include "base/date.h"

#include <stdlib.h>
#include <string.h>

struct option_type {
    const char *name, *value; /* `value` NULL: takes none */
    const char *help;
    bool common; /* goes with every verb */
};

static const struct option_type option_types[OPTION_COUNT] = {
    [OPTION_CONNECT] = {"connect", "ENDPOINT",
                        "where the daemon is (default tcp://127.0.0.1:5740, or COVENANT_CONNECT)", true},
    [OPTION_TIMEOUT] = {"timeout", "SECONDS", "how long to wait for an answer (default 5)", true},
    [OPTION_JSON] = {"json", NULL, "print the reply unchanged, on one line", true},
    [OPTION_LANG] = {"lang", "nl|en", "language of decisions (default nl)", true},
    [OPTION_COLOR] = {"color", "WHEN", "auto (default: on a terminal, unless NO_COLOR is set), always or never", true},
    [OPTION_HELP] = {"help", NULL, "show help, also of one verb", true},
    [OPTION_VERSION] = {"version", NULL, "show the version", true},
    [OPTION_ON] = {"on", "DATE", "the date judged, YYYY-MM-DD (default: today in Amsterdam)", false},
    [OPTION_QUESTIONS] = {"questions", "A,B", "only these sections, for example eligibility,next_steps", false},
    [OPTION_TRACE] = {"trace", NULL, "with every rule, condition, fact and call", false},
    [OPTION_FLIP] = {"flip", NULL, "with the smallest change of facts that turns the outcome", false},
    [OPTION_FOR] = {"for", "ROLE", "what this role may see, for example housing_corporation", false},
    [OPTION_REQUEST] = {"request", "ID", "the request's id, to ask the same again (default: a new UUIDv7)", false},
    [OPTION_REPLACES] = {"replaces", "ID", "the record that this decision corrects", false},
    [OPTION_REGION] = {"region", "REGION", "of this region", false},
    [OPTION_FROM] = {"from", "N", "the first record, counted from 0", false},
    [OPTION_TO] = {"to", "N", "the last record", false},
    [OPTION_RULES] = {"rules", "DIR", "the folder with (draft) rule files", false},
    [OPTION_CASE] = {"case", "CASE", "of this case", false},
    [OPTION_AFTER] = {"after", "ID", "those after this record", false},
    [OPTION_LIMIT] = {"limit", "N", "at most so many", false},
    [OPTION_ONLY] = {"only", "WHICH", "unconfirmed or deviated", false},
    [OPTION_COVERAGE] = {"coverage", NULL, "with what no example made of each condition", false},
    [OPTION_WRITE] = {"write", "FILE", "put it into FILE, between the marks that stand there", false},
    [OPTION_LOG] = {"log", "LOG", "of this log, for example almere/2026", false},
    [OPTION_WHOLE] = {"whole", NULL, "with what the records hold, facts too", false},
    [OPTION_KEY] = {"key", "FILE", "the file of a key", false},
    [OPTION_HEAD] = {"head", "FILE", "a checkpoint that was kept; several: with commas", false},
    [OPTION_ACTIVITY] = {"activity", "URI", "in the register of processing activities, for ldv", false},
    [OPTION_BY] = {"by", "NAME", "who says so: a person", false},
    [OPTION_REASON] = {"reason", "TEXT", "why", false},
    [OPTION_GROUND] = {"ground", "GROUND", "for which reason in law", false},
    [OPTION_ORDER] = {"order", "NUMBER", "the order to do so, as it is filed", false},
    [OPTION_RELEASE] = {"release", NULL, "end the hold for that ground", false},
    [OPTION_DRY_RUN] = {"dry-run", NULL, "say what would be done, and do nothing", false},
    [OPTION_YES] = {"yes", NULL, "do not ask whether to go on", false},
    [OPTION_ALL] = {"all", NULL, "of all regions and years", false},
    [OPTION_SINCE] = {"since", "TIME", "from this day or time on: 2026-01-31, or with time and offset", false},
    [OPTION_UNTIL] = {"until", "TIME", "up to and including this day or time", false},
    [OPTION_FORMAT] = {"format", "FORMAT", "how to write it", false},
    [OPTION_VKEY] = {"vkey", "KEY", "check signatures with this key (or COVENANT_VKEY); several: with commas", false},
    [OPTION_POLICY] = {"policy", "FILE", "who must have cosigned it (C2SP tlog-policy)", false},
    [OPTION_STATE] = {"state", "FOLDER", "where a witness keeps what it has seen", false},
};

const char *option_name(enum option option)
{
    return option_types[option].name;
}

bool option_is_common(enum option option)
{
    return option_types[option].common;
}

bool option_given(const struct command *command, enum option option)
{
    return command->values[option] != NULL;
}

enum exit_code complain(struct command *command, enum exit_code code, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    struct text message = text_format_list(command->arena, format, list);
    va_end(list);
    terminal_print(&command->err, STYLE_PLAIN, "covenant: ");
    terminal_put(&command->err, STYLE_PLAIN, words_printable(command->arena, message));
    terminal_line(&command->err);
    return code;
}

static bool usage(struct command *command, enum exit_code *code, struct text message)
{
    *code = complain(command, EXIT_USE, "%.*s", TEXT_ARGS(message));
    return false;
}

static size_t option_find(struct text name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (text_is(name, option_types[i].name))
            return i;
    return OPTION_COUNT;
}

static struct text nearest_option(struct text name)
{
    struct text names[OPTION_COUNT];
    for (size_t i = 0; i < OPTION_COUNT; i++)
        names[i] = text_of(option_types[i].name);
    return text_nearest(name, names, OPTION_COUNT);
}

/* `--name`, `--name=VALUE`, or `--name VALUE`, for which `*at` moves on. */
static bool read_option(struct command *command, int count, char *const *arguments, int *at, enum exit_code *code)
{
    const char *argument = arguments[*at] + 2, *equals = strchr(argument, '=');
    struct text name = equals ? (struct text){argument, (size_t)(equals - argument)} : text_of(argument);
    size_t option = option_find(name);
    struct arena *arena = command->arena;
    if (option == OPTION_COUNT) {
        struct text nearest = nearest_option(name);
        if (nearest.at)
            return usage(command, code,
                         text_format(arena, "there is no option `--%.*s`: did you mean `--%.*s`?", TEXT_ARGS(name),
                                     TEXT_ARGS(nearest)));
        return usage(command, code,
                     text_format(arena, "there is no option `--%.*s`: see `covenant --help`", TEXT_ARGS(name)));
    }
    const struct option_type *type = &option_types[option];
    if (!type->value && equals)
        return usage(command, code, text_format(arena, "`--%s` takes no value, found `%s`", type->name, equals + 1));
    if (command->values[option])
        return usage(command, code, text_format(arena, "`--%s` is given twice", type->name));
    if (!type->value || equals) {
        command->values[option] = equals ? equals + 1 : "";
        return true;
    }
    if (*at + 1 >= count)
        return usage(command, code,
                     text_format(arena, "`--%s` needs a value: `--%s %s`", type->name, type->name, type->value));
    command->values[option] = arguments[++*at];
    return true;
}

/* Is `name` the first of the two words of a verb's name? */
static bool is_first_word(const struct verb *verb, const char *name)
{
    size_t length = strlen(name);
    return strncmp(verb->name, name, length) == 0 && verb->name[length] == ' ';
}

/*
 * `audit` alone is remembered as the first word; with the next operand it becomes a verb. `*first` is NULL unless a
 * second word is waited for.
 */
static bool read_verb(struct command *command, const char *name, const char **first, enum exit_code *code)
{
    struct arena *arena = command->arena;
    const char *whole = *first ? text_string(arena, text_format(arena, "%s %s", *first, name)) : name;
    struct text *names = ARENA_ARRAY(arena, verbs_count, struct text);
    bool begins = false;
    for (size_t i = 0; i < verbs_count; i++) {
        names[i] = text_of(verbs[i].name);
        if (strcmp(whole, verbs[i].name) == 0)
            command->verb = &verbs[i];
        begins = begins || is_first_word(&verbs[i], whole);
    }
    *first = begins ? name : NULL;
    if (command->verb || begins)
        return true;
    struct text nearest = text_nearest(text_of(whole), names, verbs_count);
    if (nearest.at)
        return usage(command, code,
                     text_format(arena, "there is no verb `%s`: did you mean `%.*s`?", whole, TEXT_ARGS(nearest)));
    return usage(command, code, text_format(arena, "there is no verb `%s`: see `covenant --help`", whole));
}

/* The verbs that begin with a word, when the second one is lacking. */
static bool lacks_second(struct command *command, const char *first, enum exit_code *code)
{
    struct buffer list;
    buffer_init(&list, command->arena);
    for (size_t i = 0; i < verbs_count; i++)
        if (is_first_word(&verbs[i], first))
            buffer_format(&list, "%s`%s`", list.length ? ", " : "", verbs[i].name);
    return usage(command, code,
                 text_format(command->arena, "`%s` needs a second word: %.*s", first, TEXT_ARGS(buffer_text(&list))));
}

static bool one_of(const char *value, const char *const *allowed)
{
    for (; *allowed; allowed++)
        if (strcmp(value, *allowed) == 0)
            return true;
    return false;
}

static bool is_path(const struct command *command, size_t option)
{
    uint64_t bit = option == OPTION_FROM ? FROM_IS_PATH : option == OPTION_TO ? TO_IS_PATH : 0;
    return command->verb && command->verb->options & bit;
}

bool option_time(const struct command *command, enum option option, struct text *time)
{
    struct text value = text_of(command->values[option]);
    struct moment moment;
    struct date date;
    if (moment_parse(value, &moment, &date)) {
        *time = value;
        return true;
    }
    if (!date_parse(value, &date))
        return false;
    moment = date_end(option == OPTION_UNTIL ? date : date_add_days(date, -1, NULL));
    moment.second -= option == OPTION_UNTIL;
    *time = moment_text(command->arena, moment);
    return true;
}

static bool check_time(struct command *command, enum option option, enum exit_code *code)
{
    struct text time;
    if (!option_given(command, option) || option_time(command, option, &time))
        return true;
    return usage(command, code,
                 text_format(command->arena,
                             "`--%s` is a day as `2026-01-31` or a time as `2026-01-31T09:00:00+01:00`, found `%s`",
                             option_types[option].name, command->values[option]));
}

/* The values that can be judged without the daemon. */
static bool check_values(struct command *command, enum exit_code *code)
{
    const char *lang = command->values[OPTION_LANG], *color = command->values[OPTION_COLOR];
    const char *on = command->values[OPTION_ON], *timeout = command->values[OPTION_TIMEOUT];
    struct date date;
    if (lang && !one_of(lang, (const char *const[]){"nl", "en", NULL}))
        return usage(command, code, text_format(command->arena, "`--lang` is `nl` or `en`, found `%s`", lang));
    if (color && !one_of(color, (const char *const[]){"auto", "always", "never", NULL}))
        return usage(command, code,
                     text_format(command->arena, "`--color` is `auto`, `always` or `never`, found `%s`", color));
    if (on && !date_parse(text_of(on), &date))
        return usage(command, code,
                     text_format(command->arena, "`--on` is a date that exists, as `2022-09-26`, found `%s`", on));
    if (timeout) {
        char *end;
        double seconds = strtod(timeout, &end);
        if (end == timeout || *end || !(seconds >= 0.01 && seconds <= 3600))
            return usage(
                command, code,
                text_format(command->arena, "`--timeout` is a number of seconds up to 3600, found `%s`", timeout));
    }
    if (!check_time(command, OPTION_SINCE, code) || !check_time(command, OPTION_UNTIL, code))
        return false;
    static const enum option counts[] = {OPTION_FROM, OPTION_TO, OPTION_LIMIT};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const char *value = command->values[counts[i]];
        long long number;
        if (value && !is_path(command, counts[i]) &&
            (!text_to_integer(text_of(value), &number) || number < 0))
            return usage(command, code,
                         text_format(command->arena, "`--%s` is a whole number, found `%s`",
                                     option_types[counts[i]].name, value));
    }
    return true;
}

/* Does each option go with the verb, and are there as many operands as it takes? */
static bool check_verb(struct command *command, enum exit_code *code)
{
    const struct verb *verb = command->verb;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (command->values[i] && !option_types[i].common && !(verb->options & OPTION_BIT(i)))
            return usage(command, code,
                         text_format(command->arena, "`%s` takes no option `--%s`: see `covenant %s --help`",
                                     verb->name, option_types[i].name, verb->name));
    if (command->operands_count < verb->operands_min)
        return usage(command, code,
                     text_format(command->arena, "`%s` needs %s: see `covenant %s --help`", verb->name, verb->operands,
                                 verb->name));
    if (command->operands_count > verb->operands_max)
        return usage(command, code,
                     text_format(command->arena, "`%s` does not expect `%s`: see `covenant %s --help`", verb->name,
                                 command->operands[verb->operands_max], verb->name));
    return true;
}

static bool read_arguments(struct command *command, int count, char *const *arguments, enum exit_code *code)
{
    bool options_end = false;
    const char *first = NULL; /* of a verb of two words */
    for (int i = 1; i < count; i++) {
        const char *argument = arguments[i];
        if (!options_end && strcmp(argument, "--") == 0) {
            options_end = true;
        } else if (!options_end && strcmp(argument, "-h") == 0) {
            command->values[OPTION_HELP] = "";
        } else if (!options_end && argument[0] == '-' && argument[1] == '-') {
            if (!read_option(command, count, arguments, &i, code))
                return false;
        } else if (!options_end && argument[0] == '-' && argument[1]) {
            return usage(command, code,
                         text_format(command->arena, "there is no option `%s`: see `covenant --help`", argument));
        } else if (!command->verb) {
            if (!read_verb(command, argument, &first, code))
                return false;
        } else if (command->operands_count == OPERANDS_MAX) {
            return usage(command, code,
                         text_format(command->arena, "`%s` does not expect `%s`", command->verb->name, argument));
        } else {
            command->operands[command->operands_count++] = argument;
        }
    }
    return !first || option_given(command, OPTION_HELP) || lacks_second(command, first, code);
}

bool options_read(struct command *command, int count, char *const *arguments, enum exit_code *code)
{
    terminal_init(&command->out, command->arena, stdout, COLOUR_AUTO);
    terminal_init(&command->err, command->arena, stderr, COLOUR_AUTO);
    if (!read_arguments(command, count, arguments, code) || !check_values(command, code))
        return false;
    const char *color = command->values[OPTION_COLOR], *lang = command->values[OPTION_LANG];
    enum colour colour = !color || *color == 'a' ? COLOUR_AUTO : COLOUR_NEVER;
    if (color && strcmp(color, "always") == 0)
        colour = COLOUR_ALWAYS;
    terminal_init(&command->out, command->arena, stdout, colour);
    terminal_init(&command->err, command->arena, stderr, colour);
    command->language = lang && *lang == 'e' ? LANGUAGE_EN : LANGUAGE_NL;
    if (option_given(command, OPTION_HELP) || option_given(command, OPTION_VERSION))
        return true;
    if (!command->verb)
        return usage(command, code, TEXT("a verb is needed, as in `covenant decide CASE.json`: see `covenant --help`"));
    return check_verb(command, code);
}

static void print_options(struct command *command, uint64_t which, bool common)
{
    struct table table;
    table_init(&table, command->arena, 2);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_type *type = &option_types[i];
        if (common ? !type->common : !(which & OPTION_BIT(i)))
            continue;
        struct row *row = table_add(&table);
        const char *value = is_path(command, i) ? "PATH" : type->value;
        row->cells[0].text = text_format(command->arena, "--%s%s%s", type->name, value ? " " : "", value ? value : "");
        row->cells[1].text = text_of(!is_path(command, i)  ? type->help
                                     : i == OPTION_FROM ? "where it is read from"
                                                        : "where it is written");
    }
    table_print(&table, &command->out, 2);
}

void help_print(struct command *command)
{
    struct terminal *out = &command->out;
    fputs("examples:\n"
          "  covenant decide case.json                  decide a case, as of today\n"
          "  covenant decide case.json --on 2022-09-26  as of that day\n"
          "  covenant decide - --json < case.json       from a pipe, for a program\n"
          "  covenant explain 01993f0f-...              the motivation of a decision\n"
          "  covenant replay 01993f0f-...               decide it again and compare\n"
          "  covenant check rules                       are the rule files right?\n"
          "\nusage: covenant [OPTION...] VERB [OPERAND...]\n\nverbs:\n",
          out->out);
    struct table table;
    table_init(&table, command->arena, 2);
    for (size_t i = 0; i < verbs_count; i++) {
        struct row *row = table_add(&table);
        row->cells[0].text =
            text_format(command->arena, "%s%s%s", verbs[i].name, *verbs[i].operands ? " " : "", verbs[i].operands);
        row->cells[1].text = text_of(verbs[i].summary);
    }
    table_print(&table, out, 2);
    fputs("\noptions, before or after the verb:\n", out->out);
    print_options(command, 0, true);
    fputs("\n`covenant VERB --help` tells more.\n\n"
          "exit codes: 0 answered, whatever the outcome; 1 `check` or `test` found\n"
          "something or a replay differs; 64 use; 65 refused; 66 no such file; 69 no\n"
          "daemon, busy or unavailable; 70 internal\n",
          out->out);
}

void help_verb(struct command *command)
{
    const struct verb *verb = command->verb;
    fprintf(command->out.out, "examples:\n%s\nusage: covenant %s%s%s [OPTION...]\n\noptions:\n", verb->help, verb->name,
            *verb->operands ? " " : "", verb->operands);
    print_options(command, verb->options, false);
    print_options(command, 0, true);
}
