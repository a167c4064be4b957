#include "model/address.h"

#include "support/check.h"

static struct arena arena;

static int teardown(void **state UNUSED)
{
    arena_finish(&arena);
    return 0;
}

static void networks(void **state UNUSED)
{
    static const struct {
        struct str address;
        const char *networks;
    } rows[] = {
        {LIT("192.0.2.7"), "192.0.2.7 192.0.2.0/24 192.0.0.0/16 192.0.0.0/8"},
        {LIT("255.255.255.255"), "255.255.255.255 255.255.255.0/24 255.255.0.0/16 255.0.0.0/8"},
        {LIT("::ffff:192.0.2.7"), "192.0.2.7 192.0.2.0/24 192.0.0.0/16 192.0.0.0/8"},
        {LIT("::FFFF:c000:207"), "192.0.2.7 192.0.2.0/24 192.0.0.0/16 192.0.0.0/8"},
        {LIT("2001:db8:1234:5678:9abc:def0:1234:5678"),
         "2001:db8:1234:5678::/64 2001:db8:1234:5600::/56 2001:db8:1234::/48 2001:db8:1200::/40 "
         "2001:db8::/32"},
        {LIT("2001:0DB8:1234:5678::1"),
         "2001:db8:1234:5678::/64 2001:db8:1234:5600::/56 2001:db8:1234::/48 2001:db8:1200::/40 "
         "2001:db8::/32"},
        {LIT("::1"), "::/64 ::/56 ::/48 ::/40 ::/32"},
        {LIT("::192.0.2.7"), "::/64 ::/56 ::/48 ::/40 ::/32"},
        {LIT("fe80::1%eth0"), "fe80::/64 fe80::/56 fe80::/48 fe80::/40 fe80::/32"},
        {LIT(""), "-"},
        {{NULL, 0}, "-"},
        {LIT("/run/snug.sock"), "-"},
        {LIT("192.0.2"), "-"},
        {LIT("192.0.2.256"), "-"},
        {LIT("192.0.2.7\0"), "-"},
        {LIT("192.0.2.7 "), "-"},
        {LIT("%eth0"), "-"},
        {LIT("1111:2222:3333:4444:5555:6666:7777:8888:9999"), "-"},
        {LIT("1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc"), "-"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(model_address_networks(&arena, rows[i].address), rows[i].networks);
    }
}

/* Those of one /64, and no others, are one place. */
static void places(void **state UNUSED)
{
    static const char *const rows[][2] = {
        {"192.0.2.7", "192.0.2.7"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
        {"2001:db8::1", "2001:db8::/64"},
        {"2001:db8::ffff:ffff:ffff:ffff", "2001:db8::/64"},
        {"2001:db8:0:1::1", "2001:db8:0:1::/64"},
        {"nowhere", "-"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(model_address_place(model_address_networks(&arena, str_of(rows[i][0]))),
                  rows[i][1]);
    }
}

static void a_place_is_in_a_network(void **state UNUSED)
{
    static const struct {
        const char *place, *network;
        bool is_in;
    } rows[] = {
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.0/24", true},
        {"192.0.2.7", "192.0.0.0/8", true},
        {"192.0.2.7", "192.0.3.0/24", false},
        {"192.0.2.7", "192.0.2.8", false},
        {"2001:db8::/64", "2001:db8::/64", true},
        {"2001:db8::/64", "2001:db8::/32", true},
        {"2001:db8::/64", "2001:db8:1::/48", false},
        {"2001:db8::/64", "2001:db8:0:1::/64", false},
        {"2001:db8::/64", "32.1.13.0/24", false},
        {"32.1.13.184", "2001:db8::/32", false},
        {"-", "192.0.2.7", false},
        {"", "192.0.2.7", false},
        {"192.0.2.7", "-", false},
        {"192.0.2.7", "", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(model_address_is_in(str_of(rows[i].place), str_of(rows[i].network)) ==
                      rows[i].is_in,
                  str_of(rows[i].network));
    }
}

/* What is kept of an address says as much as the address. */
static void a_place_has_the_networks_of_its_addresses(void **state UNUSED)
{
    static const char *const addresses[] = {"192.0.2.7", "2001:db8:1:2::7", "nowhere",
                                            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        const struct str all = model_address_networks(&arena, str_of(addresses[i]));
        const struct str place = model_address_place(all);
        assert_true(place.len <= MODEL_ADDRESS_PLACE_MAX);
        check_eq(model_address_networks(&arena, place), all);
    }
}

static void a_network_is_read(void **state UNUSED)
{
    static const struct {
        struct str text;
        const char *network; /* NULL: ERR_INVALID */
    } rows[] = {
        {LIT("192.0.2.7"), "192.0.2.7"},
        {LIT("192.0.2.7/32"), "192.0.2.7"},
        {LIT("192.0.2.7/24"), "192.0.2.0/24"},
        {LIT("192.0.2.7/16"), "192.0.0.0/16"},
        {LIT("192.0.2.7/8"), "192.0.0.0/8"},
        {LIT("::ffff:192.0.2.7"), "192.0.2.7"},
        {LIT("2001:db8::1"), "2001:db8::/64"},
        {LIT("2001:db8:1::/48"), "2001:db8:1::/48"},
        {LIT("2001:db8:1::/32"), "2001:db8::/32"},
        {LIT("192.0.2.7/0"), NULL},
        {LIT("192.0.2.7/20"), NULL},
        {LIT("192.0.2.7/64"), NULL},
        {LIT("192.0.2.7/"), NULL},
        {LIT("192.0.2.7/24/24"), NULL},
        {LIT("192.0.2.7/-8"), NULL},
        {LIT("2001:db8::1/128"), NULL},
        {LIT("2001:db8::1/0"), NULL},
        {LIT(""), NULL},
        {LIT("-"), NULL},
        {LIT("/24"), NULL},
        {LIT("everybody"), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str network = STR_NONE;
        const enum err err = model_address_network(&arena, rows[i].text, &network);
        check_row(err == (rows[i].network != NULL ? ERR_OK : ERR_INVALID), rows[i].text);
        check_str(network, rows[i].network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(networks, teardown),
        cmocka_unit_test_teardown(places, teardown),
        cmocka_unit_test_teardown(a_place_is_in_a_network, teardown),
        cmocka_unit_test_teardown(a_place_has_the_networks_of_its_addresses, teardown),
        cmocka_unit_test_teardown(a_network_is_read, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
