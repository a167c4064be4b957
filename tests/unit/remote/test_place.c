#include "remote/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "support/check.h"

static struct arena arena;
static char home[] = "/tmp/snug-place-XXXXXX";
static char home_env[64];
static char *envp[] = {home_env, NULL};

static int setup(void **state UNUSED)
{
    arena_init(&arena);
    (void)snprintf(home, sizeof(home), "/tmp/snug-place-XXXXXX");
    assert_non_null(mkdtemp(home));
    (void)snprintf(home_env, sizeof(home_env), "HOME=%s", home);
    return 0;
}

static const char *path_of(const char *rest)
{
    return arena_printf(&arena, "%s%s", home, rest).ptr;
}

static int teardown(void **state UNUSED)
{
    (void)unlink(path_of("/.config/snug/login"));
    (void)rmdir(path_of("/.config/snug"));
    (void)rmdir(path_of("/.config"));
    assert_int_equal(rmdir(home), 0); /* nothing else was left */
    arena_finish(&arena);
    return 0;
}

static const struct remote_place place = {LIT("https://chat.example/"), LIT("Pablo"),
                                          LIT("secret-token")};

static void write_place(void)
{
    struct str why;
    assert_int_equal(remote_place_write(envp, &arena, &place, &why), ERR_OK);
}

static void is_read_as_it_was_written(void **state UNUSED)
{
    struct remote_place read;
    struct stat status;
    struct str why;
    assert_int_equal(remote_place_read(envp, &arena, &read, &why), ERR_UNAUTHENTICATED);
    for (int i = 0; i < 2; i++) {
        write_place();
        assert_int_equal(remote_place_read(envp, &arena, &read, &why), ERR_OK);
        check_eq(read.url, place.url);
        check_eq(read.user, place.user);
        check_eq(read.token, place.token);
    }
    assert_int_equal(stat(path_of("/.config/snug/login"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(remote_place_forget(envp, &arena, &why), ERR_OK);
    assert_int_equal(remote_place_read(envp, &arena, &read, &why), ERR_UNAUTHENTICATED);
    assert_int_equal(remote_place_forget(envp, &arena, &why), ERR_OK);
}

static void a_file_that_others_read_is_not_used(void **state UNUSED)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0601};
    struct remote_place read;
    struct str why;
    write_place();
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        assert_int_equal(chmod(path_of("/.config/snug/login"), modes[i]), 0);
        assert_int_equal(remote_place_read(envp, &arena, &read, &why), ERR_INVALID);
        assert_null(memmem(why.ptr, why.len, "secret", 6));
    }
}

static void a_file_without_a_token_is_none(void **state UNUSED)
{
    struct remote_place read;
    struct str why;
    write_place();
    FILE *file = fopen(path_of("/.config/snug/login"), "w");
    assert_non_null(file);
    fputs("url https://chat.example/\nuser Pablo\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(remote_place_read(envp, &arena, &read, &why), ERR_INVALID);
}

static void no_home_is_said(void **state UNUSED)
{
    static char empty[] = "HOME=";
    static char other[] = "HOMES=/tmp";
    char *none[] = {empty, other, NULL};
    struct remote_place read;
    struct str why;
    assert_int_equal(remote_place_read(none, &arena, &read, &why), ERR_INVALID);
    check_str(why, "HOME is not set, so there is no place for a login.");
}

static void addresses_are_read_as_people_type_them(void **state UNUSED)
{
    static const struct {
        const char *typed, *url; /* NULL: none */
    } rows[] = {
        {"https://chat.example/", "https://chat.example/"},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080/"},
        {"chat.example", "https://chat.example/"},
        {"chat.example/sub/path//", "https://chat.example/sub/path/"},
        {"[::1]:8080", "https://[::1]:8080/"},
        {"", NULL},
        {"/", NULL},
        {"https://", NULL},
        {"https:///x", NULL},
        {"ftp://chat.example", NULL},
        {"file:///etc/passwd", NULL},
        {"https://a@chat.example", NULL},
        {"https://a:b@chat.example", NULL},
        {"chat.example?x", NULL},
        {"chat.example#x", NULL},
        {"chat example", NULL},
        {"chat.example\n", NULL},
        {"-o", NULL},
        {"ch\xc3\xa4t.example", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str url = STR_NONE;
        const enum err err = remote_place_url(str_of(rows[i].typed), &arena, &url);
        check_row(err == (rows[i].url != NULL ? ERR_OK : ERR_INVALID), str_of(rows[i].typed));
        check_str(url, rows[i].url);
    }
}

#define PLACE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(is_read_as_it_was_written),
        PLACE_TEST(a_file_that_others_read_is_not_used),
        PLACE_TEST(a_file_without_a_token_is_none),
        PLACE_TEST(no_home_is_said),
        PLACE_TEST(addresses_are_read_as_people_type_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
