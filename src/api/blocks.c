#include "api/api.h"

#include "model/id.h"
#include "store/block.h"

/* The user of the path. ERR_INVALID. */
static enum err check_user(const struct http_req *req, struct http_res *res)
{
    if (model_id_is_user(req->params[0])) {
        return ERR_OK;
    }
    res->detail = STR("Whom to block is the id of a user.");
    return ERR_INVALID;
}

static enum err explain(enum err err, struct http_res *res)
{
    if (err == ERR_OK) {
        res->status = 204;
    } else if (err == ERR_INVALID) {
        res->detail = STR("Nobody blocks themselves.");
    } else if (err == ERR_CONFLICT) {
        res->detail = STR("You have blocked 1,000 users, which is the most.");
    }
    return err;
}

enum err api_blocks_set(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const enum err err = check_user(req, res);
    return err != ERR_OK
               ? err
               : explain(store_block_set(ctx->store, req->arena, &ctx->who, req->params[0]), res);
}

enum err api_blocks_lift(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const enum err err = check_user(req, res);
    return err != ERR_OK
               ? err
               : explain(store_block_lift(ctx->store, req->arena, &ctx->who, req->params[0]), res);
}

enum err api_blocks_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct model_user *users;
    size_t count;
    const enum err err = store_block_list(ctx->store, req->arena, &ctx->who, &users, &count);
    if (err == ERR_OK) {
        api_users_write(&res->body, users, count);
        buf_add_byte(&res->body, '}');
    }
    return err;
}
