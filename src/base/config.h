#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/attr.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"

/*
 * Settings: KEY=VALUE lines in the file that SNUG_CONFIG names, else in /etc/snug.conf where there
 * is one, each overridden by an environment variable of the same name. Read once, before the first
 * request, through one table (config.c); constant afterwards, and alive as long as the process.
 * A line is a comment when it begins with '#'; a value runs to the end of the line, blanks around
 * it are not part of it, and quotes have no meaning. An unknown key in the file, an unknown SNUG_
 * name in the environment, a key twice in the file, and a value out of range are errors.
 */

enum config_registration {
    CONFIG_REGISTRATION_OPEN,
    CONFIG_REGISTRATION_INVITE,
    CONFIG_REGISTRATION_CLOSED
};
enum config_hash { CONFIG_HASH_ARGON2ID, CONFIG_HASH_BCRYPT };

struct config {
    const char *redis; /* SNUG_REDIS: unix:/path or redis://[user:pass@]host:port/db */
    bool demo;         /* SNUG_DEMO: demo data where total_users is missing */
    bool family;       /* SNUG_FAMILY: take what demo servers publish */
    enum config_registration registration; /* SNUG_REGISTRATION */
    bool remote_user;                      /* SNUG_REMOTE_USER: the web server logs people in */
    enum config_hash password_hash;        /* SNUG_PASSWORD_HASH */
    uint64_t argon2_ops;                   /* SNUG_ARGON2_OPS: passes */
    uint64_t argon2_kib;                   /* SNUG_ARGON2_KIB: memory of one hash */
    uint64_t hash_slots;  /* SNUG_HASH_SLOTS: hashes at once on this machine; 0: any number */
    const char *run_dir;  /* SNUG_RUN_DIR: where the programs of this machine meet */
    uint64_t login_limit; /* SNUG_LOGIN_LIMIT; these six: 0 for none, see store/limit.h */
    uint64_t login_address_limit; /* SNUG_LOGIN_ADDRESS_LIMIT */
    uint64_t login_name_limit;    /* SNUG_LOGIN_NAME_LIMIT */
    uint64_t register_limit;      /* SNUG_REGISTER_LIMIT */
    uint64_t send_limit;          /* SNUG_SEND_LIMIT */
    uint64_t hook_limit;          /* SNUG_HOOK_LIMIT */
    const char *hook_networks;    /* SNUG_HOOK_NETWORKS: that bots' addresses may be in, besides
                                     the public ones; a list as base/ip.h has it */
    uint64_t room_limit;          /* SNUG_ROOM_LIMIT */
    const char *origin;           /* SNUG_ORIGIN: our origin, where Host does not say it; or "" */
    const char *cors;             /* SNUG_CORS: origins, commas between them; or "*"; or "" */
    const char *trusted_proxy;    /* SNUG_TRUSTED_PROXY: a list of networks, see base/ip.h */
    bool secure_cookie;           /* SNUG_SECURE_COOKIE: Secure even where HTTPS is not seen */
    uint64_t session_days;        /* SNUG_SESSION_DAYS: idle days until a session ends */
    uint64_t event_log;           /* SNUG_EVENT_LOG: entries that snug:events keeps, about */
    uint64_t max_memory;          /* SNUG_MAXMEMORY: MiB that Redis may use; 0: as it says itself */
    uint64_t retain;              /* SNUG_RETAIN: messages that a room keeps; 0: all */
    uint64_t retain_days;         /* SNUG_RETAIN_DAYS: and for how many days; 0: for ever */
    uint64_t max_streams;         /* SNUG_MAX_STREAMS: streams that the web server can carry */
    uint64_t user_streams;        /* SNUG_USER_STREAMS: open streams of one user at this hub */
    uint64_t stream_age;          /* SNUG_STREAM_AGE: seconds until a stream is ended, about */
    uint64_t heartbeat;           /* SNUG_HEARTBEAT: seconds between comments on a stream */
    uint64_t drain;            /* SNUG_DRAIN: seconds over which a stopping hub ends its streams */
    const char *metrics_token; /* SNUG_METRICS_TOKEN: who shows it may read them; empty: nobody */
    enum log_level log_level;  /* SNUG_LOG_LEVEL: error, warn, info, debug */
};

/*
 * Reads the settings into *out. envp is the environment (NULL-terminated "NAME=value").
 * ERR_INVALID: *why, never freed, is a sentence that names the key and never shows a value.
 */
NODISCARD enum err config_read(char *const *envp, struct config *out, const char **why);

/* Where the value of a setting comes from. */
enum config_source { CONFIG_DEFAULT, CONFIG_FILE, CONFIG_ENVIRONMENT };

struct config_value {
    const char *name;
    struct str text; /* as it was written, secrets hidden */
    enum config_source source;
};

#define CONFIG_VALUES_MAX 64

struct config_list {
    const char *file; /* that is read where it is there */
    bool has_secret;  /* something in that file is hidden in the values */
    size_t n;
    struct config_value values[CONFIG_VALUES_MAX];
};

/* What config_read() finds in the same environment, for people, in the order of the table. */
NODISCARD enum err config_list(char *const *envp, struct config_list *out, const char **why);

/* The table for people: name, default, range and help of every setting, one a line. */
void config_help(FILE *out);

#endif
