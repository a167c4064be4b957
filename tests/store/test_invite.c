#include "store/invite.h"

#include "base/log.h"
#include "store/account.h"
#include "store/user.h"
#include "support/check.h"
#include "support/store.h"

/* Invitations inside Redis. */

#define CODE    STR("0000000000000000000000000000000000000000000000000000000000000001")
#define OTHER   STR("0000000000000000000000000000000000000000000000000000000000000002")
#define RACERS  12
#define HOUR_S  3600
#define INVITED "snug:invite:0000000000000000000000000000000000000000000000000000000000000001"

/* The first user, who runs the server. */
static struct store_asker *make_admin(struct store_test *t)
{
    const struct str id = store_test_user(t, "Pablo");
    redis_do(t->redis, "HSET snug:user:%s role admin", store_test_cstr(t, id));
    redis_do(t->redis, "SADD snug:admins %s", store_test_cstr(t, id));
    return store_test_as(t, id);
}

static void invite(struct store_test *t, struct store_asker *admin, struct str sha256,
                   uint64_t uses)
{
    int64_t expires;
    assert_int_equal(store_invite_create(t->conn, &t->arena, admin, sha256, uses, HOUR_S, &expires),
                     ERR_OK);
}

static enum err enter(struct store_test *t, const char *name, struct str invite)
{
    struct str id;
    return store_user_register(t->conn, &t->arena, str_of(name), STR("a hash"), invite, &id);
}

static void is_used_up(void **state)
{
    struct store_test *t = *state;
    invite(t, make_admin(t), CODE, 2);
    assert_int_equal(store_invite_check(t->conn, &t->arena, CODE), ERR_OK);
    assert_int_equal(enter(t, "Joe", CODE), ERR_OK);
    assert_int_equal(store_invite_check(t->conn, &t->arena, CODE), ERR_OK);
    assert_int_equal(enter(t, "Mary", CODE), ERR_OK);
    assert_int_equal(store_invite_check(t->conn, &t->arena, CODE), ERR_LINK);
    assert_int_equal(enter(t, "Alex", CODE), ERR_LINK);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "3");
    assert_int_equal(redis_int(t->redis, "EXISTS " INVITED " snug:invites username:Alex"), 0);
}

static void is_not_used_up_by_a_name_that_is_taken(void **state)
{
    struct store_test *t = *state;
    invite(t, make_admin(t), CODE, 1);
    assert_int_equal(enter(t, "pablo", CODE), ERR_NAME_TAKEN);
    assert_int_equal(enter(t, "Joe", CODE), ERR_OK);
}

/* Which names are taken is not told to who has no invitation. */
static void is_asked_for_before_the_name(void **state)
{
    struct store_test *t = *state;
    make_admin(t);
    assert_int_equal(enter(t, "Pablo", OTHER), ERR_LINK);
    assert_int_equal(enter(t, "Nobody", OTHER), ERR_LINK);
}

static void of_many_with_one_use_one_gets_in(void **state)
{
    struct store_test *t = *state;
    pid_t pids[RACERS];
    int start[2];
    invite(t, make_admin(t), CODE, 1);
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
                conn, &t->arena, arena_printf(&t->arena, "Racer%d", i), STR("x"), CODE, &id);
            _exit(begun && err == ERR_OK ? 0 : err == ERR_LINK ? 1 : 2);
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
    assert_string_equal(redis_text(t->redis, "GET total_users"), "2");
}

static void expires(void **state)
{
    struct store_test *t = *state;
    struct store_invite *list;
    size_t count;
    struct store_asker *admin = make_admin(t);
    int64_t when;
    assert_int_equal(store_invite_create(t->conn, &t->arena, admin, CODE, 1, HOUR_S, &when),
                     ERR_OK);
    const long now = redis_int(t->redis, "EVAL %s 0", "return tonumber(redis.call('TIME')[1])");
    assert_in_range(when, now + HOUR_S - 2, now + HOUR_S);
    assert_in_range(redis_int(t->redis, "TTL " INVITED), HOUR_S - 2, HOUR_S);

    redis_do(t->redis, "PEXPIRE " INVITED " 1");
    while (redis_int(t->redis, "EXISTS " INVITED) == 1) {
    }
    assert_int_equal(enter(t, "Joe", CODE), ERR_LINK);
    assert_int_equal(store_invite_list(t->conn, &t->arena, admin, &list, &count), ERR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:invites"), 0);
}

static void are_listed_and_taken_back(void **state)
{
    struct store_test *t = *state;
    struct store_invite *list;
    size_t count;
    struct store_asker *admin = make_admin(t);
    invite(t, admin, CODE, 3);
    invite(t, admin, OTHER, 1);
    redis_do(t->redis, "HSET " INVITED " created 1");
    assert_int_equal(enter(t, "Joe", CODE), ERR_OK);
    assert_int_equal(store_invite_list(t->conn, &t->arena, admin, &list, &count), ERR_OK);
    assert_int_equal(count, 2);
    check_eq(list[0].sha256, OTHER);
    check_eq(list[1].sha256, CODE);
    assert_int_equal(list[1].uses, 2);
    assert_int_equal(list[1].created, 1);
    check_str(list[1].by, "1");
    assert_true(list[1].expires > list[1].created);

    assert_int_equal(store_invite_revoke(t->conn, &t->arena, admin, CODE), ERR_OK);
    assert_int_equal(store_invite_revoke(t->conn, &t->arena, admin, CODE), ERR_NOT_FOUND);
    assert_int_equal(enter(t, "Mary", CODE), ERR_LINK);
    assert_int_equal(store_invite_list(t->conn, &t->arena, admin, &list, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(redis_int(t->redis, "SCARD snug:invites"), 1);
}

static void are_the_admins_business(void **state)
{
    struct store_test *t = *state;
    struct store_invite *list;
    size_t count;
    int64_t when;
    invite(t, make_admin(t), CODE, 1);
    struct store_asker *joe = store_test_as(t, store_test_user(t, "Joe"));
    assert_int_equal(store_invite_create(t->conn, &t->arena, joe, OTHER, 1, HOUR_S, &when),
                     ERR_FORBIDDEN);
    assert_int_equal(store_invite_list(t->conn, &t->arena, joe, &list, &count), ERR_FORBIDDEN);
    assert_int_equal(store_invite_revoke(t->conn, &t->arena, joe, CODE), ERR_FORBIDDEN);
    assert_int_equal(redis_int(t->redis, "SCARD snug:invites"), 1);
    assert_int_equal(store_invite_check(t->conn, &t->arena, CODE), ERR_OK);
}

static void are_not_without_number(void **state)
{
    struct store_test *t = *state;
    int64_t when;
    struct store_asker *admin = make_admin(t);
    redis_do(t->redis, "EVAL %s 0",
             "for i = 1, 1000 do redis.call('HSET', 'snug:invite:' .. i, 'uses', 1) "
             "redis.call('SADD', 'snug:invites', i) end");
    assert_int_equal(store_invite_create(t->conn, &t->arena, admin, CODE, 1, HOUR_S, &when),
                     ERR_CONFLICT);
    redis_do(t->redis, "DEL snug:invite:7");
    assert_int_equal(store_invite_create(t->conn, &t->arena, admin, CODE, 1, HOUR_S, &when),
                     ERR_OK);
    assert_int_equal(redis_int(t->redis, "SCARD snug:invites"), STORE_INVITE_MAX);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(is_used_up),
        STORE_TEST(is_not_used_up_by_a_name_that_is_taken),
        STORE_TEST(is_asked_for_before_the_name),
        STORE_TEST(of_many_with_one_use_one_gets_in),
        STORE_TEST(expires),
        STORE_TEST(are_listed_and_taken_back),
        STORE_TEST(are_the_admins_business),
        STORE_TEST(are_not_without_number),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
