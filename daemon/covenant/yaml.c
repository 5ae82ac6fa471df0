/*
 * The file is scanned twice: first its tokens, for what libyaml lets pass (yaml_strict.h), then its events, of which
 * the tree is built. Neither pass keeps the file's tokens, so that memory goes with the tree alone.
 */
#include "covenant/yaml.h"

#include "base/limits.h"
#include "covenant/yaml_node.h"
#include "covenant/yaml_problem.h"
#include "covenant/yaml_strict.h"
#include "covenant/yaml_text.h"

#include <assert.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* A collection that is open while the tree is built, and the key that waits for its value. */
struct frame {
    struct node *node;
    struct node *key;
};

struct reader {
    struct arena *arena;
    const struct source_file *file;
    struct text text; /* the file's, with an end to its last line */
    struct findings *findings;
    struct findings pending; /* of the tree: told when the file's syntax is right, for else they follow from that */
    yaml_parser_t parser;
    yaml_token_t token;
    yaml_event_t event;
    size_t characters, bytes; /* where in the file the last mark was: libyaml counts characters */
    struct strict strict;
    struct frame frames[DEPTH_MAX];
    size_t depth;
    struct node *root;
    size_t events, found;
    bool broken; /* the tree lacks something that is in the file */
};

static void reader_open(struct reader *reader)
{
    if (!yaml_parser_initialize(&reader->parser))
        (void)arena_alloc(reader->arena, SIZE_MAX); /* out of memory: the arena knows what to do */
    yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader->parser, (const unsigned char *)reader->text.at, reader->text.length);
    reader->characters = reader->bytes = 0;
}

static void reader_close(struct reader *reader)
{
    yaml_token_delete(&reader->token);
    yaml_event_delete(&reader->event);
    yaml_parser_delete(&reader->parser);
}

static struct place place_of(const struct reader *reader, yaml_mark_t mark)
{
    return (struct place){reader->file, mark.line + 1, mark.column + 1};
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The byte of the file that a mark stands for. Marks go up and down by little, so the last one is the way to it. */
static size_t offset_of(struct reader *reader, yaml_mark_t mark)
{
    struct text text = reader->file->text;
    for (; reader->characters < mark.index && reader->bytes < text.length; reader->characters++)
        do
            reader->bytes++;
        while (reader->bytes < text.length && continues(text.at[reader->bytes]));
    for (; reader->characters > mark.index && reader->bytes > 0; reader->characters--)
        do
            reader->bytes--;
        while (reader->bytes > 0 && continues(text.at[reader->bytes]));
    return reader->bytes;
}

/* libyaml's error, unless something was already said about that line: one mistake is one finding. */
static void add_problem(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        (void)arena_alloc(reader->arena, SIZE_MAX);
    struct yaml_problem problem = {
        .context = text_of(parser->context ? parser->context : ""),
        .problem = text_of(parser->problem ? parser->problem : ""),
        .place = place_of(reader, parser->problem_mark),
    };
    if (parser->context)
        problem.context_place = place_of(reader, parser->context_mark);
    if (reader->strict.found == 0 || reader->strict.line_found < problem.place.line)
        yaml_problem_add(&problem, reader->findings);
}

static enum token_kind kind_of(const yaml_token_t *token)
{
    switch (token->type) {
    case YAML_NO_TOKEN:
    case YAML_STREAM_START_TOKEN:
    case YAML_STREAM_END_TOKEN:
        return TOKEN_NOTHING;
    case YAML_VERSION_DIRECTIVE_TOKEN:
    case YAML_TAG_DIRECTIVE_TOKEN:
        return TOKEN_DIRECTIVE;
    case YAML_DOCUMENT_START_TOKEN:
        return TOKEN_DOCUMENT_START;
    case YAML_DOCUMENT_END_TOKEN:
        return TOKEN_DOCUMENT_END;
    case YAML_BLOCK_SEQUENCE_START_TOKEN:
        return TOKEN_BLOCK_LIST;
    case YAML_BLOCK_MAPPING_START_TOKEN:
        return TOKEN_BLOCK_MAP;
    case YAML_BLOCK_END_TOKEN:
        return TOKEN_BLOCK_END;
    case YAML_FLOW_SEQUENCE_START_TOKEN:
        return TOKEN_FLOW_LIST;
    case YAML_FLOW_MAPPING_START_TOKEN:
        return TOKEN_FLOW_MAP;
    case YAML_FLOW_SEQUENCE_END_TOKEN:
    case YAML_FLOW_MAPPING_END_TOKEN:
        return TOKEN_FLOW_END;
    case YAML_FLOW_ENTRY_TOKEN:
        return TOKEN_COMMA;
    case YAML_BLOCK_ENTRY_TOKEN:
        return TOKEN_DASH;
    case YAML_KEY_TOKEN:
        return TOKEN_KEY;
    case YAML_VALUE_TOKEN:
        return TOKEN_VALUE;
    case YAML_ANCHOR_TOKEN:
        return TOKEN_ANCHOR;
    case YAML_ALIAS_TOKEN:
        return TOKEN_ALIAS;
    case YAML_TAG_TOKEN:
        return TOKEN_TAG;
    case YAML_SCALAR_TOKEN:
        break;
    }
    yaml_scalar_style_t style = token->data.scalar.style;
    bool block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
    return block ? TOKEN_BLOCK : style == YAML_PLAIN_SCALAR_STYLE ? TOKEN_PLAIN : TOKEN_QUOTED;
}

/* The first pass. */
static void read_tokens(struct reader *reader)
{
    reader_open(reader);
    for (bool more = true; more;) {
        if (!yaml_parser_scan(&reader->parser, &reader->token)) {
            add_problem(reader);
            break;
        }
        struct token token = {
            .kind = kind_of(&reader->token),
            .from = offset_of(reader, reader->token.start_mark),
            .to = offset_of(reader, reader->token.end_mark),
            .place = place_of(reader, reader->token.start_mark),
        };
        more = reader->token.type != YAML_STREAM_END_TOKEN && strict_take(&reader->strict, &token);
        yaml_token_delete(&reader->token);
    }
    reader_close(reader);
}

static void add(struct reader *reader, const char *code, const struct node *node, const char *message)
{
    findings_add(&reader->pending, SEVERITY_ERROR, code, node->place, node->width, "%s", message);
    reader->found++;
}

/* The characters of [from, to) on its first line, without white space at its end. */
static size_t first_line_width(struct text text, size_t from, size_t to)
{
    struct text line = text_slice(text, from, to);
    const char *end = line.length ? memchr(line.at, '\n', line.length) : NULL;
    if (end)
        line.length = (size_t)(end - line.at);
    while (line.length && memchr(" \t\r", line.at[line.length - 1], 3))
        line.length--;
    size_t width = text_characters(line);
    return width ? width : 1;
}

/* The spaces with which the first line of a block text begins that is not blank. */
static size_t leading_spaces(struct text value)
{
    size_t spaces = 0;
    for (size_t i = 0; i < value.length && (value.at[i] == ' ' || value.at[i] == '\n'); i++)
        spaces = value.at[i] == ' ' ? spaces + 1 : 0;
    return spaces;
}

/* Of a block text: the first character of its first line that is not blank. */
static void place_block(struct reader *reader, struct node *node, size_t from, size_t to)
{
    struct text text = reader->file->text;
    size_t start = from, leading = leading_spaces(node->text);
    struct place place = node->place;
    for (size_t at = from; at < to; at++) {
        if (text.at[at] == '\n') {
            place.line++;
            start = at + 1;
        } else if (place.line > node->place.line && text.at[at] != ' ' && text.at[at] != '\r') {
            assert(at - start >= leading);
            place.column = at - start - leading + 1;
            node->place = place;
            node->width = first_line_width(text, at - leading, to);
            return;
        }
    }
}

static struct node *node_new(struct reader *reader, enum node_kind kind)
{
    struct node *node = ARENA_NEW(reader->arena, struct node);
    *node = (struct node){.kind = kind, .place = place_of(reader, reader->event.start_mark), .width = 1};
    return node;
}

static struct node *new_scalar(struct reader *reader)
{
    const yaml_event_t *event = &reader->event;
    yaml_scalar_style_t style = event->data.scalar.style;
    struct node *node = node_new(reader, NODE_SCALAR);
    struct text text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    size_t from = offset_of(reader, event->start_mark), to = offset_of(reader, event->end_mark);
    node->quoted = style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    node->block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
    if (node->quoted && to - from >= 2) {
        from++;
        to--;
        node->place.column++;
    }
    /* As it stands in the file when it does, so that a place within it can be told. */
    struct text source = text_slice(reader->file->text, from, to);
    node->text = text_equal(source, text) ? source : text_copy(reader->arena, text);
    node->width = first_line_width(reader->file->text, from, to);
    if (node->block)
        place_block(reader, node, from, to);
    uint32_t code_point = 0;
    const char *fault = style == YAML_DOUBLE_QUOTED_SCALAR_STYLE ? yaml_text_fault(text, &code_point) : NULL;
    if (fault) {
        findings_add(&reader->pending, SEVERITY_ERROR, "invisible_character", node->place, node->width,
                     "an escape in this text makes U+%04X, %s", (unsigned)code_point, fault);
        reader->found++;
        reader->broken = true;
    }
    return node;
}

static bool is_absent(const struct node *node)
{
    return node->kind == NODE_SCALAR && node->text.length == 0 && !node->quoted && !node->block;
}

static void add_no_value(struct reader *reader, const struct node *key, const struct node *value)
{
    reader->broken = true;
    if (!key) {
        struct place place = value->place; /* libyaml's is behind the dash */
        place.column -= place.column > 1;
        findings_add(&reader->pending, SEVERITY_ERROR, "no_value", place, 1,
                     "nothing stands here: write a value, or delete this item");
        reader->found++;
        return;
    }
    if (key->kind != NODE_SCALAR || is_absent(key)) /* no key, or a collection as key: told already */
        return;
    const char *colon = key->quoted ? NULL : memchr(key->text.at, ':', key->text.length);
    findings_add(&reader->pending, SEVERITY_ERROR, "no_value", key->place, key->width,
                 colon ? "`%.*s` has no value: a space belongs after the colon"
                       : "`%.*s` has no value: write one, or leave the key out",
                 TEXT_ARGS(key->text));
    reader->found++;
}

static void take_key(struct reader *reader, struct frame *frame, struct node *key)
{
    if (key->kind != NODE_SCALAR)
        add(reader, "yaml_forbidden", key,
            "a key is a text, not a list or a map: quote a text that begins with a bracket");
    else if (is_absent(key))
        add(reader, "no_value", key, "a key is missing before the colon");
    else if (!key->quoted && text_is(key->text, "<<"))
        add(reader, "yaml_forbidden", key, "`<<` is not allowed: write the keys again where they are needed");
    reader->broken |= key->kind != NODE_SCALAR || is_absent(key) || text_is(key->text, "<<");
    frame->key = key;
}

/* Puts a node where it belongs; the map that it completes a member of may still be open. */
static void attach(struct reader *reader, struct node *node)
{
    if (reader->depth == 0) {
        reader->root = node;
        return;
    }
    struct frame *frame = &reader->frames[reader->depth - 1];
    struct node *parent = frame->node;
    if (parent->kind == NODE_MAP && !frame->key) {
        take_key(reader, frame, node);
        return;
    }
    if (is_absent(node))
        add_no_value(reader, frame->key, node);
    if (parent->kind == NODE_MAP) {
        size_t count = parent->count;
        struct node **key =
            arena_push(reader->arena, &parent->keys, &count, &parent->keys_capacity, sizeof(struct node *));
        *key = frame->key;
        frame->key = NULL;
    }
    struct node **item = arena_push(reader->arena, &parent->items, &parent->count, &parent->capacity, sizeof *item);
    *item = node;
    if (parent->count == YAML_MEMBERS_MAX + 1) {
        findings_add(&reader->pending, SEVERITY_ERROR, "too_large", parent->place, 1, "this has more than %d members",
                     YAML_MEMBERS_MAX);
        reader->broken = true;
        reader->found = YAML_FINDINGS_MAX;
    }
}

static void open_collection(struct reader *reader, enum node_kind kind, bool flow)
{
    struct node *node = node_new(reader, kind);
    if (reader->depth == DEPTH_MAX) {
        findings_add(&reader->pending, SEVERITY_ERROR, "too_deep", node->place, 1,
                     "this is nested deeper than %d levels", DEPTH_MAX);
        reader->broken = true;
        reader->found = YAML_FINDINGS_MAX;
        return;
    }
    node->width = flow ? 0 : 1; /* of a flow: known when it closes */
    attach(reader, node);
    reader->frames[reader->depth++] = (struct frame){.node = node};
}

static void close_collection(struct reader *reader)
{
    struct node *node = reader->frames[--reader->depth].node;
    if (node->width == 0) {
        yaml_mark_t end = reader->event.end_mark;
        bool one_line = end.line + 1 == node->place.line;
        node->width = one_line ? end.column + 1 - node->place.column : 1;
    } else if (node->kind == NODE_MAP && node->count) {
        node->width = node->keys[0]->width;
    }
    if (node->kind == NODE_MAP && !reader->broken)
        reader->found += node_drop_duplicates(reader->arena, node, &reader->pending);
}

static void take_event(struct reader *reader)
{
    const yaml_event_t *event = &reader->event;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        attach(reader, new_scalar(reader));
        break;
    case YAML_SEQUENCE_START_EVENT:
        open_collection(reader, NODE_LIST, event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
        break;
    case YAML_MAPPING_START_EVENT:
        open_collection(reader, NODE_MAP, event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
        break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_collection(reader);
        break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_ALIAS_EVENT: /* refused by the first pass */
        break;
    }
}

/* The second pass. */
static void read_events(struct reader *reader)
{
    bool syntax = true;
    reader_open(reader);
    for (bool more = true; more;) {
        if (!yaml_parser_parse(&reader->parser, &reader->event)) {
            add_problem(reader);
            syntax = false;
            reader->broken = true;
            break;
        }
        take_event(reader);
        more = reader->event.type != YAML_STREAM_END_EVENT;
        if (more && reader->found >= YAML_FINDINGS_MAX) {
            reader->broken = true; /* the rest is not read */
            more = false;
        }
        yaml_event_delete(&reader->event);
    }
    reader_close(reader);
    for (size_t i = 0; syntax && i < reader->pending.count; i++) {
        const struct finding *finding = &reader->pending.items[i];
        findings_add(reader->findings, finding->severity, finding->code, finding->place, finding->width, "%.*s",
                     TEXT_ARGS(finding->message));
    }
}

/* A block text in a last line that has no end would lose what other readers of YAML see there. */
static struct text with_last_line(struct arena *arena, struct text text)
{
    struct buffer buffer;
    if (text.length == 0 || text_ends_with(text, "\n"))
        return text;
    buffer_init(&buffer, arena);
    buffer_add(&buffer, text);
    buffer_add_byte(&buffer, '\n');
    return buffer_text(&buffer);
}

static void read_file(struct reader *reader)
{
    size_t errors = reader->findings->errors;
    reader->text = with_last_line(reader->arena, reader->file->text);
    read_tokens(reader);
    if (reader->findings->errors == errors)
        read_events(reader);
    else
        reader->broken = true;
    if (reader->broken) {
        reader->root = NULL;
    } else if (!reader->root || is_absent(reader->root)) {
        findings_add(reader->findings, SEVERITY_ERROR, "no_value", (struct place){reader->file, 1, 1}, 1,
                     "the file is empty: expected `key: value`");
        reader->root = NULL;
    }
}

/* libyaml's memory is not the arena's: it is freed before an arena that is full jumps out of here. */
static void read_guarded(struct reader *reader)
{
    struct arena *arena = reader->arena;
    jmp_buf *outer = arena->escape, escape;
    if (!outer) {
        read_file(reader);
        return;
    }
    if (setjmp(escape)) {
        reader_close(reader);
        arena->escape = outer;
        longjmp(*outer, 1);
    }
    arena->escape = &escape;
    read_file(reader);
    arena->escape = outer;
}

struct node *yaml_read(struct arena *arena, const struct source_file *file, struct findings *findings)
{
    if (!yaml_text_check(file, findings))
        return NULL;
    struct reader reader = {.arena = arena, .file = file, .findings = findings};
    findings_init(&reader.pending, arena);
    strict_init(&reader.strict, file, findings);
    read_guarded(&reader);
    return reader.root;
}
