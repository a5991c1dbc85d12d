/* SPDX-License-Identifier: ISC */
#include "nn/format/vocab.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tap.h"
#include "nn/format/vocab_proto.h"
#include "nn/tool/synth.h"

enum { IDS_MAX = 500, VOCABS = 3 };

static char dir[] = "/tmp/vocab_test.XXXXXX";
static char path[VOCABS][60]; /* of what is trained once */
static const struct synth_vocab kind[VOCABS] = {
    {1000, false, false, NULL},
    {800, true, true, NULL},
    {700, false, true, "identity"},
};

static void
train(void)
{
    struct err err = {0};

    for (int i = 0; i < VOCABS; i++) {
        snprintf(path[i], sizeof(path[i]), "%s/%d.spm", dir, i);
        if (!CHECK(synth_vocab(path[i], &kind[i], NULL, &err)))
            printf("# %s\n", err.text);
    }
}

static void
read_whole(const char *name, struct buf *ret)
{
    FILE *f = fopen(name, "re");
    size_t n;

    if (!CHECK(f != NULL))
        return;
    while ((n = fread(buf_reserve(ret, 65536), 1, 65536, f)) > 0)
        ret->len += n;
    fclose(f);
}

/* Text, cut and put together. */
static char *
round_trip(const struct vocab *v, const char *text)
{
    uint32_t ids[IDS_MAX];
    size_t n = vocab_encode(v, span_of(text), ids, IDS_MAX);

    if (!CHECK(n <= IDS_MAX))
        return xstrdup("");
    return vocab_decode(v, ids, n);
}

static bool
survives(const struct vocab *v, const char *text, const char *expected)
{
    char *got = round_trip(v, text);
    bool same = strcmp(got, expected) == 0;

    if (!same)
        printf("# \"%s\" became \"%s\"\n", text, got);
    free(got);
    return same;
}

static void
text_survives_cutting_and_joining(void)
{
    struct err err = {0};

    for (int i = 0; i < VOCABS; i++) {
        struct vocab *v = vocab_open(path[i], &err);
        if (!CHECK(v != NULL))
            continue;
        CHECK(vocab_size(v) == kind[i].size);
        CHECK(vocab_eos(v) == 0 && vocab_unk(v) == 1);
        CHECK(survives(v, "Nobody is waiting for the last train today.",
            "Nobody is waiting for the last train today."));
        CHECK(survives(v, "  Anna  wants bread ", "Anna wants bread"));
        CHECK(survives(v, "", ""));
        CHECK(survives(v, "   ", ""));
        CHECK(vocab_bytes(v) > 10000);
        vocab_close(v);
    }
}

static void
bytes_stand_for_strange_characters(void)
{
    struct vocab *bytes = vocab_open(path[1], NULL);
    struct vocab *none = vocab_open(path[0], NULL);

    CHECK(survives(
        bytes, "a \xf0\x9f\x98\x80\xd0\x96 b", "a \xf0\x9f\x98\x80\xd0\x96 b"));
    CHECK(survives(none, "a \xd0\x96 b", "a  \xe2\x81\x87  b"));
    vocab_close(bytes);
    vocab_close(none);
}

static void
files_normaliser_is_used(void)
{
    struct vocab *nfkc = vocab_open(path[0], NULL);
    struct vocab *identity = vocab_open(path[2], NULL);

    CHECK(survives(nfkc, "\xef\xac\x81nd", "find"));
    CHECK(survives(nfkc, "ba\xcc\x81t", "b \xe2\x81\x87 t"));
    CHECK(survives(identity, "\xef\xac\x81nd", "\xef\xac\x81nd"));
    vocab_close(nfkc);
    vocab_close(identity);
}

static void
broken_utf8_becomes_the_replacement_character(void)
{
    struct vocab *v = vocab_open(path[1], NULL);
    const uint32_t half[] = {vocab_find(v, SPAN("<0xF0>")),
        vocab_find(v, SPAN("<0x9F>")), vocab_find(v, SPAN("<0x00>")),
        vocab_find(v, SPAN("<0x41>"))};
    struct vocab_place places[4];
    char *got;

    CHECK(survives(v,
        "a\xff"
        "b",
        "a\xef\xbf\xbd"
        "b"));
    CHECK(half[0] != vocab_unk(v));
    got = vocab_decode_places(v, half, 4, places);
    CHECK(strcmp(got, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                      "A") == 0);
    CHECK(places[0].begin == 0 && places[3].end == 10);
    free(got);
    vocab_close(v);
}

static void
places_say_where_each_piece_is(void)
{
    static const char text[] = " Nobody  dreams of \xf0\x9f\x98\x80";
    uint32_t ids[IDS_MAX];
    struct vocab_place places[IDS_MAX];

    for (int i = 0; i < VOCABS; i++) {
        struct vocab *v = vocab_open(path[i], NULL);
        size_t n = vocab_encode_places(v, span_of(text), ids, places, IDS_MAX);
        char *again;
        CHECK(n > 3 && n < IDS_MAX);
        for (size_t k = 0; k < n; k++) {
            CHECK(places[k].begin <= places[k].end);
            CHECK(k == 0 || places[k].begin >= places[k - 1].begin);
        }
        CHECK(places[n - 1].end == strlen(text));
        again = vocab_decode_places(v, ids, n, places);
        CHECK(places[0].begin == 0 && places[n - 1].end == strlen(again));
        CHECK(vocab_begins_word(v, ids, 0));
        free(again);
        vocab_close(v);
    }
}

static void
long_results_are_counted_and_cut(void)
{
    struct vocab *v = vocab_open(path[0], NULL);
    uint32_t ids[4] = {7, 7, 7, 7};
    char *big = xmalloc(VOCAB_TEXT_BYTES_MAX + 2);

    CHECK(vocab_encode(v, SPAN("the last train the last train"), ids, 3) > 5);
    CHECK(ids[3] == 7);
    memset(big, 'a', VOCAB_TEXT_BYTES_MAX + 1);
    CHECK(vocab_encode(v, (struct span){big, VOCAB_TEXT_BYTES_MAX + 1}, ids,
              3) == VOCAB_FAILED);
    free(big);
    vocab_close(v);
}

static void
control_pieces_and_strange_ids_vanish(void)
{
    struct vocab *v = vocab_open(path[0], NULL);
    const uint32_t ids[] = {
        0, vocab_find(v, SPAN("\xe2\x96\x81the")), 0, UINT32_MAX, 1000};
    char *text = vocab_decode(v, ids, 5);

    CHECK(strcmp(text, "the") == 0);
    CHECK(vocab_find(v, SPAN("no such piece")) == vocab_unk(v));
    free(text);
    vocab_close(v);
}

/* OPUS-MT: the file cuts, and YAML numbers. */
static void
yaml_says_the_ids(void)
{
    char ids_path[60];
    struct vocab *plain = vocab_open(path[0], NULL), *mapped;
    uint32_t a[IDS_MAX], b[IDS_MAX];
    struct err err = {0};
    size_t n;
    FILE *f;

    snprintf(ids_path, sizeof(ids_path), "%s/ids.yml", dir);
    f = fopen(ids_path, "we");
    fprintf(f, "</s>: 0\n<unk>: 1\n\"\xd0\x96\": 5000\n<pad>: 5001\n");
    for (uint32_t i = 2; i < 1000; i++)
        fprintf(f, "\"%.*s\": %u\n", SPAN_ARG(vocab_piece(plain, i)), 5001 - i);
    for (uint32_t i = 1000; i < 4000; i++)
        fprintf(f, "filler%u: %u\n", i, i);
    fclose(f);
    mapped = vocab_open_ids(path[0], ids_path, &err);
    if (!CHECK(mapped != NULL))
        printf("# %s\n", err.text);
    n = vocab_encode(plain, SPAN("Nobody sold the train"), a, IDS_MAX);
    CHECK(vocab_encode(mapped, SPAN("Nobody sold the train"), b, IDS_MAX) == n);
    for (size_t i = 0; i < n; i++)
        CHECK(b[i] == 5001 - a[i]);
    CHECK(vocab_size(mapped) == 5002 && vocab_eos(mapped) == 0);
    CHECK(survives(mapped, "Nobody sold the train", "Nobody sold the train"));
    /* A piece of the other language, which this file does not know. */
    n = vocab_encode(mapped, SPAN("the \xd0\x96"), b, IDS_MAX);
    CHECK(n > 1 && b[n - 1] == 5000);
    vocab_close(plain);
    vocab_close(mapped);
    unlink(ids_path);
}

static void
useless_yaml_is_refused(void)
{
    static const char *const text[] = {
        "- a\n- b\n",
        "</s>: 0\n<unk>: 0\n",
        "</s>: 0\na: 1\n",
        "a: 0\n<unk>: 1\n",
        "</s>: 0\n<unk>: -1\n",
        "</s>: 0\n<unk>: 9999\n",
        "</s>: 0\n<unk>: x\n",
        "</s>: 0\n<unk>: 1\n</s>: 2\n",
        "</s>: 0\n<unk>: {1: 2}\na: []\n",
        "",
    };
    struct buf spm = {0};
    struct err err = {0};

    read_whole(path[0], &spm);
    for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        struct vocab *v = vocab_open_bytes(
            buf_span(&spm), (struct span){text[i], strlen(text[i])}, &err);
        if (!CHECK(!v && err.kind == FAIL_BAD_INPUT))
            printf("# %s", text[i]);
        vocab_close(v);
    }
    buf_free(&spm);
}

/* Whatever byte is hit: refused or usable, and never a crash. */
static void
damaged_file_is_refused_or_harmless(void)
{
    struct buf spm = {0};
    struct err err = {0};
    uint32_t ids[IDS_MAX];
    size_t refused = 0;

    read_whole(path[0], &spm);
    for (size_t n = 0; n < spm.len; n += 1 + spm.len / 20) {
        struct vocab *v = vocab_open_bytes(
            (struct span){spm.p, n}, (struct span){NULL, 0}, &err);
        vocab_close(v);
    }
    for (size_t i = 0; i < 120; i++) {
        size_t at = i * 7919 * 31 % spm.len;
        struct vocab *v;
        spm.p[at] ^= (char)(1U << i % 8);
        v = vocab_open_bytes(buf_span(&spm), (struct span){NULL, 0}, &err);
        refused += !v;
        if (v)
            vocab_encode(v, SPAN("\xef\xac\x81nd the caf\xc3\xa9 \xe3\x8f\x91"),
                ids, IDS_MAX);
        vocab_close(v);
        spm.p[at] ^= (char)(1U << i % 8);
    }
    CHECK(refused > 10);
    CHECK(!vocab_open_bytes(SPAN(""), (struct span){NULL, 0}, &err));
    CHECK(!vocab_open("/tmp/no such file", &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(!vocab_open("/tmp", &err));
    buf_free(&spm);
}

/* A trie in which the byte 'a' leads from the root to a value, of 256 units. */
static void
rules_that_lead_out_of_bounds_are_refused(void)
{
    struct {
        uint32_t bytes, unit[512];
        char texts[8];
    } map;
    struct span whole = {(const char *)&map, sizeof(map)};

    memset(&map, 0, sizeof(map));
    for (int i = 0; i < 512; i++)
        map.unit[i] = 0x80000000U; /* no label */
    map.bytes = sizeof(map.unit);
    memcpy(map.texts, "x\0yy\0", 5);
    map.unit[0] = 1U << 10; /* children at 1 ^ c */
    map.unit[1 ^ 'a'] = 'a' | 1U << 8 | 256U << 10;
    map.unit[1 ^ 'a' ^ 256] = 0x80000002U;
    CHECK(vocab_charsmap_check(whole, NULL));
    map.unit[1 ^ 'a' ^ 256] = 0x80000008U; /* behind the texts */
    CHECK(!vocab_charsmap_check(whole, NULL));
    map.unit[1 ^ 'a' ^ 256] = 0x80000002U;
    map.unit[1 ^ 'a'] = 'a' | 1U << 8 | 512U << 10; /* behind the units */
    CHECK(!vocab_charsmap_check(whole, NULL));
    map.unit[1 ^ 'a'] = 'a' | 1U << 8 | (uint32_t)'a' << 10; /* in a circle */
    CHECK(!vocab_charsmap_check(whole, NULL));
    map.unit[1 ^ 'a'] = 'a' | 1U << 8 | 256U << 10;
    map.texts[7] = 'x'; /* does not end */
    CHECK(!vocab_charsmap_check(whole, NULL));
    map.texts[7] = '\0';
    map.texts[0] = '\xff'; /* no UTF-8 */
    CHECK(!vocab_charsmap_check(whole, NULL));
    map.texts[0] = 'x';
    map.bytes += 8; /* no texts */
    CHECK(!vocab_charsmap_check(whole, NULL));
    map.bytes = 1;
    CHECK(!vocab_charsmap_check(whole, NULL));
    CHECK(vocab_charsmap_check((struct span){NULL, 0}, NULL));
}

static void *
cut_often(void *v)
{
    for (int i = 0; i < 200; i++)
        CHECK(survives(v, "Someone talks about the weather again and again.",
            "Someone talks about the weather again and again."));
    return NULL;
}

static void
threads_share_one(void)
{
    struct vocab *v = vocab_open(path[0], NULL);
    pthread_t thread[4];

    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&thread[i], NULL, cut_often, v) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    vocab_close(v);
}

int
main(void)
{
    if (!mkdtemp(dir))
        return 1;
    RUN(train);
    RUN(text_survives_cutting_and_joining);
    RUN(bytes_stand_for_strange_characters);
    RUN(files_normaliser_is_used);
    RUN(broken_utf8_becomes_the_replacement_character);
    RUN(places_say_where_each_piece_is);
    RUN(long_results_are_counted_and_cut);
    RUN(control_pieces_and_strange_ids_vanish);
    RUN(yaml_says_the_ids);
    RUN(useless_yaml_is_refused);
    RUN(damaged_file_is_refused_or_harmless);
    RUN(rules_that_lead_out_of_bounds_are_refused);
    RUN(threads_share_one);
    for (int i = 0; i < VOCABS; i++)
        unlink(path[i]);
    CHECK(rmdir(dir) == 0);
    tap_report("no file is left over");
    return tap_end();
}
