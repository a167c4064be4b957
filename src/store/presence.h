#ifndef STORE_PRESENCE_H
#define STORE_PRESENCE_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "model/user.h"
#include "store/cmd.h"

struct redisReply;

/*
 * Who is here: online_users, which everybody reads, and snug:hub:{hub}:users, who is connected to
 * which hub. A user comes with the first stream on any hub and goes with the last one; then
 * user.connected or user.disconnected is published to MESSAGES, without a number, and not logged.
 */

struct store_cmd store_presence_join_cmd(struct arena *arena, struct str server, struct str hub,
                                         const struct model_user *user);
struct store_cmd store_presence_leave_cmd(struct arena *arena, struct str server, struct str hub,
                                          const struct model_user *user);

/* Reads the reply of either: was it announced? */
NODISCARD enum err store_presence_read(const struct redisReply *reply, bool *announced);

#endif
