/* SPDX-License-Identifier: ISC */
#include "nn/format/shortlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"
#include "nn/tool/synth.h"

enum { FIRST = 3, SRC = 4, TRG = 40 };

struct file {
    uint64_t magic, sum, first, best, n_off, n_ids;
    uint64_t off[SRC + 1];
    uint32_t ids[6];
};

static struct file
sample(void)
{
    return (struct file){.magic = 0xF11A48D5013417F5U,
        .first = FIRST,
        .best = 50,
        .n_off = SRC + 1,
        .n_ids = 6,
        .off = {0, 2, 2, 5, 6},
        .ids = {7, 9, 1, 7, 39, 38}};
}

static struct shortlist *
open_sum(struct file *f, struct err *err)
{
    f->sum = shortlist_checksum((const char *)f + 16, sizeof(*f) - 16);
    return shortlist_open_bytes(f, sizeof(*f), TRG, err);
}

static void
list_of_a_piece_is_found(void)
{
    struct file f = sample();
    struct shortlist *s = open_sum(&f, NULL);
    struct span32 list;

    if (!CHECK(s != NULL))
        return;
    CHECK(shortlist_first(s) == FIRST);
    list = shortlist_of(s, 0);
    CHECK(list.len == 2 && list.p[0] == 7 && list.p[1] == 9);
    CHECK(shortlist_of(s, 1).len == 0);
    CHECK(shortlist_of(s, 3).len == 1);
    CHECK(shortlist_of(s, 4).len == 0);
    CHECK(shortlist_of(s, UINT32_MAX).len == 0);
    shortlist_close(s);
}

/* As in the real en-es file. */
static void
last_piece_without_an_end_has_an_empty_list(void)
{
    uint32_t bytes[64] = {0};
    struct file f = sample();
    struct shortlist *s;
    uint64_t sum;

    f.n_off = SRC; /* off[4] is left out, ids follow off[3] */
    memcpy(bytes, &f, 48 + 8 * SRC);
    memcpy(bytes + 12 + 2 * SRC, f.ids, sizeof(f.ids));
    sum = shortlist_checksum(bytes + 4, 48 + 8 * SRC + 24 - 16);
    memcpy(bytes + 2, &sum, 8);
    s = shortlist_open_bytes(bytes, 48 + 8 * SRC + 24, TRG, NULL);
    if (!CHECK(s != NULL))
        return;
    CHECK(shortlist_of(s, 2).len == 3);
    CHECK(shortlist_of(s, 3).len == 0);
    shortlist_close(s);
}

static void
damage_is_refused(void)
{
    struct file good = sample(), f;
    struct err err = {0};

    CHECK(good.sum == 0);
    shortlist_close(open_sum(&good, NULL));
    f = good;
    f.ids[2]++;
    CHECK(!shortlist_open_bytes(&f, sizeof(f), TRG, &err));
    CHECK(strstr(err.text, "checksum"));
    for (size_t n = 0; n < sizeof(good); n++)
        CHECK(!shortlist_open_bytes(&good, n, TRG, NULL));
    f = good;
    f.magic++;
    CHECK(!open_sum(&f, &err) && strstr(err.text, "no binary shortlist"));
    f = good;
    f.n_off = UINT64_MAX / 8 + 1;
    CHECK(!open_sum(&f, &err) && strstr(err.text, "length"));
    f = good;
    f.n_ids = UINT64_MAX;
    CHECK(!open_sum(&f, &err) && strstr(err.text, "length"));
    f = good;
    f.off[2] = 1;
    CHECK(!open_sum(&f, &err) && strstr(err.text, "do not rise"));
    f = good;
    f.off[4] = 7;
    CHECK(!open_sum(&f, &err) && strstr(err.text, "do not rise"));
    f = good;
    f.ids[5] = TRG;
    CHECK(!open_sum(&f, &err) && strstr(err.text, "id 40 of 40"));
    f = good;
    f.first = UINT64_MAX;
    {
        struct shortlist *s = open_sum(&f, &err);
        CHECK(s && shortlist_first(s) == TRG);
        shortlist_close(s);
    }
}

static bool
is(const uint32_t *ids, size_t n, const char *expected)
{
    char text[400] = "";
    size_t at = 0;

    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%u ", ids[i]);
    if (strcmp(text, expected) != 0)
        printf("# %s\n", text);
    return strcmp(text, expected) == 0;
}

static void
candidates_are_first_lists_sources_and_filling(void)
{
    struct file f = sample();
    struct shortlist *s = open_sum(&f, NULL);
    struct shortlist_set *set = shortlist_set_new(TRG);
    const uint32_t src[] = {2, 0, 2};
    uint32_t ids[TRG];
    size_t n;

    if (!CHECK(s != NULL))
        return;
    n = shortlist_candidates(s, set, src, 3, false, 1, ids);
    CHECK(is(ids, n, "0 1 2 7 9 39 "));
    n = shortlist_candidates(s, set, src, 3, false, 8, ids);
    CHECK(is(ids, n, "0 1 2 3 4 7 9 39 "));
    n = shortlist_candidates(s, set, (uint32_t[]){3, 30}, 2, true, 8, ids);
    CHECK(is(ids, n, "0 1 2 3 4 5 30 38 "));
    n = shortlist_candidates(s, set, (uint32_t[]){3, 30}, 2, false, 8, ids);
    CHECK(is(ids, n, "0 1 2 3 4 5 6 38 "));
    n = shortlist_candidates(s, set, (uint32_t[]){TRG + 5}, 1, true, 1, ids);
    CHECK(is(ids, n, "0 1 2 "));
    n = shortlist_candidates(s, set, src, 3, false, 64, ids);
    CHECK(n == TRG && shortlist_room(s, src, 3, 64) == TRG);
    shortlist_set_free(set);
    shortlist_close(s);
}

static void
file_is_mapped_and_a_foreign_one_refused(void)
{
    char path[] = "/tmp/shortlist_test.XXXXXX";
    int fd = mkstemp(path);
    struct err err = {0};
    struct shortlist *s;

    if (!CHECK(fd >= 0))
        return;
    close(fd);
    for (int is_short = 0; is_short < 2; is_short++) {
        CHECK(synth_shortlist(path, 500, 300, 1, is_short, &err));
        s = shortlist_open(path, 300, &err);
        CHECK(s != NULL && shortlist_of(s, 299).len > 0);
        CHECK(s && (shortlist_of(s, 499).len > 0) == !is_short);
        CHECK(s && shortlist_bytes(s) > 4000);
        shortlist_close(s);
        CHECK(!shortlist_open(path, 100, &err));
        CHECK(strstr(err.text, "another vocabulary"));
    }
    unlink(path);
    CHECK(!shortlist_open(path, 300, &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(!shortlist_open("/tmp", 300, &err) && err.kind == FAIL_BAD_INPUT);
}

int
main(void)
{
    RUN(list_of_a_piece_is_found);
    RUN(last_piece_without_an_end_has_an_empty_list);
    RUN(damage_is_refused);
    RUN(candidates_are_first_lists_sources_and_filling);
    RUN(file_is_mapped_and_a_foreign_one_refused);
    return tap_end();
}
