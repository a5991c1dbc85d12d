/* SPDX-License-Identifier: ISC */
#ifndef NET_SHARE_H
#define NET_SHARE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/*
 * share - how much of a turn of the loop may be spent on one address, on all of
 * its connections and whatever they ask for: who opens more of them, or asks for
 * what is dear, gets no more done, and others wait for so long at most.  It is
 * time that is counted, so nothing has a price that could be wrong.  Whoever
 * overdraws, since a request is not cut in two, pays in the turns that follow.
 *
 * While no second address speaks nothing is held back.  Loop thread only.
 */
struct shares;
struct share;

/* Something that waits for time: zeroed, it does not. */
struct share_wait {
    TAILQ_ENTRY(share_wait) link;
    struct share *share; /* NULL: does not wait */
    void (*go)(struct share_wait *w);
};

/* us_per_turn 0: no limit. */
struct shares *shares_new(int64_t us_per_turn);
void shares_free(struct shares *s); /* when all have left; NULL is fine */

/* A connection from there comes and goes. */
struct share *share_enter(struct shares *shares, const char *address);
void share_leave(struct shares *shares, struct share *s);

/* What is done from now on is done for s; NULL: for nobody in particular.
 * Returns for whom it was. */
struct share *shares_work_for(struct shares *shares, struct share *s);

/* Is there time for s in this turn? */
bool share_has_time(struct shares *shares, struct share *s);

/* Call w->go in a turn that has time for s, in the order of waiting.  One that
 * waits already stays where it is. */
void share_wait(struct shares *shares, struct share *s, struct share_wait *w);
void share_stop_waiting(struct shares *shares, struct share_wait *w);

/* The next turn: those who wait go, as far as there is time. */
void shares_turn(struct shares *shares);
/* Does somebody wait? */
bool shares_are_waited_for(const struct shares *shares);

#endif
