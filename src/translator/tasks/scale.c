/* SPDX-License-Identifier: ISC */
#include "translator/tasks/scale.h"

#include <stdio.h>

static bool
is_strained(const struct scale_in *in)
{
    return in->busy * 100 > SCALE_BUSY_HIGH * in->workers;
}

bool
scale_is_calm(const struct scale_in *in)
{
    return in->waiting < SCALE_WAITING_LOW &&
           in->busy * 100 < SCALE_BUSY_LOW * in->workers;
}

/* Workers that idle beside an old task do not help it: its conversation has
 * all that it may have, or it just came. */
static bool
wants_more(const struct scale_in *in)
{
    if (!is_strained(in))
        return false;
    return in->policy == SCALE_AGE ? in->oldest_ms >= SCALE_AGE_MS
                                   : in->waiting > SCALE_WAITING_HIGH;
}

static bool
wants_fewer(const struct scale_in *in)
{
    return scale_is_calm(in) &&
           (in->policy == SCALE_SEEDS || in->calm_ms >= SCALE_CALM_MS);
}

int
scale_want(const struct scale_in *in)
{
    int want = in->workers;

    if (wants_more(in))
        want += in->step_up;
    else if (wants_fewer(in))
        want -= in->step_down;
    if (want > in->max)
        want = in->max;
    return want < in->min ? in->min : want;
}

void
scale_reason(const struct scale_in *in, int want, char ret[SCALE_REASON_BYTES])
{
    int percent = in->workers ? in->busy * 100 / in->workers : 0;

    if (in->workers < in->min || in->workers > in->max)
        snprintf(ret, SCALE_REASON_BYTES, "limits %d to %d", in->min, in->max);
    else if (want > in->workers && in->policy == SCALE_AGE)
        snprintf(ret, SCALE_REASON_BYTES,
            "oldest %lld ms >= %d ms, busy %d %% > %d %%",
            (long long)in->oldest_ms, SCALE_AGE_MS, percent, SCALE_BUSY_HIGH);
    else if (want > in->workers)
        snprintf(ret, SCALE_REASON_BYTES,
            "waiting %zu > %d, busy %d %% > %d %%", in->waiting,
            SCALE_WAITING_HIGH, percent, SCALE_BUSY_HIGH);
    else
        snprintf(ret, SCALE_REASON_BYTES,
            "waiting %zu < %d, busy %d %% < %d %%", in->waiting,
            SCALE_WAITING_LOW, percent, SCALE_BUSY_LOW);
}
