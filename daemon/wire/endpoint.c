#include "wire/socket.h"

#include <stdio.h>
#include <string.h>
#include <sys/un.h>

static bool is_port(struct text port)
{
    long long number;
    return text_is(port, "*") || (text_to_integer(port, &number) && number >= 0 && number <= 65535);
}

/* 127.a.b.c in four plain numbers. */
static bool is_loopback_4(struct text host)
{
    for (int part = 0; part < 4; part++) {
        const char *dot = memchr(host.at, '.', host.length);
        if ((part < 3) != (dot != NULL))
            return false;
        size_t length = dot ? (size_t)(dot - host.at) : host.length;
        long long number;
        if (!text_to_integer(text_slice(host, 0, length), &number) || number < 0 || number > 255 ||
            (part == 0 && number != 127))
            return false;
        host = text_slice(host, length + 1, host.length);
    }
    return true;
}

static bool tcp_parse(const char *endpoint, struct text address, char *wanted, struct fault *fault)
{
    const char *colon = address.length ? memrchr(address.at, ':', address.length) : NULL;
    if (!colon)
        return fault_set(fault, FAULT_BROKEN, "found `%s`, expected a port: `tcp://127.0.0.1:5740`", endpoint);
    struct text host = text_slice(address, 0, (size_t)(colon - address.at));
    struct text port = text_slice(address, host.length + 1, address.length);
    if (!is_port(port))
        return fault_set(fault, FAULT_BROKEN, "found port `%.*s`, expected a number to 65535, or `*` for any free one",
                         TEXT_ARGS(port));
    if (text_is(host, "localhost"))
        host = TEXT("127.0.0.1");
    if (host.length == 0 || !(is_loopback_4(host) || text_is(host, "[::1]")))
        return fault_set(fault, FAULT_BROKEN,
                         "found address `%.*s`, expected one of this machine alone (`127.0.0.1`, `[::1]`) or `ipc://`: "
                         "for other addresses clients must be known by their keys, which this version cannot do",
                         TEXT_ARGS(host));
    snprintf(wanted, ENDPOINT_LENGTH_MAX + 1, "tcp://%.*s:%.*s", TEXT_ARGS(host), TEXT_ARGS(port));
    return true;
}

static bool ipc_parse(const char *endpoint, struct text path, char *wanted, struct fault *fault)
{
    if (path.length == 0)
        return fault_set(fault, FAULT_BROKEN, "found `%s`, expected a path: `ipc:///run/covenant/socket`", endpoint);
    if (path.at[0] == '@')
        return fault_set(fault, FAULT_BROKEN, "found `%s`, expected a path: an abstract name is open to everybody",
                         endpoint);
    if (path.length >= sizeof((struct sockaddr_un *)0)->sun_path)
        return fault_set(fault, FAULT_BROKEN, "found a path of %zu bytes, expected at most %zu", path.length,
                         sizeof((struct sockaddr_un *)0)->sun_path - 1);
    snprintf(wanted, ENDPOINT_LENGTH_MAX + 1, "ipc://%.*s", TEXT_ARGS(path));
    return true;
}

bool endpoint_parse(const char *endpoint, char wanted[ENDPOINT_LENGTH_MAX + 1], struct fault *fault)
{
    struct text text = text_of(endpoint);
    if (text.length > ENDPOINT_LENGTH_MAX)
        return fault_set(fault, FAULT_BROKEN, "found an endpoint of %zu bytes, expected at most %d", text.length,
                         ENDPOINT_LENGTH_MAX);
    if (text_starts_with(text, "tcp://"))
        return tcp_parse(endpoint, text_slice(text, 6, text.length), wanted, fault);
    if (text_starts_with(text, "ipc://"))
        return ipc_parse(endpoint, text_slice(text, 6, text.length), wanted, fault);
    return fault_set(fault, FAULT_BROKEN, "found endpoint `%s`, expected `tcp://127.0.0.1:PORT` or `ipc://PATH`",
                     endpoint);
}
