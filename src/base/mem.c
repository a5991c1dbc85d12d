/* SPDX-License-Identifier: ISC */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static _Noreturn void
die(size_t n)
{
    log_error("out of memory bytes=%zu", n);
    abort();
}

static void *
or_die(void *p, size_t n)
{
    if (!p && n)
        die(n);
    return p;
}

void *
xmalloc(size_t n)
{
    return or_die(malloc(n), n);
}

void *
xcalloc(size_t n, size_t size)
{
    return or_die(calloc(n, size), n * size);
}

void *
xrealloc(void *p, size_t n)
{
    return or_die(realloc(p, n), n);
}

char *
xstrdup(const char *s)
{
    return xstrndup(s, strlen(s));
}

char *
xstrndup(const char *s, size_t n)
{
    char *copy = malloc(n + 1);

    if (!copy)
        die(n + 1);
    if (n)
        memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}
