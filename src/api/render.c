#include "api/api.h"

#include "base/rand.h"
#include "model/lines.h"

/* The lines that are asked for, in place of the JSON; text is known of some lists only. */
static void write_lines(const struct http_req *req, enum http_form form, struct http_res *res)
{
    struct buf out;
    buf_init(&out, req->arena, HTTP_RES_BODY_MAX);
    if (form == HTTP_FORM_NDJSON) {
        model_lines_ndjson(&out, buf_str(&res->body));
    } else if (!model_lines_text(&out, buf_str(&res->body), req->arena)) {
        return;
    }
    res->body = out;
    res->content_type = http_accept_type(form);
}

/* Does If-None-Match name this entity tag? (RFC 9110 section 13.1.2: weak comparison) */
static bool names_tag(struct str list, struct str tag)
{
    struct str one;
    while (str_split(&list, ',', &one)) {
        one = str_trim(one);
        if (str_starts(one, STR("W/"))) {
            one = str_skip(one, 2);
        }
        if (str_eq(one, tag) || str_eq(one, STR("*"))) {
            return true;
        }
    }
    return false;
}

/* The body may be kept, but is to be asked for again; who has this one is told so. */
static void add_tag(const struct http_req *req, struct http_res *res)
{
    const unsigned long long hash = rand_hash64(buf_str(&res->body));
    const struct str tag = arena_printf(req->arena, "\"%016llx\"", hash);
    http_res_header(res, "ETag", tag);
    http_res_header(res, "Cache-Control", STR("private, no-cache"));
    http_res_header(res, "Vary", STR("Accept"));
    if (names_tag(http_req_header(req, "if-none-match"), tag)) {
        res->status = 304;
    }
}

void api_render(const struct http_req *req, enum http_form form, struct http_res *res)
{
    const bool is_json = str_eq(res->content_type, http_accept_type(HTTP_FORM_JSON));
    if (form != HTTP_FORM_JSON && is_json && res->body.len > 0) {
        write_lines(req, form, res);
    }
    if (res->is_tagged) {
        add_tag(req, res);
    }
}
