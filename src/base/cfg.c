/* SPDX-License-Identifier: ISC */
#include "base/cfg.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/span.h"

enum { NAME_BYTES_MAX = 128, LINE_BYTES_MAX = 4096 };

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
set(const struct cfg_row *r, struct span v, const char *source, void *out,
    struct err *err)
{
    char *field = (char *)out + r->offset;
    long long number;

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

static bool
load_line(const struct cfg_row *rows, size_t n, const char *path, int number,
    char *text, void *out, struct err *err)
{
    struct span value = span_trim(span_of(text));
    struct span name = span_trim(span_cut(&value, '='));
    char source[NAME_BYTES_MAX];
    const struct cfg_row *r;

    if (name.len == 0 || name.p[0] == '#')
        return true;
    snprintf(source, sizeof(source), "%s line %d", path, number);
    r = row_named(rows, n, name);
    if (!r || !value.p)
        return err_set(err, FAIL_BAD_INPUT, "%s: unknown setting", source);
    return set(r, span_trim(value), source, out, err);
}

static bool
load_file(const struct cfg_row *rows, size_t n, const char *path, void *out,
    struct err *err)
{
    char line[LINE_BYTES_MAX];
    FILE *f = fopen(path, "re");
    bool ok = true;

    if (!f)
        return err_set(err, FAIL_SYSTEM, "open %s: %m", path);
    for (int i = 1; ok && fgets(line, sizeof(line), f); i++)
        ok = load_line(rows, n, path, i, line, out, err);
    fclose(f);
    return ok;
}

static bool
load_environment(const struct cfg_row *rows, size_t n, const char *prefix,
    void *out, struct err *err)
{
    char name[NAME_BYTES_MAX];

    for (size_t i = 0; i < n; i++) {
        const char *value;
        snprintf(name, sizeof(name), "%s_%s", prefix, rows[i].name);
        value = getenv(name);
        if (!value)
            value = getenv(rows[i].name);
        if (value && !set(&rows[i], span_of(value), "environment", out, err))
            return false;
    }
    return true;
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
load_flags(const struct cfg_row *rows, size_t n, int argc, char **argv,
    void *out, struct err *err)
{
    char name[NAME_BYTES_MAX];

    for (int i = 1; i < argc; i += 2) {
        const struct cfg_row *r = NULL;
        if (strncmp(argv[i], "--", 2) == 0) {
            flag_to_name(argv[i], name);
            r = row_named(rows, n, span_of(name));
        }
        if (i + 1 < argc && strcmp(argv[i], "--config") == 0)
            continue;
        if (!r)
            return err_set(err, FAIL_BAD_INPUT, "unknown option %s", argv[i]);
        if (i + 1 == argc)
            return err_set(
                err, FAIL_BAD_INPUT, "option %s needs a value", argv[i]);
        if (!set(r, span_of(argv[i + 1]), "command line", out, err))
            return false;
    }
    return true;
}

static const char *
file_path(const char *prefix, int argc, char **argv)
{
    char name[NAME_BYTES_MAX];

    for (int i = 1; i + 1 < argc; i += 2)
        if (strcmp(argv[i], "--config") == 0)
            return argv[i + 1];
    snprintf(name, sizeof(name), "%s_CONFIG", prefix);
    return getenv(name);
}

bool
cfg_load(const struct cfg_row *rows, size_t n, const char *prefix, int argc,
    char **argv, void *out, struct err *err)
{
    const char *path = file_path(prefix, argc, argv);

    for (size_t i = 0; i < n; i++)
        if (!set(&rows[i], span_of(rows[i].def), "default", out, err))
            return false;
    return (!path || load_file(rows, n, path, out, err)) &&
           load_environment(rows, n, prefix, out, err) &&
           load_flags(rows, n, argc, argv, out, err);
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

void
cfg_usage(const struct cfg_row *rows, size_t n, FILE *to)
{
    for (size_t i = 0; i < n; i++) {
        char flag[NAME_BYTES_MAX];
        size_t k = 0;
        for (const char *c = rows[i].name; *c && k < sizeof(flag) - 1; c++)
            flag[k++] = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
        flag[k] = '\0';
        fprintf(to, "  --%-26s %s (default %s)\n", flag, rows[i].help,
            *rows[i].def ? rows[i].def : "none");
    }
}
