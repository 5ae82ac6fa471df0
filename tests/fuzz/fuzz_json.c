/*
 * Any bytes through json_read: no crash, no leak; and what was read is written so that it is read as the same value,
 * and written again as the same bytes.
 */
#include "base/arena.h"
#include "base/json.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct json_error error = {0}, none;
    arena_init(&arena);
    struct value *value = json_read(&arena, text_copy(&arena, (struct text){(const char *)data, size}), &error);
    if (!value) {
        assert(error.line >= 1 && error.column >= 1 && strlen(error.message) > 0);
    } else {
        struct text written = json_write(&arena, value);
        struct value *again = json_read(&arena, written, &none);
        assert(again && value_equal(value, again) && text_equal(json_write(&arena, again), written));
        struct value *pretty = json_read(&arena, json_write_pretty(&arena, value), &none);
        assert(pretty && value_equal(value, pretty));
        assert(text_equal(json_write(&arena, value_copy(&arena, value)), written));
    }
    arena_finish(&arena);
    return 0;
}
