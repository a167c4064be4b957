#include "store/keys.h"

#include <string.h>
#include "model/id.h"

const struct store_key_info store_keys_table[STORE_KEY__MAX] = {
    [STORE_KEY_TOTAL_USERS] = {"total_users", "total_users", "string", STORE_KEY_COUNTER},
    [STORE_KEY_USERNAME] = {"username", "username:%s", "string", STORE_KEY_KEPT},
    [STORE_KEY_USER] = {"user", "user:%s", "hash", STORE_KEY_KEPT},
    [STORE_KEY_USER_ROOMS] = {"user_rooms", "user:%s:rooms", "set", STORE_KEY_BY_ROOM},
    [STORE_KEY_ROOM] = {"room", "room:%s", "zset", STORE_KEY_KEPT},
    [STORE_KEY_ROOM_NAME] = {"room_name", "room:%s:name", "string", STORE_KEY_KEPT},
    [STORE_KEY_ONLINE_USERS] = {"online_users", "online_users", "set", STORE_KEY_LIVE},
    [STORE_KEY_EVENTS] = {"events", "snug:events", "stream", STORE_KEY_LIVE},
    [STORE_KEY_EPOCH] = {"epoch", "snug:epoch", "string", STORE_KEY_LIVE},
    [STORE_KEY_RUN] = {"run", "snug:run", "string", STORE_KEY_LIVE},
    [STORE_KEY_ADOPTED] = {"adopted", "snug:adopted:%s", "string", STORE_KEY_LIVE},
    [STORE_KEY_SESSION] = {"session", "snug:session:%s", "hash", STORE_KEY_LIVE},
    [STORE_KEY_TOKEN] = {"token", "snug:token:%s", "hash", STORE_KEY_LIVE},
    [STORE_KEY_INVITE] = {"invite", "snug:invite:%s", "hash", STORE_KEY_LIVE},
    [STORE_KEY_INVITES] = {"invites", "snug:invites", "set", STORE_KEY_LIVE},
    [STORE_KEY_RESET] = {"reset", "snug:reset:%s", "string", STORE_KEY_LIVE},
    [STORE_KEY_HOOK] = {"hook", "snug:hook:%s", "hash", STORE_KEY_LIVE},
    [STORE_KEY_NAMES] = {"names", "snug:names", "hash", STORE_KEY_KEPT},
    [STORE_KEY_NAMED] = {"named", "snug:named", "string", STORE_KEY_COUNTER},
    [STORE_KEY_ADMINS] = {"admins", "snug:admins", "set", STORE_KEY_KEPT},
    [STORE_KEY_OWN_USER] = {"own_user", "snug:user:%s", "hash", STORE_KEY_KEPT},
    [STORE_KEY_USER_SESSIONS] = {"user_sessions", "snug:user:%s:sessions", "set", STORE_KEY_LIVE},
    [STORE_KEY_USER_TOKENS] = {"user_tokens", "snug:user:%s:tokens", "set", STORE_KEY_LIVE},
    [STORE_KEY_USER_READS] = {"user_reads", "snug:user:%s:reads", "hash", STORE_KEY_BY_ROOM},
    [STORE_KEY_USER_BLOCKS] = {"user_blocks", "snug:user:%s:blocks", "set", STORE_KEY_KEPT},
    [STORE_KEY_USER_CLOSED] = {"user_closed", "snug:user:%s:rooms", "set", STORE_KEY_BY_ROOM},
    [STORE_KEY_BOT_HOOK] = {"bot_hook", "snug:bot:%s:hook", "hash", STORE_KEY_LIVE},
    [STORE_KEY_BOT_QUEUE] = {"bot_queue", "snug:bot:%s:queue", "stream", STORE_KEY_LIVE},
    [STORE_KEY_OUTBOX] = {"outbox", "snug:outbox", "zset", STORE_KEY_LIVE},
    [STORE_KEY_ROOM_COUNTER] = {"room_counter", "snug:rooms", "string", STORE_KEY_COUNTER},
    [STORE_KEY_GONE_ROOMS] = {"gone_rooms", "snug:rooms:gone", "set", STORE_KEY_LIVE},
    [STORE_KEY_ROOM_LEAVING] = {"room_leaving", "snug:room:%s:leaving", "set", STORE_KEY_LIVE},
    [STORE_KEY_PUBLIC_ROOMS] = {"public_rooms", "snug:rooms:public", "zset", STORE_KEY_KEPT},
    [STORE_KEY_OWN_ROOM] = {"own_room", "snug:room:%s", "hash", STORE_KEY_KEPT},
    [STORE_KEY_ROOM_MEMBERS] = {"room_members", "snug:room:%s:members", "set", STORE_KEY_KEPT},
    [STORE_KEY_ROOM_MESSAGES] = {"room_messages", "snug:room:%s:messages", "zset", STORE_KEY_KEPT},
    [STORE_KEY_ROOM_HOOKS] = {"room_hooks", "snug:room:%s:hooks", "hash", STORE_KEY_LIVE},
    [STORE_KEY_ROOM_MENTIONS] = {"room_mentions", "snug:room:%s:mentions", "zset", STORE_KEY_KEPT},
    [STORE_KEY_ROOM_REACTED] = {"room_reacted", "snug:room:%s:reacted", "set", STORE_KEY_KEPT},
    [STORE_KEY_REACTIONS] = {"reactions", "snug:room:%s:reactions:%s", "hash", STORE_KEY_KEPT},
    [STORE_KEY_SENT] = {"sent", "snug:sent:%s:%s", "string", STORE_KEY_LIVE},
    [STORE_KEY_HUB] = {"hub", "snug:hub:%s", "string", STORE_KEY_LIVE},
    [STORE_KEY_HUB_USERS] = {"hub_users", "snug:hub:%s:users", "set", STORE_KEY_LIVE},
    [STORE_KEY_HUBS] = {"hubs", "snug:hubs", "set", STORE_KEY_LIVE},
    [STORE_KEY_SWEEPER] = {"sweeper", "snug:sweeper", "string", STORE_KEY_LIVE},
    [STORE_KEY_MEMORY] = {"memory", "snug:memory", "string", STORE_KEY_LIVE},
    [STORE_KEY_LIMIT] = {"limit", "snug:limit:%s:%s", "string", STORE_KEY_LIVE},
    [STORE_KEY_KNOWN] = {"known", "snug:known:%s:%s", "string", STORE_KEY_LIVE},
    [STORE_KEY_BANS] = {"bans", "snug:bans", "hash", STORE_KEY_KEPT},
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

/* The pattern up to its first %s, and what follows that; absent where it has none. */
static struct str split_pattern(struct str pattern, struct str *rest)
{
    for (size_t i = 0; i + 1 < pattern.len; i++) {
        if (pattern.ptr[i] == '%' && pattern.ptr[i + 1] == 's') {
            *rest = str_skip(pattern, i + 2);
            return (struct str){pattern.ptr, i};
        }
    }
    *rest = STR_NONE;
    return pattern;
}

/* The literal before the first part says what the part is. */
static bool is_of(enum store_key key, struct str word)
{
    struct str rest;
    const struct str before = split_pattern(str_of(store_keys_table[key].pattern), &rest);
    return str_is_set(rest) && str_ends(before, word);
}

bool store_keys_is_room(enum store_key key)
{
    return is_of(key, STR("room:"));
}

/* Takes a part off the front of *text: up to `until`, where that is not empty, else all of it. */
static bool take_part(struct str *text, struct str until, struct str *part)
{
    for (size_t i = 0; until.len > 0 && i + until.len <= text->len; i++) {
        if (str_starts(str_skip(*text, i), until)) {
            *part = (struct str){text->ptr, i};
            *text = str_skip(*text, i);
            return true;
        }
    }
    *part = *text;
    *text = str_skip(*text, text->len);
    return until.len == 0;
}

static bool fits(struct str text, struct str pattern, struct str parts[2])
{
    struct str rest;
    struct str literal = split_pattern(pattern, &rest);
    parts[0] = STR_NONE;
    parts[1] = STR_NONE;
    for (size_t i = 0; str_is_set(rest) && i < 2; i++) {
        if (!str_starts(text, literal)) {
            return false;
        }
        text = str_skip(text, literal.len);
        literal = split_pattern(rest, &rest);
        if (!take_part(&text, literal, &parts[i])) {
            return false;
        }
    }
    return str_eq(text, literal);
}

static bool has_ids(enum store_key key, const struct str parts[2])
{
    enum model_room_kind kind;
    return (!is_of(key, STR("user:")) || model_id_is_user(parts[0])) &&
           (!store_keys_is_room(key) || model_id_is_room(parts[0], &kind));
}

bool store_keys_read(struct str text, enum store_key *key, struct str parts[2])
{
    size_t longest = 0;
    for (enum store_key row = 0; row < STORE_KEY__MAX; row++) {
        const struct str pattern = str_of(store_keys_table[row].pattern);
        struct str found[2];
        if (pattern.len > longest && fits(text, pattern, found) && has_ids(row, found)) {
            longest = pattern.len;
            *key = row;
            memcpy(parts, found, sizeof(found));
        }
    }
    return longest > 0;
}
