#include "api/api.h"

/* What a page has to know before anybody has signed in: it says nothing of who is here. */
enum err api_server_tell(struct api_ctx *ctx, const struct http_req *req UNUSED,
                         struct http_res *res)
{
    static const char *const words[] = {
        [CONFIG_REGISTRATION_OPEN] = "open",
        [CONFIG_REGISTRATION_INVITE] = "invite",
        [CONFIG_REGISTRATION_CLOSED] = "closed",
    };
    const bool remote = ctx->config->remote_user;
    buf_printf(&res->body, "{\"login\":\"%s\",\"registration\":\"%s\"}",
               remote ? "server" : "password",
               words[remote ? CONFIG_REGISTRATION_CLOSED : ctx->config->registration]);
    return ERR_OK;
}
