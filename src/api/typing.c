#include "api/api.h"

#include "store/typing.h"

enum err api_typing_tell(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const enum err err = store_typing_tell(ctx->store, req->arena, &ctx->who, req->params[0]);
    if (err == ERR_OK) {
        res->status = 204;
    } else if (err == ERR_FORBIDDEN) {
        res->detail = STR("You have blocked this user.");
    } else if (err == ERR_NOT_FOUND) {
        return api_messages_refuse_room(res);
    }
    return err;
}
