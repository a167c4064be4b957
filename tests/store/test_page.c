#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/log.h"
#include "store/message.h"
#include "support/store.h"

/* Pages of a room's history: exact in both directions, whatever stands in the sorted set. */

#define ROOM      STR("0")
#define PABLO     STR("1")
#define TEXTS_MAX 400

struct texts {
    struct str text[TEXTS_MAX];
    size_t count;
};

static struct store_message_page page(struct store_test *t, struct store_message_query query)
{
    struct store_message_page p;
    query.room = ROOM;
    assert_int_equal(store_message_page(t->conn, &t->arena, store_test_as(t, PABLO), &query, &p),
                     ERR_OK);
    assert_true(p.count <= query.limit);
    return p;
}

static void add(struct texts *texts, const struct model_message *m)
{
    assert_true(texts->count < TEXTS_MAX);
    texts->text[texts->count++] = m->text;
}

static void assert_same(const struct texts *a, const struct texts *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        assert_true(str_eq(a->text[i], b->text[i]));
    }
}

/* Everything, by pages from the newest on; newest first. */
static struct texts backwards(struct store_test *t, size_t limit)
{
    struct texts all = {.count = 0};
    struct store_message_query query = {.from = STORE_MESSAGE_NEWEST, .limit = limit};
    for (size_t rounds = 0;; rounds++) {
        const struct store_message_page p = page(t, query);
        for (size_t i = p.count; i > 0; i--) {
            add(&all, &p.messages[i - 1]);
        }
        assert_int_equal(p.more, str_is_set(p.next));
        if (!p.more) {
            return all;
        }
        assert_true(rounds < 2 * TEXTS_MAX);
        query.from = STORE_MESSAGE_BEFORE;
        query.id = p.next;
    }
}

/* Everything after a place, by pages; oldest first. */
static struct texts forwards(struct store_test *t, size_t limit, struct str place)
{
    struct texts all = {.count = 0};
    struct store_message_query query = {.from = STORE_MESSAGE_AFTER, .id = place, .limit = limit};
    for (size_t rounds = 0;; rounds++) {
        const struct store_message_page p = page(t, query);
        for (size_t i = 0; i < p.count; i++) {
            add(&all, &p.messages[i]);
        }
        if (!p.more) {
            return all;
        }
        assert_true(rounds < 2 * TEXTS_MAX);
        query.id = p.next;
    }
}

/* What each page of the article's kind adds; newest first. */
static struct texts by_offset(struct store_test *t, size_t limit)
{
    struct texts all = {.count = 0};
    struct store_message_query query = {.from = STORE_MESSAGE_OFFSET, .limit = limit};
    for (;;) {
        const struct store_message_page p = page(t, query);
        for (size_t i = 0; i < p.count; i++) {
            add(&all, &p.messages[i]);
        }
        if (!p.more) {
            return all;
        }
        query.offset += limit;
    }
}

static void store(struct store_test *t, const char *score, const char *member)
{
    redis_do(t->redis, "ZADD room:0 %s %s", score, member);
}

static int setup(void **state)
{
    store_test_setup(state);
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    return 0;
}

/* All limits, both ways: the same texts, each once, in the sorted set's order. */
static void assert_exact(struct store_test *t, const struct texts *expected)
{
    struct texts reversed = {.count = 0};
    for (size_t i = expected->count; i > 0; i--) {
        reversed.text[reversed.count++] = expected->text[i - 1];
    }
    for (size_t limit = 1; limit <= expected->count + 2; limit++) {
        const struct texts back = backwards(t, limit);
        assert_same(&back, &reversed);
        const struct texts forth = forwards(t, limit, STR("0.000001"));
        assert_same(&forth, expected);
        const struct texts article = by_offset(t, limit);
        assert_same(&article, &reversed);
        arena_reset(&t->arena);
    }
}

static void pages_our_own(void **state)
{
    struct store_test *t = *state;
    struct texts expected = {.count = 0};
    for (int i = 0; i < 12; i++) {
        static char text[12][24];
        struct model_message m;
        snprintf(text[i], sizeof(text[i]), "text %d", i);
        assert_int_equal(
            store_message_send(t->conn, &t->arena, store_test_as(t, PABLO),
                               &(struct store_message_draft){.room = ROOM, .text = str_of(text[i])},
                               NULL, &m),
            ERR_OK);
        expected.text[expected.count++] = str_of(text[i]);
    }
    assert_exact(t, &expected);
}

static void pages_the_family_file(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "FLUSHALL");
    redis_load(t->redis, "tests/support/family-keys.txt");
    const struct texts expected = {
        .text = {STR("Hello!"), STR("Hi, How are you? What about our next meeting?"),
                 STR("Yeah everything is fine"), STR("Next meeting tomorrow 10.00AM"),
                 STR("Wow that's great"),
                 STR("Hello from the Python server: <b>bold</b> & it's \"quoted\" \xc3\xa9 "
                     "\xf0\x9f\x98\x80"),
                 STR("Hello from the Node server: <b>bold</b> & it's \"quoted\" \xc3\xa9 "
                     "\xf0\x9f\x98\x80")},
        .count = 7};
    assert_exact(t, &expected);

    const struct store_message_page p =
        page(t, (struct store_message_query){.from = STORE_MESSAGE_NEWEST, .limit = 50});
    assert_int_equal(p.nusers, 4);
}

/* Many of one second, as the family writes them, between others and among ours. */
static void pages_equal_scores(void **state)
{
    struct store_test *t = *state;
    static char texts[60][24];
    struct texts expected = {.count = 0};
    for (int i = 0; i < 60; i++) {
        static const char *const scores[] = {"1795485000", "1795485100", "1795485100.5",
                                             "1795485101", "1795485101.25"};
        char member[2048]; /* more than it takes: gcc cannot see how short a text is */
        snprintf(texts[i], sizeof(texts[i]), "text %02d", i);
        snprintf(member, sizeof(member),
                 "{\"from\": %d, \"date\": 1795485000, \"message\": \"%s\", \"roomId\": \"0\"}",
                 1 + i % 2, texts[i]);
        store(t, scores[i * 5 / 60], member);
    }
    /* from is 1 or 2: within a score those of user 1 come first. */
    for (int group = 0; group < 5; group++) {
        for (int from = 0; from < 2; from++) {
            for (int i = group * 12; i < group * 12 + 12; i++) {
                if (i % 2 == from) {
                    expected.text[expected.count++] = str_of(texts[i]);
                }
            }
        }
    }
    assert_exact(t, &expected);
}

/* The same said by two writers in one second, in two spellings, is one message. */
static void collapses_twins(void **state)
{
    struct store_test *t = *state;
    struct texts seen;
    store(t, "1795485000",
          "{\"from\":\"1\",\"date\":1795485000,\"message\":\"first\",\"roomId\":\"0\"}");
    store(t, "1795485100",
          "{\"from\":\"1\",\"date\":1795485100,\"message\":\"same\",\"roomId\":\"0\"}");
    store(t, "1795485100",
          "{\"from\":\"1\",\"date\":1795485100,\"message\":\"zzz\",\"roomId\":\"0\"}");
    store(t, "1795485100",
          "{\"roomId\": \"0\", \"from\": 1, \"date\": 1795485100, \"message\": \"same\"}");
    store(t, "1795485200",
          "{\"from\":\"1\",\"date\":1795485200,\"message\":\"last\",\"roomId\":\"0\"}");
    for (size_t limit = 1; limit < 7; limit++) {
        seen = backwards(t, limit);
        assert_int_equal(seen.count, 4);
        assert_str_equal(seen.text[0], "last");
        assert_str_equal(seen.text[1], "same");
        assert_str_equal(seen.text[2], "zzz");
        assert_str_equal(seen.text[3], "first");
        seen = forwards(t, limit, STR("0.000001"));
        assert_int_equal(seen.count, 4);
        assert_str_equal(seen.text[0], "first");
        assert_str_equal(seen.text[3], "last");
    }
}

/* Zero has two spellings, in a set that is no longer small, and is one place. */
static void collapses_twins_at_zero(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "CONFIG SET zset-max-listpack-entries 0");
    store(t, "-0", "{\"from\":\"1\",\"date\":0,\"message\":\"same\",\"roomId\":\"0\"}");
    store(t, "0", "{\"roomId\":\"0\",\"from\":\"1\",\"date\":0,\"message\":\"same\"}");
    assert_int_equal(
        page(t, (struct store_message_query){.from = STORE_MESSAGE_NEWEST, .limit = 5}).count, 1);
    redis_do(t->redis, "CONFIG SET zset-max-listpack-entries 128");
}

/* A demo server stores what its client says, under the date that the client says. */
static void does_not_believe_an_id(void **state)
{
    struct store_test *t = *state;
    store(t, "1795485100",
          "{\"id\":\"1795485100.000001\",\"from\":\"1\",\"date\":1795485100,\"message\":\"false\","
          "\"roomId\":\"0\"}");
    store(t, "1795485200.000001",
          "{\"id\":\"1795485200.000001\",\"from\":\"1\",\"date\":1795485200,\"message\":\"true\","
          "\"roomId\":\"0\"}");
    const struct store_message_page p =
        page(t, (struct store_message_query){.from = STORE_MESSAGE_NEWEST, .limit = 5});
    assert_int_equal(p.count, 2);
    assert_true(str_starts(p.messages[0].id, STR("1795485100~")));
    assert_false(str_is_set(p.messages[0].json));
    assert_str_equal(p.messages[1].id, "1795485200.000001");
    assert_true(str_is_set(p.messages[1].json));
}

/* Members that nobody can read, alone in their page too. */
static void goes_through_unreadable_members(void **state)
{
    struct store_test *t = *state;
    store(t, "1795485000",
          "{\"from\":\"1\",\"date\":1795485000,\"message\":\"first\",\"roomId\":\"0\"}");
    for (int i = 0; i < 7; i++) {
        char member[32];
        snprintf(member, sizeof(member), "not json %d", i);
        store(t, "1795485050", member);
    }
    store(t, "1795485060", "[]");
    store(t, "-inf", "{}");
    store(t, "inf", "\"far\"");
    store(t, "1795485100",
          "{\"from\":\"1\",\"date\":1795485100,\"message\":\"last\",\"roomId\":\"0\"}");
    const struct texts expected = {.text = {STR("first"), STR("last")}, .count = 2};
    for (size_t limit = 1; limit < 14; limit++) {
        const struct texts forth = forwards(t, limit, STR("0.000001"));
        assert_same(&forth, &expected);
        const struct texts back = backwards(t, limit);
        assert_int_equal(back.count, 2);
        assert_str_equal(back.text[1], "first");
    }
}

static void around_a_place(void **state)
{
    struct store_test *t = *state;
    struct model_message m[9];
    for (size_t i = 0; i < ARRAY_LEN(m); i++) {
        const struct str text = arena_printf(&t->arena, "%zu", i);
        assert_int_equal(
            store_message_send(t->conn, &t->arena, store_test_as(t, PABLO),
                               &(struct store_message_draft){.room = ROOM, .text = text}, NULL,
                               &m[i]),
            ERR_OK);
    }
    struct store_message_query query = {.from = STORE_MESSAGE_AROUND, .id = m[4].id, .limit = 5};
    struct store_message_page p = page(t, query);
    assert_int_equal(p.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_str_equal(p.messages[i].id, store_test_cstr(t, m[i + 2].id));
    }
    assert_true(p.more);
    assert_str_equal(p.next, store_test_cstr(t, m[2].id));

    query.limit = 1;
    p = page(t, query);
    assert_int_equal(p.count, 1);
    assert_str_equal(p.messages[0].id, store_test_cstr(t, m[4].id));

    query.id = m[0].id;
    query.limit = 4;
    p = page(t, query);
    assert_int_equal(p.count, 2);
    assert_false(p.more);

    query.id = m[8].id;
    query.limit = 200;
    p = page(t, query);
    assert_int_equal(p.count, 9);
}

static void around_a_place_among_equals(void **state)
{
    struct store_test *t = *state;
    for (int i = 0; i < 9; i++) {
        char member[2048]; /* more than it takes: gcc cannot see how short a text is */
        snprintf(member, sizeof(member),
                 "{\"from\":\"1\",\"date\":1795485000,\"message\":\"text %d\",\"roomId\":\"0\"}",
                 i);
        store(t, "1795485000", member);
    }
    const struct store_message_page all =
        page(t, (struct store_message_query){.from = STORE_MESSAGE_NEWEST, .limit = 50});
    assert_int_equal(all.count, 9);
    for (size_t i = 2; i < 7; i++) {
        const struct store_message_page p =
            page(t, (struct store_message_query){
                        .from = STORE_MESSAGE_AROUND, .id = all.messages[i].id, .limit = 5});
        assert_int_equal(p.count, 5);
        for (size_t j = 0; j < 5; j++) {
            assert_true(str_eq(p.messages[j].id, all.messages[i - 2 + j].id));
        }
    }
}

/* A place that is gone stands at its score: nothing beside it is lost. */
static void a_place_that_is_gone(void **state)
{
    struct store_test *t = *state;
    store(t, "1795485000",
          "{\"from\":\"1\",\"date\":1795485000,\"message\":\"a\",\"roomId\":\"0\"}");
    store(t, "1795485001",
          "{\"from\":\"1\",\"date\":1795485001,\"message\":\"b\",\"roomId\":\"0\"}");
    store(t, "1795485002",
          "{\"from\":\"1\",\"date\":1795485002,\"message\":\"c\",\"roomId\":\"0\"}");
    struct store_message_query query = {
        .from = STORE_MESSAGE_BEFORE, .id = STR("1795485001.500000"), .limit = 50};
    assert_int_equal(page(t, query).count, 2);
    query.from = STORE_MESSAGE_AFTER;
    assert_int_equal(page(t, query).count, 1);
    query.from = STORE_MESSAGE_AROUND;
    assert_int_equal(page(t, query).count, 3);
    query.id = STR("1795485001~00000000");
    assert_int_equal(page(t, query).count, 3);
}

static void names_those_who_wrote(void **state)
{
    struct store_test *t = *state;
    store(t, "1", "{\"from\":\"99\",\"date\":1,\"message\":\"ghost\",\"roomId\":\"0\"}");
    store(t, "2", "{\"From\":\"2\",\"Date\":2,\"Message\":\"net\",\"RoomId\":\"0\"}");
    store(t, "3",
          "{\"message\":\"\\\"from\\\":\\\"7\\\"\",\"from\" : 1,\"date\":3,\"roomId\":\"0\"}");
    const struct store_message_page p =
        page(t, (struct store_message_query){.from = STORE_MESSAGE_NEWEST, .limit = 2});
    assert_int_equal(p.count, 2);
    assert_int_equal(p.nusers, 2);
    assert_str_equal(p.users[0].username, "Pablo");
    assert_str_equal(p.users[1].username, "Joe");
    assert_true(p.more);

    /* Joe did not write on this page, though his message was looked at. */
    assert_int_equal(
        page(t, (struct store_message_query){.from = STORE_MESSAGE_NEWEST, .limit = 1}).nusers, 1);
}

static void refuses(void **state)
{
    struct store_test *t = *state;
    struct store_message_page p;
    struct store_message_query query = {.room = STR("1:3"), .limit = 10};
    struct store_asker *joe = store_test_as(t, STR("2"));
    store_test_user(t, "Mary");
    assert_int_equal(
        store_message_page(t->conn, &t->arena, store_test_as(t, STR("99")), &query, &p),
        ERR_UNAUTHENTICATED);
    assert_int_equal(store_message_page(t->conn, &t->arena, joe, &query, &p), ERR_NOT_FOUND);
    query.room = STR("0:name");
    assert_int_equal(store_message_page(t->conn, &t->arena, joe, &query, &p), ERR_NOT_FOUND);
    query.room = STR("0");
    query.limit = 0;
    assert_int_equal(store_message_page(t->conn, &t->arena, joe, &query, &p), ERR_INVALID);
    query.limit = STORE_MESSAGE_PAGE_MAX + 1;
    assert_int_equal(store_message_page(t->conn, &t->arena, joe, &query, &p), ERR_INVALID);
    query.limit = 10;
    query.from = STORE_MESSAGE_BEFORE;
    query.id = STR("-inf");
    assert_int_equal(store_message_page(t->conn, &t->arena, joe, &query, &p), ERR_INVALID);
    query.from = STORE_MESSAGE_OFFSET;
    query.offset = SIZE_MAX;
    assert_int_equal(store_message_page(t->conn, &t->arena, joe, &query, &p), ERR_OK);
    assert_int_equal(p.count, 0);
    assert_false(p.more);
}

#define PAGE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, store_test_teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        PAGE_TEST(pages_our_own),
        PAGE_TEST(pages_the_family_file),
        PAGE_TEST(pages_equal_scores),
        PAGE_TEST(collapses_twins),
        PAGE_TEST(collapses_twins_at_zero),
        PAGE_TEST(does_not_believe_an_id),
        PAGE_TEST(goes_through_unreadable_members),
        PAGE_TEST(around_a_place),
        PAGE_TEST(around_a_place_among_equals),
        PAGE_TEST(a_place_that_is_gone),
        PAGE_TEST(names_those_who_wrote),
        PAGE_TEST(refuses),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
