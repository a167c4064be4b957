#include "store/hello.h"

#include "base/log.h"
#include "store/reply.h"

#define PORT_DEFAULT  6379
#define PORT_MAX      65535
#define DB_MAX        100000
#define UNIX_PATH_MAX 107 /* bytes of sun_path, without its NUL */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A part of a URL with its percent escapes turned back (RFC 3986 section 2.1), as a C string. */
static enum err unescape(struct str s, struct arena *arena, const char **out)
{
    char *text = arena_alloc(arena, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%') {
            if (s.len - i < 3 || hex_digit(s.ptr[i + 1]) < 0 || hex_digit(s.ptr[i + 2]) < 0) {
                return ERR_INVALID;
            }
            c = (char)(hex_digit(s.ptr[i + 1]) * 16 + hex_digit(s.ptr[i + 2]));
            i += 2;
        }
        if (c == '\0') {
            return ERR_INVALID;
        }
        text[len++] = c;
    }
    text[len] = '\0';
    *out = text;
    return ERR_OK;
}

/* "user:pass", either of which may be empty. */
static enum err read_login(struct str login, struct arena *arena, struct store_url *url)
{
    struct str rest = login;
    struct str user;
    if (!str_split(&rest, ':', &user) || !str_is_set(rest)) {
        return ERR_INVALID;
    }
    enum err err = ERR_OK;
    if (user.len > 0) {
        err = unescape(user, arena, &url->user);
    }
    if (err == ERR_OK && rest.len > 0) {
        err = unescape(rest, arena, &url->password);
    }
    return err == ERR_OK && url->user != NULL && url->password == NULL ? ERR_INVALID : err;
}

/*
 * Takes the host off the front of *address: what stands before a colon, or in brackets. What is
 * left is the port, absent where none is said.
 */
static bool take_host(struct str *address, struct str *host)
{
    if (!str_starts(*address, STR("["))) {
        return str_split(address, ':', host);
    }
    *address = str_skip(*address, 1);
    if (!str_split(address, ']', host) || !str_is_set(*address)) {
        return false;
    }
    if (address->len == 0) {
        *address = STR_NONE;
        return true;
    }
    struct str nothing;
    return str_split(address, ':', &nothing) && nothing.len == 0;
}

/* "host", "host:port", "[::1]" or "[::1]:port". */
static enum err read_address(struct str address, struct arena *arena, struct store_url *url)
{
    struct str port = address;
    struct str host;
    uint64_t number = PORT_DEFAULT;
    if (!take_host(&port, &host) || host.len == 0) {
        return ERR_INVALID;
    }
    if (str_is_set(port) && (!str_u64_max(port, PORT_MAX, &number) || number == 0)) {
        return ERR_INVALID;
    }
    url->host = arena_cstr(arena, host);
    url->port = (int)number;
    return ERR_OK;
}

/* What follows "redis://". */
static enum err read_tcp(struct str text, struct arena *arena, struct store_url *url)
{
    /* The last "@" ends the login: a password may hold one. */
    size_t at = text.len;
    while (at > 0 && text.ptr[at - 1] != '@') {
        at--;
    }
    if (at > 0) {
        const enum err err = read_login((struct str){text.ptr, at - 1}, arena, url);
        if (err != ERR_OK) {
            return err;
        }
    }
    struct str db = str_skip(text, at);
    struct str address;
    if (!str_split(&db, '/', &address)) {
        return ERR_INVALID;
    }
    uint64_t number;
    if (db.len > 0) {
        if (!str_u64_max(db, DB_MAX, &number)) {
            return ERR_INVALID;
        }
        url->db = arena_cstr(arena, db);
    }
    return read_address(address, arena, url);
}

enum err store_hello_url(struct str url, struct arena *arena, struct store_url *out)
{
    const struct str unix_scheme = STR("unix:");
    const struct str tcp_scheme = STR("redis://");
    struct store_url read = {0};
    enum err err = ERR_INVALID;

    if (str_has(url, '\0')) {
        return ERR_INVALID;
    }
    if (str_starts(url, unix_scheme)) {
        const struct str path = str_skip(url, unix_scheme.len);
        if (path.len > 0 && path.len <= UNIX_PATH_MAX && path.ptr[0] == '/') {
            read.path = arena_cstr(arena, path);
            err = ERR_OK;
        }
    } else if (str_starts(url, tcp_scheme)) {
        err = read_tcp(str_skip(url, tcp_scheme.len), arena, &read);
    }
    if (err == ERR_OK) {
        *out = read;
    }
    return err;
}

size_t store_hello_first(struct arena *arena, const struct store_url *url,
                         struct store_cmd cmds[STORE_HELLO_CMDS_MAX])
{
    size_t n = 0;
    if (url->user != NULL) {
        const struct str words[] = {STR("AUTH"), str_of(url->user), str_of(url->password)};
        cmds[n++] = store_cmd_make(arena, words, ARRAY_LEN(words));
    } else if (url->password != NULL) {
        const struct str words[] = {STR("AUTH"), str_of(url->password)};
        cmds[n++] = store_cmd_make(arena, words, ARRAY_LEN(words));
    }
    if (url->db != NULL) {
        const struct str words[] = {STR("SELECT"), str_of(url->db)};
        cmds[n++] = store_cmd_make(arena, words, ARRAY_LEN(words));
    }
    const struct str words[] = {STR("INFO"), STR("server")};
    cmds[n++] = store_cmd_make(arena, words, ARRAY_LEN(words));
    return n;
}

enum err store_hello_first_read(const struct redisReply *const *replies, size_t n,
                                struct str *run_id)
{
    for (size_t i = 0; i < n; i++) {
        const enum err err = store_reply_err(replies[i]);
        if (err != ERR_OK) {
            return err;
        }
    }
    struct str info;
    const enum err err = store_reply_str(n > 0 ? replies[n - 1] : NULL, &info);
    if (err != ERR_OK) {
        return err;
    }
    const struct str field = STR("run_id:");
    struct str line;
    while (str_split(&info, '\n', &line)) {
        if (str_starts(line, field)) {
            line = str_skip(line, field.len);
            if (str_ends(line, STR("\r"))) {
                line.len--;
            }
            *run_id = line;
            return ERR_OK;
        }
    }
    log_error("redis_no_run_id", "bytes=%zu", info.len);
    return ERR_INTERNAL;
}

/* All scripts are loaded together, so one tells for all. */
static bool has_to_load(void)
{
    return store_scripts_preload() && !str_is_set(store_scripts_sha(STORE_SCRIPT__MAX - 1));
}

size_t store_hello_second(struct arena *arena, struct str run_id,
                          struct store_cmd cmds[STORE_HELLO_CMDS_MAX])
{
    size_t n = 0;
    /* With its text: a server that was just started knows no hash. */
    cmds[n++] = store_cmd_eval(arena, store_cmd_script(arena, STORE_SCRIPT_EPOCH, &run_id, 1));
    for (size_t i = 0; i < STORE_SCRIPT__MAX && has_to_load(); i++) {
        const struct str words[] = {STR("SCRIPT"), STR("LOAD"),
                                    store_scripts_text((enum store_script)i)};
        cmds[n++] = store_cmd_make(arena, words, ARRAY_LEN(words));
    }
    return n;
}

enum err store_hello_second_read(const struct redisReply *const *replies, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        enum err err = store_reply_err(replies[i]);
        struct str text;
        if (err == ERR_OK) {
            err = store_reply_str(replies[i], &text);
        }
        if (err != ERR_OK) {
            return err;
        }
        if (i > 0) {
            store_scripts_learn((enum store_script)(i - 1), text);
        }
    }
    return ERR_OK;
}
