#ifndef STORE_STREAM_H
#define STORE_STREAM_H

#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/id.h"
#include "model/user.h"
#include "store/asker.h"
#include "store/cmd.h"

struct redisReply;

/*
 * Opening a stream: session, rooms and the log's end in one script, so that every later change of
 * membership arrives as an event and no earlier one does. For the hub, which waits for nothing: a
 * command, and a reader of its reply.
 */

#define STORE_STREAM_ONLINE_MAX 200 /* people listed; above it they are only counted */

struct store_stream {
    struct model_user user;
    struct model_cursor end; /* of the log */
    struct str *rooms;
    size_t nrooms;
    struct str *online; /* user ids; none when they are more than STORE_STREAM_ONLINE_MAX */
    size_t nonline;     /* of the list */
    size_t online_count;
    int64_t left_ms; /* until the session or token that opened it ends; 0: it does not by itself */
    struct str narrow; /* "0,1:2": a token is for these rooms only; absent: all that there are */
};

struct store_cmd store_stream_open_cmd(struct arena *arena, const struct store_asker *asker);

/* All text is copied into the arena. ERR_UNAUTHENTICATED: nobody has such a key. ERR_BANNED. Error
 * replies as store_reply_err(). */
NODISCARD enum err store_stream_open_read(const struct redisReply *reply, struct arena *arena,
                                          struct store_stream *out);

#endif
