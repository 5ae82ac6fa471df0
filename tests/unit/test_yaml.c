/*
 * Strict YAML: what is read, with its places; what is refused, with place, width, code and words; and the files that
 * are made to take time or memory.
 */
#include "base/arena.h"
#include "base/finding.h"
#include "base/limits.h"
#include "covenant/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* One file, read. */
struct reading {
    struct arena arena;
    struct source_file file;
    struct findings findings;
    struct node *root;
};

static void read_text(struct reading *reading, struct text text)
{
    arena_init(&reading->arena);
    findings_init(&reading->findings, &reading->arena);
    reading->file = (struct source_file){TEXT("almere/2022/covenant.yaml"), text};
    reading->root = yaml_read(&reading->arena, &reading->file, &reading->findings);
}

static void finish(struct reading *reading)
{
    arena_finish(&reading->arena);
}

static void assert_text(struct text text, const char *expected)
{
    if (!text_is(text, expected))
        fail_msg("got `%.*s`, expected `%s`", TEXT_ARGS(text), expected);
}

static void assert_place(const struct node *node, size_t line, size_t column, size_t width)
{
    assert_non_null(node);
    if (node->place.line != line || node->place.column != column || node->width != width)
        fail_msg("got %zu:%zu, width %zu; expected %zu:%zu, width %zu", node->place.line, node->place.column,
                 node->width, line, column, width);
}

static const char covenant[] = "# yaml-language-server: $schema=../covenant.json\n"
                               "covenant: almere\n"
                               "version: \"2022\"   # quoted\n"
                               "title: {nl: Thuis in de wijk, en: 'At home'}\n"
                               "eligibility:\n"
                               "  requirements:\n"
                               "  - id: E1\n"
                               "    says:\n"
                               "      nl: De cli\xC3\xABnt komt\n"
                               "        uit de opvang\n"
                               "    require: >\n"
                               "\n"
                               "      one_of(origin,\n"
                               "      \"shelter\")\n"
                               "  - {id: \xC3\xAB, args: [a, 'it''s', \"\\u00e9\"]}\n";

static void test_tree(void **state)
{
    (void)state;
    struct reading reading;
    read_text(&reading, text_of(covenant));
    assert_int_equal(reading.findings.count, 0);
    assert_non_null(reading.root);
    assert_int_equal(reading.root->kind, NODE_MAP);
    assert_int_equal(reading.root->count, 4);
    assert_place(reading.root, 2, 1, 8);
    assert_text(node_get(reading.root, "covenant")->text, "almere");
    assert_place(node_get(reading.root, "covenant"), 2, 11, 6);
    assert_place(node_key(reading.root, "covenant"), 2, 1, 8);

    const struct node *version = node_get(reading.root, "version");
    assert_true(version->quoted && !version->block);
    assert_place(version, 3, 11, 4);
    assert_text(version->text, "2022");
    assert_ptr_equal(version->text.at, reading.file.text.at + (strstr(covenant, "2022") - covenant));

    const struct node *title = node_get(reading.root, "title");
    assert_place(title, 4, 8, 37);
    assert_place(node_get(title, "nl"), 4, 13, 16);
    assert_place(node_get(title, "en"), 4, 36, 7);
    assert_place(node_key(title, "en"), 4, 31, 2);

    const struct node *requirements = node_get(node_get(reading.root, "eligibility"), "requirements");
    assert_int_equal(requirements->kind, NODE_LIST);
    assert_int_equal(requirements->count, 2);
    assert_place(requirements, 7, 3, 1);
    const struct node *first = requirements->items[0];
    assert_place(first, 7, 5, 2);
    const struct node *nl = node_get(node_get(first, "says"), "nl");
    assert_text(nl->text, "De cli\xC3\xABnt komt uit de opvang");
    assert_place(nl, 9, 11, 14);
    assert_false(nl->quoted || nl->block);
    const struct node *require = node_get(first, "require");
    assert_true(require->block && !require->quoted);
    assert_text(require->text, "\none_of(origin, \"shelter\")\n");
    assert_place(require, 13, 7, 14);
    const struct node *second = requirements->items[1];
    assert_place(second, 15, 5, 37);
    const struct node *args = node_get(second, "args");
    assert_place(args, 15, 19, 22);
    assert_place(args->items[1], 15, 24, 5);
    assert_text(args->items[1]->text, "it's");
    assert_text(args->items[2]->text, "\xC3\xA9");
    assert_place(args->items[2], 15, 33, 6);
    finish(&reading);
}

/* The end of the last line may be missing: a block text is the same with and without it. */
static void test_last_line(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"a: |\n  b", "b\n"},         {"a: |\n  b\n", "b\n"}, {"a: |-\n  b", "b"}, {"a: |+\n  b\n  ", "b\n\n"},
        {"a: |\n  b\n   ", "b\n \n"}, {"a: b", "b"},          {"a: 'b'", "b"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct reading reading;
        read_text(&reading, text_of(texts[i][0]));
        assert_int_equal(reading.findings.count, 0);
        assert_text(node_get(reading.root, "a")->text, texts[i][1]);
        finish(&reading);
    }
}

static void test_get(void **state)
{
    (void)state;
    struct reading reading;
    read_text(&reading, TEXT("a: 1\nb: [2]\n"));
    assert_null(node_get(reading.root, "c"));
    assert_null(node_key(reading.root, "c"));
    assert_null(node_get(NULL, "a"));
    assert_null(node_get(node_get(reading.root, "b"), "a"));
    assert_null(node_get(node_get(reading.root, "a"), "a"));
    finish(&reading);
}

/* Read, without a finding. */
static void test_accepted(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "a: b",
        "---\na: b\n",
        "---\na: b\n...\n",
        "a: b\r\nc: |\r\n  d\r\n",
        "a: b # '\"[{\n",
        "a: {b: c, d: e,}\n",
        "a: {\n  b: c\n  }\n",
        "a: it's a \"test\" of {braces} & *stars* #1, yes!\n",
        "a: 'x, y: z'\n",
        "{\"a\":b}\n",
        "\"quoted\": a\n'also': b\n",
        "a: \"\\t\\n\\\"\\\\\"\n",
        "a: ''\nb: \"\"\n",
        "a:\n- b\n- c\n",
        "- - a\n  - b\n- c\n",
        "a: \"b\n  c\"\n",
        "a: b\tc\n",
        "a: |2\n    b\n",
        "a: |-\n  b\n\n\n  c\n",
        "a: >-\n  b\n#comment\n",
        "a: {require: evaluations >= 5 or (evaluations >= 2 and silent(O3)), b: c}\n",
        "a: {require: 'one_of(origin, \"shelter\")', b: c}\n",
        "caf\xC3\xA9: \xE2\x82\xAC 12\n",
        "a: ~\nb: null\nc: no\nd: 12:30\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct reading reading;
        read_text(&reading, text_of(texts[i]));
        if (!reading.root || reading.findings.count) {
            findings_print(&reading.findings, "", stderr);
            fail_msg("refused: %s", texts[i]);
        }
        finish(&reading);
    }
}

/* One mistake, one finding. */
static const struct refusal {
    const char *text;
    size_t line, column, width;
    const char *code, *message; /* the message's beginning */
} refusals[] = {
    /* bytes */
    {"\xEF\xBB\xBF"
     "a: b\n",
     1, 1, 1, "yaml_encoding", "the file begins with a byte order mark: save it as UTF-8 without one"},
    {"\xFF\xFE"
     "ab",
     1, 1, 1, "yaml_encoding", "the file is UTF-16: save it as UTF-8"},
    {"a: b\nc: cli\xEBnt\n", 2, 7, 1, "yaml_encoding", "byte 0xEB is not UTF-8: save the file as UTF-8"},
    {"a: \xC3", 1, 4, 1, "yaml_encoding", "byte 0xC3 is not UTF-8"},
    {"a: \xC0\xAF\n", 1, 4, 1, "yaml_encoding", "byte 0xC0"},
    {"a: \xED\xA0\x80\n", 1, 4, 1, "yaml_encoding", "byte 0xED"},
    {"a: \xF4\x90\x80\x80\n", 1, 4, 1, "yaml_encoding", "byte 0xF4"},
    {"a: \xC3\xAB\xE2\x80\x8B"
     "b\n",
     1, 5, 1, "invisible_character", "U+200B is an invisible character: delete it"},
    {"# \xE2\x80\xAE\na: b\n", 1, 3, 1, "invisible_character", "U+202E is a character that turns the direction"},
    {"a: b\xC2\xA0"
     "c\n",
     1, 5, 1, "invisible_character", "U+00A0 is a space that is not a plain space: type a plain one"},
    {"a: e\xCC\x81\n", 1, 5, 1, "invisible_character", "U+0301 is an accent that stands apart from its letter"},
    {"a: b\xE2\x80\xA8"
     "c: d\n",
     1, 5, 1, "invisible_character", "U+2028 is a hidden line break"},
    {"a: b\xC2\x85"
     "c: d\n",
     1, 5, 1, "invisible_character", "U+0085 is a hidden line break"},
    {"a: b\rc: d\n", 1, 5, 1, "invisible_character", "U+000D is a hidden line break"},
    {"a: \x07\n", 1, 4, 1, "invisible_character", "U+0007 is a control character"},
    {"a: b\xEF\xBB\xBF\n", 1, 5, 1, "invisible_character", "U+FEFF is an invisible character"},
    {"a: \xEF\xBF\xBF\n", 1, 4, 1, "invisible_character", "U+FFFF is not a character"},
    {"a: \"x\\u202Ey\"\n", 1, 5, 8, "invisible_character",
     "an escape in this text makes U+202E, a character that turns"},
    {"a: \"\\0\"\n", 1, 5, 2, "invisible_character", "an escape in this text makes U+0000, a control character"},
    {"a:\n\tb: c\n", 2, 1, 1, "tab_indents", "a tab indents this line: use spaces"},
    {"a:\n  \tb: c\n\td: e\n", 2, 3, 1, "tab_indents", "a tab indents this line, and 1 more: use spaces"},
    {"a: |\n  b\n\tc\n", 3, 1, 1, "tab_indents", "a tab indents"},
    /* what rule files do not hold */
    {"", 1, 1, 1, "no_value", "the file is empty: expected `key: value`"},
    {"# only a comment\n", 1, 1, 1, "no_value", "the file is empty"},
    {"a: &b c\n", 1, 4, 2, "yaml_forbidden", "anchors are not allowed: write the value again"},
    {"a: b\nc: *a\n", 2, 4, 2, "yaml_forbidden", "aliases are not allowed: write the value again"},
    {"a: * b\n", 1, 4, 1, "yaml_forbidden", "aliases are not allowed"},
    {"a: & b\n", 1, 4, 1, "yaml_forbidden", "anchors are not allowed"},
    {"a: !!str b\n", 1, 4, 5, "yaml_forbidden", "tags are not allowed"},
    {"when: !known(x)\n", 1, 7, 9, "yaml_forbidden", "tags are not allowed; a text that begins with `!` is quoted"},
    {"%YAML 1.2\n---\na: b\n", 1, 1, 9, "yaml_forbidden", "directives are not allowed: delete this line"},
    {"%FOO bar\n---\na: b\n", 1, 1, 1, "yaml_forbidden", "directives are not allowed: delete this line"},
    {"a: b\n---\nc: d\n", 2, 1, 3, "yaml_forbidden", "a second document begins here: a file holds one"},
    {"a: b\n...\nc: d\n", 3, 1, 1, "yaml_forbidden", "a second document begins here"},
    {"? a\n: b\n", 1, 1, 1, "yaml_forbidden", "`?` is not allowed: write `key: value`"},
    {"[a]: b\n", 1, 1, 1, "yaml_forbidden", "a key is a text, not a list or a map"},
    {"a: b\n<<: c\n", 2, 1, 2, "yaml_forbidden", "`<<` is not allowed: write the keys again"},
    {"a: b\nc: {d: e}\na: f\n", 3, 1, 1, "duplicate_key", "`a` stands here twice, first on line 1"},
    {"x: {caf\xC3\xA9: 1, \"caf\xC3\xA9\": 2}\n", 1, 15, 4, "duplicate_key",
     "`caf\xC3\xA9` stands here twice, first on line 1"},
    {"a:\nb: c\n", 1, 1, 1, "no_value", "`a` has no value: write one, or leave the key out"},
    {"a: [b]\nlonger: # later\n", 2, 1, 6, "no_value", "`longer` has no value"},
    {"a:\n  -\n  - b\n", 2, 3, 1, "no_value", "nothing stands here: write a value, or delete this item"},
    {"a: {b:c}\n", 1, 5, 3, "no_value", "`b:c` has no value: a space belongs after the colon"},
    {"{a: b, c: :d}\n", 1, 11, 1, "yaml_syntax", "a value that begins with a colon is quoted"},
    {"a: {b: c, d: , e: f}\n", 1, 11, 1, "no_value", "`d` has no value"},
    {"a: {b: [c], d}\n", 1, 13, 1, "no_value", "`d` has no value"},
    {"\"\": \n", 1, 2, 1, "no_value", "`` has no value"},
    {"a: |2-\n\n         \n   0 b\n  \tc\n", 5, 3, 1, "tab_indents", "a tab indents"},
    {"{n:  #Ja, graag}", 1, 17, 1, "yaml_syntax", "the file ends where a value is expected"},
    {"a: [\"b\n  c\"#d\n  ]\n", 2, 5, 1, "yaml_syntax", "a space belongs before `#`"},
    {"a: {b}\n", 1, 5, 1, "no_value", "`b` has no value"},
    {"a: b\n: c\n", 2, 1, 1, "yaml_syntax", "there is no key before this colon"},
    {"{a: b, : c}\n", 1, 8, 1, "yaml_syntax", "there is no key before this colon"},
    /* the comma in braces */
    {"a: {nl: Ja, graag}\n", 1, 11, 1, "comma_in_braces",
     "a comma ends a value inside braces: quote the sentence, or put it on a line of its own"},
    {"a: {nl: Ja, graag, of niet, en: yes}\n", 1, 11, 1, "comma_in_braces", "a comma ends a value inside braces"},
    {"a: {id: E1, require: one_of(origin, \"shelter\"), source: b}\n", 1, 35, 1, "comma_in_braces", "a comma ends"},
    {"a: {id: E1, require: one_of(origin, \"shelter\", \"clinic\")}\n", 1, 35, 1, "comma_in_braces", "a comma ends"},
    {"- {nl: Niet, tenzij: het moet, dan wel}\n", 1, 30, 1, "comma_in_braces", "a comma ends"},
    {"a: {id: E1, says {nl: Ja}}\n", 1, 18, 1, "yaml_syntax",
     "expected a comma or `}` here; if a value begins here, a colon belongs before it"},
    /* what YAML forbids and libyaml reads */
    {"a: \"b\"# c\n", 1, 7, 1, "yaml_syntax", "a space belongs before `#`"},
    {"a: [b,#c\n  d]\n", 1, 7, 1, "yaml_syntax", "a space belongs before `#`"},
    {"a: |# b\n  c\n", 1, 5, 1, "yaml_syntax", "a space belongs before `#`"},
    {"a: [b, -]\n", 1, 8, 1, "yaml_syntax", "`-` alone is no value inside brackets: quote it"},
    {"a: {b: c,\nd: e}\n", 2, 1, 1, "yaml_syntax", "this stands inside the `{` of line 1: close that, or indent"},
    {"a: [\n  b\n]\n", 3, 1, 1, "yaml_syntax", "this stands inside the `[` of line 1: close that, or indent"},
    {"a: {b: [c\nd: e\n", 2, 1, 1, "yaml_syntax", "this stands inside the `{` of line 1"},
    {"a: 'b\nc: 'd'\n", 1, 4, 1, "yaml_syntax", "this quote is not closed before line 2"},
    {"a: |\n    \n  b\n", 3, 3, 1, "yaml_syntax", "a blank line above has more spaces"},
    {"--- |\n# b\n", 2, 1, 1, "yaml_syntax", "the lines of this text are indented, and this one is not"},
    {"a:\t\n b: {\n", 3, 1, 1, "yaml_syntax", "the file ends where a value is expected"},
    {":\t\n", 1, 2, 1, "yaml_syntax", "a text does not begin with a tab: use spaces"},
    {"a:\n|\n b\n", 2, 1, 1, "yaml_syntax", "this belongs to the key above: indent it further than that key"},
    /* what is no YAML at all */
    {"a: b: c\n", 1, 5, 1, "yaml_syntax", "a colon and a space begin a value, and this line has one already: quote"},
    {"nl: Let op: kijk\n", 1, 11, 1, "yaml_syntax", "a colon and a space begin a value"},
    {"a: {nl: Let op: kijk}\n", 1, 15, 1, "yaml_syntax", "a colon does not belong here: quote the text that holds it"},
    {"a: b\n  c: d\n", 2, 3, 1, "yaml_syntax",
     "this line is indented further than the one above, and reads as more of its value"},
    {"a:\n  b: c\n d: e\n", 3, 2, 1, "yaml_syntax",
     "this line is indented by 1, and the keys it would belong to (from line 1) by 0: line them up"},
    {"a: b\nno colon here\nc: d\n", 2, 1, 13, "yaml_syntax", "this line has no colon: expected `key: value`"},
    {"a: b\nc:d\ne: f\n", 2, 2, 1, "yaml_syntax", "a space belongs after the colon of a key"},
    {"- a\nb: c\n", 2, 1, 1, "yaml_syntax", "expected `-` here, as before the items from line 1"},
    {"- a\n - b: c\n", 2, 2, 1, "yaml_syntax", "this line is indented further than the one above"},
    {"a: - b\n", 1, 4, 1, "yaml_syntax", "a list begins on a line of its own, below its key"},
    {"a: b\n- c\n", 2, 1, 1, "yaml_syntax",
     "expected a key here, as above: an item of a list does not stand among keys"},
    {"a: 'zo'n regel'\n", 1, 8, 1, "yaml_syntax", "the quote before this ends the text: write `''` for an apostrophe"},
    {"a: {b: 'zo'n regel'}\n", 1, 12, 1, "yaml_syntax", "the quote before this ends the text: write `''`"},
    {"a: \"b\" c\n", 1, 8, 1, "yaml_syntax", "the quote before this ends the text: write `\\\"`"},
    {"a: [b] c\n", 1, 8, 1, "yaml_syntax", "expected the end of the line after this value"},
    {"a: \"b\n", 1, 4, 1, "yaml_syntax", "this quote is not closed"},
    {"a: {b: c\n", 1, 4, 1, "yaml_syntax", "this `{` is not closed: expected `}`"},
    {"a: [b, {c: d]\n", 1, 13, 1, "yaml_syntax", "the `{` of line 1 is closed by `}`, and here stands `]`"},
    {"a: b]\nc: ]\n", 2, 4, 1, "yaml_syntax", "`]` closes what is not open"},
    {"a: [b, , c]\n", 1, 8, 1, "yaml_syntax", "a value is missing before this comma"},
    {"a: {b: c\n  d: e}\n", 2, 4, 1, "yaml_syntax",
     "a colon does not belong here: quote the text that holds it, or write a comma"},
    {"a: @b\n", 1, 4, 1, "yaml_syntax", "a text does not begin with `@`: quote it"},
    {"a: %b\n", 1, 4, 1, "yaml_syntax", "a text does not begin with `%`: quote it"},
    {"a: \"\\d\"\n", 1, 5, 1, "yaml_syntax", "`\\` begins an escape such as `\\n`, and this is none"},
    {"a: \"\\ud800\"\n", 1, 7, 1, "yaml_syntax", "this escape names no character"},
    {"a: | b\n", 1, 6, 1, "yaml_syntax", "after `|` or `>` nothing stands on the line"},
    {"a: b # c\n  d\n", 2, 3, 1, "yaml_syntax",
     "this line goes on with nothing: a comment or a quote ends the text above"},
};

static void test_refused(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *refusal = &refusals[i];
        struct reading reading;
        read_text(&reading, text_of(refusal->text));
        const struct finding *finding = reading.findings.items;
        bool right = reading.findings.count == 1 && finding->severity == SEVERITY_ERROR &&
                     finding->place.file == &reading.file && finding->place.line == refusal->line &&
                     finding->place.column == refusal->column && finding->width == refusal->width &&
                     strcmp(finding->code, refusal->code) == 0 && text_starts_with(finding->message, refusal->message);
        /* A duplicate is left out, and the rest can be checked; what is broken is not. */
        right = right && (reading.root != NULL) == (strcmp(refusal->code, "duplicate_key") == 0);
        if (!right) {
            wrong++;
            fprintf(stderr, "---\n%s\nexpected %zu:%zu+%zu %s [%s], got %zu:\n", refusal->text, refusal->line,
                    refusal->column, refusal->width, refusal->message, refusal->code, reading.findings.count);
            findings_print(&reading.findings, "", stderr);
        }
        finish(&reading);
    }
    assert_int_equal(wrong, 0);
}

/* All that is wrong is told at once, as far as it can be told. */
static void test_several(void **state)
{
    (void)state;
    struct reading reading;
    read_text(&reading, TEXT("a: 1\nb:\na: 2\nc: {d: 1, d: 2, e: }\na: 3\n"));
    assert_int_equal(reading.findings.count, 2); /* with a value missing, keys are not compared */
    assert_null(reading.root);
    finish(&reading);
    read_text(&reading, TEXT("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\na: 4\n"));
    assert_int_equal(reading.findings.count, 3);
    findings_sort(&reading.findings);
    assert_int_equal(reading.findings.items[0].place.line, 3);
    assert_int_equal(reading.findings.items[1].place.line, 4);
    assert_int_equal(reading.findings.items[2].place.line, 5);
    assert_int_equal(reading.root->count, 3);
    assert_text(node_get(reading.root, "a")->text, "1");
    assert_text(node_get(reading.root, "b")->text, "2");
    assert_text(node_get(node_get(reading.root, "c"), "d")->text, "1");
    finish(&reading);
    read_text(&reading, TEXT("a: &b c\nd: *b\ne: !f g\n"));
    assert_int_equal(reading.findings.count, 3);
    finish(&reading);
}

/* A text made by repeating, cut to the largest file that is read. */
static struct text repeat(struct arena *arena, const char *begin, struct text piece, size_t count, const char *end)
{
    struct buffer buffer;
    buffer_init(&buffer, arena);
    buffer_add_string(&buffer, begin);
    for (size_t i = 0; i < count; i++)
        buffer_add(&buffer, piece);
    buffer_add_string(&buffer, end);
    return buffer_text(&buffer);
}

static void test_depth(void **state)
{
    (void)state;
    for (size_t depth = DEPTH_MAX - 1; depth <= DEPTH_MAX + 1; depth++) {
        struct arena arena;
        arena_init(&arena);
        struct buffer flow, block;
        buffer_init(&flow, &arena);
        buffer_init(&block, &arena);
        for (size_t i = 0; i < depth; i++) {
            buffer_add_byte(&flow, '[');
            buffer_format(&block, "%*sa:\n", (int)i, "");
        }
        buffer_add_byte(&flow, 'x');
        for (size_t i = 0; i < depth; i++)
            buffer_add_byte(&flow, ']');
        buffer_format(&block, "%*sa\n", (int)depth, "");
        struct text texts[] = {buffer_text(&flow), buffer_text(&block)};
        for (size_t i = 0; i < 2; i++) {
            struct reading reading;
            read_text(&reading, texts[i]);
            assert_int_equal(reading.root != NULL, depth <= DEPTH_MAX);
            if (depth > DEPTH_MAX) {
                assert_int_equal(reading.findings.count, 1);
                assert_string_equal(reading.findings.items[0].code, "too_deep");
            }
            finish(&reading);
        }
        arena_finish(&arena);
    }
}

/* Lists that stand at the column of their key are levels too, which the tokens do not show. */
static void test_depth_of_lists(void **state)
{
    (void)state;
    struct arena arena;
    struct buffer text;
    struct reading reading;
    arena_init(&arena);
    buffer_init(&text, &arena);
    buffer_add_string(&text, "a:\n");
    for (int i = 0; i < DEPTH_MAX / 2; i++)
        buffer_format(&text, "%*s- a:\n", 2 * i, "");
    buffer_format(&text, "%*s- b\n", DEPTH_MAX, "");
    read_text(&reading, buffer_text(&text));
    assert_null(reading.root);
    assert_int_equal(reading.findings.count, 1);
    assert_string_equal(reading.findings.items[0].code, "too_deep");
    assert_int_equal(reading.findings.items[0].place.line, DEPTH_MAX / 2 + 1);
    finish(&reading);
    arena_finish(&arena);
}

static const struct bomb {
    const char *name, *begin, *piece;
    size_t count;
    const char *end, *code;
} bombs[] = {
    {"brackets", "", "[", 200000, "", "too_deep"},
    {"brackets over lines", "", "[\n ", 200000, "", "too_deep"},
    {"braces", "", "{", 200000, "", "too_deep"},
    {"braces with keys", "", "{a: ", 200000, "", "too_deep"},
    {"brackets and braces", "", "[{", 100000, "", "too_deep"},
    {"dashes on a line", "", "- ", 200000, "", "too_deep"},
    {"colons", "", ": ", 500000, "", "too_deep"},
    {"question marks", "", "? ", 200000, "", "yaml_forbidden"},
    {"question marks over lines", "", "?\n", 500000, "", "yaml_forbidden"},
    {"question marks in braces", "{", "?,", 500000, "}", "yaml_forbidden"},
    {"closing brackets", "", "]", 200000, "", "yaml_syntax"},
    {"a long list", "", "- a\n", 250000, "", "too_large"},
    {"a long list in brackets", "[", "a,", 500000, "]", "too_large"},
    {"a list of lists", "[", "[],", 300000, "]", "too_large"},
    {"a list of maps", "[", "a: b,", 200000, "]", "too_large"},
    {"quotes", "[", "'',", 300000, "]", "too_large"},
    {"commas", "[", ",", 500000, "]", "too_large"},
    {"the same key", "", "a: b\n", 200000, "", "too_large"},
    {"the same key, less often", "", "a: b\n", 4000, "", "duplicate_key"},
    {"the same key in braces", "{", "a: b,", 200000, "}", "too_large"},
    {"keys without a value", "", "aa:\n", 260000, "", "too_large"},
    {"items without a value", "", "-\n", 500000, "", "too_large"},
    {"blank lines", "", "\n", 1000000, "", "no_value"},
    {"comments", "", "#\n", 500000, "", "no_value"},
    {"a long comment", "#", "x", 1000000, "", "no_value"},
    {"a long text", "a: ", "x", 1000000, "", "too_large"},
    {"a long key", "", "x", 1000000, ": b", "too_large"},
    {"many words", "a: ", "x ", 500000, "", "too_large"},
    {"many lines", "a: b\n", "  x\n", 250000, "", "too_large"},
    {"a long quote", "a: '", "x", 1000000, "'", "too_large"},
    {"an open quote", "a: \"", "x\n ", 300000, "", "yaml_syntax"},
    {"escapes", "a: \"", "\\n", 500000, "\"", "too_large"},
    {"a long block", "a: |\n", "  x\n", 250000, "", "too_large"},
    {"a blank block", "a: |\n", " \n", 500000, "", "too_large"},
    {"anchors", "", "- &a b\n", 140000, "", "yaml_forbidden"},
    {"aliases", "", "- *a\n", 200000, "", "yaml_forbidden"},
    {"tags", "", "- !a b\n", 140000, "", "yaml_forbidden"},
    {"directives", "", "%TAG !a! b\n", 90000, "--- a", "yaml_forbidden"},
    {"documents", "", "---\na\n", 170000, "", "yaml_forbidden"},
    {"tabs", "", "\t\n", 500000, "", "tab_indents"},
    {"invisible characters", "", "\xE2\x80\x8B", 340000, "", "invisible_character"},
    {"carriage returns", "", "\r", 1000000, "", "invisible_character"},
    {"commas in braces", "{a: b", ", c", 300000, "}", "comma_in_braces"},
    {"bytes", "a: ", "x", 2000000, "", "too_large"},
};

#define BOMB_MILLISECONDS_MAX 50
#define BOMB_BYTES_MAX ((rlim_t)16 * 1024 * 1024)

/* The bytes of address space in use. */
static rlim_t address_space(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static double milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* In a process of its own, which has no more memory than a bomb may take: 0 when it was refused rightly and in time. */
static int explode(struct text text, const char *code)
{
    rlim_t used = address_space();
    struct rlimit limit = {used + BOMB_BYTES_MAX, used + BOMB_BYTES_MAX};
    if (!SANITIZED && used && setrlimit(RLIMIT_AS, &limit) != 0)
        return 2;
    double start = milliseconds();
    struct reading reading;
    read_text(&reading, text);
    double took = milliseconds() - start;
    int result = reading.root && strcmp(code, "duplicate_key") != 0 ? 3
                 : reading.findings.count == 0                      ? 4
                 : reading.findings.count > 2 * YAML_FINDINGS_MAX   ? 5
                 : strcmp(reading.findings.items[0].code, code)     ? 6
                 : !SANITIZED && took > BOMB_MILLISECONDS_MAX       ? 7
                                                                    : 0;
    if (result)
        fprintf(stderr, "%zu findings, first `%s`, %.1f ms\n", reading.findings.count,
                reading.findings.count ? reading.findings.items[0].code : "none", took);
    finish(&reading);
    return result;
}

static int explode_apart(const char *name, struct text text, const char *code)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(explode(text, code));
    assert_int_equal(waitpid(child, &status, 0), child);
    if (status != 0)
        fprintf(stderr, "bomb `%s`: status 0x%x\n", name, (unsigned)status);
    return status != 0;
}

static void test_bombs(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        struct arena arena;
        arena_init(&arena);
        struct text text = repeat(&arena, bombs[i].begin, text_of(bombs[i].piece), bombs[i].count, bombs[i].end);
        wrong += explode_apart(bombs[i].name, text, bombs[i].code);
        arena_finish(&arena);
    }
    assert_int_equal(wrong, 0);
}

/* Many keys of one map, all different: no bomb by depth or by name, and still more than a covenant has. */
static void test_many_keys(void **state)
{
    (void)state;
    struct arena arena;
    struct buffer block, flow, deep, zeroes;
    arena_init(&arena);
    buffer_init(&block, &arena);
    buffer_init(&flow, &arena);
    buffer_init(&deep, &arena);
    buffer_init(&zeroes, &arena);
    buffer_add_byte(&flow, '{');
    for (int i = 0; i < 32000; i++) {
        buffer_format(&block, "key%d: a\n", i);
        buffer_format(&flow, "key%d: a, ", i);
    }
    for (int i = 0; i < 1000; i++)
        buffer_format(&deep, "%*sa:\n", i, "");
    for (int i = 0; i < 1000; i++)
        buffer_add_byte(&zeroes, 0);
    buffer_add_byte(&flow, '}');
    int wrong = explode_apart("32000 keys", buffer_text(&block), "too_large") +
                explode_apart("32000 keys in braces", buffer_text(&flow), "too_large") +
                explode_apart("1000 levels", buffer_text(&deep), "too_deep") +
                explode_apart("zeroes", buffer_text(&zeroes), "invisible_character");
    arena_finish(&arena);
    assert_int_equal(wrong, 0);
}

static void test_members(void **state)
{
    (void)state;
    for (int count = YAML_MEMBERS_MAX; count <= YAML_MEMBERS_MAX + 1; count++) {
        struct arena arena;
        struct buffer text;
        struct reading reading;
        arena_init(&arena);
        buffer_init(&text, &arena);
        for (int i = 0; i < count; i++)
            buffer_format(&text, "key%d: %d\n", i, i);
        read_text(&reading, buffer_text(&text));
        assert_int_equal(reading.root != NULL, count <= YAML_MEMBERS_MAX);
        assert_int_equal(reading.findings.count, count > YAML_MEMBERS_MAX);
        if (reading.root)
            assert_text(node_get(reading.root, "key4095")->text, "4095");
        finish(&reading);
        arena_finish(&arena);
    }
}

/* An arena that is full at every possible moment: the reader leaves nothing behind (leaks show under the sanitizer). */
static void test_memory(void **state)
{
    (void)state;
    volatile bool whole = false;
    for (volatile size_t limit = 0; !whole; limit += 16) {
        struct arena arena;
        struct findings findings;
        jmp_buf escape;
        arena_init(&arena);
        arena.limit = limit + 1;
        arena.escape = &escape;
        findings_init(&findings, &arena);
        struct source_file file = {TEXT("a.yaml"), text_of(covenant)};
        if (setjmp(escape) == 0) {
            whole = yaml_read(&arena, &file, &findings) != NULL;
            assert_true(whole);
        }
        assert_ptr_equal(arena.escape, &escape);
        arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),      cmocka_unit_test(test_last_line),      cmocka_unit_test(test_get),
        cmocka_unit_test(test_accepted),  cmocka_unit_test(test_refused),        cmocka_unit_test(test_several),
        cmocka_unit_test(test_depth),     cmocka_unit_test(test_depth_of_lists), cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_many_keys), cmocka_unit_test(test_members),        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
