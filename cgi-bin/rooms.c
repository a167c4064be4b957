#include "serve/serve.h"

int main(int argc, char **argv)
{
    return serve_run(&api_routes_rooms, argc, argv);
}
