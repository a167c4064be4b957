#include "api/api.h"

#include <inttypes.h>
#include "base/log.h"
#include "store/session.h"

#define SHA256_LEN 64 /* hex digits */

static void write_session(struct buf *out, const struct store_session *session)
{
    buf_add_cstr(out, "{\"id\":");
    buf_add_json(out, session->sha256);
    buf_printf(out, ",\"created\":%" PRId64 ",\"seen\":%" PRId64 ",\"address\":", session->created,
               session->seen);
    buf_add_json(out, session->address);
    buf_add_cstr(out, ",\"agent\":");
    buf_add_json(out, session->agent);
    buf_add_cstr(out, session->is_asking ? ",\"current\":true}" : ",\"current\":false}");
}

enum err api_sessions_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_session *sessions;
    size_t count;
    const enum err err = store_session_list(ctx->store, req->arena, &ctx->who, &sessions, &count);
    if (err != ERR_OK) {
        return err;
    }
    buf_add_cstr(&res->body, "{\"sessions\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(&res->body, i > 0 ? "," : "");
        write_session(&res->body, &sessions[i]);
    }
    buf_add_cstr(&res->body, "]}");
    return ERR_OK;
}

enum err api_sessions_end_others(struct api_ctx *ctx, const struct http_req *req,
                                 struct http_res *res)
{
    const enum err err = store_session_revoke(ctx->store, req->arena, &ctx->who, STR_NONE);
    if (err == ERR_OK) {
        log_info("sessions_ended", "user=%s address=%s session=others", log_text(ctx->who.user.id),
                 log_text(req->remote));
        res->status = 204;
    }
    return err;
}

enum err api_sessions_end(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const struct str id = req->params[0];
    if (id.len != SHA256_LEN || !str_is_made_of(id, STR(""))) {
        return ERR_NOT_FOUND;
    }
    const enum err err = store_session_revoke(ctx->store, req->arena, &ctx->who, id);
    if (err == ERR_OK) {
        log_info("sessions_ended", "user=%s address=%s session=%.8s", log_text(ctx->who.user.id),
                 log_text(req->remote), id.ptr);
        res->status = 204;
    }
    return err;
}
