#include "model/search.h"

#include "support/check.h"

static struct arena arena;

/* What is searched for, as one line: words, "phrases", from=, in=, before=. */
static struct str told(struct str typed)
{
    struct model_search search;
    struct str why;
    struct buf out;
    buf_init(&out, &arena, 4096);
    assert_int_equal(model_search_read(typed, &arena, &search, &why), ERR_OK);
    for (size_t i = 0; i < search.nterms; i++) {
        buf_printf(&out, search.terms[i].whole ? "\"%.*s\" " : "%.*s ",
                   STR_FMT(search.terms[i].text));
    }
    if (str_is_set(search.from)) {
        buf_printf(&out, "from=%.*s ", STR_FMT(search.from));
    }
    if (str_is_set(search.in)) {
        buf_printf(&out, "in=%.*s/%.*s ", STR_FMT(search.in), STR_FMT(search.folded));
    }
    if (search.before != 0) {
        buf_printf(&out, "before=%lld ", (long long)search.before);
    }
    return str_trim(buf_str(&out));
}

static void reads(void **state)
{
    (void)state;
    static const struct {
        struct str typed, told;
    } rows[] = {
        {LIT("hello"), LIT("hello")},
        {LIT("  Hello\n WORLD\t"), LIT("hello world")},
        {LIT("\"Big  Deal\" x"), LIT("\"big deal\" x")},
        {LIT("\"open end"), LIT("\"open end\"")},
        {LIT("a\"b c\""), LIT("a\"b c\"")},
        {LIT("from:Mary"), LIT("from=Mary")},
        {LIT("FROM:@Mary tea"), LIT("tea from=Mary")},
        {LIT("tea in:0"), LIT("tea in=0/0")},
        {LIT("in:\"Book Club\" tea"), LIT("tea in=Book Club/book club")},
        {LIT("tea before:2026-11-24"), LIT("tea before=1795478400")},
        {LIT("tea before:1970-01-02"), LIT("tea before=86400")},
        {LIT("tea before:2024-02-29"), LIT("tea before=1709164800")},
        {LIT("tea before:1795485263"), LIT("tea before=1795485263")},
        {LIT("has:link http://x.example/A"), LIT("has:link http://x.example/a")},
        {LIT("from:\"a b\""), LIT("from=a b")},
        {LIT("x \"\" \xcc\x81"), LIT("x")},
        {LIT(":) ?"), LIT(":) ?")},
        {LIT("\"from:Mary\""), LIT("\"from:mary\"")},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_eq(told(rows[i].typed), rows[i].told);
    }
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        struct str typed;
        enum err err;
    } rows[] = {
        {LIT(""), ERR_INVALID},
        {LIT("  "), ERR_INVALID},
        {LIT("\"\""), ERR_INVALID},
        {LIT("\xcc\x81"), ERR_INVALID},
        {LIT("in:0"), ERR_INVALID},
        {LIT("in:0 before:2026-11-24"), ERR_INVALID},
        {LIT("x from:"), ERR_INVALID},
        {LIT("x from:@"), ERR_INVALID},
        {LIT("x from: Mary"), ERR_INVALID},
        {LIT("x in:"), ERR_INVALID},
        {LIT("x in:\"\""), ERR_INVALID},
        {LIT("x before:"), ERR_INVALID},
        {LIT("from:a from:b"), ERR_INVALID},
        {LIT("x in:0 in:1"), ERR_INVALID},
        {LIT("x before:5 before:6"), ERR_INVALID},
        {LIT("x before:0"), ERR_INVALID},
        {LIT("x before:2026-13-01"), ERR_INVALID},
        {LIT("x before:2026-00-01"), ERR_INVALID},
        {LIT("x before:2025-02-29"), ERR_INVALID},
        {LIT("x before:2026-11-31"), ERR_INVALID},
        {LIT("x before:2026-11-00"), ERR_INVALID},
        {LIT("x before:1969-11-01"), ERR_INVALID},
        {LIT("x before:26-11-2026"), ERR_INVALID},
        {LIT("x before:2026-11-2"), ERR_INVALID},
        {LIT("x before:2026-1-123"), ERR_INVALID},
        {LIT("x before:yesterday"), ERR_INVALID},
        {LIT("x before:1234567890123"), ERR_INVALID},
        {LIT("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17"), ERR_INVALID},
        {LIT("a\0b"), ERR_TEXT},
        {LIT("a\xff"), ERR_TEXT},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_search search = {.before = 77};
        struct str why = STR_NONE;
        const enum err err = model_search_read(rows[i].typed, &arena, &search, &why);
        check_row(err == rows[i].err && search.before == 77, rows[i].typed);
        check_row(str_is_set(why) == (err == ERR_INVALID), rows[i].typed);
    }
    static char much[MODEL_SEARCH_MAX + 1];
    struct model_search search;
    struct str why;
    memset(much, 'x', sizeof(much));
    assert_int_equal(model_search_read((struct str){much, sizeof(much)}, &arena, &search, &why),
                     ERR_TOO_LARGE);
    assert_int_equal(model_search_read((struct str){much, sizeof(much) - 1}, &arena, &search, &why),
                     ERR_OK);
}

static void fits(void **state)
{
    (void)state;
    static const struct {
        struct str typed, text;
        bool fits;
    } rows[] = {
        {LIT("tea"), LIT("Tea?"), true},
        {LIT("tea"), LIT("a team"), true},
        {LIT("tea"), LIT("steam"), false},
        {LIT("tea"), LIT("steam and tea"), true},
        {LIT("\"tea\""), LIT("a team"), false},
        {LIT("\"tea\""), LIT("team tea"), true},
        {LIT("tea milk"), LIT("milk, and tea"), true},
        {LIT("tea milk"), LIT("tea"), false},
        {LIT("\"tea milk\""), LIT("tea\n  Milk"), true},
        {LIT("\"tea milk\""), LIT("tea and milk"), false},
        {LIT("\"green tea\""), LIT("green team"), false},
        {LIT("cafe"), LIT("CAFÉ"), true},
        {LIT("café"), LIT("cafe"), true},
        {LIT("elka"), LIT("Ёлка"), false},
        {LIT("елка"), LIT("Ёлка"), true},
        {LIT("\xe6\x9c\xac"), LIT("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"), true},
        {LIT("c++"), LIT("in C++17"), true},
        {LIT("\"c++\""), LIT("in C++17"), true},
        {LIT("++"), LIT("c++"), true},
        {LIT("name"), LIT("user_name"), true},
        {LIT("tea before:1000"), LIT("tea"), false},
        {LIT("tea before:1001"), LIT("tea"), true},
        {LIT("from:Mary"), LIT("whatever"), true},
        {LIT("from:Mary before:1000"), LIT("whatever"), false},
        {LIT("tea"), LIT(""), false},
    };
    struct buf scratch;
    buf_init(&scratch, NULL, MODEL_SEARCH_FOLD_MAX);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct model_message m = {.text = rows[i].text, .date = 1000};
        struct model_search search;
        struct str why;
        assert_int_equal(model_search_read(rows[i].typed, &arena, &search, &why), ERR_OK);
        check_row(model_search_fits(&search, &m, &scratch) == rows[i].fits, rows[i].typed);
    }
    const struct model_message gone = {.text = STR("tea"), .deleted = true};
    struct model_search search;
    struct str why;
    assert_int_equal(model_search_read(STR("from:Mary"), &arena, &search, &why), ERR_OK);
    assert_false(model_search_fits(&search, &gone, &scratch));
    buf_finish(&scratch);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(refuses),
                                       cmocka_unit_test(fits)};
    return cmocka_run_group_tests(tests, begin, end);
}
