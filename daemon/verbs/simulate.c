/*
 * `simulate`: decides like `decide`, under the rules in force or under drafts that come with the request, and records
 * nothing. Drafts are laid over the current files: a policy officer sends the one file that changed.
 */
#include "verbs/verb.h"

#include "base/json.h"

#include <string.h>

/* A path below the rules folder that we would read ourselves: no way up, no hidden names. */
static bool is_rule_path(struct text path)
{
    if (path.length == 0 || path.at[0] == '/' || path.at[0] == '.')
        return false;
    for (size_t i = 0; i + 1 < path.length; i++)
        if (path.at[i] == '/' && (path.at[i + 1] == '.' || path.at[i + 1] == '/'))
            return false;
    return text_ends_with(path, ".yaml") || text_ends_with(path, ".lua");
}

static bool drafts_read(struct call *call, const struct value *drafts, struct file_set *files)
{
    struct pointer root = {0}, rules = {.parent = &root, .name = TEXT("rules")};
    size_t before = call->refusals->count;
    for (size_t i = 0; i < drafts->count; i++) {
        struct pointer at = {.parent = &rules, .name = drafts->names[i]};
        if (!is_rule_path(drafts->names[i]))
            refusals_add(call->refusals, ERROR_INVALID_REQUEST, &at,
                         "found file `%.*s`, expected a path below the rules folder that ends in `.yaml` or `.lua`",
                         TEXT_ARGS(text_shown(call->arena, drafts->names[i])));
        else if (drafts->items[i]->kind != VALUE_TEXT)
            refusals_add(call->refusals, ERROR_INVALID_REQUEST, &at, "found no text, expected the file's text");
        else
            files_add(call->arena, files, drafts->names[i], drafts->items[i]->text);
    }
    const struct file_set *current = &call->service->edition->files;
    for (size_t i = 0; i < current->count; i++)
        if (!files_find(files, current->items[i].path))
            files_add(call->arena, files, current->items[i].path, current->items[i].text);
    return call->refusals->count == before;
}

/* Every error in the drafts is one of the request's: the file is the place, its line stands in the message. */
static void refuse_drafts(struct call *call, const struct findings *findings)
{
    struct pointer root = {0}, rules = {.parent = &root, .name = TEXT("rules")};
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        struct pointer at = {.parent = &rules,
                             .name = finding->place.file ? finding->place.file->path : (struct text){0}};
        if (finding->severity == SEVERITY_ERROR)
            refusals_add(call->refusals, ERROR_INVALID_REQUEST, finding->place.file ? &at : &rules,
                         "line %zu, column %zu: %.*s", finding->place.line, finding->place.column,
                         TEXT_ARGS(finding->message));
    }
}

/* The rules to decide under; NULL when the drafts are wrong. They are let go of after the answer. */
static const struct rules *rules_asked(struct call *call)
{
    struct service *service = call->service;
    const struct value *drafts = value_get(call->request->root, "rules");
    struct file_set files = {0};
    struct findings findings;
    findings_init(&findings, call->arena);
    if (!drafts)
        return service->edition->rules;
    if (!drafts_read(call, drafts, &files))
        return NULL;
    service->draft = edition_load(&files, false, &findings);
    if (service->draft)
        return service->draft->rules;
    findings_sort(&findings);
    refuse_drafts(call, &findings);
    return NULL;
}

bool verb_simulate(struct call *call, struct fault *fault)
{
    (void)fault; /* nothing is written, nothing is read but memory */
    struct pointer root = {0}, at = {.parent = &root, .name = TEXT("case")};
    struct case_file case_file;
    struct asked asked;
    const struct rules *rules = rules_asked(call);
    if (!rules)
        return true;
    bool good = case_read(call->arena, rules, value_get(call->request->root, "case"), &at, &case_file, call->refusals);
    good = asked_read(rules, call->request->root, &asked, call->refusals) && good;
    struct value *decision =
        good ? decide(call->arena, rules, &case_file, call_on(call), &asked, call->refusals) : NULL;
    if (decision)
        call_reply(call, "decision", decision);
    return true;
}
