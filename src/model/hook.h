#ifndef MODEL_HOOK_H
#define MODEL_HOOK_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * What programs send to an incoming webhook, in the shape that Slack's and Mattermost's take: a
 * JSON object with "text", "username" and "attachments". It becomes the plain text of one message.
 *
 * In a text <https://a.example|docs> becomes "docs (https://a.example)", <https://a.example> the
 * address,
 * <!channel>, <!here> and <!everyone> "@room", <@U1|joe> "@joe", <#C1|ops> "#ops", <!date^…|noon>
 * "noon"; then &amp; &lt; and &gt; are turned back. What only looks like one of these stays as it
 * is. Of an attachment there is a line each for pretext, author, title with its link, text and
 * fields; where it has none of them, its fallback. Icons, colours and channels are ignored.
 */

#define MODEL_HOOK_AS_MAX          64 /* bytes of a name; what is longer is cut */
#define MODEL_HOOK_ATTACHMENTS_MAX 100
#define MODEL_HOOK_URL_MAX         1024 /* bytes */

struct model_hook {
    struct str text; /* may be sent as it is: model_message_check_text(); cut, with "…", where it is
                        longer than a message may be */
    struct str as;   /* under which name; absent where the payload says none */
};

/*
 * Reads a payload. Text lives in the arena. ERR_BODY: not JSON, no object, or something of a wrong
 * type. ERR_INVALID: nothing is said in it. ERR_TOO_LARGE: more than MODEL_HOOK_ATTACHMENTS_MAX.
 */
NODISCARD enum err model_hook_read(struct str payload, struct arena *arena, struct model_hook *out);

/*
 * May this be the address of an outgoing webhook? "http://" or "https://", a host, and printable
 * ASCII, without a user or a fragment. Where it leads to is looked at when it is used
 * (courier/send.h).
 */
bool model_hook_is_url(struct str url);

#endif
