#include "ask.h"

#include "base/digest.h"
#include "base/files.h"
#include "base/json.h"
#include "base/limits.h"
#include "client.h"
#include "place.h"
#include "receipt.h"

#include <stdlib.h>
#include <string.h>

void asking_init(struct asking *asking, struct command *command, const char *verb)
{
    *asking = (struct asking){.command = command, .verb = verb};
    buffer_init(&asking->body, command->arena);
    if (option_given(command, OPTION_REQUEST)) {
        asking->id = text_of(command->values[OPTION_REQUEST]);
    } else {
        struct uuid_source source = {0};
        asking->id = uuid_new(&source, command->arena);
    }
    buffer_add_string(&asking->body, "{\"protocol\":1");
    asking_add(asking, "request", value_text(command->arena, asking->id));
    asking_add(asking, "verb", value_string(command->arena, verb));
}

static void add_raw(struct asking *asking, const char *name, struct text json)
{
    buffer_format(&asking->body, ",\"%s\":", name);
    buffer_add(&asking->body, json);
}

void asking_add(struct asking *asking, const char *name, const struct value *value)
{
    add_raw(asking, name, json_write(asking->command->arena, value));
}

void asking_add_option(struct asking *asking, const char *name, enum option option)
{
    if (option_given(asking->command, option))
        asking_add(asking, name, value_string(asking->command->arena, asking->command->values[option]));
}

void asking_add_number(struct asking *asking, const char *name, enum option option)
{
    if (option_given(asking->command, option))
        add_raw(asking, name, text_of(asking->command->values[option]));
}

/* The source line, and a caret below each character of the stretch that stands on it. */
static void print_caret(struct terminal *err, struct text line, size_t column, size_t width)
{
    size_t before = 0, at = 0;
    for (size_t characters = 1; at < line.length && characters < column; characters++)
        for (at++; at < line.length && ((unsigned char)line.at[at] & 0xC0) == 0x80;)
            at++;
    before = text_width(text_slice(line, 0, at));
    struct text clean = words_printable(err->arena, line);
    fprintf(err->out, "    %.*s\n    %*s", TEXT_ARGS(clean), (int)before, "");
    terminal_print(err, STYLE_BAD, "^");
    for (size_t i = 1; i < width; i++)
        terminal_print(err, STYLE_BAD, "~");
    terminal_line(err);
}

static void print_place(struct asking *asking, struct text place, struct text code, struct text message)
{
    struct terminal *err = &asking->command->err;
    struct arena *arena = asking->command->arena;
    terminal_put(err, STYLE_BOLD, words_printable(arena, place));
    terminal_print(err, STYLE_BAD, "error: ");
    terminal_put(err, STYLE_PLAIN, words_printable(arena, message));
    terminal_print(err, STYLE_DIM, " [%.*s]", TEXT_ARGS(code));
    terminal_line(err);
}

static struct text text_member(const struct value *object, const char *name)
{
    const struct value *member = value_get(object, name);
    return member && member->kind == VALUE_TEXT ? member->text : (struct text){0};
}

/* One error: with the line of the file when its pointer leads into the case, else with the pointer. */
static void print_error(struct asking *asking, const struct value *error)
{
    struct arena *arena = asking->command->arena;
    struct text at = text_member(error, "at");
    struct text code = text_member(error, "code"), message = text_member(error, "message");
    if (!asking->file || !(text_is(at, "/case") || text_starts_with(at, "/case/"))) {
        if (at.length)
            message = text_format(arena, "%.*s (at %.*s)", TEXT_ARGS(message), TEXT_ARGS(at));
        print_place(asking, TEXT("covenant: "), code, message);
        return;
    }
    struct stretch stretch = json_stretch(asking->case_text, text_slice(at, strlen("/case"), at.length));
    size_t line, column;
    struct text source = line_at(asking->case_text, stretch.from, &line, &column);
    size_t end = (size_t)(source.at - asking->case_text.at) + source.length;
    size_t to = stretch.to < end ? stretch.to : end;
    print_place(asking, text_format(arena, "%s:%zu:%zu: ", asking->file, line, column), code, message);
    print_caret(&asking->command->err, source, column, text_width(text_slice(asking->case_text, stretch.from, to)));
}

bool asking_add_case(struct asking *asking, const char *path, enum exit_code *code)
{
    struct command *command = asking->command;
    struct fault fault = {0};
    struct json_error error;
    struct text text;
    if (!file_read(command->arena, path, REQUEST_BYTES_MAX, &text, &fault)) {
        *code = complain(command, fault.kind == FAULT_ABSENT ? EXIT_NO_FILE : EXIT_REFUSED, "%s", fault.message);
        return false;
    }
    asking->file = strcmp(path, "-") == 0 ? "standard input" : path;
    asking->case_text = text;
    if (json_read(command->arena, text, &error)) {
        add_raw(asking, "case", text_trim(text));
        return true;
    }
    size_t line = 1, offset = 0, column;
    for (; offset < text.length && line < error.line; offset++)
        line += text.at[offset] == '\n';
    offset += error.column ? error.column - 1 : 0;
    struct text source = line_at(text, offset < text.length ? offset : text.length, &line, &column);
    print_place(asking, text_format(command->arena, "%s:%zu:%zu: ", asking->file, line, column), TEXT("malformed"),
                text_of(error.message));
    print_caret(&command->err, source, column, 1);
    *code = EXIT_REFUSED;
    return false;
}

static enum exit_code code_of(struct text code)
{
    if (text_is(code, "busy") || text_is(code, "unavailable"))
        return EXIT_NO_DAEMON;
    return text_is(code, "internal") ? EXIT_INTERNAL : EXIT_REFUSED;
}

static void print_refusal(struct asking *asking, const struct value *error)
{
    const struct value *all = value_get(error, "all");
    if (!all || all->kind != VALUE_LIST || all->count == 0) {
        print_error(asking, error);
        return;
    }
    for (size_t i = 0; i < all->count; i++)
        print_error(asking, all->items[i]);
}

static const char *endpoint_of(const struct command *command)
{
    const char *variable = getenv("COVENANT_CONNECT");
    if (option_given(command, OPTION_CONNECT))
        return command->values[OPTION_CONNECT];
    return variable && *variable ? variable : ENDPOINT_DEFAULT;
}

static bool is_ok(const struct value *reply)
{
    const struct value *ok = value_get(reply, "ok");
    return ok && ok->kind == VALUE_BOOLEAN && ok->boolean;
}

struct value *ask_quietly(struct asking *asking)
{
    struct command *command = asking->command;
    struct fault fault = {0};
    struct reply reply;
    buffer_add_byte(&asking->body, '}');
    const struct patience patience = {TIMEOUT_QUIET, TIMEOUT_QUIET};
    if (!client_ask(&command->client, command->arena, endpoint_of(command), &patience, buffer_text(&asking->body),
                    asking->id, &reply, &fault))
        return NULL;
    return is_ok(reply.value) ? reply.value : NULL;
}

/* Nobody answered: what that means for what was asked, and what to do. */
static enum exit_code complain_silence(struct asking *asking, const char *endpoint, double seconds, bool sent)
{
    struct command *command = asking->command;
    if (!sent)
        return complain(command, EXIT_NO_DAEMON,
                        "no daemon answers on %s within %g s: start one with `covenantd --rules rules --data data`",
                        endpoint, seconds);
    if (!asking->records)
        return complain(command, EXIT_NO_DAEMON, "no answer from %s within %g s: see `--timeout`", endpoint, seconds);
    return complain(command, EXIT_NO_DAEMON,
                    "no answer from %s within %g s, so it is not known whether this is recorded: give the same command "
                    "again with `--request %.*s`, which records it once",
                    endpoint, seconds, TEXT_ARGS(asking->id));
}

/* An answer that its receipt does not bear out is no answer: it is not shown. */
static bool receipt_good(struct asking *asking, const struct value *reply, const struct note_key *keys, size_t count,
                         enum exit_code *code)
{
    struct command *command = asking->command;
    struct text problem;
    struct json_error error;
    if (!asking->records)
        return true;
    const struct value *request = json_read(command->arena, buffer_text(&asking->body), &error);
    if (receipt_check(command->arena, request, reply, keys, count, &problem)) {
        command->anchored = count > 0;
        return true;
    }
    *code = complain(command, EXIT_INTERNAL, "the answer is refused: %.*s (request %.*s)", TEXT_ARGS(problem),
                     TEXT_ARGS(asking->id));
    return false;
}

static struct patience patience_of(const struct asking *asking)
{
    const char *timeout = asking->command->values[OPTION_TIMEOUT];
    double seconds = timeout ? strtod(timeout, NULL) : TIMEOUT_DEFAULT;
    return (struct patience){!timeout && asking->seconds > 0 ? asking->seconds : seconds, seconds};
}

struct value *ask(struct asking *asking, enum exit_code *code)
{
    struct command *command = asking->command;
    const char *endpoint = endpoint_of(command);
    const struct patience patience = patience_of(asking);
    struct fault fault = {0};
    struct reply reply;
    struct note_key *keys = NULL;
    size_t keys_count = 0;
    if (asking->records && !receipt_keys(command, &keys, &keys_count, code))
        return NULL;
    buffer_add_byte(&asking->body, '}');
    if (!command->client.socket && !client_endpoint_is_good(endpoint)) {
        *code =
            complain(command, EXIT_USE,
                     "`%s` is no endpoint, expected one as `" ENDPOINT_DEFAULT "` or `ipc:///run/covenant`", endpoint);
        return NULL;
    }
    if (!client_ask(&command->client, command->arena, endpoint, &patience, buffer_text(&asking->body), asking->id,
                    &reply, &fault)) {
        if (fault.kind == FAULT_ABSENT)
            *code = complain_silence(asking, endpoint, patience.answer, reply.sent);
        else
            *code = complain(command, EXIT_INTERNAL, "%s", fault.message);
        return NULL;
    }
    const struct value *error = value_get(reply.value, "error");
    bool good = is_ok(reply.value), json = option_given(command, OPTION_JSON);
    *code = good ? EXIT_ANSWERED : code_of(text_member(error, "code"));
    if (good && !receipt_good(asking, reply.value, keys, keys_count, code))
        return NULL;
    if (json && !(good && asking->silent)) {
        terminal_put(&command->out, STYLE_PLAIN, reply.bytes);
        terminal_line(&command->out);
    }
    if (!good && !json)
        print_refusal(asking, error);
    return good ? reply.value : NULL;
}
