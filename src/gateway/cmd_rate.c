/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_rate.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rate.h"
#include "gateway/hub.h"
#include "gateway/others.h"

#define RIGHT_GIVES 0.75 /* of a token, to a sign-in that was right */
/* Of a person's rate this part does not count for the address, see session.c. */
enum { SHARE_OF_RATE = 20, SHARE_OF_BURST = 2 };
enum { GUESTS_INVITE_PRICE = 5 }; /* whom a guest takes in counts so much */

struct cmd_rates {
    struct {
        struct rate *persons, *shares, *addresses; /* NULL: not limited so */
        double per_second; /* of whom it limits first */
    } of[CMD_RATES];
    int invites_max; /* of one call */
    struct map *spent; /* tokens by "LIMIT WHO"; NULL: nobody is to be told */
    int64_t told_ms;
};

static const struct {
    const char *name; /* among gateways */
    bool drop;
    const char *refusal;
} classes[CMD_RATES] = {
    [CMD_WRITES] = {"writes", false, "too many messages or changes, slow down"},
    [CMD_SIGNALS] = {"signals", true, NULL},
    [CMD_ASKS] = {"asks", false, "too many requests, slow down"},
    [CMD_PREVIEWS] = {"previews", false, "too many previews, slow down"},
    [CMD_ENTRIES] = {"entries", false, "too many attempts, wait a minute"},
    [CMD_HOOKS] = {"hooks", false, "too many messages, slow down"},
    [CMD_INVITES] = {"invites", false,
        "too many people are taken into conversations, wait a minute"},
    [CMD_LOGINS] = {"logins", false, "too many attempts, wait a minute"},
    [CMD_ROOMS] = {"rooms", false, "too many attempts, wait a minute"},
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

    r->spent = config_is_shared(cfg) ? map_new() : NULL;
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
    per_person(r, CMD_INVITES, per_minute(cfg->rate_invites));
    r->invites_max = cfg->rate_invites;
    per_address(r, CMD_ENTRIES, cfg->rate_guests);
    per_address(r, CMD_ROOMS, cfg->rate_guests);
    per_address(r, CMD_LOGINS, cfg->rate_logins);
    return r;
}

/* ---- what other gateways hear ---- */

enum whose { OF_PERSON, OF_SHARE, OF_ADDRESS, WHOSE };
static const char *const whose_names[WHOSE] = {"person", "share", "address"};

static struct rate *
rate_of(const struct cmd_rates *r, enum cmd_rate rate, enum whose whose)
{
    struct rate *const rates[WHOSE] = {
        r->of[rate].persons, r->of[rate].shares, r->of[rate].addresses};

    return rates[whose];
}

static void
note_spent(struct cmd_rates *r, enum cmd_rate rate, enum whose whose,
    struct span who, double n)
{
    struct buf key = {0};
    double *spent;

    if (!r->spent)
        return;
    buf_addf(&key, "%s.%s ", classes[rate].name, whose_names[whose]);
    buf_adds(&key, who);
    spent = map_get(r->spent, buf_span(&key));
    if (!spent && map_len(r->spent) < CMD_RATES_SPENT_MAX) {
        spent = xcalloc(1, sizeof(*spent));
        map_put(r->spent, buf_span(&key), spent);
    }
    if (spent)
        *spent += n;
    buf_free(&key);
}

void
cmd_rates_tell(struct cmd_rates *r, struct others *others)
{
    struct span key;
    double *spent;
    size_t pos = 0;

    if (!r->spent || map_len(r->spent) == 0 ||
        clock_mono_ms() < r->told_ms + CMD_RATES_TELL_MS)
        return;
    r->told_ms = clock_mono_ms();
    while ((spent = map_next(r->spent, &pos, &key))) {
        struct span who = key, limit = span_cut(&who, ' ');
        if (*spent > 0)
            others_spent(others, limit, who, (int64_t)(*spent * 1000));
        map_remove(r->spent, key);
        free(spent);
    }
}

void
cmd_rates_heard(
    struct cmd_rates *r, struct span limit, struct span who, int64_t milli)
{
    struct span class = span_cut(&limit, '.');

    for (int i = CMD_UNLIMITED + 1; i < CMD_RATES; i++)
        for (int k = 0; k < WHOSE; k++) {
            struct rate *rate = rate_of(r, (enum cmd_rate)i, (enum whose)k);
            if (rate && span_eqz(class, classes[i].name) &&
                span_eqz(limit, whose_names[k]))
                rate_spend(rate, who, (double)milli / 1000, clock_mono_us());
        }
}

/* Take some, which the others hear of. */
static bool
take_n(struct cmd_rates *r, enum cmd_rate rate, enum whose whose,
    struct span who, double n)
{
    if (!rate_take_n(rate_of(r, rate, whose), who, n, clock_mono_us()))
        return false;
    note_spent(r, rate, whose, who, n);
    return true;
}

static bool
take_one(
    struct cmd_rates *r, enum cmd_rate rate, enum whose whose, struct span who)
{
    return take_n(r, rate, whose, who, 1);
}

/* ---- life ---- */

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
    map_free_all(r->spent, free);
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
    note_spent(r, CMD_LOGINS, OF_ADDRESS, span_of(address), -RIGHT_GIVES);
}

static bool
take(struct cmd_rates *r, const struct cmd_call *c)
{
    enum cmd_rate rate = c->cmd->rate;
    bool person = r->of[rate].persons && c->user;
    char address[ADDRESS_BYTES];

    if (person && !take_one(r, rate, OF_PERSON, span_of(c->user->id)))
        return false;
    if (person && c->user->share &&
        take_one(r, rate, OF_SHARE, span_of(c->user->id)))
        return true;
    c->door->address(c, address);
    return take_one(r, rate, OF_ADDRESS, span_of(address));
}

bool
cmd_rate_take_own(
    struct cmd_rates *r, const struct cmd_call *c, struct err *err)
{
    enum cmd_rate rate = c->cmd->rate;

    return take_one(r, rate, OF_PERSON, span_of(c->user->id)) ||
           err_set(err, FAIL_RATE, "%s", classes[rate].refusal);
}

bool
cmd_rate_take_invites(
    struct cmd_rates *r, const struct cmd_call *c, size_t n, struct err *err)
{
    double price = (double)n * (c->user->guest ? GUESTS_INVITE_PRICE : 1);
    char address[ADDRESS_BYTES];

    if (c->user->admin || n == 0)
        return true;
    c->door->address(c, address);
    return (price <= r->invites_max &&
               take_n(r, CMD_INVITES, OF_PERSON, span_of(c->user->id), price) &&
               take_n(r, CMD_INVITES, OF_ADDRESS, span_of(address), price)) ||
           err_set(err, FAIL_RATE, "%s", classes[CMD_INVITES].refusal);
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
