#include "dossier.h"

#include "audit/tree.h"
#include "base/base64.h"
#include "base/json.h"
#include "show.h"

#include <string.h>

/* ---- annex A: the files ---- */

/* What this decision rests on: the national files and those of its region, not the examples. */
static bool is_of_case(const struct dossier *dossier, struct text path)
{
    const char *own = text_string(dossier->command->arena,
                                  text_format(dossier->command->arena, "%.*s/", TEXT_ARGS(dossier->region)));
    for (size_t i = 0; i + 7 <= path.length; i++)
        if (text_starts_with(text_slice(path, i, path.length), "/cases/"))
            return false;
    return text_starts_with(path, own) || text_starts_with(path, "national/");
}

static void edition_files(struct dossier *dossier, struct text digest, const struct value *manifest)
{
    struct buffer *page = &dossier->page;
    const struct value *files = value_get(manifest, "files");
    size_t others = 0;
    html_element(page, "h3", NULL, dossier_words(dossier, "Regels, zoals zij waren", "The rules, as they were"));
    buffer_add_string(page, "<table><tbody>\n");
    html_code_pair(page, dossier_words(dossier, "Vingerafdruk van alle regels", "Digest of all rules"), digest);
    html_code_pair(page, dossier_words(dossier, "Programma", "Program"),
                   text_format(dossier->command->arena, "covenantd %.*s, %.*s", TEXT_ARGS(member_text(manifest, "engine")),
                               TEXT_ARGS(member_text(manifest, "lua"))));
    for (size_t i = 0; files && files->kind == VALUE_OBJECT && i < files->count; i++) {
        if (is_of_case(dossier, files->names[i]) && files->items[i]->kind == VALUE_TEXT)
            html_code_pair(page, files->names[i], files->items[i]->text);
        else
            others++;
    }
    buffer_add_string(page, "</tbody></table>\n");
    html_element(page, "p", "quiet",
                 text_format(dossier->command->arena, "%.*s %zu %.*s",
                             TEXT_ARGS(dossier_words(dossier, "De vingerafdruk van alle regels is ook die van", "The digest of all rules is also of")),
                             others,
                             TEXT_ARGS(dossier_words(dossier, "bestanden die hier geen rol spelen: voorbeelden, en regels van andere regio’s.",
                                                     "files that play no part here: examples, and rules of other regions."))));
}

void dossier_rules(struct dossier *dossier)
{
    html_element(&dossier->page, "h2", "page", dossier_words(dossier, "Bijlage A. De regels", "Annex A. The rules"));
    html_element(&dossier->page, "p", NULL,
                 dossier_words(dossier,
                               "Van elk bestand staat hier de vingerafdruk (SHA-256). Wie het bestand heeft, kan nagaan dat het "
                               "hetzelfde is. De bestanden zelf worden bij de beslissingen bewaard.",
                               "Of each file its digest (SHA-256) stands here. Who has the file can check that it is the same. "
                               "The files themselves are kept with the decisions."));
    for (size_t i = 0; i < dossier->editions->count; i++)
        edition_files(dossier, dossier->editions->names[i], value_get(dossier->editions->items[i], "manifest"));
}

/* ---- annex B: the proof ---- */

static struct text kind_words(struct dossier *dossier, const struct value *record)
{
    static const char *const words[][3] = {{"decision", "Advies", "Advice"},
                                           {"confirmation", "Bevestiging", "Confirmation"},
                                           {"hold", "Aanhouding", "Hold"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (member_is(record, "kind", words[i][0]))
            return dossier_words(dossier, words[i][1], words[i][2]);
    return member_text(record, "kind");
}

static void proof_of(struct dossier *dossier, const struct value *record)
{
    struct arena *arena = dossier->command->arena;
    struct buffer *page = &dossier->page;
    struct text leaf = {0}, id = member_text(record, "id");
    const struct value *index = value_get(record, "index");
    size_t number = dossier_number(dossier, id);
    if (!base64_read(arena, member_text(record, "leaf"), &leaf))
        return;
    struct text hash = digest_text(arena, tree_leaf(leaf));
    html_element(page, "h3", NULL,
                 number ? text_format(arena, "%.*s %zu", TEXT_ARGS(kind_words(dossier, record)), number)
                        : kind_words(dossier, record));
    buffer_add_string(page, "<table><tbody>\n");
    html_code_pair(page, dossier_words(dossier, "Record", "Record"), id);
    html_code_pair(page, dossier_words(dossier, "Logboek, plaats", "Log, place"),
                   text_format(arena, "%.*s, %lld", TEXT_ARGS(member_text(record, "log")), index ? index->integer : 0LL));
    html_code_pair(page, dossier_words(dossier, "Hash van het blad", "Hash of the leaf"), hash);
    buffer_add_string(page, "</tbody></table>\n");
    html_element(page, "p", "label", dossier_words(dossier, "Blad", "Leaf"));
    html_element(page, "pre", NULL, leaf);
    html_element(page, "p", "label", dossier_words(dossier, "Bewijs", "Proof"));
    html_element(page, "pre", NULL, member_text(record, "proof"));
}

static void how(struct dossier *dossier)
{
    static const char *const steps[][2] = {
        {"Het blad is wat voor altijd in het logboek staat. Het bevat geen persoonsgegevens, wel de vingerafdruk van wat is vastgelegd.",
         "The leaf is what stands in the log for ever. It holds no personal facts, but the digest of what was recorded."},
        {"De hash van het blad is SHA-256 over een byte 0 en daarna het blad. Met de regels van het bewijs die alleen een hash "
         "zijn, volgt daaruit de wortel van de boom (RFC 6962).",
         "The hash of the leaf is SHA-256 over a zero byte and then the leaf. With the lines of the proof that are only a hash, "
         "the root of the tree follows from it (RFC 6962)."},
        {"Die wortel staat onderaan het bewijs, met de naam en de lengte van het logboek, en is ondertekend (Ed25519, als "
         "C2SP signed note).",
         "That root stands at the end of the proof, with the name and the length of the log, and is signed (Ed25519, as a C2SP "
         "signed note)."},
        {"Vergelijk de sleutel hieronder met die welke op papier is verstrekt. Elk programma dat C2SP tlog-proof kent, kan dit "
         "nagaan, zonder de maker te hoeven vertrouwen.",
         "Compare the key below with the one that was handed over on paper. Every program that knows C2SP tlog-proof can check "
         "this, and need not trust who made it."},
    };
    buffer_add_string(&dossier->page, "<ol>\n");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        html_element(&dossier->page, "li", NULL, dossier_words(dossier, steps[i][0], steps[i][1]));
    buffer_add_string(&dossier->page, "</ol>\n");
}

void dossier_proof(struct dossier *dossier)
{
    html_element(&dossier->page, "h2", "page", dossier_words(dossier, "Bijlage B. Het bewijs", "Annex B. The proof"));
    html_element(&dossier->page, "p", NULL,
                 dossier_words(dossier, "Zo is na te gaan dat deze records in het logboek staan en sindsdien niet zijn veranderd:",
                               "This is how to check that these records are in the log, and were not changed since:"));
    how(dossier);
    html_element(&dossier->page, "p", "label", dossier_words(dossier, "Sleutel van het logboek", "Key of the log"));
    html_element(&dossier->page, "pre", NULL, dossier->vkey);
    for (size_t i = 0; i < dossier->count; i++)
        proof_of(dossier, dossier->records[i]);
}
