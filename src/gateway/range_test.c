/* SPDX-License-Identifier: ISC */
#include "gateway/range.h"

#include "base/tap.h"

static bool
asks(const char *header, int64_t from, int64_t end)
{
    int64_t a = -1, b = -1;

    return range_read(span_of(header), 100, &a, &b) == RANGE_PART &&
           a == from && b == end;
}

static enum range_rc
rc(const char *header)
{
    int64_t a = -1, b = -1;
    enum range_rc got = range_read(span_of(header), 100, &a, &b);

    CHECK(got == RANGE_PART || (a == -1 && b == -1));
    return got;
}

static void
a_range_is_of_the_bytes_there_are(void)
{
    CHECK(asks("bytes=0-", 0, 100));
    CHECK(asks("bytes=0-0", 0, 1));
    CHECK(asks("bytes=10-19", 10, 20));
    CHECK(asks("bytes=99-500", 99, 100));
    CHECK(asks("bytes=-1", 99, 100));
    CHECK(asks("bytes=-500", 0, 100));
    CHECK(asks("bytes= 5 - 6 ", 5, 7));
    CHECK(rc("bytes=100-") == RANGE_OUTSIDE);
    CHECK(rc("bytes=-0") == RANGE_OUTSIDE);
}

static void
what_is_not_understood_is_all(void)
{
    CHECK(rc("") == RANGE_ALL);
    CHECK(rc("bytes") == RANGE_ALL);
    CHECK(rc("bytes=") == RANGE_ALL);
    CHECK(rc("bytes=-") == RANGE_ALL);
    CHECK(rc("bytes=5-4") == RANGE_ALL);
    CHECK(rc("bytes=0-1,5-6") == RANGE_ALL);
    CHECK(rc("lines=0-1") == RANGE_ALL);
    CHECK(rc("bytes=a-b") == RANGE_ALL);
    CHECK(rc("bytes=1-99999999999999999999") == RANGE_ALL);
}

int
main(void)
{
    RUN(a_range_is_of_the_bytes_there_are);
    RUN(what_is_not_understood_is_all);
    return tap_end();
}
