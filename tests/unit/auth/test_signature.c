#include "auth/signature.h"

#include "base/rand.h"
#include "support/check.h"

/* The example of the Standard Webhooks specification's own libraries. */
#define KEY  STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
#define ID   STR("msg_p5jXN8AQM9LWM0D4loKWxJek")
#define TIME 1614265330
#define BODY STR("{\"test\": 2432232314}")

static void fits_the_specification(void **state)
{
    struct str out;
    assert_int_equal(auth_signature_make(*state, KEY, ID, TIME, BODY, &out), ERR_OK);
    check_str(out, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void each_part_counts(void **state)
{
    struct str first, other;
    assert_int_equal(auth_signature_make(*state, KEY, ID, TIME, BODY, &first), ERR_OK);
    assert_int_equal(auth_signature_make(*state, KEY, STR("x"), TIME, BODY, &other), ERR_OK);
    assert_false(str_eq(first, other));
    assert_int_equal(auth_signature_make(*state, KEY, ID, TIME + 1, BODY, &other), ERR_OK);
    assert_false(str_eq(first, other));
    assert_int_equal(auth_signature_make(*state, KEY, ID, TIME, STR("{}"), &other), ERR_OK);
    assert_false(str_eq(first, other));
    const struct str key = auth_signature_new_key(*state);
    assert_int_equal(auth_signature_make(*state, key, ID, TIME, BODY, &other), ERR_OK);
    assert_false(str_eq(first, other));
}

static void a_key_is_new_each_time(void **state)
{
    const struct str a = auth_signature_new_key(*state);
    const struct str b = auth_signature_new_key(*state);
    assert_true(str_starts(a, STR("whsec_")));
    assert_int_equal(a.len, 6 + 44);
    assert_false(str_eq(a, b));
}

static void what_is_no_key(void **state)
{
    static const struct str rows[] = {
        LIT(""), LIT("whsec_"), LIT("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), LIT("whsec_*"),
        LIT("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str out = STR("untouched");
        check_row(auth_signature_make(*state, rows[i], ID, TIME, BODY, &out) == ERR_INVALID,
                  rows[i]);
        check_str(out, "untouched");
    }
}

static int begin(void **state)
{
    static struct arena arena;
    rand_init();
    arena_init(&arena);
    *state = &arena;
    return 0;
}

static int end(void **state)
{
    arena_finish(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_the_specification),
        cmocka_unit_test(each_part_counts),
        cmocka_unit_test(a_key_is_new_each_time),
        cmocka_unit_test(what_is_no_key),
    };
    return cmocka_run_group_tests_name("auth/signature", tests, begin, end);
}
