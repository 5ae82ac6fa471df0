#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static struct date date(const char *string)
{
    struct date day = {0};
    assert_true(date_parse(text_of(string), &day));
    return day;
}

static struct term term(const char *string)
{
    struct term parsed = {0};
    const char *expected;
    assert_true(term_parse(text_of(string), &parsed, &expected));
    return parsed;
}

static void assert_date(struct date day, const char *expected)
{
    assert_string_equal(text_string(&arena, date_text(&arena, day)), expected);
}

/* TEXT of a constant table: a compound literal is no constant there. */
#define NAME(literal)                                                                                                  \
    {                                                                                                                  \
        literal, sizeof(literal) - 1                                                                                   \
    }

/* As rules/national/calendar.yaml has them. */
static const struct holiday holidays[] = {
    {NAME("new_year"), NAME("nieuwjaarsdag"), NAME("New Year's Day"), .month = 1, .day = 1},
    {NAME("good_friday"), NAME("Goede Vrijdag"), NAME("Good Friday"), .easter = -2},
    {NAME("easter_monday"), NAME("tweede paasdag"), NAME("Easter Monday"), .easter = 1},
    {NAME("ascension"), NAME("Hemelvaartsdag"), NAME("Ascension Day"), .easter = 39},
    {NAME("whit_monday"), NAME("tweede pinksterdag"), NAME("Whit Monday"), .easter = 50},
    {NAME("queens_day"), NAME("Koninginnedag"), NAME("Queen's Day"), 4, 30, 0, 1980, 2013, -1},
    {NAME("kings_day"), NAME("Koningsdag"), NAME("King's Day"), 4, 27, 0, 2014, 0, -1},
    {NAME("liberation_day"), NAME("Bevrijdingsdag"), NAME("Liberation Day"), .month = 5, .day = 5},
    {NAME("christmas_day"), NAME("eerste kerstdag"), NAME("Christmas Day"), .month = 12, .day = 25},
    {NAME("second_christmas_day"), NAME("tweede kerstdag"), NAME("Boxing Day"), .month = 12, .day = 26},
};

static const char *const equated_days[] = {"2022-05-27", "2023-04-28", "2023-05-19", "2024-05-10",
                                           "2024-12-27", "2025-05-30", "2026-01-02", "2026-05-15",
                                           "2027-05-07", "2028-04-28", "2028-05-26"};
#define EQUATED_COUNT (sizeof equated_days / sizeof equated_days[0])

static struct holiday all_holidays[sizeof holidays / sizeof holidays[0]];
static struct equated_day all_equated[EQUATED_COUNT];
static struct calendar calendar;

static int build(void **state)
{
    (void)state;
    memcpy(all_holidays, holidays, sizeof holidays);
    for (size_t i = 0; i < EQUATED_COUNT; i++)
        all_equated[i] = (struct equated_day){date(equated_days[i]), TEXT("gelijkgesteld"), TEXT("an equated day")};
    calendar =
        (struct calendar){all_holidays, sizeof holidays / sizeof holidays[0], all_equated, EQUATED_COUNT, 2022, 2028};
    return 0;
}

static struct term_end statutory(const char *start, const char *length)
{
    return calendar_term_end(&arena, &calendar, date(start), term(length), false, REGIME_STATUTORY);
}

static void assert_rest(const char *day, const char *nl, const char *en)
{
    struct text name_nl, name_en;
    assert_true(calendar_is_rest_day(&calendar, date(day), &name_nl, &name_en));
    assert_string_equal(text_string(&arena, name_nl), nl);
    assert_string_equal(text_string(&arena, name_en), en);
}

static void test_rest_days(void **state)
{
    (void)state;
    assert_rest("2026-01-01", "nieuwjaarsdag", "New Year's Day");
    assert_rest("2026-01-02", "gelijkgesteld", "an equated day");
    assert_rest("2026-01-03", "zaterdag", "a Saturday");
    assert_rest("2026-04-03", "Goede Vrijdag", "Good Friday");
    assert_rest("2026-04-05", "zondag", "a Sunday");
    assert_rest("2026-04-06", "tweede paasdag", "Easter Monday");
    assert_rest("2026-05-14", "Hemelvaartsdag", "Ascension Day");
    assert_rest("2026-05-25", "tweede pinksterdag", "Whit Monday");
    assert_rest("2026-12-26", "tweede kerstdag", "Boxing Day"); /* a Saturday too: the holiday is the better reason */
    assert_rest("2026-04-27", "Koningsdag", "King's Day");
    assert_rest("2025-04-26", "Koningsdag", "King's Day"); /* the 27th was a Sunday */
    assert_rest("2025-04-27", "zondag", "a Sunday");
    assert_rest("2013-04-30", "Koninginnedag", "Queen's Day");
    assert_rest("2006-04-29", "Koninginnedag", "Queen's Day");
    assert_rest("1995-04-29", "Koninginnedag", "Queen's Day");
    static const char *const ordinary[] = {"2014-04-30", "2013-04-26", "2026-05-04", "2026-03-11", "2026-04-02",
                                           "2026-04-30", "2028-04-26", "2026-12-24", "2029-05-11"};
    for (size_t i = 0; i < sizeof ordinary / sizeof ordinary[0]; i++)
        assert_false(calendar_is_rest_day(&calendar, date(ordinary[i]), NULL, NULL));
    assert_true(calendar_is_rest_day(&calendar, date("2026-01-01"), NULL, NULL));
}

/* Raw ends of six weeks and more, and where they go (bezwaartermijn of the Algemene wet bestuursrecht). */
static void test_ends_of_long_terms(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *due;
    } ends[] = {
        {"2026-03-14", "2026-03-16"}, {"2026-04-03", "2026-04-07"}, {"2026-01-01", "2026-01-05"},
        {"2026-05-14", "2026-05-18"}, {"2026-12-25", "2026-12-28"}, {"2026-03-11", "2026-03-11"},
        {"2027-05-05", "2027-05-10"}, {"2026-04-02", "2026-04-02"},
    };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct term_end found = {.raw = date(ends[i].raw)};
        struct date start = date_add_days(found.raw, -42, NULL);
        calendar_move(&arena, &calendar, start, term("P6W"), REGIME_STATUTORY, &found);
        assert_date(found.due, ends[i].due);
        assert_int_equal(found.moved, strcmp(ends[i].raw, ends[i].due) != 0);
        assert_false(found.provisional);
    }
}

static void test_computed_terms(void **state)
{
    (void)state;
    static const struct {
        const char *start, *term, *raw, *due;
    } terms[] = {
        {"2026-02-20", "P6W", "2026-04-03", "2026-04-07"},  {"2026-02-19", "P6W", "2026-04-02", "2026-04-02"},
        {"2026-04-02", "P6W", "2026-05-14", "2026-05-18"},  {"2026-03-20", "P8W", "2026-05-15", "2026-05-18"},
        {"2026-12-24", "P3D", "2026-12-27", "2026-12-29"},  {"2026-04-02", "P3D", "2026-04-05", "2026-04-08"},
        {"2026-08-31", "P6M", "2027-02-28", "2027-02-28"},  {"2025-11-30", "P3M", "2026-02-28", "2026-03-02"},
        {"2024-02-29", "P12M", "2025-02-28", "2025-02-28"},
    };
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        struct term_end found = statutory(terms[i].start, terms[i].term);
        assert_date(found.raw, terms[i].raw);
        assert_date(found.due, terms[i].due);
        int clamped = strcmp(terms[i].raw + 8, terms[i].start + 8) != 0 && strchr(terms[i].term, 'M') != NULL;
        assert_int_equal(found.clamped, clamped);
    }
}

static void assert_because(struct term_end found, const char *nl, const char *en)
{
    assert_true(found.moved);
    assert_string_equal(text_string(&arena, found.because_nl), nl);
    assert_string_equal(text_string(&arena, found.because_en), en);
}

static void test_because(void **state)
{
    (void)state;
    assert_because(statutory("2026-11-13", "P6W"),
                   "25 december is eerste kerstdag, 26 december is tweede kerstdag, 27 december is zondag",
                   "25 December is Christmas Day, 26 December is Boxing Day, 27 December is a Sunday");
    assert_because(statutory("2026-12-24", "P3D"),
                   "27 december is zondag, en de termijn van 3 dagen telt dan maar een gewone dag (art. 2 Algemene "
                   "termijnenwet)",
                   "27 December is a Sunday, and the term of 3 days then has only one ordinary day (art. 2 Algemene "
                   "termijnenwet)");
    /* From Wednesday 13 May: Ascension, an equated day, the weekend, and one Monday. */
    assert_because(statutory("2026-05-13", "P5D"),
                   "de termijn van 5 dagen telt maar een gewone dag (art. 2 Algemene termijnenwet)",
                   "the term of 5 days has only one ordinary day (art. 2 Algemene termijnenwet)");
    /* Ascension Day 2016 was Liberation Day: Friday is the second ordinary day. */
    assert_because(statutory("2016-05-03", "P5D"), "8 mei is zondag", "8 May is a Sunday");
    struct term_end still = statutory("2026-03-02", "P2W");
    assert_false(still.moved);
    assert_int_equal(still.because_nl.length, 0);
}

static void test_exceptions_of_article_4(void **state)
{
    (void)state;
    static const struct {
        const char *term;
        bool moves;
    } terms[] = {{"P90D", true}, {"P91D", false}, {"P12W", true},  {"P13W", false}, {"P3M", true},
                 {"P4M", false}, {"P1Y", false},  {"P18M", false}, {"P1D", true},   {"P0D", true}};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        /* Counted back to a start from which the raw end is Saturday 14 March 2026. */
        struct date start = date_subtract_term(&calendar, date("2026-03-14"), term(terms[i].term), NULL);
        struct term_end found =
            calendar_term_end(&arena, &calendar, start, term(terms[i].term), false, REGIME_STATUTORY);
        assert_date(found.raw, "2026-03-14");
        assert_date(found.due, terms[i].moves ? "2026-03-16" : "2026-03-14");
    }
    struct term_end hours = {.raw = date("2026-03-14")};
    calendar_move(&arena, &calendar, date("2026-03-13"), term("PT24H"), REGIME_STATUTORY, &hours);
    assert_date(hours.due, "2026-03-14");
}

static void test_other_regimes(void **state)
{
    (void)state;
    struct term_end found =
        calendar_term_end(&arena, &calendar, date("2025-12-25"), term("P1Y"), false, REGIME_NEXT_WORKING_DAY);
    assert_date(found.due, "2026-12-28");
    found = calendar_term_end(&arena, &calendar, date("2026-12-24"), term("P3D"), false, REGIME_NEXT_WORKING_DAY);
    assert_date(found.due, "2026-12-28"); /* article 2 is the act's alone */
    found = calendar_term_end(&arena, &calendar, date("2026-12-24"), term("P3D"), false, REGIME_AS_WRITTEN);
    assert_date(found.due, "2026-12-27");
    assert_false(found.moved);
    found = calendar_term_end(&arena, &calendar, date("2035-12-24"), term("P3D"), false, REGIME_AS_WRITTEN);
    assert_false(found.provisional);
}

static void test_same_day(void **state)
{
    (void)state;
    struct term_end found =
        calendar_term_end(&arena, &calendar, date("2026-01-15"), term("P3M"), true, REGIME_AS_WRITTEN);
    assert_date(found.raw, "2026-04-14");
    found = calendar_term_end(&arena, &calendar, date("2026-01-15"), term("P3M"), false, REGIME_AS_WRITTEN);
    assert_date(found.raw, "2026-04-15");
    /* The start itself is an ordinary day of the term: Thursday 24 and Monday 28 December are two. */
    found = calendar_term_end(&arena, &calendar, date("2026-12-24"), term("P4D"), true, REGIME_STATUTORY);
    assert_date(found.raw, "2026-12-27");
    assert_date(found.due, "2026-12-28");
}

static void test_working_days(void **state)
{
    (void)state;
    static const struct {
        const char *start;
        int count;
        const char *end;
    } days[] = {
        {"2026-04-02", 1, "2026-04-07"},  {"2026-04-02", 2, "2026-04-08"}, {"2026-04-04", 1, "2026-04-07"},
        {"2026-03-02", 5, "2026-03-09"},  {"2026-03-02", 0, "2026-03-02"}, {"2026-04-07", -1, "2026-04-02"},
        {"2026-03-09", -5, "2026-03-02"}, {"2025-12-31", 1, "2026-01-05"}, {"2026-05-13", 1, "2026-05-18"},
    };
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++)
        assert_date(calendar_add_working_days(&calendar, date(days[i].start), days[i].count), days[i].end);
    struct term_end found =
        calendar_term_end(&arena, &calendar, date("2026-04-02"), term("2 working days"), false, REGIME_STATUTORY);
    assert_date(found.due, "2026-04-08");
    assert_false(found.moved);
    assert_false(found.provisional);
    found = calendar_term_end(&arena, &calendar, date("2026-04-02"), term("2 working days"), true, REGIME_AS_WRITTEN);
    assert_date(found.due, "2026-04-07");
    found = calendar_term_end(&arena, &calendar, date("2028-12-29"), term("2 working days"), false, REGIME_AS_WRITTEN);
    assert_date(found.due, "2029-01-03");
    assert_true(found.provisional);
}

static void test_counted_back(void **state)
{
    (void)state;
    bool clamped = false;
    assert_date(date_subtract_term(&calendar, date("2026-05-31"), term("P3M"), &clamped), "2026-02-28");
    assert_true(clamped);
    clamped = false;
    assert_date(date_subtract_term(&calendar, date("2026-07-01"), term("P1M"), &clamped), "2026-06-01");
    assert_date(date_subtract_term(&calendar, date("2026-07-01"), term("P2Y"), &clamped), "2024-07-01");
    assert_date(date_subtract_term(&calendar, date("2026-04-05"), term("P8W"), &clamped),
                "2026-02-08"); /* a Sunday stays */
    assert_date(date_subtract_term(&calendar, date("2026-04-05"), term("P2D"), &clamped), "2026-04-03");
    assert_date(date_subtract_term(&calendar, date("2026-04-07"), term("3 working days"), &clamped), "2026-03-31");
    assert_false(clamped);
}

static void test_provisional_and_outside(void **state)
{
    (void)state;
    assert_true(statutory("2028-12-01", "P6W").provisional);
    assert_false(statutory("2028-11-01", "P6W").provisional);
    assert_true(statutory("2021-01-01", "P2W").provisional);
    assert_false(statutory("2028-12-01", "P6M").provisional); /* excepted: no calendar was asked */
    struct term_end found = statutory("2199-12-01", "P12W");
    assert_true(found.outside);
    assert_date(found.due, "2199-12-31");
    found = calendar_term_end(&arena, &calendar, date("2199-12-30"), term("5 working days"), false, REGIME_AS_WRITTEN);
    assert_true(found.outside);
    found = calendar_term_end(&arena, &calendar, date("1900-01-01"), term("P0D"), true, REGIME_AS_WRITTEN);
    assert_true(found.outside);
}

/* ---- The slow reference, from the articles: which days of 2000 to 2041 are rest days, and the least end that will do
 * ---- */

#define FIRST_YEAR 2000
#define LAST_YEAR 2041
static bool rest[(LAST_YEAR - FIRST_YEAR + 1) * 366 + 1];

static bool *rest_on(struct date day)
{
    struct date first;
    assert_true(date_of(FIRST_YEAR, 1, 1, &first));
    return &rest[day.day - first.day];
}

static void mark(int year, int month, int day)
{
    struct date marked;
    assert_true(date_of(year, month, day, &marked));
    *rest_on(marked) = true;
}

static void mark_year(int year)
{
    mark(year, 1, 1);
    mark(year, 5, 5);
    mark(year, 12, 25);
    mark(year, 12, 26);
    struct date birthday;
    assert_true(date_of(year, 4, year < 2014 ? 30 : 27, &birthday));
    if (date_weekday(birthday) == SUNDAY)
        birthday.day--;
    *rest_on(birthday) = true;
    static const int from_easter[] = {-2, 1, 39, 50};
    for (size_t i = 0; i < 4; i++)
        *rest_on((struct date){date_easter(year).day + from_easter[i]}) = true;
    struct date day, last;
    assert_true(date_of(year, 1, 1, &day) && date_of(year, 12, 31, &last));
    for (; day.day <= last.day; day.day++)
        if (date_weekday(day) >= SATURDAY)
            *rest_on(day) = true;
}

/* The least end, not before the raw one, that is an ordinary day and for three days or more makes two of them. */
static struct date reference(struct date start, struct term length, struct date raw)
{
    bool excepted = (length.unit == UNIT_DAYS && length.count > 90) ||
                    (length.unit == UNIT_WEEKS && length.count > 12) ||
                    (length.unit == UNIT_MONTHS && length.count > 3);
    if (excepted)
        return raw;
    int wanted = length.unit == UNIT_DAYS && length.count < 3 ? 1 : 2, ordinary = 0;
    for (struct date day = {start.day + 1};; day.day++) {
        ordinary += !*rest_on(day);
        if (day.day >= raw.day && !*rest_on(day) && ordinary >= wanted)
            return day;
    }
}

static void compare_from(struct date start, struct term length)
{
    struct date raw = length.unit == UNIT_MONTHS
                          ? date_add_months(start, length.count, NULL, NULL)
                          : (struct date){start.day + length.count * (length.unit == UNIT_WEEKS ? 7 : 1)};
    struct term_end found = calendar_term_end(&arena, &calendar, start, length, false, REGIME_STATUTORY);
    struct date expected = reference(start, length, raw);
    assert_int_equal(found.raw.day, raw.day);
    if (found.due.day != expected.day)
        fail_msg("%s + %s: found %s, expected %s", date_text(&arena, start).at, term_text(&arena, length).at,
                 date_text(&arena, found.due).at, date_text(&arena, expected).at);
    assert_int_equal(found.moved, found.due.day != raw.day);
    assert_int_equal(found.because_nl.length > 0, found.moved);
    assert_int_equal(found.because_en.length > 0, found.moved);
}

static void test_against_the_reference(void **state)
{
    (void)state;
    static const struct {
        enum unit unit;
        int least, most;
    } lengths[] = {
        {UNIT_DAYS, 1, 14}, {UNIT_WEEKS, 1, 13}, {UNIT_MONTHS, 1, 4}, {UNIT_DAYS, 89, 92}, {UNIT_MONTHS, 6, 6}};
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++)
        mark_year(year);
    for (size_t i = 0; i < EQUATED_COUNT; i++)
        *rest_on(date(equated_days[i])) = true;
    for (struct date start = date("2000-01-01"); start.day <= date("2040-12-31").day; start.day++) {
        for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
            for (int count = lengths[i].least; count <= lengths[i].most; count++)
                compare_from(start, (struct term){count, lengths[i].unit});
        arena_finish(&arena);
        arena_init(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rest_days, begin, end),
        cmocka_unit_test_setup_teardown(test_ends_of_long_terms, begin, end),
        cmocka_unit_test_setup_teardown(test_computed_terms, begin, end),
        cmocka_unit_test_setup_teardown(test_because, begin, end),
        cmocka_unit_test_setup_teardown(test_exceptions_of_article_4, begin, end),
        cmocka_unit_test_setup_teardown(test_other_regimes, begin, end),
        cmocka_unit_test_setup_teardown(test_same_day, begin, end),
        cmocka_unit_test_setup_teardown(test_working_days, begin, end),
        cmocka_unit_test_setup_teardown(test_counted_back, begin, end),
        cmocka_unit_test_setup_teardown(test_provisional_and_outside, begin, end),
        cmocka_unit_test_setup_teardown(test_against_the_reference, begin, end),
    };
    return cmocka_run_group_tests_name("calendar", tests, build, NULL);
}
