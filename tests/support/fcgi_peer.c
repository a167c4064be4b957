#include "support/fcgi_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "support/check.h"

#define WAIT_MS    10000
#define STEP_MS    50
#define RAW_MAX    (8 + 65535 + 255)
#define TAIL_MAX   2000
#define RECORD_MAX 65535 /* bytes of a body in one record */

void fcgi_peer_init(struct fcgi_peer *p, int fd)
{
    *p = (struct fcgi_peer){.fd = fd};
    p->out = calloc(1, 1);
    p->raw = malloc(RAW_MAX);
    assert_non_null(p->out);
    assert_non_null(p->raw);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
}

void fcgi_peer_connect(struct fcgi_peer *p, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    fcgi_peer_init(p, fd);
}

void fcgi_peer_close(struct fcgi_peer *p)
{
    if (p->fd >= 0) {
        close(p->fd);
    }
    free(p->out);
    free(p->raw);
    *p = (struct fcgi_peer){.fd = -1};
}

void fcgi_peer_write(struct fcgi_peer *p, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len > 0) {
        const ssize_t n = send(p->fd, at, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            struct pollfd wait = {p->fd, POLLOUT, 0};
            assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
            continue;
        }
        if (n < 0) {
            p->eof = true; /* it has hung up, which the test will look at */
            return;
        }
        at += n;
        len -= (size_t)n;
    }
}

void fcgi_peer_record(struct fcgi_peer *p, unsigned type, unsigned id, const void *content,
                      size_t len)
{
    const size_t pad = len % 3; /* any will do */
    unsigned char record[RAW_MAX] = {1,
                                     (unsigned char)type,
                                     (unsigned char)(id >> 8),
                                     (unsigned char)id,
                                     (unsigned char)(len >> 8),
                                     (unsigned char)len,
                                     (unsigned char)pad};
    if (len > 0) {
        memcpy(record + 8, content, len);
    }
    fcgi_peer_write(p, record, 8 + len + pad);
}

void fcgi_peer_begin(struct fcgi_peer *p, unsigned id, unsigned role, unsigned flags)
{
    const unsigned char body[8] = {0, (unsigned char)role, (unsigned char)flags};
    p->id = (uint16_t)id;
    fcgi_peer_record(p, PEER_BEGIN, id, body, sizeof body);
}

/* A length of one or four bytes (section 3.4). */
static size_t put_len(unsigned char *out, size_t len)
{
    if (len < 128) {
        out[0] = (unsigned char)len;
        return 1;
    }
    out[0] = (unsigned char)(len >> 24 | 0x80);
    out[1] = (unsigned char)(len >> 16);
    out[2] = (unsigned char)(len >> 8);
    out[3] = (unsigned char)len;
    return 4;
}

void fcgi_peer_request(struct fcgi_peer *p, unsigned id, unsigned flags, const char *const *vars)
{
    fcgi_peer_post(p, id, flags, vars, NULL, 0);
}

void fcgi_peer_post(struct fcgi_peer *p, unsigned id, unsigned flags, const char *const *vars,
                    const char *body, size_t len)
{
    unsigned char params[8192];
    size_t n = 0;
    for (; *vars != NULL; vars++) {
        const char *value = strchr(*vars, '=') + 1;
        const size_t name_len = (size_t)(value - *vars) - 1, value_len = strlen(value);
        assert_true(n + 8 + name_len + value_len <= sizeof params);
        n += put_len(params + n, name_len);
        n += put_len(params + n, value_len);
        memcpy(params + n, *vars, name_len);
        memcpy(params + n + name_len, value, value_len);
        n += name_len + value_len;
    }
    fcgi_peer_begin(p, id, 1, flags);
    fcgi_peer_record(p, PEER_PARAMS, id, params, n);
    fcgi_peer_record(p, PEER_PARAMS, id, NULL, 0);
    while (len > 0) {
        const size_t part = len < RECORD_MAX ? len : RECORD_MAX;
        fcgi_peer_record(p, PEER_STDIN, id, body, part);
        body += part;
        len -= part;
    }
    fcgi_peer_record(p, PEER_STDIN, id, NULL, 0);
}

static void take_record(struct fcgi_peer *p, const unsigned char *record, size_t len)
{
    const unsigned type = record[1], id = (unsigned)record[2] << 8 | record[3];
    const unsigned char *content = record + 8;
    if (type == PEER_STDOUT && id == p->id) {
        p->out = realloc(p->out, p->len + len + 1);
        assert_non_null(p->out);
        memcpy(p->out + p->len, content, len);
        p->len += len;
        p->out[p->len] = '\0';
    } else if (type == PEER_END && id == p->id) {
        assert_int_equal(len, 8);
        p->ends++;
        p->status = content[4];
    } else {
        p->other_type = type;
        p->other_id = id;
        p->other_len = len < sizeof p->other ? len : sizeof p->other - 1;
        memcpy(p->other, content, p->other_len);
        p->other[p->other_len] = '\0';
    }
}

/* Takes the whole records off the front of raw. */
static void take_records(struct fcgi_peer *p)
{
    for (;;) {
        const unsigned char *h = (const unsigned char *)p->raw;
        if (p->raw_len < 8) {
            return;
        }
        const size_t len = (size_t)h[4] << 8 | h[5], whole = 8 + len + h[6];
        assert_int_equal(h[0], 1);
        assert_in_range(h[1], 1, 11);
        if (p->raw_len < whole) {
            return;
        }
        take_record(p, h, len);
        memmove(p->raw, p->raw + whole, p->raw_len - whole);
        p->raw_len -= whole;
    }
}

void fcgi_peer_take(struct fcgi_peer *p)
{
    while (!p->eof) {
        const ssize_t n = recv(p->fd, p->raw + p->raw_len, RAW_MAX - p->raw_len, 0);
        if (n < 0 && errno == EAGAIN) {
            return;
        }
        if (n <= 0) {
            p->eof = true;
            return;
        }
        p->raw_len += (size_t)n;
        take_records(p);
    }
}

/* Waits for something to arrive, for a moment. False: there has been enough of waiting. */
static bool wait_a_moment(struct fcgi_peer *p, int *waited_ms)
{
    struct pollfd wait = {p->eof ? -1 : p->fd, POLLIN, 0};
    if (poll(&wait, 1, STEP_MS) == 0) {
        *waited_ms += STEP_MS;
    }
    fcgi_peer_take(p);
    return *waited_ms < WAIT_MS && !p->eof;
}

static void say_what_came(const struct fcgi_peer *p, const char *instead_of)
{
    const size_t skip = p->len > TAIL_MAX ? p->len - TAIL_MAX : 0;
    print_error("expected %s, but %zu bytes, ends %u, eof %d, at last:\n%s\n", instead_of, p->len,
                p->ends, p->eof, p->out + skip);
}

void fcgi_peer_expect(struct fcgi_peer *p, const char *text)
{
    int waited_ms = 0;
    fcgi_peer_take(p);
    for (;;) {
        const char *at = strstr(p->out + p->seen, text);
        if (at != NULL) {
            p->seen = (size_t)(at - p->out) + strlen(text);
            return;
        }
        if (!wait_a_moment(p, &waited_ms) && strstr(p->out + p->seen, text) == NULL) {
            say_what_came(p, text);
            fail();
        }
    }
}

void fcgi_peer_expect_end(struct fcgi_peer *p, unsigned ends)
{
    int waited_ms = 0;
    fcgi_peer_take(p);
    while (p->ends < ends) {
        if (!wait_a_moment(p, &waited_ms) && p->ends < ends) {
            say_what_came(p, "END_REQUEST");
            fail();
        }
    }
}

void fcgi_peer_expect_eof(struct fcgi_peer *p)
{
    int waited_ms = 0;
    fcgi_peer_take(p);
    while (!p->eof) {
        if (!wait_a_moment(p, &waited_ms) && !p->eof) {
            say_what_came(p, "the end of the connection");
            fail();
        }
    }
}

size_t fcgi_peer_count(const struct fcgi_peer *p, const char *text)
{
    size_t count = 0;
    for (const char *at = strstr(p->out, text); at != NULL; at = strstr(at + 1, text)) {
        count++;
    }
    return count;
}

bool fcgi_peer_has(const struct fcgi_peer *p, const char *text)
{
    return fcgi_peer_count(p, text) > 0;
}
