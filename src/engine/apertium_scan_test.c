/* SPDX-License-Identifier: ISC */
#include "engine/apertium_scan.h"

#include "base/log.h"
#include "base/tap.h"
#include "engine/testing.h"

/* Modes that could run. */
static const char *const any[16] = {
    "cat", "cat", "cat", "cat", "cat", "cat", "cat", "cat", "cat", "cat"};

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

    make_modes(dir, names, any);
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

    make_modes(dir, names, any);
    n = apertium_scan(dir, &found, &err);
    CHECK(n == 2);
    CHECK(ends(find(found, n, "en-ca")->path, "/eng-cat.mode"));
    CHECK(ends(find(found, n, "ca-pt")->path, "/cat-por_BR.mode"));
    apertium_found_free(found, n);
    remove_modes(dir);
}

static void
languages_of_one_dictionary_share_a_mode(void)
{
    static const char *const names[] = {"hbs-eng.mode", "mkd-hbs.mode",
        "mkd-hbs_HR.mode", "mkd-hbs_SR.mode", "eng-hbs.mode", "eng-hbs_HR.mode",
        NULL};
    struct apertium_found *found;
    struct err err;
    char dir[32];
    size_t n;

    make_modes(dir, names, any);
    n = apertium_scan(dir, &found, &err);
    CHECK(n == 4 + 3);
    CHECK(find(found, n, "sh-en")->same_as == find(found, n, "hr-en")->same_as);
    CHECK(find(found, n, "sr-en") && find(found, n, "bs-en"));
    CHECK(&found[find(found, n, "sr-en")->same_as] == find(found, n, "sh-en"));
    CHECK(ends(find(found, n, "mk-hr")->path, "/mkd-hbs_HR.mode"));
    CHECK(ends(find(found, n, "mk-sh")->path, "/mkd-hbs.mode"));
    CHECK(!find(found, n, "mk-bs"));
    CHECK(!find(found, n, "en-sh") && !find(found, n, "en-hr")); /* too bad */
    CHECK(&found[find(found, n, "mk-hr")->same_as] == find(found, n, "mk-hr"));
    apertium_found_free(found, n);
    remove_modes(dir);
}

static void
a_mode_that_cannot_run_is_left_out(void)
{
    static const char *const names[] = {
        "eng-spa.mode", "spa-eng.mode", "spa-fra.mode", NULL};
    static const char *const texts[] = {
        "cat", "no-such-program", "cat '/no/such/file'"};
    struct apertium_found *found;
    struct err err;
    char dir[32];
    size_t n;

    make_modes(dir, names, texts);
    n = apertium_scan(dir, &found, &err);
    CHECK(n == 1 && strcmp(found[0].name, "en-es") == 0);
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

    make_modes(dir, names, any);
    CHECK(apertium_scan(dir, &found, &err) == 0);
    CHECK(found == NULL && err.kind == FAIL_NOT_FOUND);
    remove_modes(dir);
    CHECK(apertium_scan(dir, &found, &err) == 0);
    CHECK(err.kind == FAIL_SYSTEM);
}

int
main(void)
{
    log_open("apertium_scan_test", LOG_ERROR);
    RUN(mode_names_become_pairs_of_languages);
    RUN(the_plain_mode_wins_over_variants);
    RUN(languages_of_one_dictionary_share_a_mode);
    RUN(a_mode_that_cannot_run_is_left_out);
    RUN(a_directory_without_modes_is_an_error);
    return tap_end();
}
