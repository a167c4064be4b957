#include "http/req.h"

#include <string.h>

static const char *const names[] = {
    [HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",   [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OTHER] = "OTHER",
};

_Static_assert(ARRAY_LEN(names) == HTTP_METHOD__MAX, "every method has a name");

const char *http_req_method_name(enum http_method method)
{
    return (unsigned)method < HTTP_METHOD__MAX ? names[method] : "OTHER";
}

static enum http_method method_of(struct str name)
{
    for (unsigned i = 0; i < HTTP_OTHER; i++) {
        if (str_eq(str_of(names[i]), name)) {
            return (enum http_method)i;
        }
    }
    return HTTP_OTHER;
}

struct str http_req_var(const struct http_req *req, struct str name)
{
    for (size_t i = 0; i < req->nvars; i++) {
        if (str_eq(req->vars[i].name, name)) {
            return req->vars[i].value;
        }
    }
    return STR_NONE;
}

/* Is byte the one that a header's meta-variable has for c? (RFC 3875 section 4.1.18) */
static bool same_letter(char c, char byte)
{
    if (c == '-') {
        return byte == '_';
    }
    return (c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c) == byte;
}

static bool names_header(struct str var, struct str header)
{
    if (var.len != header.len) {
        return false;
    }
    for (size_t i = 0; i < var.len; i++) {
        if (!same_letter(header.ptr[i], var.ptr[i])) {
            return false;
        }
    }
    return true;
}

struct str http_req_header(const struct http_req *req, const char *name)
{
    const struct str header = str_of(name);
    const bool bare = str_eq(header, STR("content-type")) || str_eq(header, STR("content-length"));
    for (size_t i = 0; i < req->nvars; i++) {
        struct str var = req->vars[i].name;
        if (!bare && !str_starts(var, STR("HTTP_"))) {
            continue;
        }
        if (names_header(str_skip(var, bare ? 0 : 5), header)) {
            return req->vars[i].value;
        }
    }
    return STR_NONE;
}

/* What follows the last slash of s that is not at its end. */
static struct str last_segment(struct str s)
{
    while (s.len > 0 && s.ptr[s.len - 1] == '/') {
        s.len--;
    }
    size_t at = s.len;
    while (at > 0 && s.ptr[at - 1] != '/') {
        at--;
    }
    return str_skip(s, at);
}

/* No empty or dot segment, no control character, UTF-8. path begins with a slash. */
static bool is_clean(struct str path)
{
    struct str rest = str_skip(path, 1), segment;
    for (size_t i = 0; i < path.len; i++) {
        const unsigned char c = (unsigned char)path.ptr[i];
        if (c < ' ' || c == 0x7F) {
            return false;
        }
    }
    while (str_split(&rest, '/', &segment)) {
        if (segment.len == 0 || str_eq(segment, STR(".")) || str_eq(segment, STR(".."))) {
            return false;
        }
    }
    return str_is_utf8(path);
}

static enum err read_path(struct http_req *req)
{
    const struct str script = last_segment(http_req_var(req, STR("SCRIPT_NAME")));
    struct str info = http_req_var(req, STR("PATH_INFO"));
    if (str_ends(info, STR("/"))) {
        info.len--;
    }
    if (info.ptr != NULL && info.len > 0 && info.ptr[0] != '/') {
        return ERR_PATH;
    }
    struct str path =
        arena_printf(req->arena, "%s%.*s", script.len > 0 ? "/" : "", STR_FMT(script));
    char *joined = arena_alloc(req->arena, path.len + info.len + 1);
    memcpy(joined, path.ptr, path.len);
    if (info.ptr != NULL) {
        memcpy(joined + path.len, info.ptr, info.len);
    }
    path = (struct str){joined, path.len + info.len};
    if (path.len == 0) {
        path = STR("/");
    } else if (!is_clean(path)) {
        return ERR_PATH;
    }
    req->path = path;
    return ERR_OK;
}

/* "Text/Plain; charset=x" to "text/plain". */
static struct str media_type(struct arena *arena, struct str value)
{
    struct str type;
    if (!str_split(&value, ';', &type)) {
        return STR_NONE;
    }
    type = str_trim(type);
    if (type.len == 0) {
        return STR_NONE;
    }
    char *lower = arena_alloc(arena, type.len);
    for (size_t i = 0; i < type.len; i++) {
        const char c = type.ptr[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (struct str){lower, type.len};
}

enum err http_req_init(struct http_req *req, const struct http_var *vars, size_t nvars,
                       struct arena *arena)
{
    *req = (struct http_req){
        .vars = vars, .nvars = nvars, .arena = arena, .body = STR(""), .path = STR("/")};
    req->method = method_of(http_req_var(req, STR("REQUEST_METHOD")));
    req->query = http_req_var(req, STR("QUERY_STRING"));
    if (!str_is_set(req->query)) {
        req->query = STR("");
    }
    req->content_type = media_type(arena, http_req_header(req, "content-type"));
    req->remote = http_req_var(req, STR("REMOTE_ADDR"));
    const struct str https = http_req_var(req, STR("HTTPS"));
    req->https = str_eq_nocase(https, STR("on")) || str_eq(https, STR("1")) ||
                 str_eq_nocase(http_req_var(req, STR("REQUEST_SCHEME")), STR("https"));
    return read_path(req);
}
