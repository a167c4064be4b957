#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/room.h"
#include "model/user.h"
#include "store/asker.h"
#include "store/cmd.h"
#include "store/conn.h"
#include "store/limit.h"

/*
 * Rooms. General is everybody, a direct room says its two in its id; public rooms, which anybody
 * may enter, and closed ones, which nobody knows of who is not in it, have a list of who is in
 * them, and an owner. Who changes a room is its owner, or an admin by a session, of closed rooms
 * one who is in it. The owner who leaves, is deactivated or deletes their account leaves it to the
 * member who has been on this server longest; a closed room ends with its last member. Of an id
 * that is no room's, or of one that the asker may not know of, every one of these says
 * ERR_NOT_FOUND; all of them ERR_UNAUTHENTICATED and ERR_SCOPE.
 */

#define STORE_ROOM_PUBLIC_MAX  100 /* rooms in one answer */
#define STORE_ROOM_MEMBERS_MAX 200 /* people in one answer */

/*
 * The asker's rooms, General first, then by newest message; and the event cursor of this snapshot,
 * as text, read in the same instant. ERR_UNAUTHENTICATED.
 */
NODISCARD enum err store_room_list(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, struct model_room **rooms,
                                   size_t *count, struct str *cursor);

/*
 * The direct room of the asker and other (an id, else a name), put into the asker's list; the
 * other's gets it with the first message. *created: it was not in the asker's list.
 * ERR_UNAUTHENTICATED. ERR_NOT_FOUND: no such other. ERR_INVALID: it is the asker.
 * ERR_FORBIDDEN: the asker has blocked them.
 */
NODISCARD enum err store_room_open(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, struct str other,
                                   struct model_room *room, bool *created);

/*
 * Puts somebody into a room, and tells their streams. user is "me" or an id: anybody enters a
 * public room by themselves, and who is in a room, or may change it, brings in others. *created:
 * they were not in it. ERR_NOT_FOUND: also no such user. ERR_FORBIDDEN: the asker is not in it.
 * ERR_CONFLICT: a direct room is its two.
 */
NODISCARD enum err store_room_join(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, struct str id, struct str user,
                                   struct model_room *room, bool *created);

/*
 * Takes the asker ("me") out of a room, or, if the asker may change it, somebody else; and its
 * events away from their streams. ERR_NOT_FOUND: also where they are not in it. ERR_FORBIDDEN.
 * ERR_CONFLICT: General, or a direct room, which nobody leaves.
 */
NODISCARD enum err store_room_leave(struct store_conn *conn, struct arena *arena,
                                    struct store_asker *asker, struct str id, struct str user);

struct store_room_wish {
    enum model_room_kind kind; /* public or closed */
    struct str name;           /* as model_room_check_name() */
    struct str topic;          /* as model_room_check_topic(), or absent */
};

/*
 * A new room, which the asker is in and owns. limit: of rooms (store/limit); it is told how it
 * stands with ERR_OK and ERR_RATE_LIMITED. ERR_NAME_TAKEN: a public room has this name, be it in
 * another case. ERR_SCOPE: a token that is for some rooms makes no other.
 */
NODISCARD enum err store_room_create(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, const struct store_room_wish *wish,
                                     struct store_limit *limit, struct model_room *room);

/* A room that the asker is in, or may enter. */
NODISCARD enum err store_room_look(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, struct str id,
                                   struct model_room *room);

/* What a room becomes. Absent: stays as it is; empty: is no more. */
struct store_room_change {
    struct str name;     /* as model_room_check_name() */
    struct str topic;    /* as model_room_check_topic() */
    struct str owner;    /* the id of who is in it */
    struct str archived; /* "1" */
    struct str retain;   /* messages that are kept, as text */
    struct str days;     /* days that they are, as text */
};

/*
 * Changes a room, and tells who is in it. All of the change, or nothing. ERR_FORBIDDEN.
 * ERR_NAME_TAKEN. ERR_INVALID: the new owner is not in it, or deactivated. ERR_CONFLICT: a direct
 * room; or General, which is not archived, and nobody's.
 */
NODISCARD enum err store_room_change(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct str id,
                                     const struct store_room_change *change,
                                     struct model_room *room);

/*
 * Removes a room with all its messages, and tells who was in it. It is gone at once; people and
 * reactions, of which there may be many, are taken away some at a time. ERR_FORBIDDEN.
 * ERR_CONFLICT: General, or a direct room.
 */
NODISCARD enum err store_room_delete(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct str id);

/* For hubs: goes on with that, where the program that deleted a room has ended before. Answers 1
 * where there is more to do. */
struct store_cmd store_room_sweep_cmd(struct arena *arena, struct str server, struct str event_log);

/*
 * The public rooms by name, General excepted. after: absent at the beginning, else *next of the
 * answer before, which is absent at the end.
 */
NODISCARD enum err store_room_public(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct str after,
                                     struct model_room **rooms, size_t *count, struct str *next);

/* Who is in a room, by ascending id, those after `after`. *next as above: the next `after`. */
NODISCARD enum err store_room_members(struct store_conn *conn, struct arena *arena,
                                      struct store_asker *asker, struct str id, uint64_t after,
                                      struct model_user **users, size_t *count, struct str *next);

#endif
