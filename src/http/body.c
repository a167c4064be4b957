#include "http/body.h"

#include <jansson.h>
#include "base/mem.h"
#include "http/query.h"

#define DEPTH_MAX 16

static const char not_text[] = "is not UTF-8, or holds NUL";

static enum err refuse(const struct http_req *req, struct str *why, enum err err, const char *name,
                       const char *what)
{
    *why = arena_printf(req->arena, "%s %s.", name, what);
    return err;
}

/* What holds for a value however it came. */
static enum err check_value(const struct http_req *req, const struct http_field *f,
                            struct str value, struct str *why)
{
    if (value.len > f->max) {
        *why = arena_printf(req->arena, "%s may have %zu bytes at most.", f->name, f->max);
        return ERR_TOO_LARGE;
    }
    if (!str_is_utf8(value) || str_has(value, '\0')) {
        return refuse(req, why, ERR_TEXT, f->name, not_text);
    }
    return ERR_OK;
}

static enum err json_value(const struct http_req *req, const json_t *value,
                           const struct http_field *f, struct str *out, struct str *why)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        *out = arena_str(req->arena,
                         (struct str){json_string_value(value), json_string_length(value)});
        return ERR_OK;
    case JSON_INTEGER:
        *out = arena_printf(req->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return ERR_OK;
    case JSON_TRUE:
        *out = STR("1");
        return ERR_OK;
    case JSON_FALSE:
        *out = STR("0");
        return ERR_OK;
    case JSON_NULL:
        *out = STR_NONE;
        return ERR_OK;
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_REAL:
        break;
    }
    return refuse(req, why, ERR_INVALID, f->name, "has a value of a wrong type");
}

/* The place of the quote that ends the string that began before i; s.len where none does. */
static size_t string_end(struct str s, size_t i)
{
    while (i < s.len && s.ptr[i] != '"') {
        i += s.ptr[i] == '\\' ? 2 : 1;
    }
    return i;
}

/* Nesting is bounded before the parser, which recurses. Brackets in strings do not count. */
static bool too_deep(struct str s)
{
    size_t depth = 0;
    for (size_t i = 0; i < s.len && depth <= DEPTH_MAX; i++) {
        const char c = s.ptr[i];
        if (c == '"') {
            i = string_end(s, i + 1);
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return depth > DEPTH_MAX;
}

/* *root is the caller's to release; an object, where this succeeds. */
static enum err parse_json(struct str body, json_t **root, struct str *why)
{
    if (!str_is_utf8(body)) {
        *why = STR("The body is not UTF-8.");
        return ERR_TEXT;
    }
    if (too_deep(body)) {
        *why = STR("The body is nested too deeply.");
        return ERR_BODY;
    }
    json_error_t error = {0};
    json_set_alloc_funcs(mem_secret_alloc, mem_secret_free); /* passwords come this way */
    *root = json_loadb(body.ptr, body.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (*root == NULL && json_error_code(&error) == json_error_numeric_overflow) {
        *why = STR("The body has a number that is too large.");
        return ERR_INVALID;
    }
    if (!json_is_object(*root)) {
        *why = STR("The body is not a JSON object.");
        return ERR_BODY;
    }
    return ERR_OK;
}

static enum err read_json(const struct http_req *req, struct http_field *fields, size_t n,
                          struct str *why)
{
    json_t *root = NULL;
    enum err err = parse_json(req->body, &root, why);
    for (size_t i = 0; i < n && !err; i++) {
        const json_t *value = json_object_get(root, fields[i].name);
        if (value != NULL) {
            err = json_value(req, value, &fields[i], &fields[i].value, why);
        }
    }
    json_decref(root);
    return err;
}

static enum err read_form(const struct http_req *req, struct http_field *fields, size_t n,
                          struct str *why)
{
    for (size_t i = 0; i < n; i++) {
        const struct str name = str_of(fields[i].name);
        const enum err err = http_query_get(req->body, name, req->arena, &fields[i].value);
        if (err == ERR_TEXT) {
            return refuse(req, why, err, fields[i].name, not_text);
        }
        if (err) {
            return refuse(req, why, ERR_BODY, fields[i].name, "has a broken percent escape");
        }
    }
    return ERR_OK;
}

enum err http_body_fields(const struct http_req *req, struct http_field *fields, size_t n,
                          struct str *why)
{
    enum err err;
    for (size_t i = 0; i < n; i++) {
        fields[i].value = STR_NONE;
    }
    if (str_eq(req->content_type, STR("application/json"))) {
        err = read_json(req, fields, n, why);
    } else if (str_eq(req->content_type, STR("application/x-www-form-urlencoded"))) {
        err = read_form(req, fields, n, why);
    } else {
        *why = STR("Send application/json, or a form.");
        return ERR_MEDIA_TYPE;
    }
    for (size_t i = 0; i < n && !err; i++) {
        if (str_is_set(fields[i].value)) {
            err = check_value(req, &fields[i], fields[i].value, why);
        } else if (fields[i].required) {
            err = refuse(req, why, ERR_INVALID, fields[i].name, "is missing");
        }
    }
    return err;
}
