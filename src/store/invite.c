#include "store/invite.h"

#include <stdlib.h>
#include "store/keys.h"
#include "store/reply.h"

enum err store_invite_create(struct store_conn *conn, struct arena *arena,
                             struct store_asker *asker, struct str sha256, uint64_t uses,
                             uint64_t life_s, int64_t *expires)
{
    const struct str words[] = {sha256, arena_printf(arena, "%llu", (unsigned long long)uses),
                                arena_printf(arena, "%llu", (unsigned long long)life_s),
                                arena_printf(arena, "%d", STORE_INVITE_MAX)};
    const struct redisReply *reply;
    struct str text;
    uint64_t when;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_INVITE_CREATE, words,
                                   ARRAY_LEN(words), &reply);
    if (err == ERR_OK) {
        err = store_reply_str(store_reply_at(reply, STORE_ASKER_REST), &text);
    }
    if (err == ERR_OK && !str_u64_max(text, INT64_MAX, &when)) {
        err = ERR_INTERNAL;
    }
    if (err == ERR_OK) {
        *expires = (int64_t)when;
    }
    return err;
}

/* What invite_list.lua answers of an invitation, by position. */
enum { ROW_SHA256, ROW_BY, ROW_CREATED, ROW_EXPIRES, ROW_USES, ROW__MAX };

static enum err read_row(const struct redisReply *row, struct arena *arena,
                         struct store_invite *out)
{
    struct str text[ROW__MAX];
    uint64_t created, expires, uses;
    const enum err err = store_reply_strs(row, 0, ROW__MAX, text);
    if (err != ERR_OK) {
        return err;
    }
    if (!str_u64_max(text[ROW_CREATED], INT64_MAX, &created) ||
        !str_u64_max(text[ROW_EXPIRES], INT64_MAX, &expires) || !str_u64(text[ROW_USES], &uses)) {
        return ERR_INTERNAL;
    }
    *out = (struct store_invite){.sha256 = arena_str(arena, text[ROW_SHA256]),
                                 .by = arena_str(arena, text[ROW_BY]),
                                 .created = (int64_t)created,
                                 .expires = (int64_t)expires,
                                 .uses = uses};
    return ERR_OK;
}

static int by_created(const void *a, const void *b)
{
    const struct store_invite *x = a;
    const struct store_invite *y = b;
    if (x->created != y->created) {
        return x->created < y->created ? 1 : -1;
    }
    return str_cmp(x->sha256, y->sha256);
}

enum err store_invite_list(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct store_invite **invites, size_t *count)
{
    const struct redisReply *reply;
    size_t len = 0;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_INVITE_LIST, NULL, 0, &reply);
    const struct redisReply *rows = err == ERR_OK ? store_reply_at(reply, STORE_ASKER_REST) : NULL;
    if (err == ERR_OK) {
        err = store_reply_len(rows, &len);
    }
    struct store_invite *out = arena_zalloc(arena, len, sizeof(*out));
    for (size_t i = 0; err == ERR_OK && i < len; i++) {
        err = read_row(store_reply_at(rows, i), arena, &out[i]);
    }
    if (err != ERR_OK) {
        return err;
    }
    if (len > 0) {
        qsort(out, len, sizeof(*out), by_created);
    }
    *invites = out;
    *count = len;
    return ERR_OK;
}

enum err store_invite_revoke(struct store_conn *conn, struct arena *arena,
                             struct store_asker *asker, struct str sha256)
{
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_INVITE_REVOKE, &sha256, 1, &reply);
}

enum err store_invite_check(struct store_conn *conn, struct arena *arena, struct str sha256)
{
    const struct str words[] = {STR("EXISTS"),
                                store_keys_make(arena, STORE_KEY_INVITE, sha256, STR_NONE)};
    const struct redisReply *reply;
    int64_t exists = 0;
    enum err err = store_conn_one(conn, store_cmd_make(arena, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_i64(reply, &exists);
    }
    return err == ERR_OK && exists == 0 ? ERR_LINK : err;
}
