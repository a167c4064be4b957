#ifndef HUB_CLIENT_H
#define HUB_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "hub/loop.h"
#include "hub/stats.h"
#include "model/event.h"
#include "model/user.h"
#include "wire/fcgi.h"
#include "wire/frame.h"

/*
 * One connection of the web server: its parser, its queue of shared frames, its limits. Everything
 * that it is told to send is only queued; hub_client_flush() writes, once per turn of the loop. It
 * never frees itself: it reports, and the hub destroys it where no walk is under way.
 *
 *     READING ── request ──> GATE ── identity ──> LIVE
 *        ^                    │                    │ bye, limits, EOF
 *        └── KEEP_CONN ───  CLOSING  <─────────────┘  ── written ──> GONE
 */

#define HUB_CLIENT_READ_MS   5000          /* for a whole request to arrive */
#define HUB_CLIENT_CLOSE_MS  5000          /* for the last bytes to be taken */
#define HUB_CLIENT_STALL_MS  30000         /* without progress while something is queued */
#define HUB_CLIENT_QUEUE_MAX (256u * 1024) /* bytes queued */

enum hub_client_state {
    HUB_CLIENT_READING,
    HUB_CLIENT_GATE,
    HUB_CLIENT_LIVE,
    HUB_CLIENT_CLOSING,
    HUB_CLIENT_GONE /* to be destroyed */
};

struct hub_client;
struct hub_member;
struct hub_user;

struct hub_client_hooks {
    void *arg;
    struct hub_stats *stats;
    void (*request)(void *arg,
                    struct hub_client *c); /* state GATE: parameters and body are complete */
    void (*dirty)(void *arg, struct hub_client *c); /* first thing queued since its last flush */
    void (*ended)(void *arg, struct hub_client *c); /* its request is over; may come in a walk */
    void (*gone)(void *arg, struct hub_client *c);  /* may be destroyed at the end of the turn */
};

struct hub_client {
    struct hub_client *prev, *next;                         /* all clients */
    struct hub_client *dirty_next, *ended_next, *gone_next; /* of this turn */
    struct hub_client *user_prev, *user_next;               /* the user's streams */
    struct hub_member *rooms;                               /* hub/rooms.c */
    struct hub_user *user;                                  /* hub/presence.c; NULL before LIVE */
    void *waiting; /* hub/gate.c: the question that was asked for it */
    enum hub_client_state state;
    bool is_dirty, is_slow;
    ev_io io;
    struct ev_loop *loop;
    const struct hub_client_hooks *hooks;
    struct wire_fcgi in;
    uint16_t id;               /* the request's */
    struct wire_frame **queue; /* a ring */
    size_t head, count, cap;
    size_t queued, offset;      /* bytes in the ring; of its first frame already written */
    struct buf tail;            /* own records, after the ring is empty */
    int64_t deadline_ms;        /* READING, CLOSING */
    int64_t progress_ms;        /* the last write that took bytes */
    struct model_cursor cursor; /* events up to here are not for it any more */
    char *session;              /* sha256 */
    const char *reason;         /* why it ended, for the log */
    int64_t began_ms;
    uint64_t events, bytes;
};

/* Takes fd, non-blocking, over. */
struct hub_client *hub_client_create(struct ev_loop *loop, const struct hub_client_hooks *hooks,
                                     int fd);

/* Closes at once. NULL does nothing. Not while it is in a list of the hub. */
void hub_client_destroy(struct hub_client *c);

/* A whole answer that is not a stream: CGI output; then CLOSING. */
void hub_client_answer(struct hub_client *c, struct str output);

/* One more event; the frame is counted up. Past the byte limit the client is closed as slow. */
void hub_client_send(struct hub_client *c, struct wire_frame *frame);

/* Ends the stream after what is queued. reason is a literal. */
void hub_client_end(struct hub_client *c, const char *reason);

/* Writes what is due, in one writev. */
void hub_client_flush(struct hub_client *c);

/* Once a second: closes what has passed a deadline. */
void hub_client_check(struct hub_client *c, int64_t now_ms);

#endif
