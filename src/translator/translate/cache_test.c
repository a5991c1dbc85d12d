/* SPDX-License-Identifier: ISC */
#include "translator/translate/cache.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"

enum { BYTES = 20000, BIG = 30000 };

static const struct trust half = {.confidence = 0.5};

static void
put(struct cache *c, const char *key, const char *text)
{
    struct cache_key k = cache_key(c, span_of(key));
    struct cached *v = cached_new(span_of(text), "m", &half);

    cache_put(c, &k, v);
    cached_unref(v);
}

static bool
has(struct cache *c, const char *key, const char *text)
{
    struct cache_key k = cache_key(c, span_of(key));
    struct cached *v = cache_get(c, &k);
    bool ok = text ? v && strcmp(v->text, text) == 0 : v == NULL;

    cached_unref(v);
    return ok;
}

static void
what_was_put_is_found_again_and_nothing_else(void)
{
    struct cache *c = cache_new(BYTES);

    put(c, "en es hello", "hola");
    put(c, "en fr hello", "bonjour");
    CHECK(has(c, "en es hello", "hola") && has(c, "en fr hello", "bonjour"));
    CHECK(has(c, "en es hell", NULL) && has(c, "", NULL));
    put(c, "en es hello", "buenas");
    CHECK(has(c, "en es hello", "buenas"));
    CHECK(cache_stats(c).entries == 2);
    cache_free(c);
}

/* Keys are compared, not only their hashes. */
static void
two_keys_with_one_hash_stay_two(void)
{
    struct cache *c = cache_new(BYTES);
    struct cache_key a = {.bytes = SPAN("one"), .hash = 7};
    struct cache_key b = {.bytes = SPAN("two"), .hash = 7};
    struct cached *v = cached_new(SPAN("uno"), "m", &half), *got;

    cache_put(c, &a, v);
    CHECK(cache_get(c, &b) == NULL);
    cache_put(c, &b, v);
    CHECK(cache_stats(c).entries == 2);
    got = cache_get(c, &a);
    CHECK(got == v);
    cached_unref(got);
    cached_unref(v);
    cache_free(c);
}

static void
what_was_not_asked_for_leaves_first_when_bytes_run_out(void)
{
    struct cache *c = cache_new(BYTES);
    char key[32];

    put(c, "kept", "asked for again and again");
    put(c, "left", "never asked for");
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof(key), "key %d", i);
        put(c, key, "a translation of ordinary length");
        CHECK(has(c, "kept", "asked for again and again"));
        CHECK(cache_stats(c).bytes <= BYTES);
    }
    CHECK(has(c, "left", NULL) && has(c, "key 0", NULL));
    CHECK(has(c, "key 999", "a translation of ordinary length"));
    CHECK(cache_stats(c).evicted > 800);
    CHECK(cache_stats(c).evicted + cache_stats(c).entries == 1002);
    cache_free(c);
}

static void
what_does_not_fit_at_all_displaces_nothing(void)
{
    struct cache *c = cache_new(BYTES);
    char *big = xmalloc(BIG + 1);

    memset(big, 'x', BIG);
    big[BIG] = '\0';
    put(c, "small", "petit");
    put(c, "big", big);
    CHECK(has(c, "small", "petit") && has(c, "big", NULL));
    free(big);
    cache_free(c);
}

static void
a_translation_outlives_its_place(void)
{
    struct cache *c = cache_new(BYTES);
    struct cache_key k = cache_key(c, SPAN("key"));
    struct cached *v;

    put(c, "key", "text");
    v = cache_get(c, &k);
    put(c, "key", "other");
    cache_free(c);
    CHECK(strcmp(v->text, "text") == 0 && strcmp(v->model, "m") == 0);
    cached_unref(v);
}

static void
no_bytes_are_no_cache(void)
{
    struct cache *c = cache_new(0);

    CHECK(c == NULL);
    put(c, "key", "text");
    CHECK(has(c, "key", NULL) && cache_stats(c).entries == 0);
    cache_free(c);
}

int
main(void)
{
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    RUN(what_was_put_is_found_again_and_nothing_else);
    RUN(two_keys_with_one_hash_stay_two);
    RUN(what_was_not_asked_for_leaves_first_when_bytes_run_out);
    RUN(what_does_not_fit_at_all_displaces_nothing);
    RUN(a_translation_outlives_its_place);
    RUN(no_bytes_are_no_cache);
    return tap_end();
}
