#include "base/log.h"
#include "support/api.h"

/* Sending: POST /messages/{room}. */

#define POST(t, who, ...)                                                                          \
    API_ASK(t, .path = "/messages/0", .method = "POST", .cookie = (who), __VA_ARGS__)

static int64_t stored(struct api_test *t)
{
    return redis_int(t->redis, "ZCARD room:0");
}

static void a_message_is_stored_and_given_back(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    struct redisContext *listener = redis_listen(t->redis);
    const struct http_res *res =
        POST(t, pablo, .type = ASK_JSON, .text = "{\"message\":\"Hello\"}");
    ask_is(res, 201);
    const struct str id = ask_field(res, "id");
    struct str seconds = id;
    struct str date;
    assert_true(str_split(&seconds, '.', &date));
    ask_body_is(res, api_test_text(t,
                                   "{\"id\":\"%.*s\",\"from\":\"1\",\"date\":%.*s,"
                                   "\"message\":\"Hello\",\"roomId\":\"0\"}",
                                   STR_FMT(id), STR_FMT(date)));
    assert_string_equal(redis_lines(t->redis, "ZRANGE room:0 0 -1"),
                        api_test_text(t, "%.*s", STR_FMT(buf_str(&res->body))));
    assert_int_equal(redis_int(t->redis, "ZCOUNT room:0 %s %s", store_test_cstr(t->store, id),
                               store_test_cstr(t->store, id)),
                     1);
    assert_non_null(strstr(redis_heard(listener), store_test_cstr(t->store, buf_str(&res->body))));
    redis_unlisten(listener);

    const struct str location = ask_header(res, "Location");
    check_eq(location, str_of(api_test_text(t, "?around=%.*s", STR_FMT(id))));
    const struct http_res *there =
        API_ASK(t, .path = "/messages/0", .cookie = pablo,
                .query = arena_cstr(&t->store->arena, str_skip(location, 1)));
    check_eq(ask_field(there, "id"), id);
}

/* However it comes, the same text is stored. */
static void a_message_comes_in_three_bodies(void **state)
{
    static const struct {
        const char *type;
        const char *body, *text;
    } rows[] = {
        {ASK_JSON, "{\"message\":\"h\\u00e9\\n\\ud83d\\ude00\"}", "h\\u00e9\\n\\ud83d\\ude00"},
        {ASK_JSON, "{\"message\":42,\"other\":[]}", "42"},
        {ASK_JSON, "{\"message\":\"ends\\n\"}", "ends\\n"},
        {ASK_JSON, "{\"message\":\"a\\r\\nb\"}", "a\\nb"},
        {ASK_FORM, "message=h%C3%A9+there", "h\\u00e9 there"},
        {ASK_FORM, "x=y&message=a%0D%0Ab", "a\\nb"},
        {ASK_FORM, "just text, 100% sure", "just text, 100% sure"},
        {ASK_FORM, "messages=none", "messages=none"},
        {ASK_FORM, "hello\n", "hello"},
        {"text/plain", "two\nlines\n\n", "two\\nlines\\n"},
        {"text/plain", "two\r\nlines\r\n", "two\\nlines"},
        {"text/markdown", "*a*\tb", "*a*\\tb"},
        {NULL, "message=raw", "message=raw"},
        {NULL, "{\"message\":\"raw\"}", "{\\\"message\\\":\\\"raw\\\"}"},
        {NULL, "<b> & \"q\"", "<b> & \\\"q\\\""},
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_res *res = POST(t, pablo, .type = rows[i].type, .text = rows[i].body);
        check_row(res->status == 201, str_of(rows[i].body));
        const char *wanted =
            api_test_text(t, ",\"message\":\"%s\",\"roomId\":\"0\"}", rows[i].text);
        check_row(str_ends(buf_str(&res->body), str_of(wanted)), str_of(rows[i].body));
    }
    assert_int_equal(stored(t), ARRAY_LEN(rows));
}

static void what_cannot_be_a_message_is_told_so(void **state)
{
    static const struct {
        const char *type;
        struct str body;
        enum err err;
    } rows[] = {
        {ASK_JSON, LIT("{\"message\":\"Hel"), ERR_BODY},
        {ASK_JSON, LIT("{\"message\":\"Hello\"} x"), ERR_BODY},
        {ASK_JSON, LIT("\"Hello\""), ERR_BODY},
        {ASK_JSON, LIT(""), ERR_BODY},
        {ASK_JSON, LIT("{}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"message\":null}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"message\":[\"Hello\"]}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"message\":1.5}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"message\":\"\"}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"message\":\"a\\u0000b\"}"), ERR_TEXT},
        {ASK_JSON, LIT("{\"message\":\"a\\u001bb\"}"), ERR_TEXT},
        {ASK_JSON, LIT("{\"message\":\"a\xff\"}"), ERR_TEXT},
        {ASK_JSON, LIT("{\"message\":\"\\ud800\"}"), ERR_BODY},
        {ASK_FORM, LIT("message="), ERR_INVALID},
        {ASK_FORM, LIT("message=%"), ERR_BODY},
        {ASK_FORM, LIT("message=%00"), ERR_TEXT},
        {ASK_FORM, LIT("message=%ff"), ERR_TEXT},
        {ASK_FORM, LIT("message=a%0Db"), ERR_TEXT},
        {ASK_FORM, LIT(""), ERR_INVALID},
        {"text/plain", LIT(""), ERR_INVALID},
        {"text/plain", LIT("\n"), ERR_INVALID},
        {"text/plain", LIT("a\0b"), ERR_TEXT},
        {"text/plain", LIT("a\rb"), ERR_TEXT},
        {"text/plain", LIT("a\r"), ERR_TEXT},
        {"text/plain", LIT("\xc3("), ERR_TEXT},
        {"text/plain", LIT("\xed\xa0\x80"), ERR_TEXT},
        {"text/plain", LIT("\xc2\x85"), ERR_TEXT},
        {"text/plain", LIT("\x7f"), ERR_TEXT},
        {NULL, LIT(""), ERR_INVALID},
        {"application/octet-stream", LIT("Hello"), ERR_MEDIA_TYPE},
        {"multipart/form-data; boundary=x", LIT("Hello"), ERR_MEDIA_TYPE},
        {"application/problem+json", LIT("{\"message\":\"x\"}"), ERR_MEDIA_TYPE},
        {"textual/plain", LIT("Hello"), ERR_MEDIA_TYPE},
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_res *res = POST(t, pablo, .type = rows[i].type, .body = rows[i].body);
        check_row(str_eq(ask_field(res, "code"), str_of(err_code(rows[i].err))), rows[i].body);
        ask_is_problem(res, rows[i].err);
    }
    assert_int_equal(stored(t), 0);
}

static void a_message_has_8000_bytes_at_most(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    ask_is(POST(t, pablo, .text = api_test_repeat(t, 'x', 8000)), 201);
    ask_is_problem(POST(t, pablo, .text = api_test_repeat(t, 'x', 8001)), ERR_TOO_LARGE);
    ask_is_problem(POST(t, pablo, .text = api_test_repeat(t, 'x', 10000)), ERR_TOO_LARGE);
    ask_is_problem(
        POST(t, pablo, .type = ASK_JSON,
             .text = api_test_text(t, "{\"message\":\"%s\"}", api_test_repeat(t, 'x', 10000))),
        ERR_TOO_LARGE);
    ask_is_problem(POST(t, pablo, .text = api_test_repeat(t, 'x', 70000)), ERR_TOO_LARGE);
    assert_int_equal(stored(t), 1);

    /* Six bytes of JSON may stand for one of the text. */
    struct buf body;
    buf_init(&body, &t->store->arena, 65536);
    buf_add_cstr(&body, "{\"message\":\"");
    for (int i = 0; i < 8000; i++) {
        buf_add_cstr(&body, "\\u0041");
    }
    buf_add_cstr(&body, "\"}");
    ask_is(POST(t, pablo, .type = ASK_JSON, .body = buf_str(&body)), 201);
}

static void a_nonce_stores_once(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    const char *body = "{\"message\":\"once\",\"nonce\":\"n-1\"}";
    const struct http_res *first = POST(t, pablo, .type = ASK_JSON, .text = body);
    ask_is(first, 201);
    assert_true(str_ends(buf_str(&first->body), STR("\"roomId\":\"0\",\"nonce\":\"n-1\"}")));
    const struct http_res *const again[] = {
        POST(t, pablo, .type = ASK_JSON, .text = body),
        POST(t, pablo, .type = ASK_FORM, .text = "message=once&nonce=n-1"),
        POST(t, pablo, .text = "once", .vars = {"HTTP_IDEMPOTENCY_KEY=n-1"}),
        POST(t, pablo, .text = "once", .vars = {"HTTP_IDEMPOTENCY_KEY=\"n-1\""}),
        POST(t, pablo, .type = ASK_JSON, .text = body, .vars = {"HTTP_IDEMPOTENCY_KEY= n-1 "}),
    };
    for (size_t i = 0; i < ARRAY_LEN(again); i++) {
        ask_is(again[i], 201);
        check_eq(buf_str(&again[i]->body), buf_str(&first->body));
        check_eq(ask_header(again[i], "Location"), ask_header(first, "Location"));
    }
    assert_int_equal(stored(t), 1);
    ask_is_problem(
        POST(t, pablo, .type = ASK_JSON, .text = "{\"message\":\"other\",\"nonce\":\"n-1\"}"),
        ERR_NONCE_REUSED);
    ask_is_problem(API_ASK(t, .path = "/messages/1:2", .method = "POST", .cookie = pablo,
                           .type = ASK_JSON, .text = body),
                   ERR_NONCE_REUSED);
    ask_is(POST(t, joe, .type = ASK_JSON, .text = body), 201);
    ask_is(POST(t, pablo, .text = "once"), 201);
    ask_is(POST(t, pablo, .text = "once"), 201);
    assert_int_equal(stored(t), 4);
}

static void a_nonce_is_a_word(void **state)
{
    static const char *const fields[] = {
        "\"\"", "\"a b\"", "\"a:b\"", "\"\\u00e9\"", "[]", "1.5",
    };
    static const char *const headers[] = {
        "HTTP_IDEMPOTENCY_KEY=",        "HTTP_IDEMPOTENCY_KEY=\"\"",  "HTTP_IDEMPOTENCY_KEY=\"",
        "HTTP_IDEMPOTENCY_KEY=\"a",     "HTTP_IDEMPOTENCY_KEY=a b",   "HTTP_IDEMPOTENCY_KEY=a\"b",
        "HTTP_IDEMPOTENCY_KEY=\"a b\"", "HTTP_IDEMPOTENCY_KEY=a;b=c",
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        const char *body = api_test_text(t, "{\"message\":\"x\",\"nonce\":%s}", fields[i]);
        ask_is_problem(POST(t, pablo, .type = ASK_JSON, .text = body), ERR_INVALID);
    }
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        ask_is_problem(POST(t, pablo, .text = "x", .vars = {headers[i]}), ERR_INVALID);
    }
    const char *longest = api_test_repeat(t, 'n', 64);
    ask_is_problem(POST(t, pablo, .text = "x",
                        .vars = {api_test_text(t, "HTTP_IDEMPOTENCY_KEY=%sn", longest)}),
                   ERR_INVALID);
    ask_is_problem(POST(t, pablo, .type = ASK_JSON, .text = "{\"message\":\"x\",\"nonce\":\"a\"}",
                        .vars = {"HTTP_IDEMPOTENCY_KEY=b"}),
                   ERR_INVALID);
    assert_int_equal(stored(t), 0);
    ask_is(
        POST(t, pablo, .text = "x", .vars = {api_test_text(t, "HTTP_IDEMPOTENCY_KEY=%s", longest)}),
        201);
    ask_is(POST(t, pablo, .type = ASK_JSON, .text = "{\"message\":\"x\",\"nonce\":null}"), 201);
    ask_is(POST(t, pablo, .type = ASK_JSON, .text = "{\"message\":\"x\",\"nonce\":7}"), 201);
}

static void a_direct_room_takes_what_its_two_send(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    const struct http_res *res =
        API_ASK(t, .path = "/messages/1:2", .method = "POST", .cookie = joe, .text = "for Pablo");
    ask_is(res, 201);
    check_str(ask_field(res, "roomId"), "1:2");
    const struct http_res *page = API_ASK(t, .path = "/messages/1:2", .cookie = pablo);
    ask_is(page, 200);
    check_str(ask_field(page, "message"), "for Pablo");
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:1:rooms 1:2"), 1);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(a_message_is_stored_and_given_back),
        API_TEST(a_message_comes_in_three_bodies),
        API_TEST(what_cannot_be_a_message_is_told_so),
        API_TEST(a_message_has_8000_bytes_at_most),
        API_TEST(a_nonce_stores_once),
        API_TEST(a_nonce_is_a_word),
        API_TEST(a_direct_room_takes_what_its_two_send),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
