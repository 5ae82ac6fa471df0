#include "labels.h"

#include "ask.h"
#include "engine/edition.h"
#include "verbs/vocabulary.h"

/* Of draft rules, which the daemon does not have. The edition is not kept: the answer is a copy in the arena. */
static const struct value *read_labels(struct command *command)
{
    struct file_set files = {0};
    struct findings findings;
    struct fault fault = {0};
    findings_init(&findings, command->arena);
    if (!files_read(command->arena, command->values[OPTION_RULES], &files, &findings, &fault))
        return NULL;
    struct edition *edition = edition_load(&files, false, &findings);
    const struct region *region = edition ? rules_region(edition->rules, command->region) : NULL;
    const struct value *labels =
        region ? value_copy(command->arena, vocabulary_value(command->arena, region)) : NULL;
    edition_release(edition);
    return labels;
}

static const struct value *ask_labels(struct command *command)
{
    struct asking asking;
    asking_init(&asking, command, "vocabulary");
    asking_add(&asking, "region", value_text(command->arena, command->region));
    return value_get(ask_quietly(&asking), "vocabulary");
}

struct text label_of(struct command *command, enum label_kind kind, struct text name)
{
    static const struct {
        const char *list, *name;
    } members[] = {
        [LABEL_FACT] = {"facts", "fact"},   [LABEL_EVENT] = {"events", "event"}, [LABEL_CONTRACT] = {"kinds", "kind"},
        [LABEL_PHASE] = {"phases", "phase"}, [LABEL_STAGE] = {"stages", "stage"},
    };
    if (!command->region.at)
        return (struct text){0};
    if (!command->labels_asked)
        command->labels = option_given(command, OPTION_RULES) ? read_labels(command) : ask_labels(command);
    command->labels_asked = true;
    const struct value *list = value_get(command->labels, members[kind].list);
    for (size_t i = 0; list && list->kind == VALUE_LIST && i < list->count; i++) {
        const struct value *item_name = value_get(list->items[i], members[kind].name);
        if (item_name && item_name->kind == VALUE_TEXT && text_equal(item_name->text, name))
            return words_printable(command->arena, says_of(value_get(list->items[i], "label"), command->language));
    }
    return (struct text){0};
}
