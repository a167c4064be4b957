#include "api/api.h"

#include "auth/demo.h"
#include "base/log.h"
#include "store/seed.h"

enum err api_demo_seed(struct api_ctx *ctx, struct arena *arena)
{
    if (!ctx->config->demo) {
        return ERR_OK;
    }
    bool written = false;
    const enum err err = auth_demo_write(ctx->store, arena, &written);
    if (written) {
        log_info("demo_seeded", "users=%d", STORE_SEED_USERS);
    }
    return err;
}
