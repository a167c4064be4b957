#ifndef HTTP_COOKIE_H
#define HTTP_COOKIE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

/* Cookies (RFC 6265). */

/* The value of the header's first cookie of this name, without quotes; absent when there is none.
 */
struct str http_cookie_find(struct str header, struct str name);

/*
 * A Set-Cookie value: HttpOnly, SameSite=Lax, Path as given, Max-Age in seconds (0 deletes), Secure
 * when asked. name and value are ours and need no quoting.
 */
struct str http_cookie_set(struct arena *arena, struct str name, struct str value, struct str path,
                           int64_t max_age, bool secure);

#endif
