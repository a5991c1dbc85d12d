/* SPDX-License-Identifier: ISC */
#include "memory/proposals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"
#include "memory/table.h"

static char dir[64];
static struct err err;

static void
begin(void)
{
    snprintf(dir, sizeof(dir), "/tmp/proposals_test_XXXXXX");
    CHECK(mkdtemp(dir) != NULL);
}

static void
end(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -r %s", dir);
    CHECK(system(command) == 0);
}

static const char *
path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static bool
add(struct proposals *p, struct span text, struct span translation)
{
    return proposals_add(
        p, &(struct proposal){SPAN("en"), SPAN("es"), text, translation}, &err);
}

static void
what_is_suggested_becomes_a_table(void)
{
    struct proposals *p;
    struct phrase phrase;
    struct table_hit hit;
    struct table *t;

    begin();
    p = proposals_open(path_of("new"), &err);
    CHECK(
        p && add(p, SPAN("See you\tthere!"), SPAN("Nos vemos\nall\xc3\xad.")));
    proposals_free(p);
    p = proposals_open(path_of("new"), &err); /* another start */
    CHECK(p && add(p, SPAN("Fine, NATO"), SPAN("Bien, OTAN")));
    proposals_free(p);
    t = table_open(path_of("new/en-es.tsv"), &err);
    CHECK(t && table_lines(t) == 2 && table_columns(t) == 2);
    CHECK(phrase_read(SPAN("see you there"), SPAN("en"), &phrase));
    hit = table_find(t, &phrase, 0, 1);
    CHECK(span_eqz(hit.text, "nos vemos all\xc3\xad"));
    table_free(t);
    end();
}

static void
what_no_table_can_have_is_refused(void)
{
    static const struct span bad[] = {SPAN(""), SPAN("  "), SPAN("a|b"),
        SPAN("# one"), SPAN("+ one"), SPAN("> one"), SPAN("123")};
    char path[128], much[2000];
    struct proposals *p;

    begin();
    p = proposals_open(dir, &err);
    memset(much, 'x', sizeof(much));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK(!add(p, bad[i], SPAN("bien")) && err.kind == FAIL_BAD_INPUT);
        CHECK(!add(p, SPAN("fine"), bad[i]) && err.kind == FAIL_BAD_INPUT);
    }
    CHECK(!add(p, (struct span){much, sizeof(much)}, SPAN("bien")));
    snprintf(path, sizeof(path), "%s", path_of("en-es.tsv"));
    CHECK(access(path, F_OK) != 0);
    proposals_free(p);
    end();
}

static void
there_are_only_so_many(void)
{
    struct proposals *p;
    FILE *f;

    begin();
    f = fopen(path_of("fr-es.tsv"), "w");
    CHECK(f && ftruncate(fileno(f), PROPOSALS_BYTES_MAX - 1) == 0);
    fclose(f);
    p = proposals_open(dir, &err);
    CHECK(add(p, SPAN("fine"), SPAN("bien")));
    CHECK(!add(p, SPAN("good"), SPAN("bien")) && err.kind == FAIL_BUSY);
    proposals_free(p);
    end();
}

static void
a_folder_that_cannot_be_is_an_error(void)
{
    CHECK(!proposals_open("/proc/none/of/it", &err) && err.kind == FAIL_SYSTEM);
}

int
main(void)
{
    RUN(what_is_suggested_becomes_a_table);
    RUN(what_no_table_can_have_is_refused);
    RUN(there_are_only_so_many);
    RUN(a_folder_that_cannot_be_is_an_error);
    return tap_end();
}
