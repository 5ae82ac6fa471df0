/* The motivation: what it says, that it says the same each time, and that our own sentences stay short. */
#include "base/files.h"
#include "base/json.h"
#include "engine/motivation.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#define WORDS_MAX 20

static struct value *decision_of(struct arena *arena, const char *json)
{
    struct json_error error;
    struct value *decision = json_read(arena, text_of(json), &error);
    if (!decision)
        fail_msg("%zu:%zu: %s", error.line, error.column, error.message);
    return decision;
}

static struct value *decision_from(struct arena *arena, const char *path)
{
    struct fault fault = {0};
    struct text text;
    if (!file_read(arena, path, 1 << 20, &text, &fault))
        fail_msg("%s", fault.message);
    return decision_of(arena, text_string(arena, text));
}

static void assert_says(struct text text, const char *expected)
{
    /* lines are filled: compare with single spaces */
    struct arena arena;
    arena_init(&arena);
    struct buffer flat;
    buffer_init(&flat, &arena);
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] != '\n' && !(text.at[i] == ' ' && flat.length && flat.at[flat.length - 1] == ' '))
            buffer_add_byte(&flat, text.at[i]);
        else if (flat.length && flat.at[flat.length - 1] != ' ')
            buffer_add_byte(&flat, ' ');
    if (!strstr(text_string(&arena, buffer_text(&flat)), expected))
        fail_msg("`%s` is not in:\n%.*s", expected, TEXT_ARGS(text));
    arena_finish(&arena);
}

/* Sentences end with `.`, `:` or `?` before a space or the text's end; what stands between “ and ” is one word. */
static size_t longest_sentence(struct text text)
{
    size_t longest = 0, words = 0;
    bool in_word = false, quoted = false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.length - i >= 3 && memcmp(text.at + i, "“", 3) == 0)
            quoted = true;
        if (text.length - i >= 3 && memcmp(text.at + i, "”", 3) == 0)
            quoted = false;
        bool space = isspace((unsigned char)text.at[i]) && !quoted;
        bool ends = !quoted && strchr(".:?", text.at[i]) && (i + 1 == text.length || isspace((unsigned char)text.at[i + 1]));
        bool heading = !quoted && text.at[i] == '\n' && i + 1 < text.length && text.at[i + 1] == '-';
        if (!space && !in_word)
            words++;
        in_word = !space;
        if (words > longest)
            longest = words;
        if (ends || heading || (text.at[i] == '\n' && i + 1 < text.length && text.at[i + 1] == '\n'))
            words = 0;
    }
    return longest;
}

static void test_sentences_are_counted(void **state)
{
    (void)state;
    assert_int_equal(longest_sentence(TEXT("Een twee drie. Vier vijf.")), 3);
    assert_int_equal(longest_sentence(TEXT("Een “twee drie vier” vijf:\n    “zes zeven acht”\n")), 3);
    assert_int_equal(longest_sentence(TEXT("Een twee\ndrie vier.")), 4);
}

static void test_tells_a_refusal(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct value *decision = decision_from(&arena, "tests/wire/decisions/refused.json");
    struct text nl = motivation(&arena, decision, LANGUAGE_NL), en = motivation(&arena, decision, LANGUAGE_EN);
    assert_says(nl, "De cliënt is niet toelaatbaar.");
    assert_says(nl, "Hieraan is niet voldaan (E2): “De cliënt staat achter alle afspraken”");
    assert_says(nl, "De zorgaanbieder stelde dit op 1 maart 2022.");
    assert_says(nl, "Het gegeven “maandinkomen” is “€ 1.450,50”.");
    assert_says(nl, "Bron: “Thuis in de wijk: afspraken over uitstroom Almere”.");
    assert_says(nl, "Geteld loopt de termijn af op 14 oktober 2022. Dat einde schuift op:");
    assert_says(nl, "Dat kan tot en met 17 oktober 2022.");
    assert_says(nl, "Zij zijn aangenomen: “E7, N1.enter”.");
    assert_says(nl, "Dit is een advies: een mens beslist.");
    assert_says(en, "The client is not eligible.");
    assert_says(en, "The care provider stated this on 1 March 2022.");
    assert_true(longest_sentence(nl) <= WORDS_MAX);
    assert_true(longest_sentence(en) <= WORDS_MAX);
    /* what fails stands before what holds */
    const char *text = text_string(&arena, nl);
    assert_true(strstr(text, "(E2)") < strstr(text, "(E1)"));
    arena_finish(&arena);
}

static void test_own_names_by_their_labels(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct value *decision = decision_of(
        &arena, "{\"case\": \"h-1\", \"region\": \"haarlem\", \"on\": \"2022-01-01\", \"covenant\": {\"version\": \"2018\"},"
                "\"eligibility\": {\"outcome\": \"undetermined\", \"reasons\": [], \"missing\": [{\"fact\": \"housing_wish\","
                "\"ask\": {\"nl\": \"Hoe wil de cliënt wonen?\"}, \"rules\": [\"H1\"]}]},"
                "\"labels\": {\"housing_wish\": {\"nl\": \"Woonwens\", \"en\": \"How the client wants to live\"}},"
                "\"rests_on_assumptions\": [], \"advice\": true}");
    assert_says(motivation(&arena, decision, LANGUAGE_NL), "Nog niet bekend is “Woonwens”.");
    assert_says(motivation(&arena, decision, LANGUAGE_EN), "Not known yet is “How the client wants to live”.");
    arena_finish(&arena);
}

static void test_same_bytes(void **state)
{
    (void)state;
    struct arena first, second;
    arena_init(&first);
    arena_init(&second);
    struct text a = motivation(&first, decision_from(&first, "tests/wire/decisions/refused.json"), LANGUAGE_NL);
    struct text b = motivation(&second, decision_from(&second, "tests/wire/decisions/refused.json"), LANGUAGE_NL);
    assert_true(text_equal(a, b));
    arena_finish(&first);
    arena_finish(&second);
}

/* Every member a decision can have, so that no sentence hides from the count. */
static void test_every_sentence_is_short(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct value *decision = decision_from(&arena, "tests/wire/decisions/everything.json");
    for (int language = LANGUAGE_NL; language <= LANGUAGE_EN; language++) {
        struct text text = motivation(&arena, decision, (enum language)language);
        if (longest_sentence(text) > WORDS_MAX)
            fail_msg("a sentence of %zu words in:\n%.*s", longest_sentence(text), TEXT_ARGS(text));
    }
    struct text nl = motivation(&arena, decision, LANGUAGE_NL);
    assert_says(nl, "Het gegeven “evaluations_ok” kon niet worden berekend:");
    assert_says(nl, "Een fout telt nooit als nee.");
    assert_says(nl, "Genoeg is: op of voor 26 september 2004.");
    assert_says(nl, "Alleen al door tijdsverloop verandert dit op 1 juli 2023. De uitkomst is dan: toelaatbaar.");
    assert_says(nl, "De uitkomst slaat om als dit anders was: “geland in de wijk” is “ja”.");
    assert_says(nl, "Het convenant laat hier iets open (O3): “Hoeveel verschillende evaluaties zijn, staat nergens”");
    assert_says(nl, "De begeleiding wordt geweigerd; het gevolg is een breuk met de afspraken.");
    assert_says(nl, "De omzetting is geweigerd door de woningcorporatie op 1 mei 2023:");
    arena_finish(&arena);
}

static void test_withheld_stays_withheld(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct value *decision = decision_of(
        &arena,
        "{\"case\":\"a\",\"region\":\"almere\",\"on\":\"2022-09-26\",\"covenant\":{\"version\":\"2021\"},"
        "\"eligibility\":{\"outcome\":\"not_eligible\",\"reasons\":[{\"rule\":\"E1\",\"says\":{\"withheld\":true},"
        "\"state\":{\"withheld\":true},\"facts\":{\"origin\":{\"withheld\":true}},\"source\":[]},"
        "{\"withheld\":true,\"rule\":\"E2\",\"says\":{\"nl\":\"Alleen met een plan\"},\"source\":[]}],"
        "\"missing\":[{\"withheld\":true}]},\"support\":{\"withheld\":true},\"next_steps\":{\"withheld\":true}}");
    struct text text = motivation(&arena, decision, LANGUAGE_NL);
    assert_says(text, "Het gegeven “herkomst” is afgeschermd.");
    assert_says(text, "Wat deze regel oplevert, is afgeschermd (E2): “Alleen met een plan”");
    assert_says(text, "Wat nog ontbreekt, is afgeschermd.");
    assert_says(text, "Dit deel is afgeschermd.");
    arena_finish(&arena);
}

/* What a caller wrote does not steer a terminal or forge a line. */
static void test_control_characters(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct value *decision =
        decision_of(&arena, "{\"case\":\"a\",\"region\":\"almere\",\"on\":\"2022-09-26\",\"covenant\":{\"version\":\"1\"},"
                            "\"eligibility\":{\"outcome\":\"eligible\",\"reasons\":[{\"rule\":\"E1\",\"says\":{\"nl\":\"x\\ny\"},"
                            "\"state\":\"stated\",\"value\":true,\"facts\":{\"municipality_of_origin\":"
                            "{\"value\":\"A\\u001b[31m\\nB\\u009b\"}}}]}}");
    struct text text = motivation(&arena, decision, LANGUAGE_NL);
    for (size_t i = 0; i < text.length; i++)
        assert_true((unsigned char)text.at[i] >= 0x20 || text.at[i] == '\n');
    assert_says(text, "“x y”");
    arena_finish(&arena);
}

static void test_objection(void **state)
{
    (void)state;
    static const struct {
        const char *deadline, *expected;
    } rows[] = {
        {"{\"id\":\"objection\",\"owner\":\"client\",\"status\":\"not_started\",\"says\":{\"nl\":\"Zes weken\"}}",
         "De termijn begint op de dag nadat het besluit is bekendgemaakt."},
        {"{\"id\":\"objection\",\"owner\":\"client\",\"status\":\"closed\",\"due\":\"2022-10-17\"}",
         "De termijn daarvoor eindigde op 17 oktober 2022."},
        {"{\"id\":\"objection\",\"owner\":\"client\",\"status\":\"met\",\"met_on\":\"2022-10-01\"}",
         "Het bezwaar is gemaakt op 1 oktober 2022."},
        {"{\"id\":\"objection\",\"owner\":\"client\",\"status\":\"open\",\"due\":\"2022-10-17\"}",
         "Dat kan tot en met 17 oktober 2022."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena;
        arena_init(&arena);
        struct text json = text_format(&arena, "{\"case\":\"a\",\"region\":\"almere\",\"on\":\"2022-09-26\",\"deadlines\":[%s]}",
                                       rows[i].deadline);
        assert_says(motivation(&arena, decision_of(&arena, json.at), LANGUAGE_NL), rows[i].expected);
        arena_finish(&arena);
    }
}

/* Without a deadline from public law nothing is said of objection. */
static void test_no_objection(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const struct value *decision = decision_of(&arena, "{\"case\":\"a\",\"region\":\"almere\",\"on\":\"2022-09-26\",\"deadlines\":[]}");
    const char *text = text_string(&arena, motivation(&arena, decision, LANGUAGE_NL));
    assert_null(strstr(text, "ezwaar"));
    assert_non_null(strstr(text, "Er geldt geen termijn."));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences_are_counted), cmocka_unit_test(test_tells_a_refusal),
        cmocka_unit_test(test_own_names_by_their_labels),
        cmocka_unit_test(test_same_bytes),            cmocka_unit_test(test_every_sentence_is_short),
        cmocka_unit_test(test_withheld_stays_withheld), cmocka_unit_test(test_control_characters),
        cmocka_unit_test(test_objection),             cmocka_unit_test(test_no_objection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
