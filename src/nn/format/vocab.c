/* SPDX-License-Identifier: ISC */
#include "nn/format/vocab.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/map.h"
#include "base/mem.h"
#include "nn/format/bpe.h"
#include "nn/format/letters.h"
#include "nn/format/moses.h"
#include "nn/format/vocab_proto.h"
#include "nn/format/vocab_spm.h"
#include "nn/format/yml.h"

/*
 * libsentencepiece cuts texts; everything else, which is simple, is done here
 * on a table of pieces by id.
 */
struct entry {
    const char *text; /* in texts */
    uint16_t len;
    uint8_t type; /* enum piece_type */
    uint8_t byte; /* PIECE_BYTE: its value */
};

struct vocab {
    struct spm *spm; /* or */
    struct bpe *bpe;
    struct entry *entries; /* [size]; one without text has no piece */
    uint32_t size, eos, unk;
    uint32_t *id_of; /* of the file's pieces; NULL: they are the same */
    size_t n_id_of;
    struct map *by_text; /* to a pointer that holds id + 1 */
    char *texts; /* of all entries */
    size_t bytes;
};

#define SPACE "\xe2\x96\x81" /* how a space is written in a piece */
static const struct span space = {SPACE, 3};

static void *
id_value(uint32_t id)
{
    return (void *)((uintptr_t)id + 1);
}

/* By text; false when there is none. */
static bool
find_id(const struct vocab *v, struct span text, uint32_t *ret)
{
    void *value = map_get(v->by_text, text);

    if (!value)
        return false;
    *ret = (uint32_t)((uintptr_t)value - 1);
    return true;
}

/* "<0xE2>" is the byte 0xE2: SentencePiece has made sure of the form. */
static uint8_t
byte_of(struct span text)
{
    char hex[3] = {0};

    if (text.len == 6)
        memcpy(hex, text.p + 3, 2);
    return (uint8_t)strtoul(hex, NULL, 16);
}

/* Give id a piece whose text is already in v->texts. */
static bool
set_entry(struct vocab *v, uint32_t id, struct span text, enum piece_type type,
    struct err *err)
{
    if (map_put(v->by_text, text, id_value(id)))
        return err_set(err, FAIL_BAD_INPUT, "the vocabulary has a piece twice");
    if (v->entries[id].text)
        return err_set(
            err, FAIL_BAD_INPUT, "the vocabulary has id %u twice", id);
    v->entries[id] = (struct entry){text.p, (uint16_t)text.len, (uint8_t)type,
        type == PIECE_BYTE ? byte_of(text) : 0};
    return true;
}

static bool
set_special(struct vocab *v, struct span eos, struct span unk, struct err *err)
{
    if (!find_id(v, eos, &v->eos))
        return err_set(
            err, FAIL_BAD_INPUT, "the vocabulary has no end of sentence");
    if (!unk.p || !find_id(v, unk, &v->unk))
        return err_set(
            err, FAIL_BAD_INPUT, "the vocabulary has no unknown piece");
    v->entries[v->eos].type = PIECE_CONTROL;
    v->entries[v->unk].type = PIECE_UNKNOWN;
    return true;
}

static struct span
unk_text(const struct vocab_proto *proto)
{
    for (size_t i = 0; i < proto->n; i++)
        if (proto->pieces[i].type == PIECE_UNKNOWN)
            return proto->pieces[i].text;
    return (struct span){NULL, 0};
}

/* Ids are positions in the file. */
static bool
fill_plain(struct vocab *v, const struct vocab_proto *proto, struct err *err)
{
    struct buf texts = {0};
    size_t at = 0;

    for (size_t i = 0; i < proto->n; i++)
        buf_adds(&texts, proto->pieces[i].text);
    v->bytes += texts.len;
    v->texts = buf_take(&texts);
    v->size = (uint32_t)proto->n;
    v->entries = xcalloc(v->size, sizeof(*v->entries));
    for (uint32_t i = 0; i < v->size; i++) {
        const struct piece *piece = &proto->pieces[i];
        struct span text = {v->texts + at, piece->text.len};
        at += text.len;
        if (!set_entry(v, i, text, piece->type, err))
            return false;
    }
    return set_special(v, proto->eos, unk_text(proto), err);
}

/* Lines of a YAML map, gathered: where its text is in texts, and its id. */
struct ids {
    struct buf texts;
    struct ids_line {
        size_t at, len;
        uint32_t id;
    } * lines;
    size_t n, cap;
    uint32_t size;
};

static bool
on_id(void *user, struct span key, size_t index, struct span value,
    struct err *err)
{
    struct ids *ids = user;
    long long id;

    if (index > 0 || !span_int(value, 0, VOCAB_SIZE_MAX - 1, &id) ||
        key.len == 0 || key.len > UINT16_MAX || !utf8_valid(key))
        return err_set(err, FAIL_BAD_INPUT,
            "the vocabulary's YAML is not a map of pieces to ids");
    if (ids->n == VOCAB_SIZE_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the vocabulary is too large");
    if (ids->n == ids->cap) {
        ids->cap = ids->cap ? 2 * ids->cap : 1024;
        ids->lines = xrealloc(ids->lines, ids->cap * sizeof(*ids->lines));
    }
    ids->lines[ids->n++] =
        (struct ids_line){ids->texts.len, key.len, (uint32_t)id};
    buf_adds(&ids->texts, key);
    if (id >= ids->size)
        ids->size = (uint32_t)id + 1;
    return true;
}

/* Marian's own names in a YAML vocabulary. */
static enum piece_type
type_by_name(struct span text)
{
    static const char *const control[] = {"</s>", "<s>", "<pad>"};

    for (size_t i = 0; i < sizeof(control) / sizeof(control[0]); i++)
        if (span_eqz(text, control[i]))
            return PIECE_CONTROL;
    return PIECE_NORMAL;
}

static bool
set_lines(struct vocab *v, const struct ids *ids, struct err *err)
{
    v->size = ids->size;
    if (v->size > 2 * ids->n) /* a few gaps do no harm */
        return err_set(err, FAIL_BAD_INPUT,
            "the vocabulary's YAML has id %u, but only %zu lines", v->size - 1,
            ids->n);
    v->entries = xcalloc(v->size + 1, sizeof(*v->entries));
    for (size_t i = 0; i < ids->n; i++) {
        const struct ids_line *line = &ids->lines[i];
        struct span text = {v->texts + line->at, line->len};
        if (!set_entry(v, line->id, text, type_by_name(text), err))
            return false;
    }
    return set_special(v, SPAN("</s>"), SPAN("<unk>"), err);
}

static bool
fill_ids(struct vocab *v, struct span yml, struct err *err)
{
    struct ids ids = {0};
    bool ok = yml_read(yml, on_id, &ids, err);

    v->bytes += ids.texts.len;
    v->texts = buf_take(&ids.texts);
    ok = ok && set_lines(v, &ids, err);
    free(ids.lines);
    return ok;
}

/* A YAML map tells the ids; the file's pieces are found in it by text. */
static bool
fill_mapped(struct vocab *v, const struct vocab_proto *proto, struct span yml,
    struct err *err)
{
    if (!fill_ids(v, yml, err))
        return false;
    v->n_id_of = proto->n;
    v->id_of = xcalloc(proto->n, sizeof(*v->id_of));
    for (size_t i = 0; i < proto->n; i++) {
        const struct piece *piece = &proto->pieces[i];
        uint32_t *id = &v->id_of[i];
        if (!find_id(v, piece->text, id))
            *id = v->unk;
        else if (piece->type == PIECE_BYTE) {
            v->entries[*id].type = PIECE_BYTE;
            v->entries[*id].byte = byte_of(piece->text);
        }
    }
    return true;
}

static bool
fill(struct vocab *v, struct span spm, struct span ids_yml, struct err *err)
{
    struct vocab_proto proto;
    bool ok;

    if (spm.len > VOCAB_FILE_BYTES_MAX || ids_yml.len > VOCAB_FILE_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the vocabulary is too large");
    if (!vocab_proto_parse(&proto, spm, err))
        return false;
    v->spm = spm_open(spm, err);
    v->by_text = map_new();
    /* What libsentencepiece keeps is about three times the file. */
    v->bytes = sizeof(*v) + 3 * spm.len;
    ok = v->spm && (ids_yml.p ? fill_mapped(v, &proto, ids_yml, err)
                              : fill_plain(v, &proto, err));
    vocab_proto_free(&proto);
    v->bytes += v->size * (sizeof(*v->entries) + 64) + 4 * v->n_id_of;
    return ok;
}

struct vocab *
vocab_open_bytes(struct span spm, struct span ids_yml, struct err *err)
{
    struct vocab *v = xcalloc(1, sizeof(*v));

    if (!fill(v, spm, ids_yml, err)) {
        vocab_close(v);
        return NULL;
    }
    return v;
}

struct vocab *
vocab_open_bpe_bytes(
    struct span codes, struct span ids_yml, const char *lang, struct err *err)
{
    struct vocab *v = xcalloc(1, sizeof(*v));
    bool ok = true;

    if (codes.len > VOCAB_FILE_BYTES_MAX || ids_yml.len > VOCAB_FILE_BYTES_MAX)
        ok = err_set(err, FAIL_TOO_LARGE, "the vocabulary is too large");
    v->by_text = map_new();
    if (ok)
        v->bpe = bpe_open(codes, lang, err);
    if (!v->bpe || !fill_ids(v, ids_yml, err)) {
        vocab_close(v);
        return NULL;
    }
    v->bytes +=
        sizeof(*v) + bpe_bytes(v->bpe) + v->size * (sizeof(*v->entries) + 64);
    return v;
}

/* lang NULL: a SentencePiece model. */
static struct vocab *
open_files(
    const char *path, const char *ids_yml, const char *lang, struct err *err)
{
    struct buf file = {0}, ids = {0};
    struct span ids_span = {NULL, 0};
    struct vocab *v = NULL;
    struct err why = {0};

    if (file_read(path, VOCAB_FILE_BYTES_MAX, &file, err) &&
        (!ids_yml || file_read(ids_yml, VOCAB_FILE_BYTES_MAX, &ids, err))) {
        if (ids_yml)
            ids_span = (struct span){ids.p ? ids.p : "", ids.len};
        v = lang ? vocab_open_bpe_bytes(buf_span(&file), ids_span, lang, &why)
                 : vocab_open_bytes(buf_span(&file), ids_span, &why);
        if (!v)
            err_set(err, why.kind, "%s: %s", path, why.text);
    }
    buf_free(&file);
    buf_free(&ids);
    return v;
}

struct vocab *
vocab_open_ids(const char *spm, const char *ids_yml, struct err *err)
{
    return open_files(spm, ids_yml, NULL, err);
}

struct vocab *
vocab_open_bpe(
    const char *codes, const char *ids_yml, const char *lang, struct err *err)
{
    return open_files(codes, ids_yml, lang, err);
}

struct vocab *
vocab_open(const char *path, struct err *err)
{
    return vocab_open_ids(path, NULL, err);
}

void
vocab_close(struct vocab *v)
{
    if (!v)
        return;
    spm_close(v->spm);
    bpe_close(v->bpe);
    map_free(v->by_text);
    free(v->entries);
    free(v->id_of);
    free(v->texts);
    free(v);
}

uint32_t
vocab_size(const struct vocab *v)
{
    return v->size;
}

uint32_t
vocab_eos(const struct vocab *v)
{
    return v->eos;
}

uint32_t
vocab_unk(const struct vocab *v)
{
    return v->unk;
}

size_t
vocab_bytes(const struct vocab *v)
{
    return v->bytes;
}

struct span
vocab_piece(const struct vocab *v, uint32_t id)
{
    assert(id < v->size);
    return (struct span){v->entries[id].text, v->entries[id].len};
}

bool
vocab_begins_word(const struct vocab *v, const uint32_t *ids, size_t i)
{
    if (v->bpe)
        return i == 0 || bpe_ends_word(vocab_piece(v, ids[i - 1]));
    return span_starts(vocab_piece(v, ids[i]), space);
}

uint32_t
vocab_find(const struct vocab *v, struct span piece)
{
    uint32_t id;

    return find_id(v, piece, &id) ? id : v->unk;
}

/* Pieces on their way from the library to the caller. */
struct cut {
    const struct vocab *v;
    uint32_t *ids;
    struct vocab_place *places; /* or NULL */
    const struct letters *plain; /* that became the text, or NULL */
    const uint32_t *letter_of; /* of each byte of the text */
    size_t n, max;
};

/* Where the letters that became bytes begin to end come from. */
static struct vocab_place
place_of(const struct cut *cut, uint32_t begin, uint32_t end)
{
    struct letter first, last;

    if (!cut->plain || cut->plain->n == 0)
        return (struct vocab_place){begin, end};
    first = cut->plain->p[cut->letter_of[begin]];
    last = cut->plain->p[cut->letter_of[end > begin ? end - 1 : begin]];
    return (struct vocab_place){
        first.begin, end > begin ? last.end : first.begin};
}

static void
on_piece(
    void *user, uint32_t id, struct span piece, uint32_t begin, uint32_t end)
{
    struct cut *cut = user;
    const struct vocab *v = cut->v;

    if (v->bpe) {
        id = vocab_find(v, piece);
    } else if (v->id_of) {
        id = id < v->n_id_of ? v->id_of[id] : v->unk;
        /* The other language's pieces have ids too: so does Marian. */
        if (id == v->unk)
            id = vocab_find(v, piece);
    }
    if (cut->n < cut->max) {
        cut->ids[cut->n] = id < v->size ? id : v->unk;
        if (cut->places)
            cut->places[cut->n] = place_of(cut, begin, end);
    }
    cut->n++;
}

/* The number of the letter that each byte of the text belongs to, and one more
 * for its end; owned by the caller. */
static uint32_t *
letters_of(const struct letters *plain, size_t n_bytes, const char *text)
{
    uint32_t *ret = xcalloc(n_bytes + 1, sizeof(*ret));
    uint32_t letter = 0;

    for (size_t i = 0; i < n_bytes; i++) {
        letter += i > 0 && ((unsigned char)text[i] & 0xc0) != 0x80;
        ret[i] = letter;
    }
    ret[n_bytes] = plain->n ? (uint32_t)plain->n - 1 : 0;
    return ret;
}

static bool
encode_plain(struct cut *cut, struct span text)
{
    struct letters read = {0}, plain = {0};
    struct buf made = {0};
    uint32_t *of;
    bool ok;

    letters_read(&read, text);
    moses_plain(&read, &plain);
    letters_write(&plain, &made);
    of = letters_of(&plain, made.len, made.p);
    cut->plain = &plain;
    cut->letter_of = of;
    ok = spm_encode(cut->v->spm, buf_span(&made), on_piece, cut);
    free(of);
    letters_free(&read);
    letters_free(&plain);
    buf_free(&made);
    return ok;
}

size_t
vocab_encode_places(const struct vocab *v, struct span text, uint32_t *ids,
    struct vocab_place *places, size_t max)
{
    struct cut cut = {.v = v, .ids = ids, .places = places, .max = max};
    bool ok = text.len <= VOCAB_TEXT_BYTES_MAX;

    if (ok && v->bpe)
        bpe_encode(v->bpe, text, on_piece, &cut);
    else if (ok && v->id_of)
        ok = encode_plain(&cut, text);
    else
        ok = ok && spm_encode(v->spm, text, on_piece, &cut);
    return ok ? cut.n : VOCAB_FAILED;
}

size_t
vocab_encode(const struct vocab *v, struct span text, uint32_t *ids, size_t max)
{
    return vocab_encode_places(v, text, ids, NULL, max);
}

/* A piece as text: its space signs become spaces, except at the very start. */
static void
add_piece(struct buf *b, struct span text)
{
    while (text.len > 0) {
        const char *at = memmem(text.p, text.len, space.p, space.len);
        size_t n = at ? (size_t)(at - text.p) : text.len;
        buf_add(b, text.p, n);
        if (!at)
            return;
        if (b->len > 0)
            buf_addc(b, ' ');
        text.p += n + space.len;
        text.len -= n + space.len;
    }
}

/* The length of the character at p, which has n bytes, or 0 for none. */
static size_t
char_len(const char *p, size_t n)
{
    for (size_t k = 1; k <= 4 && k <= n; k++)
        if (utf8_valid((struct span){p, k}))
            return k;
    return 0;
}

/* What has come of byte pieces since begin is whole: the bytes of it that are
 * no character become U+FFFD. */
static void
mend_bytes(struct buf *b, size_t begin)
{
    size_t n = b->len - begin;
    char *copy;

    if (n == 0 || utf8_valid((struct span){b->p + begin, n}))
        return;
    copy = xstrndup(b->p + begin, n);
    b->len = begin;
    for (size_t i = 0; i < n;) {
        size_t k = char_len(copy + i, n - i);
        if (k > 0)
            buf_add(b, copy + i, k);
        else
            buf_addz(b, "\xef\xbf\xbd");
        i += k ? k : 1;
    }
    free(copy);
}

/* The text of n byte pieces that follow each other; each has a part in all of
 * it, since a character has several. */
static void
add_bytes(const struct vocab *v, struct buf *b, const uint32_t *ids, size_t n,
    struct vocab_place *places)
{
    size_t begin = b->len;

    for (size_t i = 0; i < n; i++) {
        uint8_t byte = v->entries[ids[i]].byte;
        buf_addc(b, (char)(byte ? byte : 0xff)); /* a NUL is no character */
    }
    mend_bytes(b, begin);
    for (size_t i = 0; places && i < n; i++)
        places[i] = (struct vocab_place){(uint32_t)begin, (uint32_t)b->len};
}

static bool
is_byte(const struct vocab *v, uint32_t id)
{
    return id < v->size && v->entries[id].type == PIECE_BYTE;
}

/* What is to be seen of a piece. */
static struct span
visible(const struct vocab *v, uint32_t id)
{
    const struct entry *e = id < v->size ? &v->entries[id] : NULL;

    if (!e || !e->text || e->type == PIECE_CONTROL)
        return (struct span){NULL, 0};
    if (e->type == PIECE_UNKNOWN)
        return SPAN(SPACE "\xe2\x81\x87" SPACE);
    return (struct span){e->text, e->len};
}

static char *
decode_bpe(const struct vocab *v, const uint32_t *ids, size_t n,
    struct vocab_place *places)
{
    struct span *pieces = xcalloc(n + 1, sizeof(*pieces));
    struct buf b = {0};

    for (size_t i = 0; i < n; i++)
        pieces[i] = visible(v, ids[i]);
    bpe_decode(v->bpe, pieces, n, &b, places);
    free(pieces);
    return buf_take(&b);
}

char *
vocab_decode_places(const struct vocab *v, const uint32_t *ids, size_t n,
    struct vocab_place *places)
{
    struct buf b = {0};

    if (v->bpe)
        return decode_bpe(v, ids, n, places);

    for (size_t i = 0; i < n;) {
        size_t begin = b.len, k = 0;
        while (i + k < n && is_byte(v, ids[i + k]))
            k++;
        if (k > 0) {
            add_bytes(v, &b, ids + i, k, places ? places + i : NULL);
            i += k;
            continue;
        }
        add_piece(&b, visible(v, ids[i]));
        if (places)
            places[i] = (struct vocab_place){(uint32_t)begin, (uint32_t)b.len};
        i++;
    }
    return buf_take(&b);
}

char *
vocab_decode(const struct vocab *v, const uint32_t *ids, size_t n)
{
    return vocab_decode_places(v, ids, n, NULL);
}
