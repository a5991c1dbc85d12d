/* SPDX-License-Identifier: ISC */
#include "gateway/likeness.h"

#include <string.h>

#include "base/tap.h"

static struct likeness *l;

static bool
alike(const char *a, const char *b)
{
    int64_t of_a[LIKENESSES], of_b[LIKENESSES];

    likeness_of(l, span_of(a), of_a);
    likeness_of(l, span_of(b), of_b);
    for (int i = 0; i < LIKENESSES; i++)
        for (int k = 0; k < LIKENESSES; k++)
            if (of_a[i] && of_a[i] == of_b[k])
                return true;
    return false;
}

static void
what_looks_alike_is_alike(void)
{
    CHECK(alike("Anna", "Anna") && alike("Anna", "anna"));
    CHECK(alike("Anna", "\u0410nn\u0430")); /* Cyrillic A, a */
    CHECK(alike("admin", "\u0430dm\u0456n"));
    CHECK(alike("Ivan", "lvan") && alike("Ivan", "IVAN"));
    CHECK(alike("Bob", "B0b") && alike("modern", "rnodern"));
    CHECK(alike("Zo\u00e9", "Zoe\u0301"));
    CHECK(alike("anna", "\uff41\uff4e\uff4e\uff41")); /* full width */
    CHECK(alike("Anna Lee", "AnnaLee") && alike("Anna", "An\u200bna"));
    CHECK(alike("Anna", "Anna\u3164") && alike("Anna", "\u200fAnna"));
}

static void
what_looks_different_is_different(void)
{
    CHECK(!alike("Anna", "Hanna") && !alike("Anna", "Ann"));
    CHECK(!alike("Zoe", "Zo\u00e9") && !alike("Jos\u00e9", "Jose"));
    CHECK(!alike("\u0418\u0432\u0430\u043d", "Ivan"));
    CHECK(!alike("\u738b", "\u4e3b") && !alike("", ""));
}

static void
who_runs_a_server_is_known_by_how_it_looks(void)
{
    static const char *const official[] = {"admin", "ADMIN", "System (admin)",
        "\u0430dm\u0456n", "\uff21dmin", "the-moderator", "ad min",
        "mod\u00e9rateur"};
    static const char *const others[] = {
        "Anna", "Adminton", "Systematic Sam", "Ann Imad", "", "(!)"};

    for (size_t i = 0; i < sizeof(official) / sizeof(official[0]); i++)
        if (!CHECK(likeness_is_official(l, span_of(official[i]))))
            printf("# %s\n", official[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (!CHECK(!likeness_is_official(l, span_of(others[i]))))
            printf("# %s\n", others[i]);
}

static void
the_longest_name_has_a_likeness(void)
{
    char name[40 * 3 + 1] = "";

    for (int i = 0; i < 40; i++) /* looks like eighteen characters */
        memcpy(name + i * 3, "\xef\xb7\xba", 4);
    CHECK(alike(name, name));
}

int
main(void)
{
    struct err err;

    l = likeness_new(&err);
    if (!CHECK(l != NULL))
        return 1;
    RUN(what_looks_alike_is_alike);
    RUN(what_looks_different_is_different);
    RUN(who_runs_a_server_is_known_by_how_it_looks);
    RUN(the_longest_name_has_a_likeness);
    likeness_free(l);
    return tap_end();
}
