/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_CONF_H
#define TRANSLATOR_CONF_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/log.h"
#include "engine/neural.h"
#include "translator/tasks/keeper.h"

/*
 * conf - the settings of meeshy-translator, from file, environment (prefix
 * TRANSLATOR) and command line; see base/cfg.h.
 */
struct conf {
    char *host; /* where all sockets listen */
    int http_port;
    int zmq_sub_port; /* tasks come in; 0: the kernel chooses */
    int zmq_pub_port; /* answers go out */
    char *zmq_pattern;
    int normal_pool_size, any_pool_size; /* tasks that may wait */
    int translation_workers;
    int normal_workers, any_workers;
    bool enable_dynamic_scaling;
    int scaling_check_interval; /* seconds */
    char *scaling_policy;
    int max_normal_workers, max_any_workers;
    int task_deadline; /* seconds */
    int worker_grace; /* seconds */
    bool quality_gate;
    int cache_bytes;
    char *redis_url;
    int redis_ttl; /* seconds */
    char *admin_token;
    int char_limit; /* characters of a text over HTTP */
    int batch_limit; /* texts of a request over HTTP */
    int http_in_flight; /* texts from HTTP that are translated at once */
    int http_waiting; /* texts from HTTP that may wait */
    int http_deadline; /* seconds */
    char *api_keys_file;
    bool require_key;
    int req_limit; /* requests a minute of an address; 0: no limit */
    char *trust_proxy; /* see base/proxies.h */
    char *cors_origin, *allowed_hosts;
    char *engine;
    char *apertium_modes, *zmq_dir, *zmq_host;
    bool insecure, zmq_compat;
    char *zmq_secret_key, *zmq_gateway_keys;
    int apertium_memory_mb;
    char *neural_models; /* "DIR:DIR" */
    char *memory; /* "DIR:DIR"; empty: none */
    char *suggestions; /* folder; empty: none are taken */
    char *quantization_level, *neural_device;
    int neural_memory_mb, neural_threads, neural_batch_rows, neural_beam;
    bool neural_continuous;
    char *models_registry; /* URL */
    char *log_level, *log_format;
    char *otlp_url; /* see trace/trace.h; empty: none */
    int otlp_sample;
    bool access_log;

    /* Settled from the above by conf_load. */
    bool pushpull;
    enum scale_policy scale_policy;
    bool wants_apertium, wants_neural;
    enum precision precision;
    enum device_kind device;
    enum log_level log_threshold;
    enum log_format log_as;
};

/* Fill *ret, a zeroed struct; conf_free either way. */
bool conf_load(struct conf *ret, int argc, char **argv, struct err *err);
void conf_free(struct conf *c);

/* Show all settings and mistakes; true when there are none. */
bool conf_check(int argc, char **argv);

/* What of it concerns the pools. */
struct keeper_cfg conf_keeper(const struct conf *c);

void conf_usage(FILE *to);

#endif
