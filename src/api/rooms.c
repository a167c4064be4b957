#include "api/api.h"

#include "http/body.h"
#include "store/room.h"

#define FIELD_MAX 4096 /* bytes that are read */
#define USER_MAX  256  /* bytes of an id or a name */

enum err api_rooms_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct model_room *rooms;
    size_t count;
    struct str cursor;
    const enum err err =
        store_room_list(ctx->store, req->arena, &ctx->who, &rooms, &count, &cursor);
    if (err != ERR_OK) {
        return err;
    }
    buf_add_cstr(&res->body, "{\"rooms\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(&res->body, i > 0 ? "," : "");
        model_room_write(&res->body, &rooms[i]);
    }
    buf_add_cstr(&res->body, "],\"cursor\":");
    buf_add_json(&res->body, cursor);
    buf_add_byte(&res->body, '}');
    return ERR_OK;
}

/* With whom? */
static enum err read_user(const struct http_req *req, struct http_res *res, struct str *user)
{
    struct http_field field = {.name = "user", .required = true, .max = FIELD_MAX};
    const enum err err = http_body_fields(req, &field, 1, &res->detail);
    if (err != ERR_OK) {
        return err;
    }
    if (field.value.len < 1 || field.value.len > USER_MAX) {
        res->detail = STR("user is the id or the name of somebody.");
        return ERR_INVALID;
    }
    *user = field.value;
    return ERR_OK;
}

enum err api_rooms_open(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str user;
    struct model_room room;
    bool created;
    enum err err = read_user(req, res, &user);
    if (err != ERR_OK) {
        return err;
    }
    err = store_room_open(ctx->store, req->arena, &ctx->who, user, &room, &created);
    if (err == ERR_NOT_FOUND) {
        res->detail = STR("There is no such user.");
    } else if (err == ERR_INVALID) {
        res->detail = STR("A direct room is for two, and this is you.");
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
