#include "ask.h"
#include "base/files.h"
#include "base/json.h"
#include "show.h"
#include "verb.h"

/* `a,b` as a list of texts. */
static struct value *split(struct arena *arena, const char *names)
{
    struct value *list = value_list(arena);
    struct text text = text_of(names);
    for (size_t from = 0, to; from <= text.length; from = to + 1) {
        for (to = from; to < text.length && text.at[to] != ',';)
            to++;
        struct text name = text_trim(text_slice(text, from, to));
        if (name.length)
            value_append(arena, list, value_text(arena, name));
    }
    return list;
}

/* The members that `decide` and `simulate` share. */
static void add_asked(struct asking *asking)
{
    struct command *command = asking->command;
    asking_add_option(asking, "on", OPTION_ON);
    asking_add_option(asking, "for", OPTION_FOR);
    if (option_given(command, OPTION_QUESTIONS))
        asking_add(asking, "questions", split(command->arena, command->values[OPTION_QUESTIONS]));
    if (option_given(command, OPTION_TRACE))
        asking_add(asking, "trace", value_boolean(command->arena, true));
    if (option_given(command, OPTION_FLIP))
        asking_add(asking, "flip", value_boolean(command->arena, true));
}

/* The answer, unless it was printed as it came. */
static const struct value *answer(struct command *command, const struct value *reply, const char *name)
{
    return reply && !option_given(command, OPTION_JSON) ? value_get(reply, name) : NULL;
}

enum exit_code run_decide(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    asking_init(&asking, command, "decide");
    asking.records = true;
    if (!asking_add_case(&asking, command->operands[0], &code))
        return code;
    add_asked(&asking);
    asking_add_option(&asking, "replaces", OPTION_REPLACES);
    const struct value *reply = ask(&asking, &code);
    const struct value *decision = answer(command, reply, "decision"), *record = answer(command, reply, "record");
    if (!decision)
        return code;
    show_decision(command, decision);
    show_receipt(command, record);
    terminal_print(&command->out, STYLE_DIM, "covenant explain %.*s\n",
                   TEXT_ARGS(words_printable(command->arena, member_text(record, "id"))));
    return code;
}

/* `almere/` of a case of Almere; NULL when it names no region, which the daemon will say. */
static const char *region_folder(struct asking *asking)
{
    struct arena *arena = asking->command->arena;
    struct json_error error;
    const struct value *region = value_get(json_read(arena, asking->case_text, &error), "region");
    if (!region || region->kind != VALUE_TEXT)
        return NULL;
    return text_string(arena, text_format(arena, "%.*s/", TEXT_ARGS(region->text)));
}

/*
 * The files of a folder, by name, as the daemon takes drafts: the national ones and those of the case's region, since a
 * request has its bound and other regions take no part. False: it was said why.
 */
static bool add_rules(struct asking *asking, const char *folder, enum exit_code *code)
{
    struct command *command = asking->command;
    struct arena *arena = command->arena;
    struct file_set files = {0};
    struct findings findings;
    struct fault fault = {0};
    findings_init(&findings, arena);
    if (!files_read(arena, folder, &files, &findings, &fault)) {
        *code = complain(command, EXIT_NO_FILE, "%s", fault.message);
        return false;
    }
    struct value *rules = value_object(arena);
    const char *own = region_folder(asking);
    for (size_t i = 0; i < files.count; i++)
        if (!own || text_starts_with(files.items[i].path, "national/") || text_starts_with(files.items[i].path, own))
            value_set_text(arena, rules, files.items[i].path, value_text(arena, files.items[i].text));
    asking_add(asking, "rules", rules);
    return true;
}

enum exit_code run_simulate(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    asking_init(&asking, command, "simulate");
    if (!asking_add_case(&asking, command->operands[0], &code))
        return code;
    if (option_given(command, OPTION_RULES) && !add_rules(&asking, command->values[OPTION_RULES], &code))
        return code;
    add_asked(&asking);
    const struct value *decision = answer(command, ask(&asking, &code), "decision");
    if (decision)
        show_decision(command, decision);
    return code;
}

enum exit_code run_record(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    asking_init(&asking, command, "record");
    asking_add(&asking, "decision", value_string(command->arena, command->operands[0]));
    const struct value *record = answer(command, ask(&asking, &code), "record");
    if (record)
        show_record(command, record);
    return code;
}

enum exit_code run_covenants(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    asking_init(&asking, command, "covenants");
    asking_add_option(&asking, "region", OPTION_REGION);
    asking_add_option(&asking, "on", OPTION_ON);
    const struct value *covenants = answer(command, ask(&asking, &code), "covenants");
    if (covenants)
        show_covenants(command, covenants);
    return code;
}

enum exit_code run_vocabulary(struct command *command)
{
    struct asking asking;
    asking_init(&asking, command, "vocabulary");
    asking_add(&asking, "region", value_string(command->arena, command->operands[0]));
    asking_add_option(&asking, "on", OPTION_ON);
    enum exit_code code;
    const struct value *vocabulary = answer(command, ask(&asking, &code), "vocabulary");
    if (vocabulary)
        show_vocabulary(command, vocabulary);
    return code;
}

enum exit_code run_history(struct command *command)
{
    struct asking asking;
    if (!option_given(command, OPTION_CASE) && !option_given(command, OPTION_REGION))
        return complain(command, EXIT_USE, "`history` needs `--case` or `--region`: see `covenant history --help`");
    asking_init(&asking, command, "history");
    asking_add_option(&asking, "case", OPTION_CASE);
    asking_add_option(&asking, "region", OPTION_REGION);
    asking_add_option(&asking, "after", OPTION_AFTER);
    asking_add_number(&asking, "limit", OPTION_LIMIT);
    asking_add_option(&asking, "only", OPTION_ONLY);
    enum exit_code code;
    const struct value *history = answer(command, ask(&asking, &code), "history");
    if (history)
        show_history(command, history);
    return code;
}

enum exit_code run_status(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    asking_init(&asking, command, "status");
    const struct value *status = answer(command, ask(&asking, &code), "status");
    if (status)
        show_tree(command, status, 0);
    return code;
}

/* The daemon answers `ok` also when the rules were refused: that is what `reload` is asked for, so it is no error. */
enum exit_code run_reload(struct command *command)
{
    struct asking asking;
    enum exit_code code;
    asking_init(&asking, command, "reload");
    asking.seconds = TIMEOUT_LONG;
    asking.records = true;
    const struct value *reload = answer(command, ask(&asking, &code), "reload");
    if (reload)
        show_reload(command, reload);
    return code;
}
