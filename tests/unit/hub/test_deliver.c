#include "hub/deliver.h"
#include "hub/opening.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <utlist.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "hub/follow.h"
#include "support/check.h"
#include "support/fcgi_peer.h"

/*
 * The seam between what Redis says of a stream and what the channel says meanwhile, in every order
 * in which the two can be read. No Redis: the connection of the presence has nowhere to go.
 */

#define EPOCH 1795480000000u
#define SHA   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct world {
    struct hub hub;
    struct config config;
    struct hub_client *client;
    struct fcgi_peer peer;
};

static const char *const vars[] = {"REQUEST_METHOD=GET", NULL};

static void on_dirty(void *arg, struct hub_client *c)
{
    (void)arg;
    (void)c;
}

static void on_drained(void *arg, struct hub_client *c)
{
    hub_deliver_more(arg, c);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct hub *hub = &w->hub;
    int fds[2];
    assert_non_null(w);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    w->config.heartbeat = 15;
    w->config.user_streams = 10;
    w->config.stream_age = 3600;
    hub->config = &w->config;
    hub->loop = ev_loop_new(EVFLAG_AUTO);
    hub->url.path = "/nonexistent/redis";
    hub->rooms = hub_rooms_create();
    hub->replay = hub_replay_create();
    hub->follow.is_complete = true;
    hub->redis = hub_redis_create(hub->loop, &hub->url, &hub->stats, (struct hub_redis_hooks){0});
    hub->presence = hub_presence_create(hub->redis, STR("snug:t"), STR("t"));
    hub->client_hooks = (struct hub_client_hooks){hub,        &hub->stats, on_dirty, on_dirty,
                                                  on_drained, on_dirty,    on_dirty};
    w->client = hub_client_create(hub->loop, &hub->client_hooks, fds[0]);
    DL_APPEND(hub->clients, w->client);
    fcgi_peer_init(&w->peer, fds[1]);
    fcgi_peer_request(&w->peer, 1, 0, vars);
    ev_run(hub->loop, EVRUN_NOWAIT);
    assert_int_equal(w->client->state, HUB_CLIENT_GATE);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    struct hub *hub = &w->hub;
    hub_rooms_leave_all(hub->rooms, w->client);
    hub_presence_remove(hub->presence, w->client);
    hub_client_destroy(w->client);
    hub_redis_destroy(hub->redis);
    hub_presence_destroy(hub->presence);
    hub_replay_destroy(hub->replay);
    hub_rooms_destroy(hub->rooms);
    ev_loop_destroy(hub->loop);
    fcgi_peer_close(&w->peer);
    assert_int_equal(wire_frame_count(), 0);
    free(w);
    return 0;
}

/* The hub's place in the log is where the test begins. */
static void start_at(struct world *w, uint64_t seq)
{
    if (hub_replay_last(w->hub.replay).epoch == 0) {
        hub_replay_start(w->hub.replay, (struct model_cursor){EPOCH, seq});
    }
}

static void say(struct world *w, enum model_event_type type, uint64_t seq,
                enum model_event_scope scope, const char *target, const char *about)
{
    char data[64];
    const int len = snprintf(data, sizeof data, "{\"n\":%u}", (unsigned)seq);
    const struct model_event event = {.type = type,
                                      .ours = true,
                                      .numbered = true,
                                      .cursor = {EPOCH, seq},
                                      .scope = scope,
                                      .data = {data, (size_t)len},
                                      .target = str_of(target),
                                      .about = str_of(about)};
    start_at(w, seq - 1);
    hub_deliver_event(&w->hub, &event);
}

static void say_message(struct world *w, uint64_t seq, const char *room)
{
    say(w, MODEL_EVENT_MESSAGE, seq, MODEL_EVENT_TO_ROOM, room, NULL);
}

/* Redis' answer: user 1, in General, when the log's end was this. since 0: no cursor. */
static bool try_open(struct world *w, uint64_t end, uint64_t since)
{
    struct str rooms[] = {STR("0")};
    const struct hub_gate_stream stream = {
        .session = STR(SHA),
        .place = STR("192.0.2.7"),
        .want = {.since = {EPOCH, since}, .has_since = since != 0},
        .stored = {.user = {.id = STR("1"), .username = STR("Pablo")},
                   .end = {EPOCH, end},
                   .rooms = rooms,
                   .nrooms = 1},
    };
    start_at(w, end);
    return hub_opening_granted(&w->hub, w->client, &stream);
}

static void open_stream(struct world *w, uint64_t end, uint64_t since)
{
    assert_true(try_open(w, end, since));
}

/* The peer reads all that there is for it. */
static void take_all(struct world *w)
{
    while (w->client->queue.count > 0) {
        ev_run(w->hub.loop, EVRUN_NOWAIT); /* has it read what was written? */
        hub_client_flush(w->client);
        fcgi_peer_take(&w->peer);
    }
}

/* What has been sent: "ready 5 message 6 …". */
static void assert_got(struct world *w, const char *wanted)
{
    char got[256] = "";
    take_all(w);
    for (const char *at = strstr(w->peer.out, "event: "); at != NULL;
         at = strstr(at + 1, "event: ")) {
        const char *end = strchr(at, '\n');
        const size_t used = strlen(got);
        unsigned long seq = 0;
        if (strncmp(end, "\nid: ", 5) == 0) {
            seq = strtoul(strchr(end, '.') + 1, NULL, 10);
        }
        snprintf(got + used, sizeof got - used, "%s%.*s %lu", used > 0 ? " " : "",
                 (int)(end - at - 7), at + 7, seq);
    }
    assert_string_equal(got, wanted);
}

static void answer_first(void **state)
{
    struct world *w = *state;
    open_stream(w, 5, 0);
    say_message(w, 6, "0");
    say_message(w, 7, "0");
    assert_got(w, "ready 5 message 6 message 7");
}

static void channel_first(void **state)
{
    struct world *w = *state;
    say_message(w, 4, "0");
    say_message(w, 5, "0");
    say_message(w, 6, "0");
    say_message(w, 7, "2:3");
    open_stream(w, 5, 0);
    say_message(w, 8, "0");
    assert_got(w, "ready 5 message 6 message 8");
}

/* The channel is still behind what Redis has said. */
static void channel_late(void **state)
{
    struct world *w = *state;
    say_message(w, 3, "0");
    open_stream(w, 5, 0);
    say_message(w, 4, "0");
    say_message(w, 5, "0");
    say_message(w, 6, "0");
    assert_got(w, "ready 5 message 6");
}

/* Who comes back after a message was deleted is told that, and not what it said. */
static void tells_nobody_what_was_deleted(void **state)
{
    struct world *w = *state;
    say(w, MODEL_EVENT_MESSAGE, 3, MODEL_EVENT_TO_ROOM, "0", "7.000001");
    say(w, MODEL_EVENT_MESSAGE, 4, MODEL_EVENT_TO_ROOM, "0", "7.000002");
    say(w, MODEL_EVENT_MESSAGE_EDITED, 5, MODEL_EVENT_TO_ROOM, "0", "7.000001");
    say(w, MODEL_EVENT_MESSAGE_DELETED, 6, MODEL_EVENT_TO_ROOM, "0", "7.000001");
    open_stream(w, 6, 2);
    say_message(w, 7, "0");
    assert_got(w, "ready 2 message 4 message.deleted 6 message 7");
}

static void resumes_across_the_seam(void **state)
{
    struct world *w = *state;
    say_message(w, 2, "0");
    say_message(w, 3, "0");
    say_message(w, 4, "0");
    open_stream(w, 6, 2);
    say_message(w, 5, "0");
    say_message(w, 6, "0");
    say_message(w, 7, "0");
    assert_got(w, "ready 2 message 3 message 4 message 5 message 6 message 7");
}

/* The room appeared after Redis had read the user's rooms. */
static void shown_in_between(void **state)
{
    struct world *w = *state;
    say_message(w, 5, "0");
    say(w, MODEL_EVENT_SHOW_ROOM, 6, MODEL_EVENT_TO_ROOM, "1:2", "1:2");
    say_message(w, 7, "1:2");
    say(w, MODEL_EVENT_SHOW_ROOM, 8, MODEL_EVENT_TO_USER, "1", "1:9");
    say(w, MODEL_EVENT_SHOW_ROOM, 9, MODEL_EVENT_TO_USER, "2", "2:9");
    open_stream(w, 5, 0);
    say_message(w, 10, "1:2");
    say_message(w, 11, "1:9");
    say_message(w, 12, "2:9");
    assert_got(w, "ready 5 show.room 6 message 7 show.room 8 message 10 message 11");
}

/* What was shown before that is in the rooms that Redis told, or is no longer so. */
static void shown_before(void **state)
{
    struct world *w = *state;
    say(w, MODEL_EVENT_SHOW_ROOM, 4, MODEL_EVENT_TO_ROOM, "1:2", "1:2");
    say_message(w, 5, "0");
    open_stream(w, 6, 0);
    say(w, MODEL_EVENT_SHOW_ROOM, 6, MODEL_EVENT_TO_USER, "1", "1:3");
    say_message(w, 7, "1:2");
    say_message(w, 8, "1:3");
    say_message(w, 9, "0");
    assert_got(w, "ready 6 message 9");
}

static void logged_out_in_between(void **state)
{
    struct world *w = *state;
    say_message(w, 5, "0");
    say(w, MODEL_EVENT_SESSION_ENDED, 6, MODEL_EVENT_TO_SESSION, SHA, NULL);
    open_stream(w, 5, 0);
    say_message(w, 7, "0");
    assert_got(w, "ready 5 bye 0");
    assert_int_equal(w->peer.ends, 1);
}

static void logged_out_later(void **state)
{
    struct world *w = *state;
    open_stream(w, 5, 0);
    say(w, MODEL_EVENT_SESSION_ENDED, 6, MODEL_EVENT_TO_SESSION,
        "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", NULL);
    say_message(w, 7, "0");
    say(w, MODEL_EVENT_SESSION_ENDED, 8, MODEL_EVENT_TO_SESSION, SHA, NULL);
    say_message(w, 9, "0");
    assert_got(w, "ready 5 message 7 bye 0");
}

/* Redis had looked for bans just before this one. */
static void banned_in_between(void **state)
{
    struct world *w = *state;
    say_message(w, 5, "0");
    say(w, MODEL_EVENT_ADDRESS_BANNED, 6, MODEL_EVENT_TO_ALL, NULL, "192.0.2.0/24");
    open_stream(w, 5, 0);
    say_message(w, 7, "0");
    assert_got(w, "ready 5 bye 0");
}

static void banned_before_or_elsewhere(void **state)
{
    struct world *w = *state;
    say(w, MODEL_EVENT_ADDRESS_BANNED, 5, MODEL_EVENT_TO_ALL, NULL, "192.0.2.7");
    say(w, MODEL_EVENT_ADDRESS_BANNED, 6, MODEL_EVENT_TO_ALL, NULL, "192.0.3.0/24");
    open_stream(w, 5, 4);
    say_message(w, 7, "0");
    say(w, MODEL_EVENT_ADDRESS_BANNED, 8, MODEL_EVENT_TO_ALL, NULL, "192.0.2.7");
    say_message(w, 9, "0");
    assert_got(w, "ready 4 message 7 bye 0");
}

/* The log was lost after Redis had been asked: the answer says nothing of what came since. */
static void asks_again_after_a_loss(void **state)
{
    struct world *w = *state;
    say_message(w, 5, "0");
    hub_replay_start(w->hub.replay, (struct model_cursor){EPOCH, 8});
    assert_false(try_open(w, 6, 0));
    assert_int_equal(w->client->state, HUB_CLIENT_GATE);
    say_message(w, 9, "0");
    open_stream(w, 9, 0);
    say_message(w, 10, "0");
    assert_got(w, "ready 9 message 10");
}

/* What is behind a hole waits until the log has been read. */
static void holds_what_is_behind_a_gap(void **state)
{
    struct world *w = *state;
    open_stream(w, 5, 0);
    say_message(w, 6, "0");
    say_message(w, 6, "0");
    say_message(w, 8, "0");
    say_message(w, 7, "0");
    say_message(w, 9, "0");
    assert_got(w, "ready 5 message 6");
    assert_int_equal(w->hub.stats.stale, 1);
    assert_int_equal(w->hub.stats.gaps, 1);
    assert_false(w->hub.follow.is_complete);
    assert_int_equal(hub_replay_last(w->hub.replay).seq, 6);
    assert_int_equal(w->hub.follow.noted.seq, 9);
}

/* A cursor that cannot be is told at once; what it cannot prove, the log has to. */
static void tells_bad_cursors(void **state)
{
    struct world *w = *state;
    say_message(w, 4, "0");
    say_message(w, 5, "0");
    open_stream(w, 5, 6);
    say_message(w, 6, "0");
    assert_got(w, "ready 5 reset 0 message 6");
}

static void waits_for_the_log(void **state)
{
    struct world *w = *state;
    say_message(w, 4, "0");
    say_message(w, 5, "0");
    open_stream(w, 5, 2);
    say_message(w, 6, "0");
    assert_got(w, "ready 2");
    assert_true(w->client->is_behind);
    assert_int_equal(w->client->cursor.seq, 2);
}

/* The ring begins before this number, but nobody here knows that an entry ever had it. */
static void asks_the_log_for_what_is_no_entry(void **state)
{
    struct world *w = *state;
    hub_replay_start(w->hub.replay, (struct model_cursor){EPOCH - 9, 1});
    const struct hub_gate_stream stream = {
        .session = STR(SHA),
        .want = {.since = {EPOCH - 9, 7}, .has_since = true},
        .stored = {.user = {.id = STR("1"), .username = STR("Pablo")}, .end = {EPOCH, 1}},
    };
    assert_true(hub_opening_granted(&w->hub, w->client, &stream));
    assert_true(w->client->is_behind);
    assert_false(w->client->is_proven);
}

/* It reads nothing while the ring moves past it: the log is to go on with it. */
static void left_behind_by_the_ring(void **state)
{
    struct world *w = *state;
    uint64_t seq = 1;
    while (seq <= HUB_REPLAY_EVENTS_MAX) {
        say_message(w, seq++, "0");
    }
    open_stream(w, seq - 1, 1);
    assert_true(w->client->is_behind);
    while (seq <= 3 * HUB_REPLAY_EVENTS_MAX) {
        say_message(w, seq++, "0");
    }
    assert_true(w->client->queue.bytes <= HUB_CLIENT_QUEUE_MAX);
    take_all(w);
    assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
    assert_true(w->client->is_behind);
    /* What it got had no hole, and it knows its place. */
    const size_t got = fcgi_peer_count(&w->peer, "event: message");
    char last[32];
    snprintf(last, sizeof last, "{\"n\":%zu}", got + 1);
    assert_true(fcgi_peer_has(&w->peer, last));
    assert_int_equal(w->client->cursor.seq, got + 1);
}

static void catches_up_and_is_live(void **state)
{
    struct world *w = *state;
    uint64_t seq = 1;
    while (seq <= HUB_REPLAY_EVENTS_MAX) {
        say_message(w, seq++, "0");
    }
    open_stream(w, seq - 1, 1);
    assert_true(w->client->is_behind);
    say_message(w, seq++, "0");
    take_all(w);
    assert_false(w->client->is_behind);
    say_message(w, seq++, "0");
    hub_client_flush(w->client);
    fcgi_peer_take(&w->peer);
    assert_int_equal(fcgi_peer_count(&w->peer, "event: message"), HUB_REPLAY_EVENTS_MAX + 1);
    for (uint64_t n = 2; n < seq; n++) {
        char mark[32];
        snprintf(mark, sizeof mark, "data: {\"n\":%u}\n\n", (unsigned)n);
        fcgi_peer_expect(&w->peer, mark);
    }
}

/* A burst that is longer than a queue, in one turn of the loop: who reads gets all of it. */
static void takes_a_burst(void **state)
{
    struct world *w = *state;
    open_stream(w, 5, 0);
    uint64_t seq = 6;
    while (seq < 6 + HUB_REPLAY_EVENTS_MAX) {
        say_message(w, seq++, "0");
        assert_true(w->client->queue.bytes <= HUB_CLIENT_FILL_MAX);
    }
    assert_true(w->client->is_behind);
    take_all(w);
    assert_false(w->client->is_behind);
    assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
    assert_int_equal(fcgi_peer_count(&w->peer, "event: message"), HUB_REPLAY_EVENTS_MAX);
    for (uint64_t n = 6; n < seq; n++) {
        char mark[32];
        snprintf(mark, sizeof mark, "data: {\"n\":%u}\n\n", (unsigned)n);
        fcgi_peer_expect(&w->peer, mark);
    }
}

static void type_in(struct world *w, const char *room, const char *user)
{
    const struct model_event event = {MODEL_EVENT_TYPING,     STR("{}"),
                                      .ours = true,           .scope = MODEL_EVENT_TO_ROOM,
                                      .target = str_of(room), .from = str_of(user)};
    hub_deliver_event(&w->hub, &event);
}

static void tells_others_who_types(void **state)
{
    struct world *w = *state;
    open_stream(w, 5, 0);
    type_in(w, "0", "2");
    type_in(w, "0", "1");
    type_in(w, "2:3", "2");
    w->hub.typing = (struct hub_budget){-1000000, clock_mono_ms()};
    type_in(w, "0", "2");
    assert_got(w, "ready 5 typing 0");
}

#define DELIVER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DELIVER_TEST(answer_first),
        DELIVER_TEST(channel_first),
        DELIVER_TEST(channel_late),
        DELIVER_TEST(tells_nobody_what_was_deleted),
        DELIVER_TEST(resumes_across_the_seam),
        DELIVER_TEST(shown_in_between),
        DELIVER_TEST(shown_before),
        DELIVER_TEST(logged_out_in_between),
        DELIVER_TEST(logged_out_later),
        DELIVER_TEST(banned_in_between),
        DELIVER_TEST(banned_before_or_elsewhere),
        DELIVER_TEST(asks_again_after_a_loss),
        DELIVER_TEST(holds_what_is_behind_a_gap),
        DELIVER_TEST(tells_bad_cursors),
        DELIVER_TEST(waits_for_the_log),
        DELIVER_TEST(asks_the_log_for_what_is_no_entry),
        DELIVER_TEST(left_behind_by_the_ring),
        DELIVER_TEST(catches_up_and_is_live),
        DELIVER_TEST(takes_a_burst),
        DELIVER_TEST(tells_others_who_types),
    };
    (void)signal(SIGPIPE, SIG_IGN);
    log_init("test", LOG_ERROR);
    rand_init();
    return cmocka_run_group_tests_name("hub/deliver", tests, NULL, NULL);
}
