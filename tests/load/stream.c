#include "load/stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/buf.h"

#define RETRY_MS    3000 /* of who was never told */
#define REQUEST_MAX 16384
#define HALF_MAX    300
#define SLOW_STEP_S 10 /* so often a second */

static void say(const struct load_stream *s, const char *what, struct str detail)
{
    if (s->load->log != NULL) {
        fprintf(s->load->log, "%.3f %zu %s %.*s\n", (double)load_loop_now() / 1e6, s->number, what,
                STR_FMT(detail));
    }
}

static void say_number(const struct load_stream *s, const char *what, uint64_t n)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, n);
    say(s, what, str_of(text));
}

/* Ends. */

static void count_slice(struct load_stats *stats, uint64_t slice)
{
    if (slice != stats->slice) {
        stats->slice = slice;
        stats->slice_ends = 0;
    }
    stats->slice_ends++;
    if (stats->slice_ends > stats->slice_most) {
        stats->slice_most = stats->slice_ends;
    }
}

static void close_socket(struct load_stream *s, bool with_rst)
{
    const struct linger linger = {1, 0};
    if (with_rst) {
        (void)setsockopt(s->io.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    }
    close(s->io.fd);
    s->io.fd = -1;
    load_loop_unset(&s->load->loop, &s->drop);
    load_loop_unset(&s->load->loop, &s->read);
}

static void leave_for_good(struct load_stream *s)
{
    s->state = LOAD_STREAM_DONE;
    s->load->stats.done++;
}

/* The connection is over: back after retry, or at_least_ms. */
static void come_back(struct load_stream *s, uint64_t at_least_ms)
{
    uint64_t ms = s->sse.retry_ms != UINT64_MAX ? s->sse.retry_ms : RETRY_MS;
    const int64_t now = load_loop_now();
    ms = ms > at_least_ms ? ms : at_least_ms;
    ms = ms < s->load->options.retry_cap_ms ? ms : s->load->options.retry_cap_ms;
    if (s->is_ready) {
        s->ended_ns = now;
    }
    s->load->stats.unknown_fields += s->sse.odd;
    s->sse.odd = 0;
    s->is_ready = false;
    if (s->load->options.once) {
        leave_for_good(s);
        return;
    }
    s->state = LOAD_STREAM_WAITING;
    load_loop_set(&s->load->loop, &s->again, now + (int64_t)ms * 1000000);
}

/* The server, or the way to it, ended it. */
static void end(struct load_stream *s, uint64_t *counter, const char *how)
{
    struct load_stats *stats = &s->load->stats;
    if (s->said_bye) {
        counter = &stats->planned;
    }
    ++*counter;
    if (s->state == LOAD_STREAM_OPEN) {
        count_slice(stats, (uint64_t)((load_loop_now() - s->load->began_ns) / LOAD_SLICE_NS));
    }
    say(s, "end", str_of(how));
    close_socket(s, false);
    come_back(s, s->http.retry_after_s * 1000);
}

static void drop(struct load_stream *s)
{
    const struct load_options *o = &s->load->options;
    const bool rst = o->drop_rst && (!o->drop_fin || load_loop_below(&s->load->loop, 2) == 0);
    s->load->stats.dropped++;
    say(s, "end", rst ? STR("rst") : STR("fin"));
    close_socket(s, rst);
    come_back(s, 0);
}

static void on_drop(void *self)
{
    struct load_stream *s = self;
    const struct load_options *o = &s->load->options;
    const uint64_t hows = o->drop_fin + o->drop_rst + o->drop_half;
    if (o->drop_half && load_loop_below(&s->load->loop, hows) == 0) {
        s->is_half = true; /* where nothing comes, it stays */
        return;
    }
    drop(s);
}

static void plan_drop(struct load_stream *s)
{
    const struct load_options *o = &s->load->options;
    if (o->drop_max_s > 0) {
        const uint64_t span = (uint64_t)((o->drop_max_s - o->drop_min_s) * 1e9) + 1;
        const int64_t wait =
            (int64_t)(o->drop_min_s * 1e9) + (int64_t)load_loop_below(&s->load->loop, span);
        load_loop_set(&s->load->loop, &s->drop, load_loop_now() + wait);
    }
}

/* Events. */

static void count_reason(struct load_stats *stats, struct str data)
{
    struct str rest = data;
    struct str reason = STR("");
    for (int i = 0; i < 4; i++) {
        (void)str_split(&rest, '"', &reason); /* {"reason":"REASON"} */
    }
    for (size_t i = 0; i < LOAD_REASONS; i++) {
        struct load_reason *r = &stats->reasons[i];
        if (r->count == 0) {
            snprintf(r->text, sizeof(r->text), "%.*s", STR_FMT(reason));
        }
        if (str_eq(str_of(r->text), reason) || i + 1 == LOAD_REASONS) {
            r->count++;
            return;
        }
    }
}

/* A stream is there: it stalls, or slows down, from here on. */
static void set_pace(struct load_stream *s)
{
    if (s->pace == LOAD_STREAM_STALLED) {
        load_loop_watch(&s->load->loop, &s->io, EPOLLRDHUP, true);
    } else if (s->pace == LOAD_STREAM_SLOW) {
        load_loop_unwatch(&s->load->loop, &s->io);
        load_loop_set(&s->load->loop, &s->read, load_loop_now());
    }
}

static void on_ready(struct load_stream *s)
{
    struct load_stats *stats = &s->load->stats;
    const int64_t now = load_loop_now();
    const struct str id = s->sse.has_id ? buf_str(&s->sse.id) : STR_NONE;
    say(s, "ready", id);
    load_ledger_view_ready(&s->view, &s->load->ledger, s->person, id);
    if (s->ended_ns != 0) {
        load_hist_add(&stats->back, now - s->ended_ns);
    }
    if (!s->was_ready) {
        s->was_ready = true;
        stats->up++;
        stats->up_ns = now;
    }
    s->is_ready = true;
    plan_drop(s);
    set_pace(s);
}

/* False: the stream is over. */
static bool on_event(struct load_stream *s)
{
    struct load *load = s->load;
    const struct str type = buf_str(&s->sse.type);
    const struct str data = buf_str(&s->sse.data);
    const struct str id = s->sse.has_id ? buf_str(&s->sse.id) : STR_NONE;
    if (str_eq(type, STR("ready"))) {
        on_ready(s);
        return true;
    }
    if (str_eq(type, STR("reset"))) {
        say(s, "reset", data);
        load_ledger_view_reset(&s->view, &load->ledger, s->person);
    } else if (str_eq(type, STR("bye"))) {
        say(s, "bye", data);
        count_reason(&load->stats, data);
        s->said_bye = true;
    }
    const bool is_new =
        load_ledger_view_event(&s->view, &load->ledger, s->person, type, id, data, load_loop_now());
    s->taken += is_new;
    if (is_new && load->options.take > 0 && s->taken == load->options.take) {
        say(s, "end", STR("taken"));
        close_socket(s, false);
        leave_for_good(s);
        return false;
    }
    return true;
}

static void note_retry(struct load_stream *s, uint64_t before)
{
    struct load_stats *stats = &s->load->stats;
    const uint64_t ms = s->sse.retry_ms;
    if (ms == before) {
        return;
    }
    stats->retry_min = ms < stats->retry_min ? ms : stats->retry_min;
    stats->retry_max = ms > stats->retry_max ? ms : stats->retry_max;
    say_number(s, "retry", ms);
}

/* False: the stream is over. */
static bool on_body(struct load_stream *s, struct str body)
{
    while (body.len > 0) {
        const uint64_t retry = s->sse.retry_ms;
        bool event;
        if (load_sse_feed(&s->sse, &body, &event)) {
            end(s, &s->load->stats.protocol_errors, "no events");
            return false;
        }
        note_retry(s, retry);
        if (event && !on_event(s)) {
            return false;
        }
    }
    return true;
}

/* False: the answer was no stream. */
static bool on_head(struct load_stream *s)
{
    struct load_stats *stats = &s->load->stats;
    stats->statuses[s->http.status < LOAD_STATUSES ? s->http.status : 0]++;
    say_number(s, "status", s->http.status);
    if (s->http.status == 200 && s->http.is_stream) {
        if (s->load->options.head_is_ready) {
            on_ready(s);
        }
        return true;
    }
    stats->bad_types += s->http.status == 200;
    close_socket(s, false);
    come_back(s, s->http.retry_after_s * 1000);
    return false;
}

static void feed(struct load_stream *s, struct str in)
{
    while (in.len > 0) {
        const bool had_head = s->http.state != LOAD_HTTP_HEAD;
        struct str body;
        if (load_http_feed(&s->http, &in, &body)) {
            end(s, &s->load->stats.protocol_errors, "no http");
            return;
        }
        if ((!had_head && s->http.state != LOAD_HTTP_HEAD && !on_head(s)) || !on_body(s, body)) {
            return;
        }
        if (s->http.state == LOAD_HTTP_DONE) {
            end(s, &s->load->stats.eof, "done");
            return;
        }
    }
}

/* Reads at most so much. False: there was nothing, or the stream is over. */
static bool read_some(struct load_stream *s, size_t most)
{
    static char bytes[256 * 1024];
    const ssize_t n = read(s->io.fd, bytes, most < sizeof(bytes) ? most : sizeof(bytes));
    s->load->stats.reads++;
    if (n > 0) {
        feed(s, (struct str){bytes, (size_t)n});
        return s->io.fd >= 0;
    }
    if (n == 0) {
        end(s, &s->load->stats.eof, "eof");
    } else if (errno != EAGAIN && errno != EINTR) {
        end(s, &s->load->stats.reset, "reset");
    }
    return false;
}

static void on_slow_read(void *self)
{
    struct load_stream *s = self;
    const uint64_t bytes = s->load->options.slow_bytes / SLOW_STEP_S;
    (void)read_some(s, bytes > 0 ? bytes : 1);
    if (s->io.fd >= 0) {
        load_loop_set(&s->load->loop, &s->read, load_loop_now() + LOAD_SECOND_NS / SLOW_STEP_S);
    }
}

/* Connections. */

static void add_request(struct buf *out, const struct load_stream *s)
{
    const struct load_options *o = &s->load->options;
    struct str path = str_of(o->path);
    const char *room = strstr(o->path, "%r");
    buf_add_cstr(out, "GET ");
    if (room != NULL) {
        buf_add(out, path.ptr, (size_t)(room - path.ptr));
        buf_add_str(out, s->load->people.rooms[s->person->rooms[0]].id);
        path = str_of(room + 2);
    }
    buf_add_str(out, path);
    buf_printf(out, " HTTP/1.1\r\nHost: %s:%" PRIu64 "\r\nAccept: text/event-stream\r\n", o->host,
               o->port);
    if (str_is_set(s->person->cookie)) {
        buf_printf(out, "Cookie: %.*s\r\n", STR_FMT(s->person->cookie));
    }
    if (s->sse.id.len > 0) {
        buf_printf(out, "Last-Event-ID: %.*s\r\n", STR_FMT(buf_str(&s->sse.id)));
    }
    buf_add_cstr(out, "\r\n");
}

static bool send_request(struct load_stream *s)
{
    struct buf out;
    buf_init(&out, NULL, REQUEST_MAX);
    add_request(&out, s);
    const bool sent = send(s->io.fd, out.ptr, out.len, MSG_NOSIGNAL) == (ssize_t)out.len;
    buf_finish(&out);
    return sent;
}

static void on_connected(struct load_stream *s)
{
    int error = 0;
    socklen_t len = sizeof(error);
    getsockopt(s->io.fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error != 0 || !send_request(s)) {
        end(s, &s->load->stats.connect_errors, "refused");
        return;
    }
    s->state = LOAD_STREAM_OPEN;
    say(s, "open", buf_str(&s->sse.id));
    load_loop_watch(&s->load->loop, &s->io, EPOLLIN, true);
}

static void on_io(void *self, uint32_t events)
{
    struct load_stream *s = self;
    if (s->state == LOAD_STREAM_CONNECTING) {
        on_connected(s);
    } else if (s->pace == LOAD_STREAM_STALLED && s->is_ready) {
        end(s, (events & EPOLLERR) != 0 ? &s->load->stats.reset : &s->load->stats.eof, "stalled");
    } else if (s->is_half) {
        if (read_some(s, 1 + (size_t)load_loop_below(&s->load->loop, HALF_MAX))) {
            drop(s);
        }
    } else {
        (void)read_some(s, SIZE_MAX);
    }
}

static void on_again(void *self)
{
    struct load_stream *s = self;
    const struct load_options *o = &s->load->options;
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((uint16_t)o->port)};
    const int rcvbuf = (int)o->rcvbuf;
    inet_pton(AF_INET, o->host, &addr.sin_addr);
    load_http_restart(&s->http);
    load_sse_restart(&s->sse);
    s->is_half = s->said_bye = false;
    s->io.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->io.fd < 0) {
        s->load->stats.connect_errors++;
        come_back(s, 0);
        return;
    }
    if (s->pace != LOAD_STREAM_FAST && rcvbuf > 0) {
        (void)setsockopt(s->io.fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
    }
    s->state = LOAD_STREAM_CONNECTING;
    load_loop_watch(&s->load->loop, &s->io, EPOLLOUT, false);
    if (connect(s->io.fd, (struct sockaddr *)&addr, sizeof(addr)) != 0 && errno != EINPROGRESS) {
        end(s, &s->load->stats.connect_errors, "refused");
    }
}

static enum load_stream_pace pace_of(const struct load_options *o, size_t number)
{
    const uint64_t from_last = o->streams - number - 1;
    if (from_last < o->stall) {
        return LOAD_STREAM_STALLED;
    }
    return from_last < o->stall + o->slow ? LOAD_STREAM_SLOW : LOAD_STREAM_FAST;
}

void load_stream_init(struct load_stream *s, struct load *load, size_t number, int64_t at_ns)
{
    *s = (struct load_stream){.load = load, .number = number};
    s->io = (struct load_io){-1, on_io, s};
    s->person = &load->people.people[number % load->people.npeople];
    s->pace = pace_of(&load->options, number);
    s->again = (struct load_timer){.due = on_again, .self = s};
    s->drop = (struct load_timer){.due = on_drop, .self = s};
    s->read = (struct load_timer){.due = on_slow_read, .self = s};
    load_http_init(&s->http);
    load_sse_init(&s->sse);
    if (load->options.since != NULL) {
        buf_add_cstr(&s->sse.id, load->options.since);
    }
    load_ledger_view_init(&s->view, &load->ledger, s->pace != LOAD_STREAM_FAST);
    load_loop_set(&load->loop, &s->again, at_ns);
}

void load_stream_finish(struct load_stream *s)
{
    if (s->io.fd >= 0) {
        close_socket(s, false);
    }
    load_http_finish(&s->http);
    load_sse_finish(&s->sse);
    load_ledger_view_finish(&s->view);
}
