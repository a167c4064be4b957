#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/mem.h"
#include "wire/fcgi.h"
#include "wire/frame.h"
#include "wire/sse.h"

/*
 * The least that a hub can do, to measure ours against: it stands where events.fcgi does. A GET
 * opens a stream, a POST's body is the data of one event, which goes to every stream at once, a
 * record and a write for each. No Redis, no sessions, no rooms, no queues: while a socket is full
 * it waits. Not for anything but the benchmark.
 */

#define EVENTS      512
#define BACKLOG     4096
#define OUT_MAX     4096
#define PATIENCE_MS 5000 /* with a full socket */

struct peer {
    int fd;
    size_t place; /* in streams, from 1; 0: it is none */
    struct wire_fcgi in;
};

struct ceiling {
    int epoll;
    struct peer **streams;
    size_t nstreams, cap;
    uint64_t seq;
};

static const char stream_head[] = "Status: 200 OK\r\nContent-Type: text/event-stream\r\n"
                                  "Cache-Control: no-cache, no-transform\r\n\r\n"
                                  "retry: 2000\nevent: ready\nid: 1.0\ndata: {}\n\n";
static const char done[] = "Status: 201 Created\r\nContent-Type: application/json\r\n\r\n{}\n";
static const char healthy[] = "Status: 200 OK\r\nContent-Type: text/plain\r\n\r\nok\n";

/* False: the peer is not there, or takes nothing. */
static bool write_all(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len > 0) {
        const ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            if (poll(&wait, 1, PATIENCE_MS) != 1) {
                return false;
            }
        } else if (n < 0) {
            return false;
        } else {
            at += n;
            len -= (size_t)n;
        }
    }
    return true;
}

static void leave(struct ceiling *c, struct peer *peer)
{
    if (peer->place > 0) {
        struct peer *last = c->streams[--c->nstreams];
        c->streams[peer->place - 1] = last;
        last->place = peer->place;
    }
    close(peer->fd);
    wire_fcgi_finish(&peer->in);
    mem_free(peer);
}

static void enter(struct ceiling *c, struct peer *peer)
{
    if (c->nstreams == c->cap) {
        c->cap = c->cap > 0 ? c->cap * 2 : 1024;
        c->streams = mem_realloc(c->streams, c->cap * sizeof(struct peer *));
    }
    c->streams[c->nstreams++] = peer;
    peer->place = c->nstreams;
    wire_fcgi_release(&peer->in);
}

/* To every stream; who does not take it is left to its own end. */
static void fan_out(struct ceiling *c, struct str data)
{
    struct buf block, id;
    buf_init(&block, NULL, WIRE_FCGI_CONTENT_MAX);
    buf_init(&id, NULL, 64);
    buf_printf(&id, "1.%llu", (unsigned long long)++c->seq);
    wire_sse_event(&block, STR("message"), buf_str(&id), data);
    struct wire_frame *frame = wire_frame_create(buf_str(&block), 1, c->seq);
    for (size_t i = 0; i < c->nstreams; i++) {
        (void)write_all(c->streams[i]->fd, frame->bytes, frame->len);
    }
    wire_frame_unref(frame);
    buf_finish(&id);
    buf_finish(&block);
}

/* A whole answer, and the end. */
static void answer(struct peer *peer, struct str output)
{
    struct buf out;
    buf_init(&out, NULL, OUT_MAX);
    wire_fcgi_write_stdout(&out, peer->in.id, output);
    wire_fcgi_write_end(&out, peer->in.id, 0, WIRE_FCGI_REQUEST_COMPLETE);
    (void)write_all(peer->fd, out.ptr, out.len);
    buf_finish(&out);
}

static struct str variable(const struct peer *peer, struct str wanted)
{
    struct str rest = wire_fcgi_params(&peer->in);
    struct str name, value;
    enum err err;
    while (wire_fcgi_pair(&rest, &name, &value, &err)) {
        if (str_eq(name, wanted)) {
            return value;
        }
    }
    return STR("");
}

/* False: the peer has its answer, and may go. */
static bool serve(struct ceiling *c, struct peer *peer)
{
    if (str_eq(variable(peer, STR("REQUEST_METHOD")), STR("POST"))) {
        answer(peer, STR(done));
        fan_out(c, wire_fcgi_body(&peer->in));
        return false;
    }
    if (str_ends(variable(peer, STR("SCRIPT_NAME")), STR("health"))) {
        answer(peer, STR(healthy));
        return false;
    }
    struct wire_frame *frame = wire_frame_create(STR(stream_head), 0, 0);
    const bool there = write_all(peer->fd, frame->bytes, frame->len);
    wire_frame_unref(frame);
    if (there) {
        enter(c, peer);
    }
    return there;
}

static void take(struct ceiling *c, struct peer *peer)
{
    char bytes[16384];
    const ssize_t n = read(peer->fd, bytes, sizeof(bytes));
    struct str in = {bytes, n > 0 ? (size_t)n : 0};
    bool stays = n > 0 || (n < 0 && errno == EAGAIN);
    while (stays && in.len > 0) {
        enum wire_fcgi_event event;
        stays = wire_fcgi_feed(&peer->in, &in, &event) == ERR_OK &&
                (event == WIRE_FCGI_MORE || (event == WIRE_FCGI_REQUEST && serve(c, peer)));
    }
    if (!stays) {
        if (peer->place > 0) {
            answer(peer, STR("")); /* or lighttpd logs two errors */
        }
        leave(c, peer);
    }
}

static void accept_all(struct ceiling *c)
{
    int fd;
    while ((fd = accept4(STDIN_FILENO, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct peer *peer = mem_zalloc(1, sizeof(*peer));
        struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = peer}};
        peer->fd = fd;
        wire_fcgi_init(&peer->in);
        if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
            leave(c, peer);
        }
    }
}

/* Each peer is in a batch once, and only its own event frees it. */
static void turn(struct ceiling *c)
{
    struct epoll_event events[EVENTS];
    const int n = epoll_wait(c->epoll, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
        if (events[i].data.ptr == NULL) {
            accept_all(c);
        } else {
            take(c, events[i].data.ptr);
        }
    }
}

int main(void)
{
    struct ceiling c = {.epoll = epoll_create1(EPOLL_CLOEXEC)};
    struct epoll_event event = {.events = EPOLLIN};
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    (void)listen(STDIN_FILENO, BACKLOG);
    (void)fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    if (c.epoll < 0 || epoll_ctl(c.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0) {
        return 1;
    }
    for (;;) {
        turn(&c);
    }
}
