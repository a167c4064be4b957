#include "auth/password.h"

#include <time.h>
#include "base/rand.h"
#include "support/check.h"

/* As little work as libsodium accepts: what is tested is who fits, not how long it takes. */
static const struct config argon2id = {
    .password_hash = CONFIG_HASH_ARGON2ID, .argon2_ops = 1, .argon2_kib = 8};
static const struct config bcrypt = {
    .password_hash = CONFIG_HASH_BCRYPT, .argon2_ops = 1, .argon2_kib = 8};

/* One of the demo family's: "password123", from Node. */
static const struct str family =
    LIT("$2b$10$l0iR7vTImotFj4lGItv51OZ7sePt1sqg.9NK/L9HO4SiOIbt0XKGa");

static int begin(void **state)
{
    static struct arena arena;
    arena_init(&arena);
    *state = &arena;
    return 0;
}

static int end(void **state)
{
    arena_finish(*state);
    return 0;
}

static void argon2id_fits_its_password(void **state)
{
    struct str hash;
    struct str again;
    assert_int_equal(auth_password_hash(&argon2id, *state, STR("password123"), &hash), ERR_OK);
    assert_true(str_starts(hash, STR("$argon2id$v=19$m=8,t=1,p=1$")));
    assert_int_equal(auth_password_hash(&argon2id, *state, STR("password123"), &again), ERR_OK);
    assert_false(str_eq(hash, again));
    assert_true(auth_password_verify(&argon2id, hash, STR("password123")));
    assert_true(auth_password_verify(&bcrypt, hash, STR("password123")));
    assert_false(auth_password_verify(&argon2id, hash, STR("password124")));
    assert_false(auth_password_verify(&argon2id, hash, STR("password1234")));
    assert_false(auth_password_verify(&argon2id, hash, STR("")));
}

static void bcrypt_fits_its_password(void **state)
{
    struct str hash;
    assert_int_equal(auth_password_hash(&bcrypt, *state, STR("password123"), &hash), ERR_OK);
    assert_true(str_starts(hash, STR("$2b$10$")));
    assert_int_equal(hash.len, 60);
    assert_true(auth_password_verify(&bcrypt, hash, STR("password123")));
    assert_true(auth_password_verify(&argon2id, hash, STR("password123")));
    assert_false(auth_password_verify(&bcrypt, hash, STR("Password123")));
    assert_int_equal(auth_password_bcrypt(*state, STR("password123"), &hash), ERR_OK);
    assert_true(str_starts(hash, STR("$2b$10$")));
    assert_true(auth_password_verify(&argon2id, hash, STR("password123")));
}

/* bcrypt stops at 72 bytes: more is not taken, since it would not be looked at. */
static void bcrypt_has_an_end(void **state)
{
    static char bytes[300];
    memset(bytes, 'x', sizeof(bytes));
    const struct str full = {bytes, 72};
    const struct str over = {bytes, 73};
    const struct str far = {bytes, sizeof(bytes)};
    struct str hash = STR("untouched");
    assert_int_equal(auth_password_hash(&bcrypt, *state, over, &hash), ERR_PASSWORD_LONG);
    check_str(hash, "untouched");
    assert_int_equal(auth_password_hash(&bcrypt, *state, full, &hash), ERR_OK);
    assert_true(auth_password_verify(&bcrypt, hash, full));
    assert_true(auth_password_verify(&bcrypt, hash, over));
    assert_true(auth_password_verify(&bcrypt, hash, far));
    assert_false(auth_password_verify(&bcrypt, hash, (struct str){bytes, 71}));
    assert_int_equal(auth_password_hash(&argon2id, *state, far, &hash), ERR_OK);
    assert_true(auth_password_verify(&argon2id, hash, far));
    assert_false(auth_password_verify(&argon2id, hash, full));
}

/* What may be a new password, and what may not. */
static void a_new_password_has_rules(void **state UNUSED)
{
    static char bytes[300];
    memset(bytes, 'x', sizeof(bytes));
    const struct {
        const struct config *config;
        struct str name, password;
        enum err err;
    } rows[] = {
        {&argon2id, LIT("Zoe"), LIT("seven 7"), ERR_INVALID},
        {&argon2id, LIT("Zoe"), LIT("eight: 8"), ERR_OK},
        {&argon2id, LIT("Zoe"), {bytes, 256}, ERR_OK},
        {&argon2id, LIT("Zoe"), {bytes, 257}, ERR_INVALID},
        {&argon2id, LIT("Zoe"), LIT("password\xff"), ERR_TEXT},
        {&bcrypt, LIT("Zoe"), {bytes, 72}, ERR_OK},
        {&bcrypt, LIT("Zoe"), {bytes, 73}, ERR_PASSWORD_LONG},
        {&bcrypt, LIT("Zoe"), {bytes, 257}, ERR_INVALID},
        {&argon2id, LIT("Zoe"), LIT("password"), ERR_PASSWORD_COMMON},
        {&bcrypt, LIT("Zoe"), LIT("PassWord123"), ERR_PASSWORD_COMMON},
        {&argon2id, LIT("Zoe"), LIT("password of Zoe"), ERR_OK},
        {&argon2id, LIT("Bartholomew"), LIT("bartholomeW"), ERR_PASSWORD_COMMON},
        {&argon2id, LIT("Bartholomew"), LIT("bartholomew's"), ERR_OK},
        {&argon2id, STR_NONE, LIT("bartholomew x"), ERR_OK},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(auth_password_check(rows[i].config, rows[i].name, rows[i].password) ==
                      rows[i].err,
                  rows[i].password);
    }
}

static void knows_its_own_form(void **state)
{
    static const struct config costlier = {
        .password_hash = CONFIG_HASH_ARGON2ID, .argon2_ops = 1, .argon2_kib = 16};
    struct str hash;
    assert_int_equal(auth_password_hash(&argon2id, *state, STR("password of Zoe"), &hash), ERR_OK);
    assert_true(auth_password_is_current(&argon2id, hash));
    assert_false(auth_password_is_current(&costlier, hash));
    assert_false(auth_password_is_current(&bcrypt, hash));
    assert_false(auth_password_is_current(&argon2id, family));
    assert_true(auth_password_is_current(&bcrypt, family));
    assert_false(auth_password_is_current(&argon2id, STR("")));
    assert_false(auth_password_is_current(&bcrypt, STR_NONE));
    assert_false(auth_password_is_current(&argon2id, STR("$argon2id$v=19$m=8,t=1,p=1$AAAA$")));
}

static void reads_the_familys(void **state)
{
    const char *const kinds[] = {"$2a$", "$2b$", "$2y$"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        char text[61];
        memcpy(text, family.ptr, family.len + 1);
        memcpy(text, kinds[i], 4);
        assert_true(auth_password_verify(&argon2id, str_of(text), STR("password123")));
        assert_false(auth_password_verify(&argon2id, str_of(text), STR("password124")));
    }
    (void)state;
}

static void nothing_fits_what_is_no_hash(void **state)
{
    static const struct str hashes[] = {
        LIT(""),
        LIT("password123"),
        LIT("$2b$10$"),
        LIT("$2b$10$l0iR7vTImotFj4lGItv51O"),
        LIT("$2b$99$l0iR7vTImotFj4lGItv51OZ7sePt1sqg.9NK/L9HO4SiOIbt0XKGa"),
        LIT("$2x$10$l0iR7vTImotFj4lGItv51OZ7sePt1sqg.9NK/L9HO4SiOIbt0XKGa"),
        LIT("$2b$10$l0iR7vTImotFj4lGItv51OZ7sePt1sqg.9NK/L9HO4SiOIbt0XKGaa"),
        LIT("$2b$10$\0000iR7vTImotFj4lGItv51OZ7sePt1sqg.9NK/L9HO4SiOIbt0XKGa"),
        LIT("$argon2id$"),
        LIT("$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"),
        LIT("$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAA"),
        LIT("$1$salt$qJH7.N4xYta3aEG/dfqo/0"),
    };
    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        check_row(!auth_password_verify(&argon2id, hashes[i], STR("password123")), hashes[i]);
        check_row(!auth_password_verify(&argon2id, hashes[i], STR("")), hashes[i]);
    }
    (void)state;
}

/* The processor time of n verifications, in clock ticks. */
static clock_t cost(const struct config *config, struct str hash, int n)
{
    const clock_t began = clock();
    for (int i = 0; i < n; i++) {
        assert_false(auth_password_verify(config, hash, STR("another password")));
    }
    return clock() - began;
}

/* An unknown user costs as much as a wrong password, under either setting. */
static void nobody_costs_as_much_as_somebody(void **state)
{
    static const struct config costly = {
        .password_hash = CONFIG_HASH_ARGON2ID, .argon2_ops = 2, .argon2_kib = 8192};
    const struct config *const configs[] = {&costly, &bcrypt};
    for (size_t i = 0; i < ARRAY_LEN(configs); i++) {
        struct str hash;
        assert_int_equal(auth_password_hash(configs[i], *state, STR("password123"), &hash), ERR_OK);
        const clock_t somebody = cost(configs[i], hash, 3);
        const clock_t nobody = cost(configs[i], STR_NONE, 3);
        const clock_t unreadable = cost(configs[i], STR("?"), 3);
        assert_true(nobody > somebody / 2 && nobody < somebody * 2);
        assert_true(unreadable > somebody / 2 && unreadable < somebody * 2);
    }
}

int main(void)
{
    rand_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(argon2id_fits_its_password, begin, end),
        cmocka_unit_test_setup_teardown(bcrypt_fits_its_password, begin, end),
        cmocka_unit_test_setup_teardown(bcrypt_has_an_end, begin, end),
        cmocka_unit_test(a_new_password_has_rules),
        cmocka_unit_test_setup_teardown(knows_its_own_form, begin, end),
        cmocka_unit_test(reads_the_familys),
        cmocka_unit_test(nothing_fits_what_is_no_hash),
        cmocka_unit_test_setup_teardown(nobody_costs_as_much_as_somebody, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
