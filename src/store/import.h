#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "model/record.h"
#include "store/conn.h"

/*
 * Adds what an export has (store/export.h), and changes nothing that is there: a field, a string or
 * a message that is there stays as it is, sets are joined, counters and the newest id of a room
 * only grow. So the same import twice is one, and one that was cut off is done again from the
 * start. Records are sent in batches, each of them a script. When something was added, a new epoch
 * begins and the log is empty: every cursor is of another time, and open streams are told to
 * reload.
 */

#define STORE_IMPORT_RECORDS 500           /* of a batch */
#define STORE_IMPORT_BYTES   (1024 * 1024) /* of a batch, about */

struct store_import {
    struct store_conn *conn;
    struct arena waiting; /* what the words are in */
    struct str *words;    /* of the records that wait */
    size_t n;             /* records */
    size_t bytes;
    struct arena kept;  /* as long as the import */
    struct str room;    /* the only one, or absent */
    uint64_t records;   /* that were taken */
    uint64_t added;     /* of them, those that were not there */
    struct str refused; /* after ERR_CONFLICT: the key that says something else here */
};

/* room: the one that the first line names; absent: a whole server. */
void store_import_init(struct store_import *import, struct store_conn *conn, struct str room);

/*
 * Takes a record of the kind MODEL_RECORD_DATA; its text is copied. ERR_INVALID: it is no part of
 * an export: a key that is not kept, or not of this room, parts that are none, a form that does not
 * go with the key. ERR_CONFLICT: somebody else has this id or this name here; no record from it on
 * was added.
 */
NODISCARD enum err store_import_add(struct store_import *import, const struct model_record *record);

/* Sends what still waits, and begins the epoch where something was added, also after an error. */
NODISCARD enum err store_import_done(struct store_import *import);

void store_import_finish(struct store_import *import);

#endif
