#include "api/api.h"

#include <inttypes.h>
#include "auth/signature.h"
#include "base/log.h"
#include "http/body.h"
#include "model/hook.h"
#include "model/id.h"
#include "store/outbox.h"

#define FIELD_MAX 4096 /* bytes that are read */

static enum err read_bot(const struct http_req *req, struct str *bot)
{
    *bot = req->params[0];
    return model_id_is_user(*bot) ? ERR_OK : ERR_NOT_FOUND;
}

/* The address stays out of the log: it may hold a secret of the receiver's. */
static void log_change(const struct api_ctx *ctx, const struct http_req *req, const char *what,
                       struct str bot)
{
    log_info("bot_hook_changed", "what=%s user=%s address=%s bot=%s", what,
             log_text(ctx->who.user.id), log_text(req->remote), log_text(bot));
}

static enum err read_url(const struct http_req *req, struct http_res *res, struct str *url)
{
    struct http_field field = {.name = "url", .required = true, .max = FIELD_MAX};
    const enum err err = http_body_fields(req, &field, 1, &res->detail);
    if (err == ERR_OK && !model_hook_is_url(field.value)) {
        res->detail = STR("url is an http:// or https:// address of at most 1,024 bytes, without "
                          "a user or a fragment.");
        return ERR_INVALID;
    }
    *url = field.value;
    return err;
}

enum err api_outgoing_set(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const struct str key = auth_signature_new_key(req->arena);
    struct str bot, url;
    enum err err = read_bot(req, &bot);
    if (err == ERR_OK) {
        err = read_url(req, res, &url);
    }
    if (err == ERR_OK) {
        err = store_outbox_set(ctx->store, req->arena, &ctx->who, bot, url, key);
    }
    if (err == ERR_CONFLICT) {
        res->detail = STR("This user is no bot, or was deactivated.");
    }
    if (err == ERR_OK) {
        log_change(ctx, req, "set", bot);
        buf_add_cstr(&res->body, "{\"url\":");
        buf_add_json(&res->body, url);
        buf_add_cstr(&res->body, ",\"key\":");
        buf_add_json(&res->body, key);
        buf_add_byte(&res->body, '}');
    }
    return err;
}

static void write_hook(struct buf *out, const struct store_outbox_hook *hook)
{
    const char *state = hook->paused > 0 ? "paused" : hook->failures > 0 ? "failing" : "ok";
    buf_add_cstr(out, "{\"url\":");
    buf_add_json(out, hook->url);
    buf_printf(out, ",\"created\":%" PRId64 ",\"state\":\"%s\"", hook->created, state);
    buf_printf(out, ",\"queued\":%" PRIu64 ",\"dropped\":%" PRIu64, hook->queued, hook->dropped);
    if (hook->failures > 0) {
        buf_printf(out,
                   ",\"failures\":%" PRIu64 ",\"since\":%" PRId64 ",\"status\":", hook->failures,
                   hook->since);
        buf_add_json(out, hook->status);
    }
    if (hook->paused > 0) {
        buf_printf(out, ",\"paused\":%" PRId64, hook->paused);
    }
    buf_add_byte(out, '}');
}

enum err api_outgoing_tell(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_outbox_hook hook;
    struct str bot;
    enum err err = read_bot(req, &bot);
    if (err == ERR_OK) {
        err = store_outbox_find(ctx->store, req->arena, &ctx->who, bot, &hook);
    }
    if (err == ERR_OK) {
        write_hook(&res->body, &hook);
    }
    return err;
}

enum err api_outgoing_drop(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str bot;
    enum err err = read_bot(req, &bot);
    if (err == ERR_OK) {
        err = store_outbox_drop(ctx->store, req->arena, &ctx->who, bot);
    }
    if (err == ERR_OK) {
        log_change(ctx, req, "dropped", bot);
        res->status = 204;
    }
    return err;
}
