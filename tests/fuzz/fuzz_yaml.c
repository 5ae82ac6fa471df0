/*
 * Any bytes through yaml_read: no crash, no leak, and what it promises: no tree without its places, no refusal without
 * a finding, each finding at a place of the file.
 */
#include "base/arena.h"
#include "base/finding.h"
#include "base/limits.h"
#include "covenant/yaml.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t characters(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return count;
}

/* A place may be one behind its line: where something is missing. */
static void check_place(const struct source_file *file, struct place place)
{
    assert(place.file == file && place.line >= 1 && place.column >= 1);
    assert(place.column <= characters(place_line(place)) + 2);
}

static void check_node(const struct source_file *file, const struct node *node, int depth)
{
    check_place(file, node->place);
    assert(depth <= DEPTH_MAX && node->width >= 1);
    assert(node->width + node->place.column <= characters(place_line(node->place)) + 2);
    if (node->kind == NODE_SCALAR) {
        assert(node->text.at && text_is_utf8(node->text) && node->text.length <= YAML_SCALAR_BYTES_MAX);
        assert(node->text.length || node->quoted || node->block);
        assert(node->count == 0);
    }
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == NODE_MAP) {
            const struct node *key = node->keys[i];
            check_node(file, key, depth);
            assert(key->kind == NODE_SCALAR);
            for (size_t j = 0; j < i && i < 64; j++)
                assert(!text_equal(node->keys[j]->text, key->text));
        }
        check_node(file, node->items[i], depth + (node->items[i]->kind != NODE_SCALAR));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct findings findings;
    arena_init(&arena);
    findings_init(&findings, &arena);
    struct source_file file = {TEXT("fuzz.yaml"), {(const char *)data, size}};
    const struct node *root = yaml_read(&arena, &file, &findings);
    assert(root || findings.errors);
    for (size_t i = 0; i < findings.count; i++) {
        check_place(&file, findings.items[i].place);
        assert(findings.items[i].width >= 1 && findings.items[i].message.length);
    }
    if (root)
        check_node(&file, root, root->kind != NODE_SCALAR);
    arena_finish(&arena);
    return 0;
}
