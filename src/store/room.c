#include "store/room.h"

#include <stdlib.h>
#include "model/user.h"
#include "store/reply.h"
#include "store/room_row.h"
#include "store/user.h"

/* What room_list.lua, and room_open.lua and room_join.lua, answer after who asks, by position. */
enum { LIST_END = STORE_ASKER_REST, LIST_ROWS };
enum { ENTER_CREATED = STORE_ASKER_REST, ENTER_ROW };
enum { CREATE_ROW = STORE_ASKER_REST, CREATE_BEHIND };

/* A room with the score of its newest message, to be sorted. */
struct ranked {
    struct model_room room;
    double score;
};

/* General first, then by newest message, then by id. */
static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    const bool x_general = str_eq(x->room.id, MODEL_ROOM_GENERAL);
    const bool y_general = str_eq(y->room.id, MODEL_ROOM_GENERAL);
    if (x_general != y_general) {
        return x_general ? -1 : 1;
    }
    if (x->score < y->score || x->score > y->score) {
        return x->score < y->score ? 1 : -1;
    }
    return str_cmp(x->room.id, y->room.id);
}

/* The log's end, as the cursor that clients see. */
static enum err read_cursor(const struct redisReply *reply, struct arena *arena, struct str *out)
{
    struct str text;
    struct model_cursor cursor;
    const enum err err = store_reply_str(reply, &text);
    if (err != ERR_OK) {
        return err;
    }
    if (!model_id_cursor(text, &cursor)) {
        return ERR_INTERNAL;
    }
    *out = model_id_cursor_text(arena, cursor);
    return ERR_OK;
}

enum err store_room_list(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         struct model_room **rooms, size_t *count, struct str *cursor)
{
    const struct redisReply *reply;
    size_t len = 0;
    struct str end;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_ROOM_LIST, NULL, 0, &reply);
    if (err == ERR_OK) {
        err = store_reply_len(reply, &len);
    }
    if (err == ERR_OK) {
        err = read_cursor(store_reply_at(reply, LIST_END), arena, &end);
    }
    if (err != ERR_OK) {
        return err;
    }
    struct ranked *ranked = arena_zalloc(arena, len, sizeof(*ranked));
    size_t n = 0;
    for (size_t i = LIST_ROWS; i < len; i++) {
        bool listed;
        err = store_room_row_read(store_reply_at(reply, i), arena, &ranked[n].room,
                                  &ranked[n].score, &listed);
        if (err != ERR_OK) {
            return err;
        }
        n += listed ? 1 : 0;
    }
    qsort(ranked, n, sizeof(*ranked), by_rank);
    struct model_room *out = arena_zalloc(arena, n, sizeof(*out));
    for (size_t i = 0; i < n; i++) {
        out[i] = ranked[i].room;
    }
    *rooms = out;
    *count = n;
    *cursor = end;
    return ERR_OK;
}

/* A row of a room that the script has found. */
static enum err read_room(const struct redisReply *row, struct arena *arena,
                          struct model_room *room)
{
    struct model_room read;
    double score;
    bool listed;
    const enum err err = store_room_row_read(row, arena, &read, &score, &listed);
    if (err != ERR_OK || !listed) {
        return err != ERR_OK ? err : ERR_NOT_FOUND;
    }
    *room = read;
    return ERR_OK;
}

/* What a script answers that puts somebody into a room. */
static enum err read_entered(const struct redisReply *reply, struct arena *arena,
                             struct model_room *room, bool *created)
{
    int64_t is_new = 0;
    enum err err = store_reply_i64(store_reply_at(reply, ENTER_CREATED), &is_new);
    if (err == ERR_OK) {
        err = read_room(store_reply_at(reply, ENTER_ROW), arena, room);
    }
    *created = is_new == 1;
    return err;
}

enum err store_room_open(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         struct str other, struct model_room *room, bool *created)
{
    /* Lua's string.format() would end the name at a NUL, and find somebody else. */
    if (str_has(other, '\0')) {
        return ERR_NOT_FOUND;
    }
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), other,
                                model_user_fold(arena, other)};
    const struct redisReply *reply;
    const enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_ROOM_OPEN, words,
                                         ARRAY_LEN(words), &reply);
    return err == ERR_OK ? read_entered(reply, arena, room, created) : err;
}

enum err store_room_join(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         struct str id, struct str user, struct model_room *room, bool *created)
{
    enum model_room_kind kind;
    if (!model_id_is_room(id, &kind)) {
        return ERR_NOT_FOUND;
    }
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), id, user};
    const struct redisReply *reply;
    const enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_ROOM_JOIN, words,
                                         ARRAY_LEN(words), &reply);
    return err == ERR_OK ? read_entered(reply, arena, room, created) : err;
}

enum err store_room_leave(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                          struct str id, struct str user)
{
    enum model_room_kind kind;
    if (!model_id_is_room(id, &kind)) {
        return ERR_NOT_FOUND;
    }
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), id, user};
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_ROOM_LEAVE, words, ARRAY_LEN(words),
                           &reply);
}

enum err store_room_create(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           const struct store_room_wish *wish, struct store_limit *limit,
                           struct model_room *room)
{
    const bool is_public = wish->kind == MODEL_ROOM_PUBLIC;
    const struct str words[] = {store_conn_server(conn),
                                store_conn_event_log(conn),
                                is_public ? STR("public") : STR("private"),
                                wish->name,
                                str_is_set(wish->topic) ? wish->topic : STR(""),
                                arena_printf(arena, "%llu", (unsigned long long)limit->most),
                                arena_printf(arena, "%llu", (unsigned long long)limit->window_s)};
    const struct redisReply *reply;
    int64_t behind_us = 0;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_ROOM_CREATE, words,
                                   ARRAY_LEN(words), &reply);
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, CREATE_BEHIND), &behind_us);
    }
    if (err != ERR_OK) {
        return err;
    }
    const bool refused = store_reply_is_nil(store_reply_at(reply, CREATE_ROW));
    store_limit_read(limit, (uint64_t)behind_us, refused);
    return refused ? ERR_RATE_LIMITED : read_room(store_reply_at(reply, CREATE_ROW), arena, room);
}

enum err store_room_look(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         struct str id, struct model_room *room)
{
    enum model_room_kind kind;
    if (!model_id_is_room(id, &kind)) {
        return ERR_NOT_FOUND;
    }
    const struct redisReply *reply;
    const enum err err =
        store_asker_run(conn, arena, asker, STORE_SCRIPT_ROOM_LOOK, &id, 1, &reply);
    return err == ERR_OK ? read_room(store_reply_at(reply, STORE_ASKER_REST), arena, room) : err;
}

/* Adds a field and what it becomes, where that is to change. */
static void add_field(struct str *words, size_t *n, const char *name, struct str value)
{
    if (str_is_set(value)) {
        words[(*n)++] = str_of(name);
        words[(*n)++] = value;
    }
}

enum err store_room_change(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct str id, const struct store_room_change *change,
                           struct model_room *room)
{
    enum model_room_kind kind;
    struct str words[15] = {store_conn_server(conn), store_conn_event_log(conn), id};
    size_t n = 3;
    if (!model_id_is_room(id, &kind)) {
        return ERR_NOT_FOUND;
    }
    add_field(words, &n, "name", change->name);
    add_field(words, &n, "topic", change->topic);
    add_field(words, &n, "owner", change->owner);
    add_field(words, &n, "archived", change->archived);
    add_field(words, &n, "retain", change->retain);
    add_field(words, &n, "retainDays", change->days);
    const struct redisReply *reply;
    const enum err err =
        store_asker_run(conn, arena, asker, STORE_SCRIPT_ROOM_CHANGE, words, n, &reply);
    return err == ERR_OK ? read_room(store_reply_at(reply, STORE_ASKER_REST), arena, room) : err;
}

enum err store_room_delete(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct str id)
{
    enum model_room_kind kind;
    if (!model_id_is_room(id, &kind)) {
        return ERR_NOT_FOUND;
    }
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), id};
    const struct redisReply *reply;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_ROOM_DELETE, words,
                                   ARRAY_LEN(words), &reply);
    int64_t more = 0;
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, STORE_ASKER_REST), &more);
    }
    /* The room is gone whatever becomes of this; a hub would go on. */
    while (err == ERR_OK && more == 1) {
        const struct store_cmd sweep =
            store_room_sweep_cmd(arena, store_conn_server(conn), store_conn_event_log(conn));
        if (store_conn_one(conn, sweep, &reply) != ERR_OK ||
            store_reply_i64(reply, &more) != ERR_OK) {
            more = 0;
        }
    }
    return err;
}

struct store_cmd store_room_sweep_cmd(struct arena *arena, struct str server, struct str event_log)
{
    const struct str words[] = {server, event_log};
    return store_cmd_script(arena, STORE_SCRIPT_ROOM_SWEEP, words, ARRAY_LEN(words));
}

/* Where to go on, which stands behind the rows; absent at the end. */
static enum err read_next(const struct redisReply *reply, struct arena *arena, struct str *next)
{
    struct str text;
    const enum err err = store_reply_str(store_reply_at(reply, STORE_ASKER_REST + 1), &text);
    if (err == ERR_OK) {
        *next = text.len > 0 ? arena_str(arena, text) : STR_NONE;
    }
    return err;
}

enum err store_room_public(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct str after, struct model_room **rooms, size_t *count,
                           struct str *next)
{
    const struct str words[] = {str_is_set(after) ? after : STR(""),
                                arena_printf(arena, "%d", STORE_ROOM_PUBLIC_MAX)};
    const struct redisReply *reply;
    size_t n = 0;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_ROOM_PUBLIC, words,
                                   ARRAY_LEN(words), &reply);
    if (err == ERR_OK) {
        err = read_next(reply, arena, next);
    }
    const struct redisReply *rows = err == ERR_OK ? store_reply_at(reply, STORE_ASKER_REST) : NULL;
    if (err == ERR_OK) {
        err = store_reply_len(rows, &n);
    }
    struct model_room *out = arena_zalloc(arena, n, sizeof(*out));
    for (size_t i = 0; err == ERR_OK && i < n; i++) {
        err = read_room(store_reply_at(rows, i), arena, &out[i]);
    }
    *rooms = out;
    *count = n;
    return err;
}

enum err store_room_members(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                            struct str id, uint64_t after, struct model_user **users, size_t *count,
                            struct str *next)
{
    enum model_room_kind kind;
    if (!model_id_is_room(id, &kind)) {
        return ERR_NOT_FOUND;
    }
    const struct str words[] = {id, arena_printf(arena, "%llu", (unsigned long long)after),
                                arena_printf(arena, "%d", STORE_ROOM_MEMBERS_MAX)};
    const struct redisReply *reply;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_ROOM_MEMBERS, words,
                                   ARRAY_LEN(words), &reply);
    if (err == ERR_OK) {
        err = read_next(reply, arena, next);
    }
    return err == ERR_OK
               ? store_user_read_all(store_reply_at(reply, STORE_ASKER_REST), arena, users, count)
               : err;
}
