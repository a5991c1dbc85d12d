/* SPDX-License-Identifier: ISC */
#include "text/lang.h"

#include <string.h>

#include "base/tap.h"

static bool
becomes(const char *tag, const char *want)
{
    char code[LANG_CODE_BYTES] = "?";

    lang_normalise(span_of(tag), code);
    return strcmp(code, want) == 0;
}

static void
every_way_to_write_a_language_gives_one_code(void)
{
    CHECK(becomes("fr", "fr"));
    CHECK(becomes("FR", "fr"));
    CHECK(becomes("fra", "fr"));
    CHECK(becomes("fre", "fr"));
    CHECK(becomes("fr-CA", "fr"));
    CHECK(becomes("pt-BR", "pt"));
    CHECK(becomes("por_PTpre1990", "pt"));
    CHECK(becomes("zh-Hant-TW", "zh"));
    CHECK(becomes("ca@valencia", "ca"));
    CHECK(becomes("en_US.UTF-8", "en"));
    CHECK(becomes("no", "nb"));
    CHECK(becomes("ast", "ast"));
}

static void
unknown_but_well_formed_codes_are_kept(void)
{
    CHECK(becomes("tlh", "tlh"));
    CHECK(becomes("XX", "xx"));
    CHECK(lang_find(SPAN("tlh")) == NULL);
}

static void
what_is_no_language_code_is_refused(void)
{
    char code[LANG_CODE_BYTES];

    CHECK(becomes("", "?"));
    CHECK(becomes("e", "?"));
    CHECK(becomes("français", "?"));
    CHECK(becomes("french", "?"));
    CHECK(becomes("../es", "?"));
    CHECK(becomes("es mode", "?"));
    CHECK(!lang_normalise(((struct span){"es\0x", 4}), code));
    CHECK(!lang_normalise(((struct span){NULL, 0}), code));
}

static void
the_table_is_ordered_unique_and_fits_the_code_buffer(void)
{
    const struct lang *all;
    size_t n = lang_all(&all);

    CHECK(n > 100);
    for (size_t i = 0; i < n; i++) {
        CHECK(strlen(all[i].code) >= 2 && strlen(all[i].code) <= 3);
        CHECK(strlen(all[i].iso3) == 3);
        CHECK(i == 0 || strcmp(all[i - 1].code, all[i].code) < 0);
        CHECK(lang_find(span_of(all[i].code)) == &all[i]);
        CHECK(lang_find(span_of(all[i].iso3)) == &all[i]);
        CHECK(utf8_valid(span_of(all[i].native)));
    }
}

int
main(void)
{
    RUN(every_way_to_write_a_language_gives_one_code);
    RUN(unknown_but_well_formed_codes_are_kept);
    RUN(what_is_no_language_code_is_refused);
    RUN(the_table_is_ordered_unique_and_fits_the_code_buffer);
    return tap_end();
}
