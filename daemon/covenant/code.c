#include "covenant/code.h"

/* Sorted by name. */
const struct code codes[] = {
    {"ambiguous_name",
     "A name in `starts`, `until` or `since` is at once an event, a date and a deadline, so it does not "
     "say which is meant.",
     "facts: {moved_in_plan: {type: date, label: {nl: Plan}}}\n"
     "deadlines: [{id: moved_in_plan, starts: moved_in_plan, ...}]",
     "facts: {plan_made_on: {type: date, label: {nl: Plan gemaakt op}}}\n"
     "deadlines: [{id: plan, starts: plan_made_on, ...}]"},
    {"ambiguous_scalar",
     "A plain value stands where text is due, but other readers of YAML take it for a number, a boolean, a "
     "time or nothing. Quotes make it text for everybody.",
     "version: 2022",
     "version: \"2022\""},
    {"bad_argument",
     "A built-in is called with too few or too many arguments, or with one of the wrong sort: `one_of` "
     "takes a name and literals, `add` a date and a term between quotes, `happened` the name of an event.",
     "require: one_of(\"shelter\", origin)",
     "require: one_of(origin, \"shelter\")"},
    {"bad_date",
     "An expectation of an example has no `on`, or one that is no date.",
     "expect:\n"
     "- {on: 2022-02-30, eligibility: {outcome: eligible}}",
     "expect:\n"
     "- {on: 2022-02-28, eligibility: {outcome: eligible}}"},
    {"bad_literal",
     "A number, date or text in a condition is not written as conditions write it: no zero in front, at "
     "most two decimals, a date as text between quotes, every quote closed.",
     "require: monthly_income <= 1450.505",
     "require: monthly_income <= 1450.50"},
    {"bad_operator",
     "The operator is one of another language. Conditions have `and`, `or`, `not`, `==`, `~=`, `<`, `<=`, "
     "`>`, `>=`, `+`, `-` and `*`.",
     "require: 'household = \"single\" && landed'",
     "require: 'household == \"single\" and landed'"},
    {"chained_comparison",
     "Comparisons are not chained: the second would compare true or false with a number.",
     "require: 18 <= age < 28",
     "require: age >= 18 and age < 28"},
    {"changes_law",
     "A deadline has the id of one that is included by law. A region cannot change what the law says; it "
     "can add a deadline of its own.",
     "include: [objection]\n"
     "deadlines: [{id: objection, limit: P4W, ...}]",
     "include: [objection]\n"
     "deadlines: [{id: early_answer, limit: P4W, ...}]"},
    {"circle",
     "Names are computed from each other in a circle, or versions are based on each other: none of them "
     "could be the first.",
     "derived:\n"
     "a: {of: \"b + 1\", type: integer}\n"
     "b: {of: \"a + 1\", type: integer}",
     "derived:\n"
     "a: {of: \"children + 1\", type: integer}\n"
     "b: {of: \"a + 1\", type: integer}"},
    {"comma_in_braces",
     "Inside braces a comma ends a value, so the rest of the sentence would be read as another key.",
     "says: {nl: Tijdelijk, op naam van de cliënt}",
     "says: {nl: \"Tijdelijk, op naam van de cliënt\"}"},
    {"drops_law",
     "`include` leaves out a term by law that the version it is based on includes. What is included by law "
     "stays.",
     "based_on: \"2021\"               # which includes objection\n"
     "include: [urgency_decision]",
     "based_on: \"2021\"\n"
     "include: [urgency_decision, objection]"},
    {"duplicate_id",
     "Two rules of one covenant have the same id, or two terms by law. A reason names a rule by its id, so "
     "an id stands for one rule.",
     "requirements:\n"
     "- {id: E1, ...}\n"
     "- {id: E1, ...}",
     "requirements:\n"
     "- {id: E1, ...}\n"
     "- {id: E2, ...}"},
    {"duplicate_key",
     "A key stands twice in one map: which of the two holds is not said.",
     "title: {nl: Thuis in de wijk}\n"
     "title: {nl: Thuis}",
     "title: {nl: Thuis in de wijk}"},
    {"duplicate_name",
     "A name stands twice in a list where each stands once, or a Lua function is defined twice.",
     "approved_by: [care_provider, care_provider]",
     "approved_by: [care_provider, housing_corporation]"},
    {"empty_list",
     "A list that needs at least one item is empty.",
     "eligibility:\n"
     "requirements: []",
     "eligibility:\n"
     "requirements:\n"
     "- {id: E1, says: {nl: De cliënt staat achter alle afspraken}, source: article, require: "
     "agreements_accepted}"},
    {"empty_value",
     "A text is written, but nothing stands in it.",
     "says: {nl: \"\"}",
     "says: {nl: De cliënt staat achter alle afspraken}"},
    {"example_case",
     "The case of an example is wrong: a region, fact, event or attribute that does not exist, or a value "
     "of the wrong type. It is read as a request is.",
     "case: {case: voorbeeld, region: almere, facts: {orgin: shelter}}",
     "case: {case: voorbeeld, region: almere, facts: {origin: shelter}}"},
    {"example_differs",
     "An example is decided otherwise than it expects. Either the rules do not do what was meant, or the "
     "expectation is wrong. A version whose own examples fail does not load.",
     "expect:\n"
     "- {on: 2022-09-26, eligibility: {outcome: eligible}}      # decided: not_eligible",
     "expect:\n"
     "- {on: 2022-09-26, eligibility: {outcome: not_eligible, reasons: {E2: {value: false}}}}"},
    {"excluding_keys",
     "Keys stand side by side that exclude each other, or one stands without the key that it belongs to.",
     "{id: notice, starts: moved_in, counts_back_from: lease_end, ...}",
     "{id: notice, counts_back_from: lease_end, opens: P3M, closes: P1M, ...}"},
    {"file_name",
     "The name of a file or folder is not UTF-8, or holds control characters: it could not be told in a "
     "finding.",
     "rules/almere/2022/cases/<control character>.yaml",
     "rules/almere/2022/cases/terugval.yaml"},
    {"file_too_large",
     "A rule file is larger than is read: 1 MiB, for Lua 256 KiB.",
     "rules/almere/2022/covenant.yaml      (3 MiB)",
     "rules/almere/2022/covenant.yaml      (40 KiB)"},
    {"folder_too_deep",
     "Folders below the rules folder nest deeper than any covenant needs.",
     "rules/almere/2022/cases/a/b/c/d/e/f/g/example.yaml",
     "rules/almere/2022/cases/example.yaml"},
    {"id_changes_kind",
     "An id names a rule of another sort than it does in an earlier version. An id keeps its meaning, so "
     "that decisions of different versions can be compared.",
     "2021: nuisance: {before_termination: [{id: T1, ...}]}\n"
     "2022: nuisance: {levels: [{id: T1, ...}]}",
     "2021: nuisance: {before_termination: [{id: T1, ...}]}\n"
     "2022: nuisance: {levels: [{id: N1, ...}], before_termination: [{id: T1, ...}]}"},
    {"invisible_character",
     "The file holds a character that cannot be seen, or that turns the direction of the text around: what "
     "is read would not be what is seen. They come along when text is copied from a web page or a word "
     "processor.",
     "require: agree<U+200B>ments_accepted",
     "require: agreements_accepted"},
    {"known_not_here",
     "`known(x)` stands only in `applies` and `when`. Elsewhere it would make a fact that nobody stated "
     "count against the client.",
     "require: known(debt_status)",
     "applies: known(debt_status)\n"
     "require: 'debt_status ~= \"uncontrolled\"'"},
    {"law_needs_law",
     "A term by law counts with another one that is not included.",
     "include: [objection_decision]",
     "include: [objection, objection_decision]"},
    {"link_not_followed",
     "A symbolic link leads out of the rules folder. It is not followed: what is loaded must lie inside.",
     "rules/almere -> /elsewhere/almere",
     "rules/almere/        (a folder)"},
    {"lua_fails",
     "The Lua file stops with an error while it is loaded. A file only defines functions; it computes "
     "nothing by itself.",
     "local limit = nil + 1",
     "local limit = 1"},
    {"lua_refused",
     "The Lua file uses something that a covenant may not: `/`, `^`, bitwise operators, decimals, `goto`, "
     "compiled code, or a name that would be remembered from case to case. The decision must come out the "
     "same on every machine.",
     "function share(a, b)\n"
     "return a / b\n"
     "end",
     "function share(a, b)\n"
     "return a // b\n"
     "end"},
    {"lua_syntax",
     "The Lua file is no Lua.",
     "function late(date)\n"
     "if date > limit\n"
     "return true\n"
     "end",
     "function late(date)\n"
     "return date > limit\n"
     "end"},
    {"min_above_max",
     "The least is more than the most.",
     "hours_per_month: {min: 8, max: 2}",
     "hours_per_month: {min: 2, max: 8}"},
    {"missing_file",
     "A file is named, or needed, that is not there.",
     "functions: almre.lua",
     "functions: almere.lua"},
    {"missing_functions",
     "A derived name calls a Lua function, but the covenant names no file with functions.",
     "derived:\n"
     "evaluations_ok: {lua: evaluations_spread, args: [evaluation], type: boolean}",
     "functions: almere.lua\n"
     "derived:\n"
     "evaluations_ok: {lua: evaluations_spread, args: [evaluation], type: boolean}"},
    {"missing_key",
     "A key that is needed is not there. Whatever decides has an id, says what it says, and names its "
     "source.",
     "- {id: E2, require: agreements_accepted}",
     "- {id: E2, says: {nl: De cliënt staat achter alle afspraken}, source: article, require: "
     "agreements_accepted}"},
    {"mixed_and_or",
     "`and` and `or` stand side by side without parentheses, and not everybody reads that the same way.",
     "require: local_tie and landed or known_here",
     "require: (local_tie and landed) or known_here"},
    {"name_conflict",
     "A name already means something else: a national fact, a fact of another version with another type, "
     "an attribute, or a word of the conditions.",
     "facts: {origin: {type: text, label: {nl: Afkomst}}}      # a national fact",
     "facts: {origin_detail: {type: text, label: {nl: Afkomst nader}}}"},
    {"no_value",
     "A key has no value. A key that is not meant is left out.",
     "functions:",
     "functions: almere.lua"},
    {"no_window",
     "`before` names a deadline that is no window, so there is no day on which it closes.",
     "otherwise: {id: K6o, who: housing_corporation, does: {nl: Zeg de huur op}, before: home_offer}",
     "otherwise: {id: K6o, who: housing_corporation, does: {nl: Zeg de huur op}, before: "
     "fixed_term_notice}"},
    {"not_a_choice",
     "A fact or attribute is compared with a text that it can never be.",
     "require: 'household == \"alone\"'",
     "require: 'household == \"single\"'"},
    {"not_a_file",
     "Something in the rules folder is neither a file nor a folder.",
     "rules/almere/2022/covenant.yaml      (a socket)",
     "rules/almere/2022/covenant.yaml      (a file)"},
    {"out_of_range",
     "A number, or a day, lies outside what it may be.",
     "good_friday: {says: {nl: Goede Vrijdag}, source: termijnenwet, days_from_easter: -200}",
     "good_friday: {says: {nl: Goede Vrijdag}, source: termijnenwet, days_from_easter: -2}"},
    {"reserved_name",
     "A name is a word that the language of the rules keeps for itself: a word of the conditions, a member "
     "of every event, or `ended` for a phase.",
     "facts: {silent: {type: boolean, label: {nl: Stil}}}",
     "facts: {quiet_home: {type: boolean, label: {nl: Rustige woning}}}"},
    {"statutory_without_law",
     "`calendar: statutory` applies the Algemene termijnenwet, and that law is only for terms that a law "
     "gives.",
     "{id: talk, source: article, calendar: statutory, ...}",
     "{id: talk, source: article, calendar: next_working_day, ...}"},
    {"step_nowhere",
     "A step or conversion leads to where it begins.",
     "{id: K5, from: omklap, to: omklap, ...}",
     "{id: K5, from: omklap, to: regulier, ...}"},
    {"step_up_waits",
     "A step to a more intensive phase is taken at once; `after` has no meaning there.",
     "{id: S2, from: waakvlam, to: intensive, after: P1M, require: relapse_14d > 0, ...}",
     "{id: S2, from: waakvlam, to: intensive, require: relapse_14d > 0, ...}"},
    {"syntax",
     "A condition does not read as one: a part or a parenthesis is missing, or there is one too many.",
     "require: (landed and local_tie",
     "require: (landed and local_tie)"},
    {"tab_indents",
     "A tab indents a line. How wide a tab is differs, so what belongs to what would differ.",
     "<tab>source: article",
     "source: article"},
    {"target_after_limit",
     "The target of a deadline is longer than its limit. That may be meant, but seldom is.",
     "{id: home_offer, target: P9M, limit: P6M, ...}",
     "{id: home_offer, target: P3M, limit: P6M, ...}"},
    {"too_deep",
     "Parts are nested deeper than is read: 32 levels in a file, 64 in a condition.",
     "require: ((((((((... 65 parentheses ...))))))))",
     "derived:\n"
     "ready: {of: \"landed and local_tie\", type: boolean}"},
    {"too_large",
     "A file, a list or a map is larger than is read.",
     "derived: {...}      # 2000 names",
     "derived: {...}      # the names that conditions use"},
    {"too_long",
     "A condition has more characters than is read. Parts of it can be derived names.",
     "require: a long condition of more than 4096 characters",
     "derived:\n"
     "ready: {of: \"landed and local_tie\", type: boolean}"},
    {"too_many",
     "There is more of something than there can be, for example roles.",
     "roles: {...}      # 33 roles",
     "roles: {...}      # at most 32 roles"},
    {"too_many_files",
     "The rules folder holds more files than are read.",
     "rules/      (5000 files)",
     "rules/      (at most 4096 files)"},
    {"type_mismatch",
     "A value has another type than is due: a date compared with a number, a text where true or false is "
     "due, dates that are subtracted.",
     "require: age",
     "require: age >= 18"},
    {"unexpected_file",
     "A file lies where none belongs, and would seem to count while it does not.",
     "rules/almere/2022/notes.yaml",
     "rules/almere/2022/cases/notes.yaml"},
    {"unknown_assumed",
     "`assumed` names a key that the rule does not write.",
     "{id: N1, enter: named_6m >= 1, quiet: P6M, assumed: [quite], ...}",
     "{id: N1, enter: named_6m >= 1, quiet: P6M, assumed: [quiet], ...}"},
    {"unknown_attribute",
     "The event has no attribute of that name.",
     "derived: {last: {last: evaluation, take: outcomes}}",
     "derived: {last: {last: evaluation, take: outcome}}"},
    {"unknown_blank",
     "`silent(...)` names a blank that the covenant does not declare under `silent`.",
     "require: silent(O9)",
     "silent: [{id: O9, says: {nl: Hoeveel is genoeg, staat nergens}, source: article}]\n"
     "...\n"
     "require: silent(O9)"},
    {"unknown_choice",
     "A value is none of those that may stand there.",
     "ongoing_cases: stays",
     "ongoing_cases: stay"},
    {"unknown_deadline",
     "There is no deadline of that name in the covenant, nor among the terms by law.",
     "include: [objections]",
     "include: [objection]"},
    {"unknown_event",
     "There is no event of that name in the vocabulary, nor among the events of the region.",
     "met_by: home_offerd",
     "met_by: home_offered"},
    {"unknown_fact",
     "There is no fact of that name in the vocabulary, nor among the facts of the region.",
     "advise: {rooms_min: {fact: childern}}",
     "advise: {rooms_min: {fact: children}}"},
    {"unknown_function",
     "There is no function of that name: neither a built-in of the conditions, nor one in the Lua file.",
     "require: month_between(moved_in_on, on) >= 6",
     "require: months_between(moved_in_on, on) >= 6"},
    {"unknown_id",
     "There is no requirement of that id.",
     "{id: X1, waives: [E99], by_hardship: municipality, ...}",
     "{id: X1, waives: [E5], by_hardship: municipality, ...}"},
    {"unknown_key",
     "There is no key of that name there. Nothing that is written is ever ignored, so a misspelt key is "
     "refused.",
     "ongoing_case: stay",
     "ongoing_cases: stay"},
    {"unknown_kind",
     "The covenant has no kind of contract of that name.",
     "{id: K5, from: omklap, to: reguliers, ...}",
     "{id: K5, from: omklap, to: regulier, ...}"},
    {"unknown_name",
     "A condition, or a Lua file, uses a name that means nothing there: no fact, event, derived name or "
     "name that a section gives.",
     "require: agreements_acepted",
     "require: agreements_accepted"},
    {"unknown_phase",
     "The covenant has no phase of support of that name.",
     "{id: S1, from: intensief, to: waakvlam, ...}",
     "{id: S1, from: intensive, to: waakvlam, ...}"},
    {"unknown_role",
     "The vocabulary has no role of that name.",
     "owner: housing_association",
     "owner: housing_corporation"},
    {"unknown_source",
     "There is no source of that key in `sources` of the same file.",
     "source: articel",
     "sources:\n"
     "article: {title: Thuis in de wijk, kind: publication}\n"
     "...\n"
     "source: article"},
    {"unknown_version",
     "`based_on` names a version of the region that is not there.",
     "based_on: \"2020\"",
     "based_on: \"2021\""},
    {"unreadable",
     "The rules folder, or something in it, cannot be read: it is not there, or the daemon may not open "
     "it.",
     "covenantd --rules ruls --data data",
     "covenantd --rules rules --data data"},
    {"until_before_from",
     "The last day lies before the first.",
     "in_force: {from: 2022-07-01, until: 2021-12-31, source: article}",
     "in_force: {from: 2022-07-01, until: 2022-12-31, source: article}"},
    {"unused_file",
     "A Lua file lies beside a covenant that does not name it under `functions`: nothing in it is used.",
     "rules/almere/2022/old.lua",
     "functions: old.lua"},
    {"versions_gap",
     "Between two versions of a region lie days on which none is in force. Cases that open then fall under "
     "the next one.",
     "2021: in_force: {from: 2021-10-01, until: 2022-05-31, ...}\n"
     "2022: in_force: {from: 2022-07-01, ...}",
     "2021: in_force: {from: 2021-10-01, until: 2022-06-30, ...}\n"
     "2022: in_force: {from: 2022-07-01, ...}"},
    {"versions_overlap",
     "Two versions of a region are in force on the same day: which of them opens a case is not said.",
     "2021: in_force: {from: 2021-10-01, ...}\n"
     "2022: in_force: {from: 2022-07-01, ...}",
     "2021: in_force: {from: 2021-10-01, until: 2022-06-30, ...}\n"
     "2022: in_force: {from: 2022-07-01, ...}"},
    {"window_upside_down",
     "A window closes before it opens. Both count back: the one that opens earlier is the longer term.",
     "{id: notice, counts_back_from: lease_end, opens: P1M, closes: P3M, ...}",
     "{id: notice, counts_back_from: lease_end, opens: P3M, closes: P1M, ...}"},
    {"wrong_date",
     "A date is due, and this is none, or it is written in another way, or there is no such day.",
     "date: 26-09-2022",
     "date: 2022-09-26"},
    {"wrong_folder",
     "The region or version that a covenant names is not that of the folder it stands in.",
     "rules/almere/2022/covenant.yaml:  version: \"2021\"",
     "rules/almere/2022/covenant.yaml:  version: \"2022\""},
    {"wrong_indentation",
     "A key stands in a map where it does not belong, but would belong in the one around it: it is "
     "indented too far or not far enough.",
     "- id: E2\n"
     "says:\n"
     "nl: De cliënt staat achter alle afspraken\n"
     "source: article",
     "- id: E2\n"
     "says:\n"
     "nl: De cliënt staat achter alle afspraken\n"
     "source: article"},
    {"wrong_kind",
     "Something of another kind is due: a list, a map, a whole number, true or false.",
     "include: objection",
     "include: [objection]"},
    {"wrong_name",
     "A name or id is not written as names are: letters, digits and `_`, a letter first; names of facts "
     "and events in lower case.",
     "facts: {Local-Tie: {type: boolean, label: {nl: Binding}}}",
     "facts: {local_tie_checked: {type: boolean, label: {nl: Binding nagegaan}}}"},
    {"wrong_shape",
     "The configuration file of the daemon holds something else than settings, one a line, each with one "
     "value.",
     "bind: [tcp://127.0.0.1:5740]",
     "bind: tcp://127.0.0.1:5740"},
    {"wrong_term",
     "This is no term, or one of a unit that has no meaning there. A term is a count of one unit.",
     "limit: 3 maanden",
     "limit: P3M"},
    {"yaml_encoding",
     "The file is not UTF-8.",
     "title: {nl: Cli<0xEB>nt}      # saved as Latin-1",
     "title: {nl: Cliënt}      # saved as UTF-8"},
    {"yaml_forbidden",
     "The file uses a part of YAML that a rule file may not: anchors, aliases, tags, directives, a second "
     "document.",
     "first: &term P3M\n"
     "second: *term",
     "first: P3M\n"
     "second: P3M"},
    {"yaml_syntax",
     "The file is no YAML: a bracket or quote is not closed, or a line is not indented as the list or map "
     "it stands in.",
     "include: [objection",
     "include: [objection]"},
};
const size_t codes_count = sizeof codes / sizeof *codes;

const struct code *code_find(struct text name)
{
    for (size_t i = 0; i < codes_count; i++)
        if (text_is(name, codes[i].name))
            return &codes[i];
    return NULL;
}
