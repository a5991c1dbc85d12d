/* SPDX-License-Identifier: ISC */
#include "memory/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"
#include "memory/current.h"

/* Two folders with a table or two. */
struct bench {
    char dir[64], other[64], folders[160];
};

static void
put(const char *dir, const char *name, const char *text)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "w");
    if (!CHECK(f != NULL))
        return;
    fputs(text, f);
    fclose(f);
}

static void
drop(const char *dir, const char *name)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    unlink(path);
}

static void
open_bench(struct bench *b)
{
    strcpy(b->dir, "/tmp/memory-test-XXXXXX");
    strcpy(b->other, "/tmp/memory-test-XXXXXX");
    CHECK(mkdtemp(b->dir) && mkdtemp(b->other));
    snprintf(
        b->folders, sizeof(b->folders), "%s:%s:/nowhere", b->dir, b->other);
    put(b->dir, "a.tsv", "en\tfr\nsee you\tà plus\n");
    put(b->other, "a.tsv",
        "en\tfr\tes\nI said no\tj'ai dit non\tdije que no\n+hi\tsalut\thola\n+bro\tfrère\thermano\n"
        "how are you?\tça va ?\t¿cómo estás?\nsee you\tau revoir\nyou won\ttu as gagné\ngood\tbon\n"
        "so are you coming\ttu viens donc\n"
        "+good night|night\tbonne nuit\n"
        "I'll be there in # min|there in # min\tj'arrive dans # min\n"
        "meet me at #\ton se voit à #h\n"
        "from # to #\tde # à #\n"
        "row # of # is here\tle rang est là\n");
}

static void
close_bench(struct bench *b)
{
    drop(b->dir, "a.tsv");
    drop(b->dir, "b.tsv");
    drop(b->other, "a.tsv");
    rmdir(b->dir);
    rmdir(b->other);
}

static bool
says(const struct memory *m, const char *text, const char *source,
    const char *target, const char *want)
{
    struct buf out = {0};
    bool found =
        memory_find(m, span_of(text), span_of(source), span_of(target), &out);
    bool ok =
        want ? found && span_eqz(buf_span(&out), want) : !found && out.len == 0;

    if (!ok)
        printf("# %s: %.*s\n", text, SPAN_ARG(buf_span(&out)));
    buf_free(&out);
    return ok;
}

static void
the_earlier_folder_counts(void)
{
    struct bench b;
    struct memory *m;

    open_bench(&b);
    m = memory_load(b.folders);
    CHECK(says(m, "See you!", "en", "fr", "À plus\u00a0!"));
    CHECK(says(m, "au revoir", "fr", "en", "see you"));
    CHECK(says(m, "I said NO", "en", "fr", "J'ai dit NON"));
    CHECK(says(m, "see you", "en", "de", NULL));
    CHECK(memory_has_pair(m, SPAN("fr"), SPAN("en")));
    CHECK(!memory_has_pair(m, SPAN("fr"), SPAN("de")));
    CHECK(memory_size(m).tables == 2);
    memory_unref(m);
    close_bench(&b);
}

static void
writing_does_not_matter_but_words_do(void)
{
    struct bench b;
    struct memory *m;

    open_bench(&b);
    m = memory_load(b.folders);
    CHECK(says(m, "goooood", "en", "fr", "bon"));
    CHECK(says(m, "GOOD", "en", "fr", "BON"));
    CHECK(says(m, "you won?", "en", "fr", "tu as gagné\u00a0?"));
    CHECK(says(m, "so are you coming?", "en", "fr", NULL));
    CHECK(says(m, "you won it", "en", "fr", NULL));
    CHECK(says(m, "Good, you won!", "en", "fr", "Bon, tu as gagné\u00a0!"));
    CHECK(says(m, "GOOD, YOU WON", "en", "fr", "BON, TU AS GAGNÉ"));
    CHECK(says(m, "Good, who won?", "en", "fr", NULL));
    CHECK(says(m, "good,", "en", "fr", "bon"));
    CHECK(says(m, "good, good, good, good, good", "en", "fr", NULL));
    CHECK(says(m, "goods", "en", "fr", NULL));
    CHECK(says(m, "!!!", "en", "fr", NULL));
    memory_unref(m);
    close_bench(&b);
}

static void
words_that_stand_beside_others_need_no_comma(void)
{
    struct bench b;
    struct memory *m;

    open_bench(&b);
    m = memory_load(b.folders);
    CHECK(says(m, "Hi see you", "en", "fr", "Salut à plus"));
    CHECK(
        says(m, "hi how are you bro?", "en", "fr", "salut ça va frère\u00a0?"));
    CHECK(says(
        m, "hi how are you bro?", "en", "es", "hola ¿cómo estás hermano?"));
    CHECK(says(
        m, "HI BRO, YOU WON!", "en", "fr", "SALUT FRÈRE, TU AS GAGNÉ\u00a0!"));
    CHECK(says(m, "see you bro", "en", "fr", "à plus frère"));
    CHECK(says(m, "good bro", "en", "fr", NULL));
    CHECK(says(m, "see you hi you", "en", "fr", NULL));
    memory_unref(m);
    close_bench(&b);
}

static void
half_a_greeting_is_none_behind_others(void)
{
    struct bench b;
    struct memory *m;

    open_bench(&b);
    m = memory_load(b.folders);
    CHECK(says(m, "night bro", "en", "fr", "bonne nuit frère"));
    CHECK(says(m, "you won night", "en", "fr", NULL));
    memory_unref(m);
    close_bench(&b);
}

static void
numbers_are_filled_in(void)
{
    struct bench b;
    struct memory *m;

    open_bench(&b);
    m = memory_load(b.folders);
    CHECK(
        says(m, "There in 10 min!", "en", "fr", "J'arrive dans 10 min\u00a0!"));
    CHECK(says(m, "there in ten min", "en", "fr", "j'arrive dans 10 min"));
    CHECK(says(
        m, "hi, there in 10 min", "en", "fr", "salut, j'arrive dans 10 min"));
    CHECK(
        says(m, "meet me at half past eight", "en", "fr", "on se voit à 8h30"));
    CHECK(says(m, "meet me at 8", "en", "fr", "on se voit à 8h"));
    CHECK(says(m, "from 3 to 500", "en", "fr", "de 3 à 500"));
    CHECK(says(m, "there in 1 min", "en", "fr", NULL));
    CHECK(says(m, "there in # min", "en", "fr", NULL));
    CHECK(says(m, "there in 10 20 min", "en", "fr", NULL));
    CHECK(says(m, "there in 3rd min", "en", "fr", NULL));
    CHECK(says(m, "row 3 of 5 is here", "en", "fr", NULL));
    memory_unref(m);
    close_bench(&b);
}

static void
a_broken_table_is_left_out(void)
{
    struct bench b;
    struct memory *m;

    open_bench(&b);
    put(b.dir, "b.tsv", "no table\n");
    m = memory_load(b.folders);
    CHECK(memory_size(m).tables == 2);
    CHECK(says(m, "good", "en", "fr", "bon"));
    memory_unref(m);
    close_bench(&b);
}

static void
a_changed_folder_is_read_anew_and_the_old_memory_stays_whole(void)
{
    struct bench b;
    struct current *c;
    struct memory *before, *after;

    open_bench(&b);
    c = current_open(b.folders, NULL);
    before = current_get(c);
    put(b.dir, "b.tsv", "en\tfr\ngood\tgénial\n");
    current_look(c);
    after = current_get(c);
    CHECK(says(before, "good", "en", "fr", "bon"));
    CHECK(says(after, "good", "en", "fr", "génial"));
    CHECK(memory_version(before) != memory_version(after));
    memory_unref(before);
    memory_unref(after);
    current_look(c);
    before = current_get(c);
    after = current_get(c);
    CHECK(before == after);
    memory_unref(before);
    memory_unref(after);
    current_close(c);
    close_bench(&b);
}

/* What we ship, by a few of its phrases. */
static void
our_own_tables_are_in_order(void)
{
    struct memory *m = memory_load(MEMORY_DIR);

    CHECK(says(m, "Yes", "en", "fr", "Oui"));
    CHECK(says(m, "thx!!", "en", "es", "¡¡gracias!!"));
    CHECK(says(m, "tkt", "fr", "en", "no worries"));
    CHECK(says(m, "Bis morgen!", "de", "it", "A domani!"));
    memory_unref(m);
}

int
main(void)
{
    RUN(the_earlier_folder_counts);
    RUN(writing_does_not_matter_but_words_do);
    RUN(words_that_stand_beside_others_need_no_comma);
    RUN(half_a_greeting_is_none_behind_others);
    RUN(numbers_are_filled_in);
    RUN(a_broken_table_is_left_out);
    RUN(a_changed_folder_is_read_anew_and_the_old_memory_stays_whole);
    RUN(our_own_tables_are_in_order);
    return tap_end();
}
