#include "store/token.h"

#include <stdlib.h>
#include "store/reply.h"

/* What token_create.lua answers after who asks, by position. */
enum { MADE_OWNER, MADE_NAME, MADE_CREATED, MADE_LEN };

/* A row of token_list.lua, by position. */
enum { ROW_SHA256, ROW_NAME, ROW_SCOPE, ROW_ROOMS, ROW_CREATED, ROW_SEEN, ROW_EXPIRES, ROW_LEN };

static struct str or_empty(struct str s)
{
    return str_is_set(s) ? s : STR("");
}

/* ERR_INTERNAL: Redis holds no number there. */
static enum err read_time(struct str text, int64_t *out)
{
    uint64_t seconds;
    if (!str_u64_max(text, INT64_MAX, &seconds)) {
        return ERR_INTERNAL;
    }
    *out = (int64_t)seconds;
    return ERR_OK;
}

enum err store_token_create(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                            struct str whose, uint64_t ttl_s, struct store_token *token,
                            struct model_user *owner)
{
    const struct str words[] = {token->sha256,
                                or_empty(whose),
                                token->name,
                                token->scope,
                                or_empty(token->rooms),
                                arena_printf(arena, "%llu", (unsigned long long)ttl_s),
                                arena_printf(arena, "%d", STORE_TOKEN_MAX)};
    const struct redisReply *reply;
    struct str made[MADE_LEN];
    int64_t created = 0;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_TOKEN_CREATE, words,
                                   ARRAY_LEN(words), &reply);
    if (err == ERR_OK) {
        err = store_reply_strs(reply, STORE_ASKER_REST, MADE_LEN, made);
    }
    if (err == ERR_OK) {
        err = read_time(made[MADE_CREATED], &created);
    }
    if (err == ERR_OK) {
        *owner = (struct model_user){.id = arena_str(arena, made[MADE_OWNER]),
                                     .username = arena_str(arena, made[MADE_NAME])};
        token->created = created;
        token->seen = 0;
        token->expires = ttl_s > 0 ? created + (int64_t)ttl_s : 0;
    }
    return err;
}

static enum err read_row(const struct redisReply *row, struct arena *arena, struct store_token *out)
{
    struct str text[ROW_LEN];
    struct store_token token = {0};
    enum err err = store_reply_strs(row, 0, ROW_LEN, text);
    err = err != ERR_OK ? err : read_time(text[ROW_CREATED], &token.created);
    err = err != ERR_OK ? err : read_time(text[ROW_SEEN], &token.seen);
    err = err != ERR_OK ? err : read_time(text[ROW_EXPIRES], &token.expires);
    if (err == ERR_OK) {
        token.sha256 = arena_str(arena, text[ROW_SHA256]);
        token.name = arena_str(arena, text[ROW_NAME]);
        token.scope = arena_str(arena, text[ROW_SCOPE]);
        token.rooms = arena_str(arena, text[ROW_ROOMS]);
        *out = token;
    }
    return err;
}

/* The newest first. */
static int by_age(const void *a, const void *b)
{
    const struct store_token *x = a;
    const struct store_token *y = b;
    if (x->created != y->created) {
        return x->created < y->created ? 1 : -1;
    }
    return str_cmp(x->sha256, y->sha256);
}

enum err store_token_list(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                          struct str whose, struct store_token **tokens, size_t *count)
{
    const struct str words[] = {or_empty(whose)};
    const struct redisReply *reply;
    size_t len = 0;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_TOKEN_LIST, words,
                                   ARRAY_LEN(words), &reply);
    const struct redisReply *rows = err == ERR_OK ? store_reply_at(reply, STORE_ASKER_REST) : NULL;
    if (err == ERR_OK) {
        err = store_reply_len(rows, &len);
    }
    struct store_token *out = arena_zalloc(arena, len, sizeof(*out));
    for (size_t i = 0; err == ERR_OK && i < len; i++) {
        err = read_row(store_reply_at(rows, i), arena, &out[i]);
    }
    if (err != ERR_OK) {
        return err;
    }
    if (len > 1) {
        qsort(out, len, sizeof(*out), by_age);
    }
    *tokens = out;
    *count = len;
    return ERR_OK;
}

enum err store_token_revoke(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                            struct str sha256)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), sha256};
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_TOKEN_REVOKE, words, ARRAY_LEN(words),
                           &reply);
}
