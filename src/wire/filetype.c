/* SPDX-License-Identifier: ISC */
#include "wire/filetype.h"

#include <string.h>

/* How files begin; the first row that fits. */
static const struct magic {
    const char *type;
    size_t at;
    struct span bytes;
    size_t then; /* and, where more is set, this at another place */
    struct span more;
} table[] = {
    {"image/png", 0, SPAN("\x89PNG\r\n\x1a\n"), 0, {0}},
    {"image/jpeg", 0, SPAN("\xff\xd8\xff"), 0, {0}},
    {"image/gif", 0, SPAN("GIF87a"), 0, {0}},
    {"image/gif", 0, SPAN("GIF89a"), 0, {0}},
    {"image/webp", 0, SPAN("RIFF"), 8, SPAN("WEBP")},
    {"audio/wav", 0, SPAN("RIFF"), 8, SPAN("WAVE")},
    {"image/avif", 4, SPAN("ftypavif"), 0, {0}},
    {"image/heic", 4, SPAN("ftypheic"), 0, {0}},
    {"image/heic", 4, SPAN("ftypmif1"), 0, {0}},
    {"audio/mp4", 4, SPAN("ftypM4A "), 0, {0}},
    {"video/quicktime", 4, SPAN("ftypqt  "), 0, {0}},
    {"video/mp4", 4, SPAN("ftyp"), 0, {0}},
    {"image/bmp", 0, SPAN("BM"), 6, SPAN("\0\0\0\0")},
    {"image/tiff", 0, SPAN("II*\0"), 0, {0}},
    {"image/tiff", 0, SPAN("MM\0*"), 0, {0}},
    {"audio/ogg", 0, SPAN("OggS"), 28, SPAN("OpusHead")},
    {"audio/ogg", 0, SPAN("OggS"), 28, SPAN("\x01vorbis")},
    {"audio/ogg", 0, SPAN("OggS"), 28,
        SPAN("\x7f"
             "FLAC")},
    {"video/ogg", 0, SPAN("OggS"), 0, {0}},
    {"audio/flac", 0, SPAN("fLaC"), 0, {0}},
    {"audio/mpeg", 0, SPAN("ID3"), 0, {0}},
    {"audio/mpeg", 0, SPAN("\xff\xfb"), 0, {0}},
    {"audio/mpeg", 0, SPAN("\xff\xf3"), 0, {0}},
    {"audio/aac", 0, SPAN("\xff\xf1"), 0, {0}},
    {"audio/amr", 0, SPAN("#!AMR"), 0, {0}},
    {"application/pdf", 0, SPAN("%PDF-"), 0, {0}},
    {"application/zip", 0, SPAN("PK\x03\x04"), 0, {0}},
    {"application/zip", 0, SPAN("PK\x05\x06"), 0, {0}},
    {"application/gzip", 0, SPAN("\x1f\x8b"), 0, {0}},
    {"application/x-7z-compressed", 0, SPAN("7z\xbc\xaf\x27\x1c"), 0, {0}},
    {"application/x-xz", 0,
        SPAN("\xfd"
             "7zXZ\0"),
        0, {0}},
    {"application/zstd", 0, SPAN("\x28\xb5\x2f\xfd"), 0, {0}},
};

static bool
has(struct span head, size_t at, struct span bytes)
{
    return !bytes.p || (head.len >= at + bytes.len &&
                           memcmp(head.p + at, bytes.p, bytes.len) == 0);
}

static bool
has_somewhere(struct span head, struct span bytes)
{
    for (size_t at = 0; at + bytes.len <= head.len; at++)
        if (has(head, at, bytes))
            return true;
    return false;
}

/* Matroska: WebM names its tracks' codecs early, and of a voice message there
 * is no picture among them. */
static const char *
matroska(struct span head)
{
    if (!has_somewhere(head, SPAN("webm")))
        return "video/x-matroska";
    return has_somewhere(head, SPAN("A_OPUS")) &&
                   !has_somewhere(head, SPAN("V_"))
               ? "audio/webm"
               : "video/webm";
}

/* UTF-8 without control characters; its last character may be cut. */
static bool
is_text(struct span head)
{
    struct span whole = head;

    for (size_t i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char)head.p[i];
        if ((c < ' ' && (!c || !strchr("\t\n\r\f", c))) || c == 0x7f)
            return false;
    }
    for (int i = 0; head.len == FILETYPE_HEAD_BYTES && i < 3; i++)
        if (!utf8_valid(whole))
            whole.len--;
    return utf8_valid(whole);
}

const char *
filetype_of(struct span head)
{
    if (head.len == 0)
        return "application/octet-stream";
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (has(head, table[i].at, table[i].bytes) &&
            has(head, table[i].then, table[i].more))
            return table[i].type;
    if (has(head, 0, SPAN("\x1a\x45\xdf\xa3")))
        return matroska(head);
    return is_text(head) ? "text/plain; charset=utf-8"
                         : "application/octet-stream";
}

bool
filetype_plays(struct span type)
{
    return span_starts(type, SPAN("audio/")) ||
           span_starts(type, SPAN("video/"));
}

bool
filetype_shows(struct span type)
{
    return filetype_plays(type) || span_starts(type, SPAN("image/"));
}
