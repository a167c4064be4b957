#include "courier/send.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <inttypes.h>
#include <sys/socket.h>
#include <utlist.h>
#include "auth/signature.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/ip.h"
#include "base/mem.h"
#include "courier/body.h"

struct transfer {
    const struct courier_send *send;
    CURL *easy;
    struct curl_slist *headers;
    struct arena arena; /* of the copies below, and of what libcurl borrows */
    struct str bot, id;
    bool is_tls;
    bool is_blocked; /* an address was refused */
    size_t answered; /* bytes of the answer */
    struct transfer *prev, *next;
};

struct courier_send {
    CURLM *multi;
    struct str networks;
    struct transfer *all;
    size_t count;           /* of those that have not ended */
    struct transfer *given; /* whose result was given last */
};

/* The address that libcurl is about to connect to. */
static bool read_address(const struct curl_sockaddr *address, struct ip *out)
{
    if (address->family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)&address->addr;
        *out = ip_of_bytes((const unsigned char *)&v4->sin_addr, true);
        return true;
    }
    if (address->family == AF_INET6) {
        /* What is declared as a struct sockaddr has the bytes of the longer one behind it. */
        const struct sockaddr_in6 *v6 = (const void *)&address->addr;
        *out = ip_of_bytes((const unsigned char *)&v6->sin6_addr, false);
        return true;
    }
    return false;
}

static curl_socket_t open_socket(void *of, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *t = of;
    struct ip ip;
    const bool is_known = purpose == CURLSOCKTYPE_IPCXN && read_address(address, &ip);
    const bool is_allowed =
        is_known && (ip_is_listed(&ip, t->send->networks) || (t->is_tls && ip_is_public(&ip)));
    if (!is_allowed) {
        t->is_blocked = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The answer is not read, but for how much of it there is. */
static size_t take_answer(char *bytes UNUSED, size_t size, size_t n, void *of)
{
    struct transfer *t = of;
    t->answered += size * n;
    return t->answered <= COURIER_SEND_ANSWER_MAX ? size * n : 0;
}

/* Adds a header. Out of memory ends the process, as everywhere. */
static void add_header(struct transfer *t, struct str line)
{
    struct curl_slist *list = curl_slist_append(t->headers, arena_cstr(&t->arena, line));
    if (list == NULL) {
        mem_die("memory: libcurl has none");
    }
    t->headers = list;
}

static enum err add_headers(struct transfer *t, struct str key, struct str body)
{
    const int64_t now = clock_wall_ms() / 1000;
    const struct str id = arena_printf(&t->arena, "%.*s-%.*s", STR_FMT(t->bot), STR_FMT(t->id));
    struct str signature;
    const enum err err = auth_signature_make(&t->arena, key, id, now, body, &signature);
    if (err == ERR_OK) {
        add_header(t, STR("Content-Type: application/json"));
        add_header(t, STR("Expect:"));
        add_header(t, STR("User-Agent: snug"));
        add_header(t, arena_printf(&t->arena, "webhook-id: %.*s", STR_FMT(id)));
        add_header(t, arena_printf(&t->arena, "webhook-timestamp: %" PRId64, now));
        add_header(t, arena_printf(&t->arena, "webhook-signature: %.*s", STR_FMT(signature)));
    }
    return err;
}

/* Where it may lead. False where libcurl lacks something of it: then nothing is sent. */
static bool confine(struct transfer *t)
{
    CURL *e = t->easy;
    return curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t) == CURLE_OK &&
           /* A connection that was checked for another transfer is not this one's. */
           curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK;
}

/* How long it may take, and how much may come back. */
static bool bound(struct transfer *t)
{
    CURL *e = t->easy;
    return curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)COURIER_SEND_CONNECT_S) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_TIMEOUT, (long)COURIER_SEND_S) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_answer) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_WRITEDATA, t) == CURLE_OK;
}

/* What is sent. The text is borrowed for as long as the transfer lives. */
static bool fill(struct transfer *t, struct str url, struct str body)
{
    CURL *e = t->easy;
    return curl_easy_setopt(e, CURLOPT_URL, arena_cstr(&t->arena, url)) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_POSTFIELDS, body.ptr) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PRIVATE, t) == CURLE_OK;
}

enum err courier_send_create(struct str networks, struct courier_send **out)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return ERR_INTERNAL;
    }
    struct courier_send *send = mem_zalloc(1, sizeof(*send));
    send->multi = curl_multi_init();
    send->networks = networks;
    if (send->multi == NULL) {
        mem_die("memory: libcurl has none");
    }
    *out = send;
    return ERR_OK;
}

static void destroy(struct courier_send *send, struct transfer *t)
{
    DL_DELETE(send->all, t);
    /* Of one that never began this says so, and does nothing. */
    (void)curl_multi_remove_handle(send->multi, t->easy);
    curl_easy_cleanup(t->easy);
    curl_slist_free_all(t->headers);
    arena_finish(&t->arena);
    mem_free(t);
}

void courier_send_destroy(struct courier_send *send)
{
    if (send == NULL) {
        return;
    }
    while (send->all != NULL) {
        destroy(send, send->all);
    }
    (void)curl_multi_cleanup(send->multi);
    mem_free(send);
    curl_global_cleanup();
}

static struct transfer *create(struct courier_send *send, const struct store_outbox_job *job)
{
    struct transfer *t = mem_zalloc(1, sizeof(*t));
    arena_init(&t->arena);
    t->send = send;
    t->bot = arena_str(&t->arena, job->bot);
    t->id = arena_str(&t->arena, job->id);
    t->is_tls = str_starts(job->url, STR("https:"));
    t->easy = curl_easy_init();
    if (t->easy == NULL) {
        mem_die("memory: libcurl has none");
    }
    DL_APPEND(send->all, t);
    return t;
}

enum err courier_send_start(struct courier_send *send, const struct store_outbox_job *job)
{
    struct transfer *t = create(send, job);
    const struct str body = courier_body_make(&t->arena, job);
    if (add_headers(t, job->key, body) != ERR_OK || !confine(t) || !bound(t) ||
        !fill(t, job->url, body) || curl_multi_add_handle(send->multi, t->easy) != CURLM_OK) {
        destroy(send, t);
        return ERR_INVALID;
    }
    send->count++;
    return ERR_OK;
}

size_t courier_send_count(const struct courier_send *send)
{
    return send->count;
}

void courier_send_work(struct courier_send *send, int ms)
{
    int running;
    (void)curl_multi_perform(send->multi, &running);
    if ((size_t)running == send->count) {
        (void)curl_multi_poll(send->multi, NULL, 0, ms, NULL);
        (void)curl_multi_perform(send->multi, &running);
    }
}

/* What an answer's status means. */
static enum store_outbox_end end_of(long status)
{
    if (status >= 200 && status < 300) {
        return STORE_OUTBOX_DELIVERED;
    }
    if (status == 410) {
        return STORE_OUTBOX_GONE;
    }
    /* Request Timeout, Too Early and Too Many Requests say nothing of the message. */
    const bool passes = status == 408 || status == 425 || status == 429;
    return status >= 400 && status < 500 && !passes ? STORE_OUTBOX_REFUSED : STORE_OUTBOX_FAILED;
}

/* Why there was no answer. */
static struct str reason_of(const struct transfer *t, CURLcode code)
{
    if (t->is_blocked) {
        return STR("blocked");
    }
    switch ((int)code) {
    case CURLE_OPERATION_TIMEDOUT:
        return STR("timeout");
    case CURLE_COULDNT_RESOLVE_HOST:
        return STR("unknown_host");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return STR("tls");
    default:
        return STR("unreachable");
    }
}

static void read_result(struct transfer *t, CURLcode code, struct store_outbox_result *out)
{
    long status = 0;
    curl_off_t wait_s = 0;
    const bool is_cut = code == CURLE_WRITE_ERROR && t->answered > COURIER_SEND_ANSWER_MAX;
    *out = (struct store_outbox_result){
        .bot = t->bot, .id = t->id, .end = STORE_OUTBOX_FAILED, .status = reason_of(t, code)};
    if ((code == CURLE_OK || is_cut) &&
        curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK) {
        out->end = end_of(status);
        out->status = arena_printf(&t->arena, "%ld", status);
    }
    if (curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &wait_s) == CURLE_OK && wait_s > 0) {
        out->wait_s = (uint64_t)wait_s;
    }
}

bool courier_send_next(struct courier_send *send, struct store_outbox_result *out)
{
    int left;
    struct CURLMsg *message;
    if (send->given != NULL) {
        destroy(send, send->given);
        send->given = NULL;
    }
    do {
        message = curl_multi_info_read(send->multi, &left);
        if (message == NULL) {
            return false;
        }
    } while (message->msg != CURLMSG_DONE);
    struct transfer *t = NULL;
    if (curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t) != CURLE_OK ||
        t == NULL) {
        mem_die("libcurl has lost what was given to it");
    }
    read_result(t, message->data.result, out);
    send->given = t;
    send->count--;
    return true;
}
