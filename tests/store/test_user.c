#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/log.h"
#include "store/user.h"
#include "support/store.h"

static enum err enter(struct store_test *t, const char *name, struct str *id)
{
    return store_user_register(t->conn, &t->arena, str_of(name), STR("a hash"), STR_NONE, id);
}

static enum err find(struct store_test *t, struct str name, struct model_user *user)
{
    struct str hash;
    return store_user_find(t->conn, &t->arena, name, user, &hash);
}

static void writes_the_articles_keys(void **state)
{
    struct store_test *t = *state;
    struct str id;
    assert_int_equal(enter(t, "Pablo", &id), ERR_OK);
    assert_str_equal(id, "1");
    assert_string_equal(redis_text(t->redis, "GET total_users"), "1");
    assert_string_equal(redis_text(t->redis, "GET username:Pablo"), "user:1");
    assert_string_equal(redis_lines(t->redis, "HGETALL user:1"),
                        "username\nPablo\npassword\na hash");
    assert_string_equal(redis_lines(t->redis, "SMEMBERS user:1:rooms"), "0");
    assert_int_equal(enter(t, "Joe", &id), ERR_OK);
    assert_str_equal(id, "2");
}

static void a_name_is_taken_in_any_case(void **state)
{
    struct store_test *t = *state;
    struct str id;
    assert_int_equal(enter(t, "Pablo", &id), ERR_OK);
    assert_int_equal(enter(t, "Pablo", &id), ERR_NAME_TAKEN);
    assert_int_equal(enter(t, "pABLO", &id), ERR_NAME_TAKEN);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "1");
}

static void finds_by_name(void **state)
{
    struct store_test *t = *state;
    struct str id;
    struct model_user user;
    struct str hash;
    assert_int_equal(enter(t, "Pablo", &id), ERR_OK);
    assert_int_equal(store_user_find(t->conn, &t->arena, STR("Pablo"), &user, &hash), ERR_OK);
    assert_str_equal(user.id, "1");
    assert_str_equal(user.username, "Pablo");
    assert_str_equal(hash, "a hash");
    assert_int_equal(find(t, STR("paBLO"), &user), ERR_OK);
    assert_str_equal(user.username, "Pablo");

    assert_int_equal(find(t, STR("Pabl"), &user), ERR_NOT_FOUND);
    assert_int_equal(find(t, STR(""), &user), ERR_NOT_FOUND);
    assert_int_equal(find(t, STR("Pablo\0x"), &user), ERR_NOT_FOUND);
    assert_int_equal(find(t, STR("%s%d\r\n"), &user), ERR_NOT_FOUND);
}

/* The article's prose has SET username:{name} {id}, its code user:{id}. */
static void reads_both_forms_of_a_name(void **state)
{
    struct store_test *t = *state;
    struct model_user user;
    redis_do(t->redis, "HSET user:7 username Zed");
    redis_do(t->redis, "SET username:Zed 7");
    assert_int_equal(find(t, STR("Zed"), &user), ERR_OK);
    assert_str_equal(user.id, "7");
    redis_do(t->redis, "SET username:Zed user:7");
    assert_int_equal(find(t, STR("Zed"), &user), ERR_OK);
    redis_do(t->redis, "SET username:Zed user:7:rooms");
    assert_int_equal(find(t, STR("Zed"), &user), ERR_NOT_FOUND);
    redis_do(t->redis, "SET username:Zed user:8");
    assert_int_equal(find(t, STR("Zed"), &user), ERR_NOT_FOUND);
}

/* As a server of the demo family registers. */
static void family_registers(struct store_test *t, const char *name)
{
    const int id = (int)redis_int(t->redis, "INCR total_users");
    redis_do(t->redis, "SET username:%s user:%d", name, id);
    redis_do(t->redis, "HMSET user:%d username %s password x", id, name);
    redis_do(t->redis, "SADD user:%d:rooms 0", id);
}

static void takes_in_whom_the_family_registered(void **state)
{
    struct store_test *t = *state;
    struct str id;
    struct model_user user;
    family_registers(t, "Pablo");
    family_registers(t, "Joe");
    assert_int_equal(enter(t, "joe", &id), ERR_NAME_TAKEN);
    assert_int_equal(enter(t, "mary", &id), ERR_OK);
    assert_str_equal(id, "3");
    family_registers(t, "Alex");
    assert_int_equal(enter(t, "ALEX", &id), ERR_NAME_TAKEN);
    assert_int_equal(find(t, STR("alex"), &user), ERR_OK);
    assert_str_equal(user.id, "4");
}

/* The family takes a number first; we may come in between. */
static void a_family_user_may_come_late(void **state)
{
    struct store_test *t = *state;
    struct str id;
    redis_do(t->redis, "INCR total_users");
    assert_int_equal(enter(t, "Joe", &id), ERR_OK);
    assert_str_equal(id, "2");
    redis_do(t->redis, "SET username:Pablo user:1");
    redis_do(t->redis, "HMSET user:1 username Pablo password x");
    assert_int_equal(enter(t, "pablo", &id), ERR_NAME_TAKEN);
}

static void catches_up_with_many(void **state)
{
    struct store_test *t = *state;
    struct str id;
    redis_do(t->redis, "EVAL %s 0",
             "for i = 1, 25000 do redis.call('HSET', 'user:' .. i, 'username', 'Family' .. i) end "
             "redis.call('SET', 'total_users', 25000)");
    assert_int_equal(enter(t, "family24999", &id), ERR_NAME_TAKEN);
    assert_int_equal(redis_int(t->redis, "HLEN snug:names"), 25000);
    assert_int_equal(enter(t, "somebody", &id), ERR_OK);
    assert_str_equal(id, "25001");
    assert_string_equal(redis_text(t->redis, "GET snug:named"), "25001");
}

static void never_overwrites_a_user(void **state)
{
    struct store_test *t = *state;
    struct str id;
    assert_int_equal(enter(t, "Pablo", &id), ERR_OK);
    assert_int_equal(enter(t, "Joe", &id), ERR_OK);
    redis_do(t->redis, "DEL total_users");
    assert_int_equal(enter(t, "Mary", &id), ERR_OK);
    assert_str_equal(id, "3");
    assert_string_equal(redis_text(t->redis, "HGET user:1 username"), "Pablo");
}

/* Many at once, of which one wins. */
static void a_race_has_one_winner(void **state)
{
    enum { RACERS = 8 };
    struct store_test *t = *state;
    pid_t pids[RACERS];
    int start[2];
    assert_int_equal(pipe(start), 0);
    for (int i = 0; i < RACERS; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            char byte;
            struct str id;
            struct store_conn *conn = store_test_connect(t);
            close(start[1]);
            const bool begun = read(start[0], &byte, 1) == 0; /* until all are there */
            const enum err err = store_user_register(
                conn, &t->arena, i % 2 ? STR("Nina") : STR("nina"), STR("x"), STR_NONE, &id);
            _exit(begun && err == ERR_OK ? 0 : err == ERR_NAME_TAKEN ? 1 : 2);
        }
    }
    close(start[0]);
    close(start[1]);
    int won = 0;
    for (int i = 0; i < RACERS; i++) {
        int status;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
        won += WEXITSTATUS(status) == 0;
    }
    assert_int_equal(won, 1);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "1");
}

static void lists_in_the_order_asked(void **state)
{
    struct store_test *t = *state;
    struct str id;
    struct model_user *users;
    size_t count;
    assert_int_equal(enter(t, "Pablo", &id), ERR_OK);
    assert_int_equal(enter(t, "Joe", &id), ERR_OK);
    redis_do(t->redis, "SADD online_users 2");
    const struct str ids[] = {STR("2"), STR("9"), STR("1"), STR("2")};
    assert_int_equal(store_user_list(t->conn, &t->arena, store_test_as(t, STR("1")), ids,
                                     ARRAY_LEN(ids), &users, &count),
                     ERR_OK);
    assert_int_equal(count, 3);
    assert_str_equal(users[0].username, "Joe");
    assert_true(users[0].online);
    assert_str_equal(users[1].username, "Pablo");
    assert_false(users[1].online);
    assert_str_equal(users[2].id, "2");
    assert_int_equal(
        store_user_list(t->conn, &t->arena, store_test_as(t, STR("1")), NULL, 0, &users, &count),
        ERR_OK);
    assert_int_equal(count, 0);
}

static void assert_online(struct store_test *t, const char *expected)
{
    struct model_user *users;
    size_t count;
    char ids[64] = "";
    size_t len = 0;
    assert_int_equal(
        store_user_online(t->conn, &t->arena, store_test_as(t, STR("1")), &users, &count), ERR_OK);
    for (size_t i = 0; i < count; i++) {
        assert_true(users[i].online);
        len += (size_t)snprintf(ids + len, sizeof(ids) - len, "%.*s ", STR_FMT(users[i].id));
    }
    assert_string_equal(ids, expected);
}

static void lists_who_is_online(void **state)
{
    struct store_test *t = *state;
    for (int i = 0; i < 12; i++) {
        store_test_user(
            t, (const char *[]){"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}[i]);
    }
    assert_online(t, "");
    redis_do(t->redis, "SADD online_users 11 2 1 99 10");
    assert_online(t, "1 2 10 11 ");
    redis_do(t->redis, "SADD online_users undefined NaN -3 2.0");
    assert_online(t, "1 2 10 11 ");
}

static void lists_at_most_so_many(void **state)
{
    struct store_test *t = *state;
    struct model_user *users;
    size_t count;
    redis_do(t->redis, "EVAL %s 0",
             "for i = 1, 1500 do redis.call('HSET', 'user:' .. i, 'username', 'u' .. i) "
             "redis.call('SADD', 'online_users', i) end");
    assert_int_equal(
        store_user_online(t->conn, &t->arena, store_test_as(t, STR("1")), &users, &count), ERR_OK);
    assert_int_equal(count, STORE_USER_ONLINE_MAX);
    assert_str_equal(users[count - 1].id, "1000");
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(writes_the_articles_keys),
        STORE_TEST(a_name_is_taken_in_any_case),
        STORE_TEST(finds_by_name),
        STORE_TEST(reads_both_forms_of_a_name),
        STORE_TEST(takes_in_whom_the_family_registered),
        STORE_TEST(a_family_user_may_come_late),
        STORE_TEST(catches_up_with_many),
        STORE_TEST(never_overwrites_a_user),
        STORE_TEST(a_race_has_one_winner),
        STORE_TEST(lists_in_the_order_asked),
        STORE_TEST(lists_who_is_online),
        STORE_TEST(lists_at_most_so_many),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
