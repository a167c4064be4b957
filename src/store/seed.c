#include "store/seed.h"

#include <string.h>
#include "base/rand.h"
#include "store/keys.h"
#include "store/reply.h"

enum err store_seed_wanted(struct store_conn *conn, struct arena *arena, bool *wanted)
{
    const struct str words[] = {STR("EXISTS"),
                                store_keys_make(arena, STORE_KEY_TOTAL_USERS, STR_NONE, STR_NONE)};
    const struct redisReply *reply;
    int64_t exists = 0;
    enum err err = store_conn_one(conn, store_cmd_make(arena, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_i64(reply, &exists);
    }
    if (err == ERR_OK) {
        *wanted = exists == 0;
    }
    return err;
}

enum err store_seed_write(struct store_conn *conn, struct arena *arena,
                          const struct str hash[STORE_SEED_USERS], bool *written)
{
    struct str words[STORE_SEED_USERS + 1];
    memcpy(words, hash, STORE_SEED_USERS * sizeof(*words));
    words[STORE_SEED_USERS] = arena_printf(arena, "%u", rand_below(1U << 30));

    const struct redisReply *reply;
    int64_t n = 0;
    enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_SEED, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_i64(reply, &n);
    }
    if (err == ERR_OK) {
        *written = n == 1;
    }
    return err;
}
