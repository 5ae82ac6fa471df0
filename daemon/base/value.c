#include "base/value.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct value *value_new(struct arena *arena, enum value_kind kind)
{
    struct value *value = ARENA_NEW(arena, struct value);
    value->kind = kind;
    return value;
}

struct value *value_null(struct arena *arena)
{
    return value_new(arena, VALUE_NULL);
}

struct value *value_boolean(struct arena *arena, bool boolean)
{
    struct value *value = value_new(arena, VALUE_BOOLEAN);
    value->boolean = boolean;
    return value;
}

struct value *value_integer(struct arena *arena, long long integer)
{
    struct value *value = value_new(arena, VALUE_INTEGER);
    value->integer = integer;
    return value;
}

struct value *value_text(struct arena *arena, struct text text)
{
    struct value *value = value_new(arena, VALUE_TEXT);
    value->text = text.at ? text : TEXT("");
    return value;
}

struct value *value_string(struct arena *arena, const char *string)
{
    return value_text(arena, text_of(string));
}

struct value *value_date(struct arena *arena, struct date date)
{
    return value_text(arena, date_text(arena, date));
}

struct value *value_list(struct arena *arena)
{
    return value_new(arena, VALUE_LIST);
}

struct value *value_object(struct arena *arena)
{
    return value_new(arena, VALUE_OBJECT);
}

void value_append(struct arena *arena, struct value *list, struct value *item)
{
    assert(list->kind == VALUE_LIST && item);
    struct value **room = arena_push(arena, &list->items, &list->count, &list->capacity, sizeof(struct value *));
    *room = item;
}

/* Where the member of that name stands; `count` when there is none. */
static size_t member_index(const struct value *object, struct text name)
{
    size_t i = 0;
    while (i < object->count && !text_equal(object->names[i], name))
        i++;
    return i;
}

void value_add_member(struct arena *arena, struct value *object, struct text name, struct value *item)
{
    assert(object->kind == VALUE_OBJECT && item);
    size_t names_count = object->count;
    struct text *name_room =
        arena_push(arena, &object->names, &names_count, &object->names_capacity, sizeof(struct text));
    struct value **room = arena_push(arena, &object->items, &object->count, &object->capacity, sizeof(struct value *));
    *name_room = name;
    *room = item;
}

void value_set_text(struct arena *arena, struct value *object, struct text name, struct value *item)
{
    assert(object->kind == VALUE_OBJECT && item);
    size_t i = member_index(object, name);
    if (i < object->count)
        object->items[i] = item;
    else
        value_add_member(arena, object, name, item);
}

void value_set(struct arena *arena, struct value *object, const char *name, struct value *item)
{
    value_set_text(arena, object, text_of(name), item);
}

struct value *value_get_text(const struct value *object, struct text name)
{
    if (!object || object->kind != VALUE_OBJECT)
        return NULL;
    size_t i = member_index(object, name);
    return i < object->count ? object->items[i] : NULL;
}

struct value *value_get(const struct value *object, const char *name)
{
    return value_get_text(object, text_of(name));
}

void value_remove(struct value *object, const char *name)
{
    assert(object->kind == VALUE_OBJECT);
    size_t i = member_index(object, text_of(name));
    if (i == object->count)
        return;
    object->count--;
    for (; i < object->count; i++) {
        object->items[i] = object->items[i + 1];
        object->names[i] = object->names[i + 1];
    }
}

static int by_name(const void *left, const void *right, void *context)
{
    const struct text *names = context;
    return text_compare(names[*(const size_t *)left], names[*(const size_t *)right]);
}

/* Up to so many members an insertion sort is quicker, all the more when they come nearly sorted, as ours do. */
#define INSERTION_MAX 24

void value_order(const struct value *object, size_t *order)
{
    assert(object->kind == VALUE_OBJECT);
    for (size_t i = 0; i < object->count; i++)
        order[i] = i;
    if (object->count > INSERTION_MAX) {
        qsort_r(order, object->count, sizeof *order, by_name, object->names);
        return;
    }
    for (size_t i = 1; i < object->count; i++) {
        struct text name = object->names[i];
        size_t j = i;
        for (; j > 0 && text_compare(object->names[order[j - 1]], name) > 0; j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
}

static bool members_equal(const struct value *a, const struct value *b)
{
    for (size_t i = 0; i < a->count; i++) {
        /* Usually both were built in one order; only where they were not is the name looked for. */
        const struct value *other = text_equal(a->names[i], b->names[i]) ? b->items[i] : value_get_text(b, a->names[i]);
        if (!other || !value_equal(a->items[i], other))
            return false;
    }
    return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind || a->count != b->count)
        return false;
    switch (a->kind) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOLEAN:
        return a->boolean == b->boolean;
    case VALUE_INTEGER:
        return a->integer == b->integer;
    case VALUE_DECIMAL:
    case VALUE_TEXT:
        return text_equal(a->text, b->text);
    case VALUE_LIST:
        for (size_t i = 0; i < a->count; i++)
            if (!value_equal(a->items[i], b->items[i]))
                return false;
        return true;
    case VALUE_OBJECT:
        return members_equal(a, b);
    }
    return false;
}

const char *value_kind_words(const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        return "null";
    case VALUE_BOOLEAN:
        return value->boolean ? "true" : "false";
    case VALUE_INTEGER:
        return "a whole number";
    case VALUE_DECIMAL:
        return "a number with a point or an exponent";
    case VALUE_TEXT:
        return "a text";
    case VALUE_LIST:
        return "a list";
    case VALUE_OBJECT:
        return "an object";
    }
    return "a value";
}

struct value *value_copy(struct arena *arena, const struct value *value)
{
    struct value *copy = value_new(arena, value->kind);
    copy->boolean = value->boolean;
    copy->integer = value->integer;
    if (value->text.at)
        copy->text = text_copy(arena, value->text);
    for (size_t i = 0; i < value->count; i++) {
        struct value *item = value_copy(arena, value->items[i]);
        if (value->kind == VALUE_OBJECT)
            value_add_member(arena, copy, text_copy(arena, value->names[i]), item);
        else
            value_append(arena, copy, item);
    }
    return copy;
}

static bool is_whole_document(const struct pointer *pointer)
{
    return !pointer || (!pointer->parent && !pointer->name.at && pointer->index == 0);
}

static void add_step(struct buffer *buffer, struct text name)
{
    for (size_t i = 0; i < name.length; i++) {
        if (name.at[i] == '~')
            buffer_add_string(buffer, "~0");
        else if (name.at[i] == '/')
            buffer_add_string(buffer, "~1");
        else
            buffer_add_byte(buffer, name.at[i]);
    }
}

static void add_pointer(struct buffer *buffer, const struct pointer *pointer)
{
    if (is_whole_document(pointer))
        return;
    add_pointer(buffer, pointer->parent);
    buffer_add_byte(buffer, '/');
    if (pointer->name.at)
        add_step(buffer, pointer->name);
    else
        buffer_format(buffer, "%zu", pointer->index);
}

struct text pointer_text(struct arena *arena, const struct pointer *pointer)
{
    struct buffer buffer;
    buffer_init(&buffer, arena);
    add_pointer(&buffer, pointer);
    return buffer_text(&buffer);
}

/* Is `step`, as a pointer writes it, that name? */
static bool step_is(struct text step, struct text name)
{
    size_t at = 0;
    for (size_t i = 0; i < step.length; i++, at++) {
        char byte = step.at[i];
        if (byte == '~') {
            if (++i == step.length || (step.at[i] != '0' && step.at[i] != '1'))
                return false;
            byte = step.at[i] == '0' ? '~' : '/';
        }
        if (at >= name.length || name.at[at] != byte)
            return false;
    }
    return at == name.length;
}

static struct value *value_step(const struct value *value, struct text step)
{
    if (value->kind == VALUE_LIST) {
        long long index;
        bool found = text_to_integer(step, &index) && index >= 0 && (size_t)index < value->count;
        return found ? value->items[index] : NULL;
    }
    for (size_t i = 0; value->kind == VALUE_OBJECT && i < value->count; i++)
        if (step_is(step, value->names[i]))
            return value->items[i];
    return NULL;
}

struct value *value_at(const struct value *root, struct text pointer)
{
    /* As with strchr: the tree is the caller's, and so is what it leads to. */
    struct value *value;
    memcpy(&value, &root, sizeof value);
    while (value && pointer.length) {
        if (pointer.at[0] != '/')
            return NULL;
        pointer = text_slice(pointer, 1, pointer.length);
        const char *slash = memchr(pointer.at, '/', pointer.length);
        size_t length = slash ? (size_t)(slash - pointer.at) : pointer.length;
        value = value_step(value, text_slice(pointer, 0, length));
        pointer = text_slice(pointer, length, pointer.length);
    }
    return value;
}

struct difference {
    struct arena *arena;
    struct text *pointer;
    const struct value **in_a, **in_b;
};

static bool differ(const struct difference *found, const struct pointer *at, const struct value *a,
                   const struct value *b);

static bool lists_differ(const struct difference *found, const struct pointer *at, const struct value *a,
                         const struct value *b)
{
    size_t longer = a->count > b->count ? a->count : b->count;
    for (size_t i = 0; i < longer; i++) {
        struct pointer step = {.parent = at, .index = i};
        if (differ(found, &step, i < a->count ? a->items[i] : NULL, i < b->count ? b->items[i] : NULL))
            return true;
    }
    return false;
}

/* Both in the order of their names, side by side. */
static bool objects_differ(const struct difference *found, const struct pointer *at, const struct value *a,
                           const struct value *b)
{
    size_t *order_a = ARENA_ARRAY(found->arena, a->count, size_t);
    size_t *order_b = ARENA_ARRAY(found->arena, b->count, size_t);
    value_order(a, order_a);
    value_order(b, order_b);
    for (size_t i = 0, j = 0; i < a->count || j < b->count;) {
        struct text name_a = i < a->count ? a->names[order_a[i]] : (struct text){0};
        struct text name_b = j < b->count ? b->names[order_b[j]] : (struct text){0};
        int side = i == a->count ? 1 : j == b->count ? -1 : text_compare(name_a, name_b);
        struct pointer step = {.parent = at, .name = side <= 0 ? name_a : name_b};
        const struct value *item_a = side <= 0 ? a->items[order_a[i++]] : NULL;
        const struct value *item_b = side >= 0 ? b->items[order_b[j++]] : NULL;
        if (differ(found, &step, item_a, item_b))
            return true;
    }
    return false;
}

static bool differ(const struct difference *found, const struct pointer *at, const struct value *a,
                   const struct value *b)
{
    if (a && b && a->kind == b->kind && a->kind == VALUE_LIST)
        return lists_differ(found, at, a, b);
    if (a && b && a->kind == b->kind && a->kind == VALUE_OBJECT)
        return objects_differ(found, at, a, b);
    if (a && b && value_equal(a, b))
        return false;
    *found->pointer = pointer_text(found->arena, at);
    *found->in_a = a;
    *found->in_b = b;
    return true;
}

bool value_difference(struct arena *arena, const struct value *a, const struct value *b, struct text *pointer,
                      const struct value **in_a, const struct value **in_b)
{
    struct difference found = {arena, pointer, in_a, in_b};
    struct pointer whole = {0};
    return differ(&found, &whole, a, b);
}
