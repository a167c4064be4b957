#include "hub/client.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "base/clock.h"
#include "support/check.h"
#include "support/client.h"

static void answers_and_hangs_up(void **state)
{
    struct client_test *w = *state;
    client_test_ask(w, 1, 0);
    client_test_turn(w);
    assert_int_equal(w->requests, 1);
    assert_true(w->params > 0);
    hub_client_answer(w->client, STR("Status: 404 Not Found\r\n\r\n"));
    assert_int_equal(w->ended, 1);
    client_test_settle(w);
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
    struct client_test *w = *state;
    static char text[100000];
    memset(text, 'y', sizeof text);
    client_test_ask(w, 300, 0);
    client_test_turn(w);
    hub_client_answer(w->client, (struct str){text, sizeof text});
    client_test_settle(w);
    assert_int_equal(w->peer.len, sizeof text);
    assert_int_equal(w->peer.ends, 1);
}

static void takes_a_request_byte_by_byte(void **state)
{
    struct client_test *w = *state;
    static const unsigned char request[] = {1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 0,   0,   0, 0, 0, 0,
                                            1, 4, 0, 1, 0, 4, 2, 0, 1, 1, 'a', 'b', 0, 0, 1, 4,
                                            0, 1, 0, 0, 0, 0, 1, 5, 0, 1, 0,   0,   0, 0};
    for (size_t i = 0; i < sizeof request; i++) {
        assert_int_equal(w->client->state, HUB_CLIENT_READING);
        fcgi_peer_write(&w->peer, request + i, 1);
        client_test_turn(w);
    }
    assert_int_equal(w->client->state, HUB_CLIENT_GATE);
    assert_int_equal(w->params, 4);
}

/* Half a request, and no more of it. */
static void waits_for_a_request_for_a_while(void **state)
{
    struct client_test *w = *state;
    fcgi_peer_begin(&w->peer, 1, 1, 0);
    client_test_turn(w);
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
    struct client_test *w = *state;
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
        client_test_turn(w);
        check_row(w->client == NULL, rows[i]);
        check_row(w->stats.bad_peers == i + 1, rows[i]);
        fcgi_peer_take(&w->peer);
        check_row(w->peer.eof && w->peer.len == 0, rows[i]);
        fcgi_peer_close(&w->peer);
        client_test_connect(w);
    }
    assert_int_equal(w->requests, 0);
}

/* Records of 60,000 bytes, until the client is gone. */
static void pour(struct client_test *w, unsigned type, int records)
{
    static const char content[60000];
    fcgi_peer_begin(&w->peer, 1, 1, 0);
    for (int n = 0; n < records && w->client != NULL; n++) {
        fcgi_peer_record(&w->peer, type, 1, content, sizeof content);
        for (int turns = 0; turns < 8 && w->client != NULL; turns++) {
            client_test_turn(w);
            const struct wire_fcgi_input *in = w->client != NULL ? w->client->in.input : NULL;
            assert_true(in == NULL || in->params.cap <= 2 * 65536);
            assert_true(in == NULL || in->body.cap <= 2 * 65536);
        }
    }
}

/* More parameters than a request may have. */
static void refuses_too_much(void **state)
{
    struct client_test *w = *state;
    pour(w, PEER_PARAMS, 3);
    assert_null(w->client);
    assert_int_equal(w->stats.bad_peers, 1);
}

/* A body that does not end costs no more memory than one that fits, and no more time. */
static void outlives_an_endless_body(void **state)
{
    struct client_test *w = *state;
    pour(w, PEER_STDIN, 20);
    assert_int_equal(w->client->state, HUB_CLIENT_READING);
    hub_client_check(w->client, clock_mono_ms() + HUB_CLIENT_READ_MS + 1);
    client_test_turn(w);
    assert_null(w->client);
    assert_int_equal(w->stats.bad_peers, 1);
}

/* What is queued in one turn leaves in one writev. */
static void writes_once_a_turn(void **state)
{
    struct client_test *w = *state;
    client_test_go_live(w, 1, 0);
    struct wire_frame *f = client_test_frame(100, 7);
    for (int i = 0; i < 50; i++) {
        hub_client_send(w->client, f);
    }
    assert_int_equal(f->refs, 51);
    client_test_turn(w);
    assert_int_equal(f->refs, 1);
    assert_int_equal(w->stats.writes, 1);
    assert_int_equal(w->stats.deliveries, 50);
    assert_int_equal(w->client->events, 50);
    fcgi_peer_take(&w->peer);
    assert_int_equal(w->peer.len, 5000);
    assert_int_equal(w->client->bytes, 50 * f->len);
    assert_int_equal(w->client->queue.cap, 0);
    hub_client_beat(w->client, f);
    client_test_turn(w);
    assert_int_equal(w->client->events, 50);
    wire_frame_unref(f);
}

/* The queue is longer than the kernel's buffer, whatever number the request has. */
static void resumes_where_a_write_stopped(void **state)
{
    struct client_test *w = *state;
    static const unsigned ids[] = {1, 2, 65535};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        const int small = 2048;
        assert_int_equal(setsockopt(w->client->io.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small),
                         0);
        client_test_go_live(w, ids[i], 0);
        for (unsigned n = 0; n < 200; n++) {
            client_test_send(w, 50 + n, n);
            client_test_turn(w);
        }
        assert_true(w->client->queue.count > 0);
        client_test_settle(w);
        assert_int_equal(w->client->queue.count, 0);
        for (unsigned n = 0; n < 200; n++) {
            char mark[16];
            snprintf(mark, sizeof mark, "<%u>", n);
            fcgi_peer_expect(&w->peer, mark);
        }
        assert_int_equal(w->peer.other_len, 0);
        hub_client_destroy(w->client);
        fcgi_peer_close(&w->peer);
        client_test_connect(w);
    }
}

/* A web server that is busy elsewhere gets what has gathered meanwhile at once, when it reads. */
static void gathers_what_is_not_read_yet(void **state)
{
    struct client_test *w = *state;
    int unread = 0;
    client_test_go_live(w, 1, 0);
    for (unsigned n = 0; n < 40; n++) {
        client_test_send(w, 300, n);
        client_test_turn(w);
    }
    assert_int_equal(ioctl(w->peer.fd, FIONREAD, &unread), 0);
    assert_true(unread >= 300 && unread <= HUB_CLIENT_UNREAD_MAX);
    assert_true(w->stats.writes < 10);
    fcgi_peer_take(&w->peer);
    const uint64_t before = w->stats.writes;
    client_test_turn(w);
    assert_int_equal(w->stats.writes, before + 1);
    assert_int_equal(w->client->queue.count, 0);
    fcgi_peer_expect(&w->peer, "<39>");
    assert_int_equal(fcgi_peer_count(&w->peer, ">x"), 40);
}

/* One that reads gets each at once. */
static void keeps_nothing_from_who_reads(void **state)
{
    struct client_test *w = *state;
    client_test_go_live(w, 1, 0);
    for (unsigned n = 0; n < 40; n++) {
        client_test_send(w, 300, n);
        client_test_turn(w);
        assert_int_equal(w->client->queue.count, 0);
        fcgi_peer_take(&w->peer);
    }
    assert_int_equal(w->stats.writes, 40);
}

/* Nobody reads: what is queued stays under its limit, and the stream ends in order. */
static void ends_who_is_slow(void **state)
{
    struct client_test *w = *state;
    unsigned n = 0;
    client_test_go_live(w, 1, 0);
    while (w->client->state == HUB_CLIENT_LIVE) {
        client_test_send(w, 5000, n++);
        client_test_turn(w);
        assert_true(w->client->queue.bytes <= HUB_CLIENT_QUEUE_MAX);
        assert_true(n < 1000);
    }
    assert_int_equal(w->client->state, HUB_CLIENT_CLOSING);
    assert_int_equal(w->stats.ended[HUB_END_SLOW], 1);
    assert_int_equal(w->ended, 1);
    assert_int_equal(w->client->end, HUB_END_SLOW);
    assert_true(w->client->queue.bytes < 6000);
    assert_true(wire_frame_count() <= 3);
    client_test_send(w, 100, n);
    client_test_settle(w);
    assert_null(w->client);
    assert_int_equal(w->peer.ends, 1);
    assert_true(fcgi_peer_has(&w->peer, "xevent: bye\ndata: {\"reason\":\"slow\"}\n\n"));
    assert_int_equal(w->peer.raw_len, 0);
}

static void ends_who_stalls(void **state)
{
    struct client_test *w = *state;
    client_test_go_live(w, 1, 0);
    while (w->client->queue.count == 0) {
        client_test_send(w, 5000, 1);
        client_test_turn(w);
    }
    clock_set(1000000, 1000000 + HUB_CLIENT_STALL_MS);
    hub_client_check(w->client, clock_mono_ms());
    assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
    hub_client_check(w->client, clock_mono_ms() + 1);
    assert_int_equal(w->client->state, HUB_CLIENT_CLOSING);
    client_test_turn(w);
    clock_set(1000000, clock_mono_ms() + HUB_CLIENT_CLOSE_MS + 1);
    hub_client_check(w->client, clock_mono_ms());
    assert_int_equal(w->client->state, HUB_CLIENT_GONE);
    assert_int_equal(w->stats.ended[HUB_END_SLOW], 1);
    assert_int_equal(w->stats.bad_peers, 0);
}

/* Progress is what counts, not that the queue is empty. */
static void waits_for_who_reads_slowly(void **state)
{
    struct client_test *w = *state;
    client_test_go_live(w, 1, 0);
    for (int i = 0; i < 10; i++) {
        while (w->client->queue.bytes < 10000) {
            client_test_send(w, 5000, 1);
            client_test_turn(w);
        }
        clock_set(1000000, clock_mono_ms() + HUB_CLIENT_STALL_MS - 1);
        hub_client_check(w->client, clock_mono_ms());
        assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
        fcgi_peer_take(&w->peer);
        client_test_turn(w);
    }
    assert_int_equal(w->stats.ended[HUB_END_SLOW], 0);
}

static void says_when_there_is_room(void **state)
{
    struct client_test *w = *state;
    client_test_go_live(w, 1, 0);
    w->client->is_behind = true;
    while (w->client->queue.bytes < HUB_CLIENT_FILL_MAX) {
        client_test_send(w, 5000, 1);
    }
    client_test_turn(w);
    client_test_send(w, 5000, 1);
    client_test_settle(w);
    assert_int_equal(w->drained, 1);
}

static void keeps_the_connection(void **state)
{
    struct client_test *w = *state;
    for (unsigned i = 1; i <= 3; i++) {
        client_test_go_live(w, i, PEER_KEEP_CONN);
        client_test_send(w, 100, i);
        hub_client_bye(w->client, HUB_END_LOGOUT, 0);
        client_test_settle(w);
        assert_int_equal(w->peer.ends, i);
        assert_false(w->peer.eof);
        assert_int_equal(w->ended, i);
        assert_int_equal(w->client->state, HUB_CLIENT_READING);
    }
    /* Idle it may stay; not so with half a request. */
    hub_client_check(w->client, clock_mono_ms() + 3600 * 1000);
    assert_int_equal(w->client->state, HUB_CLIENT_READING);
    fcgi_peer_write(&w->peer, "\1", 1);
    client_test_turn(w);
    hub_client_check(w->client, clock_mono_ms() + HUB_CLIENT_READ_MS + 1);
    assert_int_equal(w->client->state, HUB_CLIENT_GONE);
}

static void ends_a_kept_connection_with_its_peer(void **state)
{
    struct client_test *w = *state;
    client_test_go_live(w, 1, PEER_KEEP_CONN);
    assert_int_equal(shutdown(w->peer.fd, SHUT_WR), 0);
    client_test_settle(w);
    assert_null(w->client);
    assert_int_equal(w->peer.ends, 1);
}

static void answers_management_records(void **state)
{
    struct client_test *w = *state;
    fcgi_peer_record(&w->peer, PEER_GET_VALUES, 0, "\17\0FCGI_MPXS_CONNS\1\0x", 20);
    client_test_settle(w);
    assert_int_equal(w->peer.other_type, 10);
    assert_int_equal(w->peer.other_id, 0);
    assert_memory_equal(w->peer.other, "\17\1FCGI_MPXS_CONNS0", 18);
    client_test_go_live(w, 9, 0);
    client_test_send(w, 100, 1);
    fcgi_peer_record(&w->peer, 99, 0, NULL, 0);
    client_test_turn(w);
    client_test_send(w, 100, 2);
    client_test_settle(w);
    assert_int_equal(w->peer.other_type, 11);
    assert_memory_equal(w->peer.other, "\143\0\0\0\0\0\0\0", 8);
    assert_int_equal(w->peer.len, 200);
    assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
}

/* Who asks without end and reads nothing is not served. */
static void drops_who_only_asks(void **state)
{
    struct client_test *w = *state;
    for (int i = 0; i < 100000 && w->client != NULL; i++) {
        unsigned char records[80];
        for (size_t n = 0; n < sizeof records; n += 8) {
            memcpy(records + n, "\1\143\0\0\0\0\0\0", 8);
        }
        fcgi_peer_write(&w->peer, records, sizeof records);
        client_test_turn(w);
        assert_true(w->client == NULL || w->client->queue.bytes <= HUB_CLIENT_QUEUE_MAX + 16);
    }
    assert_null(w->client);
    assert_int_equal(w->stats.bad_peers, 1);
}

static void refuses_a_second_request_and_other_roles(void **state)
{
    struct client_test *w = *state;
    fcgi_peer_begin(&w->peer, 5, 2, 0);
    client_test_settle(w);
    assert_int_equal(w->peer.ends, 1);
    assert_int_equal(w->peer.status, 3);
    assert_int_equal(w->client->state, HUB_CLIENT_READING);
    client_test_go_live(w, 1, 0);
    const unsigned char body[8] = {0, 1};
    fcgi_peer_record(&w->peer, PEER_BEGIN, 2, body, sizeof body);
    client_test_settle(w);
    assert_int_equal(w->peer.other_type, PEER_END);
    assert_int_equal(w->peer.other_id, 2);
    assert_int_equal(w->peer.other[4], 1);
    client_test_send(w, 100, 1);
    client_test_settle(w);
    assert_int_equal(w->peer.len, 100);
}

static void ends_an_aborted_request(void **state)
{
    struct client_test *w = *state;
    client_test_go_live(w, 1, PEER_KEEP_CONN);
    fcgi_peer_record(&w->peer, PEER_ABORT, 1, NULL, 0);
    client_test_settle(w);
    assert_int_equal(w->peer.ends, 1);
    assert_int_equal(w->ended, 1);
    assert_int_equal(w->client->state, HUB_CLIENT_READING);
    fcgi_peer_begin(&w->peer, 2, 1, 0);
    fcgi_peer_record(&w->peer, PEER_ABORT, 2, NULL, 0);
    client_test_settle(w);
    assert_int_equal(w->peer.ends, 2);
    assert_true(w->peer.eof);
}

/* The browser left: the web server is told that the request is over, so that it logs no error. */
static void ends_when_the_browser_leaves(void **state)
{
    struct client_test *w = *state;
    client_test_go_live(w, 1, 0);
    while (w->client->queue.count == 0) {
        client_test_send(w, 60000, 1);
        client_test_turn(w);
    }
    assert_true(w->client->queue.offset > 0);
    client_test_send(w, 100, 2);
    assert_int_equal(shutdown(w->peer.fd, SHUT_WR), 0);
    client_test_turn(w);
    assert_int_equal(w->ended, 1);
    assert_int_equal(w->client->end, HUB_END_CLOSED);
    client_test_settle(w);
    assert_null(w->client);
    assert_int_equal(w->peer.ends, 1);
    assert_int_equal(w->peer.raw_len, 0);
    assert_false(fcgi_peer_has(&w->peer, "<2>"));
}

static void notices_who_hangs_up(void **state)
{
    struct client_test *w = *state;
    for (int gate = 0; gate < 2; gate++) {
        client_test_go_live(w, 1, 0);
        w->client->state = gate == 1 ? HUB_CLIENT_GATE : HUB_CLIENT_LIVE;
        fcgi_peer_close(&w->peer);
        client_test_turn(w);
        assert_null(w->client);
        assert_int_equal(w->ended, gate + 1);
        client_test_connect(w);
    }
    assert_int_equal(w->gone, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLIENT_TEST(answers_and_hangs_up),
        CLIENT_TEST(answers_at_length),
        CLIENT_TEST(takes_a_request_byte_by_byte),
        CLIENT_TEST(waits_for_a_request_for_a_while),
        CLIENT_TEST(refuses_nonsense),
        CLIENT_TEST(refuses_too_much),
        CLIENT_TEST(outlives_an_endless_body),
        CLIENT_TEST(writes_once_a_turn),
        CLIENT_TEST(resumes_where_a_write_stopped),
        CLIENT_TEST(gathers_what_is_not_read_yet),
        CLIENT_TEST(keeps_nothing_from_who_reads),
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
