#include "model/mention.h"

#include "base/arena.h"
#include "base/buf.h"
#include "support/check.h"

static struct arena arena;

/* The names of a text, each in brackets. */
static struct str found(struct str text)
{
    struct str names[MODEL_MENTION_MAX];
    struct buf out;
    const size_t n = model_mention_find(text, names);
    buf_init(&out, &arena, 4096);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&out, "[%.*s]", STR_FMT(names[i]));
    }
    return buf_str(&out);
}

static void names_in_texts(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *names;
    } rows[] = {
        {LIT(""), ""},
        {{NULL, 0}, ""},
        {LIT("@"), ""},
        {LIT("hello"), ""},
        {LIT("@joe"), "[joe]"},
        {LIT("@joe hi @Mary"), "[joe][Mary]"},
        {LIT("@room"), "[room]"},
        {LIT("hi @joe, @mary; (@alex) \"@zoe\" *@pablo*"), "[joe][mary][alex][zoe][pablo]"},
        {LIT("@joe: look"), "[joe]"},
        {LIT("@joe's"), "[joe]"},
        {LIT("a\n@joe\tb"), "[joe]"},
        {LIT("cc:@joe"), "[joe]"},
        {LIT("...@joe"), "[joe]"},
        /* Each once. */
        {LIT("@joe @JOE @joe"), "[joe]"},
        /* What stands behind may be of the name. */
        {LIT("ask @joe."), "[joe.]"},
        {LIT("@joe... @j.r-_x-"), "[joe...][j.r-_x-]"},
        {LIT("_@joe_"), ""},
        {LIT("@_ @. @- @..."), ""},
        {LIT("@.joe"), "[.joe]"},
        {LIT("@2 @7up"), "[2][7up]"},
        /* In a word, an address, a URL. */
        {LIT("a@joe joe@example.org 1@joe _@joe a-@joe a+@joe"), ""},
        {LIT("https://example.org/@joe"), ""},
        {LIT("@joe@example.org"), ""},
        {LIT("@@joe"), ""},
        {LIT("@ joe"), ""},
        /* Not every script has spaces. */
        {LIT("\xe4\xbd\xa0\xe5\xa5\xbd@joe\xe4\xbd\xa0\xe5\xa5\xbd"), "[joe]"},
        {LIT("@\xc3\xa9"
             "joe"),
         ""},
        {LIT("@joe\xc3\xa9"), "[joe]"},
        /* 32 bytes, and 33. */
        {LIT("@abcdefghijklmnopqrstuvwxyz012345"), "[abcdefghijklmnopqrstuvwxyz012345]"},
        {LIT("@abcdefghijklmnopqrstuvwxyz0123456"), ""},
        {LIT("@abcdefghijklmnopqrstuvwxyz012345..."), "[abcdefghijklmnopqrstuvwxyz012345]"},
        {LIT("@abcdefghijklmnopqrstuvwxyz01234..."), "[abcdefghijklmnopqrstuvwxyz01234.]"},
        {LIT("@joe\0@mary"), "[joe][mary]"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(str_eq(found(rows[i].text), str_of(rows[i].names)), rows[i].text);
    }
}

static void not_more_than_twenty(void **state)
{
    (void)state;
    struct buf text, first;
    buf_init(&text, &arena, 4096);
    buf_init(&first, &arena, 4096);
    for (size_t i = 0; i < 30; i++) {
        buf_printf(&text, "@u%zu @u0 ", i);
        if (i < MODEL_MENTION_MAX) {
            buf_printf(&first, "[u%zu]", i);
        }
    }
    check_eq(found(buf_str(&text)), buf_str(&first));
}

static void lists_in_messages(void **state)
{
    (void)state;
    static const struct {
        const char *text, *list;
    } rows[] = {
        {"[\"2\"],", "[\"2\"]"},
        {"[\"2\",\"room\",\"345\"]}", "[\"2\",\"room\",\"345\"]"},
        {"[]", NULL},
        {"", NULL},
        {"[", NULL},
        {"[\"2\"", NULL},
        {"[\"2", NULL},
        {"[\"2\",]", NULL},
        {"[,\"2\"]", NULL},
        {"[2]", NULL},
        {"[\"0\"]", NULL},
        {"[\"02\"]", NULL},
        {"[\"joe\"]", NULL},
        {"[\"Room\"]", NULL},
        {"[ \"2\"]", NULL},
        {"{\"2\":1}", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str rest = str_of(rows[i].text), list = STR_NONE;
        const bool good = model_mention_take(&rest, &list);
        check_row(good == (rows[i].list != NULL), str_of(rows[i].text));
        check_str(list, rows[i].list);
        const size_t taken = good ? strlen(rows[i].list) : 0;
        check_str(rest, rows[i].text + taken);
    }
}

static int reset(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_in_texts),
        cmocka_unit_test(not_more_than_twenty),
        cmocka_unit_test(lists_in_messages),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/mention", tests, NULL, reset);
}
