#include "api/api.h"

#include "base/log.h"
#include "http/body.h"
#include "http/query.h"
#include "store/room.h"

#define FIELD_MAX 4096 /* bytes that are read */
#define USER_MAX  256  /* bytes of an id or a name */

static void write_rooms(struct buf *out, const struct model_room *rooms, size_t count)
{
    buf_add_cstr(out, "{\"rooms\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(out, i > 0 ? "," : "");
        model_room_write(out, &rooms[i]);
    }
    buf_add_byte(out, ']');
}

/* The rooms that anybody may enter, a page of them. */
static enum err list_public(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct model_room *rooms;
    size_t count;
    struct str wish, after, next;
    if (http_query_get(req->query, STR("public"), req->arena, &wish) != ERR_OK ||
        http_query_get(req->query, STR("after"), req->arena, &after) != ERR_OK ||
        !str_eq(wish, STR("1"))) {
        res->detail = STR("Ask with public=1, and go on with after=, the next of the answer.");
        return ERR_INVALID;
    }
    const enum err err =
        store_room_public(ctx->store, req->arena, &ctx->who, after, &rooms, &count, &next);
    if (err != ERR_OK) {
        return err;
    }
    write_rooms(&res->body, rooms, count);
    if (str_is_set(next)) {
        const struct str value = http_query_encode(req->arena, next);
        buf_add_cstr(&res->body, ",\"next\":");
        buf_add_json(&res->body, next);
        http_res_header(
            res, "Link",
            arena_printf(req->arena, "<?public=1&after=%.*s>; rel=\"next\"", STR_FMT(value)));
    }
    buf_add_byte(&res->body, '}');
    return ERR_OK;
}

enum err api_rooms_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct model_room *rooms;
    size_t count;
    struct str cursor;
    if (http_query_has(req->query, STR("public"))) {
        return list_public(ctx, req, res);
    }
    const enum err err =
        store_room_list(ctx->store, req->arena, &ctx->who, &rooms, &count, &cursor);
    if (err != ERR_OK) {
        return err;
    }
    write_rooms(&res->body, rooms, count);
    buf_add_cstr(&res->body, ",\"cursor\":");
    buf_add_json(&res->body, cursor);
    buf_add_byte(&res->body, '}');
    return ERR_OK;
}

/* The direct room with somebody. */
static enum err open_direct(struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                            struct str user)
{
    struct model_room room;
    bool created;
    if (user.len < 1 || user.len > USER_MAX) {
        res->detail = STR("user is the id or the name of somebody.");
        return ERR_INVALID;
    }
    const enum err err = store_room_open(ctx->store, req->arena, &ctx->who, user, &room, &created);
    if (err == ERR_NOT_FOUND) {
        res->detail = STR("There is no such user.");
    } else if (err == ERR_INVALID) {
        res->detail = STR("A direct room is for two, and this is you.");
    }
    if (err == ERR_FORBIDDEN) {
        res->detail = STR("You have blocked this user.");
    }
    if (err != ERR_OK) {
        return err;
    }
    if (created) {
        res->status = 201;
        http_res_header(res, "Location",
                        arena_printf(req->arena, "messages/%.*s", STR_FMT(room.id)));
    }
    model_room_write(&res->body, &room);
    return ERR_OK;
}

enum err api_rooms_check_name(struct str *name, struct http_res *res)
{
    const enum err err = model_room_check_name(name);
    if (err != ERR_OK) {
        res->detail = STR(
            "A room's name is 1 to 64 bytes of UTF-8, in one line, without control characters.");
    }
    return err;
}

enum err api_rooms_check_topic(struct str *topic, struct http_res *res)
{
    const enum err err = model_room_check_topic(topic);
    if (err != ERR_OK) {
        res->detail =
            STR("A topic is up to 250 bytes of UTF-8, in one line, without control characters.");
    }
    return err;
}

/* The room that is wished for. topic may be absent. */
static enum err read_wish(struct http_res *res, struct str kind, struct store_room_wish *wish)
{
    if (!str_is_set(wish->name) || !(str_eq(kind, STR("public")) || str_eq(kind, STR("private")))) {
        res->detail = STR("A room has a name, and its kind is \"public\" or \"private\"; or give "
                          "user, with whom to be in a direct room.");
        return ERR_INVALID;
    }
    wish->kind = str_eq(kind, STR("public")) ? MODEL_ROOM_PUBLIC : MODEL_ROOM_CLOSED;
    const enum err err = api_rooms_check_name(&wish->name, res);
    return err == ERR_OK && str_is_set(wish->topic) ? api_rooms_check_topic(&wish->topic, res)
                                                    : err;
}

static enum err make(struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                     const struct store_room_wish *wish)
{
    struct store_limit limit = store_limit_of(ctx->config, STORE_LIMIT_ROOM);
    struct model_room room;
    const enum err err = store_room_create(ctx->store, req->arena, &ctx->who, wish, &limit, &room);
    if (err == ERR_NAME_TAKEN) {
        res->detail = STR("There is a public room of this name.");
    }
    if (err == ERR_OK || err == ERR_RATE_LIMITED) {
        api_limit_say(ctx, req, res, &limit);
    }
    if (err != ERR_OK) {
        return err;
    }
    log_info("room_made", "user=%s address=%s room=%s", log_text(ctx->who.user.id),
             log_text(req->remote), log_text(room.id));
    res->status = 201;
    http_res_header(res, "Location", arena_printf(req->arena, "rooms/%.*s", STR_FMT(room.id)));
    model_room_write(&res->body, &room);
    return ERR_OK;
}

enum err api_rooms_open(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    enum { USER, NAME, KIND, TOPIC, FIELDS };
    struct http_field fields[FIELDS] = {
        [USER] = {.name = "user", .max = FIELD_MAX},
        [NAME] = {.name = "name", .max = FIELD_MAX},
        [KIND] = {.name = "kind", .max = FIELD_MAX},
        [TOPIC] = {.name = "topic", .max = FIELD_MAX},
    };
    enum err err = http_body_fields(req, fields, FIELDS, &res->detail);
    if (err == ERR_OK && str_is_set(fields[USER].value)) {
        return open_direct(ctx, req, res, fields[USER].value);
    }
    struct store_room_wish wish = {.name = fields[NAME].value, .topic = fields[TOPIC].value};
    if (err == ERR_OK) {
        err = read_wish(res, fields[KIND].value, &wish);
    }
    return err == ERR_OK ? make(ctx, req, res, &wish) : err;
}
