#include "http/problem.h"

#include "http/accept.h"

static const struct {
    int status;
    const char *detail;
} problems[] = {
    [ERR_OK] = {500, "Something went wrong here."},
    [ERR_INVALID] = {400, "A parameter is missing or out of its range."},
    [ERR_BODY] = {400, "The body is not what its content type says."},
    [ERR_TEXT] = {400, "The text is not UTF-8, or holds control characters."},
    [ERR_PATH] = {400, "No resource has such a path."},
    [ERR_PASSWORD_COMMON] = {400, "This is one of the passwords that are tried first."},
    [ERR_PASSWORD_LONG] = {400, "A password is at most 72 bytes on this server."},
    [ERR_UNAUTHENTICATED] = {401, "Log in first."},
    [ERR_CREDENTIALS] = {401, "Unknown user or wrong password."},
    [ERR_FORBIDDEN] = {403, "You may not do this."},
    [ERR_REMOTE_NAME] = {403, "The web server gave you a name that nobody can have here: 1 to 32 "
                              "letters, digits, \"_\", \".\" and \"-\", and not a number."},
    [ERR_BANNED] = {403, "Nothing is done here for this address."},
    [ERR_SCOPE] = {403, "This token is not for that."},
    [ERR_CROSS_SITE] = {403, "A page of another origin may not do this."},
    [ERR_LINK] = {403, "This link was used already, has expired, or never was one."},
    [ERR_NOT_FOUND] = {404, "There is no such thing here."},
    [ERR_METHOD] = {405, "This resource does not know the method; see Allow."},
    [ERR_CONFLICT] = {409, "The state has moved on; look again."},
    [ERR_NAME_TAKEN] = {409, "Somebody has this user name."},
    [ERR_ARCHIVED] = {409, "This room is archived: it can be read, and nothing more."},
    [ERR_NONCE_REUSED] = {409, "This nonce was used for another message."},
    [ERR_FOREIGN] = {409, "A message of a demo server can be deleted, but not changed."},
    [ERR_LAST_ADMIN] = {409, "This is the last admin, and somebody has to run this server."},
    [ERR_NO_LENGTH] = {411, "Send a body, be it an empty one: curl -d ''."},
    [ERR_TOO_LARGE] = {413, "The body, or a part of it, is too large."},
    [ERR_HEADERS] = {431, "The headers, or the path, are too long."},
    [ERR_MEDIA_TYPE] = {415, "This resource does not read such a content type."},
    [ERR_RATE_LIMITED] = {429, "Too often; try again in a while."},
    [ERR_BUSY] = {429, "Too many log in just now; try again in a second."},
    [ERR_INTERNAL] = {500, "Something went wrong here."},
    [ERR_PROTOCOL] = {500, "Something went wrong here."},
    [ERR_UNAVAILABLE] = {503, "The store cannot be reached just now; try again."},
    [ERR_STORAGE_FULL] = {507, "The store is full; reading still works."},
};

_Static_assert(ARRAY_LEN(problems) == ERR__MAX, "every error is a problem");

/* Errors that clients are not told apart from a bug of ours. */
static enum err visible(enum err err)
{
    return err == ERR_OK || err == ERR_PROTOCOL || (unsigned)err >= ERR__MAX ? ERR_INTERNAL : err;
}

int http_problem_status(enum err err)
{
    return problems[visible(err)].status;
}

enum err http_problem_of(int status)
{
    for (unsigned i = ERR_OK + 1; i < ERR__MAX; i++) {
        if (problems[i].status == status) {
            return (enum err)i;
        }
    }
    return status < 500 ? ERR_INVALID : ERR_INTERNAL;
}

/* RFC 6750 section 3. Basic is taken and not asked for: a browser would ask for a password. */
static void challenge(struct http_res *res, const struct http_req *req, enum err err)
{
    const bool has_shown = str_is_set(http_req_header(req, "authorization"));
    if (err == ERR_SCOPE) {
        http_res_header(res, "WWW-Authenticate", STR("Bearer error=\"insufficient_scope\""));
    } else if (res->status == 401) {
        http_res_header(res, "WWW-Authenticate",
                        has_shown ? STR("Bearer error=\"invalid_token\"") : STR("Bearer"));
    }
}

void http_problem_write(struct http_res *res, const struct http_req *req, enum err err)
{
    const enum err seen = visible(err);
    const struct str detail = str_is_set(res->detail) ? res->detail : str_of(problems[seen].detail);
    res->status = problems[seen].status;
    buf_clear(&res->body);
    challenge(res, req, seen);
    if ((seen == ERR_RATE_LIMITED || seen == ERR_BUSY || seen == ERR_UNAVAILABLE) &&
        !http_res_has(res, STR("Retry-After"))) {
        http_res_header(res, "Retry-After", STR("1"));
    }
    if (http_accept_is_text(req)) {
        res->content_type = http_accept_type(HTTP_FORM_TEXT);
        buf_printf(&res->body, "%s: %.*s\n", err_code(seen), STR_FMT(detail));
        return;
    }
    res->content_type = STR("application/problem+json");
    buf_printf(&res->body, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":",
               http_res_status_text(res->status), res->status);
    buf_add_json(&res->body, detail);
    buf_printf(&res->body, ",\"code\":\"%s\"}", err_code(seen));
}
