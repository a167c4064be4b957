#include "api/api.h"

#include "auth/link.h"
#include "auth/password.h"
#include "auth/session.h"
#include "base/log.h"
#include "http/body.h"
#include "http/query.h"
#include "model/address.h"
#include "model/id.h"
#include "store/invite.h"
#include "store/session.h"
#include "store/user.h"

#define FIELD_MAX 4096 /* bytes that are read; the model says how many there may be */

/*
 * May they register? *invite: the key of their invitation, absent where they need none.
 * ERR_FORBIDDEN, with the reason. ERR_LINK: it is not good. So a stranger makes no work, and learns
 * nothing of which names there are.
 */
static enum err check_open(struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                           struct str code, struct str *invite)
{
    *invite = STR_NONE;
    switch (ctx->config->registration) {
    case CONFIG_REGISTRATION_OPEN:
        return ERR_OK;
    case CONFIG_REGISTRATION_INVITE:
        if (str_is_set(code)) {
            *invite = auth_link_key(req->arena, code);
            return str_is_set(*invite) ? store_invite_check(ctx->store, req->arena, *invite)
                                       : ERR_LINK;
        }
        res->detail = STR("One registers here by invitation only; ask who runs this server.");
        break;
    case CONFIG_REGISTRATION_CLOSED:
        res->detail = STR("This server registers nobody.");
        break;
    }
    return ERR_FORBIDDEN;
}

enum err api_users_check_name(struct str name, struct http_res *res)
{
    const enum err err = model_user_check_name(name);
    if (err != ERR_OK) {
        res->detail = STR("A user name is 1 to 32 letters, digits, \"_\", \".\" and \"-\", and is "
                          "not a number.");
    }
    return err;
}

enum err api_users_check_new(const struct api_ctx *ctx, struct http_res *res, struct str name,
                             struct str password)
{
    const enum err err = auth_password_check(ctx->config, name, password);
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

/* An account that is asked for. */
struct wish {
    struct str name, password;
    struct str invite; /* the key of an invitation; absent where none is needed */
};

/* What is asked for, where it may be had. */
static enum err read_wish(struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                          struct wish *wish)
{
    struct http_field fields[] = {
        {.name = "username", .required = true, .max = FIELD_MAX},
        {.name = "password", .required = true, .max = FIELD_MAX},
        {.name = "invite", .max = FIELD_MAX},
    };
    enum err err = http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail);
    if (err == ERR_OK) {
        err = check_open(ctx, req, res, fields[2].value, &wish->invite);
    }
    if (err == ERR_OK) {
        err = api_users_check_name(fields[0].value, res);
    }
    if (err == ERR_OK) {
        err = api_users_check_new(ctx, res, fields[0].value, fields[1].value);
    }
    if (err == ERR_OK) {
        wish->name = fields[0].value;
        wish->password = fields[1].value;
    }
    return err;
}

static enum err sign_up(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct wish wish;
    struct str hash;
    struct model_user user = {0};
    enum err err = read_wish(ctx, req, res, &wish);
    if (err == ERR_OK) {
        err = count_one(ctx, req, res);
    }
    if (err == ERR_OK) {
        err = auth_password_hash(ctx->config, req->arena, wish.password, &hash);
    }
    if (err == ERR_OK) {
        user.username = wish.name;
        err = store_user_register(ctx->store, req->arena, wish.name, hash, wish.invite, &user.id);
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

enum err api_users_check_old(struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                             struct str old, struct str *stored)
{
    struct model_user user;
    enum err err = store_session_find(ctx->store, req->arena, &ctx->who);
    if (err == ERR_OK && ctx->config->remote_user) {
        err = api_session_refuse_remote(res);
    }
    if (err != ERR_OK) {
        return err;
    }
    struct store_login login = api_limit_login(ctx, req, ctx->who.user.username);
    err = store_login_try(ctx->store, req->arena, &login, &user, stored);
    if (err == ERR_OK &&
        (!str_eq(user.id, ctx->who.user.id) || !auth_password_verify(ctx->config, *stored, old))) {
        res->detail = STR("Your password is another one.");
        log_info("password_check_failed", "address=%s", log_text(req->remote));
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
        err = api_users_check_old(ctx, req, res, fields[1].value, &stored);
    }
    if (err == ERR_OK) {
        err = api_users_check_new(ctx, res, ctx->who.user.username, fields[0].value);
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

void api_users_write(struct buf *out, const struct model_user *users, size_t count)
{
    buf_add_cstr(out, "{\"users\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(out, i > 0 ? "," : "");
        model_user_write(out, &users[i], true);
    }
    buf_add_byte(out, ']');
}

enum err api_users_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str ids[STORE_USER_LIST_MAX];
    struct model_user *users;
    size_t n;
    size_t count;
    if (http_query_has(req->query, STR("all"))) {
        return api_accounts_list(ctx, req, res);
    }
    enum err err = read_question(req, ids, &n);
    if (err != ERR_OK) {
        res->detail = STR("Ask with ids=1,2 for up to 200 users, or with online=1.");
        return err;
    }
    err = n > 0 ? store_user_list(ctx->store, req->arena, &ctx->who, ids, n, &users, &count)
                : store_user_online(ctx->store, req->arena, &ctx->who, &users, &count);
    if (err == ERR_OK) {
        api_users_write(&res->body, users, count);
        buf_add_byte(&res->body, '}');
    }
    return err;
}
