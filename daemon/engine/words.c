#include "engine/words.h"

#include "base/date.h"

#include <string.h>

struct word {
    enum word_kind kind;
    const char *name, *nl, *en;
};

static const struct word words[] = {
    {WORD_ROLE, "client", "de cliënt", "the client"},
    {WORD_ROLE, "care_provider", "de zorgaanbieder", "the care provider"},
    {WORD_ROLE, "housing_corporation", "de woningcorporatie", "the housing corporation"},
    {WORD_ROLE, "municipality", "de gemeente", "the municipality"},
    {WORD_ROLE, "urgency_committee", "de urgentiecommissie", "the urgency committee"},
    {WORD_ROLE, "housing_coordinator", "de coördinator wonen", "the housing coordinator"},
    {WORD_ROLE, "placement_coordinator", "de plaatsingscoördinator", "the placement coordinator"},
    {WORD_ROLE, "caretaker", "de wijkbeheerder", "the caretaker"},

    {WORD_FACT, "age", "leeftijd", "age"},
    {WORD_FACT, "agreements_accepted", "alle afspraken aanvaard", "all agreements accepted"},
    {WORD_FACT, "birth_date", "geboortedatum", "date of birth"},
    {WORD_FACT, "budget_management", "budgetbeheer", "budget management"},
    {WORD_FACT, "can_build_network", "kan een netwerk opbouwen", "can build a network"},
    {WORD_FACT, "children", "aantal kinderen", "number of children"},
    {WORD_FACT, "debt_status", "stand van de schulden", "state of the debts"},
    {WORD_FACT, "household", "huishouden", "household"},
    {WORD_FACT, "housing_goals_met", "alle woondoelen gehaald", "all housing goals met"},
    {WORD_FACT, "housing_ready", "klaar om zelfstandig te wonen", "ready to live independently"},
    {WORD_FACT, "landed", "geland in de wijk", "landed in the neighbourhood"},
    {WORD_FACT, "lease_end", "einde van de huur", "end of the lease"},
    {WORD_FACT, "legal_residence", "rechtmatig verblijf", "legal residence"},
    {WORD_FACT, "local_tie", "binding met de regio", "tie to the region"},
    {WORD_FACT, "may_leave_on", "mag vertrekken op", "may leave on"},
    {WORD_FACT, "monthly_income", "maandinkomen", "monthly income"},
    {WORD_FACT, "most_appropriate_region", "meest passende regio", "most appropriate region"},
    {WORD_FACT, "municipality_of_origin", "gemeente van herkomst", "municipality of origin"},
    {WORD_FACT, "origin", "herkomst", "origin"},
    {WORD_FACT, "own_network", "eigen netwerk", "own network"},
    {WORD_FACT, "past_eviction", "eerdere ontruiming", "past eviction"},
    {WORD_FACT, "provider_is_party", "aanbieder is partij bij het convenant", "provider is a party to the covenant"},
    {WORD_FACT, "quota_room", "ruimte binnen het quotum", "room in the quota"},
    {WORD_FACT, "referred_by", "aangemeld door", "referred by"},
    {WORD_FACT, "registered_home_seeker", "ingeschreven als woningzoekende", "registered as a home seeker"},
    {WORD_FACT, "rent_arrears_months", "maanden huurachterstand", "months of rent arrears"},
    {WORD_FACT, "self_reliance_established", "zelfredzaamheid vastgesteld", "self-reliance established"},
    {WORD_FACT, "support_accepted", "begeleiding aanvaard", "support accepted"},
    {WORD_FACT, "support_indicated", "begeleiding geïndiceerd", "support indicated"},
    {WORD_FACT, "tried_everything", "alles geprobeerd", "everything tried"},
    /* What sections give to conditions is read like a fact. */
    {WORD_FACT, "eligible", "toelaatbaar", "eligible"},
    {WORD_FACT, "support_phase", "begeleidingsfase", "support phase"},
    {WORD_FACT, "phase_started", "begin van de begeleidingsfase", "start of the support phase"},
    {WORD_FACT, "contract_kind", "soort contract", "kind of contract"},
    {WORD_FACT, "contract_since", "begin van het contract", "start of the contract"},
    {WORD_FACT, "nuisance_level", "trede van de overlastladder", "level of the nuisance ladder"},
    {WORD_FACT, "stage", "fase van het traject", "stage of the journey"},
    /* What a search profile usually asks. */
    {WORD_FACT, "area_m2_max", "oppervlakte, ten hoogste m²", "area, at most m²"},
    {WORD_FACT, "area_m2_min", "oppervlakte, ten minste m²", "area, at least m²"},
    {WORD_FACT, "dwelling", "soort woning", "kind of dwelling"},
    {WORD_FACT, "ground_floor", "begane grond", "ground floor"},
    {WORD_FACT, "rooms_max", "kamers, ten hoogste", "rooms, at most"},
    {WORD_FACT, "rooms_min", "kamers, ten minste", "rooms, at least"},

    {WORD_EVENT, "application_received", "aanmelding ontvangen", "application received"},
    {WORD_EVENT, "completion_requested", "aanvulling gevraagd", "completion requested"},
    {WORD_EVENT, "application_completed", "aanmelding aangevuld", "application completed"},
    {WORD_EVENT, "urgency_requested", "urgentie aangevraagd", "urgency requested"},
    {WORD_EVENT, "urgency_decided", "besluit over de urgentie", "urgency decided"},
    {WORD_EVENT, "decision_published", "besluit bekendgemaakt", "decision published"},
    {WORD_EVENT, "objection_filed", "bezwaar gemaakt", "objection filed"},
    {WORD_EVENT, "objection_decided", "besluit op het bezwaar", "objection decided"},
    {WORD_EVENT, "wmo_reported", "Wmo-melding gedaan", "Wmo report made"},
    {WORD_EVENT, "wmo_applied", "Wmo-aanvraag gedaan", "Wmo application made"},
    {WORD_EVENT, "wmo_decided", "besluit over de Wmo-aanvraag", "Wmo application decided"},
    {WORD_EVENT, "profile_set", "zoekprofiel vastgesteld", "search profile set"},
    {WORD_EVENT, "home_offered", "woning aangeboden", "home offered"},
    {WORD_EVENT, "offer_accepted", "aanbod aanvaard", "offer accepted"},
    {WORD_EVENT, "offer_refused", "aanbod geweigerd", "offer refused"},
    {WORD_EVENT, "contract_advised", "contract geadviseerd", "contract advised"},
    {WORD_EVENT, "contract_signed", "contract getekend", "contract signed"},
    {WORD_EVENT, "moved_in", "verhuisd", "moved in"},
    {WORD_EVENT, "support_plan_made", "begeleidingsplan gemaakt", "support plan made"},
    {WORD_EVENT, "support_started", "begeleiding begonnen", "support started"},
    {WORD_EVENT, "support_phase_changed", "begeleidingsfase gewijzigd", "support phase changed"},
    {WORD_EVENT, "support_refused", "begeleiding geweigerd", "support refused"},
    {WORD_EVENT, "support_resumed", "begeleiding hervat", "support resumed"},
    {WORD_EVENT, "evaluation", "evaluatie", "evaluation"},
    {WORD_EVENT, "nuisance_reported", "overlast gemeld", "nuisance reported"},
    {WORD_EVENT, "nuisance_talk", "gesprek over overlast", "talk about nuisance"},
    {WORD_EVENT, "warning_given", "waarschuwing gegeven", "warning given"},
    {WORD_EVENT, "relapse_reported", "terugval gemeld", "relapse reported"},
    {WORD_EVENT, "timeout_offered", "time-out aangeboden", "time-out offered"},
    {WORD_EVENT, "timeout_started", "time-out begonnen", "time-out started"},
    {WORD_EVENT, "timeout_ended", "time-out geëindigd", "time-out ended"},
    {WORD_EVENT, "arrears_reported", "huurachterstand gemeld", "arrears reported"},
    {WORD_EVENT, "reminder_sent", "aanmaning verstuurd", "reminder sent"},
    {WORD_EVENT, "arrears_cleared", "huurachterstand voldaan", "arrears cleared"},
    {WORD_EVENT, "consent_given", "toestemming gegeven", "consent given"},
    {WORD_EVENT, "consent_withdrawn", "toestemming ingetrokken", "consent withdrawn"},
    {WORD_EVENT, "conversion_nominated", "voorgedragen voor omzetting", "nominated for conversion"},
    {WORD_EVENT, "conversion_approved", "omzetting goedgekeurd", "conversion approved"},
    {WORD_EVENT, "conversion_refused", "omzetting geweigerd", "conversion refused"},
    {WORD_EVENT, "contract_converted", "contract omgezet", "contract converted"},
    {WORD_EVENT, "notice_given", "huur opgezegd door de verhuurder", "notice given by the landlord"},
    {WORD_EVENT, "notice_received", "huur opgezegd door de huurder", "notice given by the tenant"},
    {WORD_EVENT, "lease_ended", "huur geëindigd", "lease ended"},
    {WORD_EVENT, "hardship_granted", "hardheidsclausule toegepast", "hardship clause applied"},

    {WORD_VALUE, "sheltered_living", "beschermd wonen", "sheltered living"},
    {WORD_VALUE, "shelter", "opvang", "shelter"},
    {WORD_VALUE, "youth_care", "jeugdzorg", "youth care"},
    {WORD_VALUE, "womens_shelter", "vrouwenopvang", "women's shelter"},
    {WORD_VALUE, "clinic", "kliniek", "clinic"},
    {WORD_VALUE, "detention", "detentie", "detention"},
    {WORD_VALUE, "single", "alleenstaand", "single"},
    {WORD_VALUE, "couple", "stel", "couple"},
    {WORD_VALUE, "family", "gezin", "family"},
    {WORD_VALUE, "self", "de cliënt zelf", "the client"},
    {WORD_VALUE, "care_provider", "zorgaanbieder", "care provider"},
    {WORD_VALUE, "support_organisation", "ondersteunende organisatie", "support organisation"},
    {WORD_VALUE, "none", "geen", "none"},
    {WORD_VALUE, "arrangement", "regeling", "arrangement"},
    {WORD_VALUE, "programme", "schuldhulptraject", "programme"},
    {WORD_VALUE, "administration", "bewind", "administration"},
    {WORD_VALUE, "uncontrolled", "niet onder controle", "uncontrolled"},
    {WORD_VALUE, "granted", "toegekend", "granted"},
    {WORD_VALUE, "conditional", "voorwaardelijk toegekend", "conditional"},
    {WORD_VALUE, "refused", "geweigerd", "refused"},
    {WORD_VALUE, "positive", "positief", "positive"},
    {WORD_VALUE, "mixed", "wisselend", "mixed"},
    {WORD_VALUE, "negative", "negatief", "negative"},
    {WORD_VALUE, "minor", "licht", "minor"},
    {WORD_VALUE, "serious", "ernstig", "serious"},
    {WORD_VALUE, "severe", "zeer ernstig", "severe"},
    {WORD_VALUE, "named", "met naam", "named"},
    {WORD_VALUE, "anonymous", "anoniem", "anonymous"},
    {WORD_VALUE, "police", "politie", "police"},
    {WORD_VALUE, "caretaker", "wijkbeheerder", "caretaker"},
    {WORD_VALUE, "intensive", "intensief", "intensive"},
    {WORD_VALUE, "application", "aanmelding", "application"},
    {WORD_VALUE, "urgency", "urgentie", "urgency"},
    {WORD_VALUE, "offer", "aanbod van een woning", "offer of a home"},
    {WORD_VALUE, "signed", "contract getekend", "contract signed"},
    {WORD_VALUE, "matching", "op zoek naar een woning", "looking for a home"},
    {WORD_VALUE, "living", "woont in de wijk", "living in the neighbourhood"},
    {WORD_VALUE, "converted", "eigen huurcontract", "lease in own name"},
    {WORD_VALUE, "apartment", "appartement", "apartment"},
    {WORD_VALUE, "ended", "beëindigd", "ended"},
    {WORD_VALUE, "omklap", "omklapcontract", "omklap lease"},
    {WORD_VALUE, "driepartijen", "driepartijencontract", "three-party lease"},
    {WORD_VALUE, "driehoekscontract", "driehoekscontract", "triangle lease"},
    {WORD_VALUE, "proefwonen", "proefwonen", "trial lease"},
    {WORD_VALUE, "regulier", "regulier contract", "ordinary lease"},

    {WORD_OUTCOME, "eligible", "toelaatbaar", "eligible"},
    {WORD_OUTCOME, "not_eligible", "niet toelaatbaar", "not eligible"},
    {WORD_OUTCOME, "undetermined", "nog niet te bepalen", "not yet determined"},
    {WORD_OUTCOME, "required", "verplicht", "required"},
    {WORD_OUTCOME, "not_required", "niet verplicht", "not required"},
    {WORD_OUTCOME, "convertible", "om te zetten", "convertible"},
    {WORD_OUTCOME, "not_yet", "nog niet om te zetten", "not yet convertible"},
    {WORD_OUTCOME, "not_met", "niet om te zetten", "not convertible"},
    {WORD_OUTCOME, "converted", "omgezet", "converted"},
    {WORD_OUTCOME, "none", "geen omzetting", "no conversion"},
    {WORD_OUTCOME, "breach", "een breuk met de afspraken", "a breach of the agreements"},
    {WORD_OUTCOME, "ends_participation", "het einde van de deelname", "the end of participation"},
    {WORD_OUTCOME, "ends_lease_option", "de verhuurder mag de huur beëindigen", "the landlord may end the lease"},
    {WORD_OUTCOME, "yes", "ja", "yes"},
    {WORD_OUTCOME, "no", "nee", "no"},

    {WORD_STATUS, "not_started", "niet begonnen", "not started"},
    {WORD_STATUS, "running", "loopt", "running"},
    {WORD_STATUS, "target_passed", "streefdatum voorbij", "target passed"},
    {WORD_STATUS, "overdue", "te laat", "overdue"},
    {WORD_STATUS, "met", "gehaald", "met"},
    {WORD_STATUS, "met_late", "te laat gehaald", "met late"},
    {WORD_STATUS, "paused", "onderbroken", "paused"},
    {WORD_STATUS, "not_open", "nog niet open", "not open yet"},
    {WORD_STATUS, "open", "open", "open"},
    {WORD_STATUS, "closed", "gesloten", "closed"},
    {WORD_STATUS, "done", "gedaan", "done"},
    {WORD_STATUS, "undetermined", "nog niet te bepalen", "not yet determined"},
    {WORD_STATUS, "given", "gegeven", "given"},
    {WORD_STATUS, "lacking", "ontbreekt", "lacking"},
    {WORD_STATUS, "refused", "geweigerd", "refused"},

    {WORD_SECTION, "eligibility", "Toelating", "Eligibility"},
    {WORD_SECTION, "support", "Begeleiding", "Support"},
    {WORD_SECTION, "deadlines", "Termijnen", "Deadlines"},
    {WORD_SECTION, "contract", "Contract", "Contract"},
    {WORD_SECTION, "nuisance", "Overlast", "Nuisance"},
    {WORD_SECTION, "housing", "Woning", "Housing"},
    {WORD_SECTION, "journey", "Traject", "Journey"},
    {WORD_SECTION, "next_steps", "Wat nu te doen", "What to do next"},

    {WORD_REGION, "almere", "Almere", "Almere"},
    {WORD_REGION, "flevoland", "Flevoland", "Flevoland"},
    {WORD_REGION, "groningen", "Groningen", "Groningen"},
    {WORD_REGION, "den-haag", "Den Haag", "The Hague"},
    {WORD_REGION, "nijmegen", "Nijmegen", "Nijmegen"},
    {WORD_REGION, "haarlem", "Haarlem", "Haarlem"},
    {WORD_REGION, "hoekse-waard", "Hoeksche Waard", "Hoeksche Waard"},
    {WORD_REGION, "overbetuwe", "Overbetuwe", "Overbetuwe"},
    {WORD_REGION, "arnhem", "Arnhem", "Arnhem"},
};

static const struct word *find(enum word_kind kind, struct text name)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].kind == kind && text_is(name, words[i].name))
            return &words[i];
    return NULL;
}

bool word_is_known(enum word_kind kind, struct text name)
{
    return find(kind, name) != NULL;
}

struct text either(enum language language, const char *nl, const char *en)
{
    return text_of(language == LANGUAGE_NL ? nl : en);
}

struct text word_of(struct arena *arena, enum word_kind kind, struct text name, enum language language)
{
    const struct word *word = find(kind, name);
    if (word)
        return either(language, word->nl, word->en);
    struct buffer spaced;
    buffer_init(&spaced, arena);
    for (size_t i = 0; i < name.length; i++)
        buffer_add_byte(&spaced, name.at[i] == '_' ? ' ' : name.at[i]);
    return buffer_text(&spaced);
}

struct text says_of(const struct value *says, enum language language)
{
    if (says && says->kind == VALUE_TEXT)
        return says->text;
    const struct value *nl = value_get(says, "nl"), *en = value_get(says, "en");
    const struct value *first = language == LANGUAGE_NL ? nl : en, *second = language == LANGUAGE_NL ? en : nl;
    if (first && first->kind == VALUE_TEXT)
        return first->text;
    return second && second->kind == VALUE_TEXT ? second->text : (struct text){0};
}

struct text words_of_date(struct arena *arena, struct text text, enum language language)
{
    static const char *const months[][12] = {
        [LANGUAGE_NL] = {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
                         "oktober", "november", "december"},
        [LANGUAGE_EN] = {"January", "February", "March", "April", "May", "June", "July", "August", "September",
                         "October", "November", "December"},
    };
    struct date date;
    bool moment = text.length >= 16 && text.at[10] == 'T'; /* told with its hour */
    if ((text.length != 10 && !moment) || !date_parse(text_slice(text, 0, 10), &date))
        return text;
    int year, month, day;
    date_parts(date, &year, &month, &day);
    struct text said = text_format(arena, "%d %s %d", day, months[language][month - 1], year);
    if (moment)
        return text_format(arena, "%.*s %.*s", TEXT_ARGS(said), TEXT_ARGS(text_slice(text, 11, 16)));
    return said;
}

static bool is_money(struct text text)
{
    size_t dot = text.length - 3, from = text.length && text.at[0] == '-';
    if (text.length < from + 4 || text.at[dot] != '.')
        return false;
    for (size_t i = from; i < text.length; i++)
        if (i != dot && (text.at[i] < '0' || text.at[i] > '9'))
            return false;
    return true;
}

/* `1450.50` -> `€ 1.450,50` in Dutch, `€1,450.50` in English. */
static struct text words_of_money(struct arena *arena, struct text text, enum language language)
{
    struct buffer out;
    buffer_init(&out, arena);
    bool dutch = language == LANGUAGE_NL;
    size_t from = text.at[0] == '-', dot = text.length - 3;
    buffer_add_string(&out, dutch ? "€ " : "€");
    if (from)
        buffer_add_byte(&out, '-');
    for (size_t i = from; i < text.length; i++) {
        if (i > from && i < dot && (dot - i) % 3 == 0)
            buffer_add_byte(&out, dutch ? '.' : ',');
        buffer_add_byte(&out, i == dot && dutch ? ',' : text.at[i]);
    }
    return buffer_text(&out);
}

bool is_withheld(const struct value *value)
{
    const struct value *withheld = value_get(value, "withheld");
    return withheld && withheld->kind == VALUE_BOOLEAN && withheld->boolean;
}

struct text words_of_value(struct arena *arena, const struct value *value, enum language language)
{
    if (!value)
        return either(language, "onbekend", "unknown");
    if (is_withheld(value))
        return either(language, "afgeschermd", "withheld");
    switch (value->kind) {
    case VALUE_NULL:
        return either(language, "onbekend", "unknown");
    case VALUE_BOOLEAN:
        return value->boolean ? either(language, "ja", "yes") : either(language, "nee", "no");
    case VALUE_INTEGER:
        return text_format(arena, "%lld", value->integer);
    case VALUE_DECIMAL:
        return words_printable(arena, value->text);
    case VALUE_TEXT:
        if (is_money(value->text))
            return words_of_money(arena, value->text, language);
        if (value->text.length >= 10 && value->text.at[4] == '-')
            return words_of_date(arena, value->text, language);
        if (find(WORD_VALUE, value->text))
            return word_of(arena, WORD_VALUE, value->text, language);
        if (find(WORD_ROLE, value->text)) /* `by: housing_corporation` */
            return word_of(arena, WORD_ROLE, value->text, language);
        return words_printable(arena, value->text);
    case VALUE_LIST:
    case VALUE_OBJECT:
        break;
    }
    return either(language, "samengesteld", "composed");
}

struct text words_of_suffices(struct arena *arena, const struct value *suffices, enum language language)
{
    static const struct {
        const char *en, *nl;
    } sides[] = {{"on or before ", "op of voor "},
                 {"on or after ", "op of na "},
                 {"at most ", "ten hoogste "},
                 {"at least ", "ten minste "}};
    struct text text = says_of(suffices, language);
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        if (!text_starts_with(text, sides[i].en))
            continue;
        struct value threshold = {.kind = VALUE_TEXT, .text = text_slice(text, strlen(sides[i].en), text.length)};
        struct text side = either(language, sides[i].nl, sides[i].en);
        struct text words_of_it = words_of_value(arena, &threshold, language);
        return text_format(arena, "%.*s%.*s", TEXT_ARGS(side), TEXT_ARGS(words_of_it));
    }
    return words_printable(arena, text);
}

struct text words_printable(struct arena *arena, struct text text)
{
    struct text copy = text_copy(arena, text);
    char *bytes = arena_alloc(arena, copy.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < copy.length; i++) {
        unsigned char byte = (unsigned char)copy.at[i], next = i + 1 < copy.length ? (unsigned char)copy.at[i + 1] : 0;
        bool second_set = byte == 0xC2 && next >= 0x80 && next < 0xA0; /* U+0080 to U+009F: controls too */
        i += second_set;
        bytes[length++] = byte < 0x20 || byte == 0x7F || second_set ? ' ' : (char)byte;
    }
    return (struct text){bytes, length};
}

struct text words_capital(struct arena *arena, struct text text)
{
    struct text copy = text_copy(arena, text);
    if (copy.length == 0 || copy.at[0] < 'a' || copy.at[0] > 'z')
        return copy;
    return text_format(arena, "%c%.*s", copy.at[0] - 'a' + 'A', TEXT_ARGS(text_slice(copy, 1, copy.length)));
}
