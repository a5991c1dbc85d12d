/* SPDX-License-Identifier: ISC */
#include "wire/filetype.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"

static bool
is(struct span head, const char *type)
{
    const char *got = filetype_of(head);

    if (strcmp(got, type) != 0)
        printf("# %s, not %s\n", got, type);
    return strcmp(got, type) == 0;
}

static void
a_file_is_what_it_begins_with(void)
{
    CHECK(is(SPAN("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "image/png"));
    CHECK(is(SPAN("\xff\xd8\xff\xe0\0\x10JFIF"), "image/jpeg"));
    CHECK(is(SPAN("GIF89a\x01"), "image/gif"));
    CHECK(is(SPAN("RIFF\1\2\3\4WEBPVP8 "), "image/webp"));
    CHECK(is(SPAN("RIFF\1\2\3\4WAVEfmt "), "audio/wav"));
    CHECK(is(SPAN("\0\0\0\x1c"
                  "ftypisom"),
        "video/mp4"));
    CHECK(is(SPAN("\0\0\0\x1c"
                  "ftypM4A "),
        "audio/mp4"));
    CHECK(is(SPAN("ID3\3"), "audio/mpeg"));
    CHECK(is(SPAN("%PDF-1.7"), "application/pdf"));
    CHECK(is(SPAN("PK\3\4"), "application/zip"));
    CHECK(is(SPAN("\x1a\x45\xdf\xa3..webm....A_OPUS"), "audio/webm"));
    CHECK(is(SPAN("\x1a\x45\xdf\xa3..webm..V_VP8..A_OPUS"), "video/webm"));
    CHECK(is(SPAN("\x1a\x45\xdf\xa3..matroska"), "video/x-matroska"));
}

static void
what_could_run_is_text_and_what_is_unknown_bytes(void)
{
    CHECK(is(SPAN("<!DOCTYPE html><script>"), "text/plain; charset=utf-8"));
    CHECK(is(SPAN("<svg onload=x>"), "text/plain; charset=utf-8"));
    CHECK(is(SPAN("d\xc3\xa9j\xc3\xa0 vu\r\n"), "text/plain; charset=utf-8"));
    CHECK(is(SPAN("d\xc3\xa9j\xc3"), "application/octet-stream"));
    CHECK(is(SPAN("MZ\x90\0\3"), "application/octet-stream"));
    CHECK(is(SPAN("\x7f"
                  "ELF"),
        "application/octet-stream"));
    CHECK(is(SPAN("a\0b"), "application/octet-stream"));
    CHECK(is(SPAN(""), "application/octet-stream"));
    CHECK(is(SPAN("RIFF"), "text/plain; charset=utf-8")); /* too short */
}

static void
a_text_may_be_cut_within_a_character(void)
{
    char head[FILETYPE_HEAD_BYTES];

    for (size_t i = 0; i < sizeof(head); i++)
        head[i] = "\xe2\x82\xac"[i % 3]; /* 512 is no multiple of 3 */
    CHECK(is((struct span){head, sizeof(head)}, "text/plain; charset=utf-8"));
    CHECK(
        is((struct span){head, sizeof(head) - 1}, "application/octet-stream"));
}

static void
pictures_sound_and_film_are_shown(void)
{
    CHECK(filetype_shows(SPAN("image/png")) &&
          !filetype_plays(SPAN("image/png")));
    CHECK(
        filetype_shows(SPAN("audio/ogg")) && filetype_plays(SPAN("audio/ogg")));
    CHECK(filetype_plays(SPAN("video/mp4")));
    CHECK(!filetype_shows(SPAN("application/pdf")));
    CHECK(!filetype_shows(SPAN("text/plain; charset=utf-8")));
}

int
main(void)
{
    RUN(a_file_is_what_it_begins_with);
    RUN(what_could_run_is_text_and_what_is_unknown_bytes);
    RUN(a_text_may_be_cut_within_a_character);
    RUN(pictures_sound_and_film_are_shown);
    return tap_end();
}
