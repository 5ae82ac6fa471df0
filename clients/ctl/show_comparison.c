/* A comparison as a page: a table, where the regions differ, and why. And the same for programs. */
#include "comparison.h"
#include "show.h"

/* One page being written. */
struct page {
    const struct comparison *comparison;
    struct arena *arena;
    enum language language;
    struct buffer out;
};

/* What a cell may hold: a bar would end it. */
static void put_cell(struct page *page, struct text text)
{
    text = words_printable(page->arena, text);
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '|')
            buffer_add_byte(&page->out, '\\');
        buffer_add_byte(&page->out, text.at[i]);
    }
}

static void put(struct page *page, const char *nl, const char *en)
{
    buffer_add(&page->out, either(page->language, nl, en));
}

static const struct region *region_at(const struct page *page, size_t region)
{
    return page->comparison->rules->regions[region];
}

static struct text region_title(const struct page *page, size_t region)
{
    return words_capital(page->arena, word_of(page->arena, WORD_REGION, region_at(page, region)->name, page->language));
}

static size_t regions_count(const struct page *page)
{
    return page->comparison->rules->regions_count;
}

/* ---- the table ---- */

static void put_head(struct page *page)
{
    put(page, "| geval | |", "| case | |");
    for (size_t r = 0; r < regions_count(page); r++) {
        buffer_add_byte(&page->out, ' ');
        put_cell(page, region_title(page, r));
        buffer_add_string(&page->out, " |");
    }
    buffer_add_string(&page->out, "\n|---|---|");
    for (size_t r = 0; r < regions_count(page); r++)
        buffer_add_string(&page->out, "---|");
    buffer_add_byte(&page->out, '\n');
}

static void put_row(struct page *page, size_t number, const struct compared *compared, size_t part)
{
    buffer_add_string(&page->out, "| ");
    if (part == PART_ELIGIBILITY) {
        buffer_format(&page->out, "**%zu** ", number);
        put_cell(page, says_of(compared->says, page->language));
        buffer_add_byte(&page->out, ' ');
    }
    buffer_format(&page->out, "| %.*s |", TEXT_ARGS(part_title((enum part)part, page->language)));
    for (size_t r = 0; r < regions_count(page); r++) {
        buffer_add_byte(&page->out, ' ');
        if (!compared->decided[r])
            put_cell(page, part == PART_ELIGIBILITY ? either(page->language, "geen convenant", "no covenant") : TEXT(""));
        else
            put_cell(page, told_text(page->arena, told_in(compared, r, part)));
        buffer_add_string(&page->out, " |");
    }
    buffer_add_byte(&page->out, '\n');
}

static void put_table(struct page *page)
{
    put_head(page);
    for (size_t i = 0; i < page->comparison->count; i++)
        for (size_t p = 0; p < PART_COUNT; p++)
            if (page->comparison->cases[i].shown[p])
                put_row(page, i + 1, &page->comparison->cases[i], p);
}

/* ---- where ---- */

/* Numbers of cases, ascending. */
struct numbers {
    size_t *items;
    size_t count, capacity;
};

static void number_add(struct page *page, struct numbers *numbers, size_t number)
{
    *(size_t *)arena_push(page->arena, &numbers->items, &numbers->count, &numbers->capacity, sizeof *numbers->items) = number;
}

/* `1, 3–5, 9`. */
static void put_numbers(struct page *page, const struct numbers *numbers)
{
    for (size_t i = 0, end; i < numbers->count; i = end) {
        for (end = i + 1; end < numbers->count && numbers->items[end] == numbers->items[end - 1] + 1; end++)
            ;
        buffer_format(&page->out, "%s%zu", i ? ", " : "", numbers->items[i]);
        if (end - i > 1)
            buffer_format(&page->out, "%s%zu", end - i > 2 ? "–" : ", ", numbers->items[end - 1]);
    }
}

static bool differs(const struct page *page, const struct compared *compared, size_t part)
{
    return compared->shown[part] && comparison_differs(page->comparison, compared, part);
}

static void put_where(struct page *page)
{
    const struct comparison *comparison = page->comparison;
    for (size_t p = 0; p < PART_COUNT; p++) {
        struct numbers numbers = {0};
        for (size_t i = 0; i < comparison->count; i++)
            if (differs(page, &comparison->cases[i], p))
                number_add(page, &numbers, i + 1);
        if (numbers.count == 0)
            continue;
        buffer_format(&page->out, "- %.*s: ", TEXT_ARGS(part_title((enum part)p, page->language)));
        put_numbers(page, &numbers);
        buffer_add_byte(&page->out, '\n');
    }
}

/* Where no covenant decides: what was the last, or the first. */
static void put_out_of_force(struct page *page, size_t region)
{
    const struct comparison *comparison = page->comparison;
    const struct region *of = region_at(page, region);
    const struct covenant *first = of->versions[0], *last = of->versions[of->versions_count - 1];
    struct numbers numbers = {0};
    for (size_t i = 0; i < comparison->count; i++)
        if (!comparison->cases[i].decided[region])
            number_add(page, &numbers, i + 1);
    if (numbers.count == 0)
        return;
    buffer_format(&page->out, "- %.*s: ", TEXT_ARGS(region_title(page, region)));
    put(page, "geen convenant van kracht in ", "no covenant in force in ");
    put_numbers(page, &numbers);
    if (last->has_until)
        put(page, ". Wat begon na ", ". What began after ");
    else
        put(page, ". Het eerste begint op ", ". The first one begins on ");
    buffer_add(&page->out, date_text(page->arena, last->has_until ? last->until : first->from));
    if (last->has_until)
        put(page, ", de laatste dag, beslist dit convenant niet; wat eerder begon houdt zijn regels",
            ", its last day, is not decided by this covenant; what began before keeps its rules");
    buffer_add_string(&page->out, ".\n");
}

/* ---- why ---- */

/* What a rule did to which cases. */
struct effect {
    size_t part;
    struct text word;
    struct numbers numbers;
};
struct why {
    const struct told_rule *rule;
    bool assumed;
    struct effect *effects;
    size_t count, capacity;
};
struct whys {
    struct why *items;
    size_t count, capacity;
};

static struct why *why_of(struct page *page, struct whys *whys, const struct told_rule *rule)
{
    for (size_t i = 0; i < whys->count; i++)
        if (text_equal(whys->items[i].rule->id, rule->id))
            return &whys->items[i];
    struct why *why = arena_push(page->arena, &whys->items, &whys->count, &whys->capacity, sizeof *why);
    *why = (struct why){.rule = rule};
    return why;
}

static void effect_add(struct page *page, struct why *why, size_t part, struct text word, size_t number)
{
    struct effect *effect = NULL;
    for (size_t i = 0; i < why->count; i++)
        if (why->effects[i].part == part && text_equal(why->effects[i].word, word))
            effect = &why->effects[i];
    if (!effect) {
        effect = arena_push(page->arena, &why->effects, &why->count, &why->capacity, sizeof *effect);
        *effect = (struct effect){.part = part, .word = word};
    }
    number_add(page, &effect->numbers, number);
}

/* The rules that made a difference in this region, in the order in which cases met them. */
static struct whys whys_of(struct page *page, size_t region)
{
    const struct comparison *comparison = page->comparison;
    struct whys whys = {0};
    for (size_t i = 0; i < comparison->count; i++)
        for (size_t p = 0; p < PART_COUNT; p++) {
            const struct told *told = told_in(&comparison->cases[i], region, p);
            if (!differs(page, &comparison->cases[i], p))
                continue;
            for (size_t n = 0; n < told->rules_count; n++) {
                struct why *why = why_of(page, &whys, &told->rules[n]);
                why->assumed |= told->rules[n].assumed;
                effect_add(page, why, p, p == PART_HOUSING ? (struct text){0} : told->word, i + 1);
            }
        }
    return whys;
}

static void put_why(struct page *page, const struct why *why)
{
    buffer_format(&page->out, "- %.*s ", TEXT_ARGS(why->rule->id));
    put_cell(page, says_of(why->rule->says, page->language));
    if (why->assumed)
        put(page, " (aanname)", " (assumption)");
    for (size_t e = 0; e < why->count; e++) {
        const struct effect *effect = &why->effects[e];
        buffer_add_string(&page->out, e ? "; " : " – ");
        buffer_add(&page->out, part_title((enum part)effect->part, page->language));
        if (effect->word.length)
            buffer_format(&page->out, " *%.*s*", TEXT_ARGS(effect->word));
        buffer_add_byte(&page->out, ' ');
        put_numbers(page, &effect->numbers);
    }
    buffer_add_byte(&page->out, '\n');
}

static void put_whys(struct page *page)
{
    for (size_t r = 0; r < regions_count(page); r++) {
        struct whys whys = whys_of(page, r);
        buffer_format(&page->out, "\n**%.*s**\n\n", TEXT_ARGS(region_title(page, r)));
        for (size_t i = 0; i < whys.count; i++)
            put_why(page, &whys.items[i]);
        if (whys.count == 0)
            put(page, "- niets dat verschilt\n", "- nothing that differs\n");
    }
}

struct text comparison_markdown(const struct comparison *comparison)
{
    struct page page = {.comparison = comparison, .arena = comparison->command->arena,
                        .language = comparison->command->language};
    buffer_init(&page.out, page.arena);
    buffer_add_byte(&page.out, '\n');
    put_table(&page);
    put(&page, "\nWaar ze verschillen, met de nummers van de gevallen:\n\n", "\nWhere they differ, with the numbers of the cases:\n\n");
    put_where(&page);
    for (size_t r = 0; r < regions_count(&page); r++)
        put_out_of_force(&page, r);
    put(&page, "\nEn waarom: wat in elke regio de doorslag gaf, waar de regio's verschillen.\n",
        "\nAnd why: what decided in each region, where the regions differ.\n");
    put_whys(&page);
    buffer_add_byte(&page.out, '\n');
    return buffer_text(&page.out);
}

/* ---- for programs ---- */

static struct value *told_value(struct arena *arena, const struct told *told)
{
    struct value *object = value_object(arena), *rules = value_list(arena);
    for (size_t i = 0; i < told->rules_count; i++) {
        struct value *rule = value_object(arena);
        value_set(arena, rule, "rule", value_text(arena, told->rules[i].id));
        if (told->rules[i].says)
            value_set(arena, rule, "says", value_copy(arena, told->rules[i].says));
        value_set(arena, rule, "assumed", value_boolean(arena, told->rules[i].assumed));
        value_append(arena, rules, rule);
    }
    if (told->word.at)
        value_set(arena, object, "word", value_text(arena, told->word));
    if (told->detail.length)
        value_set(arena, object, "detail", value_text(arena, told->detail));
    value_set(arena, object, "rules", rules);
    return object;
}

static struct value *compared_value(const struct page *page, const struct compared *compared)
{
    struct arena *arena = page->arena;
    struct value *object = value_object(arena), *regions = value_object(arena), *differ = value_list(arena);
    for (size_t r = 0; r < regions_count(page); r++) {
        struct value *told = value_object(arena);
        for (size_t p = 0; p < PART_COUNT && compared->decided[r]; p++)
            value_set(arena, told, part_name((enum part)p), told_value(arena, told_in(compared, r, p)));
        if (!compared->decided[r])
            value_set(arena, told, "error", value_string(arena, "no_covenant_in_force"));
        value_set_text(arena, regions, region_at(page, r)->name, told);
    }
    for (size_t p = 0; p < PART_COUNT; p++)
        if (differs(page, compared, p))
            value_append(arena, differ, value_string(arena, part_name((enum part)p)));
    value_set(arena, object, "case", value_text(arena, compared->id));
    value_set(arena, object, "says", value_copy(arena, compared->says));
    value_set(arena, object, "on", value_date(arena, compared->on));
    value_set(arena, object, "regions", regions);
    value_set(arena, object, "differ", differ);
    return object;
}

struct value *comparison_value(const struct comparison *comparison)
{
    struct page page = {.comparison = comparison, .arena = comparison->command->arena,
                        .language = comparison->command->language};
    struct value *object = value_object(page.arena), *cases = value_list(page.arena);
    for (size_t i = 0; i < comparison->count; i++)
        value_append(page.arena, cases, compared_value(&page, &comparison->cases[i]));
    value_set(page.arena, object, "cases", cases);
    return object;
}
