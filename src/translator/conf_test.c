/* SPDX-License-Identifier: ISC */
#include "translator/conf.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

/* Load with flags "--a b --c d ..." and check one condition. */
static bool
load(struct conf *c, char **flags, int n)
{
    char *argv[16] = {(char *)"meeshy-translator"};

    memcpy(argv + 1, flags, (size_t)n * sizeof(*flags));
    *c = (struct conf){0};
    return conf_load(c, n + 1, argv, NULL);
}
#define LOAD(c, ...)                                                           \
    load((c), (char *[]){__VA_ARGS__},                                         \
        sizeof((char *[]){__VA_ARGS__}) / sizeof(char *))

static void
defaults_are_those_of_the_original(void)
{
    char name[] = "meeshy-translator", *argv[] = {name, NULL};
    struct conf c = {0};

    CHECK(conf_load(&c, 1, argv, NULL));
    CHECK(strcmp(c.host, "127.0.0.1") == 0 && c.http_port == 8000);
    CHECK(c.zmq_sub_port == 5555 && c.zmq_pub_port == 5556 && !c.pushpull);
    CHECK(c.normal_pool_size == 10000 && c.any_pool_size == 10000);
    CHECK(c.normal_workers == 20 && c.any_workers == 10);
    conf_free(&c);
}

static void
worker_numbers_follow_the_total_unless_given(void)
{
    char total[] = "--translation-workers", normal[] = "--normal-workers";
    char fifty[] = "50", four[] = "4", three[] = "3";
    struct conf c;

    CHECK(LOAD(&c, total, fifty));
    CHECK(c.normal_workers == 25 && c.any_workers == 12);
    conf_free(&c);
    CHECK(LOAD(&c, total, four));
    CHECK(c.normal_workers == 20 && c.any_workers == 10);
    conf_free(&c);
    CHECK(LOAD(&c, total, fifty, normal, three));
    CHECK(c.normal_workers == 3 && c.any_workers == 12);
    conf_free(&c);
}

static void
engines_are_both_unless_one_is_named(void)
{
    char engine[] = "--engine", apertium[] = "apertium", neural[] = "neural";
    char echo[] = "echo", other[] = "bing", level[] = "--quantization-level";
    char bf16[] = "bfloat16", int4[] = "int4";
    char float16[] = "float16", float8[] = "float8";
    char device[] = "--neural-device", cuda[] = "cuda", tpu[] = "tpu";
    struct conf c;

    CHECK(LOAD(&c, level, bf16) && c.wants_apertium && c.wants_neural);
    CHECK(c.precision == PRECISION_BFLOAT16 && c.neural_continuous);
    CHECK(c.neural_memory_mb == 1024 && c.neural_beam == 0);
    conf_free(&c);
    CHECK(LOAD(&c, level, float16) && c.precision == PRECISION_BFLOAT16);
    conf_free(&c);
    CHECK(LOAD(&c, level, float8) && c.precision == PRECISION_INT8);
    conf_free(&c);
    CHECK(LOAD(&c, engine, apertium) && c.wants_apertium && !c.wants_neural);
    CHECK(c.precision == PRECISION_INT8 && c.device == DEVICE_CPU);
    conf_free(&c);
    CHECK(LOAD(&c, engine, neural) && !c.wants_apertium && c.wants_neural);
    conf_free(&c);
    CHECK(LOAD(&c, engine, echo) && !c.wants_apertium && !c.wants_neural);
    CHECK(!c.quality_gate);
    conf_free(&c);
    CHECK(!LOAD(&c, engine, other));
    conf_free(&c);
    CHECK(!LOAD(&c, level, int4));
    conf_free(&c);
    CHECK(LOAD(&c, device, cuda) && c.device == DEVICE_CUDA);
    conf_free(&c);
    CHECK(!LOAD(&c, device, tpu));
    conf_free(&c);
}

static void
the_ports_are_of_this_machine_unless_told_otherwise(void)
{
    char host[] = "--zmq-host", all[] = "0.0.0.0", six[] = "::1";
    char http[] = "--host", insecure[] = "--insecure", yes[] = "true";
    char secret[] = "--zmq-secret-key", known[] = "--zmq-gateway-keys";
    char key[] = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";
    struct conf c;

    CHECK(LOAD(&c, http, all) && strcmp(c.zmq_host, "127.0.0.1") == 0);
    conf_free(&c);
    CHECK(LOAD(&c, host, six));
    conf_free(&c);
    CHECK(!LOAD(&c, host, all));
    conf_free(&c);
    CHECK(LOAD(&c, host, all, insecure, yes) && c.insecure);
    conf_free(&c);
    CHECK(LOAD(&c, host, all, secret, key, known, key) && !c.insecure);
    conf_free(&c);
    CHECK(!LOAD(&c, host, all, secret, all));
    conf_free(&c);
    CHECK(!LOAD(&c, host, all, secret, key, known, all));
    conf_free(&c);
}

static void
pushpull_answers_on_its_own_port(void)
{
    char pattern[] = "--zmq-pattern", pushpull[] = "pushpull";
    char port[] = "--zmq-pub-port", own[] = "7001", wrong[] = "reqrep";
    struct conf c;

    CHECK(LOAD(&c, pattern, pushpull));
    CHECK(c.pushpull && c.zmq_sub_port == 5555 && c.zmq_pub_port == 5558);
    conf_free(&c);
    CHECK(LOAD(&c, pattern, pushpull, port, own));
    CHECK(c.zmq_pub_port == 7001);
    conf_free(&c);
    CHECK(!LOAD(&c, pattern, wrong));
    conf_free(&c);
}

static void
words_outside_their_list_are_refused(void)
{
    char engine[] = "--engine", level[] = "--log-level", x[] = "x";
    struct conf c;

    CHECK(!LOAD(&c, engine, x));
    conf_free(&c);
    CHECK(!LOAD(&c, level, x));
    conf_free(&c);
}

int
main(void)
{
    /* Not what this machine happens to have set. */
    clearenv();
    RUN(defaults_are_those_of_the_original);
    RUN(worker_numbers_follow_the_total_unless_given);
    RUN(engines_are_both_unless_one_is_named);
    RUN(the_ports_are_of_this_machine_unless_told_otherwise);
    RUN(pushpull_answers_on_its_own_port);
    RUN(words_outside_their_list_are_refused);
    return tap_end();
}
