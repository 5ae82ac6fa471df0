/*
 * Every bound of the program, each with a sentence. A bound that a user can meet is named in the message that it gives.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* Requests: the largest frame that is read; ZeroMQ itself cuts the connection at the second. */
#define REQUEST_BYTES_MAX (256 * 1024)
#define FRAME_BYTES_MAX (4 * 1024 * 1024)
/* Nesting of JSON and YAML: deeper than any covenant or case, far from the C stack's end. */
#define DEPTH_MAX 32
/* A request id, a case id. */
#define ID_LENGTH_MAX 64
/* Memory that one request may use while it is decided. */
#define CASE_MEMORY_MAX ((size_t)64 * 1024 * 1024)
/* Requests under way from one client before it hears `busy`. */
#define CLIENT_REQUESTS_MAX 512
/* Requests taken and not yet answered, of all clients: their number and bytes; the rest waits with ZeroMQ. */
#define QUEUE_REQUESTS_MAX (8 * CLIENT_REQUESTS_MAX)
#define QUEUE_BYTES_MAX ((size_t)64 * 1024 * 1024)
/* Draining ends when nothing has arrived for so long, and at the latest after the second, in milliseconds. */
#define DRAIN_QUIET_MS 50
#define DRAIN_MS_MAX 1000
/* The same after an erasure, when clients are not told to go: the next quiet moment is soon, and hurts nobody. */
#define REPLACE_MS_MAX 5000
/* Checking the journal while nothing waits: microseconds at a time, which a request may have to wait. */
#define CHECK_US 2000
/* What is committed together. */
#define COMMIT_RECORDS_MAX 64
#define COMMIT_BYTES_MAX (1024 * 1024)
/* Errors named in one refusal. */
#define ERRORS_MAX 20

/* Rule files: bytes of one file, bytes of one Lua file, files in one folder tree, YAML events of one file. */
#define RULE_FILE_BYTES_MAX (1024 * 1024)
#define LUA_FILE_BYTES_MAX (64 * 1024)
#define RULE_FILES_MAX 4096
#define YAML_EVENTS_MAX 100000
/* Folders inside the rules folder; region, version and cases make three. */
#define FOLDER_DEPTH_MAX 8
/* Of one file: members of one map or list, bytes of one scalar, findings before the rest is left for the next try. */
#define YAML_MEMBERS_MAX 4096
#define YAML_SCALAR_BYTES_MAX (64 * 1024)
#define YAML_FINDINGS_MAX 20
/* Bytes of a source line that a finding shows. */
#define SOURCE_LINE_MAX 4096
/* A condition: characters, and how deep its parts nest. */
#define CONDITION_LENGTH_MAX 4096
#define CONDITION_DEPTH_MAX 64

/* One call of a covenant's Lua function: instructions, and memory of its interpreter. */
#define LUA_INSTRUCTIONS_MAX 1000000
#define LUA_MEMORY_MAX ((size_t)16 * 1024 * 1024)
/*
 * The largest single thing in it while a function runs: a table's array or its names, the stack; and the largest text.
 * Instructions that copy, compare or look up cost as much as what they touch is large; this bounds what each can cost.
 */
#define LUA_BLOCK_MAX ((size_t)128 * 1024)
#define LUA_TEXT_MAX ((size_t)16 * 1024)
/* Instructions are counted in steps of so many. */
#define LUA_STEP 10
/* Names and calls in one chain `a.b.c(d).e`. */
#define SCRIPT_CHAIN_MAX 64
/* Functions and values that one Lua file gives a name. */
#define SCRIPT_GLOBALS_MAX 512

/* Events of one case; a life of thirty years with a report a week has half as many. */
#define CASE_EVENTS_MAX 4000
/* How many ways of answering what is not stated are tried before `settled` gives up. */
#define ANSWERS_TRIED_MAX 4096
/* The same over all days or changes of one search; and how many days a search over time looks at. */
#define SEARCH_TRIED_MAX 131072
#define DAYS_TRIED_MAX 2000
/*
 * Steps of work (base/arena.h; some ten million a second): of trying ways for one outcome, of one search over days or
 * changes, which ends after the day or change with which it passes this; and of one decision, which is refused beyond.
 */
#define INQUIRY_STEPS_MAX 500000
#define SEARCH_STEPS_MAX 2000000
#define DECISION_STEPS_MAX 20000000
/* The smallest change that turns an outcome: facts in it, and sets of facts that are tried. */
#define FLIPS_MAX 3
#define FLIPS_TRIED_MAX 20000

#endif
