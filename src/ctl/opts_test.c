/* SPDX-License-Identifier: ISC */
#include "ctl/opts.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

enum { ARGS_MAX = 12 };

/* words ends with NULL. */
static bool
parse(struct opts *o, struct err *err, const char *const *words)
{
    char *argv[ARGS_MAX + 2] = {(char *)"meeshyctl"};
    int argc = 1;

    while (*words && argc <= ARGS_MAX)
        argv[argc++] = (char *)*words++;
    return opts_parse(argc, argv, o, err);
}

#define PARSE(...) parse(&o, &err, (const char *const[]){__VA_ARGS__, NULL})

static void
the_longer_command_is_meant(void)
{
    struct opts o;
    struct err err;

    CHECK(PARSE("pools") && o.command == CTL_POOLS);
    CHECK(PARSE("pools", "resize", "--any-workers", "7"));
    CHECK(o.command == CTL_POOLS_RESIZE && o.sizes.any_workers == 7);
    CHECK(o.sizes.normal_workers == 0);
    CHECK(PARSE("pools", "resize", "--any-workers", "1000"));
    CHECK(!PARSE("pools", "resize", "--any-workers", "1001"));
}

static void
options_may_stand_anywhere(void)
{
    struct opts o;
    struct err err;

    CHECK(PARSE("glossary", "--token", "t", "put", "room", "file"));
    CHECK(o.command == CTL_GLOSSARY_PUT && o.n_args == 2);
    CHECK(strcmp(o.args[0], "room") == 0 && strcmp(o.args[1], "file") == 0);
    CHECK(strcmp(o.token, "t") == 0);
    CHECK(PARSE("drain", "--token", "t") && o.command == CTL_DRAIN);
    CHECK(PARSE("drain", "end") && strcmp(o.args[0], "end") == 0);
    CHECK(PARSE("--once", "top") && o.plain && o.count == 1);
}

static void
what_makes_no_sense_is_refused(void)
{
    struct opts o;
    struct err err;

    CHECK(!PARSE(NULL));
    CHECK(!PARSE("dance"));
    CHECK(!PARSE("backup"));
    CHECK(!PARSE("backup", "a", "b"));
    CHECK(!PARSE("top", "--nothing"));
    CHECK(!PARSE("top", "--interval"));
    CHECK(!PARSE("top", "--interval", "0"));
    CHECK(!PARSE("backup", "a", "--once"));
    CHECK(strstr(err.text, "--once is not for this command"));
    CHECK(!PARSE("a", "b", "c", "d", "e", "f", "g"));
}

static void
the_environment_gives_what_the_line_does_not(void)
{
    struct opts o;
    struct err err;

    setenv("MEESHY_GATEWAY_URL", "http://there", 1);
    setenv("TRANSLATOR_ADMIN_TOKEN", "secret", 1);
    CHECK(PARSE("top"));
    CHECK(strcmp(o.gateway, "http://there") == 0);
    CHECK(strcmp(o.admin_token, "secret") == 0);
    CHECK(PARSE("top", "--gateway", "http://here"));
    CHECK(strcmp(o.gateway, "http://here") == 0);
    unsetenv("MEESHY_GATEWAY_URL");
    CHECK(PARSE("top"));
    CHECK(strcmp(o.gateway, "http://127.0.0.1:3000") == 0);
}

static void
folders_of_models_are_those_of_the_translator(void)
{
    struct opts o;
    struct err err;

    CHECK(PARSE("models", "list") && o.command == CTL_MODELS_LIST);
    CHECK(strcmp(o.models, "data/models:models") == 0 && !o.registry);
    setenv("NEURAL_MODELS", "/a", 1);
    CHECK(PARSE("models", "pull", "en-fr", "fr-en"));
    CHECK(strcmp(o.models, "/a") == 0 && o.n_args == 2);
    setenv("TRANSLATOR_NEURAL_MODELS", "/b:/c", 1);
    CHECK(PARSE("models", "remove", "en-fr"));
    CHECK(strcmp(o.models, "/b:/c") == 0);
    CHECK(PARSE("models", "list", "--models", "/d"));
    CHECK(strcmp(o.models, "/d") == 0);
    CHECK(PARSE("models", "quantise", "a", "--text", "t", "--models", "/e"));
    CHECK(strcmp(o.models, "/e") == 0 && strcmp(o.text, "t") == 0);
    CHECK(!PARSE("models") && !PARSE("models", "add"));
    CHECK(PARSE("memory", "import", "a.tmx") && o.command == CTL_MEMORY_IMPORT);
    CHECK(strcmp(o.memory, "data/memory:memory") == 0);
    CHECK(PARSE("memory", "list", "--memory", "/f"));
    CHECK(strcmp(o.memory, "/f") == 0);
    CHECK(!PARSE("models", "list", "--again"));
    unsetenv("NEURAL_MODELS");
    unsetenv("TRANSLATOR_NEURAL_MODELS");
}

int
main(void)
{
    RUN(the_longer_command_is_meant);
    RUN(options_may_stand_anywhere);
    RUN(what_makes_no_sense_is_refused);
    RUN(the_environment_gives_what_the_line_does_not);
    RUN(folders_of_models_are_those_of_the_translator);
    return tap_end();
}
