#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/*
 * A line of an export. An export is JSON Lines in 7-bit ASCII:
 *     {"snug":1}                                              the first; of one room
 * {"snug":1,"room":"7"}
 *     {"key":"total_users","value":"5"}                       a string
 *     {"key":"user","of":["1"],"field":"username","value":"Pablo"}   a field of a hash
 *     {"key":"user_rooms","of":["1"],"value":"1:2"}           a member of a set
 *     {"key":"room","of":["1:2"],"score":"1795485263","value":"{…}"} one of a sorted set
 *     {"end":true}                                            the last: nothing was cut off
 * "key" is a row of store/keys.c, "of" are its parts. Text that is not UTF-8 is {"hex":"ff00"} in
 * place of a string, so that every byte comes back.
 */

#define MODEL_RECORD_VERSION 1
#define MODEL_RECORD_MAX     (32 * 1024 * 1024) /* bytes of a line */

enum model_record_kind { MODEL_RECORD_BEGIN, MODEL_RECORD_DATA, MODEL_RECORD_END };

struct model_record {
    enum model_record_kind kind;
    struct str room;  /* of the first line: the room that it is all about; absent: the server */
    struct str key;   /* "user" */
    struct str of[2]; /* the key's parts; absent: it has none, or no second one */
    struct str field; /* of a hash, else absent */
    struct str score; /* of a sorted set, else absent */
    struct str value;
};

/* As a line, its newline included. */
void model_record_write(struct buf *out, const struct model_record *record);

/*
 * Reads a line without its newline into the arena. ERR_PROTOCOL: it is none of these; members that
 * are not known are not passed over. ERR_CONFLICT: the first line of another version.
 */
NODISCARD enum err model_record_read(struct str line, struct arena *arena,
                                     struct model_record *out);

#endif
