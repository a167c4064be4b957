#include "support/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "base/rand.h"
#include "hub/hub.h"
#include "store/message.h"
#include "store/session.h"
#include "support/check.h"

#define SESSION_S (24 * 3600)
#define WAIT_MS   10000

int hub_test_setup(void **state)
{
    static struct hub_test h;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    void *store = *state;
    assert_int_equal(store_test_setup(&store), 0);
    h = (struct hub_test){.store = store};
    snprintf(h.dir, sizeof h.dir, "/tmp/snug-hub-XXXXXX");
    assert_non_null(mkdtemp(h.dir));
    snprintf(h.path, sizeof h.path, "%s/s", h.dir);
    h.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", h.path);
    assert_int_equal(bind(h.listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(h.listener, 8), 0);
    static const char *const names[] = {"Pablo", "Joe", "Mary"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        (void)store_test_user(h.store, names[i]);
    }
    *state = &h;
    return 0;
}

int hub_test_teardown(void **state)
{
    struct hub_test *h = *state;
    const int status = h->pid > 0 ? hub_test_stop(h) : 0;
    close(h->listener);
    unlink(h->path);
    rmdir(h->dir);
    *state = h->store;
    store_test_teardown(state);
    if (status != 0) {
        print_error("the hub exits with %d\n", status);
    }
    return status;
}

/* Becomes the hub; dies with the test program, however that dies. */
NORETURN static void become_hub(struct hub_test *h, const char *const *settings)
{
    char name[] = "events";
    char *argv[] = {name, NULL};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(h->listener, 0);
    if (h->descriptors > 0) {
        const struct rlimit limit = {h->descriptors, h->descriptors};
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    setenv("SNUG_CONFIG", "/dev/null", 1);
    setenv("SNUG_REDIS", redis_url(h->store->redis), 1);
    setenv("SNUG_LOG_LEVEL", "error", 1);
    setenv("SNUG_DRAIN", "0", 1);
    for (; settings != NULL && *settings != NULL; settings++) {
        char *copy = strdup(*settings);
        char *value = strchr(copy, '=');
        *value = '\0';
        setenv(copy, value + 1, 1);
        free(copy);
    }
    exit(hub_run(1, argv));
}

void hub_test_start(struct hub_test *h, const char *const *settings)
{
    fflush(NULL);
    h->pid = fork();
    assert_true(h->pid >= 0);
    if (h->pid == 0) {
        become_hub(h, settings);
    }
    hub_test_await_health(h, true);
}

int hub_test_stop(struct hub_test *h)
{
    int status;
    kill(h->pid, SIGTERM);
    assert_int_equal(waitpid(h->pid, &status, 0), h->pid);
    h->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void hub_test_await_health(struct hub_test *h, bool healthy)
{
    static const char *const vars[] = {"REQUEST_METHOD=GET", "SCRIPT_NAME=/api/health", NULL};
    const char *const wanted = healthy ? "Status: 200" : "Status: 503";
    for (int waited_ms = 0; waited_ms < WAIT_MS; waited_ms += 10) {
        struct fcgi_peer p;
        fcgi_peer_connect(&p, h->path);
        fcgi_peer_request(&p, 1, 0, vars);
        fcgi_peer_expect_end(&p, 1);
        const bool came = fcgi_peer_has(&p, wanted);
        fcgi_peer_close(&p);
        if (came) {
            return;
        }
        usleep(10000);
    }
    print_error("health does not become \"%s\"\n", wanted);
    fail();
}

const char *hub_test_login(struct hub_test *h, const char *user)
{
    struct store_test *t = h->store;
    const struct str token = rand_word(&t->arena, 32);
    assert_int_equal(store_session_create(t->conn, &t->arena, rand_sha256(&t->arena, token),
                                          str_of(user), STR("127.0.0.1"), STR("test"), SESSION_S),
                     ERR_OK);
    return store_test_cstr(t, token);
}

void hub_test_get(struct hub_test *h, struct fcgi_peer *p, const char *token, const char *since)
{
    char query[256], cookie[256];
    const char *const vars[] = {"REQUEST_METHOD=GET", "SCRIPT_NAME=/api/events", query,
                                token != NULL ? cookie : NULL, NULL};
    snprintf(query, sizeof query, "QUERY_STRING=%s", since);
    snprintf(cookie, sizeof cookie, "HTTP_COOKIE=x=1; snug_session=%s", token != NULL ? token : "");
    fcgi_peer_connect(p, h->path);
    fcgi_peer_request(p, 1, 0, vars);
}

void hub_test_open(struct hub_test *h, struct fcgi_peer *p, const char *token, const char *since)
{
    hub_test_get(h, p, token, since);
    fcgi_peer_expect(p, "event: ready\n");
}

const char *hub_test_id(struct hub_test *h, struct fcgi_peer *p)
{
    fcgi_peer_expect(p, "id: ");
    const size_t begin = p->seen;
    fcgi_peer_expect(p, "\n");
    return store_test_cstr(h->store, (struct str){p->out + begin, p->seen - 1 - begin});
}

const char *hub_test_send(struct hub_test *h, const char *user, const char *room, const char *text)
{
    struct store_test *t = h->store;
    struct model_message m;
    assert_int_equal(store_message_send(
                         t->conn, &t->arena, store_test_as(t, str_of(user)),
                         &(struct store_message_draft){.room = str_of(room), .text = str_of(text)},
                         NULL, &m),
                     ERR_OK);
    return store_test_cstr(t, m.id);
}

void hub_test_send_many(struct hub_test *h, unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++) {
        char text[16];
        snprintf(text, sizeof text, "n%u", i);
        hub_test_send(h, "1", i % 2 == 0 ? "0" : "1:2", text);
    }
}

void hub_test_expect_many(struct fcgi_peer *p, unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++) {
        char text[32];
        snprintf(text, sizeof text, "\"message\":\"n%u\"", i);
        fcgi_peer_expect(p, text);
        assert_int_equal(fcgi_peer_count(p, text), 1);
    }
}

const char *hub_test_since(struct hub_test *h, const char *id)
{
    return arena_printf(&h->store->arena, "since=%s", id).ptr;
}

void hub_test_publish(struct hub_test *h, const char *envelope)
{
    redis_do(h->store->redis, "PUBLISH MESSAGES %s", envelope);
}
