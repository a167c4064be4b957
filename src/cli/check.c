#include "cli/cli.h"

#include <inttypes.h>
#include "auth/password.h"
#include "base/clock.h"
#include "cli/machine.h"
#include "cli/report.h"
#include "store/seed.h"
#include "store/server.h"

#define MIB           ((uint64_t)1024 * 1024)
#define REDIS_MAJOR   7
#define CLOCK_WARN_MS 2000
#define PING_WARN_US  2000
#define PUBSUB_LEAST  (8 * MIB) /* what a burst may queue for a hub */
#define EVENTS_SLACK  500
#define HASH_WARN_MS  500
#define HASH_TIMES    3

static void list_settings(struct cli *cli, const struct config_list *list)
{
    static const char *const sources[] = {"default", "file", "environment"};
    static const struct cli_column columns[] = {
        {"SETTING", "name", CLI_TEXT}, {"FROM", "source", CLI_TEXT}, {"VALUE", "value", CLI_TEXT}};
    cli_out_list(cli->out, "settings", columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < list->n; i++) {
        const struct config_value *value = &list->values[i];
        const struct str row[] = {str_of(value->name), str_of(sources[value->source]), value->text};
        cli_out_row(cli->out, row);
    }
}

static void check_version(struct cli_report *report, const struct store_server *server)
{
    if (server->major < REDIS_MAJOR) {
        cli_report_fail(report, "version", "Redis %.*s; the scripts need %d or newer",
                        STR_FMT(server->version), REDIS_MAJOR);
    } else {
        cli_report_ok(report, "version", "Redis %.*s", STR_FMT(server->version));
    }
    if (server->is_master) {
        cli_report_ok(report, "role", "master");
    } else {
        cli_report_fail(
            report, "role",
            "a replica, which takes no writes: give the master's address in SNUG_REDIS");
    }
}

static void check_persistence(struct cli_report *report, const struct store_server *server)
{
    if (!server->has_aof) {
        cli_report_warn(report, "persistence",
                        "appendonly is no: a crash loses all since the last snapshot; "
                        "CONFIG SET appendonly yes, and in redis.conf");
    } else if (!server->is_writing) {
        cli_report_fail(report, "persistence",
                        "the last write of the append-only file failed: look at its disk");
    } else if (str_eq(server->fsync, STR("no"))) {
        cli_report_warn(report, "persistence",
                        "appendfsync is no: a crash of the host may take half a minute; "
                        "CONFIG SET appendfsync everysec, and in redis.conf");
    } else {
        cli_report_ok(report, "persistence", "append-only file, appendfsync %.*s",
                      STR_FMT(str_is_set(server->fsync) ? server->fsync : STR("not told")));
    }
}

static void check_memory(struct cli_report *report, const struct store_server *server)
{
    const bool evicts = server->memory_max > 0 && !str_eq(server->policy, STR("noeviction"));
    if (evicts) {
        cli_report_fail(report, "memory",
                        "maxmemory-policy is %.*s: a full Redis forgets accounts and messages; "
                        "CONFIG SET maxmemory-policy noeviction, and in redis.conf",
                        STR_FMT(server->policy));
    } else if (server->memory_max == 0) {
        cli_report_ok(report, "memory", "%" PRIu64 " MiB used, no limit",
                      server->memory_used / MIB);
    } else if (server->memory_used > server->memory_max / 10 * 9) {
        cli_report_warn(report, "memory",
                        "%" PRIu64 " of %" PRIu64 " MiB used: nothing can be sent when it is full",
                        server->memory_used / MIB, server->memory_max / MIB);
    } else {
        cli_report_ok(report, "memory", "%" PRIu64 " of %" PRIu64 " MiB used, noeviction",
                      server->memory_used / MIB, server->memory_max / MIB);
    }
}

static void check_pubsub(struct cli_report *report, const struct store_server *server)
{
    struct str limits = server->pubsub;
    struct str hard;
    uint64_t bytes;
    if (!str_is_set(limits) || !str_split(&limits, ' ', &hard) || !str_u64(hard, &bytes)) {
        cli_report_warn(
            report, "pubsub",
            "client-output-buffer-limit is not told; pubsub should have 8 MiB at least");
    } else if (bytes > 0 && bytes < PUBSUB_LEAST) {
        cli_report_warn(report, "pubsub",
                        "a hub is cut off when %" PRIu64 " KiB wait for it: "
                        "CONFIG SET client-output-buffer-limit \"pubsub 32mb 8mb 60\"",
                        bytes / 1024);
    } else {
        cli_report_ok(report, "pubsub", "output buffer limit %.*s", STR_FMT(server->pubsub));
    }
}

static void check_times(struct cli_report *report, const struct store_server *server)
{
    const int64_t away = server->clock_ms < 0 ? -server->clock_ms : server->clock_ms;
    if (away > CLOCK_WARN_MS + server->clock_error_ms) {
        cli_report_warn(report, "clock",
                        "Redis' clock is %" PRId64 " s %s ours; messages carry its time: set both "
                        "by NTP",
                        away / 1000, server->clock_ms < 0 ? "behind" : "ahead of");
    } else {
        cli_report_ok(report, "clock", "Redis' and ours agree to %" PRId64 " ms",
                      away > server->clock_error_ms ? away : server->clock_error_ms);
    }
    if (server->ping_us > PING_WARN_US) {
        cli_report_warn(report, "latency",
                        "%" PRIu64 " us a question: Redis should be nearer, or less busy",
                        server->ping_us);
    } else {
        cli_report_ok(report, "latency", "%" PRIu64 " us a question", server->ping_us);
    }
}

/* The greeting of an ordinary connection: epoch, and every script. */
static enum err check_scripts(struct cli *cli, struct cli_report *report)
{
    bool wanted;
    const enum err err = store_seed_wanted(cli->store, cli->arena, &wanted);
    if (err == ERR_OK) {
        cli_report_ok(report, "scripts", "all %d load", (int)STORE_SCRIPT__MAX);
    } else {
        cli_report_fail(report, "scripts", "Redis does not take them (%s); its log may say why",
                        err_code(err));
    }
    return err;
}

/*
 * Are the costs one of those that OWASP's Password Storage Cheat Sheet calls the least? Less memory
 * is made up for by more passes.
 */
static bool is_strong(const struct config *config)
{
    static const struct {
        uint64_t ops, kib;
    } least[] = {{1, 47104}, {2, 19456}, {3, 12288}, {4, 9216}, {5, 7168}};
    for (size_t i = 0; i < ARRAY_LEN(least); i++) {
        if (config->argon2_ops >= least[i].ops && config->argon2_kib >= least[i].kib) {
            return true;
        }
    }
    return false;
}

/* The quickest of a few: the first pays for the memory. ERR_UNAVAILABLE: there is no memory. */
static enum err time_hash(struct cli *cli, int64_t *ms)
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < HASH_TIMES; i++) {
        struct str hash;
        const int64_t before = clock_mono_ms();
        const enum err err =
            auth_password_hash(cli->config, cli->arena, STR("correct horse battery"), &hash);
        if (err != ERR_OK) {
            return err;
        }
        const int64_t took = clock_mono_ms() - before;
        best = took < best ? took : best;
    }
    *ms = best;
    return ERR_OK;
}

static void check_hash(struct cli *cli, struct cli_report *report)
{
    const struct config *config = cli->config;
    const bool bcrypt = config->password_hash == CONFIG_HASH_BCRYPT;
    int64_t ms = 0;
    const struct str what =
        bcrypt ? STR("bcrypt")
               : arena_printf(cli->arena, "argon2id t=%" PRIu64 " m=%.4g MiB", config->argon2_ops,
                              (double)config->argon2_kib / 1024);
    if (time_hash(cli, &ms) != ERR_OK) {
        cli_report_fail(report, "passwords", "%.*s: there is no memory for it", STR_FMT(what));
    } else if (ms > HASH_WARN_MS) {
        cli_report_warn(report, "passwords",
                        "%.*s: %" PRId64 " ms, which is how long a login waits", STR_FMT(what), ms);
    } else if (bcrypt) {
        cli_report_ok(report, "passwords", "bcrypt, 72 bytes at most: %" PRId64 " ms", ms);
    } else if (!is_strong(config)) {
        cli_report_warn(report, "passwords",
                        "%.*s: %" PRId64 " ms, less than OWASP advises; "
                        "SNUG_ARGON2_OPS=2 and SNUG_ARGON2_KIB=19456 are the least",
                        STR_FMT(what), ms);
    } else {
        cli_report_ok(report, "passwords", "%.*s: %" PRId64 " ms", STR_FMT(what), ms);
    }
}

static void check_admins(struct cli_report *report, const struct store_server_chat *chat)
{
    if (chat->admins > 0) {
        cli_report_ok(report, "admins", "%" PRIu64 " may come in", chat->admins);
    } else if (chat->users > 0) {
        cli_report_warn(
            report, "admins",
            "nobody is one, to invite people and to keep them out: snug user admin NAME");
    } else {
        cli_report_warn(report, "admins", "nobody has an account: snug user add NAME --admin");
    }
}

/* Redis trims whole blocks of some hundred entries, so that there are some more. */
static void check_events(struct cli_report *report, const struct config *config,
                         const struct store_server_chat *chat)
{
    if (chat->events > config->event_log + config->event_log / 10 + EVENTS_SLACK) {
        cli_report_warn(report, "events",
                        "%" PRIu64 " are kept, and SNUG_EVENT_LOG is %" PRIu64
                        ": other programs have other settings",
                        chat->events, config->event_log);
    } else {
        cli_report_ok(report, "events",
                      "%" PRIu64 " of about %" PRIu64 " that a stream can resume from",
                      chat->events, config->event_log);
    }
}

/* What our scripts say. */
static void check_chat(struct cli *cli, struct cli_report *report)
{
    struct store_server_chat chat;
    if (check_scripts(cli, report) == ERR_OK &&
        store_server_look(cli->store, cli->arena, &chat) == ERR_OK) {
        check_admins(report, &chat);
        check_events(report, cli->config, &chat);
    }
}

/* What needs Redis. ERR_UNAVAILABLE: it is not there. */
static enum err check_redis(struct cli *cli, struct cli_report *report)
{
    struct store_server server;
    struct str why = STR("SNUG_REDIS is no address");
    const enum err err = store_server_read(cli->config->redis, cli->arena, &server, &why);
    if (err != ERR_OK) {
        cli_report_fail(report, "redis", "cannot be used: %.*s", STR_FMT(why));
        return ERR_UNAVAILABLE;
    }
    cli_report_ok(report, "redis", "answers");
    check_version(report, &server);
    check_persistence(report, &server);
    check_memory(report, &server);
    check_pubsub(report, &server);
    check_times(report, &server);
    if (server.is_master && server.major >= REDIS_MAJOR) {
        check_chat(cli, report);
    }
    return ERR_OK;
}

enum err cli_check_run(struct cli *cli)
{
    struct config_list list;
    struct cli_report report;
    const char *why = NULL;
    if (config_list(cli->envp, &list, &why) != ERR_OK) {
        return cli_refuse(cli, ERR_UNAVAILABLE, str_of(why)); /* it has changed since it was read */
    }
    list_settings(cli, &list);
    cli_report_begin(&report, cli->out);
    cli_machine_settings(&report, &list);
    const enum err err = check_redis(cli, &report);
    cli_machine_slots(&report, cli->config);
    cli_machine_programs(&report, cli->config);
    cli_machine_descriptors(&report, cli->config);
    cli_machine_origin(&report, cli->config);
    check_hash(cli, &report);
    if (report.failed == 0) {
        return ERR_OK;
    }
    return cli_refuse(
        cli, err == ERR_OK ? ERR_CONFLICT : err,
        arena_printf(cli->arena, "%u of %u checks failed.", report.failed, report.said));
}
