#include "remote/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"

struct remote_http {
    CURL *curl;
    char *url;
    char *bearer; /* "Authorization: Bearer …", or NULL */
    char error[CURL_ERROR_SIZE];
};

/* An answer on its way. */
struct incoming {
    struct remote_http *http;
    struct buf body;
    remote_http_take_fn take; /* NULL: all of it goes to the body */
    void *arg;
    bool ended; /* by take */
};

static char *join(struct str a, struct str b)
{
    char *text = mem_alloc(a.len + b.len + 1);
    memcpy(text, a.ptr, a.len);
    memcpy(text + a.len, b.ptr, b.len);
    text[a.len + b.len] = '\0';
    return text;
}

struct remote_http *remote_http_create(struct str url, struct str token)
{
    struct remote_http *http = mem_zalloc(1, sizeof(*http));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        (http->curl = curl_easy_init()) == NULL) {
        mem_die("libcurl");
    }
    http->url = join(url, STR(""));
    http->bearer = str_is_set(token) ? join(STR("Authorization: Bearer "), token) : NULL;
    CURL *curl = http->curl;
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->error);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)REMOTE_HTTP_CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "snug");
    if (http->bearer == NULL) {
        curl_easy_setopt(curl, CURLOPT_COOKIEFILE, ""); /* cookies are kept, in memory */
    }
    return http;
}

void remote_http_destroy(struct remote_http *http)
{
    if (http == NULL) {
        return;
    }
    curl_easy_cleanup(http->curl);
    if (http->bearer != NULL) {
        explicit_bzero(http->bearer, strlen(http->bearer));
    }
    mem_free(http->bearer);
    mem_free(http->url);
    mem_free(http);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static size_t on_bytes(char *bytes, size_t size, size_t n, void *arg)
{
    struct incoming *in = arg;
    const struct str some = {bytes, size * n};
    long status = 0;
    (void)curl_easy_getinfo(in->http->curl, CURLINFO_RESPONSE_CODE, &status);
    if (in->take != NULL && status == 200) {
        in->ended = !in->take(in->arg, some);
        return in->ended ? 0 : some.len;
    }
    buf_add_str(&in->body, some);
    return buf_err(&in->body) == ERR_OK ? some.len : 0;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(list, line);
    if (longer == NULL) {
        mem_die("a header");
    }
    return longer;
}

static struct curl_slist *headers_of(const struct remote_http *http, struct arena *arena,
                                     const struct remote_ask *ask, struct str last_event_id)
{
    /* An empty Expect: the body follows at once. */
    struct curl_slist *list = add_header(NULL, "Expect:");
    list = add_header(list, "Accept: application/json");
    if (http->bearer != NULL) {
        list = add_header(list, http->bearer);
    }
    if (ask->type != NULL) {
        list = add_header(list, arena_printf(arena, "Content-Type: %s", ask->type).ptr);
    }
    if (str_is_set(ask->nonce)) {
        list =
            add_header(list, arena_printf(arena, "Idempotency-Key: %.*s", STR_FMT(ask->nonce)).ptr);
    }
    if (str_is_set(last_event_id)) {
        list = add_header(list,
                          arena_printf(arena, "Last-Event-ID: %.*s", STR_FMT(last_event_id)).ptr);
    }
    return list;
}

/* A question, for so long; what is left of the one before is overwritten. */
static void set_up(struct remote_http *http, struct incoming *in, struct arena *arena,
                   const struct remote_ask *ask, long answer_s, long silent_s)
{
    CURL *curl = http->curl;
    http->error[0] = '\0';
    curl_easy_setopt(curl, CURLOPT_URL,
                     arena_printf(arena, "%s%.*s", http->url, STR_FMT(ask->path)).ptr);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, in);
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    if (ask->type != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.len);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->body.ptr);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask->method);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, answer_s);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, silent_s > 0 ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, silent_s);
}

/* Runs what is set up. */
static enum err run(struct remote_http *http, struct arena *arena, struct incoming *in,
                    struct curl_slist *headers, struct remote_answer *answer)
{
    curl_off_t after = 0;
    long status = 0;
    curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, headers);
    const CURLcode code = curl_easy_perform(http->curl);
    curl_slist_free_all(headers);
    (void)curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(http->curl, CURLINFO_RETRY_AFTER, &after);
    *answer = (struct remote_answer){.status = (unsigned)status,
                                     .body = arena_str(arena, buf_str(&in->body)),
                                     .retry_after_s = after > 0 ? (uint64_t)after : 0};
    buf_finish(&in->body);
    if (code == CURLE_OK || in->ended) {
        return ERR_OK;
    }
    if (http->error[0] == '\0') {
        (void)snprintf(http->error, sizeof(http->error), "%s", curl_easy_strerror(code));
    }
    return ERR_UNAVAILABLE;
}

enum err remote_http_ask(struct remote_http *http, struct arena *arena,
                         const struct remote_ask *ask, struct remote_answer *answer)
{
    struct incoming in = {.http = http};
    buf_init(&in.body, NULL, REMOTE_HTTP_BODY_MAX);
    set_up(http, &in, arena, ask, REMOTE_HTTP_ANSWER_S, 0);
    return run(http, arena, &in, headers_of(http, arena, ask, STR_NONE), answer);
}

enum err remote_http_stream(struct remote_http *http, struct arena *arena, struct str path,
                            struct str last_event_id, remote_http_take_fn take, void *arg,
                            struct remote_answer *answer)
{
    struct incoming in = {.http = http, .take = take, .arg = arg};
    const struct remote_ask ask = {.method = "GET", .path = path};
    buf_init(&in.body, NULL, REMOTE_HTTP_BODY_MAX);
    set_up(http, &in, arena, &ask, 0, REMOTE_HTTP_SILENT_S);
    return run(http, arena, &in, headers_of(http, arena, &ask, last_event_id), answer);
}

struct str remote_http_why(const struct remote_http *http)
{
    return str_of(http->error);
}

struct str remote_http_encode(struct arena *arena, struct str s)
{
    static const char digits[] = "0123456789ABCDEF";
    struct buf out;
    buf_init(&out, arena, 3 * s.len + 1);
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char byte = (unsigned char)s.ptr[i];
        if (str_is_made_of((struct str){s.ptr + i, 1}, STR("-._~"))) {
            buf_add_byte(&out, s.ptr[i]);
        } else {
            buf_add_byte(&out, '%');
            buf_add_byte(&out, digits[byte >> 4]);
            buf_add_byte(&out, digits[byte & 15]);
        }
    }
    return buf_str(&out);
}
