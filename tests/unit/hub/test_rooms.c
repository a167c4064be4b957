#include "hub/rooms.h"

#include <stdio.h>
#include "support/check.h"

/* Who was visited, as a mask of clients. */
struct visit {
    struct hub_client *clients;
    unsigned mask, count;
};

static struct hub_client clients[5];

static void note(void *arg, struct hub_client *c)
{
    struct visit *v = arg;
    v->mask |= 1u << (c - v->clients);
    v->count++;
}

static unsigned members(struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id)
{
    struct visit v = {.clients = clients};
    hub_rooms_each(rooms, kind, id, note, &v);
    /* Nobody twice. */
    assert_int_equal(v.count, __builtin_popcount(v.mask));
    return v.mask;
}

static void finds_members(void **state)
{
    (void)state;
    struct hub_rooms *rooms = hub_rooms_create();
    hub_rooms_join(rooms, HUB_ROOMS_ROOM, STR("0"), &clients[0]);
    hub_rooms_join(rooms, HUB_ROOMS_ROOM, STR("0"), &clients[1]);
    hub_rooms_join(rooms, HUB_ROOMS_ROOM, STR("1:2"), &clients[1]);
    hub_rooms_join(rooms, HUB_ROOMS_ROOM, STR("1:2"), &clients[2]);
    hub_rooms_join(rooms, HUB_ROOMS_SESSION, STR("0"), &clients[3]);
    assert_int_equal(hub_rooms_count(rooms), 3);
    hub_rooms_join(rooms, HUB_ROOMS_ROOM, STR("0"), &clients[1]);
    assert_int_equal(hub_rooms_size(rooms, HUB_ROOMS_ROOM, STR("0")), 2);
    assert_int_equal(hub_rooms_size(rooms, HUB_ROOMS_ROOM, STR("1:22")), 0);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("0")), 3);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("1:2")), 6);
    assert_int_equal(members(rooms, HUB_ROOMS_SESSION, STR("0")), 8);
    assert_int_equal(members(rooms, HUB_ROOMS_SESSION, STR("1:2")), 0);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("1:")), 0);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("1:22")), 0);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("")), 0);
    assert_true(hub_rooms_has(rooms, HUB_ROOMS_ROOM, STR("1:2"), &clients[2]));
    assert_false(hub_rooms_has(rooms, HUB_ROOMS_ROOM, STR("1:2"), &clients[0]));
    assert_false(hub_rooms_has(rooms, HUB_ROOMS_ROOM, STR("0"), &clients[3]));
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        hub_rooms_leave_all(rooms, &clients[i]);
    }
    assert_int_equal(hub_rooms_count(rooms), 0);
    hub_rooms_destroy(rooms);
}

static void leaves_one(void **state)
{
    (void)state;
    struct hub_rooms *rooms = hub_rooms_create();
    for (size_t i = 0; i < 3; i++) {
        hub_rooms_join(rooms, HUB_ROOMS_ROOM, STR("0"), &clients[i]);
        hub_rooms_join(rooms, HUB_ROOMS_ROOM, STR("7"), &clients[i]);
    }
    hub_rooms_leave(rooms, HUB_ROOMS_ROOM, STR("7"), &clients[1]);
    hub_rooms_leave(rooms, HUB_ROOMS_ROOM, STR("7"), &clients[1]);
    hub_rooms_leave(rooms, HUB_ROOMS_ROOM, STR("8"), &clients[1]);
    hub_rooms_leave(rooms, HUB_ROOMS_SESSION, STR("0"), &clients[1]);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("7")), 5);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("0")), 7);
    hub_rooms_leave(rooms, HUB_ROOMS_ROOM, STR("7"), &clients[0]);
    hub_rooms_leave(rooms, HUB_ROOMS_ROOM, STR("7"), &clients[2]);
    assert_int_equal(hub_rooms_count(rooms), 1);
    for (size_t i = 0; i < 3; i++) {
        hub_rooms_leave_all(rooms, &clients[i]);
    }
    assert_int_equal(hub_rooms_count(rooms), 0);
    hub_rooms_destroy(rooms);
}

static void joins_once(void **state)
{
    (void)state;
    struct hub_rooms *rooms = hub_rooms_create();
    for (int i = 0; i < 3; i++) {
        hub_rooms_join(rooms, HUB_ROOMS_ROOM, STR("0"), &clients[0]);
        hub_rooms_join(rooms, HUB_ROOMS_ROOM, STR("g7"), &clients[0]);
    }
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("0")), 1);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("g7")), 1);
    hub_rooms_leave_all(rooms, &clients[0]);
    assert_null(clients[0].groups);
    hub_rooms_leave_all(rooms, &clients[0]);
    assert_int_equal(hub_rooms_count(rooms), 0);
    hub_rooms_destroy(rooms);
}

/* The id is copied, and a room goes with its last member and comes again. */
static void rooms_come_and_go(void **state)
{
    (void)state;
    struct hub_rooms *rooms = hub_rooms_create();
    char id[16];
    for (int n = 0; n < 2000; n++) {
        const int len = snprintf(id, sizeof id, "%d:%d", n + 1, n + 2);
        const struct str room = {id, (size_t)len};
        hub_rooms_join(rooms, HUB_ROOMS_ROOM, room, &clients[n % 5]);
        hub_rooms_join(rooms, HUB_ROOMS_ROOM, room, &clients[(n + 1) % 5]);
    }
    assert_int_equal(hub_rooms_count(rooms), 2000);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("1:2")), 3);
    hub_rooms_leave_all(rooms, &clients[0]);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("1:2")), 2);
    hub_rooms_leave_all(rooms, &clients[1]);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("1:2")), 0);
    assert_int_equal(hub_rooms_count(rooms), 1600);
    hub_rooms_join(rooms, HUB_ROOMS_ROOM, STR("1:2"), &clients[0]);
    assert_int_equal(members(rooms, HUB_ROOMS_ROOM, STR("1:2")), 1);
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        hub_rooms_leave_all(rooms, &clients[i]);
    }
    assert_int_equal(hub_rooms_count(rooms), 0);
    hub_rooms_destroy(rooms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_members),
        cmocka_unit_test(leaves_one),
        cmocka_unit_test(joins_once),
        cmocka_unit_test(rooms_come_and_go),
    };
    return cmocka_run_group_tests_name("hub/rooms", tests, NULL, NULL);
}
