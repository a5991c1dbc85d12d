/* SPDX-License-Identifier: ISC */
#include "translator/translate/aside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"

static char dir[] = "/tmp/aside-test-XXXXXX", path[64];

static struct memory *
open_memory(void)
{
    FILE *f;

    CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof(path), "%s/a.tsv", dir);
    f = fopen(path, "w");
    if (CHECK(f != NULL)) {
        fputs("de\ten\tfr\n+tut mir leid\tsorry\tdésolé\n"
              "+bitte\tplease\ts'il te plaît|stp\nich komme\tI'm coming\t"
              "j'arrive\n",
            f);
        fclose(f);
    }
    return memory_load(dir);
}

/* What is asked of engines, and what becomes of their answer; "-" when the
 * segment has no aside. */
static void
expect(const char *segment, const char *from, const char *to, const char *rest,
    const char *answer, const char *whole)
{
    struct memory *m = open_memory();
    struct buf asked = {0}, put = {0}, same = {0};
    struct aside a;
    bool taken =
        aside_take(m, span_of(segment), span_of(from), span_of(to), &a, &asked);

    CHECK(taken == (strcmp(rest, "-") != 0));
    if (taken) {
        if (!CHECK(span_eqz(buf_span(&asked), rest)))
            printf("# %.*s\n", SPAN_ARG(buf_span(&asked)));
        buf_addz(&put, answer);
        aside_put(&a, &put);
        if (!CHECK(span_eqz(buf_span(&put), whole)))
            printf("# %.*s\n", SPAN_ARG(buf_span(&put)));
        buf_adds(&same, buf_span(&asked));
        aside_put_source(&a, &same);
        CHECK(span_eqz(buf_span(&same), segment));
    }
    aside_free(&a);
    buf_free(&asked);
    buf_free(&put);
    buf_free(&same);
    memory_unref(m);
    unlink(path);
    rmdir(dir);
    memcpy(strrchr(dir, '-'), "-XXXXXX", 7);
}

static void
what_stands_beside_a_sentence_is_put_back_behind_it(void)
{
    expect("ich kann heute nicht, tut mir leid", "de", "en",
        "ich kann heute nicht", "I can't today", "I can't today, sorry");
    expect("WIR MÜSSEN GEHEN, TUT MIR LEID", "de", "en", "WIR MÜSSEN GEHEN",
        "WE HAVE TO GO", "WE HAVE TO GO, SORRY");
    expect("tu peux venir, stp", "fr", "en", "tu peux venir", "can you come",
        "can you come, please");
}

static void
final_marks_stay_final(void)
{
    expect("kannst du kommen, bitte?", "de", "fr", "kannst du kommen?",
        "tu peux venir ?", "tu peux venir, s'il te plaît ?");
    expect("ich kann nicht, tut mir leid...", "de", "en", "ich kann nicht...",
        "I can't…", "I can't, sorry…");
    expect("ich kann nicht, tut mir leid!", "de", "en", "ich kann nicht!",
        "I can't", "I can't, sorry");
}

static void
what_is_a_part_of_the_sentence_stays_in_it(void)
{
    expect("ich weiß, ich komme", "de", "en", "-", "", "");
    expect("Äpfel und Birnen, Brot", "de", "en", "-", "", "");
    expect("bitte, tut mir leid", "de", "en", "-", "", "");
    expect("tut mir leid", "de", "en", "-", "", "");
    expect("er sagt, dass es ihm, tut mir leid, nicht passt", "de", "en", "-",
        "", "");
    expect("ich kann heute nicht, ", "de", "en", "-", "", "");
}

int
main(void)
{
    RUN(what_stands_beside_a_sentence_is_put_back_behind_it);
    RUN(final_marks_stay_final);
    RUN(what_is_a_part_of_the_sentence_stays_in_it);
    return tap_end();
}
