/* SPDX-License-Identifier: ISC */
#include "gateway/op.h"

#include "base/clock.h"
#include "base/tap.h"

enum { SHARE_US = 100, WORK_US = 20 * SHARE_US };

static int n_finished;

static void
work(struct op *op)
{
    int64_t end_us = clock_mono_us() + WORK_US;

    (void)op;
    n_finished++;
    while (clock_mono_us() < end_us)
        ;
}

/* Two addresses have spoken, so that there are shares. */
static struct shares *
shares_of_two(struct share *ret[2])
{
    struct shares *s = shares_new(SHARE_US);

    ret[0] = share_enter(s, "192.0.2.1");
    ret[1] = share_enter(s, "192.0.2.2");
    shares_work_for(s, ret[0]);
    shares_work_for(s, ret[1]);
    shares_work_for(s, NULL);
    shares_turn(s);
    return s;
}

static void
whoever_asked_pays_for_the_answer(void)
{
    struct share *two[2];
    struct shares *s = shares_of_two(two);
    struct op op = {.finish = work};

    CHECK(share_has_time(s, two[0]) && share_has_time(s, two[1]));
    op_charge(&op, s, "192.0.2.1");
    op_write(NULL, &op); /* the gateway stops: it ends at once */
    CHECK(n_finished == 1 && op.job.err.kind == FAIL_BUSY);
    CHECK(!share_has_time(s, two[0]) && share_has_time(s, two[1]));
    op_write(NULL, &op); /* nobody's */
    CHECK(share_has_time(s, two[1]));
    share_leave(s, two[0]);
    share_leave(s, two[1]);
    shares_free(s);
}

int
main(void)
{
    RUN(whoever_asked_pays_for_the_answer);
    return tap_end();
}
