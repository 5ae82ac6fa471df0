/* The tables that the files share: texts, sources, facts, events, derived names, deadlines. */
#include "covenant/shape_table.h"

static const struct shape_key says_keys[] = {
    MUST("nl", OF_TEXT, "In Dutch.", "\"De client komt uit de opvang\""),
    KEY("en", OF_TEXT, "In English.", "\"The client comes from a shelter\""),
};
const struct shape shape_says = {
    .name = "says", .description = "A text for people, in Dutch and, where there is one, in English.", SHAPE_KEYS(says_keys)};

static const char *const source_kinds[] = {"publication", "agreement", "law", "assumption", NULL};
static const struct shape_key source_keys[] = {
    MUST("title", OF_TEXT, "What it is called.", "\"Werkafspraken Thuis in de wijk\""),
    MUST("kind", OF_CHOICE(source_kinds),
         "What it is: decisions that rest on an assumption say so, and `statutory` needs a law.", "\"publication\""),
    KEY("url", OF_TEXT, "Where it can be read.", "\"https://example.org/werkafspraken\""),
    KEY("date", OF_DATE, "Its date.", "\"2022-09-26\""),
    KEY("note", OF_TEXT, "What a reader should know of it.", NULL),
};
const struct shape shape_source = {
    .name = "source", .description = "A document that rules refer to.", SHAPE_KEYS(source_keys)};

static const struct shape_key reference_keys[] = {
    MUST("is", OF_REFERENCE, "A key of `sources`.", "\"agreements\""),
    MUST("at", OF_TEXT, "The place in it.", "\"art. 3\""),
};
const struct shape shape_source_reference = {
    .name = "source_reference", .description = "A place in a source.", SHAPE_KEYS(reference_keys)};

static const char *const type_names[] = {"boolean", "integer", "money", "text", "date", NULL};
static const char *const sensitivities[] = {"ordinary", "personal", "special", NULL};
enum { BY_TYPE = 1, BY_CHOICES = 2 };
#define TYPE_KEYS \
    EITHER("type", OF_CHOICE(type_names), BY_TYPE, "What kind of value it has.", "\"boolean\""), \
    EITHER("one_of", OF_LIST(OF_NAME), BY_CHOICES, "The texts that it may be.", "[\"single\", \"couple\"]")

static const struct shape_key fact_keys[] = {
    TYPE_KEYS,
    MUST("label", OF_MAP(shape_says), "What people call it.", NULL),
    KEY("ask", OF_MAP(shape_says), "The question that asks for it.", NULL),
    KEY("stated_by", OF_REFERENCE_LIST, "The roles that state it.", "[\"care_provider\"]"),
    KEY("sensitivity", OF_CHOICE(sensitivities), "How sensitive it is; `ordinary` when it is not written.", "\"special\""),
    KEY("visible_to", OF_REFERENCE_LIST, "The roles that may see the value; none: only who stated it.", "[\"municipality\"]"),
};
const struct shape shape_fact = {.name = "fact",
                                 .description = "Something that is stated about a case.",
                                 SHAPE_KEYS(fact_keys),
                                 .groups = {{.bits = BY_TYPE | BY_CHOICES}}};

static const struct shape_key attribute_keys[] = {
    TYPE_KEYS,
    KEY("optional", OF_BOOLEAN, "May it be left out of the event?", "true"),
    KEY("label", OF_MAP(shape_says), "What people call it.", NULL),
};
static const struct shape shape_attribute = {.name = "attribute",
                                             .description = "Something that an event tells.",
                                             SHAPE_KEYS(attribute_keys),
                                             .groups = {{.bits = BY_TYPE | BY_CHOICES}}};
static const struct shape_key event_keys[] = {
    MUST("label", OF_MAP(shape_says), "What people call it.", NULL),
    KEY("attributes", OF_NAMED(shape_attribute), "What it tells besides its date; no attribute is named like a fact.", NULL),
};
const struct shape shape_event = {
    .name = "event", .description = "Something that happens on a day.", SHAPE_KEYS(event_keys)};

enum { OF = 4, COUNT = 8, FIRST = 16, LAST = 32, LUA = 64, OVER_EVENTS = COUNT | FIRST | LAST };
static const struct shape_key derived_keys[] = {
    EITHER("of", OF_CONDITION, OF, "The expression that computes it.", "\"months_between(moved_in_on, on)\""),
    EITHER("count", OF_REFERENCE, COUNT, "How often this event happened.", "\"nuisance_reported\""),
    EITHER("first", OF_REFERENCE, FIRST, "The first such event: its date, or the attribute that `take` names.", "\"moved_in\""),
    EITHER("last", OF_REFERENCE, LAST, "The last such event: its date, or the attribute that `take` names.", "\"evaluation\""),
    EITHER("lua", OF_REFERENCE, LUA, "The function of the covenant's Lua file that computes it.", "\"evaluations_spread\""),
    TYPE_KEYS,
    BESIDE("args", OF_LIST(OF_ARGUMENT), LUA, "Facts, derived names, literals, or the name of an event (all such events).",
           "[\"evaluation\", \"contract_since\"]"),
    BESIDE("where", OF_CONDITION, OVER_EVENTS, "Which of the events take part; their attributes and `event_date` are names in it.",
           "\"reporter ~= \\\"anonymous\\\"\""),
    BESIDE("take", OF_REFERENCE, FIRST | LAST, "The attribute that is taken instead of the date.", "\"outcome\""),
    BESIDE("since", OF_REFERENCE, OVER_EVENTS, "Only events on or after this event or date.", "\"contract_since\""),
    BESIDE("within", OF_TERM, OVER_EVENTS, "Only events whose date plus this term lies after the date judged.", "\"P6M\""),
};
const struct shape shape_derived = {.name = "derived",
                                    .description = "A name for something that is computed.",
                                    SHAPE_KEYS(derived_keys),
                                    .groups = {{.bits = OF | OVER_EVENTS | LUA},
                                               {.bits = BY_TYPE | BY_CHOICES, .with = OF | LUA}}};

static const char *const regimes[] = {"as_written", "next_working_day", "statutory", NULL};
#define CALENDAR_KEY(beside) \
    BESIDE("calendar", OF_CHOICE(regimes), beside, \
           "How an end on a rest day moves; `as_written` when it is not written, `statutory` needs a source that is law.", \
           "\"next_working_day\"")
enum { WITHIN = 1, BEFORE = 2 };
#define ACTION_KEYS \
    KEY("id", OF_ID, "Its id; without it, the id of the rule around it.", "\"N1a\""), \
        MUST("who", OF_REFERENCE, "The role that does it.", "\"care_provider\""), \
        MUST("does", OF_MAP(shape_says), "What is done.", "{\"nl\": \"Neem contact op\"}"), \
        EITHER("within", OF_TERM, WITHIN, "The term for it.", "\"PT24H\""), \
        KEY("done_by", OF_REFERENCE, "The event that shows that it was done.", "\"nuisance_talk\""), \
        CALENDAR_KEY(WITHIN)
static const struct shape_key action_keys[] = {ACTION_KEYS};
const struct shape shape_action = {.name = "action",
                                   .description = "Something that somebody has to do.",
                                   SHAPE_KEYS(action_keys),
                                   .groups = {{.bits = WITHIN, .may_be_none = true}}};
static const struct shape_key otherwise_keys[] = {
    ACTION_KEYS,
    EITHER("before", OF_REFERENCE, BEFORE, "A window: it is due when that closes.", "\"fixed_term_notice\""),
};
const struct shape shape_otherwise = {.name = "otherwise",
                                      .description = "What somebody has to do when it does not hold.",
                                      SHAPE_KEYS(otherwise_keys),
                                      .groups = {{.bits = WITHIN | BEFORE, .may_be_none = true}}};

static const struct shape_key requirement_keys[] = {
    RULE_KEYS,
    KEY("applies", OF_CONDITION, "When it applies; always when it is not written.", "\"known(debt_status)\""),
    MUST("require", OF_CONDITION, "What must hold.", "\"agreements_accepted\""),
    KEY("otherwise", OF_MAP(shape_otherwise), "What somebody has to do when it does not hold.", NULL),
};
const struct shape shape_requirement = {
    .name = "requirement", .description = "Something that must hold.", SHAPE_KEYS(requirement_keys)};
static const struct shape_key inner_requirement_keys[] = {
    ID_KEY,
    SAYS_KEY,
    OUTER_SOURCE_KEY,
    ASSUMED_KEY,
    KEY("applies", OF_CONDITION, "When it applies; always when it is not written.", "\"known(debt_status)\""),
    MUST("require", OF_CONDITION, "What must hold.", "\"housing_goals_met\""),
    KEY("otherwise", OF_MAP(shape_otherwise), "What somebody has to do when it does not hold.", NULL),
};
const struct shape shape_inner_requirement = {.name = "inner_requirement",
                                              .description = "Something that must hold, inside a rule that has a source.",
                                              SHAPE_KEYS(inner_requirement_keys)};

static const struct shape_key pause_keys[] = {
    MUST("from", OF_REFERENCE, "The event with which it begins (from the day after).", "\"timeout_started\""),
    MUST("until", OF_REFERENCE, "The event, date or deadline with which it ends.", "\"timeout_ended\""),
    KEY("at_most", OF_TERM, "How long it can last.", "\"P4W\""),
    KEY("longer_than", OF_TERM, "It counts, with all its days, once it is longer than this.", "\"P14D\""),
};
const struct shape shape_pause = {
    .name = "pause", .description = "A time in which a term stands still.", SHAPE_KEYS(pause_keys)};

enum { STARTS = 1, BACK = 2, TARGET = 4, LIMIT = 8 };
static const char *const counts_from[] = {"same_day", "next_day", NULL};
static const char *const duties[] = {"best_efforts", NULL};
#define DEADLINE_KEYS \
    RULE_KEYS, KEY("applies", OF_CONDITION, "When it applies; always when it is not written.", "\"known(lease_end)\""), \
        MUST("owner", OF_REFERENCE, "The role that must meet it; for the client it is a right.", "\"housing_corporation\""), \
        EITHER("starts", OF_REFERENCE, STARTS, "The event, date or deadline with which the term starts.", "\"urgency_requested\""), \
        EITHER("target", OF_TERM_OR_BLANK, TARGET, "The term that is aimed for.", "\"P3M\""), \
        EITHER("limit", OF_TERM_OR_BLANK, LIMIT, "The term that must be met.", "\"P6M\""), \
        BESIDE("counts_from", OF_CHOICE(counts_from), STARTS, \
               "Does the first day count? `next_day` when it is not written.", "\"same_day\""), \
        CALENDAR_KEY(STARTS), \
        BESIDE("paused", OF_LIST_OF(shape_pause), STARTS, "When the term stands still.", NULL), \
        EITHER("counts_back_from", OF_REFERENCE, BACK, "The event, date or deadline from which a window is counted back.", "\"lease_end\""), \
        MUST_BESIDE("opens", OF_TERM, BACK, "How long before it the window opens.", "\"P3M\""), \
        MUST_BESIDE("closes", OF_TERM, BACK, "How long before it the window closes.", "\"P1M\""), \
        KEY("met_by", OF_REFERENCES, "The event that meets it, or a list of which any does.", "\"home_offered\""), \
        KEY("duty", OF_CHOICE(duties), "What kind of duty it is, when it is not one of result.", "\"best_efforts\""), \
        KEY("when_missed", OF_MAP(shape_action), "What somebody has to do when it is missed.", NULL)
#define DEADLINE_GROUPS \
    .groups = {{.bits = STARTS | BACK}, {.bits = TARGET | LIMIT, .with = STARTS, .may_be_more = true}}
static const struct shape_key deadline_keys[] = {DEADLINE_KEYS};
const struct shape shape_deadline = {.name = "deadline",
                                     .description = "A term that somebody must meet, or a window in which something can be done.",
                                     SHAPE_KEYS(deadline_keys),
                                     DEADLINE_GROUPS};

static const struct shape_key law_in_force_keys[] = {
    KEY("from", OF_DATE, "The first day on which it holds.", "\"1994-01-01\""),
    KEY("until", OF_DATE, "The last day on which it holds.", "\"2024-06-30\""),
};
static const struct shape shape_law_in_force = {
    .name = "law_in_force", .description = "The days on which a term by law holds.", SHAPE_KEYS(law_in_force_keys)};
static const struct shape_key law_deadline_keys[] = {
    DEADLINE_KEYS,
    KEY("in_force", OF_MAP(shape_law_in_force), "The days on which it holds; always when it is not written.", NULL),
    KEY("when_passed", OF_MAP(shape_says), "What happens by law when nobody acts.", NULL),
};
const struct shape shape_law_deadline = {.name = "law_deadline",
                                         .description = "A term or a window by law, which a region may include by its id.",
                                         SHAPE_KEYS(law_deadline_keys),
                                         DEADLINE_GROUPS};
