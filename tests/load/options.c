#include "load/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/embed.h"

EMBED(load_usage, "tests/load/usage.txt");

enum kind { FLAG, NUMBER, SECONDS, TEXT, SPECIAL };

struct option {
    const char *name;
    enum kind kind;
    size_t at; /* where in struct load_options */
    const char *value, *help;
    bool (*read)(struct load_options *out, const char *value); /* SPECIAL */
};

static bool read_number(const char *text, uint64_t *out)
{
    char *end;
    errno = 0;
    const unsigned long long n = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-') {
        return false;
    }
    *out = n;
    return true;
}

static bool read_seconds(const char *text, double *out)
{
    char *end;
    const double n = strtod(text, &end);
    if (end == text || *end != '\0' || !(n >= 0 && n <= 86400)) {
        return false;
    }
    *out = n;
    return true;
}

/* The two halves of "A:B"; the first has at most 23 bytes. */
static bool split(const char *value, char sep, char first[24], const char **second)
{
    const char *at = strchr(value, sep);
    if (at == NULL || at - value >= 24) {
        return false;
    }
    memcpy(first, value, (size_t)(at - value));
    first[at - value] = '\0';
    *second = at + 1;
    return true;
}

static bool read_drop(struct load_options *out, const char *value)
{
    char first[24];
    const char *second;
    return split(value, '-', first, &second) && read_seconds(first, &out->drop_min_s) &&
           read_seconds(second, &out->drop_max_s) && out->drop_max_s >= out->drop_min_s &&
           out->drop_max_s > 0;
}

static bool read_drop_how(struct load_options *out, const char *value)
{
    out->drop_fin = strstr(value, "fin") != NULL;
    out->drop_rst = strstr(value, "rst") != NULL;
    out->drop_half = strstr(value, "half") != NULL;
    return out->drop_fin || out->drop_rst || out->drop_half;
}

static bool read_slow(struct load_options *out, const char *value)
{
    char first[24];
    const char *second;
    return split(value, ':', first, &second) && read_number(first, &out->slow) &&
           read_number(second, &out->slow_bytes) && out->slow_bytes > 0;
}

static bool read_body(struct load_options *out, const char *value)
{
    out->body = strcmp(value, "event") == 0 ? LOAD_BODY_EVENT : LOAD_BODY_JSON;
    return out->body == LOAD_BODY_EVENT || strcmp(value, "json") == 0;
}

static bool read_watch(struct load_options *out, const char *value)
{
    struct load_watch_name *watch = &out->watches[out->nwatches];
    const char *pid_text;
    uint64_t pid;
    if (out->nwatches == LOAD_WATCHES_MAX || !split(value, '=', watch->name, &pid_text) ||
        watch->name[0] == '\0' || !read_number(pid_text, &pid)) {
        return false;
    }
    watch->pid = (long)pid;
    out->nwatches++;
    return true;
}

/* Other people's servers are not for this program. */
static bool read_host(struct load_options *out, const char *value)
{
    struct in_addr addr;
    out->host = value;
    return inet_pton(AF_INET, value, &addr) == 1 && ntohl(addr.s_addr) >> 24 == 127;
}

#define AT(member) offsetof(struct load_options, member)

static const struct option options[] = {
    {"host", SPECIAL, 0, "ADDRESS", "where the server is; only 127.0.0.0/8 (127.0.0.1)", read_host},
    {"port", NUMBER, AT(port), "PORT", "its port", NULL},
    {"people", TEXT, AT(people), "FILE", "who streams, see above", NULL},
    {"path", TEXT, AT(path), "PATH", "of a stream; %r is its first room (/api/events)", NULL},
    {"streams", NUMBER, AT(streams), "N", "streams to open; lines are used again (one a line)",
     NULL},
    {"spread", NUMBER, AT(spread_ms), "MS", "time over which they are opened (0)", NULL},
    {"since", TEXT, AT(since), "CURSOR", "Last-Event-ID of each first request", NULL},
    {"take", NUMBER, AT(take), "N", "a stream leaves for good after N messages", NULL},
    {"retry-cap", NUMBER, AT(retry_cap_ms), "MS", "never wait longer than this to come back", NULL},
    {"once", FLAG, AT(once), NULL, "a stream that ended does not come back", NULL},
    {"head-is-ready", FLAG, AT(head_is_ready), NULL,
     "the server has no \"ready\": a stream is up with its first byte", NULL},
    {"drop", SPECIAL, 0, "A-B", "drop each stream every A to B seconds, at random; it comes back",
     read_drop},
    {"drop-how", SPECIAL, 0, "LIST", "of fin,rst,half (in the middle of what came) (all)",
     read_drop_how},
    {"stall", NUMBER, AT(stall), "N", "the last N streams stop reading after \"ready\"", NULL},
    {"slow", SPECIAL, 0, "N:BYTES", "the N before them read BYTES a second", read_slow},
    {"rcvbuf", NUMBER, AT(rcvbuf), "BYTES", "receive buffer of these", NULL},
    {"messages", NUMBER, AT(messages), "N", "messages to send (0)", NULL},
    {"publish", SECONDS, AT(publish_s), "S", "with --rate: send for S seconds", NULL},
    {"rate", SECONDS, AT(rate), "R", "messages a second, whatever happens", NULL},
    {"window", NUMBER, AT(window), "W",
     "without --rate: messages that are not yet everywhere, at most (1)", NULL},
    {"conns", NUMBER, AT(conns), "N", "sending connections (64, with --window at most W)", NULL},
    {"pub-path", TEXT, AT(pub_path), "PATH", "to send to; %r is the room (/api/messages/%r)", NULL},
    {"pub-port", NUMBER, AT(pub_port), "PORT", "to send to (--port)", NULL},
    {"body", SPECIAL, 0, "KIND", "json: as snug wants it; event: a message event's data (json)",
     read_body},
    {"size", NUMBER, AT(size), "BYTES", "of a message's text, at least 64 (80)", NULL},
    {"hold", SECONDS, AT(hold_s), "S", "stay so long, all streams open, before sending (0)", NULL},
    {"settle", SECONDS, AT(settle_s), "S", "wait so long for what is missing at the end (10)",
     NULL},
    {"seconds", SECONDS, AT(seconds), "S", "the whole run at most (60)", NULL},
    {"seed", NUMBER, AT(seed), "N", "of all that is random (the time)", NULL},
    {"ledger", TEXT, AT(ledger), "FILE", "write what became of each message", NULL},
    {"log", TEXT, AT(log), "FILE", "write what happened to each stream", NULL},
    {"watch", SPECIAL, 0, "NAME=PID", "look at a process; may be given 8 times", read_watch},
};

#define NOPTIONS (sizeof(options) / sizeof(options[0]))

static void print_help(void)
{
    fwrite(load_usage, 1, load_usage_len, stdout);
    for (size_t i = 0; i < NOPTIONS; i++) {
        char name[40];
        snprintf(name, sizeof(name), "--%s %s", options[i].name,
                 options[i].value != NULL ? options[i].value : "");
        printf("  %-20s  %s\n", name, options[i].help);
    }
}

static const struct option *find(const char *arg)
{
    for (size_t i = 0; i < NOPTIONS; i++) {
        if (strncmp(arg, "--", 2) == 0 && strcmp(arg + 2, options[i].name) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

static bool take(struct load_options *out, const struct option *option, const char *value)
{
    void *at = (char *)out + option->at;
    switch (option->kind) {
    case FLAG:
        *(bool *)at = true;
        return true;
    case NUMBER:
        return read_number(value, at);
    case SECONDS:
        return read_seconds(value, at);
    case TEXT:
        *(const char **)at = value;
        return true;
    case SPECIAL:
        return option->read(out, value);
    }
    return false;
}

static bool is_in(double n, double min, double max)
{
    return n >= min && n <= max;
}

/* What is wrong with them together; NULL: nothing. */
static const char *find_fault(const struct load_options *o)
{
    const struct {
        bool good;
        const char *fault;
    } rules[] = {
        {is_in((double)o->port, 1, 65535), "--port is missing or wrong"},
        {o->pub_port <= 65535, "--pub-port is wrong"},
        {o->people != NULL, "--people is missing"},
        {is_in((double)o->size, 64, 8000), "--size is 64 to 8000"},
        {o->publish_s <= 0 || o->rate > 0, "--publish needs --rate"},
        {is_in(o->seconds, 1, 7200), "--seconds is 1 to 7200"},
        {is_in((double)o->conns, 1, 256), "--conns is 1 to 256"},
        {o->window >= 1, "--window is at least 1"},
    };
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (!rules[i].good) {
            return rules[i].fault;
        }
    }
    return NULL;
}

static void set_defaults(struct load_options *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct load_options){.host = "127.0.0.1",
                                 .path = "/api/events",
                                 .pub_path = "/api/messages/%r",
                                 .retry_cap_ms = UINT64_MAX,
                                 .drop_fin = true,
                                 .drop_rst = true,
                                 .drop_half = true,
                                 .window = 1,
                                 .conns = 64,
                                 .size = 80,
                                 .settle_s = 10,
                                 .seconds = 60,
                                 .seed =
                                     (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000};
}

bool load_options_read(int argc, char **argv, struct load_options *out, int *status)
{
    set_defaults(out);
    *status = 2;
    for (int i = 1; i < argc; i++) {
        const struct option *option = find(argv[i]);
        if (strcmp(argv[i], "--help") == 0) {
            print_help();
            *status = 0;
            return false;
        }
        if (option == NULL) {
            fprintf(stderr, "load: no option %s; --help lists them\n", argv[i]);
            return false;
        }
        const char *value = option->kind == FLAG ? NULL : argv[++i];
        if ((option->kind != FLAG && value == NULL) || !take(out, option, value)) {
            fprintf(stderr, "load: --%s %s\n", option->name, option->value);
            return false;
        }
    }
    if (out->publish_s > 0) {
        out->messages = (uint64_t)(out->publish_s * out->rate);
    }
    const char *fault = find_fault(out);
    if (fault != NULL) {
        fprintf(stderr, "load: %s\n", fault);
        return false;
    }
    return true;
}
