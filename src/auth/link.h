#ifndef AUTH_LINK_H
#define AUTH_LINK_H

#include "base/arena.h"
#include "base/config.h"
#include "base/str.h"
#include "http/req.h"

/*
 * Links for people: the page's address, and a secret behind "#", which a browser keeps to itself.
 * So it is in no request, no log and no Referer; the page sends it in a body. Redis knows only its
 * SHA-256.
 */

#define AUTH_LINK_CODE_BYTES 18 /* of randomness: 24 characters */

/* A fresh code. */
struct str auth_link_code(struct arena *arena);

/* The code's SHA-256, under which it is stored; absent for what can be no code. */
struct str auth_link_key(struct arena *arena, struct str code);

/* "https://chat.example/chat/#invite/CODE": page as below, word "invite" or "reset". */
struct str auth_link_make(struct arena *arena, struct str page, const char *word, struct str code);

/* The address of the page that belongs to the request: SNUG_ORIGIN, else what was asked for, and
 * where snug is mounted there. */
struct str auth_link_page(const struct config *config, const struct http_req *req);

/* Where the whole of snug is mounted: "/chat/" of "/chat/api/session". "/" where the program is
 * called in another way, or the path could not stand in a header as it is. */
struct str auth_link_mount(const struct http_req *req);

#endif
