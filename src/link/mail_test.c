/* SPDX-License-Identifier: ISC */
#include "link/mail.h"

#include <sodium.h>
#include <string.h>

#include "base/tap.h"

static void
an_address_has_nothing_that_could_end_its_line(void)
{
    static const char *const bad[] = {"", "ann", "@example.org", "ann@",
        "ann@example.org\r\nBcc: eve@example.org", "ann @example.org",
        "ann@example.org>", "<ann@example.org", "\"a\"@example.org",
        "ann@exa\nmple.org", "ann@b@example.org", "-ann@example.org",
        "änn@example.org"};

    CHECK(mail_check_address(SPAN("ann+chat@mail.example.org"), NULL));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (!CHECK(!mail_check_address(span_of(bad[i]), NULL)))
            printf("# %s\n", bad[i]);
    CHECK(!mail_check_address((struct span){"a\0@b.c", 6}, NULL));
}

static void
a_letter_is_of_short_lines_and_says_what_it_is(void)
{
    struct mail_letter l = {.from = SPAN("chat@example.org"),
        .to = SPAN("ann@example.net"),
        .subject = SPAN("Meeshy: \r\nBcc: eve@example.org كلمة مرور جديدة "
                        "لحسابك في هذا الخادم"),
        .text =
            SPAN("One line.\r\n.\r\nAnother one, which is longer than "
                 "what fits in a line of base64, as it is of many words.\n"),
        .id = SPAN("01abc"),
        .at_s = 1453523768};
    struct buf b = {0};
    struct span rest, line;

    mail_put(&b, &l);
    rest = buf_span(&b);
    while (rest.p) {
        line = span_cut(&rest, '\n');
        CHECK(line.len <= 78);
        CHECK(!span_starts(line, SPAN("Bcc")));
        CHECK(!span_eqz(line, ".\r"));
    }
    buf_addc(&b, '\0');
    CHECK(strstr(b.p, "To: <ann@example.net>\r\n") != NULL);
    CHECK(strstr(b.p, "Date: Sat, 23 Jan 2016 04:36:08 +0000\r\n") != NULL);
    CHECK(strstr(b.p, "Message-ID: <01abc@example.org>\r\n") != NULL);
    CHECK(strstr(b.p, "\r\n\r\nT25lIGxpbmUu") != NULL);
    buf_free(&b);
}

static void
nobody_there_is_a_failure(void)
{
    struct mail_server server = {
        .url = "smtp://127.0.0.1:1", .user = "", .password = "", .ca = ""};
    struct mail_letter l = {.from = SPAN("chat@example.org"),
        .to = SPAN("ann@example.net"),
        .subject = SPAN("x"),
        .text = SPAN("y"),
        .id = SPAN("1")};
    atomic_bool stop = false;
    struct err err;

    CHECK(!mail_send(&server, &l, &stop, &err) && err.kind == FAIL_SYSTEM);
}

int
main(void)
{
    CHECK(sodium_init() >= 0);
    RUN(an_address_has_nothing_that_could_end_its_line);
    RUN(a_letter_is_of_short_lines_and_says_what_it_is);
    RUN(nobody_there_is_a_failure);
    return tap_end();
}
