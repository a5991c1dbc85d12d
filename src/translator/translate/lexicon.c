/* SPDX-License-Identifier: ISC */
#include "translator/translate/lexicon.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "text/uni.h"

struct words {
    atomic_int refs;
    struct terms *terms; /* NULL: none */
};

struct slot {
    char *key; /* owned: "en es w3.r12" */
    struct words *words;
    uint64_t used; /* by the lexicon's count */
};

struct lexicon {
    pthread_mutex_t lock; /* guards all that follows */
    uint64_t count;
    size_t n;
    struct slot slots[LEXICON_KEPT_MAX];
};

struct lexicon *
lexicon_new(void)
{
    struct lexicon *l = xcalloc(1, sizeof(*l));

    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void
words_unref(struct words *w)
{
    if (!w || atomic_fetch_sub(&w->refs, 1) > 1)
        return;
    terms_free(w->terms);
    free(w);
}

const struct terms *
words_terms(const struct words *w)
{
    return w ? w->terms : NULL;
}

void
lexicon_free(struct lexicon *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->n; i++) {
        free(l->slots[i].key);
        words_unref(l->slots[i].words);
    }
    pthread_mutex_destroy(&l->lock);
    free(l);
}

/* ---- compiling ---- */

/* Is the term one for texts in source?  What is told of this very language
 * overrules what is told of any. */
static bool
counts(
    const struct glossary *g, const struct glossary_term *t, const char *source)
{
    if (t->language)
        return !strcmp(t->language, source);
    for (size_t i = 0; i < g->n_terms; i++) {
        const struct glossary_term *other = &g->terms[i];
        if (other->language && !strcmp(other->language, source) &&
            !strcmp(other->term, t->term))
            return false;
    }
    return true;
}

static bool
is_lower(struct span s)
{
    size_t n;

    for (size_t i = 0; i < s.len; i += n)
        if (uni_upper(uni_at(s, i, &n)))
            return false;
    return true;
}

_Static_assert(GLOSSARY_TEXT_CHARS_MAX *UNI_BYTES_MAX <= TERM_BYTES_MAX,
    "every text of a glossary is a term");

static struct terms *
compile(const struct glossary *g, const char *source, const char *target)
{
    struct term *list = xcalloc(g->n_terms, sizeof(*list));
    struct terms *terms = NULL;
    struct err err;
    size_t n = 0;

    for (size_t i = 0; i < g->n_terms; i++) {
        const struct glossary_term *t = &g->terms[i];
        const char *text = glossary_text(t, span_of(target));

        if (!counts(g, t, source))
            continue;
        list[n].source = span_of(t->term);
        list[n].any_case = is_lower(list[n].source);
        if (text != t->term)
            list[n].target = span_of(text);
        n++;
    }
    if (n > 0) {
        terms = terms_new(list, n, &err);
        if (!terms)
            log_warn("glossary unusable reason=\"%s\"", err.text);
    }
    free(list);
    return terms;
}

/* ---- keeping ---- */

static struct slot *
find(struct lexicon *l, const char *key)
{
    for (size_t i = 0; i < l->n; i++)
        if (!strcmp(l->slots[i].key, key))
            return &l->slots[i];
    return NULL;
}

/* The slot that was used least recently, or one more. */
static struct slot *
make_room(struct lexicon *l)
{
    struct slot *oldest = &l->slots[0];

    if (l->n < LEXICON_KEPT_MAX)
        return &l->slots[l->n++];
    for (size_t i = 1; i < l->n; i++)
        if (l->slots[i].used < oldest->used)
            oldest = &l->slots[i];
    free(oldest->key);
    words_unref(oldest->words);
    return oldest;
}

static struct words *
get(struct lexicon *l, const char *key)
{
    struct words *w = NULL;
    struct slot *s;

    pthread_mutex_lock(&l->lock);
    s = find(l, key);
    if (s) {
        s->used = ++l->count;
        w = s->words;
        atomic_fetch_add(&w->refs, 1);
    }
    pthread_mutex_unlock(&l->lock);
    return w;
}

/* Takes key.  Two threads may have compiled the same: the second is used by
 * whoever compiled it, and not kept. */
static void
keep(struct lexicon *l, char *key, struct words *w)
{
    struct slot *s;

    pthread_mutex_lock(&l->lock);
    if (find(l, key)) {
        free(key);
    } else {
        s = make_room(l);
        atomic_fetch_add(&w->refs, 1);
        *s = (struct slot){.key = key, .words = w, .used = ++l->count};
    }
    pthread_mutex_unlock(&l->lock);
}

struct words *
lexicon_get(struct lexicon *l, const struct glossary *g, const char *source,
    const char *target)
{
    struct buf key = {0};
    struct words *w;
    char *name;

    if (!g || g->n_terms == 0)
        return NULL;
    buf_addf(&key, "%s %s %s", source, target, g->version);
    name = buf_take(&key);
    w = get(l, name);
    if (w) {
        free(name);
        return w;
    }
    w = xcalloc(1, sizeof(*w));
    atomic_init(&w->refs, 1);
    w->terms = compile(g, source, target);
    keep(l, name, w);
    return w;
}
