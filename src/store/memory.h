#ifndef STORE_MEMORY_H
#define STORE_MEMORY_H

#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "store/cmd.h"

struct redisReply;

/*
 * How full Redis is. The hubs ask it, and tell all servers by snug:memory, in thousandths of what
 * it may use, so that what grows is refused (507 storage_full) while there is still room for what
 * must work: to log in and out, to read, to delete. Each change of the level is told to the admins,
 * once, by the event server.warning. A level is left only where the memory is STORE_MEMORY_SLACK
 * below it.
 */

#define STORE_MEMORY_WARN  850 /* admins are warned */
#define STORE_MEMORY_FULL  950 /* no more messages are taken */
#define STORE_MEMORY_SLACK 20

enum store_memory_level { STORE_MEMORY_OK, STORE_MEMORY_NEARLY_FULL, STORE_MEMORY_IS_FULL };

/* "ok", "warn" or "full": as it is stored, and as clients are told. */
const char *store_memory_name(enum store_memory_level level);

struct store_memory {
    uint64_t used; /* bytes, as Redis counts them for its limit */
    uint64_t max;  /* bytes; 0: no limit */
};

/* Asks for INFO. */
struct store_cmd store_memory_ask_cmd(struct arena *arena);

NODISCARD enum err store_memory_read(const struct redisReply *reply, struct store_memory *out);

/* Which level that is, whatever it was before. */
enum store_memory_level store_memory_level(const struct store_memory *memory);

/*
 * Tells how full Redis is; where that is another level than what was told before, by whichever hub,
 * the admins hear it. What is told is forgotten after STORE_TTL_HUB_S.
 */
struct store_cmd store_memory_tell_cmd(struct arena *arena, struct str server, struct str event_log,
                                       const struct store_memory *memory);

/* The level that is told now. */
NODISCARD enum err store_memory_told_read(const struct redisReply *reply,
                                          enum store_memory_level *out);

#endif
