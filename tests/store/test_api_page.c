#include "base/log.h"
#include "support/api.h"

/* Reading a room: GET /messages/{room}. */

static const struct http_res *page(struct api_test *t, const char *cookie, const char *query)
{
    return API_ASK(t, .path = "/messages/0", .query = query, .cookie = cookie);
}

/* Stores the messages "1" to "n" in General. */
static void fill(struct api_test *t, const char *cookie, int n)
{
    for (int i = 1; i <= n; i++) {
        ask_is(API_ASK(t, .path = "/messages/0", .method = "POST", .cookie = cookie,
                       .text = api_test_text(t, "%d", i)),
               201);
    }
}

/* The texts of a page: "3,4,5". */
static const char *texts(struct api_test *t, const struct http_res *res)
{
    const struct str key = STR("\"message\":\"");
    struct buf out;
    buf_init(&out, &t->store->arena, 4096);
    ask_is(res, 200);
    for (struct str rest = buf_str(&res->body); rest.len > 0; rest = str_skip(rest, 1)) {
        struct str value = str_skip(rest, key.len);
        struct str text;
        if (str_starts(rest, key) && str_split(&value, '"', &text)) {
            buf_add_cstr(&out, out.len > 0 ? "," : "");
            buf_add_str(&out, text);
        }
    }
    return arena_cstr(&t->store->arena, buf_str(&out));
}

static bool says_more(const struct http_res *res)
{
    const bool more = str_ends(buf_str(&res->body), STR(",\"more\":true}"));
    assert_true(more || str_ends(buf_str(&res->body), STR(",\"more\":false}")));
    assert_int_equal(more, str_is_set(ask_header(res, "Link")));
    return more;
}

/* The query of Link, without its "?". */
static const char *next_of(struct api_test *t, const struct http_res *res)
{
    struct str link = ask_header(res, "Link");
    struct str target;
    assert_true(str_starts(link, STR("<?")) && str_ends(link, STR(">; rel=\"next\"")));
    link = str_skip(link, 2);
    assert_true(str_split(&link, '>', &target));
    return arena_cstr(&t->store->arena, target);
}

static void an_empty_room_is_a_page(void **state)
{
    struct api_test *t = *state;
    const struct http_res *res = page(t, api_test_join(t, "Pablo"), "");
    ask_is(res, 200);
    ask_body_is(res, "{\"roomId\":\"0\",\"messages\":[],\"users\":{},\"more\":false}");
    check_str(ask_header(res, "Cache-Control"), "private, no-cache");
    assert_false(str_is_set(ask_header(res, "Link")));
}

static void a_page_names_who_wrote_in_it(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    api_test_join(t, "Mary");
    fill(t, pablo, 1);
    fill(t, joe, 1);
    const struct http_res *res = page(t, pablo, NULL);
    ask_is(res, 200);
    const struct str body = buf_str(&res->body);
    assert_true(str_starts(body, STR("{\"roomId\":\"0\",\"messages\":[{\"id\":\"")));
    assert_true(str_ends(body, STR("],\"users\":{\"2\":\"Joe\",\"1\":\"Pablo\"},\"more\":false}")));
    assert_string_equal(texts(t, res), "1,1");
}

static void pages_lead_from_the_newest_to_the_oldest(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    fill(t, pablo, 7);
    const struct http_res *res = page(t, pablo, "limit=3");
    assert_string_equal(texts(t, res), "5,6,7");
    assert_true(says_more(res));
    const struct str first = ask_field(res, "id");
    assert_string_equal(next_of(t, res), api_test_text(t, "before=%.*s&limit=3", STR_FMT(first)));
    res = page(t, pablo, next_of(t, res));
    assert_string_equal(texts(t, res), "2,3,4");
    assert_true(says_more(res));
    res = page(t, pablo, next_of(t, res));
    assert_string_equal(texts(t, res), "1");
    assert_false(says_more(res));
    assert_string_equal(texts(t, page(t, pablo, "limit=200&unknown=%zz&x")), "1,2,3,4,5,6,7");
}

static void pages_lead_forth_from_a_message(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    fill(t, pablo, 5);
    const struct str oldest = ask_field(page(t, pablo, "limit=5"), "id");
    const struct http_res *res =
        page(t, pablo, api_test_text(t, "after=%.*s&limit=3", STR_FMT(oldest)));
    assert_string_equal(texts(t, res), "2,3,4");
    assert_true(says_more(res));
    assert_true(str_starts(str_of(next_of(t, res)), STR("after=")));
    res = page(t, pablo, next_of(t, res));
    assert_string_equal(texts(t, res), "5");
    assert_false(says_more(res));
}

static void a_page_goes_around_a_message(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    fill(t, pablo, 7);
    const struct str fourth = ask_field(page(t, pablo, "limit=4"), "id");
    const struct http_res *res =
        page(t, pablo, api_test_text(t, "around=%.*s&limit=3", STR_FMT(fourth)));
    assert_string_equal(texts(t, res), "3,4,5");
    assert_true(says_more(res));
    assert_true(str_starts(str_of(next_of(t, res)), STR("before=")));
}

static void the_articles_page_is_newest_first(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    fill(t, pablo, 5);
    const struct http_res *res = page(t, pablo, "offset=0&size=2");
    assert_string_equal(texts(t, res), "5,4");
    assert_true(says_more(res));
    assert_string_equal(next_of(t, res), "offset=2&size=2");
    res = page(t, pablo, "offset=4&size=2");
    assert_string_equal(texts(t, res), "1");
    assert_false(says_more(res));
    res = page(t, pablo, "size=2&offset=1000000000");
    assert_string_equal(texts(t, res), "");
    assert_false(says_more(res));
}

static void fifty_are_a_page(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    fill(t, pablo, 51);
    const struct http_res *res = page(t, pablo, NULL);
    assert_true(str_starts(str_of(texts(t, res)), STR("2,3,")));
    assert_true(says_more(res));
    assert_true(str_ends(str_of(next_of(t, res)), STR("&limit=50")));
}

static void what_is_asked_has_bounds(void **state)
{
    static const char *const queries[] = {
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=",
        "limit",
        "limit=05",
        "limit=1e2",
        "limit=99999999999999999999",
        "limit=%zz",
        "limit=%00",
        "before=",
        "before=x",
        "before=-1.0",
        "before=1795485263.175001x",
        "before=1795485263~short",
        "before=%00",
        "after=0x10",
        "after=nan",
        "around=inf~0f3a9c21x",
        "around=%",
        "before=1.000001&after=1.000001",
        "before=1.000001&around=1.000001",
        "after=1.000001&around=1.000001",
        "offset=0",
        "size=1",
        "offset=0&size=0",
        "offset=0&size=201",
        "offset=-1&size=1",
        "offset=1000000001&size=1",
        "offset=&size=1",
        "offset=0&size=",
        "offset=0&size=1&limit=1",
        "offset=0&size=1&before=1.000001",
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        const struct http_res *res = page(t, pablo, queries[i]);
        check_row(res->status == 400, str_of(queries[i]));
        ask_is_problem(res, ERR_INVALID);
    }
}

static void a_room_of_others_is_no_room(void **state)
{
    static const char *const paths[] = {
        "/messages/1:2",   "/messages/2:1", "/messages/77",   "/messages/g7",
        "/messages/3:1",   "/messages/1:1", "/messages/room", "/messages/00",
        "/messages/1:2:3", "/messages/-1",  "/messages/0 ",   "/messages/1:99",
    };
    struct api_test *t = *state;
    api_test_join(t, "Pablo");
    api_test_join(t, "Joe");
    const char *mary = api_test_join(t, "Mary");
    const struct str wanted = buf_str(&API_ASK(t, .path = "/messages/1:2", .cookie = mary)->body);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        const struct http_res *get = API_ASK(t, .path = paths[i], .cookie = mary);
        const struct http_res *post =
            API_ASK(t, .path = paths[i], .method = "POST", .text = "x", .cookie = mary);
        check_row(get->status == 404 && post->status == 404, str_of(paths[i]));
        ask_is_problem(get, ERR_NOT_FOUND);
        check_eq(buf_str(&get->body), wanted);
        check_eq(buf_str(&post->body), wanted);
    }
    check_str(ask_field(API_ASK(t, .path = "/messages/1:2", .cookie = mary), "detail"),
              "There is no such room, or you are not in it.");
}

static void a_known_page_is_not_sent_again(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    fill(t, pablo, 1);
    const struct str tag = ask_header(page(t, pablo, NULL), "ETag");
    assert_int_equal(tag.len, 18);
    assert_true(str_starts(tag, STR("\"")) && str_ends(tag, STR("\"")));
    const char *const known[] = {
        api_test_text(t, "HTTP_IF_NONE_MATCH=%.*s", STR_FMT(tag)),
        api_test_text(t, "HTTP_IF_NONE_MATCH=W/%.*s", STR_FMT(tag)),
        api_test_text(t, "HTTP_IF_NONE_MATCH=\"a\", W/\"b\" , %.*s", STR_FMT(tag)),
        "HTTP_IF_NONE_MATCH=*",
    };
    const char *const unknown[] = {
        "HTTP_IF_NONE_MATCH=",
        "HTTP_IF_NONE_MATCH=\"0000000000000000\"",
        api_test_text(t, "HTTP_IF_NONE_MATCH=%.*s", STR_FMT(str_skip(tag, 1))),
        "HTTP_IF_NONE_MATCH=W/",
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        const struct http_res *res =
            API_ASK(t, .path = "/messages/0", .cookie = pablo, .vars = {known[i]});
        check_row(res->status == 304, str_of(known[i]));
        check_eq(ask_header(res, "ETag"), tag);
        check_str(ask_header(res, "Cache-Control"), "private, no-cache");
        check_row(
            API_ASK(t, .path = "/messages/0", .cookie = pablo, .vars = {unknown[i]})->status == 200,
            str_of(unknown[i]));
    }
    fill(t, pablo, 1);
    ask_is(API_ASK(t, .path = "/messages/0", .cookie = pablo, .vars = {known[0]}), 200);
}

/* Messages of demo servers may share a score; their ids lead on all the same. */
static void the_familys_messages_are_paged(void **state)
{
    struct api_test *t = *state;
    redis_load(t->redis, "tests/support/family-keys.txt");
    const struct http_res *in = API_ASK(t, .path = "/session", .method = "POST", .type = ASK_FORM,
                                        .text = "username=Joe&password=password123");
    ask_is(in, 200);
    const char *joe = api_test_cookie(t, in);
    const struct http_res *res = page(t, joe, "limit=2");
    assert_true(says_more(res));
    assert_non_null(memmem(res->body.ptr, res->body.len, "<b>bold</b> & it's", 18));
    assert_true(str_starts(str_of(next_of(t, res)), STR("before=1795485892~")));
    res = page(t, joe, next_of(t, res));
    assert_string_equal(texts(t, res), "Next meeting tomorrow 10.00AM,Wow that's great");
}

/* A "+" in a score stands for itself in the link, not for a space. */
static void any_score_can_be_a_link(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    redis_do(t->redis, "ZADD room:0 1e30 %s", "{\"from\":1,\"date\":1,\"message\":\"far\"}");
    redis_do(t->redis, "ZADD room:0 1e20 %s", "{\"from\":1,\"date\":1,\"message\":\"near\"}");
    const struct http_res *res = page(t, pablo, "limit=1");
    assert_string_equal(texts(t, res), "far");
    assert_true(str_starts(str_of(next_of(t, res)), STR("before=1e%2B30~")));
    assert_string_equal(texts(t, page(t, pablo, next_of(t, res))), "near");
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(an_empty_room_is_a_page),
        API_TEST(a_page_names_who_wrote_in_it),
        API_TEST(pages_lead_from_the_newest_to_the_oldest),
        API_TEST(pages_lead_forth_from_a_message),
        API_TEST(a_page_goes_around_a_message),
        API_TEST(the_articles_page_is_newest_first),
        API_TEST(fifty_are_a_page),
        API_TEST(what_is_asked_has_bounds),
        API_TEST(a_room_of_others_is_no_room),
        API_TEST(a_known_page_is_not_sent_again),
        API_TEST(the_familys_messages_are_paged),
        API_TEST(any_score_can_be_a_link),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
