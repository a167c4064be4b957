#include "store/asker.h"

#include <string.h>
#include "store/reply.h"
#include "store/session.h"
#include "store/user.h"

struct store_asker store_asker_operator(void)
{
    return (struct store_asker){.key = STR("operator")};
}

struct store_asker store_asker_operator_for(struct arena *arena, struct str user)
{
    return (struct store_asker){.key = arena_printf(arena, "operator:%.*s", STR_FMT(user))};
}

void store_asker_write(const struct store_asker *asker, struct arena *arena,
                       struct str words[STORE_ASKER_WORDS])
{
    words[0] = asker->key;
    words[1] = arena_printf(arena, "%llu %.*s", (unsigned long long)asker->ttl_s,
                            STR_FMT(asker->networks));
}

struct store_cmd store_asker_enter_cmd(struct arena *arena, struct str server, struct str event_log,
                                       const struct store_asker *asker)
{
    const struct store_remote *remote = &asker->remote;
    const struct str words[] = {server,
                                event_log,
                                remote->name,
                                model_user_fold(arena, remote->name),
                                remote->hash,
                                asker->key,
                                str_is_set(asker->networks) ? asker->networks : STR(""),
                                store_session_address(remote->address),
                                store_session_agent(remote->agent),
                                arena_printf(arena, "%llu", (unsigned long long)asker->ttl_s),
                                arena_printf(arena, "%d", STORE_SESSION_MAX)};
    return store_cmd_script(arena, STORE_SCRIPT_USER_ENTER, words, ARRAY_LEN(words));
}

enum err store_asker_enter_read(const struct redisReply *reply, bool *again)
{
    const enum err err = store_reply_err(reply);
    *again = err == ERR_OK && store_reply_is_nil(reply);
    return err;
}

static enum err enter(struct store_conn *conn, struct arena *arena, const struct store_asker *asker)
{
    const struct store_cmd cmd =
        store_asker_enter_cmd(arena, store_conn_server(conn), store_conn_event_log(conn), asker);
    for (int i = 0; i < STORE_USER_CATCH_UP; i++) {
        const struct redisReply *reply;
        bool again = false;
        enum err err = store_conn_one(conn, cmd, &reply);
        if (err == ERR_OK) {
            err = store_asker_enter_read(reply, &again);
        }
        if (err != ERR_OK || !again) {
            return err;
        }
    }
    return ERR_UNAVAILABLE;
}

static enum err run(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                    enum store_script script, const struct str *words, size_t n,
                    const struct redisReply **reply)
{
    struct str *argv = arena_zalloc(arena, STORE_ASKER_WORDS + n, sizeof(*argv));
    store_asker_write(asker, arena, argv);
    if (n > 0) {
        memcpy(argv + STORE_ASKER_WORDS, words, n * sizeof(*argv));
    }
    const struct redisReply *answer;
    struct str who[STORE_ASKER_REST]; /* id, name */
    enum err err =
        store_conn_one(conn, store_cmd_script(arena, script, argv, STORE_ASKER_WORDS + n), &answer);
    if (err == ERR_OK) {
        err = store_reply_strs(answer, 0, ARRAY_LEN(who), who);
    }
    if (err == ERR_OK) {
        asker->user = (struct model_user){.id = arena_str(arena, who[0]),
                                          .username = arena_str(arena, who[1])};
        *reply = answer;
    }
    return err;
}

enum err store_asker_run(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         enum store_script script, const struct str *words, size_t n,
                         const struct redisReply **reply)
{
    if (!str_is_set(asker->key)) {
        return ERR_UNAUTHENTICATED;
    }
    enum err err = run(conn, arena, asker, script, words, n, reply);
    if (err == ERR_UNAUTHENTICATED && str_is_set(asker->remote.name)) {
        err = enter(conn, arena, asker);
        if (err == ERR_OK) {
            err = run(conn, arena, asker, script, words, n, reply);
        }
    }
    return err;
}
