#include "store/room.h"

#include <stdlib.h>
#include "model/user.h"
#include "store/reply.h"

/* What room_list.lua, and room_open.lua and room_join.lua, answer after who asks, by position. */
enum { LIST_END = STORE_ASKER_REST, LIST_ROWS };
enum { ENTER_CREATED = STORE_ASKER_REST, ENTER_ROW };

/* What the scripts' room_row() and with_unread() answer, by position. */
enum {
    ROW_ID,
    ROW_NAME,
    ROW_MEMBER,
    ROW_SCORE,
    ROW_USER_A,
    ROW_ONLINE_A,
    ROW_USER_B,
    ROW_ONLINE_B,
    ROW_UNREAD,
    ROW_MENTIONS,
    ROW_MARKER
};

/* A room with the score of its newest message, to be sorted. */
struct ranked {
    struct model_room room;
    double score;
};

/* Text, or absent where there is none. */
static enum err optional_text(const struct redisReply *row, size_t i, struct arena *arena,
                              struct str *out)
{
    const struct redisReply *reply = store_reply_at(row, i);
    struct str text;
    if (store_reply_is_nil(reply)) {
        *out = STR_NONE;
        return ERR_OK;
    }
    const enum err err = store_reply_str(reply, &text);
    if (err == ERR_OK) {
        *out = arena_str(arena, text);
    }
    return err;
}

/* The two of a direct room. *known: both are users. */
static enum err read_people(const struct redisReply *row, struct arena *arena,
                            struct model_room *room, bool *known)
{
    model_id_direct_users(room->id, room->users);
    for (size_t i = 0; i < 2; i++) {
        int64_t online = 0;
        enum err err = optional_text(row, ROW_USER_A + 2 * i, arena, &room->names[i]);
        if (err == ERR_OK) {
            err = store_reply_i64(store_reply_at(row, ROW_ONLINE_A + 2 * i), &online);
        }
        if (err != ERR_OK) {
            return err;
        }
        room->online[i] = online == 1;
    }
    *known = str_is_set(room->names[0]) && str_is_set(room->names[1]);
    return ERR_OK;
}

/*
 * The name of a room that is not direct; what nobody has named goes by its id. False for a public
 * room that nobody has named: there may be no such room.
 */
static bool name_room(struct model_room *room, struct str name)
{
    room->name = name;
    if (str_is_set(name)) {
        return true;
    }
    const bool general = str_eq(room->id, MODEL_ROOM_GENERAL);
    room->name = general ? STR("General") : room->id;
    return general || room->kind == MODEL_ROOM_CLOSED;
}

/* The room's newest message, if it can be read; its score in any case. */
static double read_last(struct model_room *room, struct str member, struct str score,
                        struct arena *arena)
{
    room->has_last = model_message_read(member, score, room->id, arena, &room->last) == ERR_OK;
    return strtod(arena_cstr(arena, score), NULL);
}

/* What the room is to who asks. */
static enum err read_unread(const struct redisReply *row, struct arena *arena,
                            struct model_room *room)
{
    int64_t unread = 0;
    int64_t mentions = 0;
    enum err err = store_reply_i64(store_reply_at(row, ROW_UNREAD), &unread);
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(row, ROW_MENTIONS), &mentions);
    }
    room->unread = (uint64_t)unread;
    room->mentions = (uint64_t)mentions;
    return err == ERR_OK ? optional_text(row, ROW_MARKER, arena, &room->read) : err;
}

/*
 * Reads a row. *listed: false for what is in a user's set without being a room: an id that is none,
 * a direct room with somebody unknown, a public room with neither name nor messages.
 */
static enum err read_row(const struct redisReply *row, struct arena *arena, struct ranked *out,
                         bool *listed)
{
    struct ranked read = {.score = -1};
    struct model_room *room = &read.room;
    struct str text[ROW_USER_A] = {{0}};
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < ARRAY_LEN(text); i++) {
        err = optional_text(row, i, arena, &text[i]);
    }
    if (err != ERR_OK) {
        return err;
    }
    room->id = text[ROW_ID];
    *listed = model_id_is_room(room->id, &room->kind);
    if (!*listed) {
        return ERR_OK;
    }
    if (room->kind == MODEL_ROOM_DIRECT) {
        err = read_people(row, arena, room, listed);
    } else {
        *listed = name_room(room, text[ROW_NAME]) || str_is_set(text[ROW_MEMBER]);
    }
    if (err == ERR_OK) {
        err = read_unread(row, arena, room);
    }
    if (err == ERR_OK && str_is_set(text[ROW_MEMBER])) {
        read.score = read_last(room, text[ROW_MEMBER], text[ROW_SCORE], arena);
    }
    *out = read;
    return err;
}

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
        err = read_row(store_reply_at(reply, i), arena, &ranked[n], &listed);
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

/* What a script answers that puts the asker into a room. */
static enum err read_entered(const struct redisReply *reply, struct arena *arena,
                             struct model_room *room, bool *created)
{
    int64_t is_new = 0;
    struct ranked row;
    bool listed;
    enum err err = store_reply_i64(store_reply_at(reply, ENTER_CREATED), &is_new);
    if (err == ERR_OK) {
        err = read_row(store_reply_at(reply, ENTER_ROW), arena, &row, &listed);
    }
    if (err != ERR_OK) {
        return err;
    }
    if (!listed) {
        return ERR_NOT_FOUND;
    }
    *room = row.room;
    *created = is_new == 1;
    return ERR_OK;
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
