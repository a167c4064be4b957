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
