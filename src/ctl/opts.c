/* SPDX-License-Identifier: ISC */
#include "ctl/opts.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cfg.h"
#include "base/span.h"

enum {
    WORKERS_MAX = 1000, /* as the translator has it */
    POOL_SIZE_MAX = 1000000,
    INTERVAL_S_MAX = 3600,
    COUNT_MAX = 1000000,
    BEAM_MAX = 6,
    SECONDS_MAX = 60,
    KEY_LIMIT_MAX = 1000000000, /* as the translator has it */
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
    {{"drain"}, CTL_DRAIN, 0, 1, "[end]",
        "take a gateway out of service, or end that; its clients move"},
    {{"glossary", "get"}, CTL_GLOSSARY_GET, 1, 2, "ROOM [FILE]",
        "a room's own words as JSON"},
    {{"glossary", "put"}, CTL_GLOSSARY_PUT, 2, 2, "ROOM FILE",
        "replace them by those of the file"},
    {{"models", "list"}, CTL_MODELS_LIST, 0, 0, "",
        "installed translation models"},
    {{"models", "available"}, CTL_MODELS_AVAILABLE, 0, 1, "[LANGUAGE|PAIR]",
        "what the registry offers"},
    {{"models", "pull"}, CTL_MODELS_PULL, 0, CTL_ARGS_MAX, "[PAIR...]",
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
    {{"models", "measure"}, CTL_MODELS_MEASURE, 2, 2, "PAIR FILE",
        "measure the ways on lines of source, tab, reference"},
    {{"memory", "list"}, CTL_MEMORY_LIST, 0, 0, "",
        "tables of human translations"},
    {{"memory", "import"}, CTL_MEMORY_IMPORT, 1, 1, "FILE.tmx|FILE.tsv",
        "take them from a file"},
    {{"memory", "export"}, CTL_MEMORY_EXPORT, 1, 1, "TABLE",
        "write a table as TMX"},
    {{"backup"}, CTL_BACKUP, 1, 1, "FILE|-",
        "the database, while it is in use, and your files"},
    {{"restore"}, CTL_RESTORE, 1, 1, "FILE|-",
        "put a backup back; the gateway must have stopped"},
    {{"rehearse"}, CTL_REHEARSE, 1, 1, "FILE|-",
        "try in a scratch folder whether a backup restores"},
    {{"keys", "add"}, CTL_KEYS_ADD, 1, 1, "NAME",
        "make an API key of the translator, and show it"},
    {{"keys", "list"}, CTL_KEYS_LIST, 0, 0, "", "who has keys, and limits"},
    {{"keys", "pair"}, CTL_KEYS_PAIR, 1, 1, "FILE",
        "make a key of CURVE, between gateway and translator; say its public "
        "one"},
    {{"keys", "public"}, CTL_KEYS_PUBLIC, 1, 1, "FILE", "say it again"},
    {{"keys", "revoke"}, CTL_KEYS_REVOKE, 1, 1, "NAME", "take a key away"},
    {{"database", "copy"}, CTL_DATABASE_COPY, 2, 2, "FROM TO",
        "from SQLite to PostgreSQL or back, checked row by row"},
    {{"database", "vacuum"}, CTL_DATABASE_VACUUM, 0, 0, "",
        "give back the room of what was deleted; the gateway must have stopped"},
    {{"import", "slack"}, CTL_IMPORT_SLACK, 1, 1, "FOLDER|FILE.zip",
        "people, rooms and messages of Slack; the gateway must have stopped"},
    {{"import", "meeshy"}, CTL_IMPORT_MEESHY, 1, 1, "FOLDER|FILE.zip",
        "those of the original Meeshy, likewise"},
    {{"export"}, CTL_EXPORT, 2, 2, "ROOM FILE.jsonl|FILE.html",
        "all that was said in a room, with its translations"},
    {{"check-config"}, CTL_CHECK_CONFIG, 0, 0, "",
        "every setting of the programs, where it comes from, mistakes"},
    {{"help"}, CTL_HELP, 0, 0, "", "this text"},
};
enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

enum opt_type { OPT_STRING, OPT_INT, OPT_FLAG, OPT_ONCE };

#define ON(command) (1ull << (command))
enum {
    ON_STATUS = ON(CTL_TOP) | ON(CTL_POOLS),
    ON_ADMIN = ON(CTL_POOLS_RESIZE) | ON(CTL_RESTART_WORKERS),
    ON_SESSION = ON(CTL_GLOSSARY_GET) | ON(CTL_GLOSSARY_PUT) | ON(CTL_DRAIN),
    ON_RESIZE = ON(CTL_POOLS_RESIZE),
    ON_CHANGE = ON(CTL_MODELS_PULL) | ON(CTL_MODELS_QUANTISE) |
                ON(CTL_MODELS_ADD) | ON(CTL_MODELS_REMOVE) |
                ON(CTL_MODELS_MEASURE),
    ON_MODELS = ON_CHANGE | ON(CTL_MODELS_LIST) | ON(CTL_MODELS_AVAILABLE) |
                ON(CTL_MODELS_VERIFY) | ON(CTL_MODELS_BENCH),
    ON_MEMORY =
        ON(CTL_MEMORY_LIST) | ON(CTL_MEMORY_IMPORT) | ON(CTL_MEMORY_EXPORT),
    ON_PLACES = ON(CTL_BACKUP) | ON(CTL_RESTORE),
    ON_BACKUP = ON_PLACES | ON(CTL_REHEARSE),
    ON_KEYS = ON(CTL_KEYS_ADD) | ON(CTL_KEYS_LIST) | ON(CTL_KEYS_REVOKE),
    ON_IMPORT = ON(CTL_IMPORT_SLACK) | ON(CTL_IMPORT_MEESHY),
    ON_REGISTRY = ON(CTL_MODELS_PULL) | ON(CTL_MODELS_AVAILABLE),
};

struct opt_row {
    const char *name, *env; /* env may be NULL */
    enum opt_type type;
    uint64_t commands; /* that take it */
    size_t offset;
    int max; /* OPT_INT: 1 to max */
    const char *help;
};

#define FIELD(f) offsetof(struct opts, f)

static const struct opt_row rows[] = {
    {"--gateway", "MEESHY_GATEWAY_URL", OPT_STRING, ON(CTL_TOP) | ON_SESSION,
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
    {"--token", "MEESHY_TOKEN", OPT_STRING, ON_SESSION, FIELD(token), 0,
        "session of a member of the room"},
    {"--token-file", NULL, OPT_STRING, ON_SESSION, FIELD(token_file), 0,
        "a file with that session"},
    {"--models", NULL, OPT_STRING, ON_MODELS | ON_PLACES, FIELD(models), 0,
        "folders of models, with colons (data/models:models)"},
    {"--memory", NULL, OPT_STRING, ON_MEMORY | ON_PLACES, FIELD(memory), 0,
        "folders of translation memories (data/memory:memory)"},
    {"--registry", NULL, OPT_STRING, ON_REGISTRY, FIELD(registry), 0,
        "where models come from, with blanks between (mozilla)"},
    {"--all-for", NULL, OPT_STRING, ON(CTL_MODELS_PULL), FIELD(all_for), 0,
        "all models from or into that language"},
    {"--among", NULL, OPT_STRING, ON(CTL_MODELS_PULL), FIELD(among), 0,
        "all models between those languages, as en,fr,es"},
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
    {"--language", NULL, OPT_STRING, ON_IMPORT, FIELD(language), 0,
        "of people and texts that do not tell (en)"},
    {"--database", NULL, OPT_STRING,
        ON_PLACES | ON(CTL_DATABASE_VACUUM) | ON_IMPORT | ON(CTL_EXPORT),
        FIELD(database), 0, "of the gateway (sqlite:data/meeshy.db)"},
    {"--files", NULL, OPT_STRING, ON_PLACES, FIELD(files), 0,
        "folder of people's files (files, beside the database)"},
    {"--keys-file", NULL, OPT_STRING, ON_KEYS, FIELD(api_keys), 0,
        "of API keys (API_KEYS_FILE of the translator)"},
    {"--per-minute", NULL, OPT_INT, ON(CTL_KEYS_ADD),
        FIELD(limits.requests_per_minute), KEY_LIMIT_MAX,
        "requests of a key a minute (no limit)"},
    {"--per-day", NULL, OPT_INT, ON(CTL_KEYS_ADD),
        FIELD(limits.requests_per_day), KEY_LIMIT_MAX,
        "requests of a key a day (no limit)"},
    {"--characters", NULL, OPT_INT, ON(CTL_KEYS_ADD),
        FIELD(limits.characters_per_day), KEY_LIMIT_MAX,
        "characters of a key a day (no limit)"},
    {"--key-file", "MEESHY_BACKUP_KEY_FILE", OPT_STRING, ON_BACKUP,
        FIELD(key_file), 0, "its first line encrypts backups"},
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

enum setting {
    SET_ADMIN_TOKEN,
    SET_GLOSSARY,
    SET_API_KEYS,
    SET_DATABASE,
    SET_FILES,
    SET_MODELS,
    SET_MEMORY,
    SET_REGISTRY,
    SETTINGS,
};

/* A setting of a program, from its variables and its file; kept until it is
 * asked for again. */
static const char *
setting(enum setting which, const char *fallback)
{
    static const char *const names[SETTINGS][2] = {
        [SET_ADMIN_TOKEN] = {"TRANSLATOR", "ADMIN_TOKEN"},
        [SET_GLOSSARY] = {"GATEWAY", "GLOSSARY"},
        [SET_API_KEYS] = {"TRANSLATOR", "API_KEYS_FILE"},
        [SET_DATABASE] = {"GATEWAY", "DATABASE_URL"},
        [SET_FILES] = {"GATEWAY", "FILES"},
        [SET_MODELS] = {"TRANSLATOR", "NEURAL_MODELS"},
        [SET_MEMORY] = {"TRANSLATOR", "MEMORY"},
        [SET_REGISTRY] = {"TRANSLATOR", "MODELS_REGISTRY"},
    };
    static char *kept[SETTINGS];

    free(kept[which]);
    kept[which] = cfg_find(names[which][0], names[which][1]);
    return kept[which] ? kept[which] : fallback;
}

static void
set_defaults(struct opts *o)
{
    *o = (struct opts){
        .gateway = "http://127.0.0.1:3000",
        .translators = "http://127.0.0.1:8000",
        .interval_s = 2,
        .seconds = 3,
        .language = "en",
    };
    for (size_t i = 0; i < N_ROWS; i++) {
        const char *text = rows[i].env ? getenv(rows[i].env) : NULL;
        if (text && text[0])
            set(o, &rows[i], text);
    }
    o->admin_token = setting(SET_ADMIN_TOKEN, NULL);
    o->glossary = setting(SET_GLOSSARY, NULL);
    o->api_keys = setting(SET_API_KEYS, NULL);
    o->database = setting(SET_DATABASE, "sqlite:data/meeshy.db");
    o->files = setting(SET_FILES, NULL);
    o->models = setting(SET_MODELS, "data/models:models");
    o->memory = setting(SET_MEMORY, "data/memory:memory");
    o->registry = setting(SET_REGISTRY, NULL);
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
