#include "auth/demo.h"

#include "auth/password.h"
#include "store/seed.h"

#define DEMO_PASSWORD STR("password123")

enum err auth_demo_write(struct store_conn *conn, struct arena *arena, bool *written)
{
    struct str hash[STORE_SEED_USERS];
    bool wanted = false;
    enum err err = store_seed_wanted(conn, arena, &wanted);
    if (err != ERR_OK) {
        return err;
    }
    if (!wanted) {
        *written = false;
        return ERR_OK;
    }
    for (size_t i = 0; err == ERR_OK && i < ARRAY_LEN(hash); i++) {
        err = auth_password_bcrypt(arena, DEMO_PASSWORD, &hash[i]);
    }
    return err == ERR_OK ? store_seed_write(conn, arena, hash, written) : err;
}
