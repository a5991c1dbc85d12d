/* SPDX-License-Identifier: ISC */
#ifndef TEXT_LANGID_SCRIPT_H
#define TEXT_LANGID_SCRIPT_H

#include <stddef.h>
#include <stdint.h>
#include <unicode/uscript.h>

/*
 * langid_script - the letters of a text by their scripts, for langid.
 */
struct langid_letters {
    size_t n; /* of all scripts */
    size_t scripts[USCRIPT_CODE_LIMIT];
};

void langid_count_letter(struct langid_letters *l, int32_t c);

/* The language that alone uses the script of most letters, and the share of
 * these; or NULL. */
const char *langid_by_script(const struct langid_letters *l, double *share);

#endif
