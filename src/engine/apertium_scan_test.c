/* SPDX-License-Identifier: ISC */
#include "engine/apertium_scan.h"

#include "base/tap.h"
#include "engine/testing.h"

static const char *const no_texts[16] = {
    "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""};

static const struct apertium_found *
find(const struct apertium_found *found, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(found[i].name, name) == 0)
            return &found[i];
    }
    return NULL;
}

static bool
ends(const char *s, const char *end)
{
    return strlen(s) >= strlen(end) &&
           strcmp(s + strlen(s) - strlen(end), end) == 0;
}

static void
mode_names_become_pairs_of_languages(void)
{
    static const char *const names[] = {"README", "eng-spa.mode", "fr-es.mode",
        "eng-spa-tagger.mode", "eco-fr-es.mode", ".mode", "eng.mode",
        "spa-eng.mode~", NULL};
    struct apertium_found *found;
    struct err err;
    char dir[32];
    size_t n;

    make_modes(dir, names, no_texts);
    n = apertium_scan(dir, &found, &err);
    CHECK(n == 2);
    CHECK(find(found, n, "en-es"));
    CHECK(find(found, n, "fr-es"));
    CHECK(find(found, n, "en-es")->pair.cost < 1);
    apertium_found_free(found, n);
    remove_modes(dir);
}

static void
the_plain_mode_wins_over_variants(void)
{
    static const char *const names[] = {"eng-cat_valencia.mode", "eng-cat.mode",
        "cat-por_BR.mode", "cat-por_PTpre1990.mode", NULL};
    struct apertium_found *found;
    struct err err;
    char dir[32];
    size_t n;

    make_modes(dir, names, no_texts);
    n = apertium_scan(dir, &found, &err);
    CHECK(n == 2);
    CHECK(ends(find(found, n, "en-ca")->path, "/eng-cat.mode"));
    CHECK(ends(find(found, n, "ca-pt")->path, "/cat-por_BR.mode"));
    apertium_found_free(found, n);
    remove_modes(dir);
}

static void
a_directory_without_modes_is_an_error(void)
{
    static const char *const names[] = {"README", NULL};
    struct apertium_found *found;
    struct err err;
    char dir[32];

    make_modes(dir, names, no_texts);
    CHECK(apertium_scan(dir, &found, &err) == 0);
    CHECK(found == NULL && err.kind == FAIL_NOT_FOUND);
    remove_modes(dir);
    CHECK(apertium_scan(dir, &found, &err) == 0);
    CHECK(err.kind == FAIL_SYSTEM);
}

int
main(void)
{
    RUN(mode_names_become_pairs_of_languages);
    RUN(the_plain_mode_wins_over_variants);
    RUN(a_directory_without_modes_is_an_error);
    return tap_end();
}
