#include "auth/link.h"

#include "base/rand.h"

#define CODE_LEN 24 /* AUTH_LINK_CODE_BYTES in base64 */

struct str auth_link_code(struct arena *arena)
{
    return rand_word(arena, AUTH_LINK_CODE_BYTES);
}

struct str auth_link_key(struct arena *arena, struct str code)
{
    const bool is_code = code.len == CODE_LEN && str_is_made_of(code, STR("_-"));
    return is_code ? rand_sha256(arena, code) : STR_NONE;
}

struct str auth_link_make(struct arena *arena, struct str page, const char *word, struct str code)
{
    return arena_printf(arena, "%.*s#%s/%.*s", STR_FMT(page), word, STR_FMT(code));
}

/* May it stand in a cookie's Path, or a link, as it is? */
static bool is_plain(struct str path)
{
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] <= ' ' || path.ptr[i] > '~' || path.ptr[i] == ';' || path.ptr[i] == ',') {
            return false;
        }
    }
    return true;
}

struct str auth_link_mount(const struct http_req *req)
{
    const struct str marker = STR("/api/");
    const struct str script = http_req_var(req, STR("SCRIPT_NAME"));
    struct str found = STR("/");
    for (size_t i = 0; i < script.len; i++) {
        if (str_starts(str_skip(script, i), marker)) {
            found = (struct str){script.ptr, i + 1};
        }
    }
    return is_plain(found) ? found : STR("/");
}

struct str auth_link_page(const struct config *config, const struct http_req *req)
{
    const struct str mount = auth_link_mount(req);
    if (config->origin[0] != '\0') {
        return arena_printf(req->arena, "%s%.*s", config->origin, STR_FMT(mount));
    }
    const struct str host = http_req_header(req, "host");
    return host.len == 0 ? mount
                         : arena_printf(req->arena, "%s://%.*s%.*s", req->https ? "https" : "http",
                                        STR_FMT(host), STR_FMT(mount));
}
