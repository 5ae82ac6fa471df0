#include "engine/case_reading.h"

#include "base/limits.h"

#include <string.h>

/* The citizen service number as people write it: `111222333`, `1112.22.333`, `BSN-111222333`. */
bool is_bsn(struct text text)
{
    int digits[9];
    size_t count = 0, skipped = 0;
    static const char prefix[] = "bsn";
    while (skipped < text.length && skipped < strlen(prefix) && (text.at[skipped] | 0x20) == prefix[skipped])
        skipped++;
    for (size_t i = skipped == strlen(prefix) ? skipped : 0; i < text.length; i++) {
        if (strchr("._-", text.at[i]))
            continue;
        if (text.at[i] < '0' || text.at[i] > '9' || count == sizeof digits / sizeof *digits)
            return false;
        digits[count++] = text.at[i] - '0';
    }
    if (count < 8)
        return false;
    int sum = -digits[count - 1];
    for (size_t i = 0; i + 1 < count; i++)
        sum += digits[i] * (int)(count - i);
    return sum % 11 == 0 && sum != 0;
}

/* What was found, for a message: the value itself when it is no list or object. */
static struct text found(struct arena *arena, const struct value *value)
{
    bool shown = value->kind == VALUE_INTEGER || value->kind == VALUE_DECIMAL || value->kind == VALUE_TEXT;
    if (shown && value->kind != VALUE_INTEGER)
        return text_format(arena, "`%.*s`", TEXT_ARGS(text_shown(arena, value->text)));
    if (value->kind == VALUE_INTEGER)
        return text_format(arena, "`%lld`", value->integer);
    return text_of(value_kind_words(value));
}

void case_wrong(struct reading *reading, const struct pointer *at, const struct value *value, const char *expected)
{
    refusals_add(reading->refusals, ERROR_INVALID_CASE, at, "expected %s, found %.*s", expected,
                 TEXT_ARGS(found(reading->arena, value)));
}

void case_unknown_member(struct reading *reading, const struct pointer *at, struct text name, const char *what,
                           const struct text_list *names)
{
    struct text nearest = text_nearest(name, names->items, names->count), shown = text_shown(reading->arena, name);
    if (nearest.at)
        refusals_add(reading->refusals, ERROR_INVALID_CASE, at, "unknown %s `%.*s`, did you mean `%.*s`?", what,
                     TEXT_ARGS(shown), TEXT_ARGS(nearest));
    else
        refusals_add(reading->refusals, ERROR_INVALID_CASE, at, "unknown %s `%.*s`", what, TEXT_ARGS(shown));
}

/* ---- values ---- */

struct text choices_text(struct arena *arena, const struct text_list *choices)
{
    struct buffer buffer;
    buffer_init(&buffer, arena);
    for (size_t i = 0; i < choices->count; i++)
        buffer_format(&buffer, "%s`%.*s`", i == 0 ? "" : i + 1 == choices->count ? " or " : ", ",
                      TEXT_ARGS(choices->items[i]));
    return buffer_text(&buffer);
}

static bool text_value_read(struct reading *reading, const struct type *type, const struct value *value,
                            const struct pointer *at, struct scalar *scalar)
{
    if (value->kind != VALUE_TEXT) {
        case_wrong(reading, at, value, type->choices ? text_string(reading->arena, choices_text(reading->arena, type->choices)) : "a text");
        return false;
    }
    if (type->choices && !text_list_has(type->choices, value->text)) {
        struct text nearest = text_nearest(value->text, type->choices->items, type->choices->count);
        refusals_add(reading->refusals, ERROR_INVALID_CASE, at, "expected %.*s, found `%.*s`%s%.*s%s",
                     TEXT_ARGS(choices_text(reading->arena, type->choices)),
                     TEXT_ARGS(text_shown(reading->arena, value->text)), nearest.at ? ", did you mean `" : "",
                     TEXT_ARGS(nearest), nearest.at ? "`?" : "");
        return false;
    }
    scalar->as.text = value->text;
    return true;
}

static bool money_value_read(struct reading *reading, const struct value *value, const struct pointer *at,
                             struct scalar *scalar)
{
    static const char expected[] = "an amount in euros with at most two decimals";
    bool is_number = value->kind == VALUE_INTEGER || value->kind == VALUE_DECIMAL || value->kind == VALUE_TEXT;
    struct text written = value->text;
    if (value->kind == VALUE_INTEGER && !written.at)
        written = text_format(reading->arena, "%lld", value->integer);
    if (!is_number || !money_parse(written, &scalar->as.number)) {
        case_wrong(reading, at, value, expected);
        return false;
    }
    return true;
}

bool case_scalar_read(struct reading *reading, const struct type *type, const struct value *value,
                        const struct pointer *at, struct scalar *scalar)
{
    scalar->kind = type->kind;
    switch (type->kind) {
    case TYPE_BOOLEAN:
        scalar->as.boolean = value->boolean;
        if (value->kind != VALUE_BOOLEAN)
            case_wrong(reading, at, value, "true or false");
        return value->kind == VALUE_BOOLEAN;
    case TYPE_INTEGER:
        scalar->as.number = value->integer;
        if (value->kind != VALUE_INTEGER || value->integer > 9007199254740991 || value->integer < -9007199254740991) {
            case_wrong(reading, at, value, "a whole number");
            return false;
        }
        return true;
    case TYPE_MONEY:
        return money_value_read(reading, value, at, scalar);
    case TYPE_TEXT:
        return text_value_read(reading, type, value, at, scalar);
    case TYPE_DATE:
        if (value->kind != VALUE_TEXT || !date_parse(value->text, &scalar->as.date)) {
            case_wrong(reading, at, value, "a date that exists, as YYYY-MM-DD, from 1900 to 2199");
            return false;
        }
        return true;
    }
    return false;
}

bool case_date_read(struct reading *reading, const struct value *value, const struct pointer *at, struct date *date)
{
    struct type type = {TYPE_DATE, NULL};
    struct scalar scalar;
    if (!case_scalar_read(reading, &type, value, at, &scalar))
        return false;
    *date = scalar.as.date;
    return true;
}

/* ---- facts ---- */

/* {"value": ..., "by": ..., "on": ...} */
static bool fact_object_read(struct reading *reading, const struct fact *fact, const struct value *object,
                             const struct pointer *at, struct stated *stated)
{
    size_t before = reading->refusals->count;
    struct text names[] = {TEXT("value"), TEXT("by"), TEXT("on")};
    struct text_list members = {names, 3, 3};
    for (size_t i = 0; i < object->count; i++) {
        struct pointer member = {at, object->names[i], 0};
        const struct value *value = object->items[i];
        if (text_is(object->names[i], "value")) {
            case_scalar_read(reading, &fact->type, value, &member, &stated->value);
        } else if (text_is(object->names[i], "by")) {
            struct type type = {TYPE_TEXT, NULL};
            struct scalar scalar;
            if (text_value_read(reading, &type, value, &member, &scalar))
                stated->by = scalar.as.text;
        } else if (text_is(object->names[i], "on")) {
            stated->has_on = case_date_read(reading, value, &member, &stated->on);
        } else {
            case_unknown_member(reading, &member, object->names[i], "member", &members);
        }
    }
    if (!value_get(object, "value"))
        refusals_add(reading->refusals, ERROR_INVALID_CASE, at, "expected a member `value` here");
    return reading->refusals->count == before;
}

static void facts_read(struct reading *reading, const struct value *facts, const struct pointer *at,
                       struct stated *stated)
{
    const struct vocabulary *vocabulary = &reading->region->vocabulary;
    if (facts->kind != VALUE_OBJECT) {
        case_wrong(reading, at, facts, "an object of facts");
        return;
    }
    for (size_t i = 0; i < facts->count; i++) {
        struct pointer member = {at, facts->names[i], 0};
        size_t index = vocabulary_fact(vocabulary, facts->names[i]);
        if (index == NOT_FOUND) {
            struct text_list names = vocabulary_fact_names(reading->arena, vocabulary);
            case_unknown_member(reading, &member, facts->names[i], "fact", &names);
            continue;
        }
        const struct fact *fact = &vocabulary->facts[index];
        struct stated *slot = &stated[index];
        slot->known = facts->items[i]->kind == VALUE_OBJECT
                          ? fact_object_read(reading, fact, facts->items[i], &member, slot)
                          : case_scalar_read(reading, &fact->type, facts->items[i], &member, &slot->value);
    }
}

/* ---- the case ---- */

static void id_read(struct reading *reading, const struct value *value, const struct pointer *at, struct text *id)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    bool right = value->kind == VALUE_TEXT && value->text.length >= 1 && value->text.length <= ID_LENGTH_MAX;
    for (size_t i = 0; right && i < value->text.length; i++)
        right = value->text.at[i] && strchr(allowed, value->text.at[i]);
    if (!right)
        case_wrong(reading, at, value, "a pseudonym of 1 to 64 of A-Z a-z 0-9 . _ -");
    else if (is_bsn(value->text)) /* its digits are not repeated: an error may be logged by who gets it */
        refusals_add(reading->refusals, ERROR_INVALID_CASE, at,
                     "expected a pseudonym, found a citizen service number (BSN): it passes the eleven-test");
    else
        *id = value->text;
}

static bool region_read(struct arena *arena, const struct rules *rules, const struct value *source,
                        const struct pointer *at, struct case_file *case_file, struct refusals *refusals)
{
    const struct value *region = value_get(source, "region");
    struct pointer member = {at, TEXT("region"), 0};
    if (!region) {
        refusals_add(refusals, ERROR_INVALID_CASE, at, "expected a member `region` here");
        return false;
    }
    if (region->kind != VALUE_TEXT) {
        refusals_add(refusals, ERROR_INVALID_CASE, &member, "expected the name of a region, found %s",
                     value_kind_words(region));
        return false;
    }
    case_file->region = rules_region(rules, region->text);
    if (case_file->region)
        return true;
    struct text_list names = {0};
    for (size_t i = 0; i < rules->regions_count; i++)
        text_list_add(arena, &names, rules->regions[i]->name);
    struct text nearest = text_nearest(region->text, names.items, names.count), shown = text_shown(arena, region->text);
    if (nearest.at)
        refusals_add(refusals, ERROR_UNKNOWN_REGION, &member, "unknown region `%.*s`, did you mean `%.*s`?",
                     TEXT_ARGS(shown), TEXT_ARGS(nearest));
    else
        refusals_add(refusals, ERROR_UNKNOWN_REGION, &member, "unknown region `%.*s`, expected %.*s", TEXT_ARGS(shown),
                     TEXT_ARGS(choices_text(arena, &names)));
    return false;
}

bool case_read(struct arena *arena, const struct rules *rules, const struct value *source, const struct pointer *at,
               struct case_file *case_file, struct refusals *refusals)
{
    size_t before = refusals->count;
    *case_file = (struct case_file){0};
    if (source->kind != VALUE_OBJECT) {
        refusals_add(refusals, ERROR_INVALID_CASE, at, "expected a case, an object with `case` and `region`, found %s",
                     value_kind_words(source));
        return false;
    }
    const bool known = region_read(arena, rules, source, at, case_file, refusals); /* else its facts cannot be judged */
    struct reading reading = {arena, case_file->region, refusals};
    struct stated *facts = ARENA_ARRAY(arena, known ? case_file->region->vocabulary.facts_count + 1 : 1, struct stated);
    case_file->facts = facts;
    struct text names[] = {TEXT("case"), TEXT("region"), TEXT("facts"), TEXT("events")};
    struct text_list members = {names, 4, 4};
    for (size_t i = 0; i < source->count; i++) {
        struct pointer member = {at, source->names[i], 0};
        if (text_is(source->names[i], "case"))
            id_read(&reading, source->items[i], &member, &case_file->id);
        else if (known && text_is(source->names[i], "facts"))
            facts_read(&reading, source->items[i], &member, facts);
        else if (known && text_is(source->names[i], "events"))
            case_events_read(&reading, source->items[i], &member, case_file);
        else if (!text_list_has(&members, source->names[i]))
            case_unknown_member(&reading, &member, source->names[i], "member", &members);
    }
    if (!value_get(source, "case"))
        refusals_add(refusals, ERROR_INVALID_CASE, at, "expected a member `case` here: the pseudonym of the case");
    return refusals->count == before;
}
