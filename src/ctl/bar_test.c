/* SPDX-License-Identifier: ISC */
#include "ctl/bar.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

/* What is shown, owned by the caller. */
static char *
shown(struct bar *b, const char *file, uint64_t done, uint64_t total,
    int64_t now_ms)
{
    struct buf out = {0};

    bar_put(b, &out, file, done, total, now_ms);
    return buf_take(&out);
}

static void
a_terminal_shows_how_far_it_is(void)
{
    struct bar b = {.columns = 80};
    char *start = shown(&b, "model.bin", 0, 20000000, 1000);
    char *half = shown(&b, "model.bin", 10000000, 20000000, 3000);

    CHECK(strstr(start, "  0 %") && !strstr(start, "/s"));
    CHECK(strstr(half, " 50 %  10.0 MB  5.0 MB/s"));
    CHECK(strstr(half, "[################                ]"));
    free(start);
    free(half);
}

static void
a_narrow_terminal_has_numbers_only(void)
{
    struct bar b = {.columns = 50};
    char *half = shown(&b, "model.bin", 10, 20, 1);

    CHECK(!strchr(half, '#') && strstr(half, "50 %"));
    free(half);
}

static void
an_unknown_size_is_no_reason_to_guess(void)
{
    struct bar b = {.columns = 80};
    char *text = shown(&b, "lex.bin", 920621, 0, 1);

    CHECK(!strchr(text, '%') && strstr(text, "921 kB"));
    free(text);
}

static void
elsewhere_each_file_gets_one_line(void)
{
    struct bar b = {.plain = true};
    char *first = shown(&b, "model.bin", 0, 9, 1);
    char *again = shown(&b, "model.bin", 5, 9, 2);
    char *next = shown(&b, "lex.bin", 9, 9, 3);

    CHECK(strcmp(first, "fetching model.bin\n") == 0);
    CHECK(strcmp(again, "") == 0);
    CHECK(strcmp(next, "fetching lex.bin\n") == 0);
    free(first);
    free(again);
    free(next);
}

int
main(void)
{
    RUN(a_terminal_shows_how_far_it_is);
    RUN(a_narrow_terminal_has_numbers_only);
    RUN(an_unknown_size_is_no_reason_to_guess);
    RUN(elsewhere_each_file_gets_one_line);
    return tap_end();
}
