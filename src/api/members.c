#include "api/api.h"

#include "http/query.h"
#include "model/id.h"
#include "store/room.h"

#define AFTER_MAX 999999999999999 /* the largest id */

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
        res->detail =
            STR("Who is in the room brings in others; its owner, and admins, remove them.");
    } else if (err == ERR_NOT_FOUND) {
        res->detail = STR("There is no such room or user, or they are not in it.");
    } else if (err == ERR_CONFLICT) {
        res->detail = STR(
            "General is everybody and a direct room is its two: nobody enters or leaves those.");
    }
    return err;
}

enum err api_members_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct model_user *users;
    size_t count;
    uint64_t after = 0;
    struct str text, next;
    if (http_query_get(req->query, STR("after"), req->arena, &text) != ERR_OK ||
        (str_is_set(text) && !str_u64_max(text, AFTER_MAX, &after))) {
        res->detail = STR("after is the id of a user.");
        return ERR_INVALID;
    }
    const enum err err = store_room_members(ctx->store, req->arena, &ctx->who, req->params[0],
                                            after, &users, &count, &next);
    if (err != ERR_OK) {
        return err;
    }
    api_users_write(&res->body, users, count);
    if (str_is_set(next)) {
        buf_add_cstr(&res->body, ",\"next\":");
        buf_add_json(&res->body, next);
        http_res_header(res, "Link",
                        arena_printf(req->arena, "<?after=%.*s>; rel=\"next\"", STR_FMT(next)));
    }
    buf_add_byte(&res->body, '}');
    return ERR_OK;
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
