#include "base/config.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

#define FILE_MAX     (64 * 1024)
#define DEFAULT_FILE "/etc/snug.conf"
#define FILE_KEY     "SNUG_CONFIG"

enum kind { KIND_TEXT, KIND_BOOL, KIND_NUMBER, KIND_CHOICE };

struct setting {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *standard;
    uint64_t min, max;          /* KIND_NUMBER */
    const char *const *choices; /* KIND_CHOICE: an enum's words in its order */
    const char *help;
};

static const char *const registrations[] = {"open", "invite", "closed", NULL};
static const char *const hashes[] = {"argon2id", "bcrypt", NULL};
static const char *const levels[] = {"error", "warn", "info", "debug", NULL};

#define AT(field) offsetof(struct config, field)

/* clang-format off */
static const struct setting settings[] = {
    {"SNUG_REDIS", KIND_TEXT, AT(redis), "unix:/run/redis/redis-server.sock", 0, 0, NULL, "unix:/path or redis://[user:pass@]host:port[/db]"},
    {"SNUG_DEMO", KIND_BOOL, AT(demo), "0", 0, 1, NULL, "write the demo data where Redis has no users"},
    {"SNUG_FAMILY", KIND_BOOL, AT(family), "0", 0, 1, NULL, "take what demo servers publish on the same Redis"},
    {"SNUG_REGISTRATION", KIND_CHOICE, AT(registration), "invite", 0, 0, registrations, "who may make an account"},
    {"SNUG_PASSWORD_HASH", KIND_CHOICE, AT(password_hash), "argon2id", 0, 0, hashes, "how new passwords are stored"},
    {"SNUG_ARGON2_OPS", KIND_NUMBER, AT(argon2_ops), "2", 1, 16, NULL, "passes of argon2id"},
    {"SNUG_ARGON2_KIB", KIND_NUMBER, AT(argon2_kib), "19456", 8, 1048576, NULL, "memory of one argon2id hash, KiB"},
    {"SNUG_ORIGIN", KIND_TEXT, AT(origin), "", 0, 0, NULL, "our origin, https://chat.example, where Host does not say it"},
    {"SNUG_SECURE_COOKIE", KIND_BOOL, AT(secure_cookie), "0", 0, 1, NULL, "Secure cookies even where HTTPS is not seen"},
    {"SNUG_SESSION_DAYS", KIND_NUMBER, AT(session_days), "30", 1, 180, NULL, "days without use until a session ends"},
    {"SNUG_EVENT_LOG", KIND_NUMBER, AT(event_log), "50000", 100, 10000000, NULL, "events that the log keeps, about"},
    {"SNUG_MAX_STREAMS", KIND_NUMBER, AT(max_streams), "8000", 1, 60000, NULL, "open streams that the web server can carry"},
    {"SNUG_HEARTBEAT", KIND_NUMBER, AT(heartbeat), "15", 1, 300, NULL, "seconds between comments on a stream"},
    {"SNUG_LOG_LEVEL", KIND_CHOICE, AT(log_level), "info", 0, 0, levels, "how much is logged"},
};
/* clang-format on */

#define NSETTINGS ARRAY_LEN(settings)

static char why_text[320];

/* Notes why, for the caller's *why; never with a value, which may hold a password. */
static PRINTF_LIKE(1, 2) enum err refuse(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(why_text, sizeof(why_text), fmt, args);
    va_end(args);
    return ERR_INVALID;
}

static const struct setting *find(struct str name)
{
    for (size_t i = 0; i < NSETTINGS; i++) {
        if (str_eq(str_of(settings[i].name), name)) {
            return &settings[i];
        }
    }
    return NULL;
}

/* For the process's life: settings are read once. */
static const char *keep(struct str s)
{
    char *copy = mem_alloc(s.len + 1);
    if (s.len > 0) {
        memcpy(copy, s.ptr, s.len);
    }
    copy[s.len] = '\0';
    return copy;
}

static enum err set_choice(const struct setting *s, struct str value, unsigned *out)
{
    for (unsigned i = 0; s->choices[i] != NULL; i++) {
        if (str_eq(str_of(s->choices[i]), value)) {
            *out = i;
            return ERR_OK;
        }
    }
    return refuse("%s is none of the words that it can be; see --help", s->name);
}

static enum err set_redis(struct str value)
{
    if (str_starts(value, STR("rediss://"))) {
        return refuse(
            "SNUG_REDIS: TLS is not spoken here; run stunnel beside snug and name its socket");
    }
    if (!str_starts(value, STR("unix:/")) && !str_starts(value, STR("redis://"))) {
        return refuse("SNUG_REDIS must begin with unix:/ or redis://");
    }
    return ERR_OK;
}

static enum err set(struct config *config, const struct setting *s, struct str value)
{
    char *at = (char *)config + s->offset;
    uint64_t number;
    unsigned choice = 0;
    enum err err;
    switch (s->kind) {
    case KIND_TEXT:
        err = s->offset == AT(redis) ? set_redis(value) : ERR_OK;
        if (!err) {
            const char *text = keep(value);
            memcpy(at, &text, sizeof(text));
        }
        return err;
    case KIND_BOOL:
        if (!str_u64_max(value, 1, &number)) {
            return refuse("%s must be 0 or 1", s->name);
        }
        *(bool *)at = number == 1;
        return ERR_OK;
    case KIND_NUMBER:
        if (!str_u64_max(value, s->max, &number) || number < s->min) {
            return refuse("%s must be a number from %llu to %llu", s->name,
                          (unsigned long long)s->min, (unsigned long long)s->max);
        }
        memcpy(at, &number, sizeof(number));
        return ERR_OK;
    case KIND_CHOICE:
        err = set_choice(s, value, &choice);
        if (!err && s->offset == AT(log_level)) {
            number = choice;
            memcpy(at, &number, sizeof(number));
        } else if (!err) {
            memcpy(at, &choice, sizeof(choice)); /* an enum */
        }
        return err;
    }
    return ERR_INTERNAL;
}

/* One "KEY=VALUE" of the file or the environment. seen: which keys the file had; NULL for the
 * environment. */
static enum err take(struct config *config, struct str line, bool *seen)
{
    struct str rest = line, name;
    if (!str_split(&rest, '=', &name) || !str_is_set(rest)) {
        return refuse("%.80s: a line that is not KEY=VALUE", log_text(name));
    }
    const struct setting *s = find(name);
    if (s == NULL) {
        return refuse("%.80s is not a setting", log_text(name));
    }
    if (seen != NULL && seen[s - settings]) {
        return refuse("%s is there twice", s->name);
    }
    if (seen != NULL) {
        seen[s - settings] = true;
    }
    return set(config, s, rest);
}

static enum err take_lines(struct config *config, struct str text)
{
    bool seen[NSETTINGS] = {false};
    struct str line;
    while (str_split(&text, '\n', &line)) {
        line = str_trim(line);
        if (line.len > 0 && line.ptr[0] != '#') {
            const enum err err = take(config, line, seen);
            if (err) {
                return err;
            }
        }
    }
    return ERR_OK;
}

/* The file's text, at most FILE_MAX bytes of it, into out. False where it cannot be read or is
 * longer. */
static bool read_file(int fd, char *out, size_t *len)
{
    *len = 0;
    for (;;) {
        const ssize_t n = read(fd, out + *len, FILE_MAX + 1 - *len);
        if (n <= 0) {
            return n == 0;
        }
        *len += (size_t)n;
        if (*len > FILE_MAX) {
            return false;
        }
    }
}

static enum err take_file(struct config *config, const char *path, bool must_exist)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return must_exist ? refuse(FILE_KEY ": the file that it names cannot be opened") : ERR_OK;
    }
    char *text = mem_alloc(FILE_MAX + 1);
    size_t len;
    const bool whole = read_file(fd, text, &len);
    close(fd);
    const enum err err = whole ? take_lines(config, (struct str){text, len})
                               : refuse("%s cannot be read, or is over 64 KiB", path);
    mem_free(text);
    return err;
}

enum err config_read(char *const *envp, struct config *out, const char **why)
{
    struct config config = {0};
    const char *path = NULL;
    enum err err = ERR_OK;
    *why = why_text;
    for (size_t i = 0; i < NSETTINGS && !err; i++) {
        err = set(&config, &settings[i], str_of(settings[i].standard));
    }
    for (char *const *e = envp; *e != NULL; e++) {
        if (str_starts(str_of(*e), STR(FILE_KEY "="))) {
            path = *e + strlen(FILE_KEY "=");
        }
    }
    if (!err) {
        err = take_file(&config, path != NULL ? path : DEFAULT_FILE, path != NULL);
    }
    for (char *const *e = envp; *e != NULL && !err; e++) {
        const struct str pair = str_of(*e);
        if (str_starts(pair, STR("SNUG_")) && !str_starts(pair, STR(FILE_KEY "="))) {
            err = take(&config, pair, NULL);
        }
    }
    if (!err) {
        *out = config;
    }
    return err;
}

void config_help(FILE *out)
{
    fprintf(out, "Settings, from the file that SNUG_CONFIG names, else " DEFAULT_FILE
                 ", and the environment:\n");
    for (size_t i = 0; i < NSETTINGS; i++) {
        const struct setting *s = &settings[i];
        fprintf(out, "  %-19s %s", s->name, s->help);
        if (s->kind == KIND_NUMBER) {
            fprintf(out, ", %llu to %llu", (unsigned long long)s->min, (unsigned long long)s->max);
        }
        for (unsigned c = 0; s->kind == KIND_CHOICE && s->choices[c] != NULL; c++) {
            fprintf(out, "%s%s", c == 0 ? ": " : ", ", s->choices[c]);
        }
        fprintf(out, " [%s]\n", s->standard);
    }
}
