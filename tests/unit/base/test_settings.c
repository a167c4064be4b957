#include "base/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/config.h"
#include "support/check.h"

static void help_has_every_setting(void **state)
{
    (void)state;
    struct str words =
        STR("SNUG_CONFIG|/etc/snug.conf|SNUG_REDIS|unix:/run/redis/redis-server.sock|"
            "SNUG_DEMO|SNUG_FAMILY|SNUG_REGISTRATION|open, invite or closed|"
            "SNUG_REMOTE_USER|SNUG_PASSWORD_HASH|SNUG_ARGON2_OPS|1 to 16|SNUG_ARGON2_KIB|19456|"
            "SNUG_HASH_SLOTS|SNUG_RUN_DIR|SNUG_LOGIN_LIMIT|SNUG_LOGIN_ADDRESS_LIMIT|"
            "SNUG_LOGIN_NAME_LIMIT|SNUG_REGISTER_LIMIT|SNUG_SEND_LIMIT|SNUG_HOOK_LIMIT|SNUG_HOOK_"
            "NETWORKS|SNUG_ROOM_LIMIT|SNUG_ORIGIN|"
            "SNUG_CORS|SNUG_TRUSTED_PROXY|SNUG_SECURE_COOKIE|SNUG_SESSION_DAYS|"
            "SNUG_EVENT_LOG|SNUG_MAXMEMORY|SNUG_RETAIN|SNUG_RETAIN_DAYS|"
            "SNUG_MAX_STREAMS|SNUG_HEARTBEAT|SNUG_USER_STREAMS|"
            "SNUG_STREAM_AGE|SNUG_DRAIN|SNUG_METRICS_TOKEN|SNUG_LOG_LEVEL");
    struct str word;
    size_t settings = 0;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    config_help(out);
    assert_int_equal(fclose(out), 0);
    while (str_split(&words, '|', &word)) {
        if (memmem(text, len, word.ptr, word.len) == NULL) {
            fail_msg("%.*s is not in\n%s", STR_FMT(word), text);
        }
        settings += str_starts(word, STR("SNUG_"));
    }
    struct str rest = {text, len}, line;
    size_t n = 0;
    while (str_split(&rest, '\n', &line) && line.len > 0) {
        check_row(str_starts(line, STR("SNUG_")) && !str_ends(line, STR(" ")), line);
        n++;
    }
    assert_int_equal(n, settings);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_has_every_setting),
    };
    return cmocka_run_group_tests_name("base/settings", tests, NULL, NULL);
}
