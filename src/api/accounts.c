#include "api/api.h"

#include <inttypes.h>
#include "base/log.h"
#include "http/body.h"
#include "http/query.h"
#include "model/id.h"
#include "store/account.h"

#define WORD_MAX  16
#define FIELD_MAX 4096 /* bytes that are read */

static bool is_me(const struct http_req *req)
{
    return str_eq(req->params[0], STR("me"));
}

/* ERR_INVALID: neither a role nor absent. */
static enum err read_role(struct str word, enum store_account_role *role)
{
    *role = !str_is_set(word)            ? STORE_ACCOUNT_ROLE_SAME
            : str_eq(word, STR("admin")) ? STORE_ACCOUNT_ROLE_ADMIN
                                         : STORE_ACCOUNT_ROLE_MEMBER;
    return !str_is_set(word) || str_eq(word, STR("admin")) || str_eq(word, STR("member"))
               ? ERR_OK
               : ERR_INVALID;
}

/* ERR_INVALID: neither true nor false nor absent. */
static enum err read_state(struct str word, enum store_account_state *state)
{
    *state = !str_is_set(word)        ? STORE_ACCOUNT_STATE_SAME
             : str_eq(word, STR("1")) ? STORE_ACCOUNT_STATE_ACTIVE
                                      : STORE_ACCOUNT_STATE_INACTIVE;
    return !str_is_set(word) || str_eq(word, STR("0")) || str_eq(word, STR("1")) ? ERR_OK
                                                                                 : ERR_INVALID;
}

static enum err read_change(const struct http_req *req, struct http_res *res,
                            enum store_account_role *role, enum store_account_state *state)
{
    struct http_field fields[] = {
        {.name = "role", .max = WORD_MAX},
        {.name = "active", .max = WORD_MAX},
    };
    enum err err = http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail);
    const bool is_empty = !str_is_set(fields[0].value) && !str_is_set(fields[1].value);
    if (err == ERR_OK && (is_empty || read_role(fields[0].value, role) != ERR_OK ||
                          read_state(fields[1].value, state) != ERR_OK)) {
        res->detail = STR("role is \"admin\" or \"member\", active is true or false.");
        err = ERR_INVALID;
    }
    return err;
}

/* A change for the audit: what was said of somebody, in one line. */
static void log_change(const struct api_ctx *ctx, const struct http_req *req,
                       enum store_account_role role, enum store_account_state state)
{
    static const char *const roles[] = {"-", "member", "admin"};
    static const char *const states[] = {"-", "0", "1"};
    log_info("user_changed", "user=%s address=%s whom=%s role=%s active=%s",
             log_text(ctx->who.user.id), log_text(req->remote), log_text(req->params[0]),
             roles[role], states[state]);
}

enum err api_accounts_change(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    enum store_account_role role;
    enum store_account_state state;
    struct model_user changed;
    if (is_me(req)) {
        return api_users_change(ctx, req, res);
    }
    if (!model_id_is_user(req->params[0])) {
        return ERR_NOT_FOUND;
    }
    enum err err = read_change(req, res, &role, &state);
    if (err == ERR_OK) {
        err = store_account_change(ctx->store, req->arena, &ctx->who, req->params[0], role, state,
                                   &changed);
    }
    if (err == ERR_OK) {
        log_change(ctx, req, role, state);
        model_user_write(&res->body, &changed, true);
    }
    return err;
}

/* The answer to who has deleted an account. */
static enum err say_deleted(const struct api_ctx *ctx, const struct http_req *req,
                            struct http_res *res, struct str id)
{
    log_info("user_deleted", "user=%s address=%s whom=%s", log_text(ctx->who.user.id),
             log_text(req->remote), log_text(id));
    res->status = 204;
    return ERR_OK;
}

/* One's own account, with the password once more: a browser that was left open is not enough. */
static enum err delete_own(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct http_field field = {.name = "password", .required = true, .max = FIELD_MAX};
    struct str stored, id;
    enum err err = http_body_fields(req, &field, 1, &res->detail);
    if (err == ERR_OK) {
        err = api_users_check_old(ctx, req, res, field.value, &stored);
    }
    if (err == ERR_OK) {
        err = store_account_delete(ctx->store, req->arena, &ctx->who, STR("me"), stored, &id);
    }
    return err == ERR_OK ? say_deleted(ctx, req, res, id) : err;
}

enum err api_accounts_delete(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str id;
    if (is_me(req)) {
        return api_hashing_run(ctx, req, res, delete_own);
    }
    if (!model_id_is_user(req->params[0])) {
        return ERR_NOT_FOUND;
    }
    const enum err err =
        store_account_delete(ctx->store, req->arena, &ctx->who, req->params[0], STR_NONE, &id);
    if (err == ERR_FORBIDDEN) {
        res->detail = STR("Others are for admins to delete; you are users/me, with your password.");
    }
    return err == ERR_OK ? say_deleted(ctx, req, res, id) : err;
}

enum err api_accounts_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str all, after;
    struct model_user *users;
    size_t count;
    uint64_t from = 0, next;
    if (http_query_get(req->query, STR("all"), req->arena, &all) != ERR_OK ||
        http_query_get(req->query, STR("after"), req->arena, &after) != ERR_OK ||
        !str_eq(all, STR("1")) || (str_is_set(after) && !model_id_is_user(after))) {
        res->detail = STR("Ask with all=1, and after=ID to go on.");
        return ERR_INVALID;
    }
    if (str_is_set(after) && !str_u64(after, &from)) {
        return ERR_INVALID;
    }
    const enum err err = store_account_list(ctx->store, req->arena, &ctx->who, from,
                                            STORE_ACCOUNT_LIST_MAX, &users, &count, &next);
    if (err == ERR_OK) {
        api_users_write(&res->body, users, count);
        if (next > 0) {
            buf_add_cstr(&res->body, ",\"next\":\"");
            buf_add_u64(&res->body, next);
            buf_add_byte(&res->body, '"');
            http_res_header(
                res, "Link",
                arena_printf(req->arena, "<?all=1&after=%" PRIu64 ">; rel=\"next\"", next));
        }
        buf_add_byte(&res->body, '}');
    }
    return err;
}
