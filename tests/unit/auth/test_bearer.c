#include "auth/bearer.h"

#include "base/rand.h"
#include "support/check.h"

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    rand_init();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static struct http_req request(struct http_var *var, const char *header)
{
    *var = (struct http_var){STR("HTTP_AUTHORIZATION"), str_of(header)};
    return (struct http_req){.vars = var, .nvars = header != NULL, .arena = &arena};
}

static void finds_the_token(void **state)
{
    (void)state;
    static const struct {
        const char *header, *token;
    } rows[] = {
        {"Bearer abc", "abc"}, {"bearer abc", "abc"}, {"BEARER   abc ", "abc"},
        {"Bearer", NULL},      {"Bearer ", NULL},     {"Basic abc", NULL},
        {"Bearerabc", NULL},   {" Bearer abc", NULL}, {"", NULL},
        {NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_var var;
        const struct http_req req = request(&var, rows[i].header);
        const struct str token = auth_bearer_token(&req);
        assert_int_equal(str_is_set(token), rows[i].token != NULL);
        if (rows[i].token != NULL) {
            check_str(token, rows[i].token);
        }
    }
}

static void knows_the_secret(void **state)
{
    (void)state;
    const struct str secret = STR("0123456789abcdef");
    static const struct {
        const char *header;
        bool is;
    } rows[] = {
        {"Bearer 0123456789abcdef", true},    {"Bearer 0123456789abcdeF", false},
        {"Bearer 0123456789abcde", false},    {"Bearer 0123456789abcdef0", false},
        {"Basic 0123456789abcdef", false},    {"0123456789abcdef", false},
        {"Bearer 0123456789abcdef x", false}, {NULL, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_var var;
        const struct http_req req = request(&var, rows[i].header);
        assert_int_equal(auth_bearer_is(&req, secret), rows[i].is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_token),
        cmocka_unit_test(knows_the_secret),
    };
    return cmocka_run_group_tests_name("auth/bearer", tests, begin, end);
}
