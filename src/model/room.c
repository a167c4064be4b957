#include "model/room.h"

#include <inttypes.h>

static const char *const kind_names[] = {
    [MODEL_ROOM_PUBLIC] = "public",
    [MODEL_ROOM_DIRECT] = "direct",
    [MODEL_ROOM_CLOSED] = "private",
};

/* "key":["a","b"] */
static void write_pair(struct buf *out, const char *key, const struct str pair[2])
{
    buf_add_cstr(out, key);
    buf_add_byte(out, '[');
    buf_add_json(out, pair[0]);
    buf_add_byte(out, ',');
    buf_add_json(out, pair[1]);
    buf_add_byte(out, ']');
}

/* The two people of a direct room, and which of them are here. */
static void write_people(struct buf *out, const struct model_room *room)
{
    write_pair(out, ",\"names\":", room->names);
    write_pair(out, ",\"users\":", room->users);
    buf_add_cstr(out, ",\"online\":[");
    for (size_t i = 0; i < 2; i++) {
        if (room->online[i]) {
            if (i == 1 && room->online[0]) {
                buf_add_byte(out, ',');
            }
            buf_add_json(out, room->users[i]);
        }
    }
    buf_add_byte(out, ']');
}

void model_room_write(struct buf *out, const struct model_room *room)
{
    buf_add_cstr(out, "{\"id\":");
    buf_add_json(out, room->id);
    buf_add_cstr(out, ",\"kind\":\"");
    buf_add_cstr(out, kind_names[room->kind]);
    buf_add_byte(out, '"');
    if (room->kind == MODEL_ROOM_DIRECT) {
        write_people(out, room);
    } else {
        buf_add_cstr(out, ",\"name\":");
        buf_add_json(out, room->name);
    }
    if (room->unread > 0) {
        buf_printf(out, ",\"unread\":%" PRIu64, room->unread);
    }
    if (room->mentions > 0) {
        buf_printf(out, ",\"mentions\":%" PRIu64, room->mentions);
    }
    if (str_is_set(room->read)) {
        buf_add_cstr(out, ",\"read\":");
        buf_add_json(out, room->read);
    }
    if (room->has_last) {
        buf_add_cstr(out, ",\"last\":");
        model_message_write(out, &room->last);
    }
    buf_add_byte(out, '}');
}

void model_room_write_shown(struct buf *out, struct str id, const struct str names[2])
{
    buf_add_cstr(out, "{\"id\":");
    buf_add_json(out, id);
    buf_add_cstr(out, ",\"names\":[[");
    buf_add_json(out, names[0]);
    buf_add_cstr(out, "],[");
    buf_add_json(out, names[1]);
    buf_add_cstr(out, "]]}");
}
