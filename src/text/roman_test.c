/* SPDX-License-Identifier: ISC */
#include "text/roman.h"

#include <string.h>

#include "base/tap.h"

static void
every_numeral_that_is_written_is_read_again(void)
{
    for (int n = 1; n <= ROMAN_MAX; n++) {
        char roman[ROMAN_BYTES_MAX];
        size_t len;
        int got;

        roman_write(n, roman);
        len = strlen(roman);
        CHECK(len < ROMAN_BYTES_MAX);
        CHECK(roman_read(span_of(roman), &got) == (len < 2 ? 0 : len));
        CHECK(got == n || len < 2);
    }
}

static void
words_of_such_letters_are_none(void)
{
    static const char *const words[] = {
        "I", "IIII", "VX", "CIVIL", "XL2", "Mix", "xi", "", "IVabc"};
    int got;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        CHECK(roman_read(span_of(words[i]), &got) == 0);
    CHECK(roman_read(SPAN("XIXe si\xc3\xa8"
                          "cle"),
              &got) == 4 &&
          got == 19);
    CHECK(roman_read(SPAN("II."), &got) == 2 && got == 2);
}

int
main(void)
{
    RUN(every_numeral_that_is_written_is_read_again);
    RUN(words_of_such_letters_are_none);
    return tap_end();
}
