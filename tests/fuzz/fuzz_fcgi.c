#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/buf.h"
#include "wire/fcgi.h"

/*
 * A FastCGI connection fed with anything. Its first byte says how to cut the rest into pieces:
 * however that is done, the parser must report the same, and stay within its limits.
 */

#define MAX_REPORT (1u << 24)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

/* Takes everything that can be taken apart, as the hub does. */
static void read_pairs(struct buf *report, struct str rest)
{
    struct str name, value;
    enum err err;
    size_t n = 0;
    while (wire_fcgi_pair(&rest, &name, &value, &err)) {
        buf_add_str(report, name);
        buf_add_byte(report, '=');
        buf_add_str(report, value);
        n++;
    }
    check(err == ERR_OK && rest.len == 0 && n <= WIRE_FCGI_PAIRS_MAX);
}

/* Writes down what was reported, and reacts: answers, ends, begins anew. */
static void react(struct wire_fcgi *p, enum wire_fcgi_event event, struct buf *report)
{
    buf_printf(report, "\n%d %u:", (int)event, p->id);
    switch (event) {
    case WIRE_FCGI_REQUEST:
        check(p->id != 0 && wire_fcgi_params(p).len <= WIRE_FCGI_PARAMS_MAX &&
              wire_fcgi_body(p).len <= WIRE_FCGI_STDIN_MAX);
        buf_printf(report, "%d ", p->keep_conn);
        read_pairs(report, wire_fcgi_params(p));
        buf_add_str(report, wire_fcgi_body(p));
        if (p->keep_conn) {
            wire_fcgi_end(p);
        } else {
            wire_fcgi_release(p);
        }
        break;
    case WIRE_FCGI_ABORT:
        wire_fcgi_write_end(report, p->id, 0, WIRE_FCGI_REQUEST_COMPLETE);
        wire_fcgi_end(p);
        break;
    case WIRE_FCGI_GET_VALUES:
        read_pairs(report, wire_fcgi_query(p));
        wire_fcgi_write_values(report, p);
        wire_fcgi_release(p);
        break;
    case WIRE_FCGI_UNKNOWN:
        wire_fcgi_write_unknown(report, p->unknown_type);
        break;
    case WIRE_FCGI_REFUSED:
        check(p->refused_id != 0 && p->refused_id != p->id);
        wire_fcgi_write_end(report, p->refused_id, 0, p->refusal);
        break;
    case WIRE_FCGI_MORE:
        break;
    }
}

/* Feeds one piece, in memory of its own, so that a read past its end is seen. */
static enum err feed_piece(struct wire_fcgi *p, struct str piece, struct buf *report)
{
    char *copy = malloc(piece.len);
    check(copy != NULL);
    memcpy(copy, piece.ptr, piece.len);
    struct str rest = {copy, piece.len};
    enum err err = ERR_OK;
    while (rest.len > 0 && err == ERR_OK) {
        enum wire_fcgi_event event = WIRE_FCGI_MORE;
        err = wire_fcgi_feed(p, &rest, &event);
        if (event != WIRE_FCGI_MORE) {
            check(err == ERR_OK);
            react(p, event, report);
        } else {
            check(err != ERR_OK || rest.len == 0);
        }
    }
    free(copy);
    return err;
}

/* Feeds in pieces of the lengths that cuts names, in turn; 0 stands for all the rest. */
static void feed(struct str in, struct str cuts, struct buf *report)
{
    struct wire_fcgi p;
    enum err err = ERR_OK;
    wire_fcgi_init(&p);
    for (size_t i = 0; in.len > 0 && err == ERR_OK; i++) {
        const size_t cut = cuts.len > 0 ? (unsigned char)cuts.ptr[i % cuts.len] : 0;
        const struct str piece = {in.ptr, cut == 0 || cut > in.len ? in.len : cut};
        in = str_skip(in, piece.len);
        err = feed_piece(&p, piece, report);
    }
    check(err == ERR_OK || err == ERR_PROTOCOL || err == ERR_TOO_LARGE);
    buf_printf(report, "\n%d", (int)err);
    wire_fcgi_finish(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size - 1 < data[0] % 8u) {
        return 0;
    }
    const size_t ncuts = data[0] % 8u;
    const struct str all = {(const char *)data + 1, size - 1};
    const struct str cuts = {all.ptr, ncuts};
    const struct str in = str_skip(all, ncuts);
    struct buf whole, pieces;
    buf_init(&whole, NULL, MAX_REPORT);
    buf_init(&pieces, NULL, MAX_REPORT);
    feed(in, STR(""), &whole);
    feed(in, cuts, &pieces);
    check(str_eq(buf_str(&whole), buf_str(&pieces)));
    buf_clear(&pieces);
    feed(in, STR("\1"), &pieces);
    check(str_eq(buf_str(&whole), buf_str(&pieces)));
    buf_finish(&whole);
    buf_finish(&pieces);
    return 0;
}
