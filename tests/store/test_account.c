#include "store/account.h"

#include "base/log.h"
#include "store/login.h"
#include "store/message.h"
#include "store/room.h"
#include "store/session.h"
#include "store/user.h"
#include "support/check.h"
#include "support/client.h"
#include "support/store.h"

/* What is done to accounts inside Redis: roles, deactivation, deletion, links to reset a password.
 */

#define CODE  STR("0000000000000000000000000000000000000000000000000000000000000001")
#define HERE  STR("192.0.2.7 192.0.2.0/24")
#define OTHER STR("0000000000000000000000000000000000000000000000000000000000000002")

/* Pablo, who runs the server, Joe, and Mary: 1, 2, 3. */
static struct store_asker *make_people(struct store_test *t)
{
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    store_test_user(t, "Mary");
    redis_do(t->redis, "HSET snug:user:1 role admin");
    redis_do(t->redis, "SADD snug:admins 1");
    return store_test_as(t, STR("1"));
}

static enum err give_role(struct store_test *t, struct store_asker *asker, const char *user,
                          enum store_account_role role)
{
    struct model_user changed;
    const enum err err = store_account_change(t->conn, &t->arena, asker, str_of(user), role,
                                              STORE_ACCOUNT_STATE_SAME, &changed);
    assert_true(err != ERR_OK || changed.is_admin == (role == STORE_ACCOUNT_ROLE_ADMIN));
    return err;
}

static enum err give_state(struct store_test *t, struct store_asker *asker, const char *user,
                           enum store_account_state state)
{
    struct model_user changed;
    const enum err err = store_account_change(t->conn, &t->arena, asker, str_of(user),
                                              STORE_ACCOUNT_ROLE_SAME, state, &changed);
    assert_true(err != ERR_OK || changed.is_inactive == (state == STORE_ACCOUNT_STATE_INACTIVE));
    return err;
}

static enum err delete_other(struct store_test *t, struct store_asker *asker, const char *user)
{
    struct str id;
    return store_account_delete(t->conn, &t->arena, asker, str_of(user), STR_NONE, &id);
}

static enum err delete_self(struct store_test *t, struct store_asker *asker, const char *stored)
{
    struct str id;
    return store_account_delete(t->conn, &t->arena, asker, STR("me"), str_of(stored), &id);
}

static bool is_somebody(struct store_test *t, struct store_asker *asker)
{
    return store_session_find(t->conn, &t->arena, asker) == ERR_OK;
}

static void an_admin_makes_others_and_unmakes_them(void **state)
{
    struct store_test *t = *state;
    struct store_asker *pablo = make_people(t);
    struct store_asker *joe = store_test_as(t, STR("2"));
    assert_int_equal(give_role(t, joe, "3", STORE_ACCOUNT_ROLE_ADMIN), ERR_FORBIDDEN);
    assert_int_equal(give_role(t, joe, "2", STORE_ACCOUNT_ROLE_ADMIN), ERR_FORBIDDEN);
    assert_int_equal(give_role(t, pablo, "2", STORE_ACCOUNT_ROLE_ADMIN), ERR_OK);
    assert_true(is_somebody(t, joe));
    assert_true(joe->user.is_admin);
    assert_int_equal(give_role(t, joe, "1", STORE_ACCOUNT_ROLE_MEMBER), ERR_OK);
    assert_int_equal(give_role(t, pablo, "2", STORE_ACCOUNT_ROLE_MEMBER), ERR_FORBIDDEN);
    assert_int_equal(give_role(t, joe, "9", STORE_ACCOUNT_ROLE_ADMIN), ERR_NOT_FOUND);
    redis_do(t->redis, "HSET snug:user:3 bot 1");
    assert_int_equal(give_role(t, joe, "3", STORE_ACCOUNT_ROLE_ADMIN), ERR_CONFLICT);
    assert_string_equal(redis_lines(t->redis, "SMEMBERS snug:admins"), "2");
}

/* Who has Redis itself may all that an admin may, but has no account. */
static void the_operator_is_an_admin(void **state)
{
    struct store_test *t = *state;
    struct str name;
    struct store_asker operator= store_asker_operator();
    store_test_user(t, "Pablo");
    assert_int_equal(give_role(t, &operator, "1", STORE_ACCOUNT_ROLE_ADMIN), ERR_OK);
    assert_int_equal(give_role(t, &operator, "1", STORE_ACCOUNT_ROLE_MEMBER), ERR_LAST_ADMIN);
    assert_int_equal(store_account_reset(t->conn, &t->arena, &operator, STR("1"), CODE, &name),
                     ERR_OK);
    check_str(name, "Pablo");
    assert_int_equal(delete_self(t, &operator, ""), ERR_FORBIDDEN);
    assert_int_equal(delete_other(t, &operator, "1"), ERR_LAST_ADMIN);
}

/* Who is nobody has no rooms, and says nothing. */
static void the_operator_is_in_no_room(void **state)
{
    struct store_test *t = *state;
    struct store_asker operator= store_asker_operator();
    struct model_room *rooms;
    struct model_message message;
    struct str cursor;
    size_t count;
    assert_int_equal(store_room_list(t->conn, &t->arena, &operator, & rooms, &count, &cursor),
                     ERR_FORBIDDEN);
    assert_int_equal(store_message_send(t->conn, &t->arena,
                                        &operator, &(struct store_message_draft){.room = STR("0"),
                                                                                 .text = STR("hi")},
                                        NULL, &message),
                     ERR_FORBIDDEN);
}

/* In whatever way: demoted, deactivated or deleted, by oneself or by another. */
static void the_last_admin_stays(void **state)
{
    struct store_test *t = *state;
    struct store_asker *pablo = make_people(t);
    assert_int_equal(give_role(t, pablo, "1", STORE_ACCOUNT_ROLE_MEMBER), ERR_LAST_ADMIN);
    assert_int_equal(give_state(t, pablo, "1", STORE_ACCOUNT_STATE_INACTIVE), ERR_LAST_ADMIN);
    assert_int_equal(delete_self(t, pablo, "hash"), ERR_LAST_ADMIN);

    /* An admin who may not come in does not count, nor does one whom only the index knows. */
    assert_int_equal(give_role(t, pablo, "2", STORE_ACCOUNT_ROLE_ADMIN), ERR_OK);
    assert_int_equal(give_state(t, pablo, "2", STORE_ACCOUNT_STATE_INACTIVE), ERR_OK);
    redis_do(t->redis, "SADD snug:admins 3 77");
    assert_int_equal(give_role(t, pablo, "1", STORE_ACCOUNT_ROLE_MEMBER), ERR_LAST_ADMIN);
    assert_true(is_somebody(t, pablo));
    assert_int_equal(give_role(t, pablo, "2", STORE_ACCOUNT_ROLE_MEMBER), ERR_OK);
    assert_int_equal(give_role(t, pablo, "2", STORE_ACCOUNT_ROLE_ADMIN), ERR_OK);
    assert_int_equal(give_state(t, pablo, "2", STORE_ACCOUNT_STATE_ACTIVE), ERR_OK);
    assert_int_equal(delete_self(t, pablo, "hash"), ERR_OK);
}

static void who_is_deactivated_is_out(void **state)
{
    struct store_test *t = *state;
    struct str stored;
    struct model_user user;
    struct store_asker *pablo = make_people(t);
    struct store_asker *joe = store_test_as(t, STR("2"));
    redis_do(t->redis, "SADD online_users 2");
    redis_do(t->redis, "SADD snug:hub:h:users 2");
    struct redisContext *listener = redis_listen(t->redis);
    assert_int_equal(give_state(t, pablo, "2", STORE_ACCOUNT_STATE_INACTIVE), ERR_OK);
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"session.ended\""));
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"user.disconnected\""));
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
    assert_false(is_somebody(t, joe));
    assert_int_equal(redis_int(t->redis, "EXISTS online_users snug:user:2:sessions"), 0);

    /* No password fits, and none that fitted a moment ago opens a session. */
    assert_int_equal(store_user_find(t->conn, &t->arena, STR("Joe"), &user, &stored), ERR_OK);
    assert_str_equal(stored, "");
    struct store_login login = {.name = STR("Joe"), .networks = STR("192.0.2.7")};
    assert_int_equal(store_login_try(t->conn, &t->arena, &login, &user, &stored), ERR_OK);
    assert_str_equal(stored, "");
    assert_string_equal(redis_text(t->redis, "HGET user:2 password"), "hash");
    assert_int_equal(store_session_create(t->conn, &t->arena, CODE, STR("2"), STR("192.0.2.7"),
                                          STR("test/1"), 60),
                     ERR_CREDENTIALS);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:user:2:sessions"), 0);

    assert_int_equal(give_state(t, pablo, "2", STORE_ACCOUNT_STATE_ACTIVE), ERR_OK);
    assert_int_equal(store_user_find(t->conn, &t->arena, STR("Joe"), &user, &stored), ERR_OK);
    assert_str_equal(stored, "hash");
    assert_true(is_somebody(t, store_test_as(t, STR("2"))));
}

static void say(struct store_test *t, const char *user, const char *room, const char *text)
{
    struct model_message message;
    struct store_limit limit = {.name = "send"};
    assert_int_equal(store_message_send(
                         t->conn, &t->arena, store_test_as(t, str_of(user)),
                         &(struct store_message_draft){.room = str_of(room), .text = str_of(text)},
                         &limit, &message),
                     ERR_OK);
}

static void who_is_deleted_leaves_what_they_said(void **state)
{
    struct store_test *t = *state;
    struct model_user user;
    struct str stored;
    make_people(t);
    say(t, "2", "0", "to all");
    say(t, "2", "2:3", "to Mary");
    struct store_asker *joe = store_test_as(t, STR("2"));
    redis_do(t->redis, "SADD online_users 2");
    redis_do(t->redis, "SADD snug:user:2:rooms g7");
    redis_do(t->redis, "SADD snug:room:g7:members 2 3");
    redis_do(t->redis, "HSET snug:user:2:reads 0 1");

    assert_int_equal(delete_self(t, joe, "not what is stored"), ERR_CONFLICT);
    struct redisContext *listener = redis_listen(t->redis);
    assert_int_equal(delete_self(t, joe, "hash"), ERR_OK);
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"session.ended\""));
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"user.disconnected\""));
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"room.left\""));
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"room.updated\""));
    const char *told = redis_heard(listener);
    assert_non_null(strstr(told, "\"type\":\"user.updated\",\"data\":{\"id\":\"2\",\"username\":"
                                 "\"deleted user\",\"deleted\":true}"));
    assert_non_null(strstr(told, "\"seq\":"));
    assert_non_null(strstr(told, "\"to\":\"all\""));
    redis_unlisten(listener);

    assert_false(is_somebody(t, joe));
    assert_int_equal(store_user_find(t->conn, &t->arena, STR("Joe"), &user, &stored),
                     ERR_NOT_FOUND);
    assert_int_equal(redis_int(t->redis,
                               "EXISTS username:Joe user:2:rooms online_users "
                               "snug:user:2:sessions snug:user:2:rooms snug:user:2:reads"),
                     0);
    assert_string_equal(redis_lines(t->redis, "HGETALL user:2"), "username\ndeleted user");
    assert_string_equal(redis_lines(t->redis, "SMEMBERS snug:room:g7:members"), "3");
    assert_int_equal(redis_int(t->redis, "HEXISTS snug:names joe"), 0);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 1);
}

static void a_direct_room_with_a_deleted_user_can_be_read(void **state)
{
    struct store_test *t = *state;
    struct store_message_page page;
    struct model_room *rooms, opened;
    struct str cursor;
    size_t count;
    bool created;
    make_people(t);
    say(t, "2", "2:3", "to Mary");
    assert_int_equal(delete_self(t, store_test_as(t, STR("2")), "hash"), ERR_OK);
    struct store_asker *mary = store_test_as(t, STR("3"));
    const struct store_message_query query = {.room = STR("2:3"), .limit = 10};
    assert_int_equal(store_message_page(t->conn, &t->arena, mary, &query, &page), ERR_OK);
    assert_int_equal(page.count, 1);
    assert_int_equal(store_room_list(t->conn, &t->arena, mary, &rooms, &count, &cursor), ERR_OK);
    assert_int_equal(count, 2);
    check_str(rooms[1].names[0], "deleted user");
    /* Nobody begins to talk to them. */
    assert_int_equal(store_room_open(t->conn, &t->arena, mary, STR("2"), &opened, &created),
                     ERR_NOT_FOUND);
    assert_int_equal(
        store_room_open(t->conn, &t->arena, mary, STR("deleted user"), &opened, &created),
        ERR_NOT_FOUND);
}

/* The name is free, for somebody else: another number, without what the first one had. */
static void the_name_of_who_is_deleted_is_free(void **state)
{
    struct store_test *t = *state;
    struct str id;
    struct model_user user;
    struct str stored;
    make_people(t);
    assert_int_equal(delete_other(t, store_test_as(t, STR("1")), "2"), ERR_OK);
    assert_int_equal(store_user_register(t->conn, &t->arena, STR("JOE"), STR("x"), STR_NONE, &id),
                     ERR_OK);
    assert_str_equal(id, "4");
    assert_int_equal(store_user_find(t->conn, &t->arena, STR("joe"), &user, &stored), ERR_OK);
    assert_str_equal(user.id, "4");
    /* Nor does a registration take the other one's name for a name. */
    assert_int_equal(redis_int(t->redis, "HEXISTS snug:names %s", "deleted user"), 0);
    /* Of who is gone already nobody's name is taken away. */
    assert_int_equal(delete_other(t, store_test_as(t, STR("1")), "2"), ERR_NOT_FOUND);
    assert_int_equal(store_user_find(t->conn, &t->arena, STR("joe"), &user, &stored), ERR_OK);
}

/* A name that the family gave to two: it stays with the one to whom it leads. */
static void another_ones_name_stays(void **state)
{
    struct store_test *t = *state;
    struct store_asker *pablo = make_people(t);
    redis_do(t->redis, "HSET user:2 username Mary");
    assert_int_equal(delete_other(t, pablo, "2"), ERR_OK);
    assert_string_equal(redis_text(t->redis, "GET username:Mary"), "user:3");
    assert_string_equal(redis_text(t->redis, "HGET snug:names mary"), "3");
}

static void who_deletes_whom(void **state)
{
    struct store_test *t = *state;
    struct store_asker *pablo = make_people(t);
    struct store_asker *joe = store_test_as(t, STR("2"));
    assert_int_equal(delete_other(t, joe, "3"), ERR_FORBIDDEN);
    assert_int_equal(delete_other(t, joe, "2"), ERR_FORBIDDEN); /* not without a password */
    assert_int_equal(delete_other(t, pablo, "1"), ERR_FORBIDDEN);
    assert_int_equal(delete_other(t, pablo, "9"), ERR_NOT_FOUND);
    assert_int_equal(delete_other(t, pablo, "3"), ERR_OK);
    assert_int_equal(give_state(t, pablo, "3", STORE_ACCOUNT_STATE_ACTIVE), ERR_NOT_FOUND);
    assert_int_equal(give_role(t, pablo, "3", STORE_ACCOUNT_ROLE_ADMIN), ERR_NOT_FOUND);
}

static void who_may_do_what_is_told_to_admins_and_oneself(void **state)
{
    static const struct {
        const char *asker;
        bool sees_admin, sees_inactive;
    } rows[] = {{"1", true, true}, {"3", false, false}};
    struct store_test *t = *state;
    const struct str ids[] = {STR("1"), STR("2"), STR("3")};
    struct model_user *users;
    size_t count;
    assert_int_equal(give_state(t, make_people(t), "2", STORE_ACCOUNT_STATE_INACTIVE), ERR_OK);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(store_user_list(t->conn, &t->arena,
                                         store_test_as(t, str_of(rows[i].asker)), ids,
                                         ARRAY_LEN(ids), &users, &count),
                         ERR_OK);
        assert_int_equal(count, 3);
        assert_int_equal(users[0].is_admin, rows[i].sees_admin);
        assert_int_equal(users[1].is_inactive, rows[i].sees_inactive);
    }
    assert_int_equal(delete_other(t, store_test_as(t, STR("1")), "2"), ERR_OK);
    assert_int_equal(store_user_list(t->conn, &t->arena, store_test_as(t, STR("3")), ids,
                                     ARRAY_LEN(ids), &users, &count),
                     ERR_OK);
    assert_true(users[1].is_deleted); /* of a name that is no name, everybody */
}

static void all_accounts_are_listed_in_pieces(void **state)
{
    struct store_test *t = *state;
    struct model_user *users;
    size_t count;
    uint64_t next;
    struct store_asker *pablo = make_people(t);
    assert_int_equal(store_account_list(t->conn, &t->arena, store_test_as(t, STR("2")), 0, 2,
                                        &users, &count, &next),
                     ERR_FORBIDDEN);
    assert_int_equal(delete_other(t, pablo, "2"), ERR_OK);
    redis_do(t->redis, "SET total_users 30"); /* numbers without a user */
    redis_do(t->redis, "HSET user:30 username Zoe");
    assert_int_equal(store_account_list(t->conn, &t->arena, pablo, 0, 2, &users, &count, &next),
                     ERR_OK);
    assert_int_equal(count, 2);
    check_str(users[0].username, "Pablo");
    assert_true(users[0].is_admin);
    check_str(users[1].username, "Mary");
    assert_int_equal(next, 3);
    assert_int_equal(store_account_list(t->conn, &t->arena, pablo, next, 2, &users, &count, &next),
                     ERR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(next, 23); /* looks at so many and no more */
    assert_int_equal(store_account_list(t->conn, &t->arena, pablo, next, 2, &users, &count, &next),
                     ERR_OK);
    assert_int_equal(count, 1);
    check_str(users[0].username, "Zoe");
    assert_int_equal(next, 0);
}

static enum err make_reset(struct store_test *t, struct store_asker *asker, const char *user,
                           struct str sha256)
{
    struct str name;
    return store_account_reset(t->conn, &t->arena, asker, str_of(user), sha256, &name);
}

static void a_reset_works_once(void **state)
{
    struct store_test *t = *state;
    struct model_user user;
    struct store_asker *pablo = make_people(t);
    struct store_asker *joe = store_test_as(t, STR("2"));
    assert_int_equal(make_reset(t, pablo, "2", CODE), ERR_OK);
    assert_in_range(redis_int(t->redis, "TTL snug:reset:%s", store_test_cstr(t, CODE)),
                    STORE_ACCOUNT_RESET_S - 2, STORE_ACCOUNT_RESET_S);
    assert_int_equal(store_account_reset_find(t->conn, &t->arena, HERE, CODE, &user), ERR_OK);
    check_str(user.id, "2");
    check_str(user.username, "Joe");
    assert_true(is_somebody(t, joe)); /* nothing has happened yet */

    struct redisContext *listener = redis_listen(t->redis);
    assert_int_equal(store_account_reset_use(t->conn, &t->arena, HERE, CODE, STR("new")), ERR_OK);
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"session.ended\""));
    redis_unlisten(listener);
    assert_false(is_somebody(t, joe));
    assert_true(is_somebody(t, pablo));
    assert_string_equal(redis_text(t->redis, "HGET user:2 password"), "new");
    assert_int_equal(redis_int(t->redis, "HEXISTS snug:user:2 reset"), 0);

    assert_int_equal(store_account_reset_find(t->conn, &t->arena, HERE, CODE, &user), ERR_LINK);
    assert_int_equal(store_account_reset_use(t->conn, &t->arena, HERE, CODE, STR("newer")),
                     ERR_LINK);
    assert_string_equal(redis_text(t->redis, "HGET user:2 password"), "new");
}

/* From a banned address a link is worth nothing, and is good elsewhere. */
static void a_reset_is_not_used_from_a_banned_address(void **state)
{
    struct store_test *t = *state;
    struct model_user user;
    assert_int_equal(make_reset(t, make_people(t), "2", CODE), ERR_OK);
    redis_do(t->redis, "HSET snug:bans 192.0.2.0/24 0");
    assert_int_equal(store_account_reset_find(t->conn, &t->arena, HERE, CODE, &user), ERR_BANNED);
    assert_int_equal(store_account_reset_use(t->conn, &t->arena, HERE, CODE, STR("new")),
                     ERR_BANNED);
    assert_string_equal(redis_text(t->redis, "HGET user:2 password"), "hash");
    assert_int_equal(store_account_reset_use(t->conn, &t->arena, STR("192.0.3.7 192.0.3.0/24"),
                                             CODE, STR("new")),
                     ERR_OK);
}

/* By another one, by a new password, by deactivation, by deletion. */
static void a_reset_is_taken_back(void **state)
{
    struct store_test *t = *state;
    struct model_user user;
    struct store_asker *pablo = make_people(t);
    assert_int_equal(make_reset(t, pablo, "2", CODE), ERR_OK);
    assert_int_equal(make_reset(t, pablo, "2", OTHER), ERR_OK);
    assert_int_equal(store_account_reset_find(t->conn, &t->arena, HERE, CODE, &user), ERR_LINK);
    assert_int_equal(store_account_reset_find(t->conn, &t->arena, HERE, OTHER, &user), ERR_OK);

    assert_int_equal(store_user_password(t->conn, &t->arena, store_test_as(t, STR("2")),
                                         STR("hash"), STR("other")),
                     ERR_OK);
    assert_int_equal(store_account_reset_use(t->conn, &t->arena, HERE, OTHER, STR("new")),
                     ERR_LINK);

    assert_int_equal(make_reset(t, pablo, "2", CODE), ERR_OK);
    assert_int_equal(give_state(t, pablo, "2", STORE_ACCOUNT_STATE_INACTIVE), ERR_OK);
    assert_int_equal(store_account_reset_use(t->conn, &t->arena, HERE, CODE, STR("new")), ERR_LINK);

    assert_int_equal(make_reset(t, pablo, "3", CODE), ERR_OK);
    assert_int_equal(delete_other(t, pablo, "3"), ERR_OK);
    assert_int_equal(store_account_reset_use(t->conn, &t->arena, HERE, CODE, STR("new")), ERR_LINK);
    assert_int_equal(redis_int(t->redis, "HEXISTS user:3 password"), 0);
}

static void a_reset_is_an_admins_to_give(void **state)
{
    struct store_test *t = *state;
    struct store_asker *pablo = make_people(t);
    assert_int_equal(make_reset(t, store_test_as(t, STR("2")), "3", CODE), ERR_FORBIDDEN);
    assert_int_equal(make_reset(t, store_test_as(t, STR("2")), "2", CODE), ERR_FORBIDDEN);
    assert_int_equal(make_reset(t, pablo, "9", CODE), ERR_NOT_FOUND);
    redis_do(t->redis, "HSET snug:user:3 bot 1");
    assert_int_equal(make_reset(t, pablo, "3", CODE), ERR_CONFLICT);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:reset:%s", store_test_cstr(t, CODE)), 0);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(an_admin_makes_others_and_unmakes_them),
        STORE_TEST(the_operator_is_an_admin),
        STORE_TEST(the_operator_is_in_no_room),
        STORE_TEST(the_last_admin_stays),
        STORE_TEST(who_is_deactivated_is_out),
        STORE_TEST(who_is_deleted_leaves_what_they_said),
        STORE_TEST(a_direct_room_with_a_deleted_user_can_be_read),
        STORE_TEST(the_name_of_who_is_deleted_is_free),
        STORE_TEST(another_ones_name_stays),
        STORE_TEST(who_deletes_whom),
        STORE_TEST(who_may_do_what_is_told_to_admins_and_oneself),
        STORE_TEST(all_accounts_are_listed_in_pieces),
        STORE_TEST(a_reset_works_once),
        STORE_TEST(a_reset_is_not_used_from_a_banned_address),
        STORE_TEST(a_reset_is_taken_back),
        STORE_TEST(a_reset_is_an_admins_to_give),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
