/* SPDX-License-Identifier: ISC */
#include "ctl/opts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"

enum {
    WORKERS_MAX = 1000, /* as the translator has it */
    POOL_SIZE_MAX = 1000000,
    INTERVAL_S_MAX = 3600,
    COUNT_MAX = 1000000,
    BEAM_MAX = 6,
    SECONDS_MAX = 60,
};

struct command {
    const char *words[2]; /* the second may be NULL */
    enum ctl_command command;
    int args_min, args_max;
    const char *args, *help;
};

/* Longer names first: the first that fits is meant. */
static const struct command commands[] = {
    {{"top"}, CTL_TOP, 0, 0, "", "watch both programs at work"},
    {{"pools", "resize"}, CTL_POOLS_RESIZE, 0, 0, "",
        "change sizes of a running translator"},
    {{"pools"}, CTL_POOLS, 0, 0, "", "show the translator's pools"},
    {{"restart-workers"}, CTL_RESTART_WORKERS, 0, 0, "",
        "replace all workers, each after its task"},
    {{"glossary", "get"}, CTL_GLOSSARY_GET, 1, 2, "ROOM [FILE]",
        "a room's own words as JSON"},
    {{"glossary", "put"}, CTL_GLOSSARY_PUT, 2, 2, "ROOM FILE",
        "replace them by those of the file"},
    {{"models", "list"}, CTL_MODELS_LIST, 0, 0, "",
        "installed translation models"},
    {{"models", "available"}, CTL_MODELS_AVAILABLE, 0, 1, "[LANGUAGE|PAIR]",
        "what the registry offers"},
    {{"models", "pull"}, CTL_MODELS_PULL, 1, CTL_ARGS_MAX, "PAIR...",
        "fetch and install models"},
    {{"models", "add"}, CTL_MODELS_ADD, 1, 2, "FOLDER [PAIR]",
        "install the model of a folder"},
    {{"models", "verify"}, CTL_MODELS_VERIFY, 0, 1, "[NAME]",
        "compare files with their hashes"},
    {{"models", "remove"}, CTL_MODELS_REMOVE, 1, 1, "NAME",
        "delete an installed model"},
    {{"models", "quantise"}, CTL_MODELS_QUANTISE, 1, 1, "NAME",
        "make an int8 model of a float one"},
    {{"models", "bench"}, CTL_MODELS_BENCH, 1, 1, "NAME",
        "measure how fast a model is here"},
    {{"backup"}, CTL_BACKUP, 1, 1, "DEST",
        "copy the database while it is in use"},
    {{"help"}, CTL_HELP, 0, 0, "", "this text"},
};
enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

enum opt_type { OPT_STRING, OPT_INT, OPT_FLAG, OPT_ONCE };

#define ON(command) (1u << (command))
enum {
    ON_STATUS = ON(CTL_TOP) | ON(CTL_POOLS),
    ON_ADMIN = ON(CTL_POOLS_RESIZE) | ON(CTL_RESTART_WORKERS),
    ON_ROOM = ON(CTL_GLOSSARY_GET) | ON(CTL_GLOSSARY_PUT),
    ON_RESIZE = ON(CTL_POOLS_RESIZE),
    ON_CHANGE = ON(CTL_MODELS_PULL) | ON(CTL_MODELS_QUANTISE) |
                ON(CTL_MODELS_ADD) | ON(CTL_MODELS_REMOVE),
    ON_MODELS = ON_CHANGE | ON(CTL_MODELS_LIST) | ON(CTL_MODELS_AVAILABLE) |
                ON(CTL_MODELS_VERIFY) | ON(CTL_MODELS_BENCH),
    ON_REGISTRY = ON(CTL_MODELS_PULL) | ON(CTL_MODELS_AVAILABLE),
};

struct opt_row {
    const char *name, *env; /* env may be NULL */
    enum opt_type type;
    unsigned commands; /* that take it */
    size_t offset;
    int max; /* OPT_INT: 1 to max */
    const char *help;
};

#define FIELD(f) offsetof(struct opts, f)

static const struct opt_row rows[] = {
    {"--gateway", "MEESHY_GATEWAY_URL", OPT_STRING, ON(CTL_TOP) | ON_ROOM,
        FIELD(gateway), 0, "URL (http://127.0.0.1:3000)"},
    {"--translator", "MEESHY_TRANSLATOR_URL", OPT_STRING,
        ON_STATUS | ON_ADMIN | ON_CHANGE | ON(CTL_MODELS_LIST),
        FIELD(translators), 0, "URL, or several with commas (…:8000)"},
    {"--interval", NULL, OPT_INT, ON(CTL_TOP), FIELD(interval_s),
        INTERVAL_S_MAX, "seconds between two looks (2)"},
    {"--plain", NULL, OPT_FLAG, ON(CTL_TOP), FIELD(plain), 0,
        "one report below the other, for a file or a pipe"},
    {"--count", NULL, OPT_INT, ON(CTL_TOP), FIELD(count), COUNT_MAX,
        "end after so many reports"},
    {"--once", NULL, OPT_ONCE, ON(CTL_TOP), 0, 0, "--plain --count 1"},
    {"--normal-workers", NULL, OPT_INT, ON_RESIZE, FIELD(sizes.normal_workers),
        WORKERS_MAX, "for conversations"},
    {"--any-workers", NULL, OPT_INT, ON_RESIZE, FIELD(sizes.any_workers),
        WORKERS_MAX, "for the public room"},
    {"--max-normal-workers", NULL, OPT_INT, ON_RESIZE,
        FIELD(sizes.max_normal_workers), WORKERS_MAX, "scaling goes so far"},
    {"--max-any-workers", NULL, OPT_INT, ON_RESIZE,
        FIELD(sizes.max_any_workers), WORKERS_MAX, "scaling goes so far"},
    {"--normal-pool-size", NULL, OPT_INT, ON_RESIZE,
        FIELD(sizes.normal_pool_size), POOL_SIZE_MAX, "tasks that may wait"},
    {"--any-pool-size", NULL, OPT_INT, ON_RESIZE, FIELD(sizes.any_pool_size),
        POOL_SIZE_MAX, "tasks that may wait"},
    {"--admin-token-file", "MEESHY_ADMIN_TOKEN_FILE", OPT_STRING,
        ON_ADMIN | ON_CHANGE, FIELD(admin_token_file), 0,
        "holds the translator's ADMIN_TOKEN"},
    {"--token", "MEESHY_TOKEN", OPT_STRING, ON_ROOM, FIELD(token), 0,
        "session of a member of the room"},
    {"--token-file", NULL, OPT_STRING, ON_ROOM, FIELD(token_file), 0,
        "a file with that session"},
    {"--models", NULL, OPT_STRING, ON_MODELS, FIELD(models), 0,
        "folders of models, with colons (data/models:models)"},
    {"--registry", NULL, OPT_STRING, ON_REGISTRY, FIELD(registry), 0,
        "URL of the list of models (Mozilla's)"},
    {"--architecture", NULL, OPT_STRING, ON(CTL_MODELS_PULL),
        FIELD(architecture), 0, "tiny, base-memory or base"},
    {"--again", NULL, OPT_FLAG, ON(CTL_MODELS_PULL), FIELD(again), 0,
        "also when it is installed already"},
    {"--text", NULL, OPT_STRING, ON(CTL_MODELS_BENCH) | ON(CTL_MODELS_QUANTISE),
        FIELD(text), 0, "a file of sentences, a line each"},
    {"--seconds", NULL, OPT_INT, ON(CTL_MODELS_BENCH), FIELD(seconds),
        SECONDS_MAX, "to measure each way (3)"},
    {"--precision", NULL, OPT_STRING, ON(CTL_MODELS_BENCH), FIELD(precision), 0,
        "int8, bfloat16 or float32"},
    {"--beam", NULL, OPT_INT, ON(CTL_MODELS_BENCH), FIELD(beam), BEAM_MAX,
        "translations followed at a time (what model.json says, else 1)"},
    {"--licence", NULL, OPT_STRING, ON(CTL_MODELS_ADD), FIELD(licence), 0,
        "of the model, as CC-BY-4.0"},
    {"--database", "GATEWAY_DATABASE_URL", OPT_STRING, ON(CTL_BACKUP),
        FIELD(database), 0, "of the gateway (sqlite:data/meeshy.db)"},
};
enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

static const struct opt_row *
row_find(const char *name)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

static bool
set(struct opts *o, const struct opt_row *row, const char *text)
{
    char *field = (char *)o + row->offset;
    long long n;

    switch (row->type) {
    case OPT_STRING:
        *(const char **)field = text;
        return true;
    case OPT_INT:
        if (!span_int(span_of(text), 1, row->max, &n))
            return false;
        *(int *)field = (int)n;
        return true;
    case OPT_FLAG:
        *(bool *)field = true;
        return true;
    case OPT_ONCE:
        o->plain = true;
        o->count = 1;
        return true;
    }
    return false;
}

/* The command that the words name; *used says how many of them. */
static const struct command *
command_find(const char *const *words, int n, int *used)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        const struct command *c = &commands[i];
        int len = c->words[1] ? 2 : 1;

        if (n >= len && strcmp(words[0], c->words[0]) == 0 &&
            (len == 1 || strcmp(words[1], c->words[1]) == 0)) {
            *used = len;
            return c;
        }
    }
    return NULL;
}

static bool
read_words(struct opts *o, const char *const *words, int n, struct err *err)
{
    int used = 0;
    const struct command *c = command_find(words, n, &used);

    if (n == 0)
        return err_set(err, FAIL_BAD_INPUT, "a command is needed");
    if (!c)
        return err_set(
            err, FAIL_BAD_INPUT, "there is no command '%s'", words[0]);
    o->command = c->command;
    o->n_args = n - used;
    if (o->n_args < c->args_min || o->n_args > c->args_max)
        return err_set(err, FAIL_BAD_INPUT, "usage: meeshyctl %s%s%s %s",
            c->words[0], c->words[1] ? " " : "", c->words[1] ? c->words[1] : "",
            c->args);
    for (int i = 0; i < o->n_args; i++)
        o->args[i] = words[used + i];
    return true;
}

/* Whether each given option is one of the command. */
static bool
check_given(const struct opts *o, const bool *given, struct err *err)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (given[i] && !(rows[i].commands & ON(o->command)))
            return err_set(err, FAIL_BAD_INPUT, "%s is not for this command",
                rows[i].name);
    return true;
}

/* A setting of the translator, by the names under which it reads it. */
static const char *
setting(const char *prefixed, const char *name, const char *fallback)
{
    const char *text = getenv(prefixed);

    if (!text || !text[0])
        text = getenv(name);
    return text && text[0] ? text : fallback;
}

static void
set_defaults(struct opts *o)
{
    *o = (struct opts){
        .gateway = "http://127.0.0.1:3000",
        .translators = "http://127.0.0.1:8000",
        .database = "sqlite:data/meeshy.db",
        .interval_s = 2,
        .seconds = 3,
    };
    for (size_t i = 0; i < N_ROWS; i++) {
        const char *text = rows[i].env ? getenv(rows[i].env) : NULL;
        if (text && text[0])
            set(o, &rows[i], text);
    }
    o->admin_token = setting("TRANSLATOR_ADMIN_TOKEN", "ADMIN_TOKEN", NULL);
    o->models = setting(
        "TRANSLATOR_NEURAL_MODELS", "NEURAL_MODELS", "data/models:models");
    o->registry =
        setting("TRANSLATOR_MODELS_REGISTRY", "MODELS_REGISTRY", NULL);
}

bool
opts_parse(int argc, char **argv, struct opts *ret, struct err *err)
{
    const char *words[2 + CTL_ARGS_MAX + 1];
    bool given[N_ROWS] = {false};
    int n_words = 0;

    set_defaults(ret);
    for (int i = 1; i < argc; i++) {
        const struct opt_row *row = row_find(argv[i]);
        const char *text = NULL;

        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            ret->command = CTL_HELP;
            return true;
        }
        if (!row && argv[i][0] == '-' && argv[i][1])
            return err_set(err, FAIL_BAD_INPUT, "no option %s", argv[i]);
        if (!row) {
            if (n_words < (int)(sizeof(words) / sizeof(words[0])))
                words[n_words++] = argv[i];
            continue;
        }
        given[row - rows] = true;
        if (row->type <= OPT_INT && !(text = argv[++i]))
            return err_set(err, FAIL_BAD_INPUT, "%s needs a value", row->name);
        if (!set(ret, row, text))
            return err_set(
                err, FAIL_BAD_INPUT, "%s must be 1 to %d", row->name, row->max);
    }
    return read_words(ret, words, n_words, err) && check_given(ret, given, err);
}

void
opts_usage(FILE *to)
{
    fprintf(to, "meeshyctl %s: looks at and changes a running Meeshy\n\n",
        MEESHY_VERSION);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        const struct command *c = &commands[i];
        char name[64];

        snprintf(name, sizeof(name), "%s%s%s %s", c->words[0],
            c->words[1] ? " " : "", c->words[1] ? c->words[1] : "", c->args);
        fprintf(to, "  meeshyctl %-38s %s\n", name, c->help);
    }
    fputc('\n', to);
    for (size_t i = 0; i < N_ROWS; i++)
        fprintf(to, "  %-22s %s\n", rows[i].name, rows[i].help);
    fprintf(to, "\nThe translator's ADMIN_TOKEN is taken from "
                "TRANSLATOR_ADMIN_TOKEN or the file.\n");
}
