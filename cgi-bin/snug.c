#include <unistd.h>
#include "cli/cli.h"

int main(int argc, char **argv)
{
    return cli_run(argc > 0 ? argv + 1 : argv, environ);
}
