#include "base/config.h"
#include "base/settings.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include "support/check.h"

/* Every test names a file of its own, so that none reads what the machine has in /etc. */
static char path[] = "/tmp/snug-config-XXXXXX";
static char file_variable[64];

static int setup(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    (void)snprintf(file_variable, sizeof(file_variable), "SNUG_CONFIG=%s", path);
    return fd < 0 || close(fd) != 0;
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_file(struct str text)
{
    const int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.len > 0 ? text.ptr : "", text.len), text.len);
    assert_int_equal(close(fd), 0);
}

/* Reads the file, which has this text, and one more variable, which may be NULL. */
static enum err read_both(struct str text, const char *variable, struct config *out,
                          const char **why)
{
    write_file(text);
    char copy[512];
    (void)snprintf(copy, sizeof(copy), "%s", variable != NULL ? variable : "HOME=/");
    char *envp[] = {file_variable, copy, NULL};
    return config_read(envp, out, why);
}

/* Refused, with the sentence, and nothing written to the settings. */
static void check_refused(struct str text, const char *variable, const char *sentence)
{
    static const struct config before = {.heartbeat = 4711};
    struct config config = before;
    const char *why = NULL;
    assert_int_equal(read_both(text, variable, &config, &why), ERR_INVALID);
    assert_non_null(why);
    check_str(str_of(why), sentence);
    assert_int_equal(config.heartbeat, 4711);
    assert_null(config.redis);
}

static struct config read_good(struct str text, const char *variable)
{
    struct config config;
    const char *why = "";
    if (read_both(text, variable, &config, &why)) {
        fail_msg("%s", why);
    }
    return config;
}

static void defaults(void **state)
{
    (void)state;
    const struct config c = read_good(STR(""), NULL);
    assert_string_equal(c.redis, "unix:/run/redis/redis-server.sock");
    assert_false(c.demo);
    assert_false(c.family);
    assert_int_equal(c.registration, CONFIG_REGISTRATION_INVITE);
    assert_int_equal(c.password_hash, CONFIG_HASH_ARGON2ID);
    assert_int_equal(c.argon2_ops, 2);
    assert_int_equal(c.argon2_kib, 19456);
    assert_int_equal(c.hash_slots, 2);
    assert_string_equal(c.run_dir, "/run/snug");
    assert_int_equal(c.login_limit, 10);
    assert_int_equal(c.login_address_limit, 100);
    assert_int_equal(c.login_name_limit, 100);
    assert_int_equal(c.register_limit, 30);
    assert_int_equal(c.send_limit, 600);
    assert_int_equal(c.hook_limit, 60);
    assert_string_equal(c.hook_networks, "");
    assert_int_equal(c.room_limit, 30);
    assert_string_equal(c.origin, "");
    assert_string_equal(c.cors, "");
    assert_string_equal(c.trusted_proxy, "");
    assert_false(c.secure_cookie);
    assert_int_equal(c.session_days, 30);
    assert_int_equal(c.event_log, 50000);
    assert_int_equal(c.max_streams, 8000);
    assert_int_equal(c.heartbeat, 15);
    assert_int_equal(c.user_streams, 10);
    assert_int_equal(c.stream_age, 3600);
    assert_int_equal(c.drain, 10);
    assert_string_equal(c.metrics_token, "");
    assert_int_equal(c.log_level, LOG_INFO);
}

static void everything_set(void **state)
{
    (void)state;
    const struct config c = read_good(STR("SNUG_REDIS=redis://u:p@h:6379/1\n"
                                          "SNUG_DEMO=1\n"
                                          "SNUG_FAMILY=1\n"
                                          "SNUG_REGISTRATION=closed\n"
                                          "SNUG_PASSWORD_HASH=bcrypt\n"
                                          "SNUG_ARGON2_OPS=3\n"
                                          "SNUG_ARGON2_KIB=65536\n"
                                          "SNUG_HASH_SLOTS=4\n"
                                          "SNUG_RUN_DIR=/tmp\n"
                                          "SNUG_LOGIN_LIMIT=1\n"
                                          "SNUG_LOGIN_ADDRESS_LIMIT=2\nSNUG_LOGIN_NAME_LIMIT=3\n"
                                          "SNUG_REGISTER_LIMIT=4\nSNUG_SEND_LIMIT=5\n"
                                          "SNUG_ROOM_LIMIT=7\n"
                                          "SNUG_ORIGIN=https://chat.example:8443\n"
                                          "SNUG_CORS=https://a.example\n"
                                          "SNUG_TRUSTED_PROXY=127.0.0.1, 10.0.0.0/8,::1\n"
                                          "SNUG_SECURE_COOKIE=1\n"
                                          "SNUG_SESSION_DAYS=7\n"
                                          "SNUG_EVENT_LOG=1000\n"
                                          "SNUG_MAX_STREAMS=100\n"
                                          "SNUG_HEARTBEAT=30\n"
                                          "SNUG_USER_STREAMS=3\n"
                                          "SNUG_STREAM_AGE=60\n"
                                          "SNUG_DRAIN=0\n"
                                          "SNUG_METRICS_TOKEN=0123456789abcdef\n"
                                          "SNUG_LOG_LEVEL=debug\n"),
                                      NULL);
    assert_string_equal(c.redis, "redis://u:p@h:6379/1");
    assert_true(c.demo);
    assert_true(c.family);
    assert_int_equal(c.registration, CONFIG_REGISTRATION_CLOSED);
    assert_int_equal(c.password_hash, CONFIG_HASH_BCRYPT);
    assert_int_equal(c.argon2_ops, 3);
    assert_int_equal(c.argon2_kib, 65536);
    assert_int_equal(c.hash_slots, 4);
    assert_string_equal(c.run_dir, "/tmp");
    assert_int_equal(c.login_limit, 1);
    assert_int_equal(c.login_address_limit, 2);
    assert_int_equal(c.login_name_limit, 3);
    assert_int_equal(c.register_limit, 4);
    assert_int_equal(c.send_limit, 5);
    assert_int_equal(c.room_limit, 7);
    assert_string_equal(c.origin, "https://chat.example:8443");
    assert_string_equal(c.cors, "https://a.example");
    assert_string_equal(c.trusted_proxy, "127.0.0.1, 10.0.0.0/8,::1");
    assert_true(c.secure_cookie);
    assert_int_equal(c.session_days, 7);
    assert_int_equal(c.event_log, 1000);
    assert_int_equal(c.max_streams, 100);
    assert_int_equal(c.heartbeat, 30);
    assert_int_equal(c.user_streams, 3);
    assert_int_equal(c.stream_age, 60);
    assert_int_equal(c.drain, 0);
    assert_string_equal(c.metrics_token, "0123456789abcdef");
    assert_int_equal(c.log_level, LOG_DEBUG);
}

static void webhooks(void **state)
{
    (void)state;
    const struct config c =
        read_good(STR("SNUG_HOOK_LIMIT=6\nSNUG_HOOK_NETWORKS=10.0.0.0/8, ::1\n"), NULL);
    assert_int_equal(c.hook_limit, 6);
    assert_string_equal(c.hook_networks, "10.0.0.0/8, ::1");
}

static void choices(void **state)
{
    (void)state;
    assert_int_equal(read_good(STR(""), "SNUG_REGISTRATION=open").registration,
                     CONFIG_REGISTRATION_OPEN);
    assert_int_equal(read_good(STR(""), "SNUG_REGISTRATION=invite").registration,
                     CONFIG_REGISTRATION_INVITE);
    assert_int_equal(read_good(STR(""), "SNUG_LOG_LEVEL=error").log_level, LOG_ERROR);
    assert_int_equal(read_good(STR(""), "SNUG_LOG_LEVEL=warn").log_level, LOG_WARN);
}

static void environment_wins(void **state)
{
    (void)state;
    const struct config c =
        read_good(STR("SNUG_HEARTBEAT=20\nSNUG_SESSION_DAYS=9\n"), "SNUG_HEARTBEAT=25");
    assert_int_equal(c.heartbeat, 25);
    assert_int_equal(c.session_days, 9);
}

static void other_variables_do_not_matter(void **state)
{
    (void)state;
    assert_int_equal(read_good(STR(""), "snug_heartbeat=x").heartbeat, 15);
    assert_int_equal(read_good(STR(""), "SNUGGLE=1").heartbeat, 15);
    assert_int_equal(read_good(STR(""), "XSNUG_HEARTBEAT=x").heartbeat, 15);
    assert_int_equal(read_good(STR(""), "no equals sign").heartbeat, 15);
}

static void lines(void **state)
{
    (void)state;
    static const struct str rows[] = {
        LIT("SNUG_HEARTBEAT=42"),
        LIT("SNUG_HEARTBEAT=42\n"),
        LIT("SNUG_HEARTBEAT=42\r\n"),
        LIT("\n\n# SNUG_HEARTBEAT=1\n  \t\nSNUG_HEARTBEAT=42\n#\n"),
        LIT("  SNUG_HEARTBEAT \t=\t 42 \n"),
        LIT("  # indented\nSNUG_HEARTBEAT=42\r\n\r\n"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(read_good(rows[i], NULL).heartbeat == 42, rows[i]);
    }
    /* A value runs to the end of the line. */
    assert_string_equal(read_good(STR("SNUG_REDIS=unix:/a b=c#d\n"), NULL).redis, "unix:/a b=c#d");
}

static void bad_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } rows[] = {
        {"SNUG_HEARTBEAT\n", "Line 1 of %s is not KEY=VALUE."},
        {"# fine\n\nSNUG_HEARTBEAT 20 secret\n", "Line 3 of %s is not KEY=VALUE."},
        {"SNUG_HARTBEAT=secret", "Line 1 of %s has an unknown key, SNUG_HARTBEAT."},
        {"=secret", "Line 1 of %s has an unknown key, \"\"."},
        {"a \x01=secret", "Line 1 of %s has an unknown key, \"a \\x01\"."},
        {"PATH=/bin", "Line 1 of %s has an unknown key, PATH."},
        {"snug_heartbeat=3", "Line 1 of %s has an unknown key, snug_heartbeat."},
        {"SNUG_CONFIG=/elsewhere", "Line 1 of %s has an unknown key, SNUG_CONFIG."},
        {"export SNUG_DEMO=1", "Line 1 of %s has an unknown key, \"export SNUG_DEMO\"."},
        {"SNUG_DEMO=1\n\nSNUG_DEMO=1", "SNUG_DEMO is in %s twice, again in line 3."},
        {"SNUG_ORIGIN=\nSNUG_ORIGIN=", "SNUG_ORIGIN is in %s twice, again in line 2."},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct str sentence = str_of(rows[i].sentence);
        struct str rest = sentence, before;
        assert_true(str_split(&rest, '%', &before));
        char wanted[256];
        (void)snprintf(wanted, sizeof(wanted), "%.*s%s%.*s", STR_FMT(before), path,
                       STR_FMT(str_skip(rest, 1)));
        check_refused(str_of(rows[i].text), NULL, wanted);
    }
}

static const char flag[] = "must be 0 or 1.";
static const char redis[] = "must begin with unix:/ or redis://.";
static const char origins[] =
    "must be origins, http[s]://HOST[:PORT], separated by commas, or * alone.";
static const char networks[] = "must be addresses and networks, 192.0.2.7 or 2001:db8::/32, "
                               "separated by commas.";
static const char origin[] = "must be http://HOST or https://HOST, with a port where there is one, "
                             "and nothing after it.";

static const char token[] = "must be 16 to 200 letters, digits and -._~+/=, or empty.";

static const struct {
    const char *key, *value, *complaint; /* NULL: good */
} values[] = {
    {"SNUG_DEMO", "0", NULL},
    {"SNUG_DEMO", "1", NULL},
    {"SNUG_DEMO", "2", flag},
    {"SNUG_DEMO", "yes", flag},
    {"SNUG_DEMO", "true", flag},
    {"SNUG_DEMO", "\"1\"", flag},
    {"SNUG_DEMO", "01", flag},
    {"SNUG_DEMO", "", flag},
    {"SNUG_FAMILY", "on", flag},
    {"SNUG_SECURE_COOKIE", "-1", flag},
    {"SNUG_REGISTRATION", "Open", "must be open, invite or closed."},
    {"SNUG_REGISTRATION", "", "must be open, invite or closed."},
    {"SNUG_PASSWORD_HASH", "md5", "must be argon2id or bcrypt."},
    {"SNUG_LOG_LEVEL", "warning", "must be error, warn, info or debug."},
    {"SNUG_ARGON2_OPS", "1", NULL},
    {"SNUG_ARGON2_OPS", "16", NULL},
    {"SNUG_ARGON2_OPS", "0", "must be 1 to 16."},
    {"SNUG_ARGON2_OPS", "17", "must be 1 to 16."},
    {"SNUG_ARGON2_OPS", "1.5", "must be 1 to 16."},
    {"SNUG_ARGON2_KIB", "8", NULL},
    {"SNUG_ARGON2_KIB", "1048576", NULL},
    {"SNUG_ARGON2_KIB", "7", "must be 8 to 1048576."},
    {"SNUG_ARGON2_KIB", "1048577", "must be 8 to 1048576."},
    {"SNUG_HASH_SLOTS", "0", NULL},
    {"SNUG_HASH_SLOTS", "65", "must be 0 to 64."},
    {"SNUG_RUN_DIR", "/", NULL},
    {"SNUG_RUN_DIR", "run", "must be a path that begins with /."},
    {"SNUG_RUN_DIR", "", "must be a path that begins with /."},
    {"SNUG_LOGIN_LIMIT", "0", NULL},
    {"SNUG_LOGIN_LIMIT", "-1", "must be 0 to 1000000."},
    {"SNUG_LOGIN_ADDRESS_LIMIT", "1000001", "must be 0 to 1000000."},
    {"SNUG_LOGIN_NAME_LIMIT", "ten", "must be 0 to 1000000."},
    {"SNUG_REGISTER_LIMIT", "", "must be 0 to 1000000."},
    {"SNUG_SEND_LIMIT", "1000000", NULL},
    {"SNUG_SESSION_DAYS", "180", NULL},
    {"SNUG_SESSION_DAYS", "181", "must be 1 to 180."},
    {"SNUG_SESSION_DAYS", "0", "must be 1 to 180."},
    {"SNUG_MAXMEMORY", "100000000", NULL},
    {"SNUG_MAXMEMORY", "100000001", "must be 0 to 100000000."},
    {"SNUG_RETAIN", "0", NULL},
    {"SNUG_RETAIN", "10000001", "must be 0 to 10000000."},
    {"SNUG_RETAIN_DAYS", "36500", NULL},
    {"SNUG_RETAIN_DAYS", "36501", "must be 0 to 36500."},
    {"SNUG_EVENT_LOG", "100", NULL},
    {"SNUG_EVENT_LOG", "10000000", NULL},
    {"SNUG_EVENT_LOG", "99", "must be 100 to 10000000."},
    {"SNUG_EVENT_LOG", "10000001", "must be 100 to 10000000."},
    {"SNUG_MAX_STREAMS", "60000", NULL},
    {"SNUG_MAX_STREAMS", "60001", "must be 1 to 60000."},
    {"SNUG_MAX_STREAMS", "18446744073709551616", "must be 1 to 60000."},
    {"SNUG_HEARTBEAT", "1", NULL},
    {"SNUG_HEARTBEAT", "300", NULL},
    {"SNUG_HEARTBEAT", "0", "must be 1 to 300."},
    {"SNUG_HEARTBEAT", "301", "must be 1 to 300."},
    {"SNUG_HEARTBEAT", "15s", "must be 1 to 300."},
    {"SNUG_METRICS_TOKEN", "", NULL},
    {"SNUG_METRICS_TOKEN", "0123456789ABCdef-._~+/=", NULL},
    {"SNUG_METRICS_TOKEN", "0123456789abcde", token},
    {"SNUG_METRICS_TOKEN", "0123456789 abcdef", token},
    {"SNUG_METRICS_TOKEN", "\"0123456789abcdef\"", token},
    {"SNUG_USER_STREAMS", "10000", NULL},
    {"SNUG_USER_STREAMS", "0", "must be 1 to 10000."},
    {"SNUG_STREAM_AGE", "86400", NULL},
    {"SNUG_STREAM_AGE", "0", "must be 1 to 86400."},
    {"SNUG_DRAIN", "0", NULL},
    {"SNUG_DRAIN", "61", "must be 0 to 60."},
    {"SNUG_REDIS", "unix:/run/x.sock", NULL},
    {"SNUG_REDIS", "redis://127.0.0.1:6379/0", NULL},
    {"SNUG_REDIS", "redis", redis},
    {"SNUG_REDIS", "unix:relative", redis},
    {"SNUG_REDIS", "http://x", redis},
    {"SNUG_REDIS", "REDIS://x", redis},
    {"SNUG_REDIS", "", redis},
    {"SNUG_REDIS", "rediss://:secret@h:6380",
     "cannot be rediss://, for there is no TLS here: "
     "run stunnel beside snug and give the address where it listens."},
    {"SNUG_REDIS", "unix:/a\x01", "holds a control character."},
    {"SNUG_CORS", "", NULL},
    {"SNUG_CORS", "*", NULL},
    {"SNUG_CORS", "https://a.example, http://b.example:81", NULL},
    {"SNUG_CORS", "https://a.example,", origins},
    {"SNUG_CORS", "https://a.example,*", origins},
    {"SNUG_CORS", "https://a.example/", origins},
    {"SNUG_CORS", "https://a.example https://b.example", origins},
    {"SNUG_CORS", "https://*.example", origins},
    {"SNUG_CORS", "null", origins},
    {"SNUG_CORS", "a.example", origins},
    {"SNUG_TRUSTED_PROXY", "", NULL},
    {"SNUG_TRUSTED_PROXY", "0.0.0.0/0,2001:db8::/32", NULL},
    {"SNUG_TRUSTED_PROXY", "127.0.0.1,", networks},
    {"SNUG_TRUSTED_PROXY", "127.0.0.1 ::1", networks},
    {"SNUG_TRUSTED_PROXY", "localhost", networks},
    {"SNUG_TRUSTED_PROXY", "127.0.0.1/33", networks},
    {"SNUG_ORIGIN", "", NULL},
    {"SNUG_ORIGIN", "http://localhost:8080", NULL},
    {"SNUG_ORIGIN", "https://chat.example", NULL},
    {"SNUG_ORIGIN", "https://chat.example/", origin},
    {"SNUG_ORIGIN", "https://chat.example/chat", origin},
    {"SNUG_ORIGIN", "chat.example", origin},
    {"SNUG_ORIGIN", "http://[2001:db8::1]:8080", NULL},
    {"SNUG_ORIGIN", "https://two words", origin},
    {"SNUG_ORIGIN", "https://", origin},
    {"SNUG_ORIGIN", "ftp://chat.example", origin},
    {"SNUG_ORIGIN", "https://a\x7f", "holds a control character."},
};

/* The same from the file and from the environment. */
static void ranges(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        char line[256], sentence[256];
        (void)snprintf(line, sizeof(line), "%s=%s", values[i].key, values[i].value);
        if (values[i].complaint == NULL) {
            (void)read_good(str_of(line), NULL);
            (void)read_good(STR(""), line);
            continue;
        }
        (void)snprintf(sentence, sizeof(sentence), "%s %s", values[i].key, values[i].complaint);
        check_refused(str_of(line), NULL, sentence);
        check_refused(STR(""), line, sentence);
    }
}

static void unknown_variables(void **state)
{
    (void)state;
    check_refused(STR(""), "SNUG_HARTBEAT=secret",
                  "The environment has an unknown setting, SNUG_HARTBEAT.");
    check_refused(STR(""), "SNUG_=secret", "The environment has an unknown setting, SNUG_.");
    check_refused(STR(""), "SNUG_a\nb=secret",
                  "The environment has an unknown setting, \"SNUG_a\\nb\".");
}

static void variable_without_a_value(void **state)
{
    (void)state;
    check_refused(STR(""), "SNUG_DEMO", "SNUG_DEMO must be 0 or 1.");
}

static void named_file_must_be_there(void **state)
{
    (void)state;
    static char missing[] = "SNUG_CONFIG=/nonexistent/snug.conf";
    static char folder[] = "SNUG_CONFIG=/";
    static char nothing[] = "SNUG_CONFIG=";
    static const struct {
        char *variable;
        const char *sentence;
    } rows[] = {
        {missing, "SNUG_CONFIG names a file that cannot be read: No such file or directory."},
        {folder, "SNUG_CONFIG names a file that cannot be read: Is a directory."},
        {nothing, "SNUG_CONFIG names a file that cannot be read: No such file or directory."},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *envp[] = {rows[i].variable, NULL};
        struct config config;
        const char *why = NULL;
        assert_int_equal(config_read(envp, &config, &why), ERR_INVALID);
        assert_string_equal(why, rows[i].sentence);
    }
}

static void files_have_a_limit(void **state)
{
    (void)state;
    static char text[64 * 1024 + 1];
    memset(text, '#', sizeof(text));
    (void)read_good((struct str){text, sizeof(text) - 1}, NULL);
    char sentence[128];
    (void)snprintf(sentence, sizeof(sentence), "%s is over 64 KiB.", path);
    check_refused((struct str){text, sizeof(text)}, NULL, sentence);
}

static void settings_outlive_the_environment(void **state)
{
    (void)state;
    char variable[] = "SNUG_REDIS=unix:/first";
    char *envp[] = {file_variable, variable, NULL};
    write_file(STR("SNUG_ORIGIN=http://first\n"));
    struct config first;
    const char *why = NULL;
    assert_int_equal(config_read(envp, &first, &why), ERR_OK);
    memset(variable, '?', sizeof(variable) - 1);
    (void)read_good(STR("SNUG_ORIGIN=http://second\n"), "SNUG_REDIS=unix:/second");
    assert_string_equal(first.redis, "unix:/first");
    assert_string_equal(first.origin, "http://first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(everything_set),
        cmocka_unit_test(webhooks),
        cmocka_unit_test(choices),
        cmocka_unit_test(environment_wins),
        cmocka_unit_test(other_variables_do_not_matter),
        cmocka_unit_test(lines),
        cmocka_unit_test(bad_lines),
        cmocka_unit_test(ranges),
        cmocka_unit_test(unknown_variables),
        cmocka_unit_test(variable_without_a_value),
        cmocka_unit_test(named_file_must_be_there),
        cmocka_unit_test(files_have_a_limit),
        cmocka_unit_test(settings_outlive_the_environment),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
