#ifndef MODEL_ROOM_H
#define MODEL_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/str.h"
#include "model/id.h"
#include "model/message.h"

#define MODEL_ROOM_NAME_MAX 64 /* bytes of a name that we give */

struct model_room {
    struct str id;
    enum model_room_kind kind;
    struct str name;     /* absent in a direct room */
    struct str users[2]; /* a direct room's two, in id order */
    struct str names[2]; /* their names */
    bool online[2];      /* and whether they are here */
    uint64_t unread;     /* messages behind the marker of who asks */
    uint64_t mentions;   /* those of them that mention who asks */
    struct str read;     /* the marker; absent where they have read nothing */
    bool has_last;
    struct model_message last; /* the newest message */
};

/* {"id","kind",…}: the form of docs/API.md. */
void model_room_write(struct buf *out, const struct model_room *room);

/* The data of "show.room", the demo family's way: {"id":"1:2","names":[["Pablo"],["Joe"]]}. */
void model_room_write_shown(struct buf *out, struct str id, const struct str names[2]);

#endif
