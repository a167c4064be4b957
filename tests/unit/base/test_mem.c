#include "base/mem.h"

#include <stdio.h>
#include "support/check.h"

/* The sanitizer's allocator ends the process by itself where it is asked for too much; here it is
 * to say no, like the C library's. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:max_allocation_size_mb=64";
}

static volatile size_t huge = SIZE_MAX / 4; /* volatile: no compiler may foresee the failure */

static void alloc_any_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 7, 4096, 1 << 20};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        char *a = mem_alloc(sizes[i]);
        char *b = mem_alloc(sizes[i]);
        assert_non_null(a);
        assert_ptr_not_equal(a, b);
        memset(a, 'a', sizes[i]);
        memset(b, 'b', sizes[i]);
        mem_free(a);
        mem_free(b);
    }
}

static void zalloc_is_zero(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 1}, {100, 8}, {0, 8}, {8, 0}, {0, 0}, {3, 5000}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        const char *p = mem_zalloc(sizes[i][0], sizes[i][1]);
        assert_non_null(p);
        for (size_t k = 0; k < sizes[i][0] * sizes[i][1]; k++) {
            assert_int_equal(p[k], 0);
        }
        mem_free((void *)(uintptr_t)p);
    }
}

static void realloc_keeps_bytes(void **state)
{
    (void)state;
    char *p = mem_realloc(NULL, 4);
    memcpy(p, "abc", 4);
    p = mem_realloc(p, 100000);
    assert_string_equal(p, "abc");
    p = mem_realloc(p, 2);
    assert_memory_equal(p, "ab", 2);
    p = mem_realloc(p, 0);
    assert_non_null(p);
    mem_free(p);
}

static void free_of_null(void **state)
{
    (void)state;
    mem_free(NULL);
}

/* Who gets a secret's memory next finds nothing of it. What the allocator writes there is its own.
 */
static void secrets_are_wiped(void **state)
{
    enum { LEN = 200, HEAD = 64 };
    (void)state;
    char *secret = mem_secret_alloc(LEN);
    memset(secret, 's', LEN);
    mem_secret_free(secret);
    char *next = mem_alloc(LEN + sizeof(max_align_t));
    for (size_t i = HEAD; i < LEN; i++) {
        assert_int_not_equal(next[i], 's');
    }
    mem_free(next);
    mem_secret_free(mem_secret_alloc(0));
    mem_secret_free(NULL);
}

static void secret_huge(void)
{
    mem_secret_free(mem_secret_alloc(huge));
}

static void secret_overflow(void)
{
    mem_secret_free(mem_secret_alloc(huge * 4 + 3));
}

static void alloc_huge(void)
{
    mem_free(mem_alloc(huge));
}

static void zalloc_huge(void)
{
    mem_free(mem_zalloc(huge, 1));
}

static void realloc_huge(void)
{
    mem_free(mem_realloc(NULL, huge));
}

/* The product is 0 where it wraps. */
static void zalloc_overflow(void)
{
    mem_free(mem_zalloc((huge + 1) * 2, 2));
}

static void no_memory_ends_the_process(void **state)
{
    (void)state;
    check_dies(alloc_huge);
    check_dies(zalloc_huge);
    check_dies(realloc_huge);
    check_dies(zalloc_overflow);
    check_dies(secret_huge);
    check_dies(secret_overflow);
}

/* What mem_die says, in a process of its own. */
static size_t last_words(const char *what, char *out, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        mem_die(what);
    }
    (void)close(ends[1]);
    size_t len = 0;
    ssize_t n;
    while ((n = read(ends[0], out + len, size - len)) > 0) {
        len += (size_t)n;
    }
    (void)close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    return len;
}

static void die_says_what_ran_out(void **state)
{
    (void)state;
    char out[1024];
    const size_t len = last_words("response headers", out, sizeof(out));
    check_eq(((struct str){out, len}), STR("snug: out of response headers\n"));
}

static void die_with_a_long_word_is_one_line(void **state)
{
    (void)state;
    char what[600], out[1024];
    memset(what, 'w', sizeof(what));
    what[sizeof(what) - 1] = '\0';
    const size_t len = last_words(what, out, sizeof(out));
    assert_int_equal(len, 256);
    assert_ptr_equal(memchr(out, '\n', len), out + len - 1);
}

static size_t resident_pages(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long all, resident;
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu %lu", &all, &resident), 2);
    fclose(file);
    return resident;
}

/* What lies between what is kept goes back to the system, where the allocator is the C library's.
 */
static void trim_gives_pages_back(void **state)
{
    enum { BLOCKS = 2000, SIZE = 8192 };
    static char *blocks[BLOCKS];
    (void)state;
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = mem_alloc(SIZE);
        memset(blocks[i], 'b', SIZE);
    }
    for (size_t i = 0; i < BLOCKS - 1; i++) {
        mem_free(blocks[i]);
    }
    const size_t before = resident_pages();
    mem_trim();
    assert_int_equal(blocks[BLOCKS - 1][SIZE - 1], 'b');
    mem_free(blocks[BLOCKS - 1]);
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
    assert_true(resident_pages() + BLOCKS < before);
#else
    (void)before;
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alloc_any_size),
        cmocka_unit_test(zalloc_is_zero),
        cmocka_unit_test(realloc_keeps_bytes),
        cmocka_unit_test(free_of_null),
        cmocka_unit_test(secrets_are_wiped),
        cmocka_unit_test(trim_gives_pages_back),
        cmocka_unit_test(no_memory_ends_the_process),
        cmocka_unit_test(die_says_what_ran_out),
        cmocka_unit_test(die_with_a_long_word_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
