/*
 * `audit show`: one record as a person wants to read it: the six things that a government has to log (BIO2 8.15.01),
 * what it rests on, what came after it, whether its proof holds, checked here and now, and then what it holds.
 */
#include "ask.h"
#include "audit.h"
#include "audit/leaf.h"
#include "receipt.h"
#include "show.h"

/* Other records are read beside it, each of which is recorded: at most so many. */
#define CONFIRMATIONS_MAX 8

/* Whose case it is; NULL when it was erased, or is of no case. */
static const struct value *case_of(const struct value *record)
{
    const struct value *found = value_get(value_get(record, "request"), "case");
    return found && found->kind == VALUE_OBJECT ? value_get(found, "case") : found;
}

static struct text text_or(struct text text, struct text otherwise)
{
    return text.length ? text : otherwise;
}

/* As the record tells it itself, else as it follows from the rest: of what was erased the leaf is all there is. */
static struct text trail_or(const struct value *record, const char *name, struct text otherwise)
{
    return text_or(member_text(value_get(record, "trail"), name), otherwise);
}

static void show_line(struct command *command, const char *nl, const char *en, struct text text)
{
    show_pair(command, 2, nl, en, words_printable(command->arena, text));
}

static void show_trail(struct command *command, const struct value *record)
{
    const struct value *request = value_get(record, "request"), *case_id = case_of(record);
    struct text verb = member_text(request, "verb"), kind = member_text(record, "kind"), log = member_text(record, "log");
    struct text object = case_id && case_id->kind == VALUE_TEXT ? case_id->text : log;
    bool erased = !value_get(record, "decision");
    terminal_put(&command->out, STYLE_HEADING, TEXT("BIO2 8.15.01"));
    terminal_line(&command->out);
    show_line(command, "handeling", "action", trail_or(record, "action", text_or(verb, kind)));
    show_line(command, "object", "object", trail_or(record, "object", object));
    show_line(command, "resultaat", "result",
              erased ? either(command->language, "vastgelegd, en sindsdien gewist", "recorded, and erased since")
                     : either(command->language, "vastgelegd", "recorded"));
    show_line(command, "herkomst", "origin",
              verb.length || erased ? either(command->language, "verzoek", "request") : TEXT("daemon"));
    show_line(command, "door", "actor", trail_or(record, "actor", member_text(record, "client")));
    show_line(command, "tijd", "time", trail_or(record, "time", member_text(record, "time")));
    terminal_line(&command->out);
}

/* What stands in the record that this one belongs to others; what the daemon says stands in others of this one. */
static void show_relations(struct command *command, const struct value *record)
{
    struct text replaces = member_text(value_get(record, "request"), "replaces");
    show_line(command, "record", "record", member_text(record, "id"));
    show_line(command, "soort", "kind", member_text(record, "kind"));
    show_line(command, "editie", "edition", member_text(record, "edition"));
    show_line(command, "vervangt", "replaces", text_or(member_text(record, "replaces"), replaces));
    show_line(command, "vervangen door", "replaced by", member_text(record, "replaced_by"));
}

static const struct value *ask_record(struct command *command, struct text id, enum exit_code *code)
{
    struct asking asking;
    asking_init(&asking, command, "record");
    asking.silent = true;
    asking_add(&asking, "decision", value_text(command->arena, id));
    return value_get(ask(&asking, code), "record");
}

static void show_confirmation(struct command *command, const struct value *confirmation)
{
    const struct value *said = value_get(confirmation, "decision");
    bool deviates = member_is(said, "outcome", "deviates");
    struct text words = deviates ? either(command->language, "wijkt af van het advies", "deviates from the advice")
                                 : either(command->language, "volgt het advies", "follows the advice");
    struct text by = words_printable(command->arena, member_text(said, "by"));
    show_line(command, "bevestigd", "confirmed",
              text_format(command->arena, "%.*s %.*s, %.*s", TEXT_ARGS(by), TEXT_ARGS(words),
                          TEXT_ARGS(words_printable(command->arena, member_text(confirmation, "time")))));
    show_line(command, "reden", "reason", member_text(said, "reason"));
}

/* Those of its case, of which it looks at the confirmations. */
static void show_confirmations(struct command *command, const struct value *record)
{
    const struct value *case_id = case_of(record);
    struct text region = member_text(value_get(value_get(record, "request"), "case"), "region");
    enum exit_code code;
    struct asking asking;
    size_t found = 0, looked_at = 0;
    if (!member_is(record, "kind", "decision") || !case_id || !region.length)
        return;
    asking_init(&asking, command, "history");
    asking.silent = true;
    asking_add(&asking, "case", case_id);
    asking_add(&asking, "region", value_text(command->arena, region));
    asking_add(&asking, "limit", value_integer(command->arena, 1000));
    const struct value *records = value_get(value_get(ask(&asking, &code), "history"), "records");
    for (size_t i = 0; i < list_count(records) && looked_at < CONFIRMATIONS_MAX; i++) {
        if (!member_is(records->items[i], "kind", "confirmation"))
            continue;
        const struct value *confirmation = ask_record(command, member_text(records->items[i], "id"), &code);
        looked_at++;
        struct text of = member_text(value_get(confirmation, "decision"), "decision");
        if (!of.length || !text_equal(of, member_text(record, "id")))
            continue;
        show_confirmation(command, confirmation);
        found++;
    }
    if (!found)
        show_line(command, "bevestigd", "confirmed", either(command->language, "nog niet", "not yet"));
}

/* False when the proof does not hold. */
static bool show_proof(struct command *command, const struct value *record, const struct note_key *keys, size_t count)
{
    struct text problem;
    struct leaf leaf;
    const struct value *index = value_get(record, "index");
    bool good = receipt_check_place(command->arena, record, keys, count, &leaf, &problem);
    if (good && (!text_equal(leaf.time, member_text(record, "time")) ||
                 !text_equal(leaf.kind, member_text(record, "kind")) ||
                 !text_equal(leaf.client, member_text(record, "client")))) {
        good = false;
        problem = TEXT("its leaf says another time, kind or client");
    }
    terminal_line(&command->out);
    terminal_put(&command->out, STYLE_HEADING, either(command->language, "Bewijs", "Proof"));
    terminal_line(&command->out);
    show_line(command, "logboek", "log",
              text_format(command->arena, "%.*s, %lld", TEXT_ARGS(member_text(record, "log")),
                          index && index->kind == VALUE_INTEGER ? index->integer : 0));
    if (!good)
        terminal_print(&command->out, STYLE_BAD, "  %.*s: %.*s\n",
                       TEXT_ARGS(either(command->language, "ongeldig", "not valid")), TEXT_ARGS(problem));
    else if (count)
        terminal_print(&command->out, STYLE_GOOD, "  %.*s\n",
                       TEXT_ARGS(either(command->language,
                                        "geldig: het staat in het logboek, en de handtekening is gecontroleerd",
                                        "valid: it stands in the log, and the signature was checked")));
    else
        terminal_print(&command->out, STYLE_OPEN, "  %.*s\n",
                       TEXT_ARGS(either(command->language,
                                        "unanchored: het staat in het logboek; geef --vkey om de handtekening te controleren",
                                        "unanchored: it stands in the log; give --vkey to check the signature")));
    return good;
}

enum exit_code run_audit_show(struct command *command)
{
    struct note_key *keys;
    size_t count;
    struct asking asking;
    enum exit_code code;
    if (!receipt_keys(command, &keys, &count, &code))
        return code;
    asking_init(&asking, command, "record");
    asking_add(&asking, "decision", value_string(command->arena, command->operands[0]));
    const struct value *record = value_get(ask(&asking, &code), "record");
    if (!record || option_given(command, OPTION_JSON))
        return code;
    show_trail(command, record);
    show_relations(command, record);
    show_confirmations(command, record);
    if (!show_proof(command, record, keys, count))
        code = EXIT_FOUND;
    const struct value *decision = value_get(record, "decision");
    if (decision)
        terminal_line(&command->out);
    if (value_get(decision, "covenant"))
        show_decision(command, decision);
    else if (decision)
        show_tree(command, decision, 0);
    return code;
}
