#include "hub/end.h"

static const char *const names[HUB_END__MAX] = {
    [HUB_END_NONE] = "none",     [HUB_END_CLOSED] = "closed",     [HUB_END_ABORT] = "abort",
    [HUB_END_RESET] = "reset",   [HUB_END_PROTOCOL] = "protocol", [HUB_END_SLOW] = "slow",
    [HUB_END_SILENT] = "silent", [HUB_END_AGE] = "age",           [HUB_END_REPLACED] = "replaced",
    [HUB_END_LOGOUT] = "logout", [HUB_END_BANNED] = "banned",     [HUB_END_EXPIRED] = "expired",
    [HUB_END_LOST] = "lost",     [HUB_END_STOPPING] = "stopping",
};

const char *hub_end_name(enum hub_end end)
{
    return names[end];
}
