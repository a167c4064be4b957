#ifndef MODEL_ID_H
#define MODEL_ID_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/*
 * The words that name things: users, rooms, messages, cursors. Syntax and order only; whether a
 * thing exists is for the store to say. Ids stay text everywhere: as doubles they would lose
 * digits.
 */

#define MODEL_ID_DIGITS_MAX 15 /* of a user or room number: exact in a double, as Lua counts */

enum model_room_kind { MODEL_ROOM_PUBLIC, MODEL_ROOM_DIRECT, MODEL_ROOM_CLOSED };

#define MODEL_ROOM_GENERAL STR("0")

/* "1", "42": no sign, no leading zero, not 0. */
bool model_id_is_user(struct str id);

/*
 * "0" and other decimals are public rooms, "1:2" (two users, the smaller first) a direct one, "g7"
 * closed. False, and *kind untouched, for anything else.
 */
bool model_id_is_room(struct str id, enum model_room_kind *kind);

/* "0,1:2,g7": from one to most ids of rooms. */
bool model_id_is_room_list(struct str list, size_t most);

/* "1,2,3": ids of users, at least one. */
bool model_id_is_user_list(struct str list);

/* The two users of a direct room id, borrowed from it. The caller knows that it is one. */
void model_id_direct_users(struct str room, struct str users[2]);

/* The id of the direct room of two different users, in whatever order. */
struct str model_id_direct(struct arena *arena, struct str a, struct str b);

/*
 * A place in a room's history. Of our messages the id is the score itself, "1795485263.175001";
 * those of the demo family, whose scores may be equal, have "{score}~{tag}": the score with up to
 * 17 digits and 8 hex digits of a hash of what the message says, which does not change when another
 * message of the same score arrives.
 */
struct model_place {
    struct str id;    /* the whole */
    struct str score; /* as Redis reads it */
};

/* False, and *place untouched, where id is no message's. */
NODISCARD bool model_id_place(struct str id, struct model_place *place);

/* An event cursor "epoch.seq", the log's "epoch-seq". */
struct model_cursor {
    uint64_t epoch, seq;
};

/* Reads both forms. False, and *cursor untouched, for anything else. */
NODISCARD bool model_id_cursor(struct str text, struct model_cursor *cursor);

/* "epoch.seq". */
struct str model_id_cursor_text(struct arena *arena, struct model_cursor cursor);

#endif
