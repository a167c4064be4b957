#ifndef HUB_CLIENT_H
#define HUB_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "hub/end.h"
#include "hub/format.h"
#include "hub/loop.h"
#include "hub/queue.h"
#include "hub/stats.h"
#include "hub/want.h"
#include "model/address.h"
#include "model/id.h"
#include "wire/fcgi.h"
#include "wire/frame.h"

/*
 * One connection of the web server: its parser, its queue of counted frames, its limits. What it is
 * told to send is only queued; hub_client_flush() writes, once per turn of the loop. It never frees
 * itself: it reports, and the hub destroys it where no walk is under way.
 *
 *     READING ── request ──> GATE ── identity ──> LIVE
 *        ^                    │ answer            │ bye, slow, abort, EOF
 *        └── KEEP_CONN ──  CLOSING <──────────────┘     CLOSING ── written, or late ──> GONE
 *
 * A queue is short, and who reads slowly is not at fault for a burst: past HUB_CLIENT_FILL_MAX a
 * stream is behind, and the hub hands it what it kept (hub/replay) as it drains. It is slow, and is
 * ended, when nothing drains, or when even that is not enough.
 *
 * What the web server has not read waits here rather than in the kernel, and leaves in one write as
 * soon as it has been: a busy web server gets fewer and larger writes, and passes each on at once.
 *
 * A stream ends with END_REQUEST wherever the peer still takes bytes: without it lighttpd logs two
 * errors and cuts the answer short. So whoever is slow loses what it has not begun to take, and is
 * given HUB_CLIENT_CLOSE_MS for the end; it resumes from its cursor.
 */

#define HUB_CLIENT_READ_MS    4000          /* for a whole request to arrive */
#define HUB_CLIENT_CLOSE_MS   4000          /* for the last bytes to be taken */
#define HUB_CLIENT_STALL_MS   30000         /* without progress while something is queued */
#define HUB_CLIENT_QUEUE_MAX  (256u * 1024) /* bytes queued */
#define HUB_CLIENT_FILL_MAX   (128u * 1024) /* of them, of what can wait */
#define HUB_CLIENT_STREAM_MAX 16            /* characters of a stream's id */
#define HUB_CLIENT_UNREAD_MAX 8192          /* as the kernel counts: some six small events */

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
struct hub_gate_ask;

/* What a client tells the hub. */
struct hub_client_hooks {
    void *arg;
    struct hub_stats *stats;
    void (*request)(void *arg, struct hub_client *c); /* GATE: parameters and body are there */
    void (*dirty)(void *arg, struct hub_client *c);   /* the first thing since its last flush */
    void (*drained)(void *arg, struct hub_client *c); /* is_behind, and there is room again */
    void (*ended)(void *arg, struct hub_client *c);   /* its request is over; may come in a walk */
    void (*gone)(void *arg, struct hub_client *c);    /* to be destroyed at the end of the turn */
};

struct hub_client {
    struct hub_client *prev, *next;                         /* all clients */
    struct hub_client *dirty_next, *ended_next, *gone_next; /* of this turn */
    struct hub_client *user_prev, *user_next;               /* the user's streams */
    struct hub_member *groups;   /* hub/rooms.c: what it is a member of */
    struct hub_user *user;       /* hub/presence.c; NULL before LIVE */
    struct hub_gate_ask *ask;    /* hub/gate.c: what Redis was asked for it */
    struct hub_reading *reading; /* hub/reader.c: what is read of the log for it */
    enum hub_client_state state;
    bool is_dirty;
    bool is_behind; /* gets numbered events from the ring or the log, as there is room */
    bool is_proven; /* its cursor is known to be an entry of the log */
    bool has_eof;   /* the web server has said all, and wants no more */
    ev_io io;
    int watched; /* the events that io waits for */
    struct ev_loop *loop;
    const struct hub_client_hooks *hooks;
    struct wire_fcgi in;
    uint16_t id; /* the request's */
    struct hub_queue queue;
    size_t unread;       /* at most, by the web server of what was written, as the kernel counts */
    int64_t deadline_ms; /* READING, CLOSING */
    int64_t progress_ms; /* the last write that took bytes, or the first that waits for one */
    int64_t pulse_ms;    /* LIVE: the page's last sign of life (hub/pulse); 0: none yet */
    char stream[HUB_CLIENT_STREAM_MAX + 1];  /* LIVE: its id */
    char place[MODEL_ADDRESS_PLACE_MAX + 1]; /* LIVE: where it is read (model/address) */
    enum hub_format format;                  /* LIVE: what it is sent in */
    char *rooms;                /* LIVE: what it is narrowed to (hub/want), its own; or NULL */
    struct model_cursor known;  /* LIVE: its rooms and session are those of this moment */
    struct model_cursor cursor; /* LIVE: events up to here are not for it any more */
    enum hub_end end;           /* why it ended */
    int64_t began_ms;
    int64_t until_ms;       /* LIVE: it is old then */
    int64_t expires_ms;     /* LIVE: what it was opened with ends then; 0: not by itself */
    uint64_t events, bytes; /* queued, written */
};

/* Takes fd, non-blocking, over. */
struct hub_client *hub_client_create(struct ev_loop *loop, const struct hub_client_hooks *hooks,
                                     int fd);

/* Closes at once. NULL does nothing. Not while it is in a list of the hub. */
void hub_client_destroy(struct hub_client *c);

/* GATE: a whole answer, as CGI output; then CLOSING. */
void hub_client_answer(struct hub_client *c, struct str output);

/*
 * GATE: the answer is a stream, which is LIVE from here on; its header is queued. What is wanted is
 * copied.
 */
void hub_client_open(struct hub_client *c, const struct hub_want *want);

/*
 * LIVE, else nothing: one more event, as a frame of server-sent events, which is counted up. Over
 * HUB_CLIENT_QUEUE_MAX the stream is ended as slow.
 */
void hub_client_send(struct hub_client *c, struct wire_frame *frame);

/* The same for a frame that is no event, and is not counted as one. */
void hub_client_beat(struct hub_client *c, struct wire_frame *frame);

/* LIVE, else nothing: blocks of server-sent events for this stream alone, under 65,000 bytes. */
void hub_client_say(struct hub_client *c, struct str blocks);

/*
 * LIVE, else nothing: ends the stream after what is queued with "bye" and the reason; retry_ms, for
 * when the client may come back, 0: as it was told before.
 */
void hub_client_bye(struct hub_client *c, enum hub_end end, uint32_t retry_ms);

/* Is it kept open, with no request under way? */
bool hub_client_is_idle(const struct hub_client *c);

/* Gives up a connection that is READING. */
void hub_client_drop(struct hub_client *c);

/* Writes what is due, in one writev where the peer takes it all. */
void hub_client_flush(struct hub_client *c);

/* Once a second: closes what has passed a deadline. */
void hub_client_check(struct hub_client *c, int64_t now_ms);

#endif
