#include "base/date.h"

#include <string.h>

static const int count_max = 9999;

/* Takes a number without leading zeros off the front of `*text`. */
static bool take_count(struct text *text, int *count)
{
    size_t length = 0;
    int number = 0;
    while (length < text->length && text->at[length] >= '0' && text->at[length] <= '9') {
        number = number * 10 + (text->at[length++] - '0');
        if (number > count_max)
            return false;
    }
    if (length == 0 || (length > 1 && text->at[0] == '0'))
        return false;
    *count = number;
    *text = text_slice(*text, length, text->length);
    return true;
}

static bool parse_working_days(struct text text, struct term *term)
{
    if (!take_count(&text, &term->count))
        return false;
    term->unit = UNIT_WORKING_DAYS;
    return text_is(text, " working days") || (term->count == 1 && text_is(text, " working day"));
}

/* What stands after the `P` of P1Y6M, which is 18 months: the one pair of units that is one count. */
static bool parse_years_and_months(struct text text, struct term *term)
{
    int years, months;
    if (!take_count(&text, &years) || !text_starts_with(text, "Y"))
        return false;
    text = text_slice(text, 1, text.length);
    if (!take_count(&text, &months) || !text_is(text, "M"))
        return false;
    term->count = years * 12 + months;
    term->unit = UNIT_MONTHS;
    return term->count <= count_max;
}

static bool parse_iso(struct text text, struct term *term)
{
    static const struct {
        char letter;
        enum unit unit;
    } units[] = {{'D', UNIT_DAYS}, {'W', UNIT_WEEKS}, {'M', UNIT_MONTHS}, {'Y', UNIT_YEARS}};
    bool hours = text_starts_with(text, "PT");
    text = text_slice(text, hours ? 2 : 1, text.length);
    if (!hours && parse_years_and_months(text, term))
        return true;
    if (!take_count(&text, &term->count) || text.length != 1)
        return false;
    term->unit = UNIT_HOURS;
    if (hours)
        return text.at[0] == 'H';
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (units[i].letter == text.at[0]) {
            term->unit = units[i].unit;
            return true;
        }
    }
    return false;
}

bool term_parse(struct text text, struct term *term, const char **expected)
{
    struct term found = {0};
    bool good = text_starts_with(text, "P") ? parse_iso(text, &found) : parse_working_days(text, &found);
    if (good)
        *term = found;
    else
        *expected = "a term of at most 9999: `P14D`, `P2W`, `P3M`, `P1Y`, `PT24H` or `5 working days`";
    return good;
}

struct text term_text(struct arena *arena, struct term term)
{
    static const struct {
        const char *before, *after;
    } forms[] = {
        [UNIT_HOURS] = {"PT", "H"}, [UNIT_DAYS] = {"P", "D"},   [UNIT_WORKING_DAYS] = {"", " working days"},
        [UNIT_WEEKS] = {"P", "W"},  [UNIT_MONTHS] = {"P", "M"}, [UNIT_YEARS] = {"P", "Y"},
    };
    if (term.unit == UNIT_WORKING_DAYS && term.count == 1)
        return TEXT("1 working day");
    return text_format(arena, "%s%d%s", forms[term.unit].before, term.count, forms[term.unit].after);
}

/* Of each unit the word for one and the word for any other number. */
struct unit_words {
    const char *one, *more;
};

static struct text term_words(struct arena *arena, struct term term, const struct unit_words *words)
{
    const struct unit_words *unit = &words[term.unit];
    return text_format(arena, "%d %s", term.count, term.count == 1 ? unit->one : unit->more);
}

struct text term_words_nl(struct arena *arena, struct term term)
{
    static const struct unit_words words[] = {
        [UNIT_HOURS] = {"uur", "uur"},
        [UNIT_DAYS] = {"dag", "dagen"},
        [UNIT_WORKING_DAYS] = {"werkdag", "werkdagen"},
        [UNIT_WEEKS] = {"week", "weken"},
        [UNIT_MONTHS] = {"maand", "maanden"},
        [UNIT_YEARS] = {"jaar", "jaar"},
    };
    return term_words(arena, term, words);
}

struct text term_words_en(struct arena *arena, struct term term)
{
    static const struct unit_words words[] = {
        [UNIT_HOURS] = {"hour", "hours"},
        [UNIT_DAYS] = {"day", "days"},
        [UNIT_WORKING_DAYS] = {"working day", "working days"},
        [UNIT_WEEKS] = {"week", "weeks"},
        [UNIT_MONTHS] = {"month", "months"},
        [UNIT_YEARS] = {"year", "years"},
    };
    return term_words(arena, term, words);
}
