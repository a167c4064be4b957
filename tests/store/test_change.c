#include <stdlib.h>
#include "base/log.h"
#include "base/rand.h"
#include "model/emoji.h"
#include "model/event.h"
#include "store/change.h"
#include "store/event.h"
#include "store/message.h"
#include "support/check.h"
#include "support/store.h"

/* What the scripts make of stored messages, next to what C would write; what else is kept of them.
 */

#define PABLO STR("1")
#define JOE   STR("2")
#define LIKE  STR("\xf0\x9f\x91\x8d")

static int setup(void **state)
{
    store_test_setup(state);
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    return 0;
}

static struct model_message sent(struct store_test *t, struct str room, struct str text,
                                 struct str nonce)
{
    struct model_message m;
    const struct store_message_draft draft = {.room = room, .text = text, .nonce = nonce};
    assert_int_equal(
        store_message_send(t->conn, &t->arena, store_test_as(t, PABLO), &draft, NULL, &m), ERR_OK);
    return m;
}

static enum err edit(struct store_test *t, struct str user, struct str id, struct str text,
                     const char *rev, struct model_message *out)
{
    return store_change_edit(t->conn, &t->arena, store_test_as(t, user), STR("0"), id, text,
                             str_of(rev), NULL, out);
}

static enum err react(struct store_test *t, struct str user, struct str id, struct str emoji,
                      bool wanted, struct model_message *out)
{
    return store_change_react(t->conn, &t->arena, store_test_as(t, user), STR("0"), id, emoji,
                              wanted, NULL, out);
}

static enum err take_away(struct store_test *t, struct str user, struct str id)
{
    return store_change_delete(t->conn, &t->arena, store_test_as(t, user), STR("0"), id);
}

/* The message at this id as it is stored now: what a page tells, and what C would write of it. */
static struct model_message stored(struct store_test *t, struct str id)
{
    const struct store_message_query query = {STR("0"), STORE_MESSAGE_AROUND, id, .limit = 1};
    struct store_message_page page;
    struct model_message m;
    struct buf written;
    assert_int_equal(store_message_page(t->conn, &t->arena, store_test_as(t, PABLO), &query, &page),
                     ERR_OK);
    assert_int_equal(page.count, 1);
    check_eq(page.messages[0].id, id);
    assert_true(str_is_set(page.messages[0].json));
    m = page.messages[0];
    m.json = STR_NONE;
    buf_init(&written, &t->arena, MODEL_EVENT_DATA_MAX);
    model_message_write(&written, &m);
    check_eq(buf_str(&written), page.messages[0].json);
    return page.messages[0];
}

/* Text that may be sent, with what the scripts look for in it. */
static struct str any_text(struct store_test *t)
{
    static const char *const pieces[] = {
        "\"",
        "\\",
        "\\\"",
        ",\"roomId\":\"",
        ",\"rev\":9,\"edited\":9",
        ",\"reactions\":{",
        "}",
        "{",
        ",\"deleted\":true}",
        ",\"nonce\":\"x\"",
        ",\"mentions\":[\"2\"]",
        "@joe",
        "@room ",
        " @pablo ",
        "%",
        "%1",
        "%%",
        "\n",
        "\t",
        "\xc3\xa9",
        "\xe2\x80\xa8",
        "\xf0\x9f\x98\x80",
        "\xef\xbf\xbd",
        "a",
        " ",
        "{\"id\":\"1.000001\",\"from\":\"1\"",
    };
    struct buf text;
    buf_init(&text, &t->arena, 4096);
    for (uint32_t n = 1 + rand_below(20); n > 0; n--) {
        buf_add_cstr(&text, pieces[rand_below(ARRAY_LEN(pieces))]);
    }
    return buf_str(&text);
}

/* Whatever it says, before and after: the text is another one, and all else stays as it was. */
static void replaces_any_text(void **state)
{
    struct store_test *t = *state;
    for (int i = 0; i < 300; i++) {
        const struct str before = any_text(t), after = any_text(t);
        const struct str nonce = i % 2 == 0 ? STR_NONE : arena_printf(&t->arena, "n-%d", i);
        const struct model_message first = sent(t, STR("0"), before, nonce);
        struct model_message m;
        assert_int_equal(react(t, JOE, first.id, LIKE, true, &m), ERR_OK);
        check_eq(m.text, before);
        assert_int_equal(edit(t, PABLO, first.id, after, "0", &m), ERR_OK);
        if (str_eq(before, after)) {
            assert_int_equal(m.rev, 0);
            continue;
        }
        check_eq(m.json, stored(t, first.id).json);
        check_eq(m.text, after);
        check_eq(m.id, first.id);
        check_eq(m.from, first.from);
        assert_int_equal(m.date, first.date);
        assert_true(nonce.ptr == NULL ? !str_is_set(m.nonce) : str_eq(m.nonce, nonce));
        assert_int_equal(m.rev, 1);
        assert_true(m.edited >= m.date);
        check_str(m.reactions, "{\"\\ud83d\\udc4d\":1}");
        assert_int_equal(react(t, JOE, first.id, LIKE, false, &m), ERR_OK);
        check_eq(m.text, after);
        assert_false(str_is_set(m.reactions));
        assert_int_equal(edit(t, PABLO, first.id, before, "1", &m), ERR_OK);
        check_eq(m.text, before);
        assert_int_equal(m.rev, 2);
        check_eq(m.json, stored(t, first.id).json);
    }
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 300);
}

/* Any changes in any order: counts are those of who reacted, and C writes what is stored. */
static void keeps_count(void **state)
{
    static const char *const kinds[] = {"👍", "\xe2\x9d\xa4\xef\xb8\x8f",
                                        "#\xef\xb8\x8f\xe2\x83\xa3"};
    struct store_test *t = *state;
    const struct model_message first = sent(t, STR("0"), STR("x"), STR("n"));
    bool has[2][ARRAY_LEN(kinds)] = {{false}};
    uint64_t rev = 0;
    for (int i = 0; i < 400; i++) {
        const uint32_t who = rand_below(2), kind = rand_below(ARRAY_LEN(kinds));
        const bool wanted = rand_below(2) == 1;
        struct model_message m;
        if (rand_below(5) == 0) {
            const struct str text = arena_printf(&t->arena, "text %d", i);
            assert_int_equal(edit(t, PABLO, first.id, text, NULL, &m), ERR_OK);
            rev++;
        }
        assert_int_equal(
            react(t, who == 0 ? PABLO : JOE, first.id, str_of(kinds[kind]), wanted, &m), ERR_OK);
        has[who][kind] = wanted;
        assert_int_equal(m.rev, rev);
        check_eq(m.json, stored(t, first.id).json);
        size_t total = 0;
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
            const int count = has[0][k] + has[1][k];
            struct buf name;
            total += (size_t)count;
            buf_init(&name, &t->arena, 64);
            buf_add_json(&name, str_of(kinds[k]));
            buf_printf(&name, ":%d", count);
            const char *reactions = arena_cstr(&t->arena, m.reactions);
            const bool there = strstr(reactions, arena_cstr(&t->arena, buf_str(&name))) != NULL;
            assert_int_equal(there, count > 0);
        }
        assert_int_equal(
            redis_int(t->redis, "HLEN snug:room:0:reactions:%s", store_test_cstr(t, first.id)),
            total);
    }
}

/* Whom it speaks to is whom it speaks to now. */
static void an_edit_mentions_others(void **state)
{
    struct store_test *t = *state;
    struct model_message m;
    const struct model_message first = sent(t, STR("0"), STR("@joe, look"), STR("n"));
    const char *id = store_test_cstr(t, first.id);
    check_str(first.mentions, "[\"2\"]");
    assert_int_equal(react(t, JOE, first.id, LIKE, true, &m), ERR_OK);
    check_str(m.mentions, "[\"2\"]");
    assert_int_equal(edit(t, PABLO, first.id, STR("@pablo and @joe, look"), NULL, &m), ERR_OK);
    check_str(m.mentions, "[\"1\",\"2\"]");
    check_eq(m.json, stored(t, first.id).json);
    assert_string_equal(redis_lines(t->redis, "ZRANGE snug:room:0:mentions 0 -1"),
                        store_test_cstr(t, arena_printf(&t->arena, "1 %s 1\n2 %s 1", id, id)));
    assert_int_equal(edit(t, PABLO, first.id, STR("@room, look"), NULL, &m), ERR_OK);
    check_str(m.mentions, "[\"room\"]");
    check_str(m.reactions, "{\"\\ud83d\\udc4d\":1}");
    assert_int_equal(edit(t, PABLO, first.id, STR("never mind"), NULL, &m), ERR_OK);
    check_str(m.mentions, NULL);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:room:0:mentions"), 0);
    assert_int_equal(edit(t, PABLO, first.id, STR("@joe"), NULL, &m), ERR_OK);
    assert_int_equal(redis_int(t->redis, "ZCARD snug:room:0:mentions"), 1);
    assert_int_equal(take_away(t, PABLO, first.id), ERR_OK);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:room:0:mentions"), 0);
}

/* What the message said is nowhere but in the log, and the log does not tell it. */
static void a_deleted_message_says_nothing(void **state)
{
    struct store_test *t = *state;
    const struct redisReply *reply;
    struct store_event_log log;
    struct model_message m;
    struct model_cursor begin;
    assert_true(model_id_cursor(
        arena_printf(&t->arena, "%s-0", redis_text(t->redis, "GET snug:epoch")), &begin));
    const struct model_message first = sent(t, STR("0"), STR("SECRET"), STR("n"));
    const struct model_message other = sent(t, STR("0"), STR("other"), STR_NONE);
    const char *id = store_test_cstr(t, first.id);
    assert_int_equal(edit(t, PABLO, first.id, STR("SECRET too"), NULL, &m), ERR_OK);
    assert_int_equal(react(t, JOE, first.id, LIKE, true, &m), ERR_OK);
    const int64_t ttl = redis_int(t->redis, "PTTL snug:sent:1:n");

    assert_int_equal(take_away(t, JOE, first.id), ERR_FORBIDDEN);
    assert_int_equal(take_away(t, PABLO, first.id), ERR_OK);
    m = stored(t, first.id);
    check_eq(m.json, arena_printf(&t->arena,
                                  "{\"id\":\"%s\",\"from\":\"1\",\"date\":%lld,\"message\":\"\","
                                  "\"roomId\":\"0\",\"deleted\":true}",
                                  id, (long long)first.date));
    assert_int_equal(redis_int(t->redis, "EXISTS snug:room:0:reactions:%s", id), 0);
    assert_null(strstr(redis_text(t->redis, "GET snug:sent:1:n"), "SECRET"));
    const int64_t left = redis_int(t->redis, "PTTL snug:sent:1:n");
    assert_true(left > 0 && left <= ttl);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 2);

    assert_int_equal(store_conn_one(t->conn, store_event_log_cmd(&t->arena, begin), &reply),
                     ERR_OK);
    assert_int_equal(store_event_log_read(reply, &t->arena, &log), ERR_OK);
    static const enum model_event_type types[] = {MODEL_EVENT_OTHER, MODEL_EVENT_MESSAGE,
                                                  MODEL_EVENT_OTHER, MODEL_EVENT_REACTION,
                                                  MODEL_EVENT_MESSAGE_DELETED};
    assert_int_equal(log.n, ARRAY_LEN(types));
    for (size_t i = 0; i < log.n; i++) {
        assert_int_equal(log.events[i].type, types[i]);
        assert_int_equal(log.events[i].cursor.seq, i + 1);
    }
    check_eq(log.events[1].about, other.id);
    check_eq(log.events[4].about, first.id);

    /* Nothing becomes of it any more. */
    assert_int_equal(edit(t, PABLO, first.id, STR("again"), NULL, &m), ERR_CONFLICT);
    assert_int_equal(react(t, JOE, first.id, LIKE, true, &m), ERR_CONFLICT);
    assert_int_equal(take_away(t, PABLO, first.id), ERR_OK);
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 1 + ARRAY_LEN(types));
    const struct store_message_draft again = {
        .room = STR("0"), .text = STR("SECRET"), .nonce = STR("n")};
    assert_int_equal(
        store_message_send(t->conn, &t->arena, store_test_as(t, PABLO), &again, NULL, &m),
        ERR_NONCE_REUSED);
}

/* A nonce that was used anew is another message's. */
/* As when the room keeps only so many: a deleted one that is gone as a whole comes back in no log.
 */
static void what_is_gone_is_told_to_nobody(void **state)
{
    struct store_test *t = *state;
    const struct redisReply *reply;
    struct store_event_log log;
    struct model_cursor begin;
    assert_true(model_id_cursor(
        arena_printf(&t->arena, "%s-0", redis_text(t->redis, "GET snug:epoch")), &begin));
    const struct model_message first = sent(t, STR("0"), STR("SECRET"), STR_NONE);
    const struct model_message other = sent(t, STR("0"), STR("other"), STR_NONE);
    assert_int_equal(take_away(t, PABLO, first.id), ERR_OK);
    assert_int_equal(redis_int(t->redis, "ZREMRANGEBYRANK room:0 0 0"), 1);

    assert_int_equal(store_conn_one(t->conn, store_event_log_cmd(&t->arena, begin), &reply),
                     ERR_OK);
    assert_int_equal(store_event_log_read(reply, &t->arena, &log), ERR_OK);
    assert_int_equal(log.n, 3);
    assert_int_equal(log.events[0].type, MODEL_EVENT_OTHER);
    assert_int_equal(log.events[1].type, MODEL_EVENT_MESSAGE);
    check_eq(log.events[1].about, other.id);
}

static void a_nonce_stays_with_its_message(void **state)
{
    struct store_test *t = *state;
    const struct model_message first = sent(t, STR("0"), STR("one"), STR("n"));
    redis_do(t->redis, "DEL snug:sent:1:n");
    const struct model_message second = sent(t, STR("0"), STR("two"), STR("n"));
    assert_int_equal(take_away(t, PABLO, first.id), ERR_OK);
    assert_string_equal(redis_text(t->redis, "GET snug:sent:1:n"), store_test_cstr(t, second.json));
}

/* The demo family's: only taken away, however many servers have stored it. */
static void a_demo_servers_message_is_deleted_whole(void **state)
{
    static const char *const members[] = {
        "{\"from\": \"2\", \"date\": 1795485893, \"message\": \"it&#39;s\", \"roomId\": \"0\"}",
        "{\"From\":2,\"Date\":1795485893,\"Message\":\"it's\",\"RoomId\":\"0\"}",
        "{\"from\":\"2\",\"date\":1795485893,\"message\":\"other\",\"roomId\":\"0\"}",
    };
    struct store_test *t = *state;
    const struct store_message_query query = {.room = STR("0"), .limit = 10};
    struct store_message_page page;
    struct model_message m;
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        redis_do(t->redis, "ZADD room:0 1795485893 %s", members[i]);
    }
    assert_int_equal(store_message_page(t->conn, &t->arena, store_test_as(t, JOE), &query, &page),
                     ERR_OK);
    assert_int_equal(page.count, 2);
    const struct model_message *its =
        &page.messages[str_eq(page.messages[0].text, STR("it's")) ? 0 : 1];
    assert_int_equal(edit(t, JOE, its->id, STR("x"), NULL, &m), ERR_FOREIGN);
    assert_int_equal(react(t, JOE, its->id, LIKE, true, &m), ERR_FOREIGN);
    assert_int_equal(take_away(t, PABLO, its->id), ERR_FORBIDDEN);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 3);
    struct redisContext *listener = redis_listen(t->redis);
    assert_int_equal(take_away(t, JOE, its->id), ERR_OK);
    assert_non_null(strstr(redis_heard(listener), store_test_cstr(t, its->id)));
    assert_string_equal(redis_lines(t->redis, "ZRANGE room:0 0 -1"), members[2]);
    assert_int_equal(take_away(t, JOE, its->id), ERR_NOT_FOUND);
    redis_do(t->redis, "HSET snug:user:1 role admin");
    const struct model_message *other = its == page.messages ? its + 1 : its - 1;
    assert_int_equal(take_away(t, PABLO, other->id), ERR_OK);
    assert_int_equal(redis_int(t->redis, "EXISTS room:0"), 0);
    redis_unlisten(listener);
}

/* A member that only begins as ours do is nobody's to change. */
static void what_snug_did_not_store_is_left(void **state)
{
    static const char *const members[] = {
        "{\"id\":\"1795485263.175001\",\"from\":\"1\"}",
        "{\"id\":\"1795485263.175001\",\"from\":\"1\",\"date\":1,\"message\":\"x\"}",
        ("{\"id\":\"1795485263.175002\",\"from\":\"1\",\"date\":1,\"message\":\"x\",\"roomId\":"
         "\"0\"}"),
        "nonsense",
    };
    struct store_test *t = *state;
    struct model_message m;
    const struct str id = STR("1795485263.175001");
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        redis_do(t->redis, "ZADD room:0 1795485263.175001 %s", members[i]);
    }
    assert_int_equal(edit(t, PABLO, id, STR("y"), NULL, &m), ERR_NOT_FOUND);
    assert_int_equal(react(t, PABLO, id, LIKE, true, &m), ERR_NOT_FOUND);
    assert_int_equal(take_away(t, PABLO, id), ERR_NOT_FOUND);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), ARRAY_LEN(members));
}

static void a_message_has_only_so_many_reactions(void **state)
{
    struct store_test *t = *state;
    const struct model_message first = sent(t, STR("0"), STR("x"), STR_NONE);
    const char *id = store_test_cstr(t, first.id);
    struct model_message m;
    for (uint32_t i = 0; i < STORE_CHANGE_KINDS_MAX; i++) {
        const char kind[] = {'\xf0', '\x9f', '\x90', (char)(0x80 + i)};
        assert_int_equal(react(t, PABLO, first.id, (struct str){kind, sizeof kind}, true, &m),
                         ERR_OK);
    }
    assert_int_equal(react(t, JOE, first.id, LIKE, true, &m), ERR_CONFLICT);
    assert_int_equal(react(t, JOE, first.id, STR("\xf0\x9f\x90\x80"), true, &m), ERR_OK);
    assert_int_equal(react(t, PABLO, first.id, STR("\xf0\x9f\x90\x81"), false, &m), ERR_OK);
    assert_int_equal(react(t, JOE, first.id, LIKE, true, &m), ERR_OK);
    for (int i = 0;
         redis_int(t->redis, "HLEN snug:room:0:reactions:%s", id) < STORE_CHANGE_REACTIONS_MAX;
         i++) {
        redis_do(t->redis, "HSET snug:room:0:reactions:%s %d x", id, i);
    }
    assert_int_equal(react(t, PABLO, first.id, LIKE, true, &m), ERR_CONFLICT);
    assert_int_equal(react(t, JOE, first.id, LIKE, true, &m), ERR_OK);
    assert_int_equal(react(t, JOE, first.id, LIKE, false, &m), ERR_OK);
    assert_int_equal(react(t, PABLO, first.id, LIKE, true, &m), ERR_OK);
}

/* A change counts as a message; one that changes nothing does not. */
static void changes_are_throttled(void **state)
{
    struct store_test *t = *state;
    const struct model_message first = sent(t, STR("0"), STR("x"), STR_NONE);
    struct model_message m;
    struct store_limit limit = {.name = "send", .most = 3, .window_s = 60};
    for (int i = 0; i < 6; i++) {
        assert_int_equal(store_change_edit(t->conn, &t->arena, store_test_as(t, PABLO), STR("0"),
                                           first.id, i < 3 ? STR("y") : STR("z"), STR_NONE, &limit,
                                           &m),
                         ERR_OK);
    }
    assert_int_equal(store_change_react(t->conn, &t->arena, store_test_as(t, PABLO), STR("0"),
                                        first.id, LIKE, true, &limit, &m),
                     ERR_OK);
    assert_int_equal(store_change_react(t->conn, &t->arena, store_test_as(t, PABLO), STR("0"),
                                        first.id, LIKE, true, &limit, &m),
                     ERR_OK);
    assert_int_equal(store_change_react(t->conn, &t->arena, store_test_as(t, PABLO), STR("0"),
                                        first.id, LIKE, false, &limit, &m),
                     ERR_RATE_LIMITED);
    assert_int_equal(store_change_edit(t->conn, &t->arena, store_test_as(t, PABLO), STR("0"),
                                       first.id, STR("x"), STR_NONE, &limit, &m),
                     ERR_RATE_LIMITED);
    check_str(stored(t, first.id).text, "z");
    assert_int_equal(take_away(t, PABLO, first.id), ERR_OK);
}

#define CHANGE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, store_test_teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        CHANGE_TEST(replaces_any_text),
        CHANGE_TEST(keeps_count),
        CHANGE_TEST(an_edit_mentions_others),
        CHANGE_TEST(a_deleted_message_says_nothing),
        CHANGE_TEST(what_is_gone_is_told_to_nobody),
        CHANGE_TEST(a_nonce_stays_with_its_message),
        CHANGE_TEST(a_demo_servers_message_is_deleted_whole),
        CHANGE_TEST(what_snug_did_not_store_is_left),
        CHANGE_TEST(a_message_has_only_so_many_reactions),
        CHANGE_TEST(changes_are_throttled),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
