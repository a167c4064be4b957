#include "model/address.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>
#include "base/ip.h"

#define SIZES_MAX 5

/* The sizes of networks in bits, the smallest network first; 0 ends them. */
static const unsigned char sizes4[SIZES_MAX + 1] = {32, 24, 16, 8};
static const unsigned char sizes6[SIZES_MAX + 1] = {64, 56, 48, 40, 32};

static const unsigned char *sizes_of(const struct ip *ip)
{
    return ip->is_v4 ? sizes4 : sizes6;
}

static struct str write_network(struct arena *arena, const struct ip *ip, unsigned bits)
{
    char text[INET6_ADDRSTRLEN];
    struct ip network = *ip; /* the sizes are whole bytes */
    memset(network.bytes + bits / 8, 0, sizeof(network.bytes) - bits / 8);
    if (inet_ntop(network.is_v4 ? AF_INET : AF_INET6, network.bytes, text, sizeof(text)) == NULL) {
        return STR("-");
    }
    return network.is_v4 && bits == 32 ? arena_str(arena, str_of(text))
                                       : arena_printf(arena, "%s/%u", text, bits);
}

struct str model_address_networks(struct arena *arena, struct str address)
{
    struct str rest = address;
    struct ip read;
    if (!str_split(&rest, '/', &address) || !ip_read(address, &read)) {
        return STR("-");
    }
    struct str all = STR("");
    for (const unsigned char *bits = sizes_of(&read); *bits > 0; bits++) {
        const struct str network = write_network(arena, &read, *bits);
        all = arena_printf(arena, "%.*s%s%.*s", STR_FMT(all), all.len > 0 ? " " : "",
                           STR_FMT(network));
    }
    return all;
}

struct str model_address_place(struct str networks)
{
    struct str first = networks;
    (void)str_split(&networks, ' ', &first);
    return first;
}

bool model_address_is_in(struct str place, struct str network)
{
    struct ip_net part;
    struct ip_net whole;
    return ip_net_read(place, &part) && ip_net_read(network, &whole) && part.bits >= whole.bits &&
           ip_is_in(&part.ip, &whole);
}

enum err model_address_network(struct arena *arena, struct str text, struct str *network)
{
    struct str rest = text;
    struct str address;
    struct ip read;
    if (!str_split(&rest, '/', &address) || !ip_read(address, &read)) {
        return ERR_INVALID;
    }
    const unsigned char *bits = sizes_of(&read);
    if (str_is_set(rest)) {
        uint64_t wanted;
        if (!str_u64_max(rest, 128, &wanted)) {
            return ERR_INVALID;
        }
        while (*bits > 0 && *bits != wanted) {
            bits++;
        }
    }
    if (*bits == 0) {
        return ERR_INVALID;
    }
    *network = write_network(arena, &read, *bits);
    return ERR_OK;
}
