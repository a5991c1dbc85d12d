/* SPDX-License-Identifier: ISC */
#include "models/ways.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"

static void
a_row_has_a_way_and_what_it_is_worth_on_short_and_long_text(void)
{
    struct ways *w = ways_new();
    const struct ways_row *row;
    struct err err;

    CHECK(ways_parse(w,
        SPAN("# table\n\napertium:en-es\t52.1  44\n"
             "neural:en-pt+apertium:pt-es 58.3 - 91  # by Portuguese\n"),
        &err));
    CHECK(ways_len(w) == 2);
    row = ways_find(w, "apertium:en-es");
    CHECK(row && row->quality_short == 0.521 && row->quality_long == 0.44);
    CHECK(row && row->sure_from == 0);
    row = ways_find(w, "neural:en-pt+apertium:pt-es");
    CHECK(row && row->quality_long == 0 && row->sure_from == 0.91);
    CHECK(!ways_find(w, "apertium:en-fr"));
    ways_free(w);
}

static void
a_line_that_makes_no_sense_is_named_and_the_table_stays_as_it_was(void)
{
    static const char *const bad[] = {"a:b-c\n", "a:b-c 1\n", "a:b-c 1 x\n",
        "a:b-c 0 1\n", "a:b-c 1 101\n", "a:b-c 1 2 3 4\n", "a:b-c nan 1\n",
        "a:b-c 1 -1\n",
        "1234567890123456789012345678901234567890123456789012345678901234 1 1"};
    struct ways *w = ways_new();
    struct err err;

    CHECK(ways_parse(w, SPAN("a:a-a 1 1"), &err));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char text[128];

        snprintf(text, sizeof(text), "good:a-b 1 1\n%s", bad[i]);
        CHECK(!ways_parse(w, span_of(text), &err));
        CHECK(err.kind == FAIL_BAD_INPUT && strstr(err.text, "ways.tsv:2:"));
        CHECK(ways_len(w) == 1);
    }
    ways_free(w);
}

static void
what_is_saved_is_loaded_and_the_first_folder_has_the_last_word(void)
{
    char one[] = "/tmp/ways_test.XXXXXX", two[] = "/tmp/ways_test.XXXXXX";
    char both[2 * sizeof(one) + 16], path[sizeof(one) + 16];
    struct ways_row row = {"a:b-c", 0.5, 0.25, 0.875};
    struct ways *w = ways_new();
    struct err err;

    CHECK(mkdtemp(one) && mkdtemp(two));
    ways_set(w, &row);
    CHECK(ways_save(w, one, &err));
    row.quality_short = 0.75;
    ways_set(w, &row);
    snprintf(row.label, sizeof(row.label), "a:x-y");
    ways_set(w, &row);
    CHECK(ways_save(w, two, &err));
    ways_free(w);

    snprintf(both, sizeof(both), "%s:/nowhere:%s", one, two);
    w = ways_load(both);
    CHECK(ways_len(w) == 2);
    CHECK(ways_find(w, "a:b-c")->quality_short == 0.5);
    CHECK(ways_find(w, "a:b-c")->sure_from == 0.875);
    CHECK(ways_find(w, "a:x-y")->quality_short == 0.75);
    CHECK(!ways_save(w, "/nowhere", &err) && err.kind == FAIL_SYSTEM);
    ways_free(w);
    w = ways_load(NULL);
    CHECK(ways_len(w) == 0);
    ways_free(w);
    snprintf(path, sizeof(path), "%s/ways.tsv", one);
    CHECK(unlink(path) == 0 && rmdir(one) == 0);
    snprintf(path, sizeof(path), "%s/ways.tsv", two);
    CHECK(unlink(path) == 0 && rmdir(two) == 0);
}

int
main(void)
{
    RUN(a_row_has_a_way_and_what_it_is_worth_on_short_and_long_text);
    RUN(a_line_that_makes_no_sense_is_named_and_the_table_stays_as_it_was);
    RUN(what_is_saved_is_loaded_and_the_first_folder_has_the_last_word);
    return tap_end();
}
