#include "support/store.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "base/rand.h"
#include "store/session.h"
#include "store/user.h"

#define EVENT_LOG 1000
#define TTL_S     90000

int store_test_begin(void **state)
{
    static struct store_test test;
    rand_init();
    test.redis = redis_start();
    *state = &test;
    return 0;
}

int store_test_end(void **state)
{
    struct store_test *t = *state;
    redis_stop(t->redis);
    return 0;
}

struct store_conn *store_test_connect(struct store_test *t)
{
    struct store_conn *conn;
    assert_int_equal(store_conn_create(redis_url(t->redis), STORE_TEST_SERVER, EVENT_LOG, &conn),
                     ERR_OK);
    return conn;
}

int store_test_setup(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "FLUSHALL");
    arena_init(&t->arena);
    t->conn = store_test_connect(t);
    return 0;
}

int store_test_teardown(void **state)
{
    struct store_test *t = *state;
    store_conn_destroy(t->conn);
    arena_finish(&t->arena);
    return 0;
}

struct str store_test_user(struct store_test *t, const char *name)
{
    struct str id;
    assert_int_equal(
        store_user_register(t->conn, &t->arena, str_of(name), STR("hash"), STR_NONE, &id), ERR_OK);
    return id;
}

struct store_asker *store_test_as(struct store_test *t, struct str user)
{
    struct store_asker *asker = arena_zalloc(&t->arena, 1, sizeof(*asker));
    asker->key = arena_printf(&t->arena, "of-%.*s", STR_FMT(user));
    asker->ttl_s = TTL_S;
    const enum err err = store_session_create(t->conn, &t->arena, asker->key, user,
                                              STR("192.0.2.7"), STR("test/1"), TTL_S);
    assert_true(err == ERR_OK || err == ERR_NOT_FOUND);
    return asker;
}

const char *store_test_cstr(struct store_test *t, struct str s)
{
    return str_is_set(s) ? arena_cstr(&t->arena, s) : "(absent)";
}
