#ifndef AUTH_SLOT_H
#define AUTH_SLOT_H

#include "base/attr.h"
#include "base/config.h"
#include "base/err.h"

/*
 * Hashing a password takes tens of MiB and tens of milliseconds of a processor, and anybody can ask
 * for it. So of the processes of a machine at most SNUG_HASH_SLOTS do it at once, whether they are
 * FastCGI's few or plain CGI's many; the others go on answering. A slot is a locked byte of the
 * file hash.lock in SNUG_RUN_DIR (F_OFD_SETLK): the kernel gives it back, whatever becomes of the
 * process, and nothing has to be cleaned up or counted. Nobody waits for one: who waits would be a
 * process less.
 */

struct auth_slot {
    int fd; /* holds the lock while it is open; -1: none is needed */
};

/*
 * ERR_BUSY: none is free; worth another try in a second. ERR_INTERNAL: the file cannot be opened,
 * or locked; the log says so. To be given back with auth_slot_give().
 */
NODISCARD enum err auth_slot_take(const struct config *config, struct auth_slot *slot);
void auth_slot_give(struct auth_slot *slot);

#endif
