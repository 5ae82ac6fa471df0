#include "expression/answer.h"

#include <assert.h>

struct answer answer_known(struct scalar value)
{
    return (struct answer){.known = true, .value = value};
}

struct answer answer_boolean(bool value)
{
    return answer_known((struct scalar){.kind = TYPE_BOOLEAN, .as.boolean = value});
}

struct answer answer_unknown(struct arena *arena, enum cause_kind kind, struct text name, struct text detail)
{
    struct cause *cause = ARENA_NEW(arena, struct cause);
    *cause = (struct cause){.kind = kind, .name = name, .detail = detail};
    return (struct answer){.causes = cause};
}

static bool has_cause(const struct cause *causes, const struct cause *wanted)
{
    for (const struct cause *cause = causes; cause; cause = cause->next)
        if (cause->kind == wanted->kind && text_equal(cause->name, wanted->name))
            return true;
    return false;
}

/* Puts copies of what `seen` lacks at `end`; causes are shared between answers and never changed. */
static const struct cause **append(struct arena *arena, const struct cause **end, const struct cause *causes,
                                   const struct cause *seen)
{
    for (const struct cause *cause = causes; cause; cause = cause->next) {
        if (has_cause(seen, cause))
            continue;
        struct cause *copy = ARENA_NEW(arena, struct cause);
        *copy = (struct cause){.kind = cause->kind, .name = cause->name, .detail = cause->detail};
        *end = copy;
        end = &copy->next;
    }
    return end;
}

struct answer answer_join(struct arena *arena, struct answer a, struct answer b)
{
    assert(!a.known && !b.known && a.causes && b.causes);
    const struct cause *more = b.causes;
    while (more && has_cause(a.causes, more))
        more = more->next;
    if (!more)
        return a;
    struct answer joined = {0};
    const struct cause **end = append(arena, &joined.causes, a.causes, NULL);
    append(arena, end, more, a.causes);
    return joined;
}

enum answer_state answer_state(struct answer answer)
{
    if (answer.known)
        return STATE_KNOWN;
    enum answer_state state = STATE_SILENT;
    for (const struct cause *cause = answer.causes; cause; cause = cause->next) {
        if (cause->kind == CAUSE_FAILURE)
            return STATE_FAILED;
        if (cause->kind != CAUSE_SILENT)
            state = STATE_UNKNOWN;
    }
    return state;
}

bool answer_is_true(struct answer answer)
{
    return answer.known && answer.value.kind == TYPE_BOOLEAN && answer.value.as.boolean;
}

bool answer_is_false(struct answer answer)
{
    return answer.known && answer.value.kind == TYPE_BOOLEAN && !answer.value.as.boolean;
}
