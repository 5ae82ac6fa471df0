#include "wire/message.h"

#include "base/json.h"
#include "base/limits.h"

#include <assert.h>

static bool is_id(const struct value *value)
{
    return value->kind == VALUE_TEXT && value->text.length > 0 && text_characters(value->text) <= ID_LENGTH_MAX;
}

static void check_protocol(const struct value *root, struct refusals *refusals)
{
    const struct value *protocol = value_get(root, "protocol");
    if (!protocol)
        refusals_add_at(refusals, ERROR_INVALID_REQUEST, "", "found no `protocol`, expected `\"protocol\": %d`",
                        PROTOCOL);
    else if (protocol->kind != VALUE_INTEGER && protocol->kind != VALUE_DECIMAL)
        refusals_add_at(refusals, ERROR_INVALID_REQUEST, "/protocol", "found %s, expected the number %d",
                        value_kind_words(protocol), PROTOCOL);
    else if (protocol->kind != VALUE_INTEGER || protocol->integer != PROTOCOL)
        refusals_add_at(refusals, ERROR_UNSUPPORTED_PROTOCOL, "/protocol", "found protocol `%.*s`, expected %d",
                        TEXT_ARGS(text_shown(refusals->arena, protocol->text)), PROTOCOL);
}

static void check_id(const struct value *root, struct request *request, struct refusals *refusals)
{
    const struct value *id = value_get(root, "request");
    if (!id)
        refusals_add_at(refusals, ERROR_INVALID_REQUEST, "",
                        "found no `request`, expected an id of 1 to %d characters, a UUIDv7 for choice", ID_LENGTH_MAX);
    else if (id->kind != VALUE_TEXT)
        refusals_add_at(refusals, ERROR_INVALID_REQUEST, "/request", "found %s, expected a text of 1 to %d characters",
                        value_kind_words(id), ID_LENGTH_MAX);
    else if (!is_id(id))
        refusals_add_at(refusals, ERROR_INVALID_REQUEST, "/request",
                        "found a text of %zu characters, expected 1 to %d", text_characters(id->text), ID_LENGTH_MAX);
    else
        request->id = id->text;
}

static void check_verb(const struct value *root, struct request *request, struct refusals *refusals)
{
    const struct value *verb = value_get(root, "verb");
    if (!verb)
        refusals_add_at(refusals, ERROR_INVALID_REQUEST, "", "found no `verb`, expected one: `\"verb\": \"decide\"`");
    else if (verb->kind != VALUE_TEXT)
        refusals_add_at(refusals, ERROR_INVALID_REQUEST, "/verb", "found %s, expected a text", value_kind_words(verb));
    else
        request->verb = verb->text;
}

bool request_read(struct arena *arena, struct text frame, struct request *request, struct refusals *refusals)
{
    *request = (struct request){0};
    struct json_error error;
    const struct value *root = json_read(arena, frame, &error);
    if (!root) {
        refusals->line = error.line;
        refusals->column = error.column;
        refusals_add_at(refusals, ERROR_MALFORMED, NULL, "this is no JSON that we read: %s", error.message);
        return false;
    }
    request->root = root;
    if (root->kind != VALUE_OBJECT) {
        refusals_add_at(refusals, ERROR_INVALID_REQUEST, "", "found %s, expected an object", value_kind_words(root));
        return false;
    }
    check_protocol(root, refusals);
    check_id(root, request, refusals);
    check_verb(root, request, refusals);
    return refusals->count == 0;
}

static const char *const envelope[] = {"protocol", "request", "verb"};
#define ENVELOPE_COUNT (sizeof envelope / sizeof *envelope)
#define MEMBERS_MAX 16

static void refuse_unknown(const struct request *request, const struct member *members, size_t count,
                           struct text name, struct refusals *refusals)
{
    struct text known[MEMBERS_MAX + ENVELOPE_COUNT];
    size_t known_count = 0;
    for (size_t i = 0; i < ENVELOPE_COUNT; i++)
        known[known_count++] = text_of(envelope[i]);
    for (size_t i = 0; i < count; i++)
        known[known_count++] = text_of(members[i].name);
    struct pointer root = {0}, at = {.parent = &root, .name = name};
    struct text nearest = text_nearest(name, known, known_count);
    struct text shown = text_shown(refusals->arena, name);
    if (nearest.at)
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at, "found unknown member `%.*s`, did you mean `%.*s`?",
                     TEXT_ARGS(shown), TEXT_ARGS(nearest));
    else if (count == 0)
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at,
                     "found unknown member `%.*s`, expected none: `%.*s` takes no members of its own", TEXT_ARGS(shown),
                     TEXT_ARGS(request->verb));
    else {
        struct buffer names;
        buffer_init(&names, refusals->arena);
        for (size_t i = 0; i < count; i++)
            buffer_format(&names, "%s`%s`", i ? ", " : "", members[i].name);
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at, "found unknown member `%.*s`, expected %.*s",
                     TEXT_ARGS(shown), TEXT_ARGS(buffer_text(&names)));
    }
}

/* What was expected of a member; NULL when it is as it should be. */
static const char *member_expected(const struct value *value, enum member_kind kind)
{
    struct date date;
    struct moment moment;
    bool text = value->kind == VALUE_TEXT;
    switch (kind) {
    case MEMBER_OBJECT:
        return value->kind == VALUE_OBJECT ? NULL : "an object";
    case MEMBER_TEXT:
        return text ? NULL : "a text";
    case MEMBER_ID:
        return is_id(value) ? NULL : "a text of 1 to 64 characters";
    case MEMBER_DATE:
        return text && date_parse(value->text, &date) ? NULL
                                                      : "a date that exists, from 1900 to 2199: `\"2022-09-26\"`";
    case MEMBER_TIME:
        return text && moment_parse(value->text, &moment, &date) ? NULL
                                                                 : "a time with offset: `\"2022-09-14T22:40:00+02:00\"`";
    case MEMBER_COUNT:
        return value->kind == VALUE_INTEGER && value->integer >= 0 ? NULL : "a whole number, 0 or more";
    case MEMBER_LATER:
        return NULL;
    }
    return NULL;
}

static void check_member(const struct value *value, const struct member *member, struct refusals *refusals)
{
    struct pointer root = {0}, at = {.parent = &root, .name = text_of(member->name)};
    if (value->kind == VALUE_NULL) {
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at, "found null, expected a value: leave `%s` out instead",
                     member->name);
        return;
    }
    const char *expected = member_expected(value, member->kind);
    bool shows = value->kind == VALUE_TEXT && (member->kind == MEMBER_DATE || member->kind == MEMBER_TIME);
    if (expected && shows)
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at, "found `%.*s`, expected %s",
                     TEXT_ARGS(text_shown(refusals->arena, value->text)), expected);
    else if (expected && value->kind == VALUE_INTEGER && member->kind == MEMBER_COUNT)
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at, "found %lld, expected %s", value->integer, expected);
    else if (expected)
        refusals_add(refusals, ERROR_INVALID_REQUEST, &at, "found %s, expected %s", value_kind_words(value), expected);
}

bool request_check(const struct request *request, const struct member *members, size_t count, struct refusals *refusals)
{
    assert(count <= MEMBERS_MAX);
    size_t before = refusals->count;
    const struct value *root = request->root;
    for (size_t i = 0; i < root->count; i++) {
        size_t known = 0, j = 0;
        while (known < ENVELOPE_COUNT && !text_is(root->names[i], envelope[known]))
            known++;
        while (j < count && !text_is(root->names[i], members[j].name))
            j++;
        if (known == ENVELOPE_COUNT && j == count)
            refuse_unknown(request, members, count, root->names[i], refusals);
        else if (known == ENVELOPE_COUNT)
            check_member(root->items[i], &members[j], refusals);
    }
    for (size_t i = 0; i < count; i++)
        if (members[i].required && !value_get(root, members[i].name))
            refusals_add_at(refusals, ERROR_INVALID_REQUEST, "", "found no `%s`, which `%.*s` needs", members[i].name,
                            TEXT_ARGS(request->verb));
    return refusals->count == before;
}

struct text request_canonical(struct arena *arena, const struct request *request)
{
    struct value *kept = value_object(arena);
    for (size_t i = 0; i < request->root->count; i++)
        if (!text_is(request->root->names[i], "protocol") && !text_is(request->root->names[i], "request"))
            value_set_text(arena, kept, request->root->names[i], request->root->items[i]);
    return json_write(arena, kept);
}

/* Members in the order of their names, as canonical JSON has them. */
static struct text reply_write(struct arena *arena, struct part *parts, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && text_compare(text_of(parts[j - 1].name), text_of(parts[j].name)) > 0; j--) {
            struct part swap = parts[j];
            parts[j] = parts[j - 1];
            parts[j - 1] = swap;
        }
    struct buffer reply;
    buffer_init(&reply, arena);
    for (size_t i = 0; i < count; i++) {
        buffer_format(&reply, "%c\"%s\":", i ? ',' : '{', parts[i].name);
        buffer_add(&reply, parts[i].json);
    }
    buffer_add_byte(&reply, '}');
    return buffer_text(&reply);
}

#define PARTS_MAX 4

static struct text reply_with(struct arena *arena, const struct request *request, bool ok, const struct part *parts,
                              size_t count)
{
    assert(count <= PARTS_MAX);
    struct part all[PARTS_MAX + 3];
    for (size_t i = 0; i < count; i++)
        all[i] = parts[i];
    struct value *id = request->id.at ? value_text(arena, request->id) : value_null(arena);
    all[count++] = (struct part){"ok", ok ? TEXT("true") : TEXT("false")};
    all[count++] = (struct part){"protocol", text_format(arena, "%d", PROTOCOL)};
    all[count++] = (struct part){"request", json_write(arena, id)};
    return reply_write(arena, all, count);
}

struct text reply_ok(struct arena *arena, const struct request *request, const struct part *parts, size_t count)
{
    return reply_with(arena, request, true, parts, count);
}

struct text reply_refused(struct arena *arena, const struct request *request, const struct refusals *refusals)
{
    struct part error = {"error", json_write(arena, refusals_value(refusals))};
    return reply_with(arena, request, false, &error, 1);
}
