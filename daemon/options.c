#include "options.h"

#include "base/files.h"
#include "base/limits.h"
#include "covenant/yaml.h"
#include "engine/edition.h"
#include "verbs/verb.h"
#include "wire/socket.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Decides cases under regional covenants, records every decision, and answers over ZeroMQ.\n"
    "\n"
    "    covenantd --rules rules --data data             serve on tcp://127.0.0.1:5740\n"
    "    covenantd --check rules                         check rule files, and run their examples\n"
    "    covenantd --rules rules --data data --bind 'ipc:///run/covenant/socket'\n"
    "\n"
    "  --rules DIR          the rule files\n"
    "  --data DIR           where the journal is; made when it is not there\n"
    "  --master-key FILE    the key that wraps all others; without it one is made in the data folder\n"
    "  --rotate-signing-key, --rotate-master-key  with --data and no daemon running: makes another key, and ends\n"
    "  --witnesses DIR      where witnesses are asked to cosign the logs; holds a `policy` that names them\n"
    "  --continue-after-restore  write in a journal that is an older copy: close its logs, and begin others\n"
    "  --on DATE            decide as if today were DATE (YYYY-MM-DD)\n"
    "  --bind ENDPOINT      tcp://127.0.0.1:PORT (`*` for any free port) or ipc://PATH\n"
    "  --publish ENDPOINT   where events will be published; not used by this version\n"
    "  --local-roles ROLES  what clients on this machine may do: all, or some of caller, policy, auditor, privacy,\n"
    "                       operator with commas between; without it: all but privacy\n"
    "  --config FILE        the same settings from a YAML file: `rules: rules`, `local_roles: caller,auditor`\n"
    "  --check DIR          print what is wrong with the rule files in DIR; ends with 0 or 1\n"
    "  --schema NAME        print the JSON Schema of covenant, vocabulary, calendar, law, retention or example files\n"
    "  --help, --version\n"
    "\n"
    "SIGTERM: finish what was taken, and end. SIGHUP: load the rules again, all or nothing.\n"
    "Ends with 0, or 64 (use), 65 (rules), 69 (endpoint taken), 73 (data folder), 74 (journal).\n";

static bool complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static bool complain(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("covenantd: ", stderr);
    vfprintf(stderr, format, list);
    fputs("\ntry `covenantd --help`\n", stderr);
    va_end(list);
    return false;
}

static bool roles_read(const char *written, unsigned *roles)
{
    struct text left = text_of(written);
    if (text_is(left, "all")) {
        *roles = ROLES_ANY;
        return true;
    }
    *roles = 0;
    for (;;) {
        const char *comma = left.length ? memchr(left.at, ',', left.length) : NULL;
        struct text name = text_trim(text_slice(left, 0, comma ? (size_t)(comma - left.at) : left.length));
        size_t i = 0;
        while (i < sizeof client_role_names / sizeof *client_role_names && !text_is(name, client_role_names[i]))
            i++;
        if (i == sizeof client_role_names / sizeof *client_role_names)
            return complain("found role `%.*s`, expected `all` or some of `caller`, `policy`, `auditor`, `privacy`, "
                            "`operator`",
                            TEXT_ARGS(name));
        *roles |= 1u << i;
        if (!comma)
            return true;
        left = text_slice(left, (size_t)(comma - left.at) + 1, left.length);
    }
}

static bool endpoint_read(const char *written)
{
    char wanted[ENDPOINT_LENGTH_MAX + 1];
    struct fault fault;
    return endpoint_parse(written, wanted, &fault) || complain("%s", fault.message);
}

/* One setting, by its name on the command line. */
static bool setting_read(struct options *options, const char *name, const char *written)
{
    if (!*written)
        return complain("found nothing after `%s`, expected a value", name);
    if (strcmp(name, "rules") == 0)
        options->rules = written;
    else if (strcmp(name, "data") == 0)
        options->data = written;
    else if (strcmp(name, "master-key") == 0)
        options->master_key = written;
    else if (strcmp(name, "witnesses") == 0)
        options->witnesses = written;
    else if (strcmp(name, "bind") == 0)
        return options->bind = written, endpoint_read(written);
    else if (strcmp(name, "publish") == 0)
        return endpoint_read(written);
    else if (strcmp(name, "local-roles") == 0)
        return roles_read(written, &options->local_roles);
    else if (!date_parse(text_of(written), &options->on))
        return complain("found date `%s`, expected one that exists, from 1900 to 2199: `2026-01-31`", written);
    else
        options->has_on = true;
    return true;
}

static const char *const settings[] = {"rules", "data", "on", "bind", "publish", "local-roles", "master-key", "witnesses"};
#define SETTINGS_COUNT (sizeof settings / sizeof *settings)

/* In the file they are written with underscores, as all keys are. */
static size_t setting_of_key(struct text key)
{
    size_t i = 0;
    for (; i < SETTINGS_COUNT; i++)
        if (text_is(key, settings[i]) || (strcmp(settings[i], "local-roles") == 0 && text_is(key, "local_roles")) ||
            (strcmp(settings[i], "master-key") == 0 && text_is(key, "master_key")))
            break;
    return i;
}

static bool config_read(struct options *options, const char *path)
{
    struct fault fault;
    struct findings findings;
    struct source_file file = {.path = text_of(path)};
    findings_init(&findings, &options->arena);
    if (!file_read(&options->arena, path, RULE_FILE_BYTES_MAX, &file.text, &fault))
        return complain("%s", fault.message);
    const struct node *root = yaml_read(&options->arena, &file, &findings);
    if (root && root->kind != NODE_MAP)
        findings_add(&findings, SEVERITY_ERROR, "wrong_shape", root->place, root->width,
                     "expected settings, one a line: `rules: rules`");
    for (size_t i = 0; root && root->kind == NODE_MAP && i < root->count; i++) {
        const struct node *key = root->keys[i], *value = root->items[i];
        size_t setting = setting_of_key(key->text);
        if (setting == SETTINGS_COUNT)
            findings_add(&findings, SEVERITY_ERROR, "unknown_key", key->place, key->width,
                         "found setting `%.*s`, expected `rules`, `data`, `on`, `bind`, `publish`, `local_roles`, `master_key` or "
                         "`witnesses`",
                         TEXT_ARGS(key->text));
        else if (value->kind != NODE_SCALAR)
            findings_add(&findings, SEVERITY_ERROR, "wrong_shape", value->place, value->width,
                         "found a list or a map, expected one value");
        else if (!setting_read(options, settings[setting], text_string(&options->arena, value->text)))
            return false;
    }
    findings_print(&findings, "", stderr);
    return findings.errors == 0;
}

static bool complete(const struct options *options)
{
    if (options->check || options->schema)
        return true;
    if (!options->rules && !options->rotate_signing_key && !options->rotate_master_key)
        return complain("expected `--rules DIR`, the folder of the rule files");
    if (!options->data)
        return complain("expected `--data DIR`, the folder of the journal");
    return true;
}

static const struct option known[] = {
    {"rules", required_argument, NULL, 's'},   {"data", required_argument, NULL, 's'},
    {"on", required_argument, NULL, 's'},      {"bind", required_argument, NULL, 's'},
    {"publish", required_argument, NULL, 's'}, {"local-roles", required_argument, NULL, 's'},
    {"continue-after-restore", no_argument, NULL, 'r'},
    {"rotate-signing-key", no_argument, NULL, 'g'},
    {"rotate-master-key", no_argument, NULL, 'm'},
    {"master-key", required_argument, NULL, 's'},
    {"witnesses", required_argument, NULL, 's'},
    {"config", required_argument, NULL, 'f'},  {"check", required_argument, NULL, 'c'},
    {"schema", required_argument, NULL, 'j'},  {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},       {NULL, 0, NULL, 0},
};

void options_keep(struct options *options, const char *name, const char *value)
{
    char **slot = arena_push(&options->arena, &options->again, &options->again_count, &options->again_capacity,
                             sizeof *options->again);
    struct buffer buffer;
    buffer_init(&buffer, &options->arena);
    buffer_format(&buffer, "--%s=%s", name, value);
    buffer_add_byte(&buffer, '\0');
    *slot = buffer.at;
}

/* Twice through the arguments: the file first, so that what the command line says is said last. */
static bool arguments_read(struct options *options, int count, char **arguments, bool files, int *code)
{
    int index = 0;
    optind = 0;
    opterr = files;
    for (int option; (option = getopt_long(count, arguments, "h", known, &index)) != -1;) {
        switch (option) {
        case 's':
            if (!files && !setting_read(options, known[index].name, optarg))
                return false;
            if (!files && strcmp(known[index].name, "bind") != 0)
                options_keep(options, known[index].name, optarg);
            break;
        case 'f':
            if (files && !config_read(options, optarg))
                return false;
            if (!files)
                options_keep(options, "config", optarg);
            break;
        case 'r':
            options->continue_after_restore = true;
            break;
        case 'g':
            options->rotate_signing_key = true;
            break;
        case 'm':
            options->rotate_master_key = true;
            break;
        case 'c':
            options->check = optarg;
            break;
        case 'j':
            options->schema = optarg;
            break;
        case 'h':
        case 'v':
            if (option == 'h')
                fputs(help, stdout);
            else
                printf("covenantd %s\n", ENGINE_VERSION);
            *code = EXIT_CODE_OK;
            return false;
        default:
            fputs("try `covenantd --help`\n", stderr);
            return false;
        }
    }
    return optind == count || complain("found `%s`, expected an option", arguments[optind]);
}

bool options_read(struct options *options, int count, char **arguments, int *code)
{
    *options = (struct options){.bind = "tcp://127.0.0.1:5740", .local_roles = ROLES_ALL_BUT_PRIVACY};
    arena_init(&options->arena);
    *code = EXIT_CODE_USE;
    return arguments_read(options, count, arguments, true, code) &&
           arguments_read(options, count, arguments, false, code) && complete(options);
}

void options_finish(struct options *options)
{
    arena_finish(&options->arena);
}
