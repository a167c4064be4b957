#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/log.h"
#include "model/address.h"
#include "store/login.h"
#include "store/session.h"
#include "store/user.h"
#include "support/store.h"

/* Attempts to log in: what counts, whom it stops, and whom it does not. */

#define HOME "192.0.2.7"

/* An attempt at name from an address, under limits of 3, 5 and 7 unless said otherwise. */
static struct store_login attempt(struct store_test *t, const char *name, const char *address)
{
    return (struct store_login){
        .name = str_of(name),
        .networks = model_address_networks(&t->arena, str_of(address)),
        .limits = {{.name = "login", .most = 3, .window_s = 36000},
                   {.name = "login_address", .most = 5, .window_s = 36000},
                   {.name = "login_name", .most = 7, .window_s = 36000}},
    };
}

static enum err try(struct store_test *t, struct store_login *login)
{
    struct model_user user;
    struct str hash;
    return store_login_try(t->conn, &t->arena, login, &user, &hash);
}

static enum err fails(struct store_test *t, const char *name, const char *address)
{
    struct store_login login = attempt(t, name, address);
    return try(t, &login);
}

static void succeeds(struct store_test *t, const char *name, const char *address)
{
    struct store_login login = attempt(t, name, address);
    assert_int_equal(try(t, &login), ERR_OK);
    assert_int_equal(store_login_done(t->conn, &t->arena, &login, STR("1"), STR("hash"), STR_NONE),
                     ERR_OK);
    assert_int_equal(login.limits[0].left, 3);
}

static void somebody_is_found(void **state)
{
    struct store_test *t = *state;
    struct model_user user;
    struct str hash;
    store_test_user(t, "Pablo");
    struct store_login login = attempt(t, "pABLO", HOME);
    assert_int_equal(store_login_try(t->conn, &t->arena, &login, &user, &hash), ERR_OK);
    assert_str_equal(user.id, "1");
    assert_str_equal(user.username, "Pablo");
    assert_str_equal(hash, "hash");
    assert_int_equal(login.limits[0].left, 2);
    assert_int_equal(login.limits[1].left, 4);
    assert_int_equal(login.limits[2].left, 6);
    assert_int_equal(fails(t, "Nobody", HOME), ERR_NOT_FOUND);
    assert_int_equal(fails(t, "", HOME), ERR_NOT_FOUND);
    assert_int_equal(fails(t, "%s%s", HOME), ERR_NOT_FOUND);
    login = attempt(t, "", HOME);
    login.name = STR("Pablo\0x");
    assert_int_equal(try(t, &login), ERR_INVALID);
}

/* One name from one place, in whatever case; that there is nobody of the name is not to be seen. */
static void a_place_guesses_a_name_so_often(void **state)
{
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fails(t, i == 1 ? "PABLO" : "Pablo", HOME), ERR_OK);
    }
    struct store_login known = attempt(t, "pablo", HOME);
    assert_int_equal(try(t, &known), ERR_RATE_LIMITED);
    assert_in_range(known.limits[0].wait_s, 11990, 12000);
    assert_int_equal(known.limits[1].wait_s, 0);
    assert_int_equal(fails(t, "Pablo", "192.0.2.8"), ERR_OK);

    redis_do(t->redis, "DEL snug:limit:login_address:" HOME);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fails(t, "Nobody", HOME), ERR_NOT_FOUND);
    }
    struct store_login unknown = attempt(t, "nobody", HOME);
    assert_int_equal(try(t, &unknown), ERR_RATE_LIMITED);
    assert_in_range(unknown.limits[0].wait_s, 11990, 12000);
}

static void a_place_guesses_names_so_often(void **state)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    struct store_test *t = *state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(fails(t, names[i], "2001:db8::1"), ERR_NOT_FOUND);
    }
    assert_int_equal(fails(t, "f", "2001:db8::2"), ERR_RATE_LIMITED);
    assert_int_equal(fails(t, "f", "2001:db8:0:1::2"), ERR_NOT_FOUND);
}

/* Nothing is written for what is refused, so that nobody is kept out by who goes on asking. */
static void what_is_refused_leaves_no_trace(void **state)
{
    struct store_test *t = *state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fails(t, "Pablo", HOME), ERR_NOT_FOUND);
    }
    const int64_t keys = redis_int(t->redis, "DBSIZE");
    struct store_login before = attempt(t, "Pablo", HOME);
    assert_int_equal(try(t, &before), ERR_RATE_LIMITED);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(fails(t, "Pablo", HOME), ERR_RATE_LIMITED);
    }
    struct store_login after = attempt(t, "Pablo", HOME);
    assert_int_equal(try(t, &after), ERR_RATE_LIMITED);
    assert_true(after.limits[0].wait_s <= before.limits[0].wait_s);
    assert_int_equal(after.limits[1].left, 2);
    assert_int_equal(redis_int(t->redis, "DBSIZE"), keys);
}

/* Thousands of places slow each other down; the owner logs in from where they have been before. */
static void strangers_do_not_lock_the_owner_out(void **state)
{
    struct store_test *t = *state;
    char place[32];
    store_test_user(t, "Pablo");
    succeeds(t, "Pablo", HOME);
    for (int i = 0; i < 7; i++) {
        snprintf(place, sizeof(place), "198.51.100.%d", i);
        assert_int_equal(fails(t, "Pablo", place), ERR_OK);
    }
    struct store_login login = attempt(t, "Pablo", "203.0.113.9");
    assert_int_equal(try(t, &login), ERR_RATE_LIMITED);
    assert_int_equal(login.limits[0].wait_s, 0);
    assert_in_range(login.limits[2].wait_s, 5130, 5150);
    assert_int_equal(fails(t, "pablo", HOME), ERR_OK);
    succeeds(t, "Pablo", HOME);

    /* Their own place has the other limits still. */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fails(t, "Pablo", HOME), ERR_OK);
    }
    assert_int_equal(fails(t, "Pablo", HOME), ERR_RATE_LIMITED);
    /* Another name of that place is not known there. */
    for (int i = 0; i < 7; i++) {
        snprintf(place, sizeof(place), "198.51.100.%d", 100 + i);
        assert_int_equal(fails(t, "Joe", place), ERR_NOT_FOUND);
    }
    assert_int_equal(fails(t, "Joe", HOME), ERR_RATE_LIMITED);
}

static void a_place_is_known_for_a_month(void **state)
{
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    succeeds(t, "Pablo", HOME);
    const char *key = redis_lines(t->redis, "KEYS snug:known:*");
    assert_null(strstr(key, "ablo"));
    char copy[160];
    snprintf(copy, sizeof(copy), "%s", key);
    assert_in_range(redis_int(t->redis, "TTL %s", copy), 2591990, 2592000);
}

/* Who mistypes and then does not, as often as they like. */
static void a_success_is_forgiven(void **state)
{
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    for (int i = 0; i < 30; i++) {
        succeeds(t, "Pablo", HOME);
    }
    assert_int_equal(redis_int(t->redis, "EXISTS snug:limit:login_address:" HOME), 0);
    assert_string_equal(redis_lines(t->redis, "KEYS snug:limit:*"), "");
    assert_int_equal(fails(t, "Pablo", HOME), ERR_OK);
    assert_int_equal(fails(t, "Pablo", HOME), ERR_OK);
    succeeds(t, "Pablo", HOME);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fails(t, "Pablo", HOME), ERR_OK);
    }
    /* The failures stay with the address. */
    struct store_login login = attempt(t, "Joe", HOME);
    assert_int_equal(try(t, &login), ERR_NOT_FOUND);
    assert_int_equal(login.limits[1].left, 0);
}

static void nothing_is_counted_without_limits(void **state)
{
    struct store_test *t = *state;
    for (int i = 0; i < 20; i++) {
        struct store_login login = attempt(t, "Pablo", HOME);
        login.limits[0].most = login.limits[1].most = login.limits[2].most = 0;
        assert_int_equal(try(t, &login), ERR_NOT_FOUND);
    }
    assert_string_equal(redis_lines(t->redis, "KEYS snug:limit:*"), "");
}

/* The same password in another form: where the stored one has not changed meanwhile, and no session
 * ends. */
static void a_password_takes_another_form(void **state)
{
    struct store_test *t = *state;
    struct store_login login = attempt(t, "Pablo", HOME);
    store_test_user(t, "Pablo");
    struct store_asker *asker = store_test_as(t, STR("1"));
    assert_int_equal(
        store_login_done(t->conn, &t->arena, &login, STR("1"), STR("other"), STR("new")), ERR_OK);
    assert_string_equal(redis_text(t->redis, "HGET user:1 password"), "hash");
    assert_int_equal(
        store_login_done(t->conn, &t->arena, &login, STR("1"), STR("hash"), STR("new")), ERR_OK);
    assert_string_equal(redis_text(t->redis, "HGET user:1 password"), "new");
    assert_int_equal(store_login_done(t->conn, &t->arena, &login, STR("1"), STR("new"), STR_NONE),
                     ERR_OK);
    assert_string_equal(redis_text(t->redis, "HGET user:1 password"), "new");
    assert_int_equal(store_session_find(t->conn, &t->arena, asker), ERR_OK);
    assert_int_equal(store_login_done(t->conn, &t->arena, &login, STR("9"), STR(""), STR("new")),
                     ERR_OK);
    assert_int_equal(redis_int(t->redis, "EXISTS user:9"), 0);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(somebody_is_found),
        STORE_TEST(a_place_guesses_a_name_so_often),
        STORE_TEST(a_place_guesses_names_so_often),
        STORE_TEST(what_is_refused_leaves_no_trace),
        STORE_TEST(strangers_do_not_lock_the_owner_out),
        STORE_TEST(a_place_is_known_for_a_month),
        STORE_TEST(a_success_is_forgiven),
        STORE_TEST(nothing_is_counted_without_limits),
        STORE_TEST(a_password_takes_another_form),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
