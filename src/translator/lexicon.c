/* SPDX-License-Identifier: ISC */
#include "translator/lexicon.h"

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

/* A copy in bytes whose first letter is a capital. */
static struct span
capital(struct span s, struct buf *bytes)
{
    char first[UNI_BYTES_MAX];
    size_t at = bytes->len, n;
    size_t len = uni_put(uni_to_upper(uni_at(s, 0, &n)), first);

    buf_add(bytes, first, len);
    buf_add(bytes, s.p + n, s.len - n);
    return (struct span){bytes->p + at, bytes->len - at};
}

_Static_assert((GLOSSARY_TEXT_CHARS_MAX + 1) * UNI_BYTES_MAX <= TERM_BYTES_MAX,
    "every text of a glossary is a term");

/* Append the terms of one entry of the glossary; returns how many. */
static size_t
add_term(const struct glossary_term *t, const char *target, struct term *out,
    struct buf *bytes)
{
    struct span term = span_of(t->term);
    struct span text = span_of(glossary_text(t, span_of(target)));

    if (text.p == t->term) { /* kept, as it is written in the text */
        out[0] = (struct term){.source = term, .any_case = is_lower(term)};
        return 1;
    }
    out[0] = (struct term){
        .source = term, .target = text, .any_case = is_lower(term)};
    if (!out[0].any_case || text.len == 0)
        return 1;
    out[1] = (struct term){
        .source = capital(term, bytes), .target = capital(text, bytes)};
    return 2;
}

static struct terms *
compile(const struct glossary *g, const char *source, const char *target)
{
    struct term *list = xcalloc(2 * g->n_terms + 1, sizeof(*list));
    struct terms *terms = NULL;
    struct buf bytes = {0};
    struct err err;
    size_t n = 0, size = 0;

    for (size_t i = 0; i < g->n_terms; i++)
        size += strlen(g->terms[i].term) + UNI_BYTES_MAX +
                strlen(glossary_text(&g->terms[i], span_of(target))) +
                UNI_BYTES_MAX;
    buf_reserve(&bytes, size + 1); /* the spans into it stay */
    for (size_t i = 0; i < g->n_terms; i++) {
        const struct glossary_term *t = &g->terms[i];
        if (counts(g, t, source))
            n += add_term(t, target, list + n, &bytes);
    }
    if (n > 0) {
        terms = terms_new(list, n, &err);
        if (!terms)
            log_warn("glossary unusable reason=\"%s\"", err.text);
    }
    buf_free(&bytes);
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
