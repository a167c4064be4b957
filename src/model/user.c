#include "model/user.h"

/* One of the bytes that a name of ours is made of. */
static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

enum err model_user_check_name(struct str name)
{
    if (name.len < 1 || name.len > MODEL_USER_NAME_MAX || str_is_digits(name)) {
        return ERR_INVALID;
    }
    for (size_t i = 0; i < name.len; i++) {
        if (!is_name_byte(name.ptr[i])) {
            return ERR_INVALID;
        }
    }
    return ERR_OK;
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
    buf_add_byte(out, '}');
}
