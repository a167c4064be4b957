#include "model/lines.h"
#include "support/check.h"

static struct arena arena;
static struct buf out;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    buf_init(&out, &arena, 1u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static void ndjson_is(const char *answer, const char *lines)
{
    buf_clear(&out);
    model_lines_ndjson(&out, str_of(answer));
    check_str(buf_str(&out), lines);
}

static void a_list_is_a_line_an_element(void **state)
{
    (void)state;
    ndjson_is(
        "{\"rooms\":[{\"id\":\"0\"},{\"id\":\"1:2\",\"names\":[\"a\",\"b\"]}],\"cursor\":\"1.2\"}",
        "{\"id\":\"0\"}\n{\"id\":\"1:2\",\"names\":[\"a\",\"b\"]}\n");
    ndjson_is("{\"roomId\":\"0\",\"more\":true,\"n\":-1,\"o\":{\"p\":[1]},\"messages\":[{\"m\":\"],"
              "}\\\"\"}]}",
              "{\"m\":\"],}\\\"\"}\n");
    ndjson_is("{\"l\":[1,\"two\",null,[3],{}]}", "1\n\"two\"\nnull\n[3]\n{}\n");
    ndjson_is("{\"rooms\":[]}", "");
    ndjson_is("{\"rooms\":[],\"next\":[1]}", "");
}

static void anything_else_is_a_line(void **state)
{
    (void)state;
    ndjson_is("{\"id\":\"1:2\",\"names\":[\"a\",\"b\"]}",
              "{\"id\":\"1:2\",\"names\":[\"a\",\"b\"]}\n");
    ndjson_is("{\"status\":\"ok\",\"redis\":true}", "{\"status\":\"ok\",\"redis\":true}\n");
    ndjson_is("{}", "{}\n");
    /* Not what we write: no more is read than there is. */
    ndjson_is("", "\n");
    ndjson_is("{\"a", "{\"a\n");
    ndjson_is("{\"a\":[{\"b\":\"", "{\"b\":\"\n");
    ndjson_is("{\"a\":[1,", "1\n");
}

static void text_is(const char *answer, const char *lines)
{
    buf_clear(&out);
    assert_true(model_lines_text(&out, str_of(answer), &arena));
    check_str(buf_str(&out), lines);
}

static void messages_say_when_who_and_what(void **state)
{
    (void)state;
    text_is(
        "{\"roomId\":\"0\",\"messages\":["
        "{\"id\":\"1\",\"from\":\"1\",\"date\":1795551120,\"message\":\"Hello\",\"roomId\":\"0\"},"
        "{\"id\":\"2\",\"from\":\"2\",\"date\":59,\"message\":\"one\\ntwo\\n\\nthree\\n\","
        "\"roomId\":\"0\"},"
        "{\"id\":\"3\",\"from\":\"1\",\"date\":1795551120,\"message\":\"\",\"deleted\":true},"
        "{\"id\":\"5\",\"from\":\"2\",\"date\":60,\"message\":\"green\",\"as\":\"Jenkins\"},"
        "{\"id\":\"4\",\"from\":\"0\",\"date\":1795551120,\"message\":\"nobody's\"}],"
        "\"users\":{\"1\":\"Pablo\",\"2\":\"a\\nb: c\"},\"more\":false}",
        "2026-11-24 20:12 Pablo: Hello\n"
        "1970-01-01 00:00 a<U+000A>b: c: one\n    two\n    \n    three\n    \n"
        "2026-11-24 20:12 Pablo (deleted)\n"
        "1970-01-01 00:01 Jenkins (a<U+000A>b: c): green\n"
        "2026-11-24 20:12 0: nobody's\n");
    text_is("{\"messages\":[]}", "");
}

static void rooms_and_users_are_fields(void **state)
{
    (void)state;
    text_is("{\"rooms\":[{\"id\":\"0\",\"kind\":\"public\",\"name\":\"General\",\"unread\":3},"
            "{\"id\":\"1:2\",\"kind\":\"direct\",\"names\":[\"Pablo\",\"Joe\"],\"users\":[\"1\","
            "\"2\"]}]}",
            "0\tpublic\tGeneral\t3\n1:2\tdirect\tPablo, Joe\n");
    text_is("{\"users\":[{\"id\":\"1\",\"username\":\"Pablo\",\"online\":true,\"role\":\"admin\"},"
            "{\"id\":\"2\",\"username\":\"deleted "
            "user\",\"online\":false,\"active\":false,\"deleted\":true},"
            "{\"id\":\"3\",\"username\":\"R2\",\"bot\":true}]}",
            "1\tPablo\tonline\tadmin\n2\tdeleted "
            "user\toffline\tinactive\tdeleted\n3\tR2\toffline\tbot\n");
}

static void other_answers_have_no_lines(void **state)
{
    (void)state;
    buf_clear(&out);
    assert_false(model_lines_text(&out, STR("{\"tokens\":[]}"), &arena));
    assert_false(model_lines_text(&out, STR("{\"status\":\"ok\"}"), &arena));
    assert_false(model_lines_text(&out, STR("{\"id\":\"1:2\",\"users\":[\"1\",\"2\"]}"), &arena));
    assert_int_equal(out.len, 0);
}

static void nothing_moves_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *text, *plain;
    } rows[] = {
        {"a\tb", "a\tb"},
        {"a\nb", "a|b"},
        {"\x1b[2J\x07", "<U+001B>[2J<U+0007>"},
        {"\x7f\xc2\x80\xc2\x9f\xc2\xa0", "<U+007F><U+0080><U+009F>\xc2\xa0"},
        {"a\r\n", "a<U+000D>|"},
        {"\xe2\x80\xa8\xe2\x80\xa9", "<U+2028><U+2029>"},
        {"\xe2\x80\xae"
         "evil\xe2\x81\xa6\xd8\x9c",
         "<U+202E>evil<U+2066><U+061C>"},
        {"\xef\xbb\xbf\xef\xbf\xb9", "<U+FEFF><U+FFF9>"},
        /* Joiners and marks of emoji and scripts stay. */
        {"\xe2\x80\x8d\xe2\x80\x8c\xef\xb8\x8f", "\xe2\x80\x8d\xe2\x80\x8c\xef\xb8\x8f"},
        {"\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf", "\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_clear(&out);
        model_lines_plain(&out, str_of(rows[i].text), STR("|"));
        check_str(buf_str(&out), rows[i].plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_a_line_an_element),
        cmocka_unit_test(anything_else_is_a_line),
        cmocka_unit_test(messages_say_when_who_and_what),
        cmocka_unit_test(rooms_and_users_are_fields),
        cmocka_unit_test(other_answers_have_no_lines),
        cmocka_unit_test(nothing_moves_a_terminal),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
