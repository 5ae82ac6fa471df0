/* One shape of requirement for eligibility, conversion and termination: (not applies) or require. */
#include "engine/section.h"

static enum reason_state unknown_state(struct answer answer)
{
    switch (answer_state(answer)) {
    case STATE_SILENT:
        return REASON_SILENT;
    case STATE_FAILED:
        return REASON_FAILED;
    case STATE_KNOWN:
    case STATE_UNKNOWN:
        break;
    }
    return REASON_UNKNOWN;
}

struct verdict requirement_judge(struct view *view, const struct requirement *requirement)
{
    struct arena *arena = view_deciding(view)->arena;
    struct verdict verdict = {.requirement = requirement};
    struct judged applies = view_judge(view, requirement->applies, NULL);
    evidence_add(arena, &verdict.evidence, &applies.evidence);
    if (answer_is_false(applies.answer)) {
        verdict.state = REASON_NOT_APPLICABLE;
        verdict.known = verdict.holds = true;
        return verdict;
    }
    struct judged require = view_judge(view, requirement->require, NULL);
    evidence_add(arena, &verdict.evidence, &require.evidence);
    if (answer_is_true(require.answer) || (applies.answer.known && require.answer.known)) {
        verdict.state = REASON_STATED;
        verdict.known = true;
        verdict.holds = answer_is_true(require.answer);
        return verdict;
    }
    struct answer open = applies.answer;
    if (open.known)
        open = require.answer;
    else if (!require.answer.known)
        open = answer_join(arena, open, require.answer);
    verdict.state = unknown_state(open);
    verdict.causes = open.causes;
    return verdict;
}
