#include "hub/replay.h"

#include <stdlib.h>
#include "support/check.h"

#define EPOCH 1795480000000u

static int setup(void **state)
{
    *state = hub_replay_create();
    return 0;
}

static int teardown(void **state)
{
    hub_replay_destroy(*state);
    assert_int_equal(wire_frame_count(), 0);
    return 0;
}

static struct model_cursor at(uint64_t seq)
{
    return (struct model_cursor){EPOCH, seq};
}

static void add_at(struct hub_replay *r, struct model_cursor cursor, size_t len)
{
    char room[] = "1:2"; /* to be copied */
    const struct model_event event = {.numbered = true,
                                      .cursor = cursor,
                                      .scope = MODEL_EVENT_TO_ROOM,
                                      .data = STR("{}"),
                                      .target = {room, 3},
                                      .about = {room + 2, 1}};
    char *content = calloc(1, len);
    assert_non_null(content);
    struct wire_frame *f = wire_frame_create((struct str){content, len}, cursor.epoch, cursor.seq);
    hub_replay_add(r, &event, f);
    wire_frame_unref(f);
    free(content);
}

static void add(struct hub_replay *r, uint64_t from, uint64_t to)
{
    for (uint64_t seq = from; seq <= to; seq++) {
        add_at(r, at(seq), 100);
    }
}

/* What a stream at this cursor would be sent: the first and the last seq, and how many. */
static void assert_rest(const struct hub_replay *r, uint64_t after, uint64_t first, uint64_t last)
{
    uint64_t seq = first;
    const struct hub_replay_entry *e;
    for (size_t i = hub_replay_seek(r, at(after)); (e = hub_replay_at(r, i)) != NULL; i++) {
        assert_int_equal(e->event.cursor.seq, seq);
        assert_int_equal(e->frame->seq, seq);
        check_str(e->event.target, "1:2");
        check_str(e->event.about, "2");
        check_str(e->event.data, NULL);
        seq++;
    }
    assert_int_equal(seq, last + 1);
}

static void orders_cursors(void **state)
{
    (void)state;
    assert_true(hub_replay_after((struct model_cursor){1, 2}, (struct model_cursor){1, 1}));
    assert_true(hub_replay_after((struct model_cursor){2, 0}, (struct model_cursor){1, 9}));
    assert_false(hub_replay_after((struct model_cursor){1, 1}, (struct model_cursor){1, 1}));
    assert_false(hub_replay_after((struct model_cursor){1, 9}, (struct model_cursor){2, 0}));
}

/* Each event follows the one before; nothing fits where there is no beginning. */
static void makes_a_chain(void **state)
{
    struct hub_replay *r = *state;
    assert_int_equal(hub_replay_fit(r, at(10)), HUB_REPLAY_BREAK);
    assert_int_equal(hub_replay_last(r).epoch, 0);
    hub_replay_start(r, at(9));
    assert_int_equal(hub_replay_last(r).seq, 9);
    assert_int_equal(hub_replay_fit(r, at(9)), HUB_REPLAY_STALE);
    assert_int_equal(hub_replay_fit(r, at(10)), HUB_REPLAY_NEXT);
    assert_int_equal(hub_replay_fit(r, at(11)), HUB_REPLAY_BREAK);
    add(r, 10, 12);
    assert_int_equal(hub_replay_last(r).seq, 12);
    assert_int_equal(hub_replay_fit(r, at(12)), HUB_REPLAY_STALE);
    assert_int_equal(hub_replay_fit(r, at(13)), HUB_REPLAY_NEXT);
    assert_int_equal(hub_replay_fit(r, at(14)), HUB_REPLAY_BREAK);
    assert_int_equal(hub_replay_fit(r, (struct model_cursor){EPOCH - 1, 99}), HUB_REPLAY_STALE);
    assert_int_equal(hub_replay_fit(r, (struct model_cursor){EPOCH + 1, 1}), HUB_REPLAY_BREAK);
}

static void gives_what_follows_a_cursor(void **state)
{
    struct hub_replay *r = *state;
    add(r, 10, 20);
    assert_rest(r, 9, 10, 20);
    assert_rest(r, 15, 16, 20);
    assert_rest(r, 19, 20, 20);
    assert_rest(r, 20, 21, 20);
    assert_rest(r, 99, 21, 20);
}

/* An entry is here, or it is not: no number in between two epochs is one. */
static void knows_its_entries(void **state)
{
    struct hub_replay *r = *state;
    const struct model_cursor next_epoch = {EPOCH + 5, 0};
    assert_false(hub_replay_has(r, (struct model_cursor){0, 0}));
    assert_false(hub_replay_reaches(r, at(10)));
    hub_replay_start(r, at(9));
    assert_true(hub_replay_has(r, at(9)));
    assert_true(hub_replay_reaches(r, at(9)));
    assert_false(hub_replay_has(r, at(8)));
    assert_false(hub_replay_has(r, at(10)));
    add(r, 10, 12);
    add_at(r, next_epoch, 10);
    assert_true(hub_replay_has(r, at(10)));
    assert_true(hub_replay_has(r, at(12)));
    assert_false(hub_replay_has(r, at(13)));
    assert_false(hub_replay_has(r, (struct model_cursor){EPOCH + 1, 0}));
    assert_true(hub_replay_has(r, next_epoch));
    assert_false(hub_replay_has(r, (struct model_cursor){EPOCH + 5, 1}));
    assert_false(hub_replay_reaches(r, at(8)));
    assert_true(hub_replay_reaches(r, at(9)));
    assert_true(hub_replay_reaches(r, at(99)));
    hub_replay_start(r, at(20));
    assert_false(hub_replay_has(r, at(12)));
    assert_false(hub_replay_reaches(r, at(19)));
    assert_null(hub_replay_at(r, 0));
}

static void forgets_the_oldest(void **state)
{
    struct hub_replay *r = *state;
    hub_replay_start(r, at(0));
    add(r, 1, HUB_REPLAY_EVENTS_MAX + 10);
    assert_int_equal(wire_frame_count(), HUB_REPLAY_EVENTS_MAX);
    assert_rest(r, 0, 11, HUB_REPLAY_EVENTS_MAX + 10);
    assert_false(hub_replay_reaches(r, at(9)));
    assert_true(hub_replay_reaches(r, at(10)));
    assert_true(hub_replay_reaches(r, at(HUB_REPLAY_EVENTS_MAX + 10)));
    assert_false(hub_replay_has(r, at(9)));
    assert_true(hub_replay_has(r, at(10)));
    hub_replay_start(r, at(6));
    assert_int_equal(wire_frame_count(), 0);
    add(r, 7, 7);
    assert_rest(r, 0, 7, 7);
}

static void holds_only_so_many_bytes(void **state)
{
    struct hub_replay *r = *state;
    const size_t len = 60000, fit = HUB_REPLAY_BYTES_MAX / (len + 8);
    for (uint64_t seq = 1; seq <= 200; seq++) {
        add_at(r, at(seq), len);
    }
    assert_int_equal(wire_frame_count(), fit);
    assert_rest(r, 0, 200 - fit + 1, 200);
}

/* An event that no client sees has a number all the same. */
static void counts_what_nobody_sees(void **state)
{
    struct hub_replay *r = *state;
    const struct model_event event = {.type = MODEL_EVENT_SESSION_ENDED,
                                      .numbered = true,
                                      .cursor = {EPOCH, 2},
                                      .scope = MODEL_EVENT_TO_SESSION,
                                      .target = STR("abc")};
    add(r, 1, 1);
    hub_replay_add(r, &event, NULL);
    add(r, 3, 3);
    const struct hub_replay_entry *e = hub_replay_at(r, 1);
    assert_non_null(e);
    assert_null(e->frame);
    check_str(e->event.target, "abc");
    assert_null(hub_replay_at(r, 3));
}

/* Of a message that was deleted only the numbers are left, and other messages are whole. */
static void forgets_what_a_deleted_message_said(void **state)
{
    static const struct {
        enum model_event_type type;
        const char *room, *about;
        bool stays;
    } rows[] = {
        {MODEL_EVENT_MESSAGE, "1:2", "5.000001", false},
        {MODEL_EVENT_MESSAGE, "1:3", "5.000001", true},
        {MODEL_EVENT_MESSAGE, "1:2", "5.000002", true},
        {MODEL_EVENT_MESSAGE_EDITED, "1:2", "5.000001", false},
        {MODEL_EVENT_REACTION, "1:2", "5.000001", true},
        {MODEL_EVENT_MESSAGE_DELETED, "1:2", "5.000001", true},
    };
    struct hub_replay *r = *state;
    hub_replay_start(r, at(0));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct model_event event = {.type = rows[i].type,
                                          .numbered = true,
                                          .cursor = at(i + 1),
                                          .scope = MODEL_EVENT_TO_ROOM,
                                          .target = str_of(rows[i].room),
                                          .about = str_of(rows[i].about)};
        struct wire_frame *f = wire_frame_create(STR("x"), EPOCH, i + 1);
        hub_replay_add(r, &event, f);
        wire_frame_unref(f);
    }
    hub_replay_redact(r, STR("1:2"), STR("5.000001"));
    hub_replay_redact(r, STR("1:2"), STR("5.000001"));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct hub_replay_entry *e = hub_replay_at(r, i);
        assert_int_equal(e->event.cursor.seq, i + 1);
        assert_int_equal(e->frame != NULL, rows[i].stays);
    }
    assert_int_equal(wire_frame_count(), 4);
    assert_true(hub_replay_has(r, at(1)));
}

#define REPLAY_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPLAY_TEST(orders_cursors),
        REPLAY_TEST(makes_a_chain),
        REPLAY_TEST(gives_what_follows_a_cursor),
        REPLAY_TEST(knows_its_entries),
        REPLAY_TEST(forgets_the_oldest),
        REPLAY_TEST(holds_only_so_many_bytes),
        REPLAY_TEST(counts_what_nobody_sees),
        REPLAY_TEST(forgets_what_a_deleted_message_said),
    };
    return cmocka_run_group_tests_name("hub/replay", tests, NULL, NULL);
}
