/* The good covenant in tests/reject/good, as the model holds it. */
#include "covenant/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct arena arena;
static const struct rules *rules;

static int load(void **state)
{
    (void)state;
    struct file_set *set;
    struct findings findings;
    struct fault fault = {0};
    arena_init(&arena);
    set = ARENA_NEW(&arena, struct file_set);
    findings_init(&findings, &arena);
    if (!digest_init() || !files_read(&arena, "tests/reject/good", set, &findings, &fault))
        return 1;
    rules = rules_read(&arena, set, &findings);
    findings_print(&findings, "", stderr);
    return rules ? 0 : 1;
}

static int unload(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static const struct covenant *version(size_t i)
{
    const struct region *region = rules_region(rules, TEXT("demo"));
    assert_non_null(region);
    assert_int_equal(region->versions_count, 2);
    return region->versions[i];
}

static struct date day(const char *text)
{
    struct date date = {0};
    assert_true(date_parse(text_of(text), &date));
    return date;
}

static void assert_text(struct text given, const char *expected)
{
    if (!text_is(given, expected))
        fail_msg("found `%.*s`, expected `%s`", TEXT_ARGS(given), expected);
}

static void vocabulary(void **state)
{
    (void)state;
    const struct vocabulary *all = &rules_region(rules, TEXT("demo"))->vocabulary;
    const struct fact *birth = &all->facts[vocabulary_fact(all, TEXT("birth_date"))];
    assert_int_equal(birth->type.kind, TYPE_DATE);
    assert_text(birth->ask.en, "What is the date of birth?");
    assert_int_equal(birth->sensitivity, SENSITIVITY_PERSONAL);
    assert_int_equal(birth->stated_by.bits, 1U << vocabulary_role(all, TEXT("care_provider")));
    assert_int_equal(birth->visible_to.bits, 1U << vocabulary_role(all, TEXT("municipality")));
    const struct fact *origin = &all->facts[vocabulary_fact(all, TEXT("origin"))];
    assert_int_equal(origin->type.kind, TYPE_TEXT);
    assert_int_equal(origin->type.choices->count, 2);
    /* A region's own come after the national ones, and the national vocabulary is as it was. */
    assert_int_equal(vocabulary_fact(&rules->national, TEXT("local_tie")), NOT_FOUND);
    assert_int_equal(vocabulary_fact(all, TEXT("local_tie")), rules->national.facts_count);
    assert_int_equal(vocabulary_fact(all, TEXT("landed")), vocabulary_fact(&rules->national, TEXT("landed")));
    const struct event_type *report = &all->events[vocabulary_event(all, TEXT("nuisance_reported"))];
    assert_int_equal(report->attributes_count, 3);
    assert_true(report->attributes[2].optional);
    assert_false(report->attributes[0].optional);
    assert_int_equal(event_attribute(report, TEXT("reporter")), 1);
}

static void calendar(void **state)
{
    (void)state;
    const struct calendar *days = &rules->calendar;
    assert_int_equal(days->holidays_count, 3);
    assert_int_equal(days->holidays[1].month, 0);
    assert_int_equal(days->holidays[1].easter, -2);
    assert_int_equal(days->holidays[2].sunday_moves, -1);
    assert_int_equal(days->holidays[2].from, 2014);
    assert_text(days->holidays[1].en, "Goede Vrijdag");
    assert_int_equal(days->equated_count, 1);
    assert_int_equal(days->equated_from, 2020);
    assert_int_equal(days->equated_until, 2028);
}

static void derived(void **state)
{
    (void)state;
    const struct covenant *covenant = version(0);
    assert_int_equal(covenant->derived_count, 7); /* age, which is national, first */
    assert_text(covenant->derived[0].name, "age");
    const struct derived *named = &covenant->derived[1], *outcome = &covenant->derived[3], *lua = &covenant->derived[6];
    assert_int_equal(named->kind, DERIVED_COUNT);
    assert_int_equal(named->type.kind, TYPE_INTEGER);
    assert_non_null(named->where);
    assert_true(named->has_within && named->within.count == 6 && named->within.unit == UNIT_MONTHS);
    assert_int_equal(named->take, NOT_FOUND);
    assert_int_equal(outcome->take, 0);
    assert_int_equal(outcome->type.kind, TYPE_TEXT);
    assert_int_equal(outcome->type.choices->count, 2);
    assert_int_equal(lua->kind, DERIVED_LUA);
    assert_int_equal(lua->arguments_count, 4);
    assert_int_equal(lua->arguments[0].kind, ARGUMENT_EVENT);
    assert_int_equal(lua->arguments[1].kind, ARGUMENT_SYMBOL);
    assert_int_equal(lua->arguments[1].symbol->kind, SYMBOL_SECTION);
    assert_int_equal(lua->arguments[1].symbol->index, NAME_CONTRACT_SINCE);
    assert_int_equal(lua->arguments[2].literal.as.number, 3);
    assert_text(lua->arguments[3].literal.as.text, "text");
    assert_text(covenant->lua->path, "demo/1/demo.lua");
}

static void eligibility(void **state)
{
    (void)state;
    const struct eligibility *section = &version(0)->eligibility;
    assert_true(section->written);
    assert_int_equal(section->requirements_count, 2);
    const struct requirement *agreements = &section->requirements[1];
    assert_text(agreements->rule.id, "E2");
    assert_text(agreements->rule.sources[0].is->key, "agreements");
    assert_int_equal(agreements->rule.sources[0].is->kind, SOURCE_AGREEMENT);
    assert_text(agreements->rule.sources[0].at, "art. 2");
    assert_text(expression_text(agreements->applies), "known(origin)");
    assert_text(agreements->otherwise->id, "E2a");
    assert_int_equal(agreements->otherwise->within.unit, UNIT_WEEKS);
    assert_int_equal(agreements->rule.place.line, 30);
    assert_int_equal(section->exceptions[0].by_hardship, vocabulary_role(&rules->national, TEXT("municipality")));
    assert_null(section->exceptions[0].when);
    assert_int_equal(section->exceptions[1].by_hardship, NOT_FOUND);
    assert_text(section->exceptions[1].waives.items[0], "E1");
    assert_int_equal(section->conditions_count, 1);
}

static void support(void **state)
{
    (void)state;
    const struct support *section = &version(0)->support;
    assert_text(expression_text(section->mandatory->when), "true");
    assert_int_equal(section->minimum->term.unit, UNIT_YEARS);
    assert_true(section->phases[0].hours.has_min && section->phases[0].hours.max == 20);
    assert_false(section->phases[1].hours.has_min);
    assert_int_equal(section->steps[0].to, 1);
    assert_true(section->steps[0].has_after);
    assert_int_equal(section->steps[1].to, 0);
    assert_int_equal(section->steps[2].to, PHASE_ENDED);
    assert_null(section->steps[2].require);
    assert_int_equal(section->refusals[0].outcome, REFUSAL_BREACH);
}

static void deadlines(void **state)
{
    (void)state;
    const struct covenant *covenant = version(0);
    assert_int_equal(covenant->deadlines_count, 4);
    const struct deadline *offer = &covenant->deadlines[0], *plan = &covenant->deadlines[1];
    assert_int_equal(offer->starts.kind, ANCHOR_EVENT);
    assert_true(offer->target.has && offer->target.blank == NOT_FOUND && offer->target.term.count == 3);
    assert_int_equal(offer->pauses_count, 1);
    assert_true(offer->pauses[0].has_longer_than && !offer->pauses[0].has_at_most);
    assert_int_equal(offer->counts_back_from.kind, ANCHOR_NONE);
    assert_int_equal(plan->starts.kind, ANCHOR_SYMBOL);
    assert_text(plan->starts.symbol->name, "offered_on");
    assert_true(plan->limit.has && plan->limit.blank == 0 && !plan->target.has);
    assert_int_equal(plan->met_by_count, 2);
    const struct deadline *objection = &covenant->deadlines[2], *notice = &covenant->deadlines[3];
    assert_true(objection->by_law && objection->has_from && !objection->has_until);
    assert_int_equal(objection->regime, REGIME_STATUTORY);
    assert_text(objection->rule.sources[0].is->key, "awb");
    assert_int_equal(notice->counts_back_from.kind, ANCHOR_SYMBOL);
    assert_int_equal(notice->closes.count, 1);
    assert_text(notice->when_passed.nl, "De huur loopt door voor onbepaalde tijd");
}

static void contracts(void **state)
{
    (void)state;
    const struct contracts *section = &version(0)->contracts;
    assert_int_equal(section->kinds_count, 3);
    assert_text(section->kinds[1].rule.id, "driepartijen");
    assert_true(section->kinds[1].has_fixed_term);
    assert_int_equal(section->advised_by, vocabulary_role(&rules->national, TEXT("care_provider")));
    assert_int_equal(section->advice[0].kind, 0);
    const struct conversion *conversion = &section->conversions[0];
    assert_int_equal(conversion->from, 0);
    assert_int_equal(conversion->to, 2);
    assert_false(conversion->convert_by_default);
    assert_int_equal(conversion->requirements_count, 2);
    /* Inside a rule that has a source. */
    assert_text(conversion->requirements[0].rule.sources[0].is->key, "text");
    assert_int_equal(conversion->approved_by_count, 2);
    assert_int_equal(conversion->otherwise->before, 3);
    assert_false(conversion->otherwise->has_within);
}

static void nuisance(void **state)
{
    (void)state;
    const struct nuisance *section = &version(0)->nuisance;
    assert_true(section->governed_by_event);
    assert_non_null(section->counts);
    assert_int_equal(section->levels_count, 2);
    assert_non_null(section->levels[1].at_once);
    assert_null(section->levels[0].at_once);
    assert_true(section->levels[0].has_quiet);
    assert_int_equal(section->levels[0].actions[0].within.unit, UNIT_HOURS);
    assert_text(section->relapse->actions[0].id, "N9"); /* the rule's */
    assert_int_equal(section->relapse->actions[0].done_by, NOT_FOUND);
    assert_int_equal(section->before_termination_count, 1);
}

static void other_sections(void **state)
{
    (void)state;
    const struct covenant *covenant = version(0);
    const struct housing_rule *housing = &covenant->housing[0];
    assert_int_equal(housing->advise_count, 3);
    assert_int_equal(housing->advise[0].literal.as.number, 2);
    assert_int_equal(housing->advise[1].fact, vocabulary_fact(&rules->national, TEXT("children")));
    assert_int_equal(housing->advise[2].literal.kind, TYPE_BOOLEAN);
    assert_text(covenant->journey[0].stage, "application");
    assert_int_equal(covenant->journey[0].then_count, 1);
    assert_int_equal(covenant->blanks_count, 1);
    assert_true(covenant->guarantees[0].about[SECTION_ELIGIBILITY]);
    assert_false(covenant->guarantees[0].about[SECTION_SUPPORT]);
    assert_int_equal(rules->examples_count, 1);
    assert_ptr_equal(rules->examples[0].region, covenant->region);
}

/* The second version takes everything from the first but what it writes. */
static void based_on(void **state)
{
    (void)state;
    const struct covenant *first = version(0), *second = version(1);
    assert_ptr_equal(second->based_on, first);
    assert_int_equal(date_compare(first->until, day("2021-12-31")), 0);
    assert_false(second->has_until);
    assert_true(second->ongoing_cases_move && !first->ongoing_cases_move);
    assert_int_equal(second->sources_count, 4);
    assert_int_equal(second->eligibility.requirements_count, 2);
    assert_int_equal(second->deadlines_count, 4);
    assert_int_equal(second->nuisance.levels_count, 1); /* its own section, whole */
    assert_null(second->nuisance.relapse);
    assert_null(second->derived[1].where); /* its own `named_6m`, in the place of the other */
    assert_text(second->derived[1].name, "named_6m");
    assert_int_equal(second->derived_count, first->derived_count);
    assert_ptr_equal(second->lua, first->lua);
    assert_int_equal(second->parties_count, 1);
    assert_text(second->folder, "demo/2");
    assert_false(digest_equal(first->digest, second->digest));
}

static void assumptions(void **state)
{
    (void)state;
    static const char *const expected[] = {"K5b.require", "N1.enter", "N1.quiet", "N2", "P1", "S1.after", "S2",
                                           "X1", "contracts.advised_by", "in_force.from", "nuisance.counts", "ongoing_cases"};
    const struct text_list *list = &version(0)->assumptions;
    assert_int_equal(list->count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < list->count; i++)
        assert_text(list->items[i], expected[i]);
}

/* Reading the same files twice gives the same digests; another comment in a base gives others to both. */
static void digests(void **state)
{
    (void)state;
    struct findings findings;
    findings_init(&findings, &arena);
    struct file_set changed = {0};
    for (size_t i = 0; i < rules->files->count; i++) {
        const struct source_file *file = &rules->files->items[i];
        bool base = text_is(file->path, "demo/1/covenant.yaml");
        files_add(&arena, &changed, file->path, base ? text_format(&arena, "%.*s# more\n", TEXT_ARGS(file->text)) : file->text);
    }
    const struct rules *again = rules_read(&arena, rules->files, &findings), *other = rules_read(&arena, &changed, &findings);
    assert_non_null(again);
    assert_non_null(other);
    for (size_t i = 0; i < 2; i++) {
        assert_true(digest_equal(again->regions[0]->versions[i]->digest, version(i)->digest));
        assert_false(digest_equal(other->regions[0]->versions[i]->digest, version(i)->digest));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vocabulary), cmocka_unit_test(calendar),       cmocka_unit_test(derived),  cmocka_unit_test(eligibility),
        cmocka_unit_test(support),    cmocka_unit_test(deadlines),      cmocka_unit_test(contracts), cmocka_unit_test(nuisance),
        cmocka_unit_test(other_sections), cmocka_unit_test(based_on),   cmocka_unit_test(assumptions), cmocka_unit_test(digests),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
