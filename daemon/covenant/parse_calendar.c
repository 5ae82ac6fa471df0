/* rules/national/calendar.yaml: days of rest. */
#include "covenant/parse.h"

static int year_or(const struct node *map, const char *key, int otherwise)
{
    long long year;
    return read_integer(map, key, &year) && year >= YEAR_MIN && year <= YEAR_MAX ? (int)year : otherwise;
}

/* A number within bounds; otherwise a finding, and 0. */
static int bounded(struct reading *reading, const struct node *map, const char *key, int least, int most)
{
    long long value;
    if (!read_integer(map, key, &value))
        return 0;
    if (value >= least && value <= most)
        return (int)value;
    const struct node *node = node_get(map, key);
    findings_add(reading->findings, SEVERITY_ERROR, "out_of_range", node->place, node->width, "`%s` is %.*s, expected %d to %d", key,
                 TEXT_ARGS(node->text), least, most);
    return 0;
}

static struct holiday holiday_of(struct reading *reading, const struct node *key, const struct node *map)
{
    struct says says = read_says(map, "says");
    struct rule rule = {0};
    read_references(reading, map, NULL, &rule);
    struct holiday holiday = {.id = key->text,
                              .nl = says.nl,
                              .en = says.en.at ? says.en : says.nl,
                              .month = bounded(reading, map, "month", 1, 12),
                              .day = bounded(reading, map, "day", 1, 31),
                              .easter = bounded(reading, map, "days_from_easter", -100, 100),
                              .from = bounded(reading, map, "from", YEAR_MIN, YEAR_MAX),
                              .until = bounded(reading, map, "until", YEAR_MIN, YEAR_MAX),
                              .sunday_moves = bounded(reading, map, "moves_from_sunday", -6, 6)};
    struct date date;
    /* 29 February would be no holiday in three years of four; 2001 has none. */
    if (holiday.month && holiday.day && !date_of(2001, holiday.month, holiday.day, &date))
        findings_add(reading->findings, SEVERITY_ERROR, "wrong_date", node_get(map, "day")->place, node_get(map, "day")->width,
                     "there is no day %d in month %d every year", holiday.day, holiday.month);
    return holiday;
}

void parse_calendar(struct reading *reading, const struct node *root, struct calendar *calendar)
{
    reading->sources = read_sources(reading->arena, node_get(root, "sources"), &reading->sources_count);
    const struct node *holidays = node_get(root, "holidays"), *equated = node_get(root, "equated");
    const struct node *days = node_get(equated, "days"), *known = node_get(equated, "known");
    calendar->holidays_count = holidays ? holidays->count : 0;
    calendar->holidays = ARENA_ARRAY(reading->arena, calendar->holidays_count ? calendar->holidays_count : 1, struct holiday);
    for (size_t i = 0; i < calendar->holidays_count; i++)
        calendar->holidays[i] = holiday_of(reading, holidays->keys[i], holidays->items[i]);
    calendar->equated_from = year_or(known, "from", 0);
    calendar->equated_until = year_or(known, "until", 0);
    calendar->equated_count = days ? days->count : 0;
    calendar->equated = ARENA_ARRAY(reading->arena, calendar->equated_count ? calendar->equated_count : 1, struct equated_day);
    for (size_t i = 0; i < calendar->equated_count; i++) {
        const struct node *item = days->items[i];
        struct equated_day *day = &calendar->equated[i];
        struct says says = read_says(item, "says");
        struct rule rule = {0};
        *day = (struct equated_day){.nl = says.nl, .en = says.en.at ? says.en : says.nl};
        read_references(reading, item, NULL, &rule);
        int year = 0, month, date;
        if (read_date(item, "on", &day->on))
            date_parts(day->on, &year, &month, &date);
        if (year && (year < calendar->equated_from || year > calendar->equated_until))
            findings_add(reading->findings, SEVERITY_ERROR, "out_of_range", node_get(item, "on")->place, node_get(item, "on")->width,
                         "`%.*s` lies outside the years that are known, %d to %d", TEXT_ARGS(read_text(item, "on")),
                         calendar->equated_from, calendar->equated_until);
    }
    if (known && calendar->equated_from > calendar->equated_until)
        findings_add(reading->findings, SEVERITY_ERROR, "min_above_max", known->place, known->width,
                     "`known` goes from %d until %d", calendar->equated_from, calendar->equated_until);
}
