#include "auditor_key.h"

#include "base/base64.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FILE_BYTES_MAX 1024

static bool write_new(const char *path, mode_t mode, struct text text, struct fault *fault)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0)
        return fault_set(fault, FAULT_BROKEN, "cannot make `%s`: %s", path, strerror(errno));
    bool good = write(descriptor, text.at, text.length) == (ssize_t)text.length && fsync(descriptor) == 0;
    if (!good)
        fault_set(fault, FAULT_BROKEN, "cannot write `%s`: %s", path, strerror(errno));
    close(descriptor);
    return good;
}

static struct text line_of(struct arena *arena, const char *half, const unsigned char key[BOX_KEY_BYTES])
{
    struct text coded = base64_write(arena, (struct text){(const char *)key, BOX_KEY_BYTES});
    return text_format(arena, "covenant auditor %s key 1 %.*s\n", half, TEXT_ARGS(coded));
}

bool auditor_key_make(struct arena *arena, const char *path, struct fault *fault)
{
    unsigned char public_key[BOX_KEY_BYTES], secret_key[BOX_KEY_BYTES];
    const char *beside = text_string(arena, text_format(arena, "%s.pub", path));
    if (access(beside, F_OK) == 0)
        return fault_set(fault, FAULT_BROKEN, "`%s` is there already", beside);
    box_keys(public_key, secret_key);
    bool good = write_new(path, 0600, line_of(arena, "secret", secret_key), fault) &&
                write_new(beside, 0644, line_of(arena, "public", public_key), fault);
    secret_wipe(secret_key, sizeof secret_key);
    return good;
}

static bool read_half(struct arena *arena, const char *path, const char *half, unsigned char key[BOX_KEY_BYTES],
                      struct fault *fault)
{
    struct text text;
    if (!file_read(arena, path, FILE_BYTES_MAX, &text, fault))
        return false;
    const char *before = text_string(arena, text_format(arena, "covenant auditor %s key 1 ", half));
    struct text coded = text_slice(text, strlen(before), text.length);
    if (text_starts_with(text, before) && base64_read_into(text_trim(coded), key, BOX_KEY_BYTES))
        return true;
    return fault_set(fault, FAULT_BROKEN, "`%s` holds no %s key of an auditor: `covenant audit key --to FILE` makes a pair",
                     path, half);
}

bool auditor_key_public(struct arena *arena, const char *path, unsigned char key[BOX_KEY_BYTES], struct fault *fault)
{
    return read_half(arena, path, "public", key, fault);
}

bool auditor_key_secret(struct arena *arena, const char *path, unsigned char key[BOX_KEY_BYTES], struct fault *fault)
{
    return read_half(arena, path, "secret", key, fault);
}
