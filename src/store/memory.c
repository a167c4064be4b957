#include "store/memory.h"

#include "store/reply.h"

static const char *const names[] = {
    [STORE_MEMORY_OK] = "ok",
    [STORE_MEMORY_NEARLY_FULL] = "warn",
    [STORE_MEMORY_IS_FULL] = "full",
};

const char *store_memory_name(enum store_memory_level level)
{
    return names[level];
}

struct store_cmd store_memory_ask_cmd(struct arena *arena)
{
    const struct str words[] = {STR("INFO"), STR("memory")};
    return store_cmd_make(arena, words, ARRAY_LEN(words));
}

/* The number of a line "name:7"; 0 where there is none. */
static uint64_t number_of(struct str info, const char *name)
{
    struct str line;
    uint64_t n = 0;
    while (str_split(&info, '\n', &line)) {
        struct str value = str_ends(line, STR("\r")) ? (struct str){line.ptr, line.len - 1} : line;
        struct str key;
        if (str_split(&value, ':', &key) && str_eq(key, str_of(name)) && str_u64(value, &n)) {
            return n;
        }
    }
    return 0;
}

enum err store_memory_read(const struct redisReply *reply, struct store_memory *out)
{
    struct str info;
    enum err err = store_reply_err(reply);
    if (err == ERR_OK) {
        err = store_reply_str(reply, &info);
    }
    if (err == ERR_OK) {
        /* What is on its way to replicas and into the append-only file is none of the limit's. */
        const uint64_t used = number_of(info, "used_memory");
        const uint64_t not_counted = number_of(info, "mem_not_counted_for_evict");
        *out = (struct store_memory){.used = used > not_counted ? used - not_counted : 0,
                                     .max = number_of(info, "maxmemory")};
    }
    return err;
}

/* In thousandths, 1000 at most; 0 where there is no limit. */
static uint64_t share_of(const struct store_memory *memory)
{
    if (memory->max == 0) {
        return 0;
    }
    return memory->used >= memory->max ? 1000 : memory->used / (memory->max / 1000 + 1);
}

enum store_memory_level store_memory_level(const struct store_memory *memory)
{
    const uint64_t share = share_of(memory);
    return share >= STORE_MEMORY_FULL   ? STORE_MEMORY_IS_FULL
           : share >= STORE_MEMORY_WARN ? STORE_MEMORY_NEARLY_FULL
                                        : STORE_MEMORY_OK;
}

struct store_cmd store_memory_tell_cmd(struct arena *arena, struct str server, struct str event_log,
                                       const struct store_memory *memory)
{
    const struct str words[] = {
        server,
        event_log,
        arena_printf(arena, "%llu", (unsigned long long)memory->used),
        arena_printf(arena, "%llu", (unsigned long long)memory->max),
        arena_printf(arena, "%llu", (unsigned long long)share_of(memory)),
        arena_printf(arena, "%d", STORE_MEMORY_WARN),
        arena_printf(arena, "%d", STORE_MEMORY_FULL),
        arena_printf(arena, "%d", STORE_MEMORY_SLACK),
    };
    return store_cmd_script(arena, STORE_SCRIPT_MEMORY_TELL, words, ARRAY_LEN(words));
}

enum err store_memory_told_read(const struct redisReply *reply, enum store_memory_level *out)
{
    struct str word;
    enum err err = store_reply_err(reply);
    if (err == ERR_OK) {
        err = store_reply_str(reply, &word);
    }
    for (size_t i = 0; err == ERR_OK && i < ARRAY_LEN(names); i++) {
        if (str_eq(word, str_of(names[i]))) {
            *out = (enum store_memory_level)i;
            return ERR_OK;
        }
    }
    return err == ERR_OK ? ERR_INTERNAL : err;
}
