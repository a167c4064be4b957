#include "model/address.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SIZES_MAX 5

/* The sizes of networks in bits, the smallest network first; 0 ends them. */
static const unsigned char sizes4[SIZES_MAX + 1] = {32, 24, 16, 8};
static const unsigned char sizes6[SIZES_MAX + 1] = {64, 56, 48, 40, 32};

struct address {
    bool is_v4;
    unsigned char bytes[sizeof(struct in6_addr)]; /* of IPv4 the first four */
};

static const unsigned char *sizes_of(const struct address *address)
{
    return address->is_v4 ? sizes4 : sizes6;
}

static bool read_address(struct str text, struct address *out)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    char copy[INET6_ADDRSTRLEN] = {0};
    struct address read = {0};
    struct str zone = text;
    if (str_has(text, '%')) {
        (void)str_split(&zone, '%', &text);
    }
    if (text.len == 0 || text.len >= sizeof(copy) || str_has(text, '\0')) {
        return false;
    }
    memcpy(copy, text.ptr, text.len);
    read.is_v4 = inet_pton(AF_INET, copy, read.bytes) == 1;
    if (!read.is_v4 && inet_pton(AF_INET6, copy, read.bytes) != 1) {
        return false;
    }
    if (!read.is_v4 && memcmp(read.bytes, mapped, sizeof(mapped)) == 0) {
        read.is_v4 = true;
        memmove(read.bytes, read.bytes + sizeof(mapped), 4);
    }
    *out = read;
    return true;
}

static struct str write_network(struct arena *arena, const struct address *address, unsigned bits)
{
    char text[INET6_ADDRSTRLEN];
    struct address network = *address; /* the sizes are whole bytes */
    memset(network.bytes + bits / 8, 0, sizeof(network.bytes) - bits / 8);
    if (inet_ntop(network.is_v4 ? AF_INET : AF_INET6, network.bytes, text, sizeof(text)) == NULL) {
        return STR("-");
    }
    return network.is_v4 && bits == 32 ? arena_str(arena, str_of(text))
                                       : arena_printf(arena, "%s/%u", text, bits);
}

struct str model_address_networks(struct arena *arena, struct str address)
{
    struct address read;
    if (!read_address(address, &read)) {
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

enum err model_address_network(struct arena *arena, struct str text, struct str *network)
{
    struct str rest = text;
    struct str address;
    struct address read;
    if (!str_split(&rest, '/', &address) || !read_address(address, &read)) {
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
