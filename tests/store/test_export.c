#include "store/export.h"

#include <stdio.h>
#include "base/log.h"
#include "store/import.h"
#include "store/keys.h"
#include "support/check.h"
#include "support/store.h"

#define TEXT_MAX (64 * 1024 * 1024)

static enum err take(void *arg, const struct model_record *record)
{
    model_record_write(arg, record);
    return ERR_OK;
}

/* The records of an export, a line each, in the test's arena. */
static struct str exported(struct store_test *t, struct str room)
{
    struct buf text;
    buf_init(&text, &t->arena, TEXT_MAX);
    assert_int_equal(store_export_run(t->conn, room, take, &text), ERR_OK);
    assert_int_equal(buf_err(&text), ERR_OK);
    return buf_str(&text);
}

/* Imports these lines; how many were added. */
static enum err import(struct store_test *t, struct str room, struct str text, uint64_t *added,
                       struct str *refused)
{
    struct store_import import;
    struct str line;
    enum err err = ERR_OK;
    store_import_init(&import, t->conn, room);
    while (err == ERR_OK && text.len > 0 && str_split(&text, '\n', &line)) {
        struct model_record record;
        assert_int_equal(model_record_read(line, &t->arena, &record), ERR_OK);
        err = store_import_add(&import, &record);
    }
    const enum err done = store_import_done(&import);
    *added = import.added;
    *refused = str_is_set(import.refused) ? arena_str(&t->arena, import.refused) : STR_NONE;
    store_import_finish(&import);
    return err != ERR_OK ? err : done;
}

static uint64_t imported(struct store_test *t, struct str room, struct str text)
{
    uint64_t added = 0;
    struct str refused;
    assert_int_equal(import(t, room, text, &added, &refused), ERR_OK);
    return added;
}

static bool has(struct str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

/* A value of the row's type under its key; strings and fields of counters are numbers. */
static void put(struct store_test *t, enum store_key row, const char *a)
{
    const struct store_key_info *info = &store_keys_table[row];
    const struct str first = store_keys_is_room(row) ? str_of(a) : STR("1");
    const char *key =
        arena_cstr(&t->arena, store_keys_make(&t->arena, row, first, STR("1795485263.175001")));
    if (strcmp(info->type, "string") == 0) {
        redis_do(t->redis, "SET %s %s", key, "7");
    } else if (strcmp(info->type, "hash") == 0) {
        redis_do(t->redis, "HSET %s %s %s", key, "0", "x");
        redis_do(t->redis, "HSET %s %s %b", key, "b", "\xff\n", (size_t)2);
    } else if (strcmp(info->type, "set") == 0) {
        redis_do(t->redis, "SADD %s %s %s", key, "0", "1:2");
    } else if (strcmp(info->type, "zset") == 0) {
        redis_do(t->redis, "ZADD %s %s %s %s %s", key, "1795485263.175001", "{\"id\":\"7\"}",
                 "-1.5", "{\"from\": 1}");
    } else {
        redis_do(t->redis, "XADD %s * a b", key);
    }
}

/* Whatever row the table has: it is in the export if it says so, and comes back as it was. */
static void every_row_that_says_so_comes_back(void **state)
{
    struct store_test *t = *state;
    for (enum store_key row = 0; row < STORE_KEY__MAX; row++) {
        if (row != STORE_KEY_EVENTS && row != STORE_KEY_EPOCH && row != STORE_KEY_RUN) {
            put(t, row, "g3");
            put(t, row, "1:2");
        }
    }
    const struct str before = exported(t, STR_NONE);
    for (enum store_key row = 0; row < STORE_KEY__MAX; row++) {
        const char *named =
            arena_printf(&t->arena, "{\"key\":\"%s\",", store_keys_table[row].name).ptr;
        check_row(has(before, named) == (store_keys_table[row].export != STORE_KEY_LIVE),
                  str_of(named));
    }
    redis_do(t->redis, "FLUSHALL");
    assert_true(imported(t, STR_NONE, before) > 0);
    check_eq(exported(t, STR_NONE), before);
    assert_int_equal(imported(t, STR_NONE, before), 0);
    check_eq(exported(t, STR_NONE), before);
}

/* More than one round of names, of fields and of members, and equal scores over many pages. */
static void there_may_be_any_number(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "EVAL %s 0",
             "for i = 1, 25000 do redis.call('SET', 'username:n' .. i, 'user:' .. i) end "
             "for i = 1, 45000 do redis.call('HSET', 'snug:names', 'n' .. i, i) "
             "redis.call('SADD', 'snug:room:g1:members', i) end "
             "for i = 1, 1000 do redis.call('ZADD', 'room:0', 5, 'five ' .. i) "
             "redis.call('ZADD', 'room:0', i, 'own ' .. i) end");
    const struct str before = exported(t, STR_NONE);
    size_t lines = 0;
    struct str rest = before, line, last = STR("");
    while (rest.len > 0 && str_split(&rest, '\n', &line)) {
        assert_false(str_eq(line, last));
        last = line;
        lines++;
    }
    assert_int_equal(lines, 25000 + 45000 + 45000 + 2000);
    redis_do(t->redis, "FLUSHALL");
    assert_int_equal(imported(t, STR_NONE, before), lines);
    check_eq(exported(t, STR_NONE), before);
}

static void a_room_takes_what_is_about_it(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "SET snug:rooms 9");
    redis_do(t->redis, "SADD user:1:rooms 0 7");
    redis_do(t->redis, "SADD user:2:rooms 0 8");
    redis_do(t->redis, "HSET snug:user:1:reads 7 1.000001 8 2.000001");
    redis_do(t->redis, "SET room:7:name Books");
    redis_do(t->redis, "SET room:77:name Other");
    redis_do(t->redis, "HSET user:7 username Seven");
    redis_do(t->redis, "HSET snug:room:7 last 1795485263.175001 owner 1");
    redis_do(t->redis, "SADD snug:room:7:members 1");
    redis_do(t->redis, "ZADD room:7 1795485263.175001 %s", "{\"id\":\"1795485263.175001\"}");
    const struct str whole = exported(t, STR("7"));
    check_str(
        whole,
        "{\"key\":\"user_rooms\",\"of\":[\"1\"],\"value\":\"7\"}\n"
        "{\"key\":\"room\",\"of\":[\"7\"],\"score\":\"1795485263.1750009\",\"value\":"
        "\"{\\\"id\\\":\\\"1795485263.175001\\\"}\"}\n"
        "{\"key\":\"room_name\",\"of\":[\"7\"],\"value\":\"Books\"}\n"
        "{\"key\":\"user_reads\",\"of\":[\"1\"],\"field\":\"7\",\"value\":\"1.000001\"}\n"
        "{\"key\":\"own_room\",\"of\":[\"7\"],\"field\":\"last\",\"value\":\"1795485263.175001\"}\n"
        "{\"key\":\"own_room\",\"of\":[\"7\"],\"field\":\"owner\",\"value\":\"1\"}\n"
        "{\"key\":\"room_members\",\"of\":[\"7\"],\"value\":\"1\"}\n");
    redis_do(t->redis, "FLUSHALL");
    assert_int_equal(imported(t, STR("7"), whole), 8);
    check_eq(exported(t, STR("7")), whole);
    /* No room that is made from here on gets this number. */
    assert_string_equal(redis_text(t->redis, "GET snug:rooms"), "7");
    struct buf none;
    buf_init(&none, &t->arena, TEXT_MAX);
    assert_int_equal(store_export_run(t->conn, STR("8"), take, &none), ERR_NOT_FOUND);
}

/* On a Redis that others use too, a name of ours is not always ours. */
static void what_others_keep_is_left_out(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "SET user:1 x");
    redis_do(t->redis, "SET user:settings x");
    redis_do(t->redis, "HSET room:7 a b");
    redis_do(t->redis, "SET session:1 x");
    redis_do(t->redis, "SET sess:1 x");
    redis_do(t->redis, "SET username:Pablo user:1");
    redis_do(t->redis, "HSET snug:user:1 reset secret");
    check_str(exported(t, STR_NONE),
              "{\"key\":\"username\",\"of\":[\"Pablo\"],\"value\":\"user:1\"}\n");
}

static void what_is_there_stays(void **state)
{
    struct store_test *t = *state;
    static const struct str there = LIT(
        "{\"key\":\"total_users\",\"value\":\"10\"}\n"
        "{\"key\":\"room\",\"of\":[\"0\"],\"score\":\"1795485263.1750009\",\"value\":"
        "\"{\\\"id\\\":\\\"1795485263.175001\\\",\\\"message\\\":\\\"old\\\"}\"}\n"
        "{\"key\":\"room\",\"of\":[\"0\"],\"score\":\"1795485263.175002\",\"value\":"
        "\"{\\\"id\\\":\\\"1795485263.175002\\\",\\\"message\\\":\\\"new\\\"}\"}\n"
        "{\"key\":\"room_name\",\"of\":[\"0\"],\"value\":\"Before\"}\n"
        "{\"key\":\"own_room\",\"of\":[\"0\"],\"field\":\"last\",\"value\":\"1795485263.175002\"}\n"
        "{\"key\":\"own_room\",\"of\":[\"0\"],\"field\":\"topic\",\"value\":\"before\"}\n");
    redis_do(t->redis, "SET total_users 9");
    redis_do(t->redis, "SET room:0:name After");
    redis_do(t->redis, "HSET snug:room:0 last 1795485263.175001 topic after");
    redis_do(t->redis, "ZADD room:0 1795485263.175001 %s",
             "{\"id\":\"1795485263.175001\",\"message\":\"edited\"}");
    assert_int_equal(imported(t, STR_NONE, there), 3);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "10");
    assert_string_equal(redis_text(t->redis, "GET room:0:name"), "After");
    assert_string_equal(redis_lines(t->redis, "HMGET snug:room:0 last topic"),
                        "1795485263.175002\nafter");
    assert_string_equal(redis_lines(t->redis, "ZRANGE room:0 0 -1"),
                        "{\"id\":\"1795485263.175001\",\"message\":\"edited\"}\n"
                        "{\"id\":\"1795485263.175002\",\"message\":\"new\"}");
    redis_do(t->redis, "SET total_users 100");
    redis_do(t->redis, "HSET snug:room:0 last 1795485264.000001");
    assert_int_equal(imported(t, STR_NONE, there), 0);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "100");
    assert_string_equal(redis_text(t->redis, "HGET snug:room:0 last"), "1795485264.000001");
}

/* Nobody becomes somebody else. */
static void an_id_and_a_name_stay_whose_they_are(void **state)
{
    struct store_test *t = *state;
    static const struct {
        struct str text;
        const char *refused;
    } rows[] = {
        {LIT("{\"key\":\"user\",\"of\":[\"2\"],\"field\":\"username\",\"value\":\"Joe\"}\n"
             "{\"key\":\"user\",\"of\":[\"1\"],\"field\":\"username\",\"value\":\"Mary\"}\n"
             "{\"key\":\"user\",\"of\":[\"1\"],\"field\":\"later\",\"value\":\"x\"}\n"),
         "user:1"},
        {LIT("{\"key\":\"username\",\"of\":[\"Pablo\"],\"value\":\"user:3\"}\n"
             "{\"key\":\"user\",\"of\":[\"1\"],\"field\":\"later\",\"value\":\"x\"}\n"),
         "username:Pablo"},
    };
    redis_do(t->redis, "SET username:Pablo user:1");
    redis_do(t->redis, "HSET user:1 username Pablo");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint64_t added;
        struct str refused;
        assert_int_equal(import(t, STR_NONE, rows[i].text, &added, &refused), ERR_CONFLICT);
        check_str(refused, rows[i].refused);
        assert_int_equal(added, i == 0 ? 1 : 0);
    }
    assert_string_equal(redis_lines(t->redis, "HMGET user:1 username later"), "Pablo\n(nil)");
    assert_string_equal(redis_text(t->redis, "GET username:Pablo"), "user:1");
    assert_string_equal(redis_text(t->redis, "HGET user:2 username"), "Joe");
}

/* Only what is kept is written, under keys that are read as what they are said to be. */
static void nothing_else_is_written(void **state)
{
    struct store_test *t = *state;
    static const struct str lines[] = {
        LIT("{\"key\":\"session\",\"of\":[\"a\"],\"field\":\"user\",\"value\":\"1\"}"),
        LIT("{\"key\":\"epoch\",\"value\":\"1\"}"),
        LIT("{\"key\":\"nothing\",\"value\":\"1\"}"),
        LIT("{\"key\":\"user\",\"of\":[\"1:rooms\"],\"field\":\"a\",\"value\":\"1\"}"),
        LIT("{\"key\":\"user\",\"of\":[\"Pablo\"],\"field\":\"a\",\"value\":\"1\"}"),
        LIT("{\"key\":\"user\",\"field\":\"a\",\"value\":\"1\"}"),
        LIT("{\"key\":\"user\",\"of\":[\"1\",\"2\"],\"field\":\"a\",\"value\":\"1\"}"),
        LIT("{\"key\":\"own_room\",\"of\":[\"g7:members\"],\"field\":\"a\",\"value\":\"1\"}"),
        LIT("{\"key\":\"user\",\"of\":[\"1\"],\"value\":\"1\"}"),
        LIT("{\"key\":\"user_rooms\",\"of\":[\"1\"],\"field\":\"a\",\"value\":\"1\"}"),
        LIT("{\"key\":\"room\",\"of\":[\"0\"],\"value\":\"1\"}"),
        LIT("{\"key\":\"total_users\",\"value\":\"many\"}"),
        LIT("{\"key\":\"own_room\",\"of\":[\"0\"],\"field\":\"last\",\"value\":\"many\"}"),
    };
    static const struct str others[] = {
        LIT("{\"key\":\"total_users\",\"value\":\"5\"}"),
        LIT("{\"key\":\"user\",\"of\":[\"7\"],\"field\":\"username\",\"value\":\"Eve\"}"),
        LIT("{\"key\":\"user_rooms\",\"of\":[\"7\"],\"value\":\"8\"}"),
        LIT("{\"key\":\"room_name\",\"of\":[\"8\"],\"value\":\"7\"}"),
    };
    uint64_t added;
    struct str refused;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        check_row(import(t, STR_NONE, lines[i], &added, &refused) == ERR_INVALID, lines[i]);
    }
    /* In the export of one room nothing is about another thing. */
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        check_row(import(t, STR("7"), others[i], &added, &refused) == ERR_INVALID, others[i]);
    }
    assert_string_equal(redis_lines(t->redis, "KEYS u*"), "");
    assert_string_equal(redis_lines(t->redis, "KEYS room*"), "");
}

/* Whoever has a place in the log is told to reload; where nothing was added, nobody is. */
static void a_new_epoch_begins_where_something_was_added(void **state)
{
    struct store_test *t = *state;
    static const struct str text = LIT("{\"key\":\"total_users\",\"value\":\"10\"}\n");
    (void)store_test_user(t, "Pablo"); /* the connection has greeted */
    redis_do(t->redis, "SET snug:epoch 99999999999999");
    redis_do(t->redis, "XADD snug:events 99999999999999-4 type x data {} to none server x");
    struct redisContext *listener = redis_listen(t->redis);
    assert_int_equal(imported(t, STR_NONE, text), 1);
    assert_string_equal(redis_text(t->redis, "GET snug:epoch"), "100000000000000");
    assert_string_equal(redis_lines(t->redis, "XRANGE snug:events - +"),
                        "100000000000000-0\ntype\nepoch\ndata\n{}\nto\nnone\nserver\n");
    assert_string_equal(redis_heard(listener),
                        "SNUG {\"serverId\":\"snug:test\",\"type\":\"epoch\",\"data\":{},\"epoch\":"
                        "\"100000000000000\",\"seq\":0,\"to\":\"none\"}");
    assert_int_equal(imported(t, STR_NONE, text), 0);
    assert_string_equal(redis_text(t->redis, "GET snug:epoch"), "100000000000000");
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(every_row_that_says_so_comes_back),
        STORE_TEST(there_may_be_any_number),
        STORE_TEST(a_room_takes_what_is_about_it),
        STORE_TEST(what_others_keep_is_left_out),
        STORE_TEST(what_is_there_stays),
        STORE_TEST(an_id_and_a_name_stay_whose_they_are),
        STORE_TEST(nothing_else_is_written),
        STORE_TEST(a_new_epoch_begins_where_something_was_added),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
