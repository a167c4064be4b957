#include "api/api.h"

#include <inttypes.h>
#include "auth/link.h"
#include "base/log.h"
#include "base/rand.h"
#include "http/body.h"
#include "model/id.h"
#include "store/hook.h"

#define SECRET_BYTES 32
#define FIELD_MAX    4096 /* bytes that are read */

/* The room of the path, and the hook, where it names one. ERR_NOT_FOUND: what none is called. */
static enum err read_path(const struct http_req *req, struct str *room, struct str *hook)
{
    enum model_room_kind kind;
    *room = req->params[0];
    *hook = req->params[1];
    return model_id_is_room(*room, &kind) && (hook->len == 0 || model_id_is_user(*hook))
               ? ERR_OK
               : ERR_NOT_FOUND;
}

static enum err explain(struct http_res *res, enum err err)
{
    if (err == ERR_CONFLICT) {
        res->detail = STR("A room has at most 20 webhooks, those that were revoked included; a new "
                          "one may have the name of one of those.");
    } else if (err == ERR_NAME_TAKEN) {
        res->detail = STR("A user, or another webhook, is called so.");
    } else if (err == ERR_FORBIDDEN) {
        res->detail = STR("Webhooks are for the owner of the room and for admins; a direct room "
                          "has none.");
    }
    return err;
}

/* All that is known of it but its address, and the end of the object. */
static void write_hook(struct buf *out, const struct store_hook *hook)
{
    buf_add_cstr(out, "{\"id\":");
    buf_add_json(out, hook->id);
    buf_add_cstr(out, ",\"name\":");
    buf_add_json(out, hook->name);
    buf_add_cstr(out, ",\"by\":");
    buf_add_json(out, hook->by);
    buf_printf(out, ",\"created\":%" PRId64, hook->created);
    if (hook->seen > 0) {
        buf_printf(out, ",\"seen\":%" PRId64, hook->seen);
    }
}

/* The hook with its address, which nobody is told again. */
static void write_new(const struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                      const struct store_hook *hook, struct str secret)
{
    const struct str page = auth_link_page(ctx->config, req);
    write_hook(&res->body, hook);
    buf_add_cstr(&res->body, ",\"url\":");
    buf_add_json(&res->body,
                 arena_printf(req->arena, "%.*sapi/hooks/%.*s", STR_FMT(page), STR_FMT(secret)));
    buf_add_byte(&res->body, '}');
}

static void log_hook(const struct api_ctx *ctx, const struct http_req *req, const char *what,
                     struct str room, struct str hook)
{
    log_info("hook_changed", "what=%s user=%s address=%s room=%s hook=%s", what,
             log_text(ctx->who.user.id), log_text(req->remote), log_text(room), log_text(hook));
}

enum err api_hooks_create(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct http_field name = {.name = "name", .required = true, .max = FIELD_MAX};
    const struct str secret = rand_word(req->arena, SECRET_BYTES);
    struct store_hook hook;
    struct str room, none;
    enum err err = read_path(req, &room, &none);
    if (err == ERR_OK) {
        err = http_body_fields(req, &name, 1, &res->detail);
    }
    if (err == ERR_OK) {
        err = api_users_check_name(name.value, res);
    }
    if (err == ERR_OK) {
        err = explain(res, store_hook_create(ctx->store, req->arena, &ctx->who, room, name.value,
                                             rand_sha256(req->arena, secret), &hook));
    }
    if (err == ERR_OK) {
        log_hook(ctx, req, "created", room, hook.id);
        res->status = 201;
        http_res_header(res, "Location", arena_printf(req->arena, "hooks/%.*s", STR_FMT(hook.id)));
        write_new(ctx, req, res, &hook, secret);
    }
    return err;
}

enum err api_hooks_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_hook *hooks;
    struct str room, none;
    size_t count;
    enum err err = read_path(req, &room, &none);
    if (err == ERR_OK) {
        err =
            explain(res, store_hook_list(ctx->store, req->arena, &ctx->who, room, &hooks, &count));
    }
    if (err != ERR_OK) {
        return err;
    }
    buf_add_cstr(&res->body, "{\"hooks\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(&res->body, i > 0 ? "," : "");
        write_hook(&res->body, &hooks[i]);
        buf_add_byte(&res->body, '}');
    }
    buf_add_cstr(&res->body, "]}");
    return ERR_OK;
}

enum err api_hooks_rotate(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const struct str secret = rand_word(req->arena, SECRET_BYTES);
    struct store_hook hook;
    struct str room, id;
    enum err err = read_path(req, &room, &id);
    if (err == ERR_OK) {
        err = explain(res, store_hook_rotate(ctx->store, req->arena, &ctx->who, room, id,
                                             rand_sha256(req->arena, secret), &hook));
    }
    if (err == ERR_OK) {
        log_hook(ctx, req, "rotated", room, id);
        write_new(ctx, req, res, &hook, secret);
    }
    return err;
}

enum err api_hooks_revoke(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str room, id;
    enum err err = read_path(req, &room, &id);
    if (err == ERR_OK) {
        err = explain(res, store_hook_revoke(ctx->store, req->arena, &ctx->who, room, id));
    }
    if (err == ERR_OK) {
        log_hook(ctx, req, "revoked", room, id);
        res->status = 204;
    }
    return err;
}
