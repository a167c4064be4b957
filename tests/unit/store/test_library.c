#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/attr.h"
#include "store/library.h"
#include "store/scripts.h"

static char text[64 * 1024];

/* What a script is sent with, as a C string. */
static const char *with(const char *script)
{
    struct buf out;
    buf_init(&out, NULL, sizeof(text) - 1);
    store_library_add(&out, str_of(script));
    assert_int_equal(buf_err(&out), ERR_OK);
    memcpy(text, out.ptr, out.len);
    text[out.len] = '\0';
    buf_finish(&out);
    return text;
}

#define assert_has(text, part)   assert_non_null(strstr(text, part))
#define assert_lacks(text, part) assert_null(strstr(text, part))

static void a_script_gets_what_it_names(void **state UNUSED)
{
    const char *all = with("return user_exists('1')");
    assert_has(all, "local function user_exists(");
    assert_has(all, "local function k(");
    assert_has(all, "user='user:%s'");
    assert_lacks(all, "json_string");
    assert_lacks(all, "username:%s");
}

static void parts_bring_those_that_they_name(void **state UNUSED)
{
    const char *all = with("return is_member('1', '2')");
    const char *narrowed = strstr(all, "local narrowed\n");
    const char *member = strstr(all, "local function is_member(");
    assert_non_null(narrowed);
    assert_non_null(member);
    assert_true(narrowed < member);
    assert_has(all, "local function direct_users(");
    assert_has(all, "room_members='snug:room:%s:members'");
}

static void a_script_that_names_nothing_gets_nothing(void **state UNUSED)
{
    const char *all = with("return 1 -- user_exists, 'user_rooms'\n");
    assert_has(all, "local key = {}\n");
    assert_lacks(all, "function");
}

static void a_word_is_whole(void **state UNUSED)
{
    assert_lacks(with("return json_strings, xjson_string"), "function");
    assert_lacks(with("return user_rooms"), "snug");
    assert_has(with("return 'user_rooms'"), "user_rooms='user:%s:rooms'");
}

static void every_script_is_small(void **state UNUSED)
{
    for (int i = 0; i < STORE_SCRIPT__MAX; i++) {
        const struct str all = store_scripts_text((enum store_script)i);
        assert_in_range(all.len, 1, 20 * 1024);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_gets_what_it_names),
        cmocka_unit_test(parts_bring_those_that_they_name),
        cmocka_unit_test(a_script_that_names_nothing_gets_nothing),
        cmocka_unit_test(a_word_is_whole),
        cmocka_unit_test(every_script_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
