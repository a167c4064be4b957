#ifndef LOAD_LEDGER_H
#define LOAD_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/attr.h"
#include "base/str.h"
#include "load/hist.h"
#include "load/people.h"

/*
 * What was sent, and who has it. A message is begun, then sent (again and again, until it is
 * answered), then acknowledged or refused; every stream that was ready when it began is to receive
 * it. It is settled when nothing of it is missing any more: received by all, refused, or given up.
 */

#define LOAD_LEDGER_ID_MAX 40

struct load_cursor {
    uint64_t epoch, seq;
};

struct load_message {
    size_t room;
    int64_t begun_ns, acked_ns, last_ns; /* last: the newest delivery */
    uint32_t tries, expected, received;
    uint16_t status; /* of the last answer; 0: none yet */
    bool is_acked, is_settled;
    struct load_cursor cursor;         /* where it was received first */
    char acked_id[LOAD_LEDGER_ID_MAX]; /* of the answer */
    char event_id[LOAD_LEDGER_ID_MAX]; /* of the event */
};

/* What one stream has of it: a bit a message, and which ones are its due. */
struct load_ledger_view {
    unsigned char *bits;
    size_t from;    /* the first message that is expected; SIZE_MAX: none yet */
    bool is_silent; /* a stream that nothing is expected of */
    bool has_last;
    struct load_cursor last; /* of the newest event */
};

struct load_ledger {
    struct load_people *people;
    struct load_message *messages;
    size_t wanted, begun, acked, refused, settled;
    size_t oldest;             /* all before it are settled */
    int64_t first_ns, last_ns; /* the first sending, the newest delivery */
    char run[12];
    uint64_t received, excused, out_of_order, duplicates_raw, duplicates, foreign, others, bad_ids;
    uint64_t holes, resets, events, wrong_ids;
    struct load_hist latency, ack;
};

void load_ledger_init(struct load_ledger *ledger, struct load_people *people, size_t wanted,
                      uint32_t run);
void load_ledger_finish(struct load_ledger *ledger);

/* The text of message k, size bytes, into out, which is of size + 1. */
void load_ledger_text(const struct load_ledger *ledger, size_t k, char *out, size_t size);

/* The next one, of this room; due_ns is its stamp. */
size_t load_ledger_begin(struct load_ledger *ledger, size_t room, int64_t due_ns);

/* It was answered for good: 2xx with the stored id, or a refusal. */
void load_ledger_acked(struct load_ledger *ledger, size_t k, unsigned status, struct str id,
                       int64_t now_ns);
void load_ledger_refused(struct load_ledger *ledger, size_t k, unsigned status);

/* Nobody waits for messages any longer that began before then. */
void load_ledger_give_up(struct load_ledger *ledger, int64_t before_ns);

void load_ledger_view_init(struct load_ledger_view *view, const struct load_ledger *ledger,
                           bool is_silent);
void load_ledger_view_finish(struct load_ledger_view *view);

/* "ready": from here on messages are expected, where they were not already. */
void load_ledger_view_ready(struct load_ledger_view *view, struct load_ledger *ledger,
                            const struct load_person *person, struct str id);

/* "reset": what began up to here need not come. */
void load_ledger_view_reset(struct load_ledger_view *view, struct load_ledger *ledger,
                            const struct load_person *person);

/*
 * An event of another kind, or a message's; id is absent where it has none. True: it was a message
 * that had not come yet.
 */
bool load_ledger_view_event(struct load_ledger_view *view, struct load_ledger *ledger,
                            const struct load_person *person, struct str type, struct str id,
                            struct str data, int64_t now_ns);

/* Messages that were acknowledged, expected by this stream, and have not come. */
uint64_t load_ledger_view_missing(const struct load_ledger_view *view,
                                  const struct load_ledger *ledger,
                                  const struct load_person *person, uint64_t *expected);

/* Of each message's last delivery. */
void load_ledger_last(const struct load_ledger *ledger, struct load_hist *out);

/* A line a message, as usage.txt has it. */
void load_ledger_write(const struct load_ledger *ledger, FILE *file);

#endif
