#include "model/room.h"

#include <inttypes.h>

static const char *const kind_names[] = {
    [MODEL_ROOM_PUBLIC] = "public",
    [MODEL_ROOM_DIRECT] = "direct",
    [MODEL_ROOM_CLOSED] = "private",
};

/* A control character (C0, DEL, C1), or what ends a line in Unicode. */
static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
}

static enum err check_line(struct str *text, size_t min, size_t max)
{
    const struct str trimmed = str_trim(*text);
    struct str rest = trimmed;
    uint32_t code;
    if (!str_is_utf8(trimmed)) {
        return ERR_TEXT;
    }
    while (rest.len > 0) {
        rest = str_skip(rest, str_utf8_next(rest, &code));
        if (is_control(code)) {
            return ERR_TEXT;
        }
    }
    if (trimmed.len < min || trimmed.len > max) {
        return ERR_INVALID;
    }
    *text = trimmed;
    return ERR_OK;
}

enum err model_room_check_name(struct str *name)
{
    return check_line(name, 1, MODEL_ROOM_NAME_MAX);
}

enum err model_room_check_topic(struct str *topic)
{
    return check_line(topic, 0, MODEL_ROOM_TOPIC_MAX);
}

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

/* ,"key":"text", where there is any. */
static void write_text(struct buf *out, const char *key, struct str text)
{
    if (str_is_set(text)) {
        buf_printf(out, ",\"%s\":", key);
        buf_add_json(out, text);
    }
}

/* ,"key":7, of a number that is text. */
static void write_number(struct buf *out, const char *key, struct str digits)
{
    if (str_is_digits(digits)) {
        buf_printf(out, ",\"%s\":%.*s", key, STR_FMT(digits));
    }
}

/* What there is of a room that is not direct; room_data() of store/lua/lib/manage.lua has it so. */
static void write_state(struct buf *out, const struct model_room *room)
{
    write_text(out, "name", room->name);
    write_text(out, "topic", room->topic);
    write_text(out, "owner", room->owner);
    buf_add_cstr(out, room->is_archived ? ",\"archived\":true" : "");
    write_number(out, "retain", room->retain);
    write_number(out, "retainDays", room->days);
    write_number(out, "members", room->members);
    write_number(out, "onlineCount", room->nonline);
    buf_add_cstr(out, room->is_outside ? ",\"member\":false" : "");
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
        write_state(out, room);
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
