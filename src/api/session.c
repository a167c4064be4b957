#include "api/api.h"

#include "auth/password.h"
#include "auth/session.h"
#include "http/body.h"
#include "store/user.h"

#define NAME_MAX_READ                                                                              \
    256 /* demo servers let names be of any length; longer ones cannot log in here */

enum err api_session_login(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct http_field fields[] = {
        {.name = "username", .required = true, .max = NAME_MAX_READ},
        {.name = "password", .required = true, .max = MODEL_USER_PASSWORD_MAX},
    };
    enum err err = http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail);
    if (err) {
        return err;
    }
    struct model_user user;
    struct str hash = STR_NONE;
    err = store_user_find(ctx->store, req->arena, fields[0].value, &user, &hash);
    if (err && err != ERR_NOT_FOUND) {
        return err;
    }
    const bool fits = auth_password_verify(ctx->config, err ? STR_NONE : hash, fields[1].value);
    if (err || !fits) {
        return ERR_CREDENTIALS;
    }
    err = auth_session_open(ctx->config, ctx->store, req, res, user.id);
    if (!err) {
        model_user_write(&res->body, &user, false);
    }
    return err;
}

enum err api_session_whoami(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    (void)req;
    model_user_write(&res->body, &ctx->who, false);
    return ERR_OK;
}

enum err api_session_logout(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const enum err err = auth_session_close(ctx->config, ctx->store, req, res);
    if (!err) {
        res->status = 204;
    }
    return err;
}
