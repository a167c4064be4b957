/* Request bodies, as JSON and as a form: fields that are accepted keep their limits, are UTF-8 and
 * hold no NUL. */
#include <stdlib.h>
#include "http/body.h"

#define FIELD_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct http_req *req, struct str type)
{
    struct http_field fields[] = {
        {.name = "a", .required = true, .max = FIELD_MAX},
        {.name = "b", .required = false, .max = FIELD_MAX},
    };
    struct str why = STR_NONE;
    req->content_type = type;
    if (http_body_fields(req, fields, ARRAY_LEN(fields), &why) != ERR_OK) {
        if (!str_is_set(why)) {
            abort();
        }
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        const struct str value = fields[i].value;
        if (value.len > FIELD_MAX || !str_is_utf8(value) || str_has(value, '\0')) {
            abort();
        }
    }
    if (!str_is_set(fields[0].value)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    struct http_req req = {.body = {(const char *)data, size}, .arena = &arena};
    check(&req, STR("application/json"));
    check(&req, STR("application/x-www-form-urlencoded"));
    arena_finish(&arena);
    return 0;
}
