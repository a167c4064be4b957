#include "store/asker.h"

#include "base/log.h"
#include "store/account.h"
#include "store/message.h"
#include "store/session.h"
#include "store/token.h"
#include "store/user.h"
#include "support/check.h"
#include "support/store.h"

/* The operator in the place of a user: what that reaches, and what it does not. */

#define TOKEN STR("00000000000000000000000000000000000000000000000000000000000000aa")
#define OTHER STR("00000000000000000000000000000000000000000000000000000000000000bb")

/* Pablo, an admin, and Joe: 1, 2. */
static void make_people(struct store_test *t)
{
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    redis_do(t->redis, "HSET snug:user:1 role admin");
    redis_do(t->redis, "SADD snug:admins 1");
}

static enum err give_token(struct store_test *t, struct store_asker *asker, struct str sha256)
{
    struct store_token token = {.sha256 = sha256, .name = STR("ci"), .scope = STR("read")};
    struct model_user owner;
    return store_token_create(t->conn, &t->arena, asker, STR_NONE, 0, &token, &owner);
}

static void is_who_it_stands_for(void **state)
{
    struct store_test *t = *state;
    make_people(t);
    struct store_asker joe = store_asker_operator_for(&t->arena, STR("2"));
    struct model_user *users;
    size_t count;
    const struct str id = STR("2");
    assert_int_equal(store_session_find(t->conn, &t->arena, &joe), ERR_OK);
    assert_str_equal(joe.user.id, "2");
    assert_str_equal(joe.user.username, "Joe");
    assert_int_equal(store_user_list(t->conn, &t->arena, &joe, &id, 1, &users, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_str_equal(users[0].username, "Joe");
}

static void stands_for_nobody_who_is_not_there(void **state)
{
    struct store_test *t = *state;
    struct store_asker operator= store_asker_operator();
    struct store_asker joe = store_asker_operator_for(&t->arena, STR("2"));
    struct store_asker nobody = store_asker_operator_for(&t->arena, STR("9"));
    struct str id;
    make_people(t);
    assert_int_equal(store_session_find(t->conn, &t->arena, &nobody), ERR_NOT_FOUND);
    assert_int_equal(store_account_delete(t->conn, &t->arena, &operator, STR("2"), STR_NONE, &id),
                     ERR_OK);
    assert_int_equal(store_session_find(t->conn, &t->arena, &joe), ERR_NOT_FOUND);
}

static void sees_and_ends_their_sessions(void **state)
{
    struct store_test *t = *state;
    make_people(t);
    struct store_asker *one = store_test_as(t, STR("2"));
    struct store_asker two = {.key = OTHER};
    struct store_asker *pablo = store_test_as(t, STR("1"));
    struct store_asker joe = store_asker_operator_for(&t->arena, STR("2"));
    struct store_session *sessions;
    size_t count;
    assert_int_equal(store_session_create(t->conn, &t->arena, OTHER, STR("2"), STR("192.0.2.7"),
                                          STR("curl"), 3600),
                     ERR_OK);
    assert_int_equal(store_session_list(t->conn, &t->arena, &joe, &sessions, &count), ERR_OK);
    assert_int_equal(count, 2);
    assert_false(sessions[0].is_asking || sessions[1].is_asking);
    assert_int_equal(store_session_revoke(t->conn, &t->arena, &joe, pablo->key), ERR_NOT_FOUND);
    assert_int_equal(store_session_revoke(t->conn, &t->arena, &joe, one->key), ERR_OK);
    assert_int_equal(store_session_find(t->conn, &t->arena, one), ERR_UNAUTHENTICATED);
    assert_int_equal(store_session_find(t->conn, &t->arena, &two), ERR_OK);
    assert_int_equal(store_session_revoke(t->conn, &t->arena, &joe, STR_NONE), ERR_OK);
    assert_int_equal(store_session_find(t->conn, &t->arena, &two), ERR_UNAUTHENTICATED);
    assert_int_equal(store_session_find(t->conn, &t->arena, pablo), ERR_OK);
}

/* Pablo is an admin, and would end Joe's token himself; in his place only his own are ended. */
static void keeps_their_tokens_and_no_others(void **state)
{
    struct store_test *t = *state;
    make_people(t);
    struct store_asker pablo = store_asker_operator_for(&t->arena, STR("1"));
    struct store_asker joe = store_asker_operator_for(&t->arena, STR("2"));
    struct store_token *tokens;
    size_t count;
    assert_int_equal(give_token(t, &pablo, TOKEN), ERR_OK);
    assert_int_equal(give_token(t, &joe, OTHER), ERR_OK);
    assert_int_equal(store_token_list(t->conn, &t->arena, &joe, STR_NONE, &tokens, &count), ERR_OK);
    assert_int_equal(count, 1);
    check_str(tokens[0].sha256, "00000000000000000000000000000000000000000000000000000000000000bb");
    assert_int_equal(store_token_revoke(t->conn, &t->arena, &pablo, OTHER), ERR_NOT_FOUND);
    assert_int_equal(store_token_revoke(t->conn, &t->arena, &joe, OTHER), ERR_OK);
    assert_int_equal(store_token_revoke(t->conn, &t->arena, &pablo, TOKEN), ERR_OK);
}

static void neither_writes_nor_rules_as_them(void **state)
{
    struct store_test *t = *state;
    make_people(t);
    struct store_asker pablo = store_asker_operator_for(&t->arena, STR("1"));
    struct model_user changed;
    struct model_message message;
    struct str name, id;
    assert_int_equal(store_account_change(t->conn, &t->arena, &pablo, STR("2"),
                                          STORE_ACCOUNT_ROLE_ADMIN, STORE_ACCOUNT_STATE_SAME,
                                          &changed),
                     ERR_FORBIDDEN);
    assert_int_equal(store_account_reset(t->conn, &t->arena, &pablo, STR("2"), TOKEN, &name),
                     ERR_FORBIDDEN);
    assert_int_equal(store_account_delete(t->conn, &t->arena, &pablo, STR("2"), STR_NONE, &id),
                     ERR_FORBIDDEN);
    assert_int_equal(
        store_message_send(t->conn, &t->arena, &pablo,
                           &(struct store_message_draft){.room = STR("0"), .text = STR("hi")}, NULL,
                           &message),
        ERR_FORBIDDEN);
}

static void gives_them_another_password(void **state)
{
    struct store_test *t = *state;
    make_people(t);
    struct store_asker joe = store_asker_operator_for(&t->arena, STR("2"));
    struct store_asker *here = store_test_as(t, STR("2"));
    assert_int_equal(give_token(t, &joe, TOKEN), ERR_OK);
    assert_int_equal(store_user_password(t->conn, &t->arena, &joe, STR_NONE, STR("new")), ERR_OK);
    assert_string_equal(redis_text(t->redis, "HGET user:2 password"), "new");
    assert_int_equal(store_session_find(t->conn, &t->arena, here), ERR_UNAUTHENTICATED);
    struct store_asker token = {.key = TOKEN};
    assert_int_equal(store_session_find(t->conn, &t->arena, &token), ERR_UNAUTHENTICATED);
    redis_do(t->redis, "HSET snug:user:2 bot 1");
    assert_int_equal(store_user_password(t->conn, &t->arena, &joe, STR_NONE, STR("newer")),
                     ERR_CONFLICT);
    assert_string_equal(redis_text(t->redis, "HGET user:2 password"), "new");
}

/* Somebody else needs the old one, be it that they say nothing. */
static void nobody_else_forgets_the_old_password(void **state)
{
    struct store_test *t = *state;
    make_people(t);
    assert_int_equal(
        store_user_password(t->conn, &t->arena, store_test_as(t, STR("2")), STR_NONE, STR("new")),
        ERR_CONFLICT);
}

static void a_user_is_added_as_what_they_are(void **state)
{
    struct store_test *t = *state;
    struct store_asker operator= store_asker_operator();
    struct str id;
    assert_int_equal(
        store_user_add(t->conn, &t->arena, &operator, STR("Ada"), STR("h"), STORE_USER_ADMIN, &id),
        ERR_OK);
    assert_string_equal(redis_text(t->redis, "HGET snug:user:1 role"), "admin");
    assert_int_equal(redis_int(t->redis, "SISMEMBER snug:admins 1"), 1);
    assert_int_equal(
        store_user_add(t->conn, &t->arena, &operator, STR("Bo"), STR("h"), STORE_USER_MEMBER, &id),
        ERR_OK);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:user:2"), 0);
    assert_int_equal(
        store_user_add(t->conn, &t->arena, &operator, STR("ADA"), STR("h"), STORE_USER_ADMIN, &id),
        ERR_NAME_TAKEN);
    struct store_asker *bo = store_test_as(t, STR("2"));
    assert_int_equal(
        store_user_add(t->conn, &t->arena, bo, STR("Cy"), STR("h"), STORE_USER_MEMBER, &id),
        ERR_FORBIDDEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(is_who_it_stands_for),
        STORE_TEST(stands_for_nobody_who_is_not_there),
        STORE_TEST(sees_and_ends_their_sessions),
        STORE_TEST(keeps_their_tokens_and_no_others),
        STORE_TEST(neither_writes_nor_rules_as_them),
        STORE_TEST(gives_them_another_password),
        STORE_TEST(nobody_else_forgets_the_old_password),
        STORE_TEST(a_user_is_added_as_what_they_are),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
