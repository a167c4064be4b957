#include "http/cookie.h"

#include "support/check.h"

static void find(void **state)
{
    (void)state;
    static const struct {
        struct str header;
        const char *value; /* of "sid"; NULL: absent */
    } rows[] = {
        {LIT("sid=abc"), "abc"},
        {LIT("a=1; sid=abc; b=2"), "abc"},
        {LIT("a=1;sid=abc;b=2"), "abc"},
        {LIT(" \tsid = abc \t; b"), "abc"},
        {LIT("sid=first; sid=second"), "first"},
        {LIT("sid="), ""},
        {LIT("sid=\"abc\""), "abc"},
        {LIT("sid=\"\""), ""},
        {LIT("sid=\""), "\""},
        {LIT("sid=\"abc"), "\"abc"},
        {LIT("sid=abc\""), "abc\""},
        {LIT("sid=a=b=="), "a=b=="},
        {LIT("sid; sid=abc"), "abc"},
        {LIT("sid"), NULL},
        {LIT("SID=abc"), NULL},
        {LIT("xsid=abc"), NULL},
        {LIT("sidx=abc"), NULL},
        {LIT("a=sid=abc"), NULL},
        {LIT("=abc"), NULL},
        {LIT(";;; ;"), NULL},
        {LIT("sid=abc;"), "abc"},
        {LIT(""), NULL},
        {{NULL, 0}, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(http_cookie_find(rows[i].header, STR("sid")), rows[i].value);
    }
}

static void set(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    check_str(http_cookie_set(&arena, STR("sid"), STR("abc"), STR("/chat/"), 2592000, false),
              "sid=abc; Path=/chat/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    check_str(http_cookie_set(&arena, STR("sid"), STR("abc"), STR("/"), 1, true),
              "sid=abc; Path=/; Max-Age=1; HttpOnly; SameSite=Lax; Secure");
    check_str(http_cookie_set(&arena, STR("sid"), STR(""), STR("/"), 0, true),
              "sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    check_str(http_cookie_set(&arena, STR("s"), STR("v"), STR("/"), INT64_MAX, false),
              "s=v; Path=/; Max-Age=9223372036854775807; HttpOnly; SameSite=Lax");
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find),
        cmocka_unit_test(set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
