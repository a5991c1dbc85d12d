/* SPDX-License-Identifier: ISC */
#include "gateway/budget.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rate.h"

struct budget {
    struct rate *persons, *shares, *addresses;
};

static struct rate *
per_second(double units)
{
    return rate_new((struct limit){units, units * BUDGET_BURST_S});
}

struct budget *
budget_new(const struct config *cfg)
{
    struct budget *b = xcalloc(1, sizeof(*b));

    b->persons = per_second(cfg->rate_translations);
    b->shares = per_second((double)cfg->rate_translations / BUDGET_SHARE);
    b->addresses =
        per_second((double)cfg->rate_translations * BUDGET_ADDRESS_FACTOR);
    return b;
}

void
budget_free(struct budget *b)
{
    if (!b)
        return;
    rate_free(b->persons);
    rate_free(b->shares);
    rate_free(b->addresses);
    free(b);
}

bool
budget_take(struct budget *b, struct span user_id, struct span address,
    size_t bytes, size_t n_languages, bool share)
{
    double units = (double)(bytes / BUDGET_CHARS_PER_UNIT + 1);
    double work = units * (double)n_languages;
    int64_t now_us = clock_mono_us();

    if (n_languages == 0)
        return true;
    if (!rate_take_n(b->persons, user_id, work, now_us))
        return false;
    return !address.p ||
           (share && rate_take_n(b->shares, user_id, work, now_us)) ||
           rate_take_n(b->addresses, address, work, now_us);
}
