#ifndef STORE_MESSAGE_H
#define STORE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/message.h"
#include "model/user.h"
#include "store/asker.h"
#include "store/conn.h"
#include "store/limit.h"

struct redisReply;

#define STORE_MESSAGE_PAGE_MAX 200

/* What somebody says. text and nonce have been checked by the model. */
struct store_message_draft {
    struct str room;
    struct str text;
    struct str nonce;    /* absent: none */
    struct str reply_to; /* the id of the message that it answers; absent: none */
    struct str rev;      /* of an edit: the one that was seen; absent: whichever there is */
};

/*
 * Stores a message, appends its event, publishes it: one script; what it answers is read before.
 * Whom it mentions is told by its text (model/mention.h): those in the room count. The answer is
 * the stored message; a nonce that was used within STORE_TTL_SENT_S for the same text, room and
 * reply_to gives the message that was stored then. ERR_INVALID: reply_to is no message of the room.
 * ERR_FORBIDDEN: a direct room with whom the asker has blocked.
 * ERR_UNAUTHENTICATED. ERR_NOT_FOUND: no such room, or the asker is not in it. ERR_NONCE_REUSED.
 * ERR_RATE_LIMITED: one too many of limit (NULL: none), which is
 * told how it stands. ERR_STORAGE_FULL.
 */
NODISCARD enum err store_message_send(struct store_conn *conn, struct arena *arena,
                                      struct store_asker *asker,
                                      const struct store_message_draft *draft,
                                      struct store_limit *limit, struct model_message *out);

/*
 * The answer of a script that stores a message: who asks, the stored message, its id, how far
 * behind the limit is. ERR_RATE_LIMITED: there is no message. For the files of this folder.
 */
NODISCARD enum err store_message_read_stored(const struct redisReply *reply, struct arena *arena,
                                             struct str room, struct store_limit *limit,
                                             struct model_message *out);

enum store_message_from {
    STORE_MESSAGE_NEWEST, /* the newest */
    STORE_MESSAGE_BEFORE, /* just before a place */
    STORE_MESSAGE_AFTER,  /* just after a place */
    STORE_MESSAGE_AROUND, /* a place in the middle */
    STORE_MESSAGE_OFFSET  /* the article's page: after the newest offset, newest first */
};

struct store_message_query {
    struct str room;
    enum store_message_from from;
    struct str id; /* the place, for before, after and around; checked by model_id_place() */
    size_t offset;
    size_t limit; /* 1 to STORE_MESSAGE_PAGE_MAX */
};

struct store_message_page {
    struct model_message *messages; /* oldest first; for an offset newest first */
    size_t count;
    struct model_user *users; /* everybody who wrote in it */
    size_t nusers;
    bool more;       /* further ones in the direction of reading */
    struct str next; /* the id that leads on with before (with after: after); absent without more */
};

/*
 * A page. A place that is no longer there counts as its score. Members that cannot be read are left
 * out, and those that say the same at the same score are one message. ERR_UNAUTHENTICATED.
 * ERR_NOT_FOUND: no such room, or the asker is not in it.
 */
NODISCARD enum err store_message_page(struct store_conn *conn, struct arena *arena,
                                      struct store_asker *asker,
                                      const struct store_message_query *query,
                                      struct store_message_page *page);

/* The members of a room that say one message, and who wrote it. */
struct store_message_members {
    struct str from;
    struct str *members;
    size_t count;
};

/*
 * A message of the demo family, as it is stored: several servers may have stored it, each in its
 * way. ERR_UNAUTHENTICATED. ERR_NOT_FOUND: no such message, or the asker is not in the room.
 */
NODISCARD enum err store_message_members(struct store_conn *conn, struct arena *arena,
                                         struct store_asker *asker, struct str room, struct str id,
                                         struct store_message_members *out);

#endif
