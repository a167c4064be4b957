#include "base/settings.h"

#include <string.h>
#include "base/attr.h"
#include "base/config.h"
#include "base/ip.h"

#define HASH_SLOTS_MAX 64
#define LIMIT_MAX      1000000
#define TOKEN_MIN      16
#define TOKEN_MAX      200
#define TOKEN_RANGE    "16 to 200 letters, digits and -._~+/=, or empty"

_Static_assert(sizeof(enum config_registration) == sizeof(unsigned) &&
                   sizeof(enum config_hash) == sizeof(unsigned) &&
                   sizeof(enum log_level) == sizeof(unsigned),
               "a choice is stored as an unsigned");

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
static struct str hide_password(struct arena *arena, struct str s)
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
    return arena_printf(arena, "redis://%.*s:(hidden)@%.*s", STR_FMT(user), STR_FMT(rest));
}

static struct str hide_all(struct arena *arena, struct str s)
{
    (void)arena;
    return s.len > 0 ? STR("(hidden)") : s;
}

#define AT(member) offsetof(struct config, member)

const struct setting settings_table[] = {
    {"SNUG_REDIS", SETTING_TEXT, AT(redis), "unix:/run/redis/redis-server.sock",
     .complain = complain_redis, .hide = hide_password,
     .range = "unix:/path or redis://[user:pass@]host:port/db", .help = "where Redis is"},
    {"SNUG_DEMO", SETTING_FLAG, AT(demo), "0",
     .help = "write the demo data to a Redis that has no users"},
    {"SNUG_FAMILY", SETTING_FLAG, AT(family), "0", .help = "take what demo servers publish"},
    {"SNUG_REGISTRATION", SETTING_CHOICE, AT(registration), "invite", .choices = registrations,
     .help = "who may register"},
    {"SNUG_REMOTE_USER", SETTING_FLAG, AT(remote_user), "0",
     .help = "people are who the web server says (REMOTE_USER); passwords and cookies say nothing"},
    {"SNUG_PASSWORD_HASH", SETTING_CHOICE, AT(password_hash), "argon2id", .choices = hashes,
     .help = "how passwords are stored; bcrypt where demo servers must read them"},
    {"SNUG_ARGON2_OPS", SETTING_NUMBER, AT(argon2_ops), "2", 1, 16, .help = "passes of one hash"},
    {"SNUG_ARGON2_KIB", SETTING_NUMBER, AT(argon2_kib), "19456", 8, 1048576,
     .help = "memory of one hash in KiB"},
    {"SNUG_HASH_SLOTS", SETTING_NUMBER, AT(hash_slots), "2", 0, HASH_SLOTS_MAX,
     .help = "passwords hashed at once on this machine; 0: any number"},
    {"SNUG_RUN_DIR", SETTING_TEXT, AT(run_dir), "/run/snug", .complain = complain_dir,
     .range = "a path",
     .help = "a folder that the programs can write to; it may be empty at each boot"},
    {"SNUG_LOGIN_LIMIT", SETTING_NUMBER, AT(login_limit), "10", 0, LIMIT_MAX,
     .help = "failed logins in ten minutes with a name from an address; 0: any number"},
    {"SNUG_LOGIN_ADDRESS_LIMIT", SETTING_NUMBER, AT(login_address_limit), "100", 0, LIMIT_MAX,
     .help = "failed logins in ten minutes from an address; 0: any number"},
    {"SNUG_LOGIN_NAME_LIMIT", SETTING_NUMBER, AT(login_name_limit), "100", 0, LIMIT_MAX,
     .help = "failed logins in an hour with a name; 0: any number"},
    {"SNUG_REGISTER_LIMIT", SETTING_NUMBER, AT(register_limit), "30", 0, LIMIT_MAX,
     .help = "registrations in an hour from an address; 0: any number"},
    {"SNUG_SEND_LIMIT", SETTING_NUMBER, AT(send_limit), "600", 0, LIMIT_MAX,
     .help = "messages in a minute from a user; 0: any number"},
    {"SNUG_HOOK_LIMIT", SETTING_NUMBER, AT(hook_limit), "60", 0, LIMIT_MAX,
     .help = "messages in a minute from an incoming webhook; 0: any number"},
    {"SNUG_HOOK_NETWORKS", SETTING_TEXT, AT(hook_networks), "", .complain = complain_networks,
     .range = "addresses, networks, commas, or empty",
     .help = "where the addresses of bots may lead besides the public internet"},
    {"SNUG_ROOM_LIMIT", SETTING_NUMBER, AT(room_limit), "30", 0, LIMIT_MAX,
     .help = "rooms that a user may make in an hour; 0: any number"},
    {"SNUG_ORIGIN", SETTING_TEXT, AT(origin), "", .complain = complain_origin,
     .range = "http[s]://host[:port] or empty",
     .help = "the origin of the page, where the Host header does not say it"},
    {"SNUG_CORS", SETTING_TEXT, AT(cors), "", .complain = complain_origins,
     .range = "origins, commas, or *, or empty",
     .help = "whose pages may use the API from a browser, besides ours"},
    {"SNUG_TRUSTED_PROXY", SETTING_TEXT, AT(trusted_proxy), "", .complain = complain_networks,
     .range = "addresses, networks, commas, or empty",
     .help = "proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"},
    {"SNUG_SECURE_COOKIE", SETTING_FLAG, AT(secure_cookie), "0",
     .help = "mark cookies Secure even where HTTPS ends before this web server"},
    {"SNUG_SESSION_DAYS", SETTING_NUMBER, AT(session_days), "30", 1, 180,
     .help = "idle days until a session ends"},
    {"SNUG_EVENT_LOG", SETTING_NUMBER, AT(event_log), "50000", 100, 10000000,
     .help = "events that are kept for clients that come back, about"},
    {"SNUG_MAXMEMORY", SETTING_NUMBER, AT(max_memory), "0", 0, 100000000,
     .help = "MiB that Redis may use before messages are refused; 0: what it says itself"},
    {"SNUG_RETAIN", SETTING_NUMBER, AT(retain), "0", 0, 10000000,
     .help = "messages that a room keeps, where it does not say so itself; 0: all"},
    {"SNUG_RETAIN_DAYS", SETTING_NUMBER, AT(retain_days), "0", 0, 36500,
     .help = "days that a room keeps a message, where it does not say so itself; 0: for ever"},
    {"SNUG_MAX_STREAMS", SETTING_NUMBER, AT(max_streams), "8000", 1, 60000,
     .help = "streams that the web server can carry"},
    {"SNUG_HEARTBEAT", SETTING_NUMBER, AT(heartbeat), "15", 1, 300,
     .help = "seconds between comments on a stream"},
    {"SNUG_USER_STREAMS", SETTING_NUMBER, AT(user_streams), "10", 1, 10000,
     .help = "open streams of one user; one more ends the oldest"},
    {"SNUG_STREAM_AGE", SETTING_NUMBER, AT(stream_age), "3600", 1, 86400,
     .help = "seconds until a stream is ended, and resumes, a fifth more or less"},
    {"SNUG_DRAIN", SETTING_NUMBER, AT(drain), "10", 0, 60,
     .help = "seconds over which a hub that is told to stop ends its streams"},
    {"SNUG_METRICS_TOKEN", SETTING_TEXT, AT(metrics_token), "", .complain = complain_token,
     .hide = hide_all, .range = TOKEN_RANGE, .help = "whoever shows it may read /api/metrics"},
    {"SNUG_LOG_LEVEL", SETTING_CHOICE, AT(log_level), "info", .choices = levels,
     .help = "the least that is logged"},
};

const size_t settings_count = ARRAY_LEN(settings_table);
_Static_assert(ARRAY_LEN(settings_table) <= CONFIG_VALUES_MAX, "a list holds every setting");

size_t settings_find(struct str name)
{
    size_t i = 0;
    while (i < settings_count && !str_eq(name, str_of(settings_table[i].name))) {
        i++;
    }
    return i;
}
