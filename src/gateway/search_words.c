/* SPDX-License-Identifier: ISC */
#include "gateway/search_words.h"

#include <string.h>

#include "base/clock.h"

/* Take a word off the query, with what is in quotes in it; {NULL,0} at the end. */
static struct span
next_word(struct span *query)
{
    struct span word;
    bool quoted = false;
    size_t n = 0;

    *query = span_trim(*query);
    if (!query->len)
        return (struct span){NULL, 0};
    for (; n < query->len && (quoted || query->p[n] != ' '); n++)
        quoted ^= query->p[n] == '"';
    word = (struct span){query->p, n};
    *query = (struct span){query->p + n, query->len - n};
    return word;
}

/* What stands behind a key, without its quotes; false: it is another word. */
static bool
value_of(struct span word, const char *key, struct span *ret)
{
    size_t n = strlen(key);

    if (!span_starts(word, span_of(key)) || word.len == n)
        return false;
    *ret = (struct span){word.p + n, word.len - n};
    if (ret->len >= 2 && ret->p[0] == '"' && ret->p[ret->len - 1] == '"')
        *ret = (struct span){ret->p + 1, ret->len - 2};
    return ret->len > 0;
}

static bool
read_time(struct span value, const char *key, int64_t *ret, struct err *err)
{
    return clock_parse(value, ret) ||
           err_set(
               err, FAIL_BAD_INPUT, "%s needs a day such as 2026-01-31", key);
}

static void
put_word(struct buf *text, struct span word)
{
    if (text->len)
        buf_addc(text, ' ');
    buf_adds(text, word);
}

bool
search_words_read(struct span query, struct buf *text, struct search_words *ret,
    struct err *err)
{
    struct span word, value;

    *ret = (struct search_words){.file = false};
    while ((word = next_word(&query)).p) {
        if (span_eqz(word, "has:file"))
            ret->file = true;
        else if (span_eqz(word, "has:link"))
            ret->link = true;
        else if (value_of(word, "from:", &value))
            ret->from = value.p[0] == '@' && value.len > 1
                            ? (struct span){value.p + 1, value.len - 1}
                            : value;
        else if (value_of(word, "in:", &value))
            ret->in = value;
        else if (value_of(word, "before:", &value)) {
            if (!read_time(value, "before:", &ret->to_ms, err))
                return false;
        } else if (value_of(word, "after:", &value)) {
            if (!read_time(value, "after:", &ret->from_ms, err))
                return false;
        } else {
            put_word(text, word);
        }
    }
    return true;
}
