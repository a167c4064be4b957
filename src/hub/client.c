#include "hub/client.h"

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/mem.h"
#include "wire/sse.h"

#define BYE_MAX   256
#define WRITE_MIN 1024 /* what the kernel counts for the smallest write; 1,280 on Linux 6 */

/* Waits for these events; the kernel is told only of a change. */
static void watch(struct hub_client *c, int events)
{
    if (events == c->watched) {
        return;
    }
    ev_io_stop(c->loop, &c->io);
    ev_io_modify(&c->io, events);
    if (events != 0) {
        ev_io_start(c->loop, &c->io);
    }
    c->watched = events;
}

/* A request that is over reads nothing more, and who has said all has nothing to read. */
static int wanted_reads(const struct hub_client *c)
{
    return c->state == HUB_CLIENT_CLOSING || c->has_eof ? 0 : EV_READ;
}

static void make_dirty(struct hub_client *c)
{
    if (!c->is_dirty) {
        c->is_dirty = true;
        c->hooks->dirty(c->hooks->arg, c);
    }
}

/* Takes over one reference. */
static void push(struct hub_client *c, struct wire_frame *frame)
{
    if (c->queue.count == 0) {
        c->progress_ms = clock_mono_ms();
    }
    hub_queue_push(&c->queue, frame);
    make_dirty(c);
}

/* Queues records that were made for this connection. */
static void push_records(struct hub_client *c, struct buf *records)
{
    push(c, wire_frame_records(buf_str(records)));
    buf_finish(records);
}

/* The states. */

static bool has_request(const struct hub_client *c)
{
    return c->state == HUB_CLIENT_GATE || c->state == HUB_CLIENT_LIVE;
}

/* A request is over, for this reason. */
static void note_end(struct hub_client *c, enum hub_end end)
{
    c->end = end;
    c->hooks->stats->ended[end] += c->state == HUB_CLIENT_LIVE;
}

static void set_gone(struct hub_client *c, enum hub_end end)
{
    if (c->state == HUB_CLIENT_GONE) {
        return;
    }
    const bool had_request = has_request(c);
    if (had_request) {
        note_end(c, end);
    }
    watch(c, 0);
    c->state = HUB_CLIENT_GONE;
    if (had_request) {
        c->hooks->ended(c->hooks->arg, c);
    }
    c->hooks->gone(c->hooks->arg, c);
}

/* The request is over: END_REQUEST, after what is queued. */
static void set_closing(struct hub_client *c, enum hub_end end)
{
    struct buf record;
    buf_init(&record, NULL, 64);
    wire_fcgi_write_end(&record, c->id, 0, WIRE_FCGI_REQUEST_COMPLETE);
    push_records(c, &record);
    note_end(c, end);
    c->state = HUB_CLIENT_CLOSING;
    c->deadline_ms = clock_mono_ms() + HUB_CLIENT_CLOSE_MS;
    c->hooks->ended(c->hooks->arg, c);
}

static void forget_rooms(struct hub_client *c)
{
    mem_free(c->rooms);
    c->rooms = NULL;
}

/* The connection is kept for the next request. When to close it is for the web server to say. */
static void set_reading(struct hub_client *c)
{
    wire_fcgi_end(&c->in);
    forget_rooms(c);
    c->state = HUB_CLIENT_READING;
    c->is_behind = false;
    c->end = HUB_END_NONE;
    c->events = c->bytes = 0;
    c->deadline_ms = INT64_MAX;
}

static void set_gate(struct hub_client *c)
{
    c->state = HUB_CLIENT_GATE;
    c->id = c->in.id;
    c->began_ms = clock_mono_ms();
    c->hooks->request(c->hooks->arg, c);
}

static void end_slow(struct hub_client *c)
{
    hub_queue_cut(&c->queue);
    hub_client_bye(c, HUB_END_SLOW, 0);
}

static void refuse_peer(struct hub_client *c)
{
    c->hooks->stats->bad_peers++;
    set_gone(c, HUB_END_PROTOCOL);
}

/* What comes in. */

/* Answers a management record, or a request that cannot be served. */
static void reply(struct hub_client *c, enum wire_fcgi_event event)
{
    struct buf out;
    if (c->queue.bytes > HUB_CLIENT_QUEUE_MAX) {
        /* It asks, and does not read what it is told. */
        refuse_peer(c);
        return;
    }
    buf_init(&out, NULL, 256);
    if (event == WIRE_FCGI_GET_VALUES) {
        wire_fcgi_write_values(&out, &c->in);
    } else if (event == WIRE_FCGI_UNKNOWN) {
        wire_fcgi_write_unknown(&out, c->in.unknown_type);
    } else {
        wire_fcgi_write_end(&out, c->in.refused_id, 0, c->in.refusal);
    }
    push_records(c, &out);
}

static void on_event(struct hub_client *c, enum wire_fcgi_event event)
{
    switch (event) {
    case WIRE_FCGI_MORE:
        break;
    case WIRE_FCGI_REQUEST:
        set_gate(c);
        break;
    case WIRE_FCGI_ABORT:
        if (c->state != HUB_CLIENT_CLOSING) {
            c->id = c->in.id;
            hub_queue_cut(&c->queue);
            set_closing(c, HUB_END_ABORT);
        }
        break;
    case WIRE_FCGI_GET_VALUES:
    case WIRE_FCGI_UNKNOWN:
    case WIRE_FCGI_REFUSED:
        reply(c, event);
        break;
    }
}

static void feed(struct hub_client *c, struct str in)
{
    if (hub_client_is_idle(c)) {
        c->deadline_ms = clock_mono_ms() + HUB_CLIENT_READ_MS;
    }
    while (in.len > 0 && c->state != HUB_CLIENT_GONE) {
        enum wire_fcgi_event event;
        if (wire_fcgi_feed(&c->in, &in, &event)) {
            refuse_peer(c);
            return;
        }
        on_event(c, event);
    }
}

/* The browser left, or the web server did. */
static void on_eof(struct hub_client *c)
{
    c->has_eof = true;
    if (has_request(c)) {
        hub_queue_cut(&c->queue);
        set_closing(c, HUB_END_CLOSED);
    } else {
        set_gone(c, HUB_END_CLOSED);
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
        on_eof(c);
    } else if (errno != EAGAIN && errno != EINTR) {
        set_gone(c, HUB_END_RESET);
    }
}

static void on_io(struct ev_loop *loop, ev_io *io, int events)
{
    struct hub_client *c = io->data;
    (void)loop;
    if ((events & EV_READ) != 0 && wanted_reads(c) != 0) {
        on_readable(c);
    }
    if ((events & EV_WRITE) != 0 && c->state != HUB_CLIENT_GONE) {
        watch(c, c->watched & ~EV_WRITE);
        c->unread = HUB_CLIENT_UNREAD_MAX;
        make_dirty(c);
    }
}

/* Linux doubles it, and calls a unix socket writable while a quarter of that is unread at most. */
static void limit_unread(int fd)
{
    const int bytes = 2 * HUB_CLIENT_UNREAD_MAX;
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
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
    limit_unread(fd);
    ev_io_init(&c->io, on_io, fd, EV_READ);
    c->io.data = c;
    c->watched = EV_READ;
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
    hub_queue_finish(&c->queue);
    forget_rooms(c);
    wire_fcgi_finish(&c->in);
    mem_free(c);
}

void hub_client_answer(struct hub_client *c, struct str output)
{
    struct buf records;
    buf_init(&records, NULL, HUB_CLIENT_QUEUE_MAX);
    wire_fcgi_write_stdout(&records, c->id, output);
    if (buf_err(&records)) {
        mem_die("an answer that is longer than a client's queue");
    }
    push_records(c, &records);
    set_closing(c, HUB_END_NONE);
}

void hub_client_open(struct hub_client *c, const struct hub_want *want)
{
    struct arena arena;
    c->state = HUB_CLIENT_LIVE;
    c->format = want->format;
    if (str_is_set(want->rooms)) {
        c->rooms = mem_zalloc(want->rooms.len + 1, 1);
        memcpy(c->rooms, want->rooms.ptr, want->rooms.len);
    }
    arena_init(&arena);
    push(c, wire_frame_create(hub_format_head(&arena, want->format, want->cors), 0, 0));
    arena_finish(&arena);
}

/* False: it is not LIVE, or not any more. */
static bool enqueue(struct hub_client *c, struct wire_frame *frame)
{
    if (c->state != HUB_CLIENT_LIVE) {
        return false;
    }
    frame = hub_format_frame(c->format, frame);
    if (c->queue.bytes + frame->len > HUB_CLIENT_QUEUE_MAX) {
        end_slow(c);
        return false;
    }
    push(c, wire_frame_ref(frame));
    return true;
}

void hub_client_send(struct hub_client *c, struct wire_frame *frame)
{
    if (enqueue(c, frame)) {
        c->events++;
        c->hooks->stats->deliveries++;
    }
}

void hub_client_beat(struct hub_client *c, struct wire_frame *frame)
{
    (void)enqueue(c, frame);
}

void hub_client_say(struct hub_client *c, struct str blocks)
{
    struct buf formed;
    if (c->state != HUB_CLIENT_LIVE) {
        return;
    }
    buf_init(&formed, NULL, WIRE_FCGI_CONTENT_MAX);
    hub_format_add(&formed, c->format, blocks);
    push(c, wire_frame_create(buf_str(&formed), 0, 0));
    buf_finish(&formed);
}

void hub_client_bye(struct hub_client *c, enum hub_end end, uint32_t retry_ms)
{
    struct buf block, data;
    if (c->state != HUB_CLIENT_LIVE) {
        return;
    }
    buf_init(&block, NULL, BYE_MAX);
    buf_init(&data, NULL, BYE_MAX);
    if (retry_ms > 0) {
        wire_sse_retry(&block, retry_ms);
    }
    buf_printf(&data, "{\"reason\":\"%s\"}", hub_end_name(end));
    wire_sse_event(&block, STR("bye"), STR_NONE, buf_str(&data));
    hub_client_say(c, buf_str(&block));
    buf_finish(&data);
    buf_finish(&block);
    set_closing(c, end);
}

bool hub_client_is_idle(const struct hub_client *c)
{
    return c->state == HUB_CLIENT_READING && c->deadline_ms == INT64_MAX;
}

void hub_client_drop(struct hub_client *c)
{
    if (c->state == HUB_CLIENT_READING) {
        set_gone(c, HUB_END_NONE);
    }
}

/* n bytes have been written. */
static void took(struct hub_client *c, size_t n)
{
    c->progress_ms = clock_mono_ms();
    c->unread += WRITE_MIN + n;
    c->bytes += n;
    c->hooks->stats->bytes += n;
    hub_queue_took(&c->queue, n);
}

/*
 * Has the web server still to read much of what it was given? The kernel is asked only when we have
 * written enough since it was asked last; of a TCP socket it says what is on its way.
 */
static bool is_unread(struct hub_client *c)
{
    int unread;
    if (c->unread > HUB_CLIENT_UNREAD_MAX) {
        c->unread = ioctl(c->io.fd, SIOCOUTQ, &unread) == 0 ? (size_t)unread : 0;
    }
    return c->unread > HUB_CLIENT_UNREAD_MAX;
}

/* One writev. False: the peer takes no more just now, or is not there. */
static bool write_some(struct hub_client *c)
{
    struct hub_queue_write due;
    hub_queue_gather(&c->queue, c->id, &due);
    const size_t had = c->queue.count;
    const ssize_t done = writev(c->io.fd, due.iov, due.n);
    c->hooks->stats->writes++;
    if (done >= 0) {
        took(c, (size_t)done);
        return c->queue.count == 0 || had - c->queue.count == HUB_QUEUE_GATHER_MAX;
    }
    if (errno == EINTR) {
        return true;
    }
    if (errno != EAGAIN) {
        set_gone(c, HUB_END_RESET);
    }
    return false;
}

static void all_written(struct hub_client *c)
{
    if (c->state == HUB_CLIENT_CLOSING) {
        if (!c->in.keep_conn || c->has_eof) {
            set_gone(c, HUB_END_NONE);
            return;
        }
        set_reading(c);
    }
    watch(c, wanted_reads(c));
}

void hub_client_flush(struct hub_client *c)
{
    c->is_dirty = false;
    if (c->state == HUB_CLIENT_GONE) {
        return;
    }
    if ((c->watched & EV_WRITE) != 0) {
        /* What was written has not been read: this leaves with what is still to come. */
        watch(c, wanted_reads(c) | EV_WRITE);
        return;
    }
    while (c->queue.count > 0 && !is_unread(c) && write_some(c)) {
    }
    if (c->state == HUB_CLIENT_GONE) {
        return;
    }
    if (c->queue.count > 0) {
        watch(c, wanted_reads(c) | EV_WRITE);
    } else {
        all_written(c);
    }
    if (c->state == HUB_CLIENT_LIVE && c->is_behind && c->queue.bytes < HUB_CLIENT_FILL_MAX) {
        c->hooks->drained(c->hooks->arg, c);
    }
}

void hub_client_check(struct hub_client *c, int64_t now_ms)
{
    const bool has_deadline = c->state == HUB_CLIENT_READING || c->state == HUB_CLIENT_CLOSING;
    if (has_deadline && now_ms > c->deadline_ms) {
        c->hooks->stats->bad_peers += c->state == HUB_CLIENT_READING;
        set_gone(c, HUB_END_NONE);
    } else if (c->state == HUB_CLIENT_LIVE && c->queue.count > 0 &&
               now_ms - c->progress_ms > HUB_CLIENT_STALL_MS) {
        end_slow(c);
    }
}
