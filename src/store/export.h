#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "model/record.h"
#include "store/conn.h"

/*
 * All that is kept, as records in one order, whatever order Redis tells it in: rows as in the table
 * of store/keys.c, keys and what is in them by their bytes, messages as they stand in their room.
 * So two exports of one state are the same bytes. Which keys are in it, each row of the table says.
 * Memory is bounded: what has no order in Redis comes in rounds (store/batch.h), messages in pages.
 * A key that looks like ours and is of another type is somebody else's, and left out.
 * It is no snapshot: what is changed meanwhile is in it, or is not.
 */

#define STORE_EXPORT_ROUND 20000 /* names in memory at once; a further round asks for all again */
#define STORE_EXPORT_PAGE  200   /* messages in one answer */

/* Takes a record, whose text lives until it returns. An error ends the export. */
typedef enum err (*store_export_fn)(void *arg, const struct model_record *record);

/*
 * The records between the first line and the last. room: of this one only, which are its keys, and
 * what keys BY_ROOM have of it; absent: all. ERR_NOT_FOUND: nothing is kept of this room.
 */
NODISCARD enum err store_export_run(struct store_conn *conn, struct str room, store_export_fn take,
                                    void *arg);

#endif
