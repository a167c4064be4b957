#ifndef TESTS_SUPPORT_FCGI_PEER_H
#define TESTS_SUPPORT_FCGI_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A web server's end of a FastCGI connection: writes records, and reads what comes back. Whatever
 * is not as it should be fails the cmocka test. It knows nothing of src/wire.
 */

enum {
    PEER_BEGIN = 1,
    PEER_ABORT = 2,
    PEER_END = 3,
    PEER_PARAMS = 4,
    PEER_STDIN = 5,
    PEER_STDOUT = 6,
    PEER_GET_VALUES = 9,
    PEER_KEEP_CONN = 1
};

struct fcgi_peer {
    int fd;
    uint16_t id; /* of the request; records of another one fail the test */
    char *out;   /* what STDOUT has brought, with a NUL */
    size_t len;  /* of out */
    size_t seen; /* of out, passed by fcgi_peer_expect() */
    char *raw;   /* a record that has not arrived whole */
    size_t raw_len;
    char other[1024]; /* the content of the last record of another type or id, with a NUL */
    size_t other_len;
    unsigned other_type, other_id;
    unsigned ends;   /* END_REQUESTs */
    unsigned status; /* protocolStatus of the last one */
    bool eof;
};

/* Takes fd over, and makes it non-blocking. */
void fcgi_peer_init(struct fcgi_peer *p, int fd);

/* To a unix socket. */
void fcgi_peer_connect(struct fcgi_peer *p, const char *path);

void fcgi_peer_close(struct fcgi_peer *p);

/* Bytes as they are. */
void fcgi_peer_write(struct fcgi_peer *p, const void *bytes, size_t len);

void fcgi_peer_record(struct fcgi_peer *p, unsigned type, unsigned id, const void *content,
                      size_t len);

/* BEGIN_REQUEST, which sets the id. Role 1 is a responder. */
void fcgi_peer_begin(struct fcgi_peer *p, unsigned id, unsigned role, unsigned flags);

/* A whole request; vars are "NAME=value", the last one NULL. */
void fcgi_peer_request(struct fcgi_peer *p, unsigned id, unsigned flags, const char *const *vars);

/* The same with a body, in as many records as it needs. */
void fcgi_peer_post(struct fcgi_peer *p, unsigned id, unsigned flags, const char *const *vars,
                    const char *body, size_t len);

/* Takes what has arrived; does not wait. */
void fcgi_peer_take(struct fcgi_peer *p);

/* Each waits up to ten seconds, and takes what arrives meanwhile. */
void fcgi_peer_expect(struct fcgi_peer *p, const char *text); /* behind what was expected before */
void fcgi_peer_expect_end(struct fcgi_peer *p, unsigned ends);
void fcgi_peer_expect_eof(struct fcgi_peer *p);

/* Has the text come, anywhere in STDOUT? */
bool fcgi_peer_has(const struct fcgi_peer *p, const char *text);

/* How often. */
size_t fcgi_peer_count(const struct fcgi_peer *p, const char *text);

#endif
