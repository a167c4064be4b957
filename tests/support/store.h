#ifndef TESTS_SUPPORT_STORE_H
#define TESTS_SUPPORT_STORE_H

#include "base/arena.h"
#include "store/asker.h"
#include "store/conn.h"
#include "support/redis.h"

/* What every test of tests/store begins with: an empty Redis, a connection, an arena. */

struct store_test {
    struct redis *redis; /* one for all tests of a program */
    struct store_conn *conn;
    struct arena arena;
};

#define STORE_TEST_SERVER "snug:test"

/* For cmocka_run_group_tests(): starts and stops the server. */
int store_test_begin(void **state);
int store_test_end(void **state);

/* For cmocka_unit_test_setup_teardown(): flushes, connects; *state is the struct store_test. */
int store_test_setup(void **state);
int store_test_teardown(void **state);

/* One test with both. */
#define STORE_TEST(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_test_setup, store_test_teardown)

/* A further connection to the same server. */
struct store_conn *store_test_connect(struct store_test *t);

/* Registers a user; her id. */
struct str store_test_user(struct store_test *t, const char *name);

/* The user as an asker, with a session; nobody where there is no such user. */
struct store_asker *store_test_as(struct store_test *t, struct str user);

/* The text as a C string in the test's arena. */
const char *store_test_cstr(struct store_test *t, struct str s);

#define assert_str_equal(s, literal) assert_string_equal(store_test_cstr(t, s), literal)

#endif
