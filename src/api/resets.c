#include "api/api.h"

#include <inttypes.h>
#include "auth/link.h"
#include "auth/password.h"
#include "base/clock.h"
#include "base/log.h"
#include "http/body.h"
#include "model/address.h"
#include "model/id.h"
#include "store/account.h"

#define FIELD_MAX 4096 /* bytes that are read; the model says how many there may be */

enum err api_resets_create(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const struct str user = req->params[0];
    const struct str code = auth_link_code(req->arena);
    struct str name;
    if (!model_id_is_user(user)) {
        return ERR_NOT_FOUND;
    }
    const enum err err = store_account_reset(ctx->store, req->arena, &ctx->who, user,
                                             auth_link_key(req->arena, code), &name);
    if (err == ERR_CONFLICT) {
        res->detail = STR("A bot has no password.");
    }
    if (err != ERR_OK) {
        return err;
    }
    log_info("reset_created", "user=%s address=%s whom=%s", log_text(ctx->who.user.id),
             log_text(req->remote), log_text(user));
    res->status = 201;
    buf_add_cstr(&res->body, "{\"user\":");
    model_user_write(&res->body, &(struct model_user){.id = user, .username = name}, false);
    buf_add_cstr(&res->body, ",\"code\":");
    buf_add_json(&res->body, code);
    buf_add_cstr(&res->body, ",\"url\":");
    buf_add_json(&res->body,
                 auth_link_make(req->arena, auth_link_page(ctx->config, req), "reset", code));
    buf_printf(&res->body, ",\"expires\":%" PRId64 "}",
               clock_wall_ms() / 1000 + STORE_ACCOUNT_RESET_S);
    return ERR_OK;
}

/* The link is looked at before a password is hashed: who has none makes no work. */
static enum err use(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct http_field fields[] = {
        {.name = "code", .required = true, .max = FIELD_MAX},
        {.name = "password", .required = true, .max = FIELD_MAX},
    };
    struct model_user user;
    struct str hash, key = STR_NONE, networks = STR_NONE;
    enum err err = http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail);
    if (err == ERR_OK) {
        key = auth_link_key(req->arena, fields[0].value);
        networks = model_address_networks(req->arena, req->remote);
        err = str_is_set(key)
                  ? store_account_reset_find(ctx->store, req->arena, networks, key, &user)
                  : ERR_LINK;
    }
    if (err == ERR_OK) {
        err = api_users_check_new(ctx, res, user.username, fields[1].value);
    }
    if (err == ERR_OK) {
        err = auth_password_hash(ctx->config, req->arena, fields[1].value, &hash);
    }
    if (err == ERR_OK) {
        err = store_account_reset_use(ctx->store, req->arena, networks, key, hash);
    }
    if (err == ERR_LINK) {
        log_info("reset_refused", "address=%s", log_text(req->remote));
    }
    if (err == ERR_OK) {
        log_info("password_reset", "user=%s address=%s", log_text(user.id), log_text(req->remote));
        res->status = 204;
    }
    return err;
}

enum err api_resets_use(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    return api_hashing_run(ctx, req, res, use);
}
