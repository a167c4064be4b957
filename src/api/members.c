#include "api/api.h"

#include "model/id.h"
#include "store/room.h"

/* ERR_INVALID: what is neither "me" nor the id of somebody. */
static enum err check_user(struct str user, struct http_res *res)
{
    if (str_eq(user, STR("me")) || model_id_is_user(user)) {
        return ERR_OK;
    }
    res->detail = STR("A member is \"me\" or the id of a user.");
    return ERR_INVALID;
}

static enum err explain(enum err err, struct http_res *res)
{
    if (err == ERR_FORBIDDEN) {
        res->detail = STR("You may do this for yourself only.");
    } else if (err == ERR_CONFLICT) {
        res->detail =
            STR("General is everybody and a direct room is its two: nobody leaves those.");
    }
    return err;
}

enum err api_members_join(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct model_room room;
    bool created;
    enum err err = check_user(req->params[1], res);
    if (err == ERR_OK) {
        err = store_room_join(ctx->store, req->arena, &ctx->who, req->params[0], req->params[1],
                              &room, &created);
    }
    if (err != ERR_OK) {
        return explain(err, res);
    }
    res->status = created ? 201 : 200;
    model_room_write(&res->body, &room);
    return ERR_OK;
}

enum err api_members_leave(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    enum err err = check_user(req->params[1], res);
    if (err == ERR_OK) {
        err = store_room_leave(ctx->store, req->arena, &ctx->who, req->params[0], req->params[1]);
    }
    if (err == ERR_OK) {
        res->status = 204;
    }
    return explain(err, res);
}
