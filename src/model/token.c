#include "model/token.h"

bool model_token_is_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        if ((unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 0x7f) {
            return false;
        }
    }
    return name.len > 0 && name.len <= MODEL_TOKEN_NAME_MAX;
}

bool model_token_scope(struct str text, struct str *scope)
{
    const char glue = str_has(text, ',') ? ',' : ' ';
    bool reads = false;
    bool writes = false;
    struct str word;
    while (str_split(&text, glue, &word)) {
        if (!str_eq(word, STR("read")) && !str_eq(word, STR("write"))) {
            return false;
        }
        reads |= str_eq(word, STR("read"));
        writes |= str_eq(word, STR("write"));
    }
    if (!reads && !writes) {
        return false;
    }
    *scope = reads && writes ? STR("read write") : reads ? STR("read") : STR("write");
    return true;
}
