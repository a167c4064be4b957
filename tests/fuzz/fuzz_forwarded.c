/* X-Forwarded-For and addresses: who asks is always somebody, and a network is one of the sizes. */
#include <stdlib.h>
#include "http/forwarded.h"
#include "model/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    const struct str text = {(const char *)data, size};
    const struct http_var vars[] = {
        {STR("HTTP_X_FORWARDED_FOR"), text},
        {STR("HTTP_X_FORWARDED_PROTO"), text},
    };
    struct http_req req = {
        .vars = vars, .nvars = ARRAY_LEN(vars), .remote = STR("127.0.0.1"), .arena = &arena};
    http_forwarded_read(&req, STR("127.0.0.1, 10.0.0.0/8, fd00::/8"));
    struct str networks = model_address_networks(&arena, req.remote);
    if (req.remote.len == 0 || str_eq(networks, STR("-")) ||
        model_address_place(networks).len == 0) {
        abort();
    }
    struct str network;
    struct str again;
    if (model_address_network(&arena, text, &network) == ERR_OK &&
        (model_address_network(&arena, network, &again) != ERR_OK || !str_eq(network, again))) {
        abort();
    }
    networks = model_address_networks(&arena, text);
    if (networks.len == 0) {
        abort();
    }
    arena_finish(&arena);
    return 0;
}
