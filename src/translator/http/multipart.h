/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_MULTIPART_H
#define TRANSLATOR_MULTIPART_H

#include <stdbool.h>

#include "base/span.h"

/*
 * multipart - the fields of a multipart/form-data body (RFC 7578), as browsers
 * and HTTP libraries send forms.  Files are passed over.  Pure, linear; spans
 * are borrowed from the body.
 */
enum { MULTIPART_BOUNDARY_LEN_MAX = 70 }; /* RFC 2046 */

struct multipart {
    char delimiter[4 + MULTIPART_BOUNDARY_LEN_MAX]; /* "\r\n--boundary" */
    size_t delimiter_len;
    struct span rest; /* behind a delimiter; absent at the end */
    bool broken; /* the body ends before its last delimiter */
};

/* False when content_type is something else or names no boundary. */
bool multipart_open(
    struct multipart *m, struct span content_type, struct span body);

/* The next field that is no file; false at the end. */
bool multipart_next(
    struct multipart *m, struct span *ret_name, struct span *ret_value);

#endif
