#include "api/api.h"

#include "auth/password.h"
#include "base/log.h"
#include "store/seed.h"

/* Everybody's password, as the article has it. */
#define DEMO_PASSWORD STR("password123")

enum err api_demo_seed(struct api_ctx *ctx, struct arena *arena)
{
    if (!ctx->config->demo) {
        return ERR_OK;
    }
    struct str hash[STORE_SEED_USERS];
    bool wanted = false;
    bool written = false;
    enum err err = store_seed_wanted(ctx->store, arena, &wanted);
    if (err != ERR_OK || !wanted) {
        return err;
    }
    for (size_t i = 0; err == ERR_OK && i < ARRAY_LEN(hash); i++) {
        err = auth_password_bcrypt(arena, DEMO_PASSWORD, &hash[i]);
    }
    if (err == ERR_OK) {
        err = store_seed_write(ctx->store, arena, hash, &written);
    }
    if (written) {
        log_info("demo_seeded", "users=%d", STORE_SEED_USERS);
    }
    return err;
}
