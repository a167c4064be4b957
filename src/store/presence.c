#include "store/presence.h"

#include "base/buf.h"
#include "store/reply.h"

/* Bytes of the data around a name, of which each byte may become six. */
#define DATA_MAX(name_len) (6 * (name_len) + 128)

static struct store_cmd change(struct arena *arena, enum store_script script, struct str server,
                               struct str hub, const struct model_user *user, bool online)
{
    struct model_user changed = *user;
    struct buf data;
    changed.online = online;
    buf_init(&data, arena, DATA_MAX(user->username.len + user->id.len));
    model_user_write(&data, &changed, true);

    const struct str words[] = {server, hub, user->id, buf_str(&data)};
    return store_cmd_script(arena, script, words, ARRAY_LEN(words));
}

struct store_cmd store_presence_join_cmd(struct arena *arena, struct str server, struct str hub,
                                         const struct model_user *user)
{
    return change(arena, STORE_SCRIPT_PRESENCE_JOIN, server, hub, user, true);
}

struct store_cmd store_presence_leave_cmd(struct arena *arena, struct str server, struct str hub,
                                          const struct model_user *user)
{
    return change(arena, STORE_SCRIPT_PRESENCE_LEAVE, server, hub, user, false);
}

enum err store_presence_read(const struct redisReply *reply, bool *announced)
{
    int64_t n;
    enum err err = store_reply_err(reply);
    if (err == ERR_OK) {
        err = store_reply_i64(reply, &n);
    }
    if (err == ERR_OK) {
        *announced = n == 1;
    }
    return err;
}
