#include "support/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "base/clock.h"
#include "support/check.h"

static void on_request(void *arg, struct hub_client *c)
{
    struct client_test *w = arg;
    w->requests++;
    w->params = wire_fcgi_params(&c->in).len;
    wire_fcgi_release(&c->in);
}

static void on_dirty(void *arg, struct hub_client *c)
{
    struct client_test *w = arg;
    assert_ptr_equal(c, w->client);
    w->dirty = true;
}

static void on_drained(void *arg, struct hub_client *c)
{
    struct client_test *w = arg;
    w->drained++;
    c->is_behind = false;
}

static void on_ended(void *arg, struct hub_client *c)
{
    struct client_test *w = arg;
    assert_true(c->state == HUB_CLIENT_CLOSING || c->state == HUB_CLIENT_GONE);
    w->ended++;
}

static void on_gone(void *arg, struct hub_client *c)
{
    struct client_test *w = arg;
    assert_int_equal(c->state, HUB_CLIENT_GONE);
    w->gone++;
}

void client_test_connect(struct client_test *w)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    w->client = hub_client_create(w->loop, &w->hooks, fds[0]);
    fcgi_peer_init(&w->peer, fds[1]);
}

int client_test_setup(void **state)
{
    struct client_test *w = calloc(1, sizeof *w);
    assert_non_null(w);
    clock_set(1000000, 1000000);
    w->loop = ev_loop_new(EVFLAG_AUTO);
    w->hooks = (struct hub_client_hooks){w,          &w->stats, on_request, on_dirty,
                                         on_drained, on_ended,  on_gone};
    client_test_connect(w);
    *state = w;
    return 0;
}

int client_test_teardown(void **state)
{
    struct client_test *w = *state;
    hub_client_destroy(w->client);
    fcgi_peer_close(&w->peer);
    ev_loop_destroy(w->loop);
    clock_set(-1, -1);
    assert_int_equal(wire_frame_count(), 0);
    free(w);
    return 0;
}

void client_test_turn(struct client_test *w)
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

void client_test_settle(struct client_test *w)
{
    size_t before;
    do {
        before = w->peer.len + w->peer.raw_len + w->stats.bytes;
        if (w->client != NULL) {
            client_test_turn(w);
        }
        fcgi_peer_take(&w->peer);
    } while (before != w->peer.len + w->peer.raw_len + w->stats.bytes);
}

void client_test_ask(struct client_test *w, unsigned id, unsigned flags)
{
    static const char *const vars[] = {"REQUEST_METHOD=GET", "PATH_INFO=/events", NULL};
    fcgi_peer_request(&w->peer, id, flags, vars);
}

void client_test_go_live(struct client_test *w, unsigned id, unsigned flags)
{
    client_test_ask(w, id, flags);
    client_test_turn(w);
    assert_int_equal(w->client->state, HUB_CLIENT_GATE);
    w->client->state = HUB_CLIENT_LIVE;
}

struct wire_frame *client_test_frame(size_t len, unsigned n)
{
    char text[65535];
    memset(text, 'x', len);
    const int used = snprintf(text, len, "<%u>", n);
    text[used] = 'x';
    return wire_frame_create((struct str){text, len}, 1, n);
}

void client_test_send(struct client_test *w, size_t len, unsigned n)
{
    struct wire_frame *f = client_test_frame(len, n);
    hub_client_send(w->client, f);
    wire_frame_unref(f);
}
