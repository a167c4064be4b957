#include "cli/args.h"

#include <string.h>
#include "support/check.h"

/* Arguments are read as the synopsis says. */

#define SYNOPSIS "NAME [CODE] --scope S [--uses N] [--admin | --off]"

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

/* The words of a line, as a shell would hand them over. */
static enum err read_words_by(const char *synopsis, const char *line, struct cli_args *args,
                              struct str *why)
{
    char **argv = arena_zalloc(&arena, 256, sizeof(*argv));
    struct str rest = str_of(line);
    struct str word;
    for (size_t n = 0; str_split(&rest, ' ', &word); n++) {
        argv[n] = arena_alloc(&arena, word.len + 1);
        memcpy(argv[n], word.ptr, word.len);
        argv[n][word.len] = '\0';
    }
    return cli_args_read(synopsis, argv, &arena, args, why);
}

static enum err read_words(const char *line, struct cli_args *args, struct str *why)
{
    return read_words_by(SYNOPSIS, line, args, why);
}

static struct cli_args read_good(const char *line)
{
    struct cli_args args;
    struct str why = STR_NONE;
    assert_int_equal(read_words(line, &args, &why), ERR_OK);
    return args;
}

static void check_bad(const char *line, const char *sentence)
{
    struct cli_args args;
    struct str why = STR_NONE;
    assert_int_equal(read_words(line, &args, &why), ERR_INVALID);
    check_str(why, sentence);
}

static void test_options_stand_anywhere(void **state)
{
    (void)state;
    const struct cli_args args = read_good("--scope read Pablo --uses=3 --json --admin");
    check_str(cli_args_get(&args, "NAME"), "Pablo");
    check_str(cli_args_get(&args, "--scope"), "read");
    check_str(cli_args_get(&args, "--uses"), "3");
    assert_true(cli_args_has(&args, "--admin"));
    assert_false(cli_args_has(&args, "--off"));
    assert_false(cli_args_has(&args, "CODE"));
    assert_true(args.json);
    assert_false(args.help);
}

static void test_two_bars_end_the_options(void **state)
{
    (void)state;
    const struct cli_args args = read_good("--scope= -- --admin --json");
    check_str(cli_args_get(&args, "NAME"), "--admin");
    check_str(cli_args_get(&args, "CODE"), "--json");
    check_str(cli_args_get(&args, "--scope"), "");
    assert_false(args.json);
}

static void test_what_does_not_fit_is_named(void **state)
{
    (void)state;
    check_bad("Pablo", "--scope is missing");
    check_bad("--scope r", "NAME is missing");
    check_bad("A --scope", "--scope wants a value");
    check_bad("A --admin=1", "--admin takes no value");
    check_bad("A --admin --admin", "--admin is given twice");
    check_bad("A --adm", "there is no option --adm");
    check_bad("A -a", "there is no option -a");
    check_bad("A B C", "one argument too many, \"C\"");
}

static void test_short_options_and_lists(void **state)
{
    (void)state;
    static const char synopsis[] = "[-f] [-n N] [ROOM ...]";
    struct cli_args args;
    struct str why = STR_NONE;
    assert_int_equal(read_words_by(synopsis, "0 -n 5 1:2 - -f g7 --json", &args, &why), ERR_OK);
    check_str(cli_args_get(&args, "ROOM"), "0");
    check_str(cli_args_get(&args, "-n"), "5");
    assert_true(cli_args_has(&args, "-f"));
    assert_true(args.json);
    assert_int_equal(args.nmore, 3);
    check_str(args.more[0], "1:2");
    check_str(args.more[1], "-");
    check_str(args.more[2], "g7");
    assert_int_equal(read_words_by(synopsis, "-n", &args, &why), ERR_INVALID);
    check_str(why, "-n wants a value");
    assert_int_equal(read_words_by(synopsis, "-f=1", &args, &why), ERR_INVALID);
    assert_int_equal(read_words_by(synopsis, "-fn", &args, &why), ERR_INVALID);
    check_str(why, "there is no option -fn");
    char many[2 * (CLI_ARGS_MORE + 2)];
    for (size_t i = 0; i + 1 < sizeof(many); i++) {
        many[i] = i % 2 == 0 ? 'a' : ' ';
    }
    many[2 * (CLI_ARGS_MORE + 1) - 1] = '\0';
    assert_int_equal(read_words_by(synopsis, many, &args, &why), ERR_OK);
    assert_int_equal(args.nmore, CLI_ARGS_MORE);
    many[2 * (CLI_ARGS_MORE + 1) - 1] = ' ';
    many[sizeof(many) - 1] = '\0';
    assert_int_equal(read_words_by(synopsis, many, &args, &why), ERR_INVALID);
}

static void test_help_asks_for_nothing_else(void **state)
{
    (void)state;
    assert_true(read_good("--help").help);
}

static void test_durations(void **state)
{
    (void)state;
    uint64_t s = 0;
    assert_true(cli_args_duration(STR("90s"), &s));
    assert_int_equal(s, 90);
    assert_true(cli_args_duration(STR("7d"), &s));
    assert_int_equal(s, 7 * 24 * 3600);
    const char *const wrong[] = {"", "d", "7", "0d", "-1d", "1.5h", "3651d", "7d ", "1w"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_false(cli_args_duration(str_of(wrong[i]), &s));
    }
    assert_int_equal(s, 7 * 24 * 3600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_stand_anywhere),
        cmocka_unit_test(test_two_bars_end_the_options),
        cmocka_unit_test(test_what_does_not_fit_is_named),
        cmocka_unit_test(test_short_options_and_lists),
        cmocka_unit_test(test_help_asks_for_nothing_else),
        cmocka_unit_test(test_durations),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
