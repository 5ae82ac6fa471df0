/* The tables as JSON Schema draft-07: what editors complete and check with. */
#include "base/json.h"
#include "base/limits.h"
#include "covenant/shape.h"

#include <assert.h>
#include <string.h>

#define NAME_PATTERN "^[a-z][a-z0-9_]{0,63}$"
#define ID_PATTERN "^[A-Za-z][A-Za-z0-9_]{0,63}$"
#define DATE_PATTERN "^(19|2[01])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
#define COUNT "(0|[1-9][0-9]{0,3})"
#define TERM_FORMS \
    "P" COUNT "[YMWD]|P" COUNT "Y" COUNT "M|PT" COUNT "H|" COUNT " working days|1 working day"
#define TERM_PATTERN "^(" TERM_FORMS ")$"
#define TERM_OR_BLANK_PATTERN "^(" TERM_FORMS "|silent\\([A-Za-z][A-Za-z0-9_]*\\))$"

struct writer {
    struct arena *arena;
    struct value *definitions;
};

static struct value *value_schema(struct writer *writer, const struct shape_value *value);

static struct value *of_type(struct arena *arena, const char *type)
{
    struct value *schema = value_object(arena);
    value_set(arena, schema, "type", value_string(arena, type));
    return schema;
}

static struct value *of_pattern(struct arena *arena, const char *pattern)
{
    struct value *schema = of_type(arena, "string");
    value_set(arena, schema, "pattern", value_string(arena, pattern));
    return schema;
}

static struct value *of_types(struct arena *arena, const char *const *types)
{
    struct value *schema = value_object(arena), *list = value_list(arena);
    for (size_t i = 0; types[i]; i++)
        value_append(arena, list, value_string(arena, types[i]));
    value_set(arena, schema, "type", list);
    return schema;
}

/* {"anyOf": [a, b]} */
static struct value *any_of(struct arena *arena, struct value *a, struct value *b)
{
    struct value *schema = value_object(arena), *list = value_list(arena);
    value_append(arena, list, a);
    value_append(arena, list, b);
    value_set(arena, schema, "anyOf", list);
    return schema;
}

static struct value *example_value(struct arena *arena, const char *example)
{
    struct json_error error;
    struct value *value = json_read(arena, text_of(example), &error);
    assert(value); /* the table is ours */
    return value;
}

static struct value *required_list(struct arena *arena, const char *name)
{
    struct value *schema = value_object(arena), *list = value_list(arena);
    value_append(arena, list, value_string(arena, name));
    value_set(arena, schema, "required", list);
    return schema;
}

/* [{"required": [a]}, {"required": [b]}] for the keys of `bits`. */
static struct value *alternatives(struct arena *arena, const struct shape *shape, unsigned bits)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; i < shape->keys_count; i++)
        if (shape->keys[i].is & bits)
            value_append(arena, list, required_list(arena, shape->keys[i].name));
    return list;
}

/* Every two keys of a group exclude each other. */
static void add_exclusions(struct arena *arena, const struct shape *shape, unsigned bits, struct value *rules)
{
    for (size_t i = 0; i < shape->keys_count; i++)
        for (size_t k = i + 1; k < shape->keys_count; k++) {
            if (!(shape->keys[i].is & bits) || !(shape->keys[k].is & bits))
                continue;
            struct value *both = value_object(arena), *names = value_list(arena), *rule = value_object(arena);
            value_append(arena, names, value_string(arena, shape->keys[i].name));
            value_append(arena, names, value_string(arena, shape->keys[k].name));
            value_set(arena, both, "required", names);
            value_set(arena, rule, "not", both);
            value_append(arena, rules, rule);
        }
}

/* What a group demands, as members of `allOf`. */
static void add_group(struct arena *arena, const struct shape *shape, const struct shape_group *group, struct value *rules)
{
    struct value *due = value_object(arena);
    value_set(arena, due, "anyOf", alternatives(arena, shape, group->bits));
    if (!group->may_be_more)
        add_exclusions(arena, shape, group->bits, rules);
    if (group->may_be_none)
        return;
    if (!group->with) {
        value_append(arena, rules, due);
        return;
    }
    struct value *beside = value_object(arena), *rule = value_object(arena);
    value_set(arena, beside, "anyOf", alternatives(arena, shape, group->with));
    value_set(arena, rule, "if", beside);
    value_set(arena, rule, "then", due);
    value_append(arena, rules, rule);
}

/* What a key may stand beside: its own `with`, and its group's. */
static unsigned beside_bits(const struct shape *shape, const struct shape_key *key)
{
    unsigned with = key->with;
    for (size_t g = 0; g < SHAPE_GROUPS_MAX; g++)
        if (key->is & shape->groups[g].bits)
            with |= shape->groups[g].with;
    return with;
}

/* Keys that stand only beside others, and those that must stand there. */
static void add_dependencies(struct arena *arena, const struct shape *shape, struct value *schema, struct value *rules)
{
    struct value *dependencies = value_object(arena);
    for (size_t i = 0; i < shape->keys_count; i++) {
        const struct shape_key *key = &shape->keys[i];
        unsigned with = beside_bits(shape, key);
        if (!with)
            continue;
        struct value *beside = value_object(arena);
        value_set(arena, beside, "anyOf", alternatives(arena, shape, with));
        value_set(arena, dependencies, key->name, beside);
        if (!key->required)
            continue;
        struct value *rule = value_object(arena);
        value_set(arena, rule, "if", beside);
        value_set(arena, rule, "then", required_list(arena, key->name));
        value_append(arena, rules, rule);
    }
    if (dependencies->count)
        value_set(arena, schema, "dependencies", dependencies);
}

static struct value *key_schema(struct writer *writer, const struct shape_key *key)
{
    struct arena *arena = writer->arena;
    struct value *schema = value_schema(writer, &key->value);
    /* Beside a $ref draft-07 ignores everything, so the reference goes one level down. */
    if (value_get(schema, "$ref")) {
        struct value *all = value_list(arena), *outer = value_object(arena);
        value_append(arena, all, schema);
        value_set(arena, outer, "allOf", all);
        schema = outer;
    }
    value_set(arena, schema, "description", value_string(arena, key->description));
    if (key->example) {
        struct value *examples = value_list(arena);
        value_append(arena, examples, example_value(arena, key->example));
        value_set(arena, schema, "examples", examples);
    }
    return schema;
}

static struct value *map_schema(struct writer *writer, const struct shape *shape)
{
    struct arena *arena = writer->arena;
    struct value *schema = of_type(arena, "object"), *properties = value_object(arena), *required = value_list(arena);
    struct value *rules = value_list(arena);
    value_set(arena, schema, "description", value_string(arena, shape->description));
    for (size_t i = 0; i < shape->keys_count; i++) {
        value_set(arena, properties, shape->keys[i].name, key_schema(writer, &shape->keys[i]));
        if (shape->keys[i].required && !beside_bits(shape, &shape->keys[i]))
            value_append(arena, required, value_string(arena, shape->keys[i].name));
    }
    value_set(arena, schema, "properties", properties);
    if (required->count)
        value_set(arena, schema, "required", required);
    value_set(arena, schema, "additionalProperties", value_boolean(arena, false));
    for (size_t g = 0; g < SHAPE_GROUPS_MAX && shape->groups[g].bits; g++)
        add_group(arena, shape, &shape->groups[g], rules);
    add_dependencies(arena, shape, schema, rules);
    if (rules->count)
        value_set(arena, schema, "allOf", rules);
    return schema;
}

/* A reference to the definition of a shape, which is written when it is met first. */
static struct value *reference(struct writer *writer, const struct shape *shape)
{
    struct arena *arena = writer->arena;
    if (!value_get(writer->definitions, shape->name)) {
        value_set(arena, writer->definitions, shape->name, value_null(arena)); /* under way */
        value_set(arena, writer->definitions, shape->name, map_schema(writer, shape));
    }
    struct value *schema = value_object(arena);
    value_set(arena, schema, "$ref", value_text(arena, text_format(arena, "#/definitions/%s", shape->name)));
    return schema;
}

static struct value *list_schema(struct writer *writer, const struct shape_value *value)
{
    struct arena *arena = writer->arena;
    struct value *schema = of_type(arena, "array");
    value_set(arena, schema, "items", value_schema(writer, value->item));
    if (value->items_min)
        value_set(arena, schema, "minItems", value_integer(arena, (long long)value->items_min));
    return schema;
}

static struct value *named_schema(struct writer *writer, const struct shape_value *value)
{
    struct arena *arena = writer->arena;
    struct value *schema = of_type(arena, "object");
    value_set(arena, schema, "propertyNames", of_pattern(arena, NAME_PATTERN));
    value_set(arena, schema, "additionalProperties", value_schema(writer, value->item));
    if (value->items_min)
        value_set(arena, schema, "minProperties", value_integer(arena, (long long)value->items_min));
    return schema;
}

static struct value *choice_schema(struct arena *arena, const char *const *choices)
{
    struct value *schema = value_object(arena), *list = value_list(arena);
    for (size_t i = 0; choices[i]; i++)
        value_append(arena, list, value_string(arena, choices[i]));
    value_set(arena, schema, "enum", list);
    return schema;
}

static struct value *text_schema(struct arena *arena)
{
    struct value *schema = of_type(arena, "string");
    value_set(arena, schema, "minLength", value_integer(arena, 1));
    return schema;
}

static struct value *value_schema(struct writer *writer, const struct shape_value *value)
{
    static const char *const condition_types[] = {"string", "boolean", "integer", NULL};
    static const char *const literal_types[] = {"string", "boolean", "number", NULL};
    struct arena *arena = writer->arena;
    switch (value->kind) {
    case SHAPE_ANY:
        return value_object(arena);
    case SHAPE_TEXT:
    case SHAPE_REFERENCE:
        return text_schema(arena);
    case SHAPE_NAME:
        return of_pattern(arena, NAME_PATTERN);
    case SHAPE_ID:
        return of_pattern(arena, ID_PATTERN);
    case SHAPE_CONDITION:
        return of_types(arena, condition_types);
    case SHAPE_DATE:
        return of_pattern(arena, DATE_PATTERN);
    case SHAPE_TERM:
        return of_pattern(arena, TERM_PATTERN);
    case SHAPE_TERM_OR_BLANK:
        return of_pattern(arena, TERM_OR_BLANK_PATTERN);
    case SHAPE_BOOLEAN:
        return of_type(arena, "boolean");
    case SHAPE_INTEGER:
        return of_type(arena, "integer");
    case SHAPE_LITERAL:
    case SHAPE_ARGUMENT:
        return of_types(arena, literal_types);
    case SHAPE_ADVICE: {
        struct value *from = of_type(arena, "object"), *properties = value_object(arena);
        value_set(arena, properties, "fact", text_schema(arena));
        value_set(arena, from, "properties", properties);
        value_set(arena, from, "required", value_get(required_list(arena, "fact"), "required"));
        value_set(arena, from, "additionalProperties", value_boolean(arena, false));
        return any_of(arena, of_types(arena, literal_types), from);
    }
    case SHAPE_CHOICE:
        return choice_schema(arena, value->choices);
    case SHAPE_MAP:
        return reference(writer, value->map);
    case SHAPE_NAMED:
        return named_schema(writer, value);
    case SHAPE_LIST:
        return list_schema(writer, value);
    case SHAPE_ONE_OR_LIST:
        return any_of(arena, value_schema(writer, value->item), list_schema(writer, value));
    case SHAPE_SOURCE:
        return any_of(arena, text_schema(arena), reference(writer, &shape_source_reference));
    }
    return NULL;
}

struct value *shape_schema(struct arena *arena, const struct shape *shape, const char *file)
{
    struct writer writer = {arena, value_object(arena)};
    struct value *schema = value_object(arena), *whole = map_schema(&writer, shape);
    value_set(arena, schema, "$schema", value_string(arena, "http://json-schema.org/draft-07/schema#"));
    value_set(arena, schema, "$id", value_text(arena, text_format(arena, "urn:covenant:schema:%s", file)));
    value_set(arena, schema, "title", value_string(arena, file));
    for (size_t i = 0; i < whole->count; i++)
        value_set_text(arena, schema, whole->names[i], whole->items[i]);
    if (writer.definitions->count)
        value_set(arena, schema, "definitions", writer.definitions);
    return schema;
}
