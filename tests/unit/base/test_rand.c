#include "base/rand.h"

#include <stdbool.h>
#include "support/check.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    rand_init();
    rand_init(); /* once more does no harm */
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

/* In 64 draws every bit of every byte has been 0 and 1, but once in 2^57 runs or so. */
static void bytes_are_spread(void **state)
{
    (void)state;
    unsigned char ones[16] = {0}, zeros[16] = {0};
    for (int round = 0; round < 64; round++) {
        unsigned char bytes[16];
        rand_bytes(bytes, sizeof(bytes));
        for (size_t i = 0; i < sizeof(bytes); i++) {
            ones[i] |= bytes[i];
            zeros[i] |= (unsigned char)~bytes[i];
        }
    }
    for (size_t i = 0; i < sizeof(ones); i++) {
        assert_int_equal(ones[i] & zeros[i], 0xff);
    }
}

static void bytes_stay_in_their_place(void **state)
{
    (void)state;
    unsigned char bytes[3] = {1, 2, 3};
    rand_bytes(bytes + 1, 0);
    assert_int_equal(bytes[1], 2);
    rand_bytes(bytes + 1, 1);
    assert_int_equal(bytes[0], 1);
    assert_int_equal(bytes[2], 3);
}

static void below_a_limit(void **state)
{
    (void)state;
    static const uint32_t limits[] = {1, 2, 3, 10, 20};
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        bool seen[20] = {false};
        for (int round = 0; round < 2000; round++) {
            const uint32_t n = rand_below(limits[i]);
            assert_true(n < limits[i]);
            seen[n] = true;
        }
        for (uint32_t n = 0; n < limits[i]; n++) {
            assert_true(seen[n]);
        }
    }
}

static void words(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 64; n++) {
        const struct str word = rand_word(&arena, n);
        assert_true(str_is_set(word));
        assert_int_equal(word.len, (n * 8 + 5) / 6); /* six bits a character, no padding */
        for (size_t i = 0; i < word.len; i++) {
            assert_non_null(strchr(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", word.ptr[i]));
        }
        assert_true(n < 8 || !str_eq(word, rand_word(&arena, n)));
    }
}

static void word_of_65(void)
{
    (void)rand_word(&arena, 65);
}

static void long_words_end_the_process(void **state)
{
    (void)state;
    check_dies(word_of_65);
}

/* FIPS 180-4's examples, and text with a NUL. */
static void sha256(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        const char *hash;
    } rows[] = {
        {LIT(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {{NULL, 0}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {LIT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {LIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {LIT("\0"), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(rand_sha256(&arena, rows[i].s), rows[i].hash);
    }
}

/* From an implementation of SipHash-2-4 that passes its authors' vectors. */
static void hash64_never_changes(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        uint64_t hash;
    } rows[] = {
        {LIT(""), 0xd78ec61a37466f06},
        {{NULL, 0}, 0xd78ec61a37466f06},
        {LIT("a"), 0x8941a02928debb27},
        {LIT("room:0"), 0xb079bf5986bbab60},
        {LIT("a\0b"), 0xec9e74b254d473df},
        {LIT("The quick brown fox jumps over the lazy dog"), 0x6600867f5ab60f0b},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(rand_hash64(rows[i].s) == rows[i].hash, rows[i].s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_spread),
        cmocka_unit_test(bytes_stay_in_their_place),
        cmocka_unit_test(below_a_limit),
        cmocka_unit_test(words),
        cmocka_unit_test(long_words_end_the_process),
        cmocka_unit_test(sha256),
        cmocka_unit_test(hash64_never_changes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
