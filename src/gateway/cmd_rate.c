/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_rate.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/rate.h"
#include "gateway/hub.h"

#define RIGHT_GIVES 0.75 /* of a token, to a sign-in that was right */
/* Of a person's rate this part does not count for the address, see session.c. */
enum { SHARE_OF_RATE = 20, SHARE_OF_BURST = 2 };

struct cmd_rates {
    struct {
        struct rate *persons, *shares, *addresses; /* NULL: not limited so */
        double per_second; /* of whom it limits first */
    } of[CMD_RATES];
};

static const struct {
    bool drop;
    const char *refusal;
} classes[CMD_RATES] = {
    [CMD_WRITES] = {false, "too many messages or changes, slow down"},
    [CMD_SIGNALS] = {true, NULL},
    [CMD_ASKS] = {false, "too many requests, slow down"},
    [CMD_PREVIEWS] = {false, "too many previews, slow down"},
    [CMD_ENTRIES] = {false, "too many attempts, wait a minute"},
    [CMD_HOOKS] = {false, "too many messages, slow down"},
    [CMD_LOGINS] = {false, "too many attempts, wait a minute"},
    [CMD_ROOMS] = {false, "too many attempts, wait a minute"},
};

static struct limit
per_minute(int n)
{
    return (struct limit){n / 60.0, n};
}

/* Whoever comes as many persons has no more than so many of one address. */
static void
per_person(struct cmd_rates *r, enum cmd_rate rate, struct limit limit)
{
    struct limit all = {limit.per_second * CMD_RATE_ADDRESS_FACTOR,
        limit.burst * CMD_RATE_ADDRESS_FACTOR};

    r->of[rate].persons = rate_new(limit);
    r->of[rate].shares = rate_new((struct limit){
        limit.per_second / SHARE_OF_RATE, limit.burst / SHARE_OF_BURST});
    r->of[rate].addresses = rate_new(all);
    r->of[rate].per_second = limit.per_second;
}

static void
per_address(struct cmd_rates *r, enum cmd_rate rate, int n)
{
    r->of[rate].addresses = rate_new(per_minute(n));
    r->of[rate].per_second = per_minute(n).per_second;
}

struct cmd_rates *
cmd_rates_new(const struct config *cfg)
{
    struct cmd_rates *r = xcalloc(1, sizeof(*r));

    /* Two seconds' worth at once: people paste and then fall silent. */
    per_person(r, CMD_WRITES,
        (struct limit){cfg->rate_messages, cfg->rate_messages * 2.0});
    /* They fan out to the whole room: five a second is plenty. */
    per_person(r, CMD_SIGNALS, (struct limit){5, 10});
    /* A page of history in a language that nobody read before, at once. */
    per_person(r, CMD_ASKS, (struct limit){20, 200});
    /* Each is two translations that nobody else sees. */
    per_person(r, CMD_PREVIEWS, (struct limit){0.5, 10});
    per_person(r, CMD_HOOKS, per_minute(cfg->rate_hooks));
    per_address(r, CMD_ENTRIES, cfg->rate_guests);
    per_address(r, CMD_ROOMS, cfg->rate_guests);
    per_address(r, CMD_LOGINS, cfg->rate_logins);
    return r;
}

void
cmd_rates_free(struct cmd_rates *r)
{
    if (!r)
        return;
    for (int i = CMD_UNLIMITED + 1; i < CMD_RATES; i++) {
        rate_free(r->of[i].persons);
        rate_free(r->of[i].shares);
        rate_free(r->of[i].addresses);
    }
    free(r);
}

int
cmd_rate_retry_s(const struct cmd_rates *r, enum cmd_rate rate)
{
    double per_s = r->of[rate].per_second;

    return per_s > 0 && per_s < 1 ? (int)(1 / per_s + 0.999) : 1;
}

void
cmd_rate_was_right(struct cmd_rates *r, const struct cmd_call *c)
{
    char address[ADDRESS_BYTES];

    if (c->cmd->rate != CMD_LOGINS || (c->client && !c->client->sock))
        return;
    c->door->address(c, address);
    rate_give(r->of[CMD_LOGINS].addresses, span_of(address), RIGHT_GIVES);
}

static bool
take(struct cmd_rates *r, const struct cmd_call *c)
{
    struct rate *persons = r->of[c->cmd->rate].persons;
    int64_t now_us = clock_mono_us();
    char address[ADDRESS_BYTES];

    if (persons && c->user && !rate_take(persons, span_of(c->user->id), now_us))
        return false;
    if (persons && c->user && c->user->share &&
        rate_take(r->of[c->cmd->rate].shares, span_of(c->user->id), now_us))
        return true;
    c->door->address(c, address);
    return rate_take(r->of[c->cmd->rate].addresses, span_of(address), now_us);
}

bool
cmd_rate_take_own(
    struct cmd_rates *r, const struct cmd_call *c, struct err *err)
{
    enum cmd_rate rate = c->cmd->rate;

    return rate_take(
               r->of[rate].persons, span_of(c->user->id), clock_mono_us()) ||
           err_set(err, FAIL_RATE, "%s", classes[rate].refusal);
}

enum cmd_rate_rc
cmd_rate_take(struct cmd_rates *r, const struct cmd_call *c, struct err *err)
{
    enum cmd_rate rate = c->cmd->rate;

    if (rate == CMD_UNLIMITED || take(r, c))
        return CMD_RATE_GO;
    if (classes[rate].drop)
        return CMD_RATE_DROP;
    err_set(err, FAIL_RATE, "%s", classes[rate].refusal);
    return CMD_RATE_REFUSE;
}
