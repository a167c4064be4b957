#include "store/asker.h"

#include <string.h>
#include "store/reply.h"

#define CREDENTIAL_WORDS 2

struct store_asker store_asker_operator(void)
{
    return (struct store_asker){.key = STR("operator")};
}

enum err store_asker_run(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         enum store_script script, const struct str *words, size_t n,
                         const struct redisReply **reply)
{
    if (!str_is_set(asker->key)) {
        return ERR_UNAUTHENTICATED;
    }
    struct str *argv = arena_zalloc(arena, CREDENTIAL_WORDS + n, sizeof(*argv));
    argv[0] = asker->key;
    argv[1] = arena_printf(arena, "%llu", (unsigned long long)asker->ttl_s);
    if (n > 0) {
        memcpy(argv + CREDENTIAL_WORDS, words, n * sizeof(*argv));
    }
    const struct redisReply *answer;
    struct str who[STORE_ASKER_REST]; /* id, name */
    enum err err =
        store_conn_one(conn, store_cmd_script(arena, script, argv, CREDENTIAL_WORDS + n), &answer);
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
