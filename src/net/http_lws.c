/* SPDX-License-Identifier: ISC */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/http_impl.h"

enum {
    FD_RESERVE = 256, /* descriptors left for files, pipes, the database */
    FDS_MAX = 1000 * 1000,
    ACCEPTS_PER_TURN = 4,
    READ_BYTES = 64 * 1024, /* of one connection at a time, a shared buffer */
    TX_BYTES_MAX = 16 * 1024 * 1024, /* lws passes on more than one write in
                                        pieces, even if the kernel has room */
};

static struct http_server *
server_of(struct lws *wsi)
{
    return lws_context_user(lws_get_context(wsi));
}

/* lws accepts for as long as somebody connects, and forgets the loop over it, so
 * it is told to look away from its listener until the next turn. */
static void
count_accept(struct http_server *s, struct lws *listener)
{
    if (++s->n_accepts < ACCEPTS_PER_TURN)
        return;
    s->sated = listener;
    lws_rx_flow_control(listener, 0);
}

void
http_accept_again(struct http_server *s)
{
    s->n_accepts = 0;
    if (s->sated)
        lws_rx_flow_control(s->sated, 1);
    s->sated = NULL;
}

/* lws asks about a socket which has no wsi yet; wsi is the listener's. */
static int
on_accept(struct lws *wsi, int fd)
{
    struct http_server *s = server_of(wsi);
    static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\n"
                               "Connection: close\r\nContent-Length: 0\r\n\r\n";

    count_accept(s, wsi);
    if (s->n_conns < s->cfg.connections_max)
        return 0;
    if (s->keys)
        return 1; /* nothing can be said */
    if (send(fd, busy, sizeof(busy) - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return 1; /* closed either way */
    shutdown(fd, SHUT_WR);
    return 1;
}

static void
on_event(
    struct http_conn *c, enum lws_callback_reasons why, char *in, size_t len)
{
    struct shares *shares = c->server->shares;
    struct share *was = shares_work_for(shares, c->share);

    if (why == LWS_CALLBACK_RAW_RX)
        conn_arrived(c, in, len);
    else
        conn_writable(c);
    shares_work_for(shares, was);
}

static int
on_callback(struct lws *wsi, enum lws_callback_reasons why, void *user,
    void *in, size_t len)
{
    struct http_conn *c = lws_get_opaque_user_data(wsi);

    (void)user;
    switch ((int)why) {
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        return on_accept(wsi, (int)(intptr_t)in);
    case LWS_CALLBACK_RAW_ADOPT:
        c = conn_new(server_of(wsi), wsi);
        lws_set_opaque_user_data(wsi, c);
        return c ? 0 : -1;
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_RAW_WRITEABLE:
        on_event(c, why, in, len);
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        lws_set_opaque_user_data(wsi, NULL);
        if (c)
            conn_free(c);
        return 0;
    default:
        return 0;
    }
}

static void
on_lws_log(int level, const char *line)
{
    int n = (int)strcspn(line, "\n");

    (void)level;
    log_debug("lws: %.*s", n, line);
}

/* More connections than descriptors would leave the listener spinning, so make
 * the limits fit each other.  lws falls back to a small table of its own when
 * the limit is absurdly high. */
static int
connections_limit(int wanted)
{
    rlim_t need = (rlim_t)wanted + FD_RESERVE;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    if (limit.rlim_cur < need || limit.rlim_cur > FDS_MAX) {
        limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= need)
        return wanted;
    wanted = limit.rlim_cur > 2 * FD_RESERVE ? (int)limit.rlim_cur - FD_RESERVE
                                             : (int)limit.rlim_cur / 2;
    log_warn("connections_max lowered to=%d descriptors=%lu", wanted,
        (unsigned long)limit.rlim_cur);
    return wanted;
}

/* Is the address ours and free?  lws could not say why not, and leaks what it
 * has set up when it finds out.  Leaves the address as numbers in s->host. */
static bool
probe(struct http_server *s, struct err *err)
{
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *address = NULL;
    char port[8], host[PEER_BYTES];
    bool ok = false;
    int fd = -1, on = 1, rc;

    snprintf(port, sizeof(port), "%d", s->cfg.port);
    rc = getaddrinfo(s->host, port, &hints, &address);
    if (rc != 0)
        return err_set(
            err, FAIL_SYSTEM, "host %s: %s", s->host, gai_strerror(rc));
    fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof(host),
            NULL, 0, NI_NUMERICHOST) != 0 ||
        bind(fd, address->ai_addr, address->ai_addrlen) != 0 ||
        listen(fd, 1) != 0) {
        err_set(err, FAIL_SYSTEM, "cannot listen on %s port %d: %m", s->host,
            s->cfg.port);
    } else {
        free(s->host);
        s->host = xstrdup(host);
        ok = true;
    }
    if (fd >= 0)
        close(fd);
    freeaddrinfo(address);
    return ok;
}

bool
http_listen(struct http_server *s, struct err *err)
{
    static const struct lws_protocols protocols[] = {
        {.name = "http",
            .callback = on_callback,
            .tx_packet_size = TX_BYTES_MAX},
        {0},
    };
    void *loops[] = {loop_ev(s->loop)};
    struct lws_context_creation_info info = {
        .port = s->cfg.port,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_LIBEV |
                   LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG,
        .listen_accept_role = "raw-skt",
        .listen_accept_protocol = "http",
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
        .user = s,
        .foreign_loops = loops,
        .vhost_name = "default",
        .pt_serv_buf_size = READ_BYTES,
    };

    if (!probe(s, err))
        return false;
    if (strcmp(s->host, "0.0.0.0") != 0 && strcmp(s->host, "::") != 0)
        info.iface = s->host;
    if (!strchr(s->host, ':'))
        info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
    s->cfg.connections_max = connections_limit(s->cfg.connections_max);
    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    s->lws = lws_create_context(&info);
    return s->lws || err_set(err, FAIL_SYSTEM, "cannot listen on %s port %d",
                         s->host, s->cfg.port);
}
