/* SPDX-License-Identifier: ISC */
#include "base/cfg.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FLAG_BYTES_MAX = 128 };

void
cfg_usage(const struct cfg_row *rows, size_t n, FILE *to)
{
    for (size_t i = 0; i < n; i++) {
        char flag[FLAG_BYTES_MAX];
        size_t k = 0;

        for (const char *c = rows[i].name; *c && k < sizeof(flag) - 1; c++)
            flag[k++] = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
        flag[k] = '\0';
        fprintf(to, "  --%-26s %s (default %s)\n", flag, rows[i].help,
            *rows[i].def ? rows[i].def : "none");
    }
}

/* A secret itself, or a URL with a password in it. */
static bool
is_secret(const char *name, const char *value)
{
    static const char *const words[] = {"TOKEN", "SECRET", "PASSWORD"};
    const char *host = strstr(value, "://");

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strstr(name, words[i]))
            return true;
    return host && strchr(host + 3, ':') && strchr(host + 3, '@');
}

static void
show_string(const char *name, const char *value, FILE *to)
{
    if (!value[0])
        fprintf(to, "%-28s", "(empty)");
    else if (is_secret(name, value))
        fprintf(to, "%-28s", "(hidden)");
    else
        fprintf(to, "%-28s", value);
}

void
cfg_show(const struct cfg_row *rows, size_t n, const void *out,
    const struct cfg_source *sources, FILE *to)
{
    for (size_t i = 0; i < n; i++) {
        const void *field = (const char *)out + rows[i].offset;

        fprintf(to, "%-24s ", rows[i].name);
        switch (rows[i].type) {
        case CFG_STRING:
            show_string(rows[i].name, *(const char *const *)field, to);
            break;
        case CFG_INT:
            fprintf(to, "%-28d", *(const int *)field);
            break;
        case CFG_BOOL:
            fprintf(to, "%-28s", *(const bool *)field ? "true" : "false");
            break;
        }
        fprintf(to, " %s\n", sources[i].from);
    }
}

bool
cfg_check(const struct cfg_row *rows, size_t n, const char *prefix, int argc,
    char **argv, void *out, bool (*settle)(void *out, struct err *err))
{
    struct cfg_source *sources = xcalloc(n, sizeof(*sources));
    int mistakes;
    struct err err;

    mistakes = cfg_examine(rows, n, prefix, argc, argv, out, sources, stderr);
    cfg_show(rows, n, out, sources, stdout);
    free(sources);
    if (mistakes == 0 && !settle(out, &err)) {
        fprintf(stderr, "error: %s\n", err.text);
        mistakes++;
    }
    return mistakes == 0;
}
