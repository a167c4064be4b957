#include "auth/link.h"
#include "auth/password.h"
#include "base/log.h"
#include "support/api.h"

/* Who may do what to accounts, invitations and links: every demand of everybody. */

#define PASSWORD "password of all"

/* Who there is, in the order of their ids: 1 to 4. */
enum who { STRANGER, MEMBER, ADMIN, INACTIVE, OTHER, WHO__MAX };

static const char *const names[WHO__MAX] = {
    [MEMBER] = "Mel", [ADMIN] = "Ada", [INACTIVE] = "Ina", [OTHER] = "Oda"};

/* Their cookies; of who was deactivated one that was good before. */
struct people {
    const char *cookie[WHO__MAX];
};

static struct people make_people(struct api_test *t)
{
    struct people people = {{NULL}};
    struct str hash;
    assert_int_equal(auth_password_hash(&t->config, &t->store->arena, STR(PASSWORD), &hash),
                     ERR_OK);
    for (int who = MEMBER; who < WHO__MAX; who++) {
        people.cookie[who] = api_test_join(t, names[who]);
        redis_do(t->redis, "HSET user:%d password %s", who, arena_cstr(&t->store->arena, hash));
    }
    redis_do(t->redis, "HSET snug:user:2 role admin");
    redis_do(t->redis, "SADD snug:admins 2");
    const struct http_res *res =
        API_ASK(t, .path = "/users/3", .method = "PATCH", .type = ASK_JSON,
                .text = "{\"active\":false}", .cookie = people.cookie[ADMIN]);
    ask_is(res, 200);
    return people;
}

/* A demand, and the status that each gets. */
static const struct {
    struct ask ask;
    int status[OTHER];
} matrix[] = {
    /*                                                              stranger member admin inactive
     */
    {{.path = "/server"}, {200, 200, 200, 200}},
    {{.path = "/session"}, {401, 200, 200, 401}},
    {{.path = "/users", .query = "ids=1"}, {401, 200, 200, 401}},
    {{.path = "/users", .query = "all=1"}, {401, 403, 200, 401}},
    {{.path = "/users", .query = "all=1&after=1"}, {401, 403, 200, 401}},
    {{.path = "/users/4", .method = "PATCH", .type = ASK_FORM, .text = "role=admin"},
     {401, 403, 200, 401}},
    {{.path = "/users/4", .method = "PATCH", .type = ASK_FORM, .text = "role=member"},
     {401, 403, 200, 401}},
    {{.path = "/users/4", .method = "PATCH", .type = ASK_FORM, .text = "active=0"},
     {401, 403, 200, 401}},
    {{.path = "/users/4", .method = "PATCH", .type = ASK_FORM, .text = "active=1"},
     {401, 403, 200, 401}},
    {{.path = "/users/1", .method = "PATCH", .type = ASK_FORM, .text = "role=admin"},
     {401, 403, 200, 401}},
    {{.path = "/users/3", .method = "PATCH", .type = ASK_FORM, .text = "active=1&role=admin"},
     {401, 403, 200, 401}},
    {{.path = "/users/2", .method = "PATCH", .type = ASK_FORM, .text = "role=member"},
     {401, 403, 409, 401}},
    {{.path = "/users/2", .method = "PATCH", .type = ASK_FORM, .text = "active=0"},
     {401, 403, 409, 401}},
    {{.path = "/users/99", .method = "PATCH", .type = ASK_FORM, .text = "active=0"},
     {401, 403, 404, 401}},
    {{.path = "/users/4", .method = "DELETE"}, {401, 403, 204, 401}},
    {{.path = "/users/1", .method = "DELETE"}, {401, 403, 204, 401}},
    {{.path = "/users/2", .method = "DELETE"}, {401, 403, 403, 401}},
    {{.path = "/users/3", .method = "DELETE"}, {401, 403, 204, 401}},
    {{.path = "/users/99", .method = "DELETE"}, {401, 403, 404, 401}},
    {{.path = "/users/me", .method = "DELETE", .type = ASK_FORM, .text = "password=" PASSWORD},
     {401, 204, 409, 401}},
    {{.path = "/users/me", .method = "DELETE", .type = ASK_FORM, .text = "password=another"},
     {401, 401, 401, 401}},
    {{.path = "/users/me", .method = "DELETE"}, {401, 415, 415, 401}},
    {{.path = "/users/4/reset", .method = "POST"}, {401, 403, 201, 401}},
    {{.path = "/users/1/reset", .method = "POST"}, {401, 403, 201, 401}},
    {{.path = "/users/2/reset", .method = "POST"}, {401, 403, 201, 401}},
    {{.path = "/users/3/reset", .method = "POST"}, {401, 403, 201, 401}},
    {{.path = "/users/99/reset", .method = "POST"}, {401, 403, 404, 401}},
    {{.path = "/bans"}, {401, 403, 200, 401}},
    {{.path = "/bans/203.0.113.9", .method = "PUT"}, {401, 403, 204, 401}},
    {{.path = "/bans/203.0.113.0/24", .method = "PUT", .type = ASK_FORM, .text = "expiresIn=60"},
     {401, 403, 204, 401}},
    {{.path = "/bans/203.0.113.0/23", .method = "PUT"}, {401, 400, 400, 401}},
    {{.path = "/bans/somewhere", .method = "PUT"}, {401, 400, 400, 401}},
    {{.path = "/bans/203.0.113.9", .method = "PUT", .type = ASK_FORM, .text = "expiresIn=0"},
     {401, 400, 400, 401}},
    {{.path = "/bans/203.0.113.9", .method = "DELETE"}, {401, 403, 404, 401}},
    {{.path = "/invites"}, {401, 403, 200, 401}},
    {{.path = "/invites", .method = "POST"}, {401, 403, 201, 401}},
    {{.path = "/invites", .method = "POST", .type = ASK_FORM, .text = "uses=3"},
     {401, 403, 201, 401}},
    {{.path = "/invites/0000000000000000000000000000000000000000000000000000000000000000",
      .method = "DELETE"},
     {401, 403, 404, 401}},
    {{.path = "/session",
      .method = "POST",
      .type = ASK_FORM,
      .text = "username=Ina&password=" PASSWORD},
     {401, 401, 401, 401}},
    {{.path = "/session",
      .method = "POST",
      .type = ASK_FORM,
      .text = "username=Oda&password=" PASSWORD},
     {200, 200, 200, 200}},
};

static void ask_all(struct api_test *t, size_t row)
{
    for (int who = STRANGER; who < OTHER; who++) {
        redis_do(t->redis, "FLUSHALL");
        const struct people people = make_people(t);
        struct ask ask = matrix[row].ask;
        ask.cookie = people.cookie[who];
        const struct http_res *res = ask_answer(&t->ctx, &t->store->arena, &ask);
        if (res->status != matrix[row].status[who]) {
            fail_msg("%s %s %s as %s: %d", ask.method != NULL ? ask.method : "GET", ask.path,
                     ask.text != NULL ? ask.text : "", who == STRANGER ? "a stranger" : names[who],
                     res->status);
        }
    }
}

static void everybody_gets_what_is_theirs(void **state)
{
    for (size_t row = 0; row < ARRAY_LEN(matrix); row++) {
        ask_all(*state, row);
    }
}

/* What is refused has not happened. */
static void what_is_refused_changes_nothing(void **state)
{
    struct api_test *t = *state;
    const struct people people = make_people(t);
    const char *const whose[] = {NULL, people.cookie[MEMBER], people.cookie[INACTIVE]};
    for (size_t row = 0; row < ARRAY_LEN(matrix); row++) {
        struct ask ask = matrix[row].ask;
        for (size_t i = 0; i < ARRAY_LEN(whose) && !str_starts(str_of(ask.path), STR("/session"));
             i++) {
            const bool own = str_eq(str_of(ask.path), STR("/users/me"));
            ask.cookie = whose[i];
            if (!own || i != 1) {
                ask_answer(&t->ctx, &t->store->arena, &ask);
            }
        }
    }
    assert_int_equal(redis_int(t->redis, "EXISTS snug:invites snug:bans snug:user:1 snug:user:4"),
                     0);
    assert_string_equal(redis_lines(t->redis, "HGETALL snug:user:3"), "active\n0");
    assert_string_equal(redis_lines(t->redis, "SMEMBERS snug:admins"), "2");
    for (int who = MEMBER; who < WHO__MAX; who++) {
        assert_string_equal(redis_text(t->redis, "HGET user:%d username", who), names[who]);
    }
}

static const struct http_res *log_in(struct api_test *t, const char *name, const char *password)
{
    return API_ASK(t, .path = "/session", .method = "POST", .type = ASK_FORM,
                   .text = api_test_text(t, "username=%s&password=%s", name, password));
}

/* Byte for byte what a wrong password gets, and an unknown name. */
static void a_deactivated_user_is_not_told_so(void **state)
{
    struct api_test *t = *state;
    make_people(t);
    const struct http_res *inactive = log_in(t, "Ina", PASSWORD);
    ask_is_problem(inactive, ERR_CREDENTIALS);
    check_eq(buf_str(&inactive->body), buf_str(&log_in(t, "Ina", "another")->body));
    check_eq(buf_str(&inactive->body), buf_str(&log_in(t, "Oda", "another")->body));
    check_eq(buf_str(&inactive->body), buf_str(&log_in(t, "Nobody", PASSWORD)->body));
}

static void an_admin_is_told_who_is_what(void **state)
{
    struct api_test *t = *state;
    const struct people people = make_people(t);
    ask_body_is(API_ASK(t, .path = "/session", .cookie = people.cookie[ADMIN]),
                "{\"id\":\"2\",\"username\":\"Ada\",\"role\":\"admin\"}");
    ask_body_is(API_ASK(t, .path = "/session", .cookie = people.cookie[MEMBER]),
                "{\"id\":\"1\",\"username\":\"Mel\"}");
    ask_body_is(log_in(t, "Ada", PASSWORD),
                "{\"id\":\"2\",\"username\":\"Ada\",\"role\":\"admin\"}");
    ask_body_is(
        API_ASK(t, .path = "/users", .query = "all=1&after=1", .cookie = people.cookie[ADMIN]),
        "{\"users\":[{\"id\":\"2\",\"username\":\"Ada\",\"online\":false,\"role\":\"admin\"},"
        "{\"id\":\"3\",\"username\":\"Ina\",\"online\":false,\"active\":false},"
        "{\"id\":\"4\",\"username\":\"Oda\",\"online\":false}]}");
    ask_body_is(API_ASK(t, .path = "/users", .query = "ids=2,3", .cookie = people.cookie[MEMBER]),
                "{\"users\":[{\"id\":\"2\",\"username\":\"Ada\",\"online\":false},"
                "{\"id\":\"3\",\"username\":\"Ina\",\"online\":false}]}");
}

static void a_long_list_says_where_it_goes_on(void **state)
{
    struct api_test *t = *state;
    const struct people people = make_people(t);
    redis_do(t->redis, "EVAL %s 0",
             "for i = 5, 300 do redis.call('HSET', 'user:' .. i, 'username', 'u' .. i) end "
             "redis.call('SET', 'total_users', 300)");
    const struct http_res *res =
        API_ASK(t, .path = "/users", .query = "all=1", .cookie = people.cookie[ADMIN]);
    ask_is(res, 200);
    assert_true(str_ends(buf_str(&res->body), STR("],\"next\":\"200\"}")));
    res = API_ASK(t, .path = "/users", .query = "all=1&after=200", .cookie = people.cookie[ADMIN]);
    assert_true(str_ends(buf_str(&res->body), STR("\"u300\",\"online\":false}]}")));
}

static void a_bad_change_is_told_so(void **state)
{
    static const struct {
        const char *path, *body;
        enum err err;
    } rows[] = {
        {"/users/4", "{}", ERR_INVALID},
        {"/users/4", "{\"role\":\"owner\"}", ERR_INVALID},
        {"/users/4", "{\"role\":\"\"}", ERR_INVALID},
        {"/users/4", "{\"role\":null}", ERR_INVALID},
        {"/users/4", "{\"role\":\"admin\",\"active\":\"yes\"}", ERR_INVALID},
        {"/users/4", "{\"active\":2}", ERR_INVALID},
        {"/users/4", "{\"active\":[]}", ERR_INVALID},
        {"/users/4", "{\"role\":\"adminadminadminadmin\"}", ERR_TOO_LARGE},
        {"/users/4", "[", ERR_BODY},
        {"/users/Oda", "{\"role\":\"admin\"}", ERR_NOT_FOUND},
        {"/users/4:rooms", "{\"role\":\"admin\"}", ERR_NOT_FOUND},
        {"/users/04", "{\"role\":\"admin\"}", ERR_NOT_FOUND},
    };
    struct api_test *t = *state;
    const struct people people = make_people(t);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_res *res =
            API_ASK(t, .path = rows[i].path, .method = "PATCH", .type = ASK_JSON,
                    .text = rows[i].body, .cookie = people.cookie[ADMIN]);
        check_row(res->status != 200, str_of(rows[i].body));
        ask_is_problem(res, rows[i].err);
    }
    static const char *const queries[] = {"all", "all=2", "all=1&after=x", "all=1&after=0",
                                          "all=%zz"};
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        ask_is_problem(
            API_ASK(t, .path = "/users", .query = queries[i], .cookie = people.cookie[ADMIN]),
            ERR_INVALID);
    }
}

/* From the link of an admin to the new password, which works; the old one, and the link, do not. */
static void a_reset_from_end_to_end(void **state)
{
    struct api_test *t = *state;
    const struct people people = make_people(t);
    const struct http_res *res =
        API_ASK(t, .path = "/users/4/reset", .method = "POST", .cookie = people.cookie[ADMIN]);
    ask_is(res, 201);
    check_str(ask_field(res, "username"), "Oda");
    const char *code = arena_cstr(&t->store->arena, ask_field(res, "code"));
    check_str(ask_field(res, "url"), api_test_text(t, "http://chat.example/chat/#reset/%s", code));
    /* The code is nowhere in Redis. */
    assert_string_equal(
        redis_text(t->redis, "GET snug:reset:%s",
                   arena_cstr(&t->store->arena, auth_link_key(&t->store->arena, str_of(code)))),
        "4");

    const char *const use = "{\"code\":\"%s\",\"password\":\"a new password\"}";
    ask_is_problem(
        API_ASK(t, .path = "/session/reset", .method = "POST", .type = ASK_JSON,
                .text = api_test_text(t, "{\"code\":\"%s\",\"password\":\"short\"}", code)),
        ERR_INVALID);
    res = API_ASK(t, .path = "/session/reset", .method = "POST", .type = ASK_JSON,
                  .text = arena_printf(&t->store->arena, use, code).ptr);
    ask_is(res, 204);
    assert_false(str_is_set(ask_header(res, "Set-Cookie")));
    ask_is_problem(API_ASK(t, .path = "/session", .cookie = people.cookie[OTHER]),
                   ERR_UNAUTHENTICATED);
    ask_is_problem(log_in(t, "Oda", PASSWORD), ERR_CREDENTIALS);
    ask_is(log_in(t, "Oda", "a new password"), 200);
    ask_is_problem(API_ASK(t, .path = "/session/reset", .method = "POST", .type = ASK_JSON,
                           .text = arena_printf(&t->store->arena, use, code).ptr),
                   ERR_LINK);
}

static void a_link_that_is_none_makes_no_work(void **state)
{
    static const char *const codes[] = {"", "x", "aaaaaaaaaaaaaaaaaaaaaaaa",
                                        "aaaaaaaaaaaaaaaaaaaaaaa:", "aaaaaaaaaaaaaaaaaaaaaaaaa"};
    struct api_test *t = *state;
    t->config.argon2_kib = 1024 * 1024; /* who came to it would wait for seconds */
    t->config.registration = CONFIG_REGISTRATION_INVITE;
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        const char *body = api_test_text(t, "username=Zoe&password=long+enough&code=%s&invite=%s",
                                         codes[i], codes[i]);
        ask_is_problem(
            API_ASK(t, .path = "/session/reset", .method = "POST", .type = ASK_FORM, .text = body),
            ERR_LINK);
        ask_is_problem(
            API_ASK(t, .path = "/users", .method = "POST", .type = ASK_FORM, .text = body),
            ERR_LINK);
    }
    assert_int_equal(redis_int(t->redis, "DBSIZE"),
                     redis_int(t->redis, "EXISTS snug:epoch snug:run snug:events"));
}

static void a_ban_from_end_to_end(void **state)
{
    struct api_test *t = *state;
    const struct people people = make_people(t);
    const char *const admin = people.cookie[ADMIN];
    ask_is(API_ASK(t, .path = "/bans/2001:db8:7:0:1::1", .method = "PUT", .cookie = admin), 204);
    ask_is(API_ASK(t, .path = "/bans/203.0.113.9/24", .method = "PUT", .type = ASK_JSON,
                   .text = "{\"expiresIn\":60}", .cookie = admin),
           204);
    const char *ends =
        api_test_text(t, "%s", redis_text(t->redis, "HGET snug:bans 203.0.113.0/24"));
    ask_body_is(API_ASK(t, .path = "/bans", .cookie = admin),
                api_test_text(t,
                              "{\"bans\":[{\"address\":\"2001:db8:7::/64\"},"
                              "{\"address\":\"203.0.113.0/24\",\"expires\":%s}]}",
                              ends));
    redis_do(t->redis, "HSET snug:bans 192.0.2.7 0"); /* where all of these ask from */
    ask_is_problem(log_in(t, "Oda", PASSWORD), ERR_BANNED);
    redis_do(t->redis, "HDEL snug:bans 192.0.2.7");
    ask_is(log_in(t, "Oda", PASSWORD), 200);
    ask_is_problem(API_ASK(t, .path = "/bans/192.0.2.7", .method = "PUT", .cookie = admin),
                   ERR_CONFLICT);
    ask_is(API_ASK(t, .path = "/bans/203.0.113.0/24", .method = "DELETE", .cookie = admin), 204);
    ask_is(API_ASK(t, .path = "/bans/2001:db8:7::", .method = "DELETE", .cookie = admin), 204);
    ask_body_is(API_ASK(t, .path = "/bans", .cookie = admin), "{\"bans\":[]}");
}

static const char *invite(struct api_test *t, const char *cookie, const char *body)
{
    const struct http_res *res = API_ASK(t, .path = "/invites", .method = "POST", .type = ASK_JSON,
                                         .text = body, .cookie = cookie);
    ask_is(res, 201);
    return arena_cstr(&t->store->arena, ask_field(res, "code"));
}

static const struct http_res *sign_up(struct api_test *t, const char *name, const char *code)
{
    return API_ASK(t, .path = "/users", .method = "POST", .type = ASK_JSON,
                   .text = api_test_text(t,
                                         "{\"username\":\"%s\",\"password\":\"long enough\","
                                         "\"invite\":\"%s\"}",
                                         name, code));
}

static void an_invitation_from_end_to_end(void **state)
{
    struct api_test *t = *state;
    const struct people people = make_people(t);
    t->config.registration = CONFIG_REGISTRATION_INVITE;
    t->config.origin = "https://talk.example";
    const struct http_res *res =
        API_ASK(t, .path = "/invites", .method = "POST", .cookie = people.cookie[ADMIN]);
    ask_is(res, 201);
    const char *code = arena_cstr(&t->store->arena, ask_field(res, "code"));
    const char *id = arena_cstr(&t->store->arena, ask_field(res, "id"));
    check_str(ask_field(res, "url"),
              api_test_text(t, "https://talk.example/chat/#invite/%s", code));
    check_str(ask_header(res, "Location"), api_test_text(t, "invites/%s", id));
    assert_null(strstr(redis_lines(t->redis, "KEYS *"), code));

    res = API_ASK(t, .path = "/invites", .cookie = people.cookie[ADMIN]);
    check_str(ask_field(res, "id"), id);
    check_str(ask_field(res, "by"), "2");
    assert_null(memmem(res->body.ptr, res->body.len, code, strlen(code)));

    ask_is_problem(sign_up(t, "Ada", code), ERR_NAME_TAKEN);
    res = sign_up(t, "Zoe", code);
    ask_is(res, 201);
    ask_is(API_ASK(t, .path = "/session", .cookie = api_test_cookie(t, res)), 200);
    ask_is_problem(sign_up(t, "Yan", code), ERR_LINK);
    ask_body_is(API_ASK(t, .path = "/invites", .cookie = people.cookie[ADMIN]), "{\"invites\":[]}");

    const char *other = invite(t, people.cookie[ADMIN], "{\"uses\":2,\"expiresIn\":60}");
    ask_is(sign_up(t, "Yan", other), 201);
    id = arena_cstr(&t->store->arena, auth_link_key(&t->store->arena, str_of(other)));
    assert_in_range(redis_int(t->redis, "TTL snug:invite:%s", id), 58, 60);
    ask_is(API_ASK(t, .path = api_test_text(t, "/invites/%s", id), .method = "DELETE",
                   .cookie = people.cookie[ADMIN]),
           204);
    ask_is_problem(sign_up(t, "Xia", other), ERR_LINK);
}

static void an_invitation_works_as_the_setting_says(void **state)
{
    struct api_test *t = *state;
    const struct people people = make_people(t);
    const char *code = invite(t, people.cookie[ADMIN], "{}");
    ask_body_is(API_ASK(t, .path = "/server"),
                "{\"login\":\"password\",\"registration\":\"open\"}");
    ask_is(sign_up(t, "Zoe", code), 201); /* and not used, since nobody needs one */
    ask_is(sign_up(t, "Yan", "nonsense"), 201);
    t->config.registration = CONFIG_REGISTRATION_CLOSED;
    ask_body_is(API_ASK(t, .path = "/server"),
                "{\"login\":\"password\",\"registration\":\"closed\"}");
    ask_is_problem(sign_up(t, "Xia", code), ERR_FORBIDDEN);
    t->config.registration = CONFIG_REGISTRATION_INVITE;
    ask_body_is(API_ASK(t, .path = "/server"),
                "{\"login\":\"password\",\"registration\":\"invite\"}");
    ask_is(sign_up(t, "Xia", code), 201);
}

static void a_bad_invitation_is_told_so(void **state)
{
    static const struct {
        const char *body;
        enum err err;
    } rows[] = {
        {"{\"uses\":0}", ERR_INVALID},
        {"{\"uses\":1001}", ERR_INVALID},
        {"{\"uses\":-1}", ERR_INVALID},
        {"{\"uses\":\"many\"}", ERR_INVALID},
        {"{\"uses\":1.5}", ERR_INVALID},
        {"{\"expiresIn\":0}", ERR_INVALID},
        {"{\"expiresIn\":31536001}", ERR_INVALID},
        {"[]", ERR_BODY},
    };
    struct api_test *t = *state;
    const struct people people = make_people(t);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_res *res =
            API_ASK(t, .path = "/invites", .method = "POST", .type = ASK_JSON, .text = rows[i].body,
                    .cookie = people.cookie[ADMIN]);
        check_row(res->status != 201, str_of(rows[i].body));
        ask_is_problem(res, rows[i].err);
    }
    assert_int_equal(redis_int(t->redis, "EXISTS snug:invites"), 0);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(everybody_gets_what_is_theirs),
        API_TEST(what_is_refused_changes_nothing),
        API_TEST(a_deactivated_user_is_not_told_so),
        API_TEST(an_admin_is_told_who_is_what),
        API_TEST(a_long_list_says_where_it_goes_on),
        API_TEST(a_bad_change_is_told_so),
        API_TEST(a_reset_from_end_to_end),
        API_TEST(a_link_that_is_none_makes_no_work),
        API_TEST(a_ban_from_end_to_end),
        API_TEST(an_invitation_from_end_to_end),
        API_TEST(an_invitation_works_as_the_setting_says),
        API_TEST(a_bad_invitation_is_told_so),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
