#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "model/id.h"

/*
 * What travels on the channels:
 *     {"serverId":"snug:…","type":"message","data":{…},"epoch":"1795480000000","seq":4711,"to":"room:1:2"}
 * serverId, type and data are what the demo family reads and writes; the rest is ours. Scripts of
 * the store put an envelope together from pieces that are made here, in C.
 */

#define MODEL_EVENT_DATA_MAX     60000         /* bytes: fits a FastCGI record, and every client */
#define MODEL_EVENT_ENVELOPE_MAX (1024 * 1024) /* bytes of an envelope that is read at all */

enum model_event_type {
    MODEL_EVENT_MESSAGE,           /* "message" */
    MODEL_EVENT_SHOW_ROOM,         /* "show.room" */
    MODEL_EVENT_USER_CONNECTED,    /* "user.connected" */
    MODEL_EVENT_USER_DISCONNECTED, /* "user.disconnected" */
    MODEL_EVENT_ROOM_LEFT,         /* "room.left": ours, to who is not in the room any more */
    MODEL_EVENT_READ,              /* "read": ours, to who has read, on another stream */
    MODEL_EVENT_ROOM_UPDATED,   /* "room.updated": ours, to the room: it is called otherwise, … */
    MODEL_EVENT_USER_UPDATED,   /* "user.updated": ours, to all: they are called otherwise */
    MODEL_EVENT_MESSAGE_EDITED, /* "message.edited": ours, the whole message */
    MODEL_EVENT_MESSAGE_DELETED, /* "message.deleted": ours, which message */
    MODEL_EVENT_REACTION,        /* "reaction": ours, to which message, whose, and the counts */
    MODEL_EVENT_TYPING,          /* "typing": ours, to a room, and never logged */
    MODEL_EVENT_SERVER_WARNING,  /* "server.warning": ours, to an admin */
    MODEL_EVENT_SESSION_ENDED,   /* "session.ended": for hubs, never for clients, as is this: */
    MODEL_EVENT_ADDRESS_BANNED,  /* "address.banned": a network from which nobody may listen */
    MODEL_EVENT_OTHER, /* logged, and not known here, as of a newer server: only its number counts
                        */
    MODEL_EVENT__MAX
};

/* "message". */
const char *model_event_name(enum model_event_type type);

/* Whom an event concerns. */
enum model_event_scope {
    MODEL_EVENT_TO_ALL,     /* "all", or nothing said */
    MODEL_EVENT_TO_ROOM,    /* "room:1:2" */
    MODEL_EVENT_TO_USER,    /* "user:1" */
    MODEL_EVENT_TO_USERS,   /* "users:1,2,3" */
    MODEL_EVENT_TO_SESSION, /* "session:{sha256}" */
};

struct model_event {
    enum model_event_type type;
    struct str data; /* one line of 7-bit JSON */
    bool ours;       /* published by a snug server */
    bool numbered;   /* has a cursor: it is in the log */
    struct model_cursor cursor;
    enum model_event_scope scope;
    struct str from;   /* a message's sender, or who types; absent in other types */
    struct str about;  /* the message that is new or has changed, the room that is shown, changed or
                          left, the user who comes or goes, the network that is banned; else absent
                        */
    struct str target; /* the room, user, users or session, without the word before it; absent for
                          all */
};

/*
 * Reads an envelope from a channel. From others anything is accepted: no serverId or one of any
 * type, extra fields, names in Pascal case, data that is JSON inside a string. Their data comes out
 * in our form:
 *   message            ids as strings, the id of model_message_read_foreign(), text turned back and
 *                      cut where it would not fit; to its room
 *   show.room          {"id","names"}, the id checked to be a direct room's; to that room
 *   user.connected …   {"id","username","online"}, the id a string; to all. Data that is a bare
 *                      user name, as the .NET server sends, gives no id: ERR_NOT_FOUND
 * What is not UTF-8 is repaired with U+FFFD.
 *
 * ERR_PROTOCOL: not JSON, no object, no type or data, data too large, or an event that makes no
 * sense: of ours a message, a change of one, "show.room", "room.left", "room.updated", "read" or
 * "user.updated" without a number, "typing" with one, a message, a change of one, "room.updated" or
 * "typing" that is not to its room, a "room.left" that is not to users, a "to" of no known form.
 *
 * ERR_NOT_FOUND: well-formed, but without a number and of a type that is not known here, or not
 * from others. Callers count both and drop them.
 */
NODISCARD enum err model_event_read(struct str envelope, struct arena *arena,
                                    struct model_event *out);

/* An entry of the event log, as it is stored. */
struct model_event_entry {
    struct model_cursor cursor;
    struct str type, to, data;
};

/* Reads it as model_event_read() reads what was published of it. One that makes no sense comes out
 * as MODEL_EVENT_OTHER: its number is taken all the same. */
void model_event_read_entry(const struct model_event_entry *entry, struct arena *arena,
                            struct model_event *out);

/* Is this serverId a snug server's? */
bool model_event_is_kin(struct str server_id);

#endif
