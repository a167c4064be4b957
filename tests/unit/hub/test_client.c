#include "hub/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "base/clock.h"
#include "support/check.h"
#include "support/fcgi_peer.h"

/* A client, its peer, and as much of a hub as they need. */
struct world {
    struct ev_loop *loop;
    struct hub_stats stats;
    struct hub_client_hooks hooks;
    struct hub_client *client;
    struct fcgi_peer peer;
    unsigned requests, drained, ended, gone;
    bool dirty;
    size_t params; /* bytes of the last request's */
};

static const char *const vars[] = {"REQUEST_METHOD=GET", "PATH_INFO=/events", NULL};

static void on_request(void *arg, struct hub_client *c)
{
    struct world *w = arg;
    w->requests++;
    w->params = c->in.params.len;
    wire_fcgi_release(&c->in);
}

static void on_dirty(void *arg, struct hub_client *c)
{
    struct world *w = arg;
    assert_ptr_equal(c, w->client);
    w->dirty = true;
}

static void on_drained(void *arg, struct hub_client *c)
{
    struct world *w = arg;
    w->drained++;
    c->is_behind = false;
}

static void on_ended(void *arg, struct hub_client *c)
{
    struct world *w = arg;
    assert_true(c->state == HUB_CLIENT_CLOSING || c->state == HUB_CLIENT_GONE);
    w->ended++;
}

static void on_gone(void *arg, struct hub_client *c)
{
    struct world *w = arg;
    assert_int_equal(c->state, HUB_CLIENT_GONE);
    w->gone++;
}

static void connect_pair(struct world *w)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    w->client = hub_client_create(w->loop, &w->hooks, fds[0]);
    fcgi_peer_init(&w->peer, fds[1]);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    clock_set(1000000, 1000000);
    w->loop = ev_loop_new(EVFLAG_AUTO);
    w->hooks = (struct hub_client_hooks){w,          &w->stats, on_request, on_dirty,
                                         on_drained, on_ended,  on_gone};
    connect_pair(w);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    hub_client_destroy(w->client);
    fcgi_peer_close(&w->peer);
    ev_loop_destroy(w->loop);
    clock_set(-1, -1);
    assert_int_equal(wire_frame_count(), 0);
    free(w);
    return 0;
}

/* A turn of the loop, and its flush. */
static void turn(struct world *w)
{
    ev_run(w->loop, EVRUN_NOWAIT);
    while (w->dirty) {
        w->dirty = false;
        hub_client_flush(w->client);
    }
    if (w->client->state == HUB_CLIENT_GONE) {
        hub_client_destroy(w->client);
        w->client = NULL;
    }
}

/* Turns, and the peer reads, until nothing moves any more. */
static void settle(struct world *w)
{
    size_t before;
    do {
        before = w->peer.len + w->stats.bytes;
        if (w->client != NULL) {
            turn(w);
        }
        fcgi_peer_take(&w->peer);
    } while (before != w->peer.len + w->stats.bytes);
}

static void go_live(struct world *w, unsigned id, unsigned flags)
{
    fcgi_peer_request(&w->peer, id, flags, vars);
    turn(w);
    assert_int_equal(w->client->state, HUB_CLIENT_GATE);
    w->client->state = HUB_CLIENT_LIVE;
}

static struct wire_frame *frame_of(size_t len, unsigned n)
{
    char text[65535];
    memset(text, 'x', len);
    const int used = snprintf(text, len, "<%u>", n);
    text[used] = 'x';
    return wire_frame_create((struct str){text, len}, 1, n);
}

static void send_one(struct world *w, size_t len, unsigned n)
{
    struct wire_frame *f = frame_of(len, n);
    hub_client_send(w->client, f);
    wire_frame_unref(f);
}

static void answers_and_hangs_up(void **state)
{
    struct world *w = *state;
    fcgi_peer_request(&w->peer, 1, 0, vars);
    turn(w);
    assert_int_equal(w->requests, 1);
    assert_true(w->params > 0);
    hub_client_answer(w->client, STR("Status: 404 Not Found\r\n\r\n"));
    assert_int_equal(w->ended, 1);
    settle(w);
    assert_string_equal(w->peer.out, "Status: 404 Not Found\r\n\r\n");
    assert_int_equal(w->peer.ends, 1);
    assert_int_equal(w->peer.status, 0);
    assert_true(w->peer.eof);
    assert_int_equal(w->gone, 1);
    assert_int_equal(w->ended, 1);
}

/* An answer that is longer than a record. */
static void answers_at_length(void **state)
{
    struct world *w = *state;
    static char text[100000];
    memset(text, 'y', sizeof text);
    fcgi_peer_request(&w->peer, 300, 0, vars);
    turn(w);
    hub_client_answer(w->client, (struct str){text, sizeof text});
    settle(w);
    assert_int_equal(w->peer.len, sizeof text);
    assert_int_equal(w->peer.ends, 1);
}

static void takes_a_request_byte_by_byte(void **state)
{
    struct world *w = *state;
    static const unsigned char request[] = {1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 0,   0,   0, 0, 0, 0,
                                            1, 4, 0, 1, 0, 4, 2, 0, 1, 1, 'a', 'b', 0, 0, 1, 4,
                                            0, 1, 0, 0, 0, 0, 1, 5, 0, 1, 0,   0,   0, 0};
    for (size_t i = 0; i < sizeof request; i++) {
        assert_int_equal(w->client->state, HUB_CLIENT_READING);
        fcgi_peer_write(&w->peer, request + i, 1);
        turn(w);
    }
    assert_int_equal(w->client->state, HUB_CLIENT_GATE);
    assert_int_equal(w->params, 4);
}

/* Half a request, and no more of it. */
static void waits_for_a_request_for_a_while(void **state)
{
    struct world *w = *state;
    fcgi_peer_begin(&w->peer, 1, 1, 0);
    turn(w);
    clock_set(1000000, 1000000 + HUB_CLIENT_READ_MS);
    hub_client_check(w->client, clock_mono_ms());
    assert_int_equal(w->client->state, HUB_CLIENT_READING);
    hub_client_check(w->client, clock_mono_ms() + 1);
    assert_int_equal(w->client->state, HUB_CLIENT_GONE);
    assert_int_equal(w->stats.bad_peers, 1);
    assert_int_equal(w->ended, 0);
}

static void refuses_nonsense(void **state)
{
    struct world *w = *state;
    static const struct str rows[] = {
        LIT("GET / HTTP/1.1\r\n\r\n"),
        LIT("\0\0\0\0\0\0\0\0"),
        LIT("\2\1\0\1\0\10\0\0"),
        LIT("\1\1\0\1\0\7\0\0\0\1\0\0\0\0\0"),
        LIT("\1\6\0\1\0\0\0\0"),
        LIT("\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0"),
        /* A name of 2 GiB. */
        LIT("\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\4\0\1\0\6\0\0\377\377\377\377\1a\1\4\0\1\0\0\0\0"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        fcgi_peer_write(&w->peer, rows[i].ptr, rows[i].len);
        turn(w);
        check_row(w->client == NULL, rows[i]);
        check_row(w->stats.bad_peers == i + 1, rows[i]);
        fcgi_peer_take(&w->peer);
        check_row(w->peer.eof && w->peer.len == 0, rows[i]);
        fcgi_peer_close(&w->peer);
        connect_pair(w);
    }
    assert_int_equal(w->requests, 0);
}

/* More parameters than a request may have, and a body that is too long. */
static void refuses_too_much(void **state)
{
    struct world *w = *state;
    static const char content[60000];
    static const unsigned types[] = {PEER_PARAMS, PEER_STDIN};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        fcgi_peer_begin(&w->peer, 1, 1, 0);
        for (int n = 0; n < 3 && w->client != NULL; n++) {
            fcgi_peer_record(&w->peer, types[i], 1, content, sizeof content);
            for (int turns = 0; turns < 8 && w->client != NULL; turns++) {
                turn(w);
                assert_true(w->client == NULL || w->client->in.params.cap <= 2 * 65536);
            }
        }
        assert_null(w->client);
        fcgi_peer_close(&w->peer);
        connect_pair(w);
    }
    assert_int_equal(w->stats.bad_peers, 2);
}

/* What is queued in one turn leaves in one writev. */
static void writes_once_a_turn(void **state)
{
    struct world *w = *state;
    go_live(w, 1, 0);
    struct wire_frame *f = frame_of(100, 7);
    for (int i = 0; i < 50; i++) {
        hub_client_send(w->client, f);
    }
    assert_int_equal(f->refs, 51);
    turn(w);
    assert_int_equal(f->refs, 1);
    assert_int_equal(w->stats.writes, 1);
    assert_int_equal(w->stats.deliveries, 50);
    assert_int_equal(w->client->events, 50);
    fcgi_peer_take(&w->peer);
    assert_int_equal(w->peer.len, 5000);
    assert_int_equal(w->client->bytes, 50 * f->len);
    assert_int_equal(w->client->cap, 0);
    hub_client_beat(w->client, f);
    turn(w);
    assert_int_equal(w->client->events, 50);
    wire_frame_unref(f);
}

/* The queue is longer than the kernel's buffer, whatever number the request has. */
static void resumes_where_a_write_stopped(void **state)
{
    struct world *w = *state;
    static const unsigned ids[] = {1, 2, 65535};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        const int small = 2048;
        assert_int_equal(setsockopt(w->client->io.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small),
                         0);
        go_live(w, ids[i], 0);
        for (unsigned n = 0; n < 200; n++) {
            send_one(w, 50 + n, n);
            turn(w);
        }
        assert_true(w->client->count > 0);
        settle(w);
        assert_int_equal(w->client->count, 0);
        for (unsigned n = 0; n < 200; n++) {
            char mark[16];
            snprintf(mark, sizeof mark, "<%u>", n);
            fcgi_peer_expect(&w->peer, mark);
        }
        assert_int_equal(w->peer.other_len, 0);
        hub_client_destroy(w->client);
        fcgi_peer_close(&w->peer);
        connect_pair(w);
    }
}

/* Nobody reads: what is queued stays under its limit, and the stream ends in order. */
static void ends_who_is_slow(void **state)
{
    struct world *w = *state;
    unsigned n = 0;
    go_live(w, 1, 0);
    while (w->client->state == HUB_CLIENT_LIVE) {
        send_one(w, 5000, n++);
        turn(w);
        assert_true(w->client->queued <= HUB_CLIENT_QUEUE_MAX);
        assert_true(n < 1000);
    }
    assert_int_equal(w->client->state, HUB_CLIENT_CLOSING);
    assert_int_equal(w->stats.slow, 1);
    assert_int_equal(w->ended, 1);
    assert_string_equal(w->client->reason, "slow");
    assert_true(w->client->queued < 6000);
    assert_true(wire_frame_count() <= 3);
    send_one(w, 100, n);
    settle(w);
    assert_null(w->client);
    assert_int_equal(w->peer.ends, 1);
    assert_true(fcgi_peer_has(&w->peer, "xevent: bye\ndata: {\"reason\":\"slow\"}\n\n"));
    assert_int_equal(w->peer.raw_len, 0);
}

static void ends_who_stalls(void **state)
{
    struct world *w = *state;
    go_live(w, 1, 0);
    while (w->client->count == 0) {
        send_one(w, 5000, 1);
        turn(w);
    }
    clock_set(1000000, 1000000 + HUB_CLIENT_STALL_MS);
    hub_client_check(w->client, clock_mono_ms());
    assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
    hub_client_check(w->client, clock_mono_ms() + 1);
    assert_int_equal(w->client->state, HUB_CLIENT_CLOSING);
    turn(w);
    clock_set(1000000, clock_mono_ms() + HUB_CLIENT_CLOSE_MS + 1);
    hub_client_check(w->client, clock_mono_ms());
    assert_int_equal(w->client->state, HUB_CLIENT_GONE);
    assert_int_equal(w->stats.slow, 1);
    assert_int_equal(w->stats.bad_peers, 0);
}

/* Progress is what counts, not that the queue is empty. */
static void waits_for_who_reads_slowly(void **state)
{
    struct world *w = *state;
    go_live(w, 1, 0);
    for (int i = 0; i < 10; i++) {
        while (w->client->queued < 10000) {
            send_one(w, 5000, 1);
            turn(w);
        }
        clock_set(1000000, clock_mono_ms() + HUB_CLIENT_STALL_MS - 1);
        hub_client_check(w->client, clock_mono_ms());
        assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
        fcgi_peer_take(&w->peer);
        turn(w);
    }
    assert_int_equal(w->stats.slow, 0);
}

static void says_when_there_is_room(void **state)
{
    struct world *w = *state;
    go_live(w, 1, 0);
    w->client->is_behind = true;
    while (w->client->queued < HUB_CLIENT_FILL_MAX) {
        send_one(w, 5000, 1);
    }
    turn(w);
    send_one(w, 5000, 1);
    settle(w);
    assert_int_equal(w->drained, 1);
}

static void keeps_the_connection(void **state)
{
    struct world *w = *state;
    for (unsigned i = 1; i <= 3; i++) {
        go_live(w, i, PEER_KEEP_CONN);
        send_one(w, 100, i);
        hub_client_bye(w->client, "logout", 0);
        settle(w);
        assert_int_equal(w->peer.ends, i);
        assert_false(w->peer.eof);
        assert_int_equal(w->ended, i);
        assert_int_equal(w->client->state, HUB_CLIENT_READING);
    }
    /* Idle it may stay; not so with half a request. */
    hub_client_check(w->client, clock_mono_ms() + 3600 * 1000);
    assert_int_equal(w->client->state, HUB_CLIENT_READING);
    fcgi_peer_write(&w->peer, "\1", 1);
    turn(w);
    hub_client_check(w->client, clock_mono_ms() + HUB_CLIENT_READ_MS + 1);
    assert_int_equal(w->client->state, HUB_CLIENT_GONE);
}

static void ends_a_kept_connection_with_its_peer(void **state)
{
    struct world *w = *state;
    go_live(w, 1, PEER_KEEP_CONN);
    assert_int_equal(shutdown(w->peer.fd, SHUT_WR), 0);
    settle(w);
    assert_null(w->client);
    assert_int_equal(w->peer.ends, 1);
}

static void answers_management_records(void **state)
{
    struct world *w = *state;
    fcgi_peer_record(&w->peer, PEER_GET_VALUES, 0, "\17\0FCGI_MPXS_CONNS\1\0x", 20);
    settle(w);
    assert_int_equal(w->peer.other_type, 10);
    assert_int_equal(w->peer.other_id, 0);
    assert_memory_equal(w->peer.other, "\17\1FCGI_MPXS_CONNS0", 18);
    go_live(w, 9, 0);
    send_one(w, 100, 1);
    fcgi_peer_record(&w->peer, 99, 0, NULL, 0);
    turn(w);
    send_one(w, 100, 2);
    settle(w);
    assert_int_equal(w->peer.other_type, 11);
    assert_memory_equal(w->peer.other, "\143\0\0\0\0\0\0\0", 8);
    assert_int_equal(w->peer.len, 200);
    assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
}

/* Who asks without end and reads nothing is not served. */
static void drops_who_only_asks(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 100000 && w->client != NULL; i++) {
        unsigned char records[80];
        for (size_t n = 0; n < sizeof records; n += 8) {
            memcpy(records + n, "\1\143\0\0\0\0\0\0", 8);
        }
        fcgi_peer_write(&w->peer, records, sizeof records);
        turn(w);
        assert_true(w->client == NULL || w->client->queued <= HUB_CLIENT_QUEUE_MAX + 16);
    }
    assert_null(w->client);
    assert_int_equal(w->stats.bad_peers, 1);
}

static void refuses_a_second_request_and_other_roles(void **state)
{
    struct world *w = *state;
    fcgi_peer_begin(&w->peer, 5, 2, 0);
    settle(w);
    assert_int_equal(w->peer.ends, 1);
    assert_int_equal(w->peer.status, 3);
    assert_int_equal(w->client->state, HUB_CLIENT_READING);
    go_live(w, 1, 0);
    const unsigned char body[8] = {0, 1};
    fcgi_peer_record(&w->peer, PEER_BEGIN, 2, body, sizeof body);
    settle(w);
    assert_int_equal(w->peer.other_type, PEER_END);
    assert_int_equal(w->peer.other_id, 2);
    assert_int_equal(w->peer.other[4], 1);
    send_one(w, 100, 1);
    settle(w);
    assert_int_equal(w->peer.len, 100);
}

static void ends_an_aborted_request(void **state)
{
    struct world *w = *state;
    go_live(w, 1, PEER_KEEP_CONN);
    fcgi_peer_record(&w->peer, PEER_ABORT, 1, NULL, 0);
    settle(w);
    assert_int_equal(w->peer.ends, 1);
    assert_int_equal(w->ended, 1);
    assert_int_equal(w->client->state, HUB_CLIENT_READING);
    fcgi_peer_begin(&w->peer, 2, 1, 0);
    fcgi_peer_record(&w->peer, PEER_ABORT, 2, NULL, 0);
    settle(w);
    assert_int_equal(w->peer.ends, 2);
    assert_true(w->peer.eof);
}

/* The browser left: the web server is told that the request is over, so that it logs no error. */
static void ends_when_the_browser_leaves(void **state)
{
    struct world *w = *state;
    go_live(w, 1, 0);
    while (w->client->count == 0) {
        send_one(w, 60000, 1);
        turn(w);
    }
    assert_true(w->client->offset > 0);
    send_one(w, 100, 2);
    assert_int_equal(shutdown(w->peer.fd, SHUT_WR), 0);
    turn(w);
    assert_int_equal(w->ended, 1);
    assert_string_equal(w->client->reason, "closed");
    settle(w);
    assert_null(w->client);
    assert_int_equal(w->peer.ends, 1);
    assert_int_equal(w->peer.raw_len, 0);
    assert_false(fcgi_peer_has(&w->peer, "<2>"));
}

static void notices_who_hangs_up(void **state)
{
    struct world *w = *state;
    for (int gate = 0; gate < 2; gate++) {
        go_live(w, 1, 0);
        w->client->state = gate == 1 ? HUB_CLIENT_GATE : HUB_CLIENT_LIVE;
        fcgi_peer_close(&w->peer);
        turn(w);
        assert_null(w->client);
        assert_int_equal(w->ended, gate + 1);
        connect_pair(w);
    }
    assert_int_equal(w->gone, 2);
}

#define CLIENT_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLIENT_TEST(answers_and_hangs_up),
        CLIENT_TEST(answers_at_length),
        CLIENT_TEST(takes_a_request_byte_by_byte),
        CLIENT_TEST(waits_for_a_request_for_a_while),
        CLIENT_TEST(refuses_nonsense),
        CLIENT_TEST(refuses_too_much),
        CLIENT_TEST(writes_once_a_turn),
        CLIENT_TEST(resumes_where_a_write_stopped),
        CLIENT_TEST(ends_who_is_slow),
        CLIENT_TEST(ends_who_stalls),
        CLIENT_TEST(waits_for_who_reads_slowly),
        CLIENT_TEST(says_when_there_is_room),
        CLIENT_TEST(keeps_the_connection),
        CLIENT_TEST(ends_a_kept_connection_with_its_peer),
        CLIENT_TEST(answers_management_records),
        CLIENT_TEST(drops_who_only_asks),
        CLIENT_TEST(refuses_a_second_request_and_other_roles),
        CLIENT_TEST(ends_an_aborted_request),
        CLIENT_TEST(ends_when_the_browser_leaves),
        CLIENT_TEST(notices_who_hangs_up),
    };
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("hub/client", tests, NULL, NULL);
}
