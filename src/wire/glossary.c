/* SPDX-License-Identifier: ISC */
#include "wire/glossary.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "wire/json.h"

/* The count lies before the struct that everybody sees. */
struct counted {
    atomic_int refs;
    struct glossary glossary;
};

static struct counted *
counted_of(const struct glossary *g)
{
    return (struct counted *)(void *)((char *)(void *)g -
                                      offsetof(struct counted, glossary));
}

struct glossary *
glossary_ref(const struct glossary *g)
{
    if (!g)
        return NULL;
    counted_of(g)->refs++;
    return &counted_of(g)->glossary;
}

void
glossary_unref(const struct glossary *g)
{
    if (!g || --counted_of(g)->refs > 0)
        return;
    for (size_t i = 0; i < g->n_terms; i++) {
        struct glossary_term *t = &g->terms[i];
        for (size_t k = 0; k < t->n_translations; k++) {
            free(t->translations[k].language);
            free(t->translations[k].text);
        }
        free(t->translations);
        free(t->term);
        free(t->language);
    }
    free(g->terms);
    free(g->version);
    free(g->json);
    free(counted_of(g));
}

static struct glossary *
glossary_new(size_t n_terms, struct span version)
{
    struct counted *c = xcalloc(1, sizeof(*c));

    c->refs = 1;
    c->glossary.terms = xcalloc(n_terms + 1, sizeof(struct glossary_term));
    c->glossary.version = xstrndup(version.p ? version.p : "", version.len);
    return &c->glossary;
}

/* ---- writing ---- */

static void
put_term(struct buf *b, const struct glossary_term *t)
{
    buf_addc(b, '{');
    json_put_field(b, "term", span_of(t->term));
    if (t->language)
        json_add_field(b, "language", span_of(t->language));
    if (t->n_translations)
        buf_addz(b, ",\"translations\":{");
    for (size_t i = 0; i < t->n_translations; i++) {
        if (i)
            buf_addc(b, ',');
        json_put_field(
            b, t->translations[i].language, span_of(t->translations[i].text));
    }
    buf_addz(b, t->n_translations ? "}}" : "}");
}

static void
fill_json(struct glossary *g)
{
    struct buf b = {0};

    buf_addc(&b, '{');
    json_put_field(&b, "version", span_of(g->version));
    buf_addz(&b, ",\"terms\":[");
    for (size_t i = 0; i < g->n_terms; i++) {
        if (i)
            buf_addc(&b, ',');
        put_term(&b, &g->terms[i]);
    }
    buf_addz(&b, "]}");
    g->json = buf_take(&b);
}

/* ---- reading ---- */

static bool
check_text(struct span s, const char *what, struct err *err)
{
    if (!s.p || span_trim(s).len != s.len || s.len == 0)
        return err_set(err, FAIL_BAD_INPUT,
            "a %s must be text without space around it", what);
    if (utf8_count(s) > GLOSSARY_TEXT_CHARS_MAX)
        return err_set(err, FAIL_BAD_INPUT, "a %s has at most %d characters",
            what, GLOSSARY_TEXT_CHARS_MAX);
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < ' ')
            return err_set(err, FAIL_BAD_INPUT, "a %s is one line", what);
    return true;
}

static bool
check_language(struct span s, struct err *err)
{
    bool ok = s.len >= 2 && s.len <= GLOSSARY_LANGUAGE_LEN_MAX;

    for (size_t i = 0; ok && i < s.len; i++)
        ok = s.p[i] >= 'a' && s.p[i] <= 'z';
    return ok || err_set(err, FAIL_BAD_INPUT, "a language is a code as \"fr\"");
}

static bool
read_translations(const json_t *obj, struct glossary_term *t, struct err *err)
{
    const char *key;
    json_t *value;

    if (!obj)
        return true;
    if (!json_is_object(obj) ||
        json_object_size(obj) > GLOSSARY_TRANSLATIONS_MAX)
        return err_set(err, FAIL_BAD_INPUT,
            "translations must be an object of at most %d languages",
            GLOSSARY_TRANSLATIONS_MAX);
    t->translations =
        xcalloc(json_object_size(obj) + 1, sizeof(t->translations[0]));
    json_object_foreach((json_t *)obj, key, value)
    {
        struct span text = json_get_str(obj, key);
        if (!check_language(span_of(key), err) ||
            !check_text(text, "translation", err))
            return false;
        t->translations[t->n_translations].language = xstrdup(key);
        t->translations[t->n_translations++].text = span_dup(text);
    }
    return true;
}

static bool
same(const struct glossary_term *a, const struct glossary_term *b)
{
    return strcmp(a->term, b->term) == 0 &&
           span_eq(span_of(a->language), span_of(b->language));
}

static bool
has(const struct glossary *g, size_t n, const struct glossary_term *t)
{
    for (size_t i = 0; i < n; i++)
        if (same(&g->terms[i], t))
            return true;
    return false;
}

/* From the wire (trusted) a term is not looked for among the others: a task
 * with hundreds of them is read often. */
static bool
read_term(struct glossary *g, const json_t *obj, bool trusted, struct err *err)
{
    struct span term = json_get_str(obj, "term");
    const json_t *language = json_object_get(obj, "language");
    struct glossary_term *t = &g->terms[g->n_terms];

    if (!check_text(term, "term", err) ||
        (language && !check_language(json_get_str(obj, "language"), err)))
        return false;
    g->n_terms++;
    t->term = span_dup(term);
    t->language = span_dup(json_get_str(obj, "language"));
    if (!read_translations(json_object_get(obj, "translations"), t, err))
        return false;
    if (!trusted && has(g, g->n_terms - 1, t))
        return err_set(err, FAIL_BAD_INPUT, "a term is there twice");
    return true;
}

struct glossary *
glossary_read(const json_t *obj, struct span version, struct err *err)
{
    const json_t *terms = json_object_get(obj, "terms");
    size_t i, n = json_array_size(terms);
    bool trusted = !version.p;
    struct glossary *g;
    json_t *term;

    if (trusted)
        version = json_get_str(obj, "version");
    if (!json_is_array(terms) || n > GLOSSARY_TERMS_MAX) {
        err_set(err, FAIL_BAD_INPUT, "terms must be a list of at most %d",
            GLOSSARY_TERMS_MAX);
        return NULL;
    }
    if (!version.len || version.len > GLOSSARY_VERSION_LEN_MAX) {
        err_set(err, FAIL_BAD_INPUT, "a glossary needs a version");
        return NULL;
    }
    g = glossary_new(n, version);
    json_array_foreach((json_t *)terms, i, term)
    {
        if (!read_term(g, term, trusted, err)) {
            glossary_unref(g);
            return NULL;
        }
    }
    fill_json(g);
    return g;
}

/* ---- merging ---- */

static void
copy_term(struct glossary *g, const struct glossary_term *from)
{
    struct glossary_term *t = &g->terms[g->n_terms++];

    t->term = xstrdup(from->term);
    t->language = from->language ? xstrdup(from->language) : NULL;
    t->translations =
        xcalloc(from->n_translations + 1, sizeof(t->translations[0]));
    for (size_t i = 0; i < from->n_translations; i++) {
        t->translations[i].language = xstrdup(from->translations[i].language);
        t->translations[i].text = xstrdup(from->translations[i].text);
    }
    t->n_translations = from->n_translations;
}

struct glossary *
glossary_merge(const struct glossary *under, const struct glossary *over,
    struct span version)
{
    size_t n_under = under ? under->n_terms : 0;
    size_t n_over = over ? over->n_terms : 0;
    struct glossary *g = glossary_new(n_under + n_over, version);

    for (size_t i = 0; i < n_over; i++)
        copy_term(g, &over->terms[i]);
    for (size_t i = 0; i < n_under && g->n_terms < GLOSSARY_TERMS_MAX; i++)
        if (!has(g, n_over, &under->terms[i]))
            copy_term(g, &under->terms[i]);
    fill_json(g);
    return g;
}

const char *
glossary_text(const struct glossary_term *t, struct span language)
{
    for (size_t i = 0; i < t->n_translations; i++)
        if (span_eqz(language, t->translations[i].language))
            return t->translations[i].text;
    return t->term;
}
