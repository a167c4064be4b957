#ifndef MODEL_ROOM_H
#define MODEL_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "model/id.h"
#include "model/message.h"

#define MODEL_ROOM_NAME_MAX   64       /* bytes of a name that we give */
#define MODEL_ROOM_TOPIC_MAX  250      /* bytes */
#define MODEL_ROOM_RETAIN_MAX 10000000 /* messages that a room may be told to keep */
#define MODEL_ROOM_DAYS_MAX   3650     /* days that it may be told to keep them */

/* What is not there is absent. */
struct model_room {
    struct str id;
    enum model_room_kind kind;
    bool is_outside;     /* who asks is not in it */
    struct str name;     /* these are of a room that is not direct */
    struct str topic;    /* one line about it */
    struct str owner;    /* a user's id */
    bool is_archived;    /* it can be read only */
    struct str retain;   /* how many messages it keeps, as text */
    struct str days;     /* for how many days it keeps them, as text */
    struct str members;  /* how many are in it, as text */
    struct str nonline;  /* how many of them are here, as text */
    struct str users[2]; /* a direct room's two, in id order */
    struct str names[2]; /* their names */
    bool online[2];      /* and whether they are here */
    uint64_t unread;     /* messages behind the marker of who asks */
    uint64_t mentions;   /* those of them that mention who asks */
    struct str read;     /* the marker; absent where they have read nothing */
    bool has_last;
    struct model_message last; /* the newest message */
};

/*
 * The name that a room is given, without the white space around it: 1 to 64 bytes of UTF-8, without
 * control characters and line separators. ERR_TEXT: it holds such, or is not UTF-8. ERR_INVALID: it
 * is empty, or too long. *name is changed only where it is good.
 */
NODISCARD enum err model_room_check_name(struct str *name);

/* The same of a topic, which may be empty, and has up to 250 bytes. */
NODISCARD enum err model_room_check_topic(struct str *topic);

/* {"id","kind",…}: the form of docs/API.md. */
void model_room_write(struct buf *out, const struct model_room *room);

/* The data of "show.room", the demo family's way: {"id":"1:2","names":[["Pablo"],["Joe"]]}. */
void model_room_write_shown(struct buf *out, struct str id, const struct str names[2]);

#endif
