/* The tables of the national files, and of the examples. */
#include "covenant/shape_table.h"

static const struct shape_key role_keys[] = {
    MUST("label", OF_MAP(shape_says), "What people call it.", "{\"nl\": \"Zorgaanbieder\", \"en\": \"Care provider\"}"),
};
static const struct shape shape_role = {
    .name = "role", .description = "Somebody who states facts, does things, or may see them.", SHAPE_KEYS(role_keys)};

static const struct shape_key vocabulary_keys[] = {
    MUST("roles", OF_NAMED(shape_role), "Who takes part.", NULL),
    MUST("facts", OF_NAMED(shape_fact), "What may be stated about a case, in every region.", NULL),
    MUST("events", OF_NAMED(shape_event), "What may happen, in every region.", NULL),
    KEY("derived", OF_NAMED(shape_derived), "What is computed, in every region.", NULL),
};
const struct shape shape_vocabulary = {.name = "vocabulary",
                                       .description = "The facts, events and roles that every region shares.",
                                       SHAPE_KEYS(vocabulary_keys)};

enum { MONTH = 1, EASTER = 2 };
static const struct shape_key holiday_keys[] = {
    MUST("says", OF_MAP(shape_says), "What it is called.", "{\"nl\": \"Koningsdag\", \"en\": \"King's Day\"}"),
    MUST("source", OF_SOURCES, "Where it is written.", "\"termijnenwet\""),
    EITHER("month", OF_INTEGER, MONTH, "Its month.", "4"),
    MUST_BESIDE("day", OF_INTEGER, MONTH, "Its day in the month.", "27"),
    EITHER("days_from_easter", OF_INTEGER, EASTER, "Its distance from Easter Sunday, in days.", "-2"),
    BESIDE("moves_from_sunday", OF_INTEGER, MONTH, "The days that it moves when it falls on a Sunday.", "-1"),
    KEY("from", OF_INTEGER, "The first year in which it holds.", "2014"),
    KEY("until", OF_INTEGER, "The last year in which it holds.", "2013"),
};
static const struct shape shape_holiday = {.name = "holiday",
                                           .description = "A day of rest that comes back every year.",
                                           SHAPE_KEYS(holiday_keys),
                                           .groups = {{.bits = MONTH | EASTER}}};
static const struct shape_key known_keys[] = {
    MUST("from", OF_INTEGER, "The first year whose equated days are all listed.", "2020"),
    MUST("until", OF_INTEGER, "The last year whose equated days are all listed.", "2028"),
};
static const struct shape shape_known = {
    .name = "known_years", .description = "The years whose equated days are all listed; outside them an end is provisional.", SHAPE_KEYS(known_keys)};
static const struct shape_key equated_day_keys[] = {
    MUST("on", OF_DATE, "The day.", "\"2026-05-15\""),
    MUST("says", OF_MAP(shape_says), "What it is called.", "{\"nl\": \"dag na Hemelvaartsdag\"}"),
    MUST("source", OF_SOURCES, "Where it is written.", "\"decree_2024\""),
};
static const struct shape shape_equated_day = {
    .name = "equated_day", .description = "A single day that the Crown equated with a holiday.", SHAPE_KEYS(equated_day_keys)};
static const struct shape_key equated_keys[] = {
    MUST("known", OF_MAP(shape_known), "The years that are known.", NULL),
    MUST("days", OF_LIST_OF(shape_equated_day), "The days.", NULL),
};
static const struct shape shape_equated = {
    .name = "equated", .description = "Days that the Crown equated with a holiday.", SHAPE_KEYS(equated_keys)};
static const struct shape_key calendar_keys[] = {
    MUST("sources", OF_NAMED(shape_source), "The documents that it rests on.", NULL),
    MUST("holidays", OF_NAMED(shape_holiday), "The days of rest that come back every year.", NULL),
    MUST("equated", OF_MAP(shape_equated), "The single days that are equated with them.", NULL),
};
const struct shape shape_calendar = {
    .name = "calendar", .description = "The days on which no term ends.", SHAPE_KEYS(calendar_keys)};

static const struct shape_key law_keys[] = {
    MUST("sources", OF_NAMED(shape_source), "The laws.", NULL),
    MUST("deadlines", OF_LIST_OF(shape_law_deadline), "The terms by law, which a region includes by id.", NULL),
};
const struct shape shape_law = {.name = "law", .description = "The terms by law.", SHAPE_KEYS(law_keys)};

static const char *const kept_kinds[] = {"decision", "confirmation", NULL};
static const struct shape_key retention_term_keys[] = {
    MUST("kind", OF_CHOICE(kept_kinds), "The kind of record.", "\"decision\""),
    KEY("region", OF_TEXT, "The region in which it holds; without it: in each that has no term of its own.", "\"almere\""),
    SAYS_KEY,
    SOURCE_KEY,
    MUST("keep", OF_TERM, "How long a case is kept after its newest record, when it has one of that kind.", "\"P15Y\""),
};
static const struct shape shape_retention_term = {
    .name = "retention_term", .description = "How long what is recorded is kept.", SHAPE_KEYS(retention_term_keys)};
static const struct shape_key retention_keys[] = {
    MUST("sources", OF_NAMED(shape_source), "The documents that the terms rest on.", NULL),
    MUST("terms", OF_SOME_OF(shape_retention_term), "The terms; of those that a case meets the longest counts.", NULL),
};
const struct shape shape_retention = {.name = "retention",
                                      .description = "How long what is recorded of a case is kept; then it is erased.",
                                      SHAPE_KEYS(retention_keys)};

static const struct shape_key example_keys[] = {
    KEY("says", OF_MAP(shape_says), "What it shows.", "{\"nl\": \"Een huis dat te laat wordt aangeboden\"}"),
    MUST("case", OF_ANY, "A case, as other systems send it.", NULL),
    MUST("expect", OF_SOME(OF_ANY), "What must be decided, for dates of the life story: `{on: ..., <any part of a decision>}`.", NULL),
};
const struct shape shape_example = {
    .name = "example", .description = "A case that the covenant must decide as written.", SHAPE_KEYS(example_keys)};
