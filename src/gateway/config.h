/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CONFIG_H
#define GATEWAY_CONFIG_H

#include "base/cfg.h"

/* The gateway's settings; names, defaults and help are in config.c's table. */
struct config {
    char *host, *database_url, *bus_url, *web_root, *cors_origin, *languages,
        *glossary;
    char *allowed_hosts; /* with commas */
    char *tls_cert, *tls_key;
    int redirect_port, hsts_days;
    char *zmq_secret_key, *zmq_translator_key;
    char *zmq_host, *zmq_pattern, *translator_balance;
    char *translator_urls, *translator_token; /* see remote.h */
    int database_cache_mb;
    int port, zmq_pub_port, zmq_sub_port;
    int connections_max, ping_interval_ms, ping_timeout_ms;
    char *files; /* folder; "": beside the database */
    int file_mb, files_person_mb, files_mb;
    int max_message_length; /* code points */
    int rate_messages; /* per second and person */
    int rate_translations; /* units of budget.h, per second and person */
    int sockets_per_person, sockets_per_address;
    int rate_guests, rate_logins; /* per minute and address */
    int rate_invites; /* per minute and person */
    const char *added_by; /* a word of chat.h */
    char *hook_networks; /* see link/post.h; as trust_proxy */
    int hook_attempts, hook_retry_ms; /* of outgoing webhooks */
    bool push;
    char *push_contact, *push_networks; /* see push.h */
    int push_retry_ms;
    int rate_hooks; /* per minute and webhook */
    int drain_s;
    int session_days, guest_days;
    int reader_days, log_days;
    int retention_days; /* 0: messages stay */
    int translation_timeout_s, translation_window;
    char *base_path; /* "" or "/chat" */
    char *public_url; /* "https://chat.example.org/chat"; "": not known */
    char *oidc_issuer, *oidc_client_id, *oidc_client_secret, *oidc_name,
        *oidc_domains; /* see oidc.h; issuer "": none */
    bool oidc_only;
    char *smtp_url, *smtp_from, *smtp_user, *smtp_password,
        *smtp_ca; /* see mailer.h; url "": none */
    bool smtp_in_clear;
    char *trust_proxy; /* see base/proxies.h */
    bool compat_events, keep_edits, verbose, no_migrate, access_log;
    bool proxy_protocol;
    char *log_level, *log_format;
    char *otlp_url; /* see trace/trace.h; "": none */
    int otlp_sample;
};

/* Apply what concerns the log; config_check was fine. */
void config_log(const struct config *c);

/* Is the database one that several gateways may use at once? */
bool config_is_shared(const struct config *c);
/* Where they hear of each other. */
const char *config_bus_url(const struct config *c);

/* Do the words among them mean anything? */
bool config_check(const struct config *c, struct err *err);

extern const struct cfg_row config_rows[];
extern const size_t config_n_rows;

#endif
