#include "store/cmd.h"

#include <string.h>

struct store_cmd store_cmd_make(struct arena *arena, const struct str *words, size_t n)
{
    struct str *argv = arena_zalloc(arena, n, sizeof(*argv));
    memcpy(argv, words, n * sizeof(*argv));
    return (struct store_cmd){argv, n, STORE_SCRIPT__MAX};
}

struct store_cmd store_cmd_script(struct arena *arena, enum store_script script,
                                  const struct str *words, size_t n)
{
    const struct str sha = store_scripts_sha(script);
    const bool known = str_is_set(sha);
    struct str *argv = arena_zalloc(arena, n + 3, sizeof(*argv));

    argv[0] = known ? STR("EVALSHA") : STR("EVAL");
    argv[1] = known ? sha : store_scripts_text(script);
    argv[2] = STR("0");
    if (n > 0) {
        memcpy(argv + 3, words, n * sizeof(*argv));
    }
    return (struct store_cmd){argv, n + 3, script};
}

struct store_cmd store_cmd_eval(struct arena *arena, struct store_cmd cmd)
{
    struct str *argv = arena_zalloc(arena, cmd.argc, sizeof(*argv));
    memcpy(argv, cmd.argv, cmd.argc * sizeof(*argv));
    argv[0] = STR("EVAL");
    argv[1] = store_scripts_text(cmd.script);
    return (struct store_cmd){argv, cmd.argc, cmd.script};
}
