#include "store/asker.h"

#include <string.h>
#include "store/reply.h"

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

enum err store_asker_run(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         enum store_script script, const struct str *words, size_t n,
                         const struct redisReply **reply)
{
    if (!str_is_set(asker->key)) {
        return ERR_UNAUTHENTICATED;
    }
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
