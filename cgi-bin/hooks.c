#include "courier/courier.h"

int main(int argc, char **argv)
{
    return courier_run(argc, argv);
}
