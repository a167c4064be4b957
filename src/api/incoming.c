#include "api/api.h"

#include "base/log.h"
#include "base/rand.h"
#include "http/problem.h"
#include "http/query.h"
#include "model/address.h"
#include "model/hook.h"
#include "store/hook.h"

#define SECRET_LEN 43 /* as api/hooks.c makes it */
#define FRAME_MAX  64 /* bytes of JSON besides two texts */

/* The fields of a form as JSON. ERR_BODY. */
static enum err read_form(const struct http_req *req, struct str *payload)
{
    struct str text, name;
    struct buf out;
    if (http_query_get(req->body, STR("text"), req->arena, &text) != ERR_OK ||
        http_query_get(req->body, STR("username"), req->arena, &name) != ERR_OK) {
        return ERR_BODY;
    }
    buf_init(&out, req->arena, 6 * (text.len + name.len) + FRAME_MAX);
    buf_add_cstr(&out, "{\"text\":");
    buf_add_json(&out, text);
    buf_add_cstr(&out, ",\"username\":");
    buf_add_json(&out, name);
    buf_add_byte(&out, '}');
    *payload = buf_str(&out);
    return ERR_OK;
}

/*
 * The body's JSON. A form has it in its field "payload", or has text and username themselves; one
 * that has neither is JSON that curl's plain -d has called a form. ERR_BODY.
 */
static enum err read_payload(const struct http_req *req, struct str *payload)
{
    const struct str name = STR("payload");
    const bool is_form = str_eq(req->content_type, STR("application/x-www-form-urlencoded"));
    *payload = req->body;
    if (is_form && http_query_has(req->body, name)) {
        return http_query_get(req->body, name, req->arena, payload) == ERR_OK ? ERR_OK : ERR_BODY;
    }
    return is_form && http_query_has(req->body, STR("text")) ? read_form(req, payload) : ERR_OK;
}

static enum err post(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const struct str secret = req->params[0];
    struct store_limit limit = store_limit_of(ctx->config, STORE_LIMIT_HOOK);
    struct model_hook hook;
    struct str payload;
    if (secret.len != SECRET_LEN || !str_is_made_of(secret, STR("_-"))) {
        return ERR_NOT_FOUND;
    }
    enum err err = read_payload(req, &payload);
    if (err == ERR_OK) {
        err = model_hook_read(payload, req->arena, &hook);
    }
    if (err == ERR_OK) {
        err = store_hook_post(ctx->store, req->arena, rand_sha256(req->arena, secret),
                              model_address_networks(req->arena, req->remote), hook.text, hook.as,
                              &limit, &ctx->who.user.id);
    }
    if (err == ERR_OK || err == ERR_RATE_LIMITED) {
        api_limit_say(ctx, req, res, &limit);
    }
    return err;
}

enum err api_incoming_post(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    static const struct {
        enum err err;
        int status;
        const char *word;
    } words[] = {
        {ERR_OK, 200, "ok"},
        {ERR_BODY, 400, "invalid_payload"},
        {ERR_INVALID, 400, "no_text"},
        {ERR_TOO_LARGE, 400, "too_many_attachments"},
        {ERR_BANNED, 403, "action_prohibited"},
        {ERR_NOT_FOUND, 404, "no_service"},
        {ERR_ARCHIVED, 410, "channel_is_archived"},
    };
    const enum err err = post(ctx, req, res);
    res->status = http_problem_status(err);
    res->content_type = STR("text/plain; charset=utf-8");
    const char *word = err_code(err);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (words[i].err == err) {
            res->status = words[i].status;
            word = words[i].word;
        }
    }
    buf_add_cstr(&res->body, word);
    return ERR_OK;
}

struct str api_incoming_hide(struct str path)
{
    return str_starts(path, STR("/hooks/")) ? STR("/hooks/...") : path;
}
