#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/rand.h"
#include "store/server.h"

#define SERVER_ID_BYTES 9 /* of randomness after "snug:" */
#define LIST_HINT       "; \"snug help\" lists the commands"

enum err cli_refuse(struct cli *cli, enum err err, struct str why)
{
    cli->why = why;
    return err;
}

enum err cli_misused(struct cli *cli, struct str why)
{
    cli->wants_usage = true;
    return cli_refuse(cli, ERR_INVALID, why);
}

/* What an error means to who has no better sentence. */
static struct str sentence(enum err err)
{
    static const char *const sentences[ERR__MAX] = {
        [ERR_CONFLICT] = "Somebody has changed it meanwhile.",
        [ERR_FORBIDDEN] = "That may not be done.",
        [ERR_INTERNAL] = "That should not have happened; it is a bug, or not our Redis.",
        [ERR_NAME_TAKEN] = "Somebody has this name, in this or another case.",
        [ERR_NOT_FOUND] = "There is no such thing.",
        [ERR_STORAGE_FULL] = "Redis has no memory left.",
    };
    return str_of(sentences[err] != NULL ? sentences[err] : err_code(err));
}

/* One line on standard error, whatever is in it. */
static void complain(struct str what, struct str more)
{
    struct cli_out out;
    char line[1024];
    cli_out_init(&out, stderr, false);
    const int n = snprintf(line, sizeof(line), "snug: %.*s%.*s", STR_FMT(what), STR_FMT(more));
    const size_t len = n < 0 ? 0 : (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1;
    cli_out_said(&out, NULL, 0, NULL, (struct str){line, len});
    (void)!cli_out_finish(&out); /* there is nobody else to tell */
}

static int refuse_usage(const struct cli_command *command, struct str why, struct arena *arena)
{
    complain(why, arena_printf(arena, "; usage: snug %s%s%s", command->name,
                               command->synopsis[0] != '\0' ? " " : "", command->synopsis));
    return CLI_USAGE;
}

/* Why Redis is of no use, in its own words or the system's. */
static void complain_redis(const struct cli *cli)
{
    struct store_server server;
    struct str why = STR("it is there now, but was not when it was asked; try again");
    (void)!store_server_read(cli->config->redis, cli->arena, &server, &why);
    complain(STR("Redis cannot be used: "), why);
}

static int fail(const struct cli *cli, const struct cli_command *command, enum err err)
{
    if (cli->wants_usage) {
        return refuse_usage(command, cli->why, cli->arena);
    }
    if (str_is_set(cli->why)) {
        complain(cli->why, STR(""));
    } else if (err == ERR_UNAVAILABLE) {
        complain_redis(cli);
    } else {
        complain(sentence(err), STR(""));
    }
    if (err == ERR_UNAUTHENTICATED) {
        return CLI_LOGIN;
    }
    return err == ERR_UNAVAILABLE ? CLI_UNAVAILABLE : CLI_REFUSED;
}

/* How many words the command's name has, where argv begins with all of them; else 0. */
static size_t count_words(const struct cli_command *command, char *const *argv)
{
    struct str rest = str_of(command->name);
    struct str word;
    size_t n = 0;
    while (str_split(&rest, ' ', &word)) {
        if (argv[n] == NULL || !str_eq(word, str_of(argv[n]))) {
            return 0;
        }
        n++;
    }
    return n;
}

/* The command whose name argv begins with, the longest that fits; *n: its words. */
static const struct cli_command *find(char *const *argv, size_t *n)
{
    const struct cli_command *found = NULL;
    *n = 0;
    for (const struct cli_command *c = cli_table; c->name != NULL; c++) {
        const size_t words = count_words(c, argv);
        if (words > *n) {
            found = c;
            *n = words;
        }
    }
    return found;
}

/* Connects under a name of this process's own, and runs the command. */
static enum err run_with_store(struct cli *cli, const struct cli_command *command)
{
    const struct config *config = cli->config;
    const struct str word = rand_word(cli->arena, SERVER_ID_BYTES);
    const char *id = arena_printf(cli->arena, "snug:%.*s", STR_FMT(word)).ptr;
    enum err err = store_conn_create(config->redis, id, (size_t)config->event_log, &cli->store);
    if (err != ERR_OK) {
        return cli_refuse(cli, ERR_UNAVAILABLE, STR("SNUG_REDIS is no address of a Redis."));
    }
    err = command->run(cli);
    store_conn_destroy(cli->store);
    return err;
}

static int run(struct cli *cli, const struct cli_command *command)
{
    enum err err;
    if (command->alone) {
        err = command->run(cli);
    } else {
        log_init("snug", LOG_ERROR); /* what is to be said of the rest, we say */
        rand_init();
        err = run_with_store(cli, command);
    }
    const enum err written = cli_out_finish(cli->out);
    const int reason = errno;
    if (err != ERR_OK) {
        return fail(cli, command, err);
    }
    if (written != ERR_OK && reason != EPIPE) {
        complain(STR("standard output: "), str_of(reason != 0 ? strerror(reason) : "it is closed"));
    }
    return written == ERR_OK ? CLI_DONE : CLI_REFUSED;
}

/* A socket that is given the number of a closed standard stream would be written to by mistake. */
static void keep_standard_streams(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDONLY); /* not to be written to: who does is told */
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
    }
}

/* Runs the command with its arguments, which are argv. */
static int run_args(const struct cli_command *command, char *const *argv, char *const *envp,
                    struct arena *arena)
{
    struct config config = {0};
    struct cli_args args;
    struct cli_out out;
    struct str said;
    const char *why = NULL;
    if (cli_args_read(command->synopsis, argv, arena, &args, &said) != ERR_OK) {
        const struct str whole = arena_printf(arena, "%s: %.*s", command->name, STR_FMT(said));
        return refuse_usage(command, whole, arena);
    }
    if (args.help) {
        printf("usage: snug %s %s\n%s\n", command->name, command->synopsis, command->help);
        return fflush(stdout) == 0 ? CLI_DONE : CLI_REFUSED;
    }
    if (!command->alone && config_read(envp, &config, &why) != ERR_OK) {
        complain(str_of(why), STR(""));
        return CLI_UNAVAILABLE;
    }
    cli_out_init(&out, stdout, args.json);
    struct cli cli = {.config = &config, .envp = envp, .arena = arena, .args = &args, .out = &out};
    return run(&cli, command);
}

int cli_run(char *const *argv, char *const *envp)
{
    const struct sigaction ignored = {.sa_handler = SIG_IGN};
    static char help_word[] = "help";
    char *const help[] = {help_word, NULL};
    struct arena arena;
    size_t n = 0;
    int status = CLI_USAGE;

    keep_standard_streams();
    sigaction(SIGPIPE, &ignored, NULL); /* a reader that is gone is an error of a write */
    arena_init(&arena);
    if (argv[0] != NULL && str_eq(str_of(argv[0]), STR("--help"))) {
        argv = help;
    }
    const struct cli_command *command = find(argv, &n);
    if (command != NULL) {
        status = run_args(command, argv + n, envp, &arena);
    } else if (argv[0] == NULL) {
        complain(STR("no command is given"), STR(LIST_HINT));
    } else {
        complain(arena_printf(&arena, "there is no command \"%s\"", argv[0]), STR(LIST_HINT));
    }
    arena_finish(&arena);
    return status;
}
