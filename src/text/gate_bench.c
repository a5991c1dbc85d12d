/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "text/gate.h"

/*
 * gate_bench SOURCE TARGET < lines of source, tab, good translation
 *
 * How many good translations are refused, how many damaged ones are caught for
 * each kind of damage, and how long one check takes.  A third column is a text
 * in another language.  With BENCH_SHOW in the environment the good ones that
 * were refused are printed.
 */
enum { ROWS_MAX = 100000, ROUNDS = 10 };

struct row {
    char *line;
    struct span source, good, other;
};

/* Make a damaged translation; false when this row cannot have the damage. */
typedef bool damage_fn(const struct row *row, struct buf *out);

static size_t
last_words(struct span s, int n)
{
    size_t i = s.len;

    while (i > 0 && n > 0)
        n -= s.p[--i] == ' ';
    return n > 0 ? 0 : i;
}

static bool
repeat_word(const struct row *row, struct buf *out)
{
    size_t i = last_words(row->good, 1);

    buf_adds(out, row->good);
    for (int k = 0; k < 8; k++) {
        if (i == 0)
            buf_addc(out, ' ');
        buf_add(out, row->good.p + i, row->good.len - i);
    }
    return true;
}

static bool
repeat_phrase(const struct row *row, struct buf *out)
{
    size_t i = last_words(row->good, 3);

    if (i == 0)
        return false;
    buf_adds(out, row->good);
    for (int k = 0; k < 4; k++)
        buf_add(out, row->good.p + i, row->good.len - i);
    return true;
}

static bool
repeat_letters(const struct row *row, struct buf *out)
{
    buf_adds(out, row->good);
    buf_addz(out, " nananananananana");
    return true;
}

static bool
run_on(const struct row *row, struct buf *out)
{
    buf_adds(out, row->good);
    buf_addz(out, ", ");
    buf_adds(out, row->other);
    buf_addz(out, ". Y en aquel momento nadie supo qu\xc3\xa9 decir de todo lo "
                  "que hab\xc3\xad"
                  "a pasado durante la noche en la vieja casa del r\xc3\xado");
    return row->source.len <= 40;
}

static bool
break_off(const struct row *row, struct buf *out)
{
    buf_add(out, row->good.p, row->good.len / 5);
    return row->source.len >= 40 && utf8_valid(buf_span(out));
}

static bool
say_nothing(const struct row *row, struct buf *out)
{
    (void)row;
    buf_addz(out, " ");
    return true;
}

static bool
hand_back(const struct row *row, struct buf *out)
{
    buf_adds(out, row->source);
    return true;
}

static bool
other_language(const struct row *row, struct buf *out)
{
    buf_adds(out, row->other);
    return row->other.len > 0;
}

static bool
lose_number(const struct row *row, struct buf *out)
{
    bool any = false;

    for (size_t i = 0; i < row->good.len; i++) {
        bool digit = row->good.p[i] >= '0' && row->good.p[i] <= '9';

        any |= digit;
        if (!digit)
            buf_addc(out, row->good.p[i]);
    }
    return any;
}

static bool
mark_word(const struct row *row, struct buf *out)
{
    size_t i = last_words(row->good, 1);

    buf_add(out, row->good.p, i + (i > 0));
    buf_addc(out, '*');
    buf_add(out, row->good.p + i + (i > 0), row->good.len - i - (i > 0));
    return true;
}

static void
measure(const struct row *rows, size_t n, const char *name, damage_fn *damage,
    struct span from, struct span to)
{
    size_t tried = 0, caught = 0, by[GATE_REASONS] = {0};
    struct buf text = {0};

    for (size_t i = 0; i < n; i++) {
        struct gate got;

        buf_reset(&text);
        if (damage && !damage(&rows[i], &text))
            continue;
        got = gate_check(
            rows[i].source, damage ? buf_span(&text) : rows[i].good, from, to);
        tried++;
        caught += got.reason != GATE_OK;
        by[got.reason]++;
        if ((damage ? got.reason == GATE_OK : got.reason != GATE_OK) &&
            getenv("BENCH_SHOW"))
            printf("# %s: %s: %.*s | %.*s\n", name,
                gate_reason_name(got.reason), SPAN_ARG(rows[i].source),
                SPAN_ARG(damage ? buf_span(&text) : rows[i].good));
    }
    printf("{\"texts\":\"%s\",\"n\":%zu,\"refused\":%.4f", name, tried,
        tried ? (double)caught / (double)tried : 0);
    for (int k = 1; k < GATE_REASONS; k++) {
        if (by[k])
            printf(",\"%s\":%zu", gate_reason_name((enum gate_reason)k), by[k]);
    }
    printf("}\n");
    buf_free(&text);
}

static const struct {
    const char *name;
    damage_fn *fn;
} damages[] = {
    {"good", NULL},
    {"a word again and again", repeat_word},
    {"a phrase again and again", repeat_phrase},
    {"letters again and again", repeat_letters},
    {"runs on", run_on},
    {"breaks off", break_off},
    {"empty", say_nothing},
    {"the source", hand_back},
    {"another language", other_language},
    {"without numbers", lose_number},
    {"a marked word", mark_word},
};

static size_t
read_rows(struct row *rows)
{
    char *line = NULL;
    size_t cap = 0, n = 0;
    ssize_t len;

    while (n < ROWS_MAX && (len = getline(&line, &cap, stdin)) > 0) {
        struct span rest;

        rows[n].line = xstrndup(line, (size_t)(len - (line[len - 1] == '\n')));
        rest = span_of(rows[n].line);
        rows[n].source = span_cut(&rest, '\t');
        rows[n].good = span_cut(&rest, '\t');
        rows[n].other = rest.p ? rest : (struct span){"", 0};
        n++;
    }
    free(line);
    return n;
}

int
main(int argc, char **argv)
{
    static struct row rows[ROWS_MAX];
    size_t n = read_rows(rows);
    struct span from, to;
    int64_t start;

    if (argc != 3 || n == 0) {
        fputs("usage: gate_bench SOURCE TARGET < rows\n", stderr);
        return 2;
    }
    from = span_of(argv[1]);
    to = span_of(argv[2]);
    for (size_t k = 0; k < sizeof(damages) / sizeof(damages[0]); k++)
        measure(rows, n, damages[k].name, damages[k].fn, from, to);
    start = clock_mono_us();
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < n; i++)
            gate_check(rows[i].source, rows[i].good, from, to);
    }
    printf("{\"us_per_check\":%.2f}\n",
        (double)(clock_mono_us() - start) / ROUNDS / (double)n);
    for (size_t i = 0; i < n; i++)
        free(rows[i].line);
    return 0;
}
