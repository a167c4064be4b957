#include "load/publish.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/mem.h"

#define NONE        SIZE_MAX
#define TEXT_MAX    8000
#define REQUEST_MAX 16384
#define ANSWER_MAX  65536
#define AGAIN_MS    50   /* the first wait before a message is sent again; doubled up to */
#define AGAIN_MAX   1000 /* this */

static void take_next(struct load_sender *s);

/* What is sent. */

static void add_body(struct buf *out, const struct load *load, size_t k)
{
    const struct load_message *m = &load->ledger.messages[k];
    const struct str room = load->people.rooms[m->room].id;
    char text[TEXT_MAX + 1];
    load_ledger_text(&load->ledger, k, text, load->options.size);
    if (load->options.body == LOAD_BODY_JSON) {
        buf_printf(out, "{\"message\":\"%s\",\"nonce\":\"%s-%zu\"}", text, load->ledger.run, k);
        return;
    }
    buf_printf(out,
               "{\"id\":\"%010" PRId64 ".%06zu\",\"from\":\"1\",\"date\":%010" PRId64
               ",\"message\":\"%s\",\"roomId\":\"%.*s\",\"nonce\":\"%s-%zu\"}",
               m->begun_ns / 1000000000, k % 1000000, m->begun_ns / 1000000000, text, STR_FMT(room),
               load->ledger.run, k);
}

static void add_request(struct buf *out, const struct load *load, size_t k)
{
    const struct load_options *o = &load->options;
    const struct load_message *m = &load->ledger.messages[k];
    const struct load_room *room = &load->people.rooms[m->room];
    const struct load_person *person =
        &load->people.people[room->people[k / load->people.nrooms % room->npeople]];
    struct str path = str_of(o->pub_path);
    const char *place = strstr(o->pub_path, "%r");
    struct buf body;
    buf_init(&body, NULL, REQUEST_MAX);
    add_body(&body, load, k);
    buf_add_cstr(out, "POST ");
    if (place != NULL) {
        buf_add(out, path.ptr, (size_t)(place - path.ptr));
        buf_add_str(out, room->id);
        path = str_of(place + 2);
    }
    buf_printf(out, "%.*s HTTP/1.1\r\nHost: %s:%" PRIu64 "\r\n", STR_FMT(path), o->host, o->port);
    if (str_is_set(person->cookie)) {
        buf_printf(out, "Cookie: %.*s\r\n", STR_FMT(person->cookie));
    }
    buf_printf(out, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", body.len);
    buf_add_str(out, buf_str(&body));
    buf_finish(&body);
}

/* A request is small, and the socket is empty: what it does not take at once is an error. */
static bool send_request(struct load_sender *s)
{
    struct load_message *m = &s->publisher->load->ledger.messages[s->message];
    struct buf out;
    buf_init(&out, NULL, REQUEST_MAX);
    add_request(&out, s->publisher->load, s->message);
    load_http_restart(&s->http);
    buf_clear(&s->body);
    s->publisher->load->posts.repeats += m->tries > 0;
    m->tries++;
    const bool sent = send(s->io.fd, out.ptr, out.len, MSG_NOSIGNAL) == (ssize_t)out.len;
    buf_finish(&out);
    return sent;
}

/* Connections. */

static void close_socket(struct load_sender *s)
{
    if (s->io.fd >= 0) {
        close(s->io.fd);
        s->io.fd = -1;
    }
}

/* Later, on a new connection. */
static void try_again(struct load_sender *s)
{
    const uint32_t tries = s->publisher->load->ledger.messages[s->message].tries;
    const int64_t ms = tries < 5 ? (int64_t)AGAIN_MS << tries : AGAIN_MAX;
    close_socket(s);
    load_loop_set(&s->publisher->load->loop, &s->again, load_loop_now() + ms * 1000000);
}

static void fail(struct load_sender *s)
{
    s->publisher->load->posts.errors++;
    try_again(s);
}

static void connect_to_server(struct load_sender *s)
{
    const struct load_options *o = &s->publisher->load->options;
    const uint64_t port = o->pub_port > 0 ? o->pub_port : o->port;
    const int one = 1;
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, o->host, &addr.sin_addr);
    s->io.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->io.fd < 0) {
        fail(s);
        return;
    }
    (void)setsockopt(s->io.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    s->is_connecting = true;
    load_loop_watch(&s->publisher->load->loop, &s->io, EPOLLOUT, false);
    if (connect(s->io.fd, (struct sockaddr *)&addr, sizeof(addr)) != 0 && errno != EINPROGRESS) {
        fail(s);
    }
}

static void send_message(void *self)
{
    struct load_sender *s = self;
    if (s->io.fd < 0) {
        connect_to_server(s);
    } else if (!send_request(s)) {
        fail(s);
    }
}

/* Answers. */

static struct str id_of(struct str answer)
{
    static const char word[] = "\"id\":\"";
    const char *at = memmem(answer.ptr, answer.len, word, sizeof(word) - 1);
    struct str id = STR("");
    if (at != NULL) {
        struct str rest = str_skip(answer, (size_t)(at - answer.ptr) + sizeof(word) - 1);
        (void)str_split(&rest, '"', &id);
    }
    return id;
}

static void on_answer(struct load_sender *s)
{
    struct load *load = s->publisher->load;
    const unsigned status = s->http.status;
    load->posts.statuses[status < LOAD_STATUSES ? status : 0]++;
    if (s->http.closes) {
        close_socket(s);
    }
    if (status >= 500 || status == 429) {
        try_again(s);
        return;
    }
    if (status < 300) {
        load_ledger_acked(&load->ledger, s->message, status, id_of(buf_str(&s->body)),
                          load_loop_now());
    } else {
        load_ledger_refused(&load->ledger, s->message, status);
    }
    s->message = NONE;
    load_publisher_go_on(s->publisher);
    take_next(s);
}

static void on_readable(struct load_sender *s)
{
    char bytes[16384];
    const ssize_t n = read(s->io.fd, bytes, sizeof(bytes));
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (s->message == NONE) {
        close_socket(s); /* it was idle for too long */
        return;
    }
    if (n <= 0) {
        fail(s);
        return;
    }
    struct str in = {bytes, (size_t)n};
    while (in.len > 0 && s->http.state != LOAD_HTTP_DONE) {
        struct str body;
        if (load_http_feed(&s->http, &in, &body)) {
            fail(s);
            return;
        }
        buf_add_str(&s->body, body);
    }
    if (s->http.state == LOAD_HTTP_DONE) {
        on_answer(s);
    }
}

static void on_io(void *self, uint32_t events)
{
    struct load_sender *s = self;
    int error = 0;
    socklen_t len = sizeof(error);
    (void)events;
    if (!s->is_connecting) {
        on_readable(s);
        return;
    }
    s->is_connecting = false;
    getsockopt(s->io.fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error != 0 || !send_request(s)) {
        fail(s);
        return;
    }
    load_loop_watch(&s->publisher->load->loop, &s->io, EPOLLIN, true);
}

/* Which message is next. */

/* A sender that has nothing to do takes what has begun. */
static void take_next(struct load_sender *s)
{
    struct load_publisher *p = s->publisher;
    if (s->message == NONE && p->taken < p->load->ledger.begun) {
        s->message = p->taken++;
        send_message(s);
    }
}

static void begin(struct load_publisher *p, int64_t due_ns)
{
    struct load *load = p->load;
    (void)load_ledger_begin(&load->ledger, load->ledger.begun % load->people.nrooms, due_ns);
    for (size_t i = 0; i < p->nsenders && p->taken < load->ledger.begun; i++) {
        take_next(&p->senders[i]);
    }
}

static bool may_begin(const struct load_publisher *p)
{
    return p->load->phase == LOAD_SENDING && !p->is_stopped &&
           p->load->ledger.begun < p->load->ledger.wanted;
}

static void on_due(void *self)
{
    struct load_publisher *p = self;
    const double step = 1e9 / p->load->options.rate;
    while (may_begin(p)) {
        const int64_t due = p->began_ns + (int64_t)((double)p->load->ledger.begun * step);
        if (due > load_loop_now()) {
            load_loop_set(&p->load->loop, &p->tick, due);
            return;
        }
        begin(p, due);
    }
}

void load_publisher_go_on(struct load_publisher *p)
{
    const struct load_ledger *ledger = &p->load->ledger;
    if (p->load->options.rate > 0) {
        return;
    }
    while (may_begin(p) && ledger->begun - ledger->settled < p->load->options.window) {
        begin(p, load_loop_now());
    }
}

void load_publisher_start(struct load_publisher *p)
{
    p->began_ns = load_loop_now();
    if (p->load->options.rate > 0) {
        on_due(p);
    } else {
        load_publisher_go_on(p);
    }
}

void load_publisher_stop(struct load_publisher *p)
{
    p->is_stopped = true;
}

bool load_publisher_is_done(const struct load_publisher *p)
{
    const struct load_ledger *ledger = &p->load->ledger;
    return (p->is_stopped || ledger->begun == ledger->wanted) &&
           ledger->acked + ledger->refused == ledger->begun;
}

void load_publisher_init(struct load_publisher *p, struct load *load)
{
    const struct load_options *o = &load->options;
    *p = (struct load_publisher){.load = load};
    p->nsenders = o->rate > 0 || o->conns < o->window ? o->conns : o->window;
    p->senders = mem_zalloc(p->nsenders, sizeof(struct load_sender));
    p->tick = (struct load_timer){.due = on_due, .self = p};
    for (size_t i = 0; i < p->nsenders; i++) {
        struct load_sender *s = &p->senders[i];
        s->publisher = p;
        s->io = (struct load_io){-1, on_io, s};
        s->message = NONE;
        s->again = (struct load_timer){.due = send_message, .self = s};
        load_http_init(&s->http);
        buf_init(&s->body, NULL, ANSWER_MAX);
    }
}

void load_publisher_finish(struct load_publisher *p)
{
    for (size_t i = 0; i < p->nsenders; i++) {
        close_socket(&p->senders[i]);
        load_http_finish(&p->senders[i].http);
        buf_finish(&p->senders[i].body);
    }
    mem_free(p->senders);
}
