/* User names and passwords: what is allowed is what the rules say, folds to itself, and survives
 * JSON. */
#include <stdlib.h>
#include "auth/password.h"
#include "model/user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(struct arena *arena, struct str name)
{
    if (model_user_check_name(name) != ERR_OK) {
        return;
    }
    const struct str folded = model_user_fold(arena, name);
    const struct model_user user = {.id = STR("1"), .username = name};
    struct buf out;
    buf_init(&out, arena, 1024);
    model_user_write(&out, &user, true);
    if (name.len == 0 || name.len > MODEL_USER_NAME_MAX || str_is_digits(name) ||
        !str_is_made_of(name, STR("_.-")) || !str_eq(folded, model_user_fold(arena, folded)) ||
        buf_err(&out) != ERR_OK || !str_is_utf8(buf_str(&out))) {
        abort();
    }
}

static void check_password(struct str name, struct str password)
{
    const struct config config = {.password_hash = CONFIG_HASH_BCRYPT};
    if (auth_password_check(&config, name, password) == ERR_OK &&
        (password.len < MODEL_USER_PASSWORD_MIN || password.len > 72 || !str_is_utf8(password) ||
         str_has(password, '\0') || str_eq_nocase(name, password))) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    struct str rest = {(const char *)data, size};
    struct str name;
    if (str_split(&rest, '\n', &name)) {
        check_name(&arena, name);
        check_password(name, str_is_set(rest) ? rest : STR(""));
    }
    arena_finish(&arena);
    return 0;
}
