#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <glob.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/attr.h"
#include "base/buf.h"
#include "store/keys.h"
#include "support/check.h"

/* Runs in the checkout's root: the schema's page and the sources are read as files. */

#define FILE_MAX (1024 * 1024)

static void assert_key(struct arena *arena, struct str key, const char *expected)
{
    assert_string_equal(arena_cstr(arena, key), expected);
}

static void makes_keys(void **state UNUSED)
{
    struct arena arena;
    arena_init(&arena);
    assert_key(&arena, store_keys_make(&arena, STORE_KEY_TOTAL_USERS, STR_NONE, STR_NONE),
               "total_users");
    assert_key(&arena, store_keys_make(&arena, STORE_KEY_USER_ROOMS, STR("1"), STR("ignored")),
               "user:1:rooms");
    assert_key(&arena, store_keys_make(&arena, STORE_KEY_SENT, STR("1"), STR("n-1")),
               "snug:sent:1:n-1");
    assert_key(&arena, store_keys_make(&arena, STORE_KEY_USERNAME, STR("%s%d"), STR_NONE),
               "username:%s%d");
    assert_key(&arena, store_keys_make(&arena, STORE_KEY_USERNAME, STR(""), STR_NONE), "username:");
    const struct str key = store_keys_make(&arena, STORE_KEY_USERNAME, STR("a\0b"), STR_NONE);
    assert_true(str_eq(key, STR("username:a\0b")));
    arena_finish(&arena);
}

static void every_row_is_there_once(void **state UNUSED)
{
    for (size_t i = 0; i < STORE_KEY__MAX; i++) {
        assert_non_null(store_keys_table[i].name);
        assert_non_null(store_keys_table[i].pattern);
        assert_non_null(store_keys_table[i].type);
        if (store_keys_table[i].export < STORE_KEY_LIVE ||
            store_keys_table[i].export > STORE_KEY_BY_ROOM) {
            fail_msg("%s does not say whether it is exported", store_keys_table[i].pattern);
        }
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(store_keys_table[i].name, store_keys_table[j].name);
            assert_string_not_equal(store_keys_table[i].pattern, store_keys_table[j].pattern);
        }
    }
}

/* What store_keys_make() makes is read as the same row, of parts that look like it or like others.
 */
static void reads_what_it_makes(void **state UNUSED)
{
    static const struct str rooms[] = {LIT("0"), LIT("7"), LIT("1:2"), LIT("g7")};
    struct arena arena;
    arena_init(&arena);
    for (enum store_key row = 0; row < STORE_KEY__MAX; row++) {
        const char *first = strstr(store_keys_table[row].pattern, "%s");
        const bool two = first != NULL && strstr(first + 2, "%s") != NULL;
        for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
            const struct str a = store_keys_is_room(row) ? rooms[i] : STR("12");
            const struct str key = store_keys_make(&arena, row, a, STR("1795485263.175001"));
            enum store_key read = STORE_KEY__MAX;
            struct str parts[2];
            assert_true(store_keys_read(key, &read, parts));
            assert_int_equal(read, row);
            check_eq(parts[0], first != NULL ? a : STR_NONE);
            check_eq(parts[1], two ? STR("1795485263.175001") : STR_NONE);
        }
    }
    arena_finish(&arena);
}

static void reads_no_others(void **state UNUSED)
{
    static const char *const others[] = {"",
                                         "user:",
                                         "user:Pablo",
                                         "user:01",
                                         "user:1:",
                                         "user:1:room",
                                         "user::rooms",
                                         "room:x",
                                         "room:2:1",
                                         "room:1:2:names",
                                         "snug:room:g7:",
                                         "snug:room::members",
                                         "snug:nothing",
                                         "sess:1",
                                         "session:1",
                                         "total_users:1",
                                         "Total_users",
                                         "snug:room:7:reactions"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        enum store_key read = STORE_KEY__MAX;
        struct str parts[2];
        check_row(!store_keys_read(str_of(others[i]), &read, parts), str_of(others[i]));
        assert_int_equal(read, STORE_KEY__MAX);
    }
}

/* A name may be anything: the demo family's servers take what they are given. */
static void reads_names_as_they_are(void **state UNUSED)
{
    static const struct str names[] = {LIT(""), LIT("a:b"), LIT("1:rooms"), LIT("%s"), LIT("a\0b")};
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        enum store_key read = STORE_KEY__MAX;
        struct str parts[2];
        const struct str key = store_keys_make(&arena, STORE_KEY_USERNAME, names[i], STR_NONE);
        assert_true(store_keys_read(key, &read, parts));
        assert_int_equal(read, STORE_KEY_USERNAME);
        check_eq(parts[0], names[i]);
    }
    arena_finish(&arena);
}

static char *read_file(const char *path)
{
    char *text = calloc(1, FILE_MAX);
    FILE *file = fopen(path, "r");
    assert_non_null(text);
    assert_non_null(file);
    assert_true(fread(text, 1, FILE_MAX - 1, file) < FILE_MAX - 1);
    fclose(file);
    return text;
}

/* "user:{user}:rooms" of the page as the pattern "user:%s:rooms". */
static void to_pattern(const char *key, size_t len, char *out)
{
    while (len > 0) {
        if (*key == '{') {
            const size_t part = (size_t)(strchr(key, '}') - key) + 1;
            out += sprintf(out, "%%s");
            key += part;
            len -= part;
        } else {
            *out++ = *key++;
            len--;
        }
    }
    *out = '\0';
}

static size_t row_of(const char *pattern)
{
    size_t i = 0;
    while (i < STORE_KEY__MAX && strcmp(store_keys_table[i].pattern, pattern) != 0) {
        i++;
    }
    return i;
}

/* Both ways: what the page lists is in the table, of the same type, and the other way round. */
static void the_page_and_the_table_agree(void **state UNUSED)
{
    char *page = read_file("docs/SCHEMA.md");
    bool listed[STORE_KEY__MAX] = {false};
    char *rest = page;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        char key[128];
        char type[32];
        char pattern[128];
        if (sscanf(line, "| `%127[^`]` | %31[a-z] |", key, type) != 2) {
            continue;
        }
        to_pattern(key, strlen(key), pattern);
        const size_t row = row_of(pattern);
        if (row == STORE_KEY__MAX) {
            fail_msg("%s is in docs/SCHEMA.md, but not in src/store/keys.c", key);
        }
        assert_false(listed[row]);
        listed[row] = true;
        assert_string_equal(type, store_keys_table[row].type);
    }
    for (size_t i = 0; i < STORE_KEY__MAX; i++) {
        if (!listed[i]) {
            fail_msg("%s is in src/store/keys.c, but not in docs/SCHEMA.md",
                     store_keys_table[i].pattern);
        }
    }
    free(page);
}

/* No file that the pattern finds has such a text in it, but the one that may. */
static void assert_nowhere(const char *files, const char *text, const char *but)
{
    regex_t regex;
    glob_t found;
    assert_int_equal(regcomp(&regex, text, REG_EXTENDED | REG_NOSUB), 0);
    assert_int_equal(glob(files, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char *source = read_file(found.gl_pathv[i]);
        if (strcmp(found.gl_pathv[i], but) != 0 && regexec(&regex, source, 0, NULL, 0) == 0) {
            fail_msg("%s spells a key: %s", found.gl_pathv[i], text);
        }
        free(source);
    }
    globfree(&found);
    regfree(&regex);
}

static void keys_are_spelled_in_one_file(void **state UNUSED)
{
    static const char own[] =
        "\"(snug:[a-z]|total_users|username:|online_users|user:%|room:%|MESSAGES\")";
    assert_nowhere("src/*/*.c", own, "src/store/keys.c");
    /* A script asks k() for every key: no command has a literal one. */
    assert_nowhere("src/store/lua/*.lua", "call\\('[A-Z_]+', *['\"]", "");
    assert_nowhere("src/store/lua/*.lua", "['\"]snug:", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_keys),
        cmocka_unit_test(every_row_is_there_once),
        cmocka_unit_test(reads_what_it_makes),
        cmocka_unit_test(reads_no_others),
        cmocka_unit_test(reads_names_as_they_are),
        cmocka_unit_test(the_page_and_the_table_agree),
        cmocka_unit_test(keys_are_spelled_in_one_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
