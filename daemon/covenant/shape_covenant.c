/* The tables of covenant.yaml: the whole, and its sections. */
#include "covenant/shape_table.h"

static const struct shape_key in_force_keys[] = {
    MUST("from", OF_DATE, "The first day.", "\"2022-07-01\""),
    KEY("until", OF_DATE, "The last day; without it the version has no end.", "\"2022-12-31\""),
    MUST("source", OF_SOURCES, "Where it is written.", "\"article\""),
    KEY("assumed", OF_REFERENCE_LIST, "The keys that the source does not give; also `ongoing_cases`.", "[\"from\"]"),
};
static const struct shape shape_in_force = {
    .name = "in_force", .description = "The days on which this version is in force.", SHAPE_KEYS(in_force_keys)};
static const struct shape_key party_keys[] = {
    MUST("role", OF_REFERENCE, "Its role.", "\"care_provider\""),
    MUST("name", OF_TEXT, "Its name.", "\"Kwintes\""),
};
static const struct shape shape_party = {
    .name = "party", .description = "Somebody who signed the covenant.", SHAPE_KEYS(party_keys)};

enum { BY_HARDSHIP = 1, WHEN = 2 };
static const struct shape_key exception_keys[] = {
    RULE_KEYS,
    MUST("waives", OF_SOME(OF_REFERENCE), "The ids of the requirements that it may waive.", "[\"E5\"]"),
    EITHER("by_hardship", OF_REFERENCE, BY_HARDSHIP, "The role whose event `hardship_granted` waives them.", "\"municipality\""),
    EITHER("when", OF_CONDITION, WHEN, "The condition that waives them.", "\"local_tie\""),
};
static const struct shape shape_exception = {.name = "exception",
                                             .description = "What waives a requirement.",
                                             SHAPE_KEYS(exception_keys),
                                             .groups = {{.bits = BY_HARDSHIP | WHEN}}};
static const struct shape_key eligibility_keys[] = {
    MUST("requirements", OF_SOME_OF(shape_requirement), "What must hold; all of it.", NULL),
    KEY("exceptions", OF_LIST_OF(shape_exception), "What waives a requirement.", NULL),
    KEY("conditions", OF_LIST_OF(shape_requirement), "What is tied to a yes: provided that.", NULL),
};
static const struct shape shape_eligibility = {
    .name = "eligibility", .description = "Who may take part.", SHAPE_KEYS(eligibility_keys)};

static const struct shape_key mandatory_keys[] = {
    RULE_KEYS,
    MUST("when", OF_CONDITION, "When support is required.", "true"),
};
static const struct shape shape_mandatory = {
    .name = "mandatory", .description = "When support is required.", SHAPE_KEYS(mandatory_keys)};
static const struct shape_key minimum_keys[] = {
    RULE_KEYS,
    MUST("term", OF_TERM, "How long support lasts at least, in total, whatever the phase.", "\"P1Y\""),
};
static const struct shape shape_minimum = {
    .name = "minimum", .description = "How long support lasts at least.", SHAPE_KEYS(minimum_keys)};
static const struct shape_key hours_keys[] = {
    KEY("min", OF_INTEGER, "At least so many hours.", "8"),
    KEY("max", OF_INTEGER, "At most so many hours.", "2"),
};
static const struct shape shape_hours = {
    .name = "hours_per_month", .description = "Hours of support in a month.", SHAPE_KEYS(hours_keys)};
static const struct shape_key phase_keys[] = {
    RULE_KEYS,
    MUST("phase", OF_NAME, "Its name.", "\"waakvlam\""),
    KEY("hours_per_month", OF_MAP(shape_hours), "Hours of support in a month.", "{\"max\": 2}"),
};
static const struct shape shape_phase = {
    .name = "phase", .description = "A phase of support; phases stand in order, the heaviest first.", SHAPE_KEYS(phase_keys)};
enum { AFTER = 1, REQUIRE = 2 };
static const struct shape_key step_keys[] = {
    RULE_KEYS,
    MUST("from", OF_REFERENCE, "The phase that is left.", "\"intensive\""),
    MUST("to", OF_REFERENCE, "The phase that follows, or `ended`.", "\"waakvlam\""),
    EITHER("after", OF_TERM, AFTER, "How long the phase must have lasted, for a step down.", "\"P6M\""),
    EITHER("require", OF_CONDITION, REQUIRE, "What must hold.", "\"landed\""),
};
static const struct shape shape_step = {.name = "step",
                                        .description = "A step from one phase to another.",
                                        SHAPE_KEYS(step_keys),
                                        .groups = {{.bits = AFTER | REQUIRE, .may_be_more = true}}};
static const char *const refusal_outcomes[] = {"breach", "ends_participation", "ends_lease_option", NULL};
static const struct shape_key refusal_keys[] = {
    RULE_KEYS,
    MUST("when", OF_CONDITION, "When the client refuses.", "\"not support_accepted\""),
    MUST("outcome", OF_CHOICE(refusal_outcomes), "What a refusal is.", "\"breach\""),
};
static const struct shape shape_refusal = {
    .name = "refusal", .description = "What follows when the client refuses support.", SHAPE_KEYS(refusal_keys)};
static const struct shape_key support_keys[] = {
    KEY("mandatory", OF_MAP(shape_mandatory), "When support is required.", NULL),
    KEY("minimum", OF_MAP(shape_minimum), "How long it lasts at least.", NULL),
    KEY("phases", OF_LIST_OF(shape_phase), "Its phases, in order.", NULL),
    KEY("steps", OF_LIST_OF(shape_step), "The steps between them.", NULL),
    KEY("refusal", OF_LIST_OF(shape_refusal), "What follows when the client refuses.", NULL),
};
static const struct shape shape_support = {
    .name = "support", .description = "The support that goes with the home.", SHAPE_KEYS(support_keys)};

static const struct shape_key kind_keys[] = {
    SAYS_KEY,
    SOURCE_KEY,
    ASSUMED_KEY,
    MUST("tenant", OF_REFERENCE, "The role that rents.", "\"client\""),
    KEY("fixed_term", OF_TERM, "How long it lasts, when it is for a fixed term.", "\"P2Y\""),
    KEY("applies", OF_CONDITION, "When it may be signed; judged on the day of signing.", NULL),
};
static const struct shape shape_kind = {.name = "contract_kind", .description = "A kind of contract.", SHAPE_KEYS(kind_keys)};
static const struct shape_key advice_keys[] = {
    RULE_KEYS,
    MUST("kind", OF_REFERENCE, "The kind that is advised.", "\"omklap\""),
    MUST("when", OF_CONDITION, "When it is.", "\"not self_reliance_established\""),
};
static const struct shape shape_advice = {
    .name = "advice", .description = "Which kind of contract is advised; the first that holds.", SHAPE_KEYS(advice_keys)};
static const char *const conversion_defaults[] = {"stay", "convert", NULL};
static const struct shape_key conversion_keys[] = {
    RULE_KEYS,
    MUST("from", OF_REFERENCE, "The kind that it is.", "\"omklap\""),
    MUST("to", OF_REFERENCE, "The kind that it becomes.", "\"regulier\""),
    MUST("after", OF_TERM, "How long after the start of the lease.", "\"P1Y\""),
    KEY("paused", OF_LIST_OF(shape_pause), "When that term stands still.", NULL),
    KEY("default", OF_CHOICE(conversion_defaults),
        "What happens while something is not known: `stay` (when it is not written) or `convert`.", "\"stay\""),
    KEY("requirements", OF_LIST_OF(shape_inner_requirement), "What must hold; all of it.", NULL),
    KEY("approved_by", OF_SOME(OF_REFERENCE), "The roles that approve, in order.", "[\"care_provider\"]"),
    KEY("otherwise", OF_MAP(shape_otherwise), "What somebody has to do when it does not hold.", NULL),
};
static const struct shape shape_conversion = {
    .name = "conversion", .description = "How one kind of contract becomes another.", SHAPE_KEYS(conversion_keys)};
static const struct shape_key contracts_keys[] = {
    KEY("source", OF_SOURCES, "Where `advised_by` is written.", "\"article\""),
    ASSUMED_KEY,
    MUST("kinds", OF_NAMED(shape_kind), "The kinds of contract.", NULL),
    KEY("advised_by", OF_REFERENCE, "The role that advises on the kind.", "\"care_provider\""),
    KEY("advice", OF_LIST_OF(shape_advice), "Which kind is advised, where the text says so.", NULL),
    KEY("conversions", OF_LIST_OF(shape_conversion), "How one kind becomes another.", NULL),
};
static const struct shape shape_contracts = {
    .name = "contracts", .description = "The contracts for the home.", SHAPE_KEYS(contracts_keys)};

static const struct shape_key level_keys[] = {
    RULE_KEYS,
    MUST("enter", OF_CONDITION, "When a report leads to this level; its attributes are names in it.", "\"named_6m >= 1\""),
    KEY("at_once", OF_CONDITION, "When a report leads straight to this level.", "\"severity == \\\"severe\\\"\""),
    KEY("actions", OF_LIST_OF(shape_action), "What somebody has to do at this level.", NULL),
    KEY("quiet", OF_TERM, "The time without reports after which it goes down a level.", "\"P6M\""),
};
static const struct shape shape_level = {
    .name = "level", .description = "A level of the ladder; levels stand in order, the lightest first.", SHAPE_KEYS(level_keys)};
static const struct shape_key relapse_keys[] = {
    RULE_KEYS,
    MUST("when", OF_CONDITION, "When there is a relapse: the ladder stands still.", "\"relapse_14d > 0\""),
    KEY("actions", OF_LIST_OF(shape_action), "What somebody has to do.", NULL),
};
static const struct shape shape_relapse = {
    .name = "relapse", .description = "A relapse, during which the ladder stands still.", SHAPE_KEYS(relapse_keys)};
static const char *const governed_by[] = {"event", "covenant", NULL};
static const struct shape_key nuisance_keys[] = {
    KEY("source", OF_SOURCES, "Where `counts` and `governed_by` are written.", "\"article\""),
    ASSUMED_KEY,
    KEY("governed_by", OF_CHOICE(governed_by),
        "`event`: each report is judged by the version of its date; else by the version of the case.", "\"event\""),
    KEY("counts", OF_CONDITION, "Which reports count; all when it is not written.", "\"reporter ~= \\\"anonymous\\\"\""),
    MUST("levels", OF_SOME_OF(shape_level), "The levels, the lightest first.", NULL),
    KEY("relapse", OF_MAP(shape_relapse), "When the ladder stands still.", NULL),
    KEY("before_termination", OF_LIST_OF(shape_requirement), "What must hold before a lease is ended.", NULL),
};
static const struct shape shape_nuisance = {
    .name = "nuisance", .description = "What follows when nuisance is reported: a ladder.", SHAPE_KEYS(nuisance_keys)};

static const struct shape_key housing_keys[] = {
    RULE_KEYS,
    MUST("when", OF_CONDITION, "When it holds.", "\"household == \\\"single\\\"\""),
    MUST("advise", OF_ADVICES,
         "What the search profile gets: literals, or `{fact: name}`; of several `_max` the least, of `_min` the greatest.",
         "{\"rooms_max\": 2}"),
};
static const struct shape shape_housing = {
    .name = "housing_rule", .description = "What the search profile gets.", SHAPE_KEYS(housing_keys)};
static const struct shape_key journey_keys[] = {
    RULE_KEYS,
    MUST("stage", OF_NAME, "Its name.", "\"application\""),
    MUST("when", OF_CONDITION, "When it is reached.", "\"happened(application_received)\""),
    KEY("then", OF_LIST_OF(shape_action), "What somebody has to do in it.", NULL),
};
static const struct shape shape_journey = {
    .name = "stage", .description = "A stage of the journey; stages stand in order.", SHAPE_KEYS(journey_keys)};
static const struct shape_key blank_keys[] = {RULE_KEYS};
static const struct shape shape_blank = {
    .name = "blank", .description = "What the covenant leaves open; `silent(ID)` refers to it.", SHAPE_KEYS(blank_keys)};
static const char *const section_choices[] = {"eligibility", "support", "deadlines", "contract", "contracts",
                                              "nuisance",    "housing", "journey",   "next_steps", NULL};
static const struct shape_key guarantee_keys[] = {
    RULE_KEYS,
    MUST("never", OF_CONDITION, "What must never hold.", "\"eligible and age < 18\""),
    MUST("about", OF_SOME(OF_CHOICE(section_choices)), "The sections that are undetermined when it does.", "[\"eligibility\"]"),
};
static const struct shape shape_guarantee = {
    .name = "guarantee", .description = "What must never hold, whatever the other rules say.", SHAPE_KEYS(guarantee_keys)};

static const char *const ongoing_cases[] = {"stay", "move", NULL};
static const struct shape_key covenant_keys[] = {
    MUST("covenant", OF_TEXT, "The region; the name of the folder above.", "\"almere\""),
    MUST("version", OF_TEXT, "The version; the name of the folder.", "\"2022\""),
    KEY("based_on", OF_TEXT, "The version from which comes what is not written here.", "\"2021\""),
    MUST("title", OF_MAP(shape_says), "What it is called.", "{\"nl\": \"Thuis in de wijk\"}"),
    MUST("in_force", OF_MAP(shape_in_force), "The days on which it is in force.", NULL),
    KEY("ongoing_cases", OF_CHOICE(ongoing_cases),
        "Do cases that were opened under an earlier version stay there, or move to this one? `stay` when it is not written.", "\"stay\""),
    KEY("parties", OF_LIST_OF(shape_party), "Who signed it.", NULL),
    KEY("sources", OF_NAMED(shape_source), "The documents that its rules refer to.", NULL),
    KEY("include", OF_REFERENCE_LIST, "The ids of terms by law that hold here.", "[\"objection\"]"),
    KEY("functions", OF_TEXT, "The Lua file beside this one with the functions that `derived` calls.", "\"almere.lua\""),
    KEY("facts", OF_NAMED(shape_fact), "Facts of this region.", NULL),
    KEY("events", OF_NAMED(shape_event), "Events of this region.", NULL),
    KEY("derived", OF_NAMED(shape_derived), "Names for what is computed.", NULL),
    KEY("eligibility", OF_MAP(shape_eligibility), "Who may take part.", NULL),
    KEY("support", OF_MAP(shape_support), "The support that goes with the home.", NULL),
    KEY("deadlines", OF_LIST_OF(shape_deadline), "The terms.", NULL),
    KEY("contracts", OF_MAP(shape_contracts), "The contracts for the home.", NULL),
    KEY("nuisance", OF_MAP(shape_nuisance), "What follows when nuisance is reported.", NULL),
    KEY("housing", OF_LIST_OF(shape_housing), "The search profile.", NULL),
    KEY("journey", OF_LIST_OF(shape_journey), "The stages of the way to a home of one's own.", NULL),
    KEY("silent", OF_LIST_OF(shape_blank), "What the covenant leaves open.", NULL),
    KEY("guarantees", OF_LIST_OF(shape_guarantee), "What must never hold.", NULL),
};
const struct shape shape_covenant = {
    .name = "covenant", .description = "One version of a region's covenant.", SHAPE_KEYS(covenant_keys)};
