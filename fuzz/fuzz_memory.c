/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "memory/tmx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a table has, it finds again by itself; every phrase can be dressed. */
static void
check_table(struct span text)
{
    struct table *t = table_read(text, NULL);
    struct span cells[TABLE_COLUMNS_MAX];
    size_t pos = 0;

    while (t && table_next(t, &pos, cells)) {
        struct span first = span_cut(&cells[0], '|');
        struct span language = span_of(table_language(t, 0));
        struct buf out = {0};
        struct phrase p;

        if (first.len > 0 && first.p[0] != '>') {
            assert(phrase_read(first, language, &p));
            if (cells[1].p)
                assert(table_find(t, &p, 0, 1).text.p);
            phrase_dress(&p, first, language, &out);
            while (phrase_shorten(&p, 1))
                continue;
        }
        buf_free(&out);
    }
    table_free(t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = {(const char *)data, size};
    struct tmx_count count;
    struct buf b = {0};

    check_table(text);
    if (tmx_read(text, &b, &count, NULL)) {
        struct err err;
        struct table *t = table_read(buf_span(&b), &err);

        assert(t || count.units == 0 || err.kind == FAIL_BAD_INPUT);
        assert(!t || table_lines(t) == count.units);
        table_free(t);
    }
    buf_free(&b);
    return 0;
}
