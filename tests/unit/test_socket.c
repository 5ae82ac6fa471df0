#include "wire/socket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct fault fault;
static char wanted[ENDPOINT_LENGTH_MAX + 1];

static void test_endpoints_that_we_bind(void **state)
{
    (void)state;
    static const struct {
        const char *endpoint, *wanted;
    } table[] = {
        {"tcp://127.0.0.1:5740", "tcp://127.0.0.1:5740"}, {"tcp://127.0.0.1:*", "tcp://127.0.0.1:*"},
        {"tcp://127.1.2.3:0", "tcp://127.1.2.3:0"},       {"tcp://localhost:5740", "tcp://127.0.0.1:5740"},
        {"tcp://[::1]:5740", "tcp://[::1]:5740"},         {"ipc:///run/x", "ipc:///run/x"},
        {"ipc://x", "ipc://x"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_true(endpoint_parse(table[i].endpoint, wanted, &fault));
        assert_string_equal(wanted, table[i].wanted);
    }
}

static void test_endpoints_that_we_do_not(void **state)
{
    (void)state;
    static const char *const table[] = {
        "", "tcp", "tcp://", "tcp://:5740", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://127.0.0.1:65536",
        "tcp://127.0.0.1:-1", "tcp://127.0.0.1:5740;x", "tcp://127.0.0.1:05740", "tcp://0.0.0.0:5740", "tcp://*:5740",
        "tcp://10.0.0.1:5740", "tcp://127.0.0.1.evil.example:5740", "tcp://127.0.0:1", "tcp://127.0.0.256:1",
        "tcp://eth0:5740", "tcp://[::]:5740", "TCP://127.0.0.1:1", "ws://127.0.0.1:1", "inproc://x", "udp://127.0.0.1:1",
        "pgm://x", "ipc://", "ipc://@abstract", "127.0.0.1:5740",
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        fault.message[0] = '\0';
        assert_false(endpoint_parse(table[i], wanted, &fault));
        assert_true(fault.message[0] != '\0');
    }
    char path[ENDPOINT_LENGTH_MAX + 10] = "ipc:///";
    memset(path + 7, 'x', sizeof path - 8);
    assert_false(endpoint_parse(path, wanted, &fault));
    path[130] = '\0';
    assert_false(endpoint_parse(path, wanted, &fault));
    path[110] = '\0';
    assert_true(endpoint_parse(path, wanted, &fault));
}

static void test_a_real_port_is_told_and_held(void **state)
{
    (void)state;
    struct socket *first = socket_open("tcp://127.0.0.1:*", &fault);
    assert_non_null(first);
    assert_int_equal(strncmp(socket_endpoint(first), "tcp://127.0.0.1:", 16), 0);
    assert_true(atoi(socket_endpoint(first) + 16) > 0);
    assert_null(socket_open(socket_endpoint(first), &fault));
    assert_int_equal(fault.kind, FAULT_BUSY);
    socket_close(first);
    socket_close(NULL);
}

static void test_an_ipc_endpoint_is_not_taken_over(void **state)
{
    (void)state;
    char folder[] = "/tmp/test_socket.XXXXXX", endpoint[96], path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(endpoint, sizeof endpoint, "ipc://%s/socket", folder);
    snprintf(path, sizeof path, "%s/file", folder);
    struct socket *first = socket_open(endpoint, &fault);
    assert_non_null(first);
    assert_null(socket_open(endpoint, &fault));
    assert_int_equal(fault.kind, FAULT_BUSY);
    socket_close(first);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
    snprintf(endpoint, sizeof endpoint, "ipc://%s", path);
    assert_null(socket_open(endpoint, &fault)); /* somebody's file stays */
    assert_int_equal(fault.kind, FAULT_BUSY);
    assert_int_equal(access(path, F_OK), 0);
    unlink(path);
    snprintf(path, sizeof path, "%s/socket", folder);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

static void test_nothing_waits_on_a_new_socket(void **state)
{
    (void)state;
    struct socket *opened = socket_open("tcp://127.0.0.1:*", &fault);
    assert_non_null(opened);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    bool request, signal;
    struct parcel *parcel;
    assert_true(socket_wait(opened, ends[0], 0, &request, &signal, &fault));
    assert_false(request || signal);
    assert_true(socket_receive(opened, &parcel, &fault));
    assert_null(parcel);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_true(socket_wait(opened, ends[0], 1000, &request, &signal, &fault));
    assert_true(signal && !request);
    struct peer gone = {.id = "gone", .length = 4};
    bool delivered = true;
    assert_true(socket_send(opened, &gone, TEXT("{}"), &delivered, &fault));
    assert_false(delivered);
    close(ends[0]);
    close(ends[1]);
    socket_close(opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_endpoints_that_we_bind),
        cmocka_unit_test(test_endpoints_that_we_do_not),
        cmocka_unit_test(test_a_real_port_is_told_and_held),
        cmocka_unit_test(test_an_ipc_endpoint_is_not_taken_over),
        cmocka_unit_test(test_nothing_waits_on_a_new_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
