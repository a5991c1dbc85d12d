/* SPDX-License-Identifier: ISC */
#ifndef EXCHANGE_TEST_EXCHANGE_H
#define EXCHANGE_TEST_EXCHANGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/tap.h"
#include "exchange/intake.h"

/*
 * What the tests of this directory share: a folder of an export, and an empty
 * database.
 */
struct fixture {
    char dir[64];
    struct store *s;
};

static struct err err;

static inline void
begin(struct fixture *f)
{
    snprintf(f->dir, sizeof(f->dir), "/tmp/exchange_test_XXXXXX");
    CHECK(mkdtemp(f->dir) != NULL);
    f->s = store_open("sqlite::memory:", NULL, &err);
    CHECK(f->s != NULL);
}

static inline void
end(struct fixture *f)
{
    char command[128];

    store_close(f->s);
    snprintf(command, sizeof(command), "rm -r %s", f->dir);
    CHECK(system(command) == 0);
}

/* FOLDER/NAME or NAME, with the text. */
static inline void
file_put(const struct fixture *f, const char *name, const char *text)
{
    char path[256];
    const char *slash = strchr(name, '/');
    FILE *to;

    if (slash) {
        snprintf(
            path, sizeof(path), "%s/%.*s", f->dir, (int)(slash - name), name);
        mkdir(path, 0700);
    }
    snprintf(path, sizeof(path), "%s/%s", f->dir, name);
    to = fopen(path, "we");
    CHECK(to && fputs(text, to) >= 0 && fclose(to) == 0);
}

/* Some messages, as "SENDER: TEXT\n". */
struct said {
    char text[2048];
    int64_t ms[16];
    int n;
};

static inline void
on_said(const struct store_message *m, void *ctx)
{
    struct said *said = ctx;
    size_t n = strlen(said->text);

    snprintf(said->text + n, sizeof(said->text) - n, "%s%.*s: %.*s [%.*s]\n",
        m->thread.len     ? "> "
        : m->reply_to.len ? "re "
                          : "",
        SPAN_ARG(m->sender_name), SPAN_ARG(m->content), SPAN_ARG(m->language));
    if (said->n < 16)
        said->ms[said->n++] = m->created_ms;
}

static inline struct said
said_in(struct store *s, const char *room)
{
    struct said said = {.n = 0};

    CHECK(
        store_history(s, span_of(room), 0, 0, 16, NULL, on_said, &said, &err));
    return said;
}

#endif
