#include "base/log.h"
#include "support/api.h"

/* Registering, and looking people up. */

static const struct http_res *join(struct api_test *t, const char *name, const char *password)
{
    return API_ASK(
        t, .path = "/users", .method = "POST", .type = ASK_JSON,
        .text = api_test_text(t, "{\"username\":\"%s\",\"password\":\"%s\"}", name, password));
}

static void who_registers_is_logged_in(void **state)
{
    struct api_test *t = *state;
    const struct http_res *res = join(t, "Zoe", "password of Zoe");
    ask_is(res, 201);
    ask_body_is(res, "{\"id\":\"1\",\"username\":\"Zoe\"}");
    check_str(ask_header(res, "Location"), "?ids=1");
    check_str(t->ctx.who.user.id, "1");
    const char *cookie = api_test_cookie(t, res);
    ask_body_is(API_ASK(t, .path = "/session", .cookie = cookie),
                "{\"id\":\"1\",\"username\":\"Zoe\"}");
    ask_body_is(API_ASK(t, .path = "/users", .query = "ids=1", .cookie = cookie),
                "{\"users\":[{\"id\":\"1\",\"username\":\"Zoe\",\"online\":false}]}");
    assert_true(str_starts(str_of(redis_text(t->redis, "HGET user:1 password")),
                           STR("$argon2id$v=19$m=8,t=1,p=1$")));
    assert_string_equal(redis_text(t->redis, "GET username:Zoe"), "user:1");
    assert_string_equal(redis_lines(t->redis, "SMEMBERS user:1:rooms"), "0");
    ask_is(API_ASK(t, .path = "/users", .method = "POST", .type = ASK_FORM,
                   .text = "username=J.-_9&password=eight: 8"),
           201);
}

static void a_name_is_taken_once(void **state)
{
    struct api_test *t = *state;
    ask_is(join(t, "Zoe", "password of Zoe"), 201);
    ask_is_problem(join(t, "Zoe", "another password"), ERR_NAME_TAKEN);
    ask_is_problem(join(t, "zOE", "another password"), ERR_NAME_TAKEN);
    redis_load(t->redis, "tests/support/family-keys.txt");
    ask_is_problem(join(t, "pablo", "another password"), ERR_NAME_TAKEN);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "5");
}

static void names_and_passwords_have_rules(void **state)
{
    static const struct {
        const char *name, *password;
        enum err err;
    } rows[] = {
        {"", "long enough", ERR_INVALID},
        {"a b", "long enough", ERR_INVALID},
        {"12", "long enough", ERR_INVALID},
        {"J\xc3\xbcrgen", "long enough", ERR_INVALID},
        {"<b>", "long enough", ERR_INVALID},
        {"a:b", "long enough", ERR_INVALID},
        {"abcdefghijabcdefghijabcdefghijabc", "long enough", ERR_INVALID},
        {"Zoe", "short12", ERR_INVALID},
        {"Zoe", "", ERR_INVALID},
        {"Zoe", "password\\u0000", ERR_TEXT},
        {"Zoe", "Password123", ERR_PASSWORD_COMMON},
        {"bartholomew", "Bartholomew", ERR_PASSWORD_COMMON},
        {"Zoe", "password\xff", ERR_TEXT},
    };
    struct api_test *t = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is_problem(join(t, rows[i].name, rows[i].password), rows[i].err);
    }
    ask_is_problem(join(t, "Zoe", api_test_repeat(t, 'x', 257)), ERR_INVALID);
    ask_is_problem(join(t, api_test_repeat(t, 'x', 3000), "long enough"), ERR_INVALID);
    assert_int_equal(redis_int(t->redis, "EXISTS total_users"), 0);
    ask_is(join(t, "abcdefghijabcdefghijabcdefghijab", api_test_repeat(t, 'x', 256)), 201);
}

static void a_bad_body_is_told_so(void **state)
{
    struct api_test *t = *state;
    ask_is_problem(API_ASK(t, .path = "/users", .method = "POST", .type = ASK_JSON, .text = "{"),
                   ERR_BODY);
    ask_is_problem(API_ASK(t, .path = "/users", .method = "POST", .type = ASK_JSON,
                           .text = "{\"username\":\"Zoe\"}"),
                   ERR_INVALID);
    ask_is_problem(
        API_ASK(t, .path = "/users", .method = "POST", .type = "multipart/form-data", .text = "x"),
        ERR_MEDIA_TYPE);
}

/* Under bcrypt what is over 72 bytes would not count; so it is refused. */
static void bcrypt_reads_72_bytes(void **state)
{
    struct api_test *t = *state;
    t->config.password_hash = CONFIG_HASH_BCRYPT;
    const struct http_res *res = join(t, "Zoe", api_test_repeat(t, 'x', 73));
    ask_is_problem(res, ERR_PASSWORD_LONG);
    assert_non_null(memmem(res->body.ptr, res->body.len, "72 bytes", 8));
    ask_is(join(t, "Zoe", api_test_repeat(t, 'x', 72)), 201);
    assert_true(str_starts(str_of(redis_text(t->redis, "HGET user:1 password")), STR("$2b$10$")));
}

static void registration_may_be_closed(void **state)
{
    struct api_test *t = *state;
    t->config.registration = CONFIG_REGISTRATION_INVITE;
    const struct http_res *invite = join(t, "Zoe", "long enough");
    ask_is_problem(invite, ERR_FORBIDDEN);
    t->config.registration = CONFIG_REGISTRATION_CLOSED;
    const struct http_res *closed = join(t, "Zoe", "long enough");
    ask_is_problem(closed, ERR_FORBIDDEN);
    assert_false(str_eq(ask_field(invite, "detail"), ask_field(closed, "detail")));
    assert_int_equal(redis_int(t->redis, "EXISTS total_users"), 0);
}

static void people_come_in_the_order_asked(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    api_test_join(t, "Joe");
    redis_do(t->redis, "SADD online_users 2");
    ask_body_is(API_ASK(t, .path = "/users", .query = "ids=2,77,1", .cookie = pablo),
                "{\"users\":[{\"id\":\"2\",\"username\":\"Joe\",\"online\":true},"
                "{\"id\":\"1\",\"username\":\"Pablo\",\"online\":false}]}");
    ask_body_is(API_ASK(t, .path = "/users", .query = "ids=77", .cookie = pablo), "{\"users\":[]}");
    ask_body_is(API_ASK(t, .path = "/users", .query = "online=1&x=y", .cookie = pablo),
                "{\"users\":[{\"id\":\"2\",\"username\":\"Joe\",\"online\":true}]}");
    ask_body_is(API_ASK(t, .path = "/users", .query = "ids=1%2C2&other", .cookie = pablo),
                "{\"users\":[{\"id\":\"1\",\"username\":\"Pablo\",\"online\":false},"
                "{\"id\":\"2\",\"username\":\"Joe\",\"online\":true}]}");
    redis_do(t->redis, "DEL online_users");
    ask_body_is(API_ASK(t, .path = "/users", .query = "online=1", .cookie = pablo),
                "{\"users\":[]}");
}

static void a_question_is_for_ids_or_for_who_is_online(void **state)
{
    static const char *const queries[] = {
        "",
        "ids",
        "ids=",
        "ids=,",
        "ids=1,",
        "ids=,1",
        "ids=0",
        "ids=01",
        "ids=-1",
        "ids=a",
        "ids=1:2",
        "ids=1&online=1",
        "online",
        "online=",
        "online=0",
        "online=2",
        "ids=%zz",
        "ids=%00",
        "ids=1234567890123456",
        "ids=1;2",
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        const struct http_res *res =
            API_ASK(t, .path = "/users", .query = queries[i], .cookie = pablo);
        check_row(res->status == 400, str_of(queries[i]));
        ask_is_problem(res, ERR_INVALID);
    }
}

static const struct http_res *change(struct api_test *t, const char *cookie, const char *body)
{
    return API_ASK(t, .path = "/users/me", .method = "PATCH", .type = ASK_JSON, .text = body,
                   .cookie = cookie);
}

static void a_new_password_ends_the_other_sessions(void **state)
{
    static const char *const log_in[] = {
        "{\"username\":\"Zoe\",\"password\":\"password of Zoe\"}",
        "{\"username\":\"Zoe\",\"password\":\"another one\"}",
    };
    struct api_test *t = *state;
    const char *here = api_test_cookie(t, join(t, "Zoe", "password of Zoe"));
    const char *other = api_test_join(t, "Mary");
    const struct http_res *res =
        API_ASK(t, .path = "/session", .method = "POST", .type = ASK_JSON, .text = log_in[0]);
    ask_is(res, 200);
    const char *there = api_test_cookie(t, res);
    struct redisContext *listener = redis_listen(t->redis);

    res = change(t, here, "{\"password\":\"another one\",\"oldPassword\":\"password of Zoe\"}");
    ask_is(res, 200);
    ask_body_is(res, "{\"id\":\"1\",\"username\":\"Zoe\"}");
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"session.ended\""));
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
    ask_is(API_ASK(t, .path = "/session", .cookie = here), 200);
    ask_is(API_ASK(t, .path = "/session", .cookie = other), 200);
    ask_is_problem(API_ASK(t, .path = "/session", .cookie = there), ERR_UNAUTHENTICATED);
    assert_int_equal(redis_int(t->redis, "SCARD snug:user:1:sessions"), 1);
    ask_is_problem(
        API_ASK(t, .path = "/session", .method = "POST", .type = ASK_JSON, .text = log_in[0]),
        ERR_CREDENTIALS);
    ask_is(API_ASK(t, .path = "/session", .method = "POST", .type = ASK_JSON, .text = log_in[1]),
           200);
}

static void a_password_is_changed_by_who_knows_it(void **state)
{
    static const struct {
        const char *body;
        enum err err;
    } rows[] = {
        {"{\"password\":\"another one\",\"oldPassword\":\"password of Joe\"}", ERR_CREDENTIALS},
        {"{\"password\":\"another one\",\"oldPassword\":\"\"}", ERR_CREDENTIALS},
        {"{\"password\":\"another one\"}", ERR_INVALID},
        {"{\"oldPassword\":\"password of Zoe\"}", ERR_INVALID},
        {"{\"password\":\"short12\",\"oldPassword\":\"password of Zoe\"}", ERR_INVALID},
        {"{\"password\":\"12345678\",\"oldPassword\":\"password of Zoe\"}", ERR_PASSWORD_COMMON},
        {"[]", ERR_BODY},
    };
    struct api_test *t = *state;
    const char *zoe = api_test_cookie(t, join(t, "Zoe", "password of Zoe"));
    const char *stored = api_test_text(t, "%s", redis_text(t->redis, "HGET user:1 password"));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is_problem(change(t, zoe, rows[i].body), rows[i].err);
    }
    ask_is_problem(
        change(t, NULL, "{\"password\":\"another one\",\"oldPassword\":\"password of Zoe\"}"),
        ERR_UNAUTHENTICATED);
    assert_string_equal(redis_text(t->redis, "HGET user:1 password"), stored);
}

static void two_hundred_ids_are_enough(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    struct buf ids;
    buf_init(&ids, &t->store->arena, 4096);
    buf_add_cstr(&ids, "ids=1");
    for (int i = 1; i < 200; i++) {
        buf_add_cstr(&ids, ",1");
    }
    const struct http_res *res = API_ASK(t, .path = "/users", .cookie = pablo,
                                         .query = arena_cstr(&t->store->arena, buf_str(&ids)));
    ask_is(res, 200);
    assert_int_equal(res->body.len,
                     strlen("{\"users\":[]}") +
                         200 * strlen("{\"id\":\"1\",\"username\":\"Pablo\",\"online\":false}") +
                         199);
    buf_add_cstr(&ids, ",1");
    ask_is_problem(API_ASK(t, .path = "/users", .cookie = pablo,
                           .query = arena_cstr(&t->store->arena, buf_str(&ids))),
                   ERR_INVALID);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(who_registers_is_logged_in),
        API_TEST(a_name_is_taken_once),
        API_TEST(names_and_passwords_have_rules),
        API_TEST(a_bad_body_is_told_so),
        API_TEST(bcrypt_reads_72_bytes),
        API_TEST(registration_may_be_closed),
        API_TEST(people_come_in_the_order_asked),
        API_TEST(a_question_is_for_ids_or_for_who_is_online),
        API_TEST(two_hundred_ids_are_enough),
        API_TEST(a_new_password_ends_the_other_sessions),
        API_TEST(a_password_is_changed_by_who_knows_it),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
