#include "serve/loop.h"

#include "base/log.h"
#include "base/rand.h"
#include "support/check.h"

/* From variables to bytes, without a web server and without a store. */

/* A body that is sent in one go, and counts what was taken of it. */
struct sender {
    size_t len, taken;
};

static size_t take(void *from, char *out, size_t len)
{
    struct sender *sender = from;
    const size_t left = sender->len - sender->taken;
    const size_t n = len < left ? len : left;
    memset(out, 'x', n);
    sender->taken += n;
    return n;
}

static int begin(void **state)
{
    static const struct config config = {.origin = "", .session_days = 30};
    static struct serve_loop loop;
    serve_loop_init(&loop, &api_routes_messages, &config, NULL);
    *state = &loop;
    return 0;
}

static int end(void **state)
{
    serve_loop_done(*state);
    serve_loop_finish(*state);
    return 0;
}

/* The variables of a request for /messages/0, and up to three more. */
#define ENV(...)                                                                                   \
    ((char *const[]){(char[]){"SCRIPT_NAME=/api/messages"}, (char[]){"PATH_INFO=/0"}, __VA_ARGS__, \
                     NULL})
#define VAR(text)                                                                                  \
    (char[])                                                                                       \
    {                                                                                              \
        text                                                                                       \
    }

static struct str answer(struct serve_loop *loop, char *const *envp, struct sender *sender)
{
    return serve_loop_answer(loop, envp, (struct serve_body){.read = take, .from = sender});
}

static bool has(struct str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* The value of a header; absent where there is none. */
static struct str header(struct str text, const char *name)
{
    const size_t len = strlen(name);
    struct str line;
    while (str_split(&text, '\n', &line) && line.len > 1) {
        if (str_starts(line, str_of(name)) && str_starts(str_skip(line, len), STR(": "))) {
            return (struct str){line.ptr + len + 2, line.len - len - 3};
        }
    }
    return STR_NONE;
}

static void an_answer_is_cgi_output(void **state)
{
    struct sender nothing = {0};
    const struct str out = answer(*state, ENV(VAR("REQUEST_METHOD=GET")), &nothing);
    assert_true(str_starts(out, STR("Status: 401 Unauthorized\r\n")));
    check_str(header(out, "Content-Type"), "application/problem+json");
    check_str(header(out, "Cache-Control"), "no-store");
    check_str(header(out, "X-Content-Type-Options"), "nosniff");
    assert_true(has(out, "\r\n\r\n{\"type\":\"about:blank\""));
}

static void head_is_get_without_a_body(void **state)
{
    struct sender nothing = {0};
    const struct str get = answer(*state, ENV(VAR("REQUEST_METHOD=GET")), &nothing);
    const struct str head = answer(*state, ENV(VAR("REQUEST_METHOD=HEAD")), &nothing);
    assert_true(str_ends(head, STR("\r\n\r\n")));
    assert_int_equal(header(head, "Content-Length").len, 3);
    check_eq(header(head, "Content-Length"), header(get, "Content-Length"));
}

static void a_body_has_a_length(void **state)
{
    struct sender sender = {.len = 9};
    const struct str out =
        answer(*state, ENV(VAR("REQUEST_METHOD=POST"), VAR("CONTENT_LENGTH=9")), &sender);
    assert_true(str_starts(out, STR("Status: 401 ")));
    assert_int_equal(sender.taken, 9);
    sender.taken = 0;
    answer(*state, ENV(VAR("REQUEST_METHOD=POST"), VAR("CONTENT_LENGTH=")), &sender);
    assert_int_equal(sender.taken, 0);
    answer(*state, ENV(VAR("REQUEST_METHOD=POST")), &sender);
    assert_int_equal(sender.taken, 0);
}

static void a_length_that_is_none_is_invalid(void **state)
{
    struct sender sender = {.len = 9};
    char *const *const envs[] = {
        ENV(VAR("REQUEST_METHOD=POST"), VAR("CONTENT_LENGTH=-1")),
        ENV(VAR("REQUEST_METHOD=POST"), VAR("CONTENT_LENGTH=9x")),
        ENV(VAR("REQUEST_METHOD=POST"), VAR("CONTENT_LENGTH=18446744073709551616")),
    };
    for (size_t i = 0; i < ARRAY_LEN(envs); i++) {
        const struct str out = answer(*state, envs[i], &sender);
        check_row(str_starts(out, STR("Status: 400 ")), str_of(envs[i][3]));
        check_row(has(out, "\"code\":\"invalid\""), str_of(envs[i][3]));
        check_row(str_is_set(header(out, "Cache-Control")), str_of(envs[i][3]));
    }
    assert_int_equal(sender.taken, 0);
}

static void a_body_that_ends_early_is_bad(void **state)
{
    struct sender sender = {.len = 8};
    const struct str out =
        answer(*state, ENV(VAR("REQUEST_METHOD=POST"), VAR("CONTENT_LENGTH=9")), &sender);
    assert_true(str_starts(out, STR("Status: 400 ")));
    assert_true(has(out, "\"code\":\"bad_body\""));
}

/* Read past, so that the web server is not left writing to nobody; but not for ever. */
static void a_body_that_is_too_large_is_read_past(void **state)
{
    struct sender sender = {.len = (size_t)8 * 1024 * 1024};
    struct str out =
        answer(*state, ENV(VAR("REQUEST_METHOD=POST"), VAR("CONTENT_LENGTH=65537")), &sender);
    assert_true(str_starts(out, STR("Status: 413 ")));
    assert_int_equal(sender.taken, 65537);

    sender.taken = 0;
    out = answer(*state, ENV(VAR("REQUEST_METHOD=POST"), VAR("CONTENT_LENGTH=8388608")), &sender);
    assert_true(str_starts(out, STR("Status: 413 ")));
    assert_int_equal(sender.taken, SERVE_LOOP_DRAIN_MAX);

    sender = (struct sender){.len = 70000};
    out =
        answer(*state, ENV(VAR("REQUEST_METHOD=POST"), VAR("CONTENT_LENGTH=18446744073709551615")),
               &sender);
    assert_true(str_starts(out, STR("Status: 413 ")));
    assert_int_equal(sender.taken, 70000);
}

static void a_path_that_none_can_be_is_bad(void **state)
{
    struct sender nothing = {0};
    char *const env[] = {VAR("SCRIPT_NAME=/api/messages"), VAR("PATH_INFO=/../0"),
                         VAR("REQUEST_METHOD=GET"), NULL};
    const struct str out = answer(*state, env, &nothing);
    assert_true(str_starts(out, STR("Status: 400 ")));
    assert_true(has(out, "\"code\":\"bad_path\""));
    assert_true(str_is_set(header(out, "X-Request-Id")));
    check_str(header(out, "Cache-Control"), "no-store");
}

static void a_request_has_an_id(void **state)
{
    const struct {
        char *const *env;
        const char *id; /* NULL: one of ours */
    } rows[] = {
        {ENV(VAR("REQUEST_ID=4bf92f3577b34da6")), "4bf92f3577b34da6"},
        {ENV(VAR("UNIQUE_ID=ZzA-1@x_y.z")), "ZzA-1@x_y.z"},
        {ENV(VAR("REQUEST_ID=a"), VAR("UNIQUE_ID=b")), "a"},
        {ENV(VAR("REQUEST_ID=")), NULL},
        {ENV(VAR("REQUEST_ID=a b")), NULL},
        {ENV(VAR("REQUEST_ID=a\"b")), NULL},
        {ENV(VAR("REQUEST_ID=a\nb")), NULL},
        {ENV(VAR("REQUEST_ID=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")),
         NULL},
        {ENV(VAR("HTTP_X_REQUEST_ID=of-the-client")), NULL},
    };
    struct sender nothing = {0};
    struct str last = STR("");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct str id = header(answer(*state, rows[i].env, &nothing), "X-Request-Id");
        if (rows[i].id != NULL) {
            check_str(id, rows[i].id);
        } else {
            check_row(str_is_made_of(id, STR("_-")) && id.len >= 14 && !str_eq(id, last),
                      str_of(rows[i].env[2]));
            last = id;
        }
    }
}

int main(void)
{
    rand_init();
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answer_is_cgi_output, begin, end),
        cmocka_unit_test_setup_teardown(head_is_get_without_a_body, begin, end),
        cmocka_unit_test_setup_teardown(a_body_has_a_length, begin, end),
        cmocka_unit_test_setup_teardown(a_length_that_is_none_is_invalid, begin, end),
        cmocka_unit_test_setup_teardown(a_body_that_ends_early_is_bad, begin, end),
        cmocka_unit_test_setup_teardown(a_body_that_is_too_large_is_read_past, begin, end),
        cmocka_unit_test_setup_teardown(a_path_that_none_can_be_is_bad, begin, end),
        cmocka_unit_test_setup_teardown(a_request_has_an_id, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
