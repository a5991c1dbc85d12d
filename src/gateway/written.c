/* SPDX-License-Identifier: ISC */
#include "gateway/written.h"

#include <stdio.h>
#include <string.h>

#include "gateway/hub.h"
#include "text/lang.h"
#include "text/langid.h"

/* What is not sure is believed nevertheless when it is as likely as this, and
 * somebody here reads or writes it. */
static const double likely = 0.4;

static void
add(struct langid_opts *o, struct langid_prior *list, const char *code,
    double nats)
{
    if (*code && o->n_priors < LANGID_PRIORS_MAX)
        list[o->n_priors++] = (struct langid_prior){span_of(code), nats};
}

static bool
is_known_here(const struct langid_opts *o, const char *code)
{
    for (size_t i = 0; i < o->n_priors; i++)
        if (span_eqz(o->priors[i].code, code))
            return true;
    return false;
}

const struct lang *
written_by_choice(const struct user *u)
{
    return lang_find(span_of(u->writing));
}

const struct lang *
written_in(struct user *u, const struct room *r, struct span text)
{
    struct langid_prior priors[LANGID_PRIORS_MAX];
    struct langid_opts opts = {.priors = priors};
    const struct lang *found = NULL;
    struct langid guess;
    bool sure;

    add(&opts, priors, u->wrote, LANGID_WRITES);
    add(&opts, priors, u->language, LANGID_READS);
    for (size_t i = 0; i < r->n_readers; i++)
        add(&opts, priors, r->readers[i].language, LANGID_ROOM);
    sure = langid_guess(text, &opts, &guess);
    if (sure ||
        (guess.confidence >= likely && is_known_here(&opts, guess.code)))
        found = lang_find(span_of(guess.code));
    if (sure && found)
        snprintf(u->wrote, sizeof(u->wrote), "%s", found->code);
    if (!found)
        found = lang_find(span_of(u->wrote));
    return found ? found : lang_find(span_of(u->language));
}
