/* SPDX-License-Identifier: ISC */
#include "load/run.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "load/user.h"

enum {
    EVENTS_PER_WAIT = 512,
    TICK_MS = 10, /* how long a quiet loop sleeps at most */
    ACK_RING = 4096, /* un-acknowledged messages of a sender */
    START_BURST = 64, /* senders set off between two looks at the sockets */
    PATH_BYTES = 256,
};

/* Where an open loop stands. */
struct pace {
    int64_t start_us;
    uint64_t n_due; /* messages that came due so far */
    int next; /* whose turn it is */
};

struct run {
    struct crowd crowd;
    const struct opts *opts;
    struct stats *stats;
    struct pace pace;
    char path[PATH_BYTES];
};

static void
pump(struct run *r, int wait_ms)
{
    struct epoll_event events[EVENTS_PER_WAIT];
    int n = epoll_wait(r->crowd.env.epoll_fd, events, EVENTS_PER_WAIT, wait_ms);

    for (int i = 0; i < n; i++)
        conn_on_events(
            &r->crowd.users[events[i].data.u32].conn, events[i].events);
}

static struct proc_use
server_use(const struct run *r)
{
    return r->opts->pid ? proc_use(r->opts->pid)
                        : (struct proc_use){-1, -1, -1};
}

static void
connect_all(struct run *r)
{
    const struct opts *o = r->opts;
    struct crowd *crowd = &r->crowd;
    long tcp_kb = proc_tcp_kb();
    int64_t begin_us = clock_mono_us();
    int64_t deadline_us = begin_us + o->connect_max_ms * 1000ll;
    int n_started = 0;

    r->stats->empty = server_use(r);
    while ((n_started < o->conns || crowd->n_starting > 0) &&
           clock_mono_us() < deadline_us) {
        while (n_started < o->conns && crowd->n_starting < o->connect_parallel)
            user_start(crowd, (uint32_t)n_started++);
        pump(r, TICK_MS);
    }
    r->stats->connect_s = (double)(clock_mono_us() - begin_us) / 1e6;
    deadline_us = clock_mono_us() + o->settle_ms * 1000ll;
    while (clock_mono_us() < deadline_us)
        pump(r, TICK_MS);
    r->stats->ready = crowd->n_ready;
    r->stats->connected = server_use(r);
    r->stats->tcp_kb = proc_tcp_kb() - tcp_kb;
}

/* Fill every sender's window; their answers keep it full from then on. */
static void
start_closed_loop(struct run *r)
{
    for (int i = 0; i < r->opts->senders; i++) {
        struct user *u = &r->crowd.users[i];

        if (u->phase != USER_READY)
            continue;
        for (int k = 0; k < r->opts->in_flight; k++)
            user_send(&r->crowd, u, clock_mono_us());
        conn_flush(&u->conn);
        if (i % START_BURST == START_BURST - 1)
            pump(r, 0);
    }
}

static int64_t
due_us(const struct run *r)
{
    return r->pace.start_us +
           (int64_t)((double)r->pace.n_due * 1e6 / r->opts->rate);
}

/* Send what has come due, in turn over the senders that are there. */
static void
keep_pace(struct run *r, int64_t now_us)
{
    struct crowd *crowd = &r->crowd;

    for (; due_us(r) <= now_us; r->pace.n_due++) {
        struct user *u = &crowd->users[r->pace.next];

        for (int i = 0; u->phase != USER_READY && i < r->opts->senders; i++) {
            r->pace.next = (r->pace.next + 1) % r->opts->senders;
            u = &crowd->users[r->pace.next];
        }
        r->pace.next = (r->pace.next + 1) % r->opts->senders;
        if (u->phase != USER_READY)
            return;
        if (u->in_flight >= ACK_RING - 1) {
            r->stats->overrun++;
            continue;
        }
        user_send(crowd, u, due_us(r));
        conn_flush(&u->conn);
    }
}

static int
ms_until(int64_t then_us)
{
    int64_t ms = (then_us - clock_mono_us()) / 1000;

    if (ms < 0)
        return 0;
    return ms < TICK_MS ? (int)ms : TICK_MS;
}

static void
send_until(struct run *r, int64_t end_us)
{
    bool open_loop = r->opts->rate > 0 && r->opts->senders > 0;
    int64_t now_us;

    while ((now_us = clock_mono_us()) < end_us && r->crowd.n_ready > 0) {
        if (open_loop)
            keep_pace(r, now_us);
        pump(r, ms_until(open_loop ? due_us(r) : end_us));
    }
}

static void
measure(struct run *r)
{
    struct stats *s = r->stats;
    int64_t begin_us;
    double own_cpu_s;

    r->crowd.sending = true;
    r->pace.start_us = clock_mono_us();
    if (r->opts->rate == 0)
        start_closed_loop(r);
    send_until(r, r->pace.start_us + r->opts->warmup_ms * 1000ll);

    begin_us = clock_mono_us();
    own_cpu_s = proc_own_cpu_s();
    s->begin = server_use(r);
    r->crowd.measuring = true;
    send_until(r, begin_us + r->opts->duration_ms * 1000ll);
    r->crowd.measuring = false;
    r->crowd.sending = false;
    s->window_s = (double)(clock_mono_us() - begin_us) / 1e6;
    s->own_cpu_s = proc_own_cpu_s() - own_cpu_s;
    s->end = server_use(r);
}

/* Members that every room has; 0 when rooms differ in size.  A room file
 * should hold as many different rooms as opts->rooms says. */
static uint64_t
room_size(const struct opts *o)
{
    if (o->stall || o->conns % o->rooms)
        return 0;
    return (uint64_t)(o->conns / o->rooms);
}

/* Wait for the last acknowledgements and, where their number is known,
 * deliveries. */
static void
drain(struct run *r)
{
    int64_t deadline_us = clock_mono_us() + r->opts->drain_ms * 1000ll;
    uint64_t expected, in_flight;

    do {
        pump(r, TICK_MS);
        in_flight = 0;
        for (int i = 0; i < r->opts->senders; i++)
            in_flight += r->crowd.users[i].in_flight;
        expected = r->stats->acked_all * room_size(r->opts);
    } while ((in_flight || r->stats->delivered_all < expected) &&
             r->crowd.n_ready > 0 && clock_mono_us() < deadline_us);
    r->stats->unacked += in_flight;
}

static bool
load_files(struct crowd *crowd, const struct opts *o, struct err *err)
{
    struct {
        struct lines *lines;
        const char *path;
    } files[] = {{&crowd->auths, o->auth_file}, {&crowd->rooms, o->room_file},
        {&crowd->texts, o->text_file}};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (files[i].path && !lines_load(files[i].lines, files[i].path, err))
            return false;
    for (size_t i = 0; i < crowd->texts.n; i++)
        if (strpbrk(crowd->texts.items[i].p, "\"\\"))
            return err_set(err, FAIL_BAD_INPUT,
                "%s: texts go into JSON as they are: no \" and no \\",
                o->text_file);
    if (o->acked_file && !(crowd->acked_file = fopen(o->acked_file, "we")))
        return err_set(err, FAIL_SYSTEM, "write %s: %m", o->acked_file);
    return true;
}

static uint32_t
power_of_two_above(uint32_t n)
{
    uint32_t power = 1;

    while (power <= n)
        power <<= 1;
    return power;
}

static bool
run_init(struct run *r, struct err *err)
{
    const struct opts *o = r->opts;
    struct crowd *crowd = &r->crowd;
    struct conn_env *env = &crowd->env;
    /* A closed loop on acknowledgements cannot have more than its window
     * un-acknowledged; one on translations can, as they overtake. */
    bool exact = !o->rate && !o->await_translation;
    uint32_t ring = exact ? (uint32_t)o->in_flight : ACK_RING;

    crowd->opts = o;
    crowd->stats = r->stats;
    crowd->ring_mask = power_of_two_above(ring) - 1;
    crowd->awaited = map_new();
    crowd->users = xcalloc((size_t)o->conns, sizeof(*crowd->users));
    while ((int)crowd->filler.len < o->size_bytes - USER_MARK_BYTES)
        buf_addc(&crowd->filler, crowd->filler.len % 8 == 7 ? ' ' : 'x');
    snprintf(r->path, sizeof(r->path), "%s?EIO=4&transport=websocket", o->path);
    env->path = r->path;
    env->rcvbuf_bytes = o->rcvbuf_bytes;
    env->scratch = xmalloc(CONN_SCRATCH_BYTES);
    env->server.sin_family = AF_INET;
    env->server.sin_port = htons((uint16_t)o->port);
    user_hooks(crowd);
    env->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (env->epoll_fd < 0)
        return err_set(err, FAIL_SYSTEM, "epoll: %m");
    if (inet_pton(AF_INET, o->host, &env->server.sin_addr) != 1)
        return err_set(err, FAIL_BAD_INPUT, "--host: not an IPv4 address");
    return load_files(crowd, o, err);
}

static void
run_fini(struct run *r)
{
    struct crowd *crowd = &r->crowd;

    for (int i = 0; i < r->opts->conns; i++)
        user_fini(&crowd->users[i]);
    free(crowd->users);
    user_forget_awaited(crowd);
    if (crowd->acked_file)
        fclose(crowd->acked_file);
    lines_free(&crowd->auths);
    lines_free(&crowd->rooms);
    lines_free(&crowd->texts);
    buf_free(&crowd->text);
    buf_free(&crowd->filler);
    free(crowd->env.scratch);
    if (crowd->env.epoll_fd >= 0)
        close(crowd->env.epoll_fd);
}

bool
run(const struct opts *opts, struct stats *ret, uint64_t *ret_bytes_in,
    struct err *err)
{
    struct run r = {.opts = opts, .stats = ret};
    bool ok = run_init(&r, err);

    if (ok) {
        connect_all(&r);
        ok = ret->ready > 0;
        if (!ok)
            err_set(err, FAIL_SYSTEM,
                "no connection became ready: %llu refused, %llu broke off",
                (unsigned long long)ret->connect_failed,
                (unsigned long long)ret->handshake_failed);
    }
    if (ok) {
        measure(&r);
        drain(&r);
    }
    *ret_bytes_in = r.crowd.env.bytes_in;
    run_fini(&r);
    return ok;
}
