#ifndef MODEL_ADDRESS_H
#define MODEL_ADDRESS_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Where somebody comes from, as throttles and bans see it. An IPv4 address is whole; of an IPv6
 * address the first 64 bits count, since who has one of a /64 has them all. "::ffff:192.0.2.7" is
 * 192.0.2.7. Networks have the sizes in which they are given out, so that all that an address is in
 * are looked up at once: /8, /16, /24 and /32, written without its size; /32, /40, /48, /56 and
 * /64.
 */

#define MODEL_ADDRESS_PLACE_MAX 24 /* bytes of "ffff:ffff:ffff:ffff::/64", the longest place */

/*
 * The networks that an address is in, the smallest first, separated by blanks: "192.0.2.7
 * 192.0.2.0/24 192.0.0.0/16 192.0.0.0/8". "-" for what is no address, as where the web server is
 * asked over a Unix socket: those are one place. A zone ("%eth0") does not count. Of a place, such
 * as "2001:db8:1:2::/64", they are those of the addresses in it.
 */
NODISCARD struct str model_address_networks(struct arena *arena, struct str address);

/* The first of them, which throttles go by: "192.0.2.7", "2001:db8:1:2::/64". Points into networks.
 */
struct str model_address_place(struct str networks);

/* Is a place, the first of an address's networks, in a network that is written so? */
bool model_address_is_in(struct str place, struct str network);

/*
 * Reads "192.0.2.7", "192.0.2.7/24" or "2001:db8::1" into the network as it is written above, with
 * the bits that do not count cleared. ERR_INVALID: no address, or a size that is none of the sizes.
 */
NODISCARD enum err model_address_network(struct arena *arena, struct str text, struct str *network);

#endif
