#include <stdlib.h>
#include "base/log.h"
#include "support/api.h"

/* Whom messages speak to, and what they answer. */

static const struct http_res *say(struct api_test *t, const char *cookie, const char *room,
                                  const char *fields)
{
    return API_ASK(t, .path = api_test_text(t, "/messages/%s", room), .method = "POST",
                   .type = ASK_JSON, .cookie = cookie, .text = api_test_text(t, "{%s}", fields));
}

static const struct http_res *say_text(struct api_test *t, const char *cookie, const char *room,
                                       const char *text)
{
    const struct http_res *res = say(t, cookie, room, api_test_text(t, "\"message\":\"%s\"", text));
    ask_is(res, 201);
    return res;
}

/* What the answer has behind its room. */
static const char *more_of(struct api_test *t, const struct http_res *res)
{
    const char *body = store_test_cstr(t->store, buf_str(&res->body));
    const char *more = strstr(body, "\"roomId\":\"");
    assert_non_null(more);
    return strchr(more + strlen("\"roomId\":\""), '"') + 1;
}

/* How many unread mentions the list says there are in the room. */
static uint64_t mentions(struct api_test *t, const char *cookie, const char *room)
{
    const struct http_res *res = API_ASK(t, .path = "/rooms", .cookie = cookie);
    ask_is(res, 200);
    const char *body = store_test_cstr(t->store, buf_str(&res->body));
    const char *here = strstr(body, api_test_text(t, "{\"id\":\"%s\",\"kind\"", room));
    assert_non_null(here);
    const char *count = strstr(here, ",\"mentions\":");
    const char *last = strstr(here, ",\"last\":");
    return count != NULL && count < last ? strtoull(count + strlen(",\"mentions\":"), NULL, 10) : 0;
}

static void names_are_those_of_people_in_the_room(void **state)
{
    static const struct {
        const char *room, *text, *more;
    } rows[] = {
        {"0", "@Joe", ",\"mentions\":[\"2\"]}"},
        {"0", "hi @mARY and @joe. @Joe", ",\"mentions\":[\"3\",\"2\"]}"},
        {"0", "@room look", ",\"mentions\":[\"room\"]}"},
        {"0", "@ROOM! @pablo", ",\"mentions\":[\"room\",\"1\"]}"},
        {"0", "@dot. @dot.. @dash-_", ",\"mentions\":[\"4\",\"5\"]}"},
        {"0", "@nobody joe@joe", "}"},
        {"0", "@deleted", "}"},
        {"1:2", "@Joe @Mary", ",\"mentions\":[\"2\"]}"},
        {"7", "@Joe @Mary @dot.", ",\"mentions\":[\"3\"]}"},
        {"g1", "@Joe @Mary", ",\"mentions\":[\"2\"]}"},
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    api_test_join(t, "Joe");
    api_test_join(t, "Mary");
    api_test_join(t, "dot.");
    api_test_join(t, "dash-");
    redis_do(t->redis, "SET room:7:name Books");
    redis_do(t->redis, "SADD user:1:rooms 7");
    redis_do(t->redis, "SADD user:3:rooms 7");
    redis_do(t->redis, "SADD snug:room:g1:members 1 2");
    redis_do(t->redis, "SADD snug:user:1:rooms g1");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_res *res = say_text(t, pablo, rows[i].room, rows[i].text);
        if (strcmp(more_of(t, res), rows[i].more) != 0) {
            print_error("%s: %s\n", rows[i].text, more_of(t, res));
        }
        assert_string_equal(more_of(t, res), rows[i].more);
    }
    /* The demo family's people are known by their name too. */
    redis_do(t->redis, "HSET user:9 username Nina");
    redis_do(t->redis, "SET username:Nina user:9");
    assert_string_equal(more_of(t, say_text(t, pablo, "0", "@Nina")), ",\"mentions\":[\"9\"]}");
}

static void mentions_behind_the_marker_are_counted(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    const char *mary = api_test_join(t, "Mary");
    say_text(t, pablo, "0", "@joe one");
    const struct http_res *two = say_text(t, pablo, "0", "@room and @joe are one");
    say_text(t, pablo, "0", "@mary @joe three");
    say_text(t, pablo, "0", "four");
    assert_int_equal(mentions(t, joe, "0"), 3);
    assert_int_equal(mentions(t, mary, "0"), 2);
    assert_int_equal(mentions(t, pablo, "0"), 0);
    const struct http_res *res =
        API_ASK(t, .path = "/rooms/0/read", .method = "PUT", .type = ASK_JSON, .cookie = joe,
                .text = api_test_text(t, "{\"id\":\"%.*s\"}", STR_FMT(ask_field(two, "id"))));
    ask_is(res, 200);
    assert_non_null(
        strstr(store_test_cstr(t->store, buf_str(&res->body)), ",\"unread\":2,\"mentions\":1}"));
    assert_int_equal(mentions(t, joe, "0"), 1);
    say_text(t, joe, "0", "@joe I have read it");
    assert_int_equal(mentions(t, joe, "0"), 0);
    /* User 22 is not user 2. */
    redis_do(t->redis, "HSET user:22 username Twin");
    redis_do(t->redis, "SET username:Twin user:22");
    say_text(t, pablo, "0", "@Twin");
    assert_int_equal(mentions(t, joe, "0"), 0);
    assert_int_equal(redis_int(t->redis, "ZCARD snug:room:0:mentions"), 6);
}

/* A marker of the demo family has not as many digits as ours. */
static void a_marker_need_not_be_ours(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    static const struct {
        const char *marker;
        uint64_t mentions;
    } rows[] = {
        {"5~0f3a9c21", 1},
        {"1795485263.2830355~0f3a9c21", 1},
        {"-7~0f3a9c21", 1},
    };
    say_text(t, pablo, "1:2", "@joe");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        redis_do(t->redis, "HSET snug:user:2:reads 1:2 %s", rows[i].marker);
        assert_int_equal(mentions(t, joe, "1:2"), rows[i].mentions);
    }
    redis_do(t->redis, "HDEL snug:user:2:reads 1:2");
    assert_int_equal(mentions(t, joe, "1:2"), 1);
}

static void an_answer_quotes(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    const struct str id = ask_field(say_text(t, pablo, "0", "Shall we?\\nNow?"), "id");
    const struct http_res *res =
        say(t, joe, "0",
            api_test_text(t, "\"message\":\"yes @pablo\",\"replyTo\":\"%.*s\"", STR_FMT(id)));
    ask_is(res, 201);
    assert_string_equal(more_of(t, res),
                        api_test_text(t,
                                      ",\"replyTo\":{\"id\":\"%.*s\",\"from\":\"1\",\"message\":"
                                      "\"Shall we?\\u2026\"},\"mentions\":[\"1\"]}",
                                      STR_FMT(id)));
    assert_string_equal(
        redis_text(t->redis, "EVAL %s 0", "return redis.call('ZREVRANGE', 'room:0', 0, 0)[1]"),
        store_test_cstr(t->store, buf_str(&res->body)));
    const struct http_res *page = API_ASK(t, .path = "/messages/0", .cookie = pablo);
    assert_non_null(strstr(store_test_cstr(t->store, buf_str(&page->body)),
                           store_test_cstr(t->store, buf_str(&res->body))));
    /* As a form, and of what is an answer itself. */
    const struct str second = ask_field(res, "id");
    res = API_ASK(t, .path = "/messages/0", .method = "POST", .type = ASK_FORM, .cookie = pablo,
                  .text = api_test_text(t, "message=good&replyTo=%.*s", STR_FMT(second)));
    ask_is(res, 201);
    assert_non_null(strstr(more_of(t, res), "\"from\":\"2\",\"message\":\"yes @pablo\"}}"));
}

/* Of the demo family's messages, too, of which two may share a score. */
static void an_answer_quotes_the_family(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    redis_do(t->redis, "ZADD room:0 1700000000 %s",
             "{\"from\":\"9\",\"date\":1700000000,\"message\":\"&lt;one&gt;\"}");
    redis_do(t->redis, "ZADD room:0 1700000000 %s",
             "{\"from\":\"9\",\"date\":1700000000,\"message\":\"two\"}");
    const struct http_res *page = API_ASK(t, .path = "/messages/0", .cookie = pablo);
    const char *body = store_test_cstr(t->store, buf_str(&page->body));
    static const char *const texts[] = {"<one>", "two"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *text = strstr(body, api_test_text(t, "\"message\":\"%s\"", texts[i]));
        assert_non_null(text);
        const char *id = text;
        while (strncmp(id, "\"id\":\"", 6) != 0) {
            id--;
        }
        const struct http_res *res =
            say(t, pablo, "0",
                api_test_text(t, "\"message\":\"x\",\"replyTo\":\"%.*s\"",
                              (int)(strchr(id + 6, '"') - id - 6), id + 6));
        ask_is(res, 201);
        assert_non_null(strstr(more_of(t, res),
                               api_test_text(t, "\"from\":\"9\",\"message\":\"%s\"}}", texts[i])));
    }
}

static void answers_what_is_there(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    const char *mary = api_test_join(t, "Mary");
    const struct str secret = ask_field(say_text(t, joe, "2:3", "secret"), "id");
    const char *const ids[] = {
        "", "x", "5.000000", "1700000000~0f3a9c21", api_test_text(t, "%.*s", STR_FMT(secret)),
    };
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        const char *fields = api_test_text(t, "\"message\":\"x\",\"replyTo\":\"%s\"", ids[i]);
        ask_is_problem(say(t, pablo, "0", fields), ERR_INVALID);
        ask_is_problem(say(t, pablo, "2:3", fields), i < 2 ? ERR_INVALID : ERR_NOT_FOUND);
    }
    ask_is_problem(say(t, pablo, "0", "\"message\":\"x\",\"replyTo\":[]"), ERR_INVALID);
    ask_is(say(t, pablo, "0", "\"message\":\"x\",\"replyTo\":null"), 201);
    ask_is(say(t, mary, "2:3",
               api_test_text(t, "\"message\":\"x\",\"replyTo\":\"%.*s\"", STR_FMT(secret))),
           201);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 1);
}

static void what_is_deleted_is_not_answered(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const struct str id = ask_field(say_text(t, pablo, "0", "@room secret"), "id");
    const char *answer = api_test_text(t, "\"message\":\"x\",\"replyTo\":\"%.*s\"", STR_FMT(id));
    ask_is(say(t, pablo, "0", answer), 201);
    assert_int_equal(redis_int(t->redis, "ZCARD snug:room:0:mentions"), 1);
    ask_is(API_ASK(t, .path = api_test_text(t, "/messages/0/%.*s", STR_FMT(id)), .method = "DELETE",
                   .cookie = pablo),
           204);
    ask_is_problem(say(t, pablo, "0", answer), ERR_INVALID);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:room:0:mentions"), 0);
}

static void an_edit_mentions_anew(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    const char *mary = api_test_join(t, "Mary");
    const struct str id = ask_field(say_text(t, pablo, "0", "@joe"), "id");
    assert_int_equal(mentions(t, joe, "0"), 1);
    const struct http_res *res =
        API_ASK(t, .path = api_test_text(t, "/messages/0/%.*s", STR_FMT(id)), .method = "PATCH",
                .type = ASK_JSON, .cookie = pablo, .text = "{\"message\":\"@mary\"}");
    ask_is(res, 200);
    const char *more = more_of(t, res);
    assert_ptr_equal(strstr(more, ",\"mentions\":[\"3\"]"), more);
    assert_int_equal(mentions(t, joe, "0"), 0);
    assert_int_equal(mentions(t, mary, "0"), 1);
}

/* What is sent again is what was sent, whatever has become of what it answers and of whom it names.
 */
static void a_nonce_stores_an_answer_once(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    api_test_join(t, "Joe");
    const struct str one = ask_field(say_text(t, pablo, "0", "one"), "id");
    const struct str two = ask_field(say_text(t, pablo, "0", "two"), "id");
    const char *answer = api_test_text(
        t, "\"message\":\"@joe x\",\"nonce\":\"n\",\"replyTo\":\"%.*s\"", STR_FMT(one));
    const struct http_res *first = say(t, pablo, "0", answer);
    ask_is(first, 201);
    redis_do(t->redis, "ZREMRANGEBYRANK room:0 0 0");
    redis_do(t->redis, "DEL username:Joe");
    redis_do(t->redis, "HDEL snug:names joe");
    const struct http_res *again = say(t, pablo, "0", answer);
    ask_is(again, 201);
    check_eq(buf_str(&again->body), buf_str(&first->body));
    const char *const others[] = {
        "\"message\":\"@joe x\",\"nonce\":\"n\"",
        api_test_text(t, "\"message\":\"@joe x\",\"nonce\":\"n\",\"replyTo\":\"%.*s\"",
                      STR_FMT(two)),
        api_test_text(t, "\"message\":\"@joe y\",\"nonce\":\"n\",\"replyTo\":\"%.*s\"",
                      STR_FMT(one)),
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        ask_is_problem(say(t, pablo, "0", others[i]), ERR_NONCE_REUSED);
    }
    ask_is(say(t, pablo, "0", "\"message\":\"plain\",\"nonce\":\"m\""), 201);
    ask_is_problem(
        say(t, pablo, "0",
            api_test_text(t, "\"message\":\"plain\",\"nonce\":\"m\",\"replyTo\":\"%.*s\"",
                          STR_FMT(two))),
        ERR_NONCE_REUSED);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(names_are_those_of_people_in_the_room),
        API_TEST(mentions_behind_the_marker_are_counted),
        API_TEST(a_marker_need_not_be_ours),
        API_TEST(an_answer_quotes),
        API_TEST(an_answer_quotes_the_family),
        API_TEST(answers_what_is_there),
        API_TEST(what_is_deleted_is_not_answered),
        API_TEST(an_edit_mentions_anew),
        API_TEST(a_nonce_stores_an_answer_once),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
