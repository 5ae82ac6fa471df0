#include "covenant/code.h"

const struct code codes[] = {
    {"unknown_name", "x", "x", "y"},
};
const size_t codes_count = sizeof codes / sizeof *codes;

const struct code *code_find(struct text name)
{
    for (size_t i = 0; i < codes_count; i++)
        if (text_is(name, codes[i].name))
            return &codes[i];
    return NULL;
}
