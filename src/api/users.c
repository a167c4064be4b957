#include "api/api.h"

#include "auth/password.h"
#include "auth/session.h"
#include "base/log.h"
#include "http/body.h"
#include "http/query.h"
#include "model/address.h"
#include "model/id.h"
#include "store/session.h"
#include "store/user.h"

#define FIELD_MAX 4096 /* bytes that are read; the model says how many there may be */

/* May people register by themselves? ERR_FORBIDDEN, with the reason. */
static enum err check_open(const struct config *config, struct http_res *res)
{
    switch (config->registration) {
    case CONFIG_REGISTRATION_OPEN:
        return ERR_OK;
    case CONFIG_REGISTRATION_INVITE:
        res->detail = STR("One registers here by invitation only; ask who runs this server.");
        break;
    case CONFIG_REGISTRATION_CLOSED:
        res->detail = STR("This server registers nobody.");
        break;
    }
    return ERR_FORBIDDEN;
}

static enum err check_name(struct str name, struct http_res *res)
{
    const enum err err = model_user_check_name(name);
    if (err != ERR_OK) {
        res->detail = STR("A user name is 1 to 32 letters, digits, \"_\", \".\" and \"-\", and is "
                          "not a number.");
    }
    return err;
}

/* A new password for who has, or takes, the name. */
static enum err check_password(const struct config *config, struct str name, struct str password,
                               struct http_res *res)
{
    const enum err err = auth_password_check(config, name, password);
    if (err == ERR_INVALID) {
        res->detail = STR("A password is 8 to 256 bytes.");
    }
    return err;
}

/* Has the place registered too many? */
static enum err count_one(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_limit limit = store_limit_of(ctx->config, STORE_LIMIT_REGISTER);
    const enum err err = store_limit_take(ctx->store, req->arena,
                                          model_address_networks(req->arena, req->remote), &limit);
    if (err == ERR_OK || err == ERR_RATE_LIMITED) {
        api_limit_say(ctx, req, res, &limit);
    }
    return err;
}

/* What is asked for, where it may be had. */
static enum err read_new(struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                         struct str *name, struct str *password)
{
    struct http_field fields[] = {
        {.name = "username", .required = true, .max = FIELD_MAX},
        {.name = "password", .required = true, .max = FIELD_MAX},
    };
    enum err err = check_open(ctx->config, res);
    if (err == ERR_OK) {
        err = http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail);
    }
    if (err == ERR_OK) {
        err = check_name(fields[0].value, res);
    }
    if (err == ERR_OK) {
        err = check_password(ctx->config, fields[0].value, fields[1].value, res);
    }
    if (err == ERR_OK) {
        *name = fields[0].value;
        *password = fields[1].value;
    }
    return err;
}

static enum err sign_up(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct model_user user = {0};
    struct str password, hash;
    enum err err = read_new(ctx, req, res, &user.username, &password);
    if (err == ERR_OK) {
        err = count_one(ctx, req, res);
    }
    if (err == ERR_OK) {
        err = auth_password_hash(ctx->config, req->arena, password, &hash);
    }
    if (err == ERR_OK) {
        err = store_user_register(ctx->store, req->arena, user.username, hash, STR_NONE, &user.id);
    }
    if (err == ERR_OK) {
        err = auth_session_open(ctx->config, ctx->store, req, res, user.id);
    }
    if (err != ERR_OK) {
        return err;
    }
    log_info("registered", "user=%s address=%s", log_text(user.id), log_text(req->remote));
    ctx->who.user = user;
    res->status = 201;
    http_res_header(res, "Location", arena_printf(req->arena, "?ids=%.*s", STR_FMT(user.id)));
    model_user_write(&res->body, &user, false);
    return ERR_OK;
}

enum err api_users_register(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    return api_hashing_run(ctx, req, res, sign_up);
}

/*
 * The asker's stored password, if old is what it was made of. Who has got hold of a session may
 * guess it no more often than who has not.
 */
static enum err check_old(struct api_ctx *ctx, const struct http_req *req, struct str old,
                          struct http_res *res, struct str *stored)
{
    struct model_user user;
    enum err err = store_session_find(ctx->store, req->arena, &ctx->who);
    if (err != ERR_OK) {
        return err;
    }
    struct store_login login = api_limit_login(ctx, req, ctx->who.user.username);
    err = store_login_try(ctx->store, req->arena, &login, &user, stored);
    if (err == ERR_OK &&
        (!str_eq(user.id, ctx->who.user.id) || !auth_password_verify(ctx->config, *stored, old))) {
        res->detail = STR("The old password is another one.");
        log_info("password_change_failed", "address=%s", log_text(req->remote));
        err = ERR_CREDENTIALS;
    }
    if (err == ERR_OK) {
        err = store_login_done(ctx->store, req->arena, &login, user.id, *stored, STR_NONE);
    }
    api_limit_say_login(ctx, req, res, &login, err);
    return err;
}

static enum err change(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct http_field fields[] = {
        {.name = "password", .required = true, .max = FIELD_MAX},
        {.name = "oldPassword", .required = true, .max = FIELD_MAX},
    };
    struct str stored, hash;
    enum err err = http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail);
    if (err == ERR_OK) {
        err = check_old(ctx, req, fields[1].value, res, &stored);
    }
    if (err == ERR_OK) {
        err = check_password(ctx->config, ctx->who.user.username, fields[0].value, res);
    }
    if (err == ERR_OK) {
        err = auth_password_hash(ctx->config, req->arena, fields[0].value, &hash);
    }
    if (err == ERR_OK) {
        err = store_user_password(ctx->store, req->arena, &ctx->who, stored, hash);
    }
    if (err == ERR_OK) {
        log_info("password_changed", "user=%s address=%s", log_text(ctx->who.user.id),
                 log_text(req->remote));
        model_user_write(&res->body, &ctx->who.user, false);
    }
    return err;
}

enum err api_users_change(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    return api_hashing_run(ctx, req, res, change);
}

/* "1,2": at least one id, at most STORE_USER_LIST_MAX. ERR_INVALID. */
static enum err read_ids(struct str list, struct str ids[STORE_USER_LIST_MAX], size_t *n)
{
    struct str id;
    size_t count = 0;
    while (str_split(&list, ',', &id)) {
        if (count == STORE_USER_LIST_MAX || !model_id_is_user(id)) {
            return ERR_INVALID;
        }
        ids[count++] = id;
    }
    *n = count;
    return ERR_OK;
}

/* What is asked for: *n ids, or, where it is 0, who is online. ERR_INVALID. */
static enum err read_question(const struct http_req *req, struct str ids[STORE_USER_LIST_MAX],
                              size_t *n)
{
    struct str list;
    struct str online;
    if (http_query_get(req->query, STR("ids"), req->arena, &list) != ERR_OK ||
        http_query_get(req->query, STR("online"), req->arena, &online) != ERR_OK ||
        str_is_set(list) == str_is_set(online)) {
        return ERR_INVALID;
    }
    if (str_is_set(list)) {
        return read_ids(list, ids, n);
    }
    *n = 0;
    return str_eq(online, STR("1")) ? ERR_OK : ERR_INVALID;
}

enum err api_users_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str ids[STORE_USER_LIST_MAX];
    struct model_user *users;
    size_t n;
    size_t count;
    enum err err = read_question(req, ids, &n);
    if (err != ERR_OK) {
        res->detail = STR("Ask with ids=1,2 for up to 200 users, or with online=1.");
        return err;
    }
    err = n > 0 ? store_user_list(ctx->store, req->arena, &ctx->who, ids, n, &users, &count)
                : store_user_online(ctx->store, req->arena, &ctx->who, &users, &count);
    if (err != ERR_OK) {
        return err;
    }
    buf_add_cstr(&res->body, "{\"users\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(&res->body, i > 0 ? "," : "");
        model_user_write(&res->body, &users[i], true);
    }
    buf_add_cstr(&res->body, "]}");
    return ERR_OK;
}
