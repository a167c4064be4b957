#include "hub/client.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/mem.h"

#define IOV_MAX_PER_WRITE 64
#define TAIL_MAX          (256u * 1024)

static void watch(struct hub_client *c, int events)
{
    if (c->io.events != (events | EV__IOFDSET)) {
        const int fd = c->io.fd;
        ev_io_stop(c->loop, &c->io);
        ev_io_set(&c->io, fd, events);
        ev_io_start(c->loop, &c->io);
    }
}

static void make_dirty(struct hub_client *c)
{
    if (!c->is_dirty) {
        c->is_dirty = true;
        c->hooks->dirty(c->hooks->arg, c);
    }
}

static void drop_queue(struct hub_client *c)
{
    while (c->count > 0) {
        wire_frame_unref(c->queue[c->head]);
        c->head = (c->head + 1) % c->cap;
        c->count--;
    }
    c->queued = c->offset = 0;
}

static void set_gone(struct hub_client *c, const char *reason)
{
    if (c->state == HUB_CLIENT_GONE) {
        return;
    }
    const bool had_request = c->state == HUB_CLIENT_GATE || c->state == HUB_CLIENT_LIVE;
    c->reason = c->reason != NULL ? c->reason : reason;
    c->state = HUB_CLIENT_GONE;
    ev_io_stop(c->loop, &c->io);
    if (had_request) {
        c->hooks->ended(c->hooks->arg, c);
    }
    c->hooks->gone(c->hooks->arg, c);
}

static void set_closing(struct hub_client *c, const char *reason)
{
    const bool had_request = c->state == HUB_CLIENT_GATE || c->state == HUB_CLIENT_LIVE;
    c->reason = reason;
    c->state = HUB_CLIENT_CLOSING;
    c->deadline_ms = clock_mono_ms() + HUB_CLIENT_CLOSE_MS;
    wire_fcgi_write_end(&c->tail, c->id, 0, WIRE_FCGI_REQUEST_COMPLETE);
    if (had_request) {
        c->hooks->ended(c->hooks->arg, c);
    }
    make_dirty(c);
}

/* The connection is kept for the next request (FCGI_KEEP_CONN). */
static void set_reading(struct hub_client *c)
{
    c->state = HUB_CLIENT_READING;
    c->reason = NULL;
    c->deadline_ms = INT64_MAX; /* an idle kept connection is the web server's to close */
    wire_fcgi_end(&c->in);
}

static void refuse_peer(struct hub_client *c)
{
    c->hooks->stats->bad_peers++;
    set_gone(c, "protocol");
}

/* What the parser reports, until all of in is taken or the client is not reading any more. */
static void feed(struct hub_client *c, struct str in)
{
    while (in.len > 0 && c->state != HUB_CLIENT_GONE) {
        enum wire_fcgi_event event;
        if (wire_fcgi_feed(&c->in, &in, &event)) {
            refuse_peer(c);
            return;
        }
        switch (event) {
        case WIRE_FCGI_MORE:
            if (c->state == HUB_CLIENT_READING && c->deadline_ms == INT64_MAX) {
                c->deadline_ms = clock_mono_ms() + HUB_CLIENT_READ_MS;
            }
            break;
        case WIRE_FCGI_REQUEST:
            c->state = HUB_CLIENT_GATE;
            c->id = c->in.id;
            c->began_ms = clock_mono_ms();
            c->hooks->request(c->hooks->arg, c);
            break;
        case WIRE_FCGI_ABORT:
            if (c->state == HUB_CLIENT_GATE || c->state == HUB_CLIENT_LIVE) {
                set_closing(c, "abort");
            }
            break;
        case WIRE_FCGI_GET_VALUES:
            wire_fcgi_write_values(&c->tail, &c->in);
            make_dirty(c);
            break;
        case WIRE_FCGI_UNKNOWN:
            wire_fcgi_write_unknown(&c->tail, c->in.unknown_type);
            make_dirty(c);
            break;
        case WIRE_FCGI_REFUSED:
            wire_fcgi_write_end(&c->tail, c->in.refused_id, 0, c->in.refusal);
            make_dirty(c);
            break;
        }
    }
}

static void on_readable(struct hub_client *c)
{
    /* One for all clients: nobody keeps bytes in it. */
    static char bytes[16 * 1024];
    const ssize_t n = read(c->io.fd, bytes, sizeof(bytes));
    if (n > 0) {
        feed(c, (struct str){bytes, (size_t)n});
    } else if (n == 0) {
        /* The browser left. Without END_REQUEST the web server would log an error for every closed
         * tab. */
        if (c->state == HUB_CLIENT_GATE || c->state == HUB_CLIENT_LIVE) {
            drop_queue(c);
            set_closing(c, "closed");
            hub_client_flush(c);
        }
        set_gone(c, "closed");
    } else if (errno != EAGAIN && errno != EINTR) {
        set_gone(c, "reset");
    }
}

static void on_io(struct ev_loop *loop, ev_io *io, int events)
{
    struct hub_client *c = io->data;
    (void)loop;
    if ((events & EV_READ) != 0) {
        on_readable(c);
    }
    if ((events & EV_WRITE) != 0 && c->state != HUB_CLIENT_GONE) {
        make_dirty(c);
    }
}

struct hub_client *hub_client_create(struct ev_loop *loop, const struct hub_client_hooks *hooks,
                                     int fd)
{
    struct hub_client *c = mem_zalloc(1, sizeof(*c));
    c->loop = loop;
    c->hooks = hooks;
    c->progress_ms = clock_mono_ms();
    c->deadline_ms = c->progress_ms + HUB_CLIENT_READ_MS;
    wire_fcgi_init(&c->in);
    buf_init(&c->tail, NULL, TAIL_MAX);
    ev_io_init(&c->io, on_io, fd, EV_READ);
    c->io.data = c;
    ev_io_start(loop, &c->io);
    return c;
}

void hub_client_destroy(struct hub_client *c)
{
    if (c == NULL) {
        return;
    }
    ev_io_stop(c->loop, &c->io);
    close(c->io.fd);
    drop_queue(c);
    mem_free(c->queue);
    buf_finish(&c->tail);
    wire_fcgi_finish(&c->in);
    mem_free(c->session);
    mem_free(c);
}

void hub_client_answer(struct hub_client *c, struct str output)
{
    wire_fcgi_write_stdout(&c->tail, c->id, output);
    set_closing(c, "answered");
}

static void push(struct hub_client *c, struct wire_frame *frame)
{
    if (c->count == c->cap) {
        const size_t cap = c->cap > 0 ? c->cap * 2 : 4;
        struct wire_frame **grown = mem_zalloc(cap, sizeof(*grown));
        for (size_t i = 0; i < c->count; i++) {
            grown[i] = c->queue[(c->head + i) % c->cap];
        }
        mem_free(c->queue);
        c->queue = grown;
        c->head = 0;
        c->cap = cap;
    }
    c->queue[(c->head + c->count) % c->cap] = wire_frame_ref(frame);
    c->count++;
    c->queued += frame->len;
}

void hub_client_send(struct hub_client *c, struct wire_frame *frame)
{
    if (c->state != HUB_CLIENT_LIVE) {
        return;
    }
    if (c->queued + frame->len > HUB_CLIENT_QUEUE_MAX) {
        /* It resumes with its cursor; what it did not take is not lost. */
        c->hooks->stats->slow++;
        c->reason = "slow";
        set_gone(c, "slow");
        return;
    }
    if (c->count == 0) {
        c->progress_ms = clock_mono_ms();
    }
    push(c, frame);
    c->events++;
    c->hooks->stats->deliveries++;
    make_dirty(c);
}

void hub_client_end(struct hub_client *c, const char *reason)
{
    if (c->state == HUB_CLIENT_LIVE || c->state == HUB_CLIENT_GATE) {
        set_closing(c, reason);
    }
}

/* Fills iov with what is due; headers is where records of another request id get their own header.
 */
static int gather(struct hub_client *c, struct iovec *iov,
                  unsigned char headers[][WIRE_FCGI_HEADER_LEN])
{
    int n = 0;
    size_t skip = c->offset;
    for (size_t i = 0; i < c->count && n + 2 < IOV_MAX_PER_WRITE; i++) {
        struct wire_frame *f = c->queue[(c->head + i) % c->cap];
        if (c->id == 1) {
            iov[n++] = (struct iovec){f->bytes + skip, f->len - skip};
        } else {
            wire_fcgi_stdout_header(headers[n], c->id, f->content, f->pad);
            if (skip < WIRE_FCGI_HEADER_LEN) {
                iov[n] = (struct iovec){headers[n] + skip, WIRE_FCGI_HEADER_LEN - skip};
                n++;
                skip = WIRE_FCGI_HEADER_LEN;
            }
            iov[n++] = (struct iovec){f->bytes + skip, f->len - skip};
        }
        skip = 0;
        if (i + 1 == c->count && c->tail.len > 0) {
            iov[n++] = (struct iovec){c->tail.ptr, c->tail.len};
            return n;
        }
    }
    if (c->count == 0 && c->tail.len > 0) {
        iov[n++] = (struct iovec){c->tail.ptr, c->tail.len};
    }
    return n;
}

/* n bytes have been written: frames first, then the tail. */
static void took(struct hub_client *c, size_t n)
{
    c->progress_ms = clock_mono_ms();
    c->bytes += n;
    c->hooks->stats->bytes += n;
    while (c->count > 0 && n > 0) {
        struct wire_frame *f = c->queue[c->head];
        const size_t left = f->len - c->offset;
        if (n < left) {
            c->offset += n;
            return;
        }
        n -= left;
        c->queued -= f->len;
        c->offset = 0;
        c->head = (c->head + 1) % c->cap;
        c->count--;
        wire_frame_unref(f);
    }
    buf_consume(&c->tail, n);
}

static void all_written(struct hub_client *c)
{
    watch(c, EV_READ);
    if (c->state == HUB_CLIENT_CLOSING) {
        if (c->in.keep_conn) {
            set_reading(c);
        } else {
            set_gone(c, c->reason);
        }
    }
}

void hub_client_flush(struct hub_client *c)
{
    unsigned char headers[IOV_MAX_PER_WRITE][WIRE_FCGI_HEADER_LEN];
    struct iovec iov[IOV_MAX_PER_WRITE];
    c->is_dirty = false;
    while (c->state != HUB_CLIENT_GONE && (c->count > 0 || c->tail.len > 0)) {
        const int n = gather(c, iov, headers);
        const ssize_t done = writev(c->io.fd, iov, n);
        c->hooks->stats->writes++;
        if (done >= 0) {
            took(c, (size_t)done);
        } else if (errno == EAGAIN) {
            watch(c, EV_READ | EV_WRITE);
            return;
        } else if (errno != EINTR) {
            set_gone(c, "reset");
            return;
        }
    }
    if (c->state != HUB_CLIENT_GONE) {
        all_written(c);
    }
}

void hub_client_check(struct hub_client *c, int64_t now_ms)
{
    const bool waiting = c->state == HUB_CLIENT_READING || c->state == HUB_CLIENT_CLOSING;
    if (waiting && now_ms > c->deadline_ms) {
        c->hooks->stats->bad_peers += c->state == HUB_CLIENT_READING;
        set_gone(c, "timeout");
    } else if (c->state == HUB_CLIENT_LIVE && c->count > 0 &&
               now_ms - c->progress_ms > HUB_CLIENT_STALL_MS) {
        c->hooks->stats->slow++;
        c->reason = "slow";
        set_gone(c, "slow");
    }
}
