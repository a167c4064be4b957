#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/log.h"
#include "store/keys.h"
#include "store/memory.h"
#include "store/message.h"
#include "store/session.h"
#include "support/store.h"

/* How full Redis is, who is told so, and what is refused then. */

#define MAX   1000000u
#define SHARE (MAX / 1000)
#define TTL   90000

static struct store_memory ask(struct store_test *t)
{
    const struct redisReply *reply;
    struct store_memory memory;
    assert_int_equal(store_conn_one(t->conn, store_memory_ask_cmd(&t->arena), &reply), ERR_OK);
    assert_int_equal(store_memory_read(reply, &memory), ERR_OK);
    return memory;
}

/* Tells that so many thousandths are used; the level that it is then. */
static const char *tell(struct store_test *t, uint64_t share)
{
    const struct store_memory memory = {.used = share * SHARE + SHARE, .max = MAX};
    const struct store_cmd cmd =
        store_memory_tell_cmd(&t->arena, STR(STORE_TEST_SERVER), STR("1000"), &memory);
    const struct redisReply *reply;
    enum store_memory_level level;
    assert_int_equal(store_conn_one(t->conn, cmd, &reply), ERR_OK);
    assert_int_equal(store_memory_told_read(reply, &level), ERR_OK);
    return store_memory_name(level);
}

/* The end of the log: to whom, and what. */
static const char *logged(struct store_test *t)
{
    return redis_lines(t->redis, "XREVRANGE snug:events + - COUNT 1");
}

static int setup(void **state)
{
    store_test_setup(state);
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    store_test_user(t, "Mary");
    redis_do(t->redis, "SADD snug:admins 1 3");
    redis_do(t->redis, "HSET snug:user:1 role admin");
    redis_do(t->redis, "HSET snug:user:3 role admin active 0");
    return 0;
}

static int teardown(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "CONFIG SET maxmemory 0");
    return store_test_teardown(state);
}

static void redis_says_how_full_it_is(void **state)
{
    struct store_test *t = *state;
    struct store_memory memory = ask(t);
    assert_int_equal(memory.max, 0);
    assert_in_range(memory.used, 100000, 100000000);
    assert_int_equal(store_memory_level(&memory), STORE_MEMORY_OK);
    redis_do(t->redis, "CONFIG SET maxmemory 1gb");
    memory = ask(t);
    assert_int_equal(memory.max, 1 << 30);
    assert_int_equal(store_memory_level(&memory), STORE_MEMORY_OK);
    redis_do(t->redis, "CONFIG SET maxmemory 1");
    memory = ask(t);
    assert_int_equal(memory.max, 1);
    assert_int_equal(store_memory_level(&memory), STORE_MEMORY_IS_FULL);
}

static void a_level_is_a_share(void **state)
{
    static const struct {
        uint64_t used, max;
        enum store_memory_level level;
    } rows[] = {
        {0, 0, STORE_MEMORY_OK},
        {UINT64_MAX, 0, STORE_MEMORY_OK},
        {0, 1, STORE_MEMORY_OK},
        {849999, MAX, STORE_MEMORY_OK},
        {851000, MAX, STORE_MEMORY_NEARLY_FULL},
        {949999, MAX, STORE_MEMORY_NEARLY_FULL},
        {952000, MAX, STORE_MEMORY_IS_FULL},
        {MAX, MAX, STORE_MEMORY_IS_FULL},
        {UINT64_MAX, MAX, STORE_MEMORY_IS_FULL},
        {UINT64_MAX / 2, UINT64_MAX, STORE_MEMORY_OK},
        {UINT64_MAX - 1, UINT64_MAX, STORE_MEMORY_IS_FULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct store_memory memory = {rows[i].used, rows[i].max};
        assert_int_equal(store_memory_level(&memory), rows[i].level);
    }
}

/* Each change once, and a level is left only well below it. */
static void levels_do_not_flutter(void **state)
{
    struct store_test *t = *state;
    static const struct {
        uint64_t share;
        const char *level;
    } rows[] = {
        {849, "ok"},   {850, "warn"}, {849, "warn"}, {831, "warn"}, {829, "ok"},   {849, "ok"},
        {949, "warn"}, {950, "full"}, {949, "full"}, {930, "full"}, {929, "warn"}, {949, "warn"},
        {999, "full"}, {840, "warn"}, {950, "full"}, {100, "ok"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_string_equal(tell(t, rows[i].share), rows[i].level);
        const char *stored = redis_text(t->redis, "GET snug:memory");
        assert_string_equal(stored != NULL ? stored : "ok", rows[i].level);
    }
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 1 + 9);
    tell(t, 850);
    assert_in_range(redis_int(t->redis, "TTL snug:memory"), STORE_TTL_HUB_S - 1, STORE_TTL_HUB_S);
}

/* The admins who may come in, and nobody else. */
static void admins_are_told(void **state)
{
    struct store_test *t = *state;
    struct redisContext *listener = redis_listen(t->redis);
    tell(t, 900);
    const char *heard = redis_heard(listener);
    assert_non_null(strstr(heard, "SNUG {\"serverId\":\"snug:test\",\"type\":\"server.warning\","
                                  "\"data\":{\"about\":\"memory\",\"level\":\"warn\","
                                  "\"used\":901000,\"max\":1000000},\"epoch\":\""));
    assert_non_null(strstr(heard, "\"to\":\"user:1\"}"));
    assert_true(redis_silent(t->redis, listener));
    assert_non_null(strstr(logged(t), "server.warning"));
    tell(t, 901);
    assert_true(redis_silent(t->redis, listener));
    tell(t, 10);
    assert_non_null(strstr(redis_heard(listener), "\"level\":\"ok\""));
    redis_unlisten(listener);
}

static enum err send(struct store_test *t, struct store_asker *asker, struct str nonce)
{
    const struct store_message_draft draft = {
        .room = STR("0"), .text = STR("hello"), .nonce = nonce};
    struct model_message m;
    return store_message_send(t->conn, &t->arena, asker, &draft, NULL, &m);
}

/* Before Redis refuses anything, messages are; who sends again what is stored is told so. */
static void messages_are_refused_first(void **state)
{
    struct store_test *t = *state;
    struct store_asker *pablo = store_test_as(t, STR("1"));
    struct store_message_query query = {.room = STR("0"), .limit = 10};
    struct store_message_page page;
    assert_int_equal(send(t, pablo, STR("n1")), ERR_OK);
    tell(t, 949);
    assert_int_equal(send(t, pablo, STR_NONE), ERR_OK);
    tell(t, 950);
    assert_int_equal(send(t, pablo, STR_NONE), ERR_STORAGE_FULL);
    assert_int_equal(send(t, pablo, STR("n1")), ERR_OK);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 2);
    assert_int_equal(
        store_session_create(t->conn, &t->arena, STR("new"), STR("1"), STR(""), STR(""), TTL),
        ERR_OK);
    assert_int_equal(store_message_page(t->conn, &t->arena, pablo, &query, &page), ERR_OK);
    assert_int_equal(page.count, 2);
    tell(t, 900);
    assert_int_equal(send(t, pablo, STR_NONE), ERR_OK);
}

/* It has to be told just when there is no room. */
static void a_full_redis_can_be_told(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "CONFIG SET maxmemory 1");
    assert_string_equal(tell(t, 999), "full");
    assert_non_null(strstr(logged(t), "server.warning"));
}

#define MEMORY_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        MEMORY_TEST(redis_says_how_full_it_is),  cmocka_unit_test(a_level_is_a_share),
        MEMORY_TEST(levels_do_not_flutter),      MEMORY_TEST(admins_are_told),
        MEMORY_TEST(messages_are_refused_first), MEMORY_TEST(a_full_redis_can_be_told),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
