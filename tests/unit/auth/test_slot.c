#include "auth/slot.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/log.h"
#include "support/check.h"

static char dir[] = "/tmp/snug-slot-XXXXXX";

static const struct config two = {.hash_slots = 2, .run_dir = dir};

static int setup(void **state UNUSED)
{
    log_init("test", LOG_ERROR);
    return mkdtemp(dir) == NULL;
}

static int teardown(void **state UNUSED)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "%s/hash.lock", dir);
    return unlink(path) != 0 || rmdir(dir) != 0;
}

/* Tries to take one in a process of its own, which then ends as it is; what it got. */
static enum err take_elsewhere(const struct config *config)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct auth_slot slot;
        _exit((int)auth_slot_take(config, &slot));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return (enum err)WEXITSTATUS(status);
}

static void there_are_so_many(void **state UNUSED)
{
    struct auth_slot first, second, third;
    assert_int_equal(auth_slot_take(&two, &first), ERR_OK);
    assert_int_equal(take_elsewhere(&two), ERR_OK);
    assert_int_equal(auth_slot_take(&two, &second), ERR_OK);
    assert_int_equal(auth_slot_take(&two, &third), ERR_BUSY);
    assert_int_equal(take_elsewhere(&two), ERR_BUSY);
    auth_slot_give(&first);
    assert_int_equal(auth_slot_take(&two, &third), ERR_OK);
    assert_int_equal(take_elsewhere(&two), ERR_BUSY);
    auth_slot_give(&third);
    auth_slot_give(&third);
    auth_slot_give(&second);
}

/* A process that dies gives it back. */
static void the_dead_hold_none(void **state UNUSED)
{
    for (int i = 0; i < 5; i++) {
        assert_int_equal(take_elsewhere(&two), ERR_OK);
    }
    struct auth_slot slots[2];
    for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
        assert_int_equal(auth_slot_take(&two, &slots[i]), ERR_OK);
    }
    for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
        auth_slot_give(&slots[i]);
    }
}

static void none_may_be_wanted(void **state UNUSED)
{
    static const struct config any = {.hash_slots = 0, .run_dir = "/nowhere"};
    struct auth_slot slots[10];
    for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
        assert_int_equal(auth_slot_take(&any, &slots[i]), ERR_OK);
    }
    auth_slot_give(&slots[0]);
}

static void nobody_else_reads_the_file(void **state UNUSED)
{
    struct stat st;
    char path[64];
    (void)snprintf(path, sizeof(path), "%s/hash.lock", dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_size, 0);
}

/* Rather than hash without a bound. */
static void a_folder_is_needed(void **state UNUSED)
{
    static char far[5000];
    memset(far, 'a', sizeof(far) - 1);
    far[0] = '/';
    const char *const dirs[] = {"/nowhere", "/dev/null", far};
    struct auth_slot slot;
    for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
        const struct config lost = {.hash_slots = 2, .run_dir = dirs[i]};
        assert_int_equal(auth_slot_take(&lost, &slot), ERR_INTERNAL);
    }
}

/* Nobody makes us write to another file. */
static void a_link_is_not_followed(void **state UNUSED)
{
    char path[64], aside[64];
    struct auth_slot slot;
    (void)snprintf(path, sizeof(path), "%s/hash.lock", dir);
    (void)snprintf(aside, sizeof(aside), "%s/aside", dir);
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(symlink(aside, path), 0);
    assert_int_equal(auth_slot_take(&two, &slot), ERR_INTERNAL);
    assert_int_equal(rename(aside, path), 0);
    assert_int_equal(auth_slot_take(&two, &slot), ERR_OK);
    auth_slot_give(&slot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_so_many),  cmocka_unit_test(the_dead_hold_none),
        cmocka_unit_test(none_may_be_wanted), cmocka_unit_test(nobody_else_reads_the_file),
        cmocka_unit_test(a_folder_is_needed), cmocka_unit_test(a_link_is_not_followed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
