#include "base/err.h"

#include "support/check.h"

static void codes(void **state)
{
    (void)state;
    static const struct {
        enum err err;
        const char *code;
    } rows[] = {
        {ERR_OK, "ok"},
        {ERR_INVALID, "invalid"},
        {ERR_BODY, "bad_body"},
        {ERR_TEXT, "bad_text"},
        {ERR_PATH, "bad_path"},
        {ERR_PASSWORD_COMMON, "password_common"},
        {ERR_PASSWORD_LONG, "password_long"},
        {ERR_UNAUTHENTICATED, "unauthenticated"},
        {ERR_CREDENTIALS, "bad_credentials"},
        {ERR_FORBIDDEN, "forbidden"},
        {ERR_REMOTE_NAME, "remote_name"},
        {ERR_BANNED, "banned"},
        {ERR_SCOPE, "insufficient_scope"},
        {ERR_CROSS_SITE, "cross_site"},
        {ERR_LINK, "bad_link"},
        {ERR_NOT_FOUND, "not_found"},
        {ERR_METHOD, "method_not_allowed"},
        {ERR_CONFLICT, "conflict"},
        {ERR_NAME_TAKEN, "name_taken"},
        {ERR_ARCHIVED, "archived"},
        {ERR_NONCE_REUSED, "nonce_reused"},
        {ERR_FOREIGN, "foreign_message"},
        {ERR_LAST_ADMIN, "last_admin"},
        {ERR_NO_LENGTH, "length_required"},
        {ERR_TOO_LARGE, "too_large"},
        {ERR_HEADERS, "headers_too_large"},
        {ERR_MEDIA_TYPE, "unsupported_media_type"},
        {ERR_RATE_LIMITED, "rate_limited"},
        {ERR_BUSY, "busy"},
        {ERR_INTERNAL, "internal"},
        {ERR_PROTOCOL, "protocol"},
        {ERR_UNAVAILABLE, "unavailable"},
        {ERR_STORAGE_FULL, "storage_full"},
    };
    assert_int_equal(ARRAY_LEN(rows), ERR__MAX);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(rows[i].err, i);
        assert_string_equal(err_code(rows[i].err), rows[i].code);
    }
}

static void no_error_has_a_code_too(void **state)
{
    (void)state;
    assert_string_equal(err_code(ERR__MAX), "internal");
    assert_string_equal(err_code((enum err)(ERR__MAX + 7)), "internal");
}

static void success_is_zero(void **state)
{
    (void)state;
    assert_int_equal(ERR_OK, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes),
        cmocka_unit_test(no_error_has_a_code_too),
        cmocka_unit_test(success_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
