/* SPDX-License-Identifier: ISC */
#include "gateway/likeness.h"

#include <sodium.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include "base/mem.h"

enum {
    NAME_UNITS_MAX = 512, /* UTF-16; a name has 40 characters */
    LOOK_UNITS_MAX = 8 * 1024, /* a character may look like many */
};

/* What those who run a server are called, in languages that we come with. */
static const char *const officials[] = {"admin", "administrator",
    "administrador", "administrateur", "amministratore", "meeshy", "moderador",
    "moderator", "mod\u00e9rateur", "moderateur", "root", "support", "system",
    "syst\u00e8me"};
enum { OFFICIALS = sizeof(officials) / sizeof(officials[0]) };

struct likeness {
    USpoofChecker *icu;
    const UNormalizer2 *forms[LIKENESSES]; /* ICU's own */
    int64_t officials[OFFICIALS][LIKENESSES];
};

struct likeness *
likeness_new(struct err *err)
{
    struct likeness *l = xcalloc(1, sizeof(*l));
    UErrorCode rc = U_ZERO_ERROR;

    l->icu = uspoof_open(&rc);
    l->forms[0] = unorm2_getNFKCInstance(&rc);
    l->forms[1] = unorm2_getNFKCCasefoldInstance(&rc);
    if (U_SUCCESS(rc)) {
        for (int i = 0; i < OFFICIALS; i++)
            likeness_of(l, span_of(officials[i]), l->officials[i]);
        return l;
    }
    uspoof_close(l->icu);
    err_set(err, FAIL_SYSTEM, "ICU has no table of confusable characters: %s",
        u_errorName(rc));
    free(l);
    return NULL;
}

void
likeness_free(struct likeness *l)
{
    if (!l)
        return;
    uspoof_close(l->icu);
    free(l);
}

static bool
has_shape(UChar32 c)
{
    return !u_isUWhiteSpace(c) &&
           !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) &&
           c != 0x2800; /* the empty Braille cell */
}

/* The name's characters that have a shape, as UTF-16; -1 if it is too long. */
static int32_t
read_name(struct span name, UChar out[NAME_UNITS_MAX])
{
    int32_t n = 0;
    UBool full = 0;

    while (name.len && !full) {
        UChar32 c = (UChar32)utf8_take(&name);
        if (has_shape(c))
            U16_APPEND(out, n, NAME_UNITS_MAX, c, full);
    }
    return full ? -1 : n;
}

/* A number for how name looks, with its capitals made small afterwards; 0 if
 * that cannot be said. */
static int64_t
look(const struct likeness *l, const UChar *name, int32_t len)
{
    UChar skeleton[LOOK_UNITS_MAX], folded[LOOK_UNITS_MAX];
    UErrorCode rc = U_ZERO_ERROR;
    int64_t number = 0;

    len =
        uspoof_getSkeleton(l->icu, 0, name, len, skeleton, LOOK_UNITS_MAX, &rc);
    len = u_strFoldCase(
        folded, LOOK_UNITS_MAX, skeleton, len, U_FOLD_CASE_DEFAULT, &rc);
    if (U_FAILURE(rc) || len == 0)
        return 0;
    crypto_generichash((unsigned char *)&number, sizeof(number),
        (const unsigned char *)folded, (size_t)len * sizeof(*folded), NULL, 0);
    return number;
}

/* Capitals look like other letters than small ones ("I" like "l"), so both
 * ways are looked at: as it is written, and in small letters. */
void
likeness_of(const struct likeness *l, struct span name, int64_t ret[LIKENESSES])
{
    UChar text[NAME_UNITS_MAX], form[LOOK_UNITS_MAX];
    int32_t len = read_name(name, text);

    for (int i = 0; i < LIKENESSES; i++) {
        UErrorCode rc = U_ZERO_ERROR;
        int32_t n;
        ret[i] = 0;
        if (len <= 0)
            continue;
        n = unorm2_normalize(l->forms[i], text, len, form, LOOK_UNITS_MAX, &rc);
        if (U_SUCCESS(rc))
            ret[i] = look(l, form, n);
    }
}

static bool
is_official(const struct likeness *l, struct span word)
{
    int64_t look[LIKENESSES];

    if (!word.len)
        return false;
    likeness_of(l, word, look);
    for (int i = 0; i < OFFICIALS; i++)
        for (int j = 0; j < LIKENESSES; j++)
            if (look[j] && look[j] == l->officials[i][j])
                return true;
    return false;
}

/* Cut the first word, of letters with their marks, off. */
static struct span
take_word(struct span *rest)
{
    struct span word = *rest;

    while (rest->len) {
        struct span before = *rest;
        UChar32 c = (UChar32)utf8_take(rest);
        if (!u_isalpha(c) && !(U_GET_GC_MASK(c) & U_GC_M_MASK)) {
            word.len -= before.len;
            return word;
        }
    }
    return word;
}

bool
likeness_is_official(const struct likeness *l, struct span name)
{
    if (is_official(l, name))
        return true;
    while (name.len)
        if (is_official(l, take_word(&name)))
            return true;
    return false;
}
