#include <stdlib.h>
#include <sys/socket.h>
#include "base/log.h"
#include "base/rand.h"
#include "store/room.h"
#include "store/session.h"
#include "store/user.h"
#include "support/check.h"
#include "support/hub.h"

/* Who may have a stream, what it begins with, and who gets what. */

/* One request, and its whole answer. */
static void ask(struct hub_test *h, struct fcgi_peer *p, const char *const *vars)
{
    fcgi_peer_connect(p, h->path);
    fcgi_peer_request(p, 1, 0, vars);
    fcgi_peer_expect_eof(p);
    assert_int_equal(p->ends, 1);
    assert_int_equal(p->status, 0);
}

static void answers_without_a_stream(void **state)
{
    struct hub_test *h = *state;
    static const struct {
        const char *method, *script, *path, *accept;
        const char *status, *body;
    } rows[] = {
        {"GET", "/api/events", "", "", "Status: 401 ", "\"code\":\"unauthenticated\""},
        {"HEAD", "/api/events", "", "", "Status: 401 ", NULL},
        {"GET", "/api/events", "", "text/plain", "Status: 401 ", "\r\n\r\nunauthenticated: "},
        {"GET", "/chat/api/health", "", "", "Status: 200 ",
         "\r\n\r\n{\"status\":\"ok\",\"redis\":true,\"streams\":0,\"memory\":\"ok\"}"},
        {"GET", "/health/", "", "", "Status: 200 ", "\"status\":\"ok\""},
        {"HEAD", "/api/health", "", "", "Status: 200 ", NULL},
        {"POST", "/api/health", "", "", "Status: 405 ", "\r\nAllow: GET, HEAD\r\n"},
        {"PUT", "/api/events", "", "", "Status: 405 ", "\r\nAllow: GET, HEAD, POST\r\n"},
        {"POST", "/api/events", "", "", "Status: 401 ", "\"code\":\"unauthenticated\""},
        {"GET", "/api/events", "/more", "", "Status: 404 ", "\"code\":\"not_found\""},
        {"GET", "/api/metrics", "", "text/plain", "Status: 404 ", "\r\n\r\nnot_found: "},
        {"GET", "/api/events", "/../x", "", "Status: 400 ", "\"code\":\"bad_path\""},
        {"DELETE", "/api/nothing", "", "", "Status: 404 ", "\"code\":\"not_found\""},
    };
    hub_test_start(h, NULL);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *arena = &h->store->arena;
        const char *const vars[] = {
            arena_printf(arena, "REQUEST_METHOD=%s", rows[i].method).ptr,
            arena_printf(arena, "SCRIPT_NAME=%s", rows[i].script).ptr,
            arena_printf(arena, "PATH_INFO=%s", rows[i].path).ptr,
            arena_printf(arena, "HTTP_ACCEPT=%s", rows[i].accept).ptr,
            NULL,
        };
        const struct str what =
            arena_printf(arena, "%s %s%s", rows[i].method, rows[i].script, rows[i].path);
        struct fcgi_peer p;
        ask(h, &p, vars);
        check_row(strncmp(p.out, rows[i].status, strlen(rows[i].status)) == 0, what);
        if (rows[i].body != NULL) {
            check_row(fcgi_peer_has(&p, rows[i].body), what);
        } else {
            check_row(p.len > 4 && strcmp(p.out + p.len - 4, "\r\n\r\n") == 0, what);
        }
        fcgi_peer_close(&p);
    }
}

static void refuses_sessions_that_are_none(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    static const char *const tokens[] = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;"};
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        hub_test_get(h, &p, tokens[i], "");
        fcgi_peer_expect(&p, "Status: 401 ");
        fcgi_peer_expect_eof(&p);
        assert_int_equal(p.ends, 1);
        fcgi_peer_close(&p);
    }
}

static void opens_a_stream(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    const char *pablo = hub_test_login(h, "1");
    redis_do(h->store->redis, "SADD online_users 2");
    hub_test_open(h, &p, pablo, "");
    static const char head[] = "Status: 200 OK\r\n"
                               "Content-Type: text/event-stream\r\n"
                               "Cache-Control: no-cache, no-transform\r\n"
                               "X-Accel-Buffering: no\r\n"
                               "X-Content-Type-Options: nosniff\r\n\r\n"
                               "retry: ";
    assert_memory_equal(p.out, head, sizeof head - 1);
    assert_in_range(strtol(p.out + sizeof head - 1, NULL, 10), 2000, 3999);
    const char *id = hub_test_id(h, &p);
    const char *epoch = redis_text(h->store->redis, "GET snug:epoch");
    assert_memory_equal(id, epoch, strlen(epoch));
    assert_string_equal(id + strlen(epoch), ".0");
    fcgi_peer_expect(&p, "data: {\"user\":{\"id\":\"1\",\"username\":\"Pablo\"},\"stream\":\"");
    fcgi_peer_expect(&p, "\",\"heartbeat\":15,\"online\":[\"2\"]}\n\n");
    fcgi_peer_expect(&p, "event: user.connected\n"
                         "data: {\"id\":\"1\",\"username\":\"Pablo\",\"online\":true}\n\n");
    fcgi_peer_close(&p);
}

static void answers_head(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    const char *const vars[] = {
        "REQUEST_METHOD=HEAD", "SCRIPT_NAME=/api/events",
        arena_printf(&h->store->arena, "HTTP_COOKIE=snug_session=%s", hub_test_login(h, "1")).ptr,
        NULL};
    ask(h, &p, vars);
    assert_true(fcgi_peer_has(&p, "Status: 200 OK\r\nContent-Type: text/event-stream\r\n"));
    assert_string_equal(p.out + p.len - 4, "\r\n\r\n");
    fcgi_peer_close(&p);
}

static void counts_a_crowd(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    redis_do(h->store->redis, "EVAL %s 0",
             "for i = 1, 300 do redis.call('SADD', 'online_users', i) end");
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    fcgi_peer_expect(&p, "\"heartbeat\":15,\"onlineCount\":300}\n\n");
    fcgi_peer_close(&p);
}

static void delivers_to_members_only(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer pablo, joe, mary;
    hub_test_start(h, NULL);
    hub_test_open(h, &pablo, hub_test_login(h, "1"), "");
    hub_test_open(h, &joe, hub_test_login(h, "2"), "");
    hub_test_open(h, &mary, hub_test_login(h, "3"), "");
    /* The room is new: its two are in it before the message comes. */
    const char *id = hub_test_send(h, "1", "1:2", "only for Joe");
    const char *block =
        arena_printf(&h->store->arena, "data: {\"id\":\"%s\",\"from\":\"1\",\"date\":", id).ptr;
    const struct {
        struct fcgi_peer *peer;
    } members[] = {{&pablo}, {&joe}};
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        struct fcgi_peer *p = members[i].peer;
        fcgi_peer_expect(p, "event: show.room\nid: ");
        fcgi_peer_expect(p, "data: {\"id\":\"1:2\",\"names\":[[\"Pablo\"],[\"Joe\"]]}\n\n");
        fcgi_peer_expect(p, "event: message\nid: ");
        fcgi_peer_expect(p, block);
    }
    hub_test_send(h, "3", "0", "for all");
    fcgi_peer_expect(&mary, "\"message\":\"for all\",\"roomId\":\"0\"}\n\n");
    fcgi_peer_expect(&joe, "for all");
    fcgi_peer_expect(&pablo, "for all");
    assert_false(fcgi_peer_has(&mary, "1:2"));
    assert_false(fcgi_peer_has(&mary, "only for Joe"));
    assert_int_equal(fcgi_peer_count(&joe, "only for Joe"), 1);
    fcgi_peer_close(&pablo);
    fcgi_peer_close(&joe);
    fcgi_peer_close(&mary);
}

/* A room that only one of the two has opened is shown to all streams of that one. */
static void shows_a_room_to_its_opener(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer one, two, joe;
    struct model_room room;
    bool created;
    hub_test_start(h, NULL);
    redis_do(h->store->redis, "SADD user:2:rooms 1:2");
    hub_test_open(h, &one, hub_test_login(h, "1"), "");
    hub_test_open(h, &two, hub_test_login(h, "1"), "");
    hub_test_open(h, &joe, hub_test_login(h, "2"), "");
    assert_int_equal(store_room_open(h->store->conn, &h->store->arena,
                                     store_test_as(h->store, STR("1")), STR("2"), &room, &created),
                     ERR_OK);
    assert_true(created);
    fcgi_peer_expect(&one, "event: show.room");
    fcgi_peer_expect(&two, "event: show.room");
    hub_test_send(h, "2", "1:2", "hello");
    fcgi_peer_expect(&one, "\"message\":\"hello\"");
    fcgi_peer_expect(&two, "\"message\":\"hello\"");
    fcgi_peer_expect(&joe, "\"message\":\"hello\"");
    assert_false(fcgi_peer_has(&joe, "show.room"));
    fcgi_peer_close(&one);
    fcgi_peer_close(&two);
    fcgi_peer_close(&joe);
}

static void follows_who_comes_and_leaves(void **state)
{
    struct hub_test *h = *state;
    struct store_test *t = h->store;
    struct fcgi_peer one, narrow, back;
    struct model_room room;
    bool created;
    redis_do(t->redis, "SET room:7:name Books");
    redis_do(t->redis, "SADD user:1:rooms 7");
    redis_do(t->redis, "SADD user:2:rooms 7");
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "2");
    hub_test_open(h, &one, token, "");
    hub_test_open(h, &narrow, token, "rooms=0");
    hub_test_send(h, "1", "7", "first");
    fcgi_peer_expect(&one, "event: message\n");
    const char *first = hub_test_id(h, &one);
    hub_test_send(h, "1", "7", "second");
    assert_int_equal(
        store_room_leave(t->conn, &t->arena, store_test_as(t, STR("2")), STR("7"), STR("me")),
        ERR_OK);
    fcgi_peer_expect(&one, "event: room.left\nid: ");
    fcgi_peer_expect(&one, "data: {\"id\":\"7\"}\n\n");
    hub_test_send(h, "1", "7", "third");
    hub_test_send(h, "1", "0", "for all");
    fcgi_peer_expect(&one, "for all");
    fcgi_peer_expect(&narrow, "for all");
    assert_false(fcgi_peer_has(&one, "third"));

    /* What was said while they were in it is not for them any more either. */
    hub_test_open(h, &back, token, hub_test_since(h, first));
    fcgi_peer_expect(&back, "event: room.left\n");
    fcgi_peer_expect(&back, "for all");
    assert_false(fcgi_peer_has(&back, "second"));

    assert_int_equal(store_room_join(t->conn, &t->arena, store_test_as(t, STR("2")), STR("7"),
                                     STR("me"), &room, &created),
                     ERR_OK);
    assert_true(created);
    fcgi_peer_expect(&one, "event: show.room\nid: ");
    fcgi_peer_expect(&one, "data: {\"id\":\"7\",\"names\":[\"Books\"]}\n\n");
    hub_test_send(h, "1", "7", "fourth");
    fcgi_peer_expect(&one, "fourth");
    fcgi_peer_expect(&back, "fourth");
    hub_test_send(h, "1", "0", "the end");
    fcgi_peer_expect(&narrow, "the end");
    assert_false(fcgi_peer_has(&narrow, "\"7\""));
    fcgi_peer_close(&one);
    fcgi_peer_close(&narrow);
    fcgi_peer_close(&back);
}

static void a_new_password_leaves_one_session(void **state)
{
    struct hub_test *h = *state;
    struct store_test *t = h->store;
    struct fcgi_peer one, other, mary;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &one, token, "");
    hub_test_open(h, &other, hub_test_login(h, "1"), "");
    hub_test_open(h, &mary, hub_test_login(h, "3"), "");
    struct store_asker asker = {.key = rand_sha256(&t->arena, str_of(token)), .ttl_s = 3600};
    const struct str stored = str_of(redis_text(t->redis, "HGET user:1 password"));
    assert_int_equal(store_user_password(t->conn, &t->arena, &asker, STR("not it"), STR("new")),
                     ERR_CONFLICT);
    assert_int_equal(store_user_password(t->conn, &t->arena, &asker, stored, STR("new")), ERR_OK);
    fcgi_peer_expect(&other, "{\"reason\":\"logout\"}");
    fcgi_peer_expect_eof(&other);
    hub_test_send(h, "1", "0", "still here");
    fcgi_peer_expect(&one, "still here");
    fcgi_peer_expect(&mary, "still here");
    fcgi_peer_close(&one);
    fcgi_peer_close(&other);
    fcgi_peer_close(&mary);
}

static void ends_with_the_session(void **state)
{
    struct hub_test *h = *state;
    struct store_test *t = h->store;
    struct fcgi_peer one, other;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &one, token, "");
    hub_test_open(h, &other, hub_test_login(h, "1"), "");
    assert_int_equal(store_session_end(t->conn, &t->arena, rand_sha256(&t->arena, str_of(token))),
                     ERR_OK);
    fcgi_peer_expect(&one, "event: bye\ndata: {\"reason\":\"logout\"}\n\n");
    fcgi_peer_expect_eof(&one);
    assert_int_equal(one.ends, 1);
    hub_test_send(h, "1", "0", "still here");
    fcgi_peer_expect(&other, "still here");
    assert_false(fcgi_peer_has(&other, "session"));
    fcgi_peer_close(&one);
    fcgi_peer_close(&other);
}

/* A web server that keeps its connections asks the next thing on the same one. */
static void serves_kept_connections(void **state)
{
    struct hub_test *h = *state;
    struct store_test *t = h->store;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    const char *const vars[] = {"REQUEST_METHOD=GET", "SCRIPT_NAME=/api/events",
                                arena_printf(&t->arena, "HTTP_COOKIE=snug_session=%s", token).ptr,
                                NULL};
    fcgi_peer_connect(&p, h->path);
    fcgi_peer_request(&p, 7, PEER_KEEP_CONN, vars);
    fcgi_peer_expect(&p, "event: ready");
    hub_test_send(h, "1", "0", "first");
    fcgi_peer_expect(&p, "first");
    fcgi_peer_record(&p, PEER_ABORT, 7, NULL, 0);
    fcgi_peer_expect_end(&p, 1);
    fcgi_peer_request(&p, 8, PEER_KEEP_CONN, vars);
    fcgi_peer_expect(&p, "event: ready");
    hub_test_send(h, "1", "0", "second");
    fcgi_peer_expect(&p, "second");
    assert_int_equal(store_session_end(t->conn, &t->arena, rand_sha256(&t->arena, str_of(token))),
                     ERR_OK);
    fcgi_peer_expect_end(&p, 2);
    fcgi_peer_request(&p, 1, 0, vars);
    fcgi_peer_expect(&p, "Status: 401");
    fcgi_peer_expect_eof(&p);
    fcgi_peer_close(&p);
}

static void carries_only_so_many(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer one, two, three;
    hub_test_start(h, (const char *const[]){"SNUG_MAX_STREAMS=2", NULL});
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &one, token, "");
    hub_test_open(h, &two, token, "");
    hub_test_get(h, &three, token, "");
    fcgi_peer_expect(&three, "Status: 503 ");
    fcgi_peer_expect(&three, "Retry-After: ");
    fcgi_peer_expect_eof(&three);
    fcgi_peer_close(&three);
    assert_int_equal(shutdown(two.fd, SHUT_WR), 0);
    fcgi_peer_expect_eof(&two);
    hub_test_open(h, &three, token, "");
    fcgi_peer_close(&one);
    fcgi_peer_close(&two);
    fcgi_peer_close(&three);
}

static void beats(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, (const char *const[]){"SNUG_HEARTBEAT=1", NULL});
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    fcgi_peer_expect(&p, "\"heartbeat\":1,");
    fcgi_peer_expect(&p, "\n:\n");
    fcgi_peer_expect(&p, ":\n");
    fcgi_peer_close(&p);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        HUB_TEST(answers_without_a_stream),
        HUB_TEST(refuses_sessions_that_are_none),
        HUB_TEST(opens_a_stream),
        HUB_TEST(answers_head),
        HUB_TEST(counts_a_crowd),
        HUB_TEST(delivers_to_members_only),
        HUB_TEST(shows_a_room_to_its_opener),
        HUB_TEST(follows_who_comes_and_leaves),
        HUB_TEST(a_new_password_leaves_one_session),
        HUB_TEST(ends_with_the_session),
        HUB_TEST(serves_kept_connections),
        HUB_TEST(carries_only_so_many),
        HUB_TEST(beats),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
