#include "api/api.h"

#include <inttypes.h>
#include "http/body.h"
#include "store/read.h"

#define ID_MAX 256 /* bytes that are read */

enum err api_reads_mark(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct http_field field = {.name = "id", .required = true, .max = ID_MAX};
    struct store_read read;
    enum err err = http_body_fields(req, &field, 1, &res->detail);
    if (err != ERR_OK) {
        return err;
    }
    err = store_read_mark(ctx->store, req->arena, &ctx->who, req->params[0], field.value, &read);
    if (err == ERR_INVALID) {
        res->detail = STR("id is the id of the newest message that was read.");
    } else if (err == ERR_NOT_FOUND) {
        res->detail = STR("There is no such room or message, or you are not in the room.");
    }
    if (err != ERR_OK) {
        return err;
    }
    buf_add_cstr(&res->body, "{\"roomId\":");
    buf_add_json(&res->body, req->params[0]);
    buf_add_cstr(&res->body, ",\"id\":");
    buf_add_json(&res->body, read.marker);
    buf_printf(&res->body, ",\"unread\":%" PRIu64 ",\"mentions\":%" PRIu64 "}", read.unread,
               read.mentions);
    return ERR_OK;
}
