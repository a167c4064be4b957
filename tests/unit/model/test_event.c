#include "model/event.h"

#include "model/message.h"
#include "support/check.h"

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
#define USER  "{\"id\":\"1\",\"username\":\"Pablo\",\"online\":true}"

static void words(void **state)
{
    (void)state;
    assert_string_equal(model_event_name(MODEL_EVENT_MESSAGE), "message");
    assert_string_equal(model_event_name(MODEL_EVENT_SHOW_ROOM), "show.room");
    assert_string_equal(model_event_name(MODEL_EVENT_USER_CONNECTED), "user.connected");
    assert_string_equal(model_event_name(MODEL_EVENT_USER_DISCONNECTED), "user.disconnected");
    assert_string_equal(model_event_name(MODEL_EVENT_USER_UPDATED), "user.updated");
    assert_string_equal(model_event_name(MODEL_EVENT_SERVER_WARNING), "server.warning");
    assert_string_equal(model_event_name(MODEL_EVENT_SESSION_ENDED), "session.ended");
    assert_true(model_event_is_kin(STR("snug:h3Kd")));
    assert_true(model_event_is_kin(STR("snug:")));
    assert_false(model_event_is_kin(STR("snug")));
    assert_false(model_event_is_kin(STR("Snug:x")));
    assert_false(model_event_is_kin(STR("10.0.0.1:5004")));
    assert_false(model_event_is_kin(STR_NONE));
}

/* Envelopes of our own servers: data passes as it was stored. */
static void own_events(void **state)
{
    (void)state;
    static const struct {
        struct str envelope;
        enum model_event_type type;
        const char *data;
        uint64_t seq;
        enum model_event_scope scope;
        const char *from, *target;
    } rows[] = {
        {LIT(KIN "message\",\"data\":" OWN_MESSAGE NUMBER ",\"to\":\"room:1:2\"}"),
         MODEL_EVENT_MESSAGE, OWN_MESSAGE_OUT, 4711, MODEL_EVENT_TO_ROOM, "1", "1:2"},
        {LIT(KIN "show.room\",\"data\":" SHOWN NUMBER ",\"to\":\"room:1:2\"}"),
         MODEL_EVENT_SHOW_ROOM, SHOWN, 4711, MODEL_EVENT_TO_ROOM, NULL, "1:2"},
        {LIT(KIN "show.room\",\"data\":" SHOWN NUMBER ",\"to\":\"user:15\"}"),
         MODEL_EVENT_SHOW_ROOM, SHOWN, 4711, MODEL_EVENT_TO_USER, NULL, "15"},
        {LIT(KIN "user.updated\",\"data\":{\"id\":\"7\",\"deleted\":true}" NUMBER
                 ",\"to\":\"all\"}"),
         MODEL_EVENT_USER_UPDATED, "{\"id\":\"7\",\"deleted\":true}", 4711, MODEL_EVENT_TO_ALL,
         NULL, NULL},
        {LIT(KIN "read\",\"data\":{\"roomId\":\"0\",\"id\":\"5.000001\"}" NUMBER
                 ",\"to\":\"user:15\"}"),
         MODEL_EVENT_READ, "{\"roomId\":\"0\",\"id\":\"5.000001\"}", 4711, MODEL_EVENT_TO_USER,
         NULL, "15"},
        {LIT(KIN "typing\",\"data\":{\"roomId\":\"1:2\",\"user\":\"1\",\"username\":\"\xc3\xa9\"},"
                 "\"to\":\"room:1:2\"}"),
         MODEL_EVENT_TYPING, "{\"roomId\":\"1:2\",\"user\":\"1\",\"username\":\"\\u00e9\"}", 0,
         MODEL_EVENT_TO_ROOM, "1", "1:2"},
        {LIT(KIN "session.ended\",\"data\":{}" NUMBER ",\"to\":\"session:" SHA "\"}"),
         MODEL_EVENT_SESSION_ENDED, "{}", 4711, MODEL_EVENT_TO_SESSION, NULL, SHA},
        {LIT(KIN "address.banned\",\"data\":{\"id\":\"192.0.2.7\"}" NUMBER ",\"to\":\"all\"}"),
         MODEL_EVENT_ADDRESS_BANNED, "{\"id\":\"192.0.2.7\"}", 4711, MODEL_EVENT_TO_ALL, NULL,
         NULL},
        {LIT(KIN "user.connected\",\"data\":" USER ",\"to\":\"all\"}"), MODEL_EVENT_USER_CONNECTED,
         USER, 0, MODEL_EVENT_TO_ALL, NULL, NULL},
        {LIT(KIN "user.disconnected\",\"data\":{ \"b\" : 1, \"a\" : [ ] }}"),
         MODEL_EVENT_USER_DISCONNECTED, "{\"b\":1,\"a\":[]}", 0, MODEL_EVENT_TO_ALL, NULL, NULL},
        {LIT("{\"to\":\"room:g7\",\"seq\":4711,\"epoch\":\"1795480000000\",\"data\":{\"roomId\":"
             "\"g7\",\"from\":\"9\",\"x\":\"\xc3\xa9\xff\"},\"type\":\"message\","
             "\"serverId\":\"snug:\"}"),
         MODEL_EVENT_MESSAGE, "{\"roomId\":\"g7\",\"from\":\"9\",\"x\":\"\\u00e9\\ufffd\"}", 4711,
         MODEL_EVENT_TO_ROOM, "9", "g7"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_event e;
        check_row(model_event_read(rows[i].envelope, &arena, &e) == ERR_OK, rows[i].envelope);
        check_row(e.ours, rows[i].envelope);
        check_row(e.type == rows[i].type, rows[i].envelope);
        check_str(e.data, rows[i].data);
        check_row(e.numbered == (rows[i].seq != 0), rows[i].envelope);
        check_row(e.cursor.seq == rows[i].seq, rows[i].envelope);
        check_row(e.cursor.epoch == (e.numbered ? 1795480000000 : 0), rows[i].envelope);
        check_row(e.scope == rows[i].scope, rows[i].envelope);
        check_str(e.from, rows[i].from);
        check_str(e.target, rows[i].target);
    }
}

/* Envelopes that say that they are ours and make no sense. */
static void own_refused(void **state)
{
    (void)state;
    static const struct str rows[] = {
        LIT(KIN "message\",\"data\":" OWN_MESSAGE NUMBER "}"),
        LIT(KIN "message\",\"data\":" OWN_MESSAGE NUMBER ",\"to\":\"all\"}"),
        LIT(KIN "message\",\"data\":" OWN_MESSAGE NUMBER ",\"to\":\"user:1\"}"),
        LIT(KIN "message\",\"data\":" OWN_MESSAGE NUMBER ",\"to\":\"room:1:3\"}"),
        LIT(KIN "message\",\"data\":" OWN_MESSAGE ",\"to\":\"room:1:2\"}"),
        LIT(KIN "message\",\"data\":{\"roomId\":\"1:2\"}" NUMBER ",\"to\":\"room:1:2\"}"),
        LIT(KIN "message\",\"data\":{\"roomId\":\"1:2\",\"from\":1}" NUMBER
                ",\"to\":\"room:1:2\"}"),
        LIT(KIN "message\",\"data\":{\"roomId\":\"1:2\",\"from\":\"0\"}" NUMBER
                ",\"to\":\"room:1:2\"}"),
        LIT(KIN "message\",\"data\":{\"from\":\"1\"}" NUMBER ",\"to\":\"room:1:2\"}"),
        LIT(KIN "show.room\",\"data\":" SHOWN ",\"to\":\"room:1:2\"}"),
        LIT(KIN "typing\",\"data\":{\"roomId\":\"1:2\",\"user\":\"1\"}" NUMBER
                ",\"to\":\"room:1:2\"}"),
        LIT(KIN "typing\",\"data\":{\"roomId\":\"1:2\",\"user\":\"1\"},\"to\":\"room:1:3\"}"),
        LIT(KIN "typing\",\"data\":{\"roomId\":\"1:2\",\"user\":\"1\"},\"to\":\"all\"}"),
        LIT(KIN "typing\",\"data\":{\"roomId\":\"1:2\",\"user\":1},\"to\":\"room:1:2\"}"),
        LIT(KIN "read\",\"data\":{\"roomId\":\"0\",\"id\":\"5.000001\"},\"to\":\"user:1\"}"),
        LIT(KIN "show.room\",\"data\":\"{}\"" NUMBER ",\"to\":\"room:1:2\"}"),
        LIT(KIN "show.room\",\"data\":[]" NUMBER ",\"to\":\"room:1:2\"}"),
        LIT(KIN "show.room\",\"data\":null" NUMBER ",\"to\":\"room:1:2\"}"),
        LIT(KIN "show.room\",\"data\":7" NUMBER ",\"to\":\"room:1:2\"}"),
        LIT(KIN "show.room\"" NUMBER ",\"to\":\"room:1:2\"}"),
        LIT(KIN "show.room\",\"data\":{},\"epoch\":\"1\"}"),
        LIT(KIN "show.room\",\"data\":{},\"seq\":1}"),
        LIT(KIN "show.room\",\"data\":{},\"epoch\":1,\"seq\":1}"),
        LIT(KIN "show.room\",\"data\":{},\"epoch\":\"\",\"seq\":1}"),
        LIT(KIN "show.room\",\"data\":{},\"epoch\":\"1x\",\"seq\":1}"),
        LIT(KIN "show.room\",\"data\":{},\"epoch\":\"1\",\"seq\":\"1\"}"),
        LIT(KIN "show.room\",\"data\":{},\"epoch\":\"1\",\"seq\":-1}"),
        LIT(KIN "show.room\",\"data\":{},\"epoch\":\"1\",\"seq\":1.0}"),
        LIT(KIN "show.room\",\"data\":{},\"epoch\":\"1\",\"seq\":null}"),
        LIT(KIN "show.room\",\"data\":{},\"epoch\":\"1\",\"seq\":9223372036854775808}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":\"\"}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":\"all:\"}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":\"room\"}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":\"room:\"}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":\"room:2:1\"}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":\"user:0\"}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":\"user:1:2\"}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":\"session:abc\"}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":\"everybody\"}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":1}"),
        LIT(KIN "user.connected\",\"data\":{},\"to\":null}"),
        LIT(KIN "user.connected\",\"data\":{\"n\":123456789012345678901234567890}}"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_event e = {.data = STR("untouched")};
        check_row(model_event_read(rows[i], &arena, &e) == ERR_PROTOCOL, rows[i]);
        check_str(e.data, "untouched");
    }
}

#define PY   "{\"serverId\": 226863.05031142844, \"type\": \""
#define NODE "{\"serverId\":\"10.0.0.1:5004\",\"type\":\""

/* What Python, Node, Java and .NET publish. In data, ~ stands for the tag of a message's id. */
static const struct {
    struct str envelope;
    enum model_event_type type;
    const char *data;
    enum model_event_scope scope;
    const char *from, *target;
} foreign_rows[] = {
    {LIT(PY "message\", \"data\": {\"roomId\": \"1:2\", \"message\": \"private &lt;b&gt; from "
            "Pablo to Joe \\ud83d\\ude00\", \"from\": \"1\", \"date\": 1795485893}}"),
     MODEL_EVENT_MESSAGE,
     "{\"id\":\"1795485893~\",\"from\":\"1\",\"date\":1795485893,\"message\":\"private <b> "
     "from Pablo to Joe \\ud83d\\ude00\",\"roomId\":\"1:2\"}",
     MODEL_EVENT_TO_ROOM, "1", "1:2"},
    {LIT(NODE "message\",\"data\":{\"roomId\":\"1:5\",\"message\":\"\xc3\xa9 &ltb&gt\","
              "\"from\":5,\"date\":1795485896,\"nonce\":\"n\",\"id\":\"x\"},\"seq\":\"odd\"}"),
     MODEL_EVENT_MESSAGE,
     "{\"id\":\"1795485896~\",\"from\":\"5\",\"date\":1795485896,\"message\":\"\\u00e9 <b>\","
     "\"roomId\":\"1:5\"}",
     MODEL_EVENT_TO_ROOM, "5", "1:5"},
    {LIT("{\"type\":\"message\",\"data\":{\"from\":\"1\",\"date\":1,\"message\":\"..\","
         "\"roomId\":\"0\"}}"),
     MODEL_EVENT_MESSAGE,
     "{\"id\":\"1~\",\"from\":\"1\",\"date\":1,\"message\":\"..\",\"roomId\":\"0\"}",
     MODEL_EVENT_TO_ROOM, "1", "0"},
    {LIT("{\"Type\":\"message\",\"Data\":\"{\\\"from\\\":\\\"1\\\",\\\"date\\\":7,"
         "\\\"message\\\":\\\"a\\\\nb\\\",\\\"roomId\\\":\\\"0\\\"}\",\"ServerId\":\"123\"}"),
     MODEL_EVENT_MESSAGE,
     "{\"id\":\"7~\",\"from\":\"1\",\"date\":7,\"message\":\"a\\nb\",\"roomId\":\"0\"}",
     MODEL_EVENT_TO_ROOM, "1", "0"},
    {LIT("{\"Type\":\"message\",\"Data\":\"{\\\"From\\\":\\\"1\\\",\\\"Date\\\":7,"
         "\\\"Message\\\":\\\"x\\\",\\\"RoomId\\\":\\\"0\\\"}\",\"ServerId\":null}"),
     MODEL_EVENT_MESSAGE,
     "{\"id\":\"7~\",\"from\":\"1\",\"date\":7,\"message\":\"x\",\"roomId\":\"0\"}",
     MODEL_EVENT_TO_ROOM, "1", "0"},
    {LIT(NODE "message\",\"data\":{\"roomId\":\"0\",\"message\":\"x\xff\",\"date\":5}}"),
     MODEL_EVENT_MESSAGE,
     "{\"id\":\"5~\",\"from\":\"0\",\"date\":5,\"message\":\"x\\ufffd\",\"roomId\":\"0\"}",
     MODEL_EVENT_TO_ROOM, "0", "0"},
    {LIT(NODE "show.room\",\"data\":{\"id\":\"1:5\",\"names\":[[\"Pablo\"],[\"Nina\"]]}}"),
     MODEL_EVENT_SHOW_ROOM, "{\"id\":\"1:5\",\"names\":[[\"Pablo\"],[\"Nina\"]]}",
     MODEL_EVENT_TO_ROOM, NULL, "1:5"},
    {LIT(PY "show.room\", \"data\": {\"id\": \"1:5\", \"names\": [\"Pablo\", \"Nina\"]}}"),
     MODEL_EVENT_SHOW_ROOM, "{\"id\":\"1:5\",\"names\":[[\"Pablo\"],[\"Nina\"]]}",
     MODEL_EVENT_TO_ROOM, NULL, "1:5"},
    {LIT(PY "show.room\", \"data\": {\"id\": \"1:5\", \"names\": [[null], null, \"x\"]}}"),
     MODEL_EVENT_SHOW_ROOM, "{\"id\":\"1:5\",\"names\":[[\"\"],[\"\"]]}", MODEL_EVENT_TO_ROOM, NULL,
     "1:5"},
    {LIT(PY "show.room\", \"data\": {\"id\": \"1:5\", \"names\": {\"0\": \"x\"}}}"),
     MODEL_EVENT_SHOW_ROOM, "{\"id\":\"1:5\",\"names\":[[\"\"],[\"\"]]}", MODEL_EVENT_TO_ROOM, NULL,
     "1:5"},
    {LIT(NODE "user.connected\",\"data\":{\"id\":\"2\",\"username\":\"Joe\",\"online\":true}}"),
     MODEL_EVENT_USER_CONNECTED, "{\"id\":\"2\",\"username\":\"Joe\",\"online\":true}",
     MODEL_EVENT_TO_ALL, NULL, NULL},
    {LIT(NODE "user.disconnected\",\"data\":{\"id\":5,\"username\":\"N\xc3\xafna\"}}"),
     MODEL_EVENT_USER_DISCONNECTED, "{\"id\":\"5\",\"username\":\"N\\u00efna\",\"online\":false}",
     MODEL_EVENT_TO_ALL, NULL, NULL},
    {LIT("{\"type\":\"user.connected\",\"data\":{\"id\":1,\"username\":\"Pablo\","
         "\"isOnline\":false}}"),
     MODEL_EVENT_USER_CONNECTED, USER, MODEL_EVENT_TO_ALL, NULL, NULL},
    {LIT("{\"serverId\":[1],\"type\":\"user.connected\",\"data\":\"{\\\"Id\\\":1,"
         "\\\"Username\\\":\\\"Pablo\\\"}\"}"),
     MODEL_EVENT_USER_CONNECTED, USER, MODEL_EVENT_TO_ALL, NULL, NULL},
    /* A name in Pascal case is not how we spell ours. */
    {LIT("{\"ServerId\":\"snug:x\",\"type\":\"user.connected\",\"data\":" USER
         ",\"to\":\"nobody\"}"),
     MODEL_EVENT_USER_CONNECTED, USER, MODEL_EVENT_TO_ALL, NULL, NULL},
};

static void foreign_events(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(foreign_rows); i++) {
        struct model_event e;
        check_row(model_event_read(foreign_rows[i].envelope, &arena, &e) == ERR_OK,
                  foreign_rows[i].envelope);
        check_row(!e.ours && !e.numbered && e.cursor.epoch == 0 && e.cursor.seq == 0,
                  foreign_rows[i].envelope);
        check_row(e.type == foreign_rows[i].type, foreign_rows[i].envelope);
        check_row(e.scope == foreign_rows[i].scope, foreign_rows[i].envelope);
        check_str(e.from, foreign_rows[i].from);
        check_str(e.target, foreign_rows[i].target);
        struct str tail = e.data, head;
        if (e.type == MODEL_EVENT_MESSAGE) {
            assert_true(str_split(&tail, '~', &head));
            check_str(arena_printf(&arena, "%.*s~%.*s", STR_FMT(head), STR_FMT(str_skip(tail, 8))),
                      foreign_rows[i].data);
        } else {
            check_str(e.data, foreign_rows[i].data);
        }
    }
}

/* A room that is shown and a user who comes or goes are told apart from whom it concerns. */
static void about(void **state)
{
    (void)state;
    static const struct {
        struct str envelope;
        const char *about;
    } rows[] = {
        {LIT(KIN "show.room\",\"data\":" SHOWN NUMBER ",\"to\":\"user:15\"}"), "1:2"},
        {LIT(KIN "user.connected\",\"data\":" USER ",\"to\":\"all\"}"), "1"},
        {LIT(KIN "user.connected\",\"data\":{\"id\":1}}"), NULL},
        {LIT(KIN "message\",\"data\":" OWN_MESSAGE NUMBER ",\"to\":\"room:1:2\"}"),
         "1795485263.175001"},
        {LIT(NODE "show.room\",\"data\":{\"id\":\"1:5\",\"names\":[]}}"), "1:5"},
        {LIT(NODE "user.disconnected\",\"data\":{\"id\":5,\"username\":\"Nina\"}}"), "5"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_event e;
        check_row(model_event_read(rows[i].envelope, &arena, &e) == ERR_OK, rows[i].envelope);
        check_str(e.about, rows[i].about);
    }
}

/* The id of an event is the one that the message has in the room's history. */
static void same_id_as_stored(void **state)
{
    (void)state;
    static const struct {
        struct str envelope, member;
    } rows[] = {
        {LIT(PY "message\", \"data\": {\"roomId\": \"1:2\", \"message\": \"it&#39;s \\u00e9\", "
                "\"from\": \"1\", \"date\": 1795485893}}"),
         LIT("{\"roomId\": \"1:2\", \"message\": \"it&#39;s \\u00e9\", \"from\": \"1\", "
             "\"date\": 1795485893}")},
        {LIT(NODE "message\",\"data\":{\"roomId\":\"1:2\",\"message\":\"\xc3\xa9\",\"from\":1,"
                  "\"date\":1795485893}}"),
         LIT("{\"roomId\":\"1:2\",\"message\":\"\xc3\xa9\",\"from\":1,\"date\":1795485893}")},
        {LIT("{\"Type\":\"message\",\"Data\":\"{\\\"from\\\":\\\"1\\\",\\\"date\\\":1795485893,"
             "\\\"message\\\":\\\"\\u00e9\\\",\\\"roomId\\\":\\\"1:2\\\"}\"}"),
         LIT("{\"From\":\"1\",\"Date\":1795485893,\"Message\":\"\xc3\xa9\",\"RoomId\":\"1:2\"}")},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_event e;
        struct model_message m;
        assert_int_equal(model_event_read(rows[i].envelope, &arena, &e), ERR_OK);
        assert_int_equal(
            model_message_read(rows[i].member, STR("1795485893"), STR("1:2"), &arena, &m), ERR_OK);
        struct buf out;
        buf_init(&out, &arena, MODEL_EVENT_DATA_MAX);
        model_message_write(&out, &m);
        check_eq(e.data, buf_str(&out));
    }
}

static const struct {
    struct str envelope;
    enum err err;
} refused_rows[] = {
    {LIT(""), ERR_PROTOCOL},
    {{NULL, 0}, ERR_PROTOCOL},
    {LIT("\0"), ERR_PROTOCOL},
    {LIT("null"), ERR_PROTOCOL},
    {LIT("1"), ERR_PROTOCOL},
    {LIT("\"message\""), ERR_PROTOCOL},
    {LIT("[]"), ERR_PROTOCOL},
    {LIT("{}"), ERR_PROTOCOL},
    {LIT("not JSON"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":{}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":{}}\0"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\"}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"typing\"}"), ERR_PROTOCOL},
    {LIT("{\"data\":{}}"), ERR_PROTOCOL},
    {LIT("{\"type\":null,\"data\":{}}"), ERR_PROTOCOL},
    {LIT("{\"type\":1,\"data\":{}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"typing\",\"data\":{}}"), ERR_NOT_FOUND},
    {LIT("{\"type\":\"\",\"data\":null}"), ERR_NOT_FOUND},
    {LIT("{\"type\":\"Message\",\"data\":{}}"), ERR_NOT_FOUND},
    {LIT("{\"type\":\"message\\u0000\",\"data\":{}}"), ERR_NOT_FOUND},
    {LIT(KIN "unheard.of\",\"data\":{}}"), ERR_NOT_FOUND},
    {LIT(NODE "address.banned\",\"data\":{\"id\":\"192.0.2.7\"},\"to\":\"all\"}"), ERR_NOT_FOUND},
    {LIT(KIN "address.banned\",\"data\":{\"id\":\"192.0.2.7\"},\"to\":\"all\"}"), ERR_PROTOCOL},
    {LIT(NODE "session.ended\",\"data\":{},\"to\":\"session:" SHA "\"}"), ERR_NOT_FOUND},
    {LIT(NODE "user.updated\",\"data\":{\"id\":\"7\"},\"to\":\"all\"}"), ERR_NOT_FOUND},
    {LIT(KIN "user.updated\",\"data\":{\"id\":\"7\"},\"to\":\"all\"}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":null}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":[]}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":7}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":{}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":\"\"}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":\"text\"}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":\"\\\"text\\\"\"}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":{\"message\":\"x\",\"date\":5,\"roomId\":\"g7\"}}"),
     ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":{\"message\":\"x\",\"date\":5}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":{\"message\":\"x\",\"roomId\":\"0\"}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"message\",\"data\":{\"message\":null,\"date\":5,\"roomId\":\"0\"}}"),
     ERR_PROTOCOL},
    {LIT("{\"type\":\"show.room\",\"data\":{}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"show.room\",\"data\":{\"id\":\"0\",\"names\":[]}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"show.room\",\"data\":{\"id\":\"2:1\",\"names\":[]}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"show.room\",\"data\":{\"id\":\"g7\",\"names\":[]}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"show.room\",\"data\":{\"id\":12,\"names\":[]}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"show.room\",\"data\":\"1:2\"}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"user.connected\",\"data\":{}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"user.connected\",\"data\":{\"id\":\"1\"}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"user.connected\",\"data\":{\"username\":\"x\"}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"user.connected\",\"data\":{\"id\":0,\"username\":\"x\"}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"user.connected\",\"data\":{\"id\":1,\"username\":null}}"), ERR_PROTOCOL},
    {LIT("{\"type\":\"user.connected\",\"data\":[]}"), ERR_PROTOCOL},
    {LIT("{\"Type\":\"user.connected\",\"Data\":\"\\\"Pablo\\\"\",\"ServerId\":\"123\"}"),
     ERR_NOT_FOUND},
    {LIT("{\"Type\":\"user.disconnected\",\"Data\":\"Pablo\"}"), ERR_NOT_FOUND},
};

static void refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refused_rows); i++) {
        struct model_event e = {.data = STR("untouched")};
        check_row(model_event_read(refused_rows[i].envelope, &arena, &e) == refused_rows[i].err,
                  refused_rows[i].envelope);
        check_str(e.data, "untouched");
    }
}

/* An envelope of the form before{unit × times}after. */
static struct str grown(const char *before, const char *unit, size_t times, const char *after)
{
    struct buf out;
    buf_init(&out, &arena, 16u << 20);
    buf_add_cstr(&out, before);
    for (size_t i = 0; i < times; i++) {
        buf_add_cstr(&out, unit);
    }
    buf_add_cstr(&out, after);
    assert_int_equal(buf_err(&out), ERR_OK);
    return buf_str(&out);
}

static void sizes(void **state)
{
    (void)state;
    struct model_event e;
    /* Ours: {"n":"…"} of exactly the limit, and a byte more. */
    const size_t fits = MODEL_EVENT_DATA_MAX - strlen("{\"n\":\"\"}");
    const char *own = KIN "user.connected\",\"data\":{\"n\":\"";
    assert_int_equal(model_event_read(grown(own, "a", fits, "\"}}"), &arena, &e), ERR_OK);
    assert_int_equal(e.data.len, MODEL_EVENT_DATA_MAX);
    assert_int_equal(model_event_read(grown(own, "a", fits + 1, "\"}}"), &arena, &e), ERR_PROTOCOL);
    assert_int_equal(model_event_read(grown(own, "\xc3\xa9", fits / 6 + 1, "\"}}"), &arena, &e),
                     ERR_PROTOCOL);
    /* A foreign message is cut, names are not. */
    assert_int_equal(
        model_event_read(grown("{\"type\":\"message\",\"data\":{\"date\":5,\"roomId\":\"0\","
                               "\"message\":\"",
                               "&lt;\xf0\x9f\x98\x80", 70000, "\"}}"),
                         &arena, &e),
        ERR_OK);
    assert_in_range(e.data.len, MODEL_EVENT_DATA_MAX - 300, MODEL_EVENT_DATA_MAX);
    assert_int_equal(
        model_event_read(grown("{\"type\":\"user.connected\",\"data\":{\"id\":1,\"username\":\"",
                               "a", MODEL_EVENT_DATA_MAX, "\"}}"),
                         &arena, &e),
        ERR_PROTOCOL);
    assert_int_equal(
        model_event_read(grown("{\"type\":\"show.room\",\"data\":{\"id\":\"1:2\",\"names\":[\"",
                               "a", MODEL_EVENT_DATA_MAX, "\"]}}"),
                         &arena, &e),
        ERR_PROTOCOL);
    /* A whole envelope. */
    const char *open = "{\"type\":\"user.connected\",\"data\":{\"id\":1,\"username\":\"x\"}";
    const size_t blank = MODEL_EVENT_ENVELOPE_MAX - strlen(open) - 1;
    assert_int_equal(model_event_read(grown(open, " ", blank, "}"), &arena, &e), ERR_OK);
    assert_int_equal(model_event_read(grown(open, " ", blank + 1, "}"), &arena, &e), ERR_PROTOCOL);
    /* Depth. */
    assert_int_equal(
        model_event_read(grown("{\"type\":\"message\",\"data\":", "[", 500000, ""), &arena, &e),
        ERR_PROTOCOL);
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
        cmocka_unit_test(words),       cmocka_unit_test(own_events),
        cmocka_unit_test(own_refused), cmocka_unit_test(foreign_events),
        cmocka_unit_test(about),       cmocka_unit_test(same_id_as_stored),
        cmocka_unit_test(refused),     cmocka_unit_test(sizes),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/event", tests, NULL, reset);
}
