#ifndef TESTS_SUPPORT_API_H
#define TESTS_SUPPORT_API_H

#include "support/ask.h"
#include "support/check.h"
#include "support/store.h"

/* For tests of handlers against a real Redis: an empty one for each, and people who are logged in.
 */

struct api_test {
    struct store_test *store; /* its arena holds requests and answers */
    struct redis *redis;
    struct config config; /* open registration, hashes that cost nothing, no limits */
    struct api_ctx ctx;
};

/* For cmocka_unit_test_setup_teardown(), in a group of store_test_begin() and store_test_end(). */
int api_test_setup(void **state);
int api_test_teardown(void **state);

#define API_TEST(test) cmocka_unit_test_setup_teardown(test, api_test_setup, api_test_teardown)

/* Registers somebody, without a password, and gives the Cookie header of a session. */
const char *api_test_join(struct api_test *t, const char *name);

/* Answers a request: API_ASK(t, .path = "/rooms", .cookie = pablo). */
#define API_ASK(t, ...) ask_answer(&(t)->ctx, &(t)->store->arena, &(struct ask){__VA_ARGS__})

/* printf for a request's parts. */
const char *api_test_text(struct api_test *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* len times this byte, as a C string. */
const char *api_test_repeat(struct api_test *t, char byte, size_t len);

/* The Cookie header that the answer's Set-Cookie makes; the test fails where it sets none. */
const char *api_test_cookie(struct api_test *t, const struct http_res *res);

#endif
