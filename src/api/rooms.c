#include "api/api.h"

#include "http/body.h"
#include "store/room.h"

#define USER_MAX_READ 256

enum err api_rooms_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct model_room *rooms;
    size_t count;
    struct str cursor;
    const enum err err =
        store_room_list(ctx->store, req->arena, ctx->who.id, &rooms, &count, &cursor);
    if (err) {
        return err;
    }
    buf_add_cstr(&res->body, "{\"rooms\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(&res->body, i > 0 ? "," : "");
        model_room_write(&res->body, &rooms[i]);
    }
    buf_add_cstr(&res->body, "],\"cursor\":");
    buf_add_json(&res->body, cursor);
    buf_add_cstr(&res->body, "}");
    return ERR_OK;
}

enum err api_rooms_open(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct http_field user = {.name = "user", .required = true, .max = USER_MAX_READ};
    struct model_room room;
    bool created;
    enum err err = http_body_fields(req, &user, 1, &res->detail);
    if (err) {
        return err;
    }
    err = store_room_open(ctx->store, req->arena, ctx->who.id, user.value, &room, &created);
    if (err == ERR_NOT_FOUND) {
        res->detail = STR("There is nobody of this name.");
    } else if (err == ERR_INVALID) {
        res->detail = STR("A direct room is for two; this is you.");
    }
    if (err) {
        return err;
    }
    res->status = created ? 201 : 200;
    http_res_header(res, "Location", arena_printf(req->arena, "messages/%.*s", STR_FMT(room.id)));
    model_room_write(&res->body, &room);
    return ERR_OK;
}
