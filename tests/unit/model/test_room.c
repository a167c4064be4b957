#include "model/room.h"

#include "support/check.h"

static struct arena arena;

#define LAST                                                                                       \
    "{\"id\":\"1795485895~00000000\",\"from\":\"2\",\"date\":1795485895,\"message\":\"Hello\","    \
    "\"roomId\":\"1:2\"}"

static void writes(void **state)
{
    (void)state;
    const struct model_message last = {.id = STR("1795485895~00000000"),
                                       .from = STR("2"),
                                       .date = 1795485895,
                                       .text = STR("Hello"),
                                       .room = STR("1:2")};
    const struct model_room direct = {.id = STR("1:2"),
                                      .kind = MODEL_ROOM_DIRECT,
                                      .users = {STR("1"), STR("2")},
                                      .names = {STR("Pablo"), STR("Joe")},
                                      .last = last};
    const struct {
        struct model_room room;
        bool online[2], has_last;
        const char *json;
    } rows[] = {
        {{.id = STR("0"), .kind = MODEL_ROOM_PUBLIC, .name = STR("General")},
         {false, false},
         false,
         "{\"id\":\"0\",\"kind\":\"public\",\"name\":\"General\"}"},
        {{.id = STR("g7"), .kind = MODEL_ROOM_CLOSED, .name = STR("\"\xc3\xa9\"")},
         {false, false},
         false,
         "{\"id\":\"g7\",\"kind\":\"private\",\"name\":\"\\\"\\u00e9\\\"\"}"},
        {{.id = STR("7"), .kind = MODEL_ROOM_PUBLIC, .name = STR("x"), .last = last},
         {false, false},
         true,
         "{\"id\":\"7\",\"kind\":\"public\",\"name\":\"x\",\"last\":" LAST "}"},
        {direct,
         {false, false},
         false,
         "{\"id\":\"1:2\",\"kind\":\"direct\",\"names\":[\"Pablo\",\"Joe\"],"
         "\"users\":[\"1\",\"2\"],\"online\":[]}"},
        {direct,
         {false, true},
         true,
         "{\"id\":\"1:2\",\"kind\":\"direct\",\"names\":[\"Pablo\",\"Joe\"],"
         "\"users\":[\"1\",\"2\"],\"online\":[\"2\"],\"last\":" LAST "}"},
        {direct,
         {true, false},
         false,
         "{\"id\":\"1:2\",\"kind\":\"direct\",\"names\":[\"Pablo\",\"Joe\"],"
         "\"users\":[\"1\",\"2\"],\"online\":[\"1\"]}"},
        {direct,
         {true, true},
         false,
         "{\"id\":\"1:2\",\"kind\":\"direct\",\"names\":[\"Pablo\",\"Joe\"],"
         "\"users\":[\"1\",\"2\"],\"online\":[\"1\",\"2\"]}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_room room = rows[i].room;
        room.online[0] = rows[i].online[0];
        room.online[1] = rows[i].online[1];
        room.has_last = rows[i].has_last;
        struct buf out;
        buf_init(&out, &arena, 10000);
        model_room_write(&out, &room);
        check_str(buf_str(&out), rows[i].json);
    }
}

static void shown(void **state)
{
    (void)state;
    const struct {
        struct str names[2];
        const char *json;
    } rows[] = {
        {{STR("Pablo"), STR("Joe")}, "{\"id\":\"1:2\",\"names\":[[\"Pablo\"],[\"Joe\"]]}"},
        {{STR("\"]]}"), STR("")}, "{\"id\":\"1:2\",\"names\":[[\"\\\"]]}\"],[\"\"]]}"},
        {{STR("\xf0\x9f\x98\x80"), STR("\xff")},
         "{\"id\":\"1:2\",\"names\":[[\"\\ud83d\\ude00\"],[\"\\ufffd\"]]}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out;
        buf_init(&out, &arena, 1000);
        model_room_write_shown(&out, STR("1:2"), rows[i].names);
        check_str(buf_str(&out), rows[i].json);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(writes), cmocka_unit_test(shown)};
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/room", tests, NULL, reset);
}
