#include "model/event.h"

#include <ctype.h>
#include "base/buf.h"
#include "model/json.h"
#include "model/message.h"
#include "model/room.h"
#include "model/user.h"

#define SESSION_LEN 64                             /* hex digits of a SHA-256 */
#define DUMP_MAX    (6 * MODEL_EVENT_ENVELOPE_MAX) /* a byte becomes six at most */

static const char *const names[MODEL_EVENT__MAX] = {
    [MODEL_EVENT_MESSAGE] = "message",
    [MODEL_EVENT_SHOW_ROOM] = "show.room",
    [MODEL_EVENT_USER_CONNECTED] = "user.connected",
    [MODEL_EVENT_USER_DISCONNECTED] = "user.disconnected",
    [MODEL_EVENT_ROOM_LEFT] = "room.left",
    [MODEL_EVENT_READ] = "read",
    [MODEL_EVENT_ROOM_UPDATED] = "room.updated",
    [MODEL_EVENT_USER_UPDATED] = "user.updated",
    [MODEL_EVENT_MESSAGE_EDITED] = "message.edited",
    [MODEL_EVENT_MESSAGE_DELETED] = "message.deleted",
    [MODEL_EVENT_REACTION] = "reaction",
    [MODEL_EVENT_TYPING] = "typing",
    [MODEL_EVENT_SERVER_WARNING] = "server.warning",
    [MODEL_EVENT_SESSION_ENDED] = "session.ended",
    [MODEL_EVENT_ADDRESS_BANNED] = "address.banned",
    [MODEL_EVENT_OTHER] = "other",
};

const char *model_event_name(enum model_event_type type)
{
    return names[type];
}

bool model_event_is_kin(struct str server_id)
{
    return str_starts(server_id, STR("snug:"));
}

/* The type that a word names; MODEL_EVENT_OTHER for none. */
static enum model_event_type find_type(struct str word)
{
    enum model_event_type type = 0;
    while (type < MODEL_EVENT_OTHER && !str_eq(word, str_of(names[type]))) {
        type++;
    }
    return type;
}

/*
 * Takes what jansson writes, piece by piece. A piece that begins with a backslash is one escape:
 * its digits become lower case, as buf_add_json() writes them, so that a message passes byte for
 * byte.
 */
static int add_to_buf(const char *bytes, size_t len, void *buf)
{
    if (len == 0 || bytes[0] != '\\') {
        buf_add(buf, bytes, len);
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        buf_add_byte(buf, (char)tolower((unsigned char)bytes[i]));
    }
    return 0;
}

/* JSON as one line of 7-bit text, of at most max bytes. */
static enum err dump(const json_t *json, size_t max, struct arena *arena, struct str *out)
{
    struct buf text;
    buf_init(&text, arena, max);
    if (json_dump_callback(json, add_to_buf, &text, JSON_COMPACT | JSON_ENSURE_ASCII) != 0 ||
        buf_err(&text) != ERR_OK) {
        return ERR_PROTOCOL;
    }
    *out = buf_str(&text);
    return ERR_OK;
}

/* "room:1:2" into scope and target. */
static enum err read_to(struct str to, struct arena *arena, struct model_event *out)
{
    struct str word, rest = arena_str(arena, to);
    enum model_room_kind kind;
    (void)str_split(&rest, ':', &word);
    out->target = rest;
    if (str_eq(word, STR("all")) && !str_is_set(rest)) {
        out->scope = MODEL_EVENT_TO_ALL;
    } else if (str_eq(word, STR("room")) && model_id_is_room(rest, &kind)) {
        out->scope = MODEL_EVENT_TO_ROOM;
    } else if (str_eq(word, STR("user")) && model_id_is_user(rest)) {
        out->scope = MODEL_EVENT_TO_USER;
    } else if (str_eq(word, STR("users")) && model_id_is_user_list(rest)) {
        out->scope = MODEL_EVENT_TO_USERS;
    } else if (str_eq(word, STR("session")) && rest.len == SESSION_LEN) {
        out->scope = MODEL_EVENT_TO_SESSION;
    } else {
        return ERR_PROTOCOL;
    }
    return ERR_OK;
}

/* The place in the log: both numbers, or neither. */
static enum err read_numbers(const json_t *json, struct model_event *out)
{
    struct str epoch;
    const json_t *seq = json_object_get(json, "seq");
    if (seq == NULL && json_object_get(json, "epoch") == NULL) {
        return ERR_OK;
    }
    if (!model_json_str(json_object_get(json, "epoch"), &epoch) ||
        !str_u64(epoch, &out->cursor.epoch) || !json_is_integer(seq) ||
        json_integer_value(seq) < 0) {
        return ERR_PROTOCOL;
    }
    out->cursor.seq = (uint64_t)json_integer_value(seq);
    out->numbered = true;
    return ERR_OK;
}

/* A message of ours, what has become of one, or that somebody types? */
static bool is_in_room(enum model_event_type type)
{
    return type == MODEL_EVENT_MESSAGE || type == MODEL_EVENT_MESSAGE_EDITED ||
           type == MODEL_EVENT_MESSAGE_DELETED || type == MODEL_EVENT_REACTION ||
           type == MODEL_EVENT_TYPING;
}

/* Somebody says something, or types, in the room that is told. */
static enum err read_person(const json_t *data, const char *name, struct arena *arena,
                            struct model_event *out)
{
    struct str from;
    if (!model_json_str(json_object_get(data, name), &from) || !model_id_is_user(from)) {
        return ERR_PROTOCOL;
    }
    out->from = arena_str(arena, from);
    return ERR_OK;
}

/* It is to the room that it names, numbered unless somebody types; who types, and a new message, is
 * somebody's. */
static enum err read_in_room(const json_t *data, struct arena *arena, struct model_event *out)
{
    struct str room;
    if (out->numbered == (out->type == MODEL_EVENT_TYPING) || out->scope != MODEL_EVENT_TO_ROOM ||
        !model_json_str(json_object_get(data, "roomId"), &room) || !str_eq(room, out->target)) {
        return ERR_PROTOCOL;
    }
    if (out->type == MODEL_EVENT_TYPING) {
        return read_person(data, "user", arena, out);
    }
    if (out->type == MODEL_EVENT_MESSAGE) {
        return read_person(data, "from", arena, out);
    }
    return str_is_set(out->about) ? ERR_OK : ERR_PROTOCOL;
}

/* Can it be what its type says? As model_event_read(). */
static bool makes_sense(const struct model_event *event)
{
    enum model_room_kind kind;
    switch (event->type) {
    case MODEL_EVENT_SHOW_ROOM:
    case MODEL_EVENT_READ:
    case MODEL_EVENT_USER_UPDATED:
    case MODEL_EVENT_SERVER_WARNING:
    case MODEL_EVENT_ADDRESS_BANNED:
        return event->numbered;
    case MODEL_EVENT_ROOM_LEFT:
        return event->numbered && model_id_is_room(event->about, &kind) &&
               (event->scope == MODEL_EVENT_TO_USER || event->scope == MODEL_EVENT_TO_USERS);
    case MODEL_EVENT_ROOM_UPDATED:
        return event->numbered && event->scope == MODEL_EVENT_TO_ROOM &&
               str_eq(event->about, event->target);
    case MODEL_EVENT_MESSAGE: /* these five: see read_in_room() */
    case MODEL_EVENT_MESSAGE_EDITED:
    case MODEL_EVENT_MESSAGE_DELETED:
    case MODEL_EVENT_REACTION:
    case MODEL_EVENT_TYPING:
    case MODEL_EVENT_USER_CONNECTED:
    case MODEL_EVENT_USER_DISCONNECTED:
    case MODEL_EVENT_SESSION_ENDED:
    case MODEL_EVENT_OTHER:
    case MODEL_EVENT__MAX:
        break;
    }
    return true;
}

/* What a snug server says of a thing that has happened; type and numbers are known. */
static enum err read_own(struct str to, const json_t *data, struct arena *arena,
                         struct model_event *out)
{
    if (!json_is_object(data)) {
        return ERR_PROTOCOL;
    }
    enum err err = read_to(to, arena, out);
    if (err == ERR_OK && model_json_str(json_object_get(data, "id"), &out->about)) {
        out->about = arena_str(arena, out->about);
    }
    if (err == ERR_OK && is_in_room(out->type)) {
        err = read_in_room(data, arena, out);
    }
    if (err == ERR_OK && !makes_sense(out)) {
        err = ERR_PROTOCOL;
    }
    return err == ERR_OK ? dump(data, MODEL_EVENT_DATA_MAX, arena, &out->data) : err;
}

/* An envelope of a snug server. */
static enum err read_kin(const json_t *json, const json_t *data, struct arena *arena,
                         struct model_event *out)
{
    struct str to = STR("all");
    const json_t *value = json_object_get(json, "to");
    out->ours = true;
    const enum err err = read_numbers(json, out);
    if (err == ERR_OK && out->type == MODEL_EVENT_OTHER) {
        return out->numbered ? ERR_OK : ERR_NOT_FOUND;
    }
    if (err == ERR_OK && value != NULL && !model_json_str(value, &to)) {
        return ERR_PROTOCOL;
    }
    return err == ERR_OK ? read_own(to, data, arena, out) : err;
}

void model_event_read_entry(const struct model_event_entry *entry, struct arena *arena,
                            struct model_event *out)
{
    const struct model_event only_number = {
        .type = MODEL_EVENT_OTHER, .ours = true, .numbered = true, .cursor = entry->cursor};
    struct model_event event = only_number;
    json_t *data;
    event.type = find_type(entry->type);
    if (event.type != MODEL_EVENT_OTHER &&
        model_json_load(entry->data, 0, arena, &data) == ERR_OK) {
        if (read_own(entry->to, data, arena, &event) != ERR_OK) {
            event = only_number;
        }
        json_decref(data);
    } else {
        event = only_number;
    }
    *out = event;
}

/* A foreign "message": data is its JSON. */
static enum err read_message(struct str data, struct arena *arena, struct buf *written,
                             struct model_event *out)
{
    struct model_message m;
    const enum err err = model_message_read_foreign(data, arena, &m);
    if (err != ERR_OK) {
        return err;
    }
    model_message_write(written, &m);
    out->scope = MODEL_EVENT_TO_ROOM;
    out->target = m.room;
    out->from = m.from;
    return ERR_OK;
}

/* A name, or an array that holds one. Empty where there is none, as of a user who is not there. */
static struct str read_name(const json_t *value, struct arena *arena)
{
    struct str name = STR("");
    if (json_is_array(value)) {
        value = json_array_get(value, 0);
    }
    return model_json_str(value, &name) ? arena_str(arena, name) : name;
}

/* A foreign "show.room". */
static enum err read_shown(const json_t *data, struct arena *arena, struct buf *written,
                           struct model_event *out)
{
    enum model_room_kind kind;
    const struct str id = model_json_id(model_json_get(data, "id"), arena);
    if (!model_id_is_room(id, &kind) || kind != MODEL_ROOM_DIRECT) {
        return ERR_PROTOCOL;
    }
    const json_t *both = model_json_get(data, "names");
    const struct str pair[2] = {read_name(json_array_get(both, 0), arena),
                                read_name(json_array_get(both, 1), arena)};
    model_room_write_shown(written, id, pair);
    out->scope = MODEL_EVENT_TO_ROOM;
    out->target = out->about = id;
    return ERR_OK;
}

/* A foreign "user.connected" or "user.disconnected". The type says who is here: data may not. */
static enum err read_user(const json_t *data, struct arena *arena, struct buf *written,
                          struct model_event *out)
{
    struct model_user user = {.id = model_json_id(model_json_get(data, "id"), arena),
                              .online = out->type == MODEL_EVENT_USER_CONNECTED};
    if (!model_id_is_user(user.id) ||
        !model_json_str(model_json_get(data, "username"), &user.username)) {
        return ERR_PROTOCOL;
    }
    model_user_write(written, &user, true);
    out->about = user.id;
    out->scope = MODEL_EVENT_TO_ALL;
    return ERR_OK;
}

/* A foreign event that is no message. Where a user is to be, what is no object is a bare name. */
static enum err read_other(struct str data, struct arena *arena, struct buf *written,
                           struct model_event *out)
{
    json_t *json;
    const bool user = out->type != MODEL_EVENT_SHOW_ROOM;
    enum err err = model_json_load(data, 0, arena, &json);
    if (err != ERR_OK) {
        return user ? ERR_NOT_FOUND : err;
    }
    err = user ? read_user(json, arena, written, out) : read_shown(json, arena, written, out);
    json_decref(json);
    return err;
}

/* An envelope of somebody else. Its data is an object, or the text of one. */
static enum err read_foreign(const json_t *data, struct arena *arena, struct model_event *out)
{
    struct str text;
    struct buf written;
    buf_init(&written, arena, MODEL_EVENT_DATA_MAX);
    if (!json_is_object(data) && !json_is_string(data)) {
        return ERR_PROTOCOL;
    }
    enum err err = ERR_OK;
    if (!model_json_str(data, &text)) {
        err = dump(data, DUMP_MAX, arena, &text);
    }
    if (err == ERR_OK) {
        err = out->type == MODEL_EVENT_MESSAGE ? read_message(text, arena, &written, out)
                                               : read_other(text, arena, &written, out);
    }
    if (err == ERR_OK && buf_err(&written) != ERR_OK) {
        err = ERR_PROTOCOL;
    }
    out->data = buf_str(&written);
    return err;
}

/* Which event it is, and who reads its data. */
static enum err read_envelope(const json_t *json, struct arena *arena, struct model_event *out)
{
    struct str word, server;
    const json_t *data = model_json_get(json, "data");
    if (!model_json_str(model_json_get(json, "type"), &word) || data == NULL) {
        return ERR_PROTOCOL;
    }
    out->type = find_type(word);
    const bool kin =
        model_json_str(json_object_get(json, "serverId"), &server) && model_event_is_kin(server);
    /* Only our own servers end our sessions, take somebody out of a room, or change a message. */
    if (!kin && out->type >= MODEL_EVENT_ROOM_LEFT) {
        return ERR_NOT_FOUND;
    }
    return kin ? read_kin(json, data, arena, out) : read_foreign(data, arena, out);
}

enum err model_event_read(struct str envelope, struct arena *arena, struct model_event *out)
{
    json_t *json;
    if (envelope.len > MODEL_EVENT_ENVELOPE_MAX) {
        return ERR_PROTOCOL;
    }
    enum err err = model_json_load(envelope, 0, arena, &json);
    if (err != ERR_OK) {
        return err;
    }
    struct model_event event = {.numbered = false};
    err = read_envelope(json, arena, &event);
    json_decref(json);
    if (err == ERR_OK) {
        *out = event;
    }
    return err;
}
