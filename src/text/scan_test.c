/* SPDX-License-Identifier: ISC */
#include "text/scan.h"

#include <string.h>

#include "base/tap.h"

/* What scan_at finds at byte i of text, as text; absent when nothing. */
static struct span
found(const char *text, size_t i, enum scan_kind kind)
{
    struct span line = span_of(text);
    struct scan_hit hit;

    if (!scan_at(line, i, &hit) || hit.kind != kind)
        return (struct span){NULL, 0};
    return (struct span){text + i, hit.len};
}

/* Each case: a text, and the span of the kind that begins in it where this
 * string first occurs; NULL: nothing of the kind anywhere. */
static void
check_all(enum scan_kind kind, const char *const cases[][2], size_t n)
{
    for (size_t k = 0; k < n; k++) {
        const char *text = cases[k][0], *want = cases[k][1];
        struct span got = {NULL, 0};

        for (size_t i = 0; text[i] && !got.p; i++) {
            if (((unsigned char)text[i] & 0xc0) != 0x80)
                got = found(text, i, kind);
        }
        if (!CHECK(want ? span_eqz(got, want) : !got.p))
            printf("# in \"%s\" found \"%.*s\"\n", text, SPAN_ARG(got));
    }
}

#define CHECK_ALL(kind, cases)                                                 \
    check_all(kind, cases, sizeof(cases) / sizeof((cases)[0]))

static void
links_end_before_the_punctuation_around_them(void)
{
    static const char *const cases[][2] = {
        {"see https://a.b/c?d=e&f=g#h.", "https://a.b/c?d=e&f=g#h"},
        {"(https://a.b/c_(d))", "https://a.b/c_(d)"},
        {"\"http://a.b\"", "http://a.b"},
        {"<https://a.b/c>", "https://a.b/c"},
        {"www.example.com, yes", "www.example.com"},
        {"at example.org/path.", "example.org/path"},
        {"it is done.It works", NULL},
        {"on sub.example.co.uk!", "sub.example.co.uk"},
        {"https://m\xc3\xbcnchen.de/\xc3\xa9", "https://m\xc3\xbcnchen.de/"
                                               "\xc3\xa9"},
        {"localhost:3000/x ok", "localhost:3000/x"},
        {"mailto:a@b.org now", "mailto:a@b.org"},
        {"read notes.txt first", "notes.txt"},
        {"read file_7.tar.gz first", "tar.gz"}, /* behind an identifier */
        {"in /usr/share/doc.", "/usr/share/doc"},
        {"run ./configure now", "./configure"},
        {"C:\\Temp\\x.log", "C:\\Temp\\x.log"},
        {"/giphy cats", "/giphy"},
        {"this and/or that", NULL},
        {"end.Next", NULL},
        {"It's over.Net result", NULL},
        {"I know.it was", NULL},
        {"voir repubblica.it demain", "repubblica.it"},
        {"meet at red.house", "red.house"},
        {"on \\\\nas\\films now", "\\\\nas\\films"},
        {"5 km/h", NULL},
        {"hm... what", NULL},
    };

    CHECK_ALL(SCAN_LINK, cases);
}

static void
addresses_names_and_tags_are_whole(void)
{
    static const char *const mail[][2] = {
        {"to a.b+c@d-e.org.", "a.b+c@d-e.org"},
        {"a@b", NULL},
    };
    static const char *const mentions[][2] = {
        {"hi @ann.", "@ann"},
        {"hi @\xc3\xa9lodie.d-k!", "@\xc3\xa9lodie.d-k"},
        {"(@user_1)", "@user_1"},
        {"@ann@social.example is", "@ann@social.example"},
        {"l'@ann", "@ann"},
        {"\xe4\xbd\xa0@tom\xe5\xa5\xbd", "@tom"},
        {"5 @ 3", NULL},
    };
    static const char *const tags[][2] = {
        {"#general!", "#general"},
        {"#\xc3\xa9t\xc3\xa9-2024 ok", "#\xc3\xa9t\xc3\xa9-2024"},
        {"see #123.", "#123"},
        {"C# is", NULL},
        {"# heading", NULL},
    };

    CHECK_ALL(SCAN_EMAIL, mail);
    CHECK_ALL(SCAN_MENTION, mentions);
    CHECK_ALL(SCAN_TAG, tags);
}

static void
code_like_words_are_kept(void)
{
    static const char *const cases[][2] = {
        {"it is Blue$ky2024, ok", "Blue$ky2024"},
        {"Rouge#12 is me", "Rouge#12"},
        {"ask R&D now", "R&D"},
        {"at AT&T.", "AT&T"},
        {"b4 the gr8 game 2nite", NULL},
        {"mac&cheese", NULL},
        {"set %PATH% first", "%PATH%"},
        {"write :name here", ":name"},
        {"in :en", NULL},
        {"run --force now", "--force"},
        {"--out=a.txt!", "--out=a.txt"},
        {"no -- really", NULL},
        {"Press Ctrl+C to", "Ctrl+C"},
        {"Ctrl + Shift + T opens", "Ctrl + Shift + T"},
        {"Alt-F4 closes", "Alt-F4"},
        {"shift-work is", NULL},
        {"control your", NULL},
        {"in C++ or", "C++"},
        {"in C#.", "C#"},
        {"set x=3 please", "x=3"},
        {"P@ssw0rd is", "P@ssw0rd"},
        {"user CORP\\anna has", "CORP\\anna"},
        {"UTF-8 text", "UTF-8"},
        {"my password: sunflower!", "sunflower"},
        {"the password of the wifi is Sunflower.", "Sunflower"},
        {"le mot de passe est Soleil ok", "Soleil"},
        {"the password is wrong", NULL},
        {"time: Sunday", NULL},
        {"I am blue.house2 there", "blue.house2"},
        {"well.I had 2", NULL},
        {"mdp Soleil*42$mer ok", "Soleil*42$mer"},
        {"a well-known 3", NULL},
        {"you+me", NULL},
        {"twenty-one", NULL},
    };
    static const char *const streams[][2] = {
        {"see #**design>new logo** ok", "#**design>new logo**"},
    };

    CHECK_ALL(SCAN_PLACEHOLDER, cases);
    CHECK_ALL(SCAN_TAG, streams);
}

static void
an_emoji_is_one_span_however_it_is_built(void)
{
    static const char *const cases[][2] = {
        {"a \xf0\x9f\x98\x82 b", "\xf0\x9f\x98\x82"},
        {"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", "\xf0\x9f\x91\x8d\xf0\x9f\x8f"
                                             "\xbd"},
        {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
            "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"},
        {"\xf0\x9f\x87\xab\xf0\x9f\x87\xb7\xf0\x9f\x87\xaa\xf0\x9f\x87\xb8",
            "\xf0\x9f\x87\xab\xf0\x9f\x87\xb7"},
        {"1\xef\xb8\x8f\xe2\x83\xa3", "1\xef\xb8\x8f\xe2\x83\xa3"},
        {"\xe2\x9d\xa4\xef\xb8\x8f!", "\xe2\x9d\xa4\xef\xb8\x8f"},
        {"ok :thumbs_up: yes", ":thumbs_up:"},
        {":+1:", ":+1:"},
        {"good :)", ":)"},
        {"haha xD", "xD"},
        {"(;-))", ";-))"},
        {"say \":-)\" now", ":-)"},
        {"\xc2\xaf\\_(\xe3\x83\x84)_/\xc2\xaf",
            "\xc2\xaf\\_(\xe3\x83\x84)_/\xc2\xaf"},
        {"a:b:c", NULL},
        {"caf\xc3\xa9 1 # *", NULL},
    };

    CHECK_ALL(SCAN_EMOJI, cases);
}

static void
numbers_take_their_units_along(void)
{
    static const char *const cases[][2] = {
        {"ran 5 km today", "5 km"},
        {"ran 5km today", "5km"},
        {"for $5.50.", "$5.50"},
        {"for 5,50 \xe2\x82\xac.", "5,50 \xe2\x82\xac"},
        {"10 000 \xe2\x82\xac", "10 000 \xe2\x82\xac"},
        {"at 10:30", "10:30"},
        {"at 10 am", "10 am"},
        {"\xc3\xa0 14h30", "14h30"},
        {"on 2024-05-06T10:00:00Z!", "2024-05-06T10:00:00Z"},
        {"le 12/05/2024.", "12/05/2024"},
        {"50 % of", "50 %"},
        {"it is -5 \xc2\xb0"
         "C",
            "-5 \xc2\xb0"
            "C"},
        {"+33 6 12 34 56 78 2024-05-06", "+33 6 12 34 56 78"},
        {"(555) 123-4567", "(555) 123-4567"},
        {"06.12.34.56.78", "06.12.34.56.78"},
        {"192.168.1.1", "192.168.1.1"},
        {"code 123456", "123456"},
        {"2-3 days", "2-3"},
        {"3 houses", NULL},
        {"the 1st and 2nd", NULL},
        {"le 1er, 2e", NULL},
        {"in 2024, 5 l'eau", NULL},
        {"5 min", "5 min"},
    };

    CHECK_ALL(SCAN_NUMBER, cases);
}

static void
placeholders_and_names_of_programs_are_kept(void)
{
    static const char *const cases[][2] = {
        {"hi {0}!", "{0}"},
        {"hi {{ user.name }}!", "{{ user.name }}"},
        {"hi ${name}", "${name}"},
        {"in $HOME ok", "$HOME"},
        {"%s files", "%s"},
        {"%1$s files", "%1$s"},
        {"%(count)d files", "%(count)d"},
        {"<user> said", "<user>"},
        {"<@U123> said", "<@U123>"},
        {"a snake_case name", "snake_case"},
        {"the file_7.tar.gz.", "file_7.tar.gz"},
        {"an iPhone", "iPhone"},
        {"version v1.2.3.", "v1.2.3"},
        {"call main() now", "main()"},
        {"100% sure", NULL},
        {"{not a name}", NULL},
        {"a < b > c", NULL},
        {"McDonald said", NULL},
    };

    CHECK_ALL(SCAN_PLACEHOLDER, cases);
}

static void
broken_and_private_bytes_are_kept(void)
{
    static const char *const cases[][2] = {
        {"a\xff"
         "b",
            "\xff"},
        {"a\xee\x80\x80"
         "b",
            "\xee\x80\x80"},
        {"a\x01"
         "b",
            "\x01"},
        {"a \xe2\x80\xaa b", "\xe2\x80\xaa"},
        {"\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xb1", NULL}, /* a joiner */
    };

    CHECK_ALL(SCAN_OTHER, cases);
}

int
main(void)
{
    RUN(links_end_before_the_punctuation_around_them);
    RUN(addresses_names_and_tags_are_whole);
    RUN(code_like_words_are_kept);
    RUN(an_emoji_is_one_span_however_it_is_built);
    RUN(numbers_take_their_units_along);
    RUN(placeholders_and_names_of_programs_are_kept);
    RUN(broken_and_private_bytes_are_kept);
    return tap_end();
}
