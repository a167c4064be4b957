#include "auth/common.h"

#include <stdio.h>
#include <stdlib.h>
#include "support/check.h"

/* The list itself: every line of it is found, and stands where the search looks for it. */
static void every_line_is_found(void **state UNUSED)
{
    char *line = NULL;
    char *before = strdup("");
    size_t room = 0;
    size_t count = 0;
    ssize_t len;
    FILE *file = fopen("src/auth/common.txt", "r");
    assert_non_null(file);
    while ((len = getline(&line, &room, file)) > 0) {
        const struct str word = {line, (size_t)len - 1};
        assert_int_equal(line[len - 1], '\n');
        line[len - 1] = '\0';
        assert_true(strcmp(before, line) < 0);
        check_row(word.len >= 8 && auth_common_has(word), word);
        free(before);
        before = strdup(line);
        count++;
    }
    assert_true(count > 5000);
    free(before);
    free(line);
    fclose(file);
}

static void case_does_not_count(void **state UNUSED)
{
    assert_true(auth_common_has(STR("PassWord")));
    assert_true(auth_common_has(STR("PASSWORD123")));
    assert_true(auth_common_has(STR("Qwertyuiop")));
}

static void others_are_not_found(void **state UNUSED)
{
    static char far[300];
    memset(far, 'a', sizeof(far));
    static const struct str words[] = {
        LIT(""),           LIT("passwor"),     LIT("password123456x"), LIT("assword"),
        LIT("password\n"), LIT("\npassword"),  LIT("a long password"), LIT("zzzzzzzzzzzzzzzzz"),
        LIT(" !!!!!!!"),   LIT("~~~~~~~~~~~"), LIT("\xff\xff"),        LIT("password\0"),
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        check_row(!auth_common_has(words[i]), words[i]);
    }
    assert_false(auth_common_has((struct str){far, sizeof(far)}));
    assert_false(auth_common_has(STR_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_is_found),
        cmocka_unit_test(case_does_not_count),
        cmocka_unit_test(others_are_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
