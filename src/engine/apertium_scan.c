/* SPDX-License-Identifier: ISC */
#include "engine/apertium_scan.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/lang.h"

/* What a pair costs the router, so that the path with the best output has the
 * lowest sum.  Chosen from chrF on the dev sentences of Tatoeba (446 to 730 a
 * direction, Debian 12 packages), which engine_quality.sh measures again:
 *
 *   fr-es 49.9 < fr-ca-es 55.0     es-fr 52.4 < es-ca-fr 55.8
 *   fr-es-en 42.9, fr-ca-en 43.1 < fr-ca-es-en 45.9
 *   en-es-fr 47.2, en-es-ca-fr 48.3 < en-ca-fr 48.5
 *   en-ca-es 53.1 < en-es 53.6     es-ca-en 48.4 < es-en 53.2
 *
 * A pair of close relatives costs little; what nobody measured costs 1. */
static const double default_cost = 1.0;

static const struct engine_pair measured[] = {
    {"ca", "es", 0.20},
    {"es", "ca", 0.20},
    {"ca", "fr", 0.50},
    {"fr", "ca", 0.50},
    {"ca", "en", 0.90},
    {"en", "ca", 0.65},
    {"en", "es", 0.60},
    {"es", "en", 0.60},
    {"es", "fr", 0.80},
    {"fr", "es", 0.80},
};

static double
cost_of(const struct engine_pair *pair)
{
    for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++) {
        if (strcmp(measured[i].source, pair->source) == 0 &&
            strcmp(measured[i].target, pair->target) == 0)
            return measured[i].cost;
    }
    return default_cost;
}

/* The languages a mode file's name stands for; false when it is no pair:
 * "README", "eng-spa-tagger.mode". */
static bool
parse_name(const char *name, struct engine_pair *ret)
{
    struct span rest = span_of(name), source, target;

    if (rest.len < sizeof(".mode") ||
        strcmp(name + rest.len - strlen(".mode"), ".mode") != 0)
        return false;
    rest.len -= strlen(".mode");
    source = span_cut(&rest, '-');
    target = span_cut(&rest, '-');
    if (rest.p || !target.p)
        return false;
    _Static_assert(
        (int)ENGINE_LANG_BYTES >= LANG_CODE_BYTES, "a code must fit");
    return lang_normalise(source, ret->source) &&
           lang_normalise(target, ret->target) &&
           strcmp(ret->source, ret->target) != 0;
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

static size_t
collect(const char *dir, struct dirent **names, int n_names,
    struct apertium_found *found)
{
    size_t n = 0;

    /* First the plain ones, so that a variant finds its place taken. */
    for (int variants = 0; variants <= 1; variants++) {
        for (int i = 0; i < n_names && n < APERTIUM_PAIRS_MAX; i++) {
            const char *name = names[i]->d_name;
            struct engine_pair pair;

            if ((strchr(name, '_') != NULL) != variants ||
                !parse_name(name, &pair) || find_pair(found, n, &pair))
                continue;
            pair.cost = cost_of(&pair);
            found[n].pair = pair;
            found[n].path = join(dir, name);
            snprintf(found[n].name, sizeof(found[n].name), "%s-%s", pair.source,
                pair.target);
            n++;
        }
    }
    return n;
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
