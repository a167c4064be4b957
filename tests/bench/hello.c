/*
 * The ceiling: what a FastCGI program can be behind this web server when it does nothing. libfcgi's
 * request loop, and one word.
 */

#include <fcgiapp.h>

int main(void)
{
    FCGX_Request request;
    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0) {
        return 1;
    }
    while (FCGX_Accept_r(&request) == 0) {
        FCGX_PutS("Content-Type: text/plain\r\n\r\nhello", request.out);
        FCGX_Finish_r(&request);
    }
    return 0;
}
