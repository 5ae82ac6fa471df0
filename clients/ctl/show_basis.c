/* What the covenants rest on, as a page of Markdown. */
#include "basis.h"
#include "show.h"

struct page {
    struct arena *arena;
    enum language language;
    struct buffer out;
};

static void put(struct page *page, const char *nl, const char *en)
{
    buffer_add(&page->out, either(page->language, nl, en));
}

static struct text says(const struct page *page, const struct value *object, const char *name)
{
    return words_printable(page->arena, says_of(value_get(object, name), page->language));
}

static struct text plain(const struct page *page, const struct value *object, const char *name)
{
    return words_printable(page->arena, member_text(object, name));
}

/* ` (article; agreements, art. 3)`. */
static void put_sources(struct page *page, const struct value *sources)
{
    for (size_t i = 0; i < list_count(sources); i++) {
        struct text at = plain(page, sources->items[i], "at");
        buffer_format(&page->out, "%s%.*s%s%.*s", i ? "; " : " (", TEXT_ARGS(plain(page, sources->items[i], "is")),
                      at.length ? ", " : "", TEXT_ARGS(at));
    }
    buffer_add_string(&page->out, list_count(sources) ? ")\n" : "\n");
}

/* Keys that no rule says in words: those of the whole and of sections. */
static struct text key_words(const struct page *page, struct text rule, struct text key)
{
    static const struct {
        const char *rule, *key, *nl, *en;
    } words[] = {
        {"in_force", NULL, "de dagen waarop het geldt", "the days on which it holds"},
        {"in_force", "from", "de eerste dag waarop het geldt", "the first day on which it holds"},
        {"in_force", "until", "de laatste dag waarop het geldt", "the last day on which it holds"},
        {"in_force", "ongoing_cases", "of lopende zaken meegaan", "whether cases that run move to it"},
        {"contracts", NULL, "wie adviseert over het soort contract", "who advises on the kind of contract"},
        {"contracts", "advised_by", "wie adviseert over het soort contract", "who advises on the kind of contract"},
        {"nuisance", NULL, "welke meldingen tellen, en volgens welke versie", "which reports count, and by which version"},
        {"nuisance", "counts", "welke meldingen tellen", "which reports count"},
        {"nuisance", "governed_by", "volgens welke versie een melding wordt beoordeeld",
         "by which version a report is judged"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(rule, words[i].rule) && (words[i].key ? text_is(key, words[i].key) : !key.at))
            return either(page->language, words[i].nl, words[i].en);
    return (struct text){0};
}

/* `- C1.require, C1.otherwise: There is an income`, by the names that a decision gives as what it rests on. */
static void put_assumed(struct page *page, const struct value *item)
{
    const struct value *keys = value_get(item, "keys");
    struct text rule = plain(page, item, "rule"), told = says(page, item, "says");
    buffer_add_string(&page->out, "- ");
    for (size_t i = 0; i < list_count(keys); i++) {
        struct text key = keys->items[i]->text;
        bool beside = text_is(key, "ongoing_cases"); /* stands beside in_force, whose source it has */
        buffer_format(&page->out, "%s`%.*s%s%.*s`", i ? ", " : "", TEXT_ARGS(beside ? TEXT("") : rule), beside ? "" : ".",
                      TEXT_ARGS(key));
        if (told.length == 0)
            told = key_words(page, rule, key);
    }
    if (!keys)
        buffer_format(&page->out, "`%.*s`", TEXT_ARGS(rule));
    if (told.length == 0)
        told = key_words(page, rule, (struct text){0});
    buffer_format(&page->out, "%s%.*s\n", told.length ? ": " : "", TEXT_ARGS(told));
}

static void put_rules(struct page *page, const struct value *rules)
{
    for (size_t i = 0; i < list_count(rules); i++) {
        buffer_format(&page->out, "- `%.*s`: %.*s", TEXT_ARGS(plain(page, rules->items[i], "rule")),
                      TEXT_ARGS(says(page, rules->items[i], "says")));
        put_sources(page, value_get(rules->items[i], "source"));
    }
}

/* `In force from 1 January 2021 until 30 June 2022. Parties: Kwintes, Ymere.` */
static void put_heading(struct page *page, const struct value *version)
{
    const struct value *in_force = value_get(version, "in_force"), *parties = value_get(version, "parties");
    struct text region = member_text(version, "region"), until = member_text(in_force, "until");
    bool known = word_is_known(WORD_REGION, region);
    struct text name = known ? word_of(page->arena, WORD_REGION, region, page->language) : region;
    buffer_format(&page->out, "\n### %.*s, %.*s: %.*s\n\n", TEXT_ARGS(words_capital(page->arena, name)),
                  TEXT_ARGS(plain(page, version, "version")), TEXT_ARGS(says(page, version, "title")));
    put(page, "Geldt vanaf ", "In force from ");
    buffer_add(&page->out, words_of_date(page->arena, member_text(in_force, "from"), page->language));
    if (until.length) {
        put(page, " tot en met ", " until ");
        buffer_add(&page->out, words_of_date(page->arena, until, page->language));
    } else {
        put(page, ", zonder bekend einde", ", with no known end");
    }
    buffer_add_string(&page->out, ".");
    if (list_count(parties))
        put(page, " Partijen: ", " Parties: ");
    for (size_t i = 0; i < list_count(parties); i++)
        buffer_format(&page->out, "%s%.*s", i ? ", " : "",
                      TEXT_ARGS(words_printable(page->arena, parties->items[i]->text)));
    buffer_add_string(&page->out, list_count(parties) ? ".\n" : "\n");
    struct text based_on = plain(page, version, "based_on");
    if (based_on.length)
        buffer_format(&page->out,
                      page->language == LANGUAGE_NL
                          ? "Wat hier niet staat is als in %.*s.\n"
                          : "What does not stand here is as in %.*s.\n",
                      TEXT_ARGS(based_on));
}

static void put_texts(struct page *page, const struct value *sources)
{
    if (list_count(sources) == 0)
        return;
    put(page, "\nTeksten: ", "\nTexts: ");
    for (size_t i = 0; i < sources->count; i++) {
        struct text date = plain(page, sources->items[i], "date"), url = plain(page, sources->items[i], "url");
        struct text title = plain(page, sources->items[i], "title");
        buffer_format(&page->out, "%s`%.*s` ", i ? "; " : "", TEXT_ARGS(plain(page, sources->items[i], "is")));
        if (url.length)
            buffer_format(&page->out, "[%.*s](%.*s)", TEXT_ARGS(title), TEXT_ARGS(url));
        else
            buffer_add(&page->out, title);
        if (date.length)
            buffer_format(&page->out, " (%.*s)", TEXT_ARGS(date));
    }
    buffer_add_string(&page->out, ".\n");
}

static void put_part(struct page *page, const struct value *list, const char *nl, const char *en)
{
    if (list_count(list) == 0)
        return;
    buffer_format(&page->out, "\n**%.*s** (%zu)\n\n", TEXT_ARGS(either(page->language, nl, en)), list->count);
}

static void put_version(struct page *page, const struct value *version)
{
    const struct value *agreed = value_get(version, "agreed"), *by_law = value_get(version, "by_law"),
                       *assumed = value_get(version, "assumed"), *open = value_get(version, "open");
    put_heading(page, version);
    put_texts(page, value_get(version, "sources"));
    put_part(page, agreed, "Afgesproken of beschreven", "Agreed, or described");
    put_rules(page, agreed);
    if (list_count(by_law))
        put(page, "\n**Uit de wet**, zoals het in [national/law.yaml](national/law.yaml) staat: ",
            "\n**By law**, as [national/law.yaml](national/law.yaml) has it: ");
    for (size_t i = 0; i < list_count(by_law); i++)
        buffer_format(&page->out, "%s`%.*s`%s", i ? ", " : "", TEXT_ARGS(plain(page, by_law->items[i], "rule")),
                      i + 1 == by_law->count ? ".\n" : "");
    put_part(page, assumed, "Aangenomen", "Assumed");
    for (size_t i = 0; i < list_count(assumed); i++)
        put_assumed(page, assumed->items[i]);
    put_part(page, open, "Opengelaten", "Left open");
    put_rules(page, open);
}

struct text basis_markdown(struct arena *arena, const struct value *basis, enum language language)
{
    struct page page = {.arena = arena, .language = language};
    buffer_init(&page.out, arena);
    for (size_t i = 0; i < list_count(basis); i++)
        put_version(&page, basis->items[i]);
    return buffer_text(&page.out);
}
