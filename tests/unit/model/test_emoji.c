#include "model/emoji.h"

#include "support/check.h"

static struct arena arena;

#define VS      "\xef\xb8\x8f" /* U+FE0F */
#define ZWJ     "\xe2\x80\x8d"
#define CAP     "\xe2\x83\xa3" /* U+20E3 */
#define DARK    "\xf0\x9f\x8f\xbf"
#define TAG(c)  "\xf3\xa0\x81" c
#define TAG_END "\xf3\xa0\x81\xbf"
#define FLAG    "\xf0\x9f\x8f\xb4"

/* What each is, and how it is written. */
static void is_one_emoji(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written;
    } rows[] = {
        {"👍", "👍"},
        {"👍" VS, "👍"},
        {"👍" DARK, "👍" DARK},
        {"\xe2\x9d\xa4", "\xe2\x9d\xa4" VS}, /* a heart */
        {"\xe2\x9d\xa4" VS, "\xe2\x9d\xa4" VS},
        {"\xc2\xa9", "\xc2\xa9" VS},
        {"\xe2\x98\x9d", "\xe2\x98\x9d" VS}, /* a finger */
        {"\xe2\x98\x9d" DARK, "\xe2\x98\x9d" DARK},
        {"\xe2\x9a\xa1", "\xe2\x9a\xa1"}, /* a flash, drawn as an emoji */
        {"\xe2\x9a\xa1" VS, "\xe2\x9a\xa1"},
        {"🇩🇪", "🇩🇪"},
        {"7" VS CAP, "7" VS CAP},
        {"#" CAP, "#" VS CAP},
        {"*" CAP, "*" VS CAP},
        {"👨" ZWJ "👩" ZWJ "👧" ZWJ "👦", "👨" ZWJ "👩" ZWJ "👧" ZWJ "👦"},
        {"👩" DARK ZWJ "🚀", "👩" DARK ZWJ "🚀"},
        {"🏃" ZWJ "\xe2\x99\x80" ZWJ "\xe2\x9e\xa1",
         "🏃" ZWJ "\xe2\x99\x80" VS ZWJ "\xe2\x9e\xa1" VS},
        {"🏳" ZWJ "🌈", "🏳" VS ZWJ "🌈"},
        {FLAG ZWJ "\xe2\x98\xa0", FLAG ZWJ "\xe2\x98\xa0" VS},
        {FLAG TAG("\xa7") TAG("\xa2") TAG("\xa5") TAG("\xae") TAG("\xa7") TAG_END,
         FLAG TAG("\xa7") TAG("\xa2") TAG("\xa5") TAG("\xae") TAG("\xa7") TAG_END},
        {FLAG, FLAG},
        {"👩" DARK ZWJ "\xe2\x9d\xa4" ZWJ "💋" ZWJ "👩" DARK,
         "👩" DARK ZWJ "\xe2\x9d\xa4" VS ZWJ "💋" ZWJ "👩" DARK},
        {"\xf0\x9f\xab\xbf", "\xf0\x9f\xab\xbf"}, /* U+1FAFF: to come */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str out = STR_NONE, again = STR_NONE;
        check_row(model_emoji_read(str_of(rows[i].text), &arena, &out), str_of(rows[i].text));
        check_str(out, rows[i].written);
        assert_true(out.len <= MODEL_EMOJI_MAX);
        assert_true(model_emoji_read(out, &arena, &again));
        check_str(again, rows[i].written);
    }
}

static void is_none(void **state)
{
    (void)state;
    static const struct str rows[] = {
        LIT(""),
        LIT("a"),
        LIT("7"),
        LIT("#"),
        LIT("7" VS),
        LIT("A" CAP),
        LIT(":+1:"),
        LIT("👍👍"),
        LIT("👍 "),
        LIT(" 👍"),
        LIT("👍\0"),
        LIT("👍" VS VS),
        LIT("👍" DARK DARK),
        LIT("👍" DARK VS),
        LIT("🚗" DARK), /* a car has no skin */
        LIT(DARK),
        LIT(VS),
        LIT(ZWJ),
        LIT(CAP),
        LIT("🇩"),
        LIT("🇩🇪🇫"),
        LIT("🇩👍"),
        LIT("👍" ZWJ),
        LIT(ZWJ "👍"),
        LIT("👩" ZWJ ZWJ "👩"),
        LIT("👩" ZWJ "a"),
        LIT("👩" ZWJ "🇩🇪"),
        LIT("👩" ZWJ "👩" ZWJ "👩" ZWJ "👩" ZWJ "👩" ZWJ "👩"),
        LIT(FLAG TAG("\xa7") TAG("\xa2")),
        LIT(FLAG TAG_END),
        LIT("👍" TAG("\xa7") TAG_END),
        LIT(FLAG TAG("\xa7") TAG("\xa7") TAG("\xa7") TAG("\xa7") TAG("\xa7") TAG("\xa7") TAG("\xa7")
                TAG_END),
        LIT("\xf0\x9f\x91"), /* cut */
        LIT("\xff"),
        LIT("e\xcc\x81"),
        LIT("\xe2\x98\xba\xef\xb8\x8e"), /* to be drawn as text */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str out = STR("untouched");
        check_row(!model_emoji_read(rows[i], &arena, &out), rows[i]);
        check_str(out, "untouched");
    }
}

/* Each character by itself: what is counted is what Unicode 17 counts, and the block that is taken
 * whole. */
static void knows_every_character(void **state)
{
    (void)state;
    size_t emoji = 0, text = 0, skin = 0;
    for (uint32_t code = 1; code < 0x110000; code++) {
        char bytes[8];
        struct str s = {bytes, 0}, out;
        if (code < 0x80) {
            bytes[s.len++] = (char)code;
        } else if (code < 0x800) {
            bytes[s.len++] = (char)(0xc0 | code >> 6);
        } else if (code < 0x10000) {
            bytes[s.len++] = (char)(0xe0 | code >> 12);
            bytes[s.len++] = (char)(0x80 | (code >> 6 & 0x3f));
        } else {
            bytes[s.len++] = (char)(0xf0 | code >> 18);
            bytes[s.len++] = (char)(0x80 | (code >> 12 & 0x3f));
            bytes[s.len++] = (char)(0x80 | (code >> 6 & 0x3f));
        }
        if (code >= 0x80) {
            bytes[s.len++] = (char)(0x80 | (code & 0x3f));
        }
        if (model_emoji_read(s, &arena, &out)) {
            emoji += out.len == s.len;
            text += out.len > s.len;
            memcpy(bytes + s.len, DARK, 4);
            s.len += 4;
            skin += model_emoji_read(s, &arena, &out);
        }
        arena_reset(&arena);
    }
    assert_int_equal(emoji, 1212);
    assert_int_equal(text, 207);
    assert_int_equal(skin, 134);
}

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_one_emoji),
        cmocka_unit_test(is_none),
        cmocka_unit_test(knows_every_character),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
