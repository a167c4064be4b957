#include "store/session.h"

#include <stdlib.h>
#include "store/reply.h"

#define AGENT_MAX   200
#define ADDRESS_MAX 64

static struct str cut(struct str s, size_t max)
{
    return str_is_set(s) ? (struct str){s.ptr, s.len < max ? s.len : max} : STR("");
}

struct str store_session_address(struct str address)
{
    return cut(address, ADDRESS_MAX);
}

struct str store_session_agent(struct str agent)
{
    return cut(agent, AGENT_MAX);
}

enum err store_session_create(struct store_conn *conn, struct arena *arena, struct str sha256,
                              struct str user, struct str address, struct str agent, uint64_t ttl_s)
{
    const struct str words[] = {store_conn_server(conn),
                                store_conn_event_log(conn),
                                sha256,
                                user,
                                store_session_address(address),
                                store_session_agent(agent),
                                arena_printf(arena, "%llu", (unsigned long long)ttl_s),
                                arena_printf(arena, "%d", STORE_SESSION_MAX)};
    const struct redisReply *reply;
    return store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_SESSION_CREATE, words, ARRAY_LEN(words)),
        &reply);
}

enum err store_session_find(struct store_conn *conn, struct arena *arena, struct store_asker *asker)
{
    const struct redisReply *reply;
    struct str role;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_SESSION_FIND, NULL, 0, &reply);
    if (err == ERR_OK) {
        err = store_reply_str(store_reply_at(reply, STORE_ASKER_REST), &role);
    }
    if (err == ERR_OK) {
        asker->user.is_admin = str_eq(role, STR("admin"));
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

/* What session_list.lua answers of a session, by position. */
enum { ROW_SHA256, ROW_CREATED, ROW_SEEN, ROW_ADDRESS, ROW_AGENT, ROW__MAX };

static enum err read_row(const struct redisReply *row, struct arena *arena, struct str asking,
                         struct store_session *out)
{
    struct str text[ROW__MAX];
    uint64_t created, seen;
    const enum err err = store_reply_strs(row, 0, ROW__MAX, text);
    if (err != ERR_OK) {
        return err;
    }
    if (!str_u64_max(text[ROW_CREATED], INT64_MAX, &created) ||
        !str_u64_max(text[ROW_SEEN], INT64_MAX, &seen)) {
        return ERR_INTERNAL;
    }
    *out = (struct store_session){.sha256 = arena_str(arena, text[ROW_SHA256]),
                                  .created = (int64_t)created,
                                  .seen = (int64_t)seen,
                                  .address = arena_str(arena, text[ROW_ADDRESS]),
                                  .agent = arena_str(arena, text[ROW_AGENT]),
                                  .is_asking = str_eq(text[ROW_SHA256], asking)};
    return ERR_OK;
}

/* Seen last first; of two that were seen at once the newer. */
static int by_seen(const void *a, const void *b)
{
    const struct store_session *x = a;
    const struct store_session *y = b;
    if (x->seen != y->seen) {
        return x->seen < y->seen ? 1 : -1;
    }
    if (x->created != y->created) {
        return x->created < y->created ? 1 : -1;
    }
    return str_cmp(x->sha256, y->sha256);
}

enum err store_session_list(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                            struct store_session **sessions, size_t *count)
{
    const struct redisReply *reply;
    size_t len = 0;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_SESSION_LIST, NULL, 0, &reply);
    const struct redisReply *rows = err == ERR_OK ? store_reply_at(reply, STORE_ASKER_REST) : NULL;
    if (err == ERR_OK) {
        err = store_reply_len(rows, &len);
    }
    struct store_session *out = arena_zalloc(arena, len, sizeof(*out));
    for (size_t i = 0; err == ERR_OK && i < len; i++) {
        err = read_row(store_reply_at(rows, i), arena, asker->key, &out[i]);
    }
    if (err != ERR_OK) {
        return err;
    }
    qsort(out, len, sizeof(*out), by_seen);
    *sessions = out;
    *count = len;
    return ERR_OK;
}

enum err store_session_revoke(struct store_conn *conn, struct arena *arena,
                              struct store_asker *asker, struct str sha256)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn),
                                str_is_set(sha256) ? sha256 : STR("")};
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_SESSION_REVOKE, words, ARRAY_LEN(words),
                           &reply);
}
