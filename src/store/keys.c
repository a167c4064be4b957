#include "store/keys.h"

#include <string.h>

const struct store_key_info store_keys_table[STORE_KEY__MAX] = {
    [STORE_KEY_TOTAL_USERS] = {"total_users", "total_users", "string"},
    [STORE_KEY_USERNAME] = {"username", "username:%s", "string"},
    [STORE_KEY_USER] = {"user", "user:%s", "hash"},
    [STORE_KEY_USER_ROOMS] = {"user_rooms", "user:%s:rooms", "set"},
    [STORE_KEY_ROOM] = {"room", "room:%s", "zset"},
    [STORE_KEY_ROOM_NAME] = {"room_name", "room:%s:name", "string"},
    [STORE_KEY_ONLINE_USERS] = {"online_users", "online_users", "set"},
    [STORE_KEY_EVENTS] = {"events", "snug:events", "stream"},
    [STORE_KEY_EPOCH] = {"epoch", "snug:epoch", "string"},
    [STORE_KEY_RUN] = {"run", "snug:run", "string"},
    [STORE_KEY_ADOPTED] = {"adopted", "snug:adopted:%s", "string"},
    [STORE_KEY_SESSION] = {"session", "snug:session:%s", "hash"},
    [STORE_KEY_TOKEN] = {"token", "snug:token:%s", "hash"},
    [STORE_KEY_INVITE] = {"invite", "snug:invite:%s", "hash"},
    [STORE_KEY_INVITES] = {"invites", "snug:invites", "set"},
    [STORE_KEY_RESET] = {"reset", "snug:reset:%s", "string"},
    [STORE_KEY_HOOK] = {"hook", "snug:hook:%s", "hash"},
    [STORE_KEY_NAMES] = {"names", "snug:names", "hash"},
    [STORE_KEY_NAMED] = {"named", "snug:named", "string"},
    [STORE_KEY_ADMINS] = {"admins", "snug:admins", "set"},
    [STORE_KEY_OWN_USER] = {"own_user", "snug:user:%s", "hash"},
    [STORE_KEY_USER_SESSIONS] = {"user_sessions", "snug:user:%s:sessions", "set"},
    [STORE_KEY_USER_TOKENS] = {"user_tokens", "snug:user:%s:tokens", "set"},
    [STORE_KEY_USER_READS] = {"user_reads", "snug:user:%s:reads", "hash"},
    [STORE_KEY_USER_CLOSED] = {"user_closed", "snug:user:%s:rooms", "set"},
    [STORE_KEY_ROOM_COUNTER] = {"room_counter", "snug:rooms", "string"},
    [STORE_KEY_OWN_ROOM] = {"own_room", "snug:room:%s", "hash"},
    [STORE_KEY_ROOM_MEMBERS] = {"room_members", "snug:room:%s:members", "set"},
    [STORE_KEY_ROOM_MESSAGES] = {"room_messages", "snug:room:%s:messages", "zset"},
    [STORE_KEY_REACTIONS] = {"reactions", "snug:room:%s:reactions:%s", "hash"},
    [STORE_KEY_SENT] = {"sent", "snug:sent:%s:%s", "string"},
    [STORE_KEY_HUB] = {"hub", "snug:hub:%s", "string"},
    [STORE_KEY_HUB_USERS] = {"hub_users", "snug:hub:%s:users", "set"},
    [STORE_KEY_HUBS] = {"hubs", "snug:hubs", "set"},
    [STORE_KEY_LIMIT] = {"limit", "snug:limit:%s:%s", "string"},
    [STORE_KEY_KNOWN] = {"known", "snug:known:%s:%s", "string"},
    [STORE_KEY_BANS] = {"bans", "snug:bans", "hash"},
};

struct str store_keys_make(struct arena *arena, enum store_key key, struct str a, struct str b)
{
    const char *pattern = store_keys_table[key].pattern;
    struct str part = a;
    char *text = arena_alloc(arena, strlen(pattern) + a.len + b.len);
    size_t len = 0;

    while (*pattern != '\0') {
        if (pattern[0] == '%' && pattern[1] == 's') {
            if (part.len > 0) {
                memcpy(text + len, part.ptr, part.len);
            }
            len += part.len;
            part = b;
            pattern += 2;
        } else {
            text[len++] = *pattern++;
        }
    }
    return (struct str){text, len};
}
