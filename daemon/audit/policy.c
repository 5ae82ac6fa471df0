#include "audit/policy.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX (POLICY_MEMBERS_MAX + 3)

struct policy_reading {
    struct arena *arena;
    struct policy *policy;
    size_t line;
    bool has_quorum;
    struct text words[WORDS_MAX];
    size_t count;
    struct text problem; /* absent: none so far */
};

static bool refuse(struct policy_reading *reading, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool refuse(struct policy_reading *reading, const char *format, ...)
{
    char message[256];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    reading->problem = text_format(reading->arena, "line %zu: %s", reading->line, message);
    return false;
}

/* Words lie between spaces and tabs; other control characters there are none. */
static bool split(struct policy_reading *reading, struct text line)
{
    reading->count = 0;
    for (size_t i = 0; i < line.length;) {
        size_t from = i;
        while (i < line.length && line.at[i] != ' ' && line.at[i] != '\t') {
            unsigned char byte = (unsigned char)line.at[i++];
            if (byte < 0x20 || byte == 0x7F)
                return refuse(reading, "found a control character, expected only tabs and ends of lines");
        }
        if (i > from && reading->count == WORDS_MAX)
            return refuse(reading, "found more than %d words", WORDS_MAX);
        if (i > from)
            reading->words[reading->count++] = text_slice(line, from, i);
        i++;
    }
    return true;
}

static size_t member_of(const struct policy *policy, struct text name)
{
    for (size_t i = 0; i < policy->members_count; i++)
        if (text_equal(policy->members[i].name, name))
            return i;
    return POLICY_MEMBERS_MAX;
}

static struct policy_member *member_add(struct policy_reading *reading)
{
    struct policy *policy = reading->policy;
    struct text name = reading->words[1];
    if (text_is(name, "none") || member_of(policy, name) != POLICY_MEMBERS_MAX) {
        refuse(reading, "found `%.*s` again, expected a name of its own", TEXT_ARGS(name));
        return NULL;
    }
    if (policy->members_count == POLICY_MEMBERS_MAX) {
        refuse(reading, "found more than %d witnesses and groups", POLICY_MEMBERS_MAX);
        return NULL;
    }
    struct policy_member *member = &policy->members[policy->members_count++];
    *member = (struct policy_member){.name = name, .in = POLICY_MEMBERS_MAX};
    return member;
}

static bool same_key(const struct note_key *a, const struct note_key *b)
{
    return memcmp(a->public_key, b->public_key, PUBLIC_KEY_BYTES) == 0;
}

static bool read_key(struct policy_reading *reading, size_t word, enum note_key_type type, struct note_key *key)
{
    if (reading->count != word + 1 && reading->count != word + 2)
        return refuse(reading, "found %zu words, expected a key and perhaps an address", reading->count);
    return (note_key_read(reading->words[word], key) && key->type == type) ||
           refuse(reading, "`%.*s` is no key of a %s", TEXT_ARGS(reading->words[word]),
                  type == NOTE_COSIGNATURE ? "witness" : "log");
}

static bool read_log(struct policy_reading *reading)
{
    struct policy *policy = reading->policy;
    struct note_key key;
    if (!read_key(reading, 1, NOTE_ED25519, &key))
        return false;
    for (size_t i = 0; i < policy->logs_count; i++)
        if (same_key(&policy->logs[i], &key))
            return refuse(reading, "found the key of a log again");
    if (policy->logs_count == POLICY_LOGS_MAX)
        return refuse(reading, "found more than %d logs", POLICY_LOGS_MAX);
    policy->logs[policy->logs_count++] = key;
    return true;
}

static bool read_witness(struct policy_reading *reading)
{
    struct policy *policy = reading->policy;
    struct note_key key;
    if (!read_key(reading, 2, NOTE_COSIGNATURE, &key))
        return false;
    for (size_t i = 0; i < policy->members_count; i++)
        if (policy->members[i].is_witness && same_key(&policy->members[i].key, &key))
            return refuse(reading, "found the key of a witness again");
    struct policy_member *member = member_add(reading);
    if (!member)
        return false;
    member->is_witness = true;
    member->key = key;
    return true;
}

static bool read_threshold(struct policy_reading *reading, struct policy_member *group)
{
    struct text word = reading->words[2];
    long long number;
    group->threshold = text_is(word, "any") ? 1 : text_is(word, "all") ? group->count : 0;
    if (group->threshold == 0 && text_to_integer(word, &number) && number >= 1 && (size_t)number <= group->count)
        group->threshold = (size_t)number;
    return group->threshold > 0 || refuse(reading, "found `%.*s`, expected `all`, `any` or 1 to %zu", TEXT_ARGS(word),
                                          group->count);
}

static bool read_group(struct policy_reading *reading)
{
    struct policy *policy = reading->policy;
    if (reading->count < 4)
        return refuse(reading, "expected `group NAME all|any|COUNT MEMBER...`");
    for (size_t i = 3; i < reading->count; i++) {
        size_t member = member_of(policy, reading->words[i]);
        if (member == POLICY_MEMBERS_MAX)
            return refuse(reading, "found `%.*s`, expected a witness or group of a line before",
                          TEXT_ARGS(reading->words[i]));
        if (policy->members[member].in != POLICY_MEMBERS_MAX)
            return refuse(reading, "found `%.*s`, which is in a group already", TEXT_ARGS(reading->words[i]));
        policy->members[member].in = policy->members_count;
    }
    struct policy_member *group = member_add(reading);
    if (!group)
        return false;
    group->count = reading->count - 3;
    return read_threshold(reading, group);
}

static bool read_quorum(struct policy_reading *reading)
{
    struct policy *policy = reading->policy;
    if (reading->has_quorum || reading->count != 2)
        return refuse(reading, "expected one line `quorum NAME`");
    reading->has_quorum = true;
    policy->quorum = member_of(policy, reading->words[1]);
    return text_is(reading->words[1], "none") || policy->quorum != POLICY_MEMBERS_MAX ||
           refuse(reading, "found `%.*s`, expected `none`, or a witness or group of a line before",
                  TEXT_ARGS(reading->words[1]));
}

static bool read_line(struct policy_reading *reading)
{
    static const struct {
        const char *word;
        bool (*read)(struct policy_reading *);
    } kinds[] = {{"log", read_log}, {"witness", read_witness}, {"group", read_group}, {"quorum", read_quorum}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_is(reading->words[0], kinds[i].word))
            return kinds[i].read(reading);
    return refuse(reading, "found `%.*s`, expected `log`, `witness`, `group` or `quorum`", TEXT_ARGS(reading->words[0]));
}

bool policy_read(struct arena *arena, struct text text, struct policy *policy, struct text *problem)
{
    struct policy_reading *reading = ARENA_NEW(arena, struct policy_reading);
    *policy = (struct policy){.quorum = POLICY_MEMBERS_MAX};
    reading->arena = arena;
    reading->policy = policy;
    bool good = true;
    for (struct text line; good && note_line(&text, &line);) {
        reading->line++;
        if (text_starts_with(text_trim(line), "#"))
            continue;
        good = split(reading, line) && (reading->count == 0 || read_line(reading));
    }
    reading->line++;
    if (good && text.length)
        good = refuse(reading, "found no end of the line");
    if (good && !reading->has_quorum)
        good = refuse(reading, "expected a line `quorum NAME`, found none");
    *problem = reading->problem;
    return good;
}

enum policy_verdict policy_judge(const struct policy *policy, const struct note *note, size_t *cosigned)
{
    size_t met[POLICY_MEMBERS_MAX + 1] = {0}; /* of each group: how many of its members; the last is of none */
    bool quorum = policy->quorum == POLICY_MEMBERS_MAX;
    *cosigned = 0;
    for (size_t i = 0; i < policy->members_count; i++) {
        const struct policy_member *member = &policy->members[i];
        enum note_verdict verdict = member->is_witness ? note_verify(note, &member->key, NULL) : NOTE_UNSIGNED;
        if (verdict == NOTE_FORGED)
            return POLICY_FORGED;
        *cosigned += verdict == NOTE_GOOD;
        if (member->is_witness ? verdict != NOTE_GOOD : met[i] < member->threshold)
            continue;
        met[member->in]++;
        quorum = quorum || i == policy->quorum;
    }
    return quorum ? POLICY_MET : POLICY_LACKING;
}
