/* SPDX-License-Identifier: ISC */
#include "gateway/guessable.h"

#include "base/tap.h"

static bool
bad(const char *password)
{
    return guessable(
        span_of(password), SPAN("marie_c"), SPAN("m.curie@example.org"));
}

static void
what_is_tried_first_is_guessable(void)
{
    static const char *const usual[] = {"password", "Password1", "PASSWORD",
        "p@ssw0rd", "P4ssw0rd!", "password123", "12345678", "iloveyou",
        "iloveyou2", "football", "sunshine!!", "qwerty12", "letmein123",
        "welcome1", "1q2w3e4r", "dragon99", "monkey2024"};
    static const char *const keys[] = {"abcdefgh", "87654321", "qwertyuiop",
        "asdfghjkl1", "1234qwer", "01234567890", "1qaz2wsx3edc", "zxcvbnmlk"};
    static const char *const again[] = {"aaaaaaaa", "abababab", "xyzxyzxyz",
        "1212121212", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"};
    static const char *const own[] = {"marie_c1", "Marie_C!!", "marie_cmarie_c",
        "1marie_c2", "m.curie99", "m.curie@example.org"};

    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
        CHECK(bad(usual[i]) || !printf("# %s\n", usual[i]));
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        CHECK(bad(keys[i]) || !printf("# %s\n", keys[i]));
    for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++)
        CHECK(bad(again[i]) || !printf("# %s\n", again[i]));
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        CHECK(bad(own[i]) || !printf("# %s\n", own[i]));
}

static void
what_one_has_to_think_of_is_not(void)
{
    static const char *const good[] = {"correct horse battery", "kw7-Tq02m",
        "passwordless trains", "marie_c likes radium", "abcd1234-trams",
        "dragonfly over Rome", "grüne Äpfel", "n0t-in-the-list"};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CHECK(!bad(good[i]) || !printf("# %s\n", good[i]));
    CHECK(!guessable(SPAN("kw7-Tq02m"), SPAN("m"), (struct span){NULL, 0}));
}

int
main(void)
{
    RUN(what_is_tried_first_is_guessable);
    RUN(what_one_has_to_think_of_is_not);
    return tap_end();
}
