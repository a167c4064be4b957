#include "api/api.h"

#include "auth/password.h"
#include "auth/session.h"
#include "http/body.h"
#include "store/session.h"
#include "store/user.h"

/*
 * Bytes of a name or password that are tried. More than ours may have: what the demo family stored
 * has no limit.
 */
#define TRIED_MAX 1024

enum err api_session_login(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
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
    struct str hash = STR_NONE; /* as it stays for an unknown user */
    err = store_user_find(ctx->store, req->arena, fields[0].value, &user, &hash);
    if (err != ERR_OK && err != ERR_NOT_FOUND) {
        return err;
    }
    if (!auth_password_verify(ctx->config, hash, fields[1].value)) {
        return ERR_CREDENTIALS;
    }
    err = auth_session_open(ctx->config, ctx->store, req, res, user.id);
    if (err == ERR_OK) {
        ctx->who.user = user;
        model_user_write(&res->body, &user, false);
    }
    return err;
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
