#include "dossier.h"

#include "ask.h"
#include "audit.h"
#include "audit_file.h"
#include "audit_source.h"
#include "base/files.h"
#include "base/json.h"
#include "engine/edition.h"
#include "show.h"

#include <string.h>

struct text dossier_words(const struct dossier *dossier, const char *nl, const char *en)
{
    return either(dossier->command->language, nl, en);
}

size_t dossier_number(const struct dossier *dossier, struct text id)
{
    size_t number = 0;
    for (size_t i = 0; i < dossier->count; i++) {
        bool decision = member_is(dossier->records[i], "kind", "decision");
        number += decision;
        if (decision && text_equal(member_text(dossier->records[i], "id"), id))
            return number;
    }
    return 0;
}

/* ---- asking ---- */

static const struct value *asked(struct dossier *dossier, struct asking *asking, const char *name)
{
    return value_get(ask(asking, &dossier->code), name);
}

static void asking_begin(struct asking *asking, struct dossier *dossier, const char *verb)
{
    asking_init(asking, dossier->command, verb);
    asking->silent = true;
}

static bool gather_record(struct dossier *dossier, struct text id)
{
    struct asking asking;
    asking_begin(&asking, dossier, "record");
    asking_add(&asking, "decision", value_text(dossier->command->arena, id));
    const struct value *record = asked(dossier, &asking, "record");
    if (!record)
        return false;
    const struct value **place = arena_push(dossier->command->arena, &dossier->records, &dossier->count,
                                            &dossier->capacity, sizeof *dossier->records);
    *place = record;
    return true;
}

static bool gather_records(struct dossier *dossier)
{
    struct arena *arena = dossier->command->arena;
    struct text after = {0};
    do {
        struct asking asking;
        asking_begin(&asking, dossier, "history");
        asking_add(&asking, "case", value_text(arena, dossier->case_id));
        asking_add(&asking, "region", value_text(arena, dossier->region));
        if (after.length)
            asking_add(&asking, "after", value_text(arena, after));
        const struct value *history = asked(dossier, &asking, "history"), *lines = value_get(history, "records");
        if (!history)
            return false;
        for (size_t i = 0; i < list_count(lines); i++)
            if (!gather_record(dossier, member_text(lines->items[i], "id")))
                return false;
        after = member_text(history, "next");
    } while (after.length);
    if (dossier->count)
        return true;
    dossier->code = complain(dossier->command, EXIT_REFUSED,
                             "found no record of case `%.*s` in `%.*s`: there was none, or it was erased",
                             TEXT_ARGS(dossier->case_id), TEXT_ARGS(dossier->region));
    return false;
}

/* Of each version of the region what the page says of it; the edition itself does not stay. */
static struct value *covenants_of(struct arena *arena, const struct region *region)
{
    struct value *list = value_list(arena);
    for (size_t i = 0; region && i < region->versions_count; i++) {
        const struct covenant *covenant = region->versions[i];
        struct value *object = value_object(arena), *title = value_object(arena), *sources = value_list(arena);
        if (covenant->title.nl.at)
            value_set(arena, title, "nl", value_text(arena, text_copy(arena, covenant->title.nl)));
        if (covenant->title.en.at)
            value_set(arena, title, "en", value_text(arena, text_copy(arena, covenant->title.en)));
        for (size_t j = 0; j < covenant->sources_count; j++) {
            const struct source *source = &covenant->sources[j];
            if (source->kind == SOURCE_ASSUMPTION)
                continue; /* that there is no source: the motivation names those */
            value_append(arena, sources,
                         value_text(arena, text_format(arena, "%.*s%s%.*s%s%.*s", TEXT_ARGS(source->title),
                                                       source->date.length ? ", " : "", TEXT_ARGS(source->date),
                                                       source->url.length ? ", " : "", TEXT_ARGS(source->url))));
        }
        value_set(arena, object, "version", value_text(arena, text_copy(arena, covenant->version)));
        value_set(arena, object, "title", title);
        value_set(arena, object, "from", value_date(arena, covenant->from));
        if (covenant->has_until)
            value_set(arena, object, "until", value_date(arena, covenant->until));
        value_set(arena, object, "sources", sources);
        value_append(arena, list, object);
    }
    return list;
}

static bool gather_edition(struct dossier *dossier, struct value *editions, struct text digest)
{
    struct arena *arena = dossier->command->arena;
    struct asking asking;
    struct json_error error;
    struct findings findings;
    struct file_set set = {0};
    asking_begin(&asking, dossier, "export");
    asking_add(&asking, "edition", value_text(arena, digest));
    const struct value *exported = asked(dossier, &asking, "export"), *files = value_get(exported, "files");
    if (!exported)
        return false;
    for (size_t i = 0; files && files->kind == VALUE_OBJECT && i < files->count; i++)
        files_add(arena, &set, files->names[i], files->items[i]->text);
    findings_init(&findings, arena);
    struct edition *loaded = edition_load(&set, false, &findings);
    struct value *edition = value_object(arena);
    value_set(arena, edition, "manifest", json_read(arena, member_text(exported, "manifest"), &error));
    value_set(arena, edition, "covenants",
              covenants_of(arena, loaded ? rules_region(loaded->rules, dossier->region) : NULL));
    edition_release(loaded);
    value_set_text(arena, editions, digest, edition);
    return true;
}

/* Of decisions that are still there. */
static bool gather_editions(struct dossier *dossier)
{
    struct value *editions = value_object(dossier->command->arena);
    dossier->editions = editions;
    for (size_t i = 0; i < dossier->count; i++) {
        struct text digest = member_text(dossier->records[i], "edition");
        if (member_is(dossier->records[i], "kind", "decision") && digest.length && !value_get_text(editions, digest) &&
            !gather_edition(dossier, editions, digest))
            return false;
    }
    return true;
}

static bool gather_key(struct dossier *dossier)
{
    struct audit_source source = {dossier->command};
    struct text note;
    return source_head(&source, member_text(dossier->records[dossier->count - 1], "log"), &note, &dossier->vkey,
                       &dossier->code);
}

/* ---- the page ---- */

static void page_head(struct dossier *dossier)
{
    struct arena *arena = dossier->command->arena;
    struct buffer *page = &dossier->page;
    struct text now = words_of_date(arena, moment_text(arena, moment_now()), dossier->command->language);
    struct text title = text_format(arena, "%.*s %.*s", TEXT_ARGS(dossier_words(dossier, "Zaak", "Case")),
                                    TEXT_ARGS(dossier->case_id));
    struct text region = word_of(arena, WORD_REGION, dossier->region, dossier->command->language);
    buffer_format(page, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                  dossier->command->language == LANGUAGE_NL ? "nl" : "en");
    buffer_add_string(page, "<meta name=\"viewport\" content=\"width=device-width\">\n"
                            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                            "'unsafe-inline'\">\n");
    html_element(page, "title", NULL,
                 text_format(arena, "Dossier %.*s, %.*s", TEXT_ARGS(dossier->case_id), TEXT_ARGS(region)));
    buffer_format(page, "<style>%s</style>\n</head>\n<body>\n<header>\n", dossier_style);
    html_element(page, "p", "label", TEXT("Dossier"));
    html_element(page, "h1", NULL, title);
    html_element(page, "p", "lead",
                 text_format(arena, "%.*s · %.*s %.*s", TEXT_ARGS(region),
                             TEXT_ARGS(dossier_words(dossier, "opgemaakt op", "made on")), TEXT_ARGS(now)));
    buffer_add_string(page, "</header>\n");
}

static void page_introduction(struct dossier *dossier)
{
    struct buffer *page = &dossier->page;
    html_element(page, "p", NULL,
                 dossier_words(dossier,
                               "Hier staat alles wat over deze zaak is vastgelegd: wat is gevraagd, wat is geadviseerd en "
                               "waarom, volgens welke regels, wie het advies heeft bevestigd of ervan is afgeweken, en het "
                               "bewijs dat er sindsdien niets aan is veranderd. Een advies is geen besluit: een mens beslist.",
                               "This is all that is recorded of this case: what was asked, what was advised and why, by which "
                               "rules, who confirmed the advice or deviated from it, and the proof that nothing of it was "
                               "changed since. Advice is no decision in law: a person decides."));
    html_element(page, "p", NULL,
                 dossier_words(dossier,
                               "Het is ook het antwoord op een verzoek om inzage (AVG, artikel 15). De gegevens zijn verwerkt om "
                               "te adviseren volgens het convenant van de regio; zij komen van de instanties die hieronder bij "
                               "elk gegeven staan. Een fout laat u corrigeren bij de instantie die het gegeven opgaf. U kunt ook vragen "
                               "om wissen, bezwaar maken tegen de verwerking, en een klacht indienen bij de Autoriteit "
                               "Persoonsgegevens. Wie deze gegevens heeft gelezen, is vastgelegd.",
                               "It is also the answer to a request for access (GDPR, article 15). The facts were processed to "
                               "advise by the covenant of the region; they come from the organisations that are named with each. "
                               "Who stated a fact is the one to ask for its correction. Erasure can be asked for, the processing "
                               "objected to, and a complaint made to the supervisory authority. Who read these facts is "
                               "recorded."));
}

/* Each record in a line. */
static void page_overview(struct dossier *dossier)
{
    static const char *const kinds[][3] = {{"decision", "advies", "advice"},
                                           {"confirmation", "bevestiging", "confirmation"},
                                           {"hold", "aanhouding", "hold"}};
    struct command *command = dossier->command;
    struct buffer *page = &dossier->page;
    html_element(page, "h2", NULL, dossier_words(dossier, "Overzicht", "Overview"));
    buffer_add_string(page, "<table><tbody>\n");
    for (size_t i = 0; i < dossier->count; i++) {
        const struct value *record = dossier->records[i];
        struct text kind = member_text(record, "kind"), id = member_text(record, "id");
        size_t number = dossier_number(dossier, id);
        for (size_t j = 0; j < sizeof kinds / sizeof *kinds; j++)
            if (text_is(kind, kinds[j][0]))
                kind = dossier_words(dossier, kinds[j][1], kinds[j][2]);
        size_t of = dossier_number(dossier, member_text(value_get(record, "decision"), "decision"));
        if (of)
            kind = text_format(command->arena, "%.*s %.*s %zu", TEXT_ARGS(kind),
                               TEXT_ARGS(dossier_words(dossier, "bij advies", "of advice")), of);
        html_pair(page, show_date(command, value_get(record, "time")),
                  number ? text_format(command->arena, "%.*s %zu", TEXT_ARGS(kind), number) : kind);
    }
    buffer_add_string(page, "</tbody></table>\n");
}

static void page_holds(struct dossier *dossier)
{
    struct command *command = dossier->command;
    struct buffer *page = &dossier->page;
    html_element(page, "h2", NULL, dossier_words(dossier, "Bewaren en wissen", "Keeping and erasing"));
    size_t count = 0;
    for (size_t i = 0; i < dossier->count; i++) {
        const struct value *record = dossier->records[i], *said = value_get(record, "decision");
        if (!member_is(record, "kind", "hold") || !said)
            continue;
        html_element(page, "p", NULL,
                     text_format(command->arena, "%.*s: %.*s (%.*s).",
                                 TEXT_ARGS(show_date(command, value_get(record, "time"))),
                                 TEXT_ARGS(member_holds(said, "held")
                                               ? dossier_words(dossier, "wissen is aangehouden", "erasing was put on hold")
                                               : dossier_words(dossier, "de aanhouding is opgeheven", "the hold was released")),
                                 TEXT_ARGS(member_text(said, "ground"))));
        count++;
    }
    if (count == 0)
        html_element(page, "p", NULL,
                     dossier_words(dossier, "Het wissen van deze zaak is nooit aangehouden.",
                                   "The erasure of this case was never put on hold."));
    html_element(page, "p", NULL,
                 dossier_words(dossier,
                               "De gegevens van deze zaak zijn niet gewist. Na het wissen blijft alleen staan dat er een advies "
                               "was, en wanneer; dit dossier kan dan niet meer worden gemaakt.",
                               "The facts of this case were not erased. After erasure only remains that there was advice, and "
                               "when; this dossier can then no longer be made."));
}

static struct text page_make(struct dossier *dossier)
{
    buffer_init(&dossier->page, dossier->command->arena);
    page_head(dossier);
    page_introduction(dossier);
    page_overview(dossier);
    for (size_t i = 0; i < dossier->count; i++)
        if (member_is(dossier->records[i], "kind", "decision"))
            dossier_decision(dossier, dossier->records[i]);
    page_holds(dossier);
    dossier_rules(dossier);
    dossier_proof(dossier);
    html_element(&dossier->page, "footer", NULL,
                 dossier_words(dossier,
                               "Dit dossier bevat persoonsgegevens. Dat deze voor dit dossier zijn gelezen, is vastgelegd in het "
                               "logboek.",
                               "This dossier holds personal facts. That they were read for it is recorded in the log."));
    buffer_add_string(&dossier->page, "</body>\n</html>\n");
    return buffer_text(&dossier->page);
}

enum exit_code export_dossier(struct command *command, const char *path)
{
    struct dossier dossier = {.command = command, .code = EXIT_ANSWERED};
    if (!option_given(command, OPTION_CASE) || !option_given(command, OPTION_REGION))
        return complain(command, EXIT_USE, "`--format dossier` needs `--case` and `--region`");
    dossier.case_id = text_of(command->values[OPTION_CASE]);
    dossier.region = text_of(command->values[OPTION_REGION]);
    command->region = dossier.region;
    if (!gather_records(&dossier) || !gather_editions(&dossier) || !gather_key(&dossier))
        return dossier.code;
    return audit_file_write(command, path, page_make(&dossier));
}
