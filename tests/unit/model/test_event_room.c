#include "model/event.h"

#include "support/check.h"

/* Events that say who is in a room, and what it is. */

#define KIN    "{\"serverId\":\"snug:h3Kd\",\"type\":\""
#define NODE   "{\"serverId\":\"10.0.0.1:5004\",\"type\":\""
#define NUMBER ",\"epoch\":\"1795480000000\",\"seq\":4711"

static struct arena arena;

static void what_makes_sense(void **state)
{
    (void)state;
    static const struct {
        struct str envelope;
        enum model_event_type type;
        enum model_event_scope scope;
        const char *about, *target;
    } rows[] = {
        {LIT(KIN "room.left\",\"data\":{\"id\":\"7\"}" NUMBER ",\"to\":\"user:15\"}"),
         MODEL_EVENT_ROOM_LEFT, MODEL_EVENT_TO_USER, "7", "15"},
        {LIT(KIN "room.left\",\"data\":{\"id\":\"g7\"}" NUMBER ",\"to\":\"users:15,2,9\"}"),
         MODEL_EVENT_ROOM_LEFT, MODEL_EVENT_TO_USERS, "g7", "15,2,9"},
        {LIT(KIN "room.left\",\"data\":{\"id\":\"g7\"}" NUMBER ",\"to\":\"users:15\"}"),
         MODEL_EVENT_ROOM_LEFT, MODEL_EVENT_TO_USERS, "g7", "15"},
        {LIT(KIN "room.updated\",\"data\":{\"id\":\"g7\"}" NUMBER ",\"to\":\"room:g7\"}"),
         MODEL_EVENT_ROOM_UPDATED, MODEL_EVENT_TO_ROOM, "g7", "g7"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_event event;
        assert_int_equal(model_event_read(rows[i].envelope, &arena, &event), ERR_OK);
        assert_int_equal(event.type, rows[i].type);
        assert_int_equal(event.scope, rows[i].scope);
        assert_true(event.ours && event.numbered);
        assert_int_equal(event.cursor.seq, 4711);
        check_str(event.about, rows[i].about);
        check_str(event.target, rows[i].target);
    }
}

static void what_makes_none(void **state)
{
    (void)state;
    static const struct {
        struct str envelope;
        enum err err;
    } rows[] = {
        {LIT(NODE "room.left\",\"data\":{\"id\":\"7\"},\"to\":\"user:1\"}"), ERR_NOT_FOUND},
        {LIT(KIN "room.left\",\"data\":{\"id\":\"7\"},\"to\":\"user:1\"}"), ERR_PROTOCOL},
        {LIT(KIN "room.left\",\"data\":{\"id\":\"7\"}" NUMBER ",\"to\":\"all\"}"), ERR_PROTOCOL},
        {LIT(KIN "room.left\",\"data\":{\"id\":\"7\"}" NUMBER ",\"to\":\"room:7\"}"), ERR_PROTOCOL},
        {LIT(KIN "room.left\",\"data\":{\"id\":\"x\"}" NUMBER ",\"to\":\"user:1\"}"), ERR_PROTOCOL},
        {LIT(KIN "room.left\",\"data\":{\"id\":\"7\"}" NUMBER ",\"to\":\"users:\"}"), ERR_PROTOCOL},
        {LIT(KIN "room.left\",\"data\":{\"id\":\"7\"}" NUMBER ",\"to\":\"users\"}"), ERR_PROTOCOL},
        {LIT(KIN "room.left\",\"data\":{\"id\":\"7\"}" NUMBER ",\"to\":\"users:1,x\"}"),
         ERR_PROTOCOL},
        {LIT(NODE "room.updated\",\"data\":{\"id\":\"7\"},\"to\":\"room:7\"}"), ERR_NOT_FOUND},
        {LIT(KIN "room.updated\",\"data\":{\"id\":\"7\"},\"to\":\"room:7\"}"), ERR_PROTOCOL},
        {LIT(KIN "room.updated\",\"data\":{\"id\":\"7\"}" NUMBER ",\"to\":\"room:8\"}"),
         ERR_PROTOCOL},
        {LIT(KIN "room.updated\",\"data\":{\"id\":\"7\"}" NUMBER ",\"to\":\"user:1\"}"),
         ERR_PROTOCOL},
        {LIT(KIN "room.left\",\"data\":{}" NUMBER ",\"to\":\"user:1\"}"), ERR_PROTOCOL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_event event;
        assert_int_equal(model_event_read(rows[i].envelope, &arena, &event), rows[i].err);
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
        cmocka_unit_test(what_makes_sense),
        cmocka_unit_test(what_makes_none),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/event rooms", tests, NULL, reset);
}
