#ifndef HUB_END_H
#define HUB_END_H

/* Why a stream ended. */
enum hub_end {
    HUB_END_NONE,     /* it has not, or was none */
    HUB_END_CLOSED,   /* the reader went, or the web server did */
    HUB_END_ABORT,    /* the web server said so */
    HUB_END_RESET,    /* the connection broke */
    HUB_END_PROTOCOL, /* the web server sent what makes no sense */
    HUB_END_SLOW,     /* from here on the reader is told, with "bye" */
    HUB_END_SILENT,
    HUB_END_AGE,
    HUB_END_REPLACED,
    HUB_END_LOGOUT,
    HUB_END_BANNED,
    HUB_END_EXPIRED,
    HUB_END_LOST,
    HUB_END_STOPPING,
    HUB_END__MAX
};

/* The word for it in "bye", the log and the metrics. */
const char *hub_end_name(enum hub_end end);

#endif
