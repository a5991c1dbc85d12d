/* SPDX-License-Identifier: ISC */
#include "base/cfg.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/span.h"

enum {
    NAME_BYTES_MAX = 128,
    LINE_BYTES_MAX = 4096,
    TYPOS_MAX = 2, /* in a name that still tells what was meant, */
    LETTERS_PER_TYPO = 3, /* and so many letters for each */
};

/* A load under way.  With complaints each mistake is written there and the
 * load goes on, else the first ends it. */
struct load {
    const struct cfg_row *rows;
    size_t n;
    const char *prefix;
    void *out;
    struct cfg_source *sources; /* one a row; NULL: nobody asks */
    FILE *complaints; /* NULL: nobody listens */
    int mistakes;
};

/* Go on after a mistake? */
static bool
forgive(struct load *l, const struct err *err)
{
    l->mistakes++;
    if (l->complaints)
        fprintf(l->complaints, "error: %s\n", err->text);
    return l->complaints != NULL;
}

static bool
parse_bool(struct span v, bool *ret)
{
    static const char *const yes[] = {"true", "1", "yes", "on"};
    static const char *const no[] = {"false", "0", "no", "off"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (span_eqz(v, yes[i]))
            return *ret = true, true;
        if (span_eqz(v, no[i]))
            return *ret = false, true;
    }
    return false;
}

static bool
set(struct load *l, const struct cfg_row *r, struct span v, const char *source,
    struct err *err)
{
    char *field = (char *)l->out + r->offset;
    long long number;

    if (l->sources)
        snprintf(l->sources[r - l->rows].from, CFG_SOURCE_BYTES, "%s", source);
    switch (r->type) {
    case CFG_STRING:
        free(*(char **)field);
        *(char **)field = xstrndup(v.p, v.len);
        return true;
    case CFG_INT:
        if (!span_int(v, r->min, r->max, &number))
            return err_set(err, FAIL_BAD_INPUT,
                "%s: %s must be a number from %d to %d", source, r->name,
                r->min, r->max);
        *(int *)field = (int)number;
        return true;
    case CFG_BOOL:
        if (!parse_bool(v, (bool *)field))
            return err_set(err, FAIL_BAD_INPUT, "%s: %s must be true or false",
                source, r->name);
        return true;
    }
    return false;
}

static const struct cfg_row *
row_named(const struct cfg_row *rows, size_t n, struct span name)
{
    for (size_t i = 0; i < n; i++)
        if (span_eqz(name, rows[i].name))
            return &rows[i];
    return NULL;
}

/* How many letters must be put in, left out or exchanged to make one of the
 * other (Levenshtein); names longer than the bound are not compared. */
static size_t
distance(struct span a, struct span b)
{
    size_t row[NAME_BYTES_MAX];

    if (b.len >= NAME_BYTES_MAX)
        return NAME_BYTES_MAX;
    for (size_t k = 0; k <= b.len; k++)
        row[k] = k;
    for (size_t i = 0; i < a.len; i++) {
        size_t corner = row[0];

        row[0] = i + 1;
        for (size_t k = 0; k < b.len; k++) {
            size_t change = corner + (a.p[i] != b.p[k]);
            size_t least = row[k] < row[k + 1] ? row[k] + 1 : row[k + 1] + 1;

            corner = row[k + 1];
            row[k + 1] = change < least ? change : least;
        }
    }
    return row[b.len];
}

/* Is one the other with two neighbours exchanged?  That is one slip. */
static bool
is_swapped(struct span a, struct span b)
{
    size_t i = 0;

    while (i < a.len && i < b.len && a.p[i] == b.p[i])
        i++;
    return a.len == b.len && i + 1 < a.len && a.p[i] == b.p[i + 1] &&
           a.p[i + 1] == b.p[i] &&
           memcmp(a.p + i + 2, b.p + i + 2, a.len - i - 2) == 0;
}

/* The setting that somebody may have meant, or NULL. */
static const struct cfg_row *
row_like(const struct cfg_row *rows, size_t n, struct span name)
{
    const struct cfg_row *best = NULL;
    size_t bound = name.len / LETTERS_PER_TYPO;
    size_t least = (bound < TYPOS_MAX ? bound : TYPOS_MAX) + 1;

    for (size_t i = 0; i < n; i++) {
        struct span known = span_of(rows[i].name);
        size_t d = is_swapped(name, known) ? 1 : distance(name, known);

        if (d < least) {
            least = d;
            best = &rows[i];
        }
    }
    return best;
}

static bool
unknown(const struct cfg_row *rows, size_t n, const char *source,
    struct span name, struct err *err)
{
    const struct cfg_row *like = row_like(rows, n, name);

    if (like)
        return err_set(err, FAIL_BAD_INPUT,
            "%s: unknown setting %.*s; did you mean %s?", source,
            SPAN_ARG(name), like->name);
    return err_set(err, FAIL_BAD_INPUT, "%s: unknown setting %.*s", source,
        SPAN_ARG(name));
}

static bool
load_line(
    struct load *l, const char *path, int number, char *text, struct err *err)
{
    struct span value = span_trim(span_of(text));
    struct span name = span_trim(span_cut(&value, '='));
    char source[CFG_SOURCE_BYTES];
    const struct cfg_row *r;

    if (name.len == 0 || name.p[0] == '#')
        return true;
    snprintf(source, sizeof(source), "%s line %d", path, number);
    r = row_named(l->rows, l->n, name);
    if (!r)
        return unknown(l->rows, l->n, source, name, err);
    if (!value.p)
        return err_set(
            err, FAIL_BAD_INPUT, "%s: %s needs = and a value", source, r->name);
    return set(l, r, span_trim(value), source, err);
}

static bool
load_file(struct load *l, const char *path, struct err *err)
{
    char line[LINE_BYTES_MAX];
    FILE *f = fopen(path, "re");
    bool ok = true;

    if (!f) {
        err_set(err, FAIL_SYSTEM, "open %s: %m", path);
        return forgive(l, err);
    }
    for (int i = 1; ok && fgets(line, sizeof(line), f); i++)
        ok = load_line(l, path, i, line, err) || forgive(l, err);
    fclose(f);
    return ok;
}

/* Is there a variable with our prefix that is nearly a setting?  Others may
 * have the prefix too: Kubernetes sets GATEWAY_SERVICE_HOST. */
static bool
refuse_misspelt(struct load *l, struct err *err)
{
    size_t len = strlen(l->prefix);

    for (char **e = environ; e && *e; e++) { /* NULL after clearenv */
        struct span name = span_of(*e);

        if (strncmp(*e, l->prefix, len) != 0 || (*e)[len] != '_')
            continue;
        name = span_cut(&name, '=');
        name = (struct span){name.p + len + 1, name.len - len - 1};
        if (!span_eqz(name, "CONFIG") && !row_named(l->rows, l->n, name) &&
            row_like(l->rows, l->n, name)) {
            unknown(l->rows, l->n, "environment", name, err);
            if (!forgive(l, err))
                return false;
        }
    }
    return true;
}

/* PREFIX_NAME_FILE: the first line of a file, so that a secret need not stand
 * in the environment. */
static bool
load_secret(struct load *l, const struct cfg_row *r, struct err *err)
{
    char name[NAME_BYTES_MAX], line[LINE_BYTES_MAX];
    const char *path;
    FILE *f;
    bool ok;

    snprintf(name, sizeof(name), "%s_%s_FILE", l->prefix, r->name);
    path = r->type == CFG_STRING ? getenv(name) : NULL;
    if (!path)
        return true;
    f = fopen(path, "re");
    ok = f && fgets(line, sizeof(line), f);
    if (!ok)
        err_set(err, FAIL_SYSTEM, "%s: cannot read %s", name, path);
    if (f)
        fclose(f);
    return ok && set(l, r, span_trim(span_of(line)), path, err);
}

static bool
load_variable(struct load *l, const struct cfg_row *r, struct err *err)
{
    char name[NAME_BYTES_MAX], source[CFG_SOURCE_BYTES];
    const char *value;

    snprintf(name, sizeof(name), "%s_%s", l->prefix, r->name);
    value = getenv(name);
    if (!value) {
        snprintf(name, sizeof(name), "%s", r->name);
        value = getenv(name);
    }
    snprintf(source, sizeof(source), "environment %s", name);
    return value ? set(l, r, span_of(value), source, err)
                 : load_secret(l, r, err);
}

static bool
load_environment(struct load *l, struct err *err)
{
    for (size_t i = 0; i < l->n; i++)
        if (!load_variable(l, &l->rows[i], err) && !forgive(l, err))
            return false;
    return refuse_misspelt(l, err);
}

/* "--zmq-pub-port" to "ZMQ_PUB_PORT". */
static void
flag_to_name(const char *flag, char name[NAME_BYTES_MAX])
{
    size_t i = 0;

    for (flag += 2; *flag && i < NAME_BYTES_MAX - 1; flag++)
        name[i++] = *flag == '-' ? '_' : (char)toupper((unsigned char)*flag);
    name[i] = '\0';
}

static bool
load_flag(struct load *l, const char *flag, const char *value, struct err *err)
{
    const struct cfg_row *r = NULL;
    char name[NAME_BYTES_MAX];

    if (strncmp(flag, "--", 2) == 0) {
        flag_to_name(flag, name);
        r = row_named(l->rows, l->n, span_of(name));
        if (!r && row_like(l->rows, l->n, span_of(name)))
            return unknown(l->rows, l->n, flag, span_of(name), err);
    }
    if (!r)
        return err_set(err, FAIL_BAD_INPUT, "unknown option %s", flag);
    if (!value && r->type != CFG_BOOL)
        return err_set(err, FAIL_BAD_INPUT, "option %s needs a value", flag);
    return set(l, r, span_of(value ? value : "true"), "command line", err);
}

static bool
load_flags(struct load *l, int argc, char **argv, struct err *err)
{
    for (int i = 1; i < argc; i += 2) {
        bool alone = i + 1 == argc || strncmp(argv[i + 1], "--", 2) == 0;

        if (!alone && strcmp(argv[i], "--config") == 0)
            continue;
        if (!load_flag(l, argv[i], alone ? NULL : argv[i + 1], err) &&
            !forgive(l, err))
            return false;
        i -= alone;
    }
    return true;
}

/* The file that was named, or the one of an installation where there is one;
 * owned by the caller. */
static char *
file_path(const char *prefix, int argc, char **argv)
{
    char name[NAME_BYTES_MAX], *path;
    size_t k = sizeof(MEESHY_SYSCONFDIR);

    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], "--config") == 0)
            return xstrdup(argv[i + 1]);
    snprintf(name, sizeof(name), "%s_CONFIG", prefix);
    if (getenv(name))
        return xstrdup(getenv(name));
    path = xmalloc(k + strlen(prefix) + sizeof("/.conf"));
    sprintf(path, "%s/%s.conf", MEESHY_SYSCONFDIR, prefix);
    for (char *c = path + k; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    if (access(path, F_OK) == 0)
        return path;
    free(path);
    return NULL;
}

static bool
load_all(struct load *l, int argc, char **argv, struct err *err)
{
    char *path = file_path(l->prefix, argc, argv);
    bool ok = true;

    for (size_t i = 0; ok && i < l->n; i++)
        ok = set(l, &l->rows[i], span_of(l->rows[i].def), "default", err);
    ok = ok && (!path || load_file(l, path, err)) && load_environment(l, err) &&
         load_flags(l, argc, argv, err);
    free(path);
    return ok;
}

bool
cfg_load(const struct cfg_row *rows, size_t n, const char *prefix, int argc,
    char **argv, void *out, struct err *err)
{
    struct load l = {.rows = rows, .n = n, .prefix = prefix, .out = out};

    return load_all(&l, argc, argv, err);
}

int
cfg_examine(const struct cfg_row *rows, size_t n, const char *prefix, int argc,
    char **argv, void *out, struct cfg_source *sources, FILE *complaints)
{
    struct load l = {.rows = rows,
        .n = n,
        .prefix = prefix,
        .out = out,
        .sources = sources,
        .complaints = complaints};
    struct err err;

    load_all(&l, argc, argv, &err);
    return l.mistakes;
}

char *
cfg_find(const char *prefix, const char *name)
{
    char *value = NULL;
    const struct cfg_row row = {.name = name, .type = CFG_STRING, .def = ""};
    struct load l = {.rows = &row, .n = 1, .prefix = prefix, .out = &value};
    char line[LINE_BYTES_MAX], *path = file_path(prefix, 1, NULL);
    FILE *f = path ? fopen(path, "re") : NULL;
    struct err err;

    while (f && fgets(line, sizeof(line), f))
        load_line(&l, path, 0, line, &err); /* the others are not for us */
    load_variable(&l, &row, &err);
    if (f)
        fclose(f);
    free(path);
    if (value && value[0])
        return value;
    free(value);
    return NULL;
}

bool
cfg_take_flag(int *argc, char **argv, const char *flag)
{
    for (int i = 1; i < *argc; i++)
        if (strcmp(argv[i], flag) == 0) {
            memmove(argv + i, argv + i + 1,
                (size_t)(*argc - i) * sizeof(argv[0])); /* with its NULL */
            --*argc;
            return true;
        }
    return false;
}

void
cfg_free(const struct cfg_row *rows, size_t n, void *out)
{
    for (size_t i = 0; i < n; i++) {
        char **field = (char **)(void *)((char *)out + rows[i].offset);
        if (rows[i].type == CFG_STRING) {
            free(*field);
            *field = NULL;
        }
    }
}
