#include "store/session.h"

#include "store/reply.h"

#define AGENT_MAX   200
#define ADDRESS_MAX 64

static struct str cut(struct str s, size_t max)
{
    return (struct str){s.ptr, s.len < max ? s.len : max};
}

enum err store_session_create(struct store_conn *conn, struct arena *arena, struct str sha256,
                              struct str user, struct str address, struct str agent, uint64_t ttl_s)
{
    const struct str words[] = {sha256, user, cut(address, ADDRESS_MAX), cut(agent, AGENT_MAX),
                                arena_printf(arena, "%llu", (unsigned long long)ttl_s)};
    const struct redisReply *reply;
    return store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_SESSION_CREATE, words, ARRAY_LEN(words)),
        &reply);
}

enum err store_session_find(struct store_conn *conn, struct arena *arena, struct str sha256,
                            uint64_t ttl_s, struct model_user *user)
{
    const struct str words[] = {sha256, arena_printf(arena, "%llu", (unsigned long long)ttl_s)};
    const struct redisReply *reply;
    struct str text[2];
    enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_SESSION_FIND, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_strs(reply, 0, ARRAY_LEN(text), text);
    }
    if (err == ERR_OK) {
        *user = (struct model_user){.id = arena_str(arena, text[0]),
                                    .username = arena_str(arena, text[1])};
    }
    return err;
}

enum err store_session_end(struct store_conn *conn, struct arena *arena, struct str sha256)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), sha256};
    const struct redisReply *reply;
    return store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_SESSION_END, words, ARRAY_LEN(words)), &reply);
}
