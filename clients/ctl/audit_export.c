/*
 * `covenant audit export`: in which form; and the first of them, a log as tlog-tiles, for who wants to verify it with other programs than ours. It is written
 * aside and put in its place in one step. An export that is there already grows: its leaves are not asked for again,
 * and the tree of old and new ones must be the one that the daemon signed.
 */
#include "audit.h"

#include "audit/verify.h"
#include "audit_folder.h"
#include "audit_source.h"
#include "audit_table.h"
#include "audit_whole.h"

#include <inttypes.h>
#include <string.h>

struct exporting {
    struct audit_source source;
    struct text log, note, vkey;
    const char *folder;
    struct checkpoint head;       /* that is exported */
    struct checkpoint before;     /* of what is there already; size 0 for nothing */
    struct arena arena;           /* of the export, beside the command's, which goes back after each page */
    struct tile_writer writer;
    enum exit_code code;
};

static bool failed(struct exporting *exporting, const struct fault *fault)
{
    exporting->code = complain(exporting->source.command, EXIT_INTERNAL, "%s", fault->message);
    return false;
}

static bool refuse(struct exporting *exporting, struct text message)
{
    exporting->code = complain(exporting->source.command, EXIT_REFUSED, "%.*s", TEXT_ARGS(message));
    return false;
}

/* What lies there must be an export of this log, as it was written, and no longer than the log is now. */
static bool look_before(struct exporting *exporting)
{
    struct verify_options options = {.origin = exporting->log};
    struct verify_report report;
    struct fault fault;
    struct arena *arena = &exporting->arena;
    if (!folder_is_there(exporting->folder))
        return true;
    if (!verify_folder(arena, exporting->folder, &options, &report, &fault))
        return refuse(exporting, text_format(arena, "`%s` is there already, and no export: %s", exporting->folder,
                                             fault.message));
    if (report.outcome != VERIFY_UNANCHORED)
        return refuse(exporting, text_format(arena, "`%s` is there already, and no whole export of `%.*s` (%.*s%s%.*s)",
                                             exporting->folder, TEXT_ARGS(exporting->log), TEXT_ARGS(report.file),
                                             report.file.at ? ": " : "", TEXT_ARGS(report.message)));
    exporting->before = report.checkpoint;
    if (report.checkpoint.size > exporting->head.size)
        return refuse(exporting,
                      text_format(arena,
                                  "the export in `%s` has %" PRIu64 " records, and the log now only %" PRIu64
                                  ": it was put back from an older copy",
                                  exporting->folder, report.checkpoint.size, exporting->head.size));
    return true;
}

static bool add(struct exporting *exporting, struct text leaf)
{
    struct fault fault;
    if (leaf.length > TILE_ENTRY_BYTES_MAX)
        return refuse(exporting, TEXT("the daemon gave a leaf that is too large"));
    return tile_writer_add(&exporting->writer, leaf, &fault) || failed(exporting, &fault);
}

static bool add_old(struct exporting *exporting)
{
    struct leaves_reading reading;
    struct text leaf;
    struct fault fault = {0};
    bool good = true;
    leaves_open(&reading, exporting->folder, exporting->before.size);
    while (good && leaves_next(&reading, &leaf, &fault))
        good = add(exporting, leaf);
    leaves_close(&reading);
    return good && (fault.kind == FAULT_NONE || failed(exporting, &fault));
}

static bool add_new(struct exporting *exporting)
{
    struct arena *arena = exporting->source.command->arena;
    while (exporting->writer.tree.size < exporting->head.size) {
        struct arena_mark mark = arena_mark(arena);
        struct text_list leaves;
        if (!source_leaves(&exporting->source, exporting->log, exporting->writer.tree.size, &leaves,
                           &exporting->code))
            return false;
        for (size_t i = 0; i < leaves.count && exporting->writer.tree.size < exporting->head.size; i++)
            if (!add(exporting, leaves.items[i]))
                return false;
        arena_back(arena, mark);
    }
    return true;
}

/* Old leaves and new ones give the tree that was signed; so the old export is the beginning of the new one. */
static bool check_root(struct exporting *exporting)
{
    if (digest_equal(log_tree_root(&exporting->writer.tree), exporting->head.root))
        return true;
    if (exporting->before.size)
        return refuse(exporting,
                      text_format(&exporting->arena,
                                  "the log does not continue the export in `%s`: its first %" PRIu64
                                  " records were others",
                                  exporting->folder, exporting->before.size));
    return refuse(exporting, text_format(&exporting->arena, "the records of `%.*s` are not those of its signed head",
                                         TEXT_ARGS(exporting->log)));
}

static bool write_aside(struct exporting *exporting, const char *aside)
{
    struct fault fault;
    if (!tile_writer_open(&exporting->writer, &exporting->arena, aside, &fault))
        return failed(exporting, &fault);
    if (!add_old(exporting) || !add_new(exporting) || !check_root(exporting))
        return false;
    return tile_writer_close(&exporting->writer, exporting->note, &fault) || failed(exporting, &fault);
}

static bool read_head(struct exporting *exporting)
{
    struct note note;
    if (!source_head(&exporting->source, exporting->log, &exporting->note, &exporting->vkey, &exporting->code))
        return false;
    return (note_read(&exporting->arena, exporting->note, &note) && checkpoint_read(note.text, &exporting->head) &&
            text_equal(exporting->head.origin, exporting->log)) ||
           refuse(exporting, TEXT("the daemon gave a head that is none of this log"));
}

static void tell(struct exporting *exporting)
{
    struct terminal *out = &exporting->source.command->out;
    if (exporting->before.size)
        terminal_print(out, STYLE_PLAIN, "%s: %.*s, %" PRIu64 " records (%" PRIu64 " new)\n", exporting->folder,
                       TEXT_ARGS(exporting->log), exporting->head.size,
                       exporting->head.size - exporting->before.size);
    else
        terminal_print(out, STYLE_PLAIN, "%s: %.*s, %" PRIu64 " records\n", exporting->folder,
                       TEXT_ARGS(exporting->log), exporting->head.size);
    terminal_print(out, STYLE_DIM, "covenant audit verify %s --vkey %.*s\n", exporting->folder,
                   TEXT_ARGS(exporting->vkey));
}

static enum exit_code export_tiles(struct command *command, struct text log, const char *folder)
{
    struct exporting exporting = {.source = {command}, .log = log, .folder = folder};
    struct folder_writing writing = {0};
    struct fault fault;
    arena_init(&exporting.arena);
    bool good = read_head(&exporting) && look_before(&exporting) &&
                (folder_begin(&writing, &exporting.arena, folder, &fault) || failed(&exporting, &fault)) &&
                write_aside(&exporting, writing.aside) && (folder_finish(&writing, &fault) || failed(&exporting, &fault));
    folder_drop(&writing);
    if (good)
        tell(&exporting);
    arena_finish(&exporting.arena);
    return good ? EXIT_ANSWERED : exporting.code;
}

static enum exit_code export_folders(struct command *command, const struct text_list *logs, const char *to)
{
    enum exit_code code = EXIT_ANSWERED;
    for (size_t i = 0; i < logs->count && code == EXIT_ANSWERED; i++) {
        struct text folder = text_format(command->arena, "%s/%.*s", to, TEXT_ARGS(logs->items[i]));
        code = export_tiles(command, logs->items[i],
                            option_given(command, OPTION_LOG) ? to : text_string(command->arena, folder));
    }
    return code;
}

enum exit_code run_audit_export(struct command *command)
{
    struct audit_source source = {command};
    struct text_list logs;
    enum exit_code code = EXIT_ANSWERED;
    const char *to = command->values[OPTION_TO], *format = command->values[OPTION_FORMAT];
    bool tiles = !format || strcmp(format, "tiles") == 0, dossier = format && strcmp(format, "dossier") == 0;
    if (!tiles && !dossier && table_format_of(format) == TABLE_COUNT)
        return complain(command, EXIT_USE, "`--format` is `tiles`, `jsonl`, `csv`, `ldv` or `dossier`, found `%s`", format);
    if (!to || !*to)
        return complain(command, EXIT_USE, "`audit export` needs `--to PATH`: see `covenant audit export --help`");
    if (option_given(command, OPTION_LOG) && option_given(command, OPTION_REGION))
        return complain(command, EXIT_USE, "`audit export` takes `--log` or `--region`, not both");
    if (option_given(command, OPTION_WHOLE) && format)
        return complain(command, EXIT_USE, "`--whole` has a form of its own, found `--format %s`", format);
    if (option_given(command, OPTION_CASE) != dossier)
        return complain(command, EXIT_USE, "`--case` and `--format dossier` go together");
    if (dossier)
        return export_dossier(command, to);
    if (!source_logs(&source, &logs, &code))
        return code;
    if (option_given(command, OPTION_WHOLE))
        return export_whole(command, &logs, to);
    return tiles ? export_folders(command, &logs, to) : export_lines(command, &logs, to);
}
