#include "audit/leaf.h"

#include "base/json.h"

#include <string.h>

static const struct {
    const char *name;
    size_t offset, has;
} digests[] = {
    {"answer", offsetof(struct leaf, answer), offsetof(struct leaf, has_answer)},
    {"contents", offsetof(struct leaf, contents), offsetof(struct leaf, has_contents)},
    {"sealed", offsetof(struct leaf, sealed), offsetof(struct leaf, has_sealed)},
};
static const struct {
    const char *name;
    size_t offset;
    bool required;
} texts[] = {
    {"client", offsetof(struct leaf, client), true}, {"edition", offsetof(struct leaf, edition), false},
    {"id", offsetof(struct leaf, id), true},         {"kind", offsetof(struct leaf, kind), true},
    {"log", offsetof(struct leaf, log), true},       {"time", offsetof(struct leaf, time), true},
};
#define COUNT(table) (sizeof(table) / sizeof *(table))

bool leaf_write(struct arena *arena, const struct leaf *leaf, struct text *text)
{
    const char *base = (const char *)leaf;
    struct value *object = value_object(arena);
    for (size_t i = 0; i < COUNT(digests); i++) {
        bool has;
        struct digest digest;
        memcpy(&has, base + digests[i].has, sizeof has);
        memcpy(&digest, base + digests[i].offset, sizeof digest);
        if (has)
            value_set(arena, object, digests[i].name, value_text(arena, digest_text(arena, digest)));
    }
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct text item;
        memcpy(&item, base + texts[i].offset, sizeof item);
        if (item.at || texts[i].required)
            value_set(arena, object, texts[i].name, value_text(arena, item));
    }
    if (leaf->about)
        value_set(arena, object, "about", value_copy(arena, leaf->about));
    value_set(arena, object, "v", value_integer(arena, LEAF_VERSION));
    *text = json_write(arena, object);
    return text->length <= LEAF_BYTES_MAX;
}

static bool refuse(struct arena *arena, struct text *problem, const char *found, const char *expected)
{
    *problem = text_format(arena, "found a leaf %s, expected %s", found, expected);
    return false;
}

/* Takes what it knows out of the members that are still to be told. */
static bool read_digests(struct arena *arena, const struct value *object, struct leaf *leaf, size_t *known,
                         struct text *problem)
{
    char *base = (char *)leaf;
    for (size_t i = 0; i < COUNT(digests); i++) {
        const struct value *member = value_get(object, digests[i].name);
        bool has = member;
        struct digest digest = {{0}};
        if (has && (member->kind != VALUE_TEXT || !digest_parse(member->text, &digest)))
            return refuse(arena, problem, "with a digest that is none", "`sha256:` and 64 hex digits");
        memcpy(base + digests[i].has, &has, sizeof has);
        memcpy(base + digests[i].offset, &digest, sizeof digest);
        *known += has;
    }
    return true;
}

static bool read_texts(struct arena *arena, const struct value *object, struct leaf *leaf, size_t *known,
                       struct text *problem)
{
    char *base = (char *)leaf;
    for (size_t i = 0; i < COUNT(texts); i++) {
        const struct value *member = value_get(object, texts[i].name);
        if (!member && !texts[i].required)
            continue;
        if (!member || member->kind != VALUE_TEXT || !member->text.length)
            return refuse(arena, problem, "that lacks what each has",
                          "`client`, `id`, `kind`, `log` and `time`, and each text to be there");
        memcpy(base + texts[i].offset, &member->text, sizeof member->text);
        ++*known;
    }
    return true;
}

bool leaf_read(struct arena *arena, struct text text, struct leaf *leaf, struct text *problem)
{
    struct json_error error;
    *leaf = (struct leaf){0};
    if (text.length > LEAF_BYTES_MAX)
        return refuse(arena, problem, "that is too large", "at most 1024 bytes");
    const struct value *object = json_read(arena, text, &error);
    if (!object || object->kind != VALUE_OBJECT)
        return refuse(arena, problem, "that is no JSON object", "one");
    if (!text_equal(json_write(arena, object), text))
        return refuse(arena, problem, "that is not canonical JSON", "members in order and no white space");
    const struct value *version = value_get(object, "v");
    if (!version || version->kind != VALUE_INTEGER || version->integer != LEAF_VERSION)
        return refuse(arena, problem, "of another version", "`v` to be 1");
    size_t known = 1;
    leaf->about = value_get(object, "about");
    if (leaf->about && leaf->about->kind != VALUE_OBJECT)
        return refuse(arena, problem, "whose `about` is no object", "one");
    known += leaf->about != NULL;
    if (!read_digests(arena, object, leaf, &known, problem) || !read_texts(arena, object, leaf, &known, problem))
        return false;
    return known == object->count || refuse(arena, problem, "with a member that is not known", "none but those of `v` 1");
}
