/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nn/format/vocab.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { IDS_MAX = 4096, TEXT_MAX = 512 };

/* Cut a text, put it together again, cut that. */
static void
use(const struct vocab *v, struct span text)
{
    static uint32_t ids[IDS_MAX];
    static struct vocab_place places[IDS_MAX];
    size_t n = vocab_encode_places(v, text, ids, places, IDS_MAX), len;
    char *again;

    if (n == VOCAB_FAILED)
        return;
    n = n < IDS_MAX ? n : IDS_MAX;
    for (size_t i = 0; i < n; i++) {
        assert(ids[i] < vocab_size(v));
        assert(places[i].begin <= places[i].end);
        assert(places[i].end <= text.len);
        vocab_begins_word(v, ids, i);
    }
    again = vocab_decode_places(v, ids, n, places);
    len = strlen(again);
    assert(utf8_valid((struct span){again, len}));
    for (size_t i = 0; i < n; i++)
        assert(places[i].begin <= places[i].end && places[i].end <= len);
    vocab_encode(v, span_of(again), ids, IDS_MAX);
    free(again);
}

/* Every id has a text. */
static void
decode_all(const struct vocab *v)
{
    uint32_t size = vocab_size(v) < IDS_MAX ? vocab_size(v) : IDS_MAX;
    static uint32_t ids[IDS_MAX];
    char *text;

    for (uint32_t i = 0; i < size; i++)
        ids[i] = i;
    text = vocab_decode(v, ids, size);
    assert(utf8_valid(span_of(text)));
    free(text);
}

static void
use_all(struct vocab *v, struct span tail)
{
    if (!v)
        return;
    use(v, SPAN("The caf\xc3\xa9 of \xef\xac\x81ve: \xf0\x9f\x98\x80  "
                "\xe3\x8f\x91\xef\xb7\xba <0x41> a\xcc\x81\xff ok"));
    use(v, SPAN("l\xe2\x80\x99\xc3\xa9t\xc3\xa9, \xc2\xab a-b \xc2\xbb: "
                "''x'' & Mr. O'Neil's... 1,5\xc2\xa0%"));
    use(v, tail);
    decode_all(v);
    vocab_close(v);
}

/* Two bytes of length, a SentencePiece file or codes of that length, then the
 * YAML that maps its pieces to ids, if any. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { LANGS = 4 };
    static const char *const langs[LANGS] = {"en", "fr", "fi", ""};
    struct span spm, yml = {NULL, 0}, tail;
    size_t n;

    if (size < 2)
        return 0;
    n = (size_t)data[0] | (size_t)data[1] << 8;
    n = n < size - 2 ? n : size - 2;
    spm = (struct span){(const char *)data + 2, n};
    if (n < size - 2)
        yml = (struct span){(const char *)data + 2 + n, size - 2 - n};
    tail = (struct span){(const char *)data, size < TEXT_MAX ? size : TEXT_MAX};
    use_all(vocab_open_bytes(spm, yml, NULL), tail);
    if (yml.p)
        use_all(vocab_open_bpe_bytes(spm, yml, langs[n % LANGS], NULL), tail);
    return 0;
}
