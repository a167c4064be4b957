#include "remote/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"

#define FILE_MAX (16 * 1024)

/* The value of an environment variable; absent, too, where it is empty. */
static struct str env(char *const *envp, struct str name)
{
    for (; *envp != NULL; envp++) {
        const struct str entry = str_of(*envp);
        const struct str value = str_skip(entry, name.len + 1);
        if (str_starts(entry, name) && value.len > 0 && entry.ptr[name.len] == '=') {
            return value;
        }
    }
    return STR_NONE;
}

static enum err fail(struct arena *arena, const char *path, const char *what, struct str *why)
{
    *why = arena_printf(arena, "%s %s", path, what);
    return ERR_INVALID;
}

/* The folder ours is in. */
static enum err find_base(char *const *envp, struct arena *arena, const char **base,
                          struct str *why)
{
    const struct str xdg = env(envp, STR("XDG_CONFIG_HOME"));
    const struct str home = env(envp, STR("HOME"));
    if (!str_is_set(xdg) && !str_is_set(home)) {
        *why = STR("HOME is not set, so there is no place for a login.");
        return ERR_INVALID;
    }
    *base = str_is_set(xdg) ? arena_cstr(arena, xdg)
                            : arena_printf(arena, "%.*s/.config", STR_FMT(home)).ptr;
    return ERR_OK;
}

static const char *file_of(struct arena *arena, const char *base)
{
    return arena_printf(arena, "%s/snug/login", base).ptr;
}

/* All of a file, where only its owner may read it. */
static enum err read_file(const char *path, struct arena *arena, struct str *text, struct str *why)
{
    struct stat status;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        const bool none = errno == ENOENT || errno == ENOTDIR;
        *why = STR("You are not logged in; snug login URL does that.");
        return none ? ERR_UNAUTHENTICATED : fail(arena, path, "cannot be read.", why);
    }
    char *bytes = arena_alloc(arena, FILE_MAX);
    const ssize_t n = fstat(fd, &status) == 0 ? read(fd, bytes, FILE_MAX) : -1;
    close(fd);
    if (n < 0 || n == FILE_MAX || !S_ISREG(status.st_mode)) {
        return fail(arena, path, "is no file of a login.", why);
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(arena, path, "may be read by others; make a new token, and chmod 600.", why);
    }
    *text = (struct str){bytes, (size_t)n};
    return ERR_OK;
}

static void read_line(struct str line, struct remote_place *place)
{
    struct str name;
    if (!str_split(&line, ' ', &name) || !str_is_set(line)) {
        return;
    }
    if (str_eq(name, STR("url"))) {
        place->url = line;
    } else if (str_eq(name, STR("user"))) {
        place->user = line;
    } else if (str_eq(name, STR("token"))) {
        place->token = line;
    }
}

enum err remote_place_read(char *const *envp, struct arena *arena, struct remote_place *out,
                           struct str *why)
{
    struct remote_place place = {STR_NONE, STR_NONE, STR_NONE};
    const char *base;
    struct str text, line;
    enum err err = find_base(envp, arena, &base, why);
    if (err == ERR_OK) {
        err = read_file(file_of(arena, base), arena, &text, why);
    }
    if (err != ERR_OK) {
        return err;
    }
    while (str_split(&text, '\n', &line)) {
        read_line(line, &place);
    }
    if (!str_is_set(place.url) || !str_is_set(place.user) || !str_is_set(place.token)) {
        return fail(arena, file_of(arena, base), "is no file of a login.", why);
    }
    *out = place;
    return ERR_OK;
}

/* Writes all of it to a new file, which its owner alone may read. */
static bool write_file(const char *path, struct str text)
{
    (void)unlink(path); /* of a login that was cut off */
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return false;
    }
    bool good = true;
    while (good && text.len > 0) {
        const ssize_t n = write(fd, text.ptr, text.len);
        good = n > 0 || (n < 0 && errno == EINTR);
        text = n > 0 ? str_skip(text, (size_t)n) : text;
    }
    good = good && fsync(fd) == 0;
    return close(fd) == 0 && good;
}

static bool is_there(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

enum err remote_place_write(char *const *envp, struct arena *arena,
                            const struct remote_place *place, struct str *why)
{
    const char *base;
    const enum err err = find_base(envp, arena, &base, why);
    if (err != ERR_OK) {
        return err;
    }
    const char *path = file_of(arena, base);
    const char *fresh = arena_printf(arena, "%s.new", path).ptr;
    const struct str text =
        arena_printf(arena, "url %.*s\nuser %.*s\ntoken %.*s\n", STR_FMT(place->url),
                     STR_FMT(place->user), STR_FMT(place->token));
    if (!is_there(base) || !is_there(arena_printf(arena, "%s/snug", base).ptr) ||
        !write_file(fresh, text) || rename(fresh, path) != 0) {
        const struct str reason = str_of(strerror(errno));
        return fail(arena, path,
                    arena_printf(arena, "cannot be written: %.*s.", STR_FMT(reason)).ptr, why);
    }
    return ERR_OK;
}

enum err remote_place_forget(char *const *envp, struct arena *arena, struct str *why)
{
    const char *base;
    const enum err err = find_base(envp, arena, &base, why);
    if (err != ERR_OK) {
        return err;
    }
    const char *path = file_of(arena, base);
    return unlink(path) == 0 || errno == ENOENT ? ERR_OK
                                                : fail(arena, path, "cannot be removed.", why);
}

/* Has it a byte that no address has, or that would say more than where the server is? */
static bool is_odd(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char byte = (unsigned char)s.ptr[i];
        if (byte <= 0x20 || byte >= 0x7f || str_has(STR("@?#\\\"<>"), (char)byte)) {
            return true;
        }
    }
    return false;
}

enum err remote_place_url(struct str typed, struct arena *arena, struct str *url)
{
    struct str rest = typed;
    const char *scheme = "https://";
    if (str_starts(rest, STR("https://"))) {
        rest = str_skip(rest, 8);
    } else if (str_starts(rest, STR("http://"))) {
        rest = str_skip(rest, 7);
        scheme = "http://";
    }
    while (str_ends(rest, STR("/"))) {
        rest.len--;
    }
    if (rest.len == 0 || rest.ptr[0] == '/' || is_odd(rest) || str_starts(rest, STR("-"))) {
        return ERR_INVALID;
    }
    for (size_t i = 0; i + 2 < rest.len; i++) {
        if (str_starts(str_skip(rest, i), STR("://"))) {
            return ERR_INVALID;
        }
    }
    *url = arena_printf(arena, "%s%.*s/", scheme, STR_FMT(rest));
    return ERR_OK;
}
