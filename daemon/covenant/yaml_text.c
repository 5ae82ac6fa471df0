#include "covenant/yaml_text.h"

#include "base/limits.h"

#include <string.h>

static const char code_encoding[] = "yaml_encoding";
static const char code_invisible[] = "invisible_character";
static const char code_tab[] = "tab_indents";
static const char code_large[] = "too_large";

static const char is_control[] = "a control character: delete it";
static const char is_invisible[] = "an invisible character: delete it";
static const char is_direction[] = "a character that turns the direction of the text around it: delete it";
static const char is_space[] = "a space that is not a plain space: type a plain one";
static const char is_accent[] = "an accent that stands apart from its letter: type the two as one character";
static const char is_break[] = "a hidden line break: begin a new line, or delete it";
static const char is_nothing[] = "not a character: delete it";

/* Sorted. U+0009 and U+000A are no matter of this table; U+000D is handled by line. */
static const struct span {
    uint32_t first, last;
    const char *fault;
} faults[] = {
    {0x00, 0x08, is_control},         {0x0B, 0x1F, is_control},         {0x7F, 0x84, is_control},
    {0x85, 0x85, is_break},           {0x86, 0x9F, is_control},         {0xA0, 0xA0, is_space},
    {0xAD, 0xAD, is_invisible},       {0x300, 0x36F, is_accent},        {0x61C, 0x61C, is_direction},
    {0x115F, 0x1160, is_invisible},   {0x1680, 0x1680, is_space},       {0x17B4, 0x17B5, is_invisible},
    {0x180B, 0x180F, is_invisible},   {0x1AB0, 0x1AFF, is_accent},      {0x1DC0, 0x1DFF, is_accent},
    {0x2000, 0x200A, is_space},       {0x200B, 0x200D, is_invisible},   {0x200E, 0x200F, is_direction},
    {0x2028, 0x2029, is_break},       {0x202A, 0x202E, is_direction},   {0x202F, 0x202F, is_space},
    {0x205F, 0x205F, is_space},       {0x2060, 0x2065, is_invisible},   {0x2066, 0x2069, is_direction},
    {0x206A, 0x206F, is_invisible},   {0x20D0, 0x20FF, is_accent},      {0x2800, 0x2800, is_space},
    {0x3000, 0x3000, is_space},       {0x3164, 0x3164, is_invisible},   {0xFDD0, 0xFDEF, is_nothing},
    {0xFE00, 0xFE0F, is_invisible},   {0xFE20, 0xFE2F, is_accent},      {0xFEFF, 0xFEFF, is_invisible},
    {0xFFA0, 0xFFA0, is_invisible},   {0xFFF0, 0xFFFB, is_invisible},   {0xFFFE, 0xFFFF, is_nothing},
    {0x1BCA0, 0x1BCA3, is_invisible}, {0x1D173, 0x1D17A, is_invisible}, {0xE0000, 0xE0FFF, is_invisible},
};

static const char *character_fault(uint32_t code_point)
{
    if (code_point >= 0x20 && code_point < 0x7F)
        return NULL;
    size_t low = 0, high = sizeof faults / sizeof *faults;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code_point > faults[middle].last)
            low = middle + 1;
        else if (code_point < faults[middle].first)
            high = middle;
        else
            return faults[middle].fault;
    }
    return (code_point & 0xFFFE) == 0xFFFE ? is_nothing : NULL;
}

/* Bytes of the character at `at`, and which it is; 0 when the bytes are no UTF-8. */
static size_t character_read(struct text text, size_t at, uint32_t *code_point)
{
    unsigned char lead = (unsigned char)text.at[at];
    *code_point = lead;
    if (lead < 0x80)
        return 1;
    size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    struct text bytes = text_slice(text, at, at + length);
    if (bytes.length != length || !text_is_utf8(bytes))
        return 0;
    *code_point = lead & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++)
        *code_point = *code_point << 6 | ((unsigned char)bytes.at[i] & 0x3F);
    return length;
}

const char *yaml_text_fault(struct text text, uint32_t *code_point)
{
    for (size_t at = 0; at < text.length;) {
        size_t length = character_read(text, at, code_point);
        const char *fault = length ? character_fault(*code_point) : is_nothing;
        if (fault)
            return fault;
        at += length;
    }
    return NULL;
}

/* What a file of another encoding begins with. */
static const char *other_encoding(struct text text)
{
    if (text_starts_with(text, "\xEF\xBB\xBF"))
        return "the file begins with a byte order mark: save it as UTF-8 without one";
    if (text_starts_with(text, "\xFF\xFE") || text_starts_with(text, "\xFE\xFF") ||
        (text.length >= 2 && (text.at[0] == 0) != (text.at[1] == 0)))
        return "the file is UTF-16: save it as UTF-8";
    return NULL;
}

/* A walk over the file's characters. */
struct walk {
    struct text text;
    size_t at;
    struct place place;
    bool indenting;   /* only white space on this line so far */
    struct place tab; /* the first tab that indents */
    size_t tab_lines; /* lines that begin with one */
    struct findings *findings;
    size_t found;
};

static void add_character(struct walk *walk, uint32_t code_point, const char *fault)
{
    findings_add(walk->findings, SEVERITY_ERROR, code_invisible, walk->place, 1, "U+%04X is %s", (unsigned)code_point,
                 fault);
    walk->found++;
}

static void next_line(struct walk *walk)
{
    walk->place.line++;
    walk->place.column = 0; /* the caller counts the line's end as a character */
    walk->indenting = true;
}

static void take_tab(struct walk *walk)
{
    if (!walk->indenting)
        return;
    if (walk->tab.line == 0)
        walk->tab = walk->place;
    walk->tab_lines++;
    walk->indenting = false; /* one on a line is enough */
}

/* One character; false when the bytes are no UTF-8, after which nothing can be told. */
static bool walk_step(struct walk *walk)
{
    uint32_t code_point;
    size_t length = character_read(walk->text, walk->at, &code_point);
    if (length == 0) {
        findings_add(walk->findings, SEVERITY_ERROR, code_encoding, walk->place, 1,
                     "byte 0x%02X is not UTF-8: save the file as UTF-8", (unsigned)code_point);
        return false;
    }
    bool ends_line = code_point == '\r' && walk->at + 1 < walk->text.length && walk->text.at[walk->at + 1] == '\n';
    const char *fault = ends_line ? NULL : code_point == '\r' ? is_break : character_fault(code_point);
    if (fault)
        add_character(walk, code_point, fault);
    if (code_point == '\n')
        next_line(walk);
    else if (code_point == '\t')
        take_tab(walk);
    else if (code_point != ' ')
        walk->indenting = false;
    walk->place.column++;
    walk->at += length;
    return true;
}

bool yaml_text_check(const struct source_file *file, struct findings *findings)
{
    struct walk walk = {.text = file->text, .place = {file, 1, 1}, .indenting = true, .findings = findings};
    if (file->text.length > RULE_FILE_BYTES_MAX) {
        findings_add(findings, SEVERITY_ERROR, code_large, walk.place, 1, "the file has %zu bytes, at most %d are read",
                     file->text.length, RULE_FILE_BYTES_MAX);
        return false;
    }
    const char *encoding = other_encoding(file->text);
    if (encoding) {
        findings_add(findings, SEVERITY_ERROR, code_encoding, walk.place, 1, "%s", encoding);
        return false;
    }
    while (walk.at < walk.text.length && walk.found < YAML_FINDINGS_MAX)
        if (!walk_step(&walk))
            return false;
    if (walk.tab_lines == 1)
        findings_add(findings, SEVERITY_ERROR, code_tab, walk.tab, 1, "a tab indents this line: use spaces");
    else if (walk.tab_lines)
        findings_add(findings, SEVERITY_ERROR, code_tab, walk.tab, 1,
                     "a tab indents this line, and %zu more: use spaces", walk.tab_lines - 1);
    return walk.found == 0 && walk.tab_lines == 0;
}
