/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ctl/chrf.h"
#include "ctl/cmd.h"
#include "ctl/models.h"
#include "ctl/texts.h"
#include "models/depot.h"
#include "models/ways.h"
#include "wire/json.h"

enum {
    WAYS_TRIED_MAX = 6,
    TEXTS_AT_ONCE = 20,
    LINES_MIN = 30, /* of a kind; fewer say nothing */
    TIMEOUT_MS = 60 * 1000, /* of so many texts */
    KINDS = 2, /* long, short: as ways_is_short says */
};

/* One measurement under way; what it has is owned. */
struct measure {
    struct client *client; /* a patient one */
    struct span translator; /* URL */
    struct span source, target; /* languages, of the command line */
    struct ways *known; /* what all tables say */
    struct texts *texts; /* lines: a source, a tab, references */
    struct buf answer;
};

static bool
ask(struct measure *m, const char *method, const char *path, struct span body,
    json_t **ret, struct err *err)
{
    struct client_call call = {
        .method = method, .base = m->translator, .path = path, .body = body};

    *ret = NULL;
    return client_do(m->client, &call, &m->answer, err) &&
           (*ret = json_read(buf_span(&m->answer), err)) != NULL;
}

/* ["way",...] as the translator ranks them. */
static bool
ask_ways(struct measure *m, json_t **ret, struct err *err)
{
    struct buf b = {0};
    char *path;
    bool ok;

    buf_addf(&b, "/ways?source=%.*s&target=%.*s", SPAN_ARG(m->source),
        SPAN_ARG(m->target));
    path = buf_take(&b);
    ok = ask(m, "GET", path, (struct span){NULL, 0}, ret, err);
    free(path);
    if (ok && json_array_size(*ret) == 0) {
        json_decref(*ret);
        *ret = NULL;
        ok = err_set(err, FAIL_NOT_FOUND, "the translator knows no way for it");
    }
    return ok;
}

/* Lines first to end of the texts as a request. */
static void
put_request(const struct measure *m, struct span way, size_t first, size_t end,
    struct buf *b)
{
    buf_addc(b, '{');
    json_put_field(b, "source", m->source);
    buf_addc(b, ',');
    json_put_field(b, "target", m->target);
    if (way.len > 0) {
        buf_addc(b, ',');
        json_put_field(b, "way", way);
    }
    buf_addz(b, ",\"q\":[");
    for (size_t i = first; i < end; i++) {
        struct span rest = m->texts->lines[i];

        buf_addz(b, i > first ? "," : "");
        json_put_str(b, span_cut(&rest, '\t'));
    }
    buf_addz(b, "]}");
}

/* Translate lines first to end and count what came. */
static bool
count_some(struct measure *m, struct span way, size_t first, size_t end,
    struct chrf counts[KINDS], struct err *err)
{
    struct buf body = {0};
    json_t *tree;
    const json_t *list;
    bool ok;

    put_request(m, way, first, end, &body);
    ok = ask(m, "POST", "/translate", buf_span(&body), &tree, err);
    buf_free(&body);
    list = ok ? json_object_get(tree, "translatedText") : NULL;
    if (ok && json_array_size(list) != end - first)
        ok = err_set(err, FAIL_SYSTEM, "the translator lost a line");
    for (size_t i = first; ok && i < end; i++) {
        const json_t *v = json_array_get(list, i - first);
        struct span rest = m->texts->lines[i];
        struct span text = span_cut(&rest, '\t');

        chrf_add(&counts[ways_is_short(text)],
            (struct span){json_string_value(v), json_string_length(v)}, rest);
    }
    json_decref(tree);
    return ok;
}

static double
quality_of(const struct chrf *c)
{
    return c->lines >= LINES_MIN ? chrf_score(c) : 0;
}

static void
print_kind(const char *name, const struct chrf *c)
{
    if (c->lines == 0)
        return;
    printf("  %s %.1f (%zu lines%s)", name, 100 * chrf_score(c), c->lines,
        c->lines < LINES_MIN ? ", too few" : "");
}

/* Translate all texts the way named and print what it is worth; an empty name
 * is what people get, each line by the way that is best for it. */
static bool
count_all(struct measure *m, struct span way, struct chrf counts[KINDS],
    struct err *err)
{
    size_t n = m->texts->n;
    bool ok = true;

    for (size_t i = 0; ok && i < n; i += TEXTS_AT_ONCE)
        ok = count_some(m, way, i,
            i + TEXTS_AT_ONCE < n ? i + TEXTS_AT_ONCE : n, counts, err);
    if (!ok)
        return false;
    printf("%-44.*s", SPAN_ARG(way.len ? way : SPAN("line by line")));
    print_kind("short", &counts[true]);
    print_kind("long", &counts[false]);
    putchar('\n');
    fflush(stdout);
    return true;
}

static bool
measure_way(
    struct measure *m, struct span way, struct ways *table, struct err *err)
{
    struct chrf counts[KINDS] = {0};
    struct ways_row row = {0};
    const struct ways_row *old;

    if (way.len >= sizeof(row.label))
        return true; /* the table has no room for it */
    if (!count_all(m, way, counts, err))
        return false;
    snprintf(row.label, sizeof(row.label), "%.*s", SPAN_ARG(way));
    old = ways_find(m->known, row.label);
    row.sure_from = old ? old->sure_from : 0;
    row.quality_short = quality_of(&counts[true]);
    row.quality_long = quality_of(&counts[false]);
    if (row.quality_short > 0 || row.quality_long > 0)
        ways_set(table, &row);
    return true;
}

static bool
measure_all(struct measure *m, struct ways *table, struct err *err)
{
    struct chrf counts[KINDS] = {0};
    json_t *list;
    bool ok = ask_ways(m, &list, err) && count_all(m, SPAN(""), counts, err);

    for (size_t i = 0; ok && i < json_array_size(list) && i < WAYS_TRIED_MAX;
         i++)
        ok = measure_way(
            m, json_get_str(json_array_get(list, i), "way"), table, err);
    json_decref(list);
    return ok;
}

/* Each line needs a reference; languages are letters, so that they fit a
 * URL. */
static bool
check(const struct measure *m, const char *file, struct err *err)
{
    if (!manifest_lang_valid(m->source) || !manifest_lang_valid(m->target))
        return err_set(err, FAIL_BAD_INPUT, "a pair such as en-es is needed");
    if (m->texts->n < LINES_MIN)
        return err_set(err, FAIL_BAD_INPUT,
            "%s has %zu lines; fewer than %d say nothing", file, m->texts->n,
            LINES_MIN);
    for (size_t i = 0; i < m->texts->n; i++)
        if (!memchr(m->texts->lines[i].p, '\t', m->texts->lines[i].len))
            return err_set(err, FAIL_BAD_INPUT,
                "%s: text %zu has no tab and reference behind it", file, i + 1);
    return true;
}

static bool
keep(const struct opts *o, const struct ways *table, struct err *err)
{
    char *dir = depot_first_folder(o->models);
    struct depot *d = depot_open(dir, err); /* makes it, too */
    bool ok = d && ways_save(table, dir, err);

    depot_close(d);
    if (ok)
        printf("written to %s/ways.tsv\n", dir);
    free(dir);
    return ok;
}

/* The table in the first folder, which is the one that is written. */
static struct ways *
own_table(const struct opts *o)
{
    char *dir = depot_first_folder(o->models);
    struct ways *table = ways_load(dir);

    free(dir);
    return table;
}

bool
cmd_models_measure(struct client *c, const struct opts *o, struct err *err)
{
    struct span pair = span_of(o->args[0]), rest = span_of(o->translators);
    struct measure m = {.client = client_new(TIMEOUT_MS, err),
        .translator = span_trim(span_cut(&rest, ',')),
        .source = span_cut(&pair, '-'),
        .target = pair,
        .known = ways_load(o->models),
        .texts = xcalloc(1, sizeof(*m.texts))};
    struct ways *table = own_table(o);
    bool ok = m.client && texts_read(m.texts, o->args[1], err) &&
              check(&m, o->args[1], err) && measure_all(&m, table, err) &&
              keep(o, table, err);

    if (ok)
        models_tell(c, o);
    ways_free(table);
    ways_free(m.known);
    texts_fini(m.texts);
    free(m.texts);
    buf_free(&m.answer);
    client_free(m.client);
    return ok;
}
