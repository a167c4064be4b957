#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/*
 * The schema: every key and channel that snug reads or writes, spelled here and nowhere else. C
 * makes keys with store_keys_make(); the scripts get the same patterns as a Lua table that
 * store/scripts.c generates from store_keys_table(), so they cannot drift apart. docs/SCHEMA.md
 * lists them for people, and a test holds the two together.
 */

enum store_key {
    /* of the article, shared with the demo family */
    STORE_KEY_TOTAL_USERS,
    STORE_KEY_USERNAME,   /* name */
    STORE_KEY_USER,       /* user */
    STORE_KEY_USER_ROOMS, /* user */
    STORE_KEY_ROOM,       /* room */
    STORE_KEY_ROOM_NAME,  /* room */
    STORE_KEY_ONLINE_USERS,
    /* ours */
    STORE_KEY_EVENTS,
    STORE_KEY_EPOCH,
    STORE_KEY_RUN,
    STORE_KEY_ADOPTED, /* hash */
    STORE_KEY_SESSION, /* sha256 */
    STORE_KEY_TOKEN,   /* sha256 */
    STORE_KEY_INVITE,  /* sha256 */
    STORE_KEY_INVITES,
    STORE_KEY_RESET, /* sha256 */
    STORE_KEY_HOOK,  /* sha256 */
    STORE_KEY_NAMES, /* folded name -> user */
    STORE_KEY_NAMED, /* the highest user id that is in names */
    STORE_KEY_ADMINS,
    STORE_KEY_OWN_USER,      /* user */
    STORE_KEY_USER_SESSIONS, /* user */
    STORE_KEY_USER_TOKENS,   /* user */
    STORE_KEY_USER_READS,    /* user */
    STORE_KEY_USER_BLOCKS,   /* user */
    STORE_KEY_USER_CLOSED,   /* user */
    STORE_KEY_BOT_HOOK,      /* user */
    STORE_KEY_BOT_QUEUE,     /* user */
    STORE_KEY_OUTBOX,
    STORE_KEY_ROOM_COUNTER,
    STORE_KEY_PUBLIC_ROOMS,
    STORE_KEY_GONE_ROOMS,
    STORE_KEY_ROOM_LEAVING,  /* room */
    STORE_KEY_OWN_ROOM,      /* room */
    STORE_KEY_ROOM_MEMBERS,  /* room */
    STORE_KEY_ROOM_MESSAGES, /* room */
    STORE_KEY_ROOM_HOOKS,    /* room */
    STORE_KEY_ROOM_MENTIONS, /* room */
    STORE_KEY_ROOM_REACTED,  /* room */
    STORE_KEY_REACTIONS,     /* room, message */
    STORE_KEY_SENT,          /* user, nonce */
    STORE_KEY_HUB,           /* hub */
    STORE_KEY_HUB_USERS,     /* hub */
    STORE_KEY_HUBS,
    STORE_KEY_SWEEPER,
    STORE_KEY_MEMORY,
    STORE_KEY_LIMIT, /* what, who */
    STORE_KEY_KNOWN, /* sha256 of a folded name, place */
    STORE_KEY_BANS,  /* network -> when it ends */
    STORE_KEY__MAX
};

#define STORE_CHANNEL_FAMILY                                                                       \
    "MESSAGES"                   /* types that the demo family knows, about rooms that it may see */
#define STORE_CHANNEL_OWN "SNUG" /* everything else */
#define STORE_CHANNEL_HUB "SNUG:" /* and a hub's id: where it hears itself */

#define STORE_TTL_SENT_S    600               /* a nonce is remembered */
#define STORE_TTL_SESSION_S (180 * 24 * 3600) /* a session, however much it is used */
#define STORE_TTL_ADOPTED_S 600               /* a foreign message is known to be in the log */
#define STORE_TTL_HUB_S     15                /* a hub's lease */
#define STORE_TTL_KNOWN_S   (30 * 24 * 3600)  /* a place from which a name has logged in */

#define STORE_CAP_QUEUE 1000 /* messages that wait for the address of a bot */

/* Is it in an export (store/export.h)? Each row says so: zero is none of these. */
enum store_key_export {
    STORE_KEY_LIVE = 1, /* no: it is of a server that runs, or opens a door: sessions, the log */
    STORE_KEY_KEPT,     /* it is */
    STORE_KEY_COUNTER,  /* it is; a number that only grows */
    STORE_KEY_BY_ROOM   /* it is; each of its fields or members is the id of a room */
};

struct store_key_info {
    const char *name;    /* in Lua: key.user_rooms */
    const char *pattern; /* "user:%s:rooms": one %s for each part */
    const char *type;    /* of the value: "string", "hash", "set", "zset", "stream" */
    enum store_key_export export;
};

/* One row per enum store_key, in its order. */
extern const struct store_key_info store_keys_table[STORE_KEY__MAX];

/* The key, with the parts that its pattern wants; those that it does not want are ignored. */
struct str store_keys_make(struct arena *arena, enum store_key key, struct str a, struct str b);

/* Are the parts ids of rooms ("room:%s", "snug:room:%s:members")? */
bool store_keys_is_room(enum store_key key);

/*
 * Which row a key is of, and its parts, borrowed; those that the row does not have are absent.
 * Where more than one pattern fits, the longest is meant. False, and nothing set, for a key that is
 * none of ours: no pattern fits, or its parts are no ids of users or rooms where they should be.
 */
NODISCARD bool store_keys_read(struct str text, enum store_key *key, struct str parts[2]);

#endif
