#include "http/res.h"

#include "base/mem.h"

/*
 * For browsers that come upon an answer otherwise than by our page: nobody guesses another type for
 * it, shows it in a frame, or embeds it from another origin; and shown as a document it loads
 * nothing, and tells nobody where it was.
 */
#define GUARDS                                                                                     \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; "           \
    "frame-ancestors 'none'\r\n"                                                                   \
    "Cross-Origin-Resource-Policy: same-origin\r\n"                                                \
    "Referrer-Policy: no-referrer\r\n"

void http_res_init(struct http_res *res, struct arena *arena)
{
    *res =
        (struct http_res){.status = 200, .content_type = STR("application/json"), .arena = arena};
    buf_init(&res->body, arena, HTTP_RES_BODY_MAX);
}

void http_res_header(struct http_res *res, const char *name, struct str value)
{
    if (res->nheaders == HTTP_RES_HEADERS_MAX) {
        mem_die("response headers");
    }
    char *safe = arena_alloc(res->arena, value.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < value.len; i++) {
        const unsigned char c = (unsigned char)value.ptr[i];
        if (c >= ' ' && c != 0x7F) {
            safe[len++] = value.ptr[i];
        }
    }
    res->headers[res->nheaders++] = (struct http_var){str_of(name), {safe, len}};
}

bool http_res_has(const struct http_res *res, struct str name)
{
    for (size_t i = 0; i < res->nheaders; i++) {
        if (str_eq_nocase(res->headers[i].name, name)) {
            return true;
        }
    }
    return false;
}

const char *http_res_status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } table[] = {
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
        {507, "Insufficient Storage"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (table[i].status == status) {
            return table[i].text;
        }
    }
    return "Unknown";
}

void http_res_write(const struct http_res *res, bool head, struct buf *out)
{
    const bool bodiless = res->status == 204 || res->status == 304;
    const bool typed = str_is_set(res->content_type);
    const struct str body = typed ? buf_str(&res->body) : STR("");
    buf_printf(out, "Status: %d %s\r\n", res->status, http_res_status_text(res->status));
    if (!bodiless && typed) {
        buf_printf(out, "Content-Type: %.*s\r\n", STR_FMT(res->content_type));
    }
    for (size_t i = 0; i < res->nheaders; i++) {
        buf_add_str(out, res->headers[i].name);
        buf_add_cstr(out, ": ");
        buf_add_str(out, res->headers[i].value);
        buf_add_cstr(out, "\r\n");
    }
    if (!http_res_has(res, STR("Cache-Control"))) {
        buf_add_cstr(out, "Cache-Control: no-store\r\n");
    }
    buf_add_cstr(out, GUARDS);
    if (!bodiless) {
        buf_printf(out, "Content-Length: %zu\r\n", body.len);
    }
    buf_add_cstr(out, "\r\n");
    if (!bodiless && !head) {
        buf_add_str(out, body);
    }
}
