#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/log.h"
#include "store/keys.h"
#include "store/message.h"
#include "store/retention.h"
#include "support/store.h"

/* What rooms do not keep any more is removed, in small steps. */

#define HUB STR("h1")

static struct store_retention_step step_by(struct store_test *t, struct str hub, struct str cursor,
                                           uint64_t count, uint64_t days)
{
    const struct redisReply *reply;
    struct store_retention_step step;
    const struct store_cmd cmd = store_retention_step_cmd(&t->arena, hub, cursor, count, days);
    assert_int_equal(store_conn_one(t->conn, cmd, &reply), ERR_OK);
    assert_int_equal(store_retention_step_read(reply, &t->arena, &step), ERR_OK);
    assert_true(step.removed <= STORE_RETENTION_BATCH);
    return step;
}

/* A walk over all rooms; how many messages it has removed. */
static uint64_t walk(struct store_test *t, uint64_t count, uint64_t days)
{
    struct str cursor = STR("0");
    uint64_t removed = 0;
    for (int steps = 0;; steps++) {
        const struct store_retention_step step = step_by(t, HUB, cursor, count, days);
        assert_true(step.is_ours && steps < 1000);
        removed += step.removed;
        cursor = step.cursor;
        if (str_eq(cursor, STR("0")) && step.removed < STORE_RETENTION_BATCH) {
            return removed;
        }
    }
}

/* n messages of the demo family in a zset, of the ages 1 to n days. */
static void fill(struct store_test *t, const char *zset, int n)
{
    redis_do(t->redis, "EVAL %s 0 %s %d %d",
             "for i = 1, ARGV[2] do local at = string.format('%d', ARGV[3] - i * 86400 + 60) "
             "redis.call('ZADD', ARGV[1], at, '{\"from\":1,\"date\":' .. at .. ',\"message\":\"m' "
             ".. i .. "
             "'\"}') end",
             zset, n, (int)(clock_wall_ms() / 1000));
}

static int64_t count_of(struct store_test *t, const char *zset)
{
    return redis_int(t->redis, "ZCARD %s", zset);
}

static bool has(struct store_test *t, const char *zset, const char *word)
{
    return strstr(redis_lines(t->redis, "ZRANGE %s 0 -1", zset), word) != NULL;
}

/* Pablo says something to all. */
static struct model_message send(struct store_test *t, const char *text)
{
    const struct store_message_draft draft = {.room = STR("0"), .text = str_of(text)};
    struct model_message m;
    assert_int_equal(
        store_message_send(t->conn, &t->arena, store_test_as(t, STR("1")), &draft, NULL, &m),
        ERR_OK);
    return m;
}

static int setup(void **state)
{
    store_test_setup(state);
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    return 0;
}

static void the_newest_are_kept(void **state)
{
    struct store_test *t = *state;
    fill(t, "room:0", 450);
    redis_do(t->redis, "HSET snug:room:0 retain 30");
    assert_int_equal(walk(t, 0, 0), 420);
    assert_int_equal(count_of(t, "room:0"), 30);
    assert_true(has(t, "room:0", "\"m30\"") && has(t, "room:0", "\"m1\""));
    assert_false(has(t, "room:0", "\"m31\""));
    assert_int_equal(walk(t, 0, 0), 0);
}

static void the_old_go(void **state)
{
    struct store_test *t = *state;
    fill(t, "room:0", 50);
    redis_do(t->redis, "HSET snug:room:0 retainDays 7");
    assert_int_equal(walk(t, 0, 0), 43);
    assert_true(has(t, "room:0", "\"m7\""));
    assert_false(has(t, "room:0", "\"m8\""));
}

/* Whichever of the two is the less. */
static void both_hold(void **state)
{
    struct store_test *t = *state;
    fill(t, "room:0", 20);
    fill(t, "room:7", 20);
    redis_do(t->redis, "HSET snug:room:0 retain 5 retainDays 9");
    redis_do(t->redis, "HSET snug:room:7 retain 9 retainDays 5");
    assert_int_equal(walk(t, 0, 0), 30);
    assert_int_equal(count_of(t, "room:0"), 5);
    assert_int_equal(count_of(t, "room:7"), 5);
}

static void the_server_says_it_for_the_others(void **state)
{
    struct store_test *t = *state;
    static const char *const zsets[] = {"room:0", "room:1:2", "room:7", "snug:room:g8:messages"};
    for (size_t i = 0; i < ARRAY_LEN(zsets); i++) {
        fill(t, zsets[i], 20);
    }
    redis_do(t->redis, "HSET snug:room:7 retain 15 retainDays 100");
    assert_int_equal(walk(t, 0, 0), 5);
    assert_int_equal(walk(t, 10, 12), 30);
    assert_int_equal(count_of(t, "room:0"), 10);
    assert_int_equal(count_of(t, "room:1:2"), 10);
    assert_int_equal(count_of(t, "room:7"), 15);
    assert_int_equal(count_of(t, "snug:room:g8:messages"), 10);
    assert_int_equal(walk(t, 10, 5), 15);
    assert_int_equal(count_of(t, "room:7"), 15);
}

/* Other zsets, whoever has put them there, are nobody's room. */
static void what_is_no_room_stays(void **state)
{
    struct store_test *t = *state;
    static const char *const zsets[] = {"room",
                                        "room:x",
                                        "room:g8",
                                        "room:0:x",
                                        "rooms:0",
                                        "xroom:0",
                                        "snug:room:7:messages",
                                        "leaderboard",
                                        "snug:room:g8"};
    for (size_t i = 0; i < ARRAY_LEN(zsets); i++) {
        fill(t, zsets[i], 3);
    }
    assert_int_equal(walk(t, 1, 1), 0);
}

/* Nothing of a removed message is left, and the others lose nothing. */
static void all_of_a_message_goes(void **state)
{
    struct store_test *t = *state;
    struct model_message m[3];
    for (size_t i = 0; i < ARRAY_LEN(m); i++) {
        m[i] = send(t, "hi @Joe");
        redis_do(t->redis, "HSET snug:room:0:reactions:%s 1 x", store_test_cstr(t, m[i].id));
    }
    assert_int_equal(walk(t, 1, 0), 2);
    for (size_t i = 0; i < ARRAY_LEN(m); i++) {
        assert_int_equal(
            redis_int(t->redis, "EXISTS snug:room:0:reactions:%s", store_test_cstr(t, m[i].id)),
            i == 2);
    }
    assert_true(has(t, "room:0", store_test_cstr(t, m[2].id)));
    assert_string_equal(redis_lines(t->redis, "ZRANGE snug:room:0:mentions 0 -1"),
                        store_test_cstr(t, arena_printf(&t->arena, "2 %.*s 1", STR_FMT(m[2].id))));
    assert_string_equal(redis_text(t->redis, "HGET snug:room:0 last"), store_test_cstr(t, m[2].id));
}

/* Cursors that lead to what was removed still lead on. */
static void pages_go_on_from_what_is_gone(void **state)
{
    struct store_test *t = *state;
    struct store_asker *pablo = store_test_as(t, STR("1"));
    struct model_message m[4];
    struct store_message_page page;
    for (size_t i = 0; i < ARRAY_LEN(m); i++) {
        m[i] = send(t, "hi @Joe");
    }
    assert_int_equal(walk(t, 2, 0), 2);
    struct store_message_query query = {
        .room = STR("0"), .from = STORE_MESSAGE_AFTER, .id = m[0].id, .limit = 10};
    assert_int_equal(store_message_page(t->conn, &t->arena, pablo, &query, &page), ERR_OK);
    assert_int_equal(page.count, 2);
    assert_true(str_eq(page.messages[0].id, m[2].id));
    query.from = STORE_MESSAGE_BEFORE;
    query.id = m[2].id;
    assert_int_equal(store_message_page(t->conn, &t->arena, pablo, &query, &page), ERR_OK);
    assert_int_equal(page.count, 0);
    assert_false(page.more);
}

static void one_hub_walks(void **state)
{
    struct store_test *t = *state;
    fill(t, "room:0", 10);
    assert_true(step_by(t, HUB, STR("0"), 0, 0).is_ours);
    assert_in_range(redis_int(t->redis, "TTL snug:sweeper"), STORE_TTL_HUB_S - 1, STORE_TTL_HUB_S);
    const struct store_retention_step other = step_by(t, STR("h2"), STR("17"), 1, 0);
    assert_false(other.is_ours);
    assert_str_equal(other.cursor, "17");
    assert_int_equal(count_of(t, "room:0"), 10);
    redis_do(t->redis, "DEL snug:sweeper");
    assert_true(step_by(t, STR("h2"), STR("0"), 1, 0).is_ours);
    assert_int_equal(count_of(t, "room:0"), 1);
    assert_false(step_by(t, HUB, STR("0"), 1, 0).is_ours);
}

/* To make room where there is none is what it is for. */
static void a_full_server_is_swept(void **state)
{
    struct store_test *t = *state;
    fill(t, "room:0", 10);
    redis_do(t->redis, "CONFIG SET maxmemory 1");
    const struct store_retention_step step = step_by(t, HUB, STR("0"), 4, 0);
    redis_do(t->redis, "CONFIG SET maxmemory 0");
    assert_int_equal(step.removed, 6);
}

#define RETENTION_TEST(test) cmocka_unit_test_setup_teardown(test, setup, store_test_teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        RETENTION_TEST(the_newest_are_kept),
        RETENTION_TEST(the_old_go),
        RETENTION_TEST(both_hold),
        RETENTION_TEST(the_server_says_it_for_the_others),
        RETENTION_TEST(what_is_no_room_stays),
        RETENTION_TEST(all_of_a_message_goes),
        RETENTION_TEST(pages_go_on_from_what_is_gone),
        RETENTION_TEST(one_hub_walks),
        RETENTION_TEST(a_full_server_is_swept),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
