#ifndef STORE_PRESENCE_H
#define STORE_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "store/cmd.h"

struct redisReply;

/*
 * Who is here: online_users, which everybody reads, and snug:hub:{hub}:users, who is connected to
 * which hub. A user comes with the first stream on any hub and goes with the last one; then
 * user.connected or user.disconnected is published to MESSAGES, without a number, and not logged.
 *
 * A hub lives as long as it has a lease, snug:hub:{hub}, for STORE_TTL_HUB_S after its last beat.
 * Only what a living hub says counts; users of the others are taken offline by whoever beats next.
 */

#define STORE_PRESENCE_REAP_MAX 200 /* users that one beat takes offline */

/* The user is connected to this hub; no longer. */
struct store_cmd store_presence_join_cmd(struct arena *arena, struct str server, struct str hub,
                                         struct str user);
struct store_cmd store_presence_leave_cmd(struct arena *arena, struct str server, struct str hub,
                                          struct str user);

/* Reads the reply of either: was it announced? */
NODISCARD enum err store_presence_read(const struct redisReply *reply, bool *announced);

/*
 * Renews the lease of a hub. reaps: users of hubs that have none are taken offline, as many as one
 * call takes, unless it turns out that this hub had lost its own.
 */
struct store_cmd store_presence_beat_cmd(struct arena *arena, struct str server, struct str hub,
                                         bool reaps);

/*
 * Gives the lease up, and takes the hub's users offline, as many as one call takes; with the last
 * one all that Redis holds of the hub is gone.
 */
struct store_cmd store_presence_end_cmd(struct arena *arena, struct str server, struct str hub);

struct store_presence_beat {
    bool kept;       /* it had its lease since its last beat; else its users may have been taken */
    int64_t next_ms; /* until there may be somebody to take offline; 0: more are there now */
};

/* Reads the reply of either. */
NODISCARD enum err store_presence_beat_read(const struct redisReply *reply,
                                            struct store_presence_beat *out);

/* How many are online: a command, and store_reply_i64() reads its reply. */
struct store_cmd store_presence_count_cmd(struct arena *arena);

#endif
