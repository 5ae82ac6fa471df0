#include "compare.h"

#include "show.h"

/* One decision being told. */
struct telling {
    struct command *command;
    const struct region *region;
    const struct value *decision;
    struct told told;
};

static void say(struct telling *telling, const char *nl, const char *en)
{
    telling->told.word = either(telling->command->language, nl, en);
}

/* Does it rest on an assumption: by its id, or by a key of it (`N1.enter`)? */
static bool is_assumed(const struct telling *telling, struct text id)
{
    const struct value *list = value_get(telling->decision, "rests_on_assumptions");
    for (size_t i = 0; list && i < list->count; i++) {
        struct text item = list->items[i]->text;
        if (text_equal(item, id) || (item.length > id.length && item.at[id.length] == '.' &&
                                     text_equal(text_slice(item, 0, id.length), id)))
            return true;
    }
    return false;
}

static void add_rule(struct telling *telling, struct text id, const struct value *says)
{
    struct told *told = &telling->told;
    for (size_t i = 0; i < told->rules_count; i++)
        if (text_equal(told->rules[i].id, id))
            return;
    if (id.at && told->rules_count < TOLD_RULES_MAX)
        told->rules[told->rules_count++] = (struct told_rule){id, says, is_assumed(telling, id)};
}

/* The rule that a reason, a deadline or a level speaks of: they name it differently. */
static void add_rule_of(struct telling *telling, const struct value *object)
{
    struct text id = member_text(object, "rule");
    add_rule(telling, id.at ? id : member_text(object, "id"), value_get(object, "says"));
}

/* The blanks that stand in the way of an answer. */
static bool add_blanks(struct telling *telling, const struct value *object)
{
    const struct value *because = value_get(object, "because");
    bool found = false;
    for (size_t i = 0; because && i < because->count; i++)
        if (value_get(because->items[i], "silent")) {
            add_rule(telling, member_text(because->items[i], "silent"), value_get(because->items[i], "says"));
            found = true;
        }
    return found;
}

/* What has no answer: nobody stated it, or nothing but a blank is in the way, or a guarantee (a reason that holds). */
static void say_open(struct telling *telling, const struct value *reasons)
{
    bool asks = false, silent = false;
    for (size_t i = 0; reasons && i < reasons->count; i++) {
        const struct value *reason = reasons->items[i];
        bool unknown = member_is(reason, "state", "unknown"), blank = member_is(reason, "state", "silent");
        asks |= unknown;
        silent |= blank;
        if (unknown || blank || member_is(reason, "state", "failed") || member_holds(reason, "value"))
            add_rule_of(telling, reason);
        if (blank)
            add_blanks(telling, reason);
    }
    if (silent && !asks)
        say(telling, "zwijgt", "silent");
    else
        say(telling, "open", "open");
}

/* ---- the parts ---- */

/* The conditions of a yes that are not met, or not known to be. */
static void tell_conditions(struct telling *telling, const struct value *conditions)
{
    for (size_t i = 0; conditions && i < conditions->count; i++)
        if (!member_holds(conditions->items[i], "value")) {
            add_rule_of(telling, conditions->items[i]);
            say(telling, "ja, mits", "yes, provided");
        }
}

static void tell_eligibility(struct telling *telling)
{
    const struct value *section = value_get(telling->decision, "eligibility"), *reasons = value_get(section, "reasons");
    if (member_is(section, "outcome", "eligible")) {
        say(telling, "ja", "yes");
        tell_conditions(telling, value_get(section, "conditions"));
    } else if (member_is(section, "outcome", "not_eligible")) {
        say(telling, "nee", "no");
        for (size_t i = 0; reasons && i < reasons->count; i++)
            add_rule_of(telling, reasons->items[i]);
    } else if (section) {
        say_open(telling, reasons);
    }
}

/* A national fact by its word; one of the region's own by its label. */
static struct text name_of_fact(struct telling *telling, struct text fact)
{
    enum language language = telling->command->language;
    size_t index = vocabulary_fact(&telling->region->vocabulary, fact);
    if (word_is_known(WORD_FACT, fact) || index == NOT_FOUND)
        return word_of(telling->command->arena, WORD_FACT, fact, language);
    const struct says *label = &telling->region->vocabulary.facts[index].label;
    return language == LANGUAGE_EN && label->en.at ? label->en : label->nl;
}

/* What is asked before there is an answer. What only a condition of a yes asks is told by that condition. */
static void tell_missing(struct telling *telling)
{
    const struct value *section = value_get(telling->decision, "eligibility"), *missing = value_get(section, "missing");
    struct arena *arena = telling->command->arena;
    struct buffer names;
    buffer_init(&names, arena);
    if (!member_is(section, "outcome", "undetermined"))
        return;
    for (size_t i = 0; missing && i < missing->count; i++) {
        struct text fact = member_text(missing->items[i], "fact"), event = member_text(missing->items[i], "event");
        struct text name = fact.at ? name_of_fact(telling, fact)
                                   : word_of(arena, WORD_EVENT, event, telling->command->language);
        buffer_format(&names, "%s%.*s", i ? ", " : "", TEXT_ARGS(name));
    }
    if (names.length)
        telling->told.word = buffer_text(&names);
}

static void tell_support(struct telling *telling)
{
    const struct value *section = value_get(telling->decision, "support"), *reasons = value_get(section, "reasons");
    if (member_is(section, "outcome", "required"))
        say(telling, "moet", "required");
    else if (member_is(section, "outcome", "not_required"))
        say(telling, "hoeft niet", "not required");
    else if (section)
        say_open(telling, reasons);
    if (reasons && reasons->count && !member_is(section, "outcome", "undetermined"))
        add_rule_of(telling, reasons->items[0]);
}

/* Of the trace: a rule on refusing support that meets a blank. The other `when` of that section is whether it is due. */
static bool is_silent_refusal(const struct value *traced, const struct value *reasons)
{
    const struct value *due = reasons && reasons->count ? reasons->items[0] : NULL;
    return member_is(traced, "section", "support") && member_is(traced, "key", "when") &&
           member_is(traced, "state", "silent") && !text_equal(member_text(traced, "rule"), member_text(due, "rule"));
}

/* A refusal that holds; else one on which the covenant is silent, which only the trace tells. */
static void tell_refusal(struct telling *telling)
{
    const struct value *section = value_get(telling->decision, "support"), *refusal = value_get(section, "refusal");
    const struct value *rules = value_get(value_get(telling->decision, "trace"), "rules");
    if (member_is(refusal, "outcome", "breach"))
        say(telling, "breuk met de afspraken", "breach of the agreements");
    else if (member_is(refusal, "outcome", "ends_participation"))
        say(telling, "deelname eindigt", "participation ends");
    else if (member_is(refusal, "outcome", "ends_lease_option"))
        say(telling, "huur kan eindigen", "lease may end");
    if (refusal)
        add_rule_of(telling, refusal);
    for (size_t i = 0; rules && !refusal && i < rules->count; i++)
        if (is_silent_refusal(rules->items[i], value_get(section, "reasons"))) {
            say(telling, "zwijgt", "silent");
            add_blanks(telling, rules->items[i]);
        }
    if (!telling->told.word.at && section)
        say(telling, "geen gevolg genoemd", "no consequence named");
}

static const struct {
    const char *status, *nl, *en;
} offer_words[] = {
    {"not_started", "nog niet begonnen", "not started"},
    {"running", "uiterlijk", "by"},
    {"target_passed", "streefdatum voorbij, uiterlijk", "target passed, by"},
    {"overdue", "te laat sinds", "overdue since"},
    {"met", "op tijd", "met"},
    {"met_late", "te laat aangeboden", "met late"},
    {"paused", "staat stil, uiterlijk", "paused, by"},
};

/* The term for a home: of all covenants the deadline of this id. */
static void tell_offer(struct telling *telling)
{
    const struct value *deadlines = value_get(telling->decision, "deadlines"), *offer = NULL;
    for (size_t i = 0; deadlines && i < deadlines->count; i++)
        if (member_is(deadlines->items[i], "id", "home_offer"))
            offer = deadlines->items[i];
    if (!offer) {
        say(telling, "geen termijn", "no term");
        return;
    }
    for (size_t i = 0; i < sizeof offer_words / sizeof *offer_words; i++)
        if (member_is(offer, "status", offer_words[i].status))
            say(telling, offer_words[i].nl, offer_words[i].en);
    add_rule_of(telling, offer);
    bool silent = add_blanks(telling, offer);
    if (!telling->told.word.at && silent)
        say(telling, "zwijgt", "silent");
    else if (!telling->told.word.at)
        say(telling, "open", "open");
    if (!member_is(offer, "status", "met"))
        telling->told.detail = member_text(offer, "due");
}

/* The lease that was signed, as this covenant knows it: could it be signed on its day? */
static void tell_lease(struct telling *telling)
{
    const struct value *section = value_get(telling->decision, "contract"), *current = value_get(section, "current");
    const struct value *rules = value_get(value_get(telling->decision, "trace"), "rules");
    if (!current) {
        if (value_get(section, "warnings"))
            say(telling, "kent deze vorm niet", "does not know this form");
        return;
    }
    say(telling, "kent deze vorm", "knows this form");
    for (size_t i = 0; rules && i < rules->count; i++) {
        const struct value *traced = rules->items[i];
        if (!member_is(traced, "section", "contract") || !member_is(traced, "key", "applies") ||
            !text_equal(member_text(traced, "rule"), member_text(current, "kind")))
            continue;
        if (value_get(traced, "value") && !member_holds(traced, "value"))
            say(telling, "kon toen niet", "was not open then");
        else if (member_is(traced, "state", "silent"))
            say(telling, "zwijgt", "silent");
        else if (!value_get(traced, "value"))
            say(telling, "open", "open");
        add_blanks(telling, traced);
        add_rule(telling, member_text(current, "kind"), value_get(current, "says"));
    }
}

static void tell_conversion(struct telling *telling)
{
    const struct value *section = value_get(telling->decision, "contract");
    const struct value *conversion = value_get(section, "conversion"), *reasons = value_get(conversion, "reasons");
    if (member_is(conversion, "outcome", "none")) {
        say(telling, "geen regel", "no rule");
    } else if (member_is(conversion, "outcome", "converted")) {
        say(telling, "is omgezet", "converted");
    } else if (member_is(conversion, "outcome", "not_yet")) {
        say(telling, "nog niet, vanaf", "not yet, from");
        telling->told.detail = member_text(conversion, "earliest");
        add_rule_of(telling, conversion);
    } else if (member_is(conversion, "outcome", "convertible")) {
        say(telling, "kan", "possible");
        add_rule_of(telling, conversion);
    } else if (member_is(conversion, "outcome", "not_met")) {
        say(telling, "kan niet", "not possible");
        for (size_t i = 0; reasons && i < reasons->count; i++)
            if (value_get(reasons->items[i], "value") && !member_holds(reasons->items[i], "value"))
                add_rule_of(telling, reasons->items[i]);
        if (telling->told.rules_count == 0)
            add_rule_of(telling, conversion);
    } else if (conversion) {
        say_open(telling, reasons);
    }
}

/* The window in which the landlord must give notice, or what happens by law. */
static void tell_warning(struct telling *telling)
{
    const struct value *warnings = value_get(value_get(telling->decision, "contract"), "warnings");
    for (size_t i = 0; warnings && i < warnings->count; i++) {
        struct text opens = member_text(warnings->items[i], "opens"), closes = member_text(warnings->items[i], "closes");
        if (!closes.at)
            continue;
        say(telling, "aanzeggen", "give notice");
        telling->told.detail =
            text_format(telling->command->arena, "%.*s – %.*s", TEXT_ARGS(opens), TEXT_ARGS(closes));
        add_rule_of(telling, warnings->items[i]);
    }
    if (!telling->told.word.at)
        say(telling, "niets", "nothing");
}

static void tell_nuisance(struct telling *telling)
{
    const struct value *section = value_get(telling->decision, "nuisance"), *reports = value_get(section, "reports");
    const struct value *relapse = value_get(section, "relapse"), *level = value_get(section, "level");
    bool counts = false;
    if (!section)
        return;
    for (size_t i = 0; reports && i < reports->count; i++)
        counts |= member_holds(reports->items[i], "counts");
    add_rule(telling, member_text(section, "id"), value_get(section, "says"));
    bool silent = add_blanks(telling, section);
    if (member_holds(relapse, "paused")) {
        say(telling, "ladder staat stil", "ladder stands still");
        add_rule_of(telling, relapse);
    } else if (level && level->integer > 0) {
        say(telling, "stap", "step");
        telling->told.detail = text_format(telling->command->arena, "%lld", level->integer);
    } else if (silent) {
        say(telling, "zwijgt", "silent");
    } else if (reports && reports->count && !counts) {
        say(telling, "telt niet", "does not count");
    } else {
        say(telling, "geen stap", "no step");
    }
}

static void tell_termination(struct telling *telling)
{
    const struct value *termination = value_get(value_get(telling->decision, "nuisance"), "termination");
    const struct value *lacks = value_get(termination, "lacks");
    if (!termination)
        return;
    if (member_holds(termination, "possible"))
        say(telling, "dossier is compleet", "the file is complete");
    else
        say(telling, "nog niet", "not yet");
    for (size_t i = 0; lacks && i < lacks->count; i++)
        add_rule_of(telling, lacks->items[i]);
}

/* Names that regions give to what a home must be; one that is not here is said as it is written. */
static const struct {
    const char *name, *nl;
} home_words[] = {
    {"rooms", "kamers"},         {"area_m2", "m2"},          {"family_house", "eengezinswoning"},
    {"affordable", "betaalbaar"}, {"priority", "voorrang"},   {"surroundings_strong", "sterke omgeving"},
    {"residents", "bewoners"},   {"place", "plaats"},        {"registration_time_counts", "inschrijfduur die telt"},
};

static struct text home_word(const struct telling *telling, struct text name)
{
    for (size_t i = 0; telling->command->language == LANGUAGE_NL && i < sizeof home_words / sizeof *home_words; i++)
        if (text_is(name, home_words[i].name))
            return text_of(home_words[i].nl);
    return word_of(telling->command->arena, WORD_VALUE, name, telling->command->language);
}

static struct text home_value(const struct telling *telling, const struct value *attribute)
{
    return words_of_value(telling->command->arena, value_get(attribute, "value"), telling->command->language);
}

/* `1–2 kamers`, `vanaf 25 m2`: what a home measures at least and at most is one thing. Absent for the half of a pair. */
static struct text home_range(const struct telling *telling, const struct value *profile, size_t at)
{
    struct arena *arena = telling->command->arena;
    struct text name = profile->names[at], stem = text_slice(name, 0, name.length - 4);
    bool least = text_ends_with(name, "_min");
    const struct value *other =
        value_get_text(profile, text_format(arena, "%.*s%s", TEXT_ARGS(stem), least ? "_max" : "_min"));
    struct text shown = home_value(telling, profile->items[at]), word = home_word(telling, stem);
    struct text from = either(telling->command->language, least ? "vanaf " : "tot ", least ? "from " : "up to ");
    if (other && least)
        return (struct text){0};
    if (other)
        return text_format(arena, "%.*s–%.*s %.*s", TEXT_ARGS(home_value(telling, other)), TEXT_ARGS(shown), TEXT_ARGS(word));
    return text_format(arena, "%.*s%.*s %.*s", TEXT_ARGS(from), TEXT_ARGS(shown), TEXT_ARGS(word));
}

/* `betaalbaar`, `geen eengezinswoning`, `appartement`, `2 bewoners`. */
static struct text home_attribute(const struct telling *telling, const struct value *profile, size_t at)
{
    const struct value *value = value_get(profile->items[at], "value");
    struct text name = profile->names[at], word = home_word(telling, name);
    if (text_ends_with(name, "_min") || text_ends_with(name, "_max"))
        return home_range(telling, profile, at);
    if (text_is(name, "dwelling"))
        return home_value(telling, profile->items[at]);
    if (value->kind == VALUE_BOOLEAN && value->boolean)
        return word;
    if (value->kind == VALUE_BOOLEAN)
        return text_format(telling->command->arena, telling->command->language == LANGUAGE_NL ? "geen %.*s" : "no %.*s",
                           TEXT_ARGS(word));
    return text_format(telling->command->arena, "%.*s %.*s", TEXT_ARGS(home_value(telling, profile->items[at])),
                       TEXT_ARGS(word));
}

static void tell_housing(struct telling *telling)
{
    const struct value *section = value_get(telling->decision, "housing"), *profile = value_get(section, "profile");
    const struct value *reasons = value_get(section, "reasons");
    struct buffer text;
    buffer_init(&text, telling->command->arena);
    size_t *order = ARENA_ARRAY(telling->command->arena, profile ? profile->count + 1 : 1, size_t);
    for (size_t i = 0; reasons && i < reasons->count; i++)
        add_rule_of(telling, reasons->items[i]);
    if (profile)
        value_order(profile, order); /* the order in which a region writes them is no difference */
    for (size_t i = 0; profile && i < profile->count; i++) {
        struct text attribute = home_attribute(telling, profile, order[i]);
        if (attribute.length)
            buffer_format(&text, "%s%.*s", text.length ? ", " : "", TEXT_ARGS(attribute));
    }
    if (text.length)
        telling->told.word = buffer_text(&text);
    else if (section)
        say(telling, "geen eisen", "no demands");
}

/* ---- all of them ---- */

static const struct {
    const char *name, *nl, *en;
    void (*tell)(struct telling *telling);
} parts[PART_COUNT] = {
    [PART_ELIGIBILITY] = {"eligibility", "toelating", "eligibility", tell_eligibility},
    [PART_MISSING] = {"missing", "te vragen", "to be asked", tell_missing},
    [PART_SUPPORT] = {"support", "begeleiding", "support", tell_support},
    [PART_REFUSAL] = {"refusal", "weigering", "refusal", tell_refusal},
    [PART_OFFER] = {"home_offer", "woning binnen", "home within", tell_offer},
    [PART_LEASE] = {"lease", "contract", "lease", tell_lease},
    [PART_CONVERSION] = {"conversion", "omzetting", "conversion", tell_conversion},
    [PART_WARNING] = {"warning", "waarschuwing", "warning", tell_warning},
    [PART_NUISANCE] = {"nuisance", "overlast", "nuisance", tell_nuisance},
    [PART_TERMINATION] = {"termination", "huur beëindigen", "ending the lease", tell_termination},
    [PART_HOUSING] = {"housing", "passende woning", "fitting home", tell_housing},
};

const char *part_name(enum part part)
{
    return parts[part].name;
}

struct text part_title(enum part part, enum language language)
{
    return either(language, parts[part].nl, parts[part].en);
}

struct told part_told(struct command *command, enum part part, const struct region *region,
                      const struct value *decision)
{
    struct telling telling = {.command = command, .region = region, .decision = decision};
    if (decision)
        parts[part].tell(&telling);
    return telling.told;
}

bool told_same(const struct told *a, const struct told *b)
{
    return text_equal(a->word, b->word) && text_equal(a->detail, b->detail);
}

struct text told_text(struct arena *arena, const struct told *told)
{
    struct buffer text;
    if (!told->word.at)
        return TEXT("–");
    buffer_init(&text, arena);
    buffer_add(&text, told->word);
    if (told->detail.length)
        buffer_format(&text, " %.*s", TEXT_ARGS(told->detail));
    for (size_t i = 0; i < told->rules_count; i++)
        buffer_format(&text, "%s%.*s", i ? ", " : " (", TEXT_ARGS(told->rules[i].id));
    if (told->rules_count)
        buffer_add_byte(&text, ')');
    return buffer_text(&text);
}
