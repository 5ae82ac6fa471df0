/*
 * covenantd: the daemon. Options, then either a check of rule files, or init, run, finish. daemon/README.md is the map.
 */
#include "daemon.h"

int main(int count, char **arguments)
{
    struct options options;
    struct daemon daemon = {0};
    int code;
    if (options_read(&options, count, arguments, &code)) {
        if (options.check) {
            code = daemon_check(options.check);
        } else {
            code = daemon_init(&daemon, &options);
            if (code == EXIT_CODE_OK)
                code = daemon_run(&daemon);
            daemon_finish(&daemon);
        }
    }
    options_finish(&options);
    return code;
}
