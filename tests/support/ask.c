#include "support/ask.h"

#include "http/problem.h"
#include "support/check.h"

#define VARS_MAX 16

struct vars {
    struct http_var var[VARS_MAX];
    size_t n;
};

static void add(struct vars *vars, const char *name, const char *value)
{
    if (value != NULL) {
        assert_true(vars->n < VARS_MAX);
        vars->var[vars->n++] = (struct http_var){str_of(name), str_of(value)};
    }
}

static const struct api_routes *routes_of(struct str segment)
{
    if (str_eq(segment, STR("messages")) || str_eq(segment, STR("search")) ||
        str_eq(segment, STR("hooks"))) {
        return &api_routes_messages;
    }
    const bool account = str_eq(segment, STR("session")) || str_eq(segment, STR("sessions")) ||
                         str_eq(segment, STR("users")) || str_eq(segment, STR("invites")) ||
                         str_eq(segment, STR("tokens")) || str_eq(segment, STR("bots")) ||
                         str_eq(segment, STR("bans"));
    return account ? &api_routes_accounts : &api_routes_rooms;
}

/* The variables as a web server gives them; they live in the arena. */
static struct vars *make_vars(struct arena *arena, const struct ask *ask, struct str *program)
{
    struct vars *vars = arena_zalloc(arena, 1, sizeof(*vars));
    struct str info = str_skip(str_of(ask->path), 1);
    const struct str path = info;
    assert_true(str_split(&info, '/', program));
    add(vars, "SCRIPT_NAME", arena_printf(arena, "/chat/api/%.*s", STR_FMT(*program)).ptr);
    add(vars, "PATH_INFO",
        arena_cstr(arena, str_skip((struct str){path.ptr, path.len}, program->len)));
    add(vars, "REQUEST_METHOD", ask->method != NULL ? ask->method : "GET");
    add(vars, "QUERY_STRING", ask->query != NULL ? ask->query : "");
    add(vars, "CONTENT_TYPE", ask->type);
    add(vars, "HTTP_COOKIE", ask->cookie);
    add(vars, "HTTP_HOST", "chat.example");
    add(vars, "HTTP_USER_AGENT", "test/1");
    add(vars, "REMOTE_ADDR", "192.0.2.7");
    for (size_t i = 0; i < ARRAY_LEN(ask->vars) && ask->vars[i] != NULL; i++) {
        struct str value = str_of(ask->vars[i]);
        struct str name;
        assert_true(str_split(&value, '=', &name) && str_is_set(value));
        add(vars, arena_cstr(arena, name), value.ptr);
    }
    return vars;
}

const struct http_res *ask_answer(struct api_ctx *ctx, struct arena *arena, const struct ask *ask)
{
    struct str program;
    struct http_req req;
    const struct vars *vars = make_vars(arena, ask, &program);
    struct http_res *res = arena_zalloc(arena, 1, sizeof(*res));
    http_res_init(res, arena);
    assert_int_equal(http_req_init(&req, vars->var, vars->n, arena), ERR_OK);
    req.body = ask->text != NULL ? str_of(ask->text) : ask->body;
    api_dispatch(ctx, routes_of(program), &req, ask->too_large, res);
    return res;
}

struct str ask_header(const struct http_res *res, const char *name)
{
    struct str value = STR_NONE;
    for (size_t i = 0; i < res->nheaders; i++) {
        if (str_eq_nocase(res->headers[i].name, str_of(name))) {
            assert_false(str_is_set(value));
            value = res->headers[i].value;
        }
    }
    return value;
}

void ask_is_at(const struct http_res *res, int status, const char *file, int line)
{
    if (res->status != status) {
        print_error("%d instead of %d: %.*s\n", res->status, status, STR_FMT(buf_str(&res->body)));
        _fail(file, line);
    }
}

void ask_is_problem_at(const struct http_res *res, enum err err, const char *file, int line)
{
    ask_is_at(res, http_problem_status(err), file, line);
    if (!str_eq(ask_field(res, "code"), str_of(err_code(err))) ||
        !str_eq(res->content_type, STR("application/problem+json")) ||
        str_is_set(ask_header(res, "Cache-Control")) || ask_field(res, "detail").len == 0) {
        print_error("not %s: %.*s\n", err_code(err), STR_FMT(buf_str(&res->body)));
        _fail(file, line);
    }
}

struct str ask_field(const struct http_res *res, const char *name)
{
    struct str rest = buf_str(&res->body);
    const size_t len = strlen(name);
    for (; rest.len > len + 4; rest = str_skip(rest, 1)) {
        const struct str key = {rest.ptr + 1, len};
        const struct str glue = {rest.ptr + 1 + len, 3};
        if (rest.ptr[0] == '"' && str_eq(key, str_of(name)) && str_eq(glue, STR("\":\""))) {
            struct str value;
            rest = str_skip(rest, len + 4);
            return str_split(&rest, '"', &value) ? value : STR_NONE;
        }
    }
    return STR_NONE;
}
