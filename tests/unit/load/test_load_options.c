#include "load/options.h"

#include <stdio.h>
#include "support/check.h"

/* Reads a command line; port and people are always there, a and b where they are not NULL. */
static bool parse(struct load_options *out, const char *a, const char *b)
{
    const char *const words[] = {"load", "--port", "8080", "--people", "f", a, b};
    char copies[ARRAY_LEN(words)][32];
    char *argv[ARRAY_LEN(words) + 1];
    int argc = 0;
    int status;
    for (size_t i = 0; i < ARRAY_LEN(words) && words[i] != NULL; i++) {
        snprintf(copies[i], sizeof(copies[i]), "%s", words[i]);
        argv[argc++] = copies[i];
    }
    argv[argc] = NULL;
    return load_options_read(argc, argv, out, &status);
}

static void defaults(void **state)
{
    (void)state;
    struct load_options o;
    assert_true(parse(&o, NULL, NULL));
    assert_int_equal(o.port, 8080);
    assert_string_equal(o.host, "127.0.0.1");
    assert_string_equal(o.pub_path, "/api/messages/%r");
    assert_int_equal(o.window, 1);
    assert_true(o.drop_max_s == 0);
}

static void values(void **state)
{
    (void)state;
    struct load_options o;
    assert_true(parse(&o, "--drop", "0.5-2"));
    assert_true(o.drop_min_s == 0.5 && o.drop_max_s == 2);
    assert_true(parse(&o, "--drop-how", "fin,half"));
    assert_true(o.drop_fin && !o.drop_rst && o.drop_half);
    assert_true(parse(&o, "--slow", "3:2000"));
    assert_int_equal(o.slow, 3);
    assert_int_equal(o.slow_bytes, 2000);
    assert_true(parse(&o, "--watch", "hub=17"));
    assert_string_equal(o.watches[0].name, "hub");
    assert_int_equal(o.watches[0].pid, 17);
    assert_true(parse(&o, "--host", "127.3.2.1"));
    assert_true(parse(&o, "--once", NULL));
    assert_true(o.once);
}

static void refused(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"--host", "128.0.0.1"}, {"--host", "localhost"}, {"--host", "10.0.0.1"}, {"--port", "0"},
        {"--port", "65536"},     {"--port", "-1"},        {"--drop", "2-1"},      {"--drop", "1"},
        {"--drop-how", "kill"},  {"--slow", "1:0"},       {"--watch", "=1"},      {"--watch", "x"},
        {"--size", "10"},        {"--body", "xml"},       {"--publish", "3"},     {"--rate", NULL},
        {"--messages", "1x"},    {"--nothing", NULL},     {"--seconds", "0"},     {"--rate", "nan"},
    };
    struct load_options o;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(!parse(&o, rows[i][0], rows[i][1]), str_of(rows[i][0]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(values),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
