#include "model/fold.h"

#include "support/check.h"

static struct arena arena;

static struct str fold(struct str text)
{
    struct buf out;
    buf_init(&out, &arena, MODEL_FOLD_GROWTH * text.len);
    model_fold(&out, text);
    assert_int_equal(buf_err(&out), ERR_OK);
    return buf_str(&out);
}

static void folds(void **state)
{
    (void)state;
    static const struct {
        struct str text, folded;
    } rows[] = {
        {LIT(""), LIT("")},
        {LIT("Hello, World!"), LIT("hello, world!")},
        {LIT("  a \t\n\r b  "), LIT("a b")},
        {LIT("Čapek Úžasné ÄÖÜ"), LIT("capek uzasne aou")},
        {LIT("C\xcc\x8c"), LIT("c")},
        {LIT("Straße STRASSE"), LIT("strasse strasse")},
        {LIT("Ёлка Йод"), LIT("елка иод")},
        {LIT("Ἀθῆναι ΣΊΣΥΦΟΣ"), LIT("αθηναι σισυφοσ")},
        {LIT("ﬁn Ｆｕｌｌ"), LIT("fin full")},
        {LIT("Smørrebrød Łódź"), LIT("smørrebrød łodz")},
        {LIT("İstanbul"), LIT("istanbul")},
        {LIT("a\xc2\xa0\xe3\x80\x80"
             "b\xe2\x80\xa8"
             "c"),
         LIT("a b c")},
        {LIT("a\xe2\x80\x8b"
             "b\xc2\xad"
             "c"),
         LIT("abc")},
        {LIT("\xc2\xa8\xc2\xb4 x"), LIT("x")},
        {LIT("a\xff\xfe"
             "b"),
         LIT("a b")},
        {LIT("👍🏽 \xe6\x97\xa5\xe6\x9c\xac"), LIT("👍🏽 \xe6\x97\xa5\xe6\x9c\xac")},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_eq(fold(rows[i].text), rows[i].folded);
    }
}

static size_t encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    const size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)((0xf00 >> len) | code);
    return len;
}

/* Each character of Unicode: within the growth, in UTF-8, and the same when folded again. */
static void folds_all(void **state)
{
    (void)state;
    unsigned looked = 0;
    for (uint32_t code = 1; code <= 0x10ffff; code++) {
        char bytes[4];
        const struct str one = {bytes, encode(code, bytes)};
        if (!str_is_utf8(one)) {
            continue;
        }
        const struct str folded = fold(one);
        check_row(str_is_utf8(folded) && str_eq(fold(folded), folded), one);
        arena_reset(&arena);
        looked++;
    }
    assert_int_equal(looked, 0x10ffff - 0x800);
}

static void edges(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *edges; /* one for each byte, and for the end */
    } rows[] = {
        {LIT("ab c"), "+-+++"},
        {LIT("a_b"), "++++"},
        {LIT("x1"), "+-+"},
        {LIT("\xd1\x91\xd1\x81"), "+ - +"},
        {LIT("c++"), "++++"},
        {LIT("\xe6\x97\xa5\xe6\x9c\xac"), "+  +  +"},
        {LIT("a\xe6\x97\xa5"), "++  +"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t at = 0; at <= rows[i].text.len; at++) {
            if (rows[i].edges[at] != ' ') {
                check_row(model_fold_is_edge(rows[i].text, at) == (rows[i].edges[at] == '+'),
                          rows[i].text);
            }
        }
    }
}

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(folds), cmocka_unit_test(folds_all),
                                       cmocka_unit_test(edges)};
    return cmocka_run_group_tests(tests, begin, end);
}
