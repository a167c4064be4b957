#include "store/room_row.h"

#include <stdlib.h>
#include "store/reply.h"

/* What room_row() and with_unread() answer, by position; and room_state(). */
enum {
    ROW_ID,
    ROW_IS_IN,
    ROW_MEMBER,
    ROW_SCORE,
    ROW_USER_A,
    ROW_ONLINE_A,
    ROW_USER_B,
    ROW_ONLINE_B,
    ROW_STATE,
    ROW_UNREAD,
    ROW_MENTIONS,
    ROW_MARKER
};
enum {
    STATE_NAME,
    STATE_TOPIC,
    STATE_OWNER,
    STATE_ARCHIVED,
    STATE_RETAIN,
    STATE_DAYS,
    STATE_MEMBERS,
    STATE_ONLINE,
    STATE__MAX
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

/* What there is of any other room. *known: it is one. */
static enum err read_state(const struct redisReply *state, struct arena *arena,
                           struct model_room *room, bool *known)
{
    struct str text[STATE__MAX] = {0};
    for (size_t i = 0; i < ARRAY_LEN(text); i++) {
        const enum err err = optional_text(state, i, arena, &text[i]);
        if (err != ERR_OK) {
            return err;
        }
    }
    room->topic = text[STATE_TOPIC];
    room->owner = text[STATE_OWNER];
    room->is_archived = str_eq(text[STATE_ARCHIVED], STR("1"));
    room->retain = text[STATE_RETAIN];
    room->days = text[STATE_DAYS];
    room->members = text[STATE_MEMBERS];
    room->nonline = text[STATE_ONLINE];
    *known = name_room(room, text[STATE_NAME]);
    return ERR_OK;
}

/* The room's newest message, if it can be read; its score in any case. */
static enum err read_last(const struct redisReply *row, struct arena *arena,
                          struct model_room *room, double *score)
{
    struct str member = STR_NONE;
    struct str text = STR_NONE;
    enum err err = optional_text(row, ROW_MEMBER, arena, &member);
    if (err == ERR_OK) {
        err = optional_text(row, ROW_SCORE, arena, &text);
    }
    *score = -1;
    if (err == ERR_OK && str_is_set(member)) {
        room->has_last = model_message_read(member, text, room->id, arena, &room->last) == ERR_OK;
        *score = strtod(arena_cstr(arena, text), NULL);
    }
    return err;
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

/* Who it is about: the room's id, and whether the asker is in it. */
static enum err read_head(const struct redisReply *row, struct arena *arena,
                          struct model_room *room)
{
    int64_t is_in = 0;
    enum err err = optional_text(row, ROW_ID, arena, &room->id);
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(row, ROW_IS_IN), &is_in);
    }
    room->is_outside = is_in == 0;
    return err;
}

enum err store_room_row_read(const struct redisReply *row, struct arena *arena,
                             struct model_room *out, double *score, bool *listed)
{
    struct model_room room = {.has_last = false};
    bool is_known = false;
    double newest = -1;
    enum err err = read_head(row, arena, &room);
    if (err == ERR_OK && !model_id_is_room(room.id, &room.kind)) {
        *listed = false;
        return ERR_OK;
    }
    if (err == ERR_OK) {
        err = room.kind == MODEL_ROOM_DIRECT
                  ? read_people(row, arena, &room, &is_known)
                  : read_state(store_reply_at(row, ROW_STATE), arena, &room, &is_known);
    }
    if (err == ERR_OK) {
        err = read_unread(row, arena, &room);
    }
    if (err == ERR_OK) {
        err = read_last(row, arena, &room, &newest);
    }
    if (err == ERR_OK) {
        /* A public room without a name is one where somebody has written. */
        *listed = is_known || (room.kind == MODEL_ROOM_PUBLIC && newest >= 0);
        *score = newest;
        *out = room;
    }
    return err;
}
