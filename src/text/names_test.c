/* SPDX-License-Identifier: ISC */
#include "text/names.h"

#include <stdio.h>

#include "base/tap.h"
#include "text/names_data.h"

static void
the_list_is_ordered_and_all_of_it_is_found(void)
{
    struct span rest = {names_given + 1, n_names_given - 2};
    size_t n = 0;
    bool word;

    while (rest.p) {
        struct span name = span_cut(&rest, ' ');

        name.len -= name.p[name.len - 1] == '?';
        if (!CHECK(names_known(name, &word)))
            printf("# %.*s\n", SPAN_ARG(name));
        n++;
    }
    CHECK(n > 2000);
    CHECK(!names_known(SPAN("Table"), &word));
    CHECK(!names_known(SPAN("A"), &word) && !names_known(SPAN("Zz"), &word));
}

static void
names_are_found_where_people_are_meant(void)
{
    static const struct {
        const char *lang, *text, *want; /* names with "|" between */
    } rows[] = {
        {"fr", "Ruth a appelé Désiré", "Ruth|Désiré"},
        {"fr", "Mon oncle Bakary a écrit hier.", "Bakary"},
        {"fr", "Jean arrive demain", "Jean"},
        {"fr", "J'ai vu Jean-Pierre hier", "Jean-Pierre"},
        {"fr", "l'ami d'Emma", "Emma"},
        {"en", "Bill paid the bill", "Bill"},
        {"en", "Will you come with Will?", "Will"},
        {"en", "Hope to see you", ""},
        {"en", "Mark my words", ""},
        {"en", "Thanks, Grace!", "Grace"},
        {"en", "Will's car", "Will"},
        {"en", "we met Emma Stone there", "Emma Stone"},
        {"en", "with Sean O'Neill", "Sean O'Neill"},
        {"en", "Mrs. Green met Dr Young", "Green|Young"},
        {"fr", "Monsieur Petit arrive", "Petit"},
        {"es", "el señor Blanco no", "Blanco"},
        {"en", "WILL PAID", ""},
        {"en", "we will pay the bill", ""},
        {"de", "ich mag die Iris im Garten", ""},
        {"de", "Klaus kommt morgen", "Klaus"},
        {"en", "use WeTransfer or an iPhone", "WeTransfer|iPhone"},
        {"en", "hELLO, OK, aN", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct span list[NAMES_MAX], want = span_of(rows[i].want);
        size_t n =
            names_find(span_of(rows[i].text), span_of(rows[i].lang), list);
        bool ok = true;

        for (size_t k = 0; k < n; k++)
            ok &= want.len > 0 && span_eq(span_cut(&want, '|'), list[k]);
        if (!CHECK(ok && want.len == 0))
            printf("# %s: %zu\n", rows[i].text, n);
    }
}

static void
a_name_is_kept_when_it_is_there_as_often(void)
{
    struct span list[] = {{"Ruth", 4}, {"Ruth", 4}};

    CHECK(names_kept(list, 1, SPAN("Ruth called")));
    CHECK(names_kept(list, 1, SPAN("Ruths Hut")));
    CHECK(!names_kept(list, 1, SPAN("Ruthie called")));
    CHECK(!names_kept(list, 2, SPAN("Ruth called")));
}

int
main(void)
{
    RUN(the_list_is_ordered_and_all_of_it_is_found);
    RUN(names_are_found_where_people_are_meant);
    RUN(a_name_is_kept_when_it_is_there_as_often);
    return tap_end();
}
