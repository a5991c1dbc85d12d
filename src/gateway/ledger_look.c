/* SPDX-License-Identifier: ISC */
#include "gateway/ledger_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/op.h"

/* A text that is looked up, and what was found: one piece of memory each. */
struct found {
    struct store_translation row;
    struct found *next;
    char tail[];
};

struct look {
    char message_id[ID_BYTES], language[STORE_LANG_BYTES];
    int revision;
    char *text;
    size_t n_found;
    struct found *found; /* last first */
};

struct looks {
    struct op op;
    struct ledger *ledger;
    size_t n;
    struct look looks[LEDGER_LOOKS_MAX];
};

static void
keep(const struct store_translation *t, void *ctx)
{
    struct look *look = ctx;
    size_t bytes = t->message_id.len + t->language.len + t->text.len +
                   t->doubt.len + t->source.len + t->model.len;
    struct found *f;
    char *at;

    if (look->n_found == STORE_LANGUAGES_MAX)
        return;
    f = xmalloc(sizeof(*f) + bytes);
    at = f->tail;
    f->row = *t;
    f->row.message_id = span_stash(&at, t->message_id);
    f->row.language = span_stash(&at, t->language);
    f->row.text = span_stash(&at, t->text);
    f->row.doubt = span_stash(&at, t->doubt);
    f->row.source = span_stash(&at, t->source);
    f->row.model = span_stash(&at, t->model);
    f->next = look->found;
    look->found = f;
    look->n_found++;
}

static bool
looks_run(struct store *s, struct store_job *job, struct err *err)
{
    struct looks *l = (struct looks *)job;

    for (size_t i = 0; i < l->n; i++)
        if (!store_known(s, span_of(l->looks[i].text),
                span_of(l->looks[i].language), keep, &l->looks[i], err))
            return false;
    return true;
}

static void
tell(struct dispatch *d, struct look *look)
{
    struct store_translation rows[STORE_LANGUAGES_MAX];
    size_t n = 0;

    for (struct found *f = look->found; f; f = f->next)
        rows[n++] = f->row;
    dispatch_looked_up(d, span_of(look->message_id), look->revision, rows, n);
    for (struct found *f = look->found, *next; f; f = next) {
        next = f->next;
        free(f);
    }
    free(look->text);
}

/* What could not be looked up is as if it were unknown. */
static void
looks_finish(struct op *op)
{
    struct looks *l = (struct looks *)op;

    l->ledger->n_looking -= l->n;
    for (size_t i = 0; i < l->n; i++)
        tell(l->ledger->g->dispatch, &l->looks[i]);
    free(l);
}

enum dispatch_sent
ledger_look(struct ledger *l, const struct task *t)
{
    struct look *look;

    if (!l->g->writer || l->n_looking == LEDGER_LOOKING_MAX)
        return DISPATCH_FULL;
    if (l->turn && l->turn->n == LEDGER_LOOKS_MAX)
        ledger_end_turn(l);
    if (!l->turn) {
        l->turn = xcalloc(1, sizeof(*l->turn));
        l->turn->op.job.run = looks_run;
        l->turn->op.finish = looks_finish;
        l->turn->ledger = l;
    }
    look = &l->turn->looks[l->turn->n++];
    snprintf(look->message_id, sizeof(look->message_id), "%s", t->message_id);
    snprintf(look->language, sizeof(look->language), "%s", t->source);
    look->revision = t->revision;
    look->text = xstrdup(t->text);
    l->n_looking++;
    return DISPATCH_SENT;
}

void
ledger_end_turn(struct ledger *l)
{
    struct looks *turn = l->turn;

    if (!turn)
        return;
    l->turn = NULL;
    op_read(l->g->writer, &turn->op);
}
