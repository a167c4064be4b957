#include "api/api.h"

#include <inttypes.h>
#include "base/log.h"
#include "http/body.h"
#include "model/address.h"
#include "store/ban.h"

#define NUMBER_MAX 20                    /* digits that are read */
#define LIFE_MAX_S (10ULL * 365 * 86400) /* of a ban that ends */

/* "192.0.2.7", or what stands in two segments, "192.0.2.0/24". ERR_INVALID. */
static enum err read_network(const struct http_req *req, struct http_res *res, struct str *network)
{
    const struct str size = req->params[1];
    const struct str text = str_is_set(size) ? arena_printf(req->arena, "%.*s/%.*s",
                                                            STR_FMT(req->params[0]), STR_FMT(size))
                                             : req->params[0];
    const enum err err = model_address_network(req->arena, text, network);
    if (err != ERR_OK) {
        res->detail = STR("An address, or one and /8, /16 or /24, of IPv6 /32, /40, /48 or /56.");
    }
    return err;
}

/* For how long; a body that is not there asks for a ban that does not end. */
static enum err read_life(const struct http_req *req, struct http_res *res, uint64_t *life_s)
{
    struct http_field field = {.name = "expiresIn", .max = NUMBER_MAX};
    *life_s = 0;
    enum err err = req->body.len > 0 ? http_body_fields(req, &field, 1, &res->detail) : ERR_OK;
    if (err == ERR_OK && str_is_set(field.value) &&
        (!str_u64_max(field.value, LIFE_MAX_S, life_s) || *life_s == 0)) {
        res->detail = STR("expiresIn is a number of seconds, at most ten years.");
        err = ERR_INVALID;
    }
    return err;
}

enum err api_bans_set(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str network;
    uint64_t life_s;
    enum err err = read_network(req, res, &network);
    if (err == ERR_OK) {
        err = read_life(req, res, &life_s);
    }
    if (err == ERR_OK) {
        err = store_ban_set(ctx->store, req->arena, &ctx->who, network, life_s);
    }
    if (err == ERR_CONFLICT) {
        res->detail = STR("You are there yourself, or there are too many bans.");
    }
    if (err == ERR_OK) {
        log_info("ban_set", "user=%s address=%s network=%s seconds=%" PRIu64,
                 log_text(ctx->who.user.id), log_text(req->remote), log_text(network), life_s);
        res->status = 204;
    }
    return err;
}

enum err api_bans_lift(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str network;
    enum err err = read_network(req, res, &network);
    if (err == ERR_OK) {
        err = store_ban_lift(ctx->store, req->arena, &ctx->who, network);
    }
    if (err == ERR_OK) {
        log_info("ban_lifted", "user=%s address=%s network=%s", log_text(ctx->who.user.id),
                 log_text(req->remote), log_text(network));
        res->status = 204;
    }
    return err;
}

enum err api_bans_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_ban *bans;
    size_t count;
    const enum err err = store_ban_list(ctx->store, req->arena, &ctx->who, &bans, &count);
    if (err != ERR_OK) {
        return err;
    }
    buf_add_cstr(&res->body, "{\"bans\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(&res->body, i > 0 ? ",{\"address\":" : "{\"address\":");
        buf_add_json(&res->body, bans[i].network);
        if (bans[i].ends > 0) {
            buf_printf(&res->body, ",\"expires\":%" PRId64, bans[i].ends);
        }
        buf_add_byte(&res->body, '}');
    }
    buf_add_cstr(&res->body, "]}");
    return ERR_OK;
}
