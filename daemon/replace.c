#include "replace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* The allocator keeps no small pieces at hand, which it would not overwrite; what is freed is filled with 0x5A. */
#define TUNABLES "GLIBC_TUNABLES"
#define WIPING "glibc.malloc.tcache_count=0:glibc.malloc.perturb=90"

void memory_guard(char **arguments)
{
    const struct rlimit none = {0};
    setrlimit(RLIMIT_CORE, &none);
#ifdef SANITIZED
    (void)arguments;
#else
    /* Nor by a helper that the system hands cores to; and no other process of this user may look into this one. */
    prctl(PR_SET_DUMPABLE, 0);
    const char *said = getenv(TUNABLES);
    if (said && strstr(said, WIPING))
        return;
    char tunables[1024];
    int length = snprintf(tunables, sizeof tunables, "%s%s" WIPING, said ? said : "", said && *said ? ":" : "");
    if (length > 0 && (size_t)length < sizeof tunables && setenv(TUNABLES, tunables, 1) == 0)
        execv(SELF, arguments);
    fprintf(stderr, "covenantd: warning: freed memory is not overwritten: %s\n", strerror(errno));
#endif
}

bool replace_prepare(const struct daemon *daemon, struct options *options)
{
    if (!daemon->service.replace || daemon->stop)
        return false;
    const struct edition *edition = daemon->service.edition;
    /* The real port, which the new process binds again, also where any was asked for. */
    options_keep(options, "bind", socket_endpoint(daemon->socket));
    return setenv(REPLACE_EDITION, text_string(&options->arena, edition->digest), 1) == 0;
}

int replace_start(const struct options *options)
{
    char **arguments = calloc(options->again_count + 2, sizeof *arguments);
    char name[] = "covenantd";
    if (arguments) {
        arguments[0] = name;
        memcpy(arguments + 1, options->again, options->again_count * sizeof *arguments);
        close_range(STDERR_FILENO + 1, ~0U, 0); /* all were opened to be closed here; what a library forgot too */
        execv(SELF, arguments);
    }
    fprintf(stderr, "covenantd: cannot begin anew after an erasure: %s\n", strerror(errno));
    free(arguments);
    return EXIT_CODE_JOURNAL;
}
