#ifndef HTTP_PATH_H
#define HTTP_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/str.h"

/*
 * Does path fit pattern? A segment of the pattern is literal, or ":name", which matches one segment
 * that is not empty. What the names matched goes to params, at most max of them, in order; params
 * are untouched where it does not fit.
 */
bool http_path_match(const char *pattern, struct str path, struct str *params, size_t max);

/* s with everything percent-encoded that may not stand in a path segment (RFC 3986 section 3.3). */
struct str http_path_encode(struct arena *arena, struct str s);

#endif
