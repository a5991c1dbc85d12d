/* SPDX-License-Identifier: ISC */
#include "engine/apertium_scan.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/apertium_mode.h"
#include "text/lang.h"

/* What a pair costs the router where no table of ways says what was measured
 * (models/ways.tsv), so that the path with the best output has the lowest sum.
 * Chosen from chrF on the dev sentences of Tatoeba (446 to 730 a
 * direction, Debian 12's packages), which engine_quality.sh measures again:
 *
 *   fr-es 49.9 < fr-ca-es 55.0     es-fr 52.4 < es-ca-fr 55.8
 *   fr-es-en 42.9, fr-ca-en 43.1 < fr-ca-es-en 45.9
 *   en-es-fr 47.2, en-es-ca-fr 48.3 < en-ca-fr 48.5
 *   en-ca-es 53.1 < en-es 53.6     es-ca-en 48.4 < es-en 53.2
 *
 * What nobody measured costs 1, between sister languages less.  Portuguese and
 * its neighbours cost what they take from a good text: of what a neural model
 * made, with chrF 62.9, 55.4 were left (en-pt-es). */
enum { UNUSABLE = -1 };

static const double cost_default = 1.0, cost_sisters = 0.4;

static const struct engine_pair measured[] = {
    {"ca", "es", 0.20},
    {"es", "ca", 0.20},
    {"ca", "fr", 0.50},
    {"fr", "ca", 0.50},
    {"ca", "en", 0.90},
    {"en", "ca", 0.65},
    {"en", "es", 0.60},
    {"es", "en", 0.60},
    {"es", "pt", 0.14},
    {"pt", "es", 0.14},
    {"ca", "pt", 0.14},
    {"pt", "ca", 0.14},
    {"gl", "pt", 0.14},
    {"pt", "gl", 0.14},
    {"es", "fr", 0.80},
    {"fr", "es", 0.80},
    /* "I need a plan" becomes "I nužda a plan" */
    {"en", "sh", UNUSABLE},
    {"en", "hr", UNUSABLE},
    {"en", "sr", UNUSABLE},
    {"en", "bs", UNUSABLE},
    /* apertium-pretransfer tears what cg-proc says of "velika kuća": a sentence
     * with an adjective never comes back */
    {"sh", "mk", UNUSABLE},
    {"hr", "mk", UNUSABLE},
    {"sr", "mk", UNUSABLE},
    {"bs", "mk", UNUSABLE},
};

static const char sisters[][2][4] = {
    {"es", "gl"},
    {"ca", "oc"},
    {"es", "oc"},
    {"ast", "es"},
    {"an", "es"},
    {"ca", "it"},
    {"es", "it"},
    {"da", "sv"},
    {"da", "nb"},
    {"da", "nn"},
    {"nb", "nn"},
    {"sh", "sl"},
    {"bg", "mk"},
    {"mk", "sh"},
    {"id", "ms"},
    {"hi", "ur"},
    {"af", "nl"},
};

static bool
are_sisters(const struct engine_pair *p)
{
    for (size_t i = 0; i < sizeof(sisters) / sizeof(sisters[0]); i++) {
        const char *a = sisters[i][0], *b = sisters[i][1];

        if ((strcmp(p->source, a) == 0 && strcmp(p->target, b) == 0) ||
            (strcmp(p->source, b) == 0 && strcmp(p->target, a) == 0))
            return true;
    }
    return false;
}

static double
cost_of(const struct engine_pair *pair)
{
    for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++) {
        if (strcmp(measured[i].source, pair->source) == 0 &&
            strcmp(measured[i].target, pair->target) == 0)
            return measured[i].cost;
    }
    return are_sisters(pair) ? cost_sisters : cost_default;
}

/* Variants of a mode's language that have a code of their own. */
static const struct {
    char mode[12], code[4];
} own_codes[] = {{"hbs_HR", "hr"}, {"hbs_SR", "sr"}, {"hbs_BS", "bs"}};

enum { N_OWN_CODES = sizeof(own_codes) / sizeof(own_codes[0]) };

static const char *
own_code(struct span lang)
{
    for (size_t i = 0; i < N_OWN_CODES; i++) {
        if (span_eqz(lang, own_codes[i].mode))
            return own_codes[i].code;
    }
    return NULL;
}

/* A mode's name taken apart. */
struct mode_name {
    struct span source, target;
    bool variant; /* of a language that has no code of its own */
};

/* False when it is no pair: "README", "eng-spa-tagger.mode". */
static bool
parse_name(const char *name, struct mode_name *ret)
{
    struct span rest = span_of(name);

    if (rest.len < sizeof(".mode") ||
        strcmp(name + rest.len - strlen(".mode"), ".mode") != 0)
        return false;
    rest.len -= strlen(".mode");
    ret->source = span_cut(&rest, '-');
    ret->target = span_cut(&rest, '-');
    if (rest.p || !ret->target.p)
        return false;
    ret->variant =
        (memchr(ret->source.p, '_', ret->source.len) &&
            !own_code(ret->source)) ||
        (memchr(ret->target.p, '_', ret->target.len) && !own_code(ret->target));
    return true;
}

static bool
find_code(struct span lang, char ret[ENGINE_LANG_BYTES])
{
    const char *own = own_code(lang);

    _Static_assert(
        (int)ENGINE_LANG_BYTES >= LANG_CODE_BYTES, "a code must fit");
    return lang_normalise(own ? span_of(own) : lang, ret);
}

static struct apertium_found *
find_pair(struct apertium_found *found, size_t n, const struct engine_pair *p)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(found[i].pair.source, p->source) == 0 &&
            strcmp(found[i].pair.target, p->target) == 0)
            return &found[i];
    }
    return NULL;
}

static char *
join(const char *dir, const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s", dir, name) < 0)
        abort();
    return path;
}

/* What has been found so far. */
struct collection {
    const char *dir;
    struct apertium_found *found;
    size_t n;
};

/* Add source to target by the mode called name, unless there is one. */
static void
add_pair(struct collection *c, const char *source, const char *target,
    const char *name)
{
    struct apertium_found *f = &c->found[c->n];
    struct engine_pair pair;

    snprintf(pair.source, sizeof(pair.source), "%s", source);
    snprintf(pair.target, sizeof(pair.target), "%s", target);
    if (strcmp(source, target) == 0 || c->n == APERTIUM_PAIRS_MAX ||
        find_pair(c->found, c->n, &pair))
        return;
    pair.cost = cost_of(&pair);
    if (pair.cost <= 0)
        return;
    f->pair = pair;
    f->path = join(c->dir, name);
    snprintf(f->name, sizeof(f->name), "%s-%s", source, target);
    f->same_as = 0;
    while (f->same_as < c->n && strcmp(c->found[f->same_as].path, f->path) != 0)
        f->same_as++;
    c->n++;
}

static bool
can_run(const char *dir, const char *name)
{
    struct apertium_mode mode;
    struct err err;
    char *path = join(dir, name);
    bool ok = apertium_mode_load(path, &mode, &err);

    if (ok)
        apertium_mode_free(&mode);
    else
        log_warn("apertium mode=%s left out: %s", name, err.text);
    free(path);
    return ok;
}

static void
add_mode(struct collection *c, const char *name, const struct mode_name *m)
{
    char source[ENGINE_LANG_BYTES], target[ENGINE_LANG_BYTES];

    if (!find_code(m->source, source) || !find_code(m->target, target) ||
        !can_run(c->dir, name))
        return;
    add_pair(c, source, target, name);
    for (size_t i = 0; i < N_OWN_CODES && strcmp(source, "sh") == 0; i++)
        add_pair(c, own_codes[i].code, target, name);
}

static size_t
collect(const char *dir, struct dirent **names, int n_names,
    struct apertium_found *found)
{
    struct collection c = {.dir = dir, .found = found};

    /* First the plain ones, so that a variant finds its place taken. */
    for (int variants = 0; variants <= 1; variants++) {
        for (int i = 0; i < n_names; i++) {
            struct mode_name m;

            if (parse_name(names[i]->d_name, &m) && m.variant == variants)
                add_mode(&c, names[i]->d_name, &m);
        }
    }
    return c.n;
}

size_t
apertium_scan(const char *dir, struct apertium_found **ret, struct err *err)
{
    struct dirent **names;
    int n_names = scandir(dir, &names, NULL, alphasort);
    size_t n;

    *ret = NULL;
    if (n_names < 0) {
        err_set(err, FAIL_SYSTEM, "read the modes in %s: %m", dir);
        return 0;
    }
    *ret = xcalloc(APERTIUM_PAIRS_MAX, sizeof(**ret));
    n = collect(dir, names, n_names, *ret);
    for (int i = 0; i < n_names; i++)
        free(names[i]);
    free(names);
    if (n == 0) {
        free(*ret);
        *ret = NULL;
        err_set(err, FAIL_NOT_FOUND, "no Apertium mode in %s", dir);
    }
    return n;
}

void
apertium_found_free(struct apertium_found *found, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(found[i].path);
    free(found);
}
