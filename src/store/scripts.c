#include "store/scripts.h"

#include <string.h>
#include "base/attr.h"
#include "base/buf.h"
#include "base/embed.h"
#include "store/library.h"

#define TEXT_MAX (64 * 1024)
#define SHA_LEN  40

#define EMBED_SCRIPT(id, name, flags) EMBED(lua_##name, "src/store/lua/" #name ".lua");
STORE_SCRIPTS(EMBED_SCRIPT)

/*
 * The first line of a script. Without flags it is refused as a whole when Redis is full, before it
 * has done half of its work. ALLOW_OOM is for what must work then: to read, which renews the
 * reader's session, to log out, to leave, to change a password, to shut somebody out; what these
 * write is small and bounded by the number of users, or gone within the hour.
 */
#define WRITES    "#!lua\n"
#define READS     "#!lua flags=no-writes\n"
#define ALLOW_OOM "#!lua flags=allow-oom\n"

struct script {
    const char *name;
    const char *first_line;
    const char *body;
    const uint64_t *body_len;
};

#define ENTRY(id, name, flags) {#name, flags, lua_##name, &lua_##name##_len},
static const struct script table[STORE_SCRIPT__MAX] = {STORE_SCRIPTS(ENTRY)};

static struct buf texts[STORE_SCRIPT__MAX];
static char shas[STORE_SCRIPT__MAX][SHA_LEN];
static bool learned[STORE_SCRIPT__MAX];
static bool preload = true;

struct str store_scripts_text(enum store_script script)
{
    struct buf *text = &texts[script];
    const struct str body = {table[script].body, (size_t)*table[script].body_len};
    if (text->len == 0) {
        buf_init(text, NULL, TEXT_MAX);
        buf_add_cstr(text, table[script].first_line);
        store_library_add(text, body);
        buf_add(text, body.ptr, body.len);
    }
    return buf_str(text);
}

struct str store_scripts_sha(enum store_script script)
{
    return learned[script] ? (struct str){shas[script], SHA_LEN} : STR_NONE;
}

void store_scripts_learn(enum store_script script, struct str sha)
{
    if (sha.len == SHA_LEN) {
        memcpy(shas[script], sha.ptr, SHA_LEN);
        learned[script] = true;
    }
}

bool store_scripts_preload(void)
{
    return preload;
}

void store_scripts_set_preload(bool on)
{
    preload = on;
}

const char *store_scripts_name(enum store_script script)
{
    return table[script].name;
}
