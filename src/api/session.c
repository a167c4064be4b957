#include "api/api.h"

#include "auth/password.h"
#include "auth/session.h"
#include "base/log.h"
#include "http/body.h"
#include "store/session.h"

/*
 * Bytes of a name or password that are tried. More than ours may have: what the demo family stored
 * has no limit.
 */
#define TRIED_MAX 1024

/*
 * The password in the form of today's settings, where the stored one has another; absent else, and
 * where it cannot be had: bcrypt does not take every password.
 */
static struct str renewed(const struct config *config, struct arena *arena, struct str hash,
                          struct str password)
{
    struct str after;
    if (auth_password_is_current(config, hash) ||
        auth_password_hash(config, arena, password, &after) != ERR_OK) {
        return STR_NONE;
    }
    return after;
}

/* Whose name and password are these? ERR_CREDENTIALS, and as store_login_try(). */
static enum err check(struct api_ctx *ctx, const struct http_req *req, struct store_login *login,
                      struct str password, struct model_user *user)
{
    struct str hash = STR_NONE; /* as it stays for an unknown user */
    enum err err = store_login_try(ctx->store, req->arena, login, user, &hash);
    if (err != ERR_OK && err != ERR_NOT_FOUND) {
        return err;
    }
    if (!auth_password_verify(ctx->config, hash, password)) {
        /* The name is not logged as it was typed: passwords are typed there. */
        log_info("login_failed", "user=%s address=%s", err == ERR_OK ? log_text(user->id) : "-",
                 log_text(req->remote));
        return ERR_CREDENTIALS;
    }
    return store_login_done(ctx->store, req->arena, login, user->id, hash,
                            renewed(ctx->config, req->arena, hash, password));
}

static enum err log_in(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct http_field fields[] = {
        {.name = "username", .required = true, .max = TRIED_MAX},
        {.name = "password", .required = true, .max = TRIED_MAX},
    };
    enum err err = http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail);
    if (err != ERR_OK) {
        return err;
    }
    struct model_user user = {0};
    struct store_login login = api_limit_login(ctx, req, fields[0].value);
    err = check(ctx, req, &login, fields[1].value, &user);
    api_limit_say_login(ctx, req, res, &login, err);
    if (err == ERR_OK) {
        err = auth_session_open(ctx->config, ctx->store, req, res, user.id);
    }
    if (err == ERR_OK) {
        log_info("login", "user=%s address=%s", log_text(user.id), log_text(req->remote));
        ctx->who.user = user;
        model_user_write(&res->body, &user, false);
    }
    return err;
}

enum err api_session_refuse_remote(struct http_res *res)
{
    res->detail = STR("The web server in front says who you are: log in and out there.");
    return ERR_FORBIDDEN;
}

enum err api_session_login(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    return api_hashing_run(ctx, req, res, log_in);
}

enum err api_session_whoami(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const enum err err = store_session_find(ctx->store, req->arena, &ctx->who);
    if (err == ERR_OK) {
        auth_session_renew(ctx->config, req, res);
        model_user_write(&res->body, &ctx->who.user, false);
    }
    return err;
}

enum err api_session_logout(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const enum err err = auth_session_close(ctx->config, ctx->store, req, res);
    if (err == ERR_OK) {
        res->status = 204;
    }
    return err;
}
