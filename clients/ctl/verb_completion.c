/* `completion`: what bash needs to complete verbs and options, written from the tables that the command itself reads. */
#include "verb.h"

#include <string.h>

static bool has_two_words(const struct verb *verb)
{
    return strchr(verb->name, ' ') != NULL;
}

/* The first words, each once: those with a second word stand together in the table. */
static void print_first_words(FILE *out)
{
    for (size_t i = 0; i < verbs_count; i++) {
        int length = (int)strcspn(verbs[i].name, " ");
        bool again = i > 0 && strncmp(verbs[i].name, verbs[i - 1].name, (size_t)length) == 0 &&
                     strcspn(verbs[i - 1].name, " ") == (size_t)length;
        if (!again)
            fprintf(out, "%s%.*s", i ? " " : "", length, verbs[i].name);
    }
}

static void print_second_words(FILE *out)
{
    const char *before = "";
    for (size_t i = 0; i < verbs_count; i++)
        if (has_two_words(&verbs[i])) {
            fprintf(out, "%s%s", before, strchr(verbs[i].name, ' ') + 1);
            before = " ";
        }
}

static void print_options_of(FILE *out, const struct verb *verb)
{
    for (enum option option = 0; option < OPTION_COUNT; option++)
        if (verb ? (verb->options & OPTION_BIT(option)) != 0 : option_is_common(option))
            fprintf(out, " --%s", option_name(option));
}

enum exit_code run_completion(struct command *command)
{
    FILE *out = command->out.out;
    fputs("_covenant()\n{\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} verb= word options='",
          out);
    print_options_of(out, NULL);
    fputs("'\n    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
          "        case $verb:$word in\n"
          "        :-*) ;;\n"
          "        :*) verb=$word ;;\n"
          "        audit:*) verb=\"audit $word\" ;;\n"
          "        esac\n"
          "    done\n"
          "    case $verb in\n",
          out);
    for (size_t i = 0; i < verbs_count; i++) {
        fprintf(out, "    '%s') options+='", verbs[i].name);
        print_options_of(out, &verbs[i]);
        fputs("' ;;\n", out);
    }
    fputs("    esac\n"
          "    case $verb:$current in\n"
          "    *:-*) COMPREPLY=($(compgen -W \"$options\" -- \"$current\")) ;;\n"
          "    :*) COMPREPLY=($(compgen -W '",
          out);
    print_first_words(out);
    fputs("' -- \"$current\")) ;;\n"
          "    audit:*) COMPREPLY=($(compgen -W '",
          out);
    print_second_words(out);
    fputs("' -- \"$current\")) ;;\n"
          "    *) COMPREPLY=() ;;\n"
          "    esac\n"
          "}\n"
          "complete -o default -F _covenant covenant\n",
          out);
    return EXIT_ANSWERED;
}
