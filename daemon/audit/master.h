/*
 * The master key: what wraps the keys of cases and the signing key. It is never in a database, and best not on the disk
 * that holds the journal. It is a file of 64 hex digits and a newline (so that a copy can be printed and kept in a
 * safe); `openssl rand -hex 32` makes one. The first of these counts:
 *
 *     the file that `--master-key` names
 *     `covenant-master` in the folder $CREDENTIALS_DIRECTORY (systemd: LoadCredentialEncrypted=covenant-master:...)
 *     DIR/master-key, which is made where nothing is wrapped yet: the embedded default
 *
 * A folder with wrapped keys and no master key is a fault: a new one would make all that is sealed unreadable, silently.
 */
#ifndef AUDIT_MASTER_H
#define AUDIT_MASTER_H

#include "base/digest.h"
#include "base/fault.h"
#include "base/secret.h"

enum master_origin { MASTER_GIVEN, MASTER_CREDENTIAL, MASTER_FOUND, MASTER_MADE };

struct master {
    unsigned char *key; /* SECRET_BYTES of locked memory */
    enum master_origin origin;
    bool exposed; /* others than its owner and root may read the file */
    unsigned char *previous; /* the key before it, while DIR/master-key.old is there; else NULL */
};

/*
 * `given` and `credentials` (the folder) may be NULL. After MASTER_MADE the starter prints master_warning, and after
 * `exposed` a warning.
 */
bool master_init(struct master *master, const char *folder, const char *given, const char *credentials,
                 struct fault *fault) MUST_USE;
/* Accepts a zeroed one. Wipes it. */
void master_finish(struct master *master);
/*
 * Rotation of the embedded default, in steps that a start repeats when they were cut short:
 *
 *     master_replace    DIR/master-key.old is the key until now, DIR/master-key a new one
 *     keys_rotate, signing_key_rotate    what the old one wraps is written anew under the new one
 *     master_forget     overwrites and removes DIR/master-key.old
 *
 * A start that finds DIR/master-key.old has `previous`, which keys_open and signing_key_init take, and then calls
 * master_forget. A key from elsewhere is replaced where it is kept: the one before it is then laid in
 * DIR/master-key.old for one start.
 */
bool master_replace(struct master *master, const char *folder, struct fault *fault) MUST_USE;
bool master_forget(struct master *master, const char *folder, struct fault *fault) MUST_USE;
/* What the loss of a key that was just made means: two sentences for people. */
struct text master_warning(struct arena *arena, const char *folder);

#endif
