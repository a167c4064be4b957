#include "remote/answer.h"

#include <jansson.h>
#include "base/buf.h"

#define LINE_MAX_BYTES (32 * 1024 * 1024)

static json_t *load(struct str text)
{
    return text.len > 0 ? json_loadb(text.ptr, text.len, JSON_ALLOW_NUL, NULL) : NULL;
}

static struct str text_of(const json_t *object, const char *name, struct arena *arena)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value)
               ? arena_str(arena, (struct str){json_string_value(value), json_string_length(value)})
               : STR_NONE;
}

/* A whole number; what is none, or negative, is 0. */
static int64_t number_of(const json_t *object, const char *name)
{
    const json_int_t value = json_integer_value(json_object_get(object, name));
    return value > 0 ? (int64_t)value : 0;
}

static int add_to_buf(const char *bytes, size_t len, void *buf)
{
    buf_add(buf, bytes, len);
    return 0;
}

static struct str line_of(const json_t *json, struct arena *arena)
{
    struct buf line;
    buf_init(&line, arena, LINE_MAX_BYTES);
    (void)json_dump_callback(json, add_to_buf, &line, JSON_COMPACT | JSON_ENSURE_ASCII);
    return buf_str(&line);
}

/* The element of an array as text. */
static struct str element(const json_t *array, size_t i, struct arena *arena)
{
    const json_t *value = json_array_get(array, i);
    return json_is_string(value)
               ? arena_str(arena, (struct str){json_string_value(value), json_string_length(value)})
               : STR_NONE;
}

static struct remote_room read_room(const json_t *json, struct str me, struct arena *arena)
{
    const json_t *names = json_object_get(json, "names");
    const json_t *users = json_object_get(json, "users");
    const json_t *last = json_object_get(json, "last");
    struct remote_room room = {.id = text_of(json, "id", arena),
                               .kind = text_of(json, "kind", arena),
                               .name = text_of(json, "name", arena),
                               .users = {element(users, 0, arena), element(users, 1, arena)},
                               .last = text_of(last, "id", arena),
                               .date = number_of(last, "date"),
                               .unread = (uint64_t)number_of(json, "unread"),
                               .mentions = (uint64_t)number_of(json, "mentions"),
                               .json = line_of(json, arena)};
    if (names != NULL) {
        const struct str first = element(names, 0, arena);
        room.name = str_eq_nocase(first, me) ? element(names, 1, arena) : first;
    }
    return room;
}

enum err remote_answer_rooms(struct str body, struct str me, struct arena *arena,
                             struct remote_rooms *out)
{
    json_t *json = load(body);
    const json_t *list = json_object_get(json, "rooms");
    const size_t n = json_array_size(list);
    struct remote_rooms rooms = {.n = n};
    if (!json_is_array(list)) {
        json_decref(json);
        return ERR_PROTOCOL;
    }
    rooms.rooms = arena_zalloc(arena, n, sizeof(*rooms.rooms));
    rooms.cursor = text_of(json, "cursor", arena);
    for (size_t i = 0; i < n; i++) {
        rooms.rooms[i] = read_room(json_array_get(list, i), me, arena);
    }
    json_decref(json);
    *out = rooms;
    return ERR_OK;
}

static struct remote_message read_message(const json_t *json, struct arena *arena)
{
    return (struct remote_message){
        .id = text_of(json, "id", arena),
        .room = text_of(json, "roomId", arena),
        .from = text_of(json, "from", arena),
        .text = text_of(json, "message", arena),
        .date = number_of(json, "date"),
        .edited = json_object_get(json, "edited") != NULL,
        .deleted = json_is_true(json_object_get(json, "deleted")),
        .json = line_of(json, arena),
    };
}

/* {"1":"Pablo"} */
static void read_names(const json_t *names, struct arena *arena, struct remote_page *page)
{
    const char *id;
    json_t *name;
    page->users = arena_zalloc(arena, json_object_size(names), sizeof(*page->users));
    json_object_foreach((json_t *)(uintptr_t)names, id, name)
    {
        if (json_is_string(name)) {
            page->users[page->nusers++] = (struct remote_user){
                arena_str(arena, str_of(id)),
                arena_str(arena, (struct str){json_string_value(name), json_string_length(name)})};
        }
    }
}

enum err remote_answer_page(struct str body, struct arena *arena, struct remote_page *out)
{
    json_t *json = load(body);
    const json_t *list = json_object_get(json, "messages");
    struct remote_page page = {.n = json_array_size(list)};
    if (!json_is_array(list)) {
        json_decref(json);
        return ERR_PROTOCOL;
    }
    page.messages = arena_zalloc(arena, page.n, sizeof(*page.messages));
    for (size_t i = 0; i < page.n; i++) {
        page.messages[i] = read_message(json_array_get(list, i), arena);
    }
    read_names(json_object_get(json, "users"), arena, &page);
    page.more = json_is_true(json_object_get(json, "more"));
    json_decref(json);
    *out = page;
    return ERR_OK;
}

enum err remote_answer_users(struct str body, struct arena *arena, struct remote_user **users,
                             size_t *n)
{
    json_t *json = load(body);
    const json_t *list = json_object_get(json, "users");
    const enum err err = json_is_array(list) ? ERR_OK : ERR_PROTOCOL;
    if (err == ERR_OK) {
        *n = json_array_size(list);
        *users = arena_zalloc(arena, *n, sizeof(**users));
        for (size_t i = 0; i < *n; i++) {
            const json_t *user = json_array_get(list, i);
            (*users)[i] =
                (struct remote_user){text_of(user, "id", arena), text_of(user, "username", arena)};
        }
    }
    json_decref(json);
    return err;
}

enum err remote_answer_event(struct str line, struct arena *arena, struct remote_event *out)
{
    json_t *json = load(line);
    const json_t *data = json_object_get(json, "data");
    const struct str type = text_of(json, "event", arena);
    if (!str_is_set(type)) {
        json_decref(json);
        return ERR_PROTOCOL;
    }
    *out = (struct remote_event){
        .type = type,
        .id = text_of(json, "id", arena),
        .retry_ms = (uint64_t)number_of(json, "retry"),
        .reason = text_of(data, "reason", arena),
        .username = text_of(data, "username", arena),
    };
    if (data != NULL) {
        out->message = read_message(data, arena);
        out->json = out->message.json;
    }
    json_decref(json);
    return ERR_OK;
}

struct str remote_answer_field(struct str body, struct arena *arena, const char *name)
{
    json_t *json = load(body);
    const struct str text = text_of(json, name, arena);
    json_decref(json);
    return text;
}
