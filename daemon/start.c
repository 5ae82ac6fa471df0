/* Starting and stopping: what the daemon is made of, and what may be wrong with it; signals; `--check`. */
#include "replace.h"

#include "base/json.h"
#include "base/log.h"
#include "covenant/shape.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const daemon_state_names[] = {
    [DAEMON_STARTING] = "starting",
    [DAEMON_SERVING] = "serving",
    [DAEMON_DRAINING] = "draining",
    [DAEMON_STOPPED] = "stopped",
};

static int complain(int code, const char *message)
{
    fprintf(stderr, "covenantd: %s\n", message);
    return code;
}

/*
 * Signals come as something to read, in the one loop. They are blocked before ZeroMQ starts its threads, which inherit
 * that. A write past a size limit or into a closed pipe is an error that we see, not an end.
 */
static int signals_init(struct daemon *daemon)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
        daemon->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return daemon->signals > 0 ? EXIT_CODE_OK : complain(EXIT_CODE_ENDPOINT, strerror(errno));
}

/* What was started without standard streams must not get the journal in their place: our messages would go into it. */
static void streams_open(void)
{
    for (int descriptor = open("/dev/null", O_RDWR); descriptor >= 0;) {
        if (descriptor > STDERR_FILENO) {
            close(descriptor);
            return;
        }
        descriptor = open("/dev/null", O_RDWR);
    }
}

/* Each connection is a descriptor: as many as the system lets us have, up to a sensible number. */
static void limits_set(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    const rlim_t wanted = 16384;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int journal_start(struct service *service, const struct options *options)
{
    const char *folder = options->data;
    struct fault fault;
    service->journal = journal_open(folder, options->master_key, &fault);
    if (service->journal && options->witnesses) {
        service->witnesses = witnesses_open(options->witnesses, &fault);
        if (!service->witnesses)
            return complain(EXIT_CODE_DATA, fault.message);
        witnesses_compare(service->witnesses, service->journal);
        witnesses_turn(service->witnesses, service->journal, moment_now().second, true);
    }
    bool restored = service->journal && journal_restored(service->journal);
    if (restored && options->continue_after_restore && !journal_continue(service->journal, &fault))
        return complain(EXIT_CODE_JOURNAL, fault.message);
    if (service->journal) {
        struct arena arena;
        service->last_known = journal_last_known(service->journal);
        arena_init(&arena);
        struct text notice = journal_notice(service->journal, &arena, folder);
        if (notice.at)
            fprintf(stderr, "covenantd: warning: %.*s\n", TEXT_ARGS(notice));
        if (journal_damage(service->journal))
            fprintf(stderr, "covenantd: nothing is written: %s\n", journal_damage(service->journal));
        arena_finish(&arena);
        return EXIT_CODE_OK;
    }
    char message[sizeof fault.message + 64];
    if (fault.kind == FAULT_BUSY)
        snprintf(message, sizeof message, "data folder `%.200s` is in use by another daemon", folder);
    else
        snprintf(message, sizeof message, "%s", fault.message);
    return complain(fault.kind == FAULT_BROKEN ? EXIT_CODE_JOURNAL : EXIT_CODE_DATA, message);
}

/* That rules were refused is remembered too, when there is room for it; they are printed either way. */
static int rules_refused(struct service *service, struct arena *arena, const struct findings *findings,
                         struct value *outcome)
{
    struct fault fault;
    struct load_request request = {.client = TEXT("daemon"), .request = TEXT("{\"cause\":\"start\"}")};
    if (!edition_record(service, arena, &request, NULL, outcome, &fault) || !service_commit(service, &fault)) {
        service_rollback(service);
        complain(0, fault.message);
    }
    findings_print(findings, "", stderr);
    fprintf(stderr, "covenantd: %zu error%s in the rules of `%s`\n", findings->errors, findings->errors == 1 ? "" : "s",
            service->rules_folder);
    return EXIT_CODE_RULES;
}

/*
 * After an erasure: the edition that was current goes on. The files were checked when it was loaded; should it not load
 * now, we begin as at any start.
 */
static struct edition *edition_again(struct service *service, struct findings *findings)
{
    const char *named = getenv(REPLACE_EDITION);
    struct text manifest;
    struct file_set files;
    struct fault fault;
    struct edition *edition = NULL;
    if (!named)
        return NULL;
    if (journal_edition_files(service->journal, findings->arena, text_of(named), &manifest, &files, &fault))
        edition = edition_load(&files, false, findings);
    service->replaced = edition && text_is(edition->digest, named);
    unsetenv(REPLACE_EDITION);
    if (service->replaced)
        return edition;
    LOG_EVENT(LOG_WARNING, "edition_not_found",
              LOG_TEXT("message", "the edition from before the erasure does not load: the rule files are read"));
    edition_release(edition);
    findings_init(findings, findings->arena);
    return NULL;
}

static int rules_start(struct service *service)
{
    struct arena arena;
    struct findings findings;
    struct fault fault;
    arena_init(&arena);
    findings_init(&findings, &arena);
    struct edition *edition = edition_again(service, &findings);
    if (!edition)
        edition = edition_stage(service->rules_folder, &arena, &findings);
    struct value *outcome = edition_outcome(&arena, NULL, edition, &findings);
    int code = EXIT_CODE_OK;
    if (!edition) {
        code = rules_refused(service, &arena, &findings, outcome);
    } else {
        service->edition = edition;
        service->unrecorded = json_write(&edition->arena, outcome);
        bool recorded = service_record_start(service, &arena, &fault) && service_commit(service, &fault);
        if (!recorded)
            service_rollback(service);
        if (!recorded && fault.kind != FAULT_FULL)
            code = complain(EXIT_CODE_JOURNAL, fault.message);
        else if (!recorded)
            LOG_EVENT(LOG_ERROR, "journal_full", LOG_TEXT("message", fault.message));
        findings_print(&findings, "", stderr);
    }
    arena_finish(&arena);
    return code;
}

/*
 * The port that the process before us had was free for a moment, and any connection of this machine may use it as its
 * own end meanwhile: those are soon gone.
 */
#define BIND_AGAIN_MS 5000
#define BIND_PAUSE_MS 50

static int socket_start(struct daemon *daemon, const char *endpoint)
{
    struct fault fault;
    daemon->socket = socket_open(endpoint, &fault);
    for (int waited = 0; !daemon->socket && fault.kind == FAULT_BUSY && getenv(REPLACE_EDITION) &&
                         waited < BIND_AGAIN_MS; waited += BIND_PAUSE_MS) {
        usleep(BIND_PAUSE_MS * 1000);
        daemon->socket = socket_open(endpoint, &fault);
    }
    return daemon->socket ? EXIT_CODE_OK : complain(EXIT_CODE_ENDPOINT, fault.message);
}

/* At the first start: what whoever verifies the logs needs, and must not have from us later. */
static void tell_keys(const struct service *service)
{
    struct arena arena;
    if (!journal_new_keys(service->journal))
        return;
    arena_init(&arena);
    struct text_list keys = service_vkeys(service, &arena);
    fprintf(stderr, "covenantd: a key that signs the logs was made; hand these to who will verify them, on paper:\n");
    for (size_t i = 0; i < keys.count; i++)
        fprintf(stderr, "%.*s\n", TEXT_ARGS(keys.items[i]));
    arena_finish(&arena);
}

static void tell_roles(unsigned roles)
{
    char names[64] = "";
    for (size_t i = 0; i < sizeof client_role_names / sizeof *client_role_names; i++)
        if (roles & 1u << i)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", *names ? "," : "",
                     client_role_names[i]);
    LOG_EVENT(LOG_WARNING, "clients_are_not_told_apart", LOG_TEXT("client", "local"), LOG_TEXT("roles", names));
}

int daemon_init(struct daemon *daemon, const struct options *options)
{
    struct service *service = &daemon->service;
    *daemon = (struct daemon){.state = DAEMON_STARTING};
    queue_init(&daemon->queue);
    service->rules_folder = options->rules;
    service->has_on = options->has_on;
    service->on = options->on;
    service->roles = options->local_roles;
    service->started = moment_now();
    umask(077);
    streams_open();
    limits_set();
    if (!digest_init())
        return complain(EXIT_CODE_JOURNAL, "the system gives no randomness");
    int code = signals_init(daemon);
    if (code == EXIT_CODE_OK)
        code = journal_start(service, options);
    if (code == EXIT_CODE_OK)
        code = socket_start(daemon, options->bind);
    if (code == EXIT_CODE_OK)
        code = rules_start(service);
    if (code != EXIT_CODE_OK)
        return code;
    tell_roles(service->roles);
    tell_keys(service);
    printf("serving %s\n", socket_endpoint(daemon->socket));
    fflush(stdout);
    return EXIT_CODE_OK;
}

void daemon_finish(struct daemon *daemon)
{
    socket_close(daemon->socket);
    queue_finish(&daemon->queue);
    backup_finish(&daemon->service.backup);
    edition_cache_finish(&daemon->service.cache);
    edition_release(daemon->service.edition);
    if (daemon->service.journal)
        witnesses_turn(daemon->service.witnesses, daemon->service.journal, moment_now().second, true);
    witnesses_close(daemon->service.witnesses);
    journal_close(daemon->service.journal);
    if (daemon->signals > 0)
        close(daemon->signals);
    *daemon = (struct daemon){.state = DAEMON_STOPPED};
}

/* ---- signals ---- */

static int reload(struct daemon *daemon)
{
    struct arena arena;
    struct findings findings;
    struct fault fault;
    struct value *outcome;
    struct load_request request = {.client = TEXT("daemon"), .request = TEXT("{\"cause\":\"signal\"}")};
    arena_init(&arena);
    findings_init(&findings, &arena);
    daemon->service.full = false;
    int code = EXIT_CODE_OK;
    if (service_load(&daemon->service, &arena, &request, &findings, &outcome, &fault)) {
        LOG_EVENT(findings.errors ? LOG_WARNING : LOG_INFO, findings.errors ? "rules_refused" : "rules_loaded",
                  LOG_NUMBER("errors", (long long)findings.errors),
                  LOG_TEXT("edition", text_string(&arena, daemon->service.edition->digest)));
        findings_print(&findings, "", stderr);
    } else {
        LOG_EVENT(LOG_ERROR, "rules_not_loaded", LOG_TEXT("message", fault.message));
        code = fault.kind == FAULT_FULL ? EXIT_CODE_OK : EXIT_CODE_JOURNAL;
    }
    arena_finish(&arena);
    return code;
}

int daemon_signal(struct daemon *daemon)
{
    struct signalfd_siginfo info;
    int code = EXIT_CODE_OK;
    while (code == EXIT_CODE_OK && read(daemon->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP)
            code = reload(daemon);
        else
            daemon->stop = true;
    }
    return code;
}

/* ---- what only prints ---- */

int daemon_check(const char *folder)
{
    struct arena arena;
    struct findings findings;
    arena_init(&arena);
    findings_init(&findings, &arena);
    if (!digest_init())
        return complain(EXIT_CODE_JOURNAL, "the system gives no randomness");
    struct edition *edition = edition_stage(folder, &arena, &findings);
    bool slash = text_ends_with(text_of(folder), "/");
    findings_print(&findings, text_string(&arena, text_format(&arena, "%s%s", folder, slash ? "" : "/")), stdout);
    int code = findings.errors ? EXIT_CODE_FINDINGS : EXIT_CODE_OK;
    if (edition)
        printf("%s: all is well: %zu files, %zu region%s, %zu example%s\n", folder, edition->files.count,
               edition->rules->regions_count, edition->rules->regions_count == 1 ? "" : "s",
               edition->rules->examples_count, edition->rules->examples_count == 1 ? "" : "s");
    edition_release(edition);
    arena_finish(&arena);
    return code;
}

int daemon_rotate(const struct options *options)
{
    struct service service = {0};
    struct fault fault;
    size_t count;
    struct arena arena;
    umask(077);
    if (!digest_init())
        return complain(EXIT_CODE_JOURNAL, "the system gives no randomness");
    int code = journal_start(&service, options);
    if (code != EXIT_CODE_OK)
        return code;
    if ((options->rotate_master_key && !journal_rotate_master(service.journal, &fault)) ||
        (options->rotate_signing_key && !journal_rotate_signing(service.journal, &fault)))
        code = complain(EXIT_CODE_JOURNAL, fault.message);
    arena_init(&arena);
    const struct log_size *logs = journal_logs(service.journal, &arena, &count);
    if (code == EXIT_CODE_OK && options->rotate_signing_key)
        for (size_t i = 0; i < count; i++)
            printf("%.*s\n", TEXT_ARGS(journal_vkey(service.journal, &arena, logs[i].log)));
    arena_finish(&arena);
    journal_close(service.journal);
    return code;
}

int daemon_schema(const char *name)
{
    static const struct shape *const shapes[] = {&shape_covenant, &shape_vocabulary, &shape_calendar, &shape_law, &shape_retention,
                                                 &shape_example};
    struct arena arena;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        if (strcmp(name, shapes[i]->name) != 0)
            continue;
        arena_init(&arena);
        struct value *schema = shape_schema(&arena, shapes[i], text_format(&arena, "%s.json", name).at);
        struct text text = json_write_pretty(&arena, schema);
        printf("%.*s\n", TEXT_ARGS(text));
        arena_finish(&arena);
        return EXIT_CODE_OK;
    }
    fprintf(stderr, "covenantd: found `%s`, expected `covenant`, `vocabulary`, `calendar`, `law`, `retention` or `example`\n", name);
    return EXIT_CODE_USE;
}
