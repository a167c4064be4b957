#include "api/api.h"

/* Bodies, in bytes. */
#define SMALL (4u * 1024)  /* a few short fields */
#define TEXT  (64u * 1024) /* a message; JSON may escape each of its bytes */

/* clang-format off */
static const struct api_route accounts[] = {
    {HTTP_GET,    "/bans",           API_USER,   0,     api_bans_list},
    {HTTP_PUT,    "/bans/:address",  API_USER,   SMALL, api_bans_set},
    {HTTP_DELETE, "/bans/:address",  API_USER,   0,     api_bans_lift},
    {HTTP_PUT,    "/bans/:address/:size", API_USER, SMALL, api_bans_set},
    {HTTP_DELETE, "/bans/:address/:size", API_USER, 0, api_bans_lift},
    {HTTP_POST,   "/bots",           API_USER,   SMALL, api_bots_create},
    {HTTP_GET,    "/bots/:bot/hook", API_USER,   0,     api_outgoing_tell},
    {HTTP_PUT,    "/bots/:bot/hook", API_USER,   SMALL, api_outgoing_set},
    {HTTP_DELETE, "/bots/:bot/hook", API_USER,   0,     api_outgoing_drop},
    {HTTP_GET,    "/invites",        API_USER,   0,     api_invites_list},
    {HTTP_POST,   "/invites",        API_USER,   SMALL, api_invites_create},
    {HTTP_DELETE, "/invites/:id",    API_USER,   0,     api_invites_revoke},
    {HTTP_GET,    "/session",        API_USER,   0,     api_session_whoami},
    {HTTP_POST,   "/session",        API_LOGIN,  SMALL, api_session_login},
    {HTTP_DELETE, "/session",        API_LOGIN,  0,     api_session_logout},
    {HTTP_POST,   "/session/reset",  API_LOGIN, SMALL, api_resets_use},
    {HTTP_GET,    "/sessions",       API_USER,   0,     api_sessions_list},
    {HTTP_DELETE, "/sessions",       API_USER,   0,     api_sessions_end_others},
    {HTTP_DELETE, "/sessions/:id",   API_USER,   0,     api_sessions_end},
    {HTTP_GET,    "/tokens",         API_USER,   0,     api_tokens_list},
    {HTTP_POST,   "/tokens",         API_USER,   SMALL, api_tokens_create},
    {HTTP_DELETE, "/tokens/:id",     API_USER,   0,     api_tokens_revoke},
    {HTTP_GET,    "/users",          API_USER,   0,     api_users_list},
    {HTTP_POST,   "/users",          API_LOGIN,  SMALL, api_users_register},
    {HTTP_PATCH,  "/users/:user",    API_USER,   SMALL, api_accounts_change},
    {HTTP_DELETE, "/users/:user",    API_USER,   SMALL, api_accounts_delete},
    {HTTP_POST,   "/users/:user/reset", API_USER, SMALL, api_resets_create},
};

static const struct api_route messages[] = {
    {HTTP_POST,   "/hooks/:secret",  API_SECRET, TEXT,  api_incoming_post},
    {HTTP_GET,    "/messages/:room", API_USER,   0,     api_messages_page},
    {HTTP_POST,   "/messages/:room", API_USER,   TEXT,  api_messages_send},
    {HTTP_PATCH,  "/messages/:room/:id", API_USER, TEXT, api_changes_edit},
    {HTTP_DELETE, "/messages/:room/:id", API_USER, 0,   api_changes_delete},
    {HTTP_GET,    "/messages/:room/:id/reactions", API_USER, 0, api_changes_reactions},
    {HTTP_PUT,    "/messages/:room/:id/reactions/:emoji", API_USER, 0, api_changes_react},
    {HTTP_DELETE, "/messages/:room/:id/reactions/:emoji", API_USER, 0, api_changes_unreact},
    {HTTP_GET,    "/search",         API_USER,   0,     api_search},
};

static const struct api_route rooms[] = {
    {HTTP_GET,    "/blocks",         API_USER,   0,     api_blocks_list},
    {HTTP_PUT,    "/blocks/:user",   API_USER,   0,     api_blocks_set},
    {HTTP_DELETE, "/blocks/:user",   API_USER,   0,     api_blocks_lift},
    {HTTP_GET,    "/rooms",          API_USER,   0,     api_rooms_list},
    {HTTP_POST,   "/rooms",          API_USER,   SMALL, api_rooms_open},
    {HTTP_GET,    "/rooms/:room",    API_USER,   0,     api_room_look},
    {HTTP_PATCH,  "/rooms/:room",    API_USER,   SMALL, api_room_change},
    {HTTP_DELETE, "/rooms/:room",    API_USER,   0,     api_room_delete},
    {HTTP_GET,    "/rooms/:room/hooks", API_USER, 0,    api_hooks_list},
    {HTTP_POST,   "/rooms/:room/hooks", API_USER, SMALL, api_hooks_create},
    {HTTP_DELETE, "/rooms/:room/hooks/:hook", API_USER, 0, api_hooks_revoke},
    {HTTP_POST,   "/rooms/:room/hooks/:hook/rotate", API_USER, SMALL, api_hooks_rotate},
    {HTTP_GET,    "/rooms/:room/members", API_USER, 0,  api_members_list},
    {HTTP_PUT,    "/rooms/:room/members/:user", API_USER, 0, api_members_join},
    {HTTP_DELETE, "/rooms/:room/members/:user", API_USER, 0, api_members_leave},
    {HTTP_PUT,    "/rooms/:room/read", API_USER, SMALL, api_reads_mark},
    {HTTP_POST,   "/rooms/:room/typing", API_USER, SMALL, api_typing_tell},
    {HTTP_GET,    "/server",         API_PUBLIC, 0,     api_server_tell},
};
/* clang-format on */

const struct api_routes api_routes_accounts = {"accounts", accounts, ARRAY_LEN(accounts)};
const struct api_routes api_routes_messages = {"messages", messages, ARRAY_LEN(messages)};
const struct api_routes api_routes_rooms = {"rooms", rooms, ARRAY_LEN(rooms)};

size_t api_routes_body_max(const struct api_routes *routes)
{
    size_t max = 0;
    for (size_t i = 0; i < routes->n; i++) {
        max = routes->routes[i].body_max > max ? routes->routes[i].body_max : max;
    }
    return max;
}
