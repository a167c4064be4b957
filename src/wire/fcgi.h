#ifndef WIRE_FCGI_H
#define WIRE_FCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/*
 * The record layer of FastCGI 1.0 for one responder connection: a push parser, fed with whatever
 * the socket gave, and writers. No sockets, no clock. One request at a time on a connection
 * (FCGI_MPXS_CONNS is 0, as all web servers assume): it is under way from its BEGIN_REQUEST until
 * wire_fcgi_end(), and only then may the next one begin.
 */

#define WIRE_FCGI_HEADER_LEN  8
#define WIRE_FCGI_STDOUT      6 /* the type of a record that carries a part of the answer */
#define WIRE_FCGI_CONTENT_MAX 65535
#define WIRE_FCGI_PARAMS_MAX  (64u * 1024) /* bytes of all parameters of a request */
#define WIRE_FCGI_PAIRS_MAX   256          /* parameters of a request */
#define WIRE_FCGI_STDIN_MAX   (64u * 1024) /* bytes of a request's body; it is cut there */
#define WIRE_FCGI_CONNS_TOLD  "65535"      /* FCGI_MAX_CONNS and FCGI_MAX_REQS, for who asks */

enum wire_fcgi_event {
    WIRE_FCGI_MORE,       /* everything was taken; nothing to report */
    WIRE_FCGI_REQUEST,    /* parameters and standard input are complete */
    WIRE_FCGI_ABORT,      /* ABORT_REQUEST for the request under way */
    WIRE_FCGI_GET_VALUES, /* a management record: answer it with wire_fcgi_write_values() */
    WIRE_FCGI_UNKNOWN,    /* a management record of another type: wire_fcgi_write_unknown() */
    WIRE_FCGI_REFUSED     /* a BEGIN that cannot be served: END_REQUEST with the parser's refusal */
};

/* protocolStatus of END_REQUEST (section 5.5). */
enum wire_fcgi_status {
    WIRE_FCGI_REQUEST_COMPLETE = 0,
    WIRE_FCGI_CANT_MPX_CONN = 1,
    WIRE_FCGI_OVERLOADED = 2,
    WIRE_FCGI_UNKNOWN_ROLE = 3
};

/* Apart from the parser, since most connections are open streams, whose request has been read. */
struct wire_fcgi_input {
    struct buf params;  /* raw name-value pairs */
    struct buf body;    /* STDIN */
    struct buf scratch; /* the record that has to be whole to be read: BEGIN, GET_VALUES */
};

struct wire_fcgi {
    unsigned char header[WIRE_FCGI_HEADER_LEN];
    size_t have;         /* header bytes that have arrived */
    size_t content, pad; /* bytes of this record still to come */
    uint16_t id;         /* of the request under way; 0: none */
    uint16_t refused_id; /* after WIRE_FCGI_REFUSED */
    enum wire_fcgi_status refusal;
    uint8_t unknown_type; /* after WIRE_FCGI_UNKNOWN */
    bool keep_conn;       /* FCGI_KEEP_CONN of the request under way */
    bool params_done, stdin_done;
    struct wire_fcgi_input *input; /* what has arrived; NULL: nothing that is to be kept */
};

void wire_fcgi_init(struct wire_fcgi *p);
void wire_fcgi_finish(struct wire_fcgi *p);

/* What has arrived, until it is released: the raw name-value pairs; the body; after
 * WIRE_FCGI_GET_VALUES, the pairs that are asked for. Never absent. */
struct str wire_fcgi_params(const struct wire_fcgi *p);
struct str wire_fcgi_body(const struct wire_fcgi *p);
struct str wire_fcgi_query(const struct wire_fcgi *p);

/*
 * Gives back the memory of a request that has been read, or of a query that has been answered. The
 * request stays under way, and the position in its records is kept.
 */
void wire_fcgi_release(struct wire_fcgi *p);

/* END_REQUEST has been written: releases the request, and another may begin. */
void wire_fcgi_end(struct wire_fcgi *p);

/*
 * Takes bytes from *in until something is to be reported or *in is empty; *in then is what is left.
 * Memory is taken only for content that has arrived. Records that concern no request under way are
 * skipped, as section 3.3 wants it; what is left of a refused request is among them. So is what a
 * body has beyond its limit, since that deserves an answer: whoever reads bodies takes less than
 * the limit, and sees that it is too much.
 *
 * ERR_PROTOCOL: a wrong version, a record of a type that no web server sends, PARAMS or STDIN after
 * its end, a second BEGIN of the same id, a malformed BEGIN, malformed pairs. ERR_TOO_LARGE: over
 * one of the limits above. Either way the connection is to be closed, and the parser not fed again.
 */
NODISCARD enum err wire_fcgi_feed(struct wire_fcgi *p, struct str *in, enum wire_fcgi_event *event);

/*
 * Takes one name-value pair off the front of *rest (section 3.4: lengths of one or four bytes, the
 * four-byte ones big-endian with the top bit set). False at the end. ERR_PROTOCOL, in *err, where
 * the lengths pass the end; *err is ERR_OK otherwise.
 */
bool wire_fcgi_pair(struct str *rest, struct str *name, struct str *value, enum err *err);

/* Appends STDOUT records that carry content, as many as it needs; for empty content nothing. */
void wire_fcgi_write_stdout(struct buf *out, uint16_t id, struct str content);

/* Appends the end of STDOUT and END_REQUEST. */
void wire_fcgi_write_end(struct buf *out, uint16_t id, uint32_t app_status,
                         enum wire_fcgi_status status);

/*
 * Appends GET_VALUES_RESULT for wire_fcgi_query(): FCGI_MPXS_CONNS "0" and the like, each once.
 * Names that are not known are left out (section 4.1).
 */
void wire_fcgi_write_values(struct buf *out, const struct wire_fcgi *p);

/* Appends UNKNOWN_TYPE. */
void wire_fcgi_write_unknown(struct buf *out, uint8_t type);

/* The eight bytes before a STDOUT record's len bytes of content and pad bytes of padding. */
void wire_fcgi_stdout_header(unsigned char out[WIRE_FCGI_HEADER_LEN], uint16_t id, size_t len,
                             size_t pad);

#endif
