/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CONFIG_H
#define GATEWAY_CONFIG_H

#include "base/cfg.h"

/* The gateway's settings; names, defaults and help are in config.c's table. */
struct config {
    char *host, *database_url, *web_root, *cors_origin, *languages, *glossary;
    char *zmq_host, *zmq_pattern, *translator_balance;
    int database_cache_mb;
    int port, zmq_pub_port, zmq_sub_port;
    int connections_max, ping_interval_ms, ping_timeout_ms;
    int max_message_length; /* code points */
    int rate_messages; /* per second and connection */
    int rate_guests, rate_logins; /* per minute and address */
    int session_days;
    int reader_days;
    int translation_timeout_s, translation_window;
    bool trust_proxy; /* believe X-Forwarded-For */
    bool compat_events, verbose;
};

extern const struct cfg_row config_rows[];
extern const size_t config_n_rows;

#endif
