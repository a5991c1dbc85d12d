/* SPDX-License-Identifier: ISC */
#include "gateway/search_words.h"

#include <string.h>

#include "base/tap.h"

/* "text|from|in|file link|from_ms to_ms", or why not. */
static bool
reads(const char *query, const char *expected)
{
    struct search_words w;
    struct buf text = {0}, got = {0};
    struct err err = {0};
    bool ok = search_words_read(span_of(query), &text, &w, &err);

    if (ok)
        buf_addf(&got, "%.*s|%.*s|%.*s|%s%s|%lld %lld",
            SPAN_ARG(buf_span(&text)), SPAN_ARG(w.from), SPAN_ARG(w.in),
            w.file ? "file" : "", w.link ? "link" : "", (long long)w.from_ms,
            (long long)w.to_ms);
    else
        buf_addz(&got, err.text);
    ok = span_eqz(buf_span(&got), expected);
    if (!ok)
        printf("# %s: %.*s\n", query, SPAN_ARG(buf_span(&got)));
    buf_free(&text);
    buf_free(&got);
    return ok;
}

static void
what_is_asked_for_is_no_word(void)
{
    CHECK(reads("cat", "cat||||0 0"));
    CHECK(reads("from:anna the  cat has:file", "the cat|anna||file|0 0"));
    CHECK(reads("from:@anna in:kitchen has:link", "|anna|kitchen|link|0 0"));
    CHECK(
        reads("after:1970-01-02 before:1970-01-03", "||||86400000 172800000"));
    CHECK(reads("", "||||0 0"));
}

static void
a_value_with_spaces_stands_in_quotes(void)
{
    CHECK(reads("in:\"big kitchen\" cat", "cat||big kitchen||0 0"));
    CHECK(reads("\"white cat\"", "\"white cat\"||||0 0"));
    CHECK(reads("in:\"big kitchen", "||\"big kitchen||0 0"));
}

static void
what_only_looks_so_is_a_word(void)
{
    CHECK(reads("https://x.org from: in:\"\" has:legs note:1",
        "https://x.org from: in:\"\" has:legs note:1||||0 0"));
}

static void
a_day_that_is_none_is_refused(void)
{
    CHECK(reads("before:yesterday", "before: needs a day such as 2026-01-31"));
    CHECK(reads("after:2026-13-01", "after: needs a day such as 2026-01-31"));
}

int
main(void)
{
    RUN(what_is_asked_for_is_no_word);
    RUN(a_value_with_spaces_stands_in_quotes);
    RUN(what_only_looks_so_is_a_word);
    RUN(a_day_that_is_none_is_refused);
    return tap_end();
}
