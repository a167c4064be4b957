#include "store/session.h"

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

enum err store_session_find(struct store_conn *conn, struct arena *arena, struct store_asker *asker)
{
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_SESSION_FIND, NULL, 0, &reply);
}

enum err store_session_end(struct store_conn *conn, struct arena *arena, struct str sha256)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), sha256};
    const struct redisReply *reply;
    return store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_SESSION_END, words, ARRAY_LEN(words)), &reply);
}
