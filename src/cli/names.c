#include "cli/names.h"

#include "base/mem.h"
#include "model/id.h"

void cli_names_init(struct cli_names *names)
{
    *names = (struct cli_names){.n = 0};
    arena_init(&names->arena);
}

void cli_names_finish(struct cli_names *names)
{
    mem_free(names->users);
    arena_finish(&names->arena);
}

static struct remote_user *find(const struct cli_names *names, struct str id)
{
    for (size_t i = 0; i < names->n; i++) {
        if (str_eq(names->users[i].id, id)) {
            return &names->users[i];
        }
    }
    return NULL;
}

static void learn(struct cli_names *names, struct str id, struct str name)
{
    struct remote_user *user = find(names, id);
    if (user != NULL) {
        if (!str_eq(user->name, name)) {
            user->name = arena_str(&names->arena, name);
        }
        return;
    }
    if (names->n == names->cap) {
        names->cap = names->cap == 0 ? 64 : 2 * names->cap;
        names->users = mem_realloc(names->users, names->cap * sizeof(*names->users));
    }
    names->users[names->n++] =
        (struct remote_user){arena_str(&names->arena, id), arena_str(&names->arena, name)};
}

void cli_names_learn(struct cli_names *names, const struct remote_user *users, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is_set(users[i].id) && str_is_set(users[i].name)) {
            learn(names, users[i].id, users[i].name);
        }
    }
}

/* Asks the server; that it does not know, or does not answer, is no reason to show no message. */
static void ask(struct cli_names *names, struct cli_remote *remote, struct str id)
{
    struct arena arena;
    struct remote_answer answer;
    struct remote_user *users;
    size_t n;
    arena_init(&arena);
    const struct remote_ask question = {
        .method = "GET", .path = arena_printf(&arena, "api/users?ids=%.*s", STR_FMT(id))};
    if (remote_http_ask(remote->http, &arena, &question, &answer) == ERR_OK &&
        remote_answer_users(answer.body, &arena, &users, &n) == ERR_OK) {
        cli_names_learn(names, users, n);
    }
    arena_finish(&arena);
}

struct str cli_names_get(struct cli_names *names, struct cli_remote *remote, struct str id)
{
    if (!str_is_set(id)) {
        return STR("?");
    }
    if (find(names, id) == NULL && model_id_is_user(id)) {
        ask(names, remote, id);
    }
    const struct remote_user *user = find(names, id);
    if (user == NULL) {
        learn(names, id, id);
        user = &names->users[names->n - 1];
    }
    return user->name;
}
