#include "store/ban.h"

#include <stdlib.h>
#include "store/reply.h"

enum err store_ban_set(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                       struct str network, uint64_t seconds)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), network,
                                arena_printf(arena, "%llu", (unsigned long long)seconds),
                                arena_printf(arena, "%d", STORE_BAN_MAX)};
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_BAN_SET, words, ARRAY_LEN(words),
                           &reply);
}

enum err store_ban_lift(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                        struct str network)
{
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_BAN_LIFT, &network, 1, &reply);
}

static int by_network(const void *a, const void *b)
{
    return str_cmp(((const struct store_ban *)a)->network, ((const struct store_ban *)b)->network);
}

enum err store_ban_list(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                        struct store_ban **bans, size_t *count)
{
    const struct redisReply *reply;
    size_t len = 0;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_BAN_LIST, NULL, 0, &reply);
    const struct redisReply *rows = err == ERR_OK ? store_reply_at(reply, STORE_ASKER_REST) : NULL;
    if (err == ERR_OK) {
        err = store_reply_len(rows, &len);
    }
    struct store_ban *out = arena_zalloc(arena, len / 2, sizeof(*out));
    for (size_t i = 0; err == ERR_OK && i < len / 2; i++) {
        struct str text[2]; /* network, when it ends */
        uint64_t ends = 0;
        err = store_reply_strs(rows, 2 * i, ARRAY_LEN(text), text);
        if (err == ERR_OK) {
            err = str_u64_max(text[1], INT64_MAX, &ends) ? ERR_OK : ERR_INTERNAL;
        }
        out[i] = (struct store_ban){arena_str(arena, text[0]), (int64_t)ends};
    }
    if (err != ERR_OK) {
        return err;
    }
    qsort(out, len / 2, sizeof(*out), by_network);
    *bans = out;
    *count = len / 2;
    return ERR_OK;
}
