#include "model/hook.h"

#include "model/message.h"
#include "support/check.h"

static struct arena arena;

static struct str text_of(const char *payload)
{
    struct model_hook hook = {0};
    const enum err err = model_hook_read(str_of(payload), &arena, &hook);
    check_row(err == ERR_OK, str_of(payload));
    assert_int_equal(model_message_check_text(hook.text), ERR_OK);
    return hook.text;
}

/* {"text":"…"}; the text is JSON already. */
static struct str read_text(const char *text)
{
    return text_of(arena_printf(&arena, "{\"text\":\"%s\"}", text).ptr);
}

static void marks_become_text(void **state UNUSED)
{
    static const struct {
        const char *slack, *plain;
    } rows[] = {
        {"hello", "hello"},
        {"see <https://a.example/?a=1&amp;b=2|the docs>, please",
         "see the docs (https://a.example/?a=1&b=2), please"},
        {"<https://a.example>", "https://a.example"},
        {"<https://a.example|https://a.example>", "https://a.example"},
        {"<https://a.example|>", "https://a.example"},
        {"<mailto:a@b.example|a@b.example>", "a@b.example"},
        {"<mailto:a@b.example|write>", "write (a@b.example)"},
        {"<!channel> <!here> <!everyone> <!here|here>", "@room @room @room @room"},
        {"<@U024BE7LH> <@U024BE7LH|joe> <@U1|@joe>", "@U024BE7LH @joe @joe"},
        {"<#C024BE7LR|ops> <#C024BE7LR>", "#ops #C024BE7LR"},
        {"<!subteam^S1|@ops> <!subteam^S1>", "@ops @subteam"},
        {"<!date^1392734382^{date}|noon>", "noon"},
        {"a &lt; b &amp;&amp; c &gt; d &amp;lt; &quot;", "a < b && c > d &lt; &quot;"},
        {"&lt;https://a.example|x&gt;", "<https://a.example|x>"},
        {"<b>bold</b> 1 < 2 > 1 <> <|> <!> <@> <:x>", "<b>bold</b> 1 < 2 > 1 <> <|> <!> <@> <:x>"},
        {"<https://a.example", "<https://a.example"},
        {"<https://a\\n.example>", "<https://a\n.example>"},
        {"<<https://a.example>>", "<https://a.example>"},
        {"<a<https://a.example|b>", "<ab (https://a.example)"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(read_text(rows[i].slack), rows[i].plain);
    }
}

static void attachments_become_lines(void **state UNUSED)
{
    check_str(
        text_of("{\"text\":\"Build\",\"attachments\":[{\"fallback\":\"no\",\"color\":\"good\","
                "\"pretext\":\"pre\",\"author_name\":\"CI\",\"title\":\"#12\","
                "\"title_link\":\"https://ci.example/12?a&amp;b\",\"text\":\"<!here> ok\","
                "\"fields\":[{\"title\":\"Took\",\"value\":\"3 s\",\"short\":true},"
                "{\"title\":\"Tests\",\"value\":12},{\"value\":true},{\"title\":\"Alone\"},"
                "{},3],\"footer\":\"f\"},{\"fallback\":\"only this\"},{}]}"),
        "Build\npre\nCI\n#12 (https://ci.example/12?a&b)\n@room ok\nTook: 3 s\nTests: 12\n"
        "true\nAlone\nonly this");
    check_str(text_of("{\"attachments\":[{\"title_link\":\"https://a.example\"}]}"),
              "https://a.example");
    check_str(text_of("{\"text\":null,\"username\":null,\"attachments\":[{\"text\":\"t\"}]}"), "t");
}

static void what_is_no_text_is_mended(void **state UNUSED)
{
    check_str(read_text("a\\r\\nb\\rc\\u0000d\\u0007\\u0085\\u009fe\\tf"), "a\nb\ncde\tf");
    check_str(read_text(" \\n a \\n\\t "), "a");
    check_str(read_text("\xff"), "\xef\xbf\xbd");
    check_str(read_text("\\ud83d\\ude00 \\ud83d"), "\xf0\x9f\x98\x80 \xef\xbf\xbd");
}

static void what_is_too_long_is_cut(void **state UNUSED)
{
    char payload[MODEL_MESSAGE_TEXT_MAX + 64] = "{\"text\":\"";
    const size_t first = strlen(payload);
    memset(payload + first, 'x', MODEL_MESSAGE_TEXT_MAX);
    memcpy(payload + first + MODEL_MESSAGE_TEXT_MAX, "\"}", 3);
    assert_int_equal(text_of(payload).len, MODEL_MESSAGE_TEXT_MAX);
    assert_false(str_ends(text_of(payload), STR("\xe2\x80\xa6")));

    /* One more; and a character of two bytes where it is cut. */
    memcpy(payload + first + MODEL_MESSAGE_TEXT_MAX, "y\"}", 4);
    memcpy(payload + first + MODEL_MESSAGE_TEXT_MAX - 4, "\xc3\xa4", 2);
    const struct str text = text_of(payload);
    assert_int_equal(text.len, MODEL_MESSAGE_TEXT_MAX - 1);
    assert_true(str_ends(text, STR("x\xe2\x80\xa6")));
}

static void names(void **state UNUSED)
{
    static const struct {
        const char *name, *as; /* NULL: absent */
    } rows[] = {
        {"CI", "CI"},
        {" build  bot\\n2", "build  bot"},
        {"", NULL},
        {" \\t ", NULL},
        {"a\\u0000\\u0007b", "ab"},
        {"0123456789012345678901234567890123456789012345678901234567890123456789",
         "0123456789012345678901234567890123456789012345678901234567890\xe2\x80\xa6"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_hook hook;
        const struct str payload =
            arena_printf(&arena, "{\"text\":\"x\",\"username\":\"%s\"}", rows[i].name);
        assert_int_equal(model_hook_read(payload, &arena, &hook), ERR_OK);
        check_str(hook.as, rows[i].as);
    }
}

static void bad_payloads(void **state UNUSED)
{
    static const struct {
        const char *payload;
        enum err err;
    } rows[] = {
        {"", ERR_BODY},
        {"hello", ERR_BODY},
        {"[]", ERR_BODY},
        {"\"x\"", ERR_BODY},
        {"{\"text\":\"x\"", ERR_BODY},
        {"{\"text\":\"x\"} y", ERR_BODY},
        {"{\"text\":{}}", ERR_BODY},
        {"{\"text\":1}", ERR_BODY},
        {"{\"text\":\"x\",\"username\":[]}", ERR_BODY},
        {"{\"text\":\"x\",\"attachments\":{}}", ERR_BODY},
        {"{\"text\":\"x\",\"attachments\":[1]}", ERR_BODY},
        {"{}", ERR_INVALID},
        {"{\"text\":\"\"}", ERR_INVALID},
        {"{\"text\":\" \\n\\u0007\"}", ERR_INVALID},
        {"{\"text\":null,\"attachments\":[{}]}", ERR_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_hook hook = {.as = STR("untouched")};
        check_row(model_hook_read(str_of(rows[i].payload), &arena, &hook) == rows[i].err,
                  str_of(rows[i].payload));
        check_str(hook.as, "untouched");
    }
}

static void so_many_attachments(void **state UNUSED)
{
    char payload[512] = "{\"text\":\"x\",\"attachments\":[{}";
    size_t len = strlen(payload);
    struct model_hook hook;
    for (int i = 1; i <= MODEL_HOOK_ATTACHMENTS_MAX; i++) {
        memcpy(payload + len, "]}", 2);
        assert_int_equal(model_hook_read((struct str){payload, len + 2}, &arena, &hook), ERR_OK);
        memcpy(payload + len, ",{}", 3);
        len += 3;
    }
    memcpy(payload + len, "]}", 2);
    assert_int_equal(model_hook_read((struct str){payload, len + 2}, &arena, &hook), ERR_TOO_LARGE);
}

static void addresses(void **state UNUSED)
{
    static const struct {
        const char *url;
        bool good;
    } rows[] = {
        {"https://a.example", true},
        {"http://a.example:8080/in?secret=1&b=%20", true},
        {"https://[2001:db8::1]/x", true},
        {"https://a.example?x", true},
        {"https://a.example/@x?a@b", true},
        {"", false},
        {"https://", false},
        {"https:///x", false},
        {"https://?x", false},
        {"ftp://a.example", false},
        {"HTTPS://a.example", false},
        {"//a.example", false},
        {"a.example", false},
        {"file:///etc/passwd", false},
        {"https://user@a.example", false},
        {"https://user:pass@a.example/", false},
        {"https://a.example/#x", false},
        {"https://a.example/ x", false},
        {"https://a.example/\n", false},
        {"https://a.example/\xc3\xa4", false},
        {"https://a.example\\@b.example", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(model_hook_is_url(str_of(rows[i].url)) == rows[i].good, str_of(rows[i].url));
    }
    char url[MODEL_HOOK_URL_MAX + 2] = "https://a.example/";
    memset(url + strlen(url), 'x', MODEL_HOOK_URL_MAX + 1 - strlen(url));
    assert_true(model_hook_is_url((struct str){url, MODEL_HOOK_URL_MAX}));
    assert_false(model_hook_is_url((struct str){url, MODEL_HOOK_URL_MAX + 1}));
}

static int end(void **state UNUSED)
{
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_become_text),
        cmocka_unit_test(attachments_become_lines),
        cmocka_unit_test(what_is_no_text_is_mended),
        cmocka_unit_test(what_is_too_long_is_cut),
        cmocka_unit_test(names),
        cmocka_unit_test(bad_payloads),
        cmocka_unit_test(so_many_attachments),
        cmocka_unit_test(addresses),
    };
    return cmocka_run_group_tests_name("model/hook", tests, NULL, end);
}
