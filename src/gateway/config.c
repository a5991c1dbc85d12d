/* SPDX-License-Identifier: ISC */
#include "gateway/config.h"

#include <string.h>

#include "base/log.h"
#include "base/proxies.h"
#include "chat/chat.h"
#include "gateway/mailer.h"
#include "gateway/oidc.h"
#include "gateway/push.h"
#include "net/tls.h"
#include "relay/relay.h"
#include "trace/trace.h"

#define SQLITE "sqlite:"
enum { BASE_PATH_MAX = 100 };

#define AT(field) offsetof(struct config, field)

const struct cfg_row config_rows[] = {
    {"HOST", CFG_STRING, AT(host), "127.0.0.1", 0, 0, "address to listen on"},
    {"PORT", CFG_INT, AT(port), "3000", 0, 65535,
        "HTTP and Socket.IO port; 0 lets the system choose"},
    {"TLS_CERT", CFG_STRING, AT(tls_cert), "", 0, 0,
        "PEM file of a certificate and those above it: PORT speaks HTTPS; read "
        "again at SIGHUP"},
    {"TLS_KEY", CFG_STRING, AT(tls_key), "", 0, 0,
        "PEM file of its key, without a passphrase, when it is another file"},
    {"REDIRECT_PORT", CFG_INT, AT(redirect_port), "0", 0, 65535,
        "with TLS_CERT: another port, of HTTP, whose visitors are sent to HTTPS; "
        "0: none"},
    {"HSTS_DAYS", CFG_INT, AT(hsts_days), "0", 0, 3650,
        "with TLS_CERT: browsers that were here come by HTTPS alone for so many "
        "days; 0: not said"},
    {"DATABASE_URL", CFG_STRING, AT(database_url), "sqlite:data/meeshy.db", 0,
        0,
        "where messages live: sqlite:PATH, or postgresql://USER@HOST/NAME with "
        "?sslmode=, ?schema= and what else libpq knows"},
    {"BUS_URL", CFG_STRING, AT(bus_url), "", 0, 0,
        "how several gateways of one database hear of each other: "
        "redis://[user:password@]host[:port][/db] or unix:PATH; else by the "
        "PostgreSQL database itself"},
    {"DATABASE_CACHE_MB", CFG_INT, AT(database_cache_mb), "4", 1, 65536,
        "memory for pages of the database"},
    {"NO_MIGRATE", CFG_BOOL, AT(no_migrate), "false", 0, 0,
        "do not start where the database's schema would have to change, say "
        "what would"},
    {"WEB_ROOT", CFG_STRING, AT(web_root), "web/dist", 0, 0,
        "folder of the web client"},
    {"BASE_PATH", CFG_STRING, AT(base_path), "", 0, 0,
        "where a site of others has the chat, as /chat: a proxy passes on what "
        "lies below it, with it"},
    {"PUBLIC_URL", CFG_STRING, AT(public_url), "", 0, 0,
        "where people open the page, as https://chat.example.org, with "
        "BASE_PATH; sign-in by OIDC needs it"},
    {"OIDC_ISSUER", CFG_STRING, AT(oidc_issuer), "", 0, 0,
        "a provider of OpenID Connect that people sign in by, as "
        "https://id.example.org, word for word as its document says; empty: "
        "none"},
    {"OIDC_CLIENT_ID", CFG_STRING, AT(oidc_client_id), "", 0, 0,
        "what the provider knows this server by; it sends people back to "
        "PUBLIC_URL/signed-in"},
    {"OIDC_CLIENT_SECRET", CFG_STRING, AT(oidc_client_secret), "", 0, 0,
        "the secret that it gave for that; empty: none, as of a public client"},
    {"OIDC_NAME", CFG_STRING, AT(oidc_name), "", 0, 0,
        "its name on the button of the page; otherwise its host"},
    {"OIDC_DOMAINS", CFG_STRING, AT(oidc_domains), "", 0, 0,
        "only people whose e-mail address the provider has verified and is of "
        "these domains, with commas; empty: all"},
    {"OIDC_ONLY", CFG_BOOL, AT(oidc_only), "false", 0, 0,
        "new accounts come by OIDC_ISSUER alone, and none by a password"},
    {"SMTP_URL", CFG_STRING, AT(smtp_url), "", 0, 0,
        "server by which who forgot their password gets a letter: "
        "smtp://HOST:587 with STARTTLS, or smtps://HOST; needs PUBLIC_URL; "
        "empty: none"},
    {"SMTP_FROM", CFG_STRING, AT(smtp_from), "", 0, 0,
        "whom letters are from, as chat@example.org"},
    {"SMTP_USER", CFG_STRING, AT(smtp_user), "", 0, 0,
        "who signs in there; empty: nobody does"},
    {"SMTP_PASSWORD", CFG_STRING, AT(smtp_password), "", 0, 0,
        "and by which password"},
    {"SMTP_CA", CFG_STRING, AT(smtp_ca), "", 0, 0,
        "PEM file of who signs that server's certificate; otherwise those that "
        "the system knows"},
    {"SMTP_IN_CLEAR", CFG_BOOL, AT(smtp_in_clear), "false", 0, 0,
        "with smtp: go on without TLS where the server does not offer it"},
    {"CORS_ORIGIN", CFG_STRING, AT(cors_origin), "", 0, 0,
        "origin of pages on other hosts; * for any"},
    {"ALLOWED_HOSTS", CFG_STRING, AT(allowed_hosts), "", 0, 0,
        "names that people reach it by, with commas, .example.org for all "
        "below, * for any; localhost, HOST, this machine's name and addresses "
        "are known"},
    {"LANGUAGES", CFG_STRING, AT(languages), "ca,en,es,fr,it,pt", 0, 0,
        "languages on offer until a translator says which it has"},
    {"GLOSSARY", CFG_STRING, AT(glossary), "", 0, 0,
        "JSON file of words that all rooms want translated their own way"},
    {"ZMQ_TRANSLATOR_HOST", CFG_STRING, AT(zmq_host), "localhost", 0, 0,
        "translators: host, host:task_port:event_port or /directory of its "
        "sockets, with commas; KEY@ before one is its own public key"},
    {"ZMQ_TRANSLATOR_KEY", CFG_STRING, AT(zmq_translator_key), "", 0, 0,
        "public key of the translators at ports, for CURVE: who has another is "
        "not spoken to; empty: in clear"},
    {"ZMQ_SECRET_KEY", CFG_STRING, AT(zmq_secret_key), "", 0, 0,
        "our own key for them, from meeshyctl keys pair"},
    {"TRANSLATOR_BALANCE", CFG_STRING, AT(translator_balance), "least", 0, 0,
        "who gets the next task: least (outstanding) or round-robin"},
    {"TRANSLATOR_URLS", CFG_STRING, AT(translator_urls),
        "http://127.0.0.1:8000", 0, 0,
        "translators over HTTP, with commas: what the dashboard tells of them"},
    {"TRANSLATOR_TOKEN", CFG_STRING, AT(translator_token), "", 0, 0,
        "their ADMIN_TOKEN: what the dashboard changes of them"},
    {"ZMQ_PUB_PORT", CFG_INT, AT(zmq_pub_port), "5555", 1, 65535,
        "translator's port for tasks"},
    {"ZMQ_SUB_PORT", CFG_INT, AT(zmq_sub_port), "5556", 1, 65535,
        "translator's port for results"},
    {"ZMQ_PATTERN", CFG_STRING, AT(zmq_pattern), "pubsub", 0, 0,
        "pubsub or pushpull"},
    {"CONNECTIONS_MAX", CFG_INT, AT(connections_max), "20000", 8, 1000000,
        "connections at once"},
    {"PING_INTERVAL", CFG_INT, AT(ping_interval_ms), "25000", 100, 3600000,
        "milliseconds between heartbeats"},
    {"PING_TIMEOUT", CFG_INT, AT(ping_timeout_ms), "20000", 100, 3600000,
        "milliseconds to answer a heartbeat"},
    {"MAX_MESSAGE_LENGTH", CFG_INT, AT(max_message_length), "4000", 1, 8000,
        "characters in one message"},
    {"FILES", CFG_STRING, AT(files), "", 0, 0,
        "folder of the files that people send; otherwise files beside the "
        "database"},
    {"FILE_MB", CFG_INT, AT(file_mb), "100", 1, 1048576,
        "megabytes of one file"},
    {"FILES_PERSON_MB", CFG_INT, AT(files_person_mb), "1024", 1, 1073741824,
        "megabytes of all that a person has sent; of a guest a tenth"},
    {"FILES_MB", CFG_INT, AT(files_mb), "20480", 1, 1073741824,
        "megabytes of all files"},
    {"RATE_MESSAGES", CFG_INT, AT(rate_messages), "20", 1, 1000000000,
        "messages per second and person; three times as many of one address"},
    {"RATE_TRANSLATIONS", CFG_INT, AT(rate_translations), "20", 1, 1000000000,
        "texts of 200 characters, each into one language, that a person may "
        "have translated for others in a second, twenty seconds' worth at once; "
        "three times as much at one address; over it: on demand"},
    {"SOCKETS_PER_PERSON", CFG_INT, AT(sockets_per_person), "30", 1, 1000000,
        "connections of one person at once"},
    {"SOCKETS_PER_ADDRESS", CFG_INT, AT(sockets_per_address), "2000", 1,
        1000000, "connections of one address at once"},
    {"RATE_GUESTS", CFG_INT, AT(rate_guests), "60", 1, 1000000000,
        "new accounts, and new conversations, per minute and address"},
    {"RATE_INVITES", CFG_INT, AT(rate_invites), "200", 1, 1000000000,
        "people whom a person takes into conversations in a minute; a guest a "
        "fifth, all of one address three times as many, admins of the server "
        "without a limit"},
    {"ADDED_BY", CFG_STRING, AT(added_by), "contacts", 0, 0,
        "who takes those into conversations without asking who have not said: "
        "everybody, contacts (who is in a conversation with them that is not "
        "public) or nobody; all others send an invitation"},
    {"RATE_LOGINS", CFG_INT, AT(rate_logins), "20", 1, 1000000000,
        "password attempts per minute and address"},
    {"RATE_HOOKS", CFG_INT, AT(rate_hooks), "60", 1, 1000000000,
        "messages per minute and incoming webhook; three times as many of one "
        "address"},
    {"HOOK_NETWORKS", CFG_STRING, AT(hook_networks), "false", 0, 0,
        "addresses outside of the public internet that outgoing webhooks may go "
        "to, as 10.0.0.0/8,127.0.0.1; true: all; false: none"},
    {"HOOK_ATTEMPTS", CFG_INT, AT(hook_attempts), "10", 1, 100,
        "an outgoing webhook is given up after so many failures in a row"},
    {"HOOK_RETRY_MS", CFG_INT, AT(hook_retry_ms), "5000", 1, 3600000,
        "milliseconds after the first failure; after each other twice as many"},
    {"PUSH", CFG_BOOL, AT(push), "true", 0, 0,
        "people may have notifications in browsers that are not open, by the "
        "push services of their makers, which cannot read them"},
    {"PUSH_CONTACT", CFG_STRING, AT(push_contact), "", 0, 0,
        "where those services reach who runs this server, as "
        "mailto:admin@example.org; otherwise PUBLIC_URL"},
    {"PUSH_RETRY_MS", CFG_INT, AT(push_retry_ms), "10000", 1, 3600000,
        "milliseconds after the first failure of a notification; after each "
        "other twice as many, an hour at most"},
    {"PUSH_NETWORKS", CFG_STRING, AT(push_networks), "false", 0, 0,
        "addresses outside of the public internet that notifications may go to, "
        "by HTTP too, for tests; as HOOK_NETWORKS"},
    {"TRUST_PROXY", CFG_STRING, AT(trust_proxy), "false", 0, 0,
        "false; true: the last address of X-Forwarded-For is the client's, only "
        "behind a proxy that writes it and that all come through; or the "
        "proxies' own addresses, as 10.0.0.0/8,192.0.2.7"},
    {"PROXY_PROTOCOL", CFG_BOOL, AT(proxy_protocol), "false", 0, 0,
        "connections of the addresses in TRUST_PROXY begin with the PROXY "
        "protocol, 1 or 2, before TLS too; one without it is the proxy's own"},
    {"DRAIN_SECONDS", CFG_INT, AT(drain_s), "6", 0, 600,
        "with other gateways of the database: how long SIGTERM leaves clients "
        "to move to them"},
    {"SESSION_DAYS", CFG_INT, AT(session_days), "30", 1, 3650,
        "days until a session expires"},
    {"GUEST_DAYS", CFG_INT, AT(guest_days), "30", 1, 36500,
        "a guest who never said anything and has no session goes after so many "
        "days"},
    {"READER_DAYS", CFG_INT, AT(reader_days), "14", 1, 3650,
        "the public room is translated for who was here in so many days"},
    {"LOG_DAYS", CFG_INT, AT(log_days), "90", 1, 36500,
        "a client that was away longer reads its rooms anew"},
    {"RETENTION_DAYS", CFG_INT, AT(retention_days), "0", 0, 36500,
        "messages of more days are erased, with their translations and files; a "
        "room may say less; 0: they stay"},
    {"TRANSLATION_TIMEOUT", CFG_INT, AT(translation_timeout_s), "30", 1, 3600,
        "seconds an accepted task may take before it is sent again"},
    {"TRANSLATION_WINDOW", CFG_INT, AT(translation_window), "1000", 1, 10000,
        "tasks at the translator at once"},
    {"KEEP_EDITS", CFG_BOOL, AT(keep_edits), "true", 0, 0,
        "keep what messages said before an edit, for their writers and for "
        "moderators"},
    {"COMPAT_EVENTS", CFG_BOOL, AT(compat_events), "false", 0, 0,
        "also emit new_message, as early clients expect"},
    {"LOG_LEVEL", CFG_STRING, AT(log_level), "info", 0, 0,
        "debug, info, warn or error"},
    {"LOG_FORMAT", CFG_STRING, AT(log_format), "text", 0, 0,
        "text, or json: an object a line"},
    {"ACCESS_LOG", CFG_BOOL, AT(access_log), "false", 0, 0,
        "a line for each request over HTTP: route, status, time, address"},
    {"OTLP_URL", CFG_STRING, AT(otlp_url), "", 0, 0,
        "a collector of OpenTelemetry for traces of messages, without texts: "
        "http://HOST:4318/v1/traces; empty: none"},
    {"OTLP_SAMPLE", CFG_INT, AT(otlp_sample), "10", 0, TRACE_SAMPLE_MAX,
        "messages of a thousand that are traced, the same ones at translators "
        "that say as many"},
    {"VERBOSE", CFG_BOOL, AT(verbose), "false", 0, 0,
        "log debug lines, whatever LOG_LEVEL says"},
};
const size_t config_n_rows = sizeof(config_rows) / sizeof(config_rows[0]);

struct choice {
    const char *name, *value;
    const char *allowed[3];
};

static bool
check_choice(const struct choice *c, struct err *err)
{
    for (size_t i = 0; c->allowed[i]; i++)
        if (strcmp(c->value, c->allowed[i]) == 0)
            return true;
    return err_set(err, FAIL_BAD_INPUT, "%s must be %s or %s", c->name,
        c->allowed[0], c->allowed[1]);
}

static bool
check_database(const char *url, struct err *err)
{
    static const char pg[] = "postgresql://";

    return (strncmp(url, SQLITE, sizeof(SQLITE) - 1) == 0 &&
               url[sizeof(SQLITE) - 1]) ||
           (strncmp(url, pg, sizeof(pg) - 1) == 0 && url[sizeof(pg) - 1]) ||
           err_set(err, FAIL_BAD_INPUT,
               "DATABASE_URL is named sqlite:PATH or "
               "postgresql://USER@HOST/NAME");
}

/* It goes into addresses of the page as it is. */
static bool
check_base_path(const char *path, struct err *err)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~./";
    size_t n = strlen(path);

    if (n == 0 || (n <= BASE_PATH_MAX && path[0] == '/' && path[n - 1] != '/' &&
                      !strstr(path, "//") && !strstr(path, "/.") &&
                      strspn(path, plain) == n))
        return true;
    return err_set(err, FAIL_BAD_INPUT,
        "BASE_PATH is a path such as /chat: at most %d letters, digits and -_~. "
        "with slashes between, none at the end",
        BASE_PATH_MAX);
}

/* Can what is said of TLS be done? */
static bool
check_tls(const struct config *c, struct err *err)
{
    struct tls_keys *keys;

    if (!*c->tls_cert) {
        if (*c->tls_key || c->redirect_port || c->hsts_days)
            return err_set(err, FAIL_BAD_INPUT,
                "TLS_KEY, REDIRECT_PORT and HSTS_DAYS need TLS_CERT");
        return true;
    }
    keys =
        tls_keys_load(c->tls_cert, *c->tls_key ? c->tls_key : c->tls_cert, err);
    tls_keys_free(keys);
    return keys != NULL;
}

bool
config_is_shared(const struct config *c)
{
    return strncmp(c->database_url, SQLITE, sizeof(SQLITE) - 1) != 0;
}

const char *
config_bus_url(const struct config *c)
{
    return *c->bus_url ? c->bus_url : c->database_url;
}

static bool
check_bus(const struct config *c, struct err *err)
{
    if (!*c->bus_url)
        return true;
    if (!config_is_shared(c))
        return err_set(err, FAIL_BAD_INPUT,
            "BUS_URL is for several gateways, which need PostgreSQL: an SQLite "
            "database has one");
    return relay_check_url(c->bus_url, err);
}

/* NULL with err filled when the list is none. */
static struct proxies *
read_networks(const char *name, const char *list, struct err *err)
{
    struct err why;
    struct proxies *p = proxies_new(list, &why);

    if (!p)
        err_set(err, why.kind, "%s %s", name, why.text);
    return p;
}

static bool
check_networks(const char *name, const char *list, struct err *err)
{
    struct proxies *p = read_networks(name, list, err);

    proxies_free(p);
    return p != NULL;
}

static bool
check_proxies(const struct config *c, struct err *err)
{
    struct proxies *p = read_networks("TRUST_PROXY", c->trust_proxy, err);
    bool listed = p && proxies_are_listed(p);

    proxies_free(p);
    if (!p)
        return false;
    if (c->proxy_protocol && !listed)
        return err_set(err, FAIL_BAD_INPUT,
            "PROXY_PROTOCOL needs the proxies' addresses in TRUST_PROXY: "
            "others could be whoever they like");
    return true;
}

bool
config_check(const struct config *c, struct err *err)
{
    const struct choice choices[] = {
        {"ZMQ_PATTERN", c->zmq_pattern, {"pubsub", "pushpull"}},
        {"TRANSLATOR_BALANCE", c->translator_balance, {"least", "round-robin"}},
        {"LOG_FORMAT", c->log_format, {"text", "json"}},
    };
    enum log_level level;

    for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
        if (!check_choice(&choices[i], err))
            return false;
    if (!chat_added_by_parse(span_of(c->added_by)))
        return err_set(err, FAIL_BAD_INPUT,
            "ADDED_BY must be everybody, contacts or nobody");
    if (!log_parse_level(c->log_level, &level))
        return err_set(err, FAIL_BAD_INPUT,
            "LOG_LEVEL must be debug, info, warn or error");
    if (!trace_check_url(c->otlp_url, err) || !check_proxies(c, err) ||
        !check_networks("HOOK_NETWORKS", c->hook_networks, err) ||
        !check_networks("PUSH_NETWORKS", c->push_networks, err) ||
        !push_check_contact(c->push_contact, err) ||
        !check_base_path(c->base_path, err) || !check_tls(c, err) ||
        !check_bus(c, err) || !oidc_check(c, err) || !mailer_check(c, err))
        return false;
    return check_database(c->database_url, err);
}

void
config_log(const struct config *c)
{
    enum log_level level = LOG_INFO;
    enum log_format format = LOG_TEXT;

    log_parse_level(c->log_level, &level);
    log_parse_format(c->log_format, &format);
    log_set_threshold(c->verbose ? LOG_DEBUG : level);
    log_set_format(format);
}
