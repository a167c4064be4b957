#include "model/event.h"

#include "support/check.h"

/* What becomes of a message, as it travels. */

static struct arena arena;

#define ID      "\"id\":\"1795485263.175001\""
#define ROOM    "\"roomId\":\"1:2\""
#define MESSAGE "{" ID ",\"from\":\"1\",\"date\":1795485263,\"message\":\"Hi\"," ROOM EDITED "}"
#define EDITED  ",\"rev\":1,\"edited\":1795485264"
#define GONE    "{" ID "," ROOM "}"
#define REACTION                                                                                   \
    "{" ROOM "," ID ",\"user\":\"2\",\"emoji\":\"\\u2764\\ufe0f\",\"added\":true,"                 \
    "\"reactions\":{\"\\u2764\\ufe0f\":2}}"

/* An envelope of one of our servers, to this room. */
static struct str own(const char *type, const char *data, const char *to)
{
    return arena_printf(&arena,
                        "{\"serverId\":\"snug:h3Kd\",\"type\":\"%s\",\"data\":%s,"
                        "\"epoch\":\"1795480000000\",\"seq\":4711,\"to\":\"%s\"}",
                        type, data, to);
}

static const struct {
    enum model_event_type type;
    const char *name, *data;
} rows[] = {
    {MODEL_EVENT_MESSAGE_EDITED, "message.edited", MESSAGE},
    {MODEL_EVENT_MESSAGE_DELETED, "message.deleted", GONE},
    {MODEL_EVENT_REACTION, "reaction", REACTION},
};

static void pass_as_they_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_event e, logged;
        const struct model_event_entry entry = {.cursor = {1795480000000, 4711},
                                                .type = str_of(rows[i].name),
                                                .to = STR("room:1:2"),
                                                .data = str_of(rows[i].data)};
        assert_string_equal(model_event_name(rows[i].type), rows[i].name);
        assert_int_equal(model_event_read(own(rows[i].name, rows[i].data, "room:1:2"), &arena, &e),
                         ERR_OK);
        assert_int_equal(e.type, rows[i].type);
        assert_int_equal(e.scope, MODEL_EVENT_TO_ROOM);
        assert_int_equal(e.cursor.seq, 4711);
        check_str(e.data, rows[i].data);
        check_str(e.target, "1:2");
        check_str(e.about, "1795485263.175001");
        check_str(e.from, NULL);
        model_event_read_entry(&entry, &arena, &logged);
        assert_int_equal(logged.type, rows[i].type);
        check_str(logged.about, "1795485263.175001");
        check_str(logged.data, rows[i].data);
    }
}

/* The id may be one of the demo family's. */
static void tell_of_a_demo_servers_message(void **state)
{
    (void)state;
    struct model_event e;
    const struct str envelope =
        own("message.deleted", "{\"id\":\"5~0f3a9c21\",\"roomId\":\"0\"}", "room:0");
    assert_int_equal(model_event_read(envelope, &arena, &e), ERR_OK);
    check_str(e.about, "5~0f3a9c21");
}

static void are_told_to_their_room(void **state)
{
    (void)state;
    static const char *const elsewhere[] = {"room:1:3", "room:0", "user:1", "all"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_event e;
        for (size_t j = 0; j < ARRAY_LEN(elsewhere); j++) {
            const struct str envelope = own(rows[i].name, rows[i].data, elsewhere[j]);
            check_row(model_event_read(envelope, &arena, &e) == ERR_PROTOCOL, envelope);
        }
        const char *const nothing[] = {"{" ID "}", "{" ROOM "}", "{}", "[]"};
        for (size_t j = 0; j < ARRAY_LEN(nothing); j++) {
            const struct str envelope = own(rows[i].name, nothing[j], "room:1:2");
            check_row(model_event_read(envelope, &arena, &e) == ERR_PROTOCOL, envelope);
        }
        const struct str unnumbered = arena_printf(
            &arena, "{\"serverId\":\"snug:h3Kd\",\"type\":\"%s\",\"data\":%s,\"to\":\"room:1:2\"}",
            rows[i].name, rows[i].data);
        check_row(model_event_read(unnumbered, &arena, &e) == ERR_PROTOCOL, unnumbered);
    }
}

static void come_from_nobody_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_event e;
        const struct str envelope = arena_printf(
            &arena, "{\"serverId\":1.5,\"type\":\"%s\",\"data\":%s,\"to\":\"room:1:2\"}",
            rows[i].name, rows[i].data);
        check_row(model_event_read(envelope, &arena, &e) == ERR_NOT_FOUND, envelope);
    }
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
        cmocka_unit_test(pass_as_they_are),
        cmocka_unit_test(tell_of_a_demo_servers_message),
        cmocka_unit_test(are_told_to_their_room),
        cmocka_unit_test(come_from_nobody_else),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
