/* Conditions: what is refused and where, types, three values, built-ins, explanations, uses, thresholds. */
#include "expression/expression.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct text origin_items[] = {{"sheltered_living", 16}, {"shelter", 7}, {"clinic", 6}};
static struct text referral_items[] = {{"self", 4}, {"shelter", 7}};
static struct text household_items[] = {{"single", 6}, {"couple", 6}};
static const struct text_list origins = {origin_items, 3, 3}, referrals = {referral_items, 2, 2},
                              households = {household_items, 2, 2};

#define SYMBOL(kind, name, type, choices, index)                                                                       \
    {                                                                                                                  \
        kind, {name, sizeof name - 1}, {type, choices}, index                                                          \
    }
static const struct symbol symbols[] = {
    SYMBOL(SYMBOL_FACT, "origin", TYPE_TEXT, &origins, 0),
    SYMBOL(SYMBOL_FACT, "referred_by", TYPE_TEXT, &referrals, 1),
    SYMBOL(SYMBOL_FACT, "household", TYPE_TEXT, &households, 2),
    SYMBOL(SYMBOL_FACT, "municipality", TYPE_TEXT, NULL, 3),
    SYMBOL(SYMBOL_FACT, "landed", TYPE_BOOLEAN, NULL, 4),
    SYMBOL(SYMBOL_FACT, "accepted", TYPE_BOOLEAN, NULL, 5),
    SYMBOL(SYMBOL_FACT, "children", TYPE_INTEGER, NULL, 6),
    SYMBOL(SYMBOL_FACT, "income", TYPE_MONEY, NULL, 7),
    SYMBOL(SYMBOL_FACT, "birth_date", TYPE_DATE, NULL, 8),
    SYMBOL(SYMBOL_DERIVED, "tenancy_months", TYPE_INTEGER, NULL, 9),
    SYMBOL(SYMBOL_EVENT_DATE, "event_date", TYPE_DATE, NULL, 10),
    SYMBOL(SYMBOL_FACT, "rent", TYPE_MONEY, NULL, 11),
    SYMBOL(SYMBOL_FACT, "lease_end", TYPE_DATE, NULL, 12),
};
#define SYMBOL_COUNT (sizeof symbols / sizeof *symbols)
static const char *const event_names[] = {"warning_given", "moved_in"};
static const char *const deadline_names[] = {"home_offer", "decision"};
static const char *const blank_names[] = {"O1", "O3"};

static const struct symbol *find_symbol(void *self, struct text name)
{
    (void)self;
    for (size_t i = 0; i < SYMBOL_COUNT; i++)
        if (text_equal(symbols[i].name, name))
            return &symbols[i];
    return NULL;
}

static bool find_name(const char *const *names, struct text name, size_t *index)
{
    for (size_t i = 0; i < 2; i++)
        if (text_is(name, names[i])) {
            *index = i;
            return true;
        }
    return false;
}

static bool find_event(void *self, struct text name, size_t *index)
{
    (void)self;
    return find_name(event_names, name, index);
}

static bool find_deadline(void *self, struct text name, size_t *index)
{
    (void)self;
    return find_name(deadline_names, name, index);
}

static bool find_blank(void *self, struct text name, size_t *index)
{
    (void)self;
    return find_name(blank_names, name, index);
}

static struct text_list names_of(void *self, struct arena *arena, char what)
{
    struct text_list list = {0};
    (void)self;
    if (what == 's')
        for (size_t i = 0; i < SYMBOL_COUNT; i++)
            text_list_add(arena, &list, symbols[i].name);
    const char *const *names = what == 'e' ? event_names : what == 'd' ? deadline_names : blank_names;
    for (size_t i = 0; what != 's' && i < 2; i++)
        text_list_add(arena, &list, text_of(names[i]));
    return list;
}

static const struct scope scope = {NULL, find_symbol, find_event, find_deadline, find_blank, names_of, true};

/* The facts: by the index of their symbol; NULL text is not stated, "!" failed. */
struct facts {
    struct arena arena;
    const char *values[SYMBOL_COUNT];
    size_t reads;
};

static struct answer read_symbol(void *self, const struct symbol *symbol)
{
    struct facts *facts = self;
    const char *written = facts->values[symbol->index];
    struct scalar value = {.kind = symbol->type.kind};
    facts->reads++;
    if (!written)
        return answer_unknown(&facts->arena, CAUSE_FACT, symbol->name, (struct text){0});
    if (written[0] == '!')
        return answer_unknown(&facts->arena, CAUSE_FAILURE, symbol->name, TEXT("a Lua error"));
    switch (value.kind) {
    case TYPE_BOOLEAN:
        value.as.boolean = strcmp(written, "true") == 0;
        break;
    case TYPE_INTEGER:
        assert_true(text_to_integer(text_of(written), &value.as.number));
        break;
    case TYPE_MONEY:
        assert_true(money_parse(text_of(written), &value.as.number));
        break;
    case TYPE_TEXT:
        value.as.text = text_of(written);
        break;
    case TYPE_DATE:
        assert_true(date_parse(text_of(written), &value.as.date));
        break;
    }
    return answer_known(value);
}

/* The first of each happened, is due and missed; the second did not, and is unknown. */
static struct answer read_happened(void *self, size_t index)
{
    (void)self;
    return answer_boolean(index == 0);
}

static struct answer read_due(void *self, size_t index)
{
    struct facts *facts = self;
    struct date date;
    assert_true(date_of(2022, 6, 1, &date));
    return index == 0 ? answer_known((struct scalar){.kind = TYPE_DATE, .as.date = date})
                      : answer_unknown(&facts->arena, CAUSE_EVENT, TEXT("wmo_applied"), (struct text){0});
}

static struct answer read_missed(void *self, size_t index)
{
    struct facts *facts = self;
    return index == 0 ? answer_boolean(true)
                      : answer_unknown(&facts->arena, CAUSE_EVENT, TEXT("wmo_applied"), (struct text){0});
}

static struct reader reader_of(struct facts *facts)
{
    struct date on;
    assert_true(date_of(2022, 9, 26, &on));
    return (struct reader){facts, &facts->arena, on, read_symbol, read_happened, read_due, read_missed};
}

static const struct expression *parse_as(struct arena *arena, const char *text, const struct type *wanted)
{
    struct findings findings;
    findings_init(&findings, arena);
    const struct expression *expression =
        expression_parse(arena, text_of(text), (struct place){NULL, 1, 1}, &scope, wanted, &findings);
    if (!expression) {
        findings_print(&findings, "", stderr);
        fail_msg("refused: %s", text);
    }
    assert_int_equal(findings.count, 0);
    return expression;
}

/* `text` is refused with one finding: its code, column, width, and words of its message. */
static void refused_as(const struct scope *in, const struct type *wanted, const char *text, const char *code,
                       size_t column, size_t width, const char *words)
{
    struct arena arena;
    struct findings findings;
    arena_init(&arena);
    findings_init(&findings, &arena);
    const struct expression *expression =
        expression_parse(&arena, text_of(text), (struct place){NULL, 7, 1}, in, wanted, &findings);
    if (expression || findings.count != 1 || strcmp(findings.items[0].code, code) != 0 ||
        findings.items[0].place.line != 7 || findings.items[0].place.column != column ||
        findings.items[0].width != width || !strstr(text_string(&arena, findings.items[0].message), words)) {
        findings_print(&findings, "", stderr);
        for (size_t i = 0; i < findings.count; i++)
            fprintf(stderr, "column %zu width %zu\n", findings.items[i].place.column, findings.items[i].width);
        fail_msg("expected one finding %s at %zu of width %zu with `%s`: %s", code, column, width, words, text);
    }
    arena_finish(&arena);
}

static void refused(const char *text, const char *code, size_t column, size_t width, const char *words)
{
    refused_as(&scope, NULL, text, code, column, width, words);
}

static void test_syntax(void **state)
{
    (void)state;
    refused("", "syntax", 1, 1, "found nothing");
    refused("  ", "syntax", 1, 2, "found nothing");
    refused("landed and", "syntax", 11, 1, "found the end");
    refused("landed accepted", "syntax", 8, 8, "expected an operator or the end, found `accepted`");
    refused("(landed", "syntax", 8, 1, "expected `)`, found the end");
    refused("landed)", "syntax", 7, 1, "expected an operator or the end");
    refused("and landed", "syntax", 1, 3, "expected a name, a literal or `(`");
    refused("min(children, )", "syntax", 15, 1, "expected an argument");
    refused("min(children 1)", "syntax", 14, 1, "expected `,` or `)`");
    refused("income > 1,50", "syntax", 11, 1, "decimals are written with a point");
    refused("children == nil", "syntax", 13, 3, "use `known(...)`");
    refused("end", "syntax", 1, 3, "a word of Lua");
    refused("landed.x", "syntax", 7, 1, "`.` has no place");
    refused("{1}", "syntax", 1, 1, "`{` has no place");
    refused("h\xC3\xA9", "syntax", 2, 1, "`\xC3\xA9` has no place");
    refused("landed\x01", "syntax", 7, 1, "a control character");
    refused("municipality == \"\xC3\xA9\xC3\xA9\" landed", "syntax", 22, 6, "found `landed`");
}

static void test_operators(void **state)
{
    (void)state;
    refused("children = 1", "bad_operator", 10, 1, "use `==`");
    refused("children != 1", "bad_operator", 10, 2, "use `~=`");
    refused("children <> 1", "bad_operator", 10, 2, "use `~=`");
    refused("children =< 1", "bad_operator", 10, 2, "use `<=`");
    refused("children => 1", "bad_operator", 10, 2, "use `>=`");
    refused("children === 1", "bad_operator", 10, 3, "use `==`");
    refused("children \xE2\x89\xA5 1", "bad_operator", 10, 1, "use `>=`");
    refused("landed && accepted", "bad_operator", 8, 2, "use `and`");
    refused("landed || accepted", "bad_operator", 8, 2, "use `or`");
    refused("landed & accepted", "bad_operator", 8, 1, "use `and`");
    refused("landed | accepted", "bad_operator", 8, 1, "use `or`");
    refused("!landed", "bad_operator", 1, 1, "use `not`");
    refused("~landed", "bad_operator", 1, 1, "use `not`");
    refused("landed ~ accepted", "bad_operator", 8, 1, "use `not`");
    refused("landed and && accepted", "bad_operator", 12, 2, "use `and`");
    refused("landed AND accepted", "bad_operator", 8, 3, "use `and`");
    refused("children / 2 > 1", "bad_operator", 10, 1, "no division");
    refused("children // 2 > 1", "bad_operator", 10, 2, "no division");
    refused("children % 2 > 1", "bad_operator", 10, 1, "no remainder");
    refused("children ^ 2 > 1", "bad_operator", 10, 1, "use `*`");
    refused("children << 2 > 1", "bad_operator", 10, 2, "use `*`");
    refused("children >> 2 > 1", "bad_operator", 10, 2, "not shifted");
    refused("municipality .. \"x\"", "bad_operator", 14, 2, "not joined");
    refused("landed -- really", "bad_operator", 8, 2, "comments");
    refused("landed # really", "bad_operator", 8, 1, "comments");
    refused("municipality == [[x]]", "bad_operator", 17, 2, "between quotes");
    refused("municipality == \xE2\x80\x9Cx\xE2\x80\x9D", "bad_operator", 17, 1, "straight quotes");
    refused("landed and accepted or landed", "mixed_and_or", 1, 19, "put parentheses");
    refused("landed or accepted and landed", "mixed_and_or", 11, 19, "`accepted and landed`");
    refused("1 < children < 5", "chained_comparison", 14, 1, "write `1 < children and children < ...`");
    refused("children == 1 == 2 == 3", "chained_comparison", 15, 2, "not chained");
    refused("not origin == \"clinic\"", "type_mismatch", 1, 10, "write `not (origin == \"clinic\")`");
}

static void test_literals(void **state)
{
    (void)state;
    refused("income > 1.505", "bad_literal", 10, 5, "at most two decimals");
    refused("income > 1e3", "bad_literal", 10, 3, "expected a number");
    refused("income > 0x10", "bad_literal", 10, 4, "expected a number");
    refused("income > 1_000", "bad_literal", 10, 5, "expected a number");
    refused("income > .5", "bad_literal", 10, 2, "expected a number");
    refused("income > 5.", "bad_literal", 10, 2, "expected a number");
    refused("income > 1.2.3", "bad_literal", 10, 5, "expected a number");
    refused("income > 010", "bad_literal", 10, 3, "does not begin with a zero");
    refused("income > 9223372036854775808", "bad_literal", 10, 19, "too large");
    refused("income > 92233720368547758.08", "bad_literal", 10, 20, "too large");
    refused("income > 92233720368547759", "bad_literal", 10, 17, "too large");
    refused("municipality == \"x", "bad_literal", 17, 1, "no closing `\"`");
    refused("municipality == \"a\nb\"", "bad_literal", 17, 1, "no closing");
    refused("municipality == \"a\\n\"", "bad_literal", 19, 1, "no escapes");
    refused("landed == True", "bad_literal", 11, 4, "use `true`");
    refused("birth_date < \"2023-02-31\"", "bad_literal", 14, 12, "expected a date");
    refused("birth_date < \"26-09-2022\"", "bad_literal", 14, 12, "expected a date");
}

static void test_names(void **state)
{
    (void)state;
    refused("orign == \"clinic\"", "unknown_name", 1, 5, "unknown name `orign`, did you mean `origin`?");
    refused("landed and fortytwo", "unknown_name", 12, 8, "unknown name `fortytwo`");
    refused("flase", "unknown_name", 1, 5, "did you mean `false`?");
    refused("warning_given", "unknown_name", 1, 13, "ask `happened(warning_given)`");
    refused("home_offer < on", "unknown_name", 1, 10, "ask `due(home_offer)`");
    refused("landed or O3", "unknown_name", 11, 2, "write `silent(O3)`");
    refused("landed and silent", "unknown_name", 12, 6, "write `silent(...)`");
    refused("hapened(warning_given)", "unknown_function", 1, 7, "did you mean `happened`?");
    refused("foo(orign)", "unknown_function", 1, 3, "unknown function `foo`");
    refused("happened(warning_givn)", "unknown_event", 10, 12, "did you mean `warning_given`?");
    refused("due(home_ofer) < on", "unknown_deadline", 5, 9, "did you mean `home_offer`?");
    refused("missed(nothing)", "unknown_deadline", 8, 7, "unknown deadline `nothing`");
    refused("silent(O2)", "unknown_blank", 8, 2, "unknown blank `O2`, did you mean `O1`?");
    refused("known(orign)", "unknown_name", 7, 5, "did you mean `origin`?");
    struct scope strict = scope;
    strict.may_use_known = false;
    refused_as(&strict, NULL, "landed and known(origin)", "known_not_here", 12, 13, "`applies` and `when`");
    struct scope empty = {0};
    refused_as(&empty, NULL, "x == 1", "unknown_name", 1, 1, "unknown name `x`");
    refused_as(&empty, NULL, "happened(x)", "unknown_event", 10, 1, "unknown event `x`");
}

static void test_types(void **state)
{
    (void)state;
    refused("landed and children", "type_mismatch", 12, 8, "expected a boolean, found an integer: `children`");
    refused("(children + 1) or landed", "type_mismatch", 1, 14, "found an integer: `children + 1`");
    refused("not children", "type_mismatch", 5, 8, "expected a boolean");
    refused("birth_date == 5", "type_mismatch", 15, 1, "expected a date, found an integer: `5`");
    refused("5 == birth_date", "type_mismatch", 1, 1, "expected a date, found an integer: `5`");
    refused("birth_date < municipality", "type_mismatch", 14, 12, "expected a date, found a text: `municipality`");
    refused("landed == 1", "type_mismatch", 11, 1, "expected a boolean");
    refused("income > \"1200\"", "type_mismatch", 10, 6, "expected money, found a text");
    refused("origin < \"clinic\"", "type_mismatch", 1, 6, "expected numbers or dates");
    refused("landed < accepted", "type_mismatch", 1, 6, "expected numbers or dates");
    refused("landed + 1 > 2", "type_mismatch", 1, 6, "expected a number, found a boolean");
    refused("-origin == 1", "type_mismatch", 2, 6, "expected a number");
    refused("income * income > 1", "type_mismatch", 1, 15, "not multiplied with money");
    refused("income * 1.5 > 1", "type_mismatch", 1, 12, "not multiplied with money");
    refused("birth_date + 5 < on", "type_mismatch", 1, 14, "use `add(birth_date, \"P14D\")`");
    refused("5 + birth_date < on", "type_mismatch", 1, 14, "use `add(birth_date, \"P14D\")`");
    refused("on - birth_date > 5", "type_mismatch", 1, 15, "use `days_between(birth_date, on)`");
    refused("on - 5 > birth_date", "type_mismatch", 1, 6, "use `add` on the other side");
    refused("origin == \"sheltr\"", "not_a_choice", 11, 8,
            "`sheltr` is no choice of `origin`, did you mean `shelter`?");
    refused("\"xyz\" ~= origin", "not_a_choice", 1, 5, "expected one of `sheltered_living`, `shelter`, `clinic`");
    refused("origin == household", "not_a_choice", 11, 9, "`household` shares no choice with `origin`");
    refused("one_of(origin, \"shelter\", \"clinik\")", "not_a_choice", 27, 8, "did you mean `clinic`?");
    struct type integer = {TYPE_INTEGER, NULL}, boolean = {TYPE_BOOLEAN, NULL}, choice = {TYPE_TEXT, &origins};
    refused_as(&scope, &integer, "landed", "type_mismatch", 1, 6, "expected an integer, found a boolean: `landed`");
    refused_as(&scope, &boolean, " children ", "type_mismatch", 2, 8, "expected a boolean");
    refused_as(&scope, &choice, "\"clinik\"", "not_a_choice", 1, 8, "`clinik` is no choice, did you mean `clinic`?");
    refused_as(&scope, &choice, "household", "not_a_choice", 1, 9, "`household` shares no choice: expected one of");
    refused_as(&scope, &integer, "income", "type_mismatch", 1, 6, "expected an integer, found money");
}

static void test_arguments(void **state)
{
    (void)state;
    refused("add(birth_date)", "bad_argument", 1, 15, "`add` takes 2 arguments, found 1: write `add(");
    refused("known()", "bad_argument", 1, 7, "`known` takes 1 argument, found 0");
    refused("min(children)", "bad_argument", 1, 13, "at least 2 arguments");
    refused("one_of(origin)", "bad_argument", 1, 14, "at least 2 arguments");
    refused("one_of(children, 1, children)", "bad_argument", 21, 8, "expected a literal");
    refused("one_of(children, \"x\")", "type_mismatch", 18, 3, "expected an integer, found a text");
    refused("happened(\"warning_given\")", "bad_argument", 10, 15, "expected the name of an event");
    refused("due((home_offer)) < on", "bad_argument", 5, 12, "expected the name of a deadline");
    refused("silent(1)", "bad_argument", 8, 1, "what the covenant is silent on");
    refused("known(children + 1)", "bad_argument", 7, 12, "expected the name of a fact");
    refused("known(on)", "bad_argument", 7, 2, "which is always there");
    refused("known(event_date)", "bad_argument", 7, 10, "which is always there");
    refused("add(birth_date, 6) < on", "bad_argument", 17, 1, "expected a term such as");
    refused("add(birth_date, \"6M\") < on", "bad_literal", 17, 4, "expected a term");
    refused("add(birth_date, \"-P6M\") < on", "bad_literal", 17, 6, "expected a term");
    refused("add(birth_date, \"PT24H\") < on", "bad_literal", 17, 7, "only deadlines count hours");
    refused("add(birth_date, \"5 working days\") < on", "bad_literal", 17, 16, "only deadlines count working days");
    refused("add(children, \"P6M\") < on", "type_mismatch", 5, 8, "expected a date");
    refused("days_between(birth_date, 5) > 1", "type_mismatch", 26, 1, "expected a date");
    refused("years_between(\"2020-13-01\", on) > 1", "bad_literal", 15, 12, "expected a date");
    refused("min(landed, accepted)", "type_mismatch", 5, 6, "expected numbers or dates");
    refused("min(\"2020-01-01\", \"2021-01-01\") < on", "type_mismatch", 5, 12, "expected numbers or dates");
    refused("max(children, birth_date) > 1", "type_mismatch", 15, 10, "expected an integer");
}

static void test_limits(void **state)
{
    (void)state;
    char text[3 * CONDITION_LENGTH_MAX];
    memset(text, ' ', CONDITION_LENGTH_MAX + 1);
    memcpy(text, "landed", 6);
    text[CONDITION_LENGTH_MAX + 1] = '\0';
    refused(text, "too_long", 1, CONDITION_LENGTH_MAX + 1, "at most 4096 characters, found 4097");
    struct arena arena;
    arena_init(&arena);
    text[CONDITION_LENGTH_MAX] = '\0';
    parse_as(&arena, text, NULL);
    /* Parentheses, operators before, sums: one less than the limit is accepted. */
    memset(text, '(', CONDITION_DEPTH_MAX);
    strcpy(text + CONDITION_DEPTH_MAX, "landed");
    refused(text, "too_deep", CONDITION_DEPTH_MAX + 1, 6, "deeper than 64");
    char *end = text + CONDITION_DEPTH_MAX - 1;
    strcpy(end, "landed");
    memset(end + 6, ')', CONDITION_DEPTH_MAX - 1);
    end[6 + CONDITION_DEPTH_MAX - 1] = '\0';
    parse_as(&arena, text, NULL);
    strcpy(text, "1");
    for (int i = 0; i < CONDITION_DEPTH_MAX - 1; i++)
        strcat(text, "+1");
    parse_as(&arena, text, NULL);
    strcat(text, "+1");
    refused(text, "too_deep", 1, 2 * CONDITION_DEPTH_MAX + 1, "deeper than 64");
    *text = '\0';
    for (int i = 0; i < 1000; i++)
        strcat(text, "not ");
    strcat(text, "landed");
    refused(text, "too_deep", 4 * 63 + 1, 3, "deeper than 64");
    /* A chain is one node, however long. */
    strcpy(text, "landed");
    for (int i = 0; i < 400; i++)
        strcat(text, " or landed");
    parse_as(&arena, text, NULL);
    arena_finish(&arena);
}

static void test_several_findings(void **state)
{
    (void)state;
    struct arena arena;
    struct findings findings;
    arena_init(&arena);
    findings_init(&findings, &arena);
    const char *text = "orign == \"clinic\" && (children or 1 < rent)\n and one_of(household, \"singel\")";
    struct source_file file = {TEXT("almere/covenant.yaml"),
                               TEXT("when: |\n  orign == \"clinic\" && (children or 1 < rent)\n"
                                    "   and one_of(household, \"singel\")\n")};
    assert_null(expression_parse(&arena, text_of(text), (struct place){&file, 2, 3}, &scope, NULL, &findings));
    findings_sort(&findings);
    assert_int_equal(findings.count, 4);
    static const struct {
        const char *code;
        size_t line, column;
    } expected[] = {{"unknown_name", 2, 3}, {"bad_operator", 2, 21}, {"type_mismatch", 2, 25}, {"not_a_choice", 3, 26}};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(findings.items[i].code, expected[i].code);
        assert_int_equal(findings.items[i].place.line, expected[i].line);
        assert_int_equal(findings.items[i].place.column, expected[i].column);
    }
    /* The same condition read for a second version: no finding is added, and it is refused all the same. */
    assert_null(expression_parse(&arena, text_of(text), (struct place){&file, 2, 3}, &scope, NULL, &findings));
    assert_int_equal(findings.count, 4);
    /* The place of a block may be its indicator; a folded one has other lines than the file: then the place of all. */
    findings_init(&findings, &arena);
    assert_null(expression_parse(&arena, text_of(text), (struct place){&file, 1, 7}, &scope, NULL, &findings));
    findings_sort(&findings);
    assert_int_equal(findings.items[findings.count - 1].place.line, 3);
    assert_int_equal(findings.items[findings.count - 1].place.column, 26);
    file.text = TEXT("when: >\n  landed\n  and orign\n");
    findings_init(&findings, &arena);
    assert_null(
        expression_parse(&arena, TEXT("landed and orign"), (struct place){&file, 2, 3}, &scope, NULL, &findings));
    assert_int_equal(findings.items[0].place.line, 2);
    assert_int_equal(findings.items[0].place.column, 3);
    arena_finish(&arena);
}

/* As scalar_text writes it; unknown as `? name, name`, silent as `~`, failed as `! `. */
static void gives(struct facts *facts, const char *text, const char *expected)
{
    const struct expression *expression = parse_as(&facts->arena, text, NULL);
    struct reader reader = reader_of(facts);
    struct answer answer = expression_evaluate(expression, &reader);
    struct buffer found;
    buffer_init(&found, &facts->arena);
    if (answer.known) {
        assert_int_equal(answer.value.kind, expression_type(expression).kind);
        buffer_add(&found, scalar_text(&facts->arena, answer.value));
    }
    static const char marks[] = "?!~";
    for (const struct cause *cause = answer.causes; cause; cause = cause->next)
        buffer_format(&found, "%s%c%.*s", cause == answer.causes ? "" : " ",
                      cause->kind == CAUSE_FAILURE  ? marks[1]
                      : cause->kind == CAUSE_SILENT ? marks[2]
                                                    : marks[0],
                      TEXT_ARGS(cause->name));
    if (!text_is(buffer_text(&found), expected))
        fail_msg("%s: expected %s, found %.*s", text, expected, TEXT_ARGS(buffer_text(&found)));
}

static struct facts facts_new(void)
{
    struct facts facts = {.values = {"shelter", "self", NULL, "Almere", "true", "false", "2", "1450.50", "2004-09-26",
                                     NULL, "2022-09-01", "!", "2199-12-01"}};
    arena_init(&facts.arena);
    return facts;
}

static void test_kleene(void **state)
{
    (void)state;
    /* landed and accepted take each value of each table. */
    static const char *const values[] = {"true", "false", NULL};
    static const char *const and_table[3][3] = {
        {"true", "false", "?accepted"}, {"false", "false", "false"}, {"?landed", "false", "?landed ?accepted"}};
    static const char *const or_table[3][3] = {
        {"true", "true", "true"}, {"true", "false", "?accepted"}, {"true", "?landed", "?landed ?accepted"}};
    static const char *const not_table[3] = {"false", "true", "?landed"};
    static const char *const equal_table[3][3] = {
        {"true", "false", "?accepted"}, {"false", "true", "?accepted"}, {"?landed", "?landed", "?landed ?accepted"}};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            struct facts facts = facts_new();
            facts.values[4] = values[i];
            facts.values[5] = values[j];
            gives(&facts, "landed and accepted", and_table[i][j]);
            gives(&facts, "landed or accepted", or_table[i][j]);
            gives(&facts, "not landed", not_table[i]);
            gives(&facts, "landed == accepted", equal_table[i][j]);
            arena_finish(&facts.arena);
        }
}

static void test_causes(void **state)
{
    (void)state;
    struct facts facts = facts_new();
    gives(&facts, "landed and household == \"single\" and silent(O3)", "?household ~O3");
    gives(&facts, "tenancy_months > 6 and household == \"single\" and tenancy_months > 3",
          "?tenancy_months ?household");
    gives(&facts, "accepted and (silent(O1) or rent > 5)", "false");
    gives(&facts, "rent > 5", "!rent");
    gives(&facts, "rent + 5.00 > income * tenancy_months", "!rent ?tenancy_months");
    gives(&facts, "landed == (household == \"single\")", "?household");
    gives(&facts, "min(tenancy_months, 5, children) + tenancy_months", "?tenancy_months");
    gives(&facts, "max(1, 2, tenancy_months)", "?tenancy_months");
    struct reader reader = reader_of(&facts);
    static const struct {
        const char *text;
        enum answer_state state;
    } states[] = {{"landed", STATE_KNOWN},
                  {"tenancy_months > 1", STATE_UNKNOWN},
                  {"tenancy_months > 1 or silent(O1)", STATE_UNKNOWN},
                  {"landed and silent(O1)", STATE_SILENT},
                  {"tenancy_months > 1 or silent(O1) or rent > 1", STATE_FAILED}};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct answer answer = expression_evaluate(parse_as(&facts.arena, states[i].text, NULL), &reader);
        assert_int_equal(answer_state(answer), states[i].state);
        assert_int_equal(answer_is_true(answer), i == 0);
        assert_false(answer_is_false(answer));
    }
    /* All parts are read, also behind what decides. */
    facts.reads = 0;
    expression_evaluate(parse_as(&facts.arena, "accepted and landed and (landed or accepted)", NULL), &reader);
    assert_int_equal(facts.reads, 4);
    arena_finish(&facts.arena);
}

static void test_values(void **state)
{
    (void)state;
    struct facts facts = facts_new();
    gives(&facts, "true", "true");
    gives(&facts, "'it' == \"it\"", "true");
    gives(&facts, "2 + 3 * 4 - -1", "15");
    gives(&facts, "(2 + 3) * 4", "20");
    gives(&facts, "-children * 3", "-6");
    gives(&facts, "10 - 3 - 2", "5");
    gives(&facts, "not accepted == landed", "true");
    gives(&facts, "not (accepted == landed)", "true");
    gives(&facts, "children ~= 3 and 3 >= children and 2 <= children", "true");
    gives(&facts, "origin == \"shelter\" and origin ~= 'clinic'", "true");
    gives(&facts, "origin == referred_by", "false");
    gives(&facts, "municipality == origin", "false");
    gives(&facts, "one_of(origin, \"clinic\", \"shelter\")", "true");
    gives(&facts, "one_of(origin, \"clinic\")", "false");
    gives(&facts, "one_of(household, \"single\")", "?household");
    gives(&facts, "one_of(children, -2, 3)", "false");
    gives(&facts, "one_of(income, 1450.5, 7)", "true");
    gives(&facts, "one_of(children, 1.5, 2)", "true");
    gives(&facts, "one_of(birth_date, \"2004-09-26\")", "true");
    gives(&facts, "one_of(landed, true)", "true");
    gives(&facts, "known(origin) and not known(household) and not known(rent)", "true");
    gives(&facts, "happened(warning_given)", "true");
    gives(&facts, "happened(moved_in)", "false");
    gives(&facts, "missed(home_offer)", "true");
    gives(&facts, "missed(decision)", "?wmo_applied");
    gives(&facts, "due(home_offer)", "2022-06-01");
    gives(&facts, "due(decision) < on", "?wmo_applied");
    gives(&facts, "silent(O1)", "~O1");
    gives(&facts, "min(3, children, 5)", "2");
    gives(&facts, "max(3, children, 5)", "5");
    gives(&facts, "min(income, 2000)", "1450.50");
    gives(&facts, "max(income, children)", "1450.50");
    arena_finish(&facts.arena);
}

static void test_money(void **state)
{
    (void)state;
    struct facts facts = facts_new();
    gives(&facts, "income == 1450.5", "true");
    gives(&facts, "income > 1450", "true");
    gives(&facts, "1451 > income", "true");
    gives(&facts, "income >= children * 725", "true");
    gives(&facts, "income - 1200", "250.50");
    gives(&facts, "1200 - income", "-250.50");
    gives(&facts, "income * children", "2901.00");
    gives(&facts, "children * 0.05", "0.10");
    gives(&facts, "0.10 + 0.20 == 0.30", "true");
    gives(&facts, "-income", "-1450.50");
    gives(&facts, "income * 99999999999999", "!income * 99999999999999");
    gives(&facts, "9223372036854775807 + children", "!9223372036854775807 + children");
    gives(&facts, "(-9223372036854775807 - children) > 0", "!-9223372036854775807 - children");
    gives(&facts, "-(-9223372036854775807 - 1)", "!-(-9223372036854775807 - 1)");
    gives(&facts, "children * 92233720368547758 > income", "!children * 92233720368547758");
    struct type money = {TYPE_MONEY, NULL};
    struct reader reader = reader_of(&facts);
    struct answer answer = expression_evaluate(parse_as(&facts.arena, "children", &money), &reader);
    assert_int_equal(answer.value.kind, TYPE_MONEY);
    assert_int_equal(answer.value.as.number, 200);
    const struct cause *cause =
        expression_evaluate(parse_as(&facts.arena, "children * 9223372036854775807", NULL), &reader).causes;
    assert_true(text_is(cause->detail, "the number is too large"));
    long long cents = 0;
    assert_true(money_parse(TEXT("-0.05"), &cents) && cents == -5);
    assert_true(money_parse(TEXT("7.5"), &cents) && cents == 750);
    static const char *const wrong[] = {"", "-", ".5", "5.", "1.505", "1e3", "--1", "+1", "01", "1,5", "1.-5", " 1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(money_parse(text_of(wrong[i]), &cents));
    assert_true(text_is(money_text(&facts.arena, INT64_MIN), "-92233720368547758.08"));
    assert_true(text_is(money_text(&facts.arena, -5), "-0.05"));
    arena_finish(&facts.arena);
}

static void test_dates(void **state)
{
    (void)state;
    struct facts facts = facts_new();
    gives(&facts, "birth_date <= \"2004-09-26\"", "true");
    gives(&facts, "\"2004-09-27\" <= birth_date", "false");
    gives(&facts, "on", "2022-09-26");
    gives(&facts, "on > event_date", "true");
    gives(&facts, "add(on, \"P14D\")", "2022-10-10");
    gives(&facts, "add(on, \"P2W\")", "2022-10-10");
    gives(&facts, "add(\"2023-01-31\", \"P1M\")", "2023-02-28");
    gives(&facts, "add(\"2024-02-29\", \"P1Y\")", "2025-02-28");
    gives(&facts, "add(\"2023-01-31\", \"P1Y6M\")", "2024-07-31");
    gives(&facts, "add(lease_end, \"P31D\")", "!add(lease_end, \"P31D\")");
    gives(&facts, "add(lease_end, \"P30D\")", "2199-12-31");
    gives(&facts, "add(lease_end, \"P1M\") > on", "!add(lease_end, \"P1M\")");
    gives(&facts, "add(lease_end, \"P200Y\") > on", "!add(lease_end, \"P200Y\")");
    gives(&facts, "days_between(event_date, on)", "25");
    gives(&facts, "days_between(on, event_date)", "-25");
    gives(&facts, "months_between(\"2022-01-31\", \"2022-02-28\")", "1");
    gives(&facts, "months_between(event_date, \"2022-09-30\")", "0");
    gives(&facts, "years_between(birth_date, on)", "18");
    gives(&facts, "years_between(\"2004-09-27\", on)", "17");
    gives(&facts, "min(birth_date, on, \"2001-01-01\")", "2001-01-01");
    gives(&facts, "max(\"2001-01-01\", birth_date)", "2004-09-26");
    struct type date = {TYPE_DATE, NULL};
    assert_int_equal(expression_type(parse_as(&facts.arena, "'2001-01-01'", &date)).kind, TYPE_DATE);
    arena_finish(&facts.arena);
}

static void test_no_allocation(void **state)
{
    (void)state;
    struct facts facts = facts_new();
    struct reader reader = reader_of(&facts);
    const struct expression *expression =
        parse_as(&facts.arena,
                 "one_of(origin, \"clinic\", \"shelter\") and (years_between(birth_date, on) >= 18 or landed) and "
                 "min(income, 2000) * 2 > children and add(event_date, \"P6M\") > on and not known(household)",
                 NULL);
    size_t used = facts.arena.used;
    struct answer answer = expression_evaluate(expression, &reader);
    assert_true(answer.known);
    /* known(household) makes the reader's own cause, nothing else. */
    assert_in_range(facts.arena.used - used, 0, 64);
    arena_finish(&facts.arena);
}

static void explain_into(struct buffer *buffer, const struct value *tree)
{
    const struct value *value = value_get(tree, "value"), *parts = value_get(tree, "parts");
    buffer_format(buffer, "[%.*s", TEXT_ARGS(value_get(tree, "text")->text));
    if (!value)
        buffer_format(buffer, " is %.*s", TEXT_ARGS(value_get(tree, "state")->text));
    else if (value->kind == VALUE_BOOLEAN)
        buffer_add_string(buffer, value->boolean ? ": true" : ": false");
    else if (value->kind == VALUE_INTEGER)
        buffer_format(buffer, ": %lld", value->integer);
    else
        buffer_format(buffer, ": '%.*s'", TEXT_ARGS(value->text));
    if (value_get(tree, "clamped"))
        buffer_add_string(buffer, " clamped");
    for (size_t i = 0; parts && i < parts->count; i++) {
        buffer_add_byte(buffer, ' ');
        explain_into(buffer, parts->items[i]);
    }
    buffer_add_byte(buffer, ']');
}

static void explains(const char *text, const char *expected)
{
    struct facts facts = facts_new();
    struct reader reader = reader_of(&facts);
    struct buffer buffer;
    buffer_init(&buffer, &facts.arena);
    explain_into(&buffer, expression_explain(parse_as(&facts.arena, text, NULL), &reader));
    if (!text_is(buffer_text(&buffer), expected))
        fail_msg("expected %s\nfound    %.*s", expected, TEXT_ARGS(buffer_text(&buffer)));
    arena_finish(&facts.arena);
}

static void test_explain(void **state)
{
    (void)state;
    explains("true", "[true: true]");
    explains("landed", "[landed: true]");
    explains(
        "  accepted and (household == \"single\" or silent(O3)) ",
        "[accepted and (household == \"single\" or silent(O3)): false [accepted: false] "
        "[household == \"single\" or silent(O3) is unknown [household == \"single\" is unknown [household is unknown]] "
        "[silent(O3) is silent]]]");
    explains("income > children * 1000 - -5", "[income > children * 1000 - -5: false [income: '1450.50'] "
                                              "[children * 1000 - -5: 2005 [children * 1000: 2000 [children: 2]]]]");
    explains("years_between(birth_date, on) >= 18 and known(origin)",
             "[years_between(birth_date, on) >= 18 and known(origin): true "
             "[years_between(birth_date, on) >= 18: true [years_between(birth_date, on): 18 "
             "[birth_date: '2004-09-26'] [on: '2022-09-26']]] [known(origin): true]]");
    explains("add(lease_end, \"P1Y\") > on",
             "[add(lease_end, \"P1Y\") > on is failed [add(lease_end, \"P1Y\") is failed [lease_end: '2199-12-01']] "
             "[on: '2022-09-26']]");
    explains("add(\"2023-01-31\", \"P1M\")", "[add(\"2023-01-31\", \"P1M\"): '2023-02-28' clamped]");
    explains("add(birth_date, \"P1Y\")", "[add(birth_date, \"P1Y\"): '2005-09-26' [birth_date: '2004-09-26']]");
    explains("origin", "[origin: 'shelter']");
}

static void test_uses(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct uses uses = {0};
    expression_uses(&arena,
                    parse_as(&arena,
                             "(known(origin) and landed and happened(moved_in)) or due(home_offer) < on or silent(O3) "
                             "or (landed and origin == \"clinic\" and missed(home_offer)) or missed(decision)",
                             NULL),
                    &uses);
    static const struct {
        enum use_kind kind;
        const char *name;
        size_t index;
    } expected[] = {
        {USE_SYMBOL, "origin", 0},     {USE_SYMBOL, "landed", 4},   {USE_HAPPENED, "moved_in", 1},
        {USE_DUE, "home_offer", 0},    {USE_SYMBOL, "on", 0},       {USE_SILENT, "O3", 1},
        {USE_MISSED, "home_offer", 0}, {USE_MISSED, "decision", 1},
    };
    assert_int_equal(uses.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < uses.count; i++) {
        assert_int_equal(uses.items[i].kind, expected[i].kind);
        assert_true(text_is(uses.items[i].name, expected[i].name));
        assert_int_equal(uses.items[i].symbol != NULL, expected[i].kind == USE_SYMBOL);
        assert_int_equal(uses.items[i].symbol ? uses.items[i].symbol->index : uses.items[i].index, expected[i].index);
    }
    assert_int_equal(uses.items[4].symbol->kind, SYMBOL_ON);
    arena_finish(&arena);
}

static void thresholds(const char *symbol, const char *text, bool complete, const char *expected)
{
    struct arena arena;
    struct scalar *items = NULL;
    size_t count = 0, capacity = 0;
    struct buffer buffer;
    struct date on;
    arena_init(&arena);
    buffer_init(&buffer, &arena);
    assert_true(date_of(2022, 9, 26, &on));
    bool all = expression_thresholds(&arena, parse_as(&arena, text, NULL), find_symbol(NULL, text_of(symbol)), on,
                                     &items, &count, &capacity);
    for (size_t i = 0; i < count; i++)
        buffer_format(&buffer, "%s%.*s", i ? " " : "", TEXT_ARGS(scalar_text(&arena, items[i])));
    if (!text_is(buffer_text(&buffer), expected) || all != complete)
        fail_msg("%s: expected %s, found %.*s%s", text, expected, TEXT_ARGS(buffer_text(&buffer)),
                 all ? "" : " (not all)");
    arena_finish(&arena);
}

static void test_thresholds(void **state)
{
    (void)state;
    thresholds("children", "landed", true, "");
    thresholds("children", "children >= 2 and (children > 5 or landed) and children >= 2", true, "2 5");
    thresholds("children", "3 * children + 1 >= 12", true, "4");
    thresholds("children", "3 * children + 1 < 12", true, "3");
    thresholds("children", "-children - 3 > 2", true, "-5");
    thresholds("children", "2 * children == children + 7", true, "7");
    thresholds("children", "one_of(children, 1, -4)", true, "1 -4");
    thresholds("children", "min(children, 5) > 3", true, "3");
    thresholds("children", "10 >= max(2 * children, 5)", true, "5");
    thresholds("children", "children > tenancy_months", false, "");
    thresholds("children", "children * tenancy_months > 5", false, "");
    thresholds("children", "children + 1", false, "");
    thresholds("children", "(children > 5) == landed", true, "5");
    thresholds("children", "known(children)", true, "");
    thresholds("children", "income > children * 10.50", false, "");
    thresholds("children", "100.00 > children * 10.50", true, "9");
    thresholds("children", "children <= 9.50", true, "9");
    thresholds("income", "income >= 1200 and income * 2 > 3000.01", true, "1200.00 1500.01");
    thresholds("income", "income > 200 * 6", true, "1200.00");
    thresholds("landed", "landed == accepted", true, "");
    thresholds("origin", "origin == \"clinic\"", true, "");
    thresholds("municipality", "municipality == \"Almere\" or one_of(municipality, \"Zeewolde\", \"Almere\")", true,
               "Almere Zeewolde");
    thresholds("municipality", "municipality == origin", false, "");
    thresholds("birth_date", "birth_date <= \"2004-09-26\"", true, "2004-09-26");
    thresholds("birth_date", "years_between(birth_date, on) >= 18", true, "2004-09-26");
    thresholds("birth_date", "years_between(birth_date, on) < 18", true, "2004-09-27");
    thresholds("birth_date", "not (18 > years_between(birth_date, on))", true, "2004-09-27");
    thresholds("birth_date", "years_between(birth_date, on) == 18", true, "2004-09-26 2003-09-27");
    thresholds("birth_date", "add(birth_date, \"P18Y\") <= on", true, "2004-09-26");
    thresholds("birth_date", "add(birth_date, \"P1M\") < \"2023-02-28\"", true, "2023-01-27");
    thresholds("birth_date", "days_between(birth_date, on) - 10 > 20", true, "2022-08-26");
    thresholds("birth_date", "2 * months_between(on, birth_date) + 1 > 12", true, "2023-03-26");
    thresholds("birth_date", "min(birth_date, on) < \"2001-01-01\"", true, "2000-12-31");
    thresholds("birth_date", "birth_date < lease_end", false, "");
    thresholds("birth_date", "months_between(birth_date, on) + days_between(birth_date, on) > 9", false, "");
    thresholds("birth_date", "days_between(birth_date, birth_date) > 9", false, "");
    thresholds("birth_date", "add(birth_date, \"P1M\") > birth_date", false, "");
    thresholds("birth_date", "one_of(birth_date, \"2001-01-01\")", true, "2001-01-01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syntax),     cmocka_unit_test(test_operators),
        cmocka_unit_test(test_literals),   cmocka_unit_test(test_names),
        cmocka_unit_test(test_types),      cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_limits),     cmocka_unit_test(test_several_findings),
        cmocka_unit_test(test_kleene),     cmocka_unit_test(test_causes),
        cmocka_unit_test(test_values),     cmocka_unit_test(test_money),
        cmocka_unit_test(test_dates),      cmocka_unit_test(test_no_allocation),
        cmocka_unit_test(test_explain),    cmocka_unit_test(test_uses),
        cmocka_unit_test(test_thresholds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
