#include "api/api.h"

#include "model/emoji.h"
#include "store/change.h"

/* What every handler here is asked for, and how the store refuses it. */

static enum err refuse(struct http_res *res, enum err err)
{
    if (err == ERR_NOT_FOUND) {
        res->detail = STR("There is no such message, or you are not in its room.");
    }
    return err;
}

/* A change that a limit counts, and its answer, the message. */
static enum err say_changed(const struct api_ctx *ctx, const struct http_req *req,
                            struct http_res *res, const struct store_limit *limit, enum err err,
                            const struct model_message *changed)
{
    if (err == ERR_OK || err == ERR_RATE_LIMITED) {
        api_limit_say(ctx, req, res, limit);
    }
    if (err == ERR_OK) {
        model_message_write(&res->body, changed);
    }
    return refuse(res, err);
}

enum err api_changes_edit(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_message_draft draft = {0};
    struct model_message changed;
    uint64_t rev;
    enum err err = api_messages_read_draft(req, res, &draft);
    if (err != ERR_OK) {
        return err;
    }
    if (str_is_set(draft.rev) && !str_u64_max(draft.rev, MODEL_MESSAGE_REV_MAX, &rev)) {
        res->detail = STR("rev is a number, the one that the message has, or 0 where it has none.");
        return ERR_INVALID;
    }
    struct store_limit limit = store_limit_of(ctx->config, STORE_LIMIT_SEND);
    err = store_change_edit(ctx->store, req->arena, &ctx->who, req->params[0], req->params[1],
                            draft.text, draft.rev, &limit, &changed);
    if (err == ERR_CONFLICT) {
        res->detail = STR("The message was changed or deleted meanwhile; look again.");
    }
    return say_changed(ctx, req, res, &limit, err, &changed);
}

enum err api_changes_delete(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const enum err err =
        store_change_delete(ctx->store, req->arena, &ctx->who, req->params[0], req->params[1]);
    res->status = 204;
    return refuse(res, err);
}

static enum err react(struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                      bool wanted)
{
    struct model_message changed;
    struct str emoji;
    if (!model_emoji_read(req->params[2], req->arena, &emoji)) {
        res->detail = STR("A reaction is one emoji.");
        return ERR_INVALID;
    }
    struct store_limit limit = store_limit_of(ctx->config, STORE_LIMIT_SEND);
    const enum err err = store_change_react(ctx->store, req->arena, &ctx->who, req->params[0],
                                            req->params[1], emoji, wanted, &limit, &changed);
    if (err == ERR_CONFLICT) {
        res->detail = STR("The message was deleted, or has as many reactions as it may have.");
    }
    return say_changed(ctx, req, res, &limit, err, &changed);
}

enum err api_changes_react(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    return react(ctx, req, res, true);
}

enum err api_changes_unreact(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    return react(ctx, req, res, false);
}

/* "👍":["1","2"], … for each emoji, where it came first. */
static void write_reactions(struct buf *out, const struct store_change_reactions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct str emoji = all->reactions[i].emoji;
        size_t first = 0;
        while (!str_eq(all->reactions[first].emoji, emoji)) {
            first++;
        }
        if (first < i) {
            continue; /* it is written */
        }
        buf_add_cstr(out, i > 0 ? "," : "");
        buf_add_json(out, emoji);
        for (size_t j = i; j < all->count; j++) {
            if (str_eq(all->reactions[j].emoji, emoji)) {
                buf_add_cstr(out, j == i ? ":[" : ",");
                buf_add_json(out, all->reactions[j].user);
            }
        }
        buf_add_byte(out, ']');
    }
}

enum err api_changes_reactions(struct api_ctx *ctx, const struct http_req *req,
                               struct http_res *res)
{
    struct store_change_reactions all;
    const enum err err = store_change_reactions(ctx->store, req->arena, &ctx->who, req->params[0],
                                                req->params[1], &all);
    if (err != ERR_OK) {
        return refuse(res, err);
    }
    buf_add_cstr(&res->body, "{\"reactions\":{");
    write_reactions(&res->body, &all);
    buf_add_cstr(&res->body, "},\"users\":{");
    for (size_t i = 0; i < all.nusers; i++) {
        buf_add_cstr(&res->body, i > 0 ? "," : "");
        buf_add_json(&res->body, all.users[i].id);
        buf_add_byte(&res->body, ':');
        buf_add_json(&res->body, all.users[i].username);
    }
    buf_add_cstr(&res->body, "}}");
    return ERR_OK;
}
