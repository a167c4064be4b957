#include "cli/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define STREAMS_PER_1000FD 360 /* what lighttpd.conf asks for: 0.8 of 0.45 */
#define NAME_MAX_LEN       33  /* of a user of the system, with its NUL; what is longer is cut */

/* A secret that everybody on the machine can read is none. */
void cli_machine_settings(struct cli_report *report, const struct config_list *list)
{
    struct stat st;
    if (stat(list->file, &st) != 0) {
        cli_report_ok(report, "settings", "all from the environment and the defaults");
    } else if (list->has_secret && (st.st_mode & S_IROTH) != 0) {
        cli_report_warn(report, "settings",
                        "%s holds a secret that everybody on this machine can read: chmod o= %s",
                        list->file, list->file);
    } else {
        cli_report_ok(report, "settings", "%s", list->file);
    }
}

/* The user of the system, or their number where there is none; in one of two static buffers. */
static const char *name_of(uid_t uid)
{
    static char names[2][NAME_MAX_LEN];
    static unsigned turn;
    char *name = names[turn++ % 2];
    const struct passwd *account = getpwuid(uid);
    if (account != NULL) {
        (void)snprintf(name, NAME_MAX_LEN, "%s", account->pw_name);
    } else {
        (void)snprintf(name, NAME_MAX_LEN, "%lu", (unsigned long)uid);
    }
    return name;
}

/* hash.lock is made by whoever logs somebody in first, for themselves alone. True: it was another
 * user than the folder's, who is locked out by it. */
static bool is_misplaced(const struct config *config, const struct stat *dir, struct stat *lock)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof(path), "%s/hash.lock", config->run_dir);
    return lstat(path, lock) == 0 && lock->st_uid != dir->st_uid &&
           (dir->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static void check_folder(struct cli_report *report, const struct config *config,
                         const struct stat *dir)
{
    const char *path = config->run_dir;
    struct stat lock;
    if (is_misplaced(config, dir, &lock)) {
        cli_report_fail(report, "slots",
                        "%s/hash.lock is of %s, and the folder of %s, who can log nobody in: "
                        "rm %s/hash.lock",
                        path, name_of(lock.st_uid), name_of(dir->st_uid), path);
    } else if ((dir->st_mode & S_IWOTH) != 0) {
        cli_report_warn(report, "slots",
                        "everybody on this machine may write to %s, and hold up every login: "
                        "chmod o-w %s",
                        path, path);
    } else if (faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) != 0) {
        cli_report_warn(report, "slots",
                        "%s may not write to %s, which is of %s: run this check as the web "
                        "server's user",
                        name_of(geteuid()), path, name_of(dir->st_uid));
    } else {
        cli_report_ok(report, "slots", "%s, of %s; %" PRIu64 " passwords are hashed at once", path,
                      name_of(dir->st_uid), config->hash_slots);
    }
}

void cli_machine_slots(struct cli_report *report, const struct config *config)
{
    struct stat dir;
    if (config->hash_slots == 0) {
        cli_report_ok(report, "slots", "SNUG_HASH_SLOTS=0: any number of passwords at once");
    } else if (stat(config->run_dir, &dir) != 0) {
        cli_report_fail(report, "slots",
                        "SNUG_RUN_DIR=%s: %s; without it nobody can log in: install -d -m 750 -o "
                        "www-data %s, or as the web server's user is called",
                        config->run_dir, strerror(errno), config->run_dir);
    } else if (!S_ISDIR(dir.st_mode)) {
        cli_report_fail(report, "slots", "SNUG_RUN_DIR=%s is no folder: nobody can log in",
                        config->run_dir);
    } else {
        check_folder(report, config, &dir);
    }
}

/* Does anybody listen there? 0, or errno. A full queue is somebody's. */
static int try_socket(const char *dir, const char *program, const char *ending)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s.sock%s", dir, program,
                 ending) >= (int)sizeof(address.sun_path)) {
        return ENOENT; /* the web server could not have made it either */
    }
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return errno;
    }
    const int failed =
        connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 || errno == EAGAIN
            ? 0
            : errno;
    close(fd);
    return failed;
}

/* lighttpd numbers the sockets of a program that has several processes. */
static int try_program(const char *dir, const char *program)
{
    const int failed = try_socket(dir, program, "");
    return failed == ENOENT ? try_socket(dir, program, "-0") : failed;
}

void cli_machine_programs(struct cli_report *report, const struct config *config)
{
    static const char *const programs[] = {"accounts", "rooms", "messages", "events"};
    const char *dir = config->run_dir;
    size_t up = 0;
    size_t there = 0;
    for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
        const int failed = try_program(dir, programs[i]);
        up += failed == 0;
        there += failed != ENOENT;
        if (failed != 0 && failed != ENOENT) {
            cli_report_warn(report, "programs", "%s/%s.sock: %s", dir, programs[i],
                            strerror(failed));
        }
    }
    if (there == 0) {
        cli_report_warn(report, "programs",
                        "no sockets are in %s: does the web server run, with its sockets there?",
                        dir);
    } else if (up == ARRAY_LEN(programs)) {
        cli_report_ok(report, "programs", "all %zu listen in %s", up, dir);
    } else {
        cli_report_warn(report, "programs", "%zu of %zu listen in %s", up, ARRAY_LEN(programs),
                        dir);
    }
}

void cli_machine_descriptors(struct cli_report *report, const struct config *config)
{
    struct rlimit limit = {0};
    const uint64_t wanted = config->max_streams * 1000 / STREAMS_PER_1000FD;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        cli_report_warn(report, "descriptors", "the limit cannot be read");
    } else if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted) {
        cli_report_warn(report, "descriptors",
                        "%" PRIu64 " here; lighttpd needs %" PRIu64 " for SNUG_MAX_STREAMS=%" PRIu64
                        ": LimitNOFILE= in its unit, var.max_fds, or fewer streams",
                        (uint64_t)limit.rlim_max, wanted, config->max_streams);
    } else {
        cli_report_ok(report, "descriptors", "enough for %" PRIu64 " streams", config->max_streams);
    }
}

/* Is it an address that nobody but this machine has? */
static bool is_loopback(struct str origin)
{
    static const char *const begins[] = {"http://localhost", "http://127.", "http://[::1]"};
    for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
        if (str_starts(origin, str_of(begins[i]))) {
            return true;
        }
    }
    return false;
}

void cli_machine_origin(struct cli_report *report, const struct config *config)
{
    const struct str origin = str_of(config->origin);
    const bool is_told = config->secure_cookie || config->trusted_proxy[0] != '\0';
    if (origin.len == 0) {
        cli_report_warn(report, "origin",
                        "SNUG_ORIGIN is not set: links of the shell begin with no address; "
                        "SNUG_ORIGIN=https://…");
    } else if (str_starts(origin, STR("http:")) && !is_loopback(origin)) {
        cli_report_warn(report, "origin",
                        "%s: passwords and messages can be read on their way; the web server "
                        "should speak TLS",
                        config->origin);
    } else if (str_starts(origin, STR("https:")) && !is_told) {
        cli_report_ok(report, "origin",
                      "%s; where TLS ends at a proxy, SNUG_TRUSTED_PROXY or SNUG_SECURE_COOKIE=1 "
                      "makes the cookie Secure",
                      config->origin);
    } else {
        cli_report_ok(report, "origin", "%s", config->origin);
    }
}
