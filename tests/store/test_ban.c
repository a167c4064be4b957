#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/log.h"
#include "model/address.h"
#include "store/ban.h"
#include "store/login.h"
#include "store/message.h"
#include "store/session.h"
#include "store/stream.h"
#include "support/store.h"

/* Banned addresses: who may ban, whom it keeps out, and until when. */

static struct store_asker *admin(struct store_test *t)
{
    const struct str id = store_test_user(t, "Ada");
    redis_do(t->redis, "HSET snug:user:%s role admin", store_test_cstr(t, id));
    return store_test_as(t, id);
}

/* The asker, from an address. */
static struct store_asker *from(struct store_test *t, struct store_asker *asker,
                                const char *address)
{
    asker->networks = model_address_networks(&t->arena, str_of(address));
    return asker;
}

static enum err ban(struct store_test *t, struct store_asker *asker, const char *text,
                    uint64_t seconds)
{
    struct str network;
    assert_int_equal(model_address_network(&t->arena, str_of(text), &network), ERR_OK);
    return store_ban_set(t->conn, &t->arena, asker, network, seconds);
}

static enum err asks(struct store_test *t, struct store_asker *asker, const char *address)
{
    return store_session_find(t->conn, &t->arena, from(t, asker, address));
}

static void who_asks_from_there_is_refused(void **state)
{
    static const struct {
        const char *ban, *address;
        enum err err;
    } rows[] = {
        {"192.0.2.7", "192.0.2.7", ERR_BANNED},
        {"192.0.2.7", "::ffff:192.0.2.7", ERR_BANNED},
        {"192.0.2.7", "192.0.2.8", ERR_OK},
        {"198.51.100.0/24", "198.51.100.200", ERR_BANNED},
        {"198.51.0.0/16", "198.51.101.1", ERR_BANNED},
        {"198.51.0.0/16", "198.52.100.1", ERR_OK},
        {"10.0.0.0/8", "10.255.255.255", ERR_BANNED},
        {"2001:db8::1", "2001:db8::2", ERR_BANNED},
        {"2001:db8::1", "2001:db8:0:1::1", ERR_OK},
        {"2001:db8:1::/48", "2001:db8:1:ffff::1", ERR_BANNED},
        {"2001:db8:1::/48", "2001:db8:2::1", ERR_OK},
        {"2001:db8::/32", "2001:db8:ffff::1", ERR_BANNED},
        {"192.0.2.7", "", ERR_OK},
    };
    struct store_test *t = *state;
    struct store_asker *ada = admin(t);
    struct store_asker *joe = store_test_as(t, store_test_user(t, "Joe"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        redis_do(t->redis, "DEL snug:bans");
        assert_int_equal(asks(t, joe, rows[i].address), ERR_OK);
        assert_int_equal(ban(t, ada, rows[i].ban, 0), ERR_OK);
        assert_int_equal(asks(t, joe, rows[i].address), rows[i].err);
    }
}

/* Neither a login nor a registration comes from there; not even a name is looked up. */
static void nobody_is_let_in_from_there(void **state)
{
    struct store_test *t = *state;
    struct store_asker *ada = admin(t);
    struct store_limit limit = {.name = "register", .most = 5, .window_s = 60};
    struct store_login login = {.name = STR("Ada"),
                                .networks = model_address_networks(&t->arena, STR("192.0.2.7"))};
    struct model_user user;
    struct str hash;
    for (size_t i = 0; i < STORE_LIMIT_LOGINS; i++) {
        login.limits[i] = limit;
    }
    assert_int_equal(ban(t, ada, "192.0.2.7/24", 0), ERR_OK);
    assert_int_equal(store_login_try(t->conn, &t->arena, &login, &user, &hash), ERR_BANNED);
    assert_int_equal(store_limit_take(t->conn, &t->arena, login.networks, &limit), ERR_BANNED);
    assert_string_equal(redis_lines(t->redis, "KEYS snug:limit:*"), "");
}

/* What is dear asks who it is for, and so is refused as well. */
static void nothing_is_sent_and_no_stream_opens_there(void **state)
{
    struct store_test *t = *state;
    struct store_asker *ada = admin(t);
    struct store_asker *joe = from(t, store_test_as(t, store_test_user(t, "Joe")), "2001:db8::1");
    const struct store_cmd cmd = store_stream_open_cmd(&t->arena, joe);
    const struct redisReply *reply;
    struct model_message m;
    assert_int_equal(store_conn_one(t->conn, cmd, &reply), ERR_OK);
    assert_int_equal(ban(t, ada, "2001:db8::/48", 0), ERR_OK);
    assert_int_equal(
        store_message_send(t->conn, &t->arena, joe,
                           &(struct store_message_draft){.room = STR("0"), .text = STR("hi")}, NULL,
                           &m),
        ERR_BANNED);
    assert_int_equal(redis_int(t->redis, "EXISTS room:0"), 0);
    assert_int_equal(store_conn_one(t->conn, cmd, &reply), ERR_BANNED);
}

static void a_ban_ends(void **state)
{
    struct store_test *t = *state;
    struct store_asker *ada = admin(t);
    struct store_asker *joe = store_test_as(t, store_test_user(t, "Joe"));
    struct store_ban *bans;
    size_t count;
    assert_int_equal(ban(t, ada, "192.0.2.7", 1), ERR_OK);
    assert_int_equal(ban(t, ada, "192.0.2.8", 3600), ERR_OK);
    int waited_ms = 0;
    while (asks(t, joe, "192.0.2.7") == ERR_BANNED && waited_ms < 5000) {
        usleep(10000);
        waited_ms += 10;
    }
    assert_true(waited_ms < 5000);
    assert_int_equal(asks(t, joe, "192.0.2.8"), ERR_BANNED);
    assert_int_equal(store_ban_list(t->conn, &t->arena, ada, &bans, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(redis_int(t->redis, "HLEN snug:bans"), 1);
}

static void bans_are_listed_and_lifted(void **state)
{
    struct store_test *t = *state;
    struct store_asker *ada = admin(t);
    struct store_asker *joe = store_test_as(t, store_test_user(t, "Joe"));
    struct store_ban *bans;
    size_t count;
    assert_int_equal(store_ban_list(t->conn, &t->arena, ada, &bans, &count), ERR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(ban(t, ada, "192.0.2.7", 0), ERR_OK);
    assert_int_equal(ban(t, ada, "192.0.2.0/24", 3600), ERR_OK);
    assert_int_equal(ban(t, ada, "10.0.0.0/8", 60), ERR_OK);
    assert_int_equal(ban(t, ada, "10.0.0.0/8", 0), ERR_OK);
    assert_int_equal(store_ban_list(t->conn, &t->arena, ada, &bans, &count), ERR_OK);
    assert_int_equal(count, 3);
    assert_str_equal(bans[0].network, "10.0.0.0/8");
    assert_int_equal(bans[0].ends, 0);
    assert_str_equal(bans[1].network, "192.0.2.0/24");
    const int64_t now = redis_int(t->redis, "EVAL %s 0", "return tonumber(redis.call('TIME')[1])");
    assert_in_range(bans[1].ends, now + 3590, now + 3600);
    assert_str_equal(bans[2].network, "192.0.2.7");

    assert_int_equal(store_ban_lift(t->conn, &t->arena, ada, STR("192.0.2.0/24")), ERR_OK);
    assert_int_equal(store_ban_lift(t->conn, &t->arena, ada, STR("192.0.2.0/24")), ERR_NOT_FOUND);
    assert_int_equal(asks(t, joe, "192.0.2.8"), ERR_OK);
    assert_int_equal(asks(t, joe, "192.0.2.7"), ERR_BANNED);
}

static void only_admins_ban(void **state)
{
    struct store_test *t = *state;
    struct store_asker *joe = store_test_as(t, store_test_user(t, "Joe"));
    struct store_asker nobody = {.key = STR("none"), .ttl_s = 1};
    struct store_asker the_operator = store_asker_operator();
    struct store_ban *bans;
    size_t count;
    assert_int_equal(ban(t, joe, "192.0.2.7", 0), ERR_FORBIDDEN);
    assert_int_equal(store_ban_lift(t->conn, &t->arena, joe, STR("192.0.2.7")), ERR_FORBIDDEN);
    assert_int_equal(store_ban_list(t->conn, &t->arena, joe, &bans, &count), ERR_FORBIDDEN);
    assert_int_equal(ban(t, &nobody, "192.0.2.7", 0), ERR_UNAUTHENTICATED);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:bans"), 0);
    assert_int_equal(ban(t, &the_operator, "192.0.2.7", 0), ERR_OK);
    assert_int_equal(store_ban_list(t->conn, &t->arena, &the_operator, &bans, &count), ERR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(store_ban_lift(t->conn, &t->arena, &the_operator, STR("192.0.2.7")), ERR_OK);
}

/* So that the streams from there end; once more where it was banned already, since some may be old.
 */
static void hubs_are_told(void **state)
{
    struct store_test *t = *state;
    struct store_asker *ada = admin(t);
    struct redisContext *listener = redis_listen(t->redis);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ban(t, ada, "192.0.2.7/24", 60), ERR_OK);
        const char *said = redis_heard(listener);
        assert_non_null(strstr(said, "SNUG "));
        assert_non_null(
            strstr(said, "\"type\":\"address.banned\",\"data\":{\"id\":\"192.0.2.0/24\"},"));
        assert_non_null(strstr(said, ",\"seq\":"));
        assert_non_null(strstr(said, ",\"to\":\"all\"}"));
    }
    assert_int_equal(ban(t, from(t, ada, "198.51.100.7"), "198.51.100.7", 0), ERR_CONFLICT);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

/* An admin who bans where they are could not take it back. */
static void nobody_bans_themselves(void **state)
{
    struct store_test *t = *state;
    struct store_asker *ada = from(t, admin(t), "192.0.2.7");
    assert_int_equal(ban(t, ada, "192.0.2.7", 0), ERR_CONFLICT);
    assert_int_equal(ban(t, ada, "192.0.2.0/24", 0), ERR_CONFLICT);
    assert_int_equal(ban(t, ada, "192.0.0.0/8", 0), ERR_CONFLICT);
    assert_int_equal(ban(t, ada, "192.0.2.8", 0), ERR_OK);
}

static void there_are_at_most_a_thousand(void **state)
{
    struct store_test *t = *state;
    struct store_asker *ada = admin(t);
    redis_do(t->redis, "EVAL %s 0",
             "for i = 1, 1000 do redis.call('HSET', 'snug:bans', '10.0.' .. math.floor(i / 256) .. "
             "'.' .. i % 256, 0) end");
    assert_int_equal(redis_int(t->redis, "HLEN snug:bans"), STORE_BAN_MAX);
    assert_int_equal(ban(t, ada, "192.0.2.7", 0), ERR_CONFLICT);
    assert_int_equal(ban(t, ada, "10.0.0.1", 60), ERR_OK);
    assert_int_equal(store_ban_lift(t->conn, &t->arena, ada, STR("10.0.0.2")), ERR_OK);
    assert_int_equal(ban(t, ada, "192.0.2.7", 0), ERR_OK);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(who_asks_from_there_is_refused),
        STORE_TEST(nobody_is_let_in_from_there),
        STORE_TEST(a_ban_ends),
        STORE_TEST(nothing_is_sent_and_no_stream_opens_there),
        STORE_TEST(bans_are_listed_and_lifted),
        STORE_TEST(only_admins_ban),
        STORE_TEST(hubs_are_told),
        STORE_TEST(nobody_bans_themselves),
        STORE_TEST(there_are_at_most_a_thousand),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
