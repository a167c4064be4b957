#ifndef STORE_EVENT_H
#define STORE_EVENT_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "model/event.h"
#include "store/cmd.h"

struct redisReply;

/*
 * The event log, snug:events: read from an entry on. What follows an entry that is there is whole
 * and in order, since entries are only ever added at the end, and trimmed from the beginning.
 */

#define STORE_EVENT_LOG_MAX 128 /* entries in one answer */

struct store_event_log {
    struct model_cursor end; /* the newest entry's */
    bool found;              /* is the entry there that was asked for? */
    struct model_event *events;
    size_t n; /* those that follow it; the last one is the newest, or n is STORE_EVENT_LOG_MAX */
};

/* after {0, 0}: only the end is asked for. */
struct store_cmd store_event_log_cmd(struct arena *arena, struct model_cursor after);

/* All text is copied into the arena. Error replies as store_reply_err(). */
NODISCARD enum err store_event_log_read(const struct redisReply *reply, struct arena *arena,
                                        struct store_event_log *out);

/* Says a word on a hub's own channel; answers how many have been told. */
struct store_cmd store_event_probe_cmd(struct arena *arena, struct str channel, uint64_t word);

/*
 * Foreign events: a "message" or "show.room" of a demo server has no number. The first hub to see
 * it adopts it: appends it to the log, if its sender is in that room, and publishes it with its
 * number on SNUG, so that it is delivered once, in order, and survives a reconnect.
 */

/* event is one that model_event_read() gave: not ours, to a room. event_log as
 * store_conn_event_log(). */
struct store_cmd store_event_adopt_cmd(struct arena *arena, struct str server, struct str event_log,
                                       const struct model_event *event);

/* *adopted: false where another hub was first, or the sender is not in the room. */
NODISCARD enum err store_event_adopt_read(const struct redisReply *reply, bool *adopted);

#endif
