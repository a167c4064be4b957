#ifndef REMOTE_ANSWER_H
#define REMOTE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * What a server's answers and events say, as values; the one file that reads their JSON. A field
 * that is missing, or of another type, is absent: a newer server may say more, and other things.
 * ERR_PROTOCOL: it is not JSON at all, or not of this shape. All text is in the arena; it comes
 * from anybody.
 */

struct remote_room {
    struct str id, kind;
    struct str name;     /* of a direct room: of the other one */
    struct str users[2]; /* ids of a direct room's two */
    struct str last;     /* id of its newest message */
    int64_t date;        /* of that */
    uint64_t unread, mentions;
    struct str json; /* one line */
};

struct remote_rooms {
    struct remote_room *rooms;
    size_t n;
    struct str cursor; /* where a stream goes on from */
};

/* me: a user's name; the other one of a direct room is who is called otherwise. */
NODISCARD enum err remote_answer_rooms(struct str body, struct str me, struct arena *arena,
                                       struct remote_rooms *out);

struct remote_user {
    struct str id, name;
};

struct remote_message {
    struct str id, room, from, text;
    int64_t date;
    bool edited, deleted;
    struct str json; /* one line */
};

struct remote_page {
    struct remote_message *messages; /* oldest first */
    size_t n;
    struct remote_user *users; /* who wrote them */
    size_t nusers;
    bool more;
};

NODISCARD enum err remote_answer_page(struct str body, struct arena *arena,
                                      struct remote_page *out);

/* {"users":[…]} */
NODISCARD enum err remote_answer_users(struct str body, struct arena *arena,
                                       struct remote_user **users, size_t *n);

/* A line of a stream with format=ndjson. */
struct remote_event {
    struct str type;               /* "message" */
    struct str id;                 /* the cursor; absent where it has none */
    uint64_t retry_ms;             /* 0: it says nothing */
    struct str reason;             /* of "bye" */
    struct str username;           /* of "user.updated" */
    struct remote_message message; /* data, where it reads like one */
    struct str json;               /* data, one line */
};

NODISCARD enum err remote_answer_event(struct str line, struct arena *arena,
                                       struct remote_event *out);

/* A text of an object; absent: there is none, or body is no object. */
struct str remote_answer_field(struct str body, struct arena *arena, const char *name);

#endif
