/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_HTML_ROW_H
#define TRANSLATOR_HTML_ROW_H

#include <stddef.h>

#include "translator/http/html_scan.h"

/*
 * html_row - the tokens between two tags that begin or end a block, and which
 * tags among them are the ends of one element.  For html.c.
 */
enum { HTML_ALONE = -1 };

struct html_row {
    struct html_token *tokens; /* owned */
    size_t n, cap;
    size_t *partners; /* [n] after html_row_pair: the other tag of the element,
                       * or HTML_ALONE */
};

void html_row_add(struct html_row *r, struct html_token t);
void html_row_pair(struct html_row *r);
void html_row_fini(struct html_row *r);

#endif
