/* SPDX-License-Identifier: ISC */
#include "nn/format/marian.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/tap.h"
#include "nn/tool/synth.h"

static char dir[] = "/tmp/marian_test.XXXXXX";
static char path_buf[4][100];

static const char *
in_dir(const char *name)
{
    static int turn;
    char *p = path_buf[turn++ % 4];

    snprintf(p, sizeof(path_buf[0]), "%s/%s", dir, name);
    return p;
}

static void
read_whole(const char *path, struct buf *ret)
{
    FILE *f = fopen(path, "re");
    size_t n;

    ret->len = 0;
    if (!CHECK(f != NULL))
        return;
    while ((n = fread(buf_reserve(ret, 65536), 1, 65536, f)) > 0)
        ret->len += n;
    fclose(f);
}

static const float two_by_three[] = {1, 2, 3, 4, 5, 6};
static const int8_t quantised[] = {-127, 0, 64, 127};
static const char yml[] = "type: transformer";

/* A small file of every kind of tensor, as bytes. */
static void
sample(struct buf *ret)
{
    const struct marian_tensor t[] = {
        {SPAN("special:model.yml"), MARIAN_BYTES, 1, {sizeof(yml), 1, 1, 1},
            yml, sizeof(yml), 0},
        {SPAN("b"), MARIAN_F32, 2, {2, 3, 1, 1}, two_by_three,
            sizeof(two_by_three), 0},
        {SPAN("Wemb"), MARIAN_I8, 2, {2, 2, 1, 1}, quantised, sizeof(quantised),
            50},
        {SPAN("Wemb_QuantMultA"), MARIAN_I8, 2, {1, 1, 1, 1}, quantised + 3, 1,
            254},
    };
    struct err err = {0};

    CHECK(marian_write(in_dir("m.bin"), t, 4, &err));
    read_whole(in_dir("m.bin"), ret);
}

/* Offsets of numbers within the sample: 4 entries of 32 bytes follow. */
enum {
    AT_VERSION = 0,
    AT_COUNT = 8,
    AT_ENTRY = 16,
    ENTRY_BYTES = 32,
    IN_NAME = 0,
    IN_TYPE = 8,
    IN_RANK = 16,
    IN_DATA = 24,
};

static void
what_is_written_is_read_and_looks_as_marian_writes_it(void)
{
    struct buf file = {0};
    struct err err = {0};
    const struct marian_tensor *t;
    struct marian *m;
    struct stat st;
    float f;

    sample(&file);
    m = marian_open(in_dir("m.bin"), &err);
    if (!CHECK(m != NULL))
        return;
    CHECK(marian_tensors(m, &t) == 4 && span_eqz(t[0].name, "Wemb"));
    t = marian_find(m, "b");
    CHECK(t && t->rank == 2 && t->dims[0] == 2 && t->dims[1] == 3);
    CHECK(t && memcmp(t->data, two_by_three, sizeof(two_by_three)) == 0);
    CHECK(t && (uintptr_t)t->data % MARIAN_ALIGN == 0);
    t = marian_find(m, "Wemb");
    CHECK(t && t->type == MARIAN_I8 && t->bytes == 4 && t->quant_mult == 50);
    CHECK(t && memcmp(t->data, quantised, 4) == 0);
    CHECK(!marian_find(m, "a") && !marian_find(m, "Wem"));
    CHECK(span_eqz(marian_yml(m), yml));
    CHECK(marian_scalar(m, "Wemb_QuantMultA", &f) && f == 0.5F);
    CHECK(!marian_scalar(m, "b", &f) && !marian_scalar(m, "c", &f));
    /* The yml comes last and has no padding; all else has. */
    CHECK(file.len % MARIAN_ALIGN == sizeof(yml));
    CHECK(memcmp(file.p + file.len - sizeof(yml), yml, sizeof(yml)) == 0);
    CHECK(stat(in_dir("m.bin"), &st) == 0 && (st.st_mode & 0777) == 0644);
    marian_close(m);
    buf_free(&file);
}

/* Open n bytes at a heap copy of that size, so that a sanitizer sees overruns;
 * true when they are refused with a sentence. */
static bool
refused(const struct buf *file, size_t n, const char *part)
{
    char *exact = xmalloc(n ? n : 1);
    struct err err = {0};
    struct marian *m;

    if (n)
        memcpy(exact, file->p, n);
    m = marian_open_bytes(exact, n, &err);
    marian_close(m);
    free(exact);
    if (!m && part && !strstr(err.text, part))
        printf("# %s\n", err.text);
    return !m && err.kind != FAIL_NONE && (!part || strstr(err.text, part));
}

static void
file_cut_anywhere_is_refused(void)
{
    struct buf file = {0};

    sample(&file);
    for (size_t n = 0; n < file.len; n++)
        if (!CHECK(refused(&file, n, NULL)))
            break;
    buf_addc(&file, 'x');
    CHECK(refused(&file, file.len, "1 bytes follow"));
    buf_free(&file);
}

static void
unknown_or_impossible_numbers_are_refused(void)
{
    static const struct {
        size_t at;
        uint64_t value;
        const char *part;
    } table[] = {
        {AT_VERSION, 2, "version"},
        {AT_COUNT, UINT64_MAX, "more than"},
        {AT_COUNT, MARIAN_TENSORS_MAX, "cut off"},
        {AT_COUNT, 0, NULL},
        {AT_ENTRY + IN_NAME, UINT64_MAX, "cut off"},
        {AT_ENTRY + IN_NAME, 0, "does not end"},
        {AT_ENTRY + IN_NAME, 4, "does not end"},
        {AT_ENTRY + IN_TYPE, 0x4102, "of type 0x4102"},
        {AT_ENTRY + IN_RANK, 5, "5 dimensions"},
        {AT_ENTRY + IN_RANK, UINT64_MAX, "dimensions"},
        {AT_ENTRY + IN_DATA, UINT64_MAX, "cut off"},
        {AT_ENTRY + IN_DATA, 4, "less data"},
        {AT_ENTRY + 2 * ENTRY_BYTES + IN_DATA, 512, NULL},
    };
    struct buf file = {0};

    sample(&file);
    CHECK(!refused(&file, file.len, NULL));
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        uint64_t was;
        memcpy(&was, file.p + table[i].at, 8);
        memcpy(file.p + table[i].at, &table[i].value, 8);
        if (!CHECK(refused(&file, file.len, table[i].part)))
            printf("# row %zu\n", i);
        memcpy(file.p + table[i].at, &was, 8);
    }
    buf_free(&file);
}

/* The first shape is that of Wemb: find it behind the names. */
static void
shapes_that_do_not_fit_are_refused(void)
{
    struct buf file = {0};
    size_t at = AT_ENTRY + 4 * ENTRY_BYTES + sizeof("Wemb") +
                sizeof("Wemb_QuantMultA") + sizeof("b") +
                sizeof("special:model.yml");
    static const int32_t dims[][2] = {
        {0, 2}, {-1, 2}, {INT32_MIN, 2}, {200, 2}, {INT32_MAX, INT32_MAX}};
    float factor[] = {0, -1, INFINITY, NAN};
    char *found;

    sample(&file);
    for (size_t i = 0; i < sizeof(dims) / sizeof(dims[0]); i++) {
        memcpy(file.p + at, dims[i], sizeof(dims[i]));
        CHECK(refused(&file, file.len, "Wemb"));
    }
    sample(&file);
    found = memmem(file.p, file.len, quantised, sizeof(quantised));
    for (size_t i = 0; found && i < sizeof(factor) / sizeof(factor[0]); i++) {
        memcpy(found + sizeof(quantised), &factor[i], sizeof(float));
        CHECK(refused(&file, file.len, "quantisation factor"));
    }
    CHECK(found != NULL);
    buf_free(&file);
}

static void
name_that_is_there_twice_or_unprintable_is_refused(void)
{
    struct buf file = {0};
    char *b;

    sample(&file);
    b = memmem(file.p, file.len, "A\0b", 3);
    if (CHECK(b != NULL)) {
        b[2] = '\n';
        CHECK(refused(&file, file.len, "printable"));
    }
    buf_free(&file);
    {
        const struct marian_tensor t[] = {
            {SPAN("b"), MARIAN_F32, 1, {1, 1, 1, 1}, two_by_three, 4, 0},
            {SPAN("b"), MARIAN_F32, 1, {1, 1, 1, 1}, two_by_three, 4, 0},
        };
        struct buf twin = {0};
        CHECK(marian_write(in_dir("t.bin"), t, 2, NULL));
        read_whole(in_dir("t.bin"), &twin);
        CHECK(refused(&twin, twin.len, "twice"));
        buf_free(&twin);
    }
}

/* Where the padding is not Marian's, data are not aligned: they get copied. */
static void
data_at_odd_places_are_moved(void)
{
    struct buf file = {0}, odd = {0};
    struct err err = {0};
    struct marian *m;
    const struct marian_tensor *t;
    size_t skip_at = AT_ENTRY + 4 * ENTRY_BYTES + sizeof("Wemb") +
                     sizeof("Wemb_QuantMultA") + sizeof("b") +
                     sizeof("special:model.yml") + 7 * 4;
    uint64_t skip, less;

    sample(&file);
    memcpy(&skip, file.p + skip_at, 8);
    less = skip - 3;
    buf_add(&odd, file.p, skip_at);
    buf_add(&odd, &less, 8);
    buf_add(&odd, file.p + skip_at + 8 + 3, file.len - skip_at - 8 - 3);
    m = marian_open_bytes(odd.p, odd.len, &err);
    if (CHECK(m != NULL)) {
        t = marian_find(m, "b");
        CHECK(t && (uintptr_t)t->data % MARIAN_ALIGN == 0);
        CHECK(t && memcmp(t->data, two_by_three, t->bytes) == 0);
    }
    marian_close(m);
    buf_free(&file);
    buf_free(&odd);
}

/* One model as .bin and as .npz, stored and deflated. */
static void
npz_has_the_same_tensors(void)
{
    struct synth_spec spec = {.vocab_src = 20, .seed = 3, .float32 = true};
    struct err err = {0};
    struct marian *a, *b;
    const struct marian_tensor *x, *y;
    size_t n;

    CHECK(synth_model(in_dir("f.bin"), &spec, &err));
    a = marian_open(in_dir("f.bin"), &err);
    for (int deflate = 0; a && deflate < 2; deflate++) {
        spec.deflate = deflate;
        CHECK(synth_model(in_dir("f.npz"), &spec, &err));
        b = marian_open(in_dir("f.npz"), &err);
        if (!CHECK(b != NULL))
            break;
        n = marian_tensors(a, &x);
        CHECK(n > 50 && marian_tensors(b, &y) == n);
        for (size_t i = 0; i < n; i++) {
            CHECK(span_eq(x[i].name, y[i].name) && x[i].type == y[i].type);
            CHECK(x[i].rank == y[i].rank && x[i].bytes == y[i].bytes);
            CHECK(memcmp(x[i].dims, y[i].dims, sizeof(x[i].dims)) == 0);
            CHECK(memcmp(x[i].data, y[i].data, x[i].bytes) == 0);
        }
        marian_close(b);
    }
    CHECK(a != NULL);
    marian_close(a);
}

static void
damaged_npz_is_refused(void)
{
    struct synth_spec spec = {.vocab_src = 2, .float32 = true};
    struct buf file = {0};
    size_t at;

    CHECK(synth_model(in_dir("f.npz"), &spec, NULL));
    read_whole(in_dir("f.npz"), &file);
    CHECK(!refused(&file, file.len, NULL));
    for (size_t n = 0; n < file.len; n += 1 + file.len / 40)
        CHECK(refused(&file, n, NULL));
    at = file.len / 2;
    file.p[at] ^= 1; /* a weight: only the CRC can tell */
    CHECK(refused(&file, file.len, "damaged"));
    file.p[at] ^= 1;
    at = (size_t)((char *)memmem(file.p, file.len, "<f4", 3) - file.p);
    file.p[at + 2] = '8';
    CHECK(refused(&file, file.len, "not float32"));
    buf_free(&file);
}

/* Numpy itself made these: python3 -c "import numpy as np;
 * np.savez('/dev/stdout', a=np.asfortranarray(np.arange(6.).reshape(2,3)
 * .astype('f4')))", without its time stamps. */
static void
npz_of_fortrans_order_is_turned(void)
{
    static const char header[] =
        "\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': True, "
        "'shape': (2, 3), }";
    static const float columns[] = {0, 3, 1, 4, 2, 5};
    struct buf npy = {0}, zip = {0};
    uint32_t crc = 0xffffffff;
    struct marian *m;
    const struct marian_tensor *t;
    struct err err = {0};
    static const unsigned char local[] = "PK\3\4\x14\0\0\0\0\0\0\0\x21\0";
    static const unsigned char central[] =
        "PK\1\2\x14\3\x14\0\0\0\0\0\0\0\x21\0";
    uint32_t sizes[2], where;
    static const char name_len[] = "\5\0\0\0", zeros[20];

    buf_add(&npy, header, sizeof(header) - 1);
    while (npy.len < 127)
        buf_addc(&npy, ' ');
    buf_addc(&npy, '\n');
    buf_add(&npy, columns, sizeof(columns));
    for (size_t i = 0; i < npy.len; i++) {
        crc ^= (uint8_t)npy.p[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
    }
    crc = ~crc;
    sizes[0] = sizes[1] = (uint32_t)npy.len;
    buf_add(&zip, local, 14);
    buf_add(&zip, &crc, 4);
    buf_add(&zip, sizes, 8);
    buf_add(&zip, name_len, 4);
    buf_addz(&zip, "a.npy");
    buf_adds(&zip, buf_span(&npy));
    where = (uint32_t)zip.len;
    buf_add(&zip, central, 16);
    buf_add(&zip, &crc, 4);
    buf_add(&zip, sizes, 8);
    buf_add(&zip, name_len, 4);
    buf_add(&zip, zeros, 14);
    buf_addz(&zip, "a.npy");
    sizes[0] = (uint32_t)zip.len - where;
    sizes[1] = where;
    buf_add(&zip, "PK\5\6\0\0\0\0\1\0\1\0", 12);
    buf_add(&zip, sizes, 8);
    buf_add(&zip, zeros, 2);
    m = marian_open_bytes(zip.p, zip.len, &err);
    if (CHECK(m != NULL) && CHECK((t = marian_find(m, "a")) != NULL))
        for (int i = 0; i < 6; i++)
            CHECK(((const float *)t->data)[i] == (float)i);
    if (!m)
        printf("# %s\n", err.text);
    marian_close(m);
    buf_free(&npy);
    buf_free(&zip);
}

static void
writing_leaves_nothing_behind_when_it_fails(void)
{
    const struct marian_tensor t = {
        SPAN("b"), MARIAN_F32, 1, {1, 1, 1, 1}, two_by_three, 4, 0};
    struct err err = {0};

    CHECK(mkdir(in_dir("folder"), 0700) == 0);
    CHECK(!marian_write(in_dir("folder"), &t, 1, &err));
    CHECK(err.kind == FAIL_SYSTEM);
    CHECK(rmdir(in_dir("folder")) == 0);
    CHECK(!marian_write(in_dir("nowhere/m.bin"), &t, 1, &err));
    CHECK(!marian_open(in_dir("nowhere"), &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(!marian_open(dir, &err) && err.kind == FAIL_BAD_INPUT);
}

int
main(void)
{
    if (!mkdtemp(dir))
        return 1;
    RUN(what_is_written_is_read_and_looks_as_marian_writes_it);
    RUN(file_cut_anywhere_is_refused);
    RUN(unknown_or_impossible_numbers_are_refused);
    RUN(shapes_that_do_not_fit_are_refused);
    RUN(name_that_is_there_twice_or_unprintable_is_refused);
    RUN(data_at_odd_places_are_moved);
    RUN(npz_has_the_same_tensors);
    RUN(damaged_npz_is_refused);
    RUN(npz_of_fortrans_order_is_turned);
    RUN(writing_leaves_nothing_behind_when_it_fails);
    for (size_t i = 0; i < 4; i++)
        unlink(in_dir((const char *[]){"m.bin", "t.bin", "f.bin", "f.npz"}[i]));
    CHECK(rmdir(dir) == 0);
    tap_report("no file is left over");
    return tap_end();
}
