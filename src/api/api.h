#ifndef API_API_H
#define API_API_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/config.h"
#include "base/err.h"
#include "http/accept.h"
#include "http/req.h"
#include "http/res.h"
#include "model/message.h"
#include "model/user.h"
#include "store/asker.h"
#include "store/conn.h"
#include "store/limit.h"
#include "store/login.h"
#include "store/message.h"

/*
 * Handlers: functions from a request to a response, which need no web server to be run. Everything
 * that they make lives in the request's arena, so they free nothing. A handler returns an error or
 * fills in the response; http/problem.c turns the error into an answer, with res->detail where the
 * handler set one.
 */

struct api_ctx {
    const struct config *config;
    struct store_conn *store;
    struct store_asker who; /* who asks: what the request shows, set by dispatch; who.user by the
                               first operation of the store. Of who has just logged in only
                               who.user, set by the handler. */
};

typedef enum err (*api_handler_fn)(struct api_ctx *ctx, const struct http_req *req,
                                   struct http_res *res);

enum api_demand {
    API_PUBLIC, /* anybody */
    API_LOGIN,  /* anybody, unless the web server logs people in (SNUG_REMOTE_USER) */
    API_SECRET, /* who knows a path that cannot be guessed, from wherever; see api_dispatch() */
    API_USER    /* somebody who is logged in; see api_dispatch() */
};

struct api_route {
    enum http_method method; /* HTTP_GET serves HEAD too */
    const char *pattern;     /* "/messages/:room"; see http/path.h */
    enum api_demand demand;
    size_t body_max; /* bytes of a body; 0: none is read */
    api_handler_fn handler;
};

/* A program's routes; see api/routes.c, where all of them are on one page. */
struct api_routes {
    const char *program; /* "messages" */
    const struct api_route *routes;
    size_t n;
};

extern const struct api_routes api_routes_accounts, api_routes_rooms, api_routes_messages;

/* The largest body that any route of the program reads: what a server has to take in. */
size_t api_routes_body_max(const struct api_routes *routes);

/*
 * Answers a request: 404, 405 with Allow, the same-origin rule, the body's limit, the handler, and
 * the problem where one of them fails. res, initialised by the caller, is complete afterwards, with
 * the headers that every answer has. too_large: the body was over what the server takes in, and is
 * not there.
 *
 * A route whose path is a secret is no browser's by itself: the same-origin rule is not for it.
 *
 * A route that demands somebody tells a stranger nothing but 401. Who shows no credential does not
 * come to the handler; whether the credential is good, Redis says with the handler's work. Where
 * the handler did not come so far, since it refused before or needs nothing that is done for
 * somebody, Redis is asked afterwards, and the answer goes only to who is somebody.
 */
void api_dispatch(struct api_ctx *ctx, const struct api_routes *routes, struct http_req *req,
                  bool too_large, struct http_res *res);

/* Answers a request that no route should see, with the same headers. */
void api_dispatch_refuse(struct api_ctx *ctx, const struct http_req *req, enum err err,
                         struct http_res *res);

/*
 * api/render.c: the one place where an answer gets its form. Handlers write JSON; here it becomes
 * lines where the client would read those (model/lines.h), and whoever has it already is told so,
 * 304, where the handler said that it may be kept.
 */
void api_render(const struct http_req *req, enum http_form form, struct http_res *res);

/* api/session.c */
enum err api_session_refuse_remote(struct http_res *res); /* ERR_FORBIDDEN, and why */
enum err api_session_login(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_session_whoami(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_session_logout(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/sessions.c */
enum err api_sessions_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_sessions_end(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_sessions_end_others(struct api_ctx *ctx, const struct http_req *req,
                                 struct http_res *res);

/* api/tokens.c */
enum err api_tokens_create(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_tokens_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_tokens_revoke(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/users.c */
enum err api_users_register(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_users_change(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
/* {"users":[…], and what follows is the caller's. */
void api_users_write(struct buf *out, const struct model_user *users, size_t count);
enum err api_users_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* May this be the new password of who has, or takes, the name? As auth_password_check(). */
NODISCARD enum err api_users_check_new(const struct api_ctx *ctx, struct http_res *res,
                                       struct str name, struct str password);

/*
 * The asker's stored password, if old is what it was made of; ERR_CREDENTIALS. Who has got hold of
 * a session may guess it no more often than who has not: it is an attempt to log in.
 */
NODISCARD enum err api_users_check_old(struct api_ctx *ctx, const struct http_req *req,
                                       struct http_res *res, struct str old, struct str *stored);

/* May a new user be called this? ERR_INVALID. */
NODISCARD enum err api_users_check_name(struct str name, struct http_res *res);

/* api/bots.c */
enum err api_bots_create(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/accounts.c: what admins do to accounts, and everybody to their own ("me"). */
enum err api_accounts_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_accounts_change(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_accounts_delete(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/resets.c */
enum err api_resets_create(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_resets_use(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/invites.c */
enum err api_invites_create(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_invites_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_invites_revoke(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/bans.c */
enum err api_bans_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_bans_set(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_bans_lift(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/server.c */
enum err api_server_tell(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/rooms.c */
enum err api_rooms_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_rooms_open(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* May a room be called this, or have this topic? White space around it is taken off. */
NODISCARD enum err api_rooms_check_name(struct str *name, struct http_res *res);
NODISCARD enum err api_rooms_check_topic(struct str *topic, struct http_res *res);

/* api/room.c */
enum err api_room_look(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_room_change(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_room_delete(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/members.c */
enum err api_members_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_members_join(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_members_leave(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/blocks.c */
enum err api_blocks_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_blocks_set(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_blocks_lift(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/typing.c */
enum err api_typing_tell(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/reads.c */
enum err api_reads_mark(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/hooks.c: incoming webhooks of a room, for who runs it. */
enum err api_hooks_create(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_hooks_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_hooks_rotate(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_hooks_revoke(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/*
 * api/incoming.c: what programs send to them. Answers as Slack does, in a word of text, whatever
 * comes of it.
 */
enum err api_incoming_post(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* The path as it may be logged: without the secret of a webhook. */
struct str api_incoming_hide(struct str path);

/* api/outgoing.c: where to a bot is told what is said to it; for admins. */
enum err api_outgoing_set(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_outgoing_tell(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_outgoing_drop(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/* api/messages.c */
enum err api_messages_page(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_messages_send(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
/* From any of the three bodies; the text may be one of a message. What is absent was not said. */
NODISCARD enum err api_messages_read_draft(const struct http_req *req, struct http_res *res,
                                           struct store_message_draft *draft);

/* api/changes.c */
enum err api_changes_edit(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_changes_delete(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_changes_react(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_changes_unreact(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);
enum err api_changes_reactions(struct api_ctx *ctx, const struct http_req *req,
                               struct http_res *res);

/* "messages":[…],"users":{…} of a page. */
void api_messages_write(struct buf *out, const struct model_message *messages, size_t count,
                        const struct model_user *users, size_t nusers);

/* ERR_NOT_FOUND: those who are not in a room are not told whether there is one. */
NODISCARD enum err api_messages_refuse_room(struct http_res *res);

/* api/search.c */
enum err api_search(struct api_ctx *ctx, const struct http_req *req, struct http_res *res);

/*
 * api/hashing.c: runs what hashes a password, be it to compare it, in one of the few slots for that
 * (auth/slot.h). ERR_BUSY: none is free, and it was not run. Every handler that hashes goes this
 * way.
 */
enum err api_hashing_run(struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                         api_handler_fn handler);

/*
 * api/limit.c: tells how a limit stands in the headers RateLimit-Policy and RateLimit
 * (draft-ietf-httpapi-ratelimit-headers-09), and, where it refused, in Retry-After and the log.
 * Once for an answer.
 */
void api_limit_say(const struct api_ctx *ctx, const struct http_req *req, struct http_res *res,
                   const struct store_limit *limit);

/* An attempt to show the password of name, from where the request comes from. */
struct store_login api_limit_login(const struct api_ctx *ctx, const struct http_req *req,
                                   struct str name);

/*
 * The same of an attempt, and of what became of it: of its limits the one that refused it longest,
 * else the one that is nearest to that. Nothing, where it did not come so far.
 */
void api_limit_say_login(const struct api_ctx *ctx, const struct http_req *req,
                         struct http_res *res, const struct store_login *login, enum err result);

/* api/demo.c: writes the demo data where SNUG_DEMO asks for it and the server has none. */
NODISCARD enum err api_demo_seed(struct api_ctx *ctx, struct arena *arena);

#endif
