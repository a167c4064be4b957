#include "base/config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/ip.h"
#include "base/str.h"

#define FILE_KEY       "SNUG_CONFIG"
#define FILE_DEFAULT   "/etc/snug.conf"
#define FILE_MAX       ((size_t)64 * 1024)
#define HASH_SLOTS_MAX 64
#define LIMIT_MAX      1000000
#define TOKEN_MIN      16
#define TOKEN_MAX      200
#define TOKEN_RANGE    "16 to 200 letters, digits and -._~+/=, or empty"

/* Where settings and complaints live; never reset. */
static struct arena memory;

enum type {
    TYPE_TEXT,   /* const char * */
    TYPE_FLAG,   /* bool */
    TYPE_NUMBER, /* uint64_t */
    TYPE_CHOICE  /* an enum, by the place of the word in the list */
};

_Static_assert(sizeof(enum config_registration) == sizeof(unsigned) &&
                   sizeof(enum config_hash) == sizeof(unsigned) &&
                   sizeof(enum log_level) == sizeof(unsigned),
               "a choice is stored as an unsigned");

struct setting {
    const char *name;
    enum type type;
    size_t offset; /* in struct config */
    const char *fallback;
    uint64_t min, max;                     /* of a number */
    const char *const *choices;            /* of a choice, NULL-terminated */
    const char *(*complain)(struct str s); /* of a text: NULL, or what it must be */
    struct str (*hide)(struct str s);      /* of a secret: it, as it may be shown */
    const char *range;                     /* of a text, for people */
    const char *help;
};

static const char *const registrations[] = {"open", "invite", "closed", NULL};
static const char *const hashes[] = {"argon2id", "bcrypt", NULL};
static const char *const levels[] = {"error", "warn", "info", "debug", NULL};

static const char *complain_redis(struct str s)
{
    if (str_starts(s, STR("rediss://"))) {
        return "cannot be rediss://, for there is no TLS here: "
               "run stunnel beside snug and give the address where it listens";
    }
    if (str_starts(s, STR("unix:/")) || str_starts(s, STR("redis://"))) {
        return NULL;
    }
    return "must begin with unix:/ or redis://";
}

/* Empty, or a scheme and a host and maybe a port: what browsers send as Origin. */
static const char *complain_origin(struct str s)
{
    const size_t scheme = str_starts(s, STR("https://"))  ? strlen("https://")
                          : str_starts(s, STR("http://")) ? strlen("http://")
                                                          : 0;
    const struct str host = str_skip(s, scheme);
    if (s.len == 0 || (scheme > 0 && host.len > 0 && str_is_made_of(host, STR("-._:[]")))) {
        return NULL;
    }
    return "must be http://HOST or https://HOST, with a port where there is one, "
           "and nothing after it";
}

static const char *complain_dir(struct str s)
{
    return str_starts(s, STR("/")) ? NULL : "must be a path that begins with /";
}

/* Empty, "*", or origins with commas between them. */
static const char *complain_origins(struct str s)
{
    bool good = true;
    struct str entry;
    if (s.len == 0 || str_eq(s, STR("*"))) {
        return NULL;
    }
    while (good && str_split(&s, ',', &entry)) {
        entry = str_trim(entry);
        good = entry.len > 0 && complain_origin(entry) == NULL;
    }
    return good ? NULL : "must be origins, http[s]://HOST[:PORT], separated by commas, or * alone";
}

static const char *complain_networks(struct str s)
{
    return ip_list_is_good(s) ? NULL
                              : "must be addresses and networks, 192.0.2.7 or 2001:db8::/32, "
                                "separated by commas";
}

/* Empty, or what can stand behind "Bearer " and cannot be guessed. */
static const char *complain_token(struct str s)
{
    if (s.len == 0 ||
        (s.len >= TOKEN_MIN && s.len <= TOKEN_MAX && str_is_made_of(s, STR("-._~+/=")))) {
        return NULL;
    }
    return "must be " TOKEN_RANGE;
}

/* The password of a login, which the last "@" ends. */
static struct str hide_password(struct str s)
{
    size_t at = s.len;
    while (at > 0 && s.ptr[at - 1] != '@') {
        at--;
    }
    const struct str scheme = STR("redis://");
    if (at == 0 || !str_starts(s, scheme)) {
        return s;
    }
    struct str user;
    struct str login = {s.ptr + scheme.len, at - 1 - scheme.len};
    if (!str_split(&login, ':', &user) || login.len == 0) {
        return s;
    }
    const struct str rest = str_skip(s, at);
    return arena_printf(&memory, "redis://%.*s:(hidden)@%.*s", STR_FMT(user), STR_FMT(rest));
}

static struct str hide_all(struct str s)
{
    return s.len > 0 ? STR("(hidden)") : s;
}

#define AT(member) offsetof(struct config, member)

static const struct setting settings[] = {
    {"SNUG_REDIS", TYPE_TEXT, AT(redis), "unix:/run/redis/redis-server.sock",
     .complain = complain_redis, .hide = hide_password,
     .range = "unix:/path or redis://[user:pass@]host:port/db", .help = "where Redis is"},
    {"SNUG_DEMO", TYPE_FLAG, AT(demo), "0",
     .help = "write the demo data to a Redis that has no users"},
    {"SNUG_FAMILY", TYPE_FLAG, AT(family), "0", .help = "take what demo servers publish"},
    {"SNUG_REGISTRATION", TYPE_CHOICE, AT(registration), "invite", .choices = registrations,
     .help = "who may register"},
    {"SNUG_PASSWORD_HASH", TYPE_CHOICE, AT(password_hash), "argon2id", .choices = hashes,
     .help = "how passwords are stored; bcrypt where demo servers must read them"},
    {"SNUG_ARGON2_OPS", TYPE_NUMBER, AT(argon2_ops), "2", 1, 16, .help = "passes of one hash"},
    {"SNUG_ARGON2_KIB", TYPE_NUMBER, AT(argon2_kib), "19456", 8, 1048576,
     .help = "memory of one hash in KiB"},
    {"SNUG_HASH_SLOTS", TYPE_NUMBER, AT(hash_slots), "2", 0, HASH_SLOTS_MAX,
     .help = "passwords hashed at once on this machine; 0: any number"},
    {"SNUG_RUN_DIR", TYPE_TEXT, AT(run_dir), "/run/snug", .complain = complain_dir,
     .range = "a path",
     .help = "a folder that the programs can write to; it may be empty at each boot"},
    {"SNUG_LOGIN_LIMIT", TYPE_NUMBER, AT(login_limit), "10", 0, LIMIT_MAX,
     .help = "failed logins in ten minutes with a name from an address; 0: any number"},
    {"SNUG_LOGIN_ADDRESS_LIMIT", TYPE_NUMBER, AT(login_address_limit), "100", 0, LIMIT_MAX,
     .help = "failed logins in ten minutes from an address; 0: any number"},
    {"SNUG_LOGIN_NAME_LIMIT", TYPE_NUMBER, AT(login_name_limit), "100", 0, LIMIT_MAX,
     .help = "failed logins in an hour with a name; 0: any number"},
    {"SNUG_REGISTER_LIMIT", TYPE_NUMBER, AT(register_limit), "30", 0, LIMIT_MAX,
     .help = "registrations in an hour from an address; 0: any number"},
    {"SNUG_SEND_LIMIT", TYPE_NUMBER, AT(send_limit), "600", 0, LIMIT_MAX,
     .help = "messages in a minute from a user; 0: any number"},
    {"SNUG_ORIGIN", TYPE_TEXT, AT(origin), "", .complain = complain_origin,
     .range = "http[s]://host[:port] or empty",
     .help = "the origin of the page, where the Host header does not say it"},
    {"SNUG_CORS", TYPE_TEXT, AT(cors), "", .complain = complain_origins,
     .range = "origins, commas, or *, or empty",
     .help = "whose pages may use the API from a browser, besides ours"},
    {"SNUG_TRUSTED_PROXY", TYPE_TEXT, AT(trusted_proxy), "", .complain = complain_networks,
     .range = "addresses, networks, commas, or empty",
     .help = "proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"},
    {"SNUG_SECURE_COOKIE", TYPE_FLAG, AT(secure_cookie), "0",
     .help = "mark cookies Secure even where HTTPS ends before this web server"},
    {"SNUG_SESSION_DAYS", TYPE_NUMBER, AT(session_days), "30", 1, 180,
     .help = "idle days until a session ends"},
    {"SNUG_EVENT_LOG", TYPE_NUMBER, AT(event_log), "50000", 100, 10000000,
     .help = "events that are kept for clients that come back, about"},
    {"SNUG_MAX_STREAMS", TYPE_NUMBER, AT(max_streams), "8000", 1, 60000,
     .help = "streams that the web server can carry"},
    {"SNUG_HEARTBEAT", TYPE_NUMBER, AT(heartbeat), "15", 1, 300,
     .help = "seconds between comments on a stream"},
    {"SNUG_USER_STREAMS", TYPE_NUMBER, AT(user_streams), "10", 1, 10000,
     .help = "open streams of one user; one more ends the oldest"},
    {"SNUG_STREAM_AGE", TYPE_NUMBER, AT(stream_age), "3600", 1, 86400,
     .help = "seconds until a stream is ended, and resumes, a fifth more or less"},
    {"SNUG_DRAIN", TYPE_NUMBER, AT(drain), "10", 0, 60,
     .help = "seconds over which a hub that is told to stop ends its streams"},
    {"SNUG_METRICS_TOKEN", TYPE_TEXT, AT(metrics_token), "", .complain = complain_token,
     .hide = hide_all, .range = TOKEN_RANGE, .help = "whoever shows it may read /api/metrics"},
    {"SNUG_LOG_LEVEL", TYPE_CHOICE, AT(log_level), "info", .choices = levels,
     .help = "the least that is logged"},
};

#define NSETTINGS ARRAY_LEN(settings)

/* The place of a setting in the table, or NSETTINGS. */
static size_t find_setting(struct str name)
{
    size_t i = 0;
    while (i < NSETTINGS && !str_eq(name, str_of(settings[i].name))) {
        i++;
    }
    return i;
}

/* "a, b or c" */
static struct str list_choices(const char *const *choices)
{
    struct str list = str_of(choices[0]);
    for (size_t i = 1; choices[i] != NULL; i++) {
        const char *glue = choices[i + 1] == NULL ? " or " : ", ";
        list = arena_printf(&memory, "%.*s%s%s", STR_FMT(list), glue, choices[i]);
    }
    return list;
}

/* What a setting may be, in words. */
static struct str range_of(const struct setting *setting)
{
    switch (setting->type) {
    case TYPE_TEXT:
        return str_of(setting->range);
    case TYPE_FLAG:
        return STR("0 or 1");
    case TYPE_NUMBER:
        return arena_printf(&memory, "%" PRIu64 " to %" PRIu64, setting->min, setting->max);
    case TYPE_CHOICE:
        return list_choices(setting->choices);
    }
    return STR("");
}

static enum err refuse(struct str sentence, const char **why)
{
    *why = sentence.ptr;
    return ERR_INVALID;
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

/* Puts the bytes of a value where the setting lives. */
static void store(const struct setting *setting, struct config *out, const void *value, size_t size)
{
    memcpy((char *)out + setting->offset, value, size);
}

static enum err set_text(const struct setting *setting, struct str s, struct config *out,
                         const char **why)
{
    const char *complaint = has_control(s) ? "holds a control character" : setting->complain(s);
    if (complaint != NULL) {
        return refuse(arena_printf(&memory, "%s %s.", setting->name, complaint), why);
    }
    const char *text = arena_cstr(&memory, s);
    store(setting, out, &text, sizeof(text));
    return ERR_OK;
}

/* The place of s in a list of words; false when it has none. */
static bool find_choice(const char *const *choices, struct str s, unsigned *out)
{
    for (unsigned i = 0; choices[i] != NULL; i++) {
        if (str_eq(s, str_of(choices[i]))) {
            *out = i;
            return true;
        }
    }
    return false;
}

/* Reads s as the setting's value into its place. */
static enum err set_value(const struct setting *setting, struct str s, struct config *out,
                          const char **why)
{
    uint64_t number = 0;
    unsigned choice = 0;
    bool good = false;
    switch (setting->type) {
    case TYPE_TEXT:
        return set_text(setting, s, out, why);
    case TYPE_FLAG:
        good = str_u64_max(s, 1, &number);
        store(setting, out, &(bool){number == 1}, sizeof(bool));
        break;
    case TYPE_NUMBER:
        good = str_u64_max(s, setting->max, &number) && number >= setting->min;
        store(setting, out, &number, sizeof(number));
        break;
    case TYPE_CHOICE:
        good = find_choice(setting->choices, s, &choice);
        store(setting, out, &choice, sizeof(choice));
        break;
    }
    if (good) {
        return ERR_OK;
    }
    const struct str range = range_of(setting);
    return refuse(arena_printf(&memory, "%s must be %.*s.", setting->name, STR_FMT(range)), why);
}

/* Takes KEY=VALUE lines into texts, which stand in the order of the table. */
static enum err parse_file(const char *path, struct str rest, struct str texts[], const char **why)
{
    struct str line;
    for (unsigned n = 1; str_split(&rest, '\n', &line); n++) {
        if (str_ends(line, STR("\r"))) {
            line.len--;
        }
        line = str_trim(line);
        if (line.len == 0 || line.ptr[0] == '#') {
            continue;
        }
        struct str value = line;
        struct str key;
        if (!str_split(&value, '=', &key) || !str_is_set(value)) {
            return refuse(arena_printf(&memory, "Line %u of %s is not KEY=VALUE.", n, path), why);
        }
        key = str_trim(key);
        const size_t at = find_setting(key);
        if (at == NSETTINGS) {
            return refuse(arena_printf(&memory, "Line %u of %s has an unknown key, %s.", n, path,
                                       log_text(key)),
                          why);
        }
        if (str_is_set(texts[at])) {
            return refuse(arena_printf(&memory, "%s is in %s twice, again in line %u.",
                                       settings[at].name, path, n),
                          why);
        }
        texts[at] = str_trim(value);
    }
    return ERR_OK;
}

/* Reads what is left of a file, up to FILE_MAX + 1 bytes, into *out. 0, or an errno. */
static int read_all(int fd, struct str *out)
{
    char *bytes = arena_alloc(&memory, FILE_MAX + 1);
    size_t len = 0;
    ssize_t n;
    do {
        n = read(fd, bytes + len, FILE_MAX + 1 - len);
        if (n > 0) {
            len += (size_t)n;
        }
    } while (n > 0 || (n < 0 && errno == EINTR));
    *out = (struct str){bytes, len};
    return n < 0 ? errno : 0;
}

/* Reads the settings in the file at path; without one, unless it is required, there are none. */
static enum err read_file(const char *path, bool required, struct str texts[], const char **why)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && !required) {
        return ERR_OK;
    }
    struct str text = STR("");
    const int failure = fd < 0 ? errno : read_all(fd, &text);
    if (fd >= 0) {
        close(fd);
    }
    if (failure != 0) {
        return refuse(arena_printf(&memory, "%s%s cannot be read: %s.",
                                   required ? FILE_KEY " names a file that" : "",
                                   required ? "" : path, strerror(failure)),
                      why);
    }
    if (text.len > FILE_MAX) {
        return refuse(arena_printf(&memory, "%s is over %zu KiB.", path, FILE_MAX / 1024), why);
    }
    return parse_file(path, text, texts, why);
}

/* Takes the SNUG_ variables of the environment into texts, over what stands there. */
static enum err read_environment(char *const *envp, struct str texts[], const char **why)
{
    for (; *envp != NULL; envp++) {
        struct str value = str_of(*envp);
        struct str name;
        if (!str_starts(value, STR("SNUG_")) || !str_split(&value, '=', &name) ||
            str_eq(name, STR(FILE_KEY))) {
            continue;
        }
        const size_t at = find_setting(name);
        if (at == NSETTINGS) {
            return refuse(arena_printf(&memory, "The environment has an unknown setting, %s.",
                                       log_text(name)),
                          why);
        }
        texts[at] = str_is_set(value) ? value : STR("");
    }
    return ERR_OK;
}

/* The file that the environment names, or NULL. */
static const char *named_file(char *const *envp)
{
    for (; *envp != NULL; envp++) {
        if (str_starts(str_of(*envp), STR(FILE_KEY "="))) {
            return *envp + strlen(FILE_KEY "=");
        }
    }
    return NULL;
}

/* The text of each setting that has one; of file, the one in the file. */
static enum err gather(char *const *envp, struct str texts[NSETTINGS], struct str file[NSETTINGS],
                       const char **why)
{
    const char *named = named_file(envp);
    enum err err = read_file(named != NULL ? named : FILE_DEFAULT, named != NULL, file, why);
    if (err == ERR_OK) {
        memcpy(texts, file, NSETTINGS * sizeof(*texts));
        err = read_environment(envp, texts, why);
    }
    return err;
}

enum err config_read(char *const *envp, struct config *out, const char **why)
{
    struct str texts[NSETTINGS] = {0};
    struct str file[NSETTINGS] = {0};
    enum err err = gather(envp, texts, file, why);
    struct config config = {0};
    for (size_t i = 0; err == ERR_OK && i < NSETTINGS; i++) {
        const struct str text = str_is_set(texts[i]) ? texts[i] : str_of(settings[i].fallback);
        err = set_value(&settings[i], text, &config, why);
    }
    if (err == ERR_OK) {
        *out = config;
    }
    return err;
}

enum err config_list(char *const *envp, struct config_list *out, const char **why)
{
    _Static_assert(NSETTINGS <= CONFIG_VALUES_MAX, "a list holds every setting");
    struct str texts[NSETTINGS] = {0};
    struct str file[NSETTINGS] = {0};
    const enum err err = gather(envp, texts, file, why);
    if (err != ERR_OK) {
        return err;
    }
    const char *named = named_file(envp);
    *out = (struct config_list){.file = named != NULL ? named : FILE_DEFAULT, .n = NSETTINGS};
    for (size_t i = 0; i < NSETTINGS; i++) {
        const struct setting *setting = &settings[i];
        const struct str text = str_is_set(texts[i]) ? texts[i] : str_of(setting->fallback);
        const struct str text_shown = setting->hide != NULL ? setting->hide(text) : text;
        const bool is_files = texts[i].ptr == file[i].ptr;
        out->values[i] = (struct config_value){.name = setting->name,
                                               .text = text_shown,
                                               .source = !str_is_set(texts[i]) ? CONFIG_DEFAULT
                                                         : is_files            ? CONFIG_FILE
                                                                    : CONFIG_ENVIRONMENT};
        out->has_secret |= setting->hide != NULL && str_is_set(file[i]) &&
                           !str_eq(setting->hide(file[i]), file[i]);
    }
    return ERR_OK;
}

void config_help(FILE *out)
{
    static const char row[] = "%-24s  %-33s  %-46.*s  %s\n";
    const struct str file_range = STR("a path; in the environment only");
    fprintf(out, row, FILE_KEY, FILE_DEFAULT, STR_FMT(file_range), "the file of settings");
    for (size_t i = 0; i < NSETTINGS; i++) {
        const struct setting *s = &settings[i];
        const struct str range = range_of(s);
        fprintf(out, row, s->name, s->fallback[0] == '\0' ? "-" : s->fallback, STR_FMT(range),
                s->help);
    }
}
