#include "model/event.h"

#include "support/check.h"

/* Events as the log has them. */

static struct arena arena;

#define SHA    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define KIN    "{\"serverId\":\"snug:h3Kd\",\"type\":\""
#define NUMBER ",\"epoch\":\"1795480000000\",\"seq\":4711"

#define OWN_MESSAGE                                                                                \
    "{\"id\":\"1795485263.175001\",\"from\":\"1\",\"date\":1795485263,"                            \
    "\"message\":\"\\u00e9 \\ud83d\\ude00 \\\"\\\\ABC\\/\",\"roomId\":\"1:2\"}"
#define OWN_MESSAGE_OUT                                                                            \
    "{\"id\":\"1795485263.175001\",\"from\":\"1\",\"date\":1795485263,"                            \
    "\"message\":\"\\u00e9 \\ud83d\\ude00 \\\"\\\\ABC/\",\"roomId\":\"1:2\"}"
#define SHOWN "{\"id\":\"1:2\",\"names\":[[\"Pablo\"],[\"Joe\"]]}"

/* An entry of the log says what was published of it; one that makes no sense has its number. */
static void entries(void **state)
{
    (void)state;
    static const struct {
        struct str type, to, data;
        enum model_event_type read;
        const char *target, *out;
    } rows[] = {
        {LIT("message"), LIT("room:1:2"), LIT(OWN_MESSAGE), MODEL_EVENT_MESSAGE, "1:2",
         OWN_MESSAGE_OUT},
        {LIT("show.room"), LIT("room:1:2"), LIT(SHOWN), MODEL_EVENT_SHOW_ROOM, "1:2", SHOWN},
        {LIT("session.ended"), LIT("session:" SHA), LIT("{}"), MODEL_EVENT_SESSION_ENDED, SHA,
         "{}"},
        {LIT("server.warning"), LIT("user:15"), LIT("{\"level\":\"full\"}"),
         MODEL_EVENT_SERVER_WARNING, "15", "{\"level\":\"full\"}"},
        {LIT("user.updated"), LIT("all"), LIT("{\"id\":\"7\"}"), MODEL_EVENT_USER_UPDATED, NULL,
         "{\"id\":\"7\"}"},
        {LIT("address.banned"), LIT("all"), LIT("{\"id\":\"192.0.2.7\"}"),
         MODEL_EVENT_ADDRESS_BANNED, NULL, "{\"id\":\"192.0.2.7\"}"},
        {LIT("room.left"), LIT("user:15"), LIT("{\"id\":\"7\"}"), MODEL_EVENT_ROOM_LEFT, "15",
         "{\"id\":\"7\"}"},
        {LIT("room.left"), LIT("room:7"), LIT("{\"id\":\"7\"}"), MODEL_EVENT_OTHER, NULL, NULL},
        {LIT("epoch"), LIT("none"), LIT("{}"), MODEL_EVENT_OTHER, NULL, NULL},
        {LIT("message"), LIT("room:1:3"), LIT(OWN_MESSAGE), MODEL_EVENT_OTHER, NULL, NULL},
        {LIT("message"), LIT("all"), LIT(OWN_MESSAGE), MODEL_EVENT_OTHER, NULL, NULL},
        {LIT("message"), LIT("room:0"), LIT("{"), MODEL_EVENT_OTHER, NULL, NULL},
        {LIT("message"), LIT("room:0"), LIT("[]"), MODEL_EVENT_OTHER, NULL, NULL},
        {LIT(""), LIT(""), LIT(""), MODEL_EVENT_OTHER, NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct model_event_entry entry = {{7, 9}, rows[i].type, rows[i].to, rows[i].data};
        struct model_event e;
        model_event_read_entry(&entry, &arena, &e);
        assert_int_equal(e.type, rows[i].read);
        assert_true(e.ours && e.numbered);
        assert_int_equal(e.cursor.epoch, 7);
        assert_int_equal(e.cursor.seq, 9);
        check_str(e.target, rows[i].target);
        check_str(e.data, rows[i].out);
    }
}

/* Of a newer server: its number counts, by the channel as in the log. */
static void unknown_types(void **state)
{
    (void)state;
    struct model_event e;
    assert_int_equal(
        model_event_read(STR(KIN "of.tomorrow\",\"data\":[7]" NUMBER ",\"to\":\"club:7\"}"), &arena,
                         &e),
        ERR_OK);
    assert_int_equal(e.type, MODEL_EVENT_OTHER);
    assert_true(e.ours && e.numbered);
    assert_int_equal(e.cursor.seq, 4711);
    check_str(e.data, NULL);
}

static int finish(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries),
        cmocka_unit_test(unknown_types),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/event entries", tests, NULL, finish);
}
