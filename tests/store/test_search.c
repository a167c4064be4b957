#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/log.h"
#include "store/search.h"
#include "support/store.h"

/* Searching the rooms of somebody: the newest first, exact over all pages, and bounded. */

#define PABLO STR("1")
#define SCORE 1700000000

static struct model_search search_for(struct store_test *t, const char *typed)
{
    struct model_search search;
    struct str why;
    assert_int_equal(model_search_read(str_of(typed), &t->arena, &search, &why), ERR_OK);
    return search;
}

/* A page of what Pablo finds. */
static struct store_search_found page(struct store_test *t, const char *typed,
                                      const struct model_spot *from, size_t limit)
{
    const struct model_search search = search_for(t, typed);
    const struct store_search_query query = {.search = &search, .from = from, .limit = limit};
    struct store_search_found found;
    assert_int_equal(store_search(t->conn, &t->arena, store_test_as(t, PABLO), &query, &found),
                     ERR_OK);
    assert_true(found.count <= limit);
    return found;
}

/* All that is found, page by page, "room text room text", and in how many pages. */
static const char *all(struct store_test *t, const char *typed, size_t limit, size_t *pages)
{
    struct buf out;
    struct model_spot from;
    struct store_search_found found = {.more = true};
    buf_init(&out, &t->arena, 1 << 20);
    *pages = 0;
    while (found.more) {
        found = page(t, typed, *pages > 0 ? &from : NULL, limit);
        for (size_t i = 0; i < found.count; i++) {
            buf_printf(&out, "%.*s %.*s ", STR_FMT(found.messages[i].room),
                       STR_FMT(found.messages[i].text));
        }
        /* As a client brings it back. */
        assert_true(!found.more || model_spot_read(model_spot_text(&t->arena, &found.next), &from));
        assert_true(++*pages < 10000);
    }
    assert_int_equal(buf_err(&out), ERR_OK);
    return arena_cstr(&t->arena, str_trim(buf_str(&out)));
}

static const char *found(struct store_test *t, const char *typed)
{
    size_t pages;
    return all(t, typed, 50, &pages);
}

/* A message of the demo family. */
static void put(struct store_test *t, const char *room, const char *score, int from,
                const char *text)
{
    redis_do(t->redis, "ZADD %s %s {\"from\":%d,\"date\":%s,\"message\":\"%s\"}", room, score, from,
             score, text);
}

static int setup(void **state)
{
    store_test_setup(state);
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    store_test_user(t, "Mary");
    redis_do(t->redis, "SADD user:1:rooms 1:2 7 2:3 g9");
    redis_do(t->redis, "SADD user:2:rooms 1:2 2:3");
    redis_do(t->redis, "SET room:7:name Bücher");
    redis_do(t->redis, "SADD snug:user:1:rooms g8");
    redis_do(t->redis, "SADD snug:room:g8:members 1");
    redis_do(t->redis, "HSET snug:room:g8 name Team");
    return 0;
}

static void finds_in_all_rooms_of_the_asker(void **state)
{
    struct store_test *t = *state;
    put(t, "room:0", "1000", 1, "tea-0");
    put(t, "room:1:2", "1003", 2, "tea-1");
    put(t, "room:7", "1001", 3, "tea-2");
    put(t, "snug:room:g8:messages", "1002", 1, "tea-3");
    put(t, "room:2:3", "1004", 2, "tea-others");
    put(t, "snug:room:g9:messages", "1005", 2, "tea-closed");
    put(t, "room:99", "1006", 2, "tea-not-in");
    assert_string_equal(found(t, "tea"), "1:2 tea-1 g8 tea-3 7 tea-2 0 tea-0");
    assert_string_equal(found(t, "TEA 2"), "7 tea-2");
    assert_string_equal(found(t, "tea from:joe"), "1:2 tea-1");
    assert_string_equal(found(t, "from:me"), "g8 tea-3 0 tea-0");
    assert_string_equal(found(t, "from:3"), "7 tea-2");
    assert_string_equal(found(t, "tea from:nobody"), "");
    assert_string_equal(found(t, "tea from:77"), "");
    assert_string_equal(found(t, "tea in:0"), "0 tea-0");
    assert_string_equal(found(t, "tea in:bucher"), "7 tea-2");
    assert_string_equal(found(t, "tea in:TEAM"), "g8 tea-3");
    assert_string_equal(found(t, "tea in:@Joe"), "1:2 tea-1");
    assert_string_equal(found(t, "tea in:1:2"), "1:2 tea-1");
    assert_string_equal(found(t, "tea in:2:3"), "");
    assert_string_equal(found(t, "tea in:g9"), "");
    assert_string_equal(found(t, "tea before:1002"), "7 tea-2 0 tea-0");
}

static void names_who_wrote(void **state)
{
    struct store_test *t = *state;
    put(t, "room:0", "1000", 1, "tea");
    put(t, "room:0", "1001", 2, "tea");
    put(t, "room:0", "1002", 3, "coffee");
    put(t, "room:0", "1003", 2, "tea");
    const struct store_search_found f = page(t, "tea", NULL, 10);
    assert_int_equal(f.count, 3);
    assert_int_equal(f.nusers, 2);
    assert_str_equal(f.users[0].username, "Joe");
    assert_str_equal(f.users[1].username, "Pablo");
    assert_int_equal(f.scanned, 4);
    assert_false(f.more);
}

static void one_room_is_searched(void **state)
{
    struct store_test *t = *state;
    const struct model_search search = search_for(t, "tea");
    struct store_search_query query = {.search = &search, .room = STR("1:2"), .limit = 10};
    struct store_asker *pablo = store_test_as(t, PABLO);
    struct store_asker nobody = {.key = STR("none"), .ttl_s = 1};
    struct store_search_found f;
    put(t, "room:0", "1000", 1, "tea");
    put(t, "room:1:2", "1001", 1, "tea");
    assert_int_equal(store_search(t->conn, &t->arena, pablo, &query, &f), ERR_OK);
    assert_int_equal(f.count, 1);
    assert_str_equal(f.messages[0].room, "1:2");
    static const struct str others[] = {{"2:3", 3}, {"g9", 2}, {"99", 2}, {"x", 1}};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        query.room = others[i];
        assert_int_equal(store_search(t->conn, &t->arena, pablo, &query, &f), ERR_NOT_FOUND);
    }
    query.room = STR("0");
    assert_int_equal(store_search(t->conn, &t->arena, &nobody, &query, &f), ERR_UNAUTHENTICATED);
}

/* What a token is not for is not found with it. */
static void a_token_finds_in_its_rooms(void **state)
{
    struct store_test *t = *state;
    const struct model_search search = search_for(t, "tea");
    struct store_search_query query = {.search = &search, .limit = 10};
    struct store_asker token = {.key = STR("narrow"), .ttl_s = 1};
    struct store_search_found f;
    redis_do(t->redis, "HSET snug:token:narrow user 1 scope read rooms 7,1:2");
    put(t, "room:0", "1000", 1, "tea");
    put(t, "room:7", "1001", 1, "tea");
    assert_int_equal(store_search(t->conn, &t->arena, &token, &query, &f), ERR_OK);
    assert_int_equal(f.count, 1);
    assert_str_equal(f.messages[0].room, "7");
    query.room = STR("0");
    assert_int_equal(store_search(t->conn, &t->arena, &token, &query, &f), ERR_NOT_FOUND);
    redis_do(t->redis, "HSET snug:token:narrow scope write");
    assert_int_equal(store_search(t->conn, &t->arena, &token, &query, &f), ERR_SCOPE);
}

static void text_is_as_it_was_written(void **state)
{
    struct store_test *t = *state;
    put(t, "room:0", "1000", 1, "a &lt;b&gt; &amp; c");
    put(t, "room:0", "1001", 1, "caf\\u00c9");
    redis_do(t->redis, "ZADD room:0 1002 garbage-tea");
    assert_string_equal(found(t, "\"<b> & c\""), "0 a <b> & c");
    assert_string_equal(found(t, "amp"), "");
    assert_string_equal(found(t, "cafe"), "0 caf\xc3\x89");
    assert_string_equal(found(t, "tea"), "");
}

struct line {
    double score;
    int room;
    char member[96];
};

/* The order of model/spot.h; within a room that of Redis. */
static int compare(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    char one[8], other[8];
    if (x->score > y->score || x->score < y->score) {
        return x->score > y->score ? -1 : 1;
    }
    snprintf(one, sizeof(one), "%d", x->room);
    snprintf(other, sizeof(other), "%d", y->room);
    return x->room != y->room ? strcmp(one, other) : strcmp(y->member, x->member);
}

/*
 * Whatever the rooms look like (some dense, some old, some with one message, many equal scores
 * within and across them) and however small the pages, all is found, once, in order.
 */
static void pages_are_exact(void **state)
{
    struct store_test *t = *state;
    enum { ROOMS = 90, LINES = 1800 };
    static struct line lines[LINES];
    struct buf expected;
    size_t expected_pages = 0, pages;
    srand(7);
    buf_init(&expected, &t->arena, 1 << 20);
    for (int i = 0; i < LINES; i++) {
        struct line *line = &lines[i];
        const int kind = rand() % 3;
        line->room = kind == 0 ? 0 : 10 + rand() % (kind == 1 ? 3 : ROOMS);
        line->score = SCORE + rand() % (kind == 1 ? 40 : line->room == 0 ? 400 : 900);
        snprintf(line->member, sizeof(line->member),
                 "{\"from\":1,\"date\":%.0f,\"message\":\"%s-%04d\"}", line->score,
                 i % 3 == 0 ? "tea" : "milk", i);
        redis_do(t->redis, "ZADD room:%d %s %s", line->room,
                 store_test_cstr(t, arena_printf(&t->arena, "%.0f", line->score)), line->member);
        redis_do(t->redis, "SADD user:1:rooms %d", line->room);
    }
    qsort(lines, LINES, sizeof(*lines), compare);
    for (int i = 0; i < LINES; i++) {
        const char *tea = strstr(lines[i].member, "tea-");
        if (tea != NULL) {
            buf_printf(&expected, "%s%d %.8s", expected.len > 0 ? " " : "", lines[i].room, tea);
            expected_pages++;
        }
    }
    const char *wanted = arena_cstr(&t->arena, buf_str(&expected));
    assert_string_equal(all(t, "tea", 100, &pages), wanted);
    assert_string_equal(all(t, "tea", 7, &pages), wanted);
    assert_true(pages >= expected_pages / 7);
    assert_string_equal(all(t, "tea", 1, &pages), wanted);
}

/* Messages that say the same at one score are one. */
static void twins_are_one(void **state)
{
    struct store_test *t = *state;
    put(t, "room:0", "1000", 1, "tea");
    redis_do(t->redis, "ZADD room:0 1000 %s", "{\"date\":1000,\"from\":\"1\",\"message\":\"tea\"}");
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 2);
    assert_string_equal(found(t, "tea"), "0 tea");
}

/* A call reads only so much, and the next ones go on. */
static void a_call_is_bounded(void **state)
{
    struct store_test *t = *state;
    size_t pages, scanned = 0;
    struct model_spot from;
    redis_do(t->redis, "EVAL %s 0",
             "for i = 1, 25000 do local room = i % 5 == 0 and 'room:7' or 'room:0' "
             "redis.call('ZADD', room, 1000 + i, "
             "'{\"from\":1,\"date\":1,\"message\":\"milk ' .. i .. '\"}') end");
    put(t, "room:0", "999", 1, "tea");
    assert_string_equal(all(t, "tea", 10, &pages), "0 tea");
    assert_true(pages >= 3);
    struct store_search_found f = page(t, "tea", NULL, 10);
    for (pages = 0; f.more; pages++) {
        assert_in_range(f.scanned, 1, STORE_SEARCH_SCAN_MAX + STORE_SEARCH_PIECE_MAX);
        assert_true(pages < 100);
        scanned += f.scanned;
        from = f.next;
        f = page(t, "tea", &from, 10);
    }
    scanned += f.scanned;
    assert_in_range(scanned, 25001, 30000);
    assert_int_equal(f.count, 1);
}

/* What comes meanwhile is newer, and moves nothing. */
static void new_messages_do_not_move_a_search(void **state)
{
    struct store_test *t = *state;
    put(t, "room:0", "1000", 1, "tea-1");
    put(t, "room:7", "1001", 1, "tea-2");
    const struct store_search_found first = page(t, "tea", NULL, 1);
    put(t, "room:7", "1002", 1, "tea-3");
    put(t, "room:0", "1003", 1, "tea-4");
    const struct store_search_found second = page(t, "tea", &first.next, 10);
    assert_int_equal(second.count, 1);
    assert_str_equal(second.messages[0].text, "tea-1");
}

#define SEARCH_TEST(test) cmocka_unit_test_setup_teardown(test, setup, store_test_teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        SEARCH_TEST(finds_in_all_rooms_of_the_asker),
        SEARCH_TEST(names_who_wrote),
        SEARCH_TEST(one_room_is_searched),
        SEARCH_TEST(a_token_finds_in_its_rooms),
        SEARCH_TEST(text_is_as_it_was_written),
        SEARCH_TEST(pages_are_exact),
        SEARCH_TEST(twins_are_one),
        SEARCH_TEST(a_call_is_bounded),
        SEARCH_TEST(new_messages_do_not_move_a_search),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
