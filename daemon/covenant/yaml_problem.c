#include "covenant/yaml_problem.h"

#include "covenant/yaml_text.h"

#include <string.h>

static const char code_syntax[] = "yaml_syntax";
static const char code_forbidden[] = "yaml_forbidden";

static const char no_anchors[] =
    "anchors are not allowed: write the value again where it is needed; a text that begins with `&` is quoted";
static const char no_aliases[] =
    "aliases are not allowed: write the value again; a text that begins with `*` is quoted";
static const char no_tags[] = "tags are not allowed; a text that begins with `!` is quoted";
static const char no_directives[] = "directives are not allowed: delete this line";

/* libyaml's, from YAML 1.2. */
#define KEY_LENGTH_MAX 1024

/* The bytes of a place's line that stand before it. */
static struct text line_before(struct place place)
{
    struct text line = place_line(place);
    size_t at = 0;
    for (size_t column = 1; at < line.length && column < place.column; column++)
        do
            at++;
        while (at < line.length && ((unsigned char)line.at[at] & 0xC0) == 0x80);
    return text_slice(line, 0, at);
}

static struct text line_after(struct place place)
{
    struct text line = place_line(place);
    return text_slice(line, line_before(place).length, line.length);
}

static bool has_colon(struct text text)
{
    for (size_t i = 0; i + 1 < text.length; i++)
        if (text.at[i] == ':' && (text.at[i + 1] == ' ' || text.at[i + 1] == '\t'))
            return true;
    return false;
}

static struct text without_comment(struct text line)
{
    for (size_t i = 1; i < line.length; i++)
        if (line.at[i] == '#' && (line.at[i - 1] == ' ' || line.at[i - 1] == '\t'))
            return text_slice(line, 0, i);
    return line;
}

/* The first character of a place's line that is no space. */
static struct place line_start(struct place place)
{
    struct text line = place_line(place);
    place.column = 1;
    while (place.column <= line.length && line.at[place.column - 1] == ' ')
        place.column++;
    return place;
}

static void add(struct findings *findings, const char *code, struct place place, const char *message)
{
    findings_add(findings, SEVERITY_ERROR, code, place, 1, "%s", message);
}

/* `key: a: b`, or a key that is indented further than those above it and so reads as more of the value above. */
static void add_second_colon(const struct yaml_problem *problem, struct findings *findings)
{
    struct text before = line_before(problem->place);
    if (has_colon(before))
        add(findings, code_syntax, problem->place,
            "a colon and a space begin a value, and this line has one already: quote the text that holds a colon");
    else if (text_trim(before).length == 0)
        add(findings, code_syntax, problem->place, "there is no key before this colon");
    else
        add(findings, code_syntax, line_start(problem->place),
            "this line is indented further than the one above, and reads as more of its value: line the two up");
}

/* Is there nothing of the file at this place or after it? */
static bool at_end_of_file(struct place place)
{
    struct place next = {place.file, place.line + 1, 1};
    return line_after(place).length == 0 && place_line(next).at == NULL;
}

/* A line without `key:` among keys. */
static void add_no_colon(const struct yaml_problem *problem, struct findings *findings)
{
    struct place place = problem->context_place.line ? problem->context_place : problem->place;
    struct text line = text_trim(without_comment(line_after(place)));
    const char *colon = line.length ? memchr(line.at, ':', line.length) : NULL;
    if (line.length > KEY_LENGTH_MAX)
        findings_add(findings, SEVERITY_ERROR, code_syntax, place, 1, "a key has at most %d characters",
                     KEY_LENGTH_MAX);
    else if (text_starts_with(line, "&"))
        add(findings, code_forbidden, place, no_anchors);
    else if (colon)
        add(findings, code_syntax, place_after(place, text_characters(text_slice(line, 0, (size_t)(colon - line.at)))),
            "a space belongs after the colon of a key, as in `key: value`");
    else
        findings_add(findings, SEVERITY_ERROR, code_syntax, place, text_characters(line),
                     "this line has no colon: expected `key: value`, or the rest of the text above, indented further");
}

/* What follows a value on its line: `'zo'n regel'`, `"a" and "b"`. */
static bool add_rest_of_line(const struct yaml_problem *problem, struct findings *findings)
{
    struct text before = text_trim(line_before(problem->place));
    if (before.length == 0)
        return false;
    if (text_ends_with(before, "'"))
        add(findings, code_syntax, problem->place,
            "the quote before this ends the text: write `''` for an apostrophe within, or use double quotes");
    else if (text_ends_with(before, "\""))
        add(findings, code_syntax, problem->place,
            "the quote before this ends the text: write `\\\"` for a quote within, or put the whole text in single "
            "quotes");
    else
        add(findings, code_syntax, problem->place,
            "expected the end of the line after this value: quote the whole text, or delete what follows");
    return true;
}

static void add_expected_key(const struct yaml_problem *problem, struct findings *findings)
{
    struct text rest = line_after(problem->place);
    size_t column = problem->place.column, keys = problem->context_place.column;
    if (text_starts_with(rest, ":"))
        add(findings, code_syntax, problem->place, "there is no key before this colon");
    else if (add_rest_of_line(problem, findings))
        return;
    else if (column == keys)
        add(findings, code_syntax, problem->place,
            "expected a key here, as above: an item of a list does not stand among keys");
    else if (column > keys && !has_colon(rest))
        add(findings, code_syntax, problem->place,
            "this line goes on with nothing: a comment or a quote ends the text above; expected `key: value`");
    else
        findings_add(
            findings, SEVERITY_ERROR, code_syntax, problem->place, 1,
            "this line is indented by %zu, and the keys it would belong to (from line %zu) by %zu: line them up",
            column - 1, problem->context_place.line, keys - 1);
}

static void add_expected_item(const struct yaml_problem *problem, struct findings *findings)
{
    size_t column = problem->place.column, items = problem->context_place.column;
    if (add_rest_of_line(problem, findings))
        return;
    if (column == items)
        findings_add(
            findings, SEVERITY_ERROR, code_syntax, problem->place, 1,
            "expected `-` here, as before the items from line %zu: a key does not stand among the items of a list",
            problem->context_place.line);
    else
        findings_add(findings, SEVERITY_ERROR, code_syntax, problem->place, 1,
                     "expected `-` here: the list that begins on line %zu is indented by %zu, and this line by %zu",
                     problem->context_place.line, items - 1, column - 1);
}

static void add_in_brackets(const struct yaml_problem *problem, struct findings *findings, bool braces)
{
    struct text rest = line_after(problem->place), before = text_trim(line_before(problem->place));
    const char *open = braces ? "`{`" : "`[`", *close = braces ? "`}`" : "`]`";
    if (at_end_of_file(problem->place))
        findings_add(findings, SEVERITY_ERROR, code_syntax, problem->context_place, 1,
                     "this %s is not closed: expected %s", open, close);
    else if (text_starts_with(rest, ":"))
        findings_add(
            findings, SEVERITY_ERROR, code_syntax, problem->place, 1,
            "a colon does not belong here: quote the text that holds it, or write a comma before the next key%s",
            braces ? "" : ", or braces around keys with values");
    else if (text_starts_with(rest, "}") || text_starts_with(rest, "]"))
        findings_add(findings, SEVERITY_ERROR, code_syntax, problem->place, 1,
                     "the %s of line %zu is closed by %s, and here stands `%c`", open, problem->context_place.line,
                     close, rest.at[0]);
    else if (text_starts_with(rest, "{") || text_starts_with(rest, "["))
        findings_add(findings, SEVERITY_ERROR, code_syntax, problem->place, 1,
                     "expected a comma or %s here; if a value begins here, a colon belongs before it", close);
    else if (text_ends_with(before, "'") || text_ends_with(before, "\""))
        (void)add_rest_of_line(problem, findings);
    else
        findings_add(findings, SEVERITY_ERROR, code_syntax, problem->place, 1,
                     "expected a comma or %s here, for the %s of line %zu: quote a text that holds braces or brackets",
                     close, open, problem->context_place.line);
}

static void add_no_content(const struct yaml_problem *problem, struct findings *findings)
{
    struct text rest = line_after(problem->place);
    if (at_end_of_file(problem->place))
        add(findings, code_syntax, problem->place,
            "the file ends where a value is expected: close the brackets that are open");
    else if (text_starts_with(rest, ","))
        add(findings, code_syntax, problem->place, "a value is missing before this comma");
    else if (text_starts_with(rest, ": "))
        add(findings, code_syntax, problem->place, "there is no key before this colon");
    else if (text_starts_with(rest, ":"))
        add(findings, code_syntax, problem->place, "a value that begins with a colon is quoted");
    else if (text_starts_with(rest, "-"))
        add(findings, code_syntax, problem->place,
            "`-` begins an item of a list, which does not stand inside brackets");
    else if (text_starts_with(rest, "]") || text_starts_with(rest, "}"))
        findings_add(findings, SEVERITY_ERROR, code_syntax, problem->place, 1, "`%c` closes what is not open", rest.at[0]);
    else
        add(findings, code_syntax, problem->place, "expected a value here");
}

static void add_bad_start(const struct yaml_problem *problem, struct findings *findings)
{
    struct text rest = line_after(problem->place);
    if (rest.length == 0 || rest.at[0] == '\t')
        add(findings, code_syntax, problem->place, "a text does not begin with a tab: use spaces");
    else
        findings_add(findings, SEVERITY_ERROR, code_syntax, problem->place, 1,
                     "a text does not begin with `%c`: quote it", rest.at[0]);
}

static void add_unclosed_quote(const struct yaml_problem *problem, struct findings *findings)
{
    add(findings, code_syntax, problem->context_place, "this quote is not closed");
}

static void add_in_braces(const struct yaml_problem *problem, struct findings *findings)
{
    add_in_brackets(problem, findings, true);
}

static void add_in_list(const struct yaml_problem *problem, struct findings *findings)
{
    add_in_brackets(problem, findings, false);
}

/* Each sentence of libyaml that a file can meet; NULL `add`: `message` at the place, or where what failed began. */
static const struct translation {
    const char *context, *problem; /* beginnings; "" for any */
    void (*add)(const struct yaml_problem *problem, struct findings *findings);
    bool at_context;
    const char *code, *message;
} translations[] = {
    {"while scanning an anchor", "", NULL, true, code_forbidden, no_anchors},
    {"while scanning an alias", "", NULL, true, code_forbidden, no_aliases},
    {"while scanning a tag", "", NULL, true, code_forbidden, no_tags},
    {"while parsing a tag", "", NULL, true, code_forbidden, no_tags},
    {"while scanning a directive", "", NULL, true, code_forbidden, no_directives},
    {"while scanning a %", "", NULL, true, code_forbidden, no_directives},
    {"", "mapping values are not allowed", add_second_colon, false, NULL, NULL},
    {"while scanning a simple key", "", add_no_colon, false, NULL, NULL},
    {"", "mapping keys are not allowed", NULL, false, code_forbidden, "`?` is not allowed: write `key: value`"},
    {"", "block sequence entries are not allowed", NULL, false, code_syntax,
     "a list begins on a line of its own, below its key; a text that begins with `-` is quoted"},
    {"while scanning a block scalar", "did not find expected comment", NULL, false, code_syntax,
     "after `|` or `>` nothing stands on the line: the text begins on the next; a text that begins with one is quoted"},
    {"while scanning a block scalar", "found a tab", NULL, false, code_syntax, "a tab indents this line: use spaces"},
    {"while scanning a block scalar", "", NULL, false, code_syntax, "after `|` or `>` the indentation is from 1 to 9"},
    {"while scanning a quoted scalar", "found unexpected document", add_unclosed_quote, false, NULL, NULL},
    {"while scanning a quoted scalar", "found unexpected end", add_unclosed_quote, false, NULL, NULL},
    {"while parsing a quoted scalar", "found unknown escape", NULL, false, code_syntax,
     "`\\` begins an escape such as `\\n`, and this is none: write `\\\\` for the sign itself, or use single quotes"},
    {"while parsing a quoted scalar", "", NULL, false, code_syntax, "this escape names no character"},
    {"while scanning a plain scalar", "found unexpected ':'", NULL, false, code_syntax,
     "a colon inside brackets is followed by a space and a value; a text that holds it is quoted"},
    {"while scanning a plain scalar", "", NULL, false, code_syntax, "a tab indents this line: use spaces"},
    {"while scanning for the next token", "", add_bad_start, false, NULL, NULL},
    {"while parsing a block mapping", "", add_expected_key, false, NULL, NULL},
    {"while parsing a block collection", "", add_expected_item, false, NULL, NULL},
    {"while parsing a flow mapping", "", add_in_braces, false, NULL, NULL},
    {"while parsing a flow sequence", "", add_in_list, false, NULL, NULL},
    {"while parsing a", "did not find expected node content", add_no_content, false, NULL, NULL},
    {"", "did not find expected <document start>", NULL, false, code_syntax,
     "what stands here belongs to nothing: a file is one map of keys, all at the same indentation"},
};

/* A comment at the end of a file without a last line's end counts as a line to libyaml: back to what is there. */
static struct place existing_place(struct place place)
{
    while (place.line > 1 && place_line(place).at == NULL) {
        place.line--;
        place.column = text_characters(place_line(place)) + 1;
    }
    return place;
}

void yaml_problem_add(const struct yaml_problem *found, struct findings *findings)
{
    struct yaml_problem here = *found, *problem = &here;
    here.place = existing_place(here.place);
    for (size_t i = 0; i < sizeof translations / sizeof *translations; i++) {
        const struct translation *translation = &translations[i];
        if (!text_starts_with(problem->context, translation->context) ||
            !text_starts_with(problem->problem, translation->problem))
            continue;
        if (translation->add)
            translation->add(problem, findings);
        else
            add(findings, translation->code,
                translation->at_context && problem->context_place.line ? problem->context_place : problem->place,
                translation->message);
        return;
    }
    findings_add(findings, SEVERITY_ERROR, code_syntax, problem->place, 1, "this is no YAML: %.*s",
                 TEXT_ARGS(problem->problem));
}
