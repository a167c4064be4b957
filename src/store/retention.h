#ifndef STORE_RETENTION_H
#define STORE_RETENTION_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "store/cmd.h"

struct redisReply;

/*
 * Messages that a room does not keep any more are removed, the oldest first: those above a count
 * (`retain` of snug:room:{room}), and those older than a number of days (`retainDays`); a room that
 * says nothing of one has the server's. It is done by a walk over all rooms, in steps that are
 * small enough for everybody else: each looks at some keys of Redis, and removes some messages. One
 * hub walks, which holds snug:sweeper while it does.
 *
 * What a removed message leaves behind goes with it: who reacted to it, whom it mentions. Its id
 * stays a place in the room's history, so read markers and cursors keep their meaning. Nobody is
 * told: pages that show it show it until they load again, and the event log may still replay it.
 */

#define STORE_RETENTION_KEYS  200 /* keys of Redis that a step looks at, about */
#define STORE_RETENTION_BATCH 200 /* messages that it removes */

/*
 * A step of the walk by this hub. cursor: "0" begins it, then what the step before answered. count
 * and days are of rooms that have none of their own; 0: all are kept.
 */
struct store_cmd store_retention_step_cmd(struct arena *arena, struct str hub, struct str cursor,
                                          uint64_t count, uint64_t days);

struct store_retention_step {
    bool is_ours;      /* else another hub walks, and nothing was done */
    struct str cursor; /* in the arena; "0": the walk is over */
    uint64_t removed;  /* messages */
};

NODISCARD enum err store_retention_step_read(const struct redisReply *reply, struct arena *arena,
                                             struct store_retention_step *out);

#endif
