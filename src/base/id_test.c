/* SPDX-License-Identifier: ISC */
#include "base/id.h"

#include <pthread.h>
#include <string.h>

#include "base/tap.h"

enum { IDS = 20000 };

static void
ids_are_ordered_and_well_formed(void)
{
    char before[ID_BYTES], now[ID_BYTES];

    id_new(before);
    for (int i = 0; i < IDS; i++) {
        id_new(now);
        CHECK(strlen(now) == ID_LEN && id_valid(span_of(now)));
        CHECK(strcmp(before, now) < 0);
        memcpy(before, now, sizeof(now));
    }
}

static void *
make(void *out)
{
    char(*ids)[ID_BYTES] = out;

    for (int i = 0; i < IDS; i++)
        id_new(ids[i]);
    return NULL;
}

static void
threads_never_make_the_same(void)
{
    static char a[IDS][ID_BYTES], b[IDS][ID_BYTES];
    pthread_t ta, tb;

    pthread_create(&ta, NULL, make, a);
    pthread_create(&tb, NULL, make, b);
    pthread_join(ta, NULL);
    pthread_join(tb, NULL);
    for (int i = 0, k = 0; i < IDS && k < IDS;) { /* both are sorted */
        int order = strcmp(a[i], b[k]);
        CHECK(order != 0);
        if (order < 0)
            i++;
        else
            k++;
    }
}

static void
shapes_are_checked(void)
{
    char just[64], long_one[65];

    memset(just, 'a', sizeof(just));
    memset(long_one, 'a', sizeof(long_one));
    CHECK(id_valid(SPAN("any")) && id_valid(SPAN("A-b_c.9")));
    CHECK(id_valid((struct span){just, sizeof(just)}));
    CHECK(!id_valid((struct span){long_one, sizeof(long_one)}));
    CHECK(!id_valid(SPAN("")) && !id_valid(SPAN("a b")));
    CHECK(!id_valid(SPAN("a/b")) && !id_valid(SPAN("\xc3\xa9")));
}

int
main(void)
{
    RUN(ids_are_ordered_and_well_formed);
    RUN(threads_never_make_the_same);
    RUN(shapes_are_checked);
    return tap_end();
}
