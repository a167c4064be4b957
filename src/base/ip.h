#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include "base/attr.h"
#include "base/str.h"

/*
 * Internet addresses as values, and networks of them. An IPv4 address that is written as an IPv6
 * one, "::ffff:192.0.2.7" (RFC 4291 section 2.5.5.2), is the IPv4 address.
 */

#define IP_BYTES 16

struct ip {
    bool is_v4;
    unsigned char bytes[IP_BYTES]; /* of IPv4 the first four */
};

struct ip_net {
    struct ip ip;
    unsigned bits; /* that count, the first ones */
};

/* "192.0.2.7" or "2001:db8::1"; a zone ("%eth0") does not count. False for anything else. */
NODISCARD bool ip_read(struct str text, struct ip *out);

/* "192.0.2.0/24", "2001:db8::/32", or an address, which is a network of one. */
NODISCARD bool ip_net_read(struct str text, struct ip_net *out);

bool ip_is_in(const struct ip *ip, const struct ip_net *net);

/* The address in the 4 or 16 bytes that a socket has of it. */
struct ip ip_of_bytes(const unsigned char *bytes, bool is_v4);

/*
 * Is it an address of the public internet? Not those of private networks, of this machine or its
 * links, of carriers' NAT, for groups, for documents, and what is set aside (IANA's special-purpose
 * registries, RFC 6890); of IPv6 nothing but global unicast, and of that nothing that carries an
 * IPv4 address inside (RFC 4380, 3056).
 */
bool ip_is_public(const struct ip *ip);

/* Is it a list of networks, separated by commas and maybe blanks? An empty one is. */
bool ip_list_is_good(struct str list);

/* Is the address in one of the networks of a list? */
bool ip_is_listed(const struct ip *ip, struct str list);

#endif
