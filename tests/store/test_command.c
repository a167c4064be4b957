#include "cli/cli.h"

#include <stdlib.h>
#include <unistd.h>
#include "base/log.h"
#include "support/check.h"
#include "support/store.h"
#include "support/syslog.h"

/* The snug command, run in this process: what it leaves in the audit, and what it makes of USER. */

#define NOTICE   "85 " /* authpriv, notice */
#define WORDS    8
#define SAID_MAX 8192

struct run {
    struct store_test *t;
    int status;
    char out[SAID_MAX], err[SAID_MAX];
};

static void take(FILE *file, int fd, int saved, char said[SAID_MAX])
{
    dup2(saved, fd);
    close(saved);
    rewind(file);
    said[fread(said, 1, SAID_MAX - 1, file)] = '\0';
    (void)fclose(file);
}

/* The words of a line and --json, as a shell would hand them over. */
static char **split(struct store_test *t, const char *line)
{
    char **argv = arena_zalloc(&t->arena, WORDS + 2, sizeof(*argv));
    struct str rest = str_of(arena_printf(&t->arena, "%s --json", line).ptr);
    struct str word;
    for (size_t n = 0; n < WORDS + 1 && str_split(&rest, ' ', &word); n++) {
        argv[n] = arena_alloc(&t->arena, word.len + 1);
        memcpy(argv[n], word.ptr, word.len);
        argv[n][word.len] = '\0';
    }
    return argv;
}

/* Runs it, without a terminal and without input. */
static const struct run *run(struct store_test *t, const char *line)
{
    static struct run last;
    char redis[256];
    char config[] = "SNUG_CONFIG=/dev/null";
    char cheap[] = "SNUG_ARGON2_KIB=1024";
    char origin[] = "SNUG_ORIGIN=https://chat.example";
    char *const envp[] = {redis, config, cheap, origin, NULL};
    (void)snprintf(redis, sizeof(redis), "SNUG_REDIS=%s", redis_url(t->redis));
    (void)fflush(NULL);
    FILE *out = tmpfile();
    FILE *err = tmpfile();
    FILE *in = fopen("/dev/null", "r");
    const int saved[] = {dup(STDIN_FILENO), dup(STDOUT_FILENO), dup(STDERR_FILENO)};
    assert_true(out != NULL && err != NULL && in != NULL && saved[2] >= 0);
    dup2(fileno(in), STDIN_FILENO);
    dup2(fileno(out), STDOUT_FILENO);
    dup2(fileno(err), STDERR_FILENO);
    last.t = t;
    last.status = cli_run(split(t, line), envp);
    (void)fflush(NULL);
    take(out, STDOUT_FILENO, saved[1], last.out);
    take(err, STDERR_FILENO, saved[2], last.err);
    dup2(saved[0], STDIN_FILENO);
    close(saved[0]);
    (void)fclose(in);
    return &last;
}

static const struct run *done(const struct run *run)
{
    if (run->status != CLI_DONE) {
        fail_msg("status %d: %s", run->status, run->err);
    }
    return run;
}

static void refused(const struct run *run, enum cli_status status, const char *why)
{
    assert_int_equal(run->status, status);
    if (strstr(run->err, why) == NULL) {
        fail_msg("not \"%s\" but %s", why, run->err);
    }
}

/* The text of a field, in the arena. */
static const char *field(const struct run *run, const char *name)
{
    const char *begin = strstr(run->out, arena_printf(&run->t->arena, "\"%s\":\"", name).ptr);
    if (begin == NULL) {
        fail_msg("no %s in %s", name, run->out);
        return "";
    }
    begin += strlen(name) + 4;
    return store_test_cstr(run->t, (struct str){begin, strcspn(begin, "\"")});
}

/* One line was said: the event, by whom, and the pairs. Forgotten afterwards. */
static void audited(struct store_test *t, const char *event, const char *pairs)
{
    const struct str said = str_of(syslog_said());
    const struct str head = arena_printf(&t->arena, NOTICE "event=%s by=", event);
    const struct str who = arena_printf(&t->arena, " uid=%u ", (unsigned)getuid());
    const struct str tail = arena_printf(&t->arena, " %s\n", pairs);
    if (!str_starts(said, head) || !str_ends(said, tail) || strstr(said.ptr, who.ptr) == NULL ||
        strchr(said.ptr, '\n') != said.ptr + said.len - 1) {
        fail_msg("not %.*s…%.*s but %s", STR_FMT(head), STR_FMT(tail), said.ptr);
    }
    syslog_forget();
}

/* Ada, an admin, and Bo: 1, 2. */
static void make_people(struct store_test *t)
{
    done(run(t, "user add Ada --admin --generate"));
    done(run(t, "user add Bo --generate"));
    syslog_forget();
}

static void each_change_is_audited(void **state)
{
    struct store_test *t = *state;
    static const struct {
        const char *line, *event, *pairs;
    } rows[] = {
        {"user add Ada --admin --generate", "user_added", "whom=1 name=Ada as=admin"},
        {"user add Bo --generate", "user_added", "whom=2 name=Bo as=member"},
        {"user add Robo --bot", "user_added", "whom=3 name=Robo as=bot"},
        {"user passwd Bo --generate", "password_changed", "whom=2"},
        {"user admin Bo", "user_changed", "whom=2 role=admin active=-"},
        {"user admin Bo --remove", "user_changed", "whom=2 role=member active=-"},
        {"user deactivate Bo", "user_changed", "whom=2 role=- active=0"},
        {"user activate Bo", "user_changed", "whom=2 role=- active=1"},
        {"user reset Bo", "reset_created", "whom=2"},
        {"sessions Bo --end all", "sessions_ended", "whom=2 session=all"},
        {"ban add 192.0.2.7/24 --expires 2h", "ban_set", "network=192.0.2.0/24 seconds=7200"},
        {"ban lift 192.0.2.0/24", "ban_lifted", "network=192.0.2.0/24"},
        {"user delete Bo --yes", "user_deleted", "whom=2 name=Bo"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        done(run(t, rows[i].line));
        audited(t, rows[i].event, rows[i].pairs);
    }
}

static void what_is_made_is_named_by_its_hash(void **state)
{
    struct store_test *t = *state;
    make_people(t);
    const char *id = field(done(run(t, "token create Bo ci --scope write,read --days 2")), "id");
    audited(t, "token_created",
            arena_printf(&t->arena, "whom=2 token=%.8s scope=\"read write\" days=2", id).ptr);
    done(run(t, arena_printf(&t->arena, "token revoke Bo %.8s", id).ptr));
    audited(t, "token_ended", arena_printf(&t->arena, "whom=2 token=%.8s", id).ptr);
    id = field(done(run(t, "invite --uses 3")), "id");
    audited(t, "invite_created", arena_printf(&t->arena, "invite=%s uses=3", id).ptr);
    done(run(t, arena_printf(&t->arena, "invite revoke %s", id).ptr));
    audited(t, "invite_revoked", arena_printf(&t->arena, "invite=%s", id).ptr);
}

static void no_secret_is_in_the_audit(void **state)
{
    struct store_test *t = *state;
    const char *const secrets[] = {
        field(done(run(t, "user add Ada --generate")), "password"),
        field(done(run(t, "user passwd Ada --generate")), "password"),
        field(done(run(t, "user reset Ada")), "code"),
        field(done(run(t, "invite")), "code"),
        field(done(run(t, "token create Ada ci")), "token"),
    };
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        assert_true(strlen(secrets[i]) >= 20);
        assert_null(strstr(syslog_said(), secrets[i]));
    }
    syslog_forget();
}

static void what_is_refused_or_only_read_is_not_audited(void **state)
{
    struct store_test *t = *state;
    static const char *const reads[] = {"user list",   "sessions Bo", "token list Bo",
                                        "invite list", "ban list",    "help"};
    make_people(t);
    for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
        done(run(t, reads[i]));
    }
    refused(run(t, "user delete Ada --yes"), CLI_REFUSED, "The last admin stays");
    refused(run(t, "user delete Bo"), CLI_USAGE, "no terminal to ask on");
    refused(run(t, "user delete Nobody --yes"), CLI_REFUSED, "no such user");
    refused(run(t, "ban add 192.0.2.7/25"), CLI_USAGE, "ADDRESS is");
    refused(run(t, "ban lift 192.0.2.7"), CLI_REFUSED, "not banned");
    refused(run(t, "user add Bo2 --bot --generate"), CLI_USAGE, "A bot has no password");
    assert_string_equal(syslog_said(), "");
}

static void sudo_says_for_whom(void **state)
{
    struct store_test *t = *state;
    setenv("SUDO_USER", "eve\nevent=user_deleted", 1);
    done(run(t, "user add Ada --generate"));
    unsetenv("SUDO_USER");
    assert_non_null(strstr(syslog_said(), " sudo=\"eve\\nevent=user_deleted\" whom=1 "));
    syslog_forget();
}

/* The demo family lets people be called by numbers. */
static void a_number_is_an_id(void **state)
{
    struct store_test *t = *state;
    make_people(t);
    redis_do(t->redis, "SET total_users 9");
    redis_do(t->redis, "SET username:2 user:9");
    redis_do(t->redis, "HSET user:9 username 2 password x");
    static const struct {
        const char *user, *id;
    } rows[] = {{"2", "2"}, {"id:2", "2"},    {"name:2", "9"},
                {"9", "9"}, {"name:bo", "2"}, {"Bo", "2"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct run *said =
            done(run(t, arena_printf(&t->arena, "user activate %s", rows[i].user).ptr));
        assert_string_equal(field(said, "id"), rows[i].id);
    }
    refused(run(t, "user activate 4711"), CLI_REFUSED, "a name that is a number is name:4711");
    refused(run(t, "user activate id:Bo"), CLI_REFUSED, "There is no such user");
    refused(run(t, "user activate name:4711"), CLI_REFUSED, "There is no such user");
    syslog_forget();
}

static void an_id_is_its_beginning(void **state)
{
    struct store_test *t = *state;
    make_people(t);
    const char *id = field(done(run(t, "token create Bo one")), "id");
    done(run(t, "token create Ada other"));
    refused(run(t, arena_printf(&t->arena, "token revoke Bo %.7s", id).ptr), CLI_USAGE, "eight");
    refused(run(t, arena_printf(&t->arena, "token revoke Ada %s", id).ptr), CLI_REFUSED,
            "none with this id");
    const char *twin = arena_printf(&t->arena, "%.8s0", id).ptr;
    redis_do(t->redis, "HSET snug:token:%s user 2 name x scope read rooms 0 created 1 seen 0",
             twin);
    redis_do(t->redis, "SADD snug:user:2:tokens %s", twin);
    refused(run(t, arena_printf(&t->arena, "token revoke Bo %.8s", id).ptr), CLI_REFUSED,
            "More than one");
    done(run(t, arena_printf(&t->arena, "token revoke Bo %s", id).ptr));
    syslog_forget();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(each_change_is_audited),
        STORE_TEST(what_is_made_is_named_by_its_hash),
        STORE_TEST(no_secret_is_in_the_audit),
        STORE_TEST(what_is_refused_or_only_read_is_not_audited),
        STORE_TEST(sudo_says_for_whom),
        STORE_TEST(a_number_is_an_id),
        STORE_TEST(an_id_is_its_beginning),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
