#include "support/api.h"

#include <stdio.h>
#include "base/rand.h"
#include "store/session.h"

#define TTL_S 86400

int api_test_setup(void **state)
{
    static struct api_test test;
    char *const envp[] = {(char[]){"SNUG_CONFIG=/dev/null"},
                          (char[]){"SNUG_REGISTRATION=open"},
                          (char[]){"SNUG_ARGON2_OPS=1"},
                          (char[]){"SNUG_ARGON2_KIB=8"},
                          (char[]){"SNUG_HASH_SLOTS=0"},
                          (char[]){"SNUG_LOGIN_LIMIT=0"},
                          (char[]){"SNUG_LOGIN_ADDRESS_LIMIT=0"},
                          (char[]){"SNUG_LOGIN_NAME_LIMIT=0"},
                          (char[]){"SNUG_REGISTER_LIMIT=0"},
                          (char[]){"SNUG_SEND_LIMIT=0"},
                          (char[]){"SNUG_HOOK_LIMIT=0"},
                          (char[]){"SNUG_ROOM_LIMIT=0"},
                          NULL};
    const char *why;
    store_test_setup(state);
    test = (struct api_test){.store = *state, .redis = ((struct store_test *)*state)->redis};
    assert_int_equal(config_read(envp, &test.config, &why), ERR_OK);
    test.ctx = (struct api_ctx){.config = &test.config, .store = test.store->conn};
    *state = &test;
    return 0;
}

int api_test_teardown(void **state)
{
    struct api_test *t = *state;
    *state = t->store;
    return store_test_teardown(state);
}

const char *api_test_join(struct api_test *t, const char *name)
{
    struct arena *arena = &t->store->arena;
    const struct str id = store_test_user(t->store, name);
    const struct str token = rand_word(arena, 32);
    assert_int_equal(store_session_create(t->store->conn, arena, rand_sha256(arena, token), id,
                                          STR("192.0.2.7"), STR("test/1"), TTL_S),
                     ERR_OK);
    return api_test_text(t, "snug_session=%.*s", STR_FMT(token));
}

const char *api_test_text(struct api_test *t, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    assert_true(len >= 0);
    char *text = arena_alloc(&t->store->arena, (size_t)len + 1);
    va_start(args, fmt);
    vsnprintf(text, (size_t)len + 1, fmt, args);
    va_end(args);
    return text;
}

const char *api_test_repeat(struct api_test *t, char byte, size_t len)
{
    char *text = arena_alloc(&t->store->arena, len + 1);
    memset(text, byte, len);
    text[len] = '\0';
    return text;
}

const char *api_test_cookie(struct api_test *t, const struct http_res *res)
{
    struct str value = ask_header(res, "Set-Cookie");
    struct str pair;
    assert_true(str_split(&value, ';', &pair));
    return arena_cstr(&t->store->arena, pair);
}
