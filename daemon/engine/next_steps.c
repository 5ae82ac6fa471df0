/* Everything that somebody has to do now or soon, from all sections: by due date, then id; those without one last. */
#include "engine/decision.h"

#include <stdlib.h>

static int by_due(const void *left, const void *right)
{
    const struct value *a = *(struct value *const *)left, *b = *(struct value *const *)right;
    const struct value *due_a = value_get(a, "due"), *due_b = value_get(b, "due");
    if ((due_a == NULL) != (due_b == NULL))
        return due_a ? -1 : 1;
    int order = due_a ? text_compare(due_a->text, due_b->text) : 0;
    return order ? order : text_compare(value_get(a, "step")->text, value_get(b, "step")->text);
}

struct value *next_steps_decide(struct deciding *deciding)
{
    struct value *steps = deciding->steps;
    if (steps->count)
        qsort(steps->items, steps->count, sizeof(struct value *), by_due);
    return steps;
}
