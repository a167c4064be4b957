#include "store/block.h"

#include <stdlib.h>
#include "store/reply.h"
#include "store/user.h"

enum err store_block_set(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         struct str user)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), user,
                                arena_printf(arena, "%d", STORE_BLOCK_MAX)};
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_BLOCK_SET, words, ARRAY_LEN(words),
                           &reply);
}

enum err store_block_lift(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                          struct str user)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), user};
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_BLOCK_LIFT, words, ARRAY_LEN(words),
                           &reply);
}

/* Ids are numbers: the longer one is the larger. */
static int by_id(const void *a, const void *b)
{
    const struct str x = ((const struct model_user *)a)->id;
    const struct str y = ((const struct model_user *)b)->id;
    return x.len == y.len ? str_cmp(x, y) : x.len < y.len ? -1 : 1;
}

enum err store_block_list(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                          struct model_user **users, size_t *count)
{
    const struct redisReply *reply;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_BLOCK_LIST, NULL, 0, &reply);
    if (err == ERR_OK) {
        err = store_user_read_all(store_reply_at(reply, STORE_ASKER_REST), arena, users, count);
    }
    if (err == ERR_OK) {
        qsort(*users, *count, sizeof(**users), by_id);
    }
    return err;
}
