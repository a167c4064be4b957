#include "base/ip.h"

#include <arpa/inet.h>
#include <limits.h>
#include <string.h>

#define V4_BYTES 4

/* "::ffff:192.0.2.7" as the IPv4 address. */
static struct ip unmapped(struct ip ip)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (!ip.is_v4 && memcmp(ip.bytes, mapped, sizeof(mapped)) == 0) {
        ip.is_v4 = true;
        memmove(ip.bytes, ip.bytes + sizeof(mapped), V4_BYTES);
        memset(ip.bytes + V4_BYTES, 0, IP_BYTES - V4_BYTES);
    }
    return ip;
}

struct ip ip_of_bytes(const unsigned char *bytes, bool is_v4)
{
    struct ip ip = {.is_v4 = is_v4};
    memcpy(ip.bytes, bytes, is_v4 ? V4_BYTES : IP_BYTES);
    return unmapped(ip);
}

bool ip_read(struct str text, struct ip *out)
{
    char copy[INET6_ADDRSTRLEN] = {0};
    struct ip ip = {0};
    struct str zone = text;
    if (str_has(text, '%')) {
        (void)str_split(&zone, '%', &text);
    }
    if (text.len == 0 || text.len >= sizeof(copy) || str_has(text, '\0')) {
        return false;
    }
    memcpy(copy, text.ptr, text.len);
    ip.is_v4 = inet_pton(AF_INET, copy, ip.bytes) == 1;
    if (!ip.is_v4 && inet_pton(AF_INET6, copy, ip.bytes) != 1) {
        return false;
    }
    *out = unmapped(ip);
    return true;
}

bool ip_net_read(struct str text, struct ip_net *out)
{
    struct str address;
    struct ip_net net;
    if (!str_split(&text, '/', &address) || !ip_read(address, &net.ip)) {
        return false;
    }
    uint64_t bits = (net.ip.is_v4 ? V4_BYTES : IP_BYTES) * CHAR_BIT;
    if (str_is_set(text) && !str_u64_max(text, bits, &bits)) {
        return false;
    }
    net.bits = (unsigned)bits;
    *out = net;
    return true;
}

bool ip_is_in(const struct ip *ip, const struct ip_net *net)
{
    const unsigned whole = net->bits / CHAR_BIT;
    const unsigned rest = net->bits % CHAR_BIT;
    if (ip->is_v4 != net->ip.is_v4 || memcmp(ip->bytes, net->ip.bytes, whole) != 0) {
        return false;
    }
    return rest == 0 || (ip->bytes[whole] ^ net->ip.bytes[whole]) >> (CHAR_BIT - rest) == 0;
}

bool ip_list_is_good(struct str list)
{
    struct str entry;
    struct ip_net net;
    if (list.len == 0) {
        return true;
    }
    while (str_split(&list, ',', &entry)) {
        if (!ip_net_read(str_trim(entry), &net)) {
            return false;
        }
    }
    return true;
}

bool ip_is_listed(const struct ip *ip, struct str list)
{
    struct str entry;
    struct ip_net net;
    while (str_split(&list, ',', &entry)) {
        if (ip_net_read(str_trim(entry), &net) && ip_is_in(ip, &net)) {
            return true;
        }
    }
    return false;
}

bool ip_is_public(const struct ip *ip)
{
    static const char v4[] = "0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,"
                             "172.16.0.0/12,192.0.0.0/24,192.0.2.0/24,192.88.99.0/24,"
                             "192.168.0.0/16,198.18.0.0/15,198.51.100.0/24,203.0.113.0/24,"
                             "224.0.0.0/3";
    static const char global[] = "2000::/3";
    static const char set_aside[] = "2001::/23,2001:db8::/32,2002::/16,3fff::/20";
    if (ip->is_v4) {
        return !ip_is_listed(ip, str_of(v4));
    }
    return ip_is_listed(ip, str_of(global)) && !ip_is_listed(ip, str_of(set_aside));
}
