/*
 * A fuzzer's kept corpus as a test: each file of a folder goes once through LLVMFuzzerTestOneInput, without a fuzzer
 * and with any compiler. What fails does so by an assert, so a run that ends has passed; each file is a line of TAP.
 */
#include <assert.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void run_file(const char *folder, const char *name)
{
    static uint8_t data[1 << 20];
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    assert(length > 0 && (size_t)length < sizeof path);
    FILE *file = fopen(path, "rb");
    assert(file);
    size_t size = fread(data, 1, sizeof data, file);
    assert(!ferror(file) && size < sizeof data);
    fclose(file);
    /* A copy of just this size, so that reading behind its end is seen. */
    uint8_t *copy = malloc(size + !size);
    assert(copy);
    for (size_t i = 0; i < size; i++)
        copy[i] = data[i];
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

int main(int count, char **arguments)
{
    struct dirent **entries;
    if (count != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
        return 64;
    }
    int files = scandir(arguments[1], &entries, visible, alphasort);
    if (files <= 0) {
        fprintf(stderr, "%s: no corpus there\n", arguments[1]);
        return 1;
    }
    printf("1..%d\n", files);
    for (int i = 0; i < files; i++) {
        printf("# %s\n", entries[i]->d_name);
        fflush(stdout);
        run_file(arguments[1], entries[i]->d_name);
        printf("ok %d - %s\n", i + 1, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return 0;
}
