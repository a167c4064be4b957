#include "auth/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>
#include "base/log.h"

static enum err fail(const struct config *config, int fd)
{
    log_error("no_hash_slots", "run_dir=%s errno=%d", log_text(str_of(config->run_dir)), errno);
    if (fd >= 0) {
        close(fd);
    }
    return ERR_INTERNAL;
}

enum err auth_slot_take(const struct config *config, struct auth_slot *slot)
{
    char path[PATH_MAX];
    if (config->hash_slots == 0) {
        slot->fd = -1;
        return ERR_OK;
    }
    if (snprintf(path, sizeof(path), "%s/hash.lock", config->run_dir) >= (int)sizeof(path)) {
        errno = ENAMETOOLONG;
        return fail(config, -1);
    }
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return fail(config, fd);
    }
    for (uint64_t i = 0; i < config->hash_slots; i++) {
        struct flock byte = {
            .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)i, .l_len = 1};
        if (fcntl(fd, F_OFD_SETLK, &byte) == 0) {
            slot->fd = fd;
            return ERR_OK;
        }
        if (errno != EAGAIN && errno != EACCES && errno != EINTR) {
            return fail(config, fd);
        }
    }
    close(fd);
    return ERR_BUSY;
}

void auth_slot_give(struct auth_slot *slot)
{
    if (slot->fd >= 0) {
        close(slot->fd);
        slot->fd = -1;
    }
}
