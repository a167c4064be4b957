#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/log.h"
#include "store/reply.h"
#include "support/store.h"

static struct store_cmd ping(struct store_test *t)
{
    const struct str words[] = {STR("PING")};
    return store_cmd_make(&t->arena, words, ARRAY_LEN(words));
}

static enum err ask(struct store_test *t)
{
    const struct redisReply *reply;
    return store_conn_one(t->conn, ping(t), &reply);
}

/* How many connections the server has seen. */
static long connections(struct store_test *t)
{
    const char *field = strstr(redis_text(t->redis, "INFO stats"), "total_connections_received:");
    assert_non_null(field);
    return strtol(strchr(field, ':') + 1, NULL, 10);
}

/* How long the call took, and what it gave. */
static int64_t timed(struct store_test *t, enum err *err)
{
    const int64_t start = clock_mono_ms();
    *err = ask(t);
    return clock_mono_ms() - start;
}

static void answers_a_pipeline_in_order(void **state)
{
    struct store_test *t = *state;
    struct store_cmd cmds[50];
    const struct redisReply *replies[50];
    for (int i = 0; i < 50; i++) {
        const struct str words[] = {STR("ECHO"), arena_printf(&t->arena, "%d", i)};
        cmds[i] = store_cmd_make(&t->arena, words, ARRAY_LEN(words));
    }
    assert_int_equal(store_conn_run(t->conn, cmds, 50, replies), ERR_OK);
    for (int i = 0; i < 50; i++) {
        struct str text;
        assert_int_equal(store_reply_str(replies[i], &text), ERR_OK);
        assert_str_equal(text, arena_printf(&t->arena, "%d", i).ptr);
    }
}

static void carries_any_byte(void **state)
{
    struct store_test *t = *state;
    const struct str bytes = STR("a\0b\r\n$5\r\n%s\xff");
    const struct str words[] = {STR("ECHO"), bytes};
    const struct redisReply *reply;
    struct str text;
    assert_int_equal(store_conn_one(t->conn, store_cmd_make(&t->arena, words, 2), &reply), ERR_OK);
    assert_int_equal(store_reply_str(reply, &text), ERR_OK);
    assert_true(str_eq(text, bytes));
}

static void carries_more_than_a_socket_holds(void **state)
{
    struct store_test *t = *state;
    const size_t len = 2 * 1024 * 1024;
    char *big = arena_alloc(&t->arena, len);
    memset(big, 'x', len);
    const struct str words[] = {STR("ECHO"), {big, len}};
    struct store_cmd cmds[2] = {store_cmd_make(&t->arena, words, 2),
                                store_cmd_make(&t->arena, words, 2)};
    const struct redisReply *replies[2];
    struct str text;
    assert_int_equal(store_conn_run(t->conn, cmds, 2, replies), ERR_OK);
    assert_int_equal(store_reply_str(replies[1], &text), ERR_OK);
    assert_int_equal(text.len, len);
}

static void an_error_reply_keeps_the_connection(void **state)
{
    struct store_test *t = *state;
    const struct str words[] = {STR("NONSENSE")};
    const struct redisReply *reply;
    assert_int_equal(ask(t), ERR_OK);
    const long before = connections(t);
    assert_int_equal(store_conn_one(t->conn, store_cmd_make(&t->arena, words, 1), &reply),
                     ERR_INTERNAL);
    assert_int_equal(ask(t), ERR_OK);
    assert_int_equal(connections(t), before);
}

static void notices_that_it_was_closed(void **state)
{
    struct store_test *t = *state;
    assert_int_equal(ask(t), ERR_OK);
    redis_do(t->redis, "CLIENT KILL TYPE normal SKIPME yes");
    assert_int_equal(ask(t), ERR_OK);
}

static void a_stopped_server_costs_less_than_a_second(void **state)
{
    struct store_test *t = *state;
    enum err err;
    assert_int_equal(ask(t), ERR_OK);
    redis_pause(t->redis);
    int64_t took_ms = timed(t, &err);
    assert_int_equal(err, ERR_UNAVAILABLE);
    assert_in_range(took_ms, STORE_CONN_REPLY_MS - 50, 3 * STORE_CONN_REPLY_MS);
    took_ms = timed(t, &err); /* connects, for the kernel accepts; greets in vain */
    assert_int_equal(err, ERR_UNAVAILABLE);
    assert_in_range(took_ms, STORE_CONN_CONNECT_MS - 50, 3 * STORE_CONN_CONNECT_MS);
    redis_resume(t->redis);
    assert_int_equal(ask(t), ERR_OK);
}

static void comes_back_after_a_kill(void **state)
{
    struct store_test *t = *state;
    enum err err;
    assert_int_equal(ask(t), ERR_OK);
    redis_kill(t->redis);
    assert_in_range(timed(t, &err), 0, 300);
    assert_int_equal(err, ERR_UNAVAILABLE);
    redis_again(t->redis);
    assert_int_equal(ask(t), ERR_OK);
}

/* A server of our own, which says what a real one never would. */
struct liar {
    int listener;
    const char *said; /* at once, to whoever connects */
    bool hang_up;     /* then */
    struct sockaddr_un address;
    pthread_t thread;
};

static void *lie(void *arg)
{
    const struct liar *liar = arg;
    const int fd = accept(liar->listener, NULL, NULL);
    char drain[4096];
    if (fd >= 0) {
        bool open = send(fd, liar->said, strlen(liar->said), MSG_NOSIGNAL) >= 0;
        while (open && !liar->hang_up && read(fd, drain, sizeof(drain)) > 0) {
            /* drips: a byte now and then must not keep the caller */
            usleep(20000);
            open = send(fd, "x", 1, MSG_NOSIGNAL) == 1;
        }
        close(fd);
    }
    return NULL;
}

static enum err ask_liar(struct store_test *t, const char *said, bool hang_up, int64_t *took_ms)
{
    struct liar liar = {.said = said, .hang_up = hang_up, .address = {.sun_family = AF_UNIX}};
    char dir[] = "/tmp/snug-liar-XXXXXX";
    assert_non_null(mkdtemp(dir));
    snprintf(liar.address.sun_path, sizeof(liar.address.sun_path), "%s/s", dir);
    liar.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(
        bind(liar.listener, (const struct sockaddr *)&liar.address, sizeof(liar.address)), 0);
    assert_int_equal(listen(liar.listener, 1), 0);
    assert_int_equal(pthread_create(&liar.thread, NULL, lie, &liar), 0);

    struct store_conn *conn;
    const struct str url = arena_printf(&t->arena, "unix:%s", liar.address.sun_path);
    assert_int_equal(store_conn_create(url.ptr, STORE_TEST_SERVER, 10, &conn), ERR_OK);
    const struct redisReply *reply;
    const int64_t start = clock_mono_ms();
    const enum err err = store_conn_one(conn, ping(t), &reply);
    *took_ms = clock_mono_ms() - start;
    store_conn_destroy(conn);
    pthread_join(liar.thread, NULL);
    close(liar.listener);
    unlink(liar.address.sun_path);
    rmdir(dir);
    return err;
}

static void a_broken_answer_is_no_answer(void **state)
{
    struct store_test *t = *state;
    int64_t took_ms;
    assert_int_equal(ask_liar(t, "HTTP/1.1 400 Bad Request\r\n\r\n", true, &took_ms),
                     ERR_UNAVAILABLE);
    assert_int_equal(ask_liar(t, "$100\r\nhalf an ans", true, &took_ms), ERR_UNAVAILABLE);
    assert_int_equal(ask_liar(t, "", true, &took_ms), ERR_UNAVAILABLE);
    assert_in_range(took_ms, 0, STORE_CONN_CONNECT_MS - 50);
    assert_int_equal(ask_liar(t, "$19\r\n# Server\r\nno run id\r\n", false, &took_ms),
                     ERR_INTERNAL);
    assert_int_equal(ask_liar(t, "-LOADING wait\r\n", false, &took_ms), ERR_UNAVAILABLE);
    assert_int_equal(ask_liar(t, "-NOAUTH Authentication required.\r\n", false, &took_ms),
                     ERR_INTERNAL);
}

static void half_an_answer_ends_in_time(void **state)
{
    struct store_test *t = *state;
    int64_t took_ms;
    assert_int_equal(ask_liar(t, "$100000\r\nhalf an ans", false, &took_ms), ERR_UNAVAILABLE);
    assert_in_range(took_ms, STORE_CONN_CONNECT_MS - 50, 3 * STORE_CONN_CONNECT_MS);
}

static void nobody_there(void **state)
{
    struct store_test *t = *state;
    static const char *const urls[] = {"unix:/nowhere/at/all", "redis://127.0.0.1:1"};
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        struct store_conn *conn;
        const struct redisReply *reply;
        assert_int_equal(store_conn_create(urls[i], STORE_TEST_SERVER, 10, &conn), ERR_OK);
        assert_int_equal(store_conn_one(conn, ping(t), &reply), ERR_UNAVAILABLE);
        assert_int_equal(store_conn_one(conn, ping(t), &reply), ERR_UNAVAILABLE);
        store_conn_destroy(conn);
    }
    struct store_conn *conn;
    assert_int_equal(store_conn_create("rediss://x", STORE_TEST_SERVER, 10, &conn), ERR_INVALID);
    store_conn_destroy(NULL);
}

/* A password, a user of the ACL, another database: over TCP, where the URL can say them. */
static void logs_in_over_tcp(void **state)
{
    struct store_test *t = *state;
    struct store_conn *conn;
    const struct redisReply *reply;
    redis_do(t->redis, "ACL SETUSER chat on >p@ss:word/%% ~* &* +@all");
    const int port = redis_open_port(t->redis);
    const struct str good =
        arena_printf(&t->arena, "redis://chat:p%%40ss:word%%2F%%25@127.0.0.1:%d/3", port);
    assert_int_equal(store_conn_create(good.ptr, STORE_TEST_SERVER, 10, &conn), ERR_OK);
    const struct str words[] = {STR("SET"), STR("here"), STR("1")};
    assert_int_equal(store_conn_one(conn, store_cmd_make(&t->arena, words, 3), &reply), ERR_OK);
    store_conn_destroy(conn);
    redis_do(t->redis, "SELECT 3");
    assert_int_equal(redis_int(t->redis, "EXISTS here"), 1);
    redis_do(t->redis, "SELECT 0");

    const struct str bad = arena_printf(&t->arena, "redis://chat:wrong@127.0.0.1:%d", port);
    assert_int_equal(store_conn_create(bad.ptr, STORE_TEST_SERVER, 10, &conn), ERR_OK);
    assert_int_equal(store_conn_one(conn, ping(t), &reply), ERR_INTERNAL);
    store_conn_destroy(conn);
    redis_close_port(t->redis);
    redis_do(t->redis, "ACL DELUSER chat");
}

static void leaves_a_server_that_is_no_master(void **state)
{
    struct store_test *t = *state;
    const struct str words[] = {STR("SET"), STR("a"), STR("b")};
    const struct redisReply *reply;
    assert_int_equal(ask(t), ERR_OK);
    const long before = connections(t);
    redis_do(t->redis, "REPLICAOF 127.0.0.1 1");
    assert_int_equal(store_conn_one(t->conn, store_cmd_make(&t->arena, words, 3), &reply),
                     ERR_UNAVAILABLE);
    redis_do(t->redis, "REPLICAOF NO ONE");
    assert_int_equal(store_conn_one(t->conn, store_cmd_make(&t->arena, words, 3), &reply), ERR_OK);
    assert_int_equal(connections(t), before + 1);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(answers_a_pipeline_in_order),
        STORE_TEST(carries_any_byte),
        STORE_TEST(carries_more_than_a_socket_holds),
        STORE_TEST(an_error_reply_keeps_the_connection),
        STORE_TEST(notices_that_it_was_closed),
        STORE_TEST(a_stopped_server_costs_less_than_a_second),
        STORE_TEST(comes_back_after_a_kill),
        STORE_TEST(a_broken_answer_is_no_answer),
        STORE_TEST(half_an_answer_ends_in_time),
        STORE_TEST(nobody_there),
        STORE_TEST(logs_in_over_tcp),
        STORE_TEST(leaves_a_server_that_is_no_master),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
