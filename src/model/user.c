#include "model/user.h"

enum err model_user_check_name(struct str name)
{
    const bool is_name = name.len >= 1 && name.len <= MODEL_USER_NAME_MAX &&
                         str_is_made_of(name, STR("_.-")) && !str_is_digits(name);
    return is_name ? ERR_OK : ERR_INVALID;
}

enum err model_user_check_password(struct str password)
{
    if (password.len < MODEL_USER_PASSWORD_MIN || password.len > MODEL_USER_PASSWORD_MAX) {
        return ERR_INVALID;
    }
    return !str_is_utf8(password) || str_has(password, '\0') ? ERR_TEXT : ERR_OK;
}

struct str model_user_fold(struct arena *arena, struct str name)
{
    char *folded = arena_alloc(arena, name.len);
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (struct str){folded, name.len};
}

void model_user_write(struct buf *out, const struct model_user *user, bool with_online)
{
    buf_add_cstr(out, "{\"id\":");
    buf_add_json(out, user->id);
    buf_add_cstr(out, ",\"username\":");
    buf_add_json(out, user->username);
    if (with_online) {
        buf_add_cstr(out, user->online ? ",\"online\":true" : ",\"online\":false");
    }
    buf_add_cstr(out, user->is_admin ? ",\"role\":\"admin\"" : "");
    buf_add_cstr(out, user->is_inactive ? ",\"active\":false" : "");
    buf_add_cstr(out, user->is_deleted ? ",\"deleted\":true" : "");
    buf_add_cstr(out, user->is_bot ? ",\"bot\":true" : "");
    buf_add_byte(out, '}');
}
