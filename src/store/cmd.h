#ifndef STORE_CMD_H
#define STORE_CMD_H

#include <stddef.h>
#include "base/arena.h"
#include "base/str.h"
#include "store/scripts.h"

/*
 * A Redis command as data: words with lengths, never a format string, so that no text from outside
 * can become syntax. Built in an arena by the store's operations; sent by store/conn, which waits,
 * or by the hub, which does not.
 */

struct store_cmd {
    const struct str *argv;
    size_t argc;
    enum store_script script; /* which one it runs; STORE_SCRIPT__MAX: none */
};

/* A plain command. The words are copied by reference. */
struct store_cmd store_cmd_make(struct arena *arena, const struct str *words, size_t n);

/* EVALSHA of a script whose SHA1 is known, else EVAL, with the words as its ARGV and no KEYS. */
struct store_cmd store_cmd_script(struct arena *arena, enum store_script script,
                                  const struct str *words, size_t n);

/* The same run as EVAL with the whole text: what to send after NOSCRIPT. */
struct store_cmd store_cmd_eval(struct arena *arena, struct store_cmd cmd);

#endif
