#ifndef HUB_BUDGET_H
#define HUB_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How much may be said besides messages: who comes and goes, and who types, is told to every stream
 * that it concerns, so that in a crowd it would be more than all messages, and they would wait
 * behind it. A budget grows with time, and each delivery is paid from it. Decides only; no sockets,
 * no clock.
 */

#define HUB_BUDGET_PER_S 20000 /* deliveries a second, and at most so many saved up */

/* Begins as zeros. */
struct hub_budget {
    int64_t left;    /* below zero after an event to more streams than one second pays */
    int64_t paid_ms; /* up to when it has grown */
};

/*
 * Is there enough for so many deliveries? They are paid then. More of them than the budget can ever
 * be are paid when it is full, and then owed.
 */
bool hub_budget_spend(struct hub_budget *b, int64_t now_ms, size_t deliveries);

#endif
