/* SPDX-License-Identifier: ISC */
#include "translator/conf.h"

#include <limits.h>
#include <string.h>
#include <zmq.h>

#include "base/cfg.h"
#include "base/proxies.h"
#include "base/span.h"
#include "models/pull.h"
#include "trace/trace.h"
#include "translator/http/admin.h"
#include "translator/tasks/zap.h"
#include "translator/translate/translate.h"

enum {
    NORMAL_WORKERS = 20,
    ANY_WORKERS = 10,
    WORKERS_MAX = POOL_WORKERS_MAX,
    POOL_SIZE_MAX = 1000000,
    PORT_MAX = 65535,
    CURVE_KEY_BYTES = 41, /* in Z85, and a NUL */
    DEADLINE_S_MAX = 3600,
    ADMIN_TOKEN_LEN_MIN = 16,
    TEXT_CHARS_MAX = TRANSLATE_TEXT_BYTES_MAX,
    BATCH_MAX = 1000,
    HTTP_TEXTS_MAX = 100000,
    REQ_LIMIT_MAX = 1000000,
    NEURAL_MEMORY_MB_MAX = 1024 * 1024,
    NEURAL_ROWS_MAX = 1024,
    NEURAL_BEAM_MAX = 6,

    /* The ports of later Meeshy versions, which push tasks. */
    PUB_PORT = 5556,
    PUB_PORT_PUSHPULL = 5558,
};

#define ROW(name, type, field, def, min, max, help)                            \
    {                                                                          \
        name, type, offsetof(struct conf, field), def, min, max, help          \
    }

static const struct cfg_row rows[] = {
    ROW("HOST", CFG_STRING, host, "127.0.0.1", 0, 0,
        "address to listen on; 0.0.0.0 for all"),
    ROW("HTTP_PORT", CFG_INT, http_port, "8000", 0, PORT_MAX,
        "translations, languages, health, statistics; 0: any free port"),
    ROW("ZMQ_SUB_PORT", CFG_INT, zmq_sub_port, "5555", 0, PORT_MAX,
        "gateways connect here to send tasks; 0: any free port"),
    ROW("ZMQ_PUB_PORT", CFG_INT, zmq_pub_port, "5556", 0, PORT_MAX,
        "gateways connect here to hear answers; 5556 becomes 5558 with "
        "ZMQ_PATTERN=pushpull"),
    ROW("ZMQ_HOST", CFG_STRING, zmq_host, "127.0.0.1", 0, 0,
        "address of these two ports"),
    ROW("INSECURE", CFG_BOOL, insecure, "false", 0, 0,
        "let ZMQ_HOST be reached from other machines without ZMQ_SECRET_KEY, in "
        "clear text and by everybody there"),
    ROW("ZMQ_SECRET_KEY", CFG_STRING, zmq_secret_key, "", 0, 0,
        "key for CURVE, from meeshyctl keys pair: the ports speak nothing else; "
        "empty: in clear"),
    ROW("ZMQ_GATEWAY_KEYS", CFG_STRING, zmq_gateway_keys, "", 0, 0,
        "with ZMQ_SECRET_KEY: the public keys of the gateways that may connect, "
        "with commas; empty: none may"),
    ROW("ZMQ_COMPAT", CFG_BOOL, zmq_compat, "false", 0, 0,
        "with ZMQ_SECRET_KEY: each gateway hears what others asked, as early "
        "ones need it; false: its own answers alone"),
    ROW("ZMQ_DIR", CFG_STRING, zmq_dir, "", 0, 0,
        "directory for sockets to gateways of this user on this machine, whose "
        "tasks are answered there alone; empty: none"),
    ROW("ZMQ_PATTERN", CFG_STRING, zmq_pattern, "pubsub", 0, 0,
        "how tasks come in: pubsub, or pushpull as in later Meeshy versions"),
    ROW("NORMAL_POOL_SIZE", CFG_INT, normal_pool_size, "10000", 1,
        POOL_SIZE_MAX, "tasks of conversations that may wait"),
    ROW("ANY_POOL_SIZE", CFG_INT, any_pool_size, "10000", 1, POOL_SIZE_MAX,
        "tasks of the public conversation that may wait"),
    ROW("TRANSLATION_WORKERS", CFG_INT, translation_workers, "0", 0,
        WORKERS_MAX,
        "n: max(20, n/2) normal and max(10, n/4) any workers, "
        "unless their own numbers are given"),
    ROW("NORMAL_WORKERS", CFG_INT, normal_workers, "0", 0, WORKERS_MAX,
        "tasks of conversations worked on at once; 0: 20, or by "
        "TRANSLATION_WORKERS"),
    ROW("ANY_WORKERS", CFG_INT, any_workers, "0", 0, WORKERS_MAX,
        "tasks of the public conversation worked on at once; 0: 10, or by "
        "TRANSLATION_WORKERS"),
    ROW("ENABLE_DYNAMIC_SCALING", CFG_BOOL, enable_dynamic_scaling, "true", 0,
        0, "more workers when tasks pile up, fewer when they are idle"),
    ROW("SCALING_CHECK_INTERVAL", CFG_INT, scaling_check_interval, "30", 1,
        DEADLINE_S_MAX, "seconds between two looks, by SCALING_POLICY=seeds"),
    ROW("SCALING_POLICY", CFG_STRING, scaling_policy, "seeds", 0, 0,
        "seeds: by the number of waiting tasks; age: by how long the oldest "
        "waits, within a second"),
    ROW("MAX_NORMAL_WORKERS", CFG_INT, max_normal_workers, "40", 1, WORKERS_MAX,
        "dynamic scaling goes so far"),
    ROW("MAX_ANY_WORKERS", CFG_INT, max_any_workers, "20", 1, WORKERS_MAX,
        "dynamic scaling goes so far"),
    ROW("TASK_DEADLINE", CFG_INT, task_deadline, "30", 1, DEADLINE_S_MAX,
        "seconds a worker gives a task; what is unfinished then fails"),
    ROW("WORKER_GRACE", CFG_INT, worker_grace, "5", 1, DEADLINE_S_MAX,
        "seconds after the deadline; a worker that still has its task then "
        "hangs and is replaced"),
    ROW("QUALITY_GATE", CFG_BOOL, quality_gate, "true", 0, 0,
        "refuse what cannot be a translation: loops, the source itself, "
        "another language; never with ENGINE=echo"),
    ROW("CACHE_BYTES", CFG_INT, cache_bytes, "67108864", 0, INT_MAX,
        "memory for translations done before; 0: keep none"),
    ROW("REDIS_URL", CFG_STRING, redis_url, "", 0, 0,
        "redis://[user:password@]host[:port][/db] or unix:path: translations "
        "shared between translators; empty: none"),
    ROW("REDIS_TTL", CFG_INT, redis_ttl, "604800", 1, INT_MAX,
        "seconds after which Redis forgets a translation"),
    ROW("ADMIN_TOKEN", CFG_STRING, admin_token, "", 0, 0,
        "at least 16 characters: who sends them from this machine may POST "
        "/admin; empty: nobody"),
    ROW("CHAR_LIMIT", CFG_INT, char_limit, "10000", 1, TEXT_CHARS_MAX,
        "characters that a text sent over HTTP may have"),
    ROW("BATCH_LIMIT", CFG_INT, batch_limit, "1000", 1, BATCH_MAX,
        "texts that a request over HTTP may have"),
    ROW("HTTP_IN_FLIGHT", CFG_INT, http_in_flight, "64", 1, HTTP_TEXTS_MAX,
        "texts sent over HTTP that are translated at once, beside the tasks"),
    ROW("HTTP_WAITING", CFG_INT, http_waiting, "4000", 1, HTTP_TEXTS_MAX,
        "texts sent over HTTP that may wait; more are refused with 503"),
    ROW("HTTP_DEADLINE", CFG_INT, http_deadline, "30", 1, DEADLINE_S_MAX,
        "seconds until a request over HTTP is answered with 503"),
    ROW("API_KEYS_FILE", CFG_STRING, api_keys_file, "", 0, 0,
        "API keys, a line each: NAME HASH REQUESTS_PER_MINUTE "
        "REQUESTS_PER_DAY CHARACTERS_PER_DAY; 0 is no limit; the hash is "
        "that of: printf %s KEY | b2sum -l 256"),
    ROW("REQUIRE_KEY", CFG_BOOL, require_key, "false", 0, 0,
        "translate over HTTP only for holders of an API key"),
    ROW("REQ_LIMIT", CFG_INT, req_limit, "0", 0, REQ_LIMIT_MAX,
        "texts a minute over HTTP for an address without a key; 0: no limit"),
    ROW("TRUST_PROXY", CFG_STRING, trust_proxy, "false", 0, 0,
        "false; true: the last address of X-Forwarded-For is the client's, only "
        "behind a proxy that writes it and that all come through; or the "
        "proxies' own addresses, as 10.0.0.0/8,192.0.2.7"),
    ROW("CORS_ORIGIN", CFG_STRING, cors_origin, "", 0, 0,
        "origin whose pages may ask over HTTP; * for all, empty for none"),
    ROW("ALLOWED_HOSTS", CFG_STRING, allowed_hosts, "", 0, 0,
        "names that programs reach it by over HTTP, with commas, "
        ".example.org for all below, * for any; localhost, HOST, this "
        "machine's name and addresses are known"),
    ROW("ENGINE", CFG_STRING, engine, "auto", 0, 0,
        "auto: neural models where there are, Apertium for the rest; neural, "
        "apertium: only that one; echo to test without one"),
    ROW("APERTIUM_MODES", CFG_STRING, apertium_modes,
        "/usr/share/apertium/modes", 0, 0, "directory of Apertium's modes"),
    ROW("APERTIUM_MEMORY_MB", CFG_INT, apertium_memory_mb, "600", 0, 1000000,
        "memory for Apertium's programs: while they hold more, those that had "
        "nothing to do for ten seconds end; 0: no limit"),
    ROW("NEURAL_MODELS", CFG_STRING, neural_models, "data/models:models", 0, 0,
        "folders of neural models, each with a folder for every model; of two "
        "for one pair of languages the one in the earlier folder is used"),
    ROW("MEMORY", CFG_STRING, memory, "data/memory:memory", 0, 0,
        "folders with tables of sentences that people translated, see "
        "meeshyctl(1); what the earlier folder says counts; empty, or ENGINE=echo: none"),
    ROW("SUGGESTIONS", CFG_STRING, suggestions, "", 0, 0,
        "folder for better translations that clients of LibreTranslate suggest "
        "(POST /suggest), by the rules of REQUIRE_KEY: a table for each pair, "
        "for meeshyctl memory import; empty: none are taken"),
    ROW("NEURAL_MEMORY_MB", CFG_INT, neural_memory_mb, "1024", 1,
        NEURAL_MEMORY_MB_MAX,
        "memory for neural models; the one used least recently makes room"),
    ROW("QUANTIZATION_LEVEL", CFG_STRING, quantization_level, "int8", 0, 0,
        "what neural models compute with: int8, bfloat16 or float32; float16 is taken as bfloat16, float8 as int8, and where the processor lacks bfloat16, int8 takes its place"),
    ROW("NEURAL_THREADS", CFG_INT, neural_threads, "0", 0, BATCHER_THREADS_MAX,
        "threads that work for one model; 0: as many as there are cores"),
    ROW("NEURAL_DEVICE", CFG_STRING, neural_device, "cpu", 0, 0,
        "where neural models compute: cpu, or cuda where this was built with "
        "it; without such a device the CPU does"),
    ROW("NEURAL_BATCH_ROWS", CFG_INT, neural_batch_rows, "0", 0,
        NEURAL_ROWS_MAX,
        "sentences that one thread translates at once; 0: the usual number"),
    ROW("NEURAL_CONTINUOUS", CFG_BOOL, neural_continuous, "true", 0, 0,
        "sentences join the running batch; false: when it has ended"),
    ROW("NEURAL_BEAM", CFG_INT, neural_beam, "0", 0, NEURAL_BEAM_MAX,
        "translations followed at a time for each sentence: more take longer "
        "and are a little better; 0: as many as the model's model.json says, "
        "else one"),
    ROW("MODELS_REGISTRY", CFG_STRING, models_registry, PULL_MOZILLA, 0, 0,
        "where models can be had: URLs of lists, \"mozilla\", or folders, with "
        "blanks between; the first that answers is taken; asked only when told "
        "to"),
    ROW("OTLP_URL", CFG_STRING, otlp_url, "", 0, 0,
        "a collector of OpenTelemetry for traces of messages, without texts: "
        "http://HOST:4318/v1/traces; empty: none"),
    ROW("OTLP_SAMPLE", CFG_INT, otlp_sample, "10", 0, TRACE_SAMPLE_MAX,
        "messages of a thousand that are traced, the same ones at gateways that "
        "say as many"),
    ROW("LOG_LEVEL", CFG_STRING, log_level, "info", 0, 0,
        "debug, info, warn or error"),
    ROW("LOG_FORMAT", CFG_STRING, log_format, "text", 0, 0,
        "text, or json: an object a line"),
    ROW("ACCESS_LOG", CFG_BOOL, access_log, "false", 0, 0,
        "a line for each request over HTTP: route, status, time, address"),
};
enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

static bool
settle_log(struct conf *c, struct err *err)
{
    if (!log_parse_level(c->log_level, &c->log_threshold))
        return err_set(err, FAIL_BAD_INPUT,
            "LOG_LEVEL must be debug, info, warn or error");
    if (!log_parse_format(c->log_format, &c->log_as))
        return err_set(err, FAIL_BAD_INPUT, "LOG_FORMAT must be text or json");
    return true;
}

static int
larger(int a, int b)
{
    return a > b ? a : b;
}

static bool
settle_engines(struct conf *c, struct err *err)
{
    bool both = strcmp(c->engine, "auto") == 0;

    c->wants_apertium = both || strcmp(c->engine, "apertium") == 0;
    c->wants_neural = both || strcmp(c->engine, "neural") == 0;
    if (!c->wants_apertium && !c->wants_neural &&
        strcmp(c->engine, "echo") != 0)
        return err_set(err, FAIL_BAD_INPUT,
            "ENGINE must be auto, neural, apertium or echo");
    if (!precision_parse(c->quantization_level, &c->precision))
        return err_set(err, FAIL_BAD_INPUT,
            "QUANTIZATION_LEVEL must be int8, bfloat16 or float32, or float16 "
            "or float8 for what comes closest");
    c->device =
        strcmp(c->neural_device, "cuda") == 0 ? DEVICE_CUDA : DEVICE_CPU;
    if (c->device == DEVICE_CPU && strcmp(c->neural_device, "cpu") != 0)
        return err_set(
            err, FAIL_BAD_INPUT, "NEURAL_DEVICE must be cpu or cuda");
    return true;
}

static bool
is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || admin_is_local(host);
}

static bool
curve_check(const struct conf *c, struct err *err)
{
    char public[CURVE_KEY_BYTES];

    if (strlen(c->zmq_secret_key) != CURVE_KEY_BYTES - 1 ||
        zmq_curve_public(public, c->zmq_secret_key) != 0)
        return err_set(err, FAIL_BAD_INPUT,
            "ZMQ_SECRET_KEY is no key of meeshyctl keys pair");
    return zap_check(c->zmq_gateway_keys, err);
}

static bool
settle(struct conf *c, struct err *err)
{
    struct proxies *proxies;

    c->pushpull = strcmp(c->zmq_pattern, "pushpull") == 0;
    if (!c->pushpull && strcmp(c->zmq_pattern, "pubsub") != 0)
        return err_set(
            err, FAIL_BAD_INPUT, "ZMQ_PATTERN must be pubsub or pushpull");
    if (*c->zmq_secret_key && !curve_check(c, err))
        return false;
    if (!is_loopback(c->zmq_host) && !c->insecure && !*c->zmq_secret_key)
        return err_set(err, FAIL_BAD_INPUT,
            "ZMQ_HOST=%s opens the ports to other machines, where everybody "
            "could read and change translations: set ZMQ_SECRET_KEY, or add "
            "INSECURE=true within a network that you trust",
            c->zmq_host);
    proxies = proxies_new(c->trust_proxy, err);
    if (!proxies)
        return false;
    proxies_free(proxies);
    if (!settle_engines(c, err))
        return false;
    if (c->pushpull && c->zmq_pub_port == PUB_PORT)
        c->zmq_pub_port = PUB_PORT_PUSHPULL;
    if (strcmp(c->engine, "echo") == 0) {
        c->quality_gate = false;
        c->memory[0] = '\0';
    }
    if (c->normal_workers == 0)
        c->normal_workers = larger(NORMAL_WORKERS, c->translation_workers / 2);
    if (c->any_workers == 0)
        c->any_workers = larger(ANY_WORKERS, c->translation_workers / 4);
    c->max_normal_workers = larger(c->max_normal_workers, c->normal_workers);
    c->max_any_workers = larger(c->max_any_workers, c->any_workers);
    c->scale_policy =
        strcmp(c->scaling_policy, "age") == 0 ? SCALE_AGE : SCALE_SEEDS;
    if (c->scale_policy != SCALE_AGE && strcmp(c->scaling_policy, "seeds") != 0)
        return err_set(
            err, FAIL_BAD_INPUT, "SCALING_POLICY must be seeds or age");
    if (c->admin_token[0] && strlen(c->admin_token) < ADMIN_TOKEN_LEN_MIN)
        return err_set(err, FAIL_BAD_INPUT,
            "ADMIN_TOKEN must have %d characters or more", ADMIN_TOKEN_LEN_MIN);
    return settle_log(c, err);
}

bool
conf_load(struct conf *ret, int argc, char **argv, struct err *err)
{
    return cfg_load(rows, N_ROWS, "TRANSLATOR", argc, argv, ret, err) &&
           settle(ret, err);
}

static bool
settle_any(void *conf, struct err *err)
{
    return settle(conf, err);
}

bool
conf_check(int argc, char **argv)
{
    struct conf c = {0};
    bool ok = cfg_check(rows, N_ROWS, "TRANSLATOR", argc, argv, &c, settle_any);

    conf_free(&c);
    return ok;
}

void
conf_free(struct conf *c)
{
    cfg_free(rows, N_ROWS, c);
}

void
conf_usage(FILE *to)
{
    cfg_usage(rows, N_ROWS, to);
}

struct keeper_cfg
conf_keeper(const struct conf *c)
{
    return (struct keeper_cfg){
        .normal = {c->normal_pool_size, c->normal_workers,
            c->max_normal_workers},
        .any = {c->any_pool_size, c->any_workers, c->max_any_workers},
        .scaling = c->enable_dynamic_scaling,
        .policy = c->scale_policy,
        .interval_s = c->scaling_check_interval,
        .hang_ms = (c->task_deadline + c->worker_grace) * 1000,
    };
}
