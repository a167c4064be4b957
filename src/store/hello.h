#ifndef STORE_HELLO_H
#define STORE_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "store/cmd.h"

struct redisReply;

/*
 * What every connection says first, whoever waits for the answers. First half: AUTH, SELECT, INFO
 * server. Second half: the epoch script with the run_id that INFO told, and the loading of
 * scripts that this process has not loaded yet, where it does that (store/scripts.h). A server that
 * was restarted, restored or replaced has another run_id, and gets a new epoch before the first
 * write, so that an event number that a crash took is never given twice.
 */

#define STORE_HELLO_CMDS_MAX (STORE_SCRIPT__MAX + 4)

/* Where Redis is: unix:/path or redis://[user:pass@]host:port[/db] */
struct store_url {
    const char *path; /* of a unix socket, else NULL */
    const char *host;
    int port;
    const char *user, *password; /* NULL where there is none */
    const char *db;              /* NULL: 0 */
};

/* Reads a SNUG_REDIS. ERR_INVALID: neither of the forms. The text lives in the arena. */
NODISCARD enum err store_hello_url(struct str url, struct arena *arena, struct store_url *out);

/* Fills cmds with the first half; returns how many. */
size_t store_hello_first(struct arena *arena, const struct store_url *url,
                         struct store_cmd cmds[STORE_HELLO_CMDS_MAX]);

/* Reads the first half's replies, n of them. run_id is borrowed from the last. */
NODISCARD enum err store_hello_first_read(const struct redisReply *const *replies, size_t n,
                                          struct str *run_id);

/* Fills cmds with the second half; returns how many. */
size_t store_hello_second(struct arena *arena, struct str run_id,
                          struct store_cmd cmds[STORE_HELLO_CMDS_MAX]);

/* Reads the second half's replies and learns the scripts' hashes. */
NODISCARD enum err store_hello_second_read(const struct redisReply *const *replies, size_t n);

#endif
