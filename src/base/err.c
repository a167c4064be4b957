#include "base/err.h"

static const char *const codes[] = {
    [ERR_OK] = "ok",
    [ERR_INVALID] = "invalid",
    [ERR_BODY] = "bad_body",
    [ERR_TEXT] = "bad_text",
    [ERR_PATH] = "bad_path",
    [ERR_PASSWORD_COMMON] = "password_common",
    [ERR_PASSWORD_LONG] = "password_long",
    [ERR_UNAUTHENTICATED] = "unauthenticated",
    [ERR_CREDENTIALS] = "bad_credentials",
    [ERR_FORBIDDEN] = "forbidden",
    [ERR_REMOTE_NAME] = "remote_name",
    [ERR_BANNED] = "banned",
    [ERR_SCOPE] = "insufficient_scope",
    [ERR_CROSS_SITE] = "cross_site",
    [ERR_LINK] = "bad_link",
    [ERR_NOT_FOUND] = "not_found",
    [ERR_METHOD] = "method_not_allowed",
    [ERR_CONFLICT] = "conflict",
    [ERR_NAME_TAKEN] = "name_taken",
    [ERR_ARCHIVED] = "archived",
    [ERR_NONCE_REUSED] = "nonce_reused",
    [ERR_FOREIGN] = "foreign_message",
    [ERR_LAST_ADMIN] = "last_admin",
    [ERR_NO_LENGTH] = "length_required",
    [ERR_TOO_LARGE] = "too_large",
    [ERR_HEADERS] = "headers_too_large",
    [ERR_MEDIA_TYPE] = "unsupported_media_type",
    [ERR_RATE_LIMITED] = "rate_limited",
    [ERR_BUSY] = "busy",
    [ERR_INTERNAL] = "internal",
    [ERR_PROTOCOL] = "protocol",
    [ERR_UNAVAILABLE] = "unavailable",
    [ERR_STORAGE_FULL] = "storage_full",
};
_Static_assert(sizeof(codes) / sizeof(codes[0]) == ERR__MAX, "every error has a code");

const char *err_code(enum err err)
{
    return (unsigned)err < ERR__MAX ? codes[err] : codes[ERR_INTERNAL];
}
