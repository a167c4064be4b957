#include "api/api.h"

#include "auth/slot.h"
#include "base/log.h"

enum err api_hashing_run(struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                         api_handler_fn handler)
{
    struct auth_slot slot;
    enum err err = auth_slot_take(ctx->config, &slot);
    if (err == ERR_BUSY) {
        log_info("throttled", "limit=hash_slots user=- address=%s", log_text(req->remote));
    }
    if (err == ERR_OK) {
        err = handler(ctx, req, res);
        auth_slot_give(&slot);
    }
    return err;
}
