#include "api/api.h"

#include "auth/password.h"
#include "base/log.h"
#include "store/seed.h"

enum err api_demo_seed(struct api_ctx *ctx, struct arena *arena)
{
    struct str hash[STORE_SEED_USERS];
    bool wanted, written = false;
    if (!ctx->config->demo) {
        return ERR_OK;
    }
    enum err err = store_seed_wanted(ctx->store, arena, &wanted);
    if (err || !wanted) {
        return err;
    }
    for (size_t i = 0; i < ARRAY_LEN(hash) && !err; i++) {
        err = auth_password_bcrypt(arena, STR("password123"), &hash[i]);
    }
    if (!err) {
        err = store_seed_write(ctx->store, arena, hash, &written);
    }
    if (!err && written) {
        log_info("demo_data_written", "users=%d", STORE_SEED_USERS);
    }
    return err;
}
