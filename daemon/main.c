/*
 * covenantd: the daemon. Options, then either something to print, or init, run, finish. daemon/README.md is the map.
 */
#include "replace.h"

int main(int count, char **arguments)
{
    struct options options;
    struct daemon daemon = {0};
    int code;
    if (options_read(&options, count, arguments, &code)) {
        if (options.check) {
            code = daemon_check(options.check);
        } else if (options.schema) {
            code = daemon_schema(options.schema);
        } else if (options.rotate_signing_key || options.rotate_master_key) {
            code = daemon_rotate(&options);
        } else {
            memory_guard(arguments);
            code = daemon_init(&daemon, &options);
            if (code == EXIT_CODE_OK)
                code = daemon_run(&daemon);
            bool replaced = code == EXIT_CODE_OK && replace_prepare(&daemon, &options);
            daemon_finish(&daemon);
            if (replaced)
                code = replace_start(&options);
        }
    }
    options_finish(&options);
    return code;
}
