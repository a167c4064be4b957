#include "store/library.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include "base/attr.h"
#include "base/embed.h"
#include "base/table.h"
#include "store/keys.h"

#define PARTS_MAX 256

/* In this order they stand above each other. */
/* clang-format off */
#define FILES(X) \
    X(base) X(json) X(log) X(user) X(block) X(room) X(read) X(name) X(ban) X(asker) X(account) X(limit) X(presence) \
    X(mention) X(unread) X(outbox) X(manage) X(message) X(hook)
/* clang-format on */

#define EMBED_FILE(name) EMBED(lua_##name, "src/store/lua/lib/" #name ".lua");
FILES(EMBED_FILE)

struct part {
    struct str name;
    struct str text;
    UT_hash_handle hh;
};

struct key {
    struct str name;
    UT_hash_handle hh;
};

static struct part parts[PARTS_MAX];
static size_t nparts;
static struct part *parts_by_name;

static struct key keys[STORE_KEY__MAX];
static struct key *keys_by_name;

/* What is used by the script in hand. */
struct use {
    bool parts[PARTS_MAX];
    bool keys[STORE_KEY__MAX];
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The word that s begins with; empty where it begins with none. */
static struct str word_at(struct str s)
{
    size_t len = 0;
    while (len < s.len && is_word(s.ptr[len])) {
        len++;
    }
    return (struct str){s.ptr, len};
}

/* The name that a part gives to what it is. */
static struct str name_of(struct str text)
{
    struct str line;
    while (str_split(&text, '\n', &line)) {
        if (str_starts(line, STR("local "))) {
            const struct str local = str_skip(line, strlen("local "));
            const struct str function = STR("function ");
            return word_at(str_starts(local, function) ? str_skip(local, function.len) : local);
        }
    }
    return STR_NONE;
}

/* Takes the parts of a file. What has no name is a remark on the file. */
static void take_file(struct str text)
{
    struct str line;
    struct str part = STR_NONE;
    while (str_split(&text, '\n', &line)) {
        if (line.len > 0) {
            part.ptr = part.ptr == NULL ? line.ptr : part.ptr;
            part.len = (size_t)(line.ptr + line.len - part.ptr);
            continue;
        }
        const struct str name = str_is_set(part) ? name_of(part) : STR_NONE;
        if (str_is_set(name)) {
            assert(nparts < PARTS_MAX);
            parts[nparts] = (struct part){.name = name, .text = part};
            HASH_ADD_KEYPTR(hh, parts_by_name, parts[nparts].name.ptr, parts[nparts].name.len,
                            &parts[nparts]);
            nparts++;
        }
        part = STR_NONE;
    }
}

static void take_keys(void)
{
    for (size_t i = 0; i < STORE_KEY__MAX; i++) {
        keys[i].name = str_of(store_keys_table[i].name);
        HASH_ADD_KEYPTR(hh, keys_by_name, keys[i].name.ptr, keys[i].name.len, &keys[i]);
    }
}

/* Notes a word: in quotes it may be a key, else a part. */
static void note_use(struct use *use, struct str word, bool in_quotes)
{
    const struct part *part = NULL;
    const struct key *key = NULL;
    if (in_quotes) {
        HASH_FIND(hh, keys_by_name, word.ptr, word.len, key);
    } else {
        HASH_FIND(hh, parts_by_name, word.ptr, word.len, part);
    }
    if (part != NULL) {
        use->parts[part - parts] = true;
    }
    if (key != NULL) {
        use->keys[key - keys] = true;
    }
}

/* Notes the parts and keys that a text names. */
static void note_uses(struct use *use, struct str text)
{
    bool in_quotes = false;
    while (text.len > 0) {
        struct str line;
        if (str_starts(text, STR("--"))) {
            str_split(&text, '\n', &line); /* a comment */
            continue;
        }
        const struct str word = word_at(text);
        if (word.len > 0) {
            note_use(use, word, in_quotes);
        }
        const size_t n = word.len > 0 ? word.len : 1;
        in_quotes = text.ptr[n - 1] == '\'';
        text = str_skip(text, n);
    }
}

/* The constants of store/keys.h as Lua tables. */
static void add_constants(struct buf *out, const struct use *use)
{
    buf_add_cstr(out, "local key = {");
    for (size_t i = 0; i < STORE_KEY__MAX; i++) {
        if (use->keys[i]) {
            const struct store_key_info *key = &store_keys_table[i];
            buf_printf(out, "%s='%s',", key->name, key->pattern);
        }
    }
    buf_add_cstr(out, "}\n");
    buf_printf(out, "local channel = {family='%s',own='%s'}\n", STORE_CHANNEL_FAMILY,
               STORE_CHANNEL_OWN);
    buf_printf(out, "local ttl = {sent=%d,session=%d,adopted=%d,hub=%d,known=%d}\n",
               STORE_TTL_SENT_S, STORE_TTL_SESSION_S, STORE_TTL_ADOPTED_S, STORE_TTL_HUB_S,
               STORE_TTL_KNOWN_S);
    buf_printf(out, "local cap = {queue=%d}\n", STORE_CAP_QUEUE);
}

/* A part without its comments, which nobody reads there. */
static void add_part(struct buf *out, struct str text)
{
    struct str line;
    while (str_split(&text, '\n', &line)) {
        if (!str_starts(str_trim(line), STR("--"))) {
            buf_add_str(out, line);
            buf_add_byte(out, '\n');
        }
    }
}

#define TAKE_FILE(name) take_file((struct str){lua_##name, (size_t)lua_##name##_len});

void store_library_add(struct buf *out, struct str script)
{
    struct use use = {0};
    if (nparts == 0) {
        take_keys();
        FILES(TAKE_FILE)
    }
    note_uses(&use, script);
    /* A part names those above it only: one walk upwards finds all. */
    for (size_t i = nparts; i-- > 0;) {
        if (use.parts[i]) {
            note_uses(&use, parts[i].text);
        }
    }
    add_constants(out, &use);
    for (size_t i = 0; i < nparts; i++) {
        if (use.parts[i]) {
            add_part(out, parts[i].text);
        }
    }
}
