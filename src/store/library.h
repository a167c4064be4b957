#ifndef STORE_LIBRARY_H
#define STORE_LIBRARY_H

#include "base/buf.h"
#include "base/str.h"

/*
 * What the scripts of src/store/lua share: the keys (store/keys.h), and the functions and values of
 * src/store/lua/lib. Redis runs a script's whole text at each call, so each is sent with what it
 * names, and no more: a call costs what it uses, however much the library has.
 *
 * A part of the library is what stands between two blank lines: comments, which are not sent, then
 * `local function NAME`, or `local NAME`. It may name parts that stand above it, in its file or in
 * those that are included before it (library.c). A key is named by its word in quotes:
 * k('user_rooms', …).
 */

/*
 * Appends, for this script, the tables `key`, with the keys that are named, `channel`, `ttl` and
 * `cap`, and the parts of the library that it names, or that those name.
 */
void store_library_add(struct buf *out, struct str script);

#endif
