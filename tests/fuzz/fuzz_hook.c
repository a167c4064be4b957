/* Payloads of incoming webhooks: whatever comes, what is taken from it is a message that may be
 * sent, under a name of one line. */
#include <stdlib.h>
#include "model/hook.h"
#include "model/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct model_hook hook;
    arena_init(&arena);
    if (model_hook_read((struct str){(const char *)data, size}, &arena, &hook) == ERR_OK) {
        if (model_message_check_text(hook.text) != ERR_OK ||
            (str_is_set(hook.as) && (hook.as.len == 0 || hook.as.len > MODEL_HOOK_AS_MAX ||
                                     str_has(hook.as, '\n') || !str_is_utf8(hook.as)))) {
            abort();
        }
    }
    arena_finish(&arena);
    return 0;
}
