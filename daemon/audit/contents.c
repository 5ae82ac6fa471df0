#include "audit/contents.h"

#include "base/base64.h"
#include "base/json.h"

#include <assert.h>
#include <string.h>

/* The zero byte before it is RFC 6962's mark of a leaf, the one after it ends the name of this kind of entry. */
static const char entry_mark[] = "\0covenant/entry/v1";
#define FACT_PREFIX "/case/facts/"

static struct digest entry_hash(struct text name, struct text value, const unsigned char salt[SECRET_BYTES])
{
    char length[4];
    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (char)(unsigned char)(name.length >> (8 * (sizeof length - 1 - i)));
    struct text parts[] = {
        {entry_mark, sizeof entry_mark}, {(const char *)salt, SECRET_BYTES}, {length, sizeof length}, name, value,
    };
    return digest_of_parts(parts, sizeof parts / sizeof *parts);
}

static void salt_of(const struct contents *contents, struct text name, unsigned char salt[SECRET_BYTES])
{
    secret_hash(salt, contents->seed, "salt", name);
}

static void add(struct contents *contents, struct arena *arena, struct text name, struct text value)
{
    if (!value.at)
        return;
    struct contents_entry *entry =
        arena_push(arena, &contents->items, &contents->count, &contents->capacity, sizeof *contents->items);
    *entry = (struct contents_entry){name, value};
}

static void add_facts(struct contents *contents, struct arena *arena, const struct value *request)
{
    const struct value *facts = value_get(value_get(request, "case"), "facts");
    if (!facts || facts->kind != VALUE_OBJECT)
        return;
    size_t *order = ARENA_ARRAY(arena, facts->count, size_t);
    value_order(facts, order);
    for (size_t i = 0; i < facts->count; i++) {
        struct buffer name;
        buffer_init(&name, arena);
        buffer_add_string(&name, FACT_PREFIX);
        buffer_add(&name, facts->names[order[i]]);
        add(contents, arena, buffer_text(&name), json_write(arena, facts->items[order[i]]));
    }
}

void contents_init(struct contents *contents, struct arena *arena, const struct content *content,
                   const struct value *request, const unsigned char seed[SECRET_BYTES])
{
    *contents = (struct contents){0};
    memcpy(contents->seed, seed, SECRET_BYTES);
    add(contents, arena, TEXT("request"), content->request);
    add(contents, arena, TEXT("decision"), content->decision);
    add(contents, arena, TEXT("trail"), content->trail);
    add_facts(contents, arena, request);
    contents->hashes = ARENA_ARRAY(arena, contents->count, struct digest);
    unsigned char salt[SECRET_BYTES];
    for (size_t i = 0; i < contents->count; i++) {
        salt_of(contents, contents->items[i].name, salt);
        contents->hashes[i] = entry_hash(contents->items[i].name, contents->items[i].value, salt);
    }
    secret_wipe(salt, sizeof salt);
}

void contents_finish(struct contents *contents)
{
    secret_wipe(contents->seed, sizeof contents->seed);
}

/* A reader of the tree over the entries: a complete subtree is hashed when it is asked for, there are few. */
static bool hash_of(void *context, unsigned level, uint64_t index, struct digest *hash, struct fault *fault)
{
    const struct contents *contents = context;
    if (level == 0) {
        assert(index < contents->count);
        *hash = contents->hashes[index];
        return true;
    }
    struct digest left, right;
    bool good = hash_of(context, level - 1, 2 * index, &left, fault) &&
                hash_of(context, level - 1, 2 * index + 1, &right, fault);
    if (good)
        *hash = tree_node(left, right);
    return good;
}

struct digest contents_root(const struct contents *contents)
{
    struct contents copy = *contents;
    struct tree_reader reader = {hash_of, &copy};
    struct digest root;
    struct fault fault;
    bool good = tree_root(&reader, contents->count, &root, &fault);
    assert(good); /* it reads memory only */
    contents_finish(&copy);
    return root;
}

bool contents_open(const struct contents *contents, struct text name, struct contents_opening *opening)
{
    size_t index = 0;
    while (index < contents->count && !text_equal(contents->items[index].name, name))
        index++;
    if (index == contents->count)
        return false;
    *opening = (struct contents_opening){
        .name = contents->items[index].name,
        .value = contents->items[index].value,
        .index = index,
        .size = contents->count,
    };
    salt_of(contents, name, opening->salt);
    struct contents copy = *contents;
    struct tree_reader reader = {hash_of, &copy};
    struct fault fault;
    bool good = tree_inclusion(&reader, index, contents->count, &opening->path, &fault);
    assert(good);
    contents_finish(&copy);
    return true;
}

bool contents_opening_holds(const struct contents_opening *opening, struct digest contents)
{
    struct digest hash = entry_hash(opening->name, opening->value, opening->salt);
    return tree_includes(contents, opening->size, hash, opening->index, &opening->path);
}

struct value *contents_opening_value(struct arena *arena, const struct contents_opening *opening)
{
    struct json_error error;
    struct value *object = value_object(arena), *path = value_list(arena);
    struct value *value = json_read(arena, opening->value, &error);
    assert(value); /* canonical JSON of ours */
    for (size_t i = 0; i < opening->path.count; i++)
        value_append(arena, path, value_text(arena, digest_text(arena, opening->path.hashes[i])));
    value_set(arena, object, "name", value_text(arena, opening->name));
    value_set(arena, object, "value", value);
    struct text salt = {(const char *)opening->salt, sizeof opening->salt};
    value_set(arena, object, "salt", value_text(arena, base64_write(arena, salt)));
    value_set(arena, object, "index", value_integer(arena, (long long)opening->index));
    value_set(arena, object, "size", value_integer(arena, (long long)opening->size));
    value_set(arena, object, "path", path);
    return object;
}

static bool is_kind(const struct value *value, enum value_kind kind)
{
    return value && value->kind == kind;
}

static bool path_read(const struct value *path, struct tree_proof *proof)
{
    if (!is_kind(path, VALUE_LIST) || path->count > TREE_PROOF_MAX)
        return false;
    proof->count = path->count;
    for (size_t i = 0; i < path->count; i++)
        if (!is_kind(path->items[i], VALUE_TEXT) || !digest_parse(path->items[i]->text, &proof->hashes[i]))
            return false;
    return true;
}

bool contents_opening_read(struct arena *arena, const struct value *value, struct contents_opening *opening)
{
    const struct value *name = value_get(value, "name"), *salt = value_get(value, "salt");
    const struct value *index = value_get(value, "index"), *size = value_get(value, "size");
    const struct value *opened = value_get(value, "value");
    if (!is_kind(name, VALUE_TEXT) || !is_kind(salt, VALUE_TEXT) || !is_kind(index, VALUE_INTEGER) ||
        !is_kind(size, VALUE_INTEGER) || index->integer < 0 || size->integer <= index->integer || !opened)
        return false;
    *opening = (struct contents_opening){
        .name = name->text,
        .value = json_write(arena, opened),
        .index = (uint64_t)index->integer,
        .size = (uint64_t)size->integer,
    };
    return base64_read_into(salt->text, opening->salt, sizeof opening->salt) &&
           path_read(value_get(value, "path"), &opening->path);
}
