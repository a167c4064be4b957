#include "http/cookie.h"

struct str http_cookie_find(struct str header, struct str name)
{
    struct str pair;
    while (str_split(&header, ';', &pair)) {
        struct str value = str_trim(pair), key;
        if (!str_split(&value, '=', &key) || !str_is_set(value) || !str_eq(str_trim(key), name)) {
            continue;
        }
        value = str_trim(value);
        if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"') {
            value = (struct str){value.ptr + 1, value.len - 2};
        }
        return value;
    }
    return STR_NONE;
}

struct str http_cookie_set(struct arena *arena, struct str name, struct str value, struct str path,
                           int64_t max_age, bool secure)
{
    return arena_printf(arena, "%.*s=%.*s; Path=%.*s; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                        STR_FMT(name), STR_FMT(value), STR_FMT(path), (long long)max_age,
                        secure ? "; Secure" : "");
}
