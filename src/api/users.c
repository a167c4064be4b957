#include "api/api.h"

#include "auth/password.h"
#include "auth/session.h"
#include "http/body.h"
#include "http/query.h"
#include "model/id.h"
#include "store/user.h"

#define NAME_MAX_READ 256

static enum err check_new(struct str name, struct str password, struct http_res *res)
{
    if (model_user_check_name(name)) {
        res->detail = STR(
            "A user name is 1 to 32 letters, digits, \"_\", \".\" and \"-\", and not a number.");
        return ERR_INVALID;
    }
    const enum err err = model_user_check_password(password);
    if (err == ERR_INVALID) {
        res->detail = STR("A password has 8 to 256 bytes.");
    }
    return err;
}

enum err api_users_register(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct http_field fields[] = {
        {.name = "username", .required = true, .max = NAME_MAX_READ},
        {.name = "password", .required = true, .max = 2 * MODEL_USER_PASSWORD_MAX},
    };
    struct str hash;
    struct model_user user = {.online = false};
    if (ctx->config->registration != CONFIG_REGISTRATION_OPEN) {
        res->detail = STR("Accounts are not open to everybody here; ask who runs this server.");
        return ERR_FORBIDDEN;
    }
    enum err err = http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail);
    if (!err) {
        err = check_new(fields[0].value, fields[1].value, res);
    }
    if (err) {
        return err;
    }
    err = auth_password_hash(ctx->config, req->arena, fields[1].value, &hash);
    if (err == ERR_INVALID) {
        res->detail = STR("A password has at most 72 bytes here.");
    }
    if (!err) {
        err = store_user_register(ctx->store, req->arena, fields[0].value, hash, &user.id);
    }
    if (!err) {
        err = auth_session_open(ctx->config, ctx->store, req, res, user.id);
    }
    if (!err) {
        user.username = fields[0].value;
        res->status = 201;
        http_res_header(res, "Location",
                        arena_printf(req->arena, "users?ids=%.*s", STR_FMT(user.id)));
        model_user_write(&res->body, &user, false);
    }
    return err;
}

/* "1,2,3" to ids. ERR_INVALID for anything else. */
static enum err read_ids(struct str list, struct str *ids, size_t *n)
{
    struct str id;
    *n = 0;
    while (str_split(&list, ',', &id)) {
        if (*n == STORE_USER_LIST_MAX || !model_id_is_user(id)) {
            return ERR_INVALID;
        }
        ids[(*n)++] = id;
    }
    return *n > 0 ? ERR_OK : ERR_INVALID;
}

enum err api_users_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str list, online, ids[STORE_USER_LIST_MAX];
    struct model_user *users;
    size_t n = 0, count;
    enum err err = http_query_get(req->query, STR("ids"), req->arena, &list);
    if (!err) {
        err = http_query_get(req->query, STR("online"), req->arena, &online);
    }
    if (err || (!str_is_set(list) && !str_eq(online, STR("1"))) ||
        (str_is_set(list) && read_ids(list, ids, &n))) {
        res->detail = STR("Ask with ids=1,2, at most 200 of them, or with online=1.");
        return ERR_INVALID;
    }
    err = str_is_set(list) ? store_user_list(ctx->store, req->arena, ids, n, &users, &count)
                           : store_user_online(ctx->store, req->arena, &users, &count);
    if (err) {
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
