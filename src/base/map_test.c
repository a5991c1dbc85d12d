/* SPDX-License-Identifier: ISC */
#include "base/map.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"

enum { KEYS = 5000 };

static int value[KEYS];

static struct span
key_of(int i, char out[16])
{
    snprintf(out, 16, "key-%d", i);
    return span_of(out);
}

static void
entries_survive_growth_and_removal(void)
{
    struct map *m = map_new();
    char k[16];

    for (int round = 0; round < 3; round++) { /* reuses tombs */
        for (int i = 0; i < KEYS; i++)
            CHECK(map_put(m, key_of(i, k), &value[i]) == NULL);
        CHECK(map_len(m) == KEYS);
        for (int i = 0; i < KEYS; i++)
            CHECK(map_get(m, key_of(i, k)) == &value[i]);
        CHECK(map_put(m, key_of(7, k), &value[8]) == &value[7]);
        map_put(m, key_of(7, k), &value[7]);
        for (int i = 0; i < KEYS; i++)
            CHECK(map_remove(m, key_of(i, k)) == &value[i]);
        CHECK(map_len(m) == 0 && !map_get(m, key_of(1, k)));
    }
    map_free(m);
}

static void
keys_are_bytes_of_any_length(void)
{
    struct map *m = map_new();
    char long_key[100] = {0};

    map_put(m, SPAN(""), &value[0]);
    map_put(m, SPAN("\0"), &value[1]);
    map_put(m, SPAN("\0\0"), &value[2]);
    map_put(m, (struct span){long_key, 100}, &value[3]);
    map_put(m, (struct span){long_key, 99}, &value[4]);
    CHECK(map_get(m, SPAN("")) == &value[0]);
    CHECK(map_get(m, SPAN("\0")) == &value[1]);
    CHECK(map_get(m, SPAN("\0\0")) == &value[2]);
    CHECK(map_get(m, (struct span){long_key, 100}) == &value[3]);
    CHECK(map_get(m, (struct span){long_key, 99}) == &value[4]);
    map_free(m);
}

static void
a_visit_sees_each_once_and_may_remove(void)
{
    struct map *m = map_new();
    int seen[100] = {0};
    size_t pos = 0;
    struct span key;
    char k[16];
    int *v;

    for (int i = 0; i < 100; i++)
        map_put(m, key_of(i, k), &value[i]);
    while ((v = map_next(m, &pos, &key)) != NULL) {
        seen[v - value]++;
        if ((v - value) % 2)
            CHECK(map_remove(m, key) == v);
    }
    for (int i = 0; i < 100; i++)
        CHECK(seen[i] == 1);
    CHECK(map_len(m) == 50 && map_get(m, SPAN("key-0")) &&
          !map_get(m, SPAN("key-1")));
    map_free(m);
}

static int dropped;

static void
drop(void *v)
{
    dropped += *(int *)v;
}

static void
values_go_with_their_map(void)
{
    struct map *m = map_new();
    int one = 1, two = 2;

    map_put(m, SPAN("a"), &one);
    map_put(m, SPAN("b"), &two);
    map_free_all(m, drop);
    CHECK(dropped == 3);
    map_free_all(NULL, drop);
    CHECK(dropped == 3);
}

int
main(void)
{
    RUN(entries_survive_growth_and_removal);
    RUN(keys_are_bytes_of_any_length);
    RUN(a_visit_sees_each_once_and_may_remove);
    RUN(values_go_with_their_map);
    return tap_end();
}
