#include "base/ip.h"

#include "support/check.h"

static void read_or_not(void **state UNUSED)
{
    static const struct {
        struct str text;
        bool good, is_v4;
        unsigned char first, last; /* of its bytes */
    } rows[] = {
        {LIT("192.0.2.7"), true, true, 192, 0},
        {LIT("::ffff:192.0.2.7"), true, true, 192, 0},
        {LIT("::FFFF:c000:207"), true, true, 192, 0},
        {LIT("2001:db8::7"), true, false, 0x20, 7},
        {LIT("fe80::1%eth0"), true, false, 0xfe, 1},
        {LIT("1111:2222:3333:4444:5555:6666:7777:8888"), true, false, 0x11, 0x88},
        {LIT(""), false, 0, 0, 0},
        {{NULL, 0}, false, 0, 0, 0},
        {LIT("192.0.2"), false, 0, 0, 0},
        {LIT("192.0.2.256"), false, 0, 0, 0},
        {LIT("192.0.2.07"), false, 0, 0, 0},
        {LIT(" 192.0.2.7"), false, 0, 0, 0},
        {LIT("192.0.2.7\0"), false, 0, 0, 0},
        {LIT("[::1]"), false, 0, 0, 0},
        {LIT("1111:2222:3333:4444:5555:6666:7777:8888:9999"), false, 0, 0, 0},
        {LIT("1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb"), false, 0, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ip ip = {.bytes = {77}};
        check_row(ip_read(rows[i].text, &ip) == rows[i].good, rows[i].text);
        if (rows[i].good) {
            check_row(ip.is_v4 == rows[i].is_v4, rows[i].text);
            check_row(ip.bytes[IP_BYTES - 1] == rows[i].last, rows[i].text);
        }
        check_row(ip.bytes[0] == (rows[i].good ? rows[i].first : 77), rows[i].text);
    }
}

static void in_a_network_or_not(void **state UNUSED)
{
    static const struct {
        const char *address, *net;
        bool is_in;
    } rows[] = {
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.8", "192.0.2.7", false},
        {"192.0.2.255", "192.0.2.7/24", true},
        {"192.0.3.0", "192.0.2.7/24", false},
        {"172.31.255.255", "172.16.0.0/12", true},
        {"172.32.0.0", "172.16.0.0/12", false},
        {"192.0.2.6", "192.0.2.7/31", true},
        {"192.0.2.5", "192.0.2.7/31", false},
        {"255.255.255.255", "0.0.0.0/0", true},
        {"::ffff:192.0.2.7", "192.0.2.0/24", true},
        {"192.0.2.7", "::ffff:192.0.2.7", true},
        {"2001:db8::1", "2001:db8::/32", true},
        {"2001:db9::1", "2001:db8::/32", false},
        {"2001:db8:8000::", "2001:db8::/33", false},
        {"2001:db8:7fff::", "2001:db8::/33", true},
        {"::1", "::1", true},
        {"::2", "::1/128", false},
        {"192.0.2.7", "::/0", false},
        {"::1", "0.0.0.0/0", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ip ip;
        struct ip_net net;
        assert_true(ip_read(str_of(rows[i].address), &ip));
        check_row(ip_net_read(str_of(rows[i].net), &net), str_of(rows[i].net));
        check_row(ip_is_in(&ip, &net) == rows[i].is_in, str_of(rows[i].net));
    }
}

static void no_network(void **state UNUSED)
{
    static const char *const rows[] = {
        "",           "/8",      "192.0.2.7/", "192.0.2.7/33",  "192.0.2.7/-1",
        "192.0.2/24", "::1/129", "::1/x",      "192.0.2.7/8/8", "::ffff:192.0.2.7/96",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ip_net net = {.bits = 77};
        check_row(!ip_net_read(str_of(rows[i]), &net) && net.bits == 77, str_of(rows[i]));
    }
}

static void lists(void **state UNUSED)
{
    static const struct {
        const char *list;
        bool good, has; /* 10.1.2.3 */
    } rows[] = {
        {"", true, false},
        {"10.0.0.0/8", true, true},
        {"127.0.0.1,10.1.2.3", true, true},
        {"127.0.0.1 ,\t10.1.2.3 , ::1", true, true},
        {"127.0.0.1, ::1", true, false},
        {"127.0.0.1,", false, false},
        {",10.1.2.3", false, true},
        {"127.0.0.1 10.1.2.3", false, false},
        {"*", false, false},
        {" ", false, false},
    };
    struct ip ip;
    assert_true(ip_read(STR("10.1.2.3"), &ip));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(ip_list_is_good(str_of(rows[i].list)) == rows[i].good, str_of(rows[i].list));
        check_row(ip_is_listed(&ip, str_of(rows[i].list)) == rows[i].has, str_of(rows[i].list));
    }
    assert_false(ip_is_listed(&ip, STR_NONE));
}

static const char *const publics[] = {
    "1.1.1.1",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",
    "100.63.255.255",  "100.128.0.0",     "126.255.255.255", "128.0.0.0",
    "172.15.255.255",  "172.32.0.0",      "192.167.255.255", "192.169.0.0",
    "223.255.255.255", "2606:4700::1111", "2a00:1450::1",    "::ffff:1.1.1.1",
};

static const char *const others[] = {
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
};

static void public_or_not(void **state UNUSED)
{
    struct ip ip;
    for (size_t i = 0; i < ARRAY_LEN(publics); i++) {
        check_row(ip_read(str_of(publics[i]), &ip) && ip_is_public(&ip), str_of(publics[i]));
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        check_row(ip_read(str_of(others[i]), &ip) && !ip_is_public(&ip), str_of(others[i]));
    }
}

static void from_bytes(void **state UNUSED)
{
    static const unsigned char v4[] = {10, 1, 2, 3};
    static const unsigned char mapped[IP_BYTES] = {[10] = 0xff, 0xff, 10, 1, 2, 3};
    static const unsigned char v6[IP_BYTES] = {0xfe, 0x80, [15] = 1};
    struct ip wanted;
    const struct ip ips[] = {ip_of_bytes(v4, true), ip_of_bytes(mapped, false),
                             ip_of_bytes(v6, false)};
    assert_true(ip_read(STR("10.1.2.3"), &wanted));
    assert_memory_equal(&ips[0], &wanted, sizeof(wanted));
    assert_memory_equal(&ips[1], &wanted, sizeof(wanted));
    assert_true(ip_read(STR("fe80::1"), &wanted));
    assert_memory_equal(&ips[2], &wanted, sizeof(wanted));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_or_not),   cmocka_unit_test(in_a_network_or_not),
        cmocka_unit_test(no_network),    cmocka_unit_test(lists),
        cmocka_unit_test(public_or_not), cmocka_unit_test(from_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
