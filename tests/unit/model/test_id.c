#include "model/id.h"

#include "support/check.h"

#define NO_ROOM (-1)

static struct arena arena;

static void users(void **state)
{
    (void)state;
    static const struct {
        struct str id;
        bool good;
    } rows[] = {
        {LIT("1"), true},
        {LIT("42"), true},
        {LIT("999999999999999"), true},
        {LIT("1000000000000000"), false},
        {LIT("0"), false},
        {LIT("01"), false},
        {LIT(""), false},
        {{NULL, 0}, false},
        {LIT("-1"), false},
        {LIT("+1"), false},
        {LIT("1 "), false},
        {LIT("1\n"), false},
        {LIT("1\0"), false},
        {LIT("1:2"), false},
        {LIT("g1"), false},
        {LIT("1e3"), false},
        {LIT("\xd9\xa1"), false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(model_id_is_user(rows[i].id) == rows[i].good, rows[i].id);
    }
}

static void rooms(void **state)
{
    (void)state;
    static const struct {
        struct str id;
        int kind;
    } rows[] = {
        {LIT("0"), MODEL_ROOM_PUBLIC},
        {LIT("7"), MODEL_ROOM_PUBLIC},
        {LIT("999999999999999"), MODEL_ROOM_PUBLIC},
        {LIT("1000000000000000"), NO_ROOM},
        {LIT("00"), NO_ROOM},
        {LIT("07"), NO_ROOM},
        {LIT(""), NO_ROOM},
        {{NULL, 0}, NO_ROOM},
        {LIT("1:2"), MODEL_ROOM_DIRECT},
        {LIT("2:10"), MODEL_ROOM_DIRECT},
        {LIT("999999999999998:999999999999999"), MODEL_ROOM_DIRECT},
        {LIT("10:2"), NO_ROOM},
        {LIT("2:1"), NO_ROOM},
        {LIT("1:1"), NO_ROOM},
        {LIT("0:1"), NO_ROOM},
        {LIT("01:2"), NO_ROOM},
        {LIT("1:02"), NO_ROOM},
        {LIT("1:"), NO_ROOM},
        {LIT(":2"), NO_ROOM},
        {LIT(":"), NO_ROOM},
        {LIT("1:2:3"), NO_ROOM},
        {LIT("1:name"), NO_ROOM},
        {LIT("0:name"), NO_ROOM},
        {LIT("1:1000000000000000"), NO_ROOM},
        {LIT("g1"), MODEL_ROOM_CLOSED},
        {LIT("g999999999999999"), MODEL_ROOM_CLOSED},
        {LIT("g0"), NO_ROOM},
        {LIT("g01"), NO_ROOM},
        {LIT("g"), NO_ROOM},
        {LIT("G1"), NO_ROOM},
        {LIT("g1:2"), NO_ROOM},
        {LIT("general"), NO_ROOM},
        {LIT("*"), NO_ROOM},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const enum model_room_kind untouched = (enum model_room_kind)99;
        enum model_room_kind kind = untouched;
        const bool good = model_id_is_room(rows[i].id, &kind);
        check_row(good == (rows[i].kind != NO_ROOM), rows[i].id);
        check_row((int)kind == (good ? rows[i].kind : (int)untouched), rows[i].id);
    }
    enum model_room_kind kind;
    assert_true(model_id_is_room(MODEL_ROOM_GENERAL, &kind));
}

static void direct(void **state)
{
    (void)state;
    check_str(model_id_direct(&arena, STR("1"), STR("2")), "1:2");
    check_str(model_id_direct(&arena, STR("2"), STR("1")), "1:2");
    check_str(model_id_direct(&arena, STR("10"), STR("9")), "9:10");
    check_str(model_id_direct(&arena, STR("9"), STR("10")), "9:10");
    struct str both[2];
    model_id_direct_users(STR("9:10"), both);
    check_str(both[0], "9");
    check_str(both[1], "10");
}

static void places(void **state)
{
    (void)state;
    static const struct {
        struct str id;
        const char *score; /* NULL: no place */
    } rows[] = {
        {LIT("1795485263.175001"), "1795485263.175001"},
        {LIT("0.000001"), "0.000001"},
        {LIT("999999999999.000000"), "999999999999.000000"},
        {LIT("1000000000000.000000"), NULL},
        {LIT("01.000000"), NULL},
        {LIT("1795485263.17500"), NULL},
        {LIT("1795485263.1750010"), NULL},
        {LIT("1795485263"), NULL},
        {LIT("1795485263."), NULL},
        {LIT(".175001"), NULL},
        {LIT("-1.000000"), NULL},
        {LIT("1.00000x"), NULL},
        {LIT(""), NULL},
        {{NULL, 0}, NULL},
        {LIT("1795485893~0f3a9c21"), "1795485893"},
        {LIT("1795485764.2830355~0f3a9c21"), "1795485764.2830355"},
        {LIT("1.7954857642830355e+25~00000000"), "1.7954857642830355e+25"},
        {LIT("-5~ffffffff"), "-5"},
        {LIT("inf~ffffffff"), "inf"},
        {LIT("-inf~ffffffff"), "-inf"},
        {LIT("nan~ffffffff"), NULL},
        {LIT("infinity~ffffffff"), NULL},
        {LIT("1e999~ffffffff"), NULL},
        {LIT("0x10~ffffffff"), NULL},
        {LIT("(5~ffffffff"), NULL},
        {LIT("+5~ffffffff"), NULL},
        {LIT(" 5~ffffffff"), NULL},
        {LIT("~0f3a9c21"), NULL},
        {LIT("5~0F3A9C21"), NULL},
        {LIT("5~0f3a9c2"), NULL},
        {LIT("5~0f3a9c211"), NULL},
        {LIT("5~0f3a9c2g"), NULL},
        {LIT("5~0f3a9c21~"), NULL},
        {LIT("5~~0f3a9c21"), NULL},
        {LIT("5~\0\0\0\0\0\0\0\0"), NULL},
        {LIT("1111111111111111111111111111111111111111111111111111111111111111~0f3a9c21"), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_place place = {STR_NONE, STR_NONE};
        const bool good = model_id_place(rows[i].id, &place);
        check_row(good == (rows[i].score != NULL), rows[i].id);
        check_row(str_is_set(place.id) == good, rows[i].id);
        if (good) {
            check_eq(place.id, rows[i].id);
        }
        check_str(place.score, rows[i].score);
    }
}

static void cursors(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        struct model_cursor cursor; /* 0, 0: none */
    } rows[] = {
        {LIT("1795480000000.4711"), {1795480000000, 4711}},
        {LIT("1795480000000-4711"), {1795480000000, 4711}},
        {LIT("1.0"), {1, 0}},
        {LIT("18446744073709551615.18446744073709551615"), {UINT64_MAX, UINT64_MAX}},
        {LIT("18446744073709551616.1"), {0, 0}},
        {LIT("1.18446744073709551616"), {0, 0}},
        {LIT("01.1"), {0, 0}},
        {LIT("1.01"), {0, 0}},
        {LIT("1."), {0, 0}},
        {LIT(".1"), {0, 0}},
        {LIT("."), {0, 0}},
        {LIT("1"), {0, 0}},
        {LIT(""), {0, 0}},
        {{NULL, 0}, {0, 0}},
        {LIT("-1.1"), {0, 0}},
        {LIT("1.-1"), {0, 0}},
        {LIT("1-2.3"), {0, 0}},
        {LIT("1.2-3"), {0, 0}},
        {LIT("1.2.3"), {0, 0}},
        {LIT("1.2\n"), {0, 0}},
        {LIT("1:2"), {0, 0}},
        {LIT("1.2\0"), {0, 0}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_cursor cursor = {0, 0};
        const bool good = model_id_cursor(rows[i].text, &cursor);
        check_row(good == (rows[i].cursor.epoch != 0), rows[i].text);
        check_row(cursor.epoch == rows[i].cursor.epoch, rows[i].text);
        check_row(cursor.seq == rows[i].cursor.seq, rows[i].text);
    }
    check_str(model_id_cursor_text(&arena, (struct model_cursor){1795480000000, 4711}),
              "1795480000000.4711");
    check_str(model_id_cursor_text(&arena, (struct model_cursor){UINT64_MAX, 0}),
              "18446744073709551615.0");
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
        cmocka_unit_test(users),  cmocka_unit_test(rooms),   cmocka_unit_test(direct),
        cmocka_unit_test(places), cmocka_unit_test(cursors),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/id", tests, NULL, reset);
}
