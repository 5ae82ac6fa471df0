#include "verb.h"

#include "audit.h"

#define BIT(option) OPTION_BIT(option)
#define DECIDING                                                                                                       \
    (BIT(OPTION_ON) | BIT(OPTION_QUESTIONS) | BIT(OPTION_TRACE) | BIT(OPTION_FLIP) | BIT(OPTION_FOR) |                 \
     BIT(OPTION_REQUEST))
#define RECORDING (BIT(OPTION_REQUEST) | BIT(OPTION_VKEY))

const struct verb verbs[] = {
    {"decide", "CASE.json|-", 1, 1, "decide a case; the decision is recorded",
     "  covenant decide case.json                  as of today\n"
     "  covenant decide case.json --on 2022-09-26  as of that day\n"
     "  covenant decide case.json --questions eligibility,next_steps\n"
     "  covenant decide case.json --for housing_corporation\n"
     "                                             what the corporation may see\n"
     "  covenant decide - --json < case.json                        for a program\n",
     DECIDING | BIT(OPTION_REPLACES) | BIT(OPTION_VKEY), run_decide},
    {"explain", "RECORD|CODE", 0, 1, "the motivation of a recorded decision; or what a finding's code means",
     "  covenant explain 01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d\n"
     "                                             why it was decided so\n"
     "  covenant explain 01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d --lang en\n"
     "  covenant explain unknown_name              cause, a bad and a good example\n"
     "  covenant explain                           all codes\n",
     0, run_explain},
    {"record", "RECORD", 1, 1, "show one record whole",
     "  covenant record 01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d\n"
     "  covenant record 01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d --json\n",
     0, run_record},
    {"replay", "[RECORD]", 0, 1, "decide a record, or a range, again and compare",
     "  covenant replay 01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d  one\n"
     "  covenant replay --all                              all there are\n"
     "  covenant replay --region almere --since 2026-01-01\n"
     "  covenant replay --log almere/2026 --from 0 --to 999  a range of one log\n"
     "  covenant replay --from FOLDER  what `audit open` made, without a daemon\n",
     BIT(OPTION_REGION) | BIT(OPTION_LOG) | BIT(OPTION_ALL) | BIT(OPTION_SINCE) | BIT(OPTION_UNTIL) |
         BIT(OPTION_FROM) | FROM_IS_PATH | BIT(OPTION_TO) | BIT(OPTION_JOBS),
     run_replay},
    {"covenants", "", 0, 0, "the regions with their versions, sources and assumptions",
     "  covenant covenants\n"
     "  covenant covenants --region almere --on 2022-09-26\n",
     BIT(OPTION_REGION) | BIT(OPTION_ON), run_covenants},
    {"vocabulary", "REGION", 1, 1, "the facts, events and roles of a region",
     "  covenant vocabulary almere\n"
     "  covenant vocabulary almere --on 2022-09-26 --json\n",
     BIT(OPTION_ON), run_vocabulary},
    {"history", "", 0, 0, "the records of a case or a region",
     "  covenant history --region almere --case alm-2022-0017\n"
     "  covenant history --region almere --limit 20 --only unconfirmed\n",
     BIT(OPTION_CASE) | BIT(OPTION_REGION) | BIT(OPTION_AFTER) | BIT(OPTION_LIMIT) | BIT(OPTION_ONLY), run_history},
    {"simulate", "CASE.json|-", 1, 1, "decide under draft rule files; nothing is recorded",
     "  covenant simulate case.json --rules draft\n"
     "  covenant simulate case.json --rules draft --on 2022-09-26 --questions nuisance\n",
     DECIDING | BIT(OPTION_RULES), run_simulate},
    {"confirm", "RECORD follows|deviates", 2, 2, "a person follows a decision's advice, or deviates from it",
     "  covenant confirm 01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d follows --by 'M. de Wit'\n"
     "  covenant confirm 01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d deviates \\\n"
     "      --by 'M. de Wit' --reason 'a home in the same street is free'\n",
     RECORDING | BIT(OPTION_BY) | BIT(OPTION_REASON), run_confirm},
    {"hold", "CASE", 1, 1, "a case may not be erased, for a ground; or no longer for that ground",
     "  covenant hold alm-2022-0017 --region almere --ground objection\n"
     "  covenant hold alm-2022-0017 --region almere --ground appeal\n"
     "  covenant hold alm-2022-0017 --region almere --ground objection --release\n",
     RECORDING | BIT(OPTION_REGION) | BIT(OPTION_GROUND) | BIT(OPTION_RELEASE), run_hold},
    {"erase", "CASE", 1, 1, "make all that is recorded of a case unreadable, for good",
     "  covenant erase alm-2022-0017 --region almere --ground retention --dry-run\n"
     "                                             what it would do\n"
     "  covenant erase alm-2022-0017 --region almere --ground retention \\\n"
     "      --order 2026-17                        asks to be sure\n"
     "  covenant erase alm-2022-0017 --region almere --ground retention \\\n"
     "      --order 2026-17 --yes                  from a script\n",
     RECORDING | BIT(OPTION_REGION) | BIT(OPTION_GROUND) | BIT(OPTION_ORDER) | BIT(OPTION_DRY_RUN) | BIT(OPTION_YES),
     run_erase},
    {"backup", "PATH", 1, 1, "a copy of the journal that verifies; without the keys nobody can read it",
     "  covenant backup /var/backups/covenant/2026-01-31.db\n"
     "  covenant backup copy.db --timeout 600\n",
     BIT(OPTION_REQUEST), run_backup},
    {"reload", "", 0, 0, "let the daemon load its rule files again; all or nothing", "  covenant reload\n",
     RECORDING,
     run_reload},
    {"status", "", 0, 0, "how the daemon is doing",
     "  covenant status\n"
     "  covenant status --json --timeout 1 > /dev/null || echo down\n",
     0, run_status},
    {"init", "REGION [DIR]", 1, 2, "write a first covenant that loads, with its examples",
     "  covenant init waterstad              below the folder `rules`\n"
     "  covenant init waterstad drafts/rules\n"
     "  covenant init waterstad --lang en    its comments in English\n"
     "  covenant init waterstad --on 2027-01-01\n"
     "                                       the version of that year\n",
     BIT(OPTION_ON), run_init},
    {"check", "[DIR]", 0, 1, "check rule files (default: rules); needs no daemon",
     "  covenant check                the folder `rules`\n"
     "  covenant check drafts/rules\n",
     0, run_check},
    {"test", "[DIR]", 0, 1, "run the examples of rule files (default: rules); needs no daemon",
     "  covenant test                the folder `rules`\n"
     "  covenant test drafts/rules\n"
     "  covenant test --coverage     and what no example made of each condition\n",
     BIT(OPTION_COVERAGE), run_test},
    {"compare", "[CASES.json] [DIR]", 0, 2, "decide one set of cases in every region, as a table; needs no daemon",
     "  covenant compare             tests/cases/shared.json under the folder `rules`\n"
     "  covenant compare my-cases.json drafts/rules --lang en\n"
     "  covenant compare tests/cases/shared.json rules --write rules/README.md\n"
     "                               the table that stands there, made anew\n",
     BIT(OPTION_WRITE), run_compare},
    {"basis", "[DIR]", 0, 1, "what each covenant rests on: agreed, assumed, left open; needs no daemon",
     "  covenant basis               of the folder `rules`, as a page of Markdown\n"
     "  covenant basis --region almere --lang en\n"
     "  covenant basis drafts/rules --json\n"
     "  covenant basis rules --lang en --write rules/README.md\n"
     "                               the part that stands there, made anew\n",
     BIT(OPTION_REGION) | BIT(OPTION_WRITE), run_basis},
    {"completion", "", 0, 0, "print what bash needs to complete verbs and options",
     "  covenant completion > ~/.local/share/bash-completion/completions/covenant\n"
     "  source <(covenant completion)      in this shell\n",
     0, run_completion},
    /* All `audit ...` stand together here, and their functions in audit.h. */
    {"audit export", "", 0, 0, "a copy for an auditor that verifies by itself, or one case as a page",
     "  covenant audit export --log almere/2026 --to almere-2026\n"
     "  covenant audit export --region almere --to FOLDER   every log of a region\n"
     "  covenant audit export --to FOLDER                   all logs\n"
     "                             an export that is there already grows\n"
     "  covenant audit export --case alm-2022-0017 --region almere \\\n"
     "      --format dossier --to alm-2022-0017.html\n"
     "                             all that is recorded of a case, to read and print\n"
     "  covenant audit export --log almere/2026 --format csv --to almere-2026.csv\n"
     "                             headings; also jsonl, or ldv with --activity\n"
     "  covenant audit export --log almere/2026 --whole --key auditor.pub \\\n"
     "      --until 2027-01-31 --to almere-2026.whole\n"
     "                             with what the records hold, for that auditor\n"
     "                             alone; recorded, and to be destroyed by that day\n",
     BIT(OPTION_LOG) | BIT(OPTION_REGION) | BIT(OPTION_CASE) | BIT(OPTION_FORMAT) | BIT(OPTION_TO) | TO_IS_PATH |
         BIT(OPTION_WHOLE) | BIT(OPTION_KEY) | BIT(OPTION_UNTIL) | BIT(OPTION_ACTIVITY),
     run_audit_export},
    {"audit list", "", 0, 0, "the records of a region, or of all, a line each",
     "  covenant audit list --region almere --since 2026-01-01 --until 2026-01-31\n"
     "  covenant audit list --region almere --case alm-2022-0017\n"
     "  covenant audit list --format csv > records.csv     for a spreadsheet\n"
     "  covenant audit list --only unconfirmed\n"
     "  covenant audit list --format ldv --activity URI    also jsonl, or table\n",
     BIT(OPTION_LOG) | BIT(OPTION_REGION) | BIT(OPTION_CASE) | BIT(OPTION_SINCE) | BIT(OPTION_UNTIL) |
         BIT(OPTION_ONLY) | BIT(OPTION_LIMIT) | BIT(OPTION_FORMAT) | BIT(OPTION_ACTIVITY),
     run_audit_list},
    {"audit show", "RECORD", 1, 1, "one record as a person reads it, its proof checked",
     "  covenant audit show 01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d\n"
     "  covenant audit show 01993f0f-8a1e-7c3b-9d55-0a4e6f1b2c3d \\\n"
     "      --vkey almere/2026+7e0c2b5a+AQ...\n",
     BIT(OPTION_VKEY), run_audit_show},
    {"audit key", "", 0, 0, "make an auditor's pair of keys; needs no daemon",
     "  covenant audit key --to auditor    writes auditor and auditor.pub\n", BIT(OPTION_TO) | TO_IS_PATH,
     run_audit_key},
    {"audit open", "FILE", 1, 1, "open what `audit export --whole` wrote; needs no daemon",
     "  covenant audit open almere-2026.whole --key auditor --to almere-2026\n"
     "  covenant audit verify almere-2026 --vkey almere/2026+7e0c2b5a+AQ...\n"
     "  covenant replay --from almere-2026         decide all of it again\n",
     BIT(OPTION_KEY) | BIT(OPTION_TO) | TO_IS_PATH, run_audit_open},
    {"audit verify", "PATH", 1, 1, "is an export or a copy as it was written? needs no daemon",
     "  covenant audit verify almere-2026 --vkey almere/2026+7e0c2b5a+AQ...\n"
     "                             exit code 0 valid, 2 not valid, 3 unanchored:\n"
     "                             no key was given\n"
     "  covenant audit verify almere-2026 --vkey KEY --policy policy\n"
     "                             cosigned by the witnesses that the policy asks\n"
     "  covenant audit verify almere-2026 --vkey KEY --head checkpoint-of-may\n"
     "                             and is it still the log that it was in May?\n"
     "  covenant audit verify journal-copy.db --vkey KEY\n"
     "                             all logs of a copy made by `backup`\n",
     BIT(OPTION_VKEY) | BIT(OPTION_POLICY) | BIT(OPTION_HEAD), run_audit_verify},
    {"audit witness", "[FOLDER]", 0, 1, "cosign the logs that a daemon hands in; needs no daemon",
     "  covenant audit witness --by zorg.example/w1 --key w1\n"
     "                             make a key, print its vkey\n"
     "  covenant audit witness FOLDER --key w1 --state DIR --vkey KEY\n"
     "                             one round; FOLDER: `covenantd --witnesses`\n"
     "                             exit code 1: a log was refused\n",
     BIT(OPTION_KEY) | BIT(OPTION_BY) | BIT(OPTION_STATE) | BIT(OPTION_VKEY), run_audit_witness},
};
const size_t verbs_count = sizeof verbs / sizeof *verbs;
