#include "api/api.h"

#include "auth/password.h"
#include "base/log.h"
#include "base/rand.h"
#include "http/body.h"
#include "store/user.h"

#define SECRET_BYTES 32

/*
 * A bot's password is one that nobody has seen: so demo servers, which let in whoever fits the
 * hash, find one there, and logging in as a bot takes as long as it does for anybody.
 */
static enum err make(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct http_field field = {.name = "username", .required = true, .max = 4096};
    struct model_user bot = {.is_bot = true};
    struct str hash;
    enum err err = http_body_fields(req, &field, 1, &res->detail);
    if (err == ERR_OK) {
        bot.username = field.value;
        err = api_users_check_name(bot.username, res);
    }
    if (err == ERR_OK) {
        err =
            auth_password_hash(ctx->config, req->arena, rand_word(req->arena, SECRET_BYTES), &hash);
    }
    if (err == ERR_OK) {
        err = store_user_add(ctx->store, req->arena, &ctx->who, bot.username, hash, STORE_USER_BOT,
                             &bot.id);
    }
    if (err != ERR_OK) {
        return err;
    }
    log_info("bot_created", "user=%s by=%s address=%s", log_text(bot.id),
             log_text(ctx->who.user.id), log_text(req->remote));
    res->status = 201;
    http_res_header(res, "Location", arena_printf(req->arena, "users?ids=%.*s", STR_FMT(bot.id)));
    model_user_write(&res->body, &bot, false);
    return ERR_OK;
}

enum err api_bots_create(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    return api_hashing_run(ctx, req, res, make);
}
