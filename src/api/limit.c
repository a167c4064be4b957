#include "api/api.h"

#include <inttypes.h>
#include "base/log.h"
#include "model/address.h"

static void refuse(const struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                   const struct store_limit *limit)
{
    const struct str user = str_is_set(ctx->who.user.id) ? ctx->who.user.id : STR("-");
    res->detail =
        arena_printf(req->arena, "Too often; try again in %" PRIu64 " seconds.", limit->wait_s);
    http_res_header(res, "Retry-After", arena_printf(req->arena, "%" PRIu64, limit->wait_s));
    log_info("throttled", "limit=%s user=%s address=%s", limit->name, log_text(user),
             log_text(req->remote));
}

void api_limit_say(const struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                   const struct store_limit *limit)
{
    if (limit->most == 0) {
        return;
    }
    http_res_header(res, "RateLimit-Policy",
                    arena_printf(req->arena, "\"%s\";q=%" PRIu64 ";w=%" PRIu64, limit->name,
                                 limit->most, limit->window_s));
    http_res_header(res, "RateLimit",
                    arena_printf(req->arena, "\"%s\";r=%" PRIu64 ";t=%" PRIu64, limit->name,
                                 limit->left, limit->reset_s));
    if (limit->wait_s > 0) {
        refuse(ctx, req, res, limit);
    }
}

struct store_login api_limit_login(const struct api_ctx *ctx, const struct http_req *req,
                                   struct str name)
{
    struct store_login login = {.name = name,
                                .networks = model_address_networks(req->arena, req->remote)};
    for (int what = 0; what < STORE_LIMIT_LOGINS; what++) {
        login.limits[what] = store_limit_of(ctx->config, (enum store_limit_what)what);
    }
    return login;
}

void api_limit_say_login(const struct api_ctx *ctx, const struct http_req *req,
                         struct http_res *res, const struct store_login *login, enum err result)
{
    if (result != ERR_OK && result != ERR_CREDENTIALS && result != ERR_RATE_LIMITED) {
        return;
    }
    const struct store_limit *said = &login->limits[0];
    for (size_t i = 1; i < STORE_LIMIT_LOGINS; i++) {
        const struct store_limit *limit = &login->limits[i];
        const bool is_nearer = said->most == 0 || limit->left < said->left;
        if (limit->wait_s > said->wait_s || (said->wait_s == 0 && limit->most > 0 && is_nearer)) {
            said = limit;
        }
    }
    api_limit_say(ctx, req, res, said);
}
