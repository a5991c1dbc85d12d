/* SPDX-License-Identifier: ISC */
#include "gateway/dispatch_impl.h"

#include <string.h>

/* What was translated before. */

/* With the words of the room; never 0 unless the version is. */
static uint64_t
with_words(const struct dispatch *d, const struct dtask *t, uint64_t version)
{
    const struct glossary *words = dispatch_words(d, t);
    uint64_t hash;

    if (!version || !words)
        return version;
    hash = version ^ (uint64_t)store_text_hash(
                         span_of(words->version), span_of("glossary"));
    return hash ? hash : 1;
}

static uint64_t
version_wanted(const struct dispatch *d, const struct dtask *t,
    const struct target *target)
{
    return with_words(d, t,
        cluster_version(
            &d->cluster, span_of(t->source), span_of(target->language)));
}

uint64_t
dispatch_version_made(
    const struct dispatch *d, const struct dtask *t, const char *session)
{
    const struct translator *by = &d->cluster.members[t->translator];

    /* What changed while it was under way may have been used, or not. */
    if (!session || !by->session || strcmp(session, by->session) != 0 ||
        by->version != t->version)
        return 0;
    return with_words(d, t, by->version);
}

void
dispatch_remember(
    struct dispatch *d, const struct dtask *t, struct store_translation *row)
{
    struct span text = span_of(t->content), language = span_of(t->source);
    struct recall_key key = recall_key(text, language);
    struct recalled is = {.text = row->text,
        .source = row->source,
        .model = row->model,
        .doubt = row->doubt,
        .confidence = row->confidence};

    row->text_hash = store_text_hash(text, language);
    recall_put(d->recall, &key, row->language, (uint64_t)row->version,
        row->message_id, &is);
}

static void
settle(struct dispatch *d, struct dtask *t, struct target *target,
    const struct recalled *is, uint64_t version)
{
    struct store_translation row = {
        .message_id = span_of(t->message_id),
        .conversation_id = span_of(t->conversation_id),
        .language = span_of(target->language),
        .revision = t->revision,
        .state = STORE_READY,
        .text = is->text,
        .doubt = is->doubt,
        .source = is->source,
        .model = is->model,
        .cached = true,
        .confidence = is->confidence,
        .version = (int64_t)version,
    };

    d->stats.recalled++;
    target->state = TARGET_SETTLING;
    d->cfg.ops->settle(&row, t->born_us, d->cfg.ctx);
}

/* May anything be known of it? */
static bool
is_of_versions(const struct dispatch *d, const struct dtask *t)
{
    for (size_t i = 0; i < t->n_targets; i++)
        if (version_wanted(d, t, &t->targets[i]))
            return true;
    return false;
}

/* Have the database asked for what is still missing. */
static void
look(struct dispatch *d, struct dtask *t)
{
    struct task wire;

    dispatch_wire(d, t, &wire);
    if (wire.n_targets > 0 && t->waits &&
        d->cfg.ops->send(DISPATCH_DATABASE, &wire, d->cfg.ctx) == DISPATCH_SENT)
        dtask_move(d, t, &d->looking);
}

void
dispatch_recall(struct dispatch *d, struct dtask *t)
{
    struct recall_key key;
    struct recalled is;

    if (!is_of_versions(d, t))
        return;
    key = recall_key(span_of(t->content), span_of(t->source));
    for (size_t i = 0; i < t->n_targets; i++) {
        struct target *target = &t->targets[i];
        uint64_t version = version_wanted(d, t, target);
        if (version && target->state == TARGET_ASKED &&
            recall_get(
                d->recall, &key, span_of(target->language), version, &is))
            settle(d, t, target, &is, version);
    }
    look(d, t);
}

static void
take(struct dispatch *d, struct dtask *t, const struct recall_key *key,
    const struct store_translation *row)
{
    struct target *target = dtask_target(t, row->language);
    struct recalled is = {.text = row->text,
        .source = row->source,
        .model = row->model,
        .doubt = row->doubt,
        .confidence = row->confidence};
    uint64_t version = (uint64_t)row->version;

    if (!target || target->state != TARGET_ASKED || !version ||
        version != version_wanted(d, t, target))
        return;
    recall_put(d->recall, key, row->language, version, row->message_id, &is);
    settle(d, t, target, &is, version);
}

void
dispatch_looked_up(struct dispatch *d, struct span message_id, int revision,
    const struct store_translation *rows, size_t n)
{
    struct dtask *t = dtask_find(d, message_id);
    struct recall_key key;

    if (!t || t->revision != revision || t->in != &d->looking)
        return;
    dtask_wait(d, t);
    if (n > 0)
        key = recall_key(span_of(t->content), span_of(t->source));
    for (size_t i = 0; i < n; i++)
        take(d, t, &key, &rows[i]);
    dispatch_pump(d);
}
