/*
 * The command line: options may stand before or after the verb, as `--name VALUE` or `--name=VALUE`; what follows `--`
 * is no option. One table of options and one of verbs; help, checks and suggestions come from them.
 */
#ifndef CTL_OPTIONS_H
#define CTL_OPTIONS_H

#include "client.h"
#include "engine/words.h"
#include "terminal.h"

#include <stdint.h>

enum option {
    OPTION_CONNECT,
    OPTION_TIMEOUT,
    OPTION_JSON,
    OPTION_LANG,
    OPTION_COLOR,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_ON,
    OPTION_QUESTIONS,
    OPTION_TRACE,
    OPTION_FLIP,
    OPTION_FOR,
    OPTION_REQUEST,
    OPTION_REPLACES,
    OPTION_REGION,
    OPTION_FROM,
    OPTION_TO,
    OPTION_RULES,
    OPTION_CASE,
    OPTION_AFTER,
    OPTION_LIMIT,
    OPTION_ONLY,
    OPTION_COVERAGE,
    OPTION_WRITE,
    OPTION_LOG,
    OPTION_WHOLE,
    OPTION_KEY,
    OPTION_ACTIVITY,
    OPTION_HEAD,
    OPTION_BY,
    OPTION_REASON,
    OPTION_GROUND,
    OPTION_ORDER,
    OPTION_RELEASE,
    OPTION_DRY_RUN,
    OPTION_YES,
    OPTION_ALL,
    OPTION_SINCE,
    OPTION_UNTIL,
    OPTION_FORMAT,
    OPTION_VKEY,
    OPTION_POLICY,
    OPTION_STATE,
    OPTION_COUNT
};
/* A set of options. */
#define OPTION_BIT(option) (UINT64_C(1) << (option))
_Static_assert(OPTION_COUNT <= 62, "a set of options has 64 bits, two of them are taken");

/* Exit codes, after 4-protocol and sysexits.h. */
enum exit_code {
    EXIT_ANSWERED = 0,
    EXIT_FOUND = 1,    /* check or test found something, or a replay differs */
    EXIT_NOT_VALID = 2, /* of `audit verify` alone, as are these two */
    EXIT_UNANCHORED = 3,
    EXIT_USE = 64,     /* the command line is wrong */
    EXIT_REFUSED = 65, /* the request was refused */
    EXIT_NO_FILE = 66,
    EXIT_NO_DAEMON = 69, /* nobody answers, `busy` or `unavailable` */
    EXIT_INTERNAL = 70,
};

#define OPERANDS_MAX 4

/* One run of the command: what was asked, and where to write. */
struct command {
    struct arena *arena;
    const struct verb *verb;
    const char *values[OPTION_COUNT]; /* NULL when not given; "" for one without a value */
    const char *operands[OPERANDS_MAX];
    size_t operands_count;
    enum language language;
    struct terminal out, err;
    struct client client;
    bool anchored;                    /* the last receipt's signature was checked */
    struct text region;               /* of the decision that is shown; absent for none */
    const struct value *labels;       /* what that region calls its own names; NULL when nobody could tell */
    bool labels_asked;                /* once is enough */
};

struct verb {
    const char *name;     /* of two words, `audit export`, where several belong together */
    const char *operands; /* as the usage line shows them */
    size_t operands_min, operands_max;
    const char *summary;
    const char *help; /* examples first, then what it does */
    uint64_t options; /* bit of each option of its own; the common ones go with every verb */
    enum exit_code (*run)(struct command *command);
};

/* `--from` and `--to` are numbers, and with these beside the bits of a verb's options files or folders. */
#define FROM_IS_PATH (UINT64_C(1) << 63)
#define TO_IS_PATH (UINT64_C(1) << 62)

extern const struct verb verbs[];
extern const size_t verbs_count;

/* Fills in the command. False when the line is wrong: then it has been said, and `*code` is the exit code. */
bool options_read(struct command *command, int count, char *const *arguments, enum exit_code *code);
const char *option_name(enum option option);
/* Does it go with every verb? */
bool option_is_common(enum option option);
bool option_given(const struct command *command, enum option option);
/*
 * `--since` or `--until`, as the protocol has times: of a day its first second in Amsterdam, or for `--until` its last.
 * False when it is neither day nor time, which options_read has refused already.
 */
bool option_time(const struct command *command, enum option option, struct text *time);
/* `covenant: MESSAGE` on standard error; returns the code, so that `return complain(...)` reads well. */
enum exit_code complain(struct command *command, enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void help_print(struct command *command);
void help_verb(struct command *command);

#endif
